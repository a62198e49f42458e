//! Runs the real program on real files, and shows what matters of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use bonafide::clock::Timestamp;

use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Largest file of the demonstration.
const MAX_LEN: usize = 1024 * 1024;

const PASSPHRASE: &str = "only for the demonstration";

/// A scratch folder, and this program to run in it.
pub struct Stage {
    dir: PathBuf,
    program: PathBuf,
    now: Timestamp,
}

/// The demonstration did not go as it must.
pub fn broken(what: &str) -> CliError {
    CliError::fault(
        "demo-failed",
        format!("the demonstration broke off: {what}"),
        "Please report this.",
    )
}

impl Stage {
    pub fn build(dir: Option<PathBuf>, now: Timestamp) -> Result<Self> {
        let place = dir.as_deref().map_or("a folder".to_owned(), text::path);
        let unmade = |error: std::io::Error| {
            CliError::fault(
                "file-unwritable",
                format!("cannot work in {place}: {error}"),
                "Choose another with --dir DIR.",
            )
        };
        let dir = match dir {
            None => {
                tempfile::Builder::new().prefix("bonafide-demo-").tempdir().map_err(unmade)?.keep()
            }
            Some(dir) => {
                std::fs::create_dir_all(&dir).map_err(unmade)?;
                if std::fs::read_dir(&dir).map_err(unmade)?.next().is_some() {
                    let message = format!("{place} is not empty; nothing was touched");
                    return Err(CliError::refused(
                        "folder-not-empty",
                        message,
                        "Choose a new folder with --dir DIR.",
                    ));
                }
                dir
            }
        };
        let program = std::env::current_exe().map_err(|error| broken(&error.to_string()))?;
        let stage = Self { dir, program, now };
        stage.write("passphrase.txt", PASSPHRASE)?;
        Ok(stage)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn say(&self, sentence: &str) {
        output::data(sentence);
    }

    pub fn write(&self, name: &str, content: &str) -> Result<()> {
        files::replace(&self.dir.join(name), content.as_bytes())
    }

    pub fn read(&self, name: &str) -> Result<String> {
        files::read_text(&self.dir.join(name), MAX_LEN)
    }

    /// When the demonstration began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Shows a command as a person would type it.
    pub fn show(&self, home: &str, args: &[&str]) {
        let words: Vec<String> = args.iter().map(|word| shortened(word)).collect();
        output::data(&format!("  {home}$ bonafide {}", words.join(" ")));
    }

    /// Runs a command and gives back its stdout; it must succeed.
    pub fn quiet(&self, home: &str, args: &[&str]) -> Result<String> {
        let done = self.execute(home, args, 0)?;
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// Shows and runs a command, which must end with that exit, and shows its verdict if it gives one.
    pub fn run(&self, home: &str, args: &[&str], exit: i32) -> Result<()> {
        self.show(home, args);
        let done = self.execute(home, args, exit)?;
        if args.first() == Some(&"verify") {
            let verdict = String::from_utf8_lossy(&done.stdout).into_owned();
            let shown = if exit == 0 { 1 } else { 3 };
            verdict.lines().take(shown).for_each(|line| output::data(&format!("    {line}")));
        }
        Ok(())
    }

    fn execute(&self, home: &str, args: &[&str], exit: i32) -> Result<Output> {
        let done = Command::new(&self.program)
            .args(["--home", home, "--passphrase-file", "passphrase.txt"])
            .args(args)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| broken(&error.to_string()))?;
        if done.status.code() == Some(exit) {
            return Ok(done);
        }
        let said = text::safe(&String::from_utf8_lossy(&done.stderr));
        Err(broken(&format!("`bonafide {}` ended with {}: {said}", args.join(" "), done.status)))
    }
}

/// DIDs and nonces are too long for a line.
fn shortened(word: &str) -> String {
    if word.starts_with("did:") {
        return text::short_did(word);
    }
    if word.len() == 32 && bonafide::possession::is_nonce(word) {
        "NONCE".into()
    } else {
        word.into()
    }
}
