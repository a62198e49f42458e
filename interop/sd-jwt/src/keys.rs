//! Keys made of one byte, which sign anything.

use bonafide::did::Did;
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use jsonwebtoken::{EncodingKey, jwk::Jwk};
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::EncodePrivateKey as _;
use serde_json::Value;

use crate::Anything;

/// Both algorithms.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

/// A key pair in every shape that somebody here takes.
pub struct Key {
    /// Ours.
    pub secret: SecretKey,
    /// The public JWK.
    pub jwk: Value,
    /// The private JWK.
    pub private_jwk: Value,
    /// For sd-jwt-rs.
    pub encoding: EncodingKey,
    raw: Raw,
}

enum Raw {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    P256(p256::ecdsa::SigningKey),
}

impl Key {
    /// The key whose secret is that byte, 32 times.
    pub fn new(algorithm: Algorithm, byte: u8) -> Result<Self, Anything> {
        let seed = [byte; 32];
        let secret = SecretKey::from_bytes(algorithm, &seed.into())?;
        let (raw, encoding) = match algorithm {
            Algorithm::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(&seed);
                let der = key.to_pkcs8_der()?;
                (Raw::Ed25519(Box::new(key)), EncodingKey::from_ed_der(der.as_bytes()))
            }
            Algorithm::P256 => {
                let key = p256::SecretKey::from_slice(&seed)?;
                let der = key.to_pkcs8_der()?;
                (Raw::P256(key.into()), EncodingKey::from_ec_der(der.as_bytes()))
            }
        };
        let jwk = secret.public().to_jwk();
        let mut private_jwk = jwk.clone();
        private_jwk["d"] = base64url::encode(seed).into();
        Ok(Self { secret, jwk, private_jwk, encoding, raw })
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        self.secret.public()
    }

    /// Its did:key.
    pub fn did(&self) -> Did {
        Did::from_key(self.public())
    }

    /// The DID URL of the key in it.
    pub fn kid(&self) -> String {
        let did = self.did();
        format!("{did}#{}", did.method_specific_id())
    }

    /// `alg` of what it signs.
    pub fn alg(&self) -> &'static str {
        self.public().algorithm().jose_name()
    }

    /// The public key for sd-jwt-rs.
    pub fn jsonwebtoken_jwk(&self) -> Result<Jwk, Anything> {
        Ok(serde_json::from_value(self.jwk.clone())?)
    }

    /// A JWS over exactly these texts.
    pub fn jws(&self, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = match &self.raw {
            Raw::Ed25519(key) => key.sign(input.as_bytes()).to_bytes().to_vec(),
            Raw::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(input.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        format!("{input}.{}", base64url::encode(signature))
    }
}
