//! Keys: Ed25519 and P-256, public and secret, and who may sign what with them.
//!
//! The algorithm belongs to the key. A token can name it, never choose it.

#[cfg(feature = "jwe")]
mod agreement;
mod ed25519;
mod jwk;
mod p256;
mod secret;
mod signer;

use std::fmt;

use sha2::{Digest, Sha256};

use crate::encoding::base64url;

pub(crate) use jwk::Jwk;
pub use secret::SecretKey;
pub use signer::{Purpose, SignError, Signer, SigningInput};

/// The kind of a key, which settles its signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), checked strictly.
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5), `ES256` in JOSE.
    P256,
}

impl Algorithm {
    /// The JOSE `alg` written into tokens (RFC 7518 §3.1, RFC 8037 §3.1).
    pub fn jose_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::P256 => "ES256",
        }
    }

    /// Whether a token signed with such a key may name itself `alg`. `Ed25519` is RFC 9864.
    pub fn reads(self, alg: &str) -> bool {
        match self {
            Self::Ed25519 => matches!(alg, "EdDSA" | "Ed25519"),
            Self::P256 => alg == "ES256",
        }
    }

    /// The kind of key that makes tokens with this `alg`, if it is one of ours.
    pub fn from_alg(alg: &str) -> Option<Self> {
        [Self::Ed25519, Self::P256].into_iter().find(|algorithm| algorithm.reads(alg))
    }

    /// The name used in files and on the command line: `ed25519` or `p256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::P256 => "p256",
        }
    }

    /// The algorithm of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ed25519, Self::P256].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// Why a key or a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a usable public key: wrong length, off the curve, small order, not canonical, or a JWK
    /// with members missing, private or not understood.
    #[error("not a usable public key")]
    BadKey,
    /// A key of a kind that Bonafide does not use.
    #[error("a kind of key that is not used here (Ed25519 and P-256 are)")]
    Unsupported,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    BadSignature,
    /// The cryptographic library failed, for want of memory or by a fault of its own.
    #[error("the cryptographic library failed")]
    Backend,
    /// A secret key was named together with a public key that is not its own.
    #[error("secret and public key do not belong together")]
    KeyMismatch,
}

impl KeyError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadKey => "bad-key",
            Self::Unsupported => "key-unsupported",
            Self::BadSignature => "bad-signature",
            Self::Backend => "key-backend-failed",
            Self::KeyMismatch => "key-mismatch",
        }
    }
}

/// A signature: 64 bytes, `R‖S` for Ed25519 and `r‖s` for ES256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// A signature made elsewhere, for instance by a hardware module.
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(64 bytes)")
    }
}

/// Names a key: its RFC 7638 SHA-256 thumbprint in base64url, 43 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// From the coordinate as in the JWK.
    fn of_ed25519(x: &str) -> Self {
        Self::of_json(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#))
    }

    /// From the coordinates as in the JWK.
    fn of_p256(x: &str, y: &str) -> Self {
        Self::of_json(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#))
    }

    /// From the required members in order, without white space (RFC 7638 §3).
    fn of_json(json: &str) -> Self {
        Self(base64url::encode(Sha256::digest(json)))
    }

    /// The thumbprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key that has been checked: on its curve, canonical, not of small order.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Ed25519(ed25519::Public),
    P256(Box<p256::Public>),
}

impl PublicKey {
    /// An Ed25519 key from its 32 bytes (RFC 8032 §5.1.2).
    ///
    /// # Errors
    /// [`KeyError::BadKey`] when it is no point, of small order, or not written canonically.
    pub fn from_ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(Kind::Ed25519(ed25519::Public::from_bytes(bytes)?)))
    }

    /// A P-256 key from its compressed point (SEC 1 §2.3.3), 33 bytes.
    ///
    /// # Errors
    /// [`KeyError::BadKey`] when it is not a point on the curve.
    pub fn from_p256_compressed(bytes: &[u8; 33]) -> Result<Self, KeyError> {
        Ok(Self(Kind::P256(Box::new(p256::Public::from_compressed(bytes)?))))
    }

    /// A P-256 key from its coordinates.
    ///
    /// # Errors
    /// [`KeyError::BadKey`] when the point is not on the curve.
    pub fn from_p256_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(Kind::P256(Box::new(p256::Public::from_coordinates(x, y)?))))
    }

    /// The kind of key.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Kind::Ed25519(_) => Algorithm::Ed25519,
            Kind::P256(_) => Algorithm::P256,
        }
    }

    /// The key as multikey material: 32 bytes for Ed25519, the compressed point for P-256.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            Kind::Ed25519(key) => key.as_bytes().to_vec(),
            Kind::P256(key) => key.to_compressed().to_vec(),
        }
    }

    /// The X25519 key agreement key that belongs to an Ed25519 key; `None` for P-256.
    pub fn x25519(&self) -> Option<[u8; 32]> {
        match &self.0 {
            Kind::Ed25519(key) => Some(key.x25519()),
            Kind::P256(_) => None,
        }
    }

    /// Checks a signature over `message`. Ed25519 is checked strictly (no small-order parts, no
    /// second encodings); ECDSA refuses `r` or `s` of zero.
    ///
    /// # Errors
    /// [`KeyError::BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        if cfg!(fuzzing) {
            // No fuzzer forges a signature: here every other one holds.
            let [first, ..] = signature.as_bytes();
            let holds = first.is_multiple_of(2);
            return holds.then_some(()).ok_or(KeyError::BadSignature);
        }
        match &self.0 {
            Kind::Ed25519(key) => key.verify(message, signature.as_bytes()),
            Kind::P256(key) => key.verify(message, signature.as_bytes()),
        }
    }

    /// The key's name: its JWK thumbprint (RFC 7638).
    pub fn id(&self) -> KeyId {
        match &self.0 {
            Kind::Ed25519(key) => KeyId::of_ed25519(&base64url::encode(key.as_bytes())),
            Kind::P256(key) => {
                KeyId::of_p256(&base64url::encode(key.x()), &base64url::encode(key.y()))
            }
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.algorithm().name(), self.id())
    }
}
