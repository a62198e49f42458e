//! `bonafide bundle make`: files in, one signed file out.

use std::path::{Path, PathBuf};

use bonafide::bundle::{Kind, MAX_ITEM, NewItem, UnverifiedBundle};
use bonafide::clock::Timestamp;
use serde_json::json;

use super::super::{Context, identity};
use super::names;
use crate::cli::MakeBundle;
use crate::error::{CliError, Result};
use crate::{files, output, text};

pub fn run(context: &Context, args: &MakeBundle) -> Result<()> {
    let fetched = moment(context, args.fetched.as_deref())?;
    let mut items = Vec::new();
    let lists = [
        (Kind::DidDocument, &args.did),
        (Kind::DidLog, &args.log),
        (Kind::StatusList, &args.status),
        (Kind::Jurisdiction, &args.jurisdiction),
        (Kind::TypeMetadata, &args.types),
        (Kind::Policy, &args.policy),
    ];
    for (kind, paths) in lists {
        for path in paths {
            items.push(from_file(kind, path, fetched)?);
        }
    }
    for pair in &args.witness {
        items.push(witness(pair, fetched)?);
    }
    if items.is_empty() {
        let next =
            "Give files: --did, --log, --witness, --status, --jurisdiction, --type, --policy.";
        return Err(CliError::usage("there is nothing to put into the bundle", next));
    }
    let previous = args.previous.as_deref().map(|path| digest(context, path)).transpose()?;
    files::check_free(&args.out)?;
    let unlocked = context.unlock()?;
    let maker = identity(unlocked.wallet())?;
    let count = items.len();
    let file = bonafide::bundle::make(items, context.now, previous.as_ref(), &maker)?;
    files::replace(&args.out, &file)?;
    if context.json {
        let digest = UnverifiedBundle::read(&file)?.verify(context.now)?.digest().to_owned();
        output::json(&json!({"out": text::path(&args.out), "maker": maker.did().as_str(),
            "made": context.now.to_string(), "items": count, "length": file.len(),
            "digest": text::hex(&digest)}));
    }
    output::talk(&format!(
        "Wrote {} into {}, signed as {}.",
        text::amount(count, "item"),
        text::path(&args.out),
        maker.did()
    ));
    output::talk(
        "Carry it over. Who is to believe what does not prove itself pins you there, once:",
    );
    output::talk(&format!("  bonafide trust pin {} --maker", maker.did()));
    Ok(())
}

fn moment(context: &Context, given: Option<&str>) -> Result<Timestamp> {
    let Some(given) = given else { return Ok(context.now) };
    let read = Timestamp::parse(given).map_err(|error| error.to_string());
    let past = |time: &Timestamp| *time <= context.now;
    match read {
        Ok(time) if past(&time) => Ok(time),
        Ok(_) => Err(CliError::usage(
            format!("--fetched {}: that is in the future", text::safe(given)),
            "Give the moment at which the files were fetched.",
        )),
        Err(error) => Err(CliError::usage(format!("--fetched {}: {error}", text::safe(given)), "")),
    }
}

fn from_file(kind: Kind, path: &Path, fetched: Timestamp) -> Result<NewItem<'static>> {
    let bytes = files::read(path, MAX_ITEM)?;
    let name = match kind {
        Kind::Policy => path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned),
        _ => names::of(kind, &bytes),
    };
    let name = name.ok_or_else(|| {
        let message = format!("{} is no {}", text::path(path), title(kind));
        let next = match kind {
            Kind::DidDocument => "Give did.json as it was fetched; a did.jsonl goes with --log.",
            Kind::DidLog => "Give did.jsonl as it was fetched; a did.json goes with --did.",
            _ => "Give the file as it was fetched.",
        };
        CliError::refused("malformed", message, next)
    })?;
    item(kind, &name, bytes, fetched, path)
}

fn witness(pair: &str, fetched: Timestamp) -> Result<NewItem<'static>> {
    let (did, file) = pair.split_once('=').ok_or_else(|| {
        let message = format!("--witness {}: expected DID=FILE", text::safe(pair));
        CliError::usage(message, "The file does not say whose it is: write the DID in front.")
    })?;
    let path = PathBuf::from(file);
    item(Kind::DidWitness, did, files::read(&path, MAX_ITEM)?, fetched, &path)
}

fn item(
    kind: Kind,
    name: &str,
    bytes: Vec<u8>,
    fetched: Timestamp,
    path: &Path,
) -> Result<NewItem<'static>> {
    NewItem::new(kind, name, bytes, fetched).map_err(|error| {
        let message =
            format!("{}, {} of {}: {error}", text::path(path), title(kind), text::safe(name));
        CliError::refused(error.code(), message, error.next_step())
    })
}

fn digest(context: &Context, path: &Path) -> Result<[u8; 32]> {
    let bytes = super::read(path)?;
    Ok(*super::open(context, path, &bytes)?.digest())
}

/// What people call an item.
pub fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::DidDocument => "document of a did:web",
        Kind::DidLog => "log of a did:webvh",
        Kind::DidWitness => "witness file of a did:webvh",
        Kind::Jurisdiction => "jurisdiction document",
        Kind::Policy => "policy",
        Kind::StatusList => "status list token",
        Kind::TypeMetadata => "type metadata",
    }
}
