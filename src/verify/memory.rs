//! What a verifier remembers from one decision to the next, and what a decision adds to it.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use crate::clock::Timestamp;

/// Trust material of which the newest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A jurisdiction document, named by its id and numbered by its sequence.
    Jurisdiction,
    /// The log of a did:webvh, named by its DID and numbered by its entries.
    History,
    /// A status list token, named by the credential's issuer, a blank and its URI, and numbered by its Unix time of
    /// issue.
    StatusList,
    /// The document of a did:web, named by its DID and numbered by the Unix time of its fetching.
    Document,
    /// A key that a document of a did:web declared stolen, named by the DID, a blank and the key's thumbprint, and
    /// numbered by the Unix time at which that document was fetched. A later document does not take it back.
    StolenKey,
}

/// The newest of a kind that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Sequence, number of entries, or Unix time of issue or of fetching.
    pub number: u64,
    /// SHA-256 of the signed payload, of the last `versionId`, of the token, or of the document.
    pub digest: [u8; 32],
}

/// What the verifier remembers of earlier decisions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The latest moment that has certainly passed.
    pub trusted_time: Option<Timestamp>,
    /// The newest material seen, by kind and name.
    pub seen: BTreeMap<(Source, String), Seen>,
}

/// How material stands to what is remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// Nothing was seen of it before.
    First,
    /// It is what was seen before, or follows it.
    AsNew,
    /// Something newer was seen before.
    Older(Seen),
    /// It contradicts what was seen before.
    Forked(Seen),
}

impl Memory {
    /// How `found` stands to what is remembered; `earlier` gives the digest that it had at an earlier number, where it
    /// tells.
    pub(super) fn met(
        &self,
        source: Source,
        name: &str,
        found: Seen,
        earlier: impl FnOnce(u64) -> Option<[u8; 32]>,
    ) -> Met {
        if self.seen.is_empty() {
            return Met::First;
        }
        let Some(known) = self.seen.get(&(source, name.to_owned())).copied() else {
            return Met::First;
        };
        if known.number > found.number {
            return Met::Older(known);
        }
        let then =
            if known.number == found.number { Some(found.digest) } else { earlier(known.number) };
        match then {
            Some(digest) if digest != known.digest => Met::Forked(known),
            _ => Met::AsNew,
        }
    }
}

/// Two pieces of material that cannot both be true: evidence against whoever signed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What kind of material.
    pub source: Source,
    /// Its name.
    pub name: String,
    /// What was seen before.
    pub known: Seen,
    /// What was met now.
    pub found: Seen,
}

/// What a decision adds to the memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// The latest moment that has certainly passed, if it is later than remembered.
    pub trusted_time: Option<Timestamp>,
    /// Material newer than remembered.
    pub seen: BTreeMap<(Source, String), Seen>,
    /// Forks met. Both sides are worth keeping.
    pub conflicts: Vec<Conflict>,
    /// What was fetched and looked into, new or not: kept, it lets the decision be made again. Number 0 where a status list
    /// was looked for and none counted.
    /// [`Verifier::fetched`](super::Verifier::fetched) gives it.
    pub used: BTreeSet<(Source, String, Seen)>,
    /// Of that, the status list tokens that the holder sent along: nobody else has them.
    pub stapled: BTreeSet<String>,
}

impl Learned {
    /// Only times signed by an accepted issuer count, and none after `now`: a wrong clock teaches nothing. Of the
    /// material used, what is newer than remembered.
    pub(super) fn after(mut self, verdict: &Verdict, memory: &Memory, now: Timestamp) -> Self {
        let credentials = match verdict {
            Verdict::Accepted(verified) => verified.credentials(),
            _ => &[],
        };
        let signed = credentials.iter().flat_map(|credential| {
            // What begins then has not been begun by then: `nbf` proves nothing.
            credential.registered().issued_at
        });
        let latest = signed.chain(self.trusted_time).filter(|time| *time <= now).max();
        let later = |time: &Timestamp| memory.trusted_time.is_none_or(|known| *time > known);
        self.trusted_time = latest.filter(later);
        self.seen.retain(|name, seen| {
            memory.seen.get(name).is_none_or(|known| seen.number > known.number)
        });
        self
    }
}
