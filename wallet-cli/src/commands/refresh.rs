//! `bonafide refresh`: whether your credentials still stand, by their issuers' status lists.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use bonafide::verify::{Material, Received, Standing, Verifier};
use serde_json::{Value, json};

use super::verify::material;
use super::{Context, list};
use crate::cli::RefreshHeld;
use crate::error::{CliError, Exit, Result};
use crate::material::Carried;
use crate::{files, output, text};

/// A credential of the wallet, and what its list says.
struct Asked {
    id: u32,
    credential: Received,
    standing: Standing,
}

pub fn run(context: &Context, args: &RefreshHeld) -> Result<ExitCode> {
    #[cfg(feature = "fetch")]
    if args.network.is_given() && !args.fetch {
        let message = "--resolve, --ca, --allow-address and --allow-http are for what is fetched";
        return Err(CliError::usage(message, "Give --fetch too."));
    }
    let carried = Carried::in_bundles(context, &args.bundle)?;
    let mut statuses = material::statuses(&args.status)?;
    statuses.extend(carried.statuses);
    let opened = context.open()?;
    let mut held = Vec::new();
    for stored in opened.wallet().credentials() {
        let credential = Received::stored(stored.token());
        held.extend(credential.map(|credential| (stored.id, credential)));
    }
    #[cfg(feature = "fetch")]
    if args.fetch {
        statuses.extend(fetched(args, &held)?);
    }
    let material = Material { dids: carried.dids, statuses, ..Material::default() };
    let verifier = Verifier::new(material)
        .map_err(|error| CliError::fault(error.code(), error, "Try again without --bundle."))?;
    let ask = |(id, credential): (u32, Received)| {
        let standing = verifier.standing(&credential, context.now);
        Asked { id, credential, standing }
    };
    let asked: Vec<Asked> = held.into_iter().map(ask).collect();
    if let Some(folder) = &args.out_dir {
        keep(folder, &asked)?;
    }
    say(context, &asked);
    Ok(exit(&asked))
}

/// The lists that the credentials name, each asked for once. What could not be had is told.
#[cfg(feature = "fetch")]
fn fetched(args: &RefreshHeld, held: &[(u32, Received)]) -> Result<Vec<String>> {
    use bonafide::bundle::Kind;
    use bonafide_fetch::{Fetched, Fetcher};
    let fetcher = Fetcher::new(super::network::rules(&args.network)?);
    let status = |(_, credential): &(u32, Received)| credential.registered().status.clone();
    let uris: BTreeSet<String> = held.iter().filter_map(status).map(|status| status.uri).collect();
    let mut lists = Vec::new();
    for uri in uris {
        match fetcher.get(&uri, Kind::StatusList, None) {
            Ok(Fetched::New { bytes, .. }) => lists.extend(String::from_utf8(bytes).ok()),
            Ok(Fetched::Unchanged) => {}
            Err(error) => output::talk(&format!("{}: {error}.", text::safe(&uri))),
        }
    }
    Ok(lists)
}

/// One file for each list, named by a number.
fn keep(folder: &Path, asked: &[Asked]) -> Result<()> {
    if !folder.is_dir() {
        let message = format!("there is no folder {}", text::path(folder));
        return Err(CliError::fault("file-unwritable", message, "Make it first."));
    }
    let lists: BTreeSet<&str> =
        asked.iter().filter_map(|asked| asked.standing.decided_by()).collect();
    for (number, list) in (1..).zip(&lists) {
        let path = folder.join(format!("{number}.statuslist"));
        files::check_free(&path)?;
        files::replace(&path, list.as_bytes())?;
    }
    let kept = text::amount(lists.len(), "list");
    output::talk(&format!(
        "Kept {kept} in {}: `bonafide present REQUEST --staple {}` sends the right one along.",
        text::path(folder),
        text::path(folder)
    ));
    Ok(())
}

fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::NoStatus => "no status",
        Standing::Stands { .. } => "stands",
        Standing::Ended { kind, .. } => kind,
        Standing::Open { .. } => "not known",
    }
}

fn say(context: &Context, asked: &[Asked]) {
    if context.json {
        output::json(&asked.iter().map(row).collect());
        return;
    }
    for Asked { id, credential, standing } in asked {
        let title = list::title(&credential.registered().vct);
        let why = match standing {
            Standing::Stands { as_of, .. } => {
                format!("by the list of {as_of} ({})", text::distance(*as_of, context.now))
            }
            Standing::Ended { detail, .. } | Standing::Open { detail } => text::safe(detail),
            Standing::NoStatus => "it counts until it ends".to_owned(),
        };
        output::data(&format!("{id:>3}  {title:<22} {:<10} {why}", word(standing)));
    }
    if asked.is_empty() {
        output::talk("There is no credential in this wallet.");
    } else if asked.iter().any(|asked| matches!(asked.standing, Standing::Open { .. })) {
        output::talk(
            "Where it is not known: take the file from the address that `bonafide show` prints, and give it with --status; for an issuer that is a did:web or did:webvh, its files in a bundle too (--bundle).",
        );
    }
}

fn row(asked: &Asked) -> Value {
    let status = asked.credential.registered().status.as_ref();
    let as_of = match &asked.standing {
        Standing::Stands { as_of, .. } => Some(as_of.to_string()),
        _ => None,
    };
    json!({
        "id": asked.id,
        "type": asked.credential.registered().vct,
        "state": word(&asked.standing),
        "list": status.map(|status| status.uri.as_str()),
        "as_of": as_of,
    })
}

/// The worst: one that has ended, one that is not known.
fn exit(asked: &[Asked]) -> ExitCode {
    let has = |of: fn(&Standing) -> bool| asked.iter().any(|asked| of(&asked.standing));
    if has(|standing| matches!(standing, Standing::Ended { .. })) {
        Exit::Refused.into()
    } else if has(|standing| matches!(standing, Standing::Open { .. })) {
        Exit::Undetermined.into()
    } else {
        ExitCode::SUCCESS
    }
}
