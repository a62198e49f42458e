//! `bonafide completions` and `bonafide man`.

use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::error::{CliError, Result};
use crate::{files, output, text};

pub fn shell(shell: clap_complete::Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bonafide", &mut script);
    output::raw(String::from_utf8_lossy(&script).trim_end());
    Ok(())
}

/// The main page on stdout, or all pages into a folder.
pub fn manual(folder: Option<&Path>) -> Result<()> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = folder else {
        output::raw(page(&command)?.trim_end());
        return Ok(());
    };
    files::replace(&folder.join("bonafide.1"), page(&command)?.as_bytes())?;
    for sub in command.get_subcommands() {
        let name = format!("bonafide-{}", sub.get_name());
        let sub = sub.clone().name(name.clone());
        files::replace(&folder.join(format!("{name}.1")), page(&sub)?.as_bytes())?;
    }
    output::talk(&format!("Wrote the pages into {}.", text::path(folder)));
    Ok(())
}

fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| CliError::fault("page-failed", error, "Nothing was written."))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
