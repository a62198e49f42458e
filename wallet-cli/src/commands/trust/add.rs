//! `bonafide trust add`: believe a jurisdiction, or take its next versions.

use std::path::PathBuf;

use bonafide::trust::{Jurisdiction, JurisdictionError, Pin, UnverifiedJurisdiction, digest_text};
use serde_json::{Value, json};

use super::super::Context;
use super::{draft, words};
use crate::cli::AddList;
use crate::error::{CliError, Result};
use crate::jurisdictions::Archive;
use crate::{ask, output, text};

/// A file given, read.
struct Given {
    path: PathBuf,
    bytes: Vec<u8>,
    file: UnverifiedJurisdiction,
}

pub fn run(context: &Context, args: &AddList) -> Result<()> {
    let read = |path: &PathBuf| {
        let (bytes, file) = super::read(path)?;
        Ok(Given { path: path.clone(), bytes, file })
    };
    let mut given = args.files.iter().map(read).collect::<Result<Vec<_>>>()?;
    given.sort_by(|a, b| {
        let (a, b) = (a.file.document(), b.file.document());
        (&a.id, a.seq).cmp(&(&b.id, b.seq))
    });
    let taken = given.iter().map(|given| one(context, args, given)).collect::<Result<Vec<_>>>();
    let taken = taken?;
    if context.json {
        output::json(&Value::Array(taken));
    }
    Ok(())
}

fn one(context: &Context, args: &AddList, given: &Given) -> Result<Value> {
    let id = &given.file.document().id;
    if Archive::find(&context.home, id)?.is_none() {
        return first(context, args, given);
    }
    let _alone = context.home.trust_alone()?;
    let archive = Archive::find(&context.home, id)?.ok_or_else(|| draft::unknown(id))?;
    next(context, archive, given)
}

/// Nobody vouches for the first one but the person: it is shown, and compared.
fn first(context: &Context, args: &AddList, given: &Given) -> Result<Value> {
    let document = given.file.document();
    let own = Pin::Document(*given.file.digest());
    let governance = Pin::Governance(document.governance.digest());
    let pin = match &args.expect {
        Some(expected) => Pin::parse(expected).ok_or_else(|| {
            let message = format!("--expect {}: not a digest", text::safe(expected));
            CliError::usage(
                message,
                "Write sha256-… of the document, or governance-sha256-… of its governance.",
            )
        })?,
        None => own,
    };
    let verified = Jurisdiction::first(given.file.clone(), &pin, context.now)?;
    words::summary(document).iter().for_each(|line| output::talk(line));
    output::talk(&format!("digest  {own}"));
    output::talk(&format!("governance  {governance}"));
    if args.expect.is_none() && !args.yes {
        output::talk(
            "Compare one of the digests with those who govern it, on another way than the file came.",
        );
        if !ask::agreed("Believe what this jurisdiction says from now on? [y/N] ")? {
            return Err(CliError::refused("declined", "nothing was taken", ""));
        }
    }
    let _alone = context.home.trust_alone()?;
    if let Some(archive) = Archive::find(&context.home, verified.id())? {
        return next(context, archive, given);
    }
    Archive::begin(&context.home, &verified, &pin, &given.bytes, context.now)?;
    output::talk(&format!("Taken: {}, version {}.", verified.id(), verified.seq()));
    note(context, &verified);
    Ok(taken(&verified, "first", Vec::new()))
}

/// Later ones have to follow; nobody is asked.
fn next(context: &Context, mut archive: Archive, given: &Given) -> Result<Value> {
    let newest = archive.newest(context.now)?;
    match follow(context, &archive, &newest, given) {
        Ok(verified) => {
            archive.keep(&verified, &given.bytes, context.now)?;
            let changes = words::changes(newest.document(), verified.document());
            let (id, seq) = (verified.id(), verified.seq());
            output::talk(&format!("Taken: {id}, version {seq}. Since version {}:", newest.seq()));
            changes.iter().for_each(|line| output::talk(line));
            if changes.is_empty() {
                let days = words::days(newest.document(), verified.document());
                output::talk(&format!("  {days}"));
            }
            note(context, &verified);
            Ok(taken(&verified, "next", changes))
        }
        Err(JurisdictionError::Unchanged) => {
            output::talk(&format!("{}, version {}: nothing new.", newest.id(), newest.seq()));
            Ok(taken(&newest, "unchanged", Vec::new()))
        }
        Err(error @ JurisdictionError::Forked { .. }) => {
            let evidence = archive.keep_fork(&given.file, &given.bytes)?;
            let message = format!("{}: {error}", text::path(&given.path));
            let next = format!(
                "Nothing of it is believed. Both are kept, this one as {}. Ask those who govern why they signed two.",
                text::path(&evidence)
            );
            Err(CliError::refused(error.code(), message, next))
        }
        Err(error) => Err(error.into()),
    }
}

/// An older number is old news, or a fork: that shows where it would have had to follow.
fn follow(
    context: &Context,
    archive: &Archive,
    newest: &Jurisdiction,
    given: &Given,
) -> std::result::Result<Jurisdiction, JurisdictionError> {
    let seq = given.file.document().seq;
    let refused = match newest.next(given.file.clone(), context.now) {
        Err(refused @ JurisdictionError::RolledBack { .. }) if !archive.knows(&given.file) => {
            refused
        }
        other => return other,
    };
    let Some(before) = seq.checked_sub(1).and_then(|seq| archive.version(seq, context.now).ok())
    else {
        return Err(refused);
    };
    match before.next(given.file.clone(), context.now) {
        Ok(_) => Err(JurisdictionError::Forked { seq }),
        Err(_) => Err(refused),
    }
}

fn note(context: &Context, taken: &Jurisdiction) {
    if taken.is_stale(context.now) {
        output::talk("Note: it has expired, and says nothing about today. Get the next version.");
    } else if taken.is_update_due(context.now) {
        output::talk(&format!(
            "Note: its next version was promised by {}.",
            taken.document().next_update
        ));
    }
}

fn taken(jurisdiction: &Jurisdiction, how: &str, changes: Vec<String>) -> Value {
    json!({"id": jurisdiction.id(), "seq": jurisdiction.seq(), "digest": digest_text(jurisdiction.digest()),
        "governance": Pin::Governance(jurisdiction.document().governance.digest()).to_string(),
        "taken": how, "changes": changes})
}
