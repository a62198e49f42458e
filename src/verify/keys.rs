//! Whose key signed: DIDs to keys, from what the verifier was given and from DIDs that carry their own.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Relationship};
use crate::key::PublicKey;
use crate::trust::{PinnedIssuer, Pins};

/// The DIDs that a verifier knows.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pins: Pins,
}

/// The key that a credential names as its issuer's.
pub(super) struct IssuerKey<'v> {
    pub(super) issuer: Did,
    pub(super) pinned: Option<&'v PinnedIssuer>,
    pub(super) key: Cow<'v, PublicKey>,
}

impl Keys {
    pub(super) fn new(pins: Pins) -> Self {
        Self { pins }
    }

    /// The key named by `kid`: an absolute DID URL, listed under assertionMethod (DID profile §2).
    pub(super) fn of_issuer(
        &self,
        kid: Option<&str>,
    ) -> Result<IssuerKey<'_>, (&'static str, String)> {
        let kid = kid.filter(|kid| kid.starts_with("did:"));
        let kid =
            kid.ok_or_else(|| ("key-not-found", "kid is not the DID URL of a key".to_owned()))?;
        if let Some((pinned, key)) = self.pins.key(kid) {
            let (issuer, pinned, key) = (pinned.did.clone(), Some(pinned), Cow::Borrowed(key));
            return Ok(IssuerKey { issuer, pinned, key });
        }
        let describe = |error: DidError| (error.code(), error.to_string());
        let url = DidUrl::parse(kid).map_err(describe)?;
        let key = Cow::Owned(carried(&url).map_err(describe)?);
        Ok(IssuerKey { issuer: url.did().clone(), pinned: None, key })
    }

    /// The key that signed a status list at that time.
    pub(super) fn of_signer(
        &self,
        url: &DidUrl,
        _signed_at: Timestamp,
        _now: Timestamp,
    ) -> Result<Cow<'_, PublicKey>, DidError> {
        if let Some((_, key)) = self.pins.key(&url.to_string()) {
            return Ok(Cow::Borrowed(key));
        }
        Ok(Cow::Owned(carried(url)?))
    }
}

/// The key of a DID that carries it.
fn carried(url: &DidUrl) -> Result<PublicKey, DidError> {
    Ok(did::document(url.did())?.key(url, Relationship::AssertionMethod)?.clone())
}
