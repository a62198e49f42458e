//! Public keys as JSON Web Keys (RFC 7517, RFC 7518 §6.2, RFC 8037 §2).

use serde::Serialize;
use serde_json::{Value, json};

use super::{Algorithm, KeyError, KeyId, Kind, PublicKey};
use crate::encoding::{Json, base64url, json::Object};

/// Whether only secret keys have a member of that name: whoever sends it has leaked one.
fn is_secret(name: &str) -> bool {
    matches!(name, "d" | "p" | "q" | "dp" | "dq" | "qi" | "k")
}

impl KeyId {
    /// The thumbprint of a JWK that was checked before: the key itself is not looked at again.
    pub(crate) fn from_checked_jwk(jwk: &Object<'_>) -> Result<Self, KeyError> {
        let x = base64url::encode(coordinate(jwk, "x")?);
        match jwk.get_str("kty") {
            Some("OKP") => Ok(Self::of_ed25519(&x)),
            Some("EC") => Ok(Self::of_p256(&x, &base64url::encode(coordinate(jwk, "y")?))),
            _ => Err(KeyError::Unsupported),
        }
    }
}

impl PublicKey {
    /// Reads the public JWK of a key that signs. Where `use`, `key_ops` or `alg` stand in it, they must
    /// say so (RFC 7517 §4.2 to §4.4); other members (`kid`, …) are not read.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for other kinds of key, [`KeyError::BadKey`] for private, incomplete
    /// or invalid ones, and for keys that are for something else.
    pub fn from_jwk(jwk: &Object<'_>) -> Result<Self, KeyError> {
        let key = Self::from_jwk_for_any_use(jwk)?;
        if is_for_signatures(jwk, key.algorithm()) { Ok(key) } else { Err(KeyError::BadKey) }
    }

    /// Likewise, whatever the key is for.
    pub(crate) fn from_jwk_for_any_use(jwk: &Object<'_>) -> Result<Self, KeyError> {
        if jwk.iter().any(|(name, _)| is_secret(name)) {
            return Err(KeyError::BadKey);
        }
        match (jwk.get_str("kty"), jwk.get_str("crv")) {
            (Some("OKP"), Some("Ed25519")) => Self::from_ed25519(&coordinate(jwk, "x")?),
            (Some("EC"), Some("P-256")) => {
                Self::from_p256_coordinates(&coordinate(jwk, "x")?, &coordinate(jwk, "y")?)
            }
            (Some("OKP" | "EC"), None) | (None, _) => Err(KeyError::BadKey),
            _ => Err(KeyError::Unsupported),
        }
    }

    /// The key as a public JWK with the required members only, by name: the text of it, and so the
    /// did:jwk, is the same whether serde_json keeps or sorts members.
    pub fn to_jwk(&self) -> Value {
        json!(self.jwk())
    }

    /// Likewise, ready to be written.
    pub(crate) fn jwk(&self) -> Jwk {
        match &self.0 {
            Kind::Ed25519(key) => {
                let x = base64url::encode(key.as_bytes());
                Jwk { crv: "Ed25519", kty: "OKP", x, y: None }
            }
            Kind::P256(key) => {
                let (x, y) = (base64url::encode(key.x()), base64url::encode(key.y()));
                Jwk { crv: "P-256", kty: "EC", x, y: Some(y) }
            }
        }
    }
}

/// A public key in members, by name.
#[derive(Serialize)]
pub(crate) struct Jwk {
    crv: &'static str,
    kty: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

/// Whether the JWK allows what a key of this kind does here: to check signatures with its algorithm.
fn is_for_signatures(jwk: &Object<'_>, algorithm: Algorithm) -> bool {
    let agrees = |name, allows: &dyn Fn(&Json<'_>) -> bool| jwk.get(name).is_none_or(allows);
    let verifies =
        |operations: &[Json<'_>]| operations.iter().any(|o| o.as_str() == Some("verify"));
    agrees("use", &|value| value.as_str() == Some("sig"))
        && agrees("key_ops", &|value| value.as_array().is_some_and(verifies))
        && agrees("alg", &|value| value.as_str().is_some_and(|alg| algorithm.reads(alg)))
}

fn coordinate(jwk: &Object<'_>, name: &str) -> Result<[u8; 32], KeyError> {
    let text = jwk.get_str(name).ok_or(KeyError::BadKey)?;
    base64url::decode_array(text).map_err(|_| KeyError::BadKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;

    fn read(text: &str) -> Result<PublicKey, KeyError> {
        PublicKey::from_jwk(&json::parse_object(text.as_bytes(), 4096).unwrap())
    }

    #[test]
    fn rfc_8037_key_and_thumbprint() {
        let key = read(
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        )
        .unwrap();
        assert_eq!(key.id().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let jwk = key.to_jwk().to_string();
        let jwk = json::parse_object(jwk.as_bytes(), 4096).unwrap();
        assert_eq!(KeyId::from_checked_jwk(&jwk), Ok(key.id()));
        assert_eq!(key.to_jwk()["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }

    #[test]
    fn a_key_for_something_else_checks_no_signature() {
        let with = |members: &str| {
            let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
            read(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}",{members}}}"#))
        };
        for good in [
            r#""use":"sig","key_ops":["verify"],"alg":"EdDSA""#,
            r#""key_ops":["sign","verify"],"alg":"Ed25519","kid":1"#,
        ] {
            assert!(with(good).is_ok(), "{good}");
        }
        for bad in [
            r#""use":"enc""#,
            r#""use":["sig"]"#,
            r#""use":null"#,
            r#""key_ops":["encrypt"]"#,
            r#""key_ops":[]"#,
            r#""key_ops":"verify""#,
            r#""alg":"ES256""#,
            r#""alg":"ECDH-ES""#,
            r#""alg":1"#,
        ] {
            assert_eq!(with(bad), Err(KeyError::BadKey), "{bad}");
        }
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let bad = [
            r#"{}"#,
            r#"{"kty":"OKP"}"#,
            r#"{"kty":"OKP","crv":"Ed25519"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AA"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        ];
        for text in bad {
            assert_eq!(read(text), Err(KeyError::BadKey), "{text}");
        }
        for text in [
            r#"{"kty":"oct"}"#,
            r#"{"kty":"EC","crv":"secp256k1"}"#,
            r#"{"kty":"RSA","n":"AQ","e":"AQAB"}"#,
        ] {
            assert_eq!(read(text), Err(KeyError::Unsupported), "{text}");
        }
        assert_eq!(read(r#"{"kty":"oct","k":"AAAA"}"#), Err(KeyError::BadKey));
    }
}
