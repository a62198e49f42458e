//! The archive of trust material: what a decision rested on, to be judged again in ten years.

use bonafide::clock::Timestamp;
use bonafide::verify::{Seen, Source};
use rusqlite::{Connection, Row, Rows, params};
use sha2::{Digest as _, Sha256};

use super::store::{advance, moment};
use super::{SqlitePlatform, seen_of, source_number, source_of, time_of};
use crate::{RecordsError, database};

/// Longest piece of trust material kept, in bytes.
pub const MAX_MATERIAL_LEN: usize = 16 * 1024 * 1024;

/// Trust material to keep. Only what was checked belongs here: of two with the same number and digest the first is
/// kept.
#[derive(Clone, Copy, Debug)]
pub struct NewMaterial<'a> {
    /// What kind.
    pub source: Source,
    /// Its name.
    pub name: &'a str,
    /// Its number and digest, as the verifier names them.
    pub seen: Seen,
    /// When it was fetched, as far as that is known. A second time is noted beside the first.
    pub fetched_at: Option<Timestamp>,
    /// All of it, as received. Kept as it is: most of it is compressed inside already.
    pub bytes: &'a [u8],
}

/// Trust material that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// What kind.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// Its number and digest.
    pub seen: Seen,
    /// Since when it is here.
    pub first_seen: Timestamp,
    /// When it was fetched last, as far as that was known.
    pub fetched_at: Option<Timestamp>,
    /// All of it, as received.
    pub bytes: Vec<u8>,
}

/// A piece of the archive, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// What kind.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// Its number and digest.
    pub seen: Seen,
    /// Since when it is here.
    pub first_seen: Timestamp,
    /// Its length in bytes.
    pub len: u64,
    /// Whether it is as it was kept.
    pub intact: bool,
}

/// Trust material of earlier days.
#[allow(clippy::missing_errors_doc)] // RecordsError, as everywhere here
pub trait Archive {
    /// Keeps material met `at` that moment: all or none. Returns how much of it was new. What was damaged here takes its
    /// bytes.
    fn keep(&mut self, material: &[NewMaterial<'_>], at: Timestamp) -> Result<usize, RecordsError>;
    /// Pieces, by kind, name, number and digest, that an acceptance rests on `at` that moment: where one first came under a clock
    /// that was ahead, it is here at least since. A clock that is behind accepts nothing that is signed now.
    fn met_again(
        &mut self,
        pieces: &[(Source, String, Seen)],
        at: Timestamp,
    ) -> Result<(), RecordsError>;
    /// All of one name, the newest first; both sides of a fork.
    fn archive(&self, source: Source, name: &str) -> Result<Vec<Archived>, RecordsError>;
    /// What was known at that moment: the newest of each name, and both sides of every fork noted by then.
    /// [`RecordsError::Pruned`] where some of it may be gone.
    fn archived_at(&self, time: Timestamp) -> Result<Vec<Archived>, RecordsError>;
    /// The stolen keys of did:webs that were known at that moment, as the memory names them: since the document that declares
    /// one came, or was fetched, where it is not kept any more.
    fn stolen_at(&self, time: Timestamp) -> Result<Vec<(String, Seen)>, RecordsError>;
    /// What the memory knows as the newest of each name, as far as it was kept and is whole.
    fn remembered(&self) -> Result<Vec<Archived>, RecordsError>;
    /// Since when the newest piece is here.
    fn newest(&self) -> Result<Option<Timestamp>, RecordsError>;
    /// All of it, by kind and name, the newest first.
    fn entries(&self) -> Result<Vec<ArchiveEntry>, RecordsError>;
    /// What [`Archive::prune`] of that moment would delete.
    fn prunable(&self, before: Timestamp) -> Result<Vec<ArchiveEntry>, RecordsError>;
    /// Before which moment some of it may be gone.
    fn pruned(&self) -> Result<Option<Timestamp>, RecordsError>;
    /// Deletes what was no longer the newest at that moment already, and returns how many pieces that were. Both
    /// sides of a fork stay.
    fn prune(&mut self, before: Timestamp) -> Result<usize, RecordsError>;
}

/// The moment before which the archive has gaps.
const PRUNED: &str = "pruned";

/// As known at the moment `?1`.
const COLUMNS: &str = "a.source, a.name, a.number, a.digest, a.first_seen, a.bytes,
    (SELECT max(f.fetched) FROM fetching f WHERE f.archive = a.id AND f.noted <= ?1), a.sum";

/// Whether `a` is a side of a fork `c`.
const IS_SIDE: &str = "c.source = a.source AND c.name = a.name AND
    ((c.known_number, c.known_digest) = (a.number, a.digest) OR (c.found_number, c.found_digest) = (a.number, a.digest))";

/// Whether `a` was no longer the newest at the moment `?1`.
const IS_OLD: &str = "EXISTS (SELECT 1 FROM archive b WHERE b.source = a.source AND b.name = a.name
    AND b.number > a.number AND b.first_seen <= ?1)";

impl Archive for SqlitePlatform {
    fn keep(&mut self, material: &[NewMaterial<'_>], at: Timestamp) -> Result<usize, RecordsError> {
        if material.iter().any(|one| one.bytes.len() > MAX_MATERIAL_LEN) {
            return Err(RecordsError::TooLarge);
        }
        let change = database::begin(&mut self.db)?;
        let mut new = 0;
        {
            let mut insert = change.prepare_cached(
                "INSERT INTO archive (source, name, number, digest, first_seen, bytes, sum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?;
            let mut again = change.prepare_cached(
                "INSERT INTO fetching SELECT id, ?5, ?6 FROM archive
                 WHERE source = ?1 AND name = ?2 AND number = ?3 AND digest = ?4 ON CONFLICT DO NOTHING",
            )?;
            for one in material {
                let (source, number) = (source_number(one.source), one.seen.number.to_be_bytes());
                let digest = one.seen.digest;
                let added = insert.execute(params![
                    source,
                    one.name,
                    number,
                    digest,
                    at.unix(),
                    one.bytes,
                    digest_of(one.bytes),
                ])?;
                new += added;
                if added == 0 {
                    mend(&change, one)?;
                }
                if let Some(fetched) = one.fetched_at {
                    again.execute(params![
                        source,
                        one.name,
                        number,
                        digest,
                        fetched.unix(),
                        at.unix()
                    ])?;
                }
            }
        }
        change.commit()?;
        Ok(new)
    }

    fn met_again(
        &mut self,
        pieces: &[(Source, String, Seen)],
        at: Timestamp,
    ) -> Result<(), RecordsError> {
        let change = database::begin(&mut self.db)?;
        let earlier = "UPDATE archive SET first_seen = ?5
             WHERE source = ?1 AND name = ?2 AND number = ?3 AND digest = ?4 AND first_seen > ?5";
        for (source, name, seen) in pieces {
            let number = seen.number.to_be_bytes();
            let key = params![source_number(*source), name, number, seen.digest, at.unix()];
            change.prepare_cached(earlier)?.execute(key)?;
        }
        change.commit()?;
        Ok(())
    }

    fn archive(&self, source: Source, name: &str) -> Result<Vec<Archived>, RecordsError> {
        let select = format!(
            "SELECT {COLUMNS} FROM archive a WHERE source = ?2 AND name = ?3
             ORDER BY number DESC, first_seen DESC, id DESC"
        );
        let mut select = self.db.prepare_cached(&select)?;
        all(select.query(params![i64::MAX, source_number(source), name])?)
    }

    fn archived_at(&self, time: Timestamp) -> Result<Vec<Archived>, RecordsError> {
        let view = self.db.unchecked_transaction()?;
        if let Some(before) = moment(&view, PRUNED)?.filter(|before| time < *before) {
            return Err(RecordsError::Pruned { before });
        }
        let select = format!(
            "SELECT {COLUMNS} FROM archive a WHERE a.first_seen <= ?1 AND (
               NOT {IS_OLD}
               OR EXISTS (SELECT 1 FROM conflict c WHERE c.noted <= ?1 AND {IS_SIDE})
             ) ORDER BY source, name, number DESC, id"
        );
        let mut select = view.prepare_cached(&select)?;
        all(select.query([time.unix()])?)
    }

    fn stolen_at(&self, time: Timestamp) -> Result<Vec<(String, Seen)>, RecordsError> {
        let mut select = self.db.prepare_cached(
            "SELECT s.name, s.number, s.digest, (SELECT min(a.first_seen) FROM archive a
               WHERE a.source = ?2 AND a.number = s.number AND a.digest = s.digest)
             FROM seen s WHERE s.source = ?1 ORDER BY s.name",
        )?;
        let sources = [Source::StolenKey, Source::Document].map(source_number);
        let mut rows = select.query(sources)?;
        let mut known = Vec::new();
        while let Some(row) = rows.next()? {
            let seen = seen_of(row.get(1)?, row.get(2)?);
            let fetched = || i64::try_from(seen.number).unwrap_or(i64::MAX);
            if row.get::<_, Option<i64>>(3)?.unwrap_or_else(fetched) <= time.unix() {
                known.push((row.get(0)?, seen));
            }
        }
        Ok(known)
    }

    fn remembered(&self) -> Result<Vec<Archived>, RecordsError> {
        let select = format!(
            "SELECT {COLUMNS} FROM archive a JOIN seen s USING (source, name, number, digest)
             ORDER BY source, name"
        );
        let mut select = self.db.prepare_cached(&select)?;
        let mut rows = select.query([i64::MAX])?;
        let mut whole = Vec::new();
        while let Some(row) = rows.next()? {
            whole.extend(archived(row)?);
        }
        Ok(whole)
    }

    fn newest(&self) -> Result<Option<Timestamp>, RecordsError> {
        let select = "SELECT max(first_seen) FROM archive";
        let seconds: Option<i64> = self.db.query_row(select, [], |row| row.get(0))?;
        seconds.map(time_of).transpose()
    }

    fn entries(&self) -> Result<Vec<ArchiveEntry>, RecordsError> {
        self.listed("first_seen <= ?1", i64::MAX)
    }

    fn prunable(&self, before: Timestamp) -> Result<Vec<ArchiveEntry>, RecordsError> {
        self.listed(&prunable(), before.unix())
    }

    fn pruned(&self) -> Result<Option<Timestamp>, RecordsError> {
        moment(&self.db, PRUNED)
    }

    fn prune(&mut self, before: Timestamp) -> Result<usize, RecordsError> {
        let change = database::begin(&mut self.db)?;
        let delete = format!("DELETE FROM archive AS a WHERE {}", prunable());
        let gone = change.execute(&delete, [before.unix()])?;
        if gone > 0 {
            advance(&change, PRUNED, before)?;
        }
        change.commit()?;
        Ok(gone)
    }
}

/// What pruning takes; evidence of a fork stays.
fn prunable() -> String {
    format!("{IS_OLD} AND NOT EXISTS (SELECT 1 FROM conflict c WHERE {IS_SIDE})")
}

impl SqlitePlatform {
    /// What of `a` the condition holds for.
    fn listed(&self, condition: &str, moment: i64) -> Result<Vec<ArchiveEntry>, RecordsError> {
        let select = format!(
            "SELECT source, name, number, digest, first_seen, bytes, sum FROM archive a
             WHERE {condition} ORDER BY source, name, number DESC, id"
        );
        let mut select = self.db.prepare_cached(&select)?;
        let mut rows = select.query([moment])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(5)?.as_blob().map_err(|_| RecordsError::Damaged)?;
            entries.push(ArchiveEntry {
                source: source_of(row.get(0)?)?,
                name: row.get(1)?,
                seen: seen_of(row.get(2)?, row.get(3)?),
                first_seen: time_of(row.get(4)?)?,
                len: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                intact: is_whole(bytes, row.get(6)?),
            });
        }
        Ok(entries)
    }
}

fn all(mut rows: Rows<'_>) -> Result<Vec<Archived>, RecordsError> {
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(archived(row)?.ok_or(RecordsError::Damaged)?);
    }
    Ok(all)
}

fn digest_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Whether bytes are as they were kept, as far as that can be told.
fn is_whole(bytes: &[u8], sum: Option<[u8; 32]>) -> bool {
    sum.is_none_or(|sum| sum == digest_of(bytes))
}

/// A damaged piece is whole again when it is brought once more.
fn mend(db: &Connection, one: &NewMaterial<'_>) -> Result<(), RecordsError> {
    let (source, number) = (source_number(one.source), one.seen.number.to_be_bytes());
    let key = params![source, one.name, number, one.seen.digest];
    let mut select = db.prepare_cached(
        "SELECT id, bytes, sum FROM archive
         WHERE source = ?1 AND name = ?2 AND number = ?3 AND digest = ?4",
    )?;
    let mut rows = select.query(key)?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let (id, bytes): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
    if !is_whole(&bytes, row.get(2)?) {
        let update = "UPDATE archive SET bytes = ?2, sum = ?3 WHERE id = ?1";
        db.prepare_cached(update)?.execute(params![id, one.bytes, digest_of(one.bytes)])?;
    }
    Ok(())
}

/// One piece, if it is as it was kept.
fn archived(row: &Row<'_>) -> Result<Option<Archived>, RecordsError> {
    let bytes: Vec<u8> = row.get(5)?;
    if !is_whole(&bytes, row.get(7)?) {
        return Ok(None);
    }
    Ok(Some(Archived {
        source: source_of(row.get(0)?)?,
        name: row.get(1)?,
        seen: seen_of(row.get(2)?, row.get(3)?),
        first_seen: time_of(row.get(4)?)?,
        bytes,
        fetched_at: row.get::<_, Option<i64>>(6)?.map(time_of).transpose()?,
    }))
}
