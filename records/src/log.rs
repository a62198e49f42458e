//! The log in the database: entries are added, and nothing else.

use bonafide::clock::Timestamp;
use bonafide::random::Random;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use crate::book::Log;
use crate::chain::{self, Entry, Head};
use crate::keys::SealingKey;
use crate::values::Act;
use crate::{RecordsError, SqliteBook};

/// Adds entries within one change.
pub(crate) struct Writer<'a> {
    db: &'a Transaction<'a>,
    log_key: &'a SealingKey,
    act: Act<'a>,
    head: Head,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        db: &'a Transaction<'a>,
        log_key: &'a SealingKey,
        act: Act<'a>,
    ) -> Result<Self, RecordsError> {
        let head = head(db)?.unwrap_or(Head { seq: 0, hash: chain::START });
        Ok(Self { db, log_key, act, head })
    }

    /// Adds an entry. What is about a subject is sealed under that subject's key.
    pub(crate) fn append(
        &mut self,
        kind: &str,
        subject: Option<(i64, &SealingKey)>,
        detail: &str,
        random: &mut dyn Random,
    ) -> Result<(), RecordsError> {
        let seq = self.head.seq + 1;
        let key = subject.map_or(self.log_key, |(_, key)| key);
        let mut entry = Entry {
            seq,
            at: self.act.at,
            operator: self.act.actor.operator.trim().to_owned(),
            approver: self.act.actor.approver.map(|name| name.trim().to_owned()),
            kind: kind.to_owned(),
            subject: subject.map(|(id, _)| id),
            sealed: key.seal(&place(seq), detail.as_bytes(), random)?,
            hash: chain::START,
        };
        entry.hash = entry.expected_hash(&self.head.hash);
        let insert = "INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.db.prepare_cached(insert)?.execute(params![
            number(entry.seq),
            entry.at.unix(),
            entry.operator,
            entry.approver,
            entry.kind,
            entry.subject,
            entry.sealed,
            entry.hash,
        ])?;
        self.head = Head { seq, hash: entry.hash };
        Ok(())
    }
}

impl Log for SqliteBook {
    fn note(&mut self, kind: &str, detail: &str, act: &Act<'_>) -> Result<(), RecordsError> {
        self.act(act, |work| work.log.append(kind, None, detail, work.random))
    }

    fn entries(&self, see: &mut dyn FnMut(Entry) -> bool) -> Result<(), RecordsError> {
        let mut select = self.db.prepare_cached("SELECT * FROM log ORDER BY seq")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if !see(entry(row)?) {
                break;
            }
        }
        Ok(())
    }

    fn entries_about(&self, subject: i64) -> Result<Vec<Entry>, RecordsError> {
        let select = "SELECT * FROM log WHERE subject = ?1 ORDER BY seq";
        let mut select = self.db.prepare_cached(select)?;
        let mut rows = select.query([subject])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(entry(row)?);
        }
        Ok(all)
    }

    fn latest(&self, kind: &str) -> Result<Option<Entry>, RecordsError> {
        let select = "SELECT * FROM log WHERE kind = ?1 ORDER BY seq DESC LIMIT 1";
        let mut select = self.db.prepare_cached(select)?;
        let mut rows = select.query([kind])?;
        rows.next()?.map(entry).transpose()
    }

    fn detail(&self, entry: &Entry) -> Result<Option<String>, RecordsError> {
        let opened = match entry.subject {
            None => self.log_key.open(&place(entry.seq), &entry.sealed),
            Some(subject) => match self.subject_keys.key(subject)? {
                None => return Ok(None),
                Some(key) => key.open(&place(entry.seq), &entry.sealed),
            },
        };
        let text = opened.and_then(|plain| String::from_utf8(plain.to_vec()).ok());
        text.map(Some).ok_or(RecordsError::NotOurs)
    }

    fn head(&self) -> Result<Option<Head>, RecordsError> {
        head(&self.db)
    }

    fn signed_heads(&self) -> Result<Vec<(String, String)>, RecordsError> {
        let mut select = self.db.prepare_cached("SELECT day, token FROM head ORDER BY day")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn keep_head(&mut self, day: &str, token: &str) -> Result<(), RecordsError> {
        self.db.execute("INSERT OR REPLACE INTO head VALUES (?1, ?2)", [day, token])?;
        Ok(())
    }
}

fn head(db: &Connection) -> Result<Option<Head>, RecordsError> {
    let mut select = db.prepare_cached("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1")?;
    let found = select
        .query_row([], |row| Ok(Head { seq: unsigned(row.get(0)?), hash: row.get(1)? }))
        .optional()?;
    Ok(found)
}

fn entry(row: &Row<'_>) -> Result<Entry, RecordsError> {
    let at: i64 = row.get("at")?;
    Ok(Entry {
        seq: unsigned(row.get("seq")?),
        at: Timestamp::from_unix(at).ok_or(RecordsError::NotOurs)?,
        operator: row.get("operator")?,
        approver: row.get("approver")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        sealed: row.get("sealed")?,
        hash: row.get("hash")?,
    })
}

/// What a detail is tied to: its entry.
fn place(seq: u64) -> [u8; 8] {
    seq.to_be_bytes()
}

/// The numbers of entries count from 1 and never come near 2^63.
fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn unsigned(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or(0)
}
