//! `bonafide types`: what credentials can say.

use bonafide::credential::Disclosure;
use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::output;

pub fn run(context: &Context, name: Option<&str>) -> Result<()> {
    let types = bonafide_credentials::types();
    let Some(name) = name else {
        if context.json {
            let rows = types.iter().map(|kind| json!({"name": kind.name(), "vct": kind.vct(), "title": kind.title()}));
            output::json(&rows.collect());
        } else {
            types.iter().for_each(|kind| output::data(&format!("{:<24} {}", kind.name(), kind.title())));
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
    output::data(&format!("{} ({}), valid {} days unless said otherwise", kind.title(), kind.vct(), kind.default_days()));
    for claim in metadata.claims() {
        let visible = if claim.sd == Disclosure::Never { "always visible" } else { "" };
        let mandatory = if claim.mandatory { "mandatory" } else { "" };
        let marks = [mandatory, visible].into_iter().filter(|mark| !mark.is_empty()).collect::<Vec<_>>().join(", ");
        let label = claim.label.clone().unwrap_or_default();
        output::data(&format!("  {:<34} {label:<34} {marks}", claim.path.to_string()).trim_end().to_owned());
    }
    Ok(())
}
