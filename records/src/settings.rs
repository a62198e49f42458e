//! How an issuer works: the place of its status lists, and whether a second person must approve.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::book::Settings;
use crate::{Act, RecordsError, SqliteBook};

const WHOSE: &str = "whose records";
const STATUS_URL: &str = "status url";
const FIRST_LIST: &str = "first list";
const NEEDS_APPROVER: &str = "needs approver";

impl Settings for SqliteBook {
    fn status_url(&self) -> Result<Option<String>, RecordsError> {
        status_url(&self.db)
    }

    fn set_status_url(&mut self, url: &str, act: &Act<'_>) -> Result<(), RecordsError> {
        self.act(act, |work| {
            write(work.db, STATUS_URL, url.as_bytes())?;
            work.log.append("set-status-url", None, url, work.random)
        })
    }

    fn first_list(&self) -> Result<i64, RecordsError> {
        first_list(&self.db)
    }

    fn set_first_list(&mut self, number: i64, act: &Act<'_>) -> Result<(), RecordsError> {
        self.act(act, |work| {
            write(work.db, FIRST_LIST, &number.to_be_bytes())?;
            work.log.append("set-first-list", None, &number.to_string(), work.random)
        })
    }

    fn may_act(&self, act: &Act<'_>) -> Result<(), RecordsError> {
        check_actor(&self.db, act)
    }

    fn needs_approver(&self) -> Result<bool, RecordsError> {
        needs_approver(&self.db)
    }

    fn set_needs_approver(&mut self, needs: bool, act: &Act<'_>) -> Result<(), RecordsError> {
        self.act(act, |work| {
            write(work.db, NEEDS_APPROVER, &[u8::from(needs)])?;
            let said = if needs { "from now on" } else { "no more" };
            work.log.append("set-approval", None, said, work.random)
        })
    }
}

/// Whether these records were made with this master key. New ones are from now on.
pub(crate) fn check_key(db: &Connection, mark: &[u8]) -> Result<(), RecordsError> {
    match read(db, WHOSE)? {
        None => write(db, WHOSE, mark),
        Some(there) if there == mark => Ok(()),
        Some(_) => Err(RecordsError::NotOurs),
    }
}

/// Whether this person, or these two, may change something.
pub(crate) fn check_actor(db: &Connection, act: &Act<'_>) -> Result<(), RecordsError> {
    let named = |name: &str| !name.trim().is_empty();
    let approver = act.actor.approver.filter(|name| named(name));
    if approver.is_some_and(|name| name.trim().eq_ignore_ascii_case(act.actor.operator.trim())) {
        return Err(RecordsError::SamePerson);
    }
    if approver.is_none() && needs_approver(db)? {
        return Err(RecordsError::ApproverMissing);
    }
    Ok(())
}

pub(crate) fn status_url(db: &Connection) -> Result<Option<String>, RecordsError> {
    read(db, STATUS_URL)?.map(text).transpose()
}

/// The number of the first list that is begun.
pub(crate) fn first_list(db: &Connection) -> Result<i64, RecordsError> {
    let Some(bytes) = read(db, FIRST_LIST)? else { return Ok(1) };
    let bytes = bytes.as_slice().try_into().map_err(|_| RecordsError::Damaged)?;
    Ok(i64::from_be_bytes(bytes))
}

fn needs_approver(db: &Connection) -> Result<bool, RecordsError> {
    Ok(read(db, NEEDS_APPROVER)?.is_some_and(|value| value != [0]))
}

fn read(db: &Connection, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
    let mut select = db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?)
}

fn write(db: &Connection, name: &str, value: &[u8]) -> Result<(), RecordsError> {
    db.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", params![name, value])?;
    Ok(())
}

fn text(bytes: Vec<u8>) -> Result<String, RecordsError> {
    String::from_utf8(bytes).map_err(|_| RecordsError::NotOurs)
}
