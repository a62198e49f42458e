//! A re-issue request: the proof of a new key, with a notice that another is lost or stolen.

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::encoding::json;
use bonafide::key::PublicKey;
use bonafide::notice::{ExpectedNotice, NoticeError, UnverifiedNotice};
use bonafide::possession;
use bonafide_records::{SqliteBook, Subjects};

use super::{Holder, MAX_PROOF_AGE};
use crate::cli::Issue;
use crate::error::{CliError, Result};
use crate::{output, text};

/// Says what the notice in a proof file says, once it is checked, and gives the key that it is about. It tells about a
/// key, not who sent the file.
pub fn say(proof: &str, issuer: &Did, now: Timestamp) -> Result<Option<PublicKey>> {
    let Ok(file) = json::parse_object(proof.trim().as_bytes(), possession::MAX_LEN) else {
        return Ok(None);
    };
    let Some(notice) = file.get("notice") else { return Ok(None) };
    let expected = ExpectedNotice { issuer, max_age: MAX_PROOF_AGE };
    let read = notice.as_str().ok_or(NoticeError::Malformed);
    let read = read.and_then(|text| UnverifiedNotice::parse(text)?.verify(&expected, now));
    let notice = read.map_err(|error| {
        let message = format!("the notice in the proof file was refused: {error}");
        CliError::refused(error.code(), message, error.next_step())
    })?;
    output::talk(&format!(
        "Notice: the key of {} is lost or stolen since {} ({}). What you issued for it should count no more, and nothing more is issued to it.",
        notice.holder(),
        notice.since(),
        notice.reason().code()
    ));
    output::talk(
        "Neither it nor the proof says who sent this: identify the person anew, as well as the first time.",
    );
    Ok(Some(notice.key().clone()))
}

/// A notice about a key that the records know concerns whoever has it, and nobody else: who proves new keys beside it is
/// identified anew, once.
pub fn check_whose(
    reported: &PublicKey,
    (args, holders): (&Issue, &[Holder]),
    book: &SqliteBook,
) -> Result<()> {
    let Some(owner) = book.key_owner(reported.id().as_str())? else { return Ok(()) };
    let owners = holders.iter().map(|holder| book.key_owner(holder.key.id().as_str()));
    if owners.collect::<std::result::Result<Vec<_>, _>>()?.iter().all(|one| *one == Some(owner)) {
        return Ok(());
    }
    let whose = book.subject_of(owner)?.external_id;
    let is_said = whose.is_none() || (whose == args.investor && args.reidentified.is_some());
    if is_said {
        return Ok(());
    }
    let whose = whose.unwrap_or_default();
    let message =
        format!("the notice is about a key of {}; nothing was issued", text::safe(&whose));
    let next = format!(
        "Identify the person anew, as well as the first time. Then: --investor {} --reidentified REF, with your reference to that.",
        text::safe(&whose)
    );
    Err(CliError::refused("reidentification-needed", message, next))
}
