//! `bonafide records erase`: who an investor was, gone for good.

use bonafide_records::Subjects;
use serde_json::json;

use super::super::{Context, identity};
use crate::cli::By;
use crate::error::{CliError, Result};
use crate::office::{self, Person};
use crate::{ask, output, text};

pub fn run(context: &Context, id: &str, yes: bool, by: &By) -> Result<()> {
    let person = Person::new(by)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::needed(context, wallet)?;
    let question = format!(
        "Erase who {} was? Nobody can ever read it again, you included. [y/N] ",
        text::safe(id)
    );
    if !yes && !ask::agreed(&question)? {
        return Err(CliError::refused("declined", "nothing was erased", ""));
    }
    book.erase(id, &person.act(context.now))?;
    office::sign_head(context, &mut book, &issuer)?;
    if context.json {
        output::json(&json!({"erased": id}));
    }
    output::talk("Erased: the name, the keys, the nonces and what the log said of this investor.");
    output::talk(
        "What stays is a number with types, dates and states. Copies of records.db read no more of it either; a copy of subject-keys.db would, so destroy any there is.",
    );
    Ok(())
}
