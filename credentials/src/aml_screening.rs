//! `aml-screening`: what a screening against sanctions and other lists found.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::sensitivity::Sensitivity::{Procedure, Status};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "aml-screening",
    vct: AmlScreening::VCT,
    title: "AML screening",
    days: Days { default: 30, longest: 30 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: None,
    documents: documents!("aml-screening"),
};

static FIELDS: &[Field] = &[
    Field::new("sanctions_clear", "No sanctions found", Kind::Flag, Status).mandatory(),
    Field::new("pep_clear", "Not politically exposed", Kind::Flag, Status),
    Field::new("adverse_media_clear", "No adverse media found", Kind::Flag, Status),
    Field::new("risk_band", "Risk", Kind::OneOf(RISK_BANDS), Status).mandatory(),
    Field::new("lists", "Lists screened", SCREENED_LISTS, Procedure),
    Field::new("monitoring", "Monitoring", Kind::OneOf(MONITORING), Procedure),
];

const RISK_BANDS: &[&str] = &["low", "standard", "high"];

const MONITORING: &[&str] = &["once", "continuous"];

const SCREENED_LISTS: Kind = Kind::List(8, &Kind::Object(SCREENED_LIST));

const SCREENED_LIST: &[Field] = &[
    Field::new("list", "List", Kind::Text(64), Procedure).mandatory(),
    Field::new("as_of", "As of", Kind::PastDate, Procedure).mandatory(),
];

/// The claims of an `aml-screening` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmlScreening {
    /// On no sanctions list. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sanctions_clear: Option<bool>,
    /// Neither politically exposed nor close to someone who is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pep_clear: Option<bool>,
    /// No adverse media found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adverse_media_clear: Option<bool>,
    /// `low`, `standard` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_band: Option<String>,
    /// The lists screened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<Vec<ScreenedList>>,
    /// `once` or `continuous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<String>,
}

/// A list that was screened, in the edition of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenedList {
    /// The list, such as `ofac-sdn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The day of the edition, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl CredentialType for AmlScreening {
    const VCT: &'static str = "urn:bonafide:aml-screening:1";
}
