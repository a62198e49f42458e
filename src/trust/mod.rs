//! Whom a verifier believes: jurisdiction documents, which say who may attest what and when (docs/jurisdiction.md), and
//! issuers pinned by DID, the smallest jurisdiction.
//!
//! A document is read ([`UnverifiedJurisdiction`]), checked against a pin or against the one before ([`Jurisdiction`]),
//! indexed with others ([`Jurisdictions`]) and asked ([`Query`], [`Approval`], [`Disapproval`]).

mod approval;
mod digest;
mod document;
mod error;
mod governance;
mod judge;
mod jurisdiction;
mod jurisdictions;
mod members;
mod pins;
mod read;

pub use approval::{Approval, Disapproval, Query, Rule};
pub use digest::digest_text;
pub use document::{
    Attribute, AttributeStatus, DEFAULT_GRACE_DAYS, DEFAULT_WEIGHT, Document, Grant, ListedKey,
    OnEnd, Secondary, Validator, Window,
};
pub use error::JurisdictionError;
pub use governance::{Governance, GovernanceKey, MAX_GOVERNANCE_KEYS, Pin};
pub use jurisdiction::{Jurisdiction, MAX_LEN, UnverifiedJurisdiction};
pub use jurisdictions::{Answer, Jurisdictions};
pub use pins::PinnedIssuer;
pub(crate) use pins::Pins;
pub use read::MAX_VALIDATORS;
