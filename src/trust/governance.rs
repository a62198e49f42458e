//! Who signs a jurisdiction document: keys written into it, and how many of them it takes.

use std::fmt;

use serde::{Serialize, Serializer};

use super::digest::{self, digest_text};
use crate::format::jws::JwsError;
use crate::format::jws_json::UnverifiedJwsJson;
use crate::key::{KeyId, PublicKey};

/// Most keys that govern one jurisdiction.
pub const MAX_GOVERNANCE_KEYS: usize = 16;

/// Those who govern a jurisdiction. No key comes from a DID or a host: whoever takes one over gains nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Governance {
    /// How many of the keys must sign.
    pub threshold: u8,
    /// The keys, each once.
    pub keys: Vec<GovernanceKey>,
}

/// A key that governs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GovernanceKey {
    /// What its holder is called. A DID here is a name, and is not resolved.
    pub label: String,
    /// The key.
    #[serde(rename = "jwk", serialize_with = "as_jwk")]
    pub key: PublicKey,
}

impl Governance {
    /// Digest of threshold and thumbprints, in whatever order they stand; labels are not in it.
    pub fn digest(&self) -> [u8; 32] {
        let mut ids: Vec<KeyId> = self.keys.iter().map(|key| key.key.id()).collect();
        ids.sort();
        let ids: Vec<&str> = ids.iter().map(KeyId::as_str).collect();
        digest::sha256(format!(
            "jurisdiction/1 governance\n{}\n{}\n",
            self.threshold,
            ids.join("\n")
        ))
    }

    /// Whether one of the keys has that thumbprint.
    pub fn has(&self, id: &KeyId) -> bool {
        self.keys.iter().any(|key| key.key.id() == *id)
    }

    /// Whether other keys, or another number of them, sign than for `other`.
    pub fn differs_from(&self, other: &Self) -> bool {
        self.digest() != other.digest()
    }

    /// Those who signed, each once however often it did.
    pub(super) fn signers(&self, jws: &UnverifiedJwsJson) -> Result<Vec<&GovernanceKey>, JwsError> {
        let mut signers: Vec<&GovernanceKey> = Vec::new();
        for key in &self.keys {
            let counted = signers.iter().any(|other| other.key == key.key);
            if !counted && jws.is_signed_by(&key.key.id(), &key.key)? {
                signers.push(key);
            }
        }
        Ok(signers)
    }
}

/// What the first document of a jurisdiction is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// The digest of its payload: this document and those that follow it.
    Document([u8; 32]),
    /// The digest of its governance: any document that these keys sign.
    Governance([u8; 32]),
}

impl Pin {
    /// Reads `sha256-…` for a document, `governance-sha256-…` for its governance.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("governance-") {
            Some(text) => digest::read(text).map(Self::Governance),
            None => digest::read(text).map(Self::Document),
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(digest) => f.write_str(&digest_text(digest)),
            Self::Governance(digest) => write!(f, "governance-{}", digest_text(digest)),
        }
    }
}

pub(super) fn as_jwk<S: Serializer>(key: &PublicKey, serializer: S) -> Result<S::Ok, S::Error> {
    key.to_jwk().serialize(serializer)
}
