//! A DID together with the means to sign in its name.

use super::{Did, DidUrl, document};
use crate::key::{KeyId, PublicKey, SignError, Signature, Signer, SigningInput};

/// A DID, one of its keys, and the signer that holds it.
#[derive(Clone)]
pub struct Identity<'s> {
    key_url: DidUrl,
    public: PublicKey,
    key: KeyId,
    signer: &'s dyn Signer,
}

impl<'s> Identity<'s> {
    /// The did:key of a key held by `signer`.
    ///
    /// # Errors
    /// [`SignError::UnknownKey`] when the signer does not hold it.
    pub fn did_key(key: &KeyId, signer: &'s dyn Signer) -> Result<Self, SignError> {
        let public = signer.public_key(key).ok_or(SignError::UnknownKey)?;
        Self::new(Did::from_key(&public), key, signer)
    }

    /// A DID that carries its own key (did:key or did:jwk), the key being held by `signer`.
    ///
    /// # Errors
    /// [`SignError::UnknownKey`] when the DID has another key or the signer does not hold it.
    pub fn new(did: Did, key: &KeyId, signer: &'s dyn Signer) -> Result<Self, SignError> {
        let public = signer.public_key(key).ok_or(SignError::UnknownKey)?;
        let document = document(&did).map_err(|_| SignError::UnknownKey)?;
        let (url, own) = document
            .first_key(super::Relationship::AssertionMethod)
            .ok_or(SignError::NotAllowed)?;
        if *own != public {
            return Err(SignError::UnknownKey);
        }
        Ok(Self { key_url: url.clone(), public, key: key.clone(), signer })
    }

    /// The DID.
    pub fn did(&self) -> &Did {
        self.key_url.did()
    }

    /// The DID URL of the key, written as `kid`.
    pub fn key_url(&self) -> &DidUrl {
        &self.key_url
    }

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn sign(&self, input: SigningInput<'_>) -> Result<Signature, SignError> {
        self.signer.sign(&self.key, input)
    }
}
