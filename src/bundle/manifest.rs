//! The manifest: what its maker signs.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

use crate::clock::Timestamp;
use crate::encoding::base64url;

use super::entry::{is_etag, is_text, may_follow};
use super::{BundleError, Entry, Kind, MAX_ITEM, MAX_ITEMS};

/// `typ` of a manifest.
pub(super) const TYP: &str = "bonafide-bundle+jwt";

/// A manifest whose signature holds, and where each item begins.
pub(super) struct Manifest {
    pub(super) maker: String,
    pub(super) made: Timestamp,
    pub(super) previous: Option<[u8; 32]>,
    /// With the length of what lies before it.
    pub(super) entries: Vec<(usize, Entry)>,
    /// Items of kinds not known.
    pub(super) unknown: usize,
    /// Bytes of all items together.
    pub(super) length: usize,
}

/// The payload. Read into this shape at once: a tree of 100,000 items would take many times the room.
#[derive(Serialize, DeriveDeserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
    iat: i64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    prev: Option<Cow<'a, str>>,
    #[serde(borrow)]
    items: Rows<'a>,
}

#[derive(Serialize, DeriveDeserialize)]
struct Row<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    length: u64,
    #[serde(borrow)]
    sha256: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    origin: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    etag: Option<Cow<'a, str>>,
    fetched: i64,
}

/// At most one row more than there may be; the rest is passed over, so that its room is never taken.
#[derive(Serialize)]
#[serde(transparent)]
struct Rows<'a>(Vec<Row<'a>>);

impl Manifest {
    /// Reads a payload of which the signature holds.
    pub(super) fn read(payload: &[u8]) -> Result<Self, BundleError> {
        let payload: AsObject<Payload<'_>> =
            serde_json::from_slice(payload).map_err(|_| BundleError::Malformed("manifest"))?;
        let AsObject(Payload { iss, iat, prev, items: Rows(rows) }) = payload;
        if rows.len() > MAX_ITEMS {
            return Err(BundleError::TooLarge);
        }
        let made = moment(iat).ok_or(BundleError::Malformed("iat"))?;
        let mut manifest = Self {
            maker: iss.into_owned(),
            made,
            previous: prev.map(|prev| digest(&prev, "prev")).transpose()?,
            entries: Vec::with_capacity(rows.len()),
            unknown: 0,
            length: 0,
        };
        let mut last: Option<(Cow<'_, str>, Cow<'_, str>, [u8; 32])> = None;
        for row in rows {
            let digest = digest(&row.sha256, "sha256")?;
            if let Some((kind, name, before)) = &last {
                may_follow((kind, name, before), (&row.kind, &row.name, &digest))?;
            }
            last = Some((row.kind.clone(), row.name.clone(), digest));
            manifest.add(row, digest)?;
        }
        Ok(manifest)
    }

    fn add(&mut self, row: Row<'_>, digest: [u8; 32]) -> Result<(), BundleError> {
        let length = usize::try_from(row.length).ok().filter(|length| *length <= MAX_ITEM);
        let length = length.ok_or(BundleError::TooLarge)?;
        let fetched = moment(row.fetched).filter(|fetched| *fetched <= self.made);
        let fetched = fetched.ok_or(BundleError::Malformed("fetched"))?;
        if row.origin.as_ref().is_some_and(|origin| !is_text(origin)) {
            return Err(BundleError::Malformed("origin"));
        }
        if row.etag.as_ref().is_some_and(|etag| !is_etag(etag)) {
            return Err(BundleError::Malformed("etag"));
        }
        let start = self.length;
        // 100,000 times 16 MiB is more than a small machine can count.
        self.length = start.checked_add(length).ok_or(BundleError::TooLarge)?;
        let Some(kind) = Kind::from_word(&row.kind) else {
            self.unknown += 1;
            return Ok(());
        };
        if !kind.allows(&row.name) {
            return Err(BundleError::Name);
        }
        let name = row.name.into_owned();
        let (origin, etag) = (row.origin.map(Cow::into_owned), row.etag.map(Cow::into_owned));
        self.entries.push((start, Entry { kind, name, length, digest, origin, etag, fetched }));
        Ok(())
    }
}

/// The payload to be signed, of entries in order.
pub(super) fn write(
    maker: &str,
    made: Timestamp,
    previous: Option<&[u8; 32]>,
    entries: &[Entry],
) -> Option<Vec<u8>> {
    let rows = entries.iter().map(|entry| Row {
        kind: entry.kind.word().into(),
        name: entry.name.as_str().into(),
        length: entry.length as u64,
        sha256: base64url::encode(entry.digest).into(),
        origin: entry.origin.as_deref().map(Cow::from),
        etag: entry.etag.as_deref().map(Cow::from),
        fetched: entry.fetched.unix(),
    });
    let payload = Payload {
        iss: maker.into(),
        iat: made.unix(),
        prev: previous.map(|digest| base64url::encode(digest).into()),
        items: Rows(rows.collect()),
    };
    serde_json::to_vec(&payload).ok()
}

fn moment(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_unix(seconds)
}

fn digest(text: &str, member: &'static str) -> Result<[u8; 32], BundleError> {
    base64url::decode_array(text).map_err(|_| BundleError::Malformed(member))
}

/// A JSON object. What serde derives would take an array of the members too. Members named twice it refuses itself.
struct AsObject<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AsObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AsObject(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for AsObject<PhantomData<T>> {
    type Value = AsObject<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(AsObject(T::deserialize(MapAccessDeserializer::new(map))?))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Rows<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Rows(Vec::new()))
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Rows<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self, A::Error> {
        while self.0.len() <= MAX_ITEMS {
            match seq.next_element::<AsObject<Row<'a>>>()? {
                Some(AsObject(row)) => self.0.push(row),
                None => return Ok(self),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self)
    }
}
