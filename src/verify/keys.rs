//! Whose key signed: DIDs to keys, from DIDs that carry their own and from what was fetched for others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::fetched::{Fetched, head, is_past, remember, remember_head, stolen_key};
use super::findings::Findings;
use super::signer::{SignerKey, carried, known_then, last_moment};
use super::{Case, Conflict, Learned, Memory, Met, Seen, Source};
use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Relationship};
use crate::key::PublicKey;
use crate::resolve::{DidMaterial, FetchedDid, History, KeyRefusal, Kinship, KnownDid};
use crate::trust::{Jurisdictions, PinnedIssuer, Pins};

/// Why a key was not found or does not count: its kind and what happened.
pub(super) type Problem = (&'static str, String);

/// The DIDs that a verifier knows.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pins: Pins,
    fetched: BTreeMap<Did, Vec<Fetched>>,
    /// Those of them whom the verifier does not believe: nothing is remembered of them.
    strangers: BTreeSet<Did>,
}

/// The key that a credential names as its issuer's.
pub(super) struct IssuerKey<'v> {
    pub(super) issuer: Did,
    pub(super) fragment: String,
    pub(super) pinned: Option<&'v PinnedIssuer>,
    pub(super) signer: SignerKey<'v>,
}

impl Keys {
    pub(super) fn new(pins: Pins, fetched: Vec<FetchedDid>, lists: &Jurisdictions) -> Self {
        let mut all: BTreeMap<Did, Vec<Fetched>> = BTreeMap::new();
        for material in fetched {
            let own = all.entry(material.did.clone()).or_default();
            own.push(Fetched::new(material));
        }
        let stranger = |did: &&Did| pins.get(did).is_none() && !lists.names(did);
        let strangers = all.keys().filter(stranger).cloned().collect();
        Self { pins, fetched: all, strangers }
    }

    pub(super) fn pinned(&self, did: &Did) -> Option<&PinnedIssuer> {
        self.pins.get(did)
    }

    /// The key named by `kid`, an absolute DID URL, listed under assertionMethod (DID profile §2), for what was signed
    /// on that day.
    pub(super) fn of_issuer(
        &self,
        kid: Option<&str>,
        signed_on: impl FnOnce() -> Option<Timestamp>,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Result<IssuerKey<'_>, Problem> {
        let kid = kid.filter(|kid| kid.starts_with("did:"));
        let kid =
            kid.ok_or_else(|| ("key-not-found", "kid is not the DID URL of a key".to_owned()))?;
        if let Some((pinned, key)) = self.pins.key(kid) {
            let fragment = kid.split_once('#').map(|(_, fragment)| fragment.to_owned());
            let (issuer, fragment) = (pinned.did.clone(), fragment.unwrap_or_default());
            let signer = carried(Cow::Borrowed(key));
            return Ok(IssuerKey { issuer, fragment, pinned: Some(pinned), signer });
        }
        let url = DidUrl::parse(kid).map_err(told)?;
        let signer = self.of_signer(&url, signed_on, case, findings)?;
        let (issuer, fragment) = (url.did().clone(), url.fragment().to_owned());
        let pinned = self.pins.get(&issuer);
        Ok(IssuerKey { issuer, fragment, pinned, signer })
    }

    /// The key of any signer, for what was signed on that day.
    pub(super) fn of_signer(
        &self,
        url: &DidUrl,
        signed_on: impl FnOnce() -> Option<Timestamp>,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Result<SignerKey<'_>, Problem> {
        if !matches!(url.did().method(), "web" | "webvh") {
            let document = did::document(url.did()).map_err(told)?;
            let key = document.key(url, Relationship::AssertionMethod).map_err(told)?;
            return Ok(carried(Cow::Owned(key.clone())));
        }
        self.rests_on(url.did(), findings);
        let (fetched, known) = self.known(url.did(), case, findings)?;
        if !self.strangers.contains(url.did()) {
            remember(fetched, url.did(), case, findings)?;
        }
        let signed_on = signed_on().ok_or_else(|| {
            (
                "claim-missing",
                "it does not say when it begins; keys of this issuer change".to_owned(),
            )
        })?;
        let purpose = Relationship::AssertionMethod;
        let found = known.key(url.fragment(), purpose, signed_on, last_moment(known, case));
        let told = |error: KeyRefusal| (error.code(), error.to_string());
        let found = found.map_err(told)?;
        if matches!(known, KnownDid::Web(_)) && self.is_stolen(url.did(), found.key, case.memory) {
            return Err(told(KeyRefusal::Compromised));
        }
        let (key, of_stranger) = (Cow::Borrowed(found.key), self.strangers.contains(url.did()));
        Ok(SignerKey { key, until: found.until, fetched: Some(fetched), of_stranger })
    }

    /// Whether any document of a did:web, at hand or seen before, declared the key stolen. A log tells that itself.
    fn is_stolen(&self, did: &Did, key: &PublicKey, memory: &Memory) -> bool {
        let name = stolen_key(did, key);
        let own = self.fetched.get(did).map(Vec::as_slice).unwrap_or_default();
        own.iter().flat_map(Fetched::stolen).any(|(stolen, _)| stolen == name)
            || memory.seen.contains_key(&(Source::StolenKey, name))
    }

    /// What was fetched for a DID, by what it is called when it is remembered or kept.
    pub(super) fn fetched(&self, source: Source, did: &str, seen: Seen) -> Option<&FetchedDid> {
        let own = self.fetched.get(&Did::parse(did).ok()?)?;
        let found = own.iter().find(|fetched| fetched.seen() == Some((source, seen)));
        found.map(|fetched| &fetched.material)
    }

    /// The latest document of each did:web that is not remembered yet, whether or not a decision needs it.
    pub(super) fn learn_documents(&self, memory: &Memory, now: Timestamp, learned: &mut Learned) {
        for (did, own) in &self.fetched {
            let is_document =
                |one: &Fetched| matches!(one.material.material, DidMaterial::Document(_));
            if self.strangers.contains(did) || !own.iter().any(is_document) {
                continue;
            }
            let past = |fetched: &&Fetched| is_past(fetched, now);
            for (key, seen) in own.iter().filter(past).flat_map(Fetched::stolen) {
                let name = (Source::StolenKey, key);
                if !memory.seen.contains_key(&name) {
                    learned.seen.insert(name, seen);
                }
            }
            let Some(latest) = own.iter().max_by_key(|fetched| fetched.material.fetched_at) else {
                continue;
            };
            let Some((source, seen, met)) = latest.met(memory, did) else { continue };
            let name = (source, did.to_string());
            let is_new = matches!(met, Met::First | Met::AsNew)
                && memory.seen.get(&name) != Some(&seen)
                && is_past(latest, now);
            if is_new && matches!(latest.known(), Ok(KnownDid::Web(_))) {
                learned.used.insert((source, did.to_string(), seen));
                learned.seen.insert(name, seen);
            }
        }
    }

    /// Tells what was fetched for a DID: whatever comes of it, the decision rests on all of it.
    fn rests_on(&self, did: &Did, findings: &mut Findings) {
        if self.strangers.contains(did) {
            return;
        }
        for fetched in self.fetched.get(did).map(Vec::as_slice).unwrap_or_default() {
            if let Some((source, seen)) = fetched.seen() {
                findings.used(source, did.as_str(), seen);
            }
        }
    }

    /// The longest history of a DID, or its latest document, if nothing at hand contradicts it.
    fn known(
        &self,
        did: &Did,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Result<(&Fetched, &KnownDid), Problem> {
        let own = self.fetched.get(did).map(Vec::as_slice).unwrap_or_default();
        let best = match own {
            [only] => only,
            own => own.iter().max_by_key(|fetched| fetched.weight()).ok_or_else(|| {
                ("did-not-at-hand", format!("what {did} says of its keys is not at hand"))
            })?,
        };
        let known = best.known().map_err(Clone::clone)?;
        let beside = |other: &&Fetched| {
            other.material.fetched_at == best.material.fetched_at
                && other.material.material != best.material.material
        };
        if matches!(known, KnownDid::Web(_)) && own.iter().any(|other| beside(&other)) {
            let detail = format!("two documents of {did} were fetched at one moment, and differ");
            return Err(("history-stale", detail));
        }
        if let KnownDid::History(history) = known {
            self.check_logs((best, history), own, case, findings)?;
        }
        Ok((best, known))
    }

    /// Nothing at hand contradicts a history, and it is whole and of the past.
    fn check_logs(
        &self,
        (best, history): (&Fetched, &History),
        own: &[Fetched],
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Result<(), Problem> {
        let did = history.did();
        let is_stranger = self.strangers.contains(did);
        for other in own.iter().filter_map(Fetched::history) {
            if let Some(cut) = other.cut().filter(|_| history.cut().is_none()) {
                let detail = format!("a log of {did} that breaks off was left aside: {cut}");
                findings.note("log-invalid", detail);
            }
            match history.compare(other) {
                Kinship::Extends => {
                    findings.note("log-older", format!("an older log of {did} was left aside"));
                }
                Kinship::Forks(number) => {
                    if !is_stranger {
                        let (source, name) = (Source::History, did.to_string());
                        let (known, found) = (head(history), head(other));
                        findings.conflict(Conflict { source, name, known, found });
                    }
                    let detail = format!("two logs of the issuer differ from version {number} on");
                    return Err(("log-forked", detail));
                }
                _ => {}
            }
        }
        let refused = match (history.cut(), case.replay) {
            (Some(cut), _) => Err(format!("the issuer's log breaks off: {cut}")),
            (None, false) => history.check_times(case.now).map_err(|error| error.to_string()),
            (None, true) => {
                let count = known_then(did, case);
                history.check_times_of(count, case.now).map_err(|error| error.to_string())
            }
        };
        // What holds of a log that does not count is not to be forgotten: it may declare a key stolen.
        if refused.is_err() && !is_stranger {
            remember_head(best, did, case, findings);
        }
        refused.map_err(|detail| ("log-invalid", detail))
    }
}

fn told(error: DidError) -> Problem {
    (error.code(), error.to_string())
}
