//! What this home, and the command's options, give the verifier to rest on.

use std::path::PathBuf;

use bonafide::clock::Timestamp;
use bonafide::status;
use bonafide::trust::{Governance, Jurisdiction, JurisdictionError, UnverifiedJurisdiction};
use bonafide::verify::{Material, Memory, Seen, Verifier};

use super::super::Context;
use crate::archive::Known;
use crate::cli::Verify;
use crate::error::{CliError, Result};
use crate::jurisdictions::{self, Archive};
use crate::material::Carried;
use crate::{files, output, text, trusted};

/// How many issuers' signatures are remembered within one run: a holder's credential comes again with
/// every answer it gives.
const REMEMBERED: usize = 65_536;

/// A list by its name, with its number and digest.
type Ahead = (String, Seen);

/// What verdicts rest on: a verifier that believes the issuers pinned in this home and those named with `--trust`, and the jurisdictions of this
/// home; for a replay, those of then.
pub struct Rests {
    pub verifier: Verifier,
    /// For a replay: what had been seen by then.
    pub then: Memory,
    /// Lists that are newer than those believed here, but do not follow them: versions between are missing.
    pub ahead: Vec<Ahead>,
}

/// All of it, as of `at`.
pub fn verifier(context: &Context, args: &Verify, at: Timestamp) -> Result<Rests> {
    let damaged = |error: bonafide::did::DidError| {
        CliError::fault(
            "home-damaged",
            format!("a pinned DID is damaged: {error}"),
            "See `bonafide trust list`.",
        )
    };
    let mut issuers = Vec::new();
    for pin in context.home.pins()?.into_iter().filter(|pin| pin.issuer) {
        issuers.push(pin.issuer().map_err(damaged)?);
    }
    for argument in &args.trust {
        issuers.extend(trusted::issuers_from(argument)?);
    }
    let mut carried = Carried::in_bundles(context, &args.bundle)?;
    let mut statuses = statuses(&args.status)?;
    statuses.append(&mut carried.statuses);
    let mut known = match args.at {
        Some(_) => known_at(context, args, at)?,
        None => Known::newest(&context.home)?,
    };
    let then = std::mem::take(&mut known.memory);
    known.join(&mut carried.dids, &mut statuses);
    let catalog = bonafide_credentials::catalog().clone();
    let (jurisdictions, ahead) = lists(context, args, at, &carried.jurisdictions)?;
    let material = Material { issuers, jurisdictions, dids: carried.dids, catalog, statuses };
    let verifier = Verifier::new(material).map_err(|error| {
        CliError::usage(
            error,
            "Issuers are did:key, did:jwk, did:web or did:webvh; check that the DID was copied whole.",
        )
    })?;
    for error in verifier.unreadable_statuses() {
        output::talk(&format!("Note: a file given as status list is none: {error}."));
    }
    Ok(Rests { verifier: verifier.remembering(REMEMBERED), then, ahead })
}

/// What this home knew at a moment. Where some of that was deleted, all that was given has to do.
fn known_at(context: &Context, args: &Verify, at: Timestamp) -> Result<Known> {
    match Known::at(&context.home, at) {
        Err(error) if error.code() == "archive-pruned" && !args.bundle.is_empty() => {
            output::talk(&format!(
                "Note: {}, so this goes by what was given and by the lists of this home.",
                error.message()
            ));
            Ok(Known::default())
        }
        known => known,
    }
}

/// The jurisdictions of this home, each as far as the documents of bundles take it on. What follows is kept, as by
/// `trust add`: what decided once must be there to decide again.
fn lists(
    context: &Context,
    args: &Verify,
    at: Timestamp,
    given: &[Vec<u8>],
) -> Result<(Vec<Jurisdiction>, Vec<Ahead>)> {
    let home = &context.home;
    if args.at.is_some() {
        if !given.is_empty() {
            output::talk(
                "Note: a replay goes by the jurisdictions that this home had then; those of the bundle are left aside.",
            );
        }
        return Ok((jurisdictions::as_of(home, at, context.now)?, Vec::new()));
    }
    let mut known = jurisdictions::newest(home, context.now)?;
    let mut ahead = Vec::new();
    let mut files: Vec<(UnverifiedJurisdiction, &Vec<u8>)> = Vec::with_capacity(given.len());
    for bytes in given {
        match UnverifiedJurisdiction::parse(bytes) {
            Ok(file) => files.push((file, bytes)),
            Err(error) => note("a list in the bundle", &error),
        }
    }
    files.sort_by_key(|(file, _)| file.document().seq);
    for (file, bytes) in files {
        let id = file.document().id.clone();
        let Some(list) = known.iter_mut().find(|list| list.id() == id) else {
            let id = text::safe(&id);
            output::talk(&format!(
                "Note: the bundle brings {id}, which is not believed here. If you do: `bonafide trust add`."
            ));
            continue;
        };
        match list.next(file.clone(), context.now) {
            Ok(next) => {
                if !args.dry_run {
                    keep(context, &next, bytes)?;
                }
                *list = next;
            }
            // Older ones come along to link what somebody else may know.
            Err(JurisdictionError::Unchanged | JurisdictionError::RolledBack { .. }) => {}
            Err(error) => {
                note(&id, &error);
                ahead.extend(
                    Some(&error).filter(|error| is_ahead(error, list, &file)).map(|_| seen(&file)),
                );
                if let (JurisdictionError::Forked { .. }, Some(archive)) =
                    (&error, Archive::find(home, &id)?)
                {
                    let kept = archive.keep_fork(&file, bytes)?;
                    output::talk(&format!("Kept as evidence: {}.", text::path(&kept)));
                }
            }
        }
    }
    Ok((known, ahead))
}

/// Whether a list that does not follow is signed by enough of those who are known to govern: then it is newer than the one
/// believed here, whatever it says.
fn is_ahead(
    error: &JurisdictionError,
    known: &Jurisdiction,
    file: &UnverifiedJurisdiction,
) -> bool {
    let signed_by = |governance: &Governance| {
        let signers = file.signers(governance).map_or(0, |signers| signers.len());
        signers >= usize::from(governance.threshold)
    };
    matches!(error, JurisdictionError::Gap { .. })
        && file.document().issued >= known.document().issued
        && signed_by(&known.document().governance)
        && signed_by(&file.document().governance)
}

fn seen(file: &UnverifiedJurisdiction) -> Ahead {
    let document = file.document();
    (document.id.clone(), Seen { number: document.seq, digest: *file.digest() })
}

/// Unless another process was faster.
fn keep(context: &Context, next: &Jurisdiction, bytes: &[u8]) -> Result<()> {
    let _alone = context.home.trust_alone()?;
    let Some(mut archive) = Archive::find(&context.home, next.id())? else { return Ok(()) };
    let last = archive.versions().last().map(|kept| kept.seq);
    if last.is_some_and(|last| last + 1 == next.seq()) {
        archive.keep(next, bytes, context.now)?;
        output::talk(&format!("Taken from the bundle: {}, version {}.", next.id(), next.seq()));
    }
    Ok(())
}

fn note(what: &str, error: &JurisdictionError) {
    output::talk(&format!("Note: {} was left out: {error} [{}].", text::safe(what), error.code()));
}

/// The status list tokens in files and folders.
pub fn statuses(given: &[PathBuf]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for path in given {
        let paths = if path.is_dir() { files::in_folder(path)?.0 } else { vec![path.clone()] };
        if paths.is_empty() {
            let message = format!("there is no file in {}", text::path(path));
            return Err(CliError::usage(message, "Give a status list, or a folder of them."));
        }
        for path in paths {
            texts.push(files::read_text(&path, status::MAX_LEN)?);
        }
    }
    Ok(texts)
}
