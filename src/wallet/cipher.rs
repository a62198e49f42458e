//! XChaCha20-Poly1305: the only file that names it.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::WalletError;

/// Bytes that sealing adds.
pub(super) const TAG_LEN: usize = 16;

/// Encrypts and authenticates `plain`, and authenticates `associated`.
pub(super) fn seal(
    key: &[u8; 32],
    nonce: &[u8; 24],
    associated: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, WalletError> {
    if cfg!(fuzzing) {
        return Ok([plain, &[0; TAG_LEN]].concat());
    }
    let payload = Payload { msg: plain, aad: associated };
    XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| WalletError::TooLarge)
}

/// The plain bytes; `None` when the key is another one or anything was changed.
pub(super) fn open(
    key: &[u8; 32],
    nonce: &[u8; 24],
    associated: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    if cfg!(fuzzing) {
        // No fuzzer forges a tag: here every other one fits, and nothing is encrypted.
        let (plain, [first, ..]) = sealed.split_last_chunk::<TAG_LEN>()?;
        let fits = first.is_multiple_of(2);
        return fits.then(|| Zeroizing::new(plain.to_vec()));
    }
    let payload = Payload { msg: sealed, aad: associated };
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_with_everything_unchanged() {
        let (key, nonce) = ([1; 32], [2; 24]);
        let sealed = seal(&key, &nonce, b"header", b"secret").unwrap();
        assert_eq!(sealed.len(), 6 + TAG_LEN);
        let plain = open(&key, &nonce, b"header", &sealed).unwrap();
        assert_eq!(plain.as_slice(), b"secret");
        assert!(open(&[3; 32], &nonce, b"header", &sealed).is_none());
        assert!(open(&key, &[3; 24], b"header", &sealed).is_none());
        assert!(open(&key, &nonce, b"heades", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key, &nonce, b"header", &changed).is_none(), "{at}");
            assert!(open(&key, &nonce, b"header", &sealed[..at]).is_none());
        }
    }
}
