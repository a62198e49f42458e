//! What is said of a list when it is published, and signing it.

use std::num::NonZeroU64;

use serde::Serialize;

use super::{StatusError, StatusList, TYP};
use crate::clock::Timestamp;
use crate::did::Identity;
use crate::encoding::json::Object;
use crate::format::jws;
use crate::format::jwt::{self, NotThatKind};
use crate::key::{Purpose, SignError};

/// What a token says besides the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Where the list is found: the `uri` in the credentials.
    pub uri: String,
    /// The moment of issue.
    pub issued_at: Timestamp,
    /// The first second at which it no longer counts.
    pub expires: Option<Timestamp>,
    /// For how many seconds a copy may be kept before a new one is fetched.
    pub ttl: Option<NonZeroU64>,
}

#[derive(Serialize)]
struct Payload<'a> {
    sub: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<NonZeroU64>,
    status_list: ListMember<'a>,
}

#[derive(Serialize)]
struct ListMember<'a> {
    bits: u8,
    lst: &'a str,
}

impl Publication {
    /// Signs the token that publishes `list` (§5.1).
    ///
    /// # Errors
    /// [`StatusError`]; nothing was issued.
    pub fn issue(&self, list: &StatusList, issuer: &Identity<'_>) -> Result<String, StatusError> {
        if self.uri.is_empty() {
            return Err(StatusError::Malformed("sub"));
        }
        if self.expires.is_some_and(|expires| expires <= self.issued_at) {
            return Err(StatusError::NeverValid);
        }
        let payload = Payload {
            sub: &self.uri,
            iat: self.issued_at.unix(),
            exp: self.expires.map(Timestamp::unix),
            ttl: self.ttl,
            status_list: ListMember { bits: list.bits().number(), lst: &list.encode()? },
        };
        let payload = serde_json::to_vec(&payload).map_err(|_| SignError::Failed)?;
        Ok(jws::sign_as(issuer, Purpose::StatusList, TYP, &payload)?)
    }
}

/// The claims of §5.1 but the list. `aud` is not among them: a token with one is for somebody else (RFC 7519 §4.1.3).
pub(super) fn publication(claims: &Object<'_>) -> Result<Publication, StatusError> {
    let moment = |name, round| {
        jwt::moment(claims, name, round).map_err(|_: NotThatKind| StatusError::Malformed(name))
    };
    let uri = claims.get_str("sub").filter(|uri| !uri.is_empty());
    let ttl = jwt::seconds(claims, "ttl", f64::floor).map_err(|_| StatusError::Malformed("ttl"))?;
    let positive = |ttl: i64| u64::try_from(ttl).ok().and_then(NonZeroU64::new);
    if claims.get("aud").is_some() {
        return Err(StatusError::Malformed("aud"));
    }
    Ok(Publication {
        uri: uri.ok_or(StatusError::Malformed("sub"))?.to_owned(),
        issued_at: moment("iat", f64::floor)?.ok_or(StatusError::Malformed("iat"))?,
        expires: moment("exp", f64::floor)?,
        ttl: match ttl {
            None => None,
            Some(ttl) => Some(positive(ttl).ok_or(StatusError::Malformed("ttl"))?),
        },
    })
}
