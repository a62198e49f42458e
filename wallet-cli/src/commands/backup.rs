//! `bonafide backup`: one sealed file that opens with what opens the wallet now.

use std::path::Path;

use bonafide::wallet::WalletFile;
use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::home::Recovery;
use crate::{output, text};

pub fn run(context: &Context, out: &Path) -> Result<()> {
    let file = context.existing_wallet()?;
    let bytes = file.copy()?;
    if WalletFile::at(out).exists() {
        let message = format!("{} is there already; nothing was written", text::path(out));
        return Err(CliError::refused("unsafe-file", message, "Choose another name for --out."));
    }
    crate::files::replace(out, &bytes)?;
    context.home.note_recovery(|known| Recovery { backup: Some(context.now.unix()), ..known })?;
    if context.json {
        output::json(&json!({"backup": out.to_string_lossy(), "bytes": bytes.len()}));
    }
    output::talk(&format!(
        "Wrote {} ({} kB), sealed.",
        text::path(out),
        bytes.len().div_ceil(1000)
    ));
    output::talk(
        "It opens with the passphrase of now, and with the 24 words. Keep it on another machine or disk.",
    );
    output::talk(&format!(
        "Next: prove that it works, `bonafide recover --drill --backup {}`.",
        text::path(out)
    ));
    Ok(())
}
