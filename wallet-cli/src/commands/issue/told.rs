//! A re-issue request: the proof of a new key, with a notice that another is lost or stolen.

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::encoding::json;
use bonafide::notice::{ExpectedNotice, NoticeError, UnverifiedNotice};
use bonafide::possession;

use super::MAX_PROOF_AGE;
use crate::error::{CliError, Result};
use crate::output;

/// Says what the notice in a proof file says, once it is checked. It tells about a key, not who sent the file.
pub fn say(text: &str, issuer: &Did, now: Timestamp) -> Result<()> {
    let Ok(file) = json::parse_object(text.trim().as_bytes(), possession::MAX_LEN) else {
        return Ok(());
    };
    let Some(notice) = file.get("notice") else { return Ok(()) };
    let expected = ExpectedNotice { issuer, max_age: MAX_PROOF_AGE };
    let read = notice.as_str().ok_or(NoticeError::Malformed);
    let read = read.and_then(|text| UnverifiedNotice::parse(text)?.verify(&expected, now));
    let notice = read.map_err(|error| {
        let message = format!("the notice in the proof file was refused: {error}");
        CliError::refused(error.code(), message, error.next_step())
    })?;
    output::talk(&format!(
        "Notice: the key of {} is lost or stolen since {} ({}). What you issued for it should count no more.",
        notice.holder(),
        notice.since(),
        notice.reason().code()
    ));
    output::talk(
        "Neither it nor the proof says who sent this: identify the person anew, as well as the first time.",
    );
    Ok(())
}
