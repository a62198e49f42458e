//! A security, as several types name it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::formats::{SECURITY as FORM, is_asset, is_isin};
use crate::sensitivity::Sensitivity::Personal;
use crate::table::{Field, Kind};

pub(crate) const SECURITY: &[Field] = &[
    Field::new("id", "Identifier", Kind::Formatted(&FORM), Personal).mandatory(),
    Field::new("id_type", "Kind of identifier", Kind::OneOf(ID_TYPES), Personal).mandatory(),
];

const ID_TYPES: &[&str] = &["isin", "caip19"];

/// The identifier is of the kind named.
pub(crate) fn id_fits_type(claims: &Map<String, Value>) -> Option<ClaimError> {
    let security = claims.get("security")?;
    let id = security.get("id")?.as_str()?;
    let fits = match security.get("id_type")?.as_str()? {
        "isin" => is_isin(id),
        _ => is_asset(id),
    };
    let other = "security.id_type";
    (!fits).then(|| ClaimError::new("security.id", Problem::Contradicts { other }))
}

/// A security.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// An ISIN, or a CAIP-19 asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `isin` or `caip19`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_type: Option<String>,
}
