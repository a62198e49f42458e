//! Putting a bundle together.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::did::Identity;
use crate::format::jws;
use crate::key::{Purpose, SignError};

use super::entry::{is_etag, is_text, may_follow};
use super::{
    BundleError, Entry, Item, Kind, MAGIC, MAX_ITEM, MAX_ITEMS, MAX_LEN, MAX_MANIFEST, manifest,
    sha256,
};

/// An item for a new bundle. What its bytes say is not looked at.
#[derive(Clone, Debug)]
pub struct NewItem<'a> {
    entry: Entry,
    bytes: Cow<'a, [u8]>,
}

impl<'a> NewItem<'a> {
    /// An item of that name, got at that moment.
    ///
    /// # Errors
    /// [`BundleError::Name`], [`BundleError::TooLarge`].
    pub fn new(
        kind: Kind,
        name: &str,
        bytes: impl Into<Cow<'a, [u8]>>,
        fetched: Timestamp,
    ) -> Result<Self, BundleError> {
        let bytes = bytes.into();
        if !kind.allows(name) {
            return Err(BundleError::Name);
        }
        if bytes.len() > MAX_ITEM {
            return Err(BundleError::TooLarge);
        }
        let (length, digest) = (bytes.len(), sha256(&bytes));
        let name = name.to_owned();
        let entry = Entry { kind, name, length, digest, origin: None, etag: None, fetched };
        Ok(Self { entry, bytes })
    }

    /// Says where it was got from: a URL.
    ///
    /// # Errors
    /// [`BundleError::Malformed`] for an empty text, one of more than 2,048 bytes, or with control characters.
    pub fn with_origin(mut self, origin: &str) -> Result<Self, BundleError> {
        if !is_text(origin) {
            return Err(BundleError::Malformed("origin"));
        }
        self.entry.origin = Some(origin.to_owned());
        Ok(self)
    }

    /// Says what the server called these bytes: an entity tag.
    ///
    /// # Errors
    /// [`BundleError::Malformed`] for an empty one, one of more than 256 bytes, or with other than visible ASCII.
    pub fn with_etag(mut self, etag: &str) -> Result<Self, BundleError> {
        if !is_etag(etag) {
            return Err(BundleError::Malformed("etag"));
        }
        self.entry.etag = Some(etag.to_owned());
        Ok(self)
    }

    /// An item of another bundle, with its origin and time.
    ///
    /// # Errors
    /// [`BundleError::Digest`].
    pub fn copied(item: Item<'_, 'a>) -> Result<Self, BundleError> {
        Ok(Self { entry: item.entry().clone(), bytes: item.bytes()?.into() })
    }

    /// The same, seen again unchanged at a later moment.
    #[must_use]
    pub fn seen_again(mut self, fetched: Timestamp) -> Self {
        self.entry.fetched = fetched;
        self
    }

    /// What the manifest will say about it.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Makes a bundle of the items, in whatever order they come. `previous` is the digest of the bundle that it takes the
/// place of. Items, maker and time being the same, so is the file if the maker's key is Ed25519; each signature by a
/// P-256 key is another.
///
/// # Errors
/// [`BundleError`]; nothing was made.
pub fn make(
    mut items: Vec<NewItem<'_>>,
    made: Timestamp,
    previous: Option<&[u8; 32]>,
    maker: &Identity<'_>,
) -> Result<Vec<u8>, BundleError> {
    if items.len() > MAX_ITEMS {
        return Err(BundleError::TooLarge);
    }
    items.sort_by(|a, b| place(&a.entry).cmp(&place(&b.entry)));
    for (before, after) in items.iter().zip(items.iter().skip(1)) {
        may_follow(place(&before.entry), place(&after.entry))?;
    }
    if items.iter().any(|item| item.entry.fetched > made) {
        return Err(BundleError::Malformed("fetched"));
    }
    let (entries, contents): (Vec<Entry>, Vec<Cow<'_, [u8]>>) =
        items.into_iter().map(|item| (item.entry, item.bytes)).unzip();
    let payload = manifest::write(maker.did().as_str(), made, previous, &entries);
    let payload = payload.ok_or(SignError::Failed)?;
    let token = jws::sign_as(maker, Purpose::Bundle, manifest::TYP, &payload)?;
    let length: usize = contents.iter().map(|bytes| bytes.len()).sum();
    let length = MAGIC.len() + token.len() + 1 + length;
    if token.len() > MAX_MANIFEST || length > MAX_LEN {
        return Err(BundleError::TooLarge);
    }
    let mut file = Vec::with_capacity(length);
    file.extend_from_slice(MAGIC.as_bytes());
    file.extend_from_slice(token.as_bytes());
    file.push(b'\n');
    contents.iter().for_each(|bytes| file.extend_from_slice(bytes));
    Ok(file)
}

fn place(entry: &Entry) -> (&str, &str, &[u8; 32]) {
    (entry.kind.word(), &entry.name, &entry.digest)
}
