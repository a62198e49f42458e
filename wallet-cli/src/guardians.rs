//! Guardians' shares as they come back: in files, or typed at a terminal without echo.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use bonafide::wallet::{Share, ShareError, WalletError};
use zeroize::Zeroizing;

use crate::error::{CliError, Result};
use crate::{files, output, passphrase, text};

/// Longest sheet read.
const MAX_LEN: usize = 64 * 1024;

/// How often a share may be typed wrongly.
const TRIES: u8 = 5;

/// Shares, and what each is called when something is wrong with it.
pub struct Given {
    shares: Vec<Share>,
    names: Vec<String>,
}

impl Given {
    /// One share from each file.
    pub fn from_files(files: &[PathBuf]) -> Result<Self> {
        let shares = files.iter().map(|file| from_file(file)).collect::<Result<_>>()?;
        Ok(Self { shares, names: files.iter().map(|file| text::path(file)).collect() })
    }

    /// As many as the first one says are needed.
    pub fn typed() -> Result<Self> {
        let mut given = Self { shares: Vec::new(), names: Vec::new() };
        let mut needed = 2;
        while given.shares.len() < needed {
            let number = given.shares.len() + 1;
            let of = if number == 1 { "at least 2".to_owned() } else { needed.to_string() };
            let share = ask(&format!("Share {number} of {of}, from bonafide1 on: "))?;
            needed = usize::from(share.threshold());
            given.shares.push(share);
            given.names.push(format!("share typed as number {number}"));
        }
        Ok(given)
    }

    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// The same error, with the name of the share at fault.
    pub fn name(&self, error: WalletError) -> CliError {
        let at = match &error {
            WalletError::Shares(fault) => fault.at(),
            _ => None,
        };
        match at.and_then(|at| self.names.get(at)) {
            Some(name) => CliError::refused(
                error.code(),
                format!("{name}: {error}; nothing was done"),
                error.next_step(),
            ),
            None => error.into(),
        }
    }
}

/// Reads the share in a file: a whole sheet, or only the share's lines.
pub fn from_file(file: &Path) -> Result<Share> {
    let bytes = Zeroizing::new(files::read(file, MAX_LEN)?);
    let share =
        std::str::from_utf8(&bytes).map_err(|_| ShareError::NotFound).and_then(Share::parse);
    share.map_err(|error| {
        let message = format!("{}: {error}", text::path(file));
        CliError::refused(error.code(), message, error.next_step())
    })
}

/// Asks until a share is typed rightly: nobody should type all of them again for one letter.
fn ask(question: &str) -> Result<Share> {
    let mut left = TRIES;
    loop {
        let typed = Zeroizing::new(passphrase::prompt(question, "--share")?);
        left = left.saturating_sub(1);
        match Share::parse(&typed) {
            Ok(share) => return Ok(share),
            Err(error) if left == 0 || !std::io::stdin().is_terminal() => {
                return Err(CliError::refused(error.code(), error, error.next_step()));
            }
            Err(error) => output::talk(&format!("  {error}. {} Once more.", error.next_step())),
        }
    }
}
