//! DIDs whose documents lie on the web, judged from what was fetched before: did:web, and did:webvh with its history.
//!
//! A key is asked for by name, purpose and the day on which it signed (DID profile §14). Retired, compromised and
//! unknown are different answers.

mod fetched;
mod keys;
mod location;
mod web;
pub mod webvh;

use crate::clock::Timestamp;
use crate::did::{Did, DocumentError, Relationship};
use crate::key::PublicKey;

pub use fetched::{DidMaterial, FetchedDid, FetchedError};
pub use location::Location;
pub use web::WebDocument;
pub use webvh::{History, Kinship, LogError, LogFault, Version};

/// Why what was fetched for a DID was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Not a DID of the method asked for.
    #[error("a DID of another method")]
    Method,
    /// It names no public host, or a path that could lead elsewhere; the part is named.
    #[error("the DID's {0} names nothing on the public web")]
    Target(&'static str),
    /// The document was refused.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl ResolveError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Method => "did-method-unsupported",
            Self::Target(_) => "blocked-target",
            Self::Document(error) => error.code(),
        }
    }
}

/// What is known of a DID: its document as fetched, or its whole history.
#[derive(Clone, Debug)]
pub enum KnownDid {
    /// did:web.
    Web(WebDocument),
    /// did:webvh.
    History(History),
}

/// A key that counts for what it signed on the day asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse<'k> {
    /// The key.
    pub key: &'k PublicKey,
    /// When it came into use, where that is known.
    pub from: Option<Timestamp>,
    /// When it was retired in order, or will be: that day (UTC) is its last.
    pub until: Option<Timestamp>,
}

/// Why a key does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// The DID has no key of that name, and had none.
    #[error("the DID has no key of that name")]
    NotFound,
    /// The key was never listed for this purpose.
    #[error("the DID does not list that key for this purpose")]
    WrongPurpose,
    /// It signed before its first day, or after its last.
    #[error("the key was not in use on that day")]
    OutsideWindow {
        /// When it came into use, where that is known.
        from: Option<Timestamp>,
        /// When it was retired, if it was.
        until: Option<Timestamp>,
    },
    /// It was declared compromised, and counts for nothing, whenever it signed: a thief backdates.
    #[error("the key was declared compromised")]
    Compromised,
}

impl KeyRefusal {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound => "key-not-found",
            Self::WrongPurpose => "wrong-purpose",
            Self::OutsideWindow { .. } => "key-outside-window",
            Self::Compromised => "key-compromised",
        }
    }
}

impl KnownDid {
    /// The DID.
    pub fn did(&self) -> &Did {
        match self {
            Self::Web(web) => web.did(),
            Self::History(history) => history.did(),
        }
    }

    /// The key of that name, for what it signed on the day of `signed_on`. `as_of` takes away what was published later:
    /// with the time of an old decision it gives the answer of then. Of a did:web only the newest state is known, so
    /// that `as_of` changes nothing there.
    ///
    /// # Errors
    /// [`KeyRefusal`].
    pub fn key(
        &self,
        fragment: &str,
        relationship: Relationship,
        signed_on: Timestamp,
        as_of: Timestamp,
    ) -> Result<KeyUse<'_>, KeyRefusal> {
        match self {
            Self::Web(web) => keys::of_document(web.document(), fragment, relationship, signed_on),
            Self::History(history) => history.key(fragment, relationship, signed_on, as_of),
        }
    }
}
