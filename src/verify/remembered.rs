//! Issuer-signed JWTs whose signature was found to hold before: the same bytes under the same key need
//! not be checked again. Everything else about a credential is decided anew each time.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::format::sd_jwt::{IssuerSigned, SdJwt, SdJwtError};
use crate::key::PublicKey;

type Fingerprint = [u8; 32];

/// What held before, the `most` latest at least and twice as many at most.
#[derive(Debug)]
pub(super) struct Remembered {
    most: usize,
    known: Mutex<Known>,
}

/// When `latest` is full it becomes `earlier`, and what was `earlier` is forgotten.
#[derive(Debug, Default)]
struct Known {
    latest: BTreeSet<Fingerprint>,
    earlier: BTreeSet<Fingerprint>,
}

impl Remembered {
    pub(super) fn new(most: usize) -> Self {
        Self { most, known: Mutex::default() }
    }

    /// As [`SdJwt::verify`], without the signature's mathematics where it held before.
    pub(super) fn verify<'t>(
        &self,
        sd_jwt: &'t SdJwt<'t>,
        key: &PublicKey,
    ) -> Result<IssuerSigned<'t>, SdJwtError> {
        if self.most == 0 {
            return sd_jwt.verify(key);
        }
        let fingerprint = fingerprint(sd_jwt.issuer_jwt(), key);
        if self.knows(&fingerprint) {
            return sd_jwt.open_verified();
        }
        let signed = sd_jwt.verify(key)?;
        self.add(fingerprint);
        Ok(signed)
    }

    fn knows(&self, fingerprint: &Fingerprint) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.latest.contains(fingerprint) || known.earlier.contains(fingerprint)
    }

    fn add(&self, fingerprint: Fingerprint) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.latest.len() >= self.most {
            known.earlier = mem::take(&mut known.latest);
        }
        known.latest.insert(fingerprint);
    }
}

/// Covers the key and every byte of header, payload and signature.
fn fingerprint(jwt: &str, key: &PublicKey) -> Fingerprint {
    let key = key.to_bytes();
    let length = u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes();
    Sha256::new().chain_update(length).chain_update(key).chain_update(jwt).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::jws::{self, JwsError};
    use crate::key::{Algorithm, Purpose, SecretKey};
    use crate::verify::{Material, Verifier};

    fn key(byte: u8) -> SecretKey {
        SecretKey::from_bytes(Algorithm::Ed25519, &[byte; 32].into()).unwrap()
    }

    fn token(key: &SecretKey) -> String {
        let held = (key.id(), Algorithm::Ed25519);
        jws::sign_with(key, held, Purpose::Credential, "t", b"{}").unwrap() + "~"
    }

    fn refusal(remembered: &Remembered, token: &str, key: &SecretKey) -> Option<SdJwtError> {
        let sd_jwt = SdJwt::parse(token, "t").unwrap();
        remembered.verify(&sd_jwt, key.public()).err()
    }

    const BAD: Option<SdJwtError> = Some(SdJwtError::Jws(JwsError::BadSignature));

    #[test]
    fn only_the_same_bytes_under_the_same_key_are_known() {
        let (signer, other) = (key(1), key(2));
        let (token, remembered) = (token(&signer), Remembered::new(8));
        for _ in 0..2 {
            assert_eq!(refusal(&remembered, &token, &signer), None);
            assert_eq!(refusal(&remembered, &token, &other), BAD);
        }
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (first, rest) = signature.split_at(1);
        let swapped = if first == "A" { "B" } else { "A" };
        let forged = format!("{input}.{swapped}{rest}");
        assert_eq!(refusal(&remembered, &forged, &signer), BAD);
        assert_eq!(remembered.known.lock().unwrap().latest.len(), 1);
    }

    #[test]
    fn what_is_known_is_not_computed_again() {
        let (signer, other) = (key(1), key(2));
        let (token, remembered) = (token(&signer), Remembered::new(8));
        let jwt = token.trim_end_matches('~');
        remembered.add(fingerprint(jwt, other.public())); // as if it had held
        assert_eq!(refusal(&remembered, &token, &other), None);
        let nothing = Remembered::new(0);
        nothing.add(fingerprint(jwt, other.public()));
        assert_eq!(refusal(&nothing, &token, &other), BAD);
    }

    #[test]
    fn the_latest_are_kept_and_the_number_is_bounded() {
        let remembered = Remembered::new(4);
        for byte in 0..100 {
            remembered.add([byte; 32]);
            let from = byte.saturating_sub(3);
            assert!((from..=byte).all(|byte| remembered.knows(&[byte; 32])));
            let known = remembered.known.lock().unwrap();
            assert!(known.latest.len() + known.earlier.len() <= 8);
        }
        assert!(!remembered.knows(&[0; 32]));
    }
    #[test]
    fn a_verifier_remembers_as_many_as_it_is_told() {
        let verifier = || Verifier::new(Material::default()).unwrap();
        assert_eq!(verifier().remembered.most, 0);
        assert_eq!(verifier().remembering(4).remembered.most, 4);
    }
}
