//! One role's files: the wallet, whom it believes, and what it has to remember.

use std::fs::File;
use std::path::{Path, PathBuf};

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::encoding::json;
use bonafide::trust::PinnedIssuer;
use bonafide::wallet::WalletFile;
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Largest file of a home read, but for the wallet.
const MAX_LEN: usize = 4 * 1024 * 1024;

/// The folder of one role. An empty path stands for no folder: nobody is pinned there.
#[derive(Clone)]
pub struct Home {
    dir: PathBuf,
}

/// A DID that the person has chosen to believe, or to call by a name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    pub did: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether its credentials are believed; else only its name is used.
    #[serde(default = "yes")]
    pub issuer: bool,
    /// Whether what does not prove itself counts in the bundles that it makes.
    #[serde(default, skip_serializing_if = "is_no")]
    pub maker: bool,
}

/// When the ways back to a wallet were made and tried, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drilled_phrase: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drilled_backup: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drilled_shares: Option<i64>,
    /// When keys came back to this home: records of what they signed may be elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<i64>,
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for it so
fn is_no(it: &bool) -> bool {
    !it
}

impl Home {
    /// `--home`, else BONAFIDE_HOME, else the platform's data folder. A command that does not `need`
    /// a home works without one.
    pub fn find(option: Option<PathBuf>, need: bool) -> Result<Self> {
        let data = || env("XDG_DATA_HOME").or_else(|| Some(env("HOME")?.join(default_data())));
        let dir =
            option.or_else(|| env("BONAFIDE_HOME")).or_else(|| Some(data()?.join("bonafide")));
        match dir {
            None if need => {
                Err(CliError::usage("no folder for your files is known", "Give --home DIR."))
            }
            dir => Ok(Self { dir: dir.unwrap_or_default() }),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes the folder, for its owner only.
    pub fn create(&self) -> Result<()> {
        make_folder(&self.dir)
    }

    /// Whether a path names one of the files that this program keeps here.
    pub fn keeps(&self, path: &Path) -> bool {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let Ok(folder) = folder.unwrap_or(Path::new(".")).canonicalize() else {
            return false;
        };
        let is = |own: PathBuf| own.canonicalize().is_ok_and(|own| own == folder);
        let own_names =
            ["wallet.bonafide", "trust.", "recovery.", "records.", "subject-keys.", "platform."];
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        is(self.dir.join("requests"))
            || is(self.dir.join("log-heads"))
            || self
                .dir
                .join("jurisdictions")
                .canonicalize()
                .is_ok_and(|own| folder.starts_with(own))
            || is(self.dir.join("did"))
            || is(self.dir.clone()) && own_names.iter().any(|own| name.starts_with(own))
    }

    pub fn wallet(&self) -> WalletFile {
        WalletFile::at(&self.dir.join("wallet.bonafide"))
    }

    /// Where a platform's memory lies, if the folder is there.
    pub fn platform(&self) -> Option<PathBuf> {
        self.dir.is_dir().then(|| self.dir.join("platform.db"))
    }

    /// The pinned DIDs, in the order pinned.
    pub fn pins(&self) -> Result<Vec<Pin>> {
        let path = self.dir.join("trust.json");
        if self.dir.as_os_str().is_empty() || !is_there(&path)? {
            return Ok(Vec::new());
        }
        read_json(&path)
    }

    /// Changes the pins while no other program does.
    pub fn change_pins<T>(&self, change: impl FnOnce(&mut Vec<Pin>) -> Result<T>) -> Result<T> {
        let _alone = self.trust_alone()?;
        let mut pins = self.pins()?;
        let done = change(&mut pins)?;
        let text = serde_json::to_string_pretty(&pins).unwrap_or_default();
        files::replace(&self.dir.join("trust.json"), text.as_bytes())?;
        Ok(done)
    }

    /// Keeps other changes of whom this home believes out, as long as it is held.
    pub fn trust_alone(&self) -> Result<File> {
        self.create()?;
        lock(&self.dir.join("trust.lock"))
    }

    /// Keeps other bulk jobs of this home out, as long as it is held.
    pub fn issue_alone(&self) -> Result<File> {
        lock(&self.dir.join("records.lock"))
    }

    /// Keeps other publications of this home out, as long as it is held.
    pub fn publish_alone(&self) -> Result<File> {
        lock(&self.dir.join("publish.lock"))
    }

    /// What the person calls a DID.
    pub fn name_of(&self, did: &str) -> Result<Option<String>> {
        Ok(self.pins()?.into_iter().find(|pin| pin.did == did).and_then(|pin| pin.name))
    }

    /// Keeps a request of this home, to be found again by its nonce.
    pub fn save_request(&self, nonce: &str, text: &str) -> Result<()> {
        let folder = self.dir.join("requests");
        make_folder(&folder)?;
        files::replace(&folder.join(format!("{nonce}.request")), text.as_bytes())
    }

    /// The request with that nonce, if this home wrote it. The nonce comes from outside: only one of
    /// plain characters is ever made into a file name.
    pub fn request(&self, nonce: &str) -> Result<Option<String>> {
        if self.dir.as_os_str().is_empty() || !bonafide::possession::is_nonce(nonce) {
            return Ok(None);
        }
        let path = self.dir.join("requests").join(format!("{nonce}.request"));
        if is_there(&path)? { files::read_text(&path, MAX_LEN).map(Some) } else { Ok(None) }
    }

    /// What is known of the ways back to the wallet of this home.
    pub fn recovery(&self) -> Result<Recovery> {
        let path = self.dir.join("recovery.json");
        if is_there(&path)? { read_json(&path) } else { Ok(Recovery::default()) }
    }

    /// Notes what was done for recovery. What was done stays done where that fails.
    pub fn note_recovery(&self, change: impl FnOnce(Recovery) -> Recovery) {
        if let Err(error) = self.try_note_recovery(change) {
            let advice = "Done all the same, but `bonafide doctor` will not know of it";
            output::talk(&format!("{advice}: {}.", error.message()));
        }
    }

    /// Notes that keys came back to this home.
    pub fn note_restored(&self, now: Timestamp) {
        self.note_recovery(|known| Recovery { restored: Some(now.unix()), ..known });
    }

    fn try_note_recovery(&self, change: impl FnOnce(Recovery) -> Recovery) -> Result<()> {
        let _alone = lock(&self.dir.join("recovery.lock"))?;
        let text = serde_json::to_string_pretty(&change(self.recovery()?)).unwrap_or_default();
        files::replace(&self.dir.join("recovery.json"), text.as_bytes())
    }
}

fn env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Where notes lie that are not to move or come back with a home: XDG_STATE_HOME, else the platform's folder.
pub fn state_folder() -> Option<PathBuf> {
    let folder = env("XDG_STATE_HOME").or_else(|| Some(env("HOME")?.join(default_state())));
    folder.filter(|folder| folder.is_absolute()).map(|folder| folder.join("bonafide"))
}

#[cfg(target_os = "macos")]
fn default_state() -> &'static str {
    "Library/Application Support/state"
}

#[cfg(not(target_os = "macos"))]
fn default_state() -> &'static str {
    ".local/state"
}

/// Whether the file is there: a plain one, for what else lies under its name is not ours.
pub fn is_there(path: &Path) -> Result<bool> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => {
            let message = format!("{} cannot be looked at: {error}", text::path(path));
            Err(CliError::fault("file-unreadable", message, "Check the permissions of your home."))
        }
        Ok(_) => {
            let message = format!("{} is not a plain file", text::path(path));
            Err(CliError::fault("home-damaged", message, "Move it away, then try again."))
        }
    }
}

/// Waits until no other program of this home holds the lock.
fn lock(path: &Path) -> Result<File> {
    let opened = File::options()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|file| file.lock().map(|()| file));
    opened.map_err(|error| {
        let message = format!("cannot lock {}: {error}", text::path(path));
        CliError::fault("file-unwritable", message, "Check the folder's permissions.")
    })
}

#[cfg(target_os = "macos")]
fn default_data() -> &'static str {
    "Library/Application Support"
}

#[cfg(not(target_os = "macos"))]
fn default_data() -> &'static str {
    ".local/share"
}

/// A folder for its owner only.
pub fn make_folder(dir: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| {
        let message = format!("cannot make the folder {}: {error}", text::path(dir));
        CliError::fault("file-unwritable", message, "Choose another with --home DIR.")
    })
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = files::read(path, MAX_LEN)?;
    strict(&bytes).ok_or_else(|| {
        let message = format!("{} is damaged", text::path(path));
        CliError::fault("home-damaged", message, "Mend or move that file, then try again.")
    })
}

/// Strict JSON of a known shape.
pub fn strict<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let json = json::parse(bytes, MAX_LEN).ok()?;
    serde_json::from_value(json.to_value()).ok()
}

impl Pin {
    pub fn issuer(&self) -> std::result::Result<PinnedIssuer, bonafide::did::DidError> {
        Ok(PinnedIssuer { did: Did::parse(&self.did)?, name: self.name.clone() })
    }
}
