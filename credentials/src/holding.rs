//! `holding`: a snapshot of what the register of a security says of a holder. It is no title.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::amount;
use crate::errors::{ClaimError, Problem};
use crate::formats::{ACCOUNT, AMOUNT};
use crate::security::{self, SECURITY, Security};
use crate::sensitivity::Sensitivity::{Identifying, Personal, Procedure, Status};
use crate::table::{Days, Field, Kind, Table, documents};
use crate::thresholds::text;

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "holding",
    vct: Holding::VCT,
    title: "Holding",
    days: Days { default: 3, longest: 3 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: Some(figures_agree),
    documents: documents!("holding"),
};

static FIELDS: &[Field] = &[
    Field::new("security", "Security", Kind::Object(SECURITY), Personal).mandatory(),
    Field::new("quantity", "Quantity", Kind::Formatted(&AMOUNT), Personal),
    Field::new("free_quantity", "Free quantity", Kind::Formatted(&AMOUNT), Personal),
    Field::new("holds_any", "Holds some", Kind::Flag, Status),
    Field::new("holding_period_start", "Held since", Kind::PastDate, Personal),
    Field::new("acquisition", "Acquired from", Kind::OneOf(ACQUISITIONS), Personal),
    Field::new("restriction", "Restriction", Kind::OneOf(RESTRICTIONS), Status),
    Field::new("lockup_until", "Locked up until", Kind::ComingDate, Personal),
    Field::new("encumbrances", "Encumbrances", ENCUMBRANCES, Identifying),
    Field::new("account", "Account", Kind::Formatted(&ACCOUNT), Identifying),
    Field::new("as_of", "As of", Kind::PastDate, Procedure).mandatory(),
    Field::new("register_seq", "Sequence of the register", SEQUENCE, Procedure).mandatory(),
];

const ACQUISITIONS: &[&str] = &["issuer", "affiliate", "market", "gift"];

const RESTRICTIONS: &[&str] = &["none", "rule144", "reg-s"];

const ENCUMBRANCES: Kind = Kind::List(8, &Kind::Object(ENCUMBRANCE));

const ENCUMBRANCE: &[Field] = &[
    Field::new("ref", "Entry in the register", Kind::Text(100), Identifying).mandatory(),
    Field::new("quantity", "Quantity", Kind::Formatted(&AMOUNT), Personal).mandatory(),
    Field::new("until", "Until", Kind::ComingDate, Personal),
];

/// As far as every JSON reader counts exactly (RFC 8259 §6).
const SEQUENCE: Kind = Kind::Integer(0, 9_007_199_254_740_991);

/// No more is free than there is, and who holds something holds more than nothing.
fn figures_agree(claims: &Map<String, Value>, _today: &str) -> Vec<ClaimError> {
    let nothing = text(claims, "quantity").is_some_and(|held| amount::compare(held, "0").is_eq());
    let of_quantity = |claim| ClaimError::new(claim, Problem::Contradicts { other: "quantity" });
    let too_free = amount::exceeds(claims, "free_quantity", "quantity");
    let holds_nothing = nothing && claims.contains_key("holds_any");
    security::id_fits_type(claims)
        .into_iter()
        .chain(too_free.then(|| of_quantity("free_quantity")))
        .chain(holds_nothing.then(|| of_quantity("holds_any")))
        .collect()
}

/// The claims of a `holding` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The security.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// How much is held, a decimal amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// How much of it is neither locked up nor encumbered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_quantity: Option<String>,
    /// Something is held. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds_any: Option<bool>,
    /// Since when, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holding_period_start: Option<String>,
    /// `issuer`, `affiliate`, `market` or `gift`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquisition: Option<String>,
    /// `none`, `rule144` or `reg-s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restriction: Option<String>,
    /// The last day of the lock-up, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lockup_until: Option<String>,
    /// What it is pledged for, or blocked by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encumbrances: Option<Vec<Encumbrance>>,
    /// The CAIP-10 account it is held in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The day of the snapshot, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The entry of the register up to which the snapshot goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_seq: Option<u64>,
}

/// An encumbrance. A pledge is safe only where the register has one of this reference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encumbrance {
    /// The entry in the register.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How much of the holding, a decimal amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// The last day, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl CredentialType for Holding {
    const VCT: &'static str = "urn:bonafide:holding:1";
}
