//! Notices: a holder tells an issuer, signed by the key itself, that the key is lost or stolen.
//!
//! Whoever has the key can write one, a thief too; all it can do is end the use of that key. It proves nothing
//! about who asks for a new credential: that takes the person identified anew.

use serde_json::json;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::key::{PublicKey, Purpose, SignError};

/// `typ` of a notice.
const TYP: &str = "bonafide-key-notice+jwt";

/// Longest notice read.
pub const MAX_LEN: usize = 16 * 1024;

/// Seconds by which a notice may lie in the issuer's future: clocks differ.
const LEEWAY: i64 = 60;

/// Why a notice was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// The file is not readable.
    #[error("the notice is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A member is missing or of the wrong kind.
    #[error("not a notice about a key")]
    Malformed,
    /// The JWT was refused.
    #[error("the notice was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the notice was refused: {0}")]
    Did(#[from] DidError),
    /// Signed by another than the holder it speaks for, or about another key than the one that signed.
    #[error("the notice is about another key than the one that signed it")]
    KeyMismatch,
    /// Made for another issuer.
    #[error("the notice was made for another issuer")]
    AudienceMismatch,
    /// Older than accepted.
    #[error("the notice is too old")]
    Stale,
    /// Made in the future, or about the future.
    #[error("the notice was made in the future; check the clocks")]
    NotYetValid,
}

impl NoticeError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::KeyMismatch => "issuer-key-mismatch",
            Self::AudienceMismatch => "audience-mismatch",
            Self::Stale => "stale",
            Self::NotYetValid => "not-yet-valid",
        }
    }

    /// What the issuer can do now.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Stale => "Ask the holder for a new one. A key that was lost stays lost.",
            Self::NotYetValid => "Compare your clock with the holder's.",
            Self::AudienceMismatch => "Ask the holder for one that names your DID.",
            _ => "Do not act on it alone. Ask the holder by a channel that you know.",
        }
    }
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its holder has it no more.
    Lost,
    /// Somebody else may have it.
    Compromised,
}

impl Reason {
    /// The word in the notice.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lost => "key-lost",
            Self::Compromised => "key-compromised",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Lost, Self::Compromised].into_iter().find(|reason| reason.code() == code)
    }
}

/// Tells `issuer` that the key of `holder` is not to be trusted any more, from `since` on.
///
/// # Errors
/// [`SignError`] when the key does not sign.
pub fn write(
    holder: &Identity<'_>,
    issuer: &Did,
    (reason, since): (Reason, Timestamp),
    now: Timestamp,
) -> Result<String, SignError> {
    let payload = json!({
        "iss": holder.did().as_str(),
        "aud": issuer.as_str(),
        "iat": now.unix(),
        "since": since.unix(),
        "reason": reason.code(),
        "jkt": holder.public_key().id().as_str(),
    });
    jws::sign_as(holder, Purpose::Notice, TYP, payload.to_string().as_bytes())
}

/// Which notices an issuer takes.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedNotice<'a> {
    /// The issuer itself.
    pub issuer: &'a Did,
    /// Oldest notice taken, in seconds.
    pub max_age: i64,
}

/// A notice as received: its header and key are read, its signature is not checked.
#[derive(Debug)]
pub struct UnverifiedNotice<'a> {
    jws: UnverifiedJws<'a>,
    holder: Did,
    key: PublicKey,
}

impl<'a> UnverifiedNotice<'a> {
    /// Reads the header, and finds the key it names.
    ///
    /// # Errors
    /// [`NoticeError`].
    pub fn parse(text: &'a str) -> Result<Self, NoticeError> {
        let jws = UnverifiedJws::parse(text.trim(), TYP, MAX_LEN)?;
        let url = DidUrl::parse(jws.kid().ok_or(NoticeError::Malformed)?)?;
        let document = did::document(url.did())?;
        let key = document.key(&url, Relationship::Authentication)?.clone();
        Ok(Self { jws, holder: url.did().clone(), key })
    }

    /// Checks that the key speaks of itself, to this issuer, now.
    ///
    /// # Errors
    /// [`NoticeError`].
    pub fn verify(
        self,
        expected: &ExpectedNotice<'_>,
        now: Timestamp,
    ) -> Result<KeyNotice, NoticeError> {
        let payload = json::parse_object(self.jws.verify(&self.key)?, MAX_LEN)?;
        let text = |name| payload.get_str(name).ok_or(NoticeError::Malformed);
        if text("iss")? != self.holder.as_str() || text("jkt")? != self.key.id().as_str() {
            return Err(NoticeError::KeyMismatch);
        }
        if text("aud")? != expected.issuer.as_str() {
            return Err(NoticeError::AudienceMismatch);
        }
        let reason = Reason::from_code(text("reason")?).ok_or(NoticeError::Malformed)?;
        let (at, since) = (moment(&payload, "iat")?, moment(&payload, "since")?);
        if at > now.plus(LEEWAY) || since > at {
            return Err(NoticeError::NotYetValid);
        }
        if at < now.plus(-expected.max_age) {
            return Err(NoticeError::Stale);
        }
        Ok(KeyNotice { holder: self.holder, key: self.key, reason, since, at })
    }
}

fn moment(payload: &Object<'_>, name: &str) -> Result<Timestamp, NoticeError> {
    let seconds = payload.get(name).and_then(Json::as_i64);
    seconds.and_then(Timestamp::from_unix).ok_or(NoticeError::Malformed)
}

/// A key whose own signature says that it is lost or stolen. Made only by [`UnverifiedNotice::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNotice {
    holder: Did,
    key: PublicKey,
    reason: Reason,
    since: Timestamp,
    at: Timestamp,
}

impl KeyNotice {
    /// The holder's DID.
    pub fn holder(&self) -> &Did {
        &self.holder
    }

    /// The key that is not to be trusted any more.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// What happened to it.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Since when, as its holder says.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// When the notice was made.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}
