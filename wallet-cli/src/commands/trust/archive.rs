//! `bonafide trust archive`: what decisions rested on, and how much of it stays.

use std::collections::BTreeSet;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::resolve::DidMaterial;
use bonafide::verify::{Conflict, Seen, Source};
use bonafide_records::{Archive as _, ArchiveEntry, Archived, Platform as _, RecordsError};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{archive, ask, export, files, jurisdictions, output, text};

pub fn list(context: &Context) -> Result<()> {
    let platform = archive::open(&context.home)?;
    let (mut entries, mut forks, mut pruned) = (Vec::new(), Vec::new(), None);
    if let Some(platform) = &platform {
        (entries, pruned) = (platform.entries()?, platform.pruned()?);
        forks = platform.conflicts()?.into_iter().map(|(_, fork)| fork).collect();
    }
    if context.json {
        let pieces: Vec<Value> = entries.iter().map(|entry| piece(entry, &forks)).collect();
        output::json(
            &json!({"pieces": pieces, "bytes": bytes(&entries), "complete_since": pruned.map(|at| at.to_string())}),
        );
        return Ok(());
    }
    for entry in &entries {
        output::data(&line(entry, &forks));
    }
    if entries.is_empty() {
        output::talk(
            "Nothing is kept yet: `bonafide verify` keeps here what its verdicts rest on.",
        );
    } else {
        output::talk(&summary(&entries));
    }
    if let Some(before) = pruned {
        output::talk(&format!(
            "Decisions before {before} cannot be made again from here: it was pruned."
        ));
    }
    Ok(())
}

/// Writes every piece as a file, for somebody else to check, and what contradicted what.
pub fn export(context: &Context, out_dir: &Path) -> Result<()> {
    let platform = archive::open(&context.home)?;
    let (mut pieces, mut noted, mut damaged) = (Vec::new(), Vec::new(), 0);
    if let Some(platform) = &platform {
        noted = platform.conflicts()?;
        let entries = platform.entries()?;
        let names: BTreeSet<_> = entries.iter().map(|entry| (entry.source, &entry.name)).collect();
        for (source, name) in names {
            match platform.archive(source, name) {
                Err(RecordsError::Damaged) => damaged += 1,
                all => pieces.extend(all?),
            }
        }
    }
    let lists = jurisdictions::all(&context.home)?;
    if pieces.is_empty() && lists.is_empty() {
        let next = "`bonafide verify` keeps here what its verdicts rest on.";
        return Err(CliError::refused(
            "not-found",
            "nothing is kept yet; nothing was written",
            next,
        ));
    }
    export::make_folder(out_dir)?;
    let forks: Vec<Conflict> = noted.iter().map(|(_, fork)| fork.clone()).collect();
    let mut rows = Vec::new();
    for piece in &pieces {
        rows.push(written(out_dir, piece, &forks)?);
    }
    for list in &lists {
        rows.extend(list_written(out_dir, list)?);
    }
    let forks: Vec<Value> = noted.iter().map(|(at, fork)| sides(*at, fork)).collect();
    let index = json!({"made": context.now.to_string(), "pieces": rows, "forks": forks});
    files::create(&out_dir.join("index.json"), format!("{index:#}\n").as_bytes())?;
    if context.json {
        output::json(&index);
    }
    if damaged > 0 {
        output::talk(&format!(
            "Left out: all of {}, of which a piece is damaged (`bonafide trust archive` shows it).",
            text::amount(damaged, "name")
        ));
    }
    let (count, folder) = (text::amount(rows.len(), "piece"), text::path(out_dir));
    output::talk(&format!("Wrote {count} and index.json into {folder}."));
    Ok(())
}

fn sides(noted: Timestamp, fork: &Conflict) -> Value {
    let side = |seen: Seen| json!({"number": seen.number, "digest": text::hex(&seen.digest)});
    json!({"kind": code(fork.source), "name": fork.name, "noted": noted.to_string(),
        "known": side(fork.known), "found": side(fork.found)})
}

/// Writes one piece.
fn written(out_dir: &Path, piece: &Archived, forks: &[Conflict]) -> Result<Value> {
    let Archived { source, name, seen, first_seen, fetched_at, .. } = piece;
    let mut written = Vec::new();
    for (kind, ending, bytes) in parts(piece) {
        written.push(file(out_dir, (kind, name, ending), &bytes)?);
    }
    Ok(json!({"kind": code(*source), "name": name, "number": seen.number,
        "digest": text::hex(&seen.digest), "since": first_seen.to_string(),
        "fetched": fetched_at.map(|at| at.to_string()),
        "fork": is_side(*source, name, *seen, forks), "files": written}))
}

/// Writes every version of a jurisdiction, and what contradicted one.
fn list_written(out_dir: &Path, list: &jurisdictions::Archive) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for (kept, bytes) in list.files()? {
        let file = file(out_dir, ("jurisdiction", list.id(), "json"), &bytes)?;
        rows.push(
            json!({"kind": "jurisdiction", "name": list.id(), "number": kept.map(|kept| kept.seq),
            "digest": kept.map(|kept| &kept.digest), "since": kept.map(|kept| &kept.added),
            "fork": kept.is_none(), "files": [file]}),
        );
    }
    Ok(rows)
}

/// Writes one file, called by what is in it; gives its name and its checksum.
fn file(out_dir: &Path, (kind, name, ending): (&str, &str, &str), bytes: &[u8]) -> Result<Value> {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let file = export::file_name(kind, name, &digest, ending);
    match files::create(&out_dir.join(&file), bytes) {
        // The same bytes under another name that is alike in a file's name.
        Err(error) if error.code() == "unsafe-file" => {}
        done => done?,
    }
    Ok(json!({"file": file, "sha256": text::hex(&digest)}))
}

/// The files of a piece: what they are called, how they end, and their bytes. A log may have a witness file.
fn parts(piece: &Archived) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let kind = code(piece.source);
    match archive::did(piece).map(|did| did.material) {
        Some(DidMaterial::Log { log, witness }) => {
            let witness = witness.map(|witness| ("did-witness", "json", witness));
            [Some((kind, "jsonl", log)), witness].into_iter().flatten().collect()
        }
        _ if piece.source == Source::StatusList => vec![(kind, "jwt", piece.bytes.clone())],
        _ => vec![(kind, "json", piece.bytes.clone())],
    }
}

pub fn prune(context: &Context, before: &str, yes: bool) -> Result<()> {
    let before = past(before, context.now)?;
    let platform = archive::open(&context.home)?;
    let Some(mut platform) = platform else { return pruned(context, before, 0, 0) };
    let entries = platform.prunable(before)?;
    let len = bytes(&entries);
    if entries.is_empty() {
        return pruned(context, before, 0, 0);
    }
    let question = format!(
        "Delete {}?\nDecisions before {before} can then not be made again from this home. [y/N] ",
        summary(&entries)
    );
    if !yes && !ask::agreed(&question)? {
        return Err(CliError::refused("declined", "nothing was deleted", ""));
    }
    let gone = platform.prune(before)?;
    pruned(context, before, gone, len)
}

fn pruned(context: &Context, before: Timestamp, gone: usize, len: u64) -> Result<()> {
    if context.json {
        output::json(&json!({"before": before.to_string(), "deleted": gone, "bytes": len}));
    }
    output::talk(&match gone {
        0 => format!("Nothing here was outdated by {before}; nothing was deleted."),
        gone => format!(
            "Deleted: {}. The room is used again; the file does not shrink.",
            text::amount(gone, "piece")
        ),
    });
    Ok(())
}

fn past(given: &str, now: Timestamp) -> Result<Timestamp> {
    let usage = |why: String, next: &str| {
        CliError::usage(format!("--prune {}: {why}", text::safe(given)), next)
    };
    let moment = Timestamp::parse(given).map_err(|error| usage(error.to_string(), ""))?;
    if moment > now {
        let next = "Give a moment that has passed; nothing from then on is deleted that counted.";
        return Err(usage("that is in the future".to_owned(), next));
    }
    Ok(moment)
}

fn piece(entry: &ArchiveEntry, forks: &[Conflict]) -> Value {
    json!({"kind": code(entry.source), "name": entry.name, "number": entry.seen.number,
        "sha256": text::hex(&entry.seen.digest), "since": entry.first_seen.to_string(), "bytes": entry.len,
        "fork": is_fork(entry, forks), "damaged": !entry.intact})
}

fn line(entry: &ArchiveEntry, forks: &[Conflict]) -> String {
    let number = entry.seen.number;
    let of = || i64::try_from(number).ok().and_then(Timestamp::from_unix);
    let which = match entry.source {
        Source::Jurisdiction => format!("version {number}"),
        Source::History => format!("entries: {number}"),
        Source::StatusList => of().map_or_else(String::new, |at| format!("issued {at}")),
        Source::Document | Source::StolenKey => {
            of().map_or_else(String::new, |at| format!("fetched {at}"))
        }
    };
    let fork = if is_fork(entry, forks) { "  FORK" } else { "" };
    let damaged = if entry.intact { "" } else { "  DAMAGED" };
    format!(
        "{}  {}  {which}  {} bytes  kept since {}{fork}{damaged}",
        code(entry.source),
        text::safe(&entry.name),
        text::grouped(entry.len),
        entry.first_seen
    )
}

fn is_fork(entry: &ArchiveEntry, forks: &[Conflict]) -> bool {
    is_side(entry.source, &entry.name, entry.seen, forks)
}

fn is_side(source: Source, name: &str, seen: Seen, forks: &[Conflict]) -> bool {
    forks.iter().any(|fork| {
        (fork.source, fork.name.as_str()) == (source, name)
            && [fork.known, fork.found].contains(&seen)
    })
}

fn code(source: Source) -> &'static str {
    match source {
        Source::Jurisdiction => "jurisdiction",
        Source::History => "did-log",
        Source::StatusList => "status-list",
        Source::Document => "did-document",
        Source::StolenKey => "stolen-key",
    }
}

fn summary(entries: &[ArchiveEntry]) -> String {
    format!("{}, {} bytes", text::amount(entries.len(), "piece"), text::grouped(bytes(entries)))
}

fn bytes(entries: &[ArchiveEntry]) -> u64 {
    entries.iter().map(|entry| entry.len).sum()
}
