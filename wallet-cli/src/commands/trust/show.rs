//! `bonafide trust show` and `diff`: jurisdictions in words.

use std::path::Path;

use bonafide::trust::{AttributeStatus, Document, Jurisdiction, Pin};
use serde_json::{Value, json};

use super::super::Context;
use super::{draft, words};
use crate::error::{CliError, Result};
use crate::jurisdictions::{self, Archive};
use crate::{output, text};

pub fn show(context: &Context, id: Option<&str>) -> Result<()> {
    match id {
        Some(id) => whole(context, &version(context, id)?),
        None => list(context),
    }
}

fn list(context: &Context) -> Result<()> {
    let mut rows = Vec::new();
    for archive in jurisdictions::all(&context.home)? {
        let newest = archive.newest(context.now)?;
        let (id, seq, state) = (newest.id(), newest.seq(), state(&newest, context));
        let (until, issuers) = (newest.last_day(), newest.document().validators.len());
        if context.json {
            let versions: Vec<Value> = archive.versions().iter().map(|kept| json!(kept)).collect();
            rows.push(json!({"id": id, "seq": seq, "digest": newest.digest_text(), "state": state,
                "expires": until, "issuers": issuers, "pinned": archive.pinned(),
                "versions": versions}));
        } else {
            output::data(&format!(
                "{id}  version {seq}  {}  {state}, until {until}",
                text::amount(issuers, "issuer")
            ));
        }
    }
    if context.json {
        output::json(&Value::Array(rows));
    } else if jurisdictions::all(&context.home)?.is_empty() {
        output::talk("No jurisdiction is believed here. `bonafide trust add FILE` takes one.");
    }
    Ok(())
}

fn state(jurisdiction: &Jurisdiction, context: &Context) -> &'static str {
    if jurisdiction.is_stale(context.now) {
        "EXPIRED"
    } else if jurisdiction.is_update_due(context.now) {
        "current, its next version is late"
    } else {
        "current"
    }
}

fn whole(context: &Context, jurisdiction: &Jurisdiction) -> Result<()> {
    let document = jurisdiction.document();
    if context.json {
        let document: Value = serde_json::from_str(&document.to_json()).unwrap_or_default();
        output::json(&json!({"digest": jurisdiction.digest_text(), "document": document,
            "governance": Pin::Governance(jurisdiction.document().governance.digest()).to_string(),
            "state": state(jurisdiction, context)}));
        return Ok(());
    }
    let mut lines = words::summary(document);
    lines.push(format!("digest {}", jurisdiction.digest_text()));
    lines.push(format!("it is {}", state(jurisdiction, context)));
    for attribute in &document.attributes {
        let withdrawn = attribute.status == AttributeStatus::Withdrawn;
        let types = text::safe(&attribute.vct.join(", "));
        let end = if withdrawn { "  WITHDRAWN" } else { "" };
        lines.push(format!("{}  {types}{end}", attribute.id));
    }
    lines.extend(document.validators.iter().flat_map(words::validator));
    output::data(&lines.join("\n"));
    Ok(())
}

/// `NAME` or `NAME@7` of this home.
fn version(context: &Context, name: &str) -> Result<Jurisdiction> {
    let (id, seq) = name.split_once('@').unwrap_or((name, ""));
    let archive = Archive::find(&context.home, id)?.ok_or_else(|| draft::unknown(id))?;
    if seq.is_empty() {
        return archive.newest(context.now);
    }
    let seq = seq.parse().map_err(|_| {
        let message = format!("{}: after the @ comes a number", text::safe(name));
        CliError::usage(message, "Write NAME@7 for version 7.")
    })?;
    archive.version(seq, context.now)
}

pub fn diff(context: &Context, before: &str, after: &str) -> Result<()> {
    let (old, new) = (either(context, before)?, either(context, after)?);
    if old.id != new.id {
        let message = format!("{} and {} are different jurisdictions", old.id, new.id);
        return Err(CliError::usage(message, "Give two versions of one."));
    }
    let changes = words::changes(&old, &new);
    if context.json {
        output::json(
            &json!({"id": old.id, "before": old.seq, "after": new.seq, "changes": changes}),
        );
    } else {
        changes.iter().for_each(|line| output::data(line));
    }
    let (before, after) = (old.seq, new.seq);
    output::talk(&match changes.is_empty() {
        true => {
            let days = words::days(&old, &new);
            format!("{}, from version {before} to version {after}: {days}.", old.id)
        }
        false => format!("{}: from version {before} to version {after}.", old.id),
    });
    Ok(())
}

/// A file, whoever signed it, or a version of this home.
fn either(context: &Context, name: &str) -> Result<Document> {
    if Path::new(name) == Path::new("-") || Path::new(name).is_file() {
        return Ok(super::read(Path::new(name))?.1.document().clone());
    }
    Ok(version(context, name)?.document().clone())
}
