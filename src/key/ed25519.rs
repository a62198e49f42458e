//! Ed25519 through ed25519-dalek: the only file that names it.

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};

#[cfg(feature = "jwe")]
use zeroize::Zeroizing;

use super::KeyError;

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Public(VerifyingKey);

impl Public {
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_canonical(bytes) || is_small_order(bytes) {
            return Err(KeyError::BadKey);
        }
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| KeyError::BadKey)
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(super) fn x25519(&self) -> [u8; 32] {
        self.0.to_montgomery().to_bytes()
    }

    /// Accepts exactly what dalek's `verify_strict` accepts, without its arithmetic for small order: the
    /// plain check compares R with the one canonical encoding of the point it computes, so R is of small
    /// order only if its text is one of those listed here; a key of small order was refused when read.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), KeyError> {
        let signature = Signature::from_bytes(signature);
        if is_small_order(signature.r_bytes()) {
            return Err(KeyError::BadSignature);
        }
        self.0.verify(message, &signature).map_err(|_| KeyError::BadSignature)
    }
}

/// Whether the y coordinate is below the field's prime 2^255 - 19 (RFC 8032 §5.1.3 step 1).
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    high & 0x7f != 0x7f || middle.iter().any(|b| *b != 0xff) || *low < 0xed
}

/// Whether a canonically written point is one of the eight of small order, for which forged signatures
/// hold: as dalek's `is_weak`, without its arithmetic.
fn is_small_order(bytes: &[u8; 32]) -> bool {
    let mut y = *bytes;
    let [low, middle @ .., high] = &mut y;
    *high &= 0x7f; // without the sign of x
    let all = |value: u8| middle.iter().all(|b| *b == value);
    let (zero_or_one, minus_one) = (*low < 2 && *high == 0, *low == 0xec && *high == 0x7f);
    (zero_or_one && all(0)) || (minus_one && all(0xff)) || ORDER_EIGHT.contains(&y)
}

/// The y coordinates of the points of order eight.
const ORDER_EIGHT: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Zeroized on drop by ed25519-dalek.
pub(super) struct Secret(SigningKey);

impl Secret {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    pub(super) fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    /// The X25519 secret that belongs to [`Public::x25519`]; X25519 clamps it itself (RFC 7748 §5).
    #[cfg(feature = "jwe")]
    pub(super) fn x25519(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_scalar_bytes())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::{EdwardsPoint, Scalar, constants::EIGHT_TORSION};
    use sha2::{Digest as _, Sha512};

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
    fn points_of_small_order_are_those_that_the_arithmetic_finds() {
        let is_weak =
            |bytes: &[u8; 32]| VerifyingKey::from_bytes(bytes).is_ok_and(|key| key.is_weak());
        let zero = [0; 32];
        let mut one = zero;
        one[0] = 1;
        let mut minus_one = [0xff; 32];
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let mut found = 0;
        for y in [zero, one, minus_one].iter().chain(&ORDER_EIGHT) {
            for sign in [0, 0x80] {
                let mut point = *y;
                point[31] |= sign;
                assert!(is_small_order(&point));
                assert!(Public::from_bytes(&point).is_err());
                found += usize::from(is_weak(&point));
                for at in 0..32 {
                    let mut near = point;
                    near[at] ^= 2;
                    assert_eq!(is_small_order(&near), is_canonical(&near) && is_weak(&near));
                }
            }
        }
        assert!(found >= 8, "{found}");
        for seed in 0..64 {
            let key = SigningKey::from_bytes(&[seed; 32]).verifying_key();
            assert!(!is_small_order(key.as_bytes()) && !key.is_weak());
        }
    }

    /// One answer of dalek's two checks and of ours for R = rB + T, A = aB + U, S = r + ka.
    fn answers(r: u64, t: usize, u: usize, message: &[u8]) -> (bool, bool, Option<bool>) {
        let a = Scalar::from_bytes_mod_order([7; 32]);
        let nonce = Scalar::from(r);
        let key = (EdwardsPoint::mul_base(&a) + EIGHT_TORSION[u]).compress();
        let commitment = (EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[t]).compress();
        let hashed = Sha512::new().chain_update(commitment.as_bytes()).chain_update(key.as_bytes());
        let challenge: [u8; 64] = hashed.chain_update(message).finalize().into();
        let s = nonce + Scalar::from_bytes_mod_order_wide(&challenge) * a;
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(commitment.as_bytes());
        bytes[32..].copy_from_slice(s.as_bytes());
        let (dalek, signature) =
            (VerifyingKey::from_bytes(key.as_bytes()).unwrap(), Signature::from_bytes(&bytes));
        (
            dalek.verify(message, &signature).is_ok(),
            dalek.verify_strict(message, &signature).is_ok(),
            Public::from_bytes(key.as_bytes()).ok().map(|key| key.verify(message, &bytes).is_ok()),
        )
    }

    #[test]
    fn our_check_accepts_what_the_strict_one_does() {
        let (mut accepted, mut plain_only) = (0, 0);
        for (t, u) in (0..8).flat_map(|t| (0..8).map(move |u| (t, u))) {
            for (r, message) in [0, 1, 99].iter().flat_map(|r| (0..8_u8).map(move |m| (*r, [m]))) {
                let (plain, strict, ours) = answers(r, t, u, &message);
                assert_eq!(ours, Some(strict), "r {r}, T {t}, U {u}, {message:?}");
                accepted += usize::from(strict);
                plain_only += usize::from(plain && !strict);
            }
        }
        // The test is worth its name: it meets signatures that only the careless check accepts.
        assert!(accepted > 100 && plain_only > 50, "{accepted}, {plain_only}");
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
