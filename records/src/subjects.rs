//! Those who hold credentials: known by a number; by name only while their key exists.

use bonafide::clock::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use zeroize::Zeroizing;

use crate::book::Subjects;
use crate::keys::SealingKey;
use crate::retention::{self, SCREENING_TYPE};
use crate::sqlite::Work;
use crate::values::{Act, SubjectRecord};
use crate::{RecordsError, SqliteBook};

const SELECT: &str = "SELECT id, sealed, since, ended,
  (SELECT count(*) FROM credential WHERE subject = subject.id) AS credentials FROM subject";

impl Subjects for SqliteBook {
    fn subject(&self, external_id: &str) -> Result<Option<SubjectRecord>, RecordsError> {
        self.subject_number(external_id)?.map(|id| self.subject_of(id)).transpose()
    }

    fn subject_number(&self, external_id: &str) -> Result<Option<i64>, RecordsError> {
        find(&self.db, &self.key.lookup(external_id))
    }

    fn subject_of(&self, id: i64) -> Result<SubjectRecord, RecordsError> {
        let mut select = self.db.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
        let mut rows = select.query([id])?;
        let row = rows.next()?.ok_or(RecordsError::UnknownSubject)?;
        self.record(row)
    }

    fn subjects(&self) -> Result<Vec<SubjectRecord>, RecordsError> {
        let mut select = self.db.prepare_cached(&format!("{SELECT} ORDER BY since, id"))?;
        let mut rows = select.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(self.record(row)?);
        }
        Ok(all)
    }

    fn key_owner(&self, key: &str) -> Result<Option<i64>, RecordsError> {
        key_owner(&self.db, key)
    }

    fn report(&mut self, key: &str, act: &Act<'_>) -> Result<(), RecordsError> {
        self.act(act, |work| {
            if reported(work.db, key)?.is_some() {
                return Ok(());
            }
            let insert = "INSERT INTO reported_key VALUES (?1, ?2)";
            work.db.execute(insert, params![key, act.at.unix()])?;
            let owner = key_owner(work.db, key)?;
            let sealing = owner.map(|owner| work.subject_keys.key(owner)).transpose()?.flatten();
            let about = owner.zip(sealing.as_ref());
            work.log.append("report-key", about, key, work.random)
        })
    }

    fn reported(&self, key: &str) -> Result<Option<Timestamp>, RecordsError> {
        reported(&self.db, key)
    }

    fn may_bring_keys(&self, subject: i64, keys: &[&str]) -> Result<bool, RecordsError> {
        may_bring_keys(&self.db, subject, keys)
    }

    fn nonce_owner(&self, nonce: &str) -> Result<Option<i64>, RecordsError> {
        nonce_owner(&self.db, nonce)
    }

    fn end(&mut self, external_id: &str, on: &str, act: &Act<'_>) -> Result<(), RecordsError> {
        let lookup = self.key.lookup(external_id);
        self.act(act, |work| {
            let id = find(work.db, &lookup)?.ok_or(RecordsError::UnknownSubject)?;
            work.db.execute("UPDATE subject SET ended = ?2 WHERE id = ?1", params![id, on])?;
            let key = work.subject_keys.key(id)?.ok_or(RecordsError::Erased)?;
            work.log.append("end", Some((id, &key)), on, work.random)
        })
    }

    fn erase(&mut self, external_id: &str, act: &Act<'_>) -> Result<(), RecordsError> {
        let lookup = self.key.lookup(external_id);
        let id = self.act(act, |work| {
            let id = find(work.db, &lookup)?.ok_or(RecordsError::UnknownSubject)?;
            may_be_erased(work.db, id, &act.at.date())?;
            let forget = "UPDATE subject SET lookup = NULL, sealed = NULL WHERE id = ?1";
            work.db.execute(forget, [id])?;
            work.db.execute("UPDATE credential SET record_ref = NULL WHERE subject = ?1", [id])?;
            let keys = "UPDATE holder_key SET thumbprint = 'erased ' || id WHERE subject = ?1";
            work.db.execute(keys, [id])?;
            work.db.execute("DELETE FROM nonce WHERE subject = ?1", [id])?;
            // The entry stays readable: it says that there is nothing more to read.
            work.log.append("erase", None, &id.to_string(), work.random)?;
            Ok(id)
        })?;
        // Behind the change: a key destroyed too early would be missing if the change failed.
        self.subject_keys.destroy(id)?;
        self.wipe()
    }
}

impl SqliteBook {
    /// Destroys the keys of subjects whose erasure was interrupted.
    pub(crate) fn end_erasures(&mut self) -> Result<(), RecordsError> {
        let ids: Vec<i64> = {
            let mut select = self.db.prepare("SELECT id FROM subject WHERE lookup IS NULL")?;
            let rows = select.query_map([], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        ids.into_iter().try_for_each(|id| self.subject_keys.destroy(id))
    }

    fn record(&self, row: &Row<'_>) -> Result<SubjectRecord, RecordsError> {
        let id: i64 = row.get("id")?;
        let sealed: Option<Vec<u8>> = row.get("sealed")?;
        let erased = sealed.is_none();
        let external_id = match (sealed, self.subject_keys.key(id)?) {
            (Some(sealed), Some(key)) => Some(open(&key, id, &sealed)?),
            _ => None,
        };
        let since = Timestamp::from_unix(row.get("since")?).ok_or(RecordsError::NotOurs)?;
        let (ended, credentials) = (row.get("ended")?, row.get("credentials")?);
        Ok(SubjectRecord { id, external_id, erased, since, ended, credentials })
    }
}

/// The subject's number and key; one who is new gets both.
pub(crate) fn admit(
    work: &mut Work<'_>,
    external_id: &str,
    at: Timestamp,
) -> Result<(i64, SealingKey), RecordsError> {
    let lookup = work.key.lookup(external_id);
    if let Some(id) = find(work.db, &lookup)? {
        let key = work.subject_keys.key(id)?.ok_or(RecordsError::SubjectKeyMissing)?;
        return Ok((id, key));
    }
    let mut id = [0; 8];
    work.random.fill(&mut id)?;
    let id = i64::from_be_bytes(id) & i64::MAX; // tells nobody how many there are
    let key = work.subject_keys.make(id, work.random)?;
    let sealed = key.seal(&id.to_be_bytes(), external_id.as_bytes(), work.random)?;
    work.db
        .prepare_cached("INSERT INTO subject VALUES (?1, ?2, ?3, ?4, NULL)")?
        .execute(params![id, lookup, sealed, at.unix()])?;
    Ok((id, key))
}

fn open(key: &SealingKey, id: i64, sealed: &[u8]) -> Result<String, RecordsError> {
    let plain: Zeroizing<Vec<u8>> =
        key.open(&id.to_be_bytes(), sealed).ok_or(RecordsError::NotOurs)?;
    String::from_utf8(plain.to_vec()).map_err(|_| RecordsError::NotOurs)
}

pub(crate) fn find(db: &Connection, lookup: &[u8]) -> Result<Option<i64>, RecordsError> {
    one(db, "SELECT id FROM subject WHERE lookup = ?1", lookup)
}

pub(crate) fn key_owner(db: &Connection, key: &str) -> Result<Option<i64>, RecordsError> {
    one(db, "SELECT subject FROM holder_key WHERE thumbprint = ?1", key)
}

/// Since when a key is known as lost or stolen.
pub(crate) fn reported(db: &Connection, key: &str) -> Result<Option<Timestamp>, RecordsError> {
    let at = one(db, "SELECT at FROM reported_key WHERE thumbprint = ?1", key)?;
    at.map(|at| Timestamp::from_unix(at).ok_or(RecordsError::Damaged)).transpose()
}

/// A key of the subject's own that was not revoked brings others; a subject without credentials may have any.
pub(crate) fn may_bring_keys(
    db: &Connection,
    subject: i64,
    keys: &[&str],
) -> Result<bool, RecordsError> {
    let of_subject = "SELECT 1 FROM credential WHERE subject = ?1";
    if !db.prepare_cached(of_subject)?.exists([subject])? {
        return Ok(true);
    }
    let mut of_key = db.prepare_cached(
        "SELECT 1 FROM credential JOIN holder_key ON holder_key.id = holder_key
         WHERE credential.subject = ?1 AND thumbprint = ?2 AND state <> 1",
    )?;
    for key in keys {
        if of_key.exists(params![subject, key])? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn nonce_owner(db: &Connection, nonce: &str) -> Result<Option<i64>, RecordsError> {
    one(db, "SELECT subject FROM nonce WHERE nonce = ?1", nonce)
}

fn one(
    db: &Connection,
    select: &str,
    by: impl rusqlite::ToSql,
) -> Result<Option<i64>, RecordsError> {
    Ok(db.prepare_cached(select)?.query_row([by], |row| row.get(0)).optional()?)
}

/// Whether no rule keeps the subject's record any longer.
fn may_be_erased(db: &Connection, id: i64, today: &str) -> Result<(), RecordsError> {
    let ended: Option<String> =
        db.query_row("SELECT ended FROM subject WHERE id = ?1", [id], |row| row.get(0))?;
    let ended = ended.ok_or(RecordsError::NotEnded)?;
    let last = "SELECT max(assessed_on) FROM credential WHERE subject = ?1 AND kind = ?2";
    let screened: Option<String> =
        db.query_row(last, params![id, SCREENING_TYPE], |row| row.get(0))?;
    let kept = retention::longest(&ended, screened.as_deref());
    let (until, reason) = kept.ok_or(RecordsError::NotOurs)?;
    if today <= until.as_str() { Err(RecordsError::Retained { until, reason }) } else { Ok(()) }
}
