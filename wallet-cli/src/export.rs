//! Trust material as files of a folder.

use std::path::Path;

use crate::error::{CliError, Result};
use crate::text;

/// Most characters of a name in a file's name.
const MAX_NAME: usize = 80;

/// Makes the folder; one that is there must be empty.
pub fn make_folder(out_dir: &Path) -> Result<()> {
    match std::fs::create_dir(out_dir) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            let message = format!("cannot make the folder {}: {error}", text::path(out_dir));
            return Err(CliError::fault("file-unwritable", message, "Choose another --out-dir."));
        }
    }
    if out_dir.read_dir().is_ok_and(|mut entries| entries.next().is_none()) {
        return Ok(());
    }
    let message =
        format!("{} is there and not an empty folder; nothing was written", text::path(out_dir));
    Err(CliError::refused("unsafe-file", message, "Choose another --out-dir."))
}

/// Kind, what of the name is plain, and half the digest, which nobody finds twice: no two alike, none leading elsewhere.
pub fn file_name(kind: &str, name: &str, digest: &[u8; 32], ending: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).take(MAX_NAME).collect();
    let digest = text::hex(digest.first_chunk::<16>().unwrap_or(&[0; 16]));
    format!("{kind}-{name}-{digest}.{ending}")
}
