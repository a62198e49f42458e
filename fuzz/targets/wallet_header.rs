//! A wallet file: container, header, and the content behind seals that hold in a fuzz build. An input
//! that begins with `{` is the header, up to a NUL, and the JSON of the content.
#![no_main]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Passphrase, RecoveryPhrase, SlotKind, WalletFile};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A file with that header and content, padded as the format wants it.
fn assemble(data: &[u8]) -> Vec<u8> {
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (header, json) = (parts.next().unwrap(), parts.next().unwrap_or_default());
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let mut plain = length(40 + json.len()).to_vec();
    plain.extend([&[7; 32], [0; 8].as_slice(), json].concat());
    plain.resize(plain.len().next_multiple_of(4096), 0);
    let (nonce, tag) = ([0; 24], [0; 16]);
    [b"BONAFIDE\0\x02".as_slice(), &length(header.len()), header, &nonce, &plain, &tag].concat()
}

/// The header of the file, as serde_json reads it.
fn header(path: &Path) -> Value {
    let bytes = fs::read(path).unwrap();
    let (length, rest) = bytes[10..].split_first_chunk().unwrap();
    serde_json::from_slice(&rest[..u32::from_be_bytes(*length) as usize]).unwrap()
}

fuzz_target!(|data: &[u8]| {
    let bytes = match data {
        [b'{', ..] => assemble(data),
        _ => data.to_vec(),
    };
    let path = PathBuf::from(format!("/dev/shm/bonafide-fuzz-{}", std::process::id()));
    let mut file = OpenOptions::new();
    let mut file = file.create(true).truncate(true).write(true).mode(0o600).open(&path).unwrap();
    file.write_all(&bytes).unwrap();
    drop(file);
    let passphrase = Passphrase::new("any".to_owned()).unwrap();
    let place = WalletFile::at(&path);
    let unlocked = place.unlock(&passphrase);
    if let Err(error) = &unlocked {
        assert!(!error.code().is_empty());
    }
    if let Ok(mut unlocked) = unlocked {
        let tokens = |file: &bonafide::wallet::Unlocked| {
            let held = file.wallet().credentials().iter();
            held.map(|held| held.token().to_owned()).collect::<Vec<_>>()
        };
        for slot in unlocked.slots() {
            if let SlotKind::Shares { threshold, shares, .. } = slot.kind {
                assert!((2..=shares).contains(&threshold) && shares <= 16);
            }
        }
        let (before, key) = (tokens(&unlocked), unlocked.wallet().identity_key_id().clone());
        unlocked.update(&mut SystemRandom, |_| Ok(())).unwrap();
        let old = header(&path);
        let added = unlocked.add_passphrase(&passphrase, KdfParams::LOWEST, &mut SystemRandom);
        if let Err(error) = &added {
            assert_eq!((error.code(), unlocked.slots().len()), ("too-many-slots", 8));
        }
        let mut new = header(&path);
        if added.is_ok() {
            new["slots"].as_array_mut().unwrap().pop();
        }
        assert_eq!(new, old, "what was not understood survives");
        let mut again = place.unlock(&passphrase).unwrap();
        assert_eq!(again.slots(), unlocked.slots());
        if let Ok(id) = added {
            again.remove_slot(id, &mut SystemRandom).unwrap();
        }
        again.change_passphrase(&passphrase, KdfParams::LOWEST, &mut SystemRandom).unwrap();
        let again = place.unlock(&passphrase).unwrap();
        assert_eq!(tokens(&again), before);
        assert_eq!(again.wallet().identity_key_id(), &key);
        let mut again = again;
        match again.add_shares(2, 3, &mut SystemRandom) {
            Ok((id, shares)) => {
                let opened = place.unlock_with_shares(&shares[1..]).unwrap();
                assert_eq!((tokens(&opened), opened.opened_by()), (before.clone(), Some(id)));
                let missing = place.unlock_with_shares(&shares[..1]).unwrap_err();
                assert_eq!(missing.code(), "shares-missing");
                again.remove_slot(id, &mut SystemRandom).unwrap();
            }
            Err(error) => assert_eq!(error.code(), "too-many-slots"),
        }
        let phrase = again.recovery_phrase().unwrap();
        let words = RecoveryPhrase::parse(&phrase.words().collect::<Vec<_>>().join(" ")).unwrap();
        let has_slot = again.slots().iter().any(|slot| slot.kind == SlotKind::Phrase);
        match place.unlock_with_phrase(&words) {
            Ok(opened) => assert_eq!(tokens(&opened), before),
            Err(error) => assert_eq!((error.code(), has_slot), ("wrong-phrase", false)),
        }
        fs::remove_file(&path).unwrap();
        place.create(again.wallet(), &passphrase, KdfParams::LOWEST, &mut SystemRandom).unwrap();
        let created = place.unlock_with_phrase(&phrase).unwrap();
        assert_eq!(tokens(&created), before);
        assert_eq!(created.wallet().identity_key_id(), &key);
    }
    fs::remove_file(&path).unwrap();
});
