//! Keys as key agreement needs them: X25519 for Ed25519 keys (RFC 7748; the same curve in its other form), P-256 as it is.
//! In DER, the form in which OpenSSL takes them.

use zeroize::Zeroizing;

use super::{KeyError, Kind, PublicKey, SecretKey};

/// SubjectPublicKeyInfo of X25519, up to the key (RFC 8410 §4).
const X25519_PUBLIC: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];

/// OneAsymmetricKey of X25519, up to the key (RFC 8410 §7).
const X25519_SECRET: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
];

/// SubjectPublicKeyInfo of P-256, up to the coordinates (RFC 5480 §2).
const P256_PUBLIC: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// OneAsymmetricKey of P-256 without its public part, up to the scalar (RFC 5915 §3, RFC 5958 §2).
const P256_SECRET: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

impl PublicKey {
    /// The key that files are sealed to, as SubjectPublicKeyInfo.
    pub(crate) fn agreement_der(&self) -> Vec<u8> {
        match &self.0 {
            Kind::Ed25519(key) => [X25519_PUBLIC.as_slice(), &key.x25519()].concat(),
            Kind::P256(key) => [P256_PUBLIC.as_slice(), key.x(), key.y()].concat(),
        }
    }
}

impl SecretKey {
    /// The key that opens what was sealed to the public part, as OneAsymmetricKey (PKCS #8).
    pub(crate) fn agreement_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (head, secret) = match &self.secret {
            super::secret::Secret::Ed25519(key) => (X25519_SECRET.as_slice(), key.x25519()),
            super::secret::Secret::P256(key) => (P256_SECRET.as_slice(), key.scalar()?),
        };
        // In one allocation: nothing is left behind where a vector grew.
        let mut der = Zeroizing::new(Vec::with_capacity(head.len() + secret.len()));
        der.extend_from_slice(head);
        der.extend_from_slice(secret.as_ref());
        Ok(der)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};

    use super::*;
    use crate::key::Algorithm;

    /// Both halves belong together, as aws-lc sees them.
    #[test]
    fn the_secret_half_belongs_to_the_public_half() {
        for seed in 1..9 {
            let bytes = Zeroizing::new([seed; 32]);
            for (algorithm, curve, head) in [
                (Algorithm::Ed25519, &agreement::X25519, 16),
                (Algorithm::P256, &agreement::ECDH_P256, 35),
            ] {
                let key = SecretKey::from_bytes(algorithm, &bytes).unwrap();
                let der = key.agreement_der().unwrap();
                assert_eq!(usize::from(der[1]) + 2, der.len());
                let secret = PrivateKey::from_private_key(curve, &der[head..]).unwrap();
                let public = secret.compute_public_key().unwrap();
                let spki = key.public().agreement_der();
                assert_eq!(usize::from(spki[1]) + 2, spki.len());
                assert!(spki.ends_with(public.as_ref()));
                let other = PrivateKey::generate(curve).unwrap();
                let of_other = other.compute_public_key().unwrap();
                let agree = |own: &PrivateKey, with: &[u8]| {
                    let with = UnparsedPublicKey::new(curve, with.to_vec());
                    agreement::agree(own, with, (), |shared| Ok(shared.to_vec())).unwrap()
                };
                assert_eq!(agree(&secret, of_other.as_ref()), agree(&other, public.as_ref()));
            }
        }
    }
}
