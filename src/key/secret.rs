//! Secret keys: zeroized when dropped, never printed, copied or serialised.

use std::fmt;

use zeroize::Zeroizing;

use super::{
    Algorithm, KeyError, KeyId, Kind, PublicKey, SignError, Signature, Signer, SigningInput,
    ed25519, p256,
};
use crate::random::{Random, RandomError};

/// A secret key and its public part.
pub struct SecretKey {
    pub(super) secret: Secret,
    public: PublicKey,
    id: KeyId,
}

pub(super) enum Secret {
    Ed25519(Box<ed25519::Secret>),
    P256(Box<p256::Secret>),
}

impl SecretKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`RandomError`] when the random source fails.
    pub fn generate(algorithm: Algorithm, random: &mut dyn Random) -> Result<Self, RandomError> {
        // A random P-256 scalar is out of range once in 2^32 draws.
        for _ in 0..8 {
            let mut seed = Zeroizing::new([0; 32]);
            random.fill(seed.as_mut())?;
            if let Ok(key) = Self::from_bytes(algorithm, &seed) {
                return Ok(key);
            }
        }
        Err(RandomError)
    }

    /// From the Ed25519 seed, or the P-256 scalar in big-endian order.
    ///
    /// # Errors
    /// [`KeyError::BadKey`] for a scalar that is zero or not below the group order,
    /// [`KeyError::Backend`] when the cryptographic library fails.
    pub fn from_bytes(algorithm: Algorithm, bytes: &Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let (secret, public) = match algorithm {
            Algorithm::Ed25519 => {
                let secret = ed25519::Secret::from_seed(bytes);
                let public = Kind::Ed25519(secret.public());
                (Secret::Ed25519(Box::new(secret)), public)
            }
            Algorithm::P256 => {
                let secret = p256::Secret::from_scalar(bytes)?;
                let public = Kind::P256(Box::new(secret.public()));
                (Secret::P256(Box::new(secret)), public)
            }
        };
        let public = PublicKey(public);
        Ok(Self { secret, id: public.id(), public })
    }

    /// As [`Self::from_bytes`], for a key that comes with the public key it claims to belong to.
    ///
    /// # Errors
    /// [`KeyError::KeyMismatch`] when it belongs to another (RUSTSEC-2022-0093).
    pub fn import(bytes: &Zeroizing<[u8; 32]>, public: &PublicKey) -> Result<Self, KeyError> {
        let key = Self::from_bytes(public.algorithm(), bytes)?;
        if key.public == *public { Ok(key) } else { Err(KeyError::KeyMismatch) }
    }

    /// The public part.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key's name.
    pub fn id(&self) -> &KeyId {
        &self.id
    }
}

impl Signer for SecretKey {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        (*key == self.id).then(|| self.public.clone())
    }

    fn sign(&self, key: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError> {
        if *key != self.id {
            return Err(SignError::UnknownKey);
        }
        let bytes = match &self.secret {
            Secret::Ed25519(secret) => secret.sign(input.bytes()),
            Secret::P256(secret) => secret.sign(input.bytes()).ok_or(SignError::Failed)?,
        };
        Ok(Signature::from_bytes(bytes))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, secret)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Purpose;
    use crate::random::SystemRandom;

    #[test]
    fn both_kinds_sign_and_verify() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
            let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
            let input = SigningInput::new(Purpose::Credential, b"message");
            let signature = key.sign(key.id(), input).unwrap();
            assert!(key.public().verify(b"message", &signature).is_ok());
            assert_eq!(key.public().verify(b"massage", &signature), Err(KeyError::BadSignature));
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([7; 32])).unwrap();
        assert_eq!(format!("{key:?}"), format!("SecretKey({}, secret)", key.id()));
    }

    #[test]
    fn a_pair_that_does_not_match_is_refused() {
        let other = SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([8; 32])).unwrap();
        let import = SecretKey::import(&Zeroizing::new([7; 32]), other.public());
        assert_eq!(import.err(), Some(KeyError::KeyMismatch));
    }

    #[test]
    fn a_failing_random_source_makes_no_key() {
        struct Broken;
        impl Random for Broken {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
                Err(RandomError)
            }
        }
        assert!(SecretKey::generate(Algorithm::P256, &mut Broken).is_err());
    }
}
