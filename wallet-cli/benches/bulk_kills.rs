//! Issuing from a table, killed at random and run again until it ends: every investor has every credential once.
//!
//! `cargo bench -p bonafide-cli --bench bulk_kills [-- KILLS [INVESTORS]]` (200 and 1,500 unless told); ends with 1 when
//! something is missing or there twice.

mod offering;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use bonafide::random::{Random, SystemRandom};
use bonafide::wallet::{Passphrase, WalletFile};
use bonafide_records::{Credentials, Log, Subjects, chain::Walk};
use offering::{Anything, TYPES};
use sha2::{Digest, Sha256};

const KEYS: u8 = 2;

fn main() -> Result<ExitCode, Anything> {
    let mut numbers = std::env::args().filter_map(|arg| arg.parse::<u32>().ok());
    let kills = numbers.next().unwrap_or(200);
    let investors = numbers.next().unwrap_or(1500);
    let (mut killed, mut jobs, mut failed) = (0, 0, 0);
    while killed < kills {
        let folder = tempfile::tempdir()?;
        let dir = folder.path();
        offering::write_table(dir, investors, KEYS, offering::now()?)?;
        fs::create_dir(dir.join("out"))?;
        killed += until_done(dir, kills - killed)?;
        jobs += 1;
        if let Err(wrong) = check(dir, investors) {
            println!("job {jobs}: {wrong}");
            failed += 1;
        }
        println!("{killed} kills in {jobs} jobs, {failed} failed");
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the job, kills it at most so often, and lets it end. How often it was killed.
fn until_done(dir: &Path, most: u32) -> Result<u32, Anything> {
    let mut killed = 0;
    loop {
        let mut child = offering::issue(dir, KEYS)
            .arg("--plain")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut dice = [0; 2];
        SystemRandom.fill(&mut dice)?;
        std::thread::sleep(Duration::from_millis(20 + u64::from(u16::from_be_bytes(dice) % 1000)));
        if killed < most && child.try_wait()?.is_none() {
            child.kill()?;
            child.wait()?;
            killed += 1;
        } else if child.wait()?.success() {
            return Ok(killed);
        } else {
            return Err("issuing failed".into());
        }
    }
}

/// The files hold what the records say, no more and no less, each credential once.
fn check(dir: &Path, investors: u32) -> Result<(), Anything> {
    let home = dir.join("home");
    let passphrase = Passphrase::new(fs::read_to_string(dir.join("passphrase"))?)?;
    let unlocked = WalletFile::at(&home.join("wallet.bonafide")).unlock(&passphrase)?;
    let book = offering::book(&home, unlocked.wallet())?;
    let (mut recorded, mut slots) = (BTreeMap::new(), BTreeSet::new());
    for subject in book.subjects()? {
        for one in book.credentials_of(subject.id)? {
            let slot = one.slot.ok_or("a credential without a status")?;
            if !slots.insert((slot.list, slot.index)) {
                return Err("an index is there twice".into());
            }
            recorded.insert(one.digest, (one.kind, one.key));
        }
    }
    let wanted = usize::try_from(investors)? * usize::from(KEYS) * TYPES.len();
    let names: BTreeSet<_> = recorded.values().collect();
    if recorded.len() != wanted || names.len() != wanted || slots.len() != wanted {
        return Err(format!("{} recorded, {wanted} expected", recorded.len()).into());
    }
    let (mut files, mut seen) = (0, BTreeSet::new());
    for file in fs::read_dir(dir.join("out"))? {
        let text = fs::read_to_string(file?.path())?;
        files += 1;
        for token in text.lines() {
            let jwt = token.split('~').next().unwrap_or_default();
            let digest: [u8; 32] = Sha256::digest(jwt).into();
            if !recorded.contains_key(&digest) || !seen.insert(digest) {
                return Err("a file holds what is not recorded, or twice".into());
            }
        }
    }
    if files != investors || seen.len() != wanted {
        return Err(format!("{files} files with {} credentials", seen.len()).into());
    }
    let mut walk = Walk::new(Vec::new());
    let mut broken = None;
    book.entries(&mut |entry| {
        broken = walk.next(&entry).err();
        broken.is_none()
    })?;
    broken.map_or(Ok(()), |error| Err(error.into()))
}
