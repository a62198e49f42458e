//! Making claims selectively disclosable (RFC 9901 §4.2): disclosures, digests, decoys.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::digest::HashAlgorithm;
use crate::encoding::base64url;
use crate::encoding::path::{ClaimPath, Place};
use crate::random::{Pool, Random, RandomError};

/// How many digests stand at each level, so that the count does not tell what was left out.
///
/// Missing claims are made up for with decoys (RFC 9901 §4.2.5). A level not named gets none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// Digests in the top-level `_sd`.
    pub top: usize,
    /// Digests inside the object at a path, or elements of the array at a path.
    pub inner: Vec<(ClaimPath, usize)>,
}

/// Claims ready to be signed, and the disclosures that go with them.
pub(crate) struct Blinded {
    /// The payload, JSON: visible claims and digests.
    pub(crate) payload: Vec<u8>,
    /// The disclosures in base64url, a `~` behind each.
    pub(crate) disclosures: Vec<u8>,
    /// How many there are.
    pub(crate) count: usize,
}

/// Adds `claims` to `envelope`, a JSON object with members, those at `hidden` as digests, inner ones
/// first (§4.2.6), and fills every level up with decoys to the count that `padding` names (§4.2.5).
///
/// The names of the claims are not among those in the envelope.
pub(crate) fn blind(
    envelope: Vec<u8>,
    claims: &Map<String, Value>,
    hidden: &[ClaimPath],
    padding: &Padding,
    random: &mut dyn Random,
) -> Result<Blinded, RandomError> {
    let mut work = Work {
        hidden,
        padding,
        random: Pool::new(random),
        disclosures: Vec::with_capacity(2048),
        count: 0,
        place: Vec::new(),
        spare: Vec::with_capacity(128),
    };
    let mut payload = envelope;
    payload.pop(); // its closing brace
    name(HASH_MEMBER, &mut payload);
    write(HashAlgorithm::Sha256.name(), &mut payload);
    work.members(claims, &mut payload)?;
    payload.push(b'}');
    Ok(Blinded { payload, disclosures: work.disclosures, count: work.count })
}

/// The member that names the hash algorithm (§4.1.1).
const HASH_MEMBER: &str = "_sd_alg";

/// One walk through the claims, which writes the payload's JSON on its way.
struct Work<'a> {
    hidden: &'a [ClaimPath],
    padding: &'a Padding,
    random: Pool<'a>,
    disclosures: Vec<u8>,
    count: usize,
    place: Vec<Place<'a>>,
    /// Room in which a disclosure is written, kept for the next one.
    spare: Vec<u8>,
}

/// A digest in base64url.
type Digest = [u8; 43];

impl<'a> Work<'a> {
    fn value(&mut self, value: &'a Value, out: &mut Vec<u8>) -> Result<(), RandomError> {
        match value {
            Value::Object(object) => {
                out.push(b'{');
                self.members(object, out)?;
                out.push(b'}');
            }
            Value::Array(items) => {
                out.push(b'[');
                self.elements(items, out)?;
                out.push(b']');
            }
            plain => write(plain, out),
        }
        Ok(())
    }

    /// The members that stay visible, then `_sd` with the digests of the others.
    fn members(
        &mut self,
        object: &'a Map<String, Value>,
        out: &mut Vec<u8>,
    ) -> Result<(), RandomError> {
        let padded = self.padded_count();
        let mut digests = Vec::with_capacity(padded.max(object.len()));
        for (member, value) in object {
            self.place.push(Place::Name(member.into()));
            if self.is_hidden() {
                digests.push(self.disclose(Some(member), value)?);
            } else {
                name(member, out);
                self.value(value, out)?;
            }
            self.place.pop();
        }
        while digests.len() < padded {
            digests.push(self.decoy()?);
        }
        if !digests.is_empty() {
            digests.sort_unstable(); // the order must not tell names or decoys (§4.2.4.1)
            name("_sd", out);
            out.push(b'[');
            for digest in &digests {
                separate(out);
                quoted(digest, out);
            }
            out.push(b']');
        }
        Ok(())
    }

    /// The elements in their order, hidden ones as `{"...": digest}`.
    fn elements(&mut self, items: &'a [Value], out: &mut Vec<u8>) -> Result<(), RandomError> {
        for (position, value) in items.iter().enumerate() {
            self.place.push(Place::Index(position));
            if self.is_hidden() {
                let digest = self.disclose(None, value)?;
                hidden_element(&digest, out);
            } else {
                separate(out);
                self.value(value, out)?;
            }
            self.place.pop();
        }
        for _ in items.len()..self.padded_count() {
            hidden_element(&self.decoy()?, out);
        }
        Ok(())
    }

    fn is_hidden(&self) -> bool {
        self.hidden.iter().any(|path| path.matches(&self.place))
    }

    fn padded_count(&self) -> usize {
        if self.place.is_empty() {
            return self.padding.top;
        }
        let named = self.padding.inner.iter().find(|(path, _)| path.matches(&self.place));
        named.map_or(0, |(_, count)| *count)
    }

    /// The digest of a new disclosure: `[salt, name, value]` (§4.2.1), without a name for an array
    /// element (§4.2.2). The salt has 128 random bits (§9.3).
    fn disclose(
        &mut self,
        member: Option<&'a str>,
        value: &'a Value,
    ) -> Result<Digest, RandomError> {
        let mut content = std::mem::take(&mut self.spare);
        content.clear();
        content.extend_from_slice(b"[\"");
        base64url::append(&self.random.bytes::<16>()?, &mut content);
        content.extend_from_slice(b"\",");
        if let Some(member) = member {
            write(member, &mut content);
            content.push(b',');
        }
        self.value(value, &mut content)?;
        content.push(b']');
        let begin = self.disclosures.len();
        base64url::append(&content, &mut self.disclosures);
        let digest = digest(self.disclosures.get(begin..).unwrap_or_default());
        self.disclosures.push(b'~');
        self.count += 1;
        self.spare = content;
        Ok(digest)
    }

    /// A digest of nothing that anybody knows (§4.2.5).
    fn decoy(&mut self) -> Result<Digest, RandomError> {
        Ok(digest(&self.random.bytes::<32>()?))
    }
}

/// By the algorithm that `_sd_alg` names.
fn digest(bytes: &[u8]) -> Digest {
    base64url::of_digest(&Sha256::digest(bytes).into())
}

fn hidden_element(digest: &Digest, out: &mut Vec<u8>) {
    separate(out);
    out.extend_from_slice(b"{\"...\":");
    quoted(digest, out);
    out.push(b'}');
}

/// Begins a member.
fn name(name: &str, out: &mut Vec<u8>) {
    separate(out);
    write(name, out);
    out.push(b':');
}

/// A comma, unless an object or array has only begun.
fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// A string in base64url, which holds nothing that JSON escapes.
fn quoted(digest: &Digest, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(digest);
    out.push(b'"');
}

/// Strings and values always have a JSON form, and a vector takes it: nothing can fail here.
fn write(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    let _infallible = serde_json::to_writer(out, value);
}
