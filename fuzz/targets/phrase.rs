//! A recovery phrase as typed.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::wallet::{PhraseError, RecoveryPhrase, Wallet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let count = text.split_whitespace().count();
    let phrase = match RecoveryPhrase::parse(text) {
        Ok(phrase) => phrase,
        Err(PhraseError::WordCount(said)) => return assert_eq!(said, count),
        Err(PhraseError::UnknownWord(place)) => return assert!((1..=24).contains(&place)),
        Err(PhraseError::Checksum) => return,
    };
    assert_eq!(count, 24);
    let words: Vec<&str> = phrase.words().collect();
    if text.is_ascii() {
        let typed = text.to_ascii_lowercase();
        assert!(typed.split_whitespace().eq(words.iter().copied()));
    }
    let again = RecoveryPhrase::parse(&words.join("\n")).unwrap();
    let keys = [phrase, again].map(|phrase| {
        let wallet = Wallet::restore(&phrase, Algorithm::Ed25519, Timestamp::EPOCH).unwrap();
        assert!(wallet.recovery_phrase().unwrap().words().eq(words.iter().copied()));
        wallet.identity_key_id().clone()
    });
    assert_eq!(keys[0], keys[1]);
});
