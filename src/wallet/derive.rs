//! HKDF-SHA256 and HMAC-SHA256: every secret of a wallet has its own label.

use hkdf::{Hkdf, HkdfExtract};
use sha2::Sha256;
use zeroize::Zeroizing;

/// 32 secret bytes for the purpose that `label` names (RFC 5869, no salt).
pub(super) fn derive(secret: &[u8; 32], label: &str) -> Zeroizing<[u8; 32]> {
    let (pseudorandom, _) = Hkdf::<Sha256>::extract(None, secret);
    let pseudorandom = Zeroizing::new(<[u8; 32]>::from(pseudorandom));
    // One block is all we need; hkdf's own `expand` can fail, which has no meaning here.
    Zeroizing::new(hmac(&pseudorandom, &[label.as_bytes(), &[1]]))
}

/// HMAC-SHA256 of the joined `parts`. HKDF's extract step is nothing else (RFC 5869 §2.2).
pub(super) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = HkdfExtract::<Sha256>::new(Some(key));
    for part in parts {
        mac.input_ikm(part);
    }
    mac.finalize().0.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derive_is_hkdf() {
        let mut expected = [0; 32];
        let hkdf = Hkdf::<Sha256>::new(None, &[7; 32]);
        hkdf.expand(b"a label", &mut expected).unwrap();
        assert_eq!(*derive(&[7; 32], "a label"), expected);
        assert_ne!(*derive(&[7; 32], "a labem"), expected);
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 2; HMAC fills short keys up with zeros (RFC 2104 §2).
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = hmac(&key, &[b"what do ya want ", b"for nothing?"]);
        let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
