//! Reading a DID document (DID Core 1.0 §5, Controlled Identifiers 1.0 §2.2, §3.3).
//!
//! What is not understood is passed over: other kinds of keys, services, keys of other DIDs. A key of which the
//! document says that somebody else controls it is kept, and is good for nothing.

use std::collections::HashMap;

use super::doc::{AgreementKey, DidDocument, MethodKey, Relationship, VerificationMethod};
use super::{Did, DidUrl, key_method};
use crate::clock::Timestamp;
use crate::encoding::json::{self, Json, Object};
use crate::encoding::{EncodingError, base64url, multibase};
use crate::key::PublicKey;

/// Longest document read, in bytes.
pub const MAX_DOCUMENT: usize = 64 * 1024;

/// Most verification methods read in one document.
pub const MAX_METHODS: usize = 128;

/// Why a DID document was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not readable.
    #[error("the DID document is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// The document of another DID (§3.3 step 6).
    #[error("the document is that of another DID")]
    OtherDid,
    /// A member is missing or of the wrong kind; it is named.
    #[error("the DID document's {0} is missing or malformed")]
    Malformed(&'static str),
    /// Two keys go by one name.
    #[error("the DID document gives two keys one name")]
    SameName,
    /// More keys than [`MAX_METHODS`].
    #[error("the DID document has too many keys")]
    TooManyKeys,
}

impl DocumentError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::OtherDid => "did-mismatch",
            Self::Malformed(_) | Self::SameName => "malformed",
            Self::TooManyKeys => "too-large",
        }
    }
}

impl DidDocument {
    /// Reads the document of `did`.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn read(did: &Did, bytes: &[u8]) -> Result<Self, DocumentError> {
        Self::from_object(did, &json::parse_object(bytes, MAX_DOCUMENT)?, &mut Multikeys::default())
    }

    /// Likewise, from JSON read before, and with the keys of documents read before.
    pub(crate) fn from_object(
        did: &Did,
        document: &Object<'_>,
        known: &mut Multikeys,
    ) -> Result<Self, DocumentError> {
        if document.get_str("id").ok_or(DocumentError::Malformed("id"))? != did.as_str() {
            return Err(DocumentError::OtherDid);
        }
        let found = Self { id: did.clone(), methods: Vec::new(), revoked: Vec::new() };
        let mut reader = Reader { found, known, foreign: Vec::new(), met: 0 };
        for method in list(document, "verificationMethod")? {
            let method =
                method.as_object().ok_or(DocumentError::Malformed("verificationMethod"))?;
            reader.method(method, None)?;
        }
        for relationship in Relationship::ALL {
            for item in list(document, relationship.name())? {
                match item {
                    Json::String(reference) => reader.reference(reference, relationship)?,
                    Json::Object(method) => reader.method(method, Some(relationship))?,
                    _ => return Err(DocumentError::Malformed(relationship.name())),
                }
            }
        }
        Ok(reader.found)
    }
}

/// Multikeys that were decoded, by their text: most keys stand in many versions of a document.
#[derive(Debug, Default)]
pub(crate) struct Multikeys(HashMap<String, Option<MethodKey>>);

impl Multikeys {
    fn key(&mut self, text: &str) -> Option<MethodKey> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let key = multikey(text);
        self.0.insert(text.to_owned(), key.clone());
        key
    }
}

struct Reader<'k> {
    found: DidDocument,
    known: &'k mut Multikeys,
    /// Fragments of keys that another controls (§3.3 step 9): they get no relationship.
    foreign: Vec<String>,
    met: usize,
}

impl Reader<'_> {
    /// A verification method, listed by value under `relationship` or not yet under any.
    fn method(
        &mut self,
        method: &Object<'_>,
        relationship: Option<Relationship>,
    ) -> Result<(), DocumentError> {
        self.count()?;
        let id = method.get_str("id").ok_or(DocumentError::Malformed("verificationMethod"))?;
        let (expires, revoked) = (moment(method, "expires")?, moment(method, "revoked")?);
        let Some(id) = self.own(id) else {
            return Ok(());
        };
        let fragment = id.fragment();
        if revoked.is_some() && !self.found.revoked.iter().any(|known| known == fragment) {
            self.found.revoked.push(fragment.to_owned());
        }
        let Some(key) = self.key(method) else {
            return Ok(());
        };
        if method.get_str("controller") != Some(self.found.id.as_str()) {
            self.foreign.push(fragment.to_owned());
        }
        match self.found.methods.iter().find(|other| other.id == id) {
            None => {
                let relationships = Vec::new();
                let fragment = fragment.to_owned();
                let method = VerificationMethod { id, key, relationships, expires, revoked };
                self.found.methods.push(method);
                relationship.into_iter().for_each(|listed| self.list(&fragment, listed));
                Ok(())
            }
            Some(same) if same.key == key && (same.expires, same.revoked) == (expires, revoked) => {
                let fragment = fragment.to_owned();
                relationship.into_iter().for_each(|listed| self.list(&fragment, listed));
                Ok(())
            }
            Some(_) => Err(DocumentError::SameName),
        }
    }

    /// A key listed by its name; those of other DIDs are not ours to judge (§3.3, note).
    fn reference(
        &mut self,
        reference: &str,
        relationship: Relationship,
    ) -> Result<(), DocumentError> {
        self.count()?;
        if let Some(url) = self.own(reference) {
            self.list(url.fragment(), relationship);
        }
        Ok(())
    }

    fn list(&mut self, fragment: &str, relationship: Relationship) {
        if self.foreign.iter().any(|foreign| foreign == fragment) {
            return;
        }
        let named = self.found.methods.iter_mut().find(|method| method.id.fragment() == fragment);
        if let Some(method) = named
            && !method.relationships.contains(&relationship)
        {
            method.relationships.push(relationship);
        }
    }

    /// The DID URL, absolute or `#fragment`, if it is one of this document.
    fn own(&self, id: &str) -> Option<DidUrl> {
        let did = &self.found.id;
        let fragment = match id.strip_prefix('#') {
            Some(fragment) => fragment,
            None => id.strip_prefix(did.as_str())?.strip_prefix('#')?,
        };
        DidUrl::parse(&format!("{did}#{fragment}")).ok()
    }

    /// The key of a verification method; `None` for kinds that are not used here, and for keys that are none.
    fn key(&mut self, method: &Object<'_>) -> Option<MethodKey> {
        match method.get_str("type")? {
            "Multikey" => self.known.key(method.get_str("publicKeyMultibase")?),
            "Ed25519VerificationKey2020" => {
                let key = self.known.key(method.get_str("publicKeyMultibase")?);
                key.filter(|key| matches!(key, MethodKey::Signing(key) if key.x25519().is_some()))
            }
            "JsonWebKey" | "JsonWebKey2020" => jwk(method.get("publicKeyJwk")?.as_object()?),
            _ => None,
        }
    }

    fn count(&mut self) -> Result<(), DocumentError> {
        self.met += 1;
        if self.met > MAX_METHODS { Err(DocumentError::TooManyKeys) } else { Ok(()) }
    }
}

/// Controlled Identifiers 1.0 §2.2.2, and X25519 (multicodec `0xec`).
fn multikey(text: &str) -> Option<MethodKey> {
    if let Ok(key) = key_method::decode(text) {
        return Some(MethodKey::Signing(key));
    }
    match multibase::decode(text).ok()?.as_slice() {
        [0xec, 0x01, raw @ ..] => {
            Some(MethodKey::Agreement(AgreementKey::X25519(raw.try_into().ok()?)))
        }
        _ => None,
    }
}

/// Controlled Identifiers 1.0 §2.2.3.
fn jwk(jwk: &Object<'_>) -> Option<MethodKey> {
    if jwk.get_str("crv") == Some("X25519") && jwk.get("d").is_none() {
        let raw = base64url::decode_array(jwk.get_str("x")?).ok()?;
        return Some(MethodKey::Agreement(AgreementKey::X25519(raw)));
    }
    if let Ok(key) = PublicKey::from_jwk(jwk) {
        return Some(MethodKey::Signing(key));
    }
    let key = PublicKey::from_jwk_for_any_use(jwk).ok()?;
    let agrees = jwk.get_str("use") == Some("enc") && key.x25519().is_none();
    agrees.then_some(MethodKey::Agreement(AgreementKey::P256(key)))
}

/// A member that is a list, if it is there.
fn list<'o, 'a>(
    document: &'o Object<'a>,
    name: &'static str,
) -> Result<&'o [Json<'a>], DocumentError> {
    match document.get(name) {
        None => Ok(&[]),
        Some(value) => value.as_array().ok_or(DocumentError::Malformed(name)),
    }
}

/// A member that is a moment, if it is there.
fn moment(method: &Object<'_>, name: &'static str) -> Result<Option<Timestamp>, DocumentError> {
    let Some(value) = method.get(name) else {
        return Ok(None);
    };
    let stamp = value.as_str().and_then(|text| Timestamp::parse_stamp(text).ok());
    Ok(Some(stamp.ok_or(DocumentError::Malformed(name))?.0))
}
