//! Claims of JSON Web Tokens (RFC 7519).

use crate::clock::Timestamp;
use crate::encoding::json::{Json, Number, Object};

/// A claim that is not of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotThatKind;

/// A NumericDate (§2), where there is one. Fractions are rounded by `round`, to the safe side.
pub(crate) fn moment(
    claims: &Object<'_>,
    name: &str,
    round: fn(f64) -> f64,
) -> Result<Option<Timestamp>, NotThatKind> {
    let Some(seconds) = seconds(claims, name, round)? else {
        return Ok(None);
    };
    Timestamp::from_unix(seconds).map(Some).ok_or(NotThatKind)
}

/// Seconds, where there are any.
pub(crate) fn seconds(
    claims: &Object<'_>,
    name: &str,
    round: fn(f64) -> f64,
) -> Result<Option<i64>, NotThatKind> {
    match claims.get(name) {
        None => Ok(None),
        Some(Json::Number(Number::Float(seconds))) => Ok(Some(round(*seconds) as i64)),
        Some(json) => json.as_i64().map(Some).ok_or(NotThatKind),
    }
}
