//! What this home, and the command's options, give the verifier to rest on.

use std::path::PathBuf;

use bonafide::status;
use bonafide::verify::{Material, Verifier};

use super::super::Context;
use crate::cli::Verify;
use crate::error::{CliError, Result};
use crate::material::Carried;
use crate::{files, output, text, trusted};

/// How many issuers' signatures are remembered within one run: a holder's credential comes again with
/// every answer it gives.
const REMEMBERED: usize = 65_536;

/// A verifier that believes the issuers pinned in this home and those named with `--trust`.
pub fn verifier(context: &Context, args: &Verify) -> Result<Verifier> {
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
    let carried = Carried::in_bundles(context, &args.bundle)?;
    let mut statuses = statuses(&args.status)?;
    statuses.extend(carried.statuses);
    let catalog = bonafide_credentials::catalog().clone();
    let material =
        Material { issuers, jurisdictions: Vec::new(), dids: carried.dids, catalog, statuses };
    let verifier = Verifier::new(material).map_err(|error| {
        CliError::usage(
            error,
            "Issuers are did:key, did:jwk, did:web or did:webvh; check that the DID was copied whole.",
        )
    })?;
    for error in verifier.unreadable_statuses() {
        output::talk(&format!("Note: a file given as status list is none: {error}."));
    }
    Ok(verifier.remembering(REMEMBERED))
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
