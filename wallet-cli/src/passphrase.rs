//! Asking for a passphrase: from a file, else at a terminal without echo; never from argv or environment.

use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;

use bonafide::wallet::{Passphrase, RecoveryPhrase, WalletError};
use zeroize::Zeroizing;

use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Longest passphrase read.
const MAX_LEN: usize = 4096;

/// Below this many characters a new passphrase draws a word of advice.
const SHORT: usize = 16;

/// The passphrase of an existing wallet.
pub fn existing(file: Option<&Path>) -> Result<Passphrase> {
    let text = match file {
        Some(file) => from_file(file)?,
        None => prompt("Passphrase: ", "--passphrase-file")?,
    };
    // No wallet has an empty passphrase, so this one is wrong like any other.
    Ok(Passphrase::new(text).map_err(|_| WalletError::WrongPassphrase)?)
}

/// A new passphrase, typed twice at a terminal, or from the file given with `option`.
pub fn fresh(file: Option<&Path>, option: &str) -> Result<Passphrase> {
    let advise = |text: &str| {
        if text.chars().count() < SHORT {
            let advice = "Four or more random words are easy to keep and hard to guess.";
            output::talk(&format!("  That passphrase is short. {advice}"));
        }
    };
    if let Some(file) = file {
        let text = from_file(file)?;
        advise(&text);
        return Ok(Passphrase::new(text)?);
    }
    let text = prompt("Choose a passphrase for your wallet: ", option)?;
    advise(&text);
    let again = Zeroizing::new(prompt("Again: ", option)?);
    if *again != text {
        let _ = Zeroizing::new(text);
        return Err(CliError::refused(
            "passphrase-mismatch",
            "the two passphrases differ",
            "Nothing was made. Try again.",
        ));
    }
    Ok(Passphrase::new(text)?)
}

/// The 24 words: from a file, else typed at a terminal without echo.
pub fn words(file: Option<&Path>) -> Result<RecoveryPhrase> {
    let typed = Zeroizing::new(match file {
        Some(file) => all_from_file(file)?,
        None => prompt("Type the 24 words on one line: ", "--phrase-file")?,
    });
    // Paper has numbers before the words, and lists have commas between them.
    let mut plain = Zeroizing::new(String::with_capacity(typed.len() + 1));
    let parts = typed.trim_start_matches('\u{feff}').split(|c: char| c.is_whitespace() || c == ',');
    let is_number =
        |part: &str| part.trim_end_matches(['.', ')']).bytes().all(|b| b.is_ascii_digit());
    for word in parts.filter(|part| !is_number(part)) {
        plain.push_str(word);
        plain.push(' ');
    }
    RecoveryPhrase::parse(&plain).map_err(|error| {
        let next = "Compare with the paper, word by word: spelling, order, and that there are 24.";
        CliError::refused(error.code(), error, next)
    })
}

/// Words may stand on several lines.
fn all_from_file(file: &Path) -> Result<String> {
    let bytes = Zeroizing::new(files::read(file, MAX_LEN)?);
    std::str::from_utf8(&bytes).map(str::to_owned).map_err(|_| {
        let message = format!("{} is not a text file", text::path(file));
        CliError::refused("bad-phrase", message, "Give a file with the 24 words.")
    })
}

/// Asks without echo; where there is no terminal, `option` is the other way.
pub fn prompt(question: &str, option: &str) -> Result<String> {
    let no_terminal = || {
        let message = "a secret is needed, and there is no terminal to ask at";
        CliError::usage(
            message,
            format!("Give {option} FILE, or \"-\" to read it from standard input."),
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(no_terminal());
    }
    rpassword::prompt_password(question).map_err(|_| no_terminal())
}

fn from_file(file: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read the passphrase from {}: {error}", text::path(file));
        CliError::fault("file-unreadable", message, "Check the name and the permissions.")
    };
    // Room for all of it: a buffer that grows leaves copies behind that nobody wipes.
    let mut line = Zeroizing::new(String::with_capacity(MAX_LEN + 1));
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(MAX_LEN as u64 + 1)
            .read_line(&mut line)
            .map_err(unreadable)?;
    } else {
        let opened = std::fs::File::open(file).map_err(unreadable)?;
        std::io::BufReader::new(opened.take(MAX_LEN as u64 + 1))
            .read_line(&mut line)
            .map_err(unreadable)?;
    }
    if line.len() > MAX_LEN {
        return Err(CliError::refused(
            "too-large",
            format!("the first line of {} is too long for a passphrase", text::path(file)),
            "Check that it is the right file.",
        ));
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
