//! The ways into a wallet: what each opens, and what a change of them does.

use std::fs;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::wallet::{
    FileKeyChange, KdfParams, Passphrase, RecoveryPhrase, SlotInfo, SlotKind, Unlocked, Wallet,
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

/// A wallet that opens with `first`, and its phrase.
fn created() -> (TempDir, WalletFile, RecoveryPhrase) {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    let mut wallet = Wallet::create(Algorithm::Ed25519, now(), &mut SystemRandom).unwrap();
    wallet.add("token".to_owned(), now());
    file.create(&wallet, &passphrase("first"), KDF, &mut SystemRandom).unwrap();
    let phrase = file.unlock(&passphrase("first")).unwrap().recovery_phrase().unwrap();
    (folder, file, phrase)
}

fn unlock(file: &WalletFile, text: &str) -> Unlocked {
    file.unlock(&passphrase(text)).unwrap()
}

fn opens(file: &WalletFile, text: &str) -> bool {
    match file.unlock(&passphrase(text)) {
        Ok(unlocked) => unlocked.wallet().credentials()[0].token() == "token",
        Err(error) => {
            assert_eq!(error.code(), "wrong-passphrase");
            false
        }
    }
}

fn ids(unlocked: &Unlocked) -> Vec<u32> {
    unlocked.slots().iter().map(|slot| slot.id).collect()
}

#[test]
fn another_passphrase_opens_too_until_it_is_taken_away() {
    let (_folder, file, phrase) = created();
    let mut unlocked = unlock(&file, "first");
    assert_eq!((ids(&unlocked), unlocked.opened_by()), (vec![0, 1], Some(0)));
    let id = unlocked.add_passphrase(&passphrase("second"), KDF, &mut SystemRandom).unwrap();
    assert_eq!((id, ids(&unlocked)), (2, vec![0, 1, 2]));
    assert!(opens(&file, "first") && opens(&file, "second"));
    assert_eq!(unlock(&file, "second").opened_by(), Some(2));
    let changed = unlocked.remove_slot(2, &mut SystemRandom).unwrap();
    assert_eq!(changed, FileKeyChange::Changed);
    assert!(opens(&file, "first") && !opens(&file, "second"));
    assert!(file.unlock_with_phrase(&phrase).is_ok());
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let (_folder, file, phrase) = created();
    let mut unlocked = unlock(&file, "first");
    let (new, random) = (passphrase("new"), &mut SystemRandom);
    let changed = unlocked.change_passphrase(&new, KDF, random).unwrap();
    assert_eq!(changed, FileKeyChange::Changed);
    assert!(opens(&file, "new") && !opens(&file, "first"));
    assert!(file.unlock_with_phrase(&phrase).is_ok());
    // The same value goes on working.
    unlocked.update(random, |wallet| Ok(wallet.add("more".to_owned(), now()))).unwrap();
    unlocked.change_passphrase(&passphrase("newer"), KDF, random).unwrap();
    assert!(opens(&file, "newer") && !opens(&file, "new"));
    assert_eq!(unlock(&file, "newer").wallet().credentials().len(), 2);
}

#[test]
fn a_slot_that_cannot_follow_keeps_the_key_of_the_file() {
    let (_folder, file, _) = created();
    let mut unlocked = unlock(&file, "first");
    let random = &mut SystemRandom;
    unlocked.add_passphrase(&passphrase("second"), KDF, random).unwrap();
    let changed = unlocked.change_passphrase(&passphrase("new"), KDF, random).unwrap();
    assert_eq!(changed, FileKeyChange::Kept);
    assert!(opens(&file, "new") && opens(&file, "second") && !opens(&file, "first"));
    // Removed by its own passphrase, the other stays and cannot follow either.
    let changed = unlock(&file, "second").remove_slot(1, random).unwrap();
    assert_eq!(changed, FileKeyChange::Kept);
}

#[test]
fn the_words_set_a_new_passphrase_in_the_place_of_all() {
    let (_folder, file, phrase) = created();
    let random = &mut SystemRandom;
    unlock(&file, "first").add_passphrase(&passphrase("second"), KDF, random).unwrap();
    let mut unlocked = file.unlock_with_phrase(&phrase).unwrap();
    assert_eq!(unlocked.opened_by(), None);
    let changed = unlocked.change_passphrase(&passphrase("new"), KDF, random).unwrap();
    assert_eq!(changed, FileKeyChange::Changed);
    assert!(opens(&file, "new") && !opens(&file, "first") && !opens(&file, "second"));
}

#[test]
fn the_words_bring_back_every_key_without_a_file() {
    let (folder, file, phrase) = created();
    let words: Vec<_> = phrase.words().collect();
    let typed = RecoveryPhrase::parse(&words.join("  ")).unwrap();
    let restored = Wallet::restore(&typed, Algorithm::Ed25519, now()).unwrap();
    assert_eq!(restored.identity_key(), unlock(&file, "first").wallet().identity_key());
    assert!(restored.credentials().is_empty());
    let other = Wallet::create(Algorithm::Ed25519, now(), &mut SystemRandom).unwrap();
    let place = WalletFile::at(&folder.path().join("other"));
    place.create(&other, &passphrase("x"), KDF, &mut SystemRandom).unwrap();
    assert_eq!(place.unlock_with_phrase(&typed).unwrap_err().code(), "wrong-phrase");
}

/// Its number would be given to another, which would then be taken for it.
#[test]
fn the_slot_that_opened_the_wallet_stays() {
    let (_folder, file, _) = created();
    let random = &mut SystemRandom;
    let mut unlocked = unlock(&file, "first");
    let second = unlocked.add_passphrase(&passphrase("second"), KDF, random).unwrap();
    let before = fs::read(file.path()).unwrap();
    assert_eq!(unlocked.remove_slot(0, random).unwrap_err().code(), "slot-in-use");
    assert_eq!(fs::read(file.path()).unwrap(), before);
    unlock(&file, "second").remove_slot(0, random).unwrap();
    assert!(opens(&file, "second") && !opens(&file, "first"));
    assert_eq!(unlock(&file, "second").opened_by(), Some(second));
}

#[test]
fn the_last_passphrase_and_unknown_slots_stay() {
    let (_folder, file, _) = created();
    let before = fs::read(file.path()).unwrap();
    let mut unlocked = unlock(&file, "first");
    let mut refused = |id| unlocked.remove_slot(id, &mut SystemRandom).unwrap_err().code();
    assert_eq!(refused(0), "last-passphrase");
    assert_eq!(refused(7), "slot-not-found");
    assert_eq!(fs::read(file.path()).unwrap(), before);
    for n in 2..8 {
        let text = passphrase(&n.to_string());
        assert_eq!(unlocked.add_passphrase(&text, KDF, &mut SystemRandom).unwrap(), n);
    }
    let refused = unlocked.add_passphrase(&passphrase("9"), KDF, &mut SystemRandom);
    assert_eq!(refused.unwrap_err().code(), "too-many-slots");
    unlocked.remove_slot(1, &mut SystemRandom).unwrap();
    let id = unlocked.add_passphrase(&passphrase("9"), KDF, &mut SystemRandom).unwrap();
    assert_eq!(id, 1);
}

#[test]
fn a_program_that_has_it_open_notices_a_changed_key() {
    let (_folder, file, _) = created();
    let (mut one, mut other) = (unlock(&file, "first"), unlock(&file, "first"));
    one.change_passphrase(&passphrase("new"), KDF, &mut SystemRandom).unwrap();
    let before = fs::read(file.path()).unwrap();
    let add = other.update(&mut SystemRandom, |wallet| Ok(wallet.add("x".to_owned(), now())));
    assert_eq!(add.unwrap_err().code(), "wallet-replaced");
    let add = other.add_passphrase(&passphrase("more"), KDF, &mut SystemRandom);
    assert_eq!(add.unwrap_err().code(), "wallet-replaced");
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

/// Two programs each chose a slot by what they saw; the second must not undo what the first did.
#[test]
fn slots_that_somebody_changed_meanwhile_are_left_alone() {
    let (_folder, file, _) = created();
    let random = &mut SystemRandom;
    let second = unlock(&file, "first").add_passphrase(&passphrase("second"), KDF, random).unwrap();
    let (mut one, mut other) = (unlock(&file, "second"), unlock(&file, "first"));
    other.remove_slot(second, random).unwrap();
    let refused = |done: Result<_, WalletError>| done.unwrap_err().code();
    assert_eq!(refused(one.change_passphrase(&passphrase("new"), KDF, random)), "wallet-replaced");
    assert_eq!(refused(one.remove_slot(0, random)), "wallet-replaced");
    assert!(opens(&file, "first") && !opens(&file, "second") && !opens(&file, "new"));
    // Where the key of the file stayed, too.
    other.add_passphrase(&passphrase("third"), KDF, random).unwrap();
    let (mut one, mut other) = (unlock(&file, "first"), unlock(&file, "first"));
    one.change_passphrase(&passphrase("one"), KDF, random).unwrap();
    assert_eq!(
        refused(other.change_passphrase(&passphrase("two"), KDF, random)),
        "wallet-replaced"
    );
    assert!(opens(&file, "one") && opens(&file, "third") && !opens(&file, "two"));
    assert!(file.is_copied_in(&file.copy().unwrap()).unwrap());
    let (_other_folder, stranger, _) = created();
    assert!(!file.is_copied_in(&stranger.copy().unwrap()).unwrap());
}

#[test]
fn what_is_not_written_is_not_changed() {
    /// Fails after so many bytes.
    struct Short(usize);
    impl Random for Short {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(RandomError)?;
            SystemRandom.fill(bytes)
        }
    }
    let (_folder, file, _) = created();
    let before = fs::read(file.path()).unwrap();
    let mut unlocked = unlock(&file, "first");
    // Salt 16, slot's nonce 24, file key 32, nonces 24 and 24, payload's nonce 24.
    for enough in [0, 16, 40, 72, 96, 120, 143] {
        let new = passphrase("new");
        let refused = unlocked.change_passphrase(&new, KDF, &mut Short(enough)).unwrap_err();
        assert!(matches!(refused, WalletError::Random(_)), "{enough}");
        assert_eq!(fs::read(file.path()).unwrap(), before);
    }
    assert_eq!(unlocked.opened_by(), Some(0));
    unlocked.remove_slot(1, &mut SystemRandom).unwrap();
    assert!(opens(&file, "first") && !opens(&file, "new"));
    unlocked.change_passphrase(&passphrase("new"), KDF, &mut Short(144)).unwrap();
    assert!(opens(&file, "new"));
}

#[test]
fn a_copy_opens_and_takes_a_free_place_only() {
    let (folder, file, phrase) = created();
    let (right, wrong) = (passphrase("first"), passphrase("other"));
    let copy = file.copy().unwrap();
    let place = WalletFile::at(&folder.path().join("place"));
    let refused = place.restore(&copy, With::Passphrase(&wrong)).unwrap_err();
    assert_eq!((refused.code(), place.exists()), ("wrong-passphrase", false));
    assert!(place.unlock_copy(&copy, With::Phrase(&phrase)).is_ok() && !place.exists());
    place.restore(&copy, With::Passphrase(&right)).unwrap();
    assert!(opens(&place, "first"));
    let refused = place.restore(&copy, With::Phrase(&phrase)).unwrap_err();
    assert_eq!(refused.code(), "wallet-exists");
    let cut = place.restore(&copy[..99], With::Passphrase(&right)).unwrap_err();
    assert_eq!(cut.code(), "wallet-exists");
    let other = WalletFile::at(&folder.path().join("other"));
    let cut = other.restore(&copy[..99], With::Passphrase(&right)).unwrap_err();
    assert_eq!((cut.code(), other.exists()), ("wallet-malformed", false));
    // By the words, then with a new passphrase.
    let mut unlocked = other.restore(&copy, With::Phrase(&phrase)).unwrap();
    unlocked.change_passphrase(&wrong, KDF, &mut SystemRandom).unwrap();
    assert!(opens(&other, "other") && !opens(&other, "first"));
}

#[test]
fn a_way_in_by_the_words_can_be_added_again() {
    let (_folder, file, phrase) = created();
    let mut unlocked = unlock(&file, "first");
    unlocked.remove_slot(1, &mut SystemRandom).unwrap();
    assert_eq!(file.unlock_with_phrase(&phrase).unwrap_err().code(), "wrong-phrase");
    assert_eq!(unlocked.add_phrase(&mut SystemRandom).unwrap(), 1);
    assert!(file.unlock_with_phrase(&phrase).is_ok());
}

#[test]
fn slots_are_told_with_what_trying_costs() {
    let (_folder, file, _) = created();
    let slots = [
        SlotInfo { id: 0, kind: SlotKind::Passphrase(KDF) },
        SlotInfo { id: 1, kind: SlotKind::Phrase },
    ];
    assert_eq!(unlock(&file, "first").slots(), slots);
}
