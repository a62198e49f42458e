//! Why a jurisdiction document was refused.

use crate::encoding::EncodingError;
use crate::format::jws::JwsError;
use crate::key::SignError;

/// Why a jurisdiction document was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JurisdictionError {
    /// The payload is not readable.
    #[error("the jurisdiction document is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// The signed file around it, or a signature.
    #[error("the jurisdiction document was refused: {0}")]
    Jws(#[from] JwsError),
    /// A member is missing, of the wrong kind, or contradicts another; its place is named.
    #[error("the jurisdiction document is not well formed at {0}")]
    Malformed(String),
    /// Members that this version does not know; the place is named. They could change what the others mean.
    #[error("the jurisdiction document has a member that is not understood at {0}")]
    UnknownMember(String),
    /// More of something than allowed; the place is named.
    #[error("the jurisdiction document has too many entries at {0}")]
    TooMany(String),
    /// Fewer of those who govern signed than it takes.
    #[error("{signed} of those who govern signed the jurisdiction document, and it takes {needed}")]
    Threshold {
        /// How many signed.
        signed: usize,
        /// How many it takes.
        needed: usize,
        /// Whether those of the document before are meant, who must agree to a change of keys.
        before: bool,
    },
    /// Not the document, or not the governance, that was pinned.
    #[error("this is not the jurisdiction that was pinned")]
    NotPinned,
    /// A document of another jurisdiction.
    #[error("a document of another jurisdiction")]
    OtherId,
    /// Issued in the future.
    #[error("the jurisdiction document was issued in the future; check the clocks")]
    NotYetValid,
    /// Exactly the document that is known already.
    #[error("this jurisdiction document is known already")]
    Unchanged,
    /// Documents in between are missing.
    #[error("documents are missing: number {known} is known, and this is number {found}")]
    Gap {
        /// The newest known.
        known: u64,
        /// The one met.
        found: u64,
    },
    /// Older than one that is known.
    #[error(
        "the jurisdiction document is older than one seen before: {found}, and {known} is known"
    )]
    RolledBack {
        /// The newest known.
        known: u64,
        /// The one met.
        found: u64,
    },
    /// Signed as it must be, and contradicts what is known: two documents of one number, or a successor of another.
    #[error(
        "two jurisdiction documents contradict each other at number {seq}: keep both as evidence"
    )]
    Forked {
        /// The number.
        seq: u64,
    },
    /// A key did not sign.
    #[error("the key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl JurisdictionError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Jws(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::UnknownMember(_) => "unknown-member",
            Self::TooMany(_) => "too-large",
            Self::Threshold { .. } => "threshold-not-met",
            Self::NotPinned => "trust-list-not-pinned",
            Self::OtherId => "trust-list-other",
            Self::NotYetValid => "not-yet-valid",
            Self::Unchanged => "trust-list-unchanged",
            Self::Gap { .. } => "trust-list-gap",
            Self::RolledBack { .. } => "trust-list-rolled-back",
            Self::Forked { .. } => "trust-list-forked",
            Self::Sign(_) => "sign-failed",
        }
    }
}
