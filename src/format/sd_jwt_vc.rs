//! SD-JWT VC: what an SD-JWT must say to be a credential (draft-ietf-oauth-sd-jwt-vc §2.2).

use crate::clock::Timestamp;
use crate::encoding::json::{Json, Object};
use crate::format::jwt;
use crate::format::sd_jwt::{IssuerSigned, SdJwt};

/// `typ` of the issuer-signed JWT (§2.2.1). The older `vc+sd-jwt` is another format's by now.
pub const TYP: &str = "dc+sd-jwt";

/// Claims that an issuer must not make selectively disclosable, nor anything in them (§2.2.2.3).
pub const NEVER_DISCLOSABLE: [&str; 8] =
    ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// Why an SD-JWT is no credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VcError {
    /// A registered claim has a value of the wrong kind; the claim is named.
    #[error("the claim {0} is malformed")]
    Malformed(&'static str),
    /// A claim that every credential must have is not there; the claim is named.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// A claim that must be visible to everybody was made selectively disclosable; it is named.
    #[error("the claim {0} must not be selectively disclosable")]
    NotDisclosable(String),
    /// The reference to a status list is malformed (Token Status List §6.1).
    #[error("the reference to the status list is malformed")]
    StatusInvalid,
}

impl VcError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Missing(_) => "claim-missing",
            Self::NotDisclosable(_) => "claim-not-disclosable",
            Self::StatusInvalid => "status-invalid",
        }
    }
}

/// Where a credential's status is found (Token Status List §6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReference {
    /// Position in the list.
    pub index: u64,
    /// The list.
    pub uri: String,
}

/// The registered claims of a credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registered {
    /// The issuer as named.
    pub issuer: String,
    /// The type.
    pub vct: String,
    /// Integrity of the type's metadata.
    pub integrity: Option<String>,
    /// Further types the issuer says it is of.
    pub also_types: Vec<String>,
    /// `nbf`: not valid before this moment.
    pub not_before: Option<Timestamp>,
    /// `exp`: not valid from this moment on.
    pub expires: Option<Timestamp>,
    /// `aud`: whom the credential is meant for, where the issuer limits that. Empty: anybody.
    pub audience: Vec<String>,
    /// `iat`, where disclosed.
    pub issued_at: Option<Timestamp>,
    /// Where its status is found, if it has one.
    pub status: Option<StatusReference>,
}

impl Registered {
    /// When a credential says that it begins, or was issued, whoever wrote that. For finding the key that checks it,
    /// never for use.
    pub(crate) fn claimed_beginning(sd_jwt: &SdJwt<'_>) -> Option<Timestamp> {
        let claims = sd_jwt.unverified_payload()?;
        let moment = |name| jwt::moment(&claims, name, f64::ceil).ok().flatten();
        moment("nbf").or_else(|| moment("iat"))
    }

    /// Reads the registered claims and checks what SD-JWT VC demands of them.
    ///
    /// # Errors
    /// Every rule broken, in the order of §2.2.2.
    pub fn read(signed: &IssuerSigned<'_>) -> Result<Self, Vec<VcError>> {
        let claims = signed.claims();
        let mut wrong = never_disclosable(signed);
        let registered = Self {
            issuer: keep(required(claims, "iss"), &mut wrong),
            vct: keep(required(claims, "vct"), &mut wrong),
            integrity: keep(optional_text(claims, "vct#integrity"), &mut wrong),
            also_types: keep(also_types(claims), &mut wrong),
            not_before: keep(moment(claims, "nbf", f64::ceil), &mut wrong),
            expires: keep(moment(claims, "exp", f64::floor), &mut wrong),
            issued_at: keep(moment(claims, "iat", f64::floor), &mut wrong),
            audience: keep(audience(claims), &mut wrong),
            status: keep(status(claims), &mut wrong),
        };
        if wrong.is_empty() { Ok(registered) } else { Err(wrong) }
    }
}

/// Whether readers take the registered claims that an issuer may add to the others: `aud` and `iat`.
pub(crate) fn check_optional(claims: &Object<'_>) -> Result<(), VcError> {
    audience(claims)?;
    moment(claims, "iat", f64::floor)?;
    Ok(())
}

/// The value read; what was wrong with it is noted.
fn keep<T: Default>(read: Result<T, VcError>, wrong: &mut Vec<VcError>) -> T {
    read.unwrap_or_else(|error| {
        wrong.push(error);
        T::default()
    })
}

fn never_disclosable(signed: &IssuerSigned<'_>) -> Vec<VcError> {
    let roots = signed.hideable_roots().iter();
    let bad = roots.filter(|root| NEVER_DISCLOSABLE.contains(&root.as_ref()));
    bad.map(|root| VcError::NotDisclosable(root.clone().into_owned())).collect()
}

fn required(claims: &Object<'_>, name: &'static str) -> Result<String, VcError> {
    match optional_text(claims, name)? {
        Some(text) if !text.is_empty() => Ok(text),
        Some(_) => Err(VcError::Malformed(name)),
        None => Err(VcError::Missing(name)),
    }
}

fn optional_text(claims: &Object<'_>, name: &'static str) -> Result<Option<String>, VcError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone().into_owned())),
        Some(_) => Err(VcError::Malformed(name)),
    }
}

/// A non-empty array of strings without the `vct` itself (§2.2.2.2).
fn also_types(claims: &Object<'_>) -> Result<Vec<String>, VcError> {
    let bad = VcError::Malformed("aka_vcts");
    let Some(json) = claims.get("aka_vcts") else {
        return Ok(Vec::new());
    };
    let items = json.as_array().filter(|items| !items.is_empty()).ok_or(bad.clone())?;
    let types: Option<Vec<String>> =
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
    types.filter(|types| !types.iter().any(|vct| claims.get_str("vct") == Some(vct))).ok_or(bad)
}

/// One string or several (RFC 7519 §4.1.3).
fn audience(claims: &Object<'_>) -> Result<Vec<String>, VcError> {
    let bad = VcError::Malformed("aud");
    match claims.get("aud") {
        None => Ok(Vec::new()),
        Some(Json::String(one)) => Ok(vec![one.clone().into_owned()]),
        Some(Json::Array(all)) if !all.is_empty() => {
            all.iter().map(|one| one.as_str().map(str::to_owned).ok_or(bad.clone())).collect()
        }
        Some(_) => Err(bad),
    }
}

/// A NumericDate (RFC 7519 §2); fractions are rounded to the safe side.
fn moment(
    claims: &Object<'_>,
    name: &'static str,
    round: fn(f64) -> f64,
) -> Result<Option<Timestamp>, VcError> {
    jwt::moment(claims, name, round).map_err(|_| VcError::Malformed(name))
}

/// `status.status_list{idx, uri}` (Token Status List §6.2). Other mechanisms beside it are kept out:
/// nobody could say which of them counts.
fn status(claims: &Object<'_>) -> Result<Option<StatusReference>, VcError> {
    let Some(status) = claims.get("status") else {
        return Ok(None);
    };
    let read = || {
        let status = status.as_object().filter(|status| status.len() == 1)?;
        let list = status.get("status_list")?.as_object()?;
        let index = u64::try_from(list.get("idx")?.as_i64()?).ok()?;
        let uri = list.get_str("uri").filter(|uri| !uri.is_empty())?.to_owned();
        Some(StatusReference { index, uri })
    };
    read().map(Some).ok_or(VcError::StatusInvalid)
}
