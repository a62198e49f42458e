//! The way in by the operating system's keyring: what it opens, and what it lets do.

use std::fs;

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::key::Algorithm;
use bonafide::possession;
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::wallet::{
    Access, Asker, FileKeyChange, KdfParams, KeyringSecret, Passphrase, SlotKind, Wallet,
    WalletError, WalletFile, With,
};
use tempfile::TempDir;

const KDF: KdfParams = KdfParams::LOWEST;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20").unwrap()
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn created(access: Access) -> (TempDir, WalletFile, KeyringSecret) {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    let wallet = Wallet::create(Algorithm::Ed25519, now(), &mut SystemRandom).unwrap();
    file.create(&wallet, &passphrase("first"), KDF, &mut SystemRandom).unwrap();
    let secret = KeyringSecret::generate(&mut SystemRandom).unwrap();
    let mut unlocked = file.unlock(&passphrase("first")).unwrap();
    let id = unlocked.add_keyring(&secret, access, &mut SystemRandom).unwrap();
    assert_eq!(
        unlocked.slots().iter().find(|s| s.id == id).unwrap().kind,
        SlotKind::Keyring(access)
    );
    (folder, file, secret)
}

fn signs(wallet: &Wallet) -> bool {
    let me = Identity::did_key(wallet.identity_key_id(), wallet).unwrap();
    let issuer = Did::parse("did:web:kyc.example").unwrap();
    let nonce = bonafide::random::nonce(&mut SystemRandom).unwrap();
    possession::prove(&[me], &issuer, &nonce, now()).unwrap().is_ok()
}

#[test]
fn for_reading_it_opens_adds_and_forgets_and_nothing_else() {
    let (_folder, file, secret) = created(Access::Reading);
    let mut unlocked = file.unlock_with_keyring(&secret).unwrap();
    assert_eq!(unlocked.wallet().access(), Access::Reading);
    let add = |wallet: &mut Wallet| Ok(wallet.add("token".to_owned(), now()));
    let id = unlocked.update(&mut SystemRandom, add).unwrap();
    // Not even after a change, which reads the wallet again.
    assert_eq!(unlocked.wallet().access(), Access::Reading);
    assert!(!signs(unlocked.wallet()));
    assert_eq!(unlocked.recovery_phrase().unwrap_err().code(), "passphrase-needed");
    let before = fs::read(file.path()).unwrap();
    let random = &mut SystemRandom;
    for refused in [
        unlocked.add_passphrase(&passphrase("thief"), KDF, random).map(drop),
        unlocked.add_phrase(random).map(drop),
        unlocked.add_shares(2, 3, random).map(drop),
        unlocked.add_keyring(&secret, Access::Full, random).map(drop),
        unlocked.change_passphrase(&passphrase("thief"), KDF, random).map(drop),
        unlocked.remove_slot(1, random).map(drop),
    ] {
        assert_eq!(refused.unwrap_err().code(), "passphrase-needed");
    }
    let key = unlocked.wallet().identity_key_id().clone();
    let asker = Asker::Unproven("https://somebody.example".to_owned());
    type Change<'a> = &'a dyn Fn(&mut Wallet) -> Result<(), WalletError>;
    let changes: [Change<'_>; 5] = [
        &|wallet| wallet.new_key(Algorithm::Ed25519).map(drop),
        &|wallet| wallet.take_key(&key, &asker, true, now()),
        &|wallet| wallet.retire_key(&key, now()),
        &|wallet| wallet.compromise_key(&key, now()),
        &|wallet| wallet.note_told(&key, &Did::parse("did:web:kyc.example").unwrap()),
    ];
    for change in changes {
        let refused = unlocked.update(random, change).unwrap_err();
        assert_eq!(refused.code(), "passphrase-needed");
    }
    assert_eq!(fs::read(file.path()).unwrap(), before);
    unlocked.update(random, |wallet| wallet.forget(id).map(drop)).unwrap();
    assert!(signs(file.unlock(&passphrase("first")).unwrap().wallet()));
}

#[test]
fn a_slot_that_may_sign_does_all() {
    let (_folder, file, secret) = created(Access::Full);
    let mut unlocked = file.unlock_with_keyring(&secret).unwrap();
    assert!(signs(unlocked.wallet()));
    assert!(unlocked.recovery_phrase().is_ok());
    // Every passphrase is replaced, and the keyring's slot follows the new file key.
    let change = unlocked.change_passphrase(&passphrase("new"), KDF, &mut SystemRandom).unwrap();
    assert_eq!(change, FileKeyChange::Changed);
    assert!(file.unlock(&passphrase("first")).is_err());
    assert!(file.unlock(&passphrase("new")).is_ok());
    assert!(signs(file.unlock_with_keyring(&secret).unwrap().wallet()));
}

#[test]
fn another_secret_or_none_of_its_slots_opens_nothing() {
    let (_folder, file, secret) = created(Access::Reading);
    let other = KeyringSecret::generate(&mut SystemRandom).unwrap();
    assert_eq!(file.unlock_with_keyring(&other).unwrap_err().code(), "wrong-keyring-secret");
    let copy = file.copy().unwrap();
    let mut unlocked = file.unlock(&passphrase("first")).unwrap();
    let change = unlocked.remove_slot(2, &mut SystemRandom).unwrap();
    assert_eq!(change, FileKeyChange::Changed);
    assert_eq!(file.unlock_with_keyring(&secret).unwrap_err().code(), "wrong-keyring-secret");
    // As every way in that was taken away, it opens old copies.
    assert!(file.unlock_copy(&copy, With::Keyring(&secret)).is_ok());
}

/// `may_sign` is the slot's own word, not what somebody wrote into the file.
#[test]
fn what_it_lets_do_cannot_be_edited() {
    let (_folder, file, secret) = created(Access::Reading);
    let text = fs::read(file.path()).unwrap();
    let from: &[u8] = b"\"may_sign\":false,";
    let at = text.windows(from.len()).position(|window| window == from).unwrap();
    let mut edited = text.clone();
    edited.splice(at..at + from.len(), *b"\"may_sign\":true ,");
    let refused = file.unlock_copy(&edited, With::Keyring(&secret)).unwrap_err();
    assert_eq!(refused.code(), "wrong-keyring-secret");
}

#[test]
fn a_failing_random_source_adds_nothing() {
    struct Broken;
    impl Random for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    assert_eq!(KeyringSecret::generate(&mut Broken).unwrap_err().code(), "random-failed");
    let (_folder, file, secret) = created(Access::Reading);
    let before = fs::read(file.path()).unwrap();
    let mut unlocked = file.unlock(&passphrase("first")).unwrap();
    let refused = unlocked.add_keyring(&secret, Access::Full, &mut Broken).unwrap_err();
    assert_eq!(refused.code(), "random-failed");
    assert_eq!(fs::read(file.path()).unwrap(), before);
    assert_eq!(unlocked.slots().len(), 3);
}
