//! `bonafide bundle export`: each item that counts, as a file.

use std::path::Path;

use bonafide::bundle::{Item, Kind};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::Result;
use crate::{export, files, output, text};

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
    export::make_folder(out_dir)?;
    let mut rows: Vec<Value> = Vec::new();
    for (item, bytes) in items.iter().zip(contents) {
        let entry = item.entry();
        let (kind, digest) = (entry.kind(), entry.digest());
        let name = export::file_name(kind.word(), entry.name(), digest, ending(kind));
        files::create(&out_dir.join(&name), bytes)?;
        let mut row = super::entry_json(entry);
        if let Some(row) = row.as_object_mut() {
            row.insert("file".into(), json!(name));
        }
        rows.push(row);
        if !context.json {
            output::data(&format!("{name}  {}", text::safe(entry.name())));
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

fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::DidLog => "jsonl",
        Kind::StatusList => "jwt",
        Kind::Policy => "policy",
        Kind::DidDocument | Kind::DidWitness | Kind::Jurisdiction | Kind::TypeMetadata => "json",
    }
}
