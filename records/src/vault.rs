//! The keys of the subjects, in a file of their own that belongs in no backup.

use std::path::Path;

use bonafide::random::Random;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::RecordsError;
use crate::database;
use crate::keys::{RecordsKey, SealingKey};

const STEPS: &[&str] =
    &["CREATE TABLE subject_key (subject INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT"];

/// One key for each subject, itself sealed under the records' key. Whoever has a backup of the records and
/// the wallet, and not this file, reads no identifier.
pub struct SubjectKeys {
    db: Connection,
    wrap: SealingKey,
}

impl SubjectKeys {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn open(path: &Path, key: &RecordsKey) -> Result<Self, RecordsError> {
        let db = database::open(path, STEPS)?;
        // The rollback journal goes away with each change; a write-ahead log would keep old pages.
        db.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(Self { db, wrap: key.derive("subject keys") })
    }

    /// Makes the key of a subject who has none. What this file gets before the records do is harmless.
    pub(crate) fn make(
        &mut self,
        subject: i64,
        random: &mut dyn Random,
    ) -> Result<SealingKey, RecordsError> {
        if self.db.is_autocommit() {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
        }
        let key = SealingKey::generate(random)?;
        let sealed = self.wrap.seal(&subject.to_be_bytes(), key.as_bytes(), random)?;
        let mut insert = self.db.prepare_cached("INSERT INTO subject_key VALUES (?1, ?2)")?;
        insert.execute(params![subject, sealed])?;
        Ok(key)
    }

    /// Puts the keys made since the last time on the disk. Goes before what they seal.
    pub(crate) fn keep(&mut self) -> Result<(), RecordsError> {
        if !self.db.is_autocommit() {
            self.db.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Drops them again.
    pub(crate) fn drop_made(&mut self) {
        if !self.db.is_autocommit() {
            let _harmless = self.db.execute_batch("ROLLBACK");
        }
    }

    /// The key of a subject; `None` once it was destroyed, and where this file was lost.
    pub(crate) fn key(&self, subject: i64) -> Result<Option<SealingKey>, RecordsError> {
        let mut select =
            self.db.prepare_cached("SELECT sealed FROM subject_key WHERE subject = ?1")?;
        let sealed: Option<Vec<u8>> = select.query_row([subject], |row| row.get(0)).optional()?;
        let Some(sealed) = sealed else { return Ok(None) };
        let plain = self.wrap.open(&subject.to_be_bytes(), &sealed);
        let key = plain.and_then(|plain| SealingKey::from_bytes(&plain));
        key.map(Some).ok_or(RecordsError::NotOurs)
    }

    /// Overwrites the key of a subject. Whatever it sealed, here or in any copy, stays sealed for ever.
    pub(crate) fn destroy(&mut self, subject: i64) -> Result<(), RecordsError> {
        self.db.execute("DELETE FROM subject_key WHERE subject = ?1", [subject])?;
        Ok(())
    }
}
