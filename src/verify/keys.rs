//! Whose key signed: DIDs to keys, from DIDs that carry their own and from what was fetched for others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::fetched::{Fetched, head, is_past, remember, remember_head, stolen_key};
use super::findings::Findings;
use super::{Case, Conflict, Learned, Memory, Met, Seen, Source};
use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, DidUrl, Relationship};
use crate::key::PublicKey;
use crate::resolve::webvh::FUTURE;
use crate::resolve::{DidMaterial, FetchedDid, KeyRefusal, Kinship, KnownDid};
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

/// The key of a signer, and what is known of it.
pub(super) struct SignerKey<'v> {
    pub(super) key: Cow<'v, PublicKey>,
    /// When it was retired in order: that day (UTC) is its last.
    pub(super) until: Option<Timestamp>,
    /// What it comes from, where its DID does not carry it.
    fetched: Option<&'v Fetched>,
    /// Nobody here believes its DID.
    of_stranger: bool,
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
            for other in own.iter().filter_map(Fetched::history) {
                if let Some(cut) = other.cut().filter(|_| history.cut().is_none()) {
                    findings.note(
                        "log-invalid",
                        format!("a log of {did} that breaks off was left aside: {cut}"),
                    );
                }
                let kinship = history.compare(other);
                if kinship == Kinship::Extends {
                    findings.note("log-older", format!("an older log of {did} was left aside"));
                }
                if let Kinship::Forks(number) = kinship {
                    if !self.strangers.contains(did) {
                        findings.conflict(Conflict {
                            source: Source::History,
                            name: did.to_string(),
                            known: head(history),
                            found: head(other),
                        });
                    }
                    let detail = format!("two logs of the issuer differ from version {number} on");
                    return Err(("log-forked", detail));
                }
            }
            // What holds of a log that does not count is not to be forgotten: it may declare a key stolen.
            let refused = |detail: String, findings: &mut Findings| {
                if !self.strangers.contains(did) {
                    remember_head(best, did, case, findings);
                }
                Err(("log-invalid", detail))
            };
            if let Some(cut) = history.cut() {
                return refused(format!("the issuer's log breaks off: {cut}"), findings);
            }
            let times = match case.replay {
                false => history.check_times(case.now),
                true => history.check_times_of(known_then(did, case), case.now),
            };
            if let Err(error) = times {
                return refused(error.to_string(), findings);
            }
        }
        Ok((best, known))
    }
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
fn known_then(did: &Did, case: &Case<'_>) -> usize {
    let seen = case.memory.seen.get(&(Source::History, did.to_string()));
    seen.and_then(|seen| usize::try_from(seen.number).ok()).unwrap_or_default()
}

/// Up to when entries count. All that may be in a log do: what declares a key stolen does not wait for a clock that is slow.
/// In a replay those that were known then, and of what was brought since those of before.
fn last_moment(known: &KnownDid, case: &Case<'_>) -> Timestamp {
    match known {
        KnownDid::History(history) if case.replay => {
            let then = known_then(history.did(), case).checked_sub(1);
            let last = then.and_then(|last| history.versions().get(last));
            last.map_or(case.now, |version| version.time().max(case.now))
        }
        _ => case.now.plus(FUTURE),
    }
}

fn told(error: DidError) -> Problem {
    (error.code(), error.to_string())
}

/// A key that its DID carries: it never changes.
fn carried(key: Cow<'_, PublicKey>) -> SignerKey<'_> {
    SignerKey { key, until: None, fetched: None, of_stranger: false }
}
