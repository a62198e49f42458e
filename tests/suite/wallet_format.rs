//! Wallet files of format version 1, kept for ever: every later version must open them.
//!
//! `tests/data/wallet-v1.bonafide` has a passphrase slot only. `tests/data/wallet-v1-phrase.bonafide` is what
//! `write_sample` below writes. Its randomness counts up from zero, so the file can be made again byte
//! for byte. `tests/data/wallet-v1-shares.bonafide` is the same wallet after shares were added, with 100, 101, … as
//! randomness; how those bytes are used is up to vsss-rs, so it is only opened.

use std::fs;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError};
use bonafide::wallet::{
    Access, KdfParams, KeyringSecret, Passphrase, RecoveryPhrase, Share, SlotInfo, SlotKind,
    Unlocked, Wallet, WalletFile,
};

const PASSPHRASE_ONLY: &[u8] = include_bytes!("../data/wallet-v1.bonafide");
const SAMPLE: &[u8] = include_bytes!("../data/wallet-v1-phrase.bonafide");

const WITH_KEYRING: &[u8] = include_bytes!("../data/wallet-v1-keyring.bonafide");
const WITH_SHARES: &[u8] = include_bytes!("../data/wallet-v1-shares.bonafide");
/// Five, of which three open it, one in a line.
const SHARES: &str = include_str!("../data/wallet-v1-shares.txt");
/// What those shares are together.
const SECRET: &str = "6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b";

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
    holds(&old.unlock(&passphrase()).unwrap(), 1, &[passphrase_slot()]);
    let new = stored(folders[1].path(), SAMPLE);
    let phrase = SlotInfo { id: 1, kind: SlotKind::Phrase };
    let slots = [passphrase_slot(), phrase];
    holds(&new.unlock(&passphrase()).unwrap(), 1, &slots);
    let words = RecoveryPhrase::parse(WORDS).unwrap();
    holds(&new.unlock_with_phrase(&words).unwrap(), 1, &slots);
    let refused = old.unlock_with_phrase(&words).unwrap_err();
    assert_eq!(refused.code(), "wrong-phrase");
}

fn passphrase_slot() -> SlotInfo {
    SlotInfo { id: 0, kind: SlotKind::Passphrase(KdfParams::LOWEST) }
}

fn holds(unlocked: &Unlocked, generation: u64, slots: &[SlotInfo]) {
    assert_eq!(unlocked.slots(), slots);
    let words: Vec<_> = unlocked.recovery_phrase().unwrap().words().collect();
    assert_eq!(words, WORDS.split_whitespace().collect::<Vec<_>>());
    let wallet = unlocked.wallet();
    assert_eq!(wallet.identity_key_id().as_str(), "lhOzneTEeB9L6AXjKK2pvmCxRXOivYcR692EvyoMSzc");
    assert_eq!(wallet.generation(), generation);
    assert_eq!(wallet.created().date(), "2026-11-20");
    let held = wallet.credentials().iter();
    let held: Vec<_> = held.map(|held| (held.id, held.token())).collect();
    assert_eq!(held, [(1, "first~"), (2, "second~")]);
}

#[test]
fn the_sample_opens_with_its_shares() {
    let folder = tempfile::tempdir().unwrap();
    if std::env::var_os("BLESS_SHARES").is_some() {
        let file = write_sample(&folder.path().join("new"));
        let mut unlocked = file.unlock(&passphrase()).unwrap();
        let (_, shares) = unlocked.add_shares(3, 5, &mut Counting(100)).unwrap();
        let lines: String = shares.iter().map(|share| format!("{}\n", *share.text())).collect();
        fs::write("tests/data/wallet-v1-shares.txt", lines).unwrap();
        fs::copy(file.path(), "tests/data/wallet-v1-shares.bonafide").unwrap();
    }
    let file = stored(folder.path(), WITH_SHARES);
    let shares: Vec<Share> = SHARES.lines().map(|line| Share::parse(line).unwrap()).collect();
    let set = shares[0].set();
    assert_eq!(set.to_string(), "64656667");
    let slots = [
        passphrase_slot(),
        SlotInfo { id: 1, kind: SlotKind::Phrase },
        SlotInfo { id: 2, kind: SlotKind::Shares { set, threshold: 3, shares: 5 } },
    ];
    for three in [&shares[..3], &shares[1..4], &shares[2..], &shares] {
        holds(&file.unlock_with_shares(three).unwrap(), 2, &slots);
    }
    holds(&file.unlock(&passphrase()).unwrap(), 2, &slots);
    assert_eq!(file.unlock_with_shares(&shares[..2]).unwrap_err().code(), "shares-missing");
}

#[test]
fn the_sample_opens_with_the_keyrings_secret() {
    let folder = tempfile::tempdir().unwrap();
    let secret = KeyringSecret::generate(&mut Counting(200)).unwrap();
    let made = write_sample(&folder.path().join("new"));
    let mut unlocked = made.unlock(&passphrase()).unwrap();
    unlocked.add_keyring(&secret, Access::Reading, &mut Counting(100)).unwrap();
    if std::env::var_os("BLESS_KEYRING").is_some() {
        fs::copy(made.path(), "tests/data/wallet-v1-keyring.bonafide").unwrap();
    }
    assert_eq!(fs::read(made.path()).unwrap(), WITH_KEYRING);
    let file = stored(folder.path(), WITH_KEYRING);
    let slots = [
        passphrase_slot(),
        SlotInfo { id: 1, kind: SlotKind::Phrase },
        SlotInfo { id: 2, kind: SlotKind::Keyring(Access::Reading) },
    ];
    holds(&file.unlock_with_keyring(&secret).unwrap(), 2, &slots);
    holds(&file.unlock(&passphrase()).unwrap(), 2, &slots);
}

/// From what docs/wallet-format.md says alone: bech32m, the layout, and interpolation over the field of AES.
#[test]
fn shares_are_what_the_format_says() {
    use bech32::primitives::decode::CheckedHrpstring;
    let multiply = |a: u8, b: u8| {
        let mut sum = 0;
        let mut power = a;
        for bit in 0..8 {
            sum ^= if b >> bit & 1 == 1 { power } else { 0 };
            power = (power << 1) ^ if power & 0x80 == 0 { 0 } else { 0x1b };
        }
        sum
    };
    let divide = |a, b| (0..=255).find(|c| multiply(*c, b) == a).unwrap();
    let shares = [1, 3, 4].map(|line| {
        let text = SHARES.lines().nth(line).unwrap();
        assert!(text.starts_with("bonafide1") && text.len() == 86);
        let bytes = CheckedHrpstring::new::<bech32::Bech32m>(text).unwrap();
        let bytes: Vec<u8> = bytes.byte_iter().collect();
        assert_eq!(bytes[..4], [1, 3, 5, u8::try_from(line).unwrap() + 1]);
        assert_eq!(bytes[4..12], [100, 101, 102, 103, 104, 105, 106, 107]);
        bytes
    });
    let mut secret = String::new();
    for at in 12..44 {
        let byte = shares.iter().fold(0, |sum, share| {
            let others = shares.iter().map(|other| other[3]).filter(|x| *x != share[3]);
            let weight = others.fold(1, |w, x| multiply(w, divide(x, x ^ share[3])));
            sum ^ multiply(weight, share[at])
        });
        secret += &format!("{byte:02x}");
    }
    assert_eq!(secret, SECRET);
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
