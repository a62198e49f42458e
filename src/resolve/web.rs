//! did:web: a document as it was fetched. It proves nothing itself: whoever fetched it vouches for it.

use super::{Location, ResolveError};
use crate::clock::Timestamp;
use crate::did::{Did, DidDocument};

/// The document of a did:web, and when it was fetched from the place that the DID names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebDocument {
    document: DidDocument,
    location: Location,
    fetched_at: Timestamp,
}

impl WebDocument {
    /// Reads the document as fetched.
    ///
    /// # Errors
    /// [`ResolveError`], for a DID of another method too.
    pub fn read(did: &Did, bytes: &[u8], fetched_at: Timestamp) -> Result<Self, ResolveError> {
        let location = Location::of(did)?;
        if did.method() != "web" {
            return Err(ResolveError::Method);
        }
        Ok(Self { document: DidDocument::read(did, bytes)?, location, fetched_at })
    }

    /// The DID.
    pub fn did(&self) -> &Did {
        self.document.id()
    }

    /// Its keys.
    pub fn document(&self) -> &DidDocument {
        &self.document
    }

    /// When it was fetched.
    pub fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }
}
