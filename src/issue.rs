//! Issuing: one signed credential from claims, type, holder key and issuer.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::credential::{ClaimPath, TypeMetadata};

/// When a credential is technically valid: from `from` on, until just before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Written as `nbf`.
    pub from: Timestamp,
    /// Written as `exp`: the first second at which it no longer counts.
    pub until: Timestamp,
}

/// How many digests stand at each level, so that the count does not tell what was left out.
///
/// Missing claims are made up for with decoys (RFC 9901 §4.2.5). A level not named gets none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// Digests in the top-level `_sd`.
    pub top: usize,
    /// Digests inside the object at a path, or elements of the array at a path.
    pub inner: Vec<(ClaimPath, usize)>,
}

/// What a credential shall say: everything but the keys and the issuer.
#[derive(Clone, Debug)]
pub struct Content {
    /// The type.
    pub vct: String,
    /// `vct#integrity`, where the type's metadata is known.
    pub integrity: Option<String>,
    /// The claims, hidden and visible ones together, without those the envelope sets
    /// (`iss`, `vct`, `cnf`, `nbf`, `exp`, `status`).
    pub claims: Map<String, Value>,
    /// Which of the claims can be hidden.
    pub hidden: Vec<ClaimPath>,
    /// How many digests each level shows.
    pub padding: Padding,
}

impl Content {
    /// Claims of a type whose metadata say what can be hidden.
    pub fn of_type(metadata: &TypeMetadata, claims: Map<String, Value>, padding: Padding) -> Self {
        Self {
            vct: metadata.vct().to_owned(),
            integrity: Some(metadata.integrity()),
            claims,
            hidden: metadata.hidden().cloned().collect(),
            padding,
        }
    }

    /// Claims of any type, each top-level claim hidden by itself.
    pub fn all_hidden(vct: &str, claims: Map<String, Value>) -> Self {
        let hidden = claims.keys().map(|name| ClaimPath::top(name)).collect();
        Self {
            vct: vct.to_owned(),
            integrity: None,
            claims,
            hidden,
            padding: Padding::default(),
        }
    }
}
