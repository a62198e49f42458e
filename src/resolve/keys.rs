//! When which key was in use, and what it was for (DID profile §14).

use std::collections::HashMap;

use super::webvh::Version;
use super::{KeyRefusal, KeyUse};
use crate::clock::Timestamp;
use crate::did::{Did, DidDocument, MethodKey, Relationship, VerificationMethod};
use crate::key::PublicKey;

/// A key as several versions of a document in a row list it.
#[derive(Clone, Debug)]
struct Span {
    key: PublicKey,
    relationships: Vec<Relationship>,
    expires: Option<Timestamp>,
    /// Position of the first version that lists it so, and of the first after it that does not.
    from: usize,
    to: usize,
}

/// The keys of a history by name. Made once; a look-up walks the spans of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyIndex {
    spans: HashMap<String, Vec<Span>>,
    /// Names and keys that were revoked, with the position of the first version that says so.
    revoked_names: HashMap<String, usize>,
    revoked_keys: HashMap<Vec<u8>, usize>,
    /// Names of keys that cannot sign, with the position of the first version that lists one so.
    agreement_names: HashMap<String, usize>,
}

impl KeyIndex {
    pub(super) fn new(did: &Did, versions: &[Version]) -> Self {
        let mut index = Self::default();
        for (at, version) in versions.iter().enumerate() {
            // Whatever the DID was called then, and also as it ends.
            index.revoke(version.last_document(), at);
            // A DID that moved has another name: under the old one its keys ended there.
            if let Some(document) = version.document()
                && document.id() == did
            {
                document.methods().iter().for_each(|method| index.add(method, at));
            }
        }
        index
    }

    fn revoke(&mut self, document: &DidDocument, at: usize) {
        for name in document.revoked() {
            self.revoked_names.entry(name.clone()).or_insert(at);
        }
        for method in document.methods().iter().filter(|method| method.revoked().is_some()) {
            if let MethodKey::Signing(key) = method.key() {
                self.revoked_keys.entry(key.to_bytes()).or_insert(at);
            }
        }
    }

    fn add(&mut self, method: &VerificationMethod, at: usize) {
        let MethodKey::Signing(key) = method.key() else {
            self.agreement_names.entry(method.id().fragment().to_owned()).or_insert(at);
            return;
        };
        let (relationships, expires) = (method.relationships(), method.expires());
        let name = method.id().fragment();
        let spans = match self.spans.get_mut(name) {
            Some(spans) => spans,
            None => self.spans.entry(name.to_owned()).or_default(),
        };
        match spans.last_mut() {
            Some(last)
                if last.to == at
                    && last.key == *key
                    && last.relationships == relationships
                    && last.expires == expires =>
            {
                last.to = at + 1;
            }
            _ => spans.push(Span {
                key: key.clone(),
                relationships: relationships.to_vec(),
                expires,
                from: at,
                to: at + 1,
            }),
        }
    }

    /// The key of that name, as the first `known` versions tell it.
    pub(super) fn find(
        &self,
        (versions, known): (&[Version], usize),
        name: &str,
        relationship: Relationship,
        signed_on: Timestamp,
    ) -> Result<KeyUse<'_>, KeyRefusal> {
        if self.revoked_names.get(name).is_some_and(|at| *at < known) {
            return Err(KeyRefusal::Compromised);
        }
        let spans = self.spans.get(name).into_iter().flatten();
        let mut spans = spans.filter(|span| span.from < known).peekable();
        if spans.peek().is_none() {
            let cannot_sign = self.agreement_names.get(name).is_some_and(|at| *at < known);
            return Err(if cannot_sign { KeyRefusal::WrongPurpose } else { KeyRefusal::NotFound });
        }
        let time = |at: usize| versions.get(at).map(Version::time);
        let mut windows: Vec<(KeyUse<'_>, usize)> = Vec::new();
        for span in spans.filter(|span| span.relationships.contains(&relationship)) {
            let ended = if span.to < known { time(span.to) } else { None };
            let until = ended.into_iter().chain(span.expires).min();
            match windows.last_mut() {
                // Still the same key: what changed was something else about it.
                Some((window, to)) if *to == span.from && *window.key == span.key => {
                    (window.until, *to) = (until, span.to);
                }
                _ => {
                    let from = time(span.from);
                    windows.push((KeyUse { key: &span.key, from, until }, span.to));
                }
            }
        }
        let found = choose(windows.iter().map(|(window, _)| *window), signed_on)?;
        let revoked = || self.revoked_keys.get(&found.key.to_bytes());
        if !self.revoked_keys.is_empty() && revoked().is_some_and(|at| *at < known) {
            return Err(KeyRefusal::Compromised);
        }
        found.in_use(signed_on)
    }
}

/// The window that holds the day, the newest of several; otherwise the one nearest before it, or the first.
fn choose<'k>(
    windows: impl DoubleEndedIterator<Item = KeyUse<'k>> + Clone,
    signed_on: Timestamp,
) -> Result<KeyUse<'k>, KeyRefusal> {
    let begun = |window: &KeyUse<'k>| window.from.is_none_or(|from| day(from) <= day(signed_on));
    let holding = windows.clone().rev().find(|window| window.in_use(signed_on).is_ok());
    let nearest = || windows.clone().rev().find(begun).or_else(|| windows.clone().next());
    holding.or_else(nearest).ok_or(KeyRefusal::WrongPurpose)
}

/// The key of that name in a document of which no history is known.
pub(super) fn of_document<'d>(
    document: &'d DidDocument,
    name: &str,
    relationship: Relationship,
    signed_on: Timestamp,
) -> Result<KeyUse<'d>, KeyRefusal> {
    let methods = document.methods();
    if document.revoked().iter().any(|revoked| revoked == name) {
        return Err(KeyRefusal::Compromised);
    }
    let method = methods.iter().find(|method| method.id().fragment() == name);
    let method = method.ok_or(KeyRefusal::NotFound)?;
    let MethodKey::Signing(key) = method.key() else {
        return Err(KeyRefusal::WrongPurpose);
    };
    if methods.iter().any(|other| other.revoked().is_some() && other.key() == method.key()) {
        return Err(KeyRefusal::Compromised);
    }
    if !method.relationships().contains(&relationship) {
        return Err(KeyRefusal::WrongPurpose);
    }
    KeyUse { key, from: None, until: method.expires() }.in_use(signed_on)
}

impl KeyUse<'_> {
    fn in_use(self, signed_on: Timestamp) -> Result<Self, KeyRefusal> {
        let signed_on = day(signed_on);
        let begun = self.from.is_none_or(|from| day(from) <= signed_on);
        let lasts = self.until.is_none_or(|until| signed_on <= day(until));
        if begun && lasts {
            return Ok(self);
        }
        Err(KeyRefusal::OutsideWindow { from: self.from, until: self.until })
    }
}

/// Windows are compared by UTC day, inclusive.
fn day(time: Timestamp) -> Timestamp {
    time.start_of_day()
}
