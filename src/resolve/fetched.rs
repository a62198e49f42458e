//! What was fetched for a DID, before anything of it is checked.

use super::webvh::History;
use super::{KnownDid, ResolveError, WebDocument};
use crate::clock::Timestamp;
use crate::did::Did;
use crate::resolve::LogError;

/// What was fetched for a DID: nothing of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedDid {
    /// The DID.
    pub did: Did,
    /// What was fetched.
    pub material: DidMaterial,
    /// When, as far as that is known. For did:web it is needed.
    pub fetched_at: Option<Timestamp>,
}

/// The files of a DID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DidMaterial {
    /// The document of a did:web. It proves nothing itself: give only what comes from somebody believed.
    Document(Vec<u8>),
    /// The log of a did:webvh, and its witness file where there is one.
    Log {
        /// `did.jsonl`
        log: Vec<u8>,
        /// `did-witness.json`
        witness: Option<Vec<u8>>,
    },
}

/// Why what was fetched for a DID was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchedError {
    /// The document.
    #[error(transparent)]
    Document(#[from] ResolveError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl FetchedError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Document(error) => error.code(),
            Self::Log(error) => error.code(),
        }
    }
}

impl FetchedDid {
    /// Checks it whole.
    ///
    /// # Errors
    /// [`FetchedError`].
    pub fn check(&self) -> Result<KnownDid, FetchedError> {
        Ok(match &self.material {
            DidMaterial::Document(bytes) => {
                let fetched_at = self.fetched_at.unwrap_or(Timestamp::EPOCH);
                KnownDid::Web(WebDocument::read(&self.did, bytes, fetched_at)?)
            }
            DidMaterial::Log { log, witness } => {
                KnownDid::History(History::verify(&self.did, log, witness.as_deref())?)
            }
        })
    }
}
