//! The wallet file as a program sees it: what survives, and what is refused.

use std::fs;
use std::path::Path;
use std::thread;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::wallet::{KdfParams, Passphrase, Unlocked, Wallet, WalletError, WalletFile};
use tempfile::TempDir;

struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError)
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20").unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn wallet(algorithm: Algorithm) -> Wallet {
    Wallet::create(algorithm, now(), &mut SystemRandom).unwrap()
}

fn write(file: &WalletFile, wallet: &Wallet) -> Result<(), WalletError> {
    let kdf = KdfParams::LOWEST;
    file.create(wallet, &passphrase("right"), kdf, &mut SystemRandom)
}

/// A folder with one wallet in it.
fn created() -> (TempDir, WalletFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    write(&file, &wallet(Algorithm::Ed25519)).unwrap();
    (folder, file)
}

fn add(unlocked: &mut Unlocked, token: &str) -> Result<u32, WalletError> {
    let token = token.to_owned();
    unlocked.update(&mut SystemRandom, |wallet| Ok(wallet.add(token, now())))
}

fn refusal(file: &WalletFile, text: &str) -> &'static str {
    file.unlock(&passphrase(text)).unwrap_err().code()
}

fn tokens(file: &WalletFile) -> Vec<String> {
    let unlocked = file.unlock(&passphrase("right")).unwrap();
    let held = unlocked.wallet().credentials().iter();
    held.map(|held| held.token().to_owned()).collect()
}

/// Overwrites in place, so that the file stays private.
fn put(file: &WalletFile, bytes: &[u8]) {
    fs::write(file.path(), bytes).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn header_len(file: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([file[12], file[13]]))
}

#[test]
fn what_was_put_in_comes_back() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let folder = tempfile::tempdir().unwrap();
        let file = WalletFile::at(&folder.path().join("wallet"));
        assert!(!file.exists());
        let wallet = wallet(algorithm);
        write(&file, &wallet).unwrap();
        assert!(file.exists());

        let mut unlocked = file.unlock(&passphrase("right")).unwrap();
        assert_eq!(unlocked.wallet().identity_key(), wallet.identity_key());
        assert_eq!(unlocked.wallet().generation(), 1);
        assert_eq!(add(&mut unlocked, "one").unwrap(), 1);
        assert_eq!(add(&mut unlocked, "two").unwrap(), 2);
        let forgotten = unlocked.update(&mut SystemRandom, |wallet| wallet.forget(1));
        assert_eq!(forgotten.unwrap().token(), "one");
        assert_eq!(tokens(&file), ["two"]);

        let again = file.unlock(&passphrase("right")).unwrap();
        assert_eq!(again.wallet().generation(), 4);
        assert_eq!(again.wallet().identity_key(), wallet.identity_key());
        assert_eq!(again.wallet().created(), now());
        assert_eq!(
            again.wallet().keyed_digest("label", b"data"),
            wallet.keyed_digest("label", b"data")
        );
        assert_eq!(names(folder.path()), ["wallet", "wallet.lock"]);
    }
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let (_folder, file) = created();
    for wrong in ["wrong", "Right", "right ", "righ"] {
        assert_eq!(refusal(&file, wrong), "wrong-passphrase");
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let (_folder, file) = created();
    let good = fs::read(file.path()).unwrap();
    let header_end = 14 + header_len(&good);
    let payload = (header_end..good.len()).step_by(97);
    for at in (0..header_end).chain(payload).chain([good.len() - 1]) {
        let mut changed = good.clone();
        changed[at] ^= 1;
        put(&file, &changed);
        let code = refusal(&file, "right");
        let expected = match at {
            0..8 => vec!["wallet-malformed"],
            8..10 => vec!["wallet-version"],
            10..14 => vec!["wallet-malformed"],
            _ if at >= header_end => vec!["wallet-corrupt"],
            _ => vec![
                "wallet-malformed",
                "wrong-passphrase",
                "kdf-out-of-bounds",
                "no-passphrase-slot",
                "wallet-corrupt",
            ],
        };
        assert!(expected.contains(&code), "byte {at}: {code}");
    }
}

#[test]
fn every_truncation_is_refused() {
    let (_folder, file) = created();
    let good = fs::read(file.path()).unwrap();
    for length in (0..600).chain((600..good.len()).step_by(97)) {
        put(&file, &good[..length]);
        assert_eq!(refusal(&file, "right"), "wallet-malformed", "{length}");
    }
    put(&file, &[good.as_slice(), b"\0"].concat());
    assert_eq!(refusal(&file, "right"), "wallet-malformed");
    put(&file, &[good.as_slice(), &[0; 4096]].concat());
    assert_eq!(refusal(&file, "right"), "wallet-corrupt");
}

#[test]
fn costs_changed_in_the_header_are_refused() {
    let (_folder, file) = created();
    let good = fs::read(file.path()).unwrap();
    let at = good.windows(5).position(|five| five == b"19456").unwrap();
    for (memory, code) in [
        ("99999999", "kdf-out-of-bounds"),
        ("4294967296", "kdf-out-of-bounds"),
        ("8", "kdf-out-of-bounds"),
        ("19455", "kdf-out-of-bounds"),
        ("19457", "wrong-passphrase"),
    ] {
        let mut changed = good.clone();
        changed.splice(at..at + 5, memory.bytes());
        let length = header_len(&good) + memory.len() - 5;
        changed[10..14].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
        put(&file, &changed);
        assert_eq!(refusal(&file, "right"), code, "{memory}");
    }
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let (_folder, file) = created();
    thread::scope(|scope| {
        for writer in 0..8 {
            let file = &file;
            scope.spawn(move || {
                let mut unlocked = file.unlock(&passphrase("right")).unwrap();
                for number in 0..5 {
                    add(&mut unlocked, &format!("{writer}/{number}")).unwrap();
                }
            });
        }
    });
    let mut tokens = tokens(&file);
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 40);
}

#[test]
fn creating_never_overwrites() {
    let (folder, file) = created();
    let good = fs::read(file.path()).unwrap();
    let refused = write(&file, &wallet(Algorithm::P256)).unwrap_err();
    assert_eq!(refused.code(), "wallet-exists");
    assert_eq!(fs::read(file.path()).unwrap(), good);
    let refused = write(&WalletFile::at(folder.path()), &wallet(Algorithm::Ed25519));
    assert_eq!(refused.unwrap_err().code(), "wallet-exists");
}

#[test]
fn of_two_creators_at_the_same_time_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    let (one, two) = (wallet(Algorithm::Ed25519), wallet(Algorithm::Ed25519));
    let won = thread::scope(|scope| {
        let runs = [&one, &two].map(|wallet| scope.spawn(|| write(&file, wallet)));
        runs.map(|run| run.join().unwrap())
    });
    assert_eq!(won.iter().filter(|done| done.is_ok()).count(), 1);
    let winner = if won[0].is_ok() { &one } else { &two };
    let unlocked = file.unlock(&passphrase("right")).unwrap();
    assert_eq!(unlocked.wallet().identity_key(), winner.identity_key());
}

#[test]
fn without_randomness_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    let right = passphrase("right");
    let content = wallet(Algorithm::Ed25519);
    let refused = file.create(&content, &right, KdfParams::LOWEST, &mut Broken);
    assert_eq!(refused.unwrap_err().code(), "random-failed");
    assert!(names(folder.path()).is_empty());

    write(&file, &content).unwrap();
    let good = fs::read(file.path()).unwrap();
    let mut unlocked = file.unlock(&right).unwrap();
    let refused = unlocked.update(&mut Broken, |wallet| Ok(wallet.add("t".into(), now())));
    assert_eq!(refused.unwrap_err().code(), "random-failed");
    assert!(unlocked.wallet().credentials().is_empty());
    assert_eq!(fs::read(file.path()).unwrap(), good);
    assert_eq!(names(folder.path()), ["wallet", "wallet.lock"]);
}

#[test]
fn a_change_that_fails_writes_nothing() {
    let (_folder, file) = created();
    let good = fs::read(file.path()).unwrap();
    let mut unlocked = file.unlock(&passphrase("right")).unwrap();
    let refused = unlocked.update(&mut SystemRandom, |wallet| {
        wallet.add("half".into(), now());
        wallet.forget(99)
    });
    assert_eq!(refused.unwrap_err().code(), "credential-not-found");
    assert!(unlocked.wallet().credentials().is_empty());
    assert_eq!(fs::read(file.path()).unwrap(), good);
}

#[test]
fn a_missing_wallet_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    assert_eq!(refusal(&file, "right"), "wallet-missing");
    let nowhere = WalletFile::at(&folder.path().join("no/folder/wallet"));
    let refused = write(&nowhere, &wallet(Algorithm::Ed25519)).unwrap_err();
    assert_eq!(refused.code(), "io");
    assert!(!refused.next_step().is_empty());
}

#[cfg(unix)]
#[test]
fn files_that_others_can_reach_are_refused() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (folder, file) = created();
    let link = WalletFile::at(&folder.path().join("link"));
    symlink(file.path(), link.path()).unwrap();
    assert_eq!(refusal(&link, "right"), "unsafe-file");
    let mut unlocked = file.unlock(&passphrase("right")).unwrap();
    fs::set_permissions(file.path(), PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(refusal(&file, "right"), "unsafe-file");
    assert_eq!(add(&mut unlocked, "t").unwrap_err().code(), "unsafe-file");
}
