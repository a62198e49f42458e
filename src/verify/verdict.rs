//! The verdict: accepted with the verified claims, refused or undetermined with all reasons.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::reason::Reason;
use crate::clock::Timestamp;
use crate::credential::{CredentialType, Disclosed, Envelope};
use crate::did::Did;
use crate::format::sd_jwt::Presented;
use crate::format::sd_jwt_vc::{NEVER_DISCLOSABLE, Registered};
use crate::key::PublicKey;
use crate::trust::Approval;

/// The outcome of a verification. Reasons are ranked, the most telling first.
#[derive(Debug)]
pub enum Verdict {
    /// Every check passed.
    Accepted(Verified),
    /// At least one check says no.
    Refused(Vec<Reason>),
    /// Nothing says no, but something could not be decided.
    Undetermined(Vec<Reason>),
}

impl Verdict {
    pub(super) fn new(verified: Option<VerifiedCredential>, reasons: Vec<Reason>) -> Self {
        match (verified, reasons.first()) {
            (Some(credential), None) => Self::Accepted(Verified { credentials: vec![credential] }),
            (_, Some(first)) if first.is_undetermined() => Self::Undetermined(reasons),
            _ => Self::Refused(reasons),
        }
    }

    /// The reasons; none when accepted.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Accepted(_) => &[],
            Self::Refused(reasons) | Self::Undetermined(reasons) => reasons,
        }
    }

    /// `accepted`, `refused` or `undetermined`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Refused(_) => "refused",
            Self::Undetermined(_) => "undetermined",
        }
    }
}

/// What an accepted presentation says. Made only by [`super::Verifier::verify`].
#[derive(Debug)]
pub struct Verified {
    credentials: Vec<VerifiedCredential>,
}

/// Why claims could not be read as a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The presentation has no credential of that type.
    #[error("no credential of that type was presented")]
    NotPresented,
    /// The disclosed claims do not have the shape of the type.
    #[error("the claims do not have the shape of the type")]
    Shape,
}

impl Verified {
    /// The credentials presented.
    pub fn credentials(&self) -> &[VerifiedCredential] {
        &self.credentials
    }

    /// The credentials presented, by value.
    pub fn into_credentials(self) -> Vec<VerifiedCredential> {
        self.credentials
    }

    /// The disclosed claims of the credential of type `T`.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn get<T: CredentialType>(&self) -> Result<Disclosed<T>, ReadError> {
        let credential =
            self.credentials.iter().find(|credential| credential.registered.vct == T::VCT);
        let claims = &credential.ok_or(ReadError::NotPresented)?.claims;
        let read = |claims: &Map<String, Value>| {
            let value = Value::Object(claims.clone());
            Some(Disclosed::new(T::deserialize(&value).ok()?, Envelope::deserialize(&value).ok()?))
        };
        read(claims).ok_or(ReadError::Shape)
    }
}

/// The jurisdiction that approves of an issuer, and what it says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedBy {
    /// The jurisdiction.
    pub jurisdiction: String,
    /// Its number in the sequence.
    pub seq: u64,
    /// What the issuer is approved for.
    pub attribute: String,
    /// Whom it belongs to: issuers of one group are one voice.
    pub group: String,
    /// What it is, by law or trade.
    pub roles: Vec<String>,
    /// How much it counts where several issuers are demanded.
    pub weight: u16,
}

impl ApprovedBy {
    pub(super) fn new(approval: &Approval<'_>) -> Self {
        Self {
            jurisdiction: approval.jurisdiction.id().to_owned(),
            seq: approval.jurisdiction.seq(),
            attribute: approval.attribute().to_owned(),
            group: approval.group().to_owned(),
            roles: approval.roles().to_vec(),
            weight: approval.weight(),
        }
    }
}

/// One accepted credential: who says what, to whom it belongs, until when.
pub struct VerifiedCredential {
    issuer: Did,
    issuer_name: Option<String>,
    approved_by: Option<ApprovedBy>,
    registered: Registered,
    claims: Map<String, Value>,
    holder: PublicKey,
    answered_at: Timestamp,
}

impl VerifiedCredential {
    pub(super) fn new(
        presented: Presented<'_>,
        registered: Registered,
        (issuer, issuer_name): (Did, Option<String>),
        approved_by: Option<ApprovedBy>,
    ) -> Self {
        let members = presented.signed().claims().iter();
        let said = members.filter(|(name, _)| !NEVER_DISCLOSABLE.contains(name));
        let claims = said.map(|(name, value)| (name.to_owned(), value.to_value())).collect();
        let answered_at = presented.signed_at();
        let holder = presented.into_holder();
        Self { issuer, issuer_name, approved_by, registered, claims, holder, answered_at }
    }

    /// The issuer.
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// What the verifier calls the issuer.
    pub fn issuer_name(&self) -> Option<&str> {
        self.issuer_name.as_deref()
    }

    /// The jurisdiction that approves of the issuer; `None` where it is believed because it is pinned.
    pub fn approved_by(&self) -> Option<&ApprovedBy> {
        self.approved_by.as_ref()
    }

    /// Type, validity, status reference.
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// The visible and disclosed claims, without the registered ones.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The holder's key.
    pub fn holder(&self) -> &PublicKey {
        &self.holder
    }

    /// When the holder signed the answer.
    pub fn answered_at(&self) -> Timestamp {
        self.answered_at
    }
}

/// The names of the claims, without their values.
impl fmt::Debug for VerifiedCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedCredential")
            .field("issuer", &self.issuer)
            .field("vct", &self.registered.vct)
            .field("claims", &self.claims.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Algorithm, SecretKey};
    use serde_json::json;

    #[test]
    fn debug_shows_no_values() {
        let key = SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap();
        let credential = VerifiedCredential {
            issuer: Did::parse("did:example:issuer").unwrap(),
            issuer_name: None,
            approved_by: None,
            registered: Registered { vct: "urn:example:1".into(), ..Registered::default() },
            claims: json!({"family_name": "Muster"}).as_object().unwrap().clone(),
            holder: key.public().clone(),
            answered_at: Timestamp::EPOCH,
        };
        let shown = r#"VerifiedCredential { issuer: did:example:issuer, vct: "urn:example:1", claims: ["family_name"], .. }"#;
        assert_eq!(format!("{credential:?}"), shown);
    }
}
