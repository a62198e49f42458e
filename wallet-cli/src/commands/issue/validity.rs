//! How long a credential is valid.

use bonafide::clock::{DAY, Timestamp};
use bonafide::issue::Validity;
use bonafide_credentials::Claims;

use crate::error::{CliError, Result};
use crate::{output, text};

/// From that moment for as long as is usual, never longer than the claims bear.
pub fn usual(claims: &Claims, from: Timestamp) -> Result<Validity> {
    let definition = claims.definition();
    let days = definition.default_days().min(claims.default_days());
    let mut validity = Validity::days(from, days);
    if let Some(end) = end_of_claims(claims) {
        validity.until = validity.until.min(end);
    }
    check(validity, from)
}

/// From today for as long as asked, never longer than the type allows or the claims bear.
pub fn chosen(claims: &Claims, asked: Option<&str>, now: Timestamp) -> Result<Validity> {
    let Some(asked) = asked else {
        let validity = usual(claims, now)?;
        if end_of_claims(claims) == Some(validity.until) {
            output::talk("The credential ends with the identity document.");
        }
        return Ok(validity);
    };
    let definition = claims.definition();
    let max = definition.max_days().min(claims.max_days());
    let days = text::duration(asked)
        .filter(|seconds| seconds % DAY == 0)
        .and_then(|seconds| u32::try_from(seconds / DAY).ok())
        .ok_or_else(|| {
            CliError::usage(format!("--valid-for {asked}: not whole days"), "Write 90d or 12w.")
        })?;
    if days > max {
        let message = format!("{} is valid for {max} days at the most", definition.name());
        let next = format!("Give --valid-for {max}d or less.");
        return Err(CliError::refused("valid-too-long", message, next));
    }
    let validity = Validity::days(now, days);
    if let Some(end) = end_of_claims(claims).filter(|end| *end < validity.until) {
        let message = "the identity document ends before the credential would";
        let next = format!("It ends {}: choose a shorter --valid-for.", text::date(end));
        return Err(CliError::refused("valid-too-long", message, next));
    }
    check(validity, now)
}

/// The moment after the last day that the claims allow.
fn end_of_claims(claims: &Claims) -> Option<Timestamp> {
    Some(Timestamp::parse(claims.not_after()?).ok()?.plus(DAY))
}

fn check(validity: Validity, now: Timestamp) -> Result<Validity> {
    if validity.until > now {
        return Ok(validity);
    }
    let message = "the identity document has ended";
    let next = "Identify the person with a valid document.";
    Err(CliError::refused("document-expired", message, next))
}
