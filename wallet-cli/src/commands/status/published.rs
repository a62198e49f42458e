//! What lies where a list is to go: what it says is revoked stays so.

use std::path::Path;

use bonafide::did::Did;
use bonafide::status::{
    ExpectedStatus, MAX_LEN, Status, StatusList, StatusToken, UnverifiedStatusToken,
};

use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{files, text};

/// Refuses a list that would take back a revocation, as of records put back from an old copy.
pub fn check(
    context: &Context,
    path: &Path,
    (issuer, uri): (&Did, &str),
    list: &StatusList,
) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let there = files::read(path, MAX_LEN).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(there) = there else { return Ok(()) };
    let Some(earlier) = signed_by_us(context, &there, (issuer, uri))? else { return Ok(()) };
    let is_revoked = |list: &StatusList, index| list.get(index) == Ok(Status::INVALID);
    let lost = (0..earlier.list().entries())
        .filter(|index| is_revoked(earlier.list(), *index) && !is_revoked(list, *index))
        .count();
    if lost == 0 {
        return Ok(());
    }
    let message = format!(
        "{} tells of {} revoked that these records know nothing of; nothing was written",
        text::path(path),
        text::amount(lost, "credential")
    );
    let next = "These records are older than that list: bring back newer ones. If there are none, leave the file as it is, give new lists a folder of their own (`bonafide status set-url URL`), and issue anew.";
    Err(CliError::refused("list-goes-back", message, next))
}

/// The list that a file holds, if this home's issuer signed it for that URI, whether or not it has ended.
fn signed_by_us(
    context: &Context,
    text: &str,
    (issuer, uri): (&Did, &str),
) -> Result<Option<StatusToken>> {
    let Ok(token) = UnverifiedStatusToken::parse(text) else { return Ok(None) };
    let (then, signers) = (token.claimed_issued_at(), [issuer.clone()]);
    let expected = ExpectedStatus { uri, signers: &signers };
    let verified = match Kept::read(&context.home)? {
        Some(kept) => token.verify_known(&expected, &kept.known(context.now)?, then),
        None => token.verify(&expected, then),
    };
    Ok(verified.ok())
}
