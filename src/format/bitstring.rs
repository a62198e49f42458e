//! Bitstrings of statuses (W3C Bitstring Status List 1.0 §2.2, §3.3, §3.4): the leftmost bit is the first.

use crate::encoding::{EncodingError, base64url, gzip};

/// Fewest entries of a list (§3.2): fewer would single out a holder.
pub const MIN_ENTRIES: u64 = 131_072;

/// Longest bitstring read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Longest `encodedList` read.
const MAX_LEN: usize = 1_500_000;

/// Most bits of one entry that are read.
pub const MAX_SIZE: u8 = 8;

/// Why a bitstring, or an entry in it, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BitstringError {
    /// The text is not multibase base64url of one whole GZIP member, or too large.
    #[error("the bitstring is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// Fewer than [`MIN_ENTRIES`] entries of that size (§3.2).
    #[error("the bitstring has too few entries to hide one among them")]
    TooShort,
    /// Entries of more than [`MAX_SIZE`] bits, or of none.
    #[error("an entry of the bitstring has 1 to 8 bits")]
    Size,
    /// The index lies behind the end (§3.2).
    #[error("the bitstring has no such entry")]
    OutOfBounds,
}

impl BitstringError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(EncodingError::TooLarge) => "too-large",
            _ => "status-invalid",
        }
    }
}

/// A bitstring, uncompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitstring(Vec<u8>);

impl Bitstring {
    /// So many bytes of zeros: 8 bits each.
    ///
    /// # Errors
    /// [`EncodingError::TooLarge`] past [`MAX_BYTES`].
    pub fn new(bytes: usize) -> Result<Self, BitstringError> {
        if bytes > MAX_BYTES {
            return Err(EncodingError::TooLarge.into());
        }
        Ok(Self(vec![0; bytes]))
    }

    /// From `encodedList`: multibase `u`, GZIP (§3.4).
    ///
    /// # Errors
    /// [`BitstringError::Encoding`], also past [`MAX_BYTES`].
    pub fn decode(encoded: &str) -> Result<Self, BitstringError> {
        if encoded.len() > MAX_LEN {
            return Err(EncodingError::TooLarge.into());
        }
        let text = encoded.strip_prefix('u').ok_or(EncodingError::Multibase)?;
        Ok(Self(gzip::decompress(&base64url::decode(text)?, MAX_BYTES)?))
    }

    /// As `encodedList` (§3.3).
    ///
    /// # Errors
    /// [`BitstringError::Encoding`] when the compressor fails.
    pub fn encode(&self) -> Result<String, BitstringError> {
        Ok(format!("u{}", base64url::encode(gzip::compress(&self.0)?)))
    }

    /// The value of entry `index` where each entry has `size` bits (§3.2).
    ///
    /// # Errors
    /// [`BitstringError`].
    pub fn get(&self, index: u64, size: u8) -> Result<u8, BitstringError> {
        if !(1..=MAX_SIZE).contains(&size) {
            return Err(BitstringError::Size);
        }
        let bits = 8 * self.0.len() as u64;
        if bits / u64::from(size) < MIN_ENTRIES {
            return Err(BitstringError::TooShort);
        }
        let first = index.checked_mul(u64::from(size)).filter(|first| *first < bits);
        let first = first.ok_or(BitstringError::OutOfBounds)?;
        let mut value = 0;
        for position in first..first + u64::from(size) {
            value = value << 1 | self.bit(position).ok_or(BitstringError::OutOfBounds)?;
        }
        Ok(value)
    }

    /// Sets bit `position`.
    ///
    /// # Errors
    /// [`BitstringError::OutOfBounds`].
    pub fn set(&mut self, position: u64) -> Result<(), BitstringError> {
        let byte = usize::try_from(position / 8).ok().and_then(|at| self.0.get_mut(at));
        *byte.ok_or(BitstringError::OutOfBounds)? |= 0x80 >> (position % 8);
        Ok(())
    }

    fn bit(&self, position: u64) -> Option<u8> {
        let byte = self.0.get(usize::try_from(position / 8).ok()?)?;
        Some(byte >> (7 - position % 8) & 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_is_the_leftmost() {
        let mut list = Bitstring::new(131_072).unwrap();
        for position in [0, 9, 18, 8 * 131_072 - 1] {
            list.set(position).unwrap();
        }
        assert_eq!(list.0[..3], [0b1000_0000, 0b0100_0000, 0b0010_0000]);
        assert_eq!(list, Bitstring::decode(&list.encode().unwrap()).unwrap());
        let read = |index, size| list.get(index, size).unwrap();
        assert_eq!([0, 1, 9, 18].map(|index| read(index, 1)), [1, 0, 1, 1]);
        assert_eq!([0, 1, 4, 9].map(|index| read(index, 2)), [0b10, 0, 0b01, 0b10]);
        assert_eq!([0, 3, 6].map(|index| read(index, 3)), [0b100, 0b100, 0b100]);
        assert_eq!([0, 1, 2, 131_071].map(|index| read(index, 8)), [128, 64, 32, 1]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let list = Bitstring::new(16_384).unwrap();
        assert_eq!(list.get(131_071, 1), Ok(0));
        assert_eq!(list.get(131_072, 1), Err(BitstringError::OutOfBounds));
        assert_eq!(list.get(u64::MAX, 1), Err(BitstringError::OutOfBounds));
        assert_eq!(list.get(0, 2), Err(BitstringError::TooShort));
        assert_eq!(Bitstring::new(16_383).unwrap().get(0, 1), Err(BitstringError::TooShort));
        let wide = Bitstring::new(MAX_BYTES).unwrap();
        assert_eq!([0, 9].map(|size| wide.get(0, size)), [Err(BitstringError::Size); 2]);
        assert_eq!(wide.get(u64::MAX, 8), Err(BitstringError::OutOfBounds));
        assert_eq!(wide.get(1 << 20, 8), Err(BitstringError::OutOfBounds));
        assert!(Bitstring::new(MAX_BYTES + 1).is_err());
        let text = list.encode().unwrap();
        let (_, body) = text.split_at(1);
        for bad in ["", "u", "H4sI", body, &format!("z{body}"), &format!("{text}=")] {
            assert_eq!(Bitstring::decode(bad).unwrap_err().code(), "status-invalid", "{bad}");
        }
        let bomb = gzip::compress(&vec![0; MAX_BYTES + 1]).unwrap();
        let bomb = format!("u{}", base64url::encode(bomb));
        assert_eq!(Bitstring::decode(&bomb).unwrap_err().code(), "too-large");
        assert_eq!(Bitstring::decode(&"u".repeat(MAX_LEN + 1)).unwrap_err().code(), "too-large");
    }
}
