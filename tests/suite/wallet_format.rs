//! Wallet files of format version 1, kept for ever: every later version must open them.
//!
//! `tests/data/wallet-v1.bonafide` has a passphrase slot only. `tests/data/wallet-v1-phrase.bonafide` is what
//! `write_sample` below writes. Its randomness counts up from zero, so the file can be made again byte
//! for byte.

use std::fs;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError};
use bonafide::wallet::{
    KdfParams, Passphrase, RecoveryPhrase, SlotInfo, SlotKind, Unlocked, Wallet, WalletFile,
};

const PASSPHRASE_ONLY: &[u8] = include_bytes!("../data/wallet-v1.bonafide");
const SAMPLE: &[u8] = include_bytes!("../data/wallet-v1-phrase.bonafide");

/// Of the root 00 01 02 … 1f.
const WORDS: &str = "abandon amount liar amount expire adjust cage candy arch gather drum bullet \
    absurd math era live bid rhythm alien crouch range attend journey unaware";

/// 0, 1, 2, …: for samples only.
struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple".to_owned()).unwrap()
}

/// A wallet with two credentials, made with counted bytes instead of random ones.
fn write_sample(path: &Path) -> WalletFile {
    let now = Timestamp::parse("2026-11-20").unwrap();
    let random = &mut Counting(0);
    let mut wallet = Wallet::create(Algorithm::Ed25519, now, random).unwrap();
    wallet.add("first~".to_owned(), now);
    wallet.add("second~".to_owned(), now);
    let file = WalletFile::at(path);
    file.create(&wallet, &passphrase(), KdfParams::LOWEST, random).unwrap();
    file
}

/// Git does not keep the mode, so the sample is copied to where it can be private.
fn stored(folder: &Path, sample: &[u8]) -> WalletFile {
    let file = write_sample(&folder.join("sample"));
    fs::write(file.path(), sample).unwrap();
    file
}

#[test]
fn the_samples_open() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let old = stored(folders[0].path(), PASSPHRASE_ONLY);
    holds(&old.unlock(&passphrase()).unwrap(), &[passphrase_slot()]);
    let new = stored(folders[1].path(), SAMPLE);
    let phrase = SlotInfo { id: 1, kind: SlotKind::Phrase };
    let slots = [passphrase_slot(), phrase];
    holds(&new.unlock(&passphrase()).unwrap(), &slots);
    let words = RecoveryPhrase::parse(WORDS).unwrap();
    holds(&new.unlock_with_phrase(&words).unwrap(), &slots);
    let refused = old.unlock_with_phrase(&words).unwrap_err();
    assert_eq!(refused.code(), "wrong-phrase");
}

fn passphrase_slot() -> SlotInfo {
    SlotInfo { id: 0, kind: SlotKind::Passphrase(KdfParams::LOWEST) }
}

fn holds(unlocked: &Unlocked, slots: &[SlotInfo]) {
    assert_eq!(unlocked.slots(), slots);
    let words: Vec<_> = unlocked.recovery_phrase().words().collect();
    assert_eq!(words, WORDS.split_whitespace().collect::<Vec<_>>());
    let wallet = unlocked.wallet();
    assert_eq!(wallet.identity_key_id().as_str(), "lhOzneTEeB9L6AXjKK2pvmCxRXOivYcR692EvyoMSzc");
    assert_eq!(wallet.generation(), 1);
    assert_eq!(wallet.created().date(), "2026-11-20");
    let held = wallet.credentials().iter();
    let held: Vec<_> = held.map(|held| (held.id, held.token())).collect();
    assert_eq!(held, [(1, "first~"), (2, "second~")]);
}

#[test]
fn version_1_is_written_byte_for_byte_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_sample(&folder.path().join("sample"));
    if std::env::var_os("BLESS").is_some() {
        fs::copy(file.path(), "tests/data/wallet-v1-phrase.bonafide").unwrap();
    }
    assert_eq!(fs::read(file.path()).unwrap(), SAMPLE);
}
