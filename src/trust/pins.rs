//! Issuers pinned by DID: the smallest jurisdiction.

use crate::did::{self, Did, DidDocument, DidError, Relationship};
use crate::key::PublicKey;

/// An issuer that the verifier has chosen to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedIssuer {
    /// The issuer, compared byte by byte.
    pub did: Did,
    /// What the verifier calls it. Names never come from credentials.
    pub name: Option<String>,
}

/// Pinned issuers with their keys, resolved once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pins(Vec<(PinnedIssuer, DidDocument)>);

impl Pins {
    /// Resolves every issuer.
    pub(crate) fn new(issuers: Vec<PinnedIssuer>) -> Result<Self, (Did, DidError)> {
        let mut pins: Vec<(PinnedIssuer, DidDocument)> = Vec::with_capacity(issuers.len());
        for issuer in issuers {
            let document =
                did::document(&issuer.did).map_err(|error| (issuer.did.clone(), error))?;
            pins.push((issuer, document));
        }
        pins.sort_by(|(a, _), (b, _)| a.did.cmp(&b.did));
        pins.dedup_by(|(a, _), (b, _)| a.did == b.did);
        Ok(Self(pins))
    }

    /// The pinned issuer that `kid` is a key of, and that key, if it may sign credentials.
    pub(crate) fn key(&self, kid: &str) -> Option<(&PinnedIssuer, &PublicKey)> {
        let (did, fragment) = kid.split_once('#')?;
        let at = self.0.binary_search_by(|(pinned, _)| pinned.did.as_str().cmp(did)).ok()?;
        let (pinned, document) = self.0.get(at)?;
        Some((pinned, document.key_at(fragment, Relationship::AssertionMethod).ok()?))
    }
}
