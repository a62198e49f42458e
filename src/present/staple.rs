//! A fresh status list sent along with an answer, so that a verifier without a network can decide.

use serde_json::{Map, Value};

use crate::format::sd_jwt_vc::Registered;
use crate::request::MAX_ANSWER;
use crate::status::{STAPLES, UnverifiedStatusToken};

/// Why nothing was stapled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StapleError {
    /// The credential has no status: there is nothing to staple.
    #[error("the credential has no status, so there is no list to staple")]
    NoStatus,
    /// None of the tokens is one for the list of the credential.
    #[error("none of the status lists given is that of the credential")]
    NoToken,
    /// The answer would be longer than any verifier reads.
    #[error("the status list is too long to send it along")]
    TooLarge,
    /// The answer is not one of ours.
    #[error("the answer cannot carry a status list")]
    NoAnswer,
}

impl StapleError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoStatus => "no-status",
            Self::NoToken => "status-other-list",
            Self::TooLarge => "too-large",
            Self::NoAnswer => "malformed",
        }
    }
}

/// Sends along with `answer`, which shows the credential of `registered`, the newest of `tokens` that is for its
/// status list. The verifier checks it for itself; what does not hold does no harm.
///
/// # Errors
/// [`StapleError`].
pub fn staple(
    answer: &str,
    registered: &Registered,
    tokens: &[String],
) -> Result<String, StapleError> {
    let status = registered.status.as_ref().ok_or(StapleError::NoStatus)?;
    let own = tokens.iter().filter_map(|text| {
        let token = UnverifiedStatusToken::parse(text).ok()?;
        (token.claimed_uri() == status.uri).then(|| (token.claimed_issued_at(), text.trim()))
    });
    let (_, newest) = own.max_by_key(|(issued_at, _)| *issued_at).ok_or(StapleError::NoToken)?;
    let answer: Result<Map<String, Value>, _> = serde_json::from_str(answer);
    let mut answer = answer.map_err(|_| StapleError::NoAnswer)?;
    answer.insert(STAPLES.to_owned(), vec![newest].into());
    let text = Value::Object(answer).to_string();
    if text.len() > MAX_ANSWER { Err(StapleError::TooLarge) } else { Ok(text) }
}
