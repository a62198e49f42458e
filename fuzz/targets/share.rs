//! A guardian's share as typed. An input that begins with NUL is what a share holds, 44 bytes, and the text
//! around it: no fuzzer guesses a checksum.
#![no_main]

use bech32::{Bech32m, Hrp};
use bonafide::wallet::{Share, ShareError};
use libfuzzer_sys::fuzz_target;

/// A text with the share that holds those bytes, and the bytes.
fn assemble(data: &[u8]) -> Option<(String, [u8; 44])> {
    let (bytes, around) = data.split_first_chunk::<44>()?;
    let around = str::from_utf8(around).ok()?;
    let share = bech32::encode::<Bech32m>(Hrp::parse("bonafide").unwrap(), bytes).unwrap();
    let (before, after) = around.split_once('\0').unwrap_or((around, ""));
    Some((format!("{before}{share}{after}"), *bytes))
}

fuzz_target!(|data: &[u8]| {
    let (text, held) = match data {
        [0, data @ ..] => match assemble(data) {
            Some((text, held)) => (text, Some(held)),
            None => return,
        },
        data => match str::from_utf8(data) {
            Ok(text) => (text.to_owned(), None),
            Err(_) => return,
        },
    };
    let share = match Share::parse(&text) {
        Ok(share) => share,
        Err(error) => {
            assert!(!error.code().is_empty() && !error.next_step().is_empty());
            assert_eq!(error.at(), None, "of one share only");
            if let (ShareError::Version(found), Some(held)) = (error, held) {
                assert_eq!(found, held[0]);
            }
            return;
        }
    };
    assert!((2..=share.shares()).contains(&share.threshold()) && share.shares() <= 16);
    assert!((1..=share.shares()).contains(&share.number()));
    if let Some(held) = held {
        assert_eq!(held[..4], [1, share.threshold(), share.shares(), share.number()]);
    }
    let plain = share.text();
    assert_eq!(plain.len(), 86);
    // Nothing but the share's own characters was read, in their order.
    let letters = |text: &str| -> String {
        let kept = |c: &char| !c.is_whitespace() && *c != '-';
        text.to_ascii_lowercase().chars().filter(kept).collect()
    };
    assert!(letters(&text).contains(plain.as_str()));
    let small = text.to_ascii_lowercase();
    let (before, after) = small.split_once("bonafide1").unwrap();
    assert!(!before.ends_with(char::is_alphanumeric) && !after.contains("bonafide1"));
    for again in [plain.to_string(), plain.to_uppercase(), share.groups().to_string()] {
        let again = Share::parse(&again).unwrap();
        assert_eq!(again.text(), plain);
        assert_eq!((again.set(), again.number()), (share.set(), share.number()));
    }
    // One character less or another is no share.
    assert!(Share::parse(plain.get(..85).unwrap()).is_err());
    let last = if plain.ends_with('q') { "p" } else { "q" };
    assert!(Share::parse(&format!("{}{last}", plain.get(..85).unwrap())).is_err());
});
