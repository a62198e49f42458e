//! Opening a database file: who may read it, what is wiped, which version it has.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::RecordsError;

/// How long to wait for another program.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens or makes the file and brings its tables up to date. What is deleted is overwritten.
pub(crate) fn open(path: &Path, steps: &[&str]) -> Result<Connection, RecordsError> {
    open_file(path, steps).map_err(|error| match (error, path.file_name()) {
        (RecordsError::Damaged, Some(name)) => {
            RecordsError::DamagedFile { file: name.to_string_lossy().into_owned() }
        }
        (error, _) => error,
    })
}

fn open_file(path: &Path, steps: &[&str]) -> Result<Connection, RecordsError> {
    if path.symlink_metadata().is_err() {
        make(path, steps)?;
    }
    // Never behind a link, and no pipe; nor what SQLite keeps beside it.
    let is_plain = |path: &Path| path.symlink_metadata().map_or(true, |found| found.is_file());
    for end in ["", "-journal", "-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        if !is_plain(Path::new(&beside)) {
            return Err(unusable(Path::new(&beside)));
        }
    }
    let mut db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    let version = version(&db)?;
    if version > steps.len() {
        return Err(RecordsError::TooNew);
    }
    // Every file was made with its tables: one without them has lost them.
    if version == 0 {
        return Err(RecordsError::Damaged);
    }
    if version < steps.len() {
        bring_up(&mut db, steps)?;
    }
    Ok(db)
}

/// Makes the file beside its place and moves it there: whoever sees it sees its tables. Where another program was faster,
/// its file stays.
fn make(path: &Path, steps: &[&str]) -> Result<(), RecordsError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let new = tempfile::Builder::new().prefix(".new-").suffix(".db").tempfile_in(folder);
    let new = new.map_err(|_| unusable(path))?;
    let mut db = Connection::open(new.path())?;
    bring_up(&mut db, steps)?;
    db.close().map_err(|(_, error)| error)?;
    match new.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(unusable(path));
        }
        _ => {}
    }
    // A power cut does not take the file away again.
    #[cfg(unix)]
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|_| unusable(path))?;
    Ok(())
}

fn bring_up(db: &mut Connection, steps: &[&str]) -> Result<(), RecordsError> {
    let change = begin(db)?;
    for step in steps.iter().skip(version(&change)?) {
        change.execute_batch(step)?;
    }
    let newest = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    change.pragma_update(None, "user_version", newest)?;
    Ok(change.commit()?)
}

fn unusable(path: &Path) -> RecordsError {
    rusqlite::Error::InvalidPath(path.to_owned()).into()
}

fn version(db: &Connection) -> Result<usize, RecordsError> {
    let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Lets readers and one writer work at the same time. SQLite does not wait for others by itself while a file turns to
/// this.
pub(crate) fn write_ahead(db: &Connection) -> Result<(), RecordsError> {
    const PAUSE: Duration = Duration::from_millis(10);
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        match db.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) => std::thread::sleep(PAUSE),
            done => return Ok(done?),
        }
    }
    Err(RecordsError::Locked)
}

/// A change by one program at a time.
pub(crate) fn begin(db: &mut Connection) -> Result<Transaction<'_>, RecordsError> {
    let begun = db.transaction_with_behavior(TransactionBehavior::Immediate);
    begun.map_err(|error| if is_busy(&error) { RecordsError::Locked } else { error.into() })
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
