//! Changes to the finished text, which nobody signs for.

use crate::rng::Rng;

type Change = fn(&str, &mut Rng) -> String;

/// Every such change.
pub const CHANGES: [(&str, Change); 8] = [
    ("character changed", |token, rng| splice(token, rng, 1)),
    ("character added", |token, rng| splice(token, rng, 0)),
    ("character dropped", |token, rng| {
        let at = rng.below(token.len());
        format!("{}{}", &token[..at], &token[at + 1..])
    }),
    ("cut short", |token, rng| token[..rng.below(token.len())].to_owned()),
    ("padding", |token, rng| {
        let at = end_of_part(token, rng);
        format!("{}{}{}", &token[..at], rng.pick(&["=", "==", "\n", " "]), &token[at..])
    }),
    ("spare bits", |token, rng| {
        let at = end_of_part(token, rng);
        with_spare_bit(token, at)
    }),
    ("parts repeated", |token, rng| match rng.below(4) {
        0 => format!("{token}~"),
        1 => format!("{token}{token}"),
        2 => format!("~{token}"),
        _ => token.replacen('~', "~~", 1),
    }),
    ("around it", |token, rng| {
        let around = rng.pick(&[" ", "\n", "\t", "\u{feff}", "\0", "\r\n", "\""]);
        if rng.chance(50) { format!("{around}{token}") } else { format!("{token}{around}") }
    }),
];

/// Puts a character in place of so many.
fn splice(token: &str, rng: &mut Rng, dropped: usize) -> String {
    const CHARACTERS: &[u8] = b"ABCabc019-_.~=+/ %\"";
    let at = rng.below(token.len());
    let new = char::from(CHARACTERS[rng.below(CHARACTERS.len())]);
    format!("{}{new}{}", &token[..at], &token[at + dropped..])
}

/// The end of one of the parts between dots and tildes.
fn end_of_part(token: &str, rng: &mut Rng) -> usize {
    let mut ends: Vec<usize> = token.match_indices(['.', '~']).map(|(at, _)| at).collect();
    ends.push(token.len());
    ends[rng.below(ends.len())]
}

/// Sets the lowest bit of the base64url character before `at`. In a part with spare bits it is one.
pub fn with_spare_bit(text: &str, at: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let Some(before) = at.checked_sub(1) else { return text.to_owned() };
    let last = text.as_bytes()[before];
    let Some(value) = ALPHABET.iter().position(|known| *known == last) else {
        return text.to_owned();
    };
    format!("{}{}{}", &text[..before], char::from(ALPHABET[value | 1]), &text[at..])
}
