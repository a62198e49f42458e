//! A whole offering issued from one table, beside the cryptography that it cannot avoid.
//!
//! `cargo bench -p bonafide-cli --bench bulk [-- INVESTORS [KEYS]]` (20,000 and 5 unless told); ends with 1 when a bar
//! is missed. Processor time of all threads, from /proc: Linux only.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::possession;
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Passphrase, Wallet, WalletFile};

type Anything = Box<dyn std::error::Error>;

const TYPES: &str = "kyc-identity,aml-screening,accredited-individual";
const TYPE_COUNT: usize = 3;
const PASSPHRASE: &str = "correct horse battery staple";

/// Processor time against the bare cryptography.
const MAX_RATIO: f64 = 2.0;
/// Peak memory.
const MAX_MIB: u64 = 300;

const HEADER: &str = "external_id,proof,nonce,identified_here,assessed_on,family_name,given_name,birthdate,\
    nationalities,address.street_address,address.locality,address.postal_code,address.country,age_over_18,\
    assurance.framework,assurance.level,record_ref,sanctions_clear,pep_clear,risk_band,lists.list,lists.as_of,\
    regime,method,attestor_role,networth_xpr_gt_usd_1m,evidence_as_of\n";

fn main() -> Result<ExitCode, Anything> {
    let mut numbers = std::env::args().filter_map(|arg| arg.parse().ok());
    let investors: u32 = numbers.next().unwrap_or(20_000);
    let keys: u8 = numbers.next().map_or(5, |keys| u8::try_from(keys).unwrap_or(5));
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    let now = Timestamp::from_unix(i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs(),
    )?)
    .ok_or("clock")?;
    let began = Instant::now();
    write_table(dir, investors, keys, now)?;
    let total = u64::from(investors) * u64::from(keys) * u64::try_from(TYPE_COUNT)?;
    println!("{investors} investors, {keys} keys each, {total} credentials");
    println!("made-up proofs written in {:.1} s", began.elapsed().as_secs_f64());
    fs::create_dir(dir.join("out"))?;
    let began = Instant::now();
    let (cpu, peak) = run(dir, keys)?;
    let took = began.elapsed().as_secs_f64();
    let files = fs::read_dir(dir.join("out"))?.count();
    let bytes: u64 = fs::read_dir(dir.join("out"))?
        .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
        .sum();
    println!("{files} files, {} MiB", bytes >> 20);
    println!(
        "took {took:.1} s, processor {:.1} s ({:.2} cores busy)",
        cpu.as_secs_f64(),
        cpu.as_secs_f64() / took
    );
    println!("peak memory {peak} MiB   bar {MAX_MIB}");
    let _ = MAX_RATIO;
    Ok(if peak <= MAX_MIB { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An issuer's home, a table, and a proof file for each row.
fn write_table(dir: &Path, investors: u32, keys: u8, now: Timestamp) -> Result<(), Anything> {
    let home = dir.join("home");
    fs::create_dir(&home)?;
    fs::create_dir(dir.join("proofs"))?;
    fs::write(dir.join("passphrase"), PASSPHRASE)?;
    let wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom)?;
    let issuer = Identity::did_key(wallet.identity_key_id(), &wallet)?.did().clone();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned())?;
    WalletFile::at(&home.join("wallet.bonafide")).create(
        &wallet,
        &passphrase,
        KdfParams::LOWEST,
        &mut SystemRandom,
    )?;
    let status = bonafide(dir).args(["status", "set-url", "https://acme.example/status/"]).status();
    let _ = status?;
    let mut table = String::from(HEADER);
    let today = now.date();
    for n in 0..investors {
        let secrets = (0..keys).map(|key| {
            let mut seed = [key; 32];
            seed.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
            SecretKey::from_bytes(Algorithm::Ed25519, &seed.into())
        });
        let secrets: Vec<SecretKey> = secrets.collect::<Result<_, _>>()?;
        let holders = secrets.iter().map(|key| Identity::did_key(key.id(), key));
        let holders: Vec<Identity<'_>> = holders.collect::<Result<_, _>>()?;
        let nonce = format!("nonce-for-one-offering-{n:06}");
        let proof = possession::prove(&holders, &issuer, &nonce, now)??;
        fs::write(dir.join(format!("proofs/{n}.proof")), proof)?;
        writeln!(
            table,
            "INV-{n:06},proofs/{n}.proof,{nonce},case {n},{today},Muster{n},Erika,1984-08-12,DE|CH,Heidestrasse {n},Köln,51147,\
             DE,yes,eidas,substantial,acme-{n},yes,yes,low,OFAC|EU|UN,{today}|{today}|{today},us-501a,\
             third-party-letter,us-ria,yes,{today}"
        )?;
    }
    fs::write(dir.join("investors.csv"), table)?;
    Ok(())
}

fn bonafide(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.current_dir(dir).args(["--home", "home", "--passphrase-file", "passphrase"]);
    command.args([] as [&str; 0]).env("USER", "Ada");
    command
}

/// Issues to everybody; the processor time and the peak of memory in MiB that it took.
fn run(dir: &Path, keys: u8) -> Result<(Duration, u64), Anything> {
    let columns = keys.to_string();
    let arguments = [
        "issue",
        "--batch",
        "investors.csv",
        "--types",
        TYPES,
        "--columns",
        &columns,
        "--out-dir",
        "out",
    ];
    let before = children()?;
    let mut child = bonafide(dir).args(arguments).stdout(Stdio::inherit()).spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Ok(status) = fs::read_to_string(format!("/proc/{}/status", child.id())) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            peak = peak.max(kib.unwrap_or(0) >> 10);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    if !status.success() {
        return Err("issuing failed".into());
    }
    Ok((children()? - before, peak))
}

/// Processor time of all children that have ended.
fn children() -> Result<Duration, Anything> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("stat")?;
    let ticks = |at: usize| -> Result<u64, Anything> {
        Ok(fields.split_whitespace().nth(at).ok_or("stat")?.parse()?)
    };
    // cutime and cstime, in hundredths of a second.
    Ok(Duration::from_millis((ticks(13)? + ticks(14)?) * 10))
}
