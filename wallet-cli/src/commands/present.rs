//! `bonafide present`: answers a request after the person agreed.

use serde_json::json;

use super::{Context, explain};
use crate::cli::Present;
use crate::error::{CliError, Result};
use crate::{ask, files, output, text};

pub fn run(context: &Context, args: &Present) -> Result<()> {
    let request = explain::read(&args.explain)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let candidates = explain::candidates(wallet, args.explain.credential)?;
    explain::asks(context, &request, output::talk)?;
    let prepared =
        explain::prepare(context, &request, &candidates, wallet, args.explain.credential)?;
    explain::show_preview(&prepared, &prepared.preview()?, context, output::talk);
    if !args.yes && !ask::agreed("Send this? [y/N] ")? {
        return Err(CliError::refused("declined", "you declined; nothing was written", ""));
    }
    let answer = prepared.sign(wallet, context.now)?;
    files::write(args.out.as_deref(), &answer)?;
    let out = args.out.as_ref().map_or("the answer".to_owned(), |out| text::path(out));
    output::talk(&format!("Wrote {out}. It answers this request of this verifier, and no other."));
    if context.json && args.out.is_some() {
        output::json(&json!({"out": out, "credential": prepared.credential()}));
    }
    Ok(())
}
