//! Opening a database file: who may read it, what is wiped, which version it has.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::RecordsError;

/// How long to wait for another program.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens or makes the file and brings its tables up to date. What is deleted is overwritten.
pub(crate) fn open(path: &Path, steps: &[&str]) -> Result<Connection, RecordsError> {
    make_private(path)?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    let version = version(&db)?;
    if version > steps.len() {
        return Err(RecordsError::TooNew);
    }
    if version < steps.len() {
        let change = begin(&mut db)?;
        for step in steps.iter().skip(self::version(&change)?) {
            change.execute_batch(step)?;
        }
        change.pragma_update(
            None,
            "user_version",
            u32::try_from(steps.len()).unwrap_or(u32::MAX),
        )?;
        change.commit()?;
    }
    Ok(db)
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

/// Never behind a link, and no pipe.
fn is_plain(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// SQLite makes its files with the rights of the process, and its journals with those of the database.
fn make_private(path: &Path) -> Result<(), RecordsError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && is_plain(path) => Ok(()),
        Err(_) => Err(rusqlite::Error::InvalidPath(path.to_owned()).into()),
    }
}
