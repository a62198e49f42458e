//! A postal address, as several types have it.

use serde::{Deserialize, Serialize};

use crate::sensitivity::Sensitivity::{Identifying, Personal, Status};
use crate::table::{Field, Kind};

pub(crate) const ADDRESS: &[Field] = &[
    Field::new("street_address", "Street", Kind::Text(200), Identifying),
    Field::new("locality", "Town", Kind::Text(100), Personal),
    Field::new("region", "Region", Kind::Text(100), Personal),
    Field::new("postal_code", "Postal code", Kind::Text(20), Personal),
    Field::new("country", "Country", Kind::Country, Status),
];

/// An address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province, prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}
