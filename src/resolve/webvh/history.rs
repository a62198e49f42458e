//! A log that was checked whole, and what it tells.

use sha2::{Digest as _, Sha256};

use super::chain::Chain;
use super::witness::first_unwitnessed;
use super::{FUTURE, LogError, LogFault, MAX_ENTRIES, MAX_LOG, Parameters};
use crate::clock::Timestamp;
use crate::did::{Did, DidDocument, Relationship};
use crate::encoding::EncodingError;
use crate::resolve::keys::KeyIndex;
use crate::resolve::{KeyRefusal, KeyUse, Location};

/// A version of a DID: an entry of its log that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub(super) number: u64,
    pub(super) version_id: String,
    pub(super) time: Timestamp,
    pub(super) did: Did,
    pub(super) document: DidDocument,
    pub(super) parameters: Parameters,
}

impl Version {
    /// Its number, counted from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Number, dash, hash.
    pub fn version_id(&self) -> &str {
        &self.version_id
    }

    /// SHA-256 of the version's id: what a verifier remembers.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.version_id).into()
    }

    /// When it came into force, as the controller says.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The DID in this version; another than before where it moved.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Its keys; `None` where the DID is deactivated.
    pub fn document(&self) -> Option<&DidDocument> {
        (!self.parameters.deactivated).then_some(&self.document)
    }

    /// Likewise, also as the DID ends: what it says of stolen keys still counts.
    pub(in crate::resolve) fn last_document(&self) -> &DidDocument {
        &self.document
    }

    /// What holds for the next entry.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}

/// How two histories stand to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// The same entries.
    Same,
    /// This one has all entries of the other, and more.
    Extends,
    /// The other has all entries of this one, and more.
    Extended,
    /// From this version on they differ: both cannot be true, and somebody signed both.
    Forks(u64),
    /// Of two different DIDs.
    Strangers,
}

/// The versions of a did:webvh. Made only by [`Self::verify`]; there is at least one.
#[derive(Clone, Debug)]
pub struct History {
    did: Did,
    scid: String,
    head: Box<Version>,
    versions: Vec<Version>,
    keys: KeyIndex,
    cut: Option<LogError>,
}

impl History {
    /// Checks a log (`did.jsonl`) and its witness file (`did-witness.json`). Reads no clock: see
    /// [`Self::check_times`]. Where a later entry is bad, the versions before it are kept and [`Self::cut`] says why.
    ///
    /// # Errors
    /// [`LogError`] where not even the first entry holds, or no entry is of this DID.
    pub fn verify(did: &Did, log: &[u8], witness: Option<&[u8]>) -> Result<Self, LogError> {
        Self::check(did, log, Some(witness))
    }

    /// As [`Self::verify`], but nobody needs to vouch yet: for those who are asked to, and for whoever writes the log.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn verify_unwitnessed(did: &Did, log: &[u8]) -> Result<Self, LogError> {
        Self::check(did, log, None)
    }

    fn check(did: &Did, log: &[u8], witness: Option<Option<&[u8]>>) -> Result<Self, LogError> {
        let whole = |fault| LogError { entry: 0, fault };
        let location = Location::of(did).map_err(|_| whole(LogFault::BadDid))?;
        let scid = location.scid().ok_or(whole(LogFault::BadDid))?;
        if log.len() > MAX_LOG {
            return Err(whole(EncodingError::TooLarge.into()));
        }
        let log = log.strip_suffix(b"\n").unwrap_or(log);
        let mut chain = Chain::new(scid);
        let (mut links, mut cut) = (Vec::new(), None);
        for (line, entry) in log.split(|byte| *byte == b'\n').zip(1..) {
            let full = links.len() >= MAX_ENTRIES;
            let link = if full { Err(LogFault::TooManyEntries) } else { chain.accept(line) };
            match link {
                Ok(link) => links.push(link),
                Err(fault) => {
                    cut = Some(LogError { entry, fault });
                    break;
                }
            }
        }
        let unwitnessed = witness.and_then(|file| first_unwitnessed(&links, file));
        if let Some((at, fault)) = unwitnessed {
            links.truncate(at);
            cut = Some(LogError { entry: at as u64 + 1, fault });
        }
        let versions: Vec<_> = links.into_iter().map(|link| link.version).collect();
        let Some(head) = versions.last().cloned().map(Box::new) else {
            return Err(cut.unwrap_or(whole(EncodingError::Malformed.into())));
        };
        if versions.iter().all(|version| version.did != *did) {
            return Err(whole(LogFault::NeverThisDid));
        }
        let keys = KeyIndex::new(did, &versions);
        Ok(Self { did: did.clone(), scid: scid.to_owned(), head, versions, keys, cut })
    }

    /// The DID asked for.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// Its self-certifying part.
    pub fn scid(&self) -> &str {
        &self.scid
    }

    /// All versions that hold, oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// The newest version that holds.
    pub fn head(&self) -> &Version {
        &self.head
    }

    /// The version in force at that time.
    pub fn at(&self, time: Timestamp) -> Option<&Version> {
        self.versions.get(self.known(time).checked_sub(1)?)
    }

    /// Why the log breaks off, if entries after [`Self::head`] were bad. Such a log leads to no acceptance: the entry
    /// that is missing may be the one that declares a key compromised.
    pub fn cut(&self) -> Option<&LogError> {
        self.cut.as_ref()
    }

    /// Whether all versions lie in the past, give or take [`FUTURE`] seconds.
    ///
    /// # Errors
    /// [`LogFault::NotYetValid`] for the first that does not.
    pub fn check_times(&self, now: Timestamp) -> Result<(), LogError> {
        match self.versions.get(self.known(now.plus(FUTURE))) {
            None => Ok(()),
            Some(early) => Err(LogError { entry: early.number, fault: LogFault::NotYetValid }),
        }
    }

    /// Likewise of the first `count` versions alone.
    pub(crate) fn check_times_of(&self, count: usize, now: Timestamp) -> Result<(), LogError> {
        match self.check_times(now) {
            Err(early) if early.entry <= count as u64 => Err(early),
            _ => Ok(()),
        }
    }

    /// How this history stands to `other`.
    pub fn compare(&self, other: &Self) -> Kinship {
        if self.scid != other.scid {
            return Kinship::Strangers;
        }
        let pairs = self.versions.iter().zip(&other.versions);
        let mut different = pairs.filter(|(one, two)| one.version_id != two.version_id);
        match different.next() {
            Some((version, _)) => Kinship::Forks(version.number),
            None if self.versions.len() > other.versions.len() => Kinship::Extends,
            None if self.versions.len() < other.versions.len() => Kinship::Extended,
            None => Kinship::Same,
        }
    }

    /// See [`crate::resolve::KnownDid::key`].
    pub(in crate::resolve) fn key(
        &self,
        fragment: &str,
        relationship: Relationship,
        signed_on: Timestamp,
        as_of: Timestamp,
    ) -> Result<KeyUse<'_>, KeyRefusal> {
        self.keys.find((&self.versions, self.known(as_of)), fragment, relationship, signed_on)
    }

    /// How many versions were in force by then. Their times rise.
    pub(crate) fn known(&self, time: Timestamp) -> usize {
        self.versions.partition_point(|version| version.time <= time)
    }
}
