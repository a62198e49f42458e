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
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    write_pages(folder, &command, "bonafide")?;
    output::talk(&format!("Wrote the pages into {}.", text::path(folder)));
    Ok(())
}

/// The page of a command and those of all commands below it. Unlike other outputs everybody may read them.
fn write_pages(folder: &Path, command: &clap::Command, name: &str) -> Result<()> {
    let path = folder.join(format!("{name}.1"));
    let page = page(&command.clone().name(name.to_owned()))?;
    files::check_free(&path)?;
    std::fs::write(&path, page).map_err(|error| unwritable(&path, &error))?;
    for sub in command.get_subcommands() {
        write_pages(folder, sub, &format!("{name}-{}", sub.get_name()))?;
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    let message = format!("cannot write {}: {error}", text::path(path));
    CliError::fault("file-unwritable", message, "Choose another folder.")
}

fn page(command: &clap::Command) -> Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| CliError::fault("page-failed", error, "Nothing was written."))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
