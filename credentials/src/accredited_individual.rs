//! `accredited-individual`: which thresholds of an investor regime a natural person passes.

use std::sync::LazyLock;

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::flags::{self, Subject};
use crate::sensitivity::Sensitivity::{Personal, Procedure, Status};
use crate::table::{Days, Field, Kind, Table, documents};
use crate::thresholds::{self, SELF_DECLARED, Thresholds};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "accredited-individual",
    vct: AccreditedIndividual::VCT,
    title: "Investor status",
    days: Days { default: 365, longest: 366 },
    shorter: Some(("regime", "us-501a", Days { default: 90, longest: 92 })),
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: Some(&FLAGS),
    rule: Some(|claims, _| thresholds::fit_regime(claims, &FLAGS)),
    documents: documents!("accredited-individual"),
};

static FIELDS: &[Field] = &[
    Field::new("regime", "Regime", Kind::OneOf(REGIMES), Status).mandatory(),
    Field::new("basis", "Legal basis", Kind::List(4, &Kind::Text(64)), Status),
    Field::new("method", "How it was verified", Kind::OneOf(METHODS), Procedure).mandatory(),
    Field::new("attestor_role", "Verified by", Kind::OneOf(ROLES), Procedure),
    Field::new("income_years", "Income of the years", Kind::List(3, &Kind::Year), Procedure),
    Field::new("evidence_as_of", "Oldest evidence", Kind::PastDate, Personal),
];

/// The regimes that have flags for natural persons and are told by this type.
const REGIMES: &[&str] =
    &["us-501a", "eu-mifid", "eu-ecspr", "uk-hnw", "hk-pi", "sg-ai", "ch-hnw", "jp-si", "ae-dfsa"];

static FLAGS: LazyLock<Vec<Field>> =
    LazyLock::new(|| flags::fields(REGIMES, |subject| subject != Subject::Entity));

pub(crate) const METHODS: &[&str] = &[
    "tax-forms",
    "asset-docs",
    "third-party-letter",
    "licence-lookup",
    "firm-assessment",
    SELF_DECLARED,
];

pub(crate) const ROLES: &[&str] =
    &["us-broker-dealer", "us-ria", "attorney", "cpa", "auditor", "custodian", "intermediary"];

/// The claims of an `accredited-individual` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccreditedIndividual {
    /// The regime, such as `us-501a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
    /// The limbs of the law relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Vec<String>>,
    /// `tax-forms`, `asset-docs`, `third-party-letter`, `licence-lookup`, `firm-assessment` or
    /// `self-declared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Who verified it: `us-broker-dealer`, `us-ria`, `attorney`, `cpa`, `auditor`, `custodian` or
    /// `intermediary`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestor_role: Option<String>,
    /// The years whose income was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub income_years: Option<Vec<u16>>,
    /// The day of the oldest evidence, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_as_of: Option<String>,
    /// The thresholds passed. One that is missing was not passed, or not disclosed.
    #[serde(flatten)]
    pub flags: Thresholds,
}

impl CredentialType for AccreditedIndividual {
    const VCT: &'static str = "urn:bonafide:accredited-individual:1";
}
