//! Opening a bundle: the manifest now, each item when it is taken out.

use std::sync::OnceLock;

use crate::clock::Timestamp;
use crate::did::{self, Did, DidUrl, Relationship};
use crate::format::jws::UnverifiedJws;

use super::manifest::{self, Manifest};
use super::{BundleError, Entry, MAGIC, MARK, MAX_LEN, MAX_MANIFEST, SelfProving, Trusted, sha256};

/// Seconds by which a bundle may lie in the reader's future: clocks differ.
const LEEWAY: i64 = 60;

/// A bundle as received: its manifest's header is read, its signature is not checked.
#[derive(Debug)]
pub struct UnverifiedBundle<'a> {
    jws: UnverifiedJws<'a>,
    signer: DidUrl,
    digest: [u8; 32],
    items: &'a [u8],
}

impl<'a> UnverifiedBundle<'a> {
    /// Splits the file into manifest and items, which stay where they are.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, BundleError> {
        if bytes.len() > MAX_LEN {
            return Err(BundleError::TooLarge);
        }
        let rest = match bytes.strip_prefix(MAGIC.as_bytes()) {
            Some(rest) => rest,
            None if bytes.starts_with(MARK.as_bytes()) => return Err(BundleError::Version),
            None => return Err(BundleError::NotABundle),
        };
        let end = rest.iter().take(MAX_MANIFEST + 1).position(|byte| *byte == b'\n');
        let end = end.ok_or(match rest.len() {
            ..=MAX_MANIFEST => BundleError::Cut,
            _ => BundleError::TooLarge,
        })?;
        let (head, items) = bytes.split_at_checked(MAGIC.len() + end + 1).unwrap_or((bytes, &[]));
        let token = rest.get(..end).and_then(|token| str::from_utf8(token).ok());
        let token = token.ok_or(BundleError::Malformed("manifest"))?;
        let jws = UnverifiedJws::parse(token, manifest::TYP, MAX_MANIFEST)?;
        let signer = DidUrl::parse(jws.kid().ok_or(BundleError::Malformed("kid"))?)?;
        Ok(Self { jws, signer, digest: sha256(head), items })
    }

    /// Who it says has made it; for finding out whom to ask, never for use.
    pub fn claimed_maker(&self) -> &Did {
        self.signer.did()
    }

    /// Checks the manifest's signature, and that the items are as many and as long as it says. Their bytes are
    /// checked when they are taken out.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn verify(self, now: Timestamp) -> Result<Bundle<'a>, BundleError> {
        let document = did::document(self.signer.did())?;
        let key = document.key(&self.signer, Relationship::AssertionMethod)?;
        let manifest = Manifest::read(self.jws.verify(key)?)?;
        if manifest.maker != self.signer.did().as_str() {
            return Err(BundleError::MakerMismatch);
        }
        if manifest.made > now.plus(LEEWAY) {
            return Err(BundleError::NotYetValid);
        }
        if manifest.length > self.items.len() {
            return Err(BundleError::Cut);
        }
        if manifest.length < self.items.len() {
            return Err(BundleError::Trailing);
        }
        let slot = |(start, entry): (usize, Entry)| {
            let bytes = self.items.get(start..)?.get(..entry.length)?;
            Some(Slot { entry, bytes, sound: OnceLock::new() })
        };
        let slots: Option<Vec<Slot<'a>>> = manifest.entries.into_iter().map(slot).collect();
        Ok(Bundle {
            maker: self.signer.did().clone(),
            made: manifest.made,
            previous: manifest.previous,
            digest: self.digest,
            slots: slots.ok_or(BundleError::Cut)?,
            unknown: manifest.unknown,
        })
    }
}

/// An item in its place, and whether its bytes are those that were signed, once that was asked.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub(super) entry: Entry,
    bytes: &'a [u8],
    sound: OnceLock<bool>,
}

impl<'a> Slot<'a> {
    pub(super) fn bytes(&self) -> Result<&'a [u8], BundleError> {
        match self.sound.get_or_init(|| sha256(self.bytes) == self.entry.digest) {
            true => Ok(self.bytes),
            false => Err(BundleError::Digest),
        }
    }
}

/// A bundle whose manifest was signed by its maker. Made only by [`UnverifiedBundle::verify`].
#[derive(Debug)]
pub struct Bundle<'a> {
    maker: Did,
    made: Timestamp,
    previous: Option<[u8; 32]>,
    digest: [u8; 32],
    pub(super) slots: Vec<Slot<'a>>,
    unknown: usize,
}

impl<'a> Bundle<'a> {
    /// Who made it. Whether to believe that maker is the caller's to know.
    pub fn maker(&self) -> &Did {
        &self.maker
    }

    /// When it was made, as the maker says.
    pub fn made(&self) -> Timestamp {
        self.made
    }

    /// The digest of the bundle that it takes the place of, where its maker names one.
    pub fn previous(&self) -> Option<&[u8; 32]> {
        self.previous.as_ref()
    }

    /// Its own digest: the SHA-256 of everything before the first item, which fixes the items too.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What its maker says about each item, in order; for showing.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.slots.iter().map(|slot| &slot.entry)
    }

    /// How many items are of kinds not known here. They are passed over.
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// The items whose bytes are not those that were signed. Reads all of them.
    pub fn damaged(&self) -> impl Iterator<Item = &Entry> {
        self.slots.iter().filter(|slot| slot.bytes().is_err()).map(|slot| &slot.entry)
    }

    /// What counts from anybody, because it is signed by those of whom it speaks: it is still to be verified.
    pub fn self_proving(&self) -> SelfProving<'_, 'a> {
        SelfProving(self)
    }

    /// What counts only because its maker is believed: documents of did:web, type metadata, policies.
    ///
    /// # Errors
    /// [`BundleError::MakerNotPinned`] where the maker is none of `pinned`, compared byte by byte.
    pub fn trusted(&self, pinned: &[Did]) -> Result<Trusted<'_, 'a>, BundleError> {
        match pinned.contains(&self.maker) {
            true => Ok(Trusted(self)),
            false => Err(BundleError::MakerNotPinned),
        }
    }
}
