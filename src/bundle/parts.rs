//! A small bundle as a series of texts, each for one QR code.
//!
//! `BONAFIDE-PART/1 SET n/m DATA`: every character is of the alphabet that a QR code writes in 5.5 bits.

use std::fmt;

use data_encoding::BASE32_NOPAD;

use super::sha256;

/// Most parts of a series: nobody holds more codes before a camera.
pub const MAX_PARTS: usize = 99;

/// Bytes in every part but the last: with its head, a QR code of version 20 at level M.
const CHUNK: usize = 570;

/// What every part begins with.
const MARK: &str = "BONAFIDE-PART/1";

/// Why parts were refused, or not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// More bytes than a series holds.
    #[error("too large for a series of codes, which holds {} bytes", MAX_PARTS * CHUNK)]
    TooLarge,
    /// Not the text of a part, or one that was damaged.
    #[error("not a part of a series, or a damaged one")]
    BadPart,
    /// No part at all.
    #[error("no part of a series was found")]
    NotFound,
    /// Parts of several series.
    #[error("parts of several series are mixed")]
    Sets,
    /// Two parts of one number are not alike.
    #[error("there are two different parts with number {0}")]
    Conflict(usize),
    /// Parts are missing; their numbers.
    #[error("parts are missing: {}", .0.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))]
    Missing(Vec<usize>),
    /// Together they are not what was split.
    #[error("the parts together are not what was split")]
    Digest,
}

impl PartError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::BadPart => "bad-part",
            Self::NotFound => "part-not-found",
            Self::Sets => "part-sets",
            Self::Conflict(_) => "part-conflict",
            Self::Missing(_) => "parts-missing",
            Self::Digest => "digest-mismatch",
        }
    }

    /// What can be done now.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::TooLarge => "Carry the file itself, or make a smaller bundle.",
            Self::NotFound => "Give the texts of the codes, one on each line.",
            Self::Sets => "Give the codes of one series; its name stands in front of the number.",
            _ => "Scan those codes again.",
        }
    }
}

/// The name of the parts that were made together: how the digest of the whole begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartSet([u8; 10]);

/// One of the texts that make up a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    set: PartSet,
    number: usize,
    of: usize,
    data: Vec<u8>,
}

impl Part {
    /// Reads one text. Small letters and blanks around it make no difference.
    ///
    /// # Errors
    /// [`PartError::BadPart`].
    pub fn parse(text: &str) -> Result<Self, PartError> {
        let text = text.trim().to_ascii_uppercase();
        let mut words = text.split(' ');
        let mut word = || words.next().ok_or(PartError::BadPart);
        if word()? != MARK {
            return Err(PartError::BadPart);
        }
        let set = decode(word()?)?.try_into().map_err(|_| PartError::BadPart)?;
        let (number, of) = word()?.split_once('/').ok_or(PartError::BadPart)?;
        let (number, of) = (count(number)?, count(of)?);
        let data = decode(word()?)?;
        let whole =
            if number < of { data.len() == CHUNK } else { (1..=CHUNK).contains(&data.len()) };
        match words.next() {
            None if number <= of && whole => Ok(Self { set: PartSet(set), number, of, data }),
            _ => Err(PartError::BadPart),
        }
    }

    /// The text, in capitals.
    pub fn text(&self) -> String {
        let data = BASE32_NOPAD.encode(&self.data);
        format!("{MARK} {} {}/{} {data}", self.set, self.number, self.of)
    }

    /// Those that were made together.
    pub fn set(&self) -> PartSet {
        self.set
    }

    /// Its number, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// How many there are.
    pub fn of(&self) -> usize {
        self.of
    }
}

impl fmt::Display for PartSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0))
    }
}

impl fmt::Debug for PartSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartSet({self})")
    }
}

/// Splits a file into its parts.
///
/// # Errors
/// [`PartError::TooLarge`], [`PartError::NotFound`] for an empty file.
pub fn split(bytes: &[u8]) -> Result<Vec<Part>, PartError> {
    let of = bytes.len().div_ceil(CHUNK);
    match of {
        0 => return Err(PartError::NotFound),
        1..=MAX_PARTS => {}
        _ => return Err(PartError::TooLarge),
    }
    let set = set(bytes);
    let parts = (1..).zip(bytes.chunks(CHUNK));
    Ok(parts.map(|(number, data)| Part { set, number, of, data: data.to_vec() }).collect())
}

/// Puts the parts of one series together, in whatever order and however often they were scanned.
///
/// # Errors
/// [`PartError`]; a file that was put together wrongly never comes out.
pub fn join(parts: &[Part]) -> Result<Vec<u8>, PartError> {
    let first = parts.first().ok_or(PartError::NotFound)?;
    if parts.iter().any(|part| (part.set, part.of) != (first.set, first.of)) {
        return Err(PartError::Sets);
    }
    let mut places: Vec<Option<&Part>> = vec![None; first.of];
    for part in parts {
        let place = places.get_mut(part.number - 1).ok_or(PartError::BadPart)?;
        if place.is_some_and(|known| known != part) {
            return Err(PartError::Conflict(part.number));
        }
        *place = Some(part);
    }
    let missing = (1..).zip(&places).filter(|(_, place)| place.is_none()).map(|(n, _)| n);
    let missing: Vec<usize> = missing.collect();
    if !missing.is_empty() {
        return Err(PartError::Missing(missing));
    }
    let whole: Vec<u8> = places.into_iter().flatten().flat_map(|part| part.data.clone()).collect();
    if set(&whole) == first.set { Ok(whole) } else { Err(PartError::Digest) }
}

fn set(bytes: &[u8]) -> PartSet {
    let digest = sha256(bytes);
    PartSet(digest.first_chunk().copied().unwrap_or_default())
}

fn decode(word: &str) -> Result<Vec<u8>, PartError> {
    BASE32_NOPAD.decode(word.as_bytes()).map_err(|_| PartError::BadPart)
}

/// 1 to 99, written in one way.
fn count(text: &str) -> Result<usize, PartError> {
    let number: usize = text.parse().map_err(|_| PartError::BadPart)?;
    let plain = number.to_string() == text;
    if plain && (1..=MAX_PARTS).contains(&number) { Ok(number) } else { Err(PartError::BadPart) }
}
