//! The key of a signer, and what is known of it.

use std::borrow::Cow;

use super::fetched::Fetched;
use super::{Case, Memory, Met, Seen, Source};
use crate::clock::Timestamp;
use crate::did::Did;
use crate::key::PublicKey;
use crate::resolve::KnownDid;
use crate::resolve::webvh::FUTURE;

/// The key of a signer, and what is known of it.
pub(super) struct SignerKey<'v> {
    pub(super) key: Cow<'v, PublicKey>,
    /// When it was retired in order: that day (UTC) is its last.
    pub(super) until: Option<Timestamp>,
    /// What it comes from, where its DID does not carry it.
    pub(super) fetched: Option<&'v Fetched>,
    /// Nobody here believes its DID.
    pub(super) of_stranger: bool,
}

impl SignerKey<'_> {
    /// Whether it rests on something fetched, which can be old.
    pub(super) fn is_fetched(&self) -> bool {
        self.fetched.is_some()
    }

    /// When that was fetched.
    pub(super) fn fetched_at(&self) -> Option<Timestamp> {
        self.fetched?.material.fetched_at
    }

    /// How many entries count of the history that it comes from.
    pub(super) fn log_version(&self, case: &Case<'_>) -> Option<u64> {
        let known = self.fetched?.known().ok()?;
        match known {
            KnownDid::History(history) => {
                u64::try_from(history.known(last_moment(known, case))).ok()
            }
            KnownDid::Web(_) => None,
        }
    }

    /// How the history that it comes from stands to the one remembered, and what to remember of it; nothing of strangers.
    pub(super) fn met(&self, memory: &Memory, did: &Did) -> Option<(Seen, Met)> {
        let fetched = self.fetched.filter(|_| !self.of_stranger);
        let (source, seen, met) = fetched?.met(memory, did)?;
        (source == Source::History).then_some((seen, met))
    }
}

/// How many entries of a log were known at the moment of a replay, where that is remembered.
pub(super) fn known_then(did: &Did, case: &Case<'_>) -> usize {
    let seen = case.memory.seen.get(&(Source::History, did.to_string()));
    seen.and_then(|seen| usize::try_from(seen.number).ok()).unwrap_or_default()
}

/// Up to when entries count. All that may be in a log do: what declares a key stolen does not wait for a clock that is slow.
/// In a replay those that were known then, and of what was brought since those of before.
pub(super) fn last_moment(known: &KnownDid, case: &Case<'_>) -> Timestamp {
    match known {
        KnownDid::History(history) if case.replay => {
            let then = known_then(history.did(), case).checked_sub(1);
            let last = then.and_then(|last| history.versions().get(last));
            last.map_or(case.now, |version| version.time().max(case.now))
        }
        _ => case.now.plus(FUTURE),
    }
}

/// A key that its DID carries: it never changes.
pub(super) fn carried(key: Cow<'_, PublicKey>) -> SignerKey<'_> {
    SignerKey { key, until: None, fetched: None, of_stranger: false }
}
