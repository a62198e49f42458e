//! Claims as Rust structs: read from a verified credential, or written by an issuer's program.

use bonafide::clock::Timestamp;
use bonafide::credential::{Assurance, CredentialType, Envelope, Evidence};
use serde::Serialize;

use crate::claims::Claims;
use crate::errors::{ClaimErrors, Problem};

/// A credential type whose claims an issuer's program can fill in.
pub trait TypedClaims: CredentialType + Serialize {
    /// The claims as JSON, without those that are `None`.
    fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Puts the claims through the checks that a claims file passes. They were assessed today.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    fn check(&self, today: Timestamp) -> Result<Claims, ClaimErrors> {
        self.check_with(&Envelope::default(), today)
    }

    /// The same, with claims that all types share: the day of the assessment, the procedure, the
    /// assurance, the record and the evidence. `sub` must be `None`; see [`Claims::set_subject`].
    ///
    /// # Errors
    /// Everything that is wrong with them.
    fn check_with(&self, shared: &Envelope, today: Timestamp) -> Result<Claims, ClaimErrors> {
        let definition = crate::find(Self::VCT).ok_or(Problem::UnknownType)?;
        let whole = Whole {
            claims: self,
            assessed_on: shared.assessed_on.as_deref(),
            sub: shared.sub.as_deref(),
            process: shared.process.as_deref(),
            assurance: shared.assurance.as_ref(),
            record_ref: shared.record_ref.as_deref(),
            evidence: shared.evidence.as_deref(),
        };
        definition.read(&serde_json::to_vec(&whole).unwrap_or_default(), today)
    }
}

impl TypedClaims for crate::KycIdentity {}
impl TypedClaims for crate::AmlScreening {}
impl TypedClaims for crate::Residency {}
impl TypedClaims for crate::AccreditedIndividual {}
impl TypedClaims for crate::AccreditedEntity {}
impl TypedClaims for crate::QualifiedPurchaser {}
impl TypedClaims for crate::KybEntity {}
impl TypedClaims for crate::EntityMandate {}
impl TypedClaims for crate::AccountBinding {}
impl TypedClaims for crate::Holding {}
impl TypedClaims for crate::TransferAuthorisation {}

/// The claims of a type together with the shared ones.
#[derive(Serialize)]
struct Whole<'a, T> {
    #[serde(flatten)]
    claims: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessed_on: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assurance: Option<&'a Assurance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_ref: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a [Evidence]>,
}
