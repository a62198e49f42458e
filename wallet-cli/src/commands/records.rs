//! `bonafide records`: whom an issuer has issued to, for how long it is kept, and the end of it.

mod erase;
mod show;

pub use show::details;

use bonafide::clock;
use bonafide_records::{Credentials, RecordsError, Settings, Subjects};
use serde_json::json;

use super::{Context, identity};
use crate::cli::{By, Records, Switch};
use crate::error::{CliError, Result};
use crate::office::{self, Person};
use crate::{output, text};

pub fn run(context: &Context, action: Records) -> Result<()> {
    match action {
        Records::List => list(context),
        Records::Show { id } => show::run(context, &id),
        Records::End { id, on, by } => end(context, (&id, &on), &by),
        Records::Erase { id, yes, by } => erase::run(context, &id, yes, &by),
        Records::Approver { switch, by } => approver(context, switch, &by),
    }
}

fn list(context: &Context) -> Result<()> {
    let unlocked = context.open()?;
    let book = office::existing(context, unlocked.wallet())?;
    let subjects = book.map(|book| book.subjects()).transpose()?.unwrap_or_default();
    if context.json {
        let rows = subjects.iter().map(|one| {
            json!({"investor": one.external_id, "since": one.since.to_string(),
                "ended": one.ended, "credentials": one.credentials})
        });
        output::json(&rows.collect());
        return Ok(());
    }
    for one in &subjects {
        let ended = one.ended.as_deref().map(|day| format!(", ended {day}")).unwrap_or_default();
        output::data(&format!(
            "{}  since {}, {}{ended}",
            office::name_of(one),
            text::date(one.since),
            text::amount(one.credentials, "credential")
        ));
    }
    output::talk(match subjects.is_empty() {
        true => "Nobody yet: the first `bonafide issue` begins your records.",
        false => "`bonafide records show ID` shows one of them.",
    });
    Ok(())
}

/// A day in the future is no end yet, and one before the last assessment would let a record go too early.
fn end(context: &Context, (id, on): (&str, &str), by: &By) -> Result<()> {
    if !clock::is_date(on) || on > context.now.date().as_str() {
        let message = format!("--on {}: not a day that has come", text::safe(on));
        return Err(CliError::usage(message, "Write YYYY-MM-DD, today at the latest."));
    }
    let person = Person::new(by)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::needed(context, wallet)?;
    let subject = book.subject_number(id)?.ok_or(RecordsError::UnknownSubject)?;
    let credentials = book.credentials_of(subject)?;
    let last = credentials.iter().map(|one| one.assessed_on.as_str()).max();
    if let Some(last) = last.filter(|last| *last > on) {
        let message = format!("you assessed this investor later than that, on {last}");
        let next = "Give the day on which the relationship really ended.";
        return Err(CliError::refused("ends-too-early", message, next));
    }
    book.end(id, on, &person.act(context.now))?;
    office::sign_head(context, &mut book, &issuer)?;
    let kept = show::kept_until(on, &credentials);
    if context.json {
        let until = kept.as_ref().map(|(until, _)| until);
        let reason = kept.as_ref().map(|(_, reason)| reason);
        output::json(&json!({"investor": id, "ended": on, "kept_until": until, "reason": reason}));
    }
    output::talk(&format!("Noted: the relationship with {} ended on {on}.", text::safe(id)));
    if let Some((until, reason)) = kept {
        output::talk(&format!("The record is kept until {until}: {reason}."));
        output::talk("After that day: bonafide records erase ID");
    }
    Ok(())
}

fn approver(context: &Context, switch: Switch, by: &By) -> Result<()> {
    let person = Person::new(by)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::book(context, wallet)?;
    let needs = matches!(switch, Switch::On);
    book.set_needs_approver(needs, &person.act(context.now))?;
    office::sign_head(context, &mut book, &issuer)?;
    if context.json {
        output::json(&json!({"needs_approver": needs}));
    }
    output::talk(match switch {
        Switch::On => {
            "From now on every change names two people: --operator and --approver. The names are for the log; this program does not check who types them."
        }
        Switch::Off => "One person is enough again.",
    });
    Ok(())
}
