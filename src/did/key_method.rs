//! did:key (W3C CCG draft): the DID is the key.

use super::doc::{
    AgreementKey, DidDocument, MethodKey, Relationship, VerificationMethod, signing_multikey,
};
use super::{Did, DidError, DidUrl};
use crate::encoding::multibase;
use crate::key::PublicKey;

use Relationship::{
    AssertionMethod, Authentication, CapabilityDelegation, CapabilityInvocation, KeyAgreement,
};

impl Did {
    /// The did:key of a public key.
    pub fn from_key(key: &PublicKey) -> Self {
        Self(format!("did:key:{}", signing_multikey(key)))
    }
}

/// A did:key has the key itself as fragment, or that of the X25519 key derived from it.
pub(super) fn is_own_fragment(url: &DidUrl) -> bool {
    url.fragment() == url.did().method_specific_id()
        || document(url.did())
            .is_ok_and(|document| document.methods.iter().any(|method| method.id == *url))
}

pub(super) fn document(did: &Did) -> Result<DidDocument, DidError> {
    let multikey = did.method_specific_id();
    let key = decode(multikey)?;
    let mut relationships =
        vec![Authentication, AssertionMethod, CapabilityInvocation, CapabilityDelegation];
    let mut agreement = None;
    match key.x25519() {
        None => relationships.push(KeyAgreement),
        Some(bytes) => agreement = Some(MethodKey::Agreement(AgreementKey::X25519(bytes))),
    }
    let own = did.with_fragment(multikey);
    let mut methods = vec![VerificationMethod::new(own, MethodKey::Signing(key), relationships)];
    methods.extend(agreement.map(|key| {
        let id = did.with_fragment(&key.to_multikey());
        VerificationMethod::new(id, key, vec![KeyAgreement])
    }));
    Ok(DidDocument { id: did.clone(), methods, revoked: Vec::new() })
}

/// The key in a did:key, without those derived from it.
pub(crate) fn key_in(did: &Did) -> Result<PublicKey, DidError> {
    if did.method() == "key" {
        decode(did.method_specific_id())
    } else {
        Err(DidError::UnsupportedMethod)
    }
}

/// Reads a multikey: multicodec varint, then the raw key.
pub(super) fn decode(multikey: &str) -> Result<PublicKey, DidError> {
    let bytes = multibase::decode(multikey).map_err(|_| DidError::BadKey)?;
    let key = match bytes.as_slice() {
        [0xed, 0x01, raw @ ..] => {
            PublicKey::from_ed25519(raw.try_into().map_err(|_| DidError::BadKey)?)
        }
        [0x80, 0x24, raw @ ..] => {
            PublicKey::from_p256_compressed(raw.try_into().map_err(|_| DidError::BadKey)?)
        }
        other if is_other_key(other) => return Err(DidError::UnsupportedKey),
        _ => return Err(DidError::BadKey),
    };
    key.map_err(|_| DidError::BadKey)
}

/// Whether the multicodec prefix is that of a public key of another kind (multicodec table, `key`).
fn is_other_key(bytes: &[u8]) -> bool {
    match bytes {
        // secp256k1, BLS12-381 G1 and G2, X25519, BLS12-381 G1G2, sr25519
        [0xe7 | 0xea | 0xeb | 0xec | 0xee | 0xef, 0x01, ..] => true,
        // P-384, P-521, Ed448, X448, RSA, SM2
        [0x81..=0x86, 0x24, ..] => true,
        _ => false,
    }
}
