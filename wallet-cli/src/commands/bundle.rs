//! `bonafide bundle`: trust material in one signed file.

mod check;
mod export;
mod inspect;
mod make;
mod names;
mod qr;
#[cfg(feature = "fetch")]
mod refresh;

use std::path::Path;
use std::process::ExitCode;

use bonafide::bundle::{Bundle, Entry, MAX_LEN, UnverifiedBundle, diff};
use bonafide::did::Did;
use serde_json::{Value, json};

use super::Context;
use crate::cli;
use crate::error::{CliError, Result};
use crate::{files, output, text};

pub fn run(context: &Context, action: cli::Bundle) -> Result<ExitCode> {
    match action {
        cli::Bundle::Make(args) => make::run(context, &args)?,
        cli::Bundle::Inspect { file } => inspect::run(context, &file)?,
        cli::Bundle::Diff { old, new } => differences(context, &old, &new)?,
        cli::Bundle::Verify { file } => check::run(context, &file)?,
        cli::Bundle::Export { file, out_dir } => export::run(context, &file, &out_dir)?,
        cli::Bundle::Qr { file, text, out } => qr::print(context, &file, text, out.as_deref())?,
        cli::Bundle::Join { file, out } => qr::join(context, &file, &out)?,
        #[cfg(feature = "fetch")]
        cli::Bundle::Refresh(args) => return refresh::run(context, &args),
    }
    Ok(ExitCode::SUCCESS)
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    files::read(path, MAX_LEN)
}

/// Opens a bundle; of one that was refused, the file is named.
pub fn open<'a>(context: &Context, path: &Path, bytes: &'a [u8]) -> Result<Bundle<'a>> {
    let opened = UnverifiedBundle::read(bytes).and_then(|bundle| bundle.verify(context.now));
    opened.map_err(|error| {
        let message = format!("{}: {error}", text::path(path));
        CliError::refused(error.code(), message, error.next_step())
    })
}

/// The makers of which this home believes what does not prove itself.
pub fn pinned(context: &Context) -> Result<Vec<Did>> {
    let makers = context.home.pins()?.into_iter().filter(|pin| pin.maker);
    Ok(makers.filter_map(|pin| Did::parse(&pin.did).ok()).collect())
}

/// `did-log       did:webvh:…`
fn line(entry: &Entry) -> String {
    format!("{:<13}  {}", entry.kind().word(), text::safe(entry.name()))
}

fn entry_json(entry: &Entry) -> Value {
    json!({"kind": entry.kind().word(), "name": entry.name(), "length": entry.length(),
        "sha256": text::hex(entry.digest()), "origin": entry.origin(),
        "fetched": entry.fetched().to_string()})
}

fn differences(context: &Context, old: &Path, new: &Path) -> Result<()> {
    let (old_bytes, new_bytes) = (read(old)?, read(new)?);
    let old = open(context, old, &old_bytes)?;
    let new = open(context, new, &new_bytes)?;
    let changes = diff(&old, &new);
    if context.json {
        let rows: Vec<Value> = changes
            .iter()
            .map(|change| json!({"change": change.word(), "item": entry_json(change.entry())}))
            .collect();
        output::json(&json!({"maker_changed": old.maker() != new.maker(),
            "follows": new.previous() == Some(old.digest()), "changes": rows}));
    } else {
        for change in &changes {
            output::data(&format!("{:<9}  {}", change.word(), line(change.entry())));
        }
    }
    if changes.is_empty() {
        output::talk("Both have the same items.");
    }
    if old.maker() != new.maker() {
        output::talk(&format!("Note: made by {}, the one before by {}.", new.maker(), old.maker()));
    }
    if new.made() < old.made() {
        output::talk("Note: the second is the older one.");
    }
    Ok(())
}
