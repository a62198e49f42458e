//! A question with a safe default.

use std::io::{BufRead, IsTerminal, Write};

use crate::error::{CliError, Result};

/// Asks at the terminal; anything but yes is no.
pub fn agreed(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        let message = "there is no terminal to ask at, so nothing was done";
        return Err(CliError::refused("declined", message, "Look at it first, then add --yes."));
    }
    let mut stderr = std::io::stderr();
    // Where the question cannot be shown, the answer read is not a yes.
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    Ok(read.is_ok() && matches!(line.trim(), "y" | "Y" | "yes" | "Yes"))
}
