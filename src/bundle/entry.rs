//! What the manifest says about one item.

use std::cmp::Ordering;

use crate::clock::Timestamp;
use crate::did::Did;

use super::BundleError;

/// Longest name that is no DID, and longest origin, in bytes.
const MAX_NAME: usize = 2048;

/// Longest entity tag, in bytes.
const MAX_ETAG: usize = 256;

/// What an item is, ordered as in the file: by the word in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The document of a did:web, named by its DID.
    DidDocument,
    /// The log of a did:webvh, named by its DID.
    DidLog,
    /// The witness file of a did:webvh, named by its DID.
    DidWitness,
    /// A jurisdiction document, named by its id. There may be several of one id: the links between two sequences.
    Jurisdiction,
    /// A verifier's policy, named by its id.
    Policy,
    /// A status list token, named by its URI. There may be several of one URI, to judge at several times.
    StatusList,
    /// Type metadata, named by its `vct`.
    TypeMetadata,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] = [
        Self::DidDocument,
        Self::DidLog,
        Self::DidWitness,
        Self::Jurisdiction,
        Self::Policy,
        Self::StatusList,
        Self::TypeMetadata,
    ];

    /// The word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::DidDocument => "did-document",
            Self::DidLog => "did-log",
            Self::DidWitness => "did-witness",
            Self::Jurisdiction => "jurisdiction",
            Self::Policy => "policy",
            Self::StatusList => "status-list",
            Self::TypeMetadata => "type-metadata",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether its items are signed by those they speak of, so that it makes no difference who brings them.
    pub fn proves_itself(self) -> bool {
        matches!(self, Self::DidLog | Self::DidWitness | Self::Jurisdiction | Self::StatusList)
    }

    /// Whether a name may have several items.
    pub fn may_repeat(self) -> bool {
        matches!(self, Self::Jurisdiction | Self::StatusList)
    }

    /// Whether an item of this kind can have that name.
    pub(super) fn allows(self, name: &str) -> bool {
        let of_method = |method| Did::parse(name).is_ok_and(|did| did.method() == method);
        match self {
            Self::DidDocument => of_method("web"),
            Self::DidLog | Self::DidWitness => of_method("webvh"),
            _ => is_text(name),
        }
    }
}

/// Not empty, not long, and nothing that a terminal would act on.
pub(super) fn is_text(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// An entity tag, as it stands in a header.
pub(super) fn is_etag(text: &str) -> bool {
    (1..=MAX_ETAG).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// One item as the manifest describes it. Who signed the manifest follows from where the entry came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) length: usize,
    pub(super) digest: [u8; 32],
    pub(super) origin: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) fetched: Timestamp,
}

impl Entry {
    /// What the item is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its DID, id, URI or `vct`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes it has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The SHA-256 of its bytes.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Where its maker got it from; `None` for what it was given as a file.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// What the server it came from calls these bytes (RFC 9110 §8.8.3), so that who refreshes the bundle can ask whether
    /// there are others.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// When its maker got it.
    pub fn fetched(&self) -> Timestamp {
        self.fetched
    }
}

/// By what items are ordered: kind's word, name, digest.
pub(super) type Place<'a> = (&'a str, &'a str, &'a [u8; 32]);

/// Whether an item may stand behind another: in order, and none twice.
pub(super) fn may_follow(before: Place<'_>, after: Place<'_>) -> Result<(), BundleError> {
    // Of a kind not known, it is not known either whether it has one item for each name.
    let repeats = Kind::from_word(after.0).is_none_or(Kind::may_repeat);
    let same_name = (before.0, before.1) == (after.0, after.1);
    match after.cmp(&before) {
        Ordering::Equal => Err(BundleError::Duplicate),
        _ if same_name && !repeats => Err(BundleError::Duplicate),
        Ordering::Less => Err(BundleError::Order),
        Ordering::Greater => Ok(()),
    }
}
