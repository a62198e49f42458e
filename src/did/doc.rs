//! DID documents and the keys in them (DID Core 1.0 §5, Controlled Identifiers 1.0 §3.3).

use serde_json::{Value, json};

use super::{Did, DidError, DidUrl};
use crate::clock::Timestamp;
use crate::encoding::multibase;
use crate::key::{Algorithm, PublicKey};

/// What a document lets a key do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// Prove control of the DID: requests, proofs of possession.
    Authentication,
    /// Make statements: credentials, status lists.
    AssertionMethod,
    /// Receive encrypted files.
    KeyAgreement,
    /// Use a capability of the DID.
    CapabilityInvocation,
    /// Pass on a capability of the DID.
    CapabilityDelegation,
}

impl Relationship {
    pub(super) const ALL: [Self; 5] = [
        Self::Authentication,
        Self::AssertionMethod,
        Self::KeyAgreement,
        Self::CapabilityInvocation,
        Self::CapabilityDelegation,
    ];

    /// The member name in a DID document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::AssertionMethod => "assertionMethod",
            Self::KeyAgreement => "keyAgreement",
            Self::CapabilityInvocation => "capabilityInvocation",
            Self::CapabilityDelegation => "capabilityDelegation",
        }
    }
}

/// A public key for key agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgreementKey {
    /// X25519 (RFC 7748), 32 bytes.
    X25519([u8; 32]),
    /// The same P-256 key that signs.
    P256(PublicKey),
}

/// The key of a verification method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodKey {
    /// A key that signs.
    Signing(PublicKey),
    /// A key that only agrees on secrets.
    Agreement(AgreementKey),
}

/// One key of a document, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationMethod {
    pub(super) id: DidUrl,
    pub(super) key: MethodKey,
    pub(super) relationships: Vec<Relationship>,
    pub(super) expires: Option<Timestamp>,
    pub(super) revoked: Option<Timestamp>,
}

impl VerificationMethod {
    pub(super) fn new(id: DidUrl, key: MethodKey, relationships: Vec<Relationship>) -> Self {
        Self { id, key, relationships, expires: None, revoked: None }
    }

    /// The DID URL of the key.
    pub fn id(&self) -> &DidUrl {
        &self.id
    }

    /// The key itself.
    pub fn key(&self) -> &MethodKey {
        &self.key
    }

    /// What the document lists the key for.
    pub fn relationships(&self) -> &[Relationship] {
        &self.relationships
    }

    /// From when on it is no longer to be used (Controlled Identifiers 1.0 §2.2).
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Since when nothing of it is to be believed (§2.2).
    pub fn revoked(&self) -> Option<Timestamp> {
        self.revoked
    }

    fn to_json(&self) -> Value {
        let mut method = json!({
            "id": self.id.to_string(),
            "type": "Multikey",
            "controller": self.id.did().as_str(),
            "publicKeyMultibase": self.key.to_multikey(),
        });
        for (name, moment) in [("expires", self.expires), ("revoked", self.revoked)] {
            if let (Some(moment), Some(members)) = (moment, method.as_object_mut()) {
                members.insert(name.to_owned(), moment.to_string().into());
            }
        }
        method
    }
}

/// A DID document, reduced to its keys. The controller of every key that is listed for something is the DID itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    pub(super) id: Did,
    pub(super) methods: Vec<VerificationMethod>,
    /// Fragments of all methods with `revoked`, those not understood among them.
    pub(super) revoked: Vec<String>,
}

impl DidDocument {
    /// The DID described.
    pub fn id(&self) -> &Did {
        &self.id
    }

    /// All its keys.
    pub fn methods(&self) -> &[VerificationMethod] {
        &self.methods
    }

    /// Fragments of the keys that are not to be believed: those with `revoked`, also of kinds not used here.
    pub fn revoked(&self) -> &[String] {
        &self.revoked
    }

    /// The signing key of that name, if the document lists it for `relationship`
    /// (Controlled Identifiers 1.0 §3.3).
    ///
    /// # Errors
    /// [`DidError::KeyNotFound`], [`DidError::WrongPurpose`].
    pub fn key(&self, url: &DidUrl, relationship: Relationship) -> Result<&PublicKey, DidError> {
        if *url.did() != self.id {
            return Err(DidError::KeyNotFound);
        }
        self.key_at(url.fragment(), relationship)
    }

    /// Likewise, by the fragment of its DID URL.
    pub(crate) fn key_at(
        &self,
        fragment: &str,
        relationship: Relationship,
    ) -> Result<&PublicKey, DidError> {
        let named = self.methods.iter().find(|method| method.id.fragment() == fragment);
        let method = named.ok_or(DidError::KeyNotFound)?;
        match &method.key {
            MethodKey::Signing(key) if method.relationships.contains(&relationship) => Ok(key),
            _ => Err(DidError::WrongPurpose),
        }
    }

    /// The first signing key listed for `relationship`, with its DID URL.
    pub fn first_key(&self, relationship: Relationship) -> Option<(&DidUrl, &PublicKey)> {
        self.methods.iter().find_map(|method| match &method.key {
            MethodKey::Signing(key) if method.relationships.contains(&relationship) => {
                Some((&method.id, key))
            }
            _ => None,
        })
    }

    /// The keys to which files for this DID may be sealed: those that the document lists for key agreement, an Ed25519
    /// key by its X25519 form.
    pub fn agreement_keys(&self) -> impl Iterator<Item = &PublicKey> {
        let listed = |method: &&VerificationMethod| {
            method.relationships.contains(&Relationship::KeyAgreement)
        };
        self.methods.iter().filter(listed).filter_map(|method| match &method.key {
            MethodKey::Signing(key) | MethodKey::Agreement(AgreementKey::P256(key)) => Some(key),
            MethodKey::Agreement(AgreementKey::X25519(bytes)) => {
                self.methods.iter().find_map(|other| match &other.key {
                    MethodKey::Signing(key) if key.x25519().as_ref() == Some(bytes) => Some(key),
                    _ => None,
                })
            }
        })
    }

    /// The document as JSON, keys as Multikey (Controlled Identifiers 1.0 §2.2.2).
    pub fn to_json(&self) -> Value {
        let mut document = json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.id.as_str(),
            "verificationMethod": self.methods.iter().map(|method| method.to_json()).collect::<Vec<_>>(),
        });
        if let Some(members) = document.as_object_mut() {
            for relationship in Relationship::ALL {
                let listed = self
                    .methods
                    .iter()
                    .filter(|method| method.relationships.contains(&relationship));
                let ids: Vec<_> = listed.map(|method| Value::from(method.id.to_string())).collect();
                if !ids.is_empty() {
                    members.insert(relationship.name().to_owned(), ids.into());
                }
            }
        }
        document
    }
}

impl MethodKey {
    /// Multibase `z` of the multicodec prefix and the key (Controlled Identifiers 1.0 §2.2.2).
    pub fn to_multikey(&self) -> String {
        match self {
            Self::Signing(key) | Self::Agreement(AgreementKey::P256(key)) => signing_multikey(key),
            Self::Agreement(AgreementKey::X25519(bytes)) => {
                multibase::encode(&[&[0xec, 0x01], &bytes[..]].concat())
            }
        }
    }
}

/// The multikey of a signing key: what follows `did:key:`.
pub(super) fn signing_multikey(key: &PublicKey) -> String {
    let prefix = match key.algorithm() {
        Algorithm::Ed25519 => [0xed, 0x01],
        Algorithm::P256 => [0x80, 0x24],
    };
    multibase::encode(&[&prefix[..], &key.to_bytes()].concat())
}
