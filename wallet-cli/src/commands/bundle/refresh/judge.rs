//! Whether what was fetched takes the place of what is there. Nothing good is given up for something worse.

use std::collections::BTreeMap;

use bonafide::bundle::{BundleError, Entry, Kind, NewItem, ends};
use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::resolve::{DidMaterial, FetchedDid, History, Kinship, WebDocument};
use bonafide::status::UnverifiedStatusToken;
use bonafide::trust::UnverifiedJurisdiction;
use bonafide_fetch::Fetched;

use super::super::check::{self, Finding};
use super::super::names;
use super::plan::Wanted;

/// Stands in every log that has witnesses.
const MENTION: &[u8] = b"\"witness\"";

/// Why it was not taken.
#[derive(Clone, Debug)]
pub struct Refused {
    pub code: &'static str,
    pub words: String,
}

type Result<T> = std::result::Result<T, Refused>;

impl Refused {
    fn new(code: &'static str, words: &str) -> Self {
        Self { code, words: words.to_owned() }
    }
}

impl From<BundleError> for Refused {
    fn from(error: BundleError) -> Self {
        Self { code: error.code(), words: error.to_string() }
    }
}

/// Witness files that were fetched, by their DIDs.
pub type Witnesses = BTreeMap<String, Vec<u8>>;

pub fn witnesses(pairs: &[(&Wanted, Result<Fetched>)]) -> Witnesses {
    let fetched = pairs.iter().filter_map(|(wanted, answer)| match answer {
        Ok(Fetched::New { bytes, .. }) if wanted.kind == Kind::DidWitness => {
            Some((wanted.name.clone()?, bytes.clone()))
        }
        _ => None,
    });
    fetched.collect()
}

/// The items of the bundle in the making.
pub struct Contents<'a>(Vec<NewItem<'a>>);

impl<'a> Contents<'a> {
    pub fn new(items: Vec<NewItem<'a>>) -> Self {
        Self(items)
    }

    pub fn into_items(self) -> Vec<NewItem<'a>> {
        self.0
    }

    fn of(&self, kind: Kind, name: &str) -> impl Iterator<Item = &NewItem<'a>> {
        self.0.iter().filter(move |item| item.entry().kind() == kind && item.entry().name() == name)
    }

    fn newest_item(&self, kind: Kind, name: &str) -> Option<&NewItem<'a>> {
        self.of(kind, name).max_by_key(|item| number(kind, item.bytes()))
    }

    /// The newest of that name.
    pub fn newest(&self, kind: Kind, name: &str) -> Option<&Entry> {
        self.newest_item(kind, name).map(NewItem::entry)
    }

    pub fn has(&self, wanted: &Wanted) -> bool {
        wanted.name.as_ref().is_some_and(|name| self.of(wanted.kind, name).next().is_some())
    }

    /// The server says that it has no other than the newest here.
    pub fn seen_again(&mut self, wanted: &Wanted, now: Timestamp) -> Result<()> {
        let name = wanted.name.as_deref().unwrap_or_default();
        let Some(newest) = self.newest_item(wanted.kind, name).cloned() else {
            return Err(Refused::new("http-status", "the server sent nothing"));
        };
        self.put(newest.seen_again(now));
        Ok(())
    }

    /// Takes what was fetched, if it holds and is not older than what is there.
    pub fn take(
        &mut self,
        wanted: &Wanted,
        bytes: Vec<u8>,
        etag: Option<&str>,
        witnesses: &Witnesses,
        now: Timestamp,
    ) -> Result<()> {
        let name = name(wanted, &bytes)?;
        // Some servers answer with a page where they have nothing.
        if wanted.optional && !self.names_witnesses(&name) {
            return Ok(());
        }
        let old = self.newest_item(wanted.kind, &name).map(NewItem::bytes);
        if old != Some(&bytes) {
            let witness = witnesses.get(&name).map(Vec::as_slice);
            self.judge(wanted.kind, &name, old, &bytes, witness, now)?;
        }
        let mut item = NewItem::new(wanted.kind, &name, bytes, now)?;
        if let Ok(url) = &wanted.url {
            item = item.with_origin(url)?;
        }
        if let Some(etag) = etag {
            item = item.with_etag(etag)?;
        }
        if item.entry().kind() == Kind::StatusList {
            self.give_up_tokens(&item, now);
        }
        self.put(item);
        Ok(())
    }

    /// Older tokens of a list say nothing more once a newer one is proven; one that could not be checked here comes
    /// beside them, and the verifier decides. Those that have ended go in any case. Older jurisdiction documents stay:
    /// they are the links to the new one.
    fn give_up_tokens(&mut self, new: &NewItem<'_>, now: Timestamp) {
        let proven = check::status(new.bytes(), new.entry().name(), |did| self.files(did), now);
        let proven = matches!(proven, Finding::Proven(_));
        self.0.retain(|item| {
            let other = item.entry().kind() != Kind::StatusList
                || item.entry().name() != new.entry().name();
            let ended = || ends(Kind::StatusList, item.bytes()).is_some_and(|end| end <= now);
            other || !proven && !ended()
        });
    }

    /// What is at hand of a DID. Documents here come from makers that this home believes, or from their own place.
    fn files(&self, did: &Did) -> Option<FetchedDid> {
        let of = |kind| self.newest_item(kind, did.as_str()).map(|item| item.bytes().to_vec());
        let material = match of(Kind::DidLog) {
            Some(log) => DidMaterial::Log { log, witness: of(Kind::DidWitness) },
            None => DidMaterial::Document(of(Kind::DidDocument)?),
        };
        Some(FetchedDid { did: did.clone(), material, fetched_at: None })
    }

    fn names_witnesses(&self, did: &str) -> bool {
        let log = self.newest_item(Kind::DidLog, did).map(NewItem::bytes).unwrap_or_default();
        log.windows(MENTION.len()).any(|window| window == MENTION)
    }

    /// In the place of the same, or of the only one of its name.
    fn put(&mut self, item: NewItem<'a>) {
        let new = item.entry().clone();
        self.remove(|old| {
            let name = (old.kind(), old.name()) == (new.kind(), new.name());
            name && (!new.kind().may_repeat() || old.digest() == new.digest())
        });
        self.0.push(item);
    }

    fn remove(&mut self, which: impl Fn(&Entry) -> bool) {
        self.0.retain(|item| !which(item.entry()));
    }

    fn judge(
        &self,
        kind: Kind,
        name: &str,
        old: Option<&[u8]>,
        new: &[u8],
        witness: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<()> {
        let stored = |kind| self.newest_item(kind, name).map(NewItem::bytes);
        match kind {
            Kind::DidDocument => document(&did(name)?, old, new, now),
            Kind::DidLog => log(&did(name)?, old, new, witness.or(stored(Kind::DidWitness)), now),
            Kind::DidWitness => match stored(Kind::DidLog) {
                Some(log) => finding(check::log(&did(name)?, log, Some(new), now)),
                None => Err(Refused::new("log-invalid", "there is no log that it belongs to")),
            },
            Kind::StatusList => {
                let later = old.and_then(issued) <= issued(new);
                finding(check::status(new, name, |did| self.files(did), now)).and(newer(later))
            }
            Kind::Jurisdiction => jurisdiction(old, new),
            Kind::Policy | Kind::TypeMetadata => Ok(()),
        }
    }
}

fn did(name: &str) -> Result<Did> {
    Did::parse(name).map_err(|error| Refused::new(error.code(), &error.to_string()))
}

/// A document that has forgotten which keys were declared stolen is an old one, from wherever it came again.
fn document(did: &Did, old: Option<&[u8]>, new: &[u8], now: Timestamp) -> Result<()> {
    let new = WebDocument::read(did, new, now)
        .map_err(|error| Refused::new(error.code(), &error.to_string()))?;
    let old = old.and_then(|old| WebDocument::read(did, old, now).ok());
    let stolen = old.as_ref().map(|old| old.document().revoked()).unwrap_or_default();
    if stolen.iter().all(|name| new.document().revoked().contains(name)) {
        return Ok(());
    }
    Err(Refused::new("rolled-back", "it leaves out that a key was declared stolen"))
}

/// What the bytes are called; nothing else may be than what was asked for.
fn name(wanted: &Wanted, bytes: &[u8]) -> Result<String> {
    let said = match wanted.kind {
        // A log may have moved on to another DID, and still is that of the one asked for.
        Kind::DidLog | Kind::DidWitness => wanted.name.clone(),
        Kind::Policy => wanted.name.clone().or_else(|| file_stem(wanted.url.as_deref().ok()?)),
        kind => names::of(kind, bytes),
    };
    let said =
        said.ok_or_else(|| Refused::new("malformed", "what the server sent is no such item"))?;
    match &wanted.name {
        Some(name) if *name != said => {
            Err(Refused::new("other-item", "the server sent an item of another name"))
        }
        _ => Ok(said),
    }
}

fn file_stem(url: &str) -> Option<String> {
    let file = url.rsplit('/').next()?.split('?').next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    (!stem.is_empty()).then(|| stem.to_owned())
}

fn finding(found: Finding) -> Result<()> {
    match found {
        Finding::Refused(code, words) => Err(Refused { code, words }),
        Finding::Ended => Err(Refused::new("expired", "it has ended")),
        Finding::Whole(_) | Finding::Proven(_) => Ok(()),
    }
}

fn newer(later: bool) -> Result<()> {
    if later {
        Ok(())
    } else {
        Err(Refused::new("rolled-back", "it is older than the one at hand"))
    }
}

/// By what items of one name are ordered.
fn number(kind: Kind, bytes: &[u8]) -> Option<u64> {
    match kind {
        Kind::StatusList => u64::try_from(issued(bytes)?.unix()).ok(),
        Kind::Jurisdiction => Some(UnverifiedJurisdiction::parse(bytes).ok()?.document().seq),
        _ => None,
    }
}

fn issued(token: &[u8]) -> Option<Timestamp> {
    let token = UnverifiedStatusToken::parse(str::from_utf8(token).ok()?).ok()?;
    Some(token.claimed_issued_at())
}

fn log(
    did: &Did,
    old: Option<&[u8]>,
    new: &[u8],
    witness: Option<&[u8]>,
    now: Timestamp,
) -> Result<()> {
    finding(check::log(did, new, witness, now))?;
    let history = |log| History::verify(did, log, witness).ok();
    let (Some(old), Some(new)) = (old.and_then(history), history(new)) else { return Ok(()) };
    match new.compare(&old) {
        Kinship::Same | Kinship::Extends => Ok(()),
        Kinship::Extended => newer(false),
        Kinship::Forks(version) => Err(Refused {
            code: "log-forked",
            words: format!(
                "it contradicts the one at hand at entry {version}: keep both as evidence"
            ),
        }),
        Kinship::Strangers => Err(Refused::new("other-item", "it is the log of another DID")),
    }
}

fn jurisdiction(old: Option<&[u8]>, new: &[u8]) -> Result<()> {
    let read = |bytes| UnverifiedJurisdiction::parse(bytes);
    let new = read(new).map_err(|error| Refused::new(error.code(), &error.to_string()))?;
    let Some(old) = old.and_then(|old| read(old).ok()) else { return Ok(()) };
    newer(new.document().seq >= old.document().seq)?;
    if new.document().seq == old.document().seq && new.digest() != old.digest() {
        let words = "it contradicts the one at hand, of the same number: keep both as evidence";
        return Err(Refused::new("trust-list-forked", words));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = include_str!("../../../../tests/data/webvh-basic-update.jsonl");
    const DID: &str = "did:webvh:Qmdxt11AjZewCNXX69bpEDobgjySeZ7eFwjf4tgpF6p2Dg:example.com";

    fn judged(old: Option<&str>, new: &str) -> std::result::Result<(), &'static str> {
        let now = Timestamp::parse("2026-11-20").unwrap();
        let did = Did::parse(DID).unwrap();
        log(&did, old.map(str::as_bytes), new.as_bytes(), None, now).map_err(|why| why.code)
    }

    #[test]
    fn a_log_only_grows() {
        let first = LOG.lines().next().unwrap();
        assert_eq!(judged(None, LOG), Ok(()));
        assert_eq!(judged(Some(first), LOG), Ok(()));
        assert_eq!(judged(Some(LOG), LOG), Ok(()));
        assert_eq!(judged(Some(LOG), first), Err("rolled-back"));
        let other = LOG.replacen("2000-01-02", "2000-01-03", 1);
        assert!(judged(Some(first), &other).is_err());
        assert!(judged(None, "no log").is_err());
        assert!(judged(None, "").is_err());
    }

    #[test]
    fn a_policy_is_called_as_its_file() {
        let stem = |url| file_stem(url);
        assert_eq!(stem("https://a.example/p/house.policy?v=1").as_deref(), Some("house"));
        assert_eq!(stem("https://a.example/house").as_deref(), Some("house"));
        assert_eq!(stem("https://a.example/"), None);
    }
}
