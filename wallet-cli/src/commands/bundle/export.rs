//! `bonafide bundle export`: each item that counts, as a file.

use std::path::Path;

use bonafide::bundle::{Entry, Item, Kind};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Most characters of a name in a file's name.
const MAX_NAME: usize = 80;

pub fn run(context: &Context, path: &Path, out_dir: &Path) -> Result<()> {
    let bytes = super::read(path)?;
    let bundle = super::open(context, path, &bytes)?;
    let pinned = super::pinned(context)?;
    let trusted = bundle.trusted(&pinned);
    let vouched = trusted.iter().flat_map(|trusted| trusted.iter());
    let items: Vec<Item<'_, '_>> = bundle.self_proving().iter().chain(vouched).collect();
    // All of them are whole before the first is written.
    let contents: std::result::Result<Vec<&[u8]>, _> =
        items.iter().map(|item| item.bytes()).collect();
    let contents = contents?;
    folder(out_dir)?;
    let mut rows: Vec<Value> = Vec::new();
    for (item, bytes) in items.iter().zip(contents) {
        let name = file_name(item.entry());
        files::create(&out_dir.join(&name), bytes)?;
        let mut row = super::entry_json(item.entry());
        if let Some(row) = row.as_object_mut() {
            row.insert("file".into(), json!(name));
        }
        rows.push(row);
        if !context.json {
            output::data(&format!("{name}  {}", text::safe(item.entry().name())));
        }
    }
    let index = json!({"maker": bundle.maker().as_str(), "made": bundle.made().to_string(),
        "items": rows});
    files::create(&out_dir.join("index.json"), format!("{index:#}\n").as_bytes())?;
    if context.json {
        output::json(&index);
    }
    let left = bundle.entries().len() - items.len();
    if left > 0 {
        output::talk(&format!(
            "Left out: {} that count only from a pinned maker, and {} is not pinned.",
            text::amount(left, "item"),
            bundle.maker()
        ));
    }
    let (count, folder) = (text::amount(items.len(), "item"), text::path(out_dir));
    output::talk(&format!("Wrote {count} and index.json into {folder}."));
    Ok(())
}

/// Makes the folder; one that is there must be empty.
fn folder(out_dir: &Path) -> Result<()> {
    match std::fs::create_dir(out_dir) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            let message = format!("cannot make the folder {}: {error}", text::path(out_dir));
            return Err(CliError::fault("file-unwritable", message, "Choose another --out-dir."));
        }
    }
    if out_dir.read_dir().is_ok_and(|mut entries| entries.next().is_none()) {
        return Ok(());
    }
    let message =
        format!("{} is there and not an empty folder; nothing was written", text::path(out_dir));
    Err(CliError::refused("unsafe-file", message, "Choose another --out-dir."))
}

/// Kind, what of the name is plain, and how the digest begins: no two alike, none leading elsewhere.
fn file_name(entry: &Entry) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = entry.name().chars().map(plain).take(MAX_NAME).collect();
    let digest = text::hex(entry.digest().first_chunk::<4>().unwrap_or(&[0; 4]));
    format!("{}-{name}-{digest}.{}", entry.kind().word(), ending(entry.kind()))
}

fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::DidLog => "jsonl",
        Kind::StatusList => "jwt",
        Kind::Policy => "policy",
        Kind::DidDocument | Kind::DidWitness | Kind::Jurisdiction | Kind::TypeMetadata => "json",
    }
}
