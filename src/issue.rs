//! Issuing: one signed credential from claims, type, holder key and issuer.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::credential::{ClaimPath, TypeMetadata};
use crate::did::{Did, Identity};
use crate::encoding::{EncodingError, json};
use crate::format::sd_jwt::{MAX_DISCLOSURES, MAX_LEN};
use crate::format::sd_jwt_vc::{self, NEVER_DISCLOSABLE, StatusReference, TYP, VcError};
use crate::format::{jws, sd_jwt};
use crate::key::{Jwk, PublicKey, Purpose, SignError};
use crate::random::{Random, RandomError};

pub use crate::format::sd_jwt::Padding;

/// Bytes that most payloads fit in: room that need not be found piece by piece.
const USUAL_PAYLOAD: usize = 2048;

/// When a credential is technically valid: from `from` on, until just before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Written as `nbf`.
    pub from: Timestamp,
    /// Written as `exp`: the first second at which it no longer counts.
    pub until: Timestamp,
}

impl Validity {
    /// Whole days from the start of today, so that the hour of issuing singles nobody out.
    pub fn days(today: Timestamp, days: u32) -> Self {
        let from = today.start_of_day();
        Self { from, until: from.plus(i64::from(days) * crate::clock::DAY) }
    }
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
    /// Names the holder, by a DID, in the claim `sub`.
    pub fn set_subject(&mut self, did: &Did) {
        self.claims.insert("sub".to_owned(), Value::from(did.as_str()));
    }
}

/// Why nothing was issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// A claim that the envelope sets, or a name that SD-JWT reserves.
    #[error("the claim {0} is set by the issuing itself")]
    ReservedClaim(String),
    /// A registered claim was asked to be hidden.
    #[error("the claim {0} must stay visible")]
    NotDisclosable(String),
    /// A registered claim has a value that no reader takes.
    #[error("{0}")]
    Registered(VcError),
    /// Nobody could read it: nested too deep, too many or too long claims, or a number that readers
    /// disagree on.
    #[error("no reader would accept these claims: {0}")]
    Unreadable(EncodingError),
    /// It would end before it begins.
    #[error("the credential would end before it begins")]
    NeverValid,
    /// The issuer's key did not sign.
    #[error("the issuer's key did not sign: {0}")]
    Sign(#[from] SignError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl IssueError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReservedClaim(_) => "claim-reserved",
            Self::NotDisclosable(_) => "claim-not-disclosable",
            Self::Registered(error) => error.code(),
            Self::Unreadable(error) => error.code(),
            Self::NeverValid => "never-valid",
            Self::Sign(_) => "sign-failed",
            Self::Random(_) => "random-failed",
        }
    }
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
        Self { vct: vct.to_owned(), integrity: None, claims, hidden, padding: Padding::default() }
    }

    /// Signs the credential for one holder key: an SD-JWT VC with all its disclosures, for the
    /// holder's eyes only.
    ///
    /// # Errors
    /// [`IssueError`]; nothing was issued.
    pub fn issue(
        &self,
        holder: &PublicKey,
        validity: Validity,
        status: Option<&StatusReference>,
        issuer: &Identity<'_>,
        random: &mut dyn Random,
    ) -> Result<String, IssueError> {
        self.check()?;
        if validity.until <= validity.from {
            return Err(IssueError::NeverValid);
        }
        let envelope = Envelope {
            iss: issuer.did().as_str(),
            vct: &self.vct,
            integrity: self.integrity.as_deref(),
            cnf: Confirmation { jwk: holder.jwk() },
            nbf: validity.from.unix(),
            exp: validity.until.unix(),
            status: status.map(|at| json!({"status_list": {"idx": at.index, "uri": at.uri}})),
        };
        let mut payload = Vec::with_capacity(USUAL_PAYLOAD);
        serde_json::to_writer(&mut payload, &envelope).map_err(|_| SignError::Failed)?;
        let blinded = sd_jwt::blind(payload, &self.claims, &self.hidden, &self.padding, random)?;
        let jwt = jws::sign_as(issuer, Purpose::Credential, TYP, &blinded.payload)?;
        let mut out = jwt.into_bytes();
        out.reserve_exact(1 + blinded.disclosures.len());
        out.push(b'~');
        out.extend_from_slice(&blinded.disclosures);
        if out.len() > MAX_LEN || blinded.count > MAX_DISCLOSURES {
            return Err(IssueError::Unreadable(EncodingError::TooLarge));
        }
        String::from_utf8(out).map_err(|_| SignError::Failed.into())
    }

    fn check(&self) -> Result<(), IssueError> {
        let reserved = |name: &str| {
            NEVER_DISCLOSABLE.contains(&name) || matches!(name, "_sd" | "_sd_alg" | "...")
        };
        if let Some(name) = self.claims.keys().find(|name| reserved(name)) {
            return Err(IssueError::ReservedClaim(name.clone()));
        }
        for (name, value) in &self.claims {
            check_name(name)?;
            check_value(value, 2)?;
            if matches!(name.as_str(), "aud" | "iat") {
                check_registered(name, value)?;
            }
        }
        let hidden = self.hidden.iter().filter_map(ClaimPath::root).find(|root| reserved(root));
        hidden.map_or(Ok(()), |root| Err(IssueError::NotDisclosable(root.to_owned())))
    }
}

/// The claims that every credential has besides those of its type.
#[derive(Serialize)]
struct Envelope<'a> {
    iss: &'a str,
    vct: &'a str,
    #[serde(rename = "vct#integrity", skip_serializing_if = "Option::is_none")]
    integrity: Option<&'a str>,
    cnf: Confirmation,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
}

/// The holder's key (RFC 7800 §3.2).
#[derive(Serialize)]
struct Confirmation {
    jwk: Jwk,
}

/// Whether readers take the value, which lies `depth` deep: no reserved name (RFC 9901 §4.1), and
/// within the bounds of [`json`].
fn check_value(value: &Value, depth: usize) -> Result<(), IssueError> {
    match value {
        Value::Array(_) | Value::Object(_) if depth > json::MAX_DEPTH => {
            Err(IssueError::Unreadable(EncodingError::TooDeep))
        }
        Value::Array(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            check_name(name)?;
            check_value(value, depth + 1)
        }),
        Value::Number(number) => {
            let written = number.to_string();
            json::parse(written.as_bytes(), written.len()).map(drop).map_err(IssueError::Unreadable)
        }
        _ => Ok(()),
    }
}

/// Whether readers take that value of a registered claim.
fn check_registered(name: &str, value: &Value) -> Result<(), IssueError> {
    let claim = json!({name: value}).to_string();
    let claim = json::parse_object(claim.as_bytes(), MAX_LEN).map_err(IssueError::Unreadable)?;
    sd_jwt_vc::check_optional(&claim).map_err(IssueError::Registered)
}

fn check_name(name: &str) -> Result<(), IssueError> {
    if matches!(name, "_sd" | "_sd_alg" | "...") {
        return Err(IssueError::ReservedClaim(name.to_owned()));
    }
    if name.len() > json::MAX_NAME {
        return Err(IssueError::Unreadable(EncodingError::TooLarge));
    }
    Ok(())
}
