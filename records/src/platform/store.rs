//! The memory in a file of SQLite.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::verify::{Conflict, Learned, Memory, Seen, Source};
use rusqlite::{Connection, OptionalExtension as _, params};

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
        let (trusted_time, seen) = (moment(&view, "trusted")?, everything(&view)?);
        Ok(Memory { trusted_time, seen })
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
        let mut since = changed(&change, known)?;
        for decision in decisions {
            // The answers of a folder mostly teach the same.
            let is_new = decision.learned != *learned;
            let done = if is_outdated(&decision.learned, &since) {
                Noted::Outdated
            } else {
                note(&change, decision, is_new, at)?
            };
            if done == Noted::Done && is_new {
                learned = &decision.learned;
                since.extend(learned.seen.iter().map(|(name, seen)| (name.clone(), *seen)));
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

/// The newest of each name.
fn everything(db: &Connection) -> Result<BTreeMap<(Source, String), Seen>, RecordsError> {
    let mut seen = BTreeMap::new();
    let mut select = db.prepare_cached("SELECT source, name, number, digest FROM seen")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let name = (source_of(row.get(0)?)?, row.get(1)?);
        seen.insert(name, seen_of(row.get(2)?, row.get(3)?));
    }
    Ok(seen)
}

/// What is remembered otherwise than it was known, by kind and name.
type Changes = BTreeMap<(Source, String), Seen>;

/// What was noted since by other processes: all that is remembered otherwise than it was known.
fn changed(db: &Connection, known: &Memory) -> Result<Changes, RecordsError> {
    let mut since = everything(db)?;
    since.retain(|name, seen| known.seen.get(name) != Some(seen));
    Ok(since)
}

/// Whether something was noted since that may contradict what a decision rests on, learned anew or known before.
fn is_outdated(learned: &Learned, since: &Changes) -> bool {
    let used = learned.used.iter().map(|(source, name, _)| (*source, name.clone()));
    let mut own: BTreeSet<(Source, String)> = learned.seen.keys().cloned().chain(used).collect();
    // It rests on all lists; and its documents tell of whom a key may have been stolen.
    own.extend(named(since, Source::Jurisdiction, "").map(|(name, _)| name.clone()));
    let documents = learned.used.iter().filter(|(source, ..)| *source == Source::Document);
    for (_, did, _) in documents {
        let keys = named(since, Source::StolenKey, did);
        own.extend(keys.map(|(name, _)| name.clone()));
    }
    own.iter().any(|name| since.get(name).is_some_and(|now| !rests_on(learned, name, *now)))
}

/// Whether what was noted since is what the decision went by. A chain is compared with the one known, not with numbers; of
/// status lists the newest counts.
fn rests_on(learned: &Learned, (source, name): &(Source, String), now: Seen) -> bool {
    let new = learned.seen.get(&(*source, name.clone())).copied();
    let used = learned.used.iter().filter(|(kind, used, _)| (kind, used) == (source, name));
    let is_newer = |seen: Seen| *source == Source::StatusList && seen.number > now.number;
    new.into_iter().chain(used.map(|(.., seen)| *seen)).any(|seen| seen == now || is_newer(seen))
}

/// What of a kind has a name that begins so.
fn named<'c>(
    since: &'c Changes,
    source: Source,
    start: &'c str,
) -> impl Iterator<Item = (&'c (Source, String), &'c Seen)> {
    let from = since.range((source, start.to_owned())..);
    from.take_while(move |((kind, name), _)| *kind == source && name.starts_with(start))
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
