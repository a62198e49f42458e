//! Compact JWS (RFC 7515 §7.1) with an allow-list of algorithms and headers.

use serde::Serialize;

use crate::did::Identity;
use crate::encoding::json;
use crate::encoding::{EncodingError, base64url};
use crate::key::{
    Algorithm, KeyError, KeyId, PublicKey, Purpose, SignError, Signature, Signer, SigningInput,
};

/// Largest JOSE header read, decoded.
const MAX_HEADER: usize = 128 * 1024;

/// Header members that bring a key along. A key is never taken from the token that it signed.
const EMBEDDED_KEYS: [&str; 5] = ["jwk", "jku", "x5u", "x5c", "x5t#S256"];

/// Why a JWS was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// A part is not decodable.
    #[error("the token is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// Not three parts, or a header member of the wrong kind.
    #[error("not a signed token")]
    Malformed,
    /// `alg` is not one of ours, or not the one of the key (RFC 8725 §3.1, §3.2).
    #[error("the signature algorithm is not allowed")]
    AlgNotAllowed,
    /// `crit` names an extension; none is understood (RFC 7515 §4.1.11).
    #[error("the token demands an extension that is not understood")]
    UnknownCritical,
    /// The header brings its own key.
    #[error("the token brings its own key, which proves nothing")]
    UntrustedKey,
    /// `typ` is not that of the token expected here (RFC 8725 §3.11).
    #[error("a token of another type")]
    WrongType,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    BadSignature,
}

impl JwsError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::AlgNotAllowed => "alg-not-allowed",
            Self::UnknownCritical => "unknown-critical",
            Self::UntrustedKey => "untrusted-key",
            Self::WrongType => "wrong-type",
            Self::BadSignature => "bad-signature",
        }
    }
}

/// A JWS as received: decoded, header checked, signature not.
#[derive(Debug)]
pub struct UnverifiedJws<'a> {
    signing_input: &'a str,
    algorithm: Algorithm,
    kid: Option<String>,
    payload: Vec<u8>,
    /// `None` where it has another length than any signature of ours.
    signature: Option<Signature>,
}

impl<'a> UnverifiedJws<'a> {
    /// Splits and decodes `token`, and checks its header: `alg` on the allow-list, no `crit`, no key
    /// brought along, `typ` exactly the one expected.
    ///
    /// # Errors
    /// [`JwsError`].
    pub fn parse(token: &'a str, typ: &str, max_len: usize) -> Result<Self, JwsError> {
        if token.len() > max_len {
            return Err(EncodingError::TooLarge.into());
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Malformed)?;
        let JoseHeader { algorithm, kid, .. } = JoseHeader::read(header, typ)?;
        Ok(Self {
            signing_input,
            algorithm,
            kid,
            payload: base64url::decode(payload)?,
            signature: base64url::decode_sized(signature)?.map(Signature::from_bytes),
        })
    }

    /// The `kid` the token claims.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The payload, whoever wrote it. For finding the material that checks it, never for use.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// Checks the signature with `key` and hands out the payload (RFC 7515 §5.2).
    ///
    /// # Errors
    /// [`JwsError::AlgNotAllowed`] when `alg` is not the key's, [`JwsError::BadSignature`].
    pub fn verify(&self, key: &PublicKey) -> Result<&[u8], JwsError> {
        if key.algorithm() != self.algorithm {
            return Err(JwsError::AlgNotAllowed);
        }
        let signature = self.signature.ok_or(JwsError::BadSignature)?;
        key.verify(self.signing_input.as_bytes(), &signature)
            .map_err(|_: KeyError| JwsError::BadSignature)?;
        Ok(&self.payload)
    }
}

/// What a JOSE header says, by every rule for headers here.
pub(super) struct JoseHeader {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    /// How many members it has.
    pub(super) members: usize,
}

impl JoseHeader {
    /// Decodes it: `alg` on the allow-list, no `crit`, no key brought along, `typ` exactly the one expected.
    pub(super) fn read(encoded: &str, typ: &str) -> Result<Self, JwsError> {
        let header = base64url::decode(encoded)?;
        let header = json::parse_object(&header, MAX_HEADER)?;
        let (mut alg, mut kid, mut named_typ) = (None, None, None);
        let (mut extended, mut brings_key) = (false, false);
        for (name, value) in header.iter() {
            match name {
                "alg" => alg = value.as_str(),
                "kid" => kid = Some(value),
                "typ" => named_typ = value.as_str(),
                "crit" | "b64" => extended = true,
                _ => brings_key |= EMBEDDED_KEYS.contains(&name),
            }
        }
        let algorithm = Algorithm::from_alg(alg.ok_or(JwsError::Malformed)?);
        let algorithm = algorithm.ok_or(JwsError::AlgNotAllowed)?;
        if extended {
            return Err(JwsError::UnknownCritical);
        }
        if brings_key {
            return Err(JwsError::UntrustedKey);
        }
        if named_typ != Some(typ) {
            return Err(JwsError::WrongType);
        }
        let kid = match kid {
            None => None,
            Some(kid) => Some(kid.as_str().ok_or(JwsError::Malformed)?.to_owned()),
        };
        Ok(Self { algorithm, kid, members: header.len() })
    }
}

/// Signs `payload`, JSON, in the name of a DID: `kid` is the DID URL of its key.
pub(crate) fn sign_as(
    identity: &Identity<'_>,
    purpose: Purpose,
    typ: &str,
    payload: &[u8],
) -> Result<String, SignError> {
    let kid = identity.key_url().to_string();
    let alg = identity.public_key().algorithm().jose_name();
    let header = Header { alg, kid: Some(&kid), typ };
    compact(&header, payload, purpose, |input| identity.sign(input))
}

/// Signs `payload`, JSON, with a bare key; who may have signed follows from elsewhere (`cnf`).
pub(crate) fn sign_with(
    signer: &dyn Signer,
    (key, algorithm): (&KeyId, Algorithm),
    purpose: Purpose,
    typ: &str,
    payload: &[u8],
) -> Result<String, SignError> {
    let header = Header { alg: algorithm.jose_name(), kid: None, typ };
    compact(&header, payload, purpose, |input| signer.sign(key, input))
}

#[derive(Serialize)]
pub(super) struct Header<'a> {
    pub(super) alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<&'a str>,
    pub(super) typ: &'a str,
}

fn compact(
    header: &Header<'_>,
    payload: &[u8],
    purpose: Purpose,
    sign: impl FnOnce(SigningInput<'_>) -> Result<Signature, SignError>,
) -> Result<String, SignError> {
    let header = serde_json::to_vec(header).map_err(|_| SignError::Failed)?;
    let mut out = Vec::with_capacity((header.len() + payload.len() + 64) * 4 / 3 + 8);
    base64url::append(&header, &mut out);
    out.push(b'.');
    base64url::append(payload, &mut out);
    let signature = sign(SigningInput::new(purpose, &out))?;
    out.push(b'.');
    base64url::append(signature.as_bytes(), &mut out);
    String::from_utf8(out).map_err(|_| SignError::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SecretKey;
    use serde_json::{Value, json};
    use zeroize::Zeroizing;

    fn key(algorithm: Algorithm) -> SecretKey {
        SecretKey::from_bytes(algorithm, &Zeroizing::new([7; 32])).unwrap()
    }

    fn token(header: &Value, signature: &str) -> String {
        let header = base64url::encode(header.to_string());
        format!("{header}.{}.{signature}", base64url::encode("{}"))
    }

    fn refusal(token: &str) -> JwsError {
        UnverifiedJws::parse(token, "test", 4096).unwrap_err()
    }

    #[test]
    fn signs_and_verifies_with_both_kinds_of_key() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
            let key = key(algorithm);
            let identity = Identity::did_key(key.id(), &key).unwrap();
            let token = sign_as(&identity, Purpose::Credential, "test", br#"{"a":1}"#).unwrap();
            let jws = UnverifiedJws::parse(&token, "test", 4096).unwrap();
            assert_eq!(jws.kid(), Some(identity.key_url().to_string().as_str()));
            assert_eq!(jws.verify(key.public()).unwrap(), br#"{"a":1}"#);
        }
    }

    #[test]
    fn the_key_decides_the_algorithm() {
        let (ed, p256) = (key(Algorithm::Ed25519), key(Algorithm::P256));
        let token =
            sign_with(&ed, (ed.id(), Algorithm::Ed25519), Purpose::KeyBinding, "test", b"{}")
                .unwrap();
        let jws = UnverifiedJws::parse(&token, "test", 4096).unwrap();
        assert_eq!(jws.verify(p256.public()), Err(JwsError::AlgNotAllowed));
        assert!(jws.verify(ed.public()).is_ok());
    }

    #[test]
    fn header_rules() {
        for alg in ["none", "None", "nOnE", "HS256", "ES384", "RS256", "", "es256"] {
            assert_eq!(
                refusal(&token(&json!({"alg": alg, "typ": "test"}), "")),
                JwsError::AlgNotAllowed,
                "{alg}"
            );
        }
        for name in EMBEDDED_KEYS {
            let header = json!({"alg": "EdDSA", "typ": "test", name: "x"});
            assert_eq!(refusal(&token(&header, "")), JwsError::UntrustedKey, "{name}");
        }
        let crit = json!({"alg": "EdDSA", "typ": "test", "crit": ["exp"]});
        assert_eq!(refusal(&token(&crit, "")), JwsError::UnknownCritical);
        for typ in ["kb+jwt", "TEST", "application/test"] {
            assert_eq!(
                refusal(&token(&json!({"alg": "EdDSA", "typ": typ}), "")),
                JwsError::WrongType
            );
        }
        assert_eq!(refusal(&token(&json!({"alg": "EdDSA"}), "")), JwsError::WrongType);
        assert_eq!(refusal(&token(&json!({"typ": "test"}), "")), JwsError::Malformed);
        assert_eq!(
            refusal(&token(&json!({"alg": "EdDSA", "typ": "test", "kid": 1}), "")),
            JwsError::Malformed
        );
    }

    #[test]
    fn form_and_size() {
        let good = token(&json!({"alg": "EdDSA", "typ": "test"}), "AAAA");
        assert_eq!(refusal("a"), JwsError::Malformed);
        assert_eq!(refusal("a.b"), JwsError::Malformed);
        assert_eq!(refusal(&format!("{good}.AAAA")).code(), "encoding");
        assert_eq!(refusal(&format!("{good}=")).code(), "encoding");
        assert_eq!(refusal(&"a".repeat(5000)).code(), "too-large");
        let short = UnverifiedJws::parse(&good, "test", 4096).unwrap();
        assert_eq!(short.verify(key(Algorithm::Ed25519).public()), Err(JwsError::BadSignature));
    }
}
