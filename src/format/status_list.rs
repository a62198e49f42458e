//! Status lists: the statuses of many credentials in few bytes (draft-ietf-oauth-status-list §4).

use crate::encoding::{EncodingError, base64url, zlib};

/// Most entries of a list, made or read: with 8 bits each, a mebibyte.
pub const MAX_ENTRIES: u64 = 1 << 20;

/// Longest `lst` read: [`MAX_ENTRIES`] of 8 bits that do not compress, in base64.
pub const MAX_LEN: usize = 1_500_000;

/// Why a status list was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// The text is not base64url, not one whole compressed stream, or too large.
    #[error("the status list is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// `bits` is not 1, 2, 4 or 8 (§4.1).
    #[error("a status has 1, 2, 4 or 8 bits")]
    Bits,
    /// More than [`MAX_ENTRIES`].
    #[error("the status list has too many entries")]
    TooLarge,
    /// The index lies behind the end of the list (§8.3: the credential must be rejected).
    #[error("the status list has no such entry")]
    OutOfBounds,
    /// The status needs more bits than the list has for one.
    #[error("the status needs more bits than this list has for one")]
    TooWide,
}

impl StatusListError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge | Self::Encoding(EncodingError::TooLarge) => "too-large",
            _ => "status-invalid",
        }
    }
}

/// A status: a number from 0 to 255 (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status(u8);

/// What a status says (§7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusMeaning {
    /// Valid, correct or legal.
    Valid,
    /// Revoked, annulled or taken back, for good.
    Invalid,
    /// Not valid at present.
    Suspended,
    /// Something that issuer and verifier have agreed on.
    Application,
    /// Reserved: nobody knows yet what it will say.
    Reserved,
}

impl Status {
    /// Valid, correct or legal.
    pub const VALID: Self = Self(0);
    /// Revoked, for good.
    pub const INVALID: Self = Self(1);
    /// Not valid at present.
    pub const SUSPENDED: Self = Self(2);

    /// The status of that number.
    pub fn new(value: u8) -> Self {
        Self(value)
    }

    /// Its number.
    pub fn value(self) -> u8 {
        self.0
    }

    /// What it says.
    pub fn meaning(self) -> StatusMeaning {
        match self.0 {
            0 => StatusMeaning::Valid,
            1 => StatusMeaning::Invalid,
            2 => StatusMeaning::Suspended,
            3 | 0x0c..=0x0f => StatusMeaning::Application,
            _ => StatusMeaning::Reserved,
        }
    }
}

/// How many bits a status has in a list (§4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bits {
    /// Valid and invalid.
    One = 1,
    /// Also suspended, and one status of the application's.
    Two = 2,
    /// 16 statuses.
    Four = 4,
    /// 256 statuses.
    Eight = 8,
}

impl Bits {
    /// From the number in a list.
    ///
    /// # Errors
    /// [`StatusListError::Bits`].
    pub fn new(number: i64) -> Result<Self, StatusListError> {
        let all = [Self::One, Self::Two, Self::Four, Self::Eight];
        all.into_iter().find(|bits| bits.number() as i64 == number).ok_or(StatusListError::Bits)
    }

    /// As a number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Statuses in a byte.
    fn per_byte(self) -> u64 {
        8 / u64::from(self.number())
    }

    /// The bits of the first status in a byte.
    fn mask(self) -> u8 {
        0xff >> (8 - self.number())
    }

    /// The byte of an entry, and by how many bits it is shifted there: least significant bits first.
    fn place(self, index: u64) -> Option<(usize, u8)> {
        let byte = usize::try_from(index / self.per_byte()).ok()?;
        let shift = u8::try_from(index % self.per_byte()).ok()? * self.number();
        Some((byte, shift))
    }
}

/// A list of statuses, uncompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list of `entries` statuses, all valid; as many more as fill the last byte.
    ///
    /// # Errors
    /// [`StatusListError::TooLarge`] past [`MAX_ENTRIES`].
    pub fn new(bits: Bits, entries: u64) -> Result<Self, StatusListError> {
        let length = usize::try_from(entries.div_ceil(bits.per_byte()));
        match length {
            Ok(length) if entries <= MAX_ENTRIES => Ok(Self { bits, bytes: vec![0; length] }),
            _ => Err(StatusListError::TooLarge),
        }
    }

    /// From `bits` and `lst` of a token (§4.2).
    ///
    /// # Errors
    /// [`StatusListError`], also past [`MAX_ENTRIES`].
    pub fn decode(bits: Bits, lst: &str) -> Result<Self, StatusListError> {
        if lst.len() > MAX_LEN {
            return Err(StatusListError::TooLarge);
        }
        let most = usize::try_from(MAX_ENTRIES / bits.per_byte()).unwrap_or(usize::MAX);
        let bytes = zlib::decompress(&base64url::decode(lst)?, most)?;
        Ok(Self { bits, bytes })
    }

    /// As `lst` in a token (§4.2), compressed at the highest level.
    ///
    /// # Errors
    /// [`StatusListError::Encoding`] when the compressor fails.
    pub fn encode(&self) -> Result<String, StatusListError> {
        Ok(base64url::encode(zlib::compress(&self.bytes)?))
    }

    /// How many bits a status has.
    pub fn bits(&self) -> Bits {
        self.bits
    }

    /// How many entries there are, with those that fill the last byte.
    pub fn entries(&self) -> u64 {
        self.bytes.len() as u64 * self.bits.per_byte()
    }

    /// The status of an entry.
    ///
    /// # Errors
    /// [`StatusListError::OutOfBounds`].
    pub fn get(&self, index: u64) -> Result<Status, StatusListError> {
        let (byte, shift) = self.bits.place(index).ok_or(StatusListError::OutOfBounds)?;
        let byte = self.bytes.get(byte).ok_or(StatusListError::OutOfBounds)?;
        Ok(Status(byte >> shift & self.bits.mask()))
    }

    /// Changes the status of an entry.
    ///
    /// # Errors
    /// [`StatusListError::OutOfBounds`], [`StatusListError::TooWide`].
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), StatusListError> {
        if status.0 > self.bits.mask() {
            return Err(StatusListError::TooWide);
        }
        let (byte, shift) = self.bits.place(index).ok_or(StatusListError::OutOfBounds)?;
        let byte = self.bytes.get_mut(byte).ok_or(StatusListError::OutOfBounds)?;
        *byte = *byte & !(self.bits.mask() << shift) | status.0 << shift;
        Ok(())
    }
}
