//! `bonafide present`: answers a request after the person agreed.

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
    let prepared = explain::prepare(context, &request, &candidates, wallet)?;
    explain::show_preview(&prepared, &prepared.preview()?, context, output::talk);
    if !args.yes && !ask::agreed("Send this? [y/N] ")? {
        return Err(CliError::refused(
            "declined",
            "you declined; nothing was written",
            "",
        ));
    }
    let answer = prepared.sign(wallet, context.now)?;
    files::write(args.out.as_deref(), &answer)?;
    let out = args
        .out
        .as_ref()
        .map_or("the answer".to_owned(), |out| text::path(out));
    let until = text::distance(request.expires(), context.now);
    output::talk(&format!(
        "Wrote {out}. It counts for this verifier and this request only, until {} ({until}).",
        request.expires()
    ));
    Ok(())
}
