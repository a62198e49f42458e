//! Ed25519 through ed25519-dalek: the only file that names it.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

use super::KeyError;

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Public(VerifyingKey);

impl Public {
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_canonical(bytes) {
            return Err(KeyError::BadKey);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::BadKey)?;
        if key.is_weak() { Err(KeyError::BadKey) } else { Ok(Self(key)) }
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(super) fn x25519(&self) -> [u8; 32] {
        self.0.to_montgomery().to_bytes()
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).map_err(|_| KeyError::BadSignature)
    }
}

/// Whether the y coordinate is below the field's prime 2^255 - 19 (RFC 8032 §5.1.3 step 1).
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    high & 0x7f != 0x7f || middle.iter().any(|b| *b != 0xff) || *low < 0xed
}

/// Zeroized on drop by ed25519-dalek.
pub(super) struct Secret(SigningKey);

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    pub(super) fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_order_and_non_canonical_points_are_bad_keys() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(Public::from_bytes(&identity).is_err());
        assert!(Public::from_bytes(&[0; 32]).is_err());
        // y = p + 3 names the same point as y = 3, which is on the curve.
        let mut three = [0; 32];
        three[0] = 3;
        assert!(Public::from_bytes(&three).is_ok());
        let mut second_name = [0xff; 32];
        second_name[0] = 0xf0;
        second_name[31] = 0x7f;
        assert!(Public::from_bytes(&second_name).is_err());
    }
    #[test]
    fn only_y_below_the_prime_is_canonical() {
        for sign in [0, 0x80] {
            let of = |low, middle, high: u8| {
                let mut bytes = [middle; 32];
                bytes[0] = low;
                bytes[31] = high | sign;
                bytes
            };
            // 2^255 - 19 ends in 0xed.
            assert!(is_canonical(&of(0xec, 0xff, 0x7f)));
            for low in [0xed, 0xee, 0xff] {
                assert!(!is_canonical(&of(low, 0xff, 0x7f)));
                assert!(is_canonical(&of(low, 0xff, 0x7e)));
                assert!(is_canonical(&of(low, 0, 0x7f)));
            }
            let mut one_less = of(0xff, 0xff, 0x7f);
            one_less[16] = 0xfe;
            assert!(is_canonical(&one_less));
        }
    }
}
