//! Revoking one of many credentials, and publishing: beside the unlocking that every command begins with.
//!
//! `cargo bench -p bonafide-cli --bench states [-- CREDENTIALS]` (300,000 unless told); ends with 1 when the bar is
//! missed. The records are filled through the library.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use bonafide::clock::{DAY, Timestamp};
use bonafide::key::Algorithm;
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Passphrase, Wallet, WalletFile};
use bonafide_records::{
    Act, Actor, Identified, Issuing, Level, NewCredential, NewDelivery, RecordsKey, Settings,
    SqliteBook,
};

type Anything = Box<dyn std::error::Error>;

const PASSPHRASE: &str = "correct horse battery staple";
const KINDS: [&str; 5] =
    ["kyc-identity", "aml-screening", "accredited-individual", "residency", "tax-status"];

/// What a revocation may take beyond unlocking, in milliseconds.
const MAX_REVOKE: f64 = 200.0;
const RUNS: u32 = 9;

fn main() -> Result<ExitCode, Anything> {
    let count = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(300_000_u32);
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    let began = Instant::now();
    fill(dir, count)?;
    println!("{count} credentials recorded in {:.1} s", began.elapsed().as_secs_f64());
    // Signs the day's head and warms the caches.
    run(dir, &["revoke", "1", "--reason", "key-lost"])?;
    let (mut id, mut revoke, mut list) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..RUNS {
        let number = (2 + n * (count / (RUNS + 1))).to_string();
        id.push(run(dir, &["id"])?);
        revoke.push(run(dir, &["revoke", &number, "--reason", "key-lost"])?);
        list.push(run(dir, &["status", "list"])?);
    }
    let (id, revoke, list) = (median(id), median(revoke), median(list));
    println!("bonafide id            {id:7.1} ms (unlocking)");
    println!("bonafide status list   {list:7.1} ms, {:.1} beyond unlocking", list - id);
    println!(
        "bonafide revoke        {revoke:7.1} ms, {:.1} beyond unlocking   bar {MAX_REVOKE}",
        revoke - id
    );
    for (what, args) in [
        ("status publish", &["status", "publish", "--out-dir", "."][..]),
        ("log verify", &["log", "verify"]),
        ("log export", &["log", "export", "--out", "log.jsonl"]),
        ("renewals, all", &["renewals", "--within", "36500d", "--csv", "renewals.csv"]),
    ] {
        println!("bonafide {what:<15}{:7.1} ms", run(dir, args)?);
    }
    Ok(if revoke - id <= MAX_REVOKE { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// An issuer's home with so many credentials: one of each of five types for each investor.
fn fill(dir: &Path, count: u32) -> Result<(), Anything> {
    let home = dir.join("home");
    std::fs::create_dir(&home)?;
    std::fs::write(dir.join("passphrase"), PASSPHRASE)?;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let now = Timestamp::from_unix(i64::try_from(since.as_secs())?).ok_or("clock")?;
    let wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom)?;
    let file = WalletFile::at(&home.join("wallet.bonafide"));
    let passphrase = Passphrase::new(PASSPHRASE.to_owned())?;
    file.create(&wallet, &passphrase, KdfParams::LOWEST, &mut SystemRandom)?;
    // As wallet-cli/src/office.rs does.
    let key = wallet.keyed_digest("issuer's records", b"master key");
    let (records, keys) = (home.join("records.db"), home.join("subject-keys.db"));
    let key = RecordsKey::new(key.into());
    let mut book = SqliteBook::open(&records, &keys, key, Box::new(SystemRandom))?;
    let act = Act { actor: Actor { operator: "Ada", approver: None }, at: now };
    book.set_status_url("https://acme.example/status/", &act)?;
    let mut left = count;
    while left > 0 {
        let part = left.min(5_000);
        let mut slots = book.free_slots(part.try_into()?, "did:example:acme")?.into_iter();
        let mut deliveries = Vec::new();
        for first in (0..part).step_by(KINDS.len()) {
            let investor = format!("INV-{:07}", left - first);
            let credential = |kind: &&str| NewCredential {
                kind: (*kind).to_owned(),
                assessed_on: now.date(),
                key: format!("{investor}-key-key-key-key-key-key-key"),
                reissue: 0,
                digest: [7; 32],
                slot: slots.next(),
                from: now,
                until: now.plus(90 * DAY),
                record_ref: None,
                level: Level::Substantial,
            };
            let kinds = KINDS.iter().take((part - first).try_into()?);
            let credentials: Vec<NewCredential> = kinds.map(credential).collect();
            deliveries.push(NewDelivery {
                external_id: investor.clone(),
                nonces: vec![(format!("nonce-{investor}"), credentials_key(&credentials))],
                credentials,
                identified: Identified::Here("case".to_owned()),
                encrypted: true,
                job: None,
            });
        }
        book.issue(&deliveries, &act)?;
        left -= part;
    }
    Ok(())
}

fn credentials_key(credentials: &[NewCredential]) -> String {
    credentials.first().map(|one| one.key.clone()).unwrap_or_default()
}

/// Milliseconds that a command took.
fn run(dir: &Path, args: &[&str]) -> Result<f64, Anything> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.current_dir(dir).args(["--home", "home", "--passphrase-file", "passphrase"]);
    command.args(args).env("USER", "Ada").stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status()?;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    if !status.success() {
        return Err(format!("{args:?} failed").into());
    }
    Ok(took)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}
