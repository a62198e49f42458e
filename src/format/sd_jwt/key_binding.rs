//! Key binding: the holder answers one question of one verifier (RFC 9901 §4.3, §7.3 step 5).

use serde::Serialize;

use super::digest::HashAlgorithm;
use super::process::IssuerSigned;
use crate::clock::Timestamp;
use crate::encoding::json::{self, Json, Number, Object};
use crate::format::jws::{self, JwsError, UnverifiedJws};
use crate::key::{Algorithm, KeyId, PublicKey, Purpose, SignError, Signer};

/// `typ` of a key-binding JWT (§4.3).
const TYP: &str = "kb+jwt";

/// Longest key-binding JWT read.
const MAX_LEN: usize = 16 * 1024;

/// The question a presentation has to answer. There is no way to leave a part out:
///
/// ```compile_fail
/// use bonafide::{clock::Timestamp, format::sd_jwt::ExpectedBinding};
/// let (not_before, not_after, now) = (Timestamp::EPOCH, Timestamp::EPOCH, Timestamp::EPOCH);
/// let no_nonce = ExpectedBinding { audience: "me", not_before, not_after, now };
/// ```
///
/// ```
/// use bonafide::{clock::Timestamp, format::sd_jwt::ExpectedBinding};
/// let (not_before, not_after, now) = (Timestamp::EPOCH, Timestamp::EPOCH, Timestamp::EPOCH);
/// let whole =
///     ExpectedBinding { audience: "me", nonce: "n-0S6_WzA2Mj", not_before, not_after, now };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedBinding<'a> {
    /// The verifier: `aud` must be exactly this.
    pub audience: &'a str,
    /// The nonce of the question.
    pub nonce: &'a str,
    /// Earliest moment, inclusive, at which the answer may have been signed.
    pub not_before: Timestamp,
    /// Latest moment, inclusive.
    pub not_after: Timestamp,
    /// The moment decided about: an answer that says when it ends must not have ended.
    pub now: Timestamp,
}

/// Why a key binding was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyBindingError {
    /// The credential names no holder key (`cnf.jwk`).
    #[error("the credential is not bound to a holder key")]
    HolderKeyMissing,
    /// The holder key it names is not usable.
    #[error("the holder key in the credential is not usable")]
    HolderKeyInvalid,
    /// There is no key-binding JWT.
    #[error("nobody signed this presentation as its holder")]
    Missing,
    /// The key-binding JWT is not readable, of another type, or not signed by the holder key.
    #[error("the holder's signature was refused: {0}")]
    Invalid(JwsError),
    /// `iat` is missing, or it, `exp` or `nbf` is no moment; or the payload is no object.
    #[error("the holder's signed statement is malformed")]
    Malformed,
    /// Signed before the question, or too long ago, or over by its own `exp`.
    #[error(
        "the answer was signed before this question, or longer ago than is allowed or it allows itself"
    )]
    Stale,
    /// Signed after the question had ended, or in the future, or not begun by its own `nbf`.
    #[error("the answer was signed too late for this question, or in the future")]
    NotYetValid,
    /// The nonce is another's.
    #[error("the answer belongs to another question (nonce)")]
    NonceMismatch,
    /// The audience is another.
    #[error("the answer is addressed to somebody else (audience)")]
    AudienceMismatch,
    /// The disclosures are not those that the holder signed for.
    #[error("the holder signed for another set of disclosures")]
    SdHashMismatch,
}

impl KeyBindingError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::HolderKeyMissing => "holder-key-missing",
            Self::HolderKeyInvalid => "holder-key-invalid",
            Self::Missing => "key-binding-missing",
            Self::Invalid(JwsError::BadSignature) => "key-binding-invalid",
            Self::Invalid(error) => error.code(),
            Self::Malformed => "malformed",
            Self::Stale => "stale",
            Self::NotYetValid => "not-yet-valid",
            Self::NonceMismatch => "nonce-mismatch",
            Self::AudienceMismatch => "audience-mismatch",
            Self::SdHashMismatch => "sd-hash-mismatch",
        }
    }
}

/// A presentation whose holder answered the question asked. Trust in the issuer, validity and status
/// are still open. Made only by [`IssuerSigned::bind`].
#[derive(Debug)]
pub struct Presented<'s> {
    signed: &'s IssuerSigned<'s>,
    holder: PublicKey,
    signed_at: Timestamp,
}

impl<'s> Presented<'s> {
    /// What the issuer signed, as far as it was disclosed.
    pub fn signed(&self) -> &'s IssuerSigned<'s> {
        self.signed
    }

    /// The key that answered: the one in `cnf`.
    pub fn holder(&self) -> &PublicKey {
        &self.holder
    }

    pub(crate) fn into_holder(self) -> PublicKey {
        self.holder
    }

    /// When the answer was signed.
    pub fn signed_at(&self) -> Timestamp {
        self.signed_at
    }
}

impl<'t> IssuerSigned<'t> {
    /// The key that the issuer bound the credential to (§4.1.2, RFC 7800 §3.2): the `jwk` in `cnf`.
    /// No second key may stand beside it (RFC 7800 §3.1).
    ///
    /// # Errors
    /// [`KeyBindingError::HolderKeyMissing`], [`KeyBindingError::HolderKeyInvalid`].
    pub fn holder_key(&self) -> Result<PublicKey, KeyBindingError> {
        PublicKey::from_jwk(self.holder_jwk()?).map_err(|_| KeyBindingError::HolderKeyInvalid)
    }

    /// The name of that key, where the credential was checked before.
    pub(crate) fn stored_holder_key(&self) -> Result<KeyId, KeyBindingError> {
        KeyId::from_checked_jwk(self.holder_jwk()?).map_err(|_| KeyBindingError::HolderKeyInvalid)
    }

    fn holder_jwk(&self) -> Result<&Object<'t>, KeyBindingError> {
        let cnf = self.claims.get("cnf").and_then(Json::as_object);
        let cnf = cnf.ok_or(KeyBindingError::HolderKeyMissing)?;
        let jwk = cnf.get("jwk").ok_or(KeyBindingError::HolderKeyMissing)?;
        if cnf.get("jwe").is_some() || cnf.get("jku").is_some() {
            return Err(KeyBindingError::HolderKeyInvalid);
        }
        jwk.as_object().ok_or(KeyBindingError::HolderKeyInvalid)
    }

    /// Checks the key-binding JWT against the question asked, all of it (§7.3 step 5).
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of §7.3. Where the signature does not hold,
    /// nothing behind it is looked at.
    pub fn bind(
        &'t self,
        expected: &ExpectedBinding<'_>,
    ) -> Result<Presented<'t>, Vec<KeyBindingError>> {
        let holder = self.holder_key().map_err(|error| vec![error])?; // step 5 a
        let token = self.source.key_binding.ok_or_else(|| vec![KeyBindingError::Missing])?; // step 2
        let invalid = |error: JwsError| vec![KeyBindingError::Invalid(error)];
        let jwt = UnverifiedJws::parse(token, TYP, MAX_LEN).map_err(invalid)?; // step 5 b, d
        let payload = jwt.verify(&holder).map_err(invalid)?; // step 5 c
        let payload =
            json::parse_object(payload, MAX_LEN).map_err(|error| invalid(error.into()))?;
        let mut wrong = Vec::new();
        let signed_at = signed_at(&payload, expected); // step 5 e
        let in_time = signed_at.and_then(|_| check_own_limits(&payload, expected)); // step 5 h
        if let Err(error) = in_time {
            wrong.push(error);
        }
        if !says(&payload, "nonce", expected.nonce) {
            wrong.push(KeyBindingError::NonceMismatch); // step 5 f
        }
        if !says(&payload, "aud", expected.audience) {
            wrong.push(KeyBindingError::AudienceMismatch); // step 5 f
        }
        if payload.get_str("sd_hash") != Some(&self.hash.digest(self.source.presented)) {
            wrong.push(KeyBindingError::SdHashMismatch); // step 5 g
        }
        match signed_at {
            Ok(signed_at) if wrong.is_empty() => Ok(Presented { signed: self, holder, signed_at }),
            _ => Err(wrong),
        }
    }
}

/// Whether the member is one string, exactly that one. An empty one answers nothing.
fn says(payload: &Object<'_>, name: &str, expected: &str) -> bool {
    !expected.is_empty() && payload.get_str(name) == Some(expected)
}

/// A moment in the payload. Fractions are read and dropped: one known peer writes them.
fn moment(payload: &Object<'_>, name: &str) -> Result<Option<Timestamp>, KeyBindingError> {
    let seconds = match payload.get(name) {
        None => return Ok(None),
        Some(Json::Number(Number::Float(seconds))) => Some(seconds.floor() as i64),
        Some(number) => number.as_i64(),
    };
    seconds.and_then(Timestamp::from_unix).map(Some).ok_or(KeyBindingError::Malformed)
}

/// `exp` and `nbf`, where the holder set them (RFC 7519 §4.1.4, §4.1.5). What may be signed that far
/// ahead may begin that far ahead.
fn check_own_limits(
    payload: &Object<'_>,
    expected: &ExpectedBinding<'_>,
) -> Result<(), KeyBindingError> {
    if moment(payload, "exp")?.is_some_and(|end| end <= expected.now) {
        return Err(KeyBindingError::Stale);
    }
    match moment(payload, "nbf")? {
        Some(begin) if begin > expected.now.max(expected.not_after) => {
            Err(KeyBindingError::NotYetValid)
        }
        _ => Ok(()),
    }
}

/// `iat`, within the window.
fn signed_at(
    payload: &Object<'_>,
    expected: &ExpectedBinding<'_>,
) -> Result<Timestamp, KeyBindingError> {
    let at = moment(payload, "iat")?.ok_or(KeyBindingError::Malformed)?;
    if at < expected.not_before {
        Err(KeyBindingError::Stale)
    } else if at > expected.not_after {
        Err(KeyBindingError::NotYetValid)
    } else {
        Ok(at)
    }
}

/// Signs `sd_jwt` (ending in `~`) for one verifier and one question: the SD-JWT+KB.
pub(crate) fn attach(
    sd_jwt: &str,
    hash: HashAlgorithm,
    holder: (&KeyId, Algorithm),
    signer: &dyn Signer,
    (audience, nonce): (&str, &str),
    now: Timestamp,
) -> Result<String, SignError> {
    let sd_hash = hash.digest(sd_jwt);
    let statement = Statement { iat: now.unix(), aud: audience, nonce, sd_hash: &sd_hash };
    let payload = serde_json::to_vec(&statement).map_err(|_| SignError::Failed)?;
    let token = jws::sign_with(signer, holder, Purpose::KeyBinding, TYP, &payload)?;
    Ok([sd_jwt, &token].concat())
}

/// What the holder signs.
#[derive(Serialize)]
struct Statement<'a> {
    iat: i64,
    aud: &'a str,
    nonce: &'a str,
    sd_hash: &'a str,
}
