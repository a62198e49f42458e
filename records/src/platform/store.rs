//! The memory in a file of SQLite.

use std::collections::BTreeMap;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::verify::{Conflict, Learned, Memory, Seen, Source};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Decision, Extent, NonceMark, Noted, Platform};
use super::{seen_of, source_number, source_of, time_of};
use crate::{RecordsError, database};

/// Tables, step by step: a file of any earlier version is brought up to date when it is opened.
const STEPS: &[&str] = &[
    include_str!("schema-1.sql"),
    include_str!("schema-2.sql"),
    include_str!("schema-3.sql"),
    include_str!("schema-4.sql"),
];

/// What a platform remembers, in one file. Nothing in it is sealed: a verifier needs no wallet, and what is kept
/// is trust material, which is public, and digests.
pub struct SqlitePlatform {
    pub(super) db: Connection,
}

impl SqlitePlatform {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`RecordsError`].
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        let db = database::open(path, STEPS)?;
        database::write_ahead(&db)?;
        Ok(Self { db })
    }
}

impl Platform for SqlitePlatform {
    fn memory(&self) -> Result<Memory, RecordsError> {
        // One transaction, so that both are of one moment.
        let view = self.db.unchecked_transaction()?;
        let mut seen = BTreeMap::new();
        let mut select = view.prepare_cached("SELECT source, name, number, digest FROM seen")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let name = (source_of(row.get(0)?)?, row.get(1)?);
            seen.insert(name, seen_of(row.get(2)?, row.get(3)?));
        }
        Ok(Memory { trusted_time: moment(&view, "trusted")?, seen })
    }

    fn spent(&self, nonce: &NonceMark) -> Result<Option<Timestamp>, RecordsError> {
        spent(&self.db, nonce)
    }

    fn commit(
        &mut self,
        decisions: &[Decision],
        known: &Memory,
        at: Timestamp,
    ) -> Result<Vec<Noted>, RecordsError> {
        let change = database::begin(&mut self.db)?;
        let mut noted = Vec::with_capacity(decisions.len());
        let mut learned = &Learned::default();
        for decision in decisions {
            // The answers of a folder mostly teach the same.
            let is_new = decision.learned != *learned;
            let done = if is_new && is_outdated(&change, &decision.learned, known)? {
                Noted::Outdated
            } else {
                note(&change, decision, is_new, at)?
            };
            if done == Noted::Done {
                learned = &decision.learned;
            }
            noted.push(done);
        }
        change.commit()?;
        Ok(noted)
    }

    fn conflicts(&self) -> Result<Vec<(Timestamp, Conflict)>, RecordsError> {
        let select =
            "SELECT source, name, known_number, known_digest, found_number, found_digest, noted
                      FROM conflict ORDER BY noted, source, name";
        let mut select = self.db.prepare_cached(select)?;
        let mut rows = select.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let conflict = Conflict {
                source: source_of(row.get(0)?)?,
                name: row.get(1)?,
                known: seen_of(row.get(2)?, row.get(3)?),
                found: seen_of(row.get(4)?, row.get(5)?),
            };
            all.push((time_of(row.get(6)?)?, conflict));
        }
        Ok(all)
    }

    fn extent(&self) -> Result<Extent, RecordsError> {
        let count = |select: &str| -> Result<u64, RecordsError> {
            let found: i64 = self.db.query_row(select, [], |row| row.get(0))?;
            u64::try_from(found).map_err(|_| RecordsError::Damaged)
        };
        Ok(Extent {
            nonces: count("SELECT count(*) FROM nonce")?,
            seen: count("SELECT count(*) FROM seen")?,
            conflicts: count("SELECT count(*) FROM conflict")?,
            archived: count("SELECT count(*) FROM archive")?,
            archived_bytes: count("SELECT coalesce(sum(length(bytes)), 0) FROM archive")?,
        })
    }
}

/// One decision. `is_new`: what it learned is not what the one before has just taught.
fn note(
    db: &Connection,
    decision: &Decision,
    is_new: bool,
    at: Timestamp,
) -> Result<Noted, RecordsError> {
    if let Some(nonce) = &decision.spend
        && !keep_nonce(db, nonce, at)?
    {
        return Ok(Noted::AlreadySpent);
    }
    let learned = &decision.learned;
    if is_new {
        if let Some(time) = learned.trusted_time {
            advance(db, "trusted", time)?;
        }
        for ((source, name), seen) in &learned.seen {
            raise(db, (*source, name), *seen)?;
        }
        keep_conflicts(db, &learned.conflicts, at)?;
    }
    Ok(Noted::Done)
}

fn spent(db: &Connection, nonce: &NonceMark) -> Result<Option<Timestamp>, RecordsError> {
    let mut select = db.prepare_cached("SELECT spent FROM nonce WHERE mark = ?1")?;
    select.query_row([nonce.0], |row| row.get(0)).optional()?.map(time_of).transpose()
}

/// Whether the question was still open.
fn keep_nonce(db: &Connection, nonce: &NonceMark, at: Timestamp) -> Result<bool, RecordsError> {
    let insert = "INSERT INTO nonce (mark, spent) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let new = db.prepare_cached(insert)?.execute(params![nonce.0, at.unix()])?;
    Ok(new == 1)
}

/// Whether something was noted since that may contradict what was learned: a chain is compared with the one known, not
/// with numbers. Tokens of status lists are no chain, and the newest counts.
fn is_outdated(db: &Connection, learned: &Learned, known: &Memory) -> Result<bool, RecordsError> {
    let select = "SELECT number, digest FROM seen WHERE source = ?1 AND name = ?2";
    let mut select = db.prepare_cached(select)?;
    for (key @ (source, name), found) in &learned.seen {
        let seen = |row: &Row<'_>| Ok(seen_of(row.get(0)?, row.get(1)?));
        let now = select.query_row(params![source_number(*source), name], seen).optional()?;
        let as_known = now.as_ref() == known.seen.get(key) || now == Some(*found);
        if !as_known && *source != Source::StatusList {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Another process may have learned more, so the number is compared here. Of what declares a key stolen the first is kept.
fn raise(db: &Connection, (source, name): (Source, &str), seen: Seen) -> Result<(), RecordsError> {
    let mut raise = db.prepare_cached(
        "INSERT INTO seen VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE
         SET number = excluded.number, digest = excluded.digest
         WHERE CASE source WHEN 5 THEN excluded.number < number ELSE excluded.number > number END",
    )?;
    raise.execute(params![source_number(source), name, seen.number.to_be_bytes(), seen.digest])?;
    Ok(())
}

fn keep_conflicts(
    db: &Connection,
    conflicts: &[Conflict],
    at: Timestamp,
) -> Result<(), RecordsError> {
    let insert = "INSERT INTO conflict VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    let mut insert = db.prepare_cached(insert)?;
    for conflict in conflicts {
        insert.execute(params![
            source_number(conflict.source),
            conflict.name,
            conflict.known.number.to_be_bytes(),
            conflict.known.digest,
            conflict.found.number.to_be_bytes(),
            conflict.found.digest,
            at.unix(),
        ])?;
    }
    Ok(())
}

/// A moment that only moves forward.
pub(super) fn moment(db: &Connection, name: &str) -> Result<Option<Timestamp>, RecordsError> {
    let mut select = db.prepare_cached("SELECT at FROM moment WHERE name = ?1")?;
    select.query_row([name], |row| row.get(0)).optional()?.map(time_of).transpose()
}

/// Moves a moment forward, never back.
pub(super) fn advance(db: &Connection, name: &str, to: Timestamp) -> Result<(), RecordsError> {
    let mut advance = db.prepare_cached(
        "INSERT INTO moment VALUES (?1, ?2) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    )?;
    advance.execute(params![name, to.unix()])?;
    Ok(())
}
