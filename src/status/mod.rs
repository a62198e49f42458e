//! Status list tokens: an issuer says, signed, which of its credentials still stand
//! (draft-ietf-oauth-status-list §5.1, §8.3).
//!
//! Which of several tokens for one list counts is not decided here, nor what a status means for a verdict.

mod bitstring;

use std::num::NonZeroU64;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::format::jwt::{self, NotThatKind};
use crate::key::{PublicKey, Purpose, SignError};
use crate::resolve::{KeyRefusal, KnownDid};

pub use bitstring::{
    BitstringEntry, BitstringPublication, StatusCredential, StatusCredentialError,
    UnverifiedStatusCredential,
};

pub use crate::format::status_list::{Bits, Status, StatusList, StatusListError, StatusMeaning};

/// `typ` of a status list token (§5.1).
const TYP: &str = "statuslist+jwt";

/// Longest token read: the longest list, twice in base64.
pub const MAX_LEN: usize = 2 * 1024 * 1024;

/// The member of an answer in which a holder sends status list tokens along, as a list of texts.
pub const STAPLES: &str = "status_list_tokens";

/// Seconds by which a token may lie in the verifier's future: clocks differ.
const LEEWAY: i64 = 60;

/// Why a status list token was refused, or not issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The token is not readable.
    #[error("the status list token is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A claim is missing or of the wrong kind; it is named.
    #[error("the status list token's {0} is missing or malformed")]
    Malformed(&'static str),
    /// The JWT was refused.
    #[error("the status list token was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the status list token was refused: {0}")]
    Did(#[from] DidError),
    /// The key it names did not count when it was issued.
    #[error("the key of the status list token was refused: {0}")]
    Key(#[from] KeyRefusal),
    /// Signed by another than those who may speak for this list.
    #[error("the status list token is signed by another than the issuer")]
    SignerMismatch,
    /// A token of another list (§8.3).
    #[error("the status list token is that of another list")]
    OtherList,
    /// It has ended.
    #[error("the status list token has expired")]
    Expired,
    /// It was issued in the future.
    #[error("the status list token was issued in the future; check the clocks")]
    NotYetValid,
    /// The list in it was refused.
    #[error(transparent)]
    List(#[from] StatusListError),
    /// It would end before it begins.
    #[error("the status list token would end before it begins")]
    NeverValid,
    /// The issuer's key did not sign.
    #[error("the issuer's key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl StatusError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::SignerMismatch => "issuer-key-mismatch",
            Self::OtherList => "status-other-list",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::List(error) => error.code(),
            Self::NeverValid => "never-valid",
            Self::Sign(_) => "sign-failed",
        }
    }
}

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

/// Which token is wanted.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedStatus<'a> {
    /// The `uri` in the credential.
    pub uri: &'a str,
    /// Who may sign it: the credential's issuer, or whom the verifier's trust material names for it.
    pub signers: &'a [Did],
}

/// A token as received: its form is read, its signature is not checked and the list not unpacked.
#[derive(Debug)]
pub struct UnverifiedStatusToken<'a> {
    jws: UnverifiedJws<'a>,
    signer: DidUrl,
    said: Publication,
    bits: Bits,
    lst: String,
}

impl<'a> UnverifiedStatusToken<'a> {
    /// Reads header and claims.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn parse(text: &'a str) -> Result<Self, StatusError> {
        let jws = UnverifiedJws::parse(text.trim(), TYP, MAX_LEN)?;
        let signer = DidUrl::parse(jws.kid().ok_or(StatusError::Malformed("kid"))?)?;
        let claims = json::parse_object(jws.unverified_payload(), MAX_LEN)?;
        let said = publication(&claims)?;
        let (bits, lst) = list_member(&claims)?;
        Ok(Self { jws, signer, said, bits, lst })
    }

    /// The list it claims to be for; for finding tokens, never for use.
    pub fn claimed_uri(&self) -> &str {
        &self.said.uri
    }

    /// The moment at which it claims to have been issued; for ordering tokens, never for use.
    pub fn claimed_issued_at(&self) -> Timestamp {
        self.said.issued_at
    }

    /// The key that it claims to be signed with.
    pub fn claimed_signer(&self) -> &DidUrl {
        &self.signer
    }

    /// When it claims to end; for reminding people, never for use.
    pub fn claimed_expires(&self) -> Option<Timestamp> {
        self.said.expires
    }

    /// Whether it is the token wanted, signed by whom it must be, and counts now (§8.3 steps 3 to 5). For signers that
    /// carry their own key (did:key, did:jwk).
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn verify(
        self,
        expected: &ExpectedStatus<'_>,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        if !expected.signers.contains(self.signer.did()) {
            return Err(StatusError::SignerMismatch);
        }
        let document = did::document(self.signer.did())?;
        let key = document.key(&self.signer, Relationship::AssertionMethod)?;
        self.verify_as(key, expected, now)
    }

    /// Likewise, for a signer whose DID was fetched (did:web, did:webvh): by the key that was in use when it was issued.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn verify_known(
        self,
        expected: &ExpectedStatus<'_>,
        signer: &KnownDid,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        let named = self.signer.did();
        if named != signer.did() || !expected.signers.contains(named) {
            return Err(StatusError::SignerMismatch);
        }
        let (name, purpose) = (self.signer.fragment(), Relationship::AssertionMethod);
        let key = signer.key(name, purpose, self.said.issued_at, now)?.key;
        self.verify_as(key, expected, now)
    }

    fn verify_as(
        self,
        key: &PublicKey,
        expected: &ExpectedStatus<'_>,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        let token = self.verify_with(key)?;
        if token.said.uri != expected.uri {
            return Err(StatusError::OtherList);
        }
        token.check_in_force(now)?;
        Ok(token)
    }

    /// Whether `key` signed it, and its list can be read. Whose key that is, for which list, and when it counts, is
    /// for the caller to check.
    pub(crate) fn verify_with(self, key: &PublicKey) -> Result<StatusToken, StatusError> {
        self.jws.verify(key)?;
        let list = StatusList::decode(self.bits, &self.lst)?;
        Ok(StatusToken { signer: self.signer, said: self.said, list })
    }
}

/// The claims of §5.1 but the list. `aud` is not among them: a token with one is for somebody else (RFC 7519 §4.1.3).
fn publication(claims: &Object<'_>) -> Result<Publication, StatusError> {
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

/// `bits` and `lst` (§4.2).
fn list_member(claims: &Object<'_>) -> Result<(Bits, String), StatusError> {
    let malformed = StatusError::Malformed("status_list");
    let list = claims.get("status_list").and_then(Json::as_object).ok_or(malformed)?;
    let bits = list.get("bits").and_then(Json::as_i64).ok_or(malformed)?;
    let lst = list.get_str("lst").ok_or(malformed)?;
    if list.get("aggregation_uri").is_some_and(|uri| uri.as_str().is_none()) {
        return Err(malformed);
    }
    Ok((Bits::new(bits)?, lst.to_owned()))
}

/// A status list of an issuer, whole and signed. Made only by [`UnverifiedStatusToken`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusToken {
    signer: DidUrl,
    said: Publication,
    list: StatusList,
}

impl StatusToken {
    /// Whether it was issued and has not ended (§8.3 step 4; 60 s for clocks that differ).
    ///
    /// # Errors
    /// [`StatusError::NotYetValid`], [`StatusError::Expired`].
    pub fn check_in_force(&self, now: Timestamp) -> Result<(), StatusError> {
        if self.said.issued_at > now.plus(LEEWAY) {
            return Err(StatusError::NotYetValid);
        }
        if self.said.expires.is_some_and(|expires| expires <= now) {
            return Err(StatusError::Expired);
        }
        Ok(())
    }

    /// The DID URL of the key that signed it.
    pub fn signer(&self) -> &DidUrl {
        &self.signer
    }

    /// Where the list is found, when it was issued, and for how long it counts.
    pub fn publication(&self) -> &Publication {
        &self.said
    }

    /// The status of an entry.
    ///
    /// # Errors
    /// [`StatusListError::OutOfBounds`]: the credential must be rejected (§8.3 step 6).
    pub fn status(&self, index: u64) -> Result<Status, StatusListError> {
        self.list.get(index)
    }

    /// The whole list.
    pub fn list(&self) -> &StatusList {
        &self.list
    }
}
