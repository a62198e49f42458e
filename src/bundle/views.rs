//! The two halves of a bundle, by what makes them count.

use crate::did::Did;

use super::read::Slot;
use super::{Bundle, BundleError, Entry, Kind};

/// The items that prove themselves. A type of its own, so that nothing else is ever taken for one of them.
#[derive(Clone, Copy, Debug)]
pub struct SelfProving<'b, 'a>(pub(super) &'b Bundle<'a>);

impl<'b, 'a> SelfProving<'b, 'a> {
    /// The log of a did:webvh.
    pub fn log(self, did: &Did) -> Option<Item<'b, 'a>> {
        named(self.0, Kind::DidLog, did.as_str()).next()
    }

    /// The witness file of a did:webvh.
    pub fn witnesses(self, did: &Did) -> Option<Item<'b, 'a>> {
        named(self.0, Kind::DidWitness, did.as_str()).next()
    }

    /// The documents of a jurisdiction: one, or several sequences that are linked.
    pub fn jurisdictions(self, id: &str) -> impl Iterator<Item = Item<'b, 'a>> {
        named(self.0, Kind::Jurisdiction, id)
    }

    /// The tokens of a status list: one, or several of several times.
    pub fn status_lists(self, uri: &str) -> impl Iterator<Item = Item<'b, 'a>> {
        named(self.0, Kind::StatusList, uri)
    }

    /// All of them, by kind and name.
    pub fn iter(self) -> impl Iterator<Item = Item<'b, 'a>> {
        all(self.0, true)
    }
}

/// The items that count because the caller believes their maker. Made only by [`Bundle::trusted`].
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'b, 'a>(pub(super) &'b Bundle<'a>);

impl<'b, 'a> Trusted<'b, 'a> {
    /// The document of a did:web.
    pub fn document(self, did: &Did) -> Option<Item<'b, 'a>> {
        named(self.0, Kind::DidDocument, did.as_str()).next()
    }

    /// The metadata of a type.
    pub fn type_metadata(self, vct: &str) -> Option<Item<'b, 'a>> {
        named(self.0, Kind::TypeMetadata, vct).next()
    }

    /// A policy.
    pub fn policy(self, id: &str) -> Option<Item<'b, 'a>> {
        named(self.0, Kind::Policy, id).next()
    }

    /// All of them, by kind and name.
    pub fn iter(self) -> impl Iterator<Item = Item<'b, 'a>> {
        all(self.0, false)
    }
}

/// An item of a bundle, in one of its halves.
#[derive(Clone, Copy, Debug)]
pub struct Item<'b, 'a>(&'b Slot<'a>);

impl<'b, 'a> Item<'b, 'a> {
    /// What the maker says about it.
    pub fn entry(self) -> &'b Entry {
        &self.0.entry
    }

    /// Its bytes, whose digest is checked at the first call.
    ///
    /// # Errors
    /// [`BundleError::Digest`] when they are not those that were signed.
    pub fn bytes(self) -> Result<&'a [u8], BundleError> {
        self.0.bytes()
    }
}

fn all<'b, 'a>(bundle: &'b Bundle<'a>, proving: bool) -> impl Iterator<Item = Item<'b, 'a>> {
    let slots = bundle.slots.iter();
    slots.filter(move |slot| slot.entry.kind.proves_itself() == proving).map(Item)
}

fn named<'b, 'a>(
    bundle: &'b Bundle<'a>,
    kind: Kind,
    name: &str,
) -> impl Iterator<Item = Item<'b, 'a>> + use<'b, 'a> {
    let place = |slot: &Slot<'a>| (slot.entry.kind, slot.entry.name.as_str()).cmp(&(kind, name));
    let start = bundle.slots.partition_point(|slot| place(slot).is_lt());
    let found = bundle.slots.get(start..).unwrap_or_default();
    let end = found.partition_point(|slot| place(slot).is_eq());
    found.get(..end).unwrap_or_default().iter().map(Item)
}
