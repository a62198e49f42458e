//! `bonafide trust init` and `propose`: a version for those who govern to sign.

use std::path::Path;

use bonafide::calendar::Day;
use bonafide::encoding;
use bonafide::trust::{
    DEFAULT_GRACE_DAYS, Document, Governance, GovernanceKey, UnverifiedJurisdiction, digest_text,
};
use serde_json::{Map, Value, json};

use super::super::{Context, identity};
use super::{edit, words};
use crate::cli::{Days, InitList, Propose};
use crate::error::{CliError, Result};
use crate::jurisdictions::Archive;
use crate::{files, output, text};

/// Days until the next version is promised, and until this one counts no more, where nothing else is said.
const NEXT_UPDATE: u32 = 30;
const EXPIRES: u32 = 60;

/// Largest description read.
const MAX_LEN: usize = bonafide::trust::MAX_LEN;

/// Members that follow from the version before.
const FIXED: [&str; 4] = ["typ", "id", "seq", "prev"];

pub fn init(context: &Context, args: &InitList) -> Result<()> {
    let unlocked = context.open()?;
    let own = identity(unlocked.wallet())?;
    let label = args.label.clone().unwrap_or_else(|| own.did().to_string());
    let mut keys = vec![GovernanceKey { label, key: own.public_key().clone() }];
    for member in &args.member {
        keys.push(edit::member("--member", member)?);
    }
    let issued = Day::of(context.now);
    let document = Document {
        id: args.id.clone(),
        seq: 1,
        prev: None,
        issued,
        next_update: args.days.next_update.unwrap_or(issued.plus_days(NEXT_UPDATE)),
        expires: args.days.expires.unwrap_or(issued.plus_days(EXPIRES)),
        grace_days: DEFAULT_GRACE_DAYS,
        governance: Governance { threshold: args.threshold, keys },
        attributes: Vec::new(),
        validators: Vec::new(),
        secondary: Vec::new(),
    };
    write(context, &document, args.out.as_deref())?;
    output::talk(
        "Next: fill it with `bonafide trust propose --edit FILE`, then let all who govern sign it.",
    );
    Ok(())
}

pub fn propose(context: &Context, args: &Propose) -> Result<()> {
    let (mut document, before) = match &args.edit {
        Some(path) => (unsigned(path)?, None),
        None => next(context, args.id.as_deref().unwrap_or_default())?,
    };
    days(&mut document, &args.days, context);
    edit::apply(&mut document, args, Day::of(context.now))?;
    if let Some(path) = &args.with {
        document = with(&document, path)?;
    }
    write(context, &document, args.out.as_deref())?;
    if let Some(before) = before {
        let changes = words::changes(&before, &document);
        changes.iter().for_each(|line| output::talk(line));
        if changes.is_empty() {
            output::talk("Nothing changes but the days.");
        }
    }
    output::talk("Next: all who govern read and sign it: bonafide trust sign FILE");
    Ok(())
}

/// A proposal to go on with. Signatures would not outlive a change.
fn unsigned(path: &Path) -> Result<Document> {
    let (_, file) = super::read(path)?;
    if file.claimed_signers().next().is_some() {
        let message = format!("{} is signed already", text::path(path));
        let next = "Propose anew without --edit: who signed has read this one.";
        return Err(CliError::refused("already-signed", message, next));
    }
    Ok(file.document().clone())
}

/// The version after the newest of this home, and that one.
fn next(context: &Context, id: &str) -> Result<(Document, Option<Document>)> {
    let archive = Archive::find(&context.home, id)?.ok_or_else(|| unknown(id))?;
    let newest = archive.newest(context.now)?;
    let before = newest.document().clone();
    let mut document = before.clone();
    document.seq += 1;
    document.prev = Some(*newest.digest());
    let issued = Day::of(context.now);
    (document.issued, document.next_update) = (issued, issued.plus_days(NEXT_UPDATE));
    document.expires = issued.plus_days(EXPIRES);
    Ok((document, Some(before)))
}

pub fn unknown(id: &str) -> CliError {
    let message = format!("this home does not believe a jurisdiction {}", text::safe(id));
    let next = "`bonafide trust show` lists them; `bonafide trust add FILE` takes one.";
    CliError::refused("not-found", message, next)
}

fn days(document: &mut Document, days: &Days, context: &Context) {
    document.issued = Day::of(context.now);
    document.next_update = days.next_update.unwrap_or(document.next_update);
    document.expires = days.expires.unwrap_or(document.expires);
}

/// The document with the members of a JSON file in place of its own.
fn with(document: &Document, path: &Path) -> Result<Document> {
    let bad = |what: String| {
        let next =
            "Give a JSON object with members of docs/jurisdiction.md, such as \"validators\".";
        CliError::usage(format!("--with {}: {what}", text::path(path)), next)
    };
    let bytes = files::read(path, MAX_LEN)?;
    let given = encoding::json::parse_object(&bytes, MAX_LEN);
    let given = given.map_err(|error| bad(format!("not a JSON object: {error}")))?;
    let mut whole: Map<String, Value> =
        serde_json::from_str(&document.to_json()).unwrap_or_default();
    for (name, value) in given.iter() {
        if FIXED.contains(&name) {
            return Err(bad(format!("{name} follows from the version before")));
        }
        whole.insert(name.to_owned(), value.to_value());
    }
    Document::parse(Value::Object(whole).to_string().as_bytes())
        .map_err(|error| bad(error.to_string()))
}

fn write(context: &Context, document: &Document, out: Option<&Path>) -> Result<()> {
    let file = UnverifiedJurisdiction::propose(document).map_err(|error| {
        CliError::usage(error, "Nothing was written. The rules: docs/jurisdiction.md")
    })?;
    files::write(out, &file.to_text())?;
    if let (Some(out), true) = (out, context.json) {
        output::json(&json!({"out": text::path(out), "id": document.id, "seq": document.seq,
            "digest": digest_text(file.digest())}));
    }
    words::summary(document).iter().for_each(|line| output::talk(line));
    Ok(())
}
