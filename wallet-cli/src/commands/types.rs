//! `bonafide types`: what credentials can say.

mod flags;
mod show;

use bonafide_credentials::types;
use serde_json::json;

use super::Context;
use crate::cli::Types;
use crate::error::Result;
use crate::output;

pub fn run(context: &Context, action: Option<Types>) -> Result<()> {
    match action {
        None | Some(Types::List) => {
            list(context);
            Ok(())
        }
        Some(Types::Show(args)) => show::run(context, &args),
        Some(Types::Flags { regime }) => flags::run(context, regime.as_deref()),
    }
}

fn list(context: &Context) {
    if context.json {
        let rows = types().iter().map(|kind| {
            json!({"name": kind.name(), "vct": kind.vct(), "title": kind.title(),
                "days": kind.default_days()})
        });
        output::json(&rows.collect());
        return;
    }
    for kind in types() {
        output::data(&format!("{:<23} {}", kind.name(), kind.title()));
    }
    output::talk("`bonafide types show TYPE` says what one can hold.");
}
