//! The key to which an answer is sealed, in the request's `client_metadata` (OpenID4VP §5.1, §8.3).

use serde_json::{Map, Value, json};

use super::RequestError;
use crate::did::DidDocument;
use crate::encoding::base64url;
use crate::encoding::json::{Json, Object};
use crate::key::PublicKey;

/// `alg` of the key: every JWK for this must have one, and the JWE takes it over.
const ALG: &str = "ECDH-ES";

/// The `enc` written.
const ENC: &str = "A256GCM";

/// What a request for sealed answers adds to `client_metadata`.
pub(super) fn metadata(key: &PublicKey) -> Map<String, Value> {
    let metadata = json!({
        "jwks": {"keys": [jwk(key)]},
        "encrypted_response_enc_values_supported": [ENC],
    });
    metadata.as_object().cloned().unwrap_or_default()
}

/// The public key for key agreement: Ed25519 in its X25519 form. `kid` is what a sealed file names it by.
fn jwk(key: &PublicKey) -> Value {
    let mut jwk = match key.x25519() {
        Some(x) => json!({"kty": "OKP", "crv": "X25519", "x": base64url::encode(x)}),
        None => key.to_jwk(),
    };
    if let Some(members) = jwk.as_object_mut() {
        let id = key.id();
        let rest = [("use", "enc"), ("alg", ALG), ("kid", id.as_str())];
        members.extend(rest.map(|(name, value)| (name.to_owned(), value.into())));
    }
    jwk
}

/// The key that a request names, where it names one or asks for encryption. It must be the only one that can be used
/// here, and one that the DID of whoever signed lists for key agreement: else a third party could read along.
pub(super) fn read(
    payload: &Object<'_>,
    verifier: Option<&DidDocument>,
) -> Result<Option<PublicKey>, RequestError> {
    let metadata = payload.get("client_metadata").and_then(Json::as_object);
    let jwks = metadata.and_then(|metadata| metadata.get("jwks"));
    let mode = payload.get_str("response_mode").unwrap_or_default();
    if jwks.is_none() && !mode.ends_with(".jwt") {
        return Ok(None);
    }
    let document =
        verifier.ok_or(RequestError::SealKey("nobody signed the request that names it"))?;
    let keys = jwks.and_then(Json::as_object).and_then(|jwks| jwks.get("keys"));
    let keys = keys.and_then(Json::as_array).ok_or(RequestError::SealKey("there is none"))?;
    let mut usable = keys.iter().filter_map(Json::as_object).filter(usable);
    let (Some(named), None) = (usable.next(), usable.next()) else {
        return Err(RequestError::SealKey("there must be one that can be used, and no more"));
    };
    if named.get("d").is_some() {
        return Err(RequestError::SealKey("it is a private key"));
    }
    let own = document.agreement_keys().find(|key| {
        let own = jwk(key);
        let same = |name: &&str| named.get_str(name) == own.get(*name).and_then(Value::as_str);
        ["kty", "crv", "x", "y", "kid"].iter().all(same)
    });
    let own = own.ok_or(RequestError::SealKey("it is no key of the one who asks"))?;
    let enc = metadata.and_then(|metadata| metadata.get("encrypted_response_enc_values_supported"));
    let written = |enc: &[Json<'_>]| enc.iter().any(|enc| enc.as_str() == Some(ENC));
    if !enc.and_then(Json::as_array).is_some_and(written) {
        return Err(RequestError::SealKey("A256GCM is not among the ways to seal"));
    }
    Ok(Some(own.clone()))
}

/// Whether a JWK is for key agreement as done here.
fn usable(jwk: &&Object<'_>) -> bool {
    let curve = (jwk.get_str("kty"), jwk.get_str("crv"));
    let curve = matches!(curve, (Some("OKP"), Some("X25519")) | (Some("EC"), Some("P-256")));
    let encrypts = jwk.get("use").is_none_or(|value| value.as_str() == Some("enc"));
    curve && encrypts && jwk.get_str("alg") == Some(ALG)
}

#[cfg(feature = "jwe")]
impl super::Request {
    /// Seals an answer to the key that the request names. Where it names none, the answer comes back as it is.
    ///
    /// # Errors
    /// [`crate::sealed::SealedError`].
    pub fn seal(&self, answer: String) -> Result<String, crate::sealed::SealedError> {
        match &self.reply_key {
            None => Ok(answer),
            Some(key) => {
                crate::sealed::seal(answer.as_bytes(), crate::sealed::Kind::Presentation, key)
            }
        }
    }
}
