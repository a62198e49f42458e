//! A document with its proofs: sets of them, and chains, in which a proof covers those before it.

use std::borrow::Cow;

use super::proof::sign;
use super::{ExpectedProof, ProofError, ProofOptions, UnverifiedProof, hash};
use crate::clock::Timestamp;
use crate::did::Identity;
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::key::PublicKey;

/// Most proofs read in one document.
pub const MAX_PROOFS: usize = 16;

/// A document and the proofs that came with it.
#[derive(Clone, Debug)]
pub struct SecuredDocument<'a> {
    document: Object<'a>,
    /// As received, values included.
    proofs: Vec<Object<'a>>,
}

impl<'a> SecuredDocument<'a> {
    /// A document without proofs, to be given some.
    pub fn unsecured(document: Object<'a>) -> Self {
        Self { document, proofs: Vec::new() }
    }

    /// Reads a document of at most `max_len` bytes and takes out its `proof`.
    ///
    /// # Errors
    /// [`ProofError::Encoding`], [`ProofError::Count`].
    pub fn parse(bytes: &'a [u8], max_len: usize) -> Result<Self, ProofError> {
        Self::take(json::parse_object(bytes, max_len)?)
    }

    /// Likewise, from an object read before.
    ///
    /// # Errors
    /// [`ProofError::Count`], [`ProofError::Malformed`].
    pub fn take(mut document: Object<'a>) -> Result<Self, ProofError> {
        let objects = |items: Vec<Json<'a>>| {
            let objects = items.into_iter().map(|item| match item {
                Json::Object(object) => Ok(object),
                _ => Err(ProofError::Malformed("proof")),
            });
            objects.collect::<Result<Vec<_>, _>>()
        };
        let proofs = match document.remove("proof") {
            Some(Json::Array(items)) => objects(items)?,
            Some(one) => objects(vec![one])?,
            None => Vec::new(),
        };
        if proofs.is_empty() || proofs.len() > MAX_PROOFS {
            return Err(ProofError::Count);
        }
        Ok(Self { document, proofs })
    }

    /// The document without its proofs.
    pub fn document(&self) -> &Object<'a> {
        &self.document
    }

    /// Its proofs, in order.
    ///
    /// # Errors
    /// [`ProofError`] for one that cannot be read.
    pub fn proofs(&self) -> Result<Vec<UnverifiedProof<'_>>, ProofError> {
        self.proofs.iter().map(|proof| UnverifiedProof::read(proof.clone())).collect()
    }

    /// Whether `proof`, one of [`Self::proofs`], holds for this document, was made for what is expected and counts
    /// now (§3.3.2; vc-data-integrity §4.4, §4.5, and the dates, which those do not check).
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn verify(
        &self,
        proof: &UnverifiedProof<'_>,
        key: &PublicKey,
        expected: &ExpectedProof<'_>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        proof.says(expected, now)?;
        let mut document = self.with_previous(proof.previous())?;
        if let Some(context) = proof.config().get("@context") {
            let own = document.remove("@context").ok_or(ProofError::OtherContext)?;
            if !values(&own).starts_with(values(context)) {
                return Err(ProofError::OtherContext);
            }
            let _free = document.insert(Cow::Borrowed("@context"), context.clone());
        }
        proof.holds(&hash(&document)?, key)
    }

    /// Adds a proof by that key (§3.3.1).
    ///
    /// # Errors
    /// [`ProofError`]; nothing was added.
    pub fn add_proof(
        &mut self,
        options: &ProofOptions,
        signer: &Identity<'_>,
    ) -> Result<(), ProofError> {
        if self.proofs.len() >= MAX_PROOFS {
            return Err(ProofError::Count);
        }
        let mut config = options.config(signer);
        if let Some(context) = self.document.get("@context") {
            let _free = config.insert(Cow::Borrowed("@context"), context.clone().into_owned());
        }
        let document = self.with_previous(&options.previous)?;
        self.proofs.push(sign(config, &hash(&document)?, signer)?);
        Ok(())
    }

    /// The document with its proofs, one of them alone or several in a list.
    pub fn into_object(self) -> Object<'a> {
        let Self { mut document, proofs } = self;
        let mut proofs: Vec<_> = proofs.into_iter().map(Json::Object).collect();
        let proof = match proofs.len() {
            1 => proofs.pop().unwrap_or(Json::Null),
            _ => Json::Array(proofs),
        };
        let _free = document.insert(Cow::Borrowed("proof"), proof);
        document
    }

    /// SHA-256 of the document in canonical form, without proofs.
    ///
    /// # Errors
    /// [`EncodingError::Malformed`].
    pub fn hash(&self) -> Result<[u8; 32], EncodingError> {
        hash(&self.document)
    }

    /// The document with the proofs named, in the order they have in it (vc-data-integrity §4.5).
    fn with_previous(&self, ids: &[String]) -> Result<Object<'a>, ProofError> {
        let mut document = self.document.clone();
        if ids.is_empty() {
            return Ok(document);
        }
        let named = |id: &str| ids.iter().any(|previous| previous == id);
        let previous = self.proofs.iter().filter(|proof| proof.get_str("id").is_some_and(named));
        let previous: Vec<_> = previous.cloned().map(Json::Object).collect();
        if previous.len() != ids.len() {
            return Err(ProofError::PreviousMissing);
        }
        let _free = document.insert(Cow::Borrowed("proof"), Json::Array(previous));
        Ok(document)
    }
}

/// The values of an `@context`, of which one may stand alone.
fn values<'c, 'a>(context: &'c Json<'a>) -> &'c [Json<'a>] {
    match context {
        Json::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}
