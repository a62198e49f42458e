//! DCQL (OpenID4VP 1.0 §6): what a verifier asks for. At present one credential with its claims.

use serde_json::{Value, json};

use crate::encoding::json::{Json, Object};
use crate::encoding::path::{ClaimPath, Place};

/// Most claims in one query.
const MAX_CLAIMS: usize = 128;

/// Why a query was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Not a DCQL query.
    #[error("not a DCQL query: {0}")]
    Malformed(&'static str),
    /// A feature of DCQL that is not offered; ignoring it would answer another question.
    #[error("the query uses {0}, which is not supported")]
    Unsupported(&'static str),
}

impl QueryError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed(_) => "query-malformed",
            Self::Unsupported(_) => "query-unsupported",
        }
    }
}

/// A claim asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimQuery {
    /// Which claim.
    pub path: ClaimPath,
    /// Values that will do, exactly as written; any value where empty.
    pub values: Vec<Json<'static>>,
}

/// One credential asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialQuery {
    /// The query's name in the answer.
    pub id: String,
    /// Types that will do.
    pub types: Vec<String>,
    /// Claims asked for, all of them. Empty: no claim that can be hidden.
    pub claims: Vec<ClaimQuery>,
}

/// What a query found missing in a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The credential is of another type.
    Type,
    /// The claim is not there, or has none of the values asked for.
    Claim(String),
}

impl CredentialQuery {
    /// Reads a `dcql_query`.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn from_dcql(query: &Json<'_>) -> Result<Self, QueryError> {
        let bad = QueryError::Malformed;
        let query = query.as_object().ok_or(bad("no object"))?;
        let credentials = query
            .get("credentials")
            .and_then(Json::as_array)
            .ok_or(bad("credentials is missing"))?;
        if query.get("credential_sets").is_some() {
            return Err(QueryError::Unsupported("credential_sets"));
        }
        match credentials {
            [] => Err(bad("credentials is empty")),
            [one] => {
                Self::from_json(one.as_object().ok_or(bad("a credential query is no object"))?)
            }
            _ => Err(QueryError::Unsupported("several credentials")),
        }
    }

    fn from_json(query: &Object<'_>) -> Result<Self, QueryError> {
        let bad = QueryError::Malformed;
        let id = query
            .get_str("id")
            .filter(|id| is_id(id))
            .ok_or(bad("id is missing or has other characters"))?;
        if query.get_str("format") != Some("dc+sd-jwt") {
            return Err(QueryError::Unsupported("another credential format than dc+sd-jwt"));
        }
        if !matches!(query.get("multiple"), None | Some(Json::Bool(false))) {
            return Err(QueryError::Unsupported("multiple"));
        }
        let unsupported = ["trusted_authorities", "claim_sets"];
        if let Some(name) = unsupported.into_iter().find(|name| query.get(name).is_some()) {
            return Err(QueryError::Unsupported(name));
        }
        if !matches!(query.get("require_cryptographic_holder_binding"), None | Some(Json::Bool(_)))
        {
            return Err(bad("require_cryptographic_holder_binding is no boolean"));
        }
        let meta = query.get("meta").and_then(Json::as_object).ok_or(bad("meta is missing"))?;
        let claims = match query.get("claims") {
            None => Vec::new(),
            Some(claims) => {
                let claims = claims.as_array().ok_or(bad("claims is no array"))?;
                if claims.is_empty() || claims.len() > MAX_CLAIMS {
                    return Err(bad("claims is empty or too long"));
                }
                claims.iter().map(ClaimQuery::from_json).collect::<Result<_, _>>()?
            }
        };
        Ok(Self { id: id.to_owned(), types: types(meta)?, claims })
    }

    /// The `dcql_query` of this one credential.
    pub fn to_dcql(&self) -> Value {
        let meta = match self.types.as_slice() {
            [] => json!({}),
            types => json!({"vct_values": types}),
        };
        let mut query = json!({"id": self.id, "format": "dc+sd-jwt", "meta": meta});
        if let (Some(members), false) = (query.as_object_mut(), self.claims.is_empty()) {
            let claims = self.claims.iter().map(ClaimQuery::to_value);
            members.insert("claims".into(), claims.collect());
        }
        json!({"credentials": [query]})
    }

    /// What this query misses in a credential; empty when the credential answers it.
    pub fn missing(&self, vct: &str, also_types: &[String], claims: &Object<'_>) -> Vec<Missing> {
        let mut missing = Vec::new();
        let is_type = |wanted: &String| wanted == vct || also_types.contains(wanted);
        if !self.types.is_empty() && !self.types.iter().any(is_type) {
            missing.push(Missing::Type);
        }
        let unmet = self.claims.iter().filter(|claim| !claim.is_met(claims));
        missing.extend(unmet.map(|claim| Missing::Claim(claim.path.to_string())));
        missing
    }
}

impl ClaimQuery {
    /// Any value of the claim at `path`.
    pub fn any(path: ClaimPath) -> Self {
        Self { path, values: Vec::new() }
    }

    /// The places that answer this query in a credential (§6.4.1, §7.1.1).
    pub(crate) fn places<'j>(&'j self, claims: &'j Object<'_>) -> Vec<Vec<Place<'j>>> {
        self.answers(claims).into_iter().map(|(place, _)| place).collect()
    }

    /// Whether some answer shows something: a container of which everything was withheld does not.
    fn is_met(&self, claims: &Object<'_>) -> bool {
        self.path.any(claims, |value| self.fits(value) && value.shows_something())
    }

    fn fits(&self, value: &Json<'_>) -> bool {
        *value != Json::Withheld
            && (self.values.is_empty() || self.values.iter().any(|wanted| wanted == value))
    }

    fn answers<'j, 'a>(&'j self, claims: &'j Object<'a>) -> Vec<(Vec<Place<'j>>, &'j Json<'a>)> {
        let mut selected = self.path.select(claims).unwrap_or_default();
        selected.retain(|(_, value)| self.fits(value));
        selected
    }

    fn from_json(claim: &Json<'_>) -> Result<Self, QueryError> {
        let bad = QueryError::Malformed;
        let claim = claim.as_object().ok_or(bad("a claim query is no object"))?;
        let path = claim.get("path").ok_or(bad("a claim query has no path"))?;
        let path = ClaimPath::from_json(path).map_err(|_| bad("a claim path is none"))?;
        let values = match claim.get("values") {
            None => Vec::new(),
            Some(values) => {
                let values = values
                    .as_array()
                    .filter(|v| !v.is_empty())
                    .ok_or(bad("values is no array or empty"))?;
                let plain = |v: &Json<'_>| {
                    v.as_str().is_some() || v.as_i64().is_some() || matches!(v, Json::Bool(_))
                };
                if !values.iter().all(plain) {
                    return Err(bad("a value is no string, integer or boolean"));
                }
                values.iter().map(|value| value.clone().into_owned()).collect()
            }
        };
        Ok(Self { path, values })
    }

    fn to_value(&self) -> Value {
        let mut claim = json!({"path": self.path.to_value()});
        if let (Some(members), false) = (claim.as_object_mut(), self.values.is_empty()) {
            members.insert("values".into(), self.values.iter().map(Json::to_value).collect());
        }
        claim
    }
}

/// `meta.vct_values`; an empty `meta` asks for any type.
fn types(meta: &Object<'_>) -> Result<Vec<String>, QueryError> {
    let bad = QueryError::Malformed("vct_values is no array of types, or empty");
    let Some(values) = meta.get("vct_values") else {
        return Ok(Vec::new());
    };
    let values = values.as_array().filter(|values| !values.is_empty()).ok_or(bad)?;
    values.iter().map(|value| value.as_str().map(str::to_owned).ok_or(bad)).collect()
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;

    fn read(text: &str) -> Result<CredentialQuery, QueryError> {
        CredentialQuery::from_dcql(&json::parse(text.as_bytes(), 9999).unwrap())
    }

    const GOOD: &str = r#"{"credentials":[{"id":"q","format":"dc+sd-jwt","meta":{"vct_values":["t"]},
        "claims":[{"path":["a"]},{"path":["n",null],"values":["DE","AT"]}]}],"unknown":1}"#;

    #[test]
    fn reads_writes_and_matches() {
        let query = read(GOOD).unwrap();
        assert_eq!(read(&query.to_dcql().to_string()).unwrap(), query);
        let any_type = read(&GOOD.replace(r#""vct_values":["t"]"#, "")).unwrap();
        assert_eq!(read(&any_type.to_dcql().to_string()).unwrap(), any_type);
        let missing = |vct: &str, claims: &str| {
            query.missing(vct, &[], &json::parse_object(claims.as_bytes(), 999).unwrap())
        };
        assert!(missing("t", r#"{"a":0,"n":["FR","DE"]}"#).is_empty());
        assert_eq!(missing("u", r#"{"a":0,"n":["DE"]}"#), [Missing::Type]);
        assert_eq!(missing("t", r#"{"n":["DE"]}"#), [Missing::Claim("a".into())]);
        assert_eq!(missing("t", r#"{"a":0,"n":["FR"]}"#), [Missing::Claim("n[]".into())]);
        assert_eq!(missing("t", r#"{"a":0,"n":"DE"}"#), [Missing::Claim("n[]".into())]);
    }

    #[test]
    fn values_match_by_type_and_value() {
        let query = read(
            r#"{"credentials":[{"id":"q","format":"dc+sd-jwt","meta":{},"claims":[{"path":["a"],"values":[1,true]}]}]}"#,
        );
        let query = query.unwrap();
        let found = |claims: &str| {
            query.missing("t", &[], &json::parse_object(claims.as_bytes(), 99).unwrap()).is_empty()
        };
        assert!(found(r#"{"a":1}"#) && found(r#"{"a":true}"#));
        assert!(!found(r#"{"a":"1"}"#) && !found(r#"{"a":1.0}"#) && !found(r#"{"a":false}"#));
    }

    #[test]
    fn what_is_not_understood_is_not_answered() {
        for (from, to) in [
            (r#""unknown":1"#, r#""credential_sets":[]"#),
            (r#""id":"q","#, r#""id":"q","multiple":true,"#),
            (r#""id":"q","#, r#""id":"q","trusted_authorities":[],"#),
            (r#""id":"q","#, r#""id":"q","claim_sets":[["a"]],"#),
            ("dc+sd-jwt", "mso_mdoc"),
        ] {
            assert!(
                matches!(read(&GOOD.replacen(from, to, 1)), Err(QueryError::Unsupported(_))),
                "{to}"
            );
        }
        for (from, to) in [
            (r#""id":"q","#, r#""id":"","#),
            (r#""id":"q","#, r#""id":"q r","#),
            (r#""meta":{"vct_values":["t"]},"#, ""),
            (r#"["t"]"#, "[]"),
            (r#"["t"]"#, "[1]"),
            (r#"{"path":["a"]}"#, "{}"),
            (r#"{"path":["a"]}"#, r#"{"path":[]}"#),
            (r#"["DE","AT"]"#, "[]"),
            (r#"["DE","AT"]"#, "[null]"),
        ] {
            assert!(
                matches!(read(&GOOD.replacen(from, to, 1)), Err(QueryError::Malformed(_))),
                "{to}"
            );
        }
    }
}
