//! What a wallet of 1,000 credentials costs beyond the stretching of its passphrase.
//!
//! `cargo bench -p bonafide-cli --bench scale [-- CREDENTIALS]`; ends with 1 when a bar is missed. Times are those of
//! the clock, on Linux less what was waited for a core that other programs had.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::issue::Validity;
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Passphrase, Wallet, WalletFile};

type Anything = Box<dyn std::error::Error>;

const ROUNDS: usize = 21;
const KEYS: usize = 10;
const ISSUERS: usize = 5;

/// Opening, against the stretching alone.
const MAX_RATIO: f64 = 1.3;
/// A whole command, beyond the stretching.
const MAX_BEYOND_MS: f64 = 100.0;

const PASSPHRASE: &str = "correct horse battery staple";

const IDENTITY: &str = r#"{"family_name":"Muster","given_name":"Erika","birthdate":"1984-08-12",
    "nationalities":["DE"],"address":{"street_address":"Heidestrasse 17","postal_code":"51147",
    "locality":"Köln","country":"DE"},"age_over_18":true,
    "assurance":{"framework":"eidas","level":"substantial"},"record_ref":"case-4711"}"#;

fn main() -> Result<ExitCode, Anything> {
    let count = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir()?;
    let home = folder.path();
    let file = fill(home, count)?;
    let full = std::fs::read(file.path())?;
    let passphrase = Passphrase::new(PASSPHRASE.to_owned())?;
    println!(
        "{count} credentials, {} KiB; milliseconds: median of {ROUNDS}, p10, p90",
        full.len() / 1024
    );
    let (none, mut times) = (Duration::ZERO, <[Vec<f64>; 5]>::default());
    for _ in 0..ROUNDS {
        let new = [
            timed(|| KdfParams::STANDARD.run_once().map(|()| none).map_err(Into::into))?,
            timed(|| file.unlock(&passphrase).map(|_| none).map_err(Into::into))?,
            timed(|| run(home, &["list"]))?,
            timed(|| run(home, &["list", "--json"]))?,
            timed(|| run(home, &["add", "one more"]))?,
        ];
        times.iter_mut().zip(new).for_each(|(times, new)| times.push(new));
        // As before the addition.
        std::fs::write(file.path(), &full)?;
    }
    let names = ["stretching alone", "open", "list", "list --json", "add"];
    let medians = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        [ROUNDS / 2, ROUNDS / 10, ROUNDS * 9 / 10]
            .map(|at| times.get(at).copied().unwrap_or(f64::NAN))
    });
    for (name, [median, p10, p90]) in names.iter().zip(medians) {
        println!("{name:<18} {median:>8.1} {p10:>8.1} {p90:>8.1}");
    }
    let [[kdf, ..], [open, ..], [list, ..], [json, ..], [add, ..]] = medians;
    let ratio = open / kdf;
    println!("open against stretching   {ratio:>6.2}   bar {MAX_RATIO}");
    let mut met = ratio <= MAX_RATIO;
    for (name, total) in [("list", list), ("list --json", json), ("add", add)] {
        let beyond = total - kdf;
        println!("{name:<11} beyond it      {beyond:>6.1}   bar {MAX_BEYOND_MS}");
        met &= beyond <= MAX_BEYOND_MS;
    }
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Milliseconds that it took; it returns what a command waited for a core.
fn timed(done: impl FnOnce() -> Result<Duration, Anything>) -> Result<f64, Anything> {
    let (start, before) = (Instant::now(), waited("thread-self"));
    let in_command = done()?;
    let here = waited("thread-self").saturating_sub(before);
    Ok(start.elapsed().saturating_sub(here + in_command).as_secs_f64() * 1000.0)
}

/// How long a program, or this one, was ready to run while no core was free.
fn waited(process: &str) -> Duration {
    let read = std::fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap_or_default();
    let nanos = read.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

/// Waits for the end of a program and leaves it there to be looked at.
fn ended(child: &Child) -> Result<(), Anything> {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(Pid::from_child(child)), options)?;
    }
    Ok(())
}

/// A whole command on that home; returns what it waited for a core.
fn run(home: &Path, args: &[&str]) -> Result<Duration, Anything> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .args(["--home", ".", "--passphrase-file", "passphrase"])
        .args(args)
        .current_dir(home)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    ended(&child)?;
    let waited = waited(&child.id().to_string());
    if child.wait()?.success() { Ok(waited) } else { Err(format!("{args:?} failed").into()) }
}

/// A home with a wallet of several keys and so many identities of several issuers, each pinned by a name; and
/// the file `one more`.
fn fill(home: &Path, count: usize) -> Result<WalletFile, Anything> {
    let now = Timestamp::from_unix(std::time::UNIX_EPOCH.elapsed()?.as_secs().try_into()?);
    let now = now.ok_or("the clock shows no usable time")?;
    let keys = (0..ISSUERS).map(|_| SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom));
    let issuers = keys.collect::<Result<Vec<_>, _>>()?;
    let mut wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom)?;
    for _ in 1..KEYS {
        wallet.new_key(Algorithm::Ed25519)?;
    }
    let holders: Vec<PublicKey> = wallet.keys().map(|held| held.public().clone()).collect();
    let issued = (0..=count).zip(issuers.iter().cycle()).zip(holders.iter().cycle());
    let tokens = issued.map(|((_, issuer), holder)| issue(issuer, holder, now));
    let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    let (last, most) = tokens.split_last().ok_or("no credential")?;
    println!("a credential: {} bytes", last.len());
    for token in most {
        wallet.add(token.clone(), now);
    }
    std::fs::write(home.join("one more"), last)?;
    std::fs::write(home.join("passphrase"), PASSPHRASE)?;
    for (n, issuer) in issuers.iter().enumerate() {
        let issuer = Identity::did_key(issuer.id(), issuer)?;
        let name = format!("Provider {n}");
        run(home, &["trust", "pin", issuer.did().as_str(), "--name", &name])?;
    }
    let file = WalletFile::at(&home.join("wallet.bonafide"));
    let passphrase = Passphrase::new(PASSPHRASE.to_owned())?;
    file.create(&wallet, &passphrase, KdfParams::STANDARD, &mut SystemRandom)?;
    Ok(file)
}

fn issue(issuer: &SecretKey, holder: &PublicKey, now: Timestamp) -> Result<String, Anything> {
    let definition = bonafide_credentials::find("kyc-identity").ok_or("no such type")?;
    let claims =
        definition.read(IDENTITY.as_bytes(), now).map_err(|errors| format!("{errors:?}"))?;
    let issuer = Identity::did_key(issuer.id(), issuer)?;
    let validity = Validity::days(now, 730);
    Ok(claims.into_content().issue(holder, validity, None, &issuer, &mut SystemRandom)?)
}
