//! `bonafide backup`: one sealed file that opens with what opens the wallet now.

use std::path::Path;

use bonafide::wallet::{SlotKind, Unlocked, With};
use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::home::Recovery;
use crate::{files, output, passphrase, text};

pub fn run(context: &Context, out: &Path) -> Result<()> {
    if out == Path::new("-") {
        let message = "a backup is a file, not a text for standard output";
        return Err(CliError::usage(message, "Give --out FILE."));
    }
    let file = context.existing_wallet()?;
    let bytes = file.copy()?;
    // With a passphrase at hand, a copy that does not open is never called a backup.
    let opened = match context.passphrase_file.as_deref() {
        None => None,
        given => {
            let passphrase = passphrase::existing(given)?;
            Some(file.unlock_copy(&bytes, With::Passphrase(&passphrase))?)
        }
    };
    files::create(out, &bytes)?;
    let now = Some(context.now.unix());
    context.home.note_recovery(|known| Recovery { backup: now, ..known });
    if context.json {
        output::json(&json!({
            "backup": out.to_string_lossy(),
            "bytes": bytes.len(),
            "opened": opened.is_some(),
        }));
    }
    output::talk(&format!(
        "Wrote {} ({} kB), sealed.",
        text::path(out),
        bytes.len().div_ceil(1000)
    ));
    output::talk(match &opened {
        None => "It opens with what opens the wallet now; it was not tried.",
        Some(unlocked) if has_phrase(unlocked) => {
            "It was tried, and opens with the passphrases of now and with the 24 words."
        }
        Some(_) => "It was tried, and opens with the passphrases of now, not with the 24 words.",
    });
    if file.slots()?.iter().any(|slot| matches!(slot.kind, SlotKind::Shares { .. })) {
        output::talk("Guardians' shares made so far open it too.");
    }
    if context.home.dir().join("records.db").exists() {
        output::talk(
            "The records of what you issued are not in it: keep copies of records.db and log-heads/ as well (docs/records.md).",
        );
    }
    output::talk("Keep it on another machine or disk.");
    output::talk(&format!(
        "Next: prove that it works, `bonafide recover --drill --backup {}`.",
        text::path(out)
    ));
    Ok(())
}

fn has_phrase(unlocked: &Unlocked) -> bool {
    unlocked.slots().iter().any(|slot| slot.kind == SlotKind::Phrase)
}
