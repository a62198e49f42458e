//! Strict decoders with bounds: base64url, multibase, JSON and its canonical form, zlib, GZIP, and paths into JSON.
//!
//! Everything from outside passes through here first. Nothing is repaired or guessed.

pub mod base64url;
pub mod gzip;
pub mod jcs;
pub mod json;
pub mod multibase;
pub mod path;
pub mod zlib;

pub use json::Json;

/// Why bytes could not be decoded. Never holds any of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Not base64url without padding, or not canonical (RFC 4648 §3.5, §5).
    #[error("not unpadded base64url")]
    Base64,
    /// Not a multibase string of the base expected.
    #[error("not the multibase expected")]
    Multibase,
    /// Not JSON, or a number outside what every reader agrees on.
    #[error("not valid JSON")]
    Malformed,
    /// A JSON object names a member twice.
    #[error("a JSON member appears twice")]
    DuplicateKey,
    /// JSON nested deeper than [`json::MAX_DEPTH`].
    #[error("JSON is nested too deep")]
    TooDeep,
    /// A zlib stream or GZIP member that is damaged, breaks off, or does not end where the bytes end (RFC 1950, RFC 1952).
    #[error("not one whole compressed stream")]
    Compression,
    /// More bytes than the place allows.
    #[error("larger than allowed")]
    TooLarge,
}

impl EncodingError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Base64 | Self::Multibase | Self::Compression => "encoding",
            Self::Malformed => "malformed",
            Self::DuplicateKey => "duplicate-key",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
        }
    }
}
