//! `bonafide log export`: all entries, one JSON object on each line.

use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::encoding::base64url;
use bonafide_records::Log as _;
use bonafide_records::chain::Entry;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{Context, records};
use crate::error::Result;
use crate::{files, office, output, text};

/// An entry on its line. Numbers of subjects are text: they are longer than some programs count.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    seq: u64,
    at: String,
    operator: String,
    approver: Option<String>,
    kind: String,
    subject: Option<String>,
    sealed: String,
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

impl Line {
    fn new(entry: &Entry, details: Option<Value>) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at.to_string(),
            operator: entry.operator.clone(),
            approver: entry.approver.clone(),
            kind: entry.kind.clone(),
            subject: entry.subject.map(|number| number.to_string()),
            sealed: base64url::encode(&entry.sealed),
            hash: base64url::encode(entry.hash),
            details,
        }
    }

    /// The entry it was made of; the chain does not cover the details.
    pub fn entry(self) -> Option<Entry> {
        Some(Entry {
            seq: self.seq,
            at: Timestamp::parse(&self.at).ok()?,
            operator: self.operator,
            approver: self.approver,
            kind: self.kind,
            subject: self.subject.map(|number| number.parse()).transpose().ok()?,
            sealed: base64url::decode(&self.sealed).ok()?,
            hash: base64url::decode_array(&self.hash).ok()?,
        })
    }
}

pub fn run(context: &Context, out: Option<&Path>, details: bool) -> Result<()> {
    let unlocked = context.open()?;
    let book = office::needed(context, unlocked.wallet())?;
    let mut count = 0_u64;
    files::stream(out, |file| {
        let mut failed = Ok(());
        let mut written = Ok(());
        book.entries(&mut |entry| {
            let opened = details.then(|| records::details(&book, &entry)).transpose();
            match opened {
                Err(error) => failed = Err(error),
                Ok(opened) => {
                    let line = serde_json::to_string(&Line::new(&entry, opened));
                    let line = text::safe_json(&line.unwrap_or_default());
                    written = writeln!(file, "{line}");
                    count += 1;
                }
            }
            failed.is_ok() && written.is_ok()
        })?;
        failed.map(|()| written)
    })?;
    if let (Some(out), true) = (out, context.json) {
        output::json(&serde_json::json!({"out": text::path(out), "entries": count}));
    }
    output::talk(&match details {
        true => format!(
            "{count} entries, with what they say: it names people. Guard it as your records."
        ),
        false => format!("{count} entries; what they say is sealed. --details opens it."),
    });
    output::talk(
        "Anybody can check it: bonafide log verify --export FILE --issuer DID --against HEAD_FILE",
    );
    Ok(())
}
