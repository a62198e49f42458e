//! Who signs: the seam between Bonafide and whatever holds the secret keys.

use super::{KeyId, PublicKey, Signature};

/// What a signature is for. A signer can refuse to use a key for a purpose it was not made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A credential, by its issuer (assertionMethod).
    Credential,
    /// The key-binding JWT of a presentation, by the holder.
    KeyBinding,
    /// A request for a presentation, by the verifier (authentication).
    Request,
    /// A proof of possession for an issuer, by the holder (authentication).
    Proof,
    /// A status list, by its issuer (assertionMethod).
    StatusList,
    /// A notice that a key is lost or stolen, by its holder.
    Notice,
    /// The head of a log, by its keeper (assertionMethod).
    LogHead,
    /// The manifest of a bundle of trust material, by its maker (assertionMethod).
    Bundle,
    /// A jurisdiction document, by one of those who govern it.
    Jurisdiction,
    /// A Data Integrity proof: an entry of a did:webvh log, or a witness's word for one (assertionMethod).
    DataIntegrity,
}

/// Bytes to be signed. Only this library makes them, so a signer never signs bytes that somebody
/// else composed.
#[derive(Clone, Copy, Debug)]
pub struct SigningInput<'a> {
    purpose: Purpose,
    bytes: &'a [u8],
}

impl<'a> SigningInput<'a> {
    pub(crate) fn new(purpose: Purpose, bytes: &'a [u8]) -> Self {
        Self { purpose, bytes }
    }

    /// What the signature will be for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The bytes: a JWS signing input (RFC 7515 §5.1), or the two hashes of a Data Integrity proof
    /// (vc-di-eddsa §3.3.4).
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The signer does not hold that key.
    #[error("the key is not held here")]
    UnknownKey,
    /// The key is not for this purpose, or the signer is open for reading only.
    #[error("the key may not be used for this")]
    NotAllowed,
    /// The signer, or its random source, failed.
    #[error("the signer failed")]
    Failed,
}

/// Holds secret keys and signs with them: a wallet, a hardware module, a single [`super::SecretKey`].
pub trait Signer {
    /// The public part of a key held here.
    fn public_key(&self, key: &KeyId) -> Option<PublicKey>;

    /// Signs with the named key.
    ///
    /// # Errors
    /// [`SignError`]; nothing was signed.
    fn sign(&self, key: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError>;
}
