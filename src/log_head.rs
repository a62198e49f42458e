//! The signed head of a log: where its chain of hashes ended on a day. Kept elsewhere, it tells later whether the
//! log was rewritten or cut.

use serde_json::json;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use crate::encoding::json::{self, Json};
use crate::encoding::{EncodingError, base64url};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::key::{Purpose, SignError};

/// `typ` of a signed head.
const TYP: &str = "bonafide-log-head+jwt";

/// Longest head read.
pub const MAX_LEN: usize = 16 * 1024;

/// Why a head was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogHeadError {
    /// The file is not readable.
    #[error("the head is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// A member is missing or of the wrong kind.
    #[error("not the head of a log")]
    Malformed,
    /// The JWT was refused.
    #[error("the head was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the head was refused: {0}")]
    Did(#[from] DidError),
    /// Signed by another than the keeper of the log.
    #[error("the head was signed by somebody else")]
    IssuerMismatch,
}

impl LogHeadError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::IssuerMismatch => "issuer-key-mismatch",
        }
    }
}

/// Where a log ended at a moment, as its keeper signed it. Made only by [`read`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    seq: u64,
    hash: [u8; 32],
    at: Timestamp,
}

impl LogHead {
    /// The number of the last entry.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of the chain up to it.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// When it was signed, by the keeper's clock.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// Signs that the log of `keeper` ends with entry `seq` and that hash.
///
/// # Errors
/// [`SignError`] when the key does not sign.
pub fn write(
    keeper: &Identity<'_>,
    seq: u64,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<String, SignError> {
    let payload = json!({
        "iss": keeper.did().as_str(),
        "iat": now.unix(),
        "seq": seq,
        "hash": base64url::encode(hash),
    });
    jws::sign_as(keeper, Purpose::LogHead, TYP, payload.to_string().as_bytes())
}

/// Reads a head and checks that `keeper` signed it.
///
/// # Errors
/// [`LogHeadError`].
pub fn read(text: &str, keeper: &Did) -> Result<LogHead, LogHeadError> {
    let jws = UnverifiedJws::parse(text.trim(), TYP, MAX_LEN)?;
    let url = DidUrl::parse(jws.kid().ok_or(LogHeadError::Malformed)?)?;
    if url.did() != keeper {
        return Err(LogHeadError::IssuerMismatch);
    }
    let document = did::document(url.did())?;
    let payload = jws.verify(document.key(&url, Relationship::AssertionMethod)?)?;
    let payload = json::parse_object(payload, MAX_LEN)?;
    if payload.get_str("iss") != Some(keeper.as_str()) {
        return Err(LogHeadError::IssuerMismatch);
    }
    let number = |name| payload.get(name).and_then(Json::as_i64).ok_or(LogHeadError::Malformed);
    let seq = u64::try_from(number("seq")?).map_err(|_| LogHeadError::Malformed)?;
    let hash = base64url::decode_array(payload.get_str("hash").ok_or(LogHeadError::Malformed)?)?;
    let at = Timestamp::from_unix(number("iat")?).ok_or(LogHeadError::Malformed)?;
    Ok(LogHead { seq, hash, at })
}
