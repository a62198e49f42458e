//! `kyb-entity`: what a company, trust or fund is, and that those behind it were looked at.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::address::{ADDRESS, Address};
use crate::formats::{JURISDICTION, LEGAL_FORM, LEI};
use crate::sensitivity::Sensitivity::{Identifying, Personal, Procedure, Status};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "kyb-entity",
    vct: KybEntity::VCT,
    title: "KYB entity",
    days: Days { default: 365, longest: 366 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: None,
    documents: documents!("kyb-entity"),
};

#[rustfmt::skip]
static FIELDS: &[Field] = &[
    Field::new("lei", "LEI", Kind::Formatted(&LEI), Identifying),
    Field::new("legal_name", "Legal name", Kind::Text(200), Identifying).mandatory(),
    Field::new("legal_form", "Legal form", Kind::Formatted(&LEGAL_FORM), Status),
    Field::new("registration_number", "Registration number", Kind::Text(50), Identifying).mandatory(),
    Field::new("registration_authority", "Registered with", Kind::Text(100), Personal),
    Field::new("jurisdiction", "Jurisdiction", Kind::Formatted(&JURISDICTION), Status).mandatory(),
    Field::new("incorporated_on", "Incorporated on", Kind::PastDate, Personal),
    Field::new("registered_address", "Registered address", Kind::Object(ADDRESS), Identifying),
    Field::new("ubo_threshold_percent", "Owners looked at from, percent", Kind::Integer(0, 100), Procedure),
    Field::new("ubos_clear", "Beneficial owners clear", Kind::Flag, Status),
    Field::new("directors_clear", "Directors clear", Kind::Flag, Status),
    Field::new("regulated_by", "Regulated by", Kind::Text(100), Personal),
];

/// The claims of a `kyb-entity` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KybEntity {
    /// Legal Entity Identifier (ISO 17442).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    /// Name, as in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// Entity Legal Form code (ISO 20275).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<String>,
    /// Number in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// The register, such as a GLEIF code `RA000602`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_authority: Option<String>,
    /// ISO 3166-1 alpha-2 or ISO 3166-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incorporated_on: Option<String>,
    /// The address in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_address: Option<Address>,
    /// From how many percent on beneficial owners were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ubo_threshold_percent: Option<u8>,
    /// All of them were identified, and nothing was found. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ubos_clear: Option<bool>,
    /// All directors were identified, and nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directors_clear: Option<bool>,
    /// Its supervisor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulated_by: Option<String>,
}

impl CredentialType for KybEntity {
    const VCT: &'static str = "urn:bonafide:kyb-entity:1";
}
