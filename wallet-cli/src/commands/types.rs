//! `bonafide types`: what credentials can say.

use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::output;

pub fn run(context: &Context, name: Option<&str>) -> Result<()> {
    let types = bonafide_credentials::types();
    let Some(name) = name else {
        if context.json {
            let rows = types
                .iter()
                .map(|kind| json!({"name": kind.name(), "vct": kind.vct(), "title": kind.title()}));
            output::json(&rows.collect());
        } else {
            types
                .iter()
                .for_each(|kind| output::data(&format!("{:<24} {}", kind.name(), kind.title())));
        }
        return Ok(());
    };
    let kind = bonafide_credentials::find(name).ok_or_else(|| {
        CliError::usage(format!("{name} is no credential type"), "`bonafide types` lists them.")
    })?;
    let metadata = kind.metadata();
    if context.json {
        output::data(&String::from_utf8_lossy(metadata.document()));
        return Ok(());
    }
    output::data(&format!("{} ({})", kind.title(), kind.vct()));
    let shorter = kind
        .shorter()
        .map(|(claim, value, days)| format!("; {days} days where {claim} is {value}"));
    output::data(&format!(
        "Usually valid {} days{}.",
        kind.default_days(),
        shorter.unwrap_or_default()
    ));
    for field in kind.fields() {
        let mark = if field.mandatory { "*" } else { " " };
        output::data(&format!(" {mark}{:<32} {:<30} {}", field.path, field.label, field.expected));
    }
    output::data("* the issuer must give it. The holder can hide every claim but assessed_on.");
    Ok(())
}
