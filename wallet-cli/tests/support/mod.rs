//! Runs the real program in a scratch folder, without the environment of whoever runs the tests.

mod desk;
pub mod investors;
pub mod lab;
mod story;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub use desk::Desk;
pub use story::{PRIVATE, Story};

/// The passphrase of every wallet made here.
pub const PASSPHRASE: &str = "correct horse battery staple";

/// How a command ended.
#[derive(Debug)]
pub struct Run {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The JSON on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Both streams.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The command must have ended like this.
    #[track_caller]
    pub fn exits(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }

    /// Refused, and stderr says this.
    #[track_caller]
    pub fn refuses(self, because: &str) -> Self {
        assert!(self.stderr.contains(because), "{because}: {self:?}");
        assert_eq!(self.stdout, "", "{because}");
        self.exits(10)
    }
}

/// A scratch folder with a passphrase file `pw`; every command runs in it.
pub struct World {
    dir: TempDir,
}

impl World {
    pub fn new() -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        world.write("pw", format!("{PASSPHRASE}\n"));
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// Every file below the folder, with its content.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.push((entry.path(), fs::read(entry.path()).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    /// Runs the program with nothing but these arguments, this environment and this input.
    pub fn bare(&self, args: &[&str], env: &[(&str, &str)], input: Option<&[u8]>) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
            .args(args)
            .current_dir(self.dir())
            .env_clear()
            .envs(env.iter().copied())
            .stdin(input.map_or_else(Stdio::null, |_| Stdio::piped()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            // A program that refuses early closes its input.
            let _ = stdin.write_all(input);
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let run = Run {
            exit: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!run.stderr.contains("panicked"), "{args:?}: {run:?}");
        run
    }

    /// Runs a command in a home of this folder.
    pub fn run(&self, home: &str, args: &[&str]) -> Run {
        let home = ["--home", home, "--passphrase-file", "pw"];
        self.bare(&[&home, args].concat(), &[], None)
    }

    /// Runs a command that must succeed, and gives its data.
    #[track_caller]
    pub fn ok(&self, home: &str, args: &[&str]) -> String {
        self.run(home, args).exits(0).stdout.trim().to_owned()
    }

    /// Runs a command with `--json` that must succeed.
    #[track_caller]
    pub fn json(&self, home: &str, args: &[&str]) -> Value {
        self.run(home, &[args, &["--json"]].concat()).exits(0).json()
    }

    /// A wallet, opened with as little work as one accepts; gives the identity.
    pub fn init(&self, home: &str, key: &str) -> String {
        self.ok(home, &["init", "--kdf-cost", "lowest", "--key", key])
    }

    /// What lies in the wallet file of a home.
    pub fn wallet(&self, home: &str) -> Vec<u8> {
        self.bytes(&format!("{home}/wallet.bonafide"))
    }
}
