//! did:jwk: the DID is a public JWK in base64url.

use super::doc::{AgreementKey, DidDocument, MethodKey, Relationship, VerificationMethod};
use super::{Did, DidError};
use crate::encoding::{base64url, json};
use crate::key::{KeyError, PublicKey};

use Relationship::{
    AssertionMethod, Authentication, CapabilityDelegation, CapabilityInvocation, KeyAgreement,
};

impl Did {
    /// The did:jwk of a public key. Other JWKs of the same key make other DIDs.
    pub fn jwk_from_key(key: &PublicKey) -> Self {
        Self(format!("did:jwk:{}", base64url::encode(key.to_jwk().to_string())))
    }
}

pub(super) fn document(did: &Did) -> Result<DidDocument, DidError> {
    let bytes = base64url::decode(did.method_specific_id()).map_err(|_| DidError::BadDid)?;
    let jwk = json::parse_object(&bytes, super::MAX_LEN).map_err(|_| DidError::BadDid)?;
    let purpose = jwk.get("use").map(|value| value.as_str());
    let key = match purpose {
        Some(Some("enc")) => PublicKey::from_jwk_for_any_use(&jwk),
        _ => PublicKey::from_jwk(&jwk),
    };
    let key = key.map_err(|error| match error {
        KeyError::Unsupported => DidError::UnsupportedKey,
        _ => DidError::BadKey,
    })?;
    let signs = [Authentication, AssertionMethod, CapabilityInvocation, CapabilityDelegation];
    let agrees = key.x25519().is_none();
    let (key, relationships) = match purpose {
        None if agrees => (MethodKey::Signing(key), [&signs[..], &[KeyAgreement]].concat()),
        None | Some(Some("sig")) => (MethodKey::Signing(key), signs.to_vec()),
        Some(Some("enc")) if agrees => {
            (MethodKey::Agreement(AgreementKey::P256(key)), vec![KeyAgreement])
        }
        _ => return Err(DidError::BadKey),
    };
    let method = VerificationMethod::new(did.with_fragment("0"), key, relationships);
    Ok(DidDocument { id: did.clone(), methods: vec![method], revoked: Vec::new() })
}
