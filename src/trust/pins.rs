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

/// Pinned issuers, with their keys where the DID carries them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pins(Vec<(PinnedIssuer, Option<DidDocument>)>);

impl Pins {
    /// Resolves every issuer whose DID carries its key. Those of did:web and did:webvh are known by their material.
    pub(crate) fn new(issuers: Vec<PinnedIssuer>) -> Result<Self, (Did, DidError)> {
        let mut pins = Vec::with_capacity(issuers.len());
        for issuer in issuers {
            let document = match issuer.did.method() {
                "web" | "webvh" => None,
                _ => {
                    let document = did::document(&issuer.did);
                    Some(document.map_err(|error| (issuer.did.clone(), error))?)
                }
            };
            pins.push((issuer, document));
        }
        pins.sort_by(|(a, _), (b, _)| a.did.cmp(&b.did));
        pins.dedup_by(|(a, _), (b, _)| a.did == b.did);
        Ok(Self(pins))
    }

    /// The pinned issuer that `kid` is a key of, and that key, if its DID carries it and it may sign credentials.
    pub(crate) fn key(&self, kid: &str) -> Option<(&PinnedIssuer, &PublicKey)> {
        let (did, fragment) = kid.split_once('#')?;
        let (pinned, document) = self.find(did)?;
        let key = document.as_ref()?.key_at(fragment, Relationship::AssertionMethod);
        Some((pinned, key.ok()?))
    }

    /// The pinned issuer of that DID.
    pub(crate) fn get(&self, did: &Did) -> Option<&PinnedIssuer> {
        self.find(did.as_str()).map(|(pinned, _)| pinned)
    }

    fn find(&self, did: &str) -> Option<&(PinnedIssuer, Option<DidDocument>)> {
        let at = self.0.binary_search_by(|(pinned, _)| pinned.did.as_str().cmp(did)).ok()?;
        self.0.get(at)
    }
}
