//! `bonafide bundle verify`: every item's bytes, and its own signatures where it has some.

use std::path::Path;

use bonafide::bundle::{Entry, Item, Kind};
use bonafide::clock::Timestamp;
use bonafide::status::{ExpectedStatus, StatusError, UnverifiedStatusToken};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{output, text};

/// What was found out about an item.
pub enum Finding {
    /// Its bytes are those that were signed by the maker, and nothing more can be said.
    Whole(&'static str),
    /// Its own signatures hold: those of the named.
    Proven(String),
    /// It did not hold: the code, and words.
    Refused(&'static str, String),
}

impl Finding {
    fn word(&self) -> &'static str {
        match self {
            Self::Whole(_) => "whole",
            Self::Proven(_) => "proven",
            Self::Refused(..) => "REFUSED",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Whole(words) => words,
            Self::Proven(words) | Self::Refused(_, words) => words,
        }
    }
}

pub fn run(context: &Context, path: &Path) -> Result<()> {
    let bytes = super::read(path)?;
    let bundle = super::open(context, path, &bytes)?;
    let pinned = super::pinned(context)?;
    let mut rows: Vec<(&Entry, Finding)> = (bundle.self_proving().iter())
        .map(|item| (item.entry(), proof(item, context.now)))
        .collect();
    let trusted = bundle.trusted(&pinned);
    let damaged: Vec<&Entry> = bundle.damaged().collect();
    for entry in bundle.entries().filter(|entry| !entry.kind().proves_itself()) {
        let finding = match (&trusted, damaged.contains(&entry)) {
            (_, true) => changed(),
            (Ok(_), false) => Finding::Whole("its maker is pinned"),
            (Err(_), false) => Finding::Whole("its maker is not pinned, so it counts for nothing"),
        };
        rows.push((entry, finding));
    }
    rows.sort_by_key(|(entry, _)| (entry.kind(), entry.name(), entry.digest()));
    let refused = rows.iter().filter(|(_, found)| matches!(found, Finding::Refused(..))).count();
    if context.json {
        let items: Vec<Value> = rows.iter().map(|(entry, found)| row(entry, found)).collect();
        output::json(&json!({"maker": bundle.maker().as_str(), "pinned": trusted.is_ok(),
            "made": bundle.made().to_string(), "refused": refused, "items": items}));
    } else {
        for (entry, found) in &rows {
            output::data(&format!("{:<8} {}", found.word(), super::line(entry)));
            output::data(&format!("         {}", text::safe(found.detail())));
        }
    }
    if refused > 0 {
        let message = format!("{} of {} did not hold", refused, text::amount(rows.len(), "item"));
        let next = "Carry the file over again; if that does not help, ask its maker for a new one.";
        return Err(CliError::refused("items-refused", message, next).said(context.json));
    }
    output::talk(&format!("All {} hold.", text::amount(rows.len(), "item")));
    Ok(())
}

fn row(entry: &Entry, found: &Finding) -> Value {
    let code = if let Finding::Refused(code, _) = found { Some(*code) } else { None };
    json!({"item": super::entry_json(entry), "finding": found.word().to_lowercase(),
        "code": code, "detail": found.detail()})
}

fn changed() -> Finding {
    let error = bonafide::bundle::BundleError::Digest;
    Finding::Refused(error.code(), error.to_string())
}

/// Whether an item proves itself.
pub fn proof(item: Item<'_, '_>, now: Timestamp) -> Finding {
    let entry = item.entry();
    match item.bytes() {
        Err(_) => changed(),
        Ok(bytes) => match entry.kind() {
            Kind::StatusList => status(bytes, entry.name(), now),
            _ => Finding::Whole("it is checked when it is used"),
        },
    }
}

/// Whether a status list token is signed by the DID that it names; whose list it may be, a credential says.
pub fn status(bytes: &[u8], uri: &str, now: Timestamp) -> Finding {
    let refused = |error: StatusError| Finding::Refused(error.code(), error.to_string());
    let text = str::from_utf8(bytes).unwrap_or_default();
    let token = match UnverifiedStatusToken::parse(text) {
        Ok(token) => token,
        Err(error) => return refused(error),
    };
    let signer = token.claimed_signer().did().clone();
    let expected = ExpectedStatus { uri, signers: std::slice::from_ref(&signer) };
    match token.verify(&expected, now) {
        Ok(_) => Finding::Proven(format!("signed by {signer}")),
        Err(StatusError::Expired) => Finding::Whole("it has ended: only for looking back"),
        Err(StatusError::Did(error)) if error.code() == "did-method-unsupported" => {
            Finding::Whole("it is checked when it is used")
        }
        Err(error) => refused(error),
    }
}
