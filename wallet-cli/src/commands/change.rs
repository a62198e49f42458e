//! `bonafide revoke`, `suspend`, `reinstate`: whether credentials that were issued still stand.

use bonafide_credentials::TypeDefinition;
use bonafide_records::{
    Change, CredentialState, Credentials, IssuedCredential, RecordsError, SqliteBook, Subjects,
};
use serde_json::{Value, json};

use super::{Context, identity, issue};
use crate::cli;
use crate::error::{CliError, Result};
use crate::office::{self, Person};
use crate::{output, text};

pub fn run(context: &Context, to: CredentialState, args: &cli::Change) -> Result<()> {
    let person = Person::new(&args.by)?;
    let kind = args.kind.as_deref().map(issue::definition).transpose()?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::needed(context, wallet)?;
    let chosen = match &args.investor {
        Some(investor) => of_investor(&book, to, (investor, kind))?,
        None => Chosen { numbers: args.credentials.clone(), without_status: Vec::new() },
    };
    let mut numbers = chosen.numbers;
    numbers.sort_unstable();
    numbers.dedup();
    book.change(&numbers, Change { to, reason: args.reason }, &person.act(context.now))?;
    office::sign_head(context, &mut book, &issuer)?;
    tell(context, &book, to, args, (&numbers, &chosen.without_status))
}

/// Which of an investor's credentials can change, and which have no status that could.
struct Chosen {
    numbers: Vec<i64>,
    without_status: Vec<i64>,
}

/// Those that are not yet what they shall be. A screening among them is for the book to refuse.
fn of_investor(
    book: &SqliteBook,
    to: CredentialState,
    (investor, kind): (&str, Option<&TypeDefinition>),
) -> Result<Chosen> {
    let subject = book.subject_number(investor)?.ok_or(RecordsError::UnknownSubject)?;
    let changes = |one: &IssuedCredential| match (one.state, to) {
        (CredentialState::Invalid, _) => false,
        (CredentialState::Valid, CredentialState::Valid) => false,
        (before, _) => before != to,
    };
    let mut of_type = book.credentials_of(subject)?;
    of_type.retain(|one| changes(one) && kind.is_none_or(|kind| kind.name() == one.kind));
    let (with, without): (Vec<_>, Vec<_>) = of_type.iter().partition(|one| one.slot.is_some());
    let numbers = |some: Vec<&IssuedCredential>| some.iter().map(|one| one.id).collect::<Vec<_>>();
    let chosen = Chosen { numbers: numbers(with), without_status: numbers(without) };
    if !chosen.numbers.is_empty() {
        return Ok(chosen);
    }
    if !chosen.without_status.is_empty() {
        return Err(RecordsError::NoStatus.into());
    }
    let message = format!("{investor} has no credential of that kind whose state would change");
    let next = "`bonafide records show ID` lists the credentials of one person.";
    Err(CliError::refused(RecordsError::Unchanged.code(), message, next))
}

/// What was changed, on stdout; what it means, on stderr.
fn tell(
    context: &Context,
    book: &SqliteBook,
    to: CredentialState,
    args: &cli::Change,
    (numbers, without_status): (&[i64], &[i64]),
) -> Result<()> {
    let mut changed = Vec::with_capacity(numbers.len());
    for number in numbers {
        let one = book.credential(*number)?;
        let subject = book.subject_of(one.subject)?;
        if context.json {
            changed.push(to_json(&one, subject.external_id.as_deref()));
        } else {
            let investor = office::name_of(&subject);
            output::data(&format!(
                "{:>6}  {:<23} {:<10} {investor}",
                one.id,
                one.kind,
                one.state.word()
            ));
        }
    }
    if context.json {
        output::json(&json!({"changed": changed, "reason": args.reason.word(),
            "without_status": without_status}));
    }
    let count = text::amount(numbers.len(), "credential");
    output::talk(&match to {
        CredentialState::Invalid => format!("Revoked {count}, for good."),
        CredentialState::Suspended => format!("Suspended {count}."),
        CredentialState::Valid => format!("Reinstated {count}."),
    });
    if !without_status.is_empty() {
        let others: Vec<String> = without_status.iter().map(ToString::to_string).collect();
        output::talk(&format!(
            "Left as they are, for they were issued without a status and nobody would see it: {}.",
            others.join(", ")
        ));
    }
    output::talk(
        "The reason stays in your log. Platforms see the change once you publish: bonafide status publish --out-dir DIR",
    );
    Ok(())
}

fn to_json(one: &IssuedCredential, investor: Option<&str>) -> Value {
    json!({"credential": one.id, "investor": investor, "type": one.kind, "state": one.state.word(),
        "list": one.slot.as_ref().map(|slot| slot.list),
        "index": one.slot.as_ref().map(|slot| slot.index)})
}
