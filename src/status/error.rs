//! Why status list tokens are refused.

use crate::did::DidError;
use crate::encoding::EncodingError;
use crate::format::jws::JwsError;
use crate::format::status_list::StatusListError;
use crate::key::SignError;
use crate::resolve::{KeyRefusal, LogError};

/// Why a status list token was refused, or not issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The token is not readable.
    #[error("the status list token is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A claim is missing or of the wrong kind; it is named.
    #[error("the status list token's {0} is missing or malformed")]
    Malformed(&'static str),
    /// The JWT was refused.
    #[error("the status list token was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the status list token was refused: {0}")]
    Did(#[from] DidError),
    /// The key it names did not count when it was issued.
    #[error("the key of the status list token was refused: {0}")]
    Key(#[from] KeyRefusal),
    /// The log of its signer breaks off, or is ahead of the clock.
    #[error("the log of the status list token's signer was refused: {0}")]
    Log(#[from] LogError),
    /// Signed by another than those who may speak for this list.
    #[error("the status list token is signed by another than the issuer")]
    SignerMismatch,
    /// A token of another list (§8.3).
    #[error("the status list token is that of another list")]
    OtherList,
    /// It has ended.
    #[error("the status list token has expired")]
    Expired,
    /// It was issued in the future.
    #[error("the status list token was issued in the future; check the clocks")]
    NotYetValid,
    /// The list in it was refused.
    #[error(transparent)]
    List(#[from] StatusListError),
    /// It would end before it begins.
    #[error("the status list token would end before it begins")]
    NeverValid,
    /// The issuer's key did not sign.
    #[error("the issuer's key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl StatusError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Log(_) => "log-invalid",
            Self::SignerMismatch => "issuer-key-mismatch",
            Self::OtherList => "status-other-list",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::List(error) => error.code(),
            Self::NeverValid => "never-valid",
            Self::Sign(_) => "sign-failed",
        }
    }
}
