//! What was fetched for a DID: checked once, weighed against what else is at hand and what is remembered.

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use super::findings::Findings;
use super::keys::Problem;
use super::{Case, Memory, Met, Seen, Source};
use crate::clock::Timestamp;
use crate::did::{Did, DidDocument, MethodKey};
use crate::key::PublicKey;
use crate::resolve::{DidMaterial, FetchedDid, FetchedError, History, KnownDid};

/// Seconds by which the clock of who fetched may be ahead.
const LEEWAY: i64 = 60;

/// What was fetched for a DID, checked when it is first needed.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) material: FetchedDid,
    known: OnceLock<Result<KnownDid, Problem>>,
}

impl Fetched {
    pub(super) fn new(material: FetchedDid) -> Self {
        Self { material, known: OnceLock::new() }
    }

    pub(super) fn known(&self) -> Result<&KnownDid, &Problem> {
        let check = || self.material.check().map_err(|error| (kind(&error), error.to_string()));
        self.known.get_or_init(check).as_ref()
    }

    /// How much it says: versions, then wholeness; of documents the latest.
    pub(super) fn weight(&self) -> (usize, bool, Option<Timestamp>) {
        match self.known() {
            Ok(KnownDid::History(history)) => {
                (history.versions().len(), history.cut().is_none(), self.material.fetched_at)
            }
            Ok(KnownDid::Web(_)) => (1, true, self.material.fetched_at),
            Err(_) => (0, false, None),
        }
    }

    pub(super) fn history(&self) -> Option<&History> {
        match self.known() {
            Ok(KnownDid::History(history)) => Some(history),
            _ => None,
        }
    }

    /// What it is called when it is remembered or kept. A log that breaks off has no name: it would take the place of the
    /// whole one, which has the same head.
    pub(super) fn seen(&self) -> Option<(Source, Seen)> {
        if let DidMaterial::Document(bytes) = &self.material.material {
            let number = u64::try_from(self.material.fetched_at?.unix()).ok()?;
            let digest = Sha256::digest(bytes).into();
            return Some((Source::Document, Seen { number, digest }));
        }
        let whole = self.history().filter(|history| history.cut().is_none());
        Some((Source::History, head(whole?)))
    }

    /// The keys that a document of a did:web declares stolen, as they are remembered.
    pub(super) fn stolen(&self) -> impl Iterator<Item = (String, Seen)> {
        let document = match self.known() {
            Ok(KnownDid::Web(web)) => Some(web.document()),
            _ => None,
        };
        let seen = document.and_then(|_| self.seen()).map(|(_, seen)| seen);
        let methods = document.map(DidDocument::methods).unwrap_or_default();
        let keys = methods.iter().filter(|method| method.revoked().is_some());
        keys.filter_map(move |method| match method.key() {
            MethodKey::Signing(key) => Some((stolen_key(method.id().did(), key), seen?)),
            MethodKey::Agreement(_) => None,
        })
    }

    /// What it is called, and how it stands to what is remembered.
    pub(super) fn met(&self, memory: &Memory, did: &Did) -> Option<(Source, Seen, Met)> {
        let (source, found) = self.seen()?;
        let at = |number: u64| {
            let place = usize::try_from(number).ok()?.checked_sub(1)?;
            Some(self.history()?.versions().get(place)?.digest())
        };
        Some((source, found, memory.met(source, did.as_str(), found, at)))
    }
}

/// Whatever becomes of the key: what refuses it is not to be forgotten. A document does not count once another one was
/// seen, fetched at its moment or later, that says something else.
pub(super) fn remember(
    fetched: &Fetched,
    did: &Did,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Result<(), Problem> {
    let Some((source, seen, met)) = fetched.met(case.memory, did) else { return Ok(()) };
    let is_document = source == Source::Document;
    // Where the clock is wrong, nothing is learned from it.
    let is_ahead = is_document && !is_past(fetched, case.now);
    for (key, seen) in fetched.stolen().filter(|_| !is_ahead) {
        findings.learn(Source::StolenKey, &key, seen);
    }
    match met {
        Met::First | Met::AsNew if !is_ahead => findings.learn(source, did.as_str(), seen),
        Met::Older(known) | Met::Forked(known) if is_document && known.digest != seen.digest => {
            let detail = format!("another document of {did}, no older, was seen before");
            return Err(("history-stale", detail));
        }
        _ => {}
    }
    Ok(())
}

/// Whether it was fetched, by a clock that may be ahead of ours by as much as a bundle's.
pub(super) fn is_past(fetched: &Fetched, now: Timestamp) -> bool {
    fetched.material.fetched_at.is_some_and(|at| at <= now.plus(LEEWAY))
}

/// The head of what holds of a log that does not count.
pub(super) fn remember_head(
    fetched: &Fetched,
    did: &Did,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let Some(history) = fetched.history() else { return };
    let found = head(history);
    let at = |number: u64| {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Some(history.versions().get(place)?.digest())
    };
    if let Met::First | Met::AsNew = case.memory.met(Source::History, did.as_str(), found, at) {
        findings.learn(Source::History, did.as_str(), found);
    }
}

/// By what a stolen key of a did:web is remembered.
pub(super) fn stolen_key(did: &Did, key: &PublicKey) -> String {
    format!("{did} {}", key.id())
}

pub(super) fn head(history: &History) -> Seen {
    let head = history.head();
    Seen { number: head.number(), digest: head.digest() }
}

/// Whatever is wrong with a log, it is the log that is wrong.
fn kind(error: &FetchedError) -> &'static str {
    match (error, error.code()) {
        (_, code @ ("blocked-target" | "did-mismatch")) => code,
        (FetchedError::Log(_), _) => "log-invalid",
        (FetchedError::Document(_), code) => code,
    }
}
