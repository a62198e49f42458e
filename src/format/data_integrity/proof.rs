//! One proof: read, checked, made.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{ProofError, SUITE, TYPE, hash_data};
use crate::clock::Timestamp;
use crate::did::{DidUrl, Identity};
use crate::encoding::json::{Json, Object};
use crate::encoding::multibase;
use crate::key::{Algorithm, PublicKey, Purpose, Signature, SigningInput};

/// Seconds by which a proof may lie in the verifier's future: clocks differ.
const LEEWAY: i64 = 60;

/// What a proof must say.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedProof<'a> {
    /// The relationship under which the key must stand: `assertionMethod`, …
    pub purpose: &'a str,
    /// The domains it was made for, all of them, in any order; none where it was made for nobody in particular.
    pub domains: &'a [&'a str],
    /// The challenge that it answers.
    pub challenge: Option<&'a str>,
}

impl<'a> ExpectedProof<'a> {
    /// A proof for that purpose, made for nobody in particular.
    pub fn of(purpose: &'a str) -> Self {
        Self { purpose, domains: &[], challenge: None }
    }
}

/// A proof as received: its form is read, its signature is not checked.
#[derive(Clone, Debug)]
pub struct UnverifiedProof<'a> {
    /// The proof without `proofValue`.
    config: Object<'a>,
    signature: Signature,
    method: DidUrl,
    created: Option<Timestamp>,
    expires: Option<Timestamp>,
    previous: Vec<String>,
}

impl<'a> UnverifiedProof<'a> {
    /// Reads a proof (vc-data-integrity §2.1).
    ///
    /// # Errors
    /// [`ProofError::OtherSuite`], [`ProofError::Malformed`].
    pub fn read(mut proof: Object<'a>) -> Result<Self, ProofError> {
        if (proof.get_str("type"), proof.get_str("cryptosuite")) != (Some(TYPE), Some(SUITE)) {
            return Err(ProofError::OtherSuite);
        }
        let value = proof.remove("proofValue").ok_or(ProofError::Malformed("proofValue"))?;
        let bytes = value.as_str().and_then(|text| multibase::decode(text).ok());
        let signature = bytes.and_then(|bytes| bytes.try_into().ok());
        let method = proof.get_str("verificationMethod").map(DidUrl::parse);
        if proof.get_str("proofPurpose").is_none() {
            return Err(ProofError::Malformed("proofPurpose"));
        }
        strings(&proof, "domain")?;
        if proof.get("challenge").is_some_and(|challenge| challenge.as_str().is_none()) {
            return Err(ProofError::Malformed("challenge"));
        }
        Ok(Self {
            signature: signature
                .map(Signature::from_bytes)
                .ok_or(ProofError::Malformed("proofValue"))?,
            method: method
                .and_then(Result::ok)
                .ok_or(ProofError::Malformed("verificationMethod"))?,
            created: moment(&proof, "created")?,
            expires: moment(&proof, "expires")?,
            previous: strings(&proof, "previousProof")?.into_iter().map(str::to_owned).collect(),
            config: proof,
        })
    }

    /// The key that it names; whose it is and what it may do is for the caller to find out.
    pub fn verification_method(&self) -> &DidUrl {
        &self.method
    }

    /// Its `id`.
    pub fn id(&self) -> Option<&str> {
        self.config.get_str("id")
    }

    /// When it was made, as it says.
    pub fn created(&self) -> Option<Timestamp> {
        self.created
    }

    /// The first second at which it no longer counts.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The proofs that were there before it (§2.1.2).
    pub fn previous(&self) -> &[String] {
        &self.previous
    }

    pub(crate) fn has_context(&self) -> bool {
        self.config.get("@context").is_some()
    }

    pub(super) fn config(&self) -> &Object<'a> {
        &self.config
    }

    /// What it says, without its signature.
    pub(super) fn says(
        &self,
        expected: &ExpectedProof<'_>,
        now: Timestamp,
    ) -> Result<(), ProofError> {
        self.is_for(expected)?;
        if self.created.is_some_and(|created| created > now.plus(LEEWAY)) {
            return Err(ProofError::NotYetValid);
        }
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(ProofError::Expired);
        }
        Ok(())
    }

    /// Purpose, domain and challenge.
    pub(crate) fn is_for(&self, expected: &ExpectedProof<'_>) -> Result<(), ProofError> {
        if self.config.get_str("proofPurpose") != Some(expected.purpose) {
            return Err(ProofError::OtherPurpose);
        }
        let domains = strings(&self.config, "domain")?.into_iter().collect::<BTreeSet<_>>();
        if domains != expected.domains.iter().copied().collect()
            || self.config.get_str("challenge") != expected.challenge
        {
            return Err(ProofError::OtherDomain);
        }
        Ok(())
    }

    /// Whether the signature over a document of that hash holds (§3.3.7).
    pub(crate) fn holds(&self, document: &[u8; 32], key: &PublicKey) -> Result<(), ProofError> {
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(ProofError::BadProof);
        }
        let data = hash_data(&self.config, document)?;
        key.verify(&data, &self.signature).map_err(|_| ProofError::BadProof)
    }
}

/// What a new proof says.
#[derive(Clone, Debug, Default)]
pub struct ProofOptions {
    /// The relationship under which the key stands: `assertionMethod`, …
    pub purpose: String,
    /// Its `id`, where a later proof is to follow it.
    pub id: Option<String>,
    /// When it is made.
    pub created: Option<Timestamp>,
    /// The first second at which it no longer counts.
    pub expires: Option<Timestamp>,
    /// For whom it is made.
    pub domains: Vec<String>,
    /// What it answers.
    pub challenge: Option<String>,
    /// The proofs it follows, by their `id`.
    pub previous: Vec<String>,
}

impl ProofOptions {
    /// A proof by that key, without context and value.
    pub(super) fn config(&self, signer: &Identity<'_>) -> Object<'static> {
        let mut config = Object::default();
        let mut set = |name: &'static str, value: Json<'static>| {
            let _free = config.insert(Cow::Borrowed(name), value);
        };
        let text = |text: &str| Json::String(Cow::Owned(text.to_owned()));
        let list = |texts: &[String]| match texts {
            [one] => text(one),
            many => Json::Array(many.iter().map(|one| text(one)).collect()),
        };
        if let Some(id) = &self.id {
            set("id", text(id));
        }
        set("type", text(TYPE));
        set("cryptosuite", text(SUITE));
        if let Some(created) = self.created {
            set("created", text(&created.to_string()));
        }
        if let Some(expires) = self.expires {
            set("expires", text(&expires.to_string()));
        }
        set("verificationMethod", text(&signer.key_url().to_string()));
        set("proofPurpose", text(&self.purpose));
        if !self.domains.is_empty() {
            set("domain", list(&self.domains));
        }
        if let Some(challenge) = &self.challenge {
            set("challenge", text(challenge));
        }
        if !self.previous.is_empty() {
            set("previousProof", list(&self.previous));
        }
        config
    }
}

/// The proof of that configuration over a document of that hash (§3.3.6).
pub(super) fn sign(
    mut config: Object<'static>,
    document: &[u8; 32],
    signer: &Identity<'_>,
) -> Result<Object<'static>, ProofError> {
    if signer.public_key().algorithm() != Algorithm::Ed25519 {
        return Err(ProofError::OtherSuite);
    }
    let data = hash_data(&config, document)?;
    let signature = signer.sign(SigningInput::new(Purpose::DataIntegrity, &data))?;
    let value = Json::String(Cow::Owned(multibase::encode(signature.as_bytes())));
    let _free = config.insert(Cow::Borrowed("proofValue"), value);
    Ok(config)
}

/// A member that is a moment, if it is there.
fn moment(proof: &Object<'_>, name: &'static str) -> Result<Option<Timestamp>, ProofError> {
    let Some(value) = proof.get(name) else {
        return Ok(None);
    };
    let stamp = value.as_str().and_then(|text| Timestamp::parse_stamp(text).ok());
    Ok(Some(stamp.ok_or(ProofError::Malformed(name))?.0))
}

/// A member that is a string or several.
fn strings<'o>(proof: &'o Object<'_>, name: &'static str) -> Result<Vec<&'o str>, ProofError> {
    let found = match proof.get(name) {
        None => Some(Vec::new()),
        Some(Json::String(one)) => Some(vec![one.as_ref()]),
        Some(Json::Array(many)) => many.iter().map(Json::as_str).collect(),
        Some(_) => None,
    };
    found.ok_or(ProofError::Malformed(name))
}
