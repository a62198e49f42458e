//! Guardians' shares: which open a wallet, which do not, and what is said of the others (ATTACKS 56a).

use std::fs;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::wallet::{
    FileKeyChange, KdfParams, Passphrase, Share, ShareError, SlotKind, Unlocked, Wallet,
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

/// A wallet that opens with `first`.
fn created() -> (TempDir, WalletFile, Unlocked) {
    let folder = tempfile::tempdir().unwrap();
    let file = WalletFile::at(&folder.path().join("wallet"));
    let mut wallet = Wallet::create(Algorithm::Ed25519, now(), &mut SystemRandom).unwrap();
    wallet.add("token".to_owned(), now());
    file.create(&wallet, &passphrase("first"), KDF, &mut SystemRandom).unwrap();
    let unlocked = file.unlock(&passphrase("first")).unwrap();
    (folder, file, unlocked)
}

fn add(unlocked: &mut Unlocked, threshold: u8, shares: u8) -> Vec<Share> {
    unlocked.add_shares(threshold, shares, &mut SystemRandom).unwrap().1
}

/// Those with these numbers, as their guardians would send them.
fn sent(shares: &[Share], numbers: &[usize]) -> Vec<Share> {
    numbers.iter().map(|n| Share::parse(&shares[n - 1].groups()).unwrap()).collect()
}

fn refusal(file: &WalletFile, shares: &[Share]) -> ShareError {
    match file.unlock_with_shares(shares).unwrap_err() {
        WalletError::Shares(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn any_three_of_five_open_the_wallet_and_no_two_do() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 3, 5);
    assert_eq!(shares.iter().map(Share::number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    for chosen in 0_u8..32 {
        let numbers: Vec<usize> = (1..=5).filter(|n| chosen >> (n - 1) & 1 == 1).collect();
        let chosen = sent(&shares, &numbers);
        if numbers.len() >= 3 {
            let opened = file.unlock_with_shares(&chosen).unwrap();
            assert_eq!(opened.wallet().credentials()[0].token(), "token");
            assert_eq!(opened.wallet().identity_key(), unlocked.wallet().identity_key());
            assert_eq!(opened.opened_by(), Some(2));
        } else if !numbers.is_empty() {
            let (here, needed) = (numbers.len(), 3);
            assert_eq!(refusal(&file, &chosen), ShareError::TooFew { here, needed });
        }
    }
    // In any order.
    assert!(file.unlock_with_shares(&sent(&shares, &[5, 1, 4])).is_ok());
    let two = refusal(&file, &sent(&shares, &[4, 2]));
    assert_eq!(two.to_string(), "2 of 3 shares are here; one more is needed");
    let one = refusal(&file, &sent(&shares, &[4]));
    assert_eq!(one.to_string(), "1 of 3 shares are here; 2 more are needed");
    assert_eq!(refusal(&file, &[]).code(), "shares-missing");
}

#[test]
fn the_slot_says_what_it_takes() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 2, 16);
    let kind = SlotKind::Shares { set: shares[0].set(), threshold: 2, shares: 16 };
    assert_eq!(unlocked.slots()[2].kind, kind);
    assert_eq!(file.slots().unwrap(), unlocked.slots());
    for (threshold, count) in [(0, 3), (1, 3), (4, 3), (2, 17), (17, 17), (2, 1), (2, 0)] {
        let before = fs::read(file.path()).unwrap();
        let refused = unlocked.add_shares(threshold, count, &mut SystemRandom).unwrap_err();
        assert_eq!(refused.code(), "shares-out-of-bounds", "{threshold} {count}");
        assert_eq!(fs::read(file.path()).unwrap(), before);
    }
}

/// With one character of its part changed, and a checksum that fits again, as somebody would who wants to
/// spoil a recovery.
fn altered(share: &Share) -> Share {
    use bech32::primitives::decode::CheckedHrpstring;
    use bech32::{Bech32m, Hrp};
    let text = share.text();
    let mut bytes: Vec<u8> = CheckedHrpstring::new::<Bech32m>(&text).unwrap().byte_iter().collect();
    bytes[43] ^= 1;
    let text = bech32::encode::<Bech32m>(Hrp::parse("bonafide").unwrap(), &bytes).unwrap();
    Share::parse(&text).unwrap()
}

#[test]
fn row_56a_one_altered_share_among_enough_is_named() {
    let (folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 3, 5);
    let copy = file.copy().unwrap();
    let place = WalletFile::at(&folder.path().join("place"));
    for count in [2, 3, 5] {
        for at in 0..count {
            let mut given = sent(&shares, &[5, 3, 1, 2, 4][..count]);
            given[at] = altered(&given[at]);
            let (number, set) = (given[at].number(), shares[0].set());
            assert_eq!(refusal(&file, &given), ShareError::Altered { at, number, set });
            let refused = place.restore(&copy, With::Shares(&given)).unwrap_err();
            assert_eq!((refused.code(), place.exists()), ("bad-share", false));
        }
    }
}

#[test]
fn row_56a_shares_of_two_sets_are_told_apart() {
    let (_folder, file, mut unlocked) = created();
    let (one, two) = (add(&mut unlocked, 3, 5), add(&mut unlocked, 2, 3));
    assert!(file.unlock_with_shares(&sent(&one, &[1, 2, 3])).is_ok());
    assert!(file.unlock_with_shares(&sent(&two, &[1, 3])).is_ok());
    let mixed = |shares: [&Share; 3]| {
        let shares = shares.map(|share| Share::parse(&share.text()).unwrap());
        refusal(&file, &shares)
    };
    let set = two[0].set();
    let refused = mixed([&two[1], &one[1], &one[2]]);
    assert_eq!(refused, ShareError::OtherSet { at: 0, number: 2, set });
    assert!(refused.to_string().contains(&set.to_string()));
    assert_eq!(mixed([&one[0], &one[1], &two[2]]).at(), Some(2));
    // Of a wallet that is not this one, or a set that was taken away.
    let (_other_folder, _, mut other) = created();
    let strange = add(&mut other, 3, 5);
    let refused = mixed([&one[0], &strange[1], &one[2]]);
    let set = strange[0].set();
    assert_eq!(refused, ShareError::Stranger { at: 1, number: 2, set });
    unlocked.remove_slot(3, &mut SystemRandom).unwrap();
    assert_eq!(refusal(&file, &sent(&two, &[1, 2])).code(), "wrong-shares");
    unlocked.remove_slot(2, &mut SystemRandom).unwrap();
    assert_eq!(refusal(&file, &sent(&one, &[1, 2, 3])), ShareError::NoSlot);
}

#[test]
fn the_same_share_counts_once() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 3, 5);
    let refused = refusal(&file, &sent(&shares, &[1, 2, 1]));
    assert_eq!(refused, ShareError::Twice { at: 2, number: 1 });
    assert_eq!(refusal(&file, &sent(&shares, &[1, 2, 3, 3])).code(), "share-twice");
}

#[test]
fn a_copy_comes_back_and_the_shares_stay_good() {
    let (folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 3, 5);
    let copy = file.copy().unwrap();
    let place = WalletFile::at(&folder.path().join("place"));
    let mut back = place.restore(&copy, With::Shares(&sent(&shares, &[1, 3, 5]))).unwrap();
    back.add_passphrase(&passphrase("second"), KDF, &mut SystemRandom).unwrap();
    let changed = back.change_passphrase(&passphrase("new"), KDF, &mut SystemRandom).unwrap();
    assert_eq!(changed, FileKeyChange::Changed);
    assert!(place.unlock(&passphrase("first")).is_err());
    assert!(place.unlock(&passphrase("second")).is_err());
    assert!(place.unlock(&passphrase("new")).is_ok());
    assert!(place.unlock_with_phrase(&unlocked.recovery_phrase().unwrap()).is_ok());
    let opened = place.unlock_with_shares(&sent(&shares, &[2, 4, 5])).unwrap();
    assert_eq!(opened.wallet().credentials()[0].token(), "token");
    // What the old file key opened, the new file is not.
    let add = unlocked.update(&mut SystemRandom, |wallet| Ok(wallet.add("x".to_owned(), now())));
    add.unwrap();
    assert!(file.unlock_with_shares(&sent(&shares, &[2, 4, 5])).is_ok());
}

#[test]
fn shares_that_are_not_here_keep_the_key_of_the_file() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 2, 2);
    let random = &mut SystemRandom;
    let changed = unlocked.change_passphrase(&passphrase("new"), KDF, random).unwrap();
    assert_eq!(changed, FileKeyChange::Kept);
    assert!(file.unlock_with_shares(&shares).is_ok() && file.unlock(&passphrase("new")).is_ok());
    assert_eq!(unlocked.remove_slot(1, random).unwrap(), FileKeyChange::Kept);
    // Taken away, they open old copies and nothing written from now on.
    let copy = file.copy().unwrap();
    let slot = unlocked.slots().iter().find(|slot| matches!(slot.kind, SlotKind::Shares { .. }));
    let slot = slot.unwrap().id;
    assert_eq!(unlocked.remove_slot(slot, random).unwrap(), FileKeyChange::Changed);
    assert_eq!(refusal(&file, &shares).code(), "wrong-shares");
    assert!(file.unlock_copy(&copy, With::Shares(&shares)).is_ok());
}

#[test]
fn a_wallet_that_shares_opened_keeps_their_slot_and_a_passphrase() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 2, 3);
    let mut opened = file.unlock_with_shares(&sent(&shares, &[3, 1])).unwrap();
    let refused = |done: Result<_, WalletError>| done.unwrap_err().code();
    assert_eq!(refused(opened.remove_slot(2, &mut SystemRandom)), "slot-in-use");
    assert_eq!(refused(opened.remove_slot(0, &mut SystemRandom)), "last-passphrase");
    let changed = opened.remove_slot(1, &mut SystemRandom).unwrap();
    assert_eq!(changed, FileKeyChange::Kept, "the passphrase was not typed");
    assert!(file.unlock(&passphrase("first")).is_ok());
}

#[test]
fn a_random_source_that_fails_makes_no_shares_and_writes_nothing() {
    /// Fails after so many bytes.
    struct Short(usize);
    impl Random for Short {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(RandomError)?;
            SystemRandom.fill(bytes)
        }
    }
    let (_folder, file, mut unlocked) = created();
    let before = fs::read(file.path()).unwrap();
    // Set 8, secret 32, 32 times 2 random numbers in one piece of 256, slot's nonce 24, payload's nonce 24.
    for enough in [0, 8, 40, 295, 296, 320, 343] {
        let refused = unlocked.add_shares(3, 5, &mut Short(enough)).unwrap_err();
        assert_eq!(refused.code(), "random-failed", "{enough}");
        assert_eq!(fs::read(file.path()).unwrap(), before);
    }
    assert_eq!(unlocked.slots().len(), 2);
    let (id, shares) = unlocked.add_shares(3, 5, &mut Short(344)).unwrap();
    assert_eq!((id, shares.len()), (2, 5));
    assert!(file.unlock_with_shares(&shares).is_ok());
}

#[test]
fn a_damaged_header_is_noticed() {
    let (_folder, file, mut unlocked) = created();
    let shares = add(&mut unlocked, 2, 3);
    let copy = file.copy().unwrap();
    let text = String::from_utf8_lossy(&copy);
    let at = text.find("\"commitments\":[\"").unwrap() + "\"commitments\":[\"".len();
    let mut changed = copy.clone();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let with = |numbers| file.unlock_copy(&changed, With::Shares(&sent(&shares, numbers)));
    assert_eq!(with(&[1, 2]).unwrap_err().code(), "bad-share");
    let refused = with(&[2, 3]).unwrap_err();
    assert_eq!(refused.to_string(), ShareError::SlotDamaged.to_string());
}
