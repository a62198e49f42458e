//! `residency`: where a person lives, and where not.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::formats::REGION;
use crate::sensitivity::Sensitivity::{Personal, Status};
use crate::table::{Days, Field, Kind, Table, documents};
use crate::thresholds::text;

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "residency",
    vct: Residency::VCT,
    title: "Residency",
    days: Days { default: 365, longest: 366 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: Some(places_agree),
    documents: documents!("residency"),
};

static FIELDS: &[Field] = &[
    Field::new("country", "Country", Kind::Country, Status).mandatory(),
    Field::new("region", "Region", Kind::Formatted(&REGION), Personal),
    Field::new("eea_resident", "Resident in the EEA", Kind::Flag, Status),
    Field::new("uk_resident", "Resident in the UK", Kind::Flag, Status),
    Field::new("not_us_person", "Not a US person", Kind::Flag, Status),
    Field::new("tax_residences", "Tax residences", TAX_RESIDENCES, Personal),
];

const TAX_RESIDENCES: Kind = Kind::List(4, &Kind::Country);

/// The members of the European Economic Area, and those of their parts within the European Union that
/// have a code of their own.
const EEA: &[&str] = &[
    "AT", "AX", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GF", "GP", "GR", "HR",
    "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MF", "MQ", "MT", "NL", "NO", "PL", "PT", "RE",
    "RO", "SE", "SI", "SK", "YT",
];

/// The United States with its territories (17 CFR 230.902(l)): who resides there is a US person.
const US: &[&str] = &["AS", "GU", "MP", "PR", "UM", "US", "VI"];

/// Region and flags agree with the country.
fn places_agree(claims: &Map<String, Value>, _today: &str) -> Vec<ClaimError> {
    let Some(country) = text(claims, "country") else {
        return Vec::new();
    };
    let region = text(claims, "region").and_then(|region| region.split('-').next());
    let has = |flag: &str| claims.contains_key(flag);
    [
        ("region", region.is_some_and(|of| of != country)),
        ("eea_resident", has("eea_resident") && !EEA.contains(&country)),
        ("uk_resident", has("uk_resident") && country != "GB"),
        ("not_us_person", has("not_us_person") && US.contains(&country)),
    ]
    .into_iter()
    .filter(|(_, wrong)| *wrong)
    .map(|(claim, _)| ClaimError::new(claim, Problem::Contradicts { other: "country" }))
    .collect()
}

/// The claims of a `residency` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residency {
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 3166-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Resident in the European Economic Area. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eea_resident: Option<bool>,
    /// Resident in the United Kingdom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uk_resident: Option<bool>,
    /// Not a US person in the sense of Regulation S.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_us_person: Option<bool>,
    /// Where the person pays tax: ISO 3166-1 alpha-2 codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_residences: Option<Vec<String>>,
}

impl CredentialType for Residency {
    const VCT: &'static str = "urn:bonafide:residency:1";
}
