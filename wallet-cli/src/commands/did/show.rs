//! `bonafide did show`: the versions of a DID, and which keys count.

use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::did::{self, Did, DidDocument, MethodKey, Relationship};
use bonafide::resolve::webvh::{MAX_LOG, MAX_WITNESS_FILE};
use bonafide::resolve::{DidMaterial, KeyRefusal, KnownDid};
use serde_json::{Value, json};

use crate::cli::DidShow;
use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{files, output, text};

pub fn run(context: &Context, args: &DidShow) -> Result<()> {
    let at = args.at.as_deref().map(|given| {
        Timestamp::parse(given).map_err(|error| {
            CliError::usage(format!("--at {}: {error}", text::safe(given)), "Write YYYY-MM-DD.")
        })
    });
    let at = at.transpose()?.unwrap_or(context.now);
    let kept = match args.what.as_deref() {
        None => Kept::needed(&context.home)?,
        Some(did) if did.starts_with("did:") => return own_key(context, did),
        Some(file) => published(Path::new(file), args.witness_file.as_deref())?,
    };
    let known = kept.known(context.now)?;
    let keys = keys(&known, at);
    let versions = versions(&known, at);
    let cut = match &known {
        KnownDid::History(history) => history.cut().map(ToString::to_string),
        KnownDid::Web(_) => None,
    };
    if context.json {
        output::json(&json!({"did": kept.did.as_str(), "at": at.to_string(), "versions": versions,
            "keys": keys, "cut": cut}));
    } else {
        output::data(kept.did.as_str());
        for version in &versions {
            let line = format!("{}  {}", member(version, "time"), member(version, "says"));
            output::data(&output::row(&format!("version {}", version["version"]), &line));
        }
        for key in &keys {
            output::data(&output::row(&member(key, "key"), &member(key, "says")));
        }
    }
    if let Some(cut) = cut {
        output::talk(&format!(
            "The log breaks off: {cut}. Nothing is accepted on the strength of it."
        ));
    }
    if versions.is_empty() && matches!(known, KnownDid::History(_)) {
        output::talk(&format!("At {at} there was none of it yet."));
    }
    if matches!(known, KnownDid::Web(_)) {
        output::talk("A did:web shows only what is published now: not when its keys were in use.");
        if kept.document(context.now).is_err() {
            output::talk("All its keys are retired or stolen: nothing more is issued in its name.");
        }
    }
    Ok(())
}

fn member(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// A file as it was fetched, or received.
fn published(file: &Path, witness: Option<&Path>) -> Result<Kept> {
    let bytes = files::read(file, MAX_LOG)?;
    let witness = witness.map(|path| files::read(path, MAX_WITNESS_FILE)).transpose()?;
    let logged = bytes.windows(13).any(|part| part == b"\"versionTime\"");
    let material = match logged {
        true => DidMaterial::Log { log: bytes, witness },
        false => DidMaterial::Document(bytes),
    };
    Kept::of(material, file)
}

/// A DID that carries its own key has no history.
fn own_key(context: &Context, given: &str) -> Result<()> {
    let document = Did::parse(given).and_then(|did| did::document(&did)).map_err(|error| {
        let next = "Give the file that is published for it: did.jsonl or did.json.";
        CliError::refused(error.code(), format!("{}: {error}", text::safe(given)), next)
    })?;
    if context.json {
        output::json(&document.to_json());
        return Ok(());
    }
    output::data(document.id().as_str());
    for method in document.methods() {
        output::data(&output::row("key", &method.id().to_string()));
    }
    Ok(())
}

/// The versions in force by then.
fn versions(known: &KnownDid, at: Timestamp) -> Vec<Value> {
    let KnownDid::History(history) = known else { return Vec::new() };
    let known = history.versions().iter().filter(|version| version.time() <= at);
    let versions = known.map(|version| {
        let names = version.document().map(|document| listed(document).join(", "));
        let says = match names.as_deref() {
            None => "deactivated".to_owned(),
            Some("") => "no key".to_owned(),
            Some(names) => names.to_owned(),
        };
        json!({"version": version.number(), "id": version.version_id(),
            "time": version.time().to_string(), "says": says})
    });
    versions.collect()
}

fn listed(document: &DidDocument) -> Vec<String> {
    let methods = document.methods().iter();
    let listed = methods.filter(|method| {
        method.relationships().contains(&Relationship::AssertionMethod)
            && matches!(method.key(), MethodKey::Signing(_))
    });
    listed.map(|method| method.id().fragment().to_owned()).collect()
}

/// Every key that was ever there, and whether it counts for what it signs at that time.
fn keys(known: &KnownDid, at: Timestamp) -> Vec<Value> {
    let documents: Vec<&DidDocument> = match known {
        KnownDid::Web(web) => vec![web.document()],
        KnownDid::History(history) => {
            let then = history.versions().iter().filter(|version| version.time() <= at);
            then.filter_map(|version| version.document()).collect()
        }
    };
    let mut names: Vec<&str> = Vec::new();
    for method in documents.into_iter().flat_map(DidDocument::methods) {
        if !names.contains(&method.id().fragment()) {
            names.push(method.id().fragment());
        }
    }
    let day = |time: Option<Timestamp>| time.map(Timestamp::date);
    let keys = names.into_iter().map(|name| {
        let found = known.key(name, Relationship::AssertionMethod, at, at);
        let (state, from, until) = match found {
            Ok(found) => ("in use", day(found.from), day(found.until)),
            Err(KeyRefusal::OutsideWindow { from, until }) => ("retired", day(from), day(until)),
            Err(KeyRefusal::Compromised) => ("compromised", None, None),
            Err(_) => ("for other purposes", None, None),
        };
        let mut says = state.to_owned();
        if let Some(from) = &from {
            says.push_str(&format!(" from {from}"));
        }
        if let Some(until) = &until {
            says.push_str(&format!(" until {until}"));
        }
        json!({"key": name, "state": state, "from": from, "until": until, "says": says})
    });
    keys.collect()
}
