//! The master key of an issuer's records, and sealing under what follows from it.

use std::fmt;

use bonafide::random::{Random, RandomError};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::HkdfExtract;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::RecordsError;

/// 32 secret bytes from which every key of the records follows.
pub struct RecordsKey(Zeroizing<[u8; 32]>);

impl RecordsKey {
    /// Takes the secret, which the caller derives from its wallet.
    pub fn new(secret: Zeroizing<[u8; 32]>) -> Self {
        Self(secret)
    }

    /// The key for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> SealingKey {
        SealingKey(Zeroizing::new(self.mac("bonafide records: ", purpose)))
    }

    /// What an external id is found by: nobody without the key can try names.
    pub(crate) fn lookup(&self, external_id: &str) -> [u8; 32] {
        self.mac("bonafide records lookup: ", external_id)
    }

    /// HMAC-SHA256, which is HKDF's extract step (RFC 5869 §2.2).
    fn mac(&self, label: &str, text: &str) -> [u8; 32] {
        let mut mac = HkdfExtract::<Sha256>::new(Some(self.0.as_slice()));
        mac.input_ikm(label.as_bytes());
        mac.input_ikm(text.as_bytes());
        mac.finalize().0.into()
    }
}

impl fmt::Debug for RecordsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordsKey(secret)")
    }
}

/// A key that seals: 24 bytes of nonce, then the encrypted text and its tag.
pub(crate) struct SealingKey(Zeroizing<[u8; 32]>);

const NONCE_LEN: usize = 24;

impl SealingKey {
    pub(crate) fn generate(random: &mut dyn Random) -> Result<Self, RandomError> {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(key.as_mut())?;
        Ok(Self(key))
    }

    /// The key that [`Self::as_bytes`] gave.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Encrypts `plain` and ties it to its place, `associated`.
    pub(crate) fn seal(
        &self,
        associated: &[u8],
        plain: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, RecordsError> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let payload = Payload { msg: plain, aad: associated };
        let sealed = XChaCha20Poly1305::new(&Key::from(*self.0))
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| RecordsError::TooLarge)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The plain bytes; `None` when the key is another one or anything was changed.
    pub(crate) fn open(&self, associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let payload = Payload { msg: sealed, aad: associated };
        XChaCha20Poly1305::new(&Key::from(*self.0))
            .decrypt(&XNonce::from(*nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }
}
