//! Reading, locking and replacing the file, so that a fault leaves the old state or the new one.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::WalletError;
use super::container::MAX_FILE;

/// 400 tries, 25 ms apart: 10 seconds.
const LOCK_TRIES: u32 = 400;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// Whether anything lies at the path, be it a link that leads nowhere.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Reads the whole file, if it is a private regular file of a size that a wallet can have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, WalletError> {
    let fault = WalletError::io("read the wallet file");
    let found = match fs::symlink_metadata(path) {
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Err(WalletError::Missing),
        found => found.map_err(fault)?,
    };
    check_regular(&found)?;
    let file = File::open(path).map_err(fault)?;
    let opened = file.metadata().map_err(fault)?;
    check_same(&found, &opened)?;
    check_private(&opened)?;
    let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    if opened.len() > limit {
        return Err(WalletError::TooLarge);
    }
    let mut bytes = Vec::new();
    let mut file = file.take(limit + 1);
    file.read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

/// Waits for the exclusive lock beside the file. It is held until the returned file is dropped;
/// the lock file itself stays.
pub(super) fn lock(path: &Path) -> Result<File, WalletError> {
    lock_within(path, LOCK_TRIES)
}

fn lock_within(path: &Path, tries: u32) -> Result<File, WalletError> {
    let path = beside(path, ".lock");
    if let Ok(found) = fs::symlink_metadata(&path) {
        check_regular(&found)?;
    }
    let file = private(OpenOptions::new().create(true).truncate(false).write(true))
        .open(&path)
        .map_err(WalletError::io("open the lock file of the wallet"))?;
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(fault)) => {
                return Err(WalletError::io("lock the wallet")(fault));
            }
        }
    }
    Err(WalletError::Locked)
}

/// Puts `bytes` in the file's place: a new file beside it, fsync, rename, fsync of the folder.
/// The caller holds the lock.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), WalletError> {
    let fault = WalletError::io("write the wallet file");
    let new = beside(path, ".new");
    // Under the lock it can only be what a killed program left behind.
    match fs::remove_file(&new) {
        Err(left) if left.kind() != ErrorKind::NotFound => return Err(fault(left)),
        _ => {}
    }
    let moved = write_new(&new, bytes).and_then(|()| fs::rename(&new, path));
    if moved.is_err() {
        // The fault to report is the one that led here.
        let _ = fs::remove_file(&new);
    }
    moved.map_err(fault)?;
    sync_folder(path).map_err(fault)
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = private(OpenOptions::new().create_new(true).write(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The file's path with more at the end of its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn check_regular(found: &Metadata) -> Result<(), WalletError> {
    if found.is_symlink() {
        Err(WalletError::UnsafeFile("the wallet or its lock file is a symbolic link"))
    } else if found.is_file() {
        Ok(())
    } else {
        Err(WalletError::UnsafeFile("the wallet or its lock file is not a regular file"))
    }
}

#[cfg(unix)]
fn check_private(opened: &Metadata) -> Result<(), WalletError> {
    use std::os::unix::fs::MetadataExt;
    if opened.mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(WalletError::UnsafeFile("other users of this machine have access to the wallet"))
    }
}

/// Whether what was checked is what was opened.
#[cfg(unix)]
fn check_same(found: &Metadata, opened: &Metadata) -> Result<(), WalletError> {
    use std::os::unix::fs::MetadataExt;
    if (found.dev(), found.ino()) == (opened.dev(), opened.ino()) {
        Ok(())
    } else {
        Err(WalletError::Replaced)
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

// Elsewhere the folder's access list protects the file, and folders cannot be synchronised.
#[cfg(not(unix))]
fn check_private(_: &Metadata) -> Result<(), WalletError> {
    Ok(())
}

#[cfg(not(unix))]
fn check_same(_: &Metadata, _: &Metadata) -> Result<(), WalletError> {
    Ok(())
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use tempfile::TempDir;

    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        (folder, path)
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn refusal<T>(result: Result<T, WalletError>) -> &'static str {
        result.err().unwrap().code()
    }

    #[test]
    fn a_replaced_file_is_private_and_leaves_nothing_beside_it() {
        let (folder, path) = folder();
        for bytes in [b"old".as_slice(), b"new"] {
            replace(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap(), bytes);
        }
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(names(&folder), ["wallet"]);
    }

    #[test]
    fn what_a_killed_program_left_is_cleared_away() {
        let (folder, path) = folder();
        replace(&path, b"old").unwrap();
        fs::write(beside(&path, ".new"), b"hal").unwrap();
        assert_eq!(read(&path).unwrap(), b"old");
        replace(&path, b"new").unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        assert_eq!(names(&folder), ["wallet"]);
    }

    #[test]
    fn a_fault_keeps_the_old_file_and_removes_the_new_one() {
        let (folder, path) = folder();
        replace(&path, b"old").unwrap();
        fs::create_dir(beside(&path, ".new")).unwrap();
        assert_eq!(refusal(replace(&path, b"new")), "io");
        assert_eq!(read(&path).unwrap(), b"old");
        fs::remove_dir(beside(&path, ".new")).unwrap();
        // A rename that fails: a folder lies at the path.
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        assert_eq!(refusal(replace(&taken, b"new")), "io");
        assert_eq!(names(&folder), ["taken", "wallet"]);
    }

    #[test]
    fn unsafe_files_are_not_read() {
        let (folder, path) = folder();
        assert_eq!(refusal(read(&path)), "wallet-missing");
        replace(&path, b"good").unwrap();
        for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(refusal(read(&path)), "unsafe-file", "{mode:o}");
        }
        fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
        assert_eq!(read(&path).unwrap(), b"good");
        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        assert_eq!(refusal(read(&link)), "unsafe-file");
        assert_eq!(refusal(read(folder.path())), "unsafe-file");
        symlink(&path, beside(&path, ".lock")).unwrap();
        assert_eq!(refusal(lock(&path)), "unsafe-file");
    }

    /// Opening a pipe would wait for ever.
    #[test]
    fn pipes_are_not_opened() {
        let (_folder, path) = folder();
        for name in [path.clone(), beside(&path, ".lock")] {
            let made = std::process::Command::new("mkfifo").arg(&name).status();
            assert!(made.unwrap().success());
        }
        assert_eq!(refusal(read(&path)), "unsafe-file");
        assert_eq!(refusal(lock(&path)), "unsafe-file");
    }

    #[test]
    fn links_that_lead_nowhere_count_as_something() {
        let (folder, path) = folder();
        assert!(!exists(&path));
        symlink(folder.path().join("nowhere"), &path).unwrap();
        assert!(exists(&path));
        assert_eq!(refusal(read(&path)), "unsafe-file");
    }

    #[test]
    fn too_large_a_file_is_not_read() {
        let (_folder, path) = folder();
        replace(&path, b"").unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(64 * 1024 * 1024 + 1).unwrap();
        assert_eq!(refusal(read(&path)), "too-large");
    }

    #[test]
    fn the_lock_is_exclusive_and_the_wait_is_bounded() {
        let (_folder, path) = folder();
        let held = lock(&path).unwrap();
        assert_eq!(refusal(lock_within(&path, 2)), "locked");
        drop(held);
        assert!(lock_within(&path, 1).is_ok());
    }
}
