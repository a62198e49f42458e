//! The records in a file of SQLite.

use std::collections::HashSet;
use std::path::Path;

use bonafide::random::Random;
use rusqlite::{Connection, Transaction};

use crate::keys::{RecordsKey, SealingKey};
use crate::{Act, RecordsError, SubjectKeys, database, log, settings};

/// Tables, step by step: a file of any earlier version is brought up to date when it is opened.
const STEPS: &[&str] = &[include_str!("schema-1.sql"), include_str!("schema-2.sql")];

/// An issuer's records in one file, with the subjects' keys in another.
pub struct SqliteBook {
    pub(crate) db: Connection,
    pub(crate) subject_keys: SubjectKeys,
    pub(crate) key: RecordsKey,
    pub(crate) log_key: SealingKey,
    pub(crate) random: Box<dyn Random + Send>,
    /// Places in lists handed out, and not yet issued.
    pub(crate) handed_out: HashSet<(i64, u32)>,
}

impl SqliteBook {
    /// Opens both files, or makes them.
    ///
    /// # Errors
    /// [`RecordsError`]; [`RecordsError::NotOurs`] when another master key wrote them.
    pub fn open(
        records: &Path,
        subject_keys: &Path,
        key: RecordsKey,
        random: Box<dyn Random + Send>,
    ) -> Result<Self, RecordsError> {
        let mut db = database::open(records, STEPS)?;
        database::write_ahead(&db)?;
        let subject_keys = SubjectKeys::open(subject_keys, &key)?;
        let log_key = key.derive("log");
        let change = database::begin(&mut db)?;
        settings::check_key(&change, &key.lookup("whose records"))?;
        change.commit()?;
        let handed_out = HashSet::new();
        let mut book = Self { db, subject_keys, key, log_key, random, handed_out };
        book.end_erasures()?;
        Ok(book)
    }

    /// One change: who may make it, what it does, and its entry in the log.
    pub(crate) fn act<T>(
        &mut self,
        act: &Act<'_>,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, RecordsError>,
    ) -> Result<T, RecordsError> {
        let change = database::begin(&mut self.db)?;
        let done = {
            settings::check_actor(&change, act)?;
            let mut work_on = Work {
                db: &change,
                subject_keys: &mut self.subject_keys,
                key: &self.key,
                log: log::Writer::new(&change, &self.log_key, *act)?,
                random: self.random.as_mut(),
            };
            work(&mut work_on)
        };
        let done = done.and_then(|done| self.subject_keys.keep().map(|()| done));
        match done {
            Ok(done) => {
                change.commit()?;
                Ok(done)
            }
            Err(error) => {
                self.subject_keys.drop_made();
                Err(error)
            }
        }
    }

    /// Wipes what a change took out of the file: nothing of it stays in the write-ahead log.
    pub(crate) fn wipe(&self) -> Result<(), RecordsError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// A change under way.
pub(crate) struct Work<'a> {
    pub(crate) db: &'a Transaction<'a>,
    pub(crate) subject_keys: &'a mut SubjectKeys,
    pub(crate) key: &'a RecordsKey,
    pub(crate) log: log::Writer<'a>,
    pub(crate) random: &'a mut (dyn Random + Send),
}
