//! The claims that every type of ours shares, and the typed reading of a presentation.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// How surely a person was identified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// The framework the level belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// `low`, `substantial` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// What an issuer looked at, in the words of OpenID Identity Assurance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// `document`, `electronic_record`, `vouch` or `electronic_signature`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A keyed digest that only the issuer can tie to its record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The day it was looked at, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

/// The disclosed part of the claims that all types share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Envelope {
    /// The day of the assessment, `YYYY-MM-DD`; a re-issue keeps it. Always visible.
    pub assessed_on: Option<String>,
    /// The holder's DID.
    pub sub: Option<String>,
    /// URN of the procedure followed.
    pub process: Option<String>,
    /// How surely the person was identified.
    pub assurance: Option<Assurance>,
    /// Where the issuer keeps its file.
    pub record_ref: Option<String>,
    /// What the issuer looked at.
    pub evidence: Option<Vec<Evidence>>,
}

/// The disclosed claims of a verified credential of type `T`. Made only by reading a `Verified`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed<T> {
    claims: T,
    envelope: Envelope,
}

impl<T> Disclosed<T> {
    pub(crate) fn new(claims: T, envelope: Envelope) -> Self {
        Self { claims, envelope }
    }

    /// The claims that all types share.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

impl<T> Deref for Disclosed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.claims
    }
}
