//! SD-JWT in its compact form (RFC 9901).
//!
//! The way of a token through this room, each step a type of its own:
//!
//! ```text
//! text --parse--> SdJwt --verify(issuer key)--> IssuerSigned --bind(expected)--> Presented
//!                 (§4)    (§7.1)                              (§7.3, §4.3)
//! ```
//!
//! `IssuerSigned` says what the issuer signed and which claims were disclosed. Only `Presented`, made
//! by the one function that checks key binding, says that the holder answered *this* question.

mod blind;
mod digest;
mod disclose;
mod key_binding;
mod parse;
mod process;

use crate::encoding::EncodingError;
use crate::format::jws::JwsError;

pub use blind::Padding;
pub(crate) use blind::blind;
pub use digest::HashAlgorithm;
pub use disclose::select;
pub(crate) use key_binding::attach;
pub use key_binding::{ExpectedBinding, KeyBindingError, Presented};
pub use parse::{MAX_DISCLOSURES, MAX_LEN, SdJwt};
pub use process::{Disclosed, IssuerSigned};

/// Why an SD-JWT was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdJwtError {
    /// The issuer-signed JWT was refused.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A part is not decodable.
    #[error("the credential is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// Not in the form of RFC 9901 §4, or digests where none belong (§4.2.4).
    #[error("not an SD-JWT, or one that was cut short")]
    Malformed,
    /// `_sd_alg` is not a hash algorithm read here (§4.1.1).
    #[error("the hash algorithm is not allowed")]
    HashNotAllowed,
    /// A disclosure is not an array of the right length, or names a forbidden or taken claim (§7.1).
    #[error("a disclosure is not valid")]
    BadDisclosure,
    /// One digest stands in two places (§7.1 step 4).
    #[error("a digest or disclosure appears twice")]
    DuplicateDigest,
    /// A disclosure that no digest calls for (§7.1 step 5).
    #[error("a disclosure belongs to nothing that the issuer signed")]
    UnreferencedDisclosure,
}

impl SdJwtError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Jws(error) => error.code(),
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::HashNotAllowed => "hash-not-allowed",
            Self::BadDisclosure => "bad-disclosure",
            Self::DuplicateDigest => "duplicate-digest",
            Self::UnreferencedDisclosure => "unreferenced-disclosure",
        }
    }
}
