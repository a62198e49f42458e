//! A whole offering issued from one table, beside the cryptography that it cannot avoid.
//!
//! `cargo bench -p bonafide-cli --bench bulk [-- INVESTORS [KEYS]]` (20,000 and 5 unless told); ends with 1 when a bar
//! is missed. Processor time, from /proc: Linux only.

mod offering;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use bonafide::key::{Algorithm, SecretKey};
use bonafide::sealed::{self, Kind};
use ed25519_dalek::{Signer as _, SigningKey};
use offering::{Anything, TYPES};
use sha2::{Digest, Sha256};

/// Processor time of checking, signing and sealing against the bare cryptography.
const MAX_RATIO: f64 = 2.0;
/// Peak memory.
const MAX_MIB: u64 = 300;

/// Investors whose plain files are measured for the bare cryptography.
const SAMPLE: u32 = 100;

fn main() -> Result<ExitCode, Anything> {
    let mut numbers = std::env::args().filter_map(|arg| arg.parse::<u32>().ok());
    let investors = numbers.next().unwrap_or(20_000);
    let keys = numbers.next().map_or(Ok(5), u8::try_from)?;
    let bare = Bare::measure(keys)?;
    let folder = tempfile::tempdir()?;
    let dir = folder.path();
    offering::write_table(dir, investors, keys, offering::now()?)?;
    fs::create_dir(dir.join("out"))?;
    let began = Instant::now();
    let used = run(dir, keys, &[])?;
    let took = began.elapsed().as_secs_f64();
    let (mut files, mut bytes) = (0_u32, 0);
    for file in fs::read_dir(dir.join("out"))? {
        bytes += file?.metadata()?.len();
        files += 1;
    }
    let credentials = investors * u32::from(keys) * u32::try_from(TYPES.len())?;
    println!(
        "{investors} investors, {keys} keys each: {credentials} credentials in {files} files, {} MiB",
        bytes >> 20
    );
    println!("took {took:.1} s, {:.2} cores busy; processor seconds:", used.all / took);
    let per = f64::from(investors);
    let parts = [
        ("proofs", bare.proofs),
        ("signatures", bare.signatures),
        ("digests", bare.digests),
        ("seals", bare.seals),
    ];
    for (name, each) in parts {
        println!("  bare {name:<12} {:>7.2}", each * per);
    }
    let all_bare = parts.iter().map(|(_, each)| each * per).sum::<f64>();
    let ratio = (used.all - used.records) / all_bare;
    println!("  bare, together    {all_bare:>7.2}");
    println!(
        "  ours, threads     {:>7.2}   ratio {ratio:.2}   bar {MAX_RATIO}",
        used.all - used.records
    );
    println!(
        "  ours, records     {:>7.2}   table, comparing, database: the main thread",
        used.records
    );
    println!("peak memory {} MiB   bar {MAX_MIB}", used.peak);
    let met = ratio <= MAX_RATIO && used.peak <= MAX_MIB && files == investors;
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Processor seconds for one investor.
struct Bare {
    proofs: f64,
    signatures: f64,
    digests: f64,
    seals: f64,
}

impl Bare {
    /// The primitives alone over the bytes of a small offering, on one thread.
    fn measure(keys: u8) -> Result<Self, Anything> {
        let folder = tempfile::tempdir()?;
        let dir = folder.path();
        offering::write_table(dir, SAMPLE, keys, offering::now()?)?;
        fs::create_dir(dir.join("out"))?;
        run(dir, keys, &["--plain"])?;
        let read = |name: &str| -> Result<Vec<String>, Anything> {
            fs::read_dir(dir.join(name))?
                .map(|file| Ok(fs::read_to_string(file?.path())?))
                .collect()
        };
        let (files, proofs) = (read("out")?, read("proofs")?);
        let tokens: Vec<&str> = files.iter().flat_map(|file| file.lines()).collect();
        let signed: Vec<&str> = tokens.iter().filter_map(|token| signing_input(token)).collect();
        let jwts: Vec<&str> = proofs
            .iter()
            .flat_map(|proof| proof.split('"'))
            .filter(|part| part.starts_with("ey"))
            .collect();
        let proved: Vec<&str> = jwts.iter().filter_map(|jwt| signing_input(jwt)).collect();
        let hashed: Vec<&str> = tokens.iter().flat_map(|token| token.split('~').skip(1)).collect();
        let key = SigningKey::from_bytes(&[7; 32]);
        let (public, holder) =
            (key.verifying_key(), SecretKey::from_bytes(Algorithm::Ed25519, &[8; 32].into())?);
        let signatures: Vec<_> = proved.iter().map(|input| key.sign(input.as_bytes())).collect();
        // Each digest that stands for nothing was hashed too, from 43 characters.
        let digests = tokens.iter().map(|token| count_digests(token)).sum::<Result<usize, _>>()?;
        let decoys = digests.saturating_sub(hashed.iter().filter(|part| !part.is_empty()).count());
        let each = |seconds: f64| seconds / f64::from(SAMPLE);
        Ok(Self {
            proofs: each(timed(|| {
                for (input, signature) in proved.iter().zip(&signatures) {
                    black_box(public.verify_strict(input.as_bytes(), signature).is_ok());
                }
            })),
            signatures: each(timed(|| {
                for input in &signed {
                    black_box(key.sign(input.as_bytes()));
                }
            })),
            digests: each(timed(|| {
                for part in &hashed {
                    black_box(Sha256::digest(part));
                }
                for _ in 0..decoys {
                    black_box(Sha256::digest(black_box([b'x'; 43])));
                }
            })),
            seals: each(timed(|| {
                for file in &files {
                    black_box(
                        sealed::seal(file.as_bytes(), Kind::Credentials, holder.public()).is_ok(),
                    );
                }
            })),
        })
    }
}

/// Seconds that it takes: the median of five.
fn timed(work: impl Fn()) -> f64 {
    let mut times = [0.0; 5];
    for time in &mut times {
        let began = Instant::now();
        work();
        *time = began.elapsed().as_secs_f64();
    }
    times.sort_by(f64::total_cmp);
    times[2]
}

fn signing_input(token: &str) -> Option<&str> {
    Some(token.split('~').next()?.rsplit_once('.')?.0)
}

/// How many digests stand in the payload and in the disclosures.
fn count_digests(token: &str) -> Result<usize, Anything> {
    let payload = token.split('.').nth(1).ok_or("no JWT")?;
    let disclosures = token.split('~').skip(1).filter(|part| !part.is_empty());
    let mut count = 0;
    for part in std::iter::once(payload).chain(disclosures) {
        let text = String::from_utf8(bonafide::encoding::base64url::decode(part)?)?;
        let value: serde_json::Value = serde_json::from_str(&text)?;
        count += digests_in(&value);
    }
    Ok(count)
}

fn digests_in(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .map(|(name, value)| match (name.as_str(), value) {
                ("_sd", serde_json::Value::Array(digests)) => digests.len(),
                ("...", _) => 1,
                (_, value) => digests_in(value),
            })
            .sum(),
        serde_json::Value::Array(items) => items.iter().map(digests_in).sum(),
        _ => 0,
    }
}

/// What the program used: processor seconds of all threads and of the main one, peak memory in MiB.
struct Used {
    all: f64,
    records: f64,
    peak: u64,
}

fn run(dir: &Path, keys: u8, more: &[&str]) -> Result<Used, Anything> {
    let before = seconds("/proc/self/stat", 13)?;
    let mut child = offering::issue(dir, keys).args(more).stderr(Stdio::null()).spawn()?;
    let (mut peak, mut records) = (0, 0.0);
    let main_thread = format!("/proc/{0}/task/{0}/stat", child.id());
    let status = loop {
        if let Ok(status) = fs::read_to_string(format!("/proc/{}/status", child.id())) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            peak = peak.max(kib.unwrap_or(0) >> 10);
        }
        records = seconds(&main_thread, 11).map_or(records, |seconds| seconds.max(records));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if !status.success() {
        return Err("issuing failed".into());
    }
    Ok(Used { all: seconds("/proc/self/stat", 13)? - before, records, peak })
}

/// User and system time from a `stat` file: of itself at 11 and 12, of ended children at 13 and 14.
fn seconds(stat: &str, at: usize) -> Result<f64, Anything> {
    let stat = fs::read_to_string(stat)?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("stat")?;
    let mut ticks = fields.split_whitespace().skip(at).take(2).map(str::parse::<f64>);
    let (user, system) = (ticks.next().ok_or("stat")??, ticks.next().ok_or("stat")??);
    Ok((user + system) / 100.0)
}
