//! `entity-mandate`: who may act for an entity, and how far.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::formats::LEI;
use crate::sensitivity::Sensitivity::{Identifying, Personal, Status};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "entity-mandate",
    vct: EntityMandate::VCT,
    title: "Mandate for an entity",
    days: Days { default: 365, longest: 366 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: None,
    documents: documents!("entity-mandate"),
};

static FIELDS: &[Field] = &[
    Field::new("lei", "LEI", Kind::Formatted(&LEI), Identifying).mandatory(),
    Field::new("person_name", "Name", Kind::Text(200), Identifying),
    Field::new("official_role", "Role", Kind::Text(100), Personal),
    Field::new("powers", "Powers", Kind::List(4, &Kind::OneOf(POWERS)), Status),
];

const POWERS: &[&str] = &["present", "subscribe", "transfer", "pledge"];

/// The claims of an `entity-mandate` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityMandate {
    /// Legal Entity Identifier of the entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    /// Name of the person who may act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person_name: Option<String>,
    /// Role in the entity, in the words of its register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official_role: Option<String>,
    /// `present`, `subscribe`, `transfer`, `pledge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub powers: Option<Vec<String>>,
}

impl CredentialType for EntityMandate {
    const VCT: &'static str = "urn:bonafide:entity-mandate:1";
}
