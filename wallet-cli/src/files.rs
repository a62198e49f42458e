//! Reading what comes in, bounded; writing what goes out, whole or not at all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{CliError, Result};
use crate::{output, text};

/// The first bytes of every wallet (docs/wallet-format.md).
const WALLET_MAGIC: &[u8] = b"BONAFIDE";

/// Reads a file, or standard input for `-`, up to `max` bytes.
pub fn read(path: &Path, max: usize) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read {}: {error}", text::path(path));
        CliError::fault("file-unreadable", message, "Check the name and the permissions.")
    };
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    if path == Path::new("-") {
        std::io::stdin().take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = File::open(path).map_err(unreadable)?;
        // Room for all of it, where its size is known: otherwise it is read in many small pieces.
        let size = file.metadata().map_or(0, |found| found.len().min(limit));
        bytes.reserve_exact(usize::try_from(size).unwrap_or_default().saturating_add(1));
        file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > max { Err(too_large(path)) } else { Ok(bytes) }
}

pub fn too_large(path: &Path) -> CliError {
    let message = format!("{} is larger than any file of this kind", text::path(path));
    CliError::refused("too-large", message, "Check that it is the right file.")
}

/// Reads a text file, or standard input for `-`.
pub fn read_text(path: &Path, max: usize) -> Result<String> {
    String::from_utf8(read(path, max)?).map_err(|_| {
        let message = format!("{} is not a text file", text::path(path));
        CliError::refused("malformed", message, "Check that it is the right file.")
    })
}

/// The files of a folder, by name, and how many other entries it has: folders, pipes and the like, and names
/// that begin with a dot. What cannot be looked at counts as a file, for whoever reads it to find out.
pub fn in_folder(folder: &Path) -> Result<(Vec<PathBuf>, usize)> {
    let list = || -> std::io::Result<(Vec<PathBuf>, usize)> {
        let (mut paths, mut others) = (Vec::new(), 0);
        for entry in folder.read_dir()? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type());
            let is_file = match kind {
                // The folder itself says what most are; only a link has to be followed.
                Ok(kind) if !kind.is_symlink() => kind.is_file(),
                _ => path.metadata().map_or(true, |found| found.is_file()),
            };
            if is_file && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                paths.push(path);
            } else {
                others += 1;
            }
        }
        paths.sort_unstable();
        Ok((paths, others))
    };
    list().map_err(|error| {
        let message = format!("cannot read the folder {}: {error}", text::path(folder));
        CliError::fault("file-unreadable", message, "Check the name and the permissions.")
    })
}

/// Writes to `out`, or to standard output where there is none or it is `-`. A file is readable for its
/// owner only, and appears whole or not at all.
pub fn write(out: Option<&Path>, text: &str) -> Result<()> {
    match out.filter(|path| *path != Path::new("-")) {
        None => output::data(text),
        Some(path) => {
            check_free(path)?;
            replace(path, format!("{text}\n").as_bytes())?;
        }
    }
    Ok(())
}

/// Writes piece by piece to `out`, or to standard output where there is none or it is `-`: what is too much to hold.
/// A file appears whole or not at all.
pub fn stream(
    out: Option<&Path>,
    fill: impl FnOnce(&mut dyn Write) -> Result<std::io::Result<()>>,
) -> Result<()> {
    let Some(path) = out.filter(|path| *path != Path::new("-")) else {
        let mut stdout = std::io::BufWriter::new(std::io::stdout());
        let written = fill(&mut stdout)?.and_then(|()| stdout.flush());
        return match written {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(crate::error::lost())
            }
            _ => Ok(()),
        };
    };
    check_free(path)?;
    let mut file = std::io::BufWriter::new(beside(path)?);
    fill(&mut file)?.and_then(|()| file.flush()).map_err(unwritable(path))?;
    let file = file.into_inner().map_err(|error| unwritable(path)(error.into_error()))?;
    file.as_file().sync_all().map_err(unwritable(path))?;
    file.persist(path).map_err(|error| unwritable(path)(error.error))?;
    Ok(())
}

/// Puts a file in its place that everybody on this machine may read, such as a web server.
pub fn publish(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = written(path, bytes)?;
    #[cfg(unix)]
    {
        let open = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o644);
        file.as_file().set_permissions(open).map_err(unwritable(path))?;
    }
    file.persist(path).map_err(|error| unwritable(path)(error.error))?;
    Ok(())
}

/// Whether a file can be written there at all: asked before anything is done that the file is to tell of.
pub fn check_folder(out: &Path) -> Result<()> {
    if out == Path::new("-") || out.is_dir() {
        return Ok(());
    }
    check_free(out)?;
    beside(out).map(drop)
}

/// An output takes the place of a plain file or of nothing: never of a device or a link, never of a wallet.
pub fn check_free(path: &Path) -> Result<()> {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    let start = || read_start(path, WALLET_MAGIC.len());
    let message = match found.is_file().then(start) {
        None => "is not a plain file",
        Some(None) => "is there and cannot be read",
        Some(Some(start)) if start == WALLET_MAGIC => "is a wallet",
        Some(Some(_)) => return Ok(()),
    };
    Err(CliError::refused(
        "unsafe-file",
        format!("{} {message}; nothing was written", text::path(path)),
        "Choose another name for --out, or \"-\" for standard output.",
    ))
}

fn read_start(path: &Path, length: usize) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    let file = File::open(path).ok()?;
    file.take(u64::try_from(length).ok()?).read_to_end(&mut start).ok()?;
    Some(start)
}

/// Puts `bytes` in the place of the file at `path`, in one step.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = written(path, bytes)?;
    file.persist(path).map_err(|error| unwritable(path)(error.error))?;
    Ok(())
}

/// Writes a file where there was none, in one step.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = written(path, bytes)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let message = format!("{} is there already; nothing was written", text::path(path));
            CliError::refused("unsafe-file", message, "Choose another name for --out.")
        }
        _ => unwritable(path)(error.error),
    })?;
    let synced = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    synced.map_err(|error| {
        let message = format!("{} is written, but may not last: {error}", text::path(path));
        CliError::fault("file-unwritable", message, "Check the disk, then write it again.")
    })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> CliError {
    move |error| {
        let message = format!("cannot write {}: {error}", text::path(path));
        CliError::fault(
            "file-unwritable",
            message,
            "Check that the folder exists, and for space. Nothing was written.",
        )
    }
}

/// A file beside `path` with these bytes, safe on the disk.
fn written(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile> {
    let mut file = beside(path)?;
    let synced = file.write_all(bytes).and_then(|()| file.as_file().sync_all());
    synced.map_err(unwritable(path))?;
    Ok(file)
}

/// An empty file in the folder of `path`, without a lasting name yet.
fn beside(path: &Path) -> Result<tempfile::NamedTempFile> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        let message = format!("there is no folder {}", text::path(folder));
        return Err(CliError::fault(
            "file-unwritable",
            message,
            "Make it first. Nothing was written.",
        ));
    }
    tempfile::NamedTempFile::new_in(folder).map_err(unwritable(path))
}
