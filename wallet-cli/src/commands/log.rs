//! `bonafide log`: what was done, by whom, and whether the log of it still is as it was.

mod export;
mod verify;

use std::path::Path;

use bonafide::encoding::base64url;
use bonafide::log_head;
use bonafide_records::Log as _;
use serde_json::json;

use super::{Context, identity};
use crate::cli::Log;
use crate::error::{CliError, Result};
use crate::{files, office, output, text};

pub fn run(context: &Context, action: Log) -> Result<()> {
    match action {
        Log::Verify(args) => verify::run(context, &args),
        Log::Export { out, details } => export::run(context, out.as_deref(), details),
        Log::Head { out } => head(context, out.as_deref()),
    }
}

/// The newest signed head; a new one where the log has grown since.
fn head(context: &Context, out: Option<&Path>) -> Result<()> {
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::needed(context, wallet)?;
    let newest = book.signed_heads()?.pop();
    let signed = newest.and_then(|(_, token)| log_head::read(&token, issuer.did()).ok());
    let ends = book.head()?;
    if signed.map(|signed| (signed.seq(), *signed.hash())) != ends.map(|end| (end.seq, end.hash)) {
        office::sign_head_now(context, &mut book, &issuer)?;
    }
    let newest = book.signed_heads()?.pop();
    let Some(((day, token), end)) = newest.zip(ends) else {
        let next = "The first `bonafide issue` writes into it.";
        return Err(CliError::refused("no-records", "the log is empty", next));
    };
    if !context.json || out.is_some() {
        files::write(out, &token)?;
    }
    if context.json {
        output::json(&json!({"seq": end.seq, "hash": base64url::encode(end.hash), "day": day,
            "head": token, "out": out.map(text::path)}));
    }
    output::talk(&format!("It stands for the first {} entries of your log.", end.seq));
    output::talk(&format!("Whoever checks it needs the DID that signed it: {}", issuer.did()));
    output::talk(
        "Keep it where nobody at this desk can change it, such as with your auditor: later it tells whether the log is still the same.",
    );
    Ok(())
}
