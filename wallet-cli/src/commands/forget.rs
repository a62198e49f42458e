//! `bonafide forget`: takes a credential out of the wallet.

use bonafide::random::SystemRandom;
use bonafide::verify::Received;

use serde_json::json;

use super::{Context, show};
use crate::ask;
use crate::error::{CliError, Result};
use crate::output;

pub fn run(context: &Context, id: u32, yes: bool) -> Result<()> {
    let mut unlocked = context.open()?;
    let stored = show::find(unlocked.wallet(), id)?;
    let title = Received::stored(stored.token()).map_or_else(
        || "an unreadable credential".to_owned(),
        |read| super::list::title(&read.registered().vct),
    );
    if !yes
        && !ask::agreed(&format!(
            "Forget {title} (number {id})? Only its issuer can bring it back. [y/N] "
        ))?
    {
        return Err(CliError::refused("declined", "nothing was forgotten", ""));
    }
    unlocked.update(&mut SystemRandom, |wallet| wallet.forget(id).map(drop))?;
    if context.json {
        output::json(&json!({"forgotten": id}));
    }
    output::talk(&format!("Forgotten: {title} (number {id})."));
    Ok(())
}
