//! `accredited-entity`: which thresholds of an investor regime a company, trust or fund passes.

use std::sync::LazyLock;

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::accredited_individual::{METHODS, ROLES};
use crate::flags::{self, Subject};
use crate::formats::LEI;
use crate::sensitivity::Sensitivity::{Identifying, Personal, Procedure, Status};
use crate::table::{Days, Field, Kind, Table, documents};
use crate::thresholds::{self, Thresholds};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "accredited-entity",
    vct: AccreditedEntity::VCT,
    title: "Investor status of an entity",
    days: Days { default: 365, longest: 366 },
    shorter: Some(("regime", "us-501a", Days { default: 90, longest: 92 })),
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: Some(&FLAGS),
    rule: Some(|claims, _| thresholds::fit_regime(claims, &FLAGS)),
    documents: documents!("accredited-entity"),
};

static FIELDS: &[Field] = &[
    Field::new("lei", "LEI", Kind::Formatted(&LEI), Identifying),
    Field::new("regime", "Regime", Kind::OneOf(REGIMES), Status).mandatory(),
    Field::new("basis", "Legal basis", Kind::List(4, &Kind::Text(64)), Status),
    Field::new("owner_count", "Number of owners", Kind::Integer(1, 1_000_000), Personal),
    Field::new("not_formed_for_purpose", "Not formed to buy the securities", Kind::Flag, Status),
    Field::new("method", "How it was verified", Kind::OneOf(METHODS), Procedure).mandatory(),
    Field::new("attestor_role", "Verified by", Kind::OneOf(ROLES), Procedure),
    Field::new("evidence_as_of", "Oldest evidence", Kind::PastDate, Personal),
];

/// The regimes that have flags for entities.
const REGIMES: &[&str] = &["us-501a", "eu-mifid", "eu-ecspr", "hk-pi", "sg-ai"];

static FLAGS: LazyLock<Vec<Field>> =
    LazyLock::new(|| flags::fields(REGIMES, |subject| subject != Subject::Person));

/// The claims of an `accredited-entity` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccreditedEntity {
    /// Legal Entity Identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    /// The regime, such as `us-501a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
    /// The limbs of the law relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Vec<String>>,
    /// How many owners it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_count: Option<u32>,
    /// Not formed to buy the securities offered. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_formed_for_purpose: Option<bool>,
    /// How it was verified, in the words of `accredited-individual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Who verified it, in the words of `accredited-individual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestor_role: Option<String>,
    /// The day of the oldest evidence, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_as_of: Option<String>,
    /// The thresholds passed. One that is missing was not passed, or not disclosed.
    #[serde(flatten)]
    pub flags: Thresholds,
}

impl CredentialType for AccreditedEntity {
    const VCT: &'static str = "urn:bonafide:accredited-entity:1";
}
