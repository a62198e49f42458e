//! Data Integrity proofs (vc-data-integrity 1.0) of one cryptosuite: eddsa-jcs-2022 (vc-di-eddsa §3.3).
//!
//! What is signed is SHA-256 of the proof without its value, then SHA-256 of the document without its proofs, both in
//! canonical form (RFC 8785). Whose key it is, and whether that key may say so, is for the caller to find out.

mod document;
mod proof;

use sha2::{Digest as _, Sha256};

use crate::encoding::EncodingError;
use crate::encoding::jcs;
use crate::encoding::json::Object;
use crate::key::SignError;

pub use document::{MAX_PROOFS, SecuredDocument};
pub use proof::{ExpectedProof, ProofOptions, UnverifiedProof};

/// `type` of every proof read and written here.
const TYPE: &str = "DataIntegrityProof";

/// The one cryptosuite.
pub const SUITE: &str = "eddsa-jcs-2022";

/// Why a proof was refused, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document or the proof is not readable.
    #[error("not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A member of the proof is missing or of the wrong kind; it is named.
    #[error("the proof's {0} is missing or malformed")]
    Malformed(&'static str),
    /// Another type of proof, or another cryptosuite.
    #[error("not a DataIntegrityProof by eddsa-jcs-2022")]
    OtherSuite,
    /// More proofs than are read, or none.
    #[error("no proof, or too many")]
    Count,
    /// Made for another purpose.
    #[error("the proof was made for another purpose")]
    OtherPurpose,
    /// Made for another domain, or with another challenge.
    #[error("the proof was made for another domain or challenge")]
    OtherDomain,
    /// `@context` of the document does not begin with that of the proof (§3.3.2 step 4).
    #[error("the proof was made under another @context")]
    OtherContext,
    /// It names an earlier proof that is not there.
    #[error("the proof follows one that is not there")]
    PreviousMissing,
    /// Made in the future.
    #[error("the proof was made in the future; check the clocks")]
    NotYetValid,
    /// It has ended.
    #[error("the proof has expired")]
    Expired,
    /// The signature does not hold, or the key is none of the suite's.
    #[error("the proof does not hold")]
    BadProof,
    /// The key did not sign.
    #[error("the key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl ProofError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed(_) | Self::Count => "malformed",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::OtherSuite
            | Self::OtherPurpose
            | Self::OtherDomain
            | Self::OtherContext
            | Self::PreviousMissing
            | Self::BadProof => "bad-proof",
            Self::Sign(_) => "sign-failed",
        }
    }
}

/// SHA-256 of the canonical form.
fn hash(object: &Object<'_>) -> Result<[u8; 32], EncodingError> {
    Ok(Sha256::digest(jcs::canonical(object)?).into())
}

/// The 64 bytes that are signed: configuration first (§3.3.4).
fn hash_data(config: &Object<'_>, document: &[u8; 32]) -> Result<[u8; 64], EncodingError> {
    let mut data = [0; 64];
    let (first, second) = data.split_at_mut(32);
    first.copy_from_slice(&hash(config)?);
    second.copy_from_slice(document);
    Ok(data)
}
