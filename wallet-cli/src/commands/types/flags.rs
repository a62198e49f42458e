//! `bonafide types flags`: the registry of threshold flags.

use bonafide_credentials::flags::{self, Flag, Regime};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{output, text};

pub fn run(context: &Context, name: Option<&str>) -> Result<()> {
    let regimes = match name {
        None => flags::regimes().to_vec(),
        Some(name) => vec![flags::regime(name).ok_or_else(|| unknown(name))?],
    };
    if context.json {
        output::json(&regimes.into_iter().map(to_json).collect());
        return Ok(());
    }
    for (n, regime) in regimes.into_iter().enumerate() {
        if n > 0 {
            output::data("");
        }
        words(regime);
    }
    output::talk(
        "P: the law's text was read. S: a summary was read. U: unsettled. No legal advice.",
    );
    Ok(())
}

fn unknown(name: &str) -> CliError {
    let meant = flags::nearest_regime(name)
        .map_or_else(String::new, |name| format!("Did you mean {name}? "));
    let names: Vec<&str> = flags::regimes().iter().map(|regime| regime.name).collect();
    let next = format!("{meant}Regimes: {}.", names.join(", "));
    CliError::usage(format!("{name} is no regime"), next)
}

fn words(regime: &Regime) {
    output::data(&format!("{}  {}", regime.name, regime.title));
    let about = [regime.law, ". ", regime.note].concat();
    text::wrapped(&about, 2).iter().for_each(|line| output::data(line));
    for flag in regime.flags {
        let mark = flag.certainty.mark();
        output::data(&format!("  {} ({}, {mark})", flag.name, flag.subject.name()));
        text::wrapped(&about_flag(flag), 4).iter().for_each(|line| output::data(line));
    }
}

fn about_flag(flag: &Flag) -> String {
    let mut words = format!("{}. {} {}.", flag.title, flag.measures, flag.law);
    if !flag.excludes.is_empty() {
        words += &format!(" Left out: {}", flag.excludes);
    }
    if let Some(claim) = flag.needs {
        words += &format!(" Needs {claim}.");
    }
    match (flag.from, flag.until) {
        (None, None) => words += " First day not recorded.",
        (Some(from), None) => words += &format!(" Since {from}."),
        (None, Some(until)) => words += &format!(" First day not recorded; until {until}."),
        (Some(from), Some(until)) => words += &format!(" From {from} until {until}."),
    }
    words
}

fn to_json(regime: &Regime) -> Value {
    let rows = regime.flags.iter().map(|flag| {
        json!({"name": flag.name, "title": flag.title, "law": flag.law,
            "measures": flag.measures, "excludes": flag.excludes, "from": flag.from,
            "until": flag.until, "needs": flag.needs, "certainty": flag.certainty.mark(),
            "subject": flag.subject.name()})
    });
    json!({"name": regime.name, "title": regime.title, "law": regime.law, "note": regime.note,
        "flags": rows.collect::<Vec<_>>()})
}
