//! `bonafide types show`: one type, its metadata and its schemas.

use bonafide_credentials::{FieldHelp, TypeDefinition, find, nearest_type};
use serde_json::{Value, json};

use super::super::Context;
use crate::cli::ShowType;
use crate::error::{CliError, Result};
use crate::{output, text};

pub fn run(context: &Context, args: &ShowType) -> Result<()> {
    let name = &args.name;
    let kind = find(name).ok_or_else(|| {
        let meant =
            nearest_type(name).map_or_else(String::new, |name| format!("Did you mean {name}? "));
        let next = format!("{meant}`bonafide types list` lists them.");
        CliError::usage(format!("{name} is no credential type"), next)
    })?;
    if args.metadata {
        document(&String::from_utf8_lossy(kind.metadata().document()));
    } else if args.schema && args.disclosed {
        document(kind.disclosed_schema());
    } else if args.schema {
        document(kind.schema());
    } else if context.json {
        output::json(&to_json(kind));
    } else {
        words(kind);
    }
    Ok(())
}

/// As it is: its digest counts. The line break at its end comes with the printing.
fn document(text: &str) {
    output::data(text.strip_suffix('\n').unwrap_or(text));
}

fn words(kind: &TypeDefinition) {
    output::data(&format!("{} ({})", kind.title(), kind.vct()));
    let shorter = kind.shorter().map(|(claim, value, days)| {
        format!("; {} where {claim} is {value}", text::amount(days, "day"))
    });
    let usual = text::amount(kind.default_days(), "day");
    output::data(&format!("Usually valid {usual}{}.", shorter.unwrap_or_default()));
    for field in kind.fields() {
        let mark = if field.mandatory { '*' } else { ' ' };
        output::data(&format!(" {mark} {} ({})", field.path, field.sensitivity));
        let says = format!("{}: {}", field.label, field.expected);
        text::wrapped(&says, 5).iter().for_each(|line| output::data(line));
    }
    output::data("* the issuer must give it.");
    output::data(match kind.is_hideable() {
        true => "The holder can hide every claim but assessed_on.",
        false => "The holder can hide nothing.",
    });
    output::data("In brackets how much a claim tells: procedure, status, personal, identifying.");
}

fn to_json(kind: &TypeDefinition) -> Value {
    let shorter = kind
        .shorter()
        .map(|(claim, value, days)| json!({"claim": claim, "value": value, "days": days}));
    let claims: Vec<Value> = kind.fields().iter().map(claim).collect();
    json!({"name": kind.name(), "vct": kind.vct(), "title": kind.title(),
        "days": kind.default_days(), "max_days": kind.max_days(), "shorter": shorter,
        "integrity": kind.metadata().integrity(), "hideable": kind.is_hideable(),
        "claims": claims})
}

fn claim(field: &FieldHelp) -> Value {
    json!({"path": field.path, "label": field.label, "expected": field.expected,
        "mandatory": field.mandatory, "sensitivity": field.sensitivity.rank()})
}
