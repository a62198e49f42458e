//! What the first pass over a table found out about its rows, for the second pass: in a file of its own that goes
//! away by itself, so that memory does not grow with the table.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{RecordsError, RecordsKey};

const TABLES: &str = "
  CREATE TABLE row (row INTEGER PRIMARY KEY, digest BLOB NOT NULL, holder TEXT NOT NULL) STRICT;
  CREATE TABLE mark (what INTEGER NOT NULL, mark BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (what, mark))
    STRICT, WITHOUT ROWID;";

/// Rows kept in one change, for speed. Nothing is lost when the program ends: the file is gone then.
const TOGETHER: u32 = 10_000;

/// What only one row of a table may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// What the issuer calls the subject.
    ExternalId = 0,
    /// A key of the holder.
    Key = 1,
    /// A nonce that was answered.
    Nonce = 2,
    /// The name of the file to deliver.
    File = 3,
}

/// The rows of a table that are in order.
pub struct RowIndex {
    db: Connection,
    key: RecordsKey,
    open: u32,
}

impl RowIndex {
    /// An empty one. The key hides what the marks are made of.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn new(key: RecordsKey) -> Result<Self, RecordsError> {
        // An empty name stands for a file that SQLite deletes at the end.
        let db = Connection::open("")?;
        db.pragma_update(None, "synchronous", "OFF")?;
        db.pragma_update(None, "journal_mode", "OFF")?;
        db.execute_batch(TABLES)?;
        db.execute_batch("BEGIN")?;
        Ok(Self { db, key, open: 0 })
    }

    /// The earlier row that has the same mark; else the mark is this row's now.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn mark(&mut self, what: Mark, text: &str, row: u64) -> Result<Option<u64>, RecordsError> {
        let (what, mark) = (what as i64, self.key.lookup(text));
        let select = "SELECT row FROM mark WHERE what = ?1 AND mark = ?2";
        let earlier: Option<i64> = self
            .db
            .prepare_cached(select)?
            .query_row(params![what, mark], |row| row.get(0))
            .optional()?;
        if let Some(earlier) = earlier {
            return Ok(u64::try_from(earlier).ok());
        }
        let insert = "INSERT INTO mark VALUES (?1, ?2, ?3)";
        self.db.prepare_cached(insert)?.execute(params![what, mark, number(row)])?;
        Ok(None)
    }

    /// Keeps a row: the digest of its cells, and what is known of its holder.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn keep(&mut self, row: u64, digest: &[u8; 32], holder: &str) -> Result<(), RecordsError> {
        let insert = "INSERT INTO row VALUES (?1, ?2, ?3)";
        self.db.prepare_cached(insert)?.execute(params![number(row), digest, holder])?;
        self.open += 1;
        if self.open == TOGETHER {
            self.open = 0;
            self.db.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// A row that was kept.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn row(&self, row: u64) -> Result<Option<([u8; 32], String)>, RecordsError> {
        let select = "SELECT digest, holder FROM row WHERE row = ?1";
        let mut select = self.db.prepare_cached(select)?;
        let found = select.query_row([number(row)], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }
}

fn number(row: u64) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}
