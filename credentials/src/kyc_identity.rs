//! `kyc-identity`: who a natural person is.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::address::{ADDRESS, Address};
use crate::errors::{ClaimError, Problem};
use crate::sensitivity::Sensitivity::{Identifying, Personal, Status};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "kyc-identity",
    vct: KycIdentity::VCT,
    title: "KYC identity",
    days: Days { default: 730, longest: 731 },
    shorter: None,
    ends_with: Some(("document", "date_of_expiry")),
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: Some(ages_fit_birthdate),
    documents: documents!("kyc-identity"),
};

static FIELDS: &[Field] = &[
    Field::new("family_name", "Family name", Kind::Text(100), Identifying).mandatory(),
    Field::new("given_name", "Given name", Kind::Text(100), Identifying).mandatory(),
    Field::new("birthdate", "Date of birth", Kind::PastDate, Identifying).mandatory(),
    Field::new("birth_family_name", "Name at birth", Kind::Text(100), Identifying),
    Field::new("place_of_birth", "Place of birth", Kind::Object(BIRTHPLACE), Personal),
    Field::new("nationalities", "Nationalities", NATIONALITIES, Personal),
    Field::new("address", "Address", Kind::Object(ADDRESS), Identifying),
    Field::new("email", "E-mail", Kind::Email, Identifying),
    Field::new("phone_number", "Telephone", Kind::Phone, Identifying),
    Field::new("document", "Identity document", Kind::Object(DOCUMENT), Identifying),
    Field::new("age_over_18", "Aged 18 or over", Kind::Flag, Status),
    Field::new("age_over_21", "Aged 21 or over", Kind::Flag, Status),
];

const NATIONALITIES: Kind = Kind::List(4, &Kind::Country);

const BIRTHPLACE: &[Field] = &[
    Field::new("country", "Country", Kind::Country, Personal),
    Field::new("region", "Region", Kind::Text(100), Personal),
    Field::new("locality", "Town", Kind::Text(100), Personal),
];

const DOCUMENT: &[Field] = &[
    Field::new("type", "Kind", Kind::OneOf(DOCUMENT_TYPES), Personal),
    Field::new("number", "Number", Kind::Text(50), Identifying),
    Field::new("issuing_country", "Issued by", Kind::Country, Personal),
    Field::new("date_of_expiry", "Valid until", Kind::ComingDate, Identifying),
];

/// Identity documents, in the words of OpenID Identity Assurance.
const DOCUMENT_TYPES: &[&str] = &["passport", "idcard", "driving_permit", "residence_permit"];

/// An age flag given as true must fit the birthdate.
fn ages_fit_birthdate(claims: &Map<String, Value>, today: &str) -> Vec<ClaimError> {
    let Some(birthdate) = claims.get("birthdate").and_then(Value::as_str) else {
        return Vec::new();
    };
    [("age_over_18", 18), ("age_over_21", 21)]
        .into_iter()
        .filter(|(flag, years)| {
            claims.contains_key(*flag) && birthday(birthdate, *years).as_str() > today
        })
        .map(|(flag, _)| ClaimError::new(flag, Problem::Contradicts { other: "birthdate" }))
        .collect()
}

/// The date of a birthday, as text that compares like the date.
fn birthday(birthdate: &str, years: u32) -> String {
    let (year, rest) = birthdate.split_once('-').unwrap_or_default();
    let year = year.parse::<u32>().unwrap_or_default() + years;
    format!("{year:04}-{rest}")
}

/// The claims of a `kyc-identity` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KycIdentity {
    /// Family name, as in the identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Given names, as in the identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// Family name at birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_family_name: Option<String>,
    /// Where the person was born.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_of_birth: Option<PlaceOfBirth>,
    /// ISO 3166-1 alpha-2 codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationalities: Option<Vec<String>>,
    /// Where the person lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number, E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<IdentityDocument>,
    /// Whether the person is 18 or older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_over_18: Option<bool>,
    /// Whether the person is 21 or older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_over_21: Option<bool>,
}

/// A place of birth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOfBirth {
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// State, province, prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
}

/// An identity document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityDocument {
    /// `passport`, `idcard`, `driving_permit` or `residence_permit`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuing_country: Option<String>,
    /// Its last day, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_expiry: Option<String>,
}

impl CredentialType for KycIdentity {
    const VCT: &'static str = "urn:bonafide:kyc-identity:1";
}
