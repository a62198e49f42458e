//! `bonafide trust check`: whether an issuer may attest something, rule by rule.

use std::process::ExitCode;

use bonafide::clock::Timestamp;
use bonafide::did::{self, Did, Relationship};
use bonafide::key::PublicKey;
use bonafide::trust::{Answer, Disapproval, Jurisdiction, Jurisdictions, Query, Rule};
use serde_json::{Value, json};

use super::super::Context;
use super::{draft, edit};
use crate::cli::Check;
use crate::error::{CliError, Exit, Result};
use crate::{jurisdictions, output, text};

pub fn run(context: &Context, args: &Check) -> Result<ExitCode> {
    let issuer = Did::parse(&args.issuer).map_err(|error| {
        let message = format!("--issuer {}: {error}", text::safe(&args.issuer));
        CliError::usage(message, "Copy the DID whole, from a place you trust.")
    })?;
    let decided = moment("--decided", args.decided.as_deref(), context)?;
    let not_before = moment("--at", args.at.as_deref().or(args.decided.as_deref()), context)?;
    let expires = args.until.as_deref().map(|_| moment("--until", args.until.as_deref(), context));
    let expires = expires.transpose()?;
    let all = match args.decided {
        Some(_) => jurisdictions::as_of(&context.home, decided, context.now)?,
        None => jurisdictions::newest(&context.home, context.now)?,
    };
    let all = Jurisdictions::new(all);
    for id in &args.jurisdiction {
        all.get(id).ok_or_else(|| draft::unknown(id))?;
    }
    let names: Vec<&str> = args.jurisdiction.iter().map(String::as_str).collect();
    let kind = args.kind.as_deref().map(edit::vct_of).transpose()?;
    let mut rows = Vec::new();
    for jurisdiction in all.iter() {
        let own = jurisdiction.document().attributes.iter().find(|own| own.id == args.attr);
        let Some(vct) = kind.as_deref().or(own.and_then(|own| own.vct.first()).map(|v| &**v))
        else {
            continue;
        };
        let (fragment, key) = key(jurisdiction, &issuer, args.key.as_deref(), not_before)?;
        let query = Query {
            issuer: &issuer,
            key_fragment: &fragment,
            key: &key,
            vct,
            not_before,
            // How long it lives is not asked where nobody says so.
            expires: Some(expires.unwrap_or(not_before)),
            now: decided,
            attribute: Some(&args.attr),
            jurisdictions: &names,
        };
        let answer = all.answers(&query).into_iter().find(|a| a.jurisdiction == jurisdiction);
        rows.extend(answer.map(|answer| row(&answer, args, &fragment)));
    }
    if rows.is_empty() {
        let message = format!("no jurisdiction that you believe knows {}", text::safe(&args.attr));
        let next = "`bonafide trust show` lists them, `bonafide trust show NAME` what they know.";
        return Err(CliError::refused("not-authorised", message, next));
    }
    tell(context, args, &rows)
}

/// What one jurisdiction says.
struct Row {
    json: Value,
    lines: Vec<String>,
    /// The code of the refusal.
    refused: Option<&'static str>,
}

fn row(answer: &Answer<'_>, args: &Check, fragment: &str) -> Row {
    let failed = answer.outcome.as_ref().err().map(Disapproval::rule);
    let jurisdiction = answer.jurisdiction;
    let mut lines = vec![format!("{}, version {}:", jurisdiction.id(), jurisdiction.seq())];
    let mut rules = Vec::new();
    for rule in Rule::ALL {
        let skipped = rule == Rule::Validity && args.until.is_none();
        let (word, mark) = match failed {
            Some(failed) if rule == failed => ("failed", "no "),
            Some(failed) if rule > failed => ("not reached", " - "),
            _ if skipped => ("not asked", " - "),
            _ => ("passed", "yes"),
        };
        lines.push(format!("  {mark}  {}", rule.statement()));
        rules.push(json!({"rule": rule.statement(), "outcome": word}));
    }
    let approved = answer.outcome.as_ref().ok().map(|approval| {
        json!({"group": approval.group(), "roles": approval.roles(), "weight": approval.weight(),
            "from": approval.grant.window.from, "until": approval.grant.window.until})
    });
    let refused = answer.outcome.as_ref().err().map(|reason| {
        lines.push(format!("  {}: {}", reason.code(), text::safe(&reason.to_string())));
        json!({"code": reason.code(), "detail": reason.to_string()})
    });
    let json = json!({"jurisdiction": jurisdiction.id(), "seq": jurisdiction.seq(),
        "digest": jurisdiction.digest_text(), "key": fragment, "rules": rules,
        "approved": approved, "refused": refused});
    Row { json, lines, refused: answer.outcome.as_ref().err().map(Disapproval::code) }
}

fn tell(context: &Context, args: &Check, rows: &[Row]) -> Result<ExitCode> {
    let any = |code: Option<&str>| rows.iter().any(|row| row.refused == code);
    let (word, exit) = if any(None) {
        ("APPROVED", ExitCode::SUCCESS)
    } else if any(Some("trust-list-stale")) && !any(Some("key-compromised")) {
        ("UNDETERMINED", Exit::Undetermined.into())
    } else {
        ("NOT APPROVED", Exit::Refused.into())
    };
    if context.json {
        let answers: Vec<&Value> = rows.iter().map(|row| &row.json).collect();
        output::json(&json!({"answer": word.to_lowercase().replace(' ', "-"),
            "issuer": args.issuer, "attribute": args.attr, "answers": answers}));
        return Ok(exit);
    }
    let whom = text::short_did(&args.issuer);
    output::data(&format!("{word}  {whom} for {}", text::safe(&args.attr)));
    rows.iter().flat_map(|row| &row.lines).for_each(|line| output::data(line));
    if args.until.is_none() {
        output::talk("How long the credential lives was not asked: give --until.");
    }
    Ok(exit)
}

fn moment(option: &str, given: Option<&str>, context: &Context) -> Result<Timestamp> {
    let Some(given) = given else {
        return Ok(context.now);
    };
    Timestamp::parse(given)
        .map_err(|error| CliError::usage(format!("{option} {}: {error}", text::safe(given)), ""))
}

/// The key to ask about: that of the DID where it carries one; else the one named, or one listed for that day. Where a
/// list has no keys, it does not matter which.
fn key(
    jurisdiction: &Jurisdiction,
    issuer: &Did,
    name: Option<&str>,
    day: Timestamp,
) -> Result<(String, PublicKey)> {
    if let Ok(document) = did::document(issuer)
        && let Some((url, key)) = document.first_key(Relationship::AssertionMethod)
    {
        return Ok((url.fragment().to_owned(), key.clone()));
    }
    let document = jurisdiction.document();
    let listed = document.validator(issuer).map(|own| own.keys.as_slice()).unwrap_or_default();
    let name = name.map(|name| name.trim_start_matches('#'));
    let found = match name {
        Some(name) => listed.iter().find(|key| key.fragment == name),
        None => {
            let day = bonafide::calendar::Day::of(day);
            let fits =
                |key: &&bonafide::trust::ListedKey| key.window.contains(day) && !key.compromised;
            listed.iter().find(fits).or(listed.first())
        }
    };
    let any = document.governance.keys.first().map(|key| key.key.clone());
    let fallback = any.map(|key| (name.unwrap_or_default().to_owned(), key));
    let found = found.map(|key| (key.fragment.clone(), key.key.clone())).or(fallback);
    found.ok_or_else(|| CliError::fault("home-damaged", "a jurisdiction without governance", ""))
}
