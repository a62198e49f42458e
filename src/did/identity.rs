//! A DID together with the means to sign in its name.

use super::{Did, DidDocument, DidUrl, MethodKey, Relationship, VerificationMethod, document};
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
        let (url, own) =
            document.first_key(Relationship::AssertionMethod).ok_or(SignError::NotAllowed)?;
        if *own != public {
            return Err(SignError::UnknownKey);
        }
        Ok(Self { key_url: url.clone(), public, key: key.clone(), signer })
    }

    /// A DID whose document is given: with the key of it that `signer` holds, listed for assertions.
    ///
    /// # Errors
    /// [`SignError::UnknownKey`] when the signer does not hold the key, or the document has another;
    /// [`SignError::NotAllowed`] when the document does not list it for assertions.
    pub fn of_document(
        document: &DidDocument,
        key: &KeyId,
        signer: &'s dyn Signer,
    ) -> Result<Self, SignError> {
        let public = signer.public_key(key).ok_or(SignError::UnknownKey)?;
        let own = MethodKey::Signing(public.clone());
        let mut methods =
            document.methods().iter().filter(|method| *method.key() == own).peekable();
        methods.peek().ok_or(SignError::UnknownKey)?;
        let listed = |method: &&VerificationMethod| {
            method.relationships().contains(&Relationship::AssertionMethod)
                && method.revoked().is_none()
        };
        let method = methods.find(listed).ok_or(SignError::NotAllowed)?;
        Ok(Self { key_url: method.id().clone(), public, key: key.clone(), signer })
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
