//! `bonafide records show`: all that the records say of one investor.

use bonafide_records::chain::Entry;
use bonafide_records::{
    Credentials, IssuedCredential, Log, RecordsError, SqliteBook, SubjectRecord, Subjects,
    retention,
};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::Result;
use crate::{office, output, text};

pub fn run(context: &Context, id: &str) -> Result<()> {
    let unlocked = context.open()?;
    let book = office::needed(context, unlocked.wallet())?;
    let subject = book.subject(id)?.ok_or(RecordsError::UnknownSubject)?;
    let credentials = book.credentials_of(subject.id)?;
    let mut entries = Vec::new();
    for entry in book.entries_about(subject.id)? {
        let details = details(&book, &entry)?;
        entries.push((entry, details));
    }
    let kept = subject.ended.as_deref().and_then(|day| kept_until(day, &credentials));
    if context.json {
        output::json(&to_json(&subject, &credentials, &entries, kept));
        return Ok(());
    }
    let since = text::date(subject.since);
    output::data(&format!("{}, in the records since {since}", text::safe(id)));
    if let (Some(ended), Some((until, reason))) = (&subject.ended, &kept) {
        output::data(&format!("Ended on {ended}; kept until {until}: {reason}"));
    }
    for one in &credentials {
        output::data(&row(one));
    }
    output::data("Log");
    for (entry, details) in &entries {
        let by = match &entry.approver {
            Some(approver) => format!("{}, approved by {approver}", entry.operator),
            None => entry.operator.clone(),
        };
        output::data(&format!(
            "{:>6}  {}  {}  {}",
            entry.seq,
            entry.at,
            entry.kind,
            text::safe(&by)
        ));
        output::data(&format!("        {}", output::value(details)));
    }
    if credentials.iter().any(|one| one.slot.is_none()) {
        output::talk("What has no list was issued without a status: it cannot be revoked.");
    }
    Ok(())
}

fn row(one: &IssuedCredential) -> String {
    let place = match &one.slot {
        Some(slot) => format!("list {} index {}", slot.list, slot.index),
        None => "no list".to_owned(),
    };
    format!(
        "{:>6}  {:<23} {:<10} assessed {}, ends {}, {place}, key {}…",
        one.id,
        one.kind,
        one.state.word(),
        one.assessed_on,
        one.until.date(),
        text::safe(&one.key.chars().take(8).collect::<String>())
    )
}

/// Until when a record is kept whose relationship ended on that day, and by which rule.
pub fn kept_until(ended: &str, credentials: &[IssuedCredential]) -> Option<(String, &'static str)> {
    let screenings = credentials.iter().filter(|one| one.kind == retention::SCREENING_TYPE);
    retention::longest(ended, screenings.map(|one| one.assessed_on.as_str()).max())
}

/// What an entry says: an object where it is one, else its text; null once its subject was erased.
pub fn details(book: &SqliteBook, entry: &Entry) -> Result<Value> {
    let Some(text) = book.detail(entry)? else { return Ok(Value::Null) };
    let object = serde_json::from_str(&text).ok().filter(Value::is_object);
    Ok(object.unwrap_or(Value::String(text)))
}

fn to_json(
    subject: &SubjectRecord,
    credentials: &[IssuedCredential],
    entries: &[(Entry, Value)],
    kept: Option<(String, &'static str)>,
) -> Value {
    let credentials = credentials.iter().map(|one| {
        json!({"credential": one.id, "type": one.kind, "state": one.state.word(),
            "assessed_on": one.assessed_on, "issued": one.issued.to_string(),
            "ends": one.until.to_string(), "reissue": one.reissue, "key": one.key,
            "list": one.slot.as_ref().map(|slot| slot.list),
            "index": one.slot.as_ref().map(|slot| slot.index),
            "uri": one.slot.as_ref().map(|slot| &slot.uri)})
    });
    let entries = entries.iter().map(|(entry, details)| {
        json!({"seq": entry.seq, "at": entry.at.to_string(), "kind": entry.kind,
            "operator": entry.operator, "approver": entry.approver, "details": details})
    });
    let (until, reason) = kept.unzip();
    json!({"investor": subject.external_id, "since": subject.since.to_string(),
        "ended": subject.ended, "kept_until": until, "reason": reason,
        "credentials": credentials.collect::<Value>(), "log": entries.collect::<Value>()})
}
