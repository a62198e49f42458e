//! `bonafide did witness`: others vouch for each version of a DID, or this home does for others.

use std::path::{Path, PathBuf};

use bonafide::did::{Did, Identity};
use bonafide::key::Algorithm;
use bonafide::resolve::DidMaterial;
use bonafide::resolve::webvh::author::{self, NewWitnesses};
use bonafide::resolve::webvh::{MAX_LOG, MAX_WITNESS_FILE};
use bonafide::wallet::{DidKey, DidRole, Wallet};
use serde_json::json;

use super::change::{Change, keys, next, whole};
use super::save;
use crate::cli::DidWitness;
use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{files, output, text};

pub fn run(context: &Context, action: DidWitness) -> Result<()> {
    match action {
        DidWitness::Id => id(context),
        DidWitness::Set { dids, threshold, out } => set(context, (&dids, threshold), &out),
        DidWitness::Vouch { log, out } => vouch(context, &log, out.as_deref()),
        DidWitness::Take { files, out } => take(context, &files, &out),
    }
}

fn own_key(wallet: &Wallet) -> Result<DidKey> {
    Ok(wallet.did_key(DidRole::Witness, Algorithm::Ed25519, 0)?)
}

fn id(context: &Context) -> Result<()> {
    let key = own_key(context.open()?.wallet())?;
    let did = Did::from_key(key.public());
    if context.json {
        output::json(&json!({"witness": did.as_str()}));
    } else {
        output::data(did.as_str());
    }
    output::talk("Next: give it to the issuer for whose DID you vouch. It is for nothing else.");
    Ok(())
}

fn set(context: &Context, (given, threshold): (&[String], usize), out: &Path) -> Result<()> {
    let kept = whole(context)?;
    if matches!(kept.material, DidMaterial::Document(_)) {
        let message = "a did:web has no witnesses";
        return Err(CliError::refused("did-method-unsupported", message, "A did:webvh has."));
    }
    let parse = |text: &String| {
        Did::parse(text).map_err(|error| {
            let message = format!("{}: {error}", text::safe(text));
            CliError::usage(message, "Give DIDs as `bonafide did witness id` prints them.")
        })
    };
    let dids = given.iter().map(parse).collect::<Result<Vec<_>>>()?;
    if !dids.is_empty() && !(1..=dids.len()).contains(&threshold) {
        let message = format!("--threshold {threshold} of {}: so many cannot vouch", dids.len());
        return Err(CliError::usage(message, "Give a number from 1 to that of the witnesses."));
    }
    let document = kept.document(context.now)?;
    let unlocked = context.unlock()?;
    let keys = keys(&document);
    let witnesses = Some(NewWitnesses { threshold, dids: &dids });
    let change = Change { keys: &keys, witnesses, deactivated: false };
    let kept = next(context, unlocked.wallet(), &kept, &change)?;
    let done = match dids.len() {
        0 => "From the next version on nobody needs to vouch.".to_owned(),
        many => format!("{threshold} of {many} must vouch for each new version."),
    };
    save(context, &kept, out, &done)
}

/// Checks the log as everybody does, and signs the id of its newest version.
fn vouch(context: &Context, log: &Path, out: Option<&Path>) -> Result<()> {
    let bytes = files::read(log, MAX_LOG)?;
    let kept = Kept::of(DidMaterial::Log { log: bytes, witness: None }, log)?;
    let Some(history) = kept.unwitnessed()? else { return Ok(()) };
    history.check_times(context.now).map_err(|error| {
        CliError::refused(error.code(), error, "Compare the clocks. Nothing was signed.")
    })?;
    let unlocked = context.unlock()?;
    let key = own_key(unlocked.wallet())?;
    let witness = Identity::did_key(key.id(), &key)?;
    let head = history.head();
    let listed = |list: &bonafide::resolve::webvh::Witnesses| list.dids().contains(witness.did());
    let asked = history
        .versions()
        .iter()
        .any(|version| version.parameters().witnesses().is_some_and(listed));
    if !asked {
        let message = format!("{} does not ask for your word", text::short_did(kept.did.as_str()));
        let next = "Give its issuer what `bonafide did witness id` prints. Nothing was signed.";
        return Err(CliError::refused("not-a-witness", message, next));
    }
    let word = author::vouch(head.version_id(), None, context.now, &witness)?;
    files::write(out, &word)?;
    output::talk(&format!(
        "You vouch for version {} of {}, of {}.",
        head.number(),
        kept.did,
        head.time()
    ));
    output::talk("Keep the log: a later one must go on where this one ends.");
    Ok(())
}

fn take(context: &Context, given: &[PathBuf], out: &Path) -> Result<()> {
    let kept = Kept::needed(&context.home)?;
    let DidMaterial::Log { log, witness } = &kept.material else {
        let message = "a did:web has no witnesses";
        return Err(CliError::refused("did-method-unsupported", message, "A did:webvh has."));
    };
    let mut words = witness.clone();
    for path in given {
        let more = files::read(path, MAX_WITNESS_FILE)?;
        words = Some(author::merge(words.as_deref(), &more)?.into_bytes());
    }
    let material = DidMaterial::Log { log: log.clone(), witness: words };
    let kept = Kept { did: kept.did.clone(), material };
    let done = match super::is_pending(&kept)? {
        true => "Taken in; more words are needed.",
        false => "Taken in: enough witnesses vouch for the newest version.",
    };
    save(context, &kept, out, done)
}
