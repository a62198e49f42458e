//! Proof of possession: a holder shows an issuer that it controls a key (OpenID4VCI 1.0, appendix F.1).

use serde_json::json;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, Object};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::key::{PublicKey, Purpose, SignError};

/// `typ` of a proof.
const TYP: &str = "openid4vci-proof+jwt";

/// Longest proof file read: one proof for each of several keys.
pub const MAX_LEN: usize = 256 * 1024;

/// Seconds by which a proof may lie in the issuer's future: clocks differ.
const LEEWAY: i64 = 60;

/// Why a proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The file is not readable.
    #[error("the proof is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// Not a proof, or a member of the wrong kind.
    #[error("not a proof of possession")]
    Malformed,
    /// The JWT was refused.
    #[error("the proof was refused: {0}")]
    Jws(#[from] JwsError),
    /// The key it names was refused.
    #[error("the key of the proof was refused: {0}")]
    Did(#[from] DidError),
    /// Made for another issuer.
    #[error("the proof was made for another issuer")]
    AudienceMismatch,
    /// Made for another nonce.
    #[error("the proof answers another nonce")]
    NonceMismatch,
    /// The nonce is too short to be fresh, too long, or has other characters than `A-Za-z0-9_-`.
    #[error("a nonce has 22 to 128 characters from A-Z a-z 0-9 _ -")]
    BadNonce,
    /// Older than accepted.
    #[error("the proof is too old")]
    Stale,
    /// Made in the future.
    #[error("the proof was made in the future; check the clocks")]
    NotYetValid,
}

impl ProofError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::Jws(error) => error.code(),
            Self::Did(error) => error.code(),
            Self::AudienceMismatch => "audience-mismatch",
            Self::NonceMismatch => "nonce-mismatch",
            Self::BadNonce => "bad-nonce",
            Self::Stale => "stale",
            Self::NotYetValid => "not-yet-valid",
        }
    }
}

/// Whether an issuer's nonce has the agreed form: 22 to 128 characters of base64url.
pub fn is_nonce(nonce: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (22..=128).contains(&nonce.len()) && nonce.bytes().all(plain)
}

/// Proves to `issuer` that the holder has the keys of `identities`: the text of one file.
///
/// # Errors
/// [`ProofError::BadNonce`], or [`SignError`] when a key does not sign.
pub fn prove(
    identities: &[Identity<'_>],
    issuer: &Did,
    nonce: &str,
    now: Timestamp,
) -> Result<Result<String, SignError>, ProofError> {
    if !is_nonce(nonce) {
        return Err(ProofError::BadNonce);
    }
    let payload = json!({"aud": issuer.as_str(), "iat": now.unix(), "nonce": nonce});
    let payload = payload.to_string();
    let sign = |identity| jws::sign_as(identity, Purpose::Proof, TYP, payload.as_bytes());
    let proofs: Result<Vec<String>, SignError> = identities.iter().map(sign).collect();
    Ok(proofs.map(|jwts| json!({"proofs": {"jwt": jwts}}).to_string()))
}

/// A key that its holder has proved to control. Made only by [`read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenKey {
    did: Did,
    key: PublicKey,
    nonce: String,
}

impl ProvenKey {
    /// The holder's DID.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The key proved.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The nonce answered. The issuer sees to it that it serves one person only.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// Which proofs an issuer takes.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedProof<'a> {
    /// The issuer itself.
    pub issuer: &'a Did,
    /// The nonce given out; `None` when the issuer compares it with its own list afterwards.
    pub nonce: Option<&'a str>,
    /// Oldest proof taken, in seconds.
    pub max_age: i64,
}

/// Reads a proof file (`{"proofs":{"jwt":[…]}}`, or one bare JWT) and checks every proof in it.
///
/// # Errors
/// [`ProofError`] for the first proof refused; then none counts.
pub fn read(
    text: &str,
    expected: &ExpectedProof<'_>,
    now: Timestamp,
) -> Result<Vec<ProvenKey>, ProofError> {
    if text.len() > MAX_LEN {
        return Err(EncodingError::TooLarge.into());
    }
    let text = text.trim();
    if !text.starts_with('{') {
        return Ok(vec![check(text, expected, now)?]);
    }
    let file = json::parse_object(text.as_bytes(), MAX_LEN)?;
    let jwts = file.get("proofs").and_then(Json::as_object).and_then(|proofs| proofs.get("jwt"));
    let jwts = jwts
        .and_then(Json::as_array)
        .filter(|jwts| !jwts.is_empty())
        .ok_or(ProofError::Malformed)?;
    jwts.iter()
        .map(|jwt| check(jwt.as_str().ok_or(ProofError::Malformed)?, expected, now))
        .collect()
}

fn check(
    token: &str,
    expected: &ExpectedProof<'_>,
    now: Timestamp,
) -> Result<ProvenKey, ProofError> {
    let jwt = UnverifiedJws::parse(token, TYP, MAX_LEN)?;
    let url = DidUrl::parse(jwt.kid().ok_or(ProofError::Malformed)?)?;
    let document = did::document(url.did())?;
    let key = document.key(&url, Relationship::Authentication)?;
    let payload = json::parse_object(jwt.verify(key)?, MAX_LEN)?;
    check_payload(&payload, expected, now)?;
    let nonce = payload.get_str("nonce").unwrap_or_default().to_owned();
    Ok(ProvenKey { did: url.did().clone(), key: key.clone(), nonce })
}

fn check_payload(
    payload: &Object<'_>,
    expected: &ExpectedProof<'_>,
    now: Timestamp,
) -> Result<(), ProofError> {
    if payload.get_str("aud") != Some(expected.issuer.as_str()) {
        return Err(ProofError::AudienceMismatch);
    }
    let nonce = payload.get_str("nonce").ok_or(ProofError::Malformed)?;
    if !is_nonce(nonce) {
        return Err(ProofError::BadNonce);
    }
    if expected.nonce.is_some_and(|wanted| wanted != nonce) {
        return Err(ProofError::NonceMismatch);
    }
    let at = payload.get("iat").and_then(Json::as_i64).ok_or(ProofError::Malformed)?;
    if at > now.plus(LEEWAY).unix() {
        return Err(ProofError::NotYetValid);
    }
    if at < now.plus(-expected.max_age).unix() {
        return Err(ProofError::Stale);
    }
    Ok(())
}
