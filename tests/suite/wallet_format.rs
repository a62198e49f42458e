//! Wallet files of every format version, kept for ever: every later version must open them.
//!
//! `tests/data/wallet-v1.bonafide` has a passphrase slot only. `tests/data/wallet-v1-phrase.bonafide` is what
//! `write_sample` below writes. Its randomness counts up from zero, so the file can be made again byte
//! for byte. `tests/data/wallet-v1-shares.bonafide` is the same wallet after shares were added, with 100, 101, … as
//! randomness; how those bytes are used is up to vsss-rs, so it is only opened. `tests/data/wallet-v2.bonafide`
//! is what `write_sample_2` makes of the second: keys with a record. `wallet_flips` damages them all.

use std::fs;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::wallet::{
    Access, Asker, KdfParams, KeyState, KeyringSecret, Passphrase, RecoveryPhrase, SeenBy, Share,
    SlotInfo, SlotKind, Unlocked, Wallet, WalletError, WalletFile,
};

pub(super) const PASSPHRASE_ONLY: &[u8] = include_bytes!("../data/wallet-v1.bonafide");
pub(super) const SAMPLE: &[u8] = include_bytes!("../data/wallet-v1-phrase.bonafide");
pub(super) const SAMPLE_2: &[u8] = include_bytes!("../data/wallet-v2.bonafide");

pub(super) const WITH_KEYRING: &[u8] = include_bytes!("../data/wallet-v1-keyring.bonafide");
pub(super) const WITH_SHARES: &[u8] = include_bytes!("../data/wallet-v1-shares.bonafide");
/// Five, of which three open it, one in a line.
pub(super) const SHARES: &str = include_str!("../data/wallet-v1-shares.txt");
/// What those shares are together.
const SECRET: &str = "6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b";

/// Of the root 00 01 02 … 1f.
pub(super) const WORDS: &str = "abandon amount liar amount expire adjust cage candy arch gather drum bullet \
    absurd math era live bid rhythm alien crouch range attend journey unaware";

/// 0, 1, 2, …: for samples only.
pub(super) struct Counting(pub(super) u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

pub(super) fn passphrase() -> Passphrase {
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

/// The same with three keys more: one put away, one stolen, one that two have seen.
fn write_sample_2(path: &Path) -> WalletFile {
    let file = write_sample(path);
    let mut unlocked = file.unlock(&passphrase()).unwrap();
    unlocked.update(&mut Counting(200), record).unwrap();
    file
}

fn record(wallet: &mut Wallet) -> Result<(), WalletError> {
    let now = Timestamp::parse("2026-11-21").unwrap();
    let verifier = Asker::Verifier(Did::parse("did:web:harbor.example").unwrap());
    let stranger = Asker::Unproven("https://\"stranger\".example".to_owned());
    let retired = wallet.new_key(Algorithm::Ed25519)?;
    let stolen = wallet.new_key(Algorithm::P256)?;
    let seen = wallet.new_key(Algorithm::Ed25519)?;
    wallet.take_key(&retired, &verifier, false, now)?;
    wallet.retire_key(&retired, now)?;
    wallet.compromise_key(&stolen, now.plus(-86_400))?;
    wallet.note_told(&stolen, &Did::parse("did:web:acme.example").unwrap())?;
    wallet.take_key(&seen, &verifier, false, now)?;
    wallet.take_key(&seen, &stranger, true, now.plus(60))
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
    unlocked.add_keyring(&secret, Access::Full, &mut Counting(100)).unwrap();
    if std::env::var_os("BLESS_KEYRING").is_some() {
        fs::copy(made.path(), "tests/data/wallet-v1-keyring.bonafide").unwrap();
    }
    assert_eq!(fs::read(made.path()).unwrap(), WITH_KEYRING);
    let file = stored(folder.path(), WITH_KEYRING);
    let slots = [
        passphrase_slot(),
        SlotInfo { id: 1, kind: SlotKind::Phrase },
        SlotInfo { id: 2, kind: SlotKind::Keyring(Access::Full) },
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
fn the_sample_of_version_2_opens() {
    let folder = tempfile::tempdir().unwrap();
    let file = stored(folder.path(), SAMPLE_2);
    let unlocked = file.unlock(&passphrase()).unwrap();
    let wallet = unlocked.wallet();
    assert_eq!(wallet.identity_key_id().as_str(), "lhOzneTEeB9L6AXjKK2pvmCxRXOivYcR692EvyoMSzc");
    assert_eq!((wallet.generation(), wallet.credentials().len()), (2, 2));
    let moment = |text| Timestamp::parse(text).unwrap();
    let keys: Vec<_> = wallet.keys().collect();
    let kinds = keys.iter().map(|key| (key.public().algorithm().name(), key.index()));
    let expected = [("ed25519", 0), ("ed25519", 1), ("p256", 0), ("ed25519", 2)];
    assert_eq!(kinds.collect::<Vec<_>>(), expected);
    assert!(keys[0].is_active() && keys[0].seen_by().is_empty());
    assert_eq!(keys[1].state(), &KeyState::Retired { since: moment("2026-11-21") });
    let told = vec![Did::parse("did:web:acme.example").unwrap()];
    assert_eq!(keys[2].state(), &KeyState::Compromised { since: moment("2026-11-20"), told });
    let harbor = Asker::Verifier(Did::parse("did:web:harbor.example").unwrap());
    let stranger = Asker::Unproven("https://\"stranger\".example".to_owned());
    assert!(keys[3].is_active());
    let seen = [
        SeenBy { whom: harbor, first: moment("2026-11-21") },
        SeenBy { whom: stranger, first: moment("2026-11-21").plus(60) },
    ];
    assert_eq!(keys[3].seen_by(), seen);
}

#[test]
fn version_2_is_written_byte_for_byte_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_sample_2(&folder.path().join("sample"));
    if std::env::var_os("BLESS").is_some() {
        fs::copy(file.path(), "tests/data/wallet-v2.bonafide").unwrap();
    }
    assert_eq!(fs::read(file.path()).unwrap(), SAMPLE_2);
}

/// Version 1 is kept until there are several keys or a record of one, version 2 from then on. The header survives.
#[test]
fn version_1_becomes_version_2_when_a_key_gets_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let file = stored(folder.path(), SAMPLE);
    let version = || fs::read(file.path()).unwrap()[9];
    let header = || {
        let bytes = fs::read(file.path()).unwrap();
        let length = u32::from_be_bytes(bytes[10..14].try_into().unwrap());
        bytes[14..14 + length as usize].to_vec()
    };
    let before = header();
    let mut unlocked = file.unlock(&passphrase()).unwrap();
    let now = unlocked.wallet().created();
    let random = &mut SystemRandom;
    unlocked.update(random, |wallet| Ok(wallet.add("third~".to_owned(), now))).unwrap();
    assert_eq!(version(), 1);
    let new = unlocked.update(random, |wallet| wallet.new_key(Algorithm::Ed25519));
    assert_eq!((version(), header()), (2, before.clone()));
    unlocked.update(random, |wallet| wallet.retire_key(&new.unwrap(), now)).unwrap();
    assert_eq!((version(), header()), (2, before.clone()));
    unlocked.update(random, |wallet| wallet.forget(3).map(drop)).unwrap();
    assert_eq!((version(), header()), (2, before));
    unlocked.add_passphrase(&passphrase(), KdfParams::LOWEST, random).unwrap();
    assert_eq!(version(), 2);
    let again = file.unlock(&passphrase()).unwrap();
    assert_eq!((again.wallet().keys().count(), again.wallet().credentials().len()), (2, 2));
}

#[test]
fn version_1_becomes_version_2_with_the_first_answer_of_its_only_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = stored(folder.path(), SAMPLE);
    let mut unlocked = file.unlock(&passphrase()).unwrap();
    let (key, now) = (unlocked.wallet().identity_key_id().clone(), unlocked.wallet().created());
    let harbor = Asker::Verifier(Did::parse("did:web:harbor.example").unwrap());
    let random = &mut SystemRandom;
    unlocked.update(random, |wallet| wallet.take_key(&key, &harbor, false, now)).unwrap();
    assert_eq!(fs::read(file.path()).unwrap()[9], 2);
    let again = file.unlock(&passphrase()).unwrap();
    assert_eq!(again.wallet().keys().next().unwrap().seen_by()[0].whom, harbor);
}

/// The version is sealed with the content: nobody makes an old program drop the record.
#[test]
fn a_version_changed_by_hand_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (sample, other, code) in [
        (SAMPLE, 2, "wallet-corrupt"),
        (SAMPLE_2, 1, "wallet-corrupt"),
        (SAMPLE_2, 3, "wallet-version"),
    ] {
        let file = stored(&folder.path().join("."), SAMPLE);
        let mut bytes = sample.to_vec();
        bytes[9] = other;
        fs::write(file.path(), &bytes).unwrap();
        let refused = file.unlock(&passphrase()).unwrap_err();
        assert_eq!(refused.code(), code);
        assert!(!refused.next_step().is_empty());
        fs::remove_file(file.path()).unwrap();
    }
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
