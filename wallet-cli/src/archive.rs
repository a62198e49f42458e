//! Trust material that a verdict rested on, in the home's memory: how it is kept, and how it comes back for a replay.
//!
//! A log and its witness file are one piece: eight bytes with the length of the log, most significant first, the log,
//! and the witness file.

use std::collections::BTreeSet;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::verify::{Fetched, Memory, Seen, Source, Verifier};
use bonafide_records::{Archive as _, Archived, NewMaterial, SqlitePlatform};
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::home::Home;

/// A piece as it will be kept.
pub struct Piece {
    source: Source,
    name: String,
    seen: Seen,
    fetched_at: Option<Timestamp>,
    bytes: Vec<u8>,
}

impl Piece {
    /// Of the verifier's material.
    pub fn of(verifier: &Verifier, used: &(Source, String, Seen)) -> Option<Self> {
        let (source, name, seen) = used;
        let (fetched_at, bytes) = match verifier.fetched(*source, name, *seen)? {
            Fetched::StatusList(token) => (None, token.as_bytes().to_vec()),
            Fetched::Did(FetchedDid { material, fetched_at, .. }) => {
                (*fetched_at, packed(material)?)
            }
        };
        Some(Self { source: *source, name: name.clone(), seen: *seen, fetched_at, bytes })
    }

    /// Of what the holder sent along.
    pub fn stapled(
        (source, name, seen): &(Source, String, Seen),
        tokens: &BTreeSet<String>,
    ) -> Option<Self> {
        let is = |token: &&String| <[u8; 32]>::from(Sha256::digest(token)) == seen.digest;
        let bytes = tokens.iter().find(is)?.as_bytes().to_vec();
        Some(Self { source: *source, name: name.clone(), seen: *seen, fetched_at: None, bytes })
    }

    pub fn as_new(&self) -> NewMaterial<'_> {
        let Self { source, name, seen, fetched_at, bytes } = self;
        NewMaterial { source: *source, name, seen: *seen, fetched_at: *fetched_at, bytes }
    }
}

/// What this home's verdicts rested on: files of DIDs, and status list tokens.
#[derive(Default)]
pub struct Known {
    pub dids: Vec<FetchedDid>,
    pub statuses: Vec<String>,
    /// What had been seen by then, to tell that an older piece is older.
    pub memory: Memory,
}

impl Known {
    /// As it was at a moment.
    pub fn at(home: &Home, moment: Timestamp) -> Result<Self> {
        let Some(platform) = open(home)? else { return Ok(Self::default()) };
        let archived = platform.archived_at(moment)?;
        let mut memory = Memory::default();
        for (name, seen) in platform.stolen_at(moment)? {
            memory.seen.insert((Source::StolenKey, name), seen);
        }
        for one in &archived {
            let newest = memory.seen.entry((one.source, one.name.clone())).or_insert(one.seen);
            *newest = one.seen.max(*newest);
        }
        Ok(Self { memory, ..Self::of(archived) })
    }

    /// The newest that is remembered, without documents of did:web: those prove nothing, and those who vouched may not
    /// be believed any more. The memory itself is read when a decision is made.
    pub fn newest(home: &Home) -> Result<Self> {
        let archived = open(home)?.map(|platform| platform.remembered()).transpose()?;
        let mut archived = archived.unwrap_or_default();
        archived.retain(|one| one.source != Source::Document);
        Ok(Self::of(archived))
    }

    fn of(archived: Vec<Archived>) -> Self {
        let mut known = Self::default();
        for archived in archived {
            match did(&archived) {
                Some(did) => known.dids.push(did),
                None => known.statuses.extend(status(archived)),
            }
        }
        known
    }

    /// Adds it to what was given, but for what is there already.
    pub fn join(self, dids: &mut Vec<FetchedDid>, statuses: &mut Vec<String>) {
        for kept in self.dids {
            let same =
                |given: &&mut FetchedDid| given.did == kept.did && given.material == kept.material;
            match dids.iter_mut().find(same) {
                Some(given) => given.fetched_at = given.fetched_at.max(kept.fetched_at),
                None => dids.push(kept),
            }
        }
        for kept in self.statuses {
            if !statuses.iter().any(|given| given.trim() == kept) {
                statuses.push(kept);
            }
        }
    }
}

/// The memory of a home, if it has one.
pub fn open(home: &Home) -> Result<Option<SqlitePlatform>> {
    let path = home.platform().filter(|path| path.symlink_metadata().is_ok());
    Ok(path.map(|path| SqlitePlatform::open(&path)).transpose()?)
}

fn packed(material: &DidMaterial) -> Option<Vec<u8>> {
    Some(match material {
        DidMaterial::Document(document) => document.clone(),
        DidMaterial::Log { log, witness } => {
            let length = u64::try_from(log.len()).ok()?.to_be_bytes();
            [&length, log.as_slice(), witness.as_deref().unwrap_or_default()].concat()
        }
    })
}

/// What was kept for DIDs, as it was fetched.
pub fn did(archived: &Archived) -> Option<FetchedDid> {
    let did = Did::parse(&archived.name).ok()?;
    let material = match archived.source {
        Source::Document => DidMaterial::Document(archived.bytes.clone()),
        Source::History => {
            let (length, rest) = archived.bytes.split_first_chunk::<8>()?;
            let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
            let (log, witness) = rest.split_at_checked(length)?;
            let witness = (!witness.is_empty()).then(|| witness.to_vec());
            DidMaterial::Log { log: log.to_vec(), witness }
        }
        Source::Jurisdiction | Source::StatusList | Source::StolenKey => return None,
    };
    Some(FetchedDid { did, material, fetched_at: archived.fetched_at })
}

/// A status list token that was kept.
pub fn status(archived: Archived) -> Option<String> {
    if archived.source != Source::StatusList {
        return None;
    }
    String::from_utf8(archived.bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archived(source: Source, bytes: Vec<u8>) -> Archived {
        let now = Timestamp::EPOCH;
        let name = "did:webvh:QmScid:a.example".to_owned();
        let seen = Seen { number: 1, digest: [0; 32] };
        Archived { source, name, seen, first_seen: now, fetched_at: Some(now), bytes }
    }

    #[test]
    fn what_is_packed_comes_back() {
        let log = b"{}\n\n{}".to_vec();
        for witness in [None, Some(b"[]".to_vec())] {
            let material = DidMaterial::Log { log: log.clone(), witness };
            let kept = archived(Source::History, packed(&material).unwrap());
            assert_eq!(did(&kept).unwrap().material, material);
            assert_eq!(did(&kept).unwrap().fetched_at, kept.fetched_at);
            assert_eq!(status(kept), None);
        }
        let material = DidMaterial::Document(b"{}".to_vec());
        let kept = archived(Source::Document, packed(&material).unwrap());
        assert_eq!(did(&kept).unwrap().material, material);
        assert_eq!(status(archived(Source::StatusList, b"a.b.c".to_vec())).unwrap(), "a.b.c");
    }

    #[test]
    fn what_was_damaged_is_nothing() {
        for bytes in [vec![], vec![0; 7], vec![0, 0, 0, 0, 0, 0, 0, 2, b'x'], vec![255; 9]] {
            assert_eq!(did(&archived(Source::History, bytes)), None);
        }
        assert_eq!(status(archived(Source::StatusList, vec![255])), None);
    }
}
