//! Making claims selectively disclosable (RFC 9901 §4.2): disclosures, digests, decoys.

use serde::Serialize;
use serde_json::{Map, Value, json};

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
#[derive(Clone, Debug)]
pub struct Blinded {
    /// The payload: visible claims and digests.
    pub payload: Map<String, Value>,
    /// The disclosures, each in base64url.
    pub disclosures: Vec<String>,
}

/// Replaces the claims at `hidden` by digests, inner ones first (§4.2.6), and fills every level up
/// with decoys to the count that `padding` names (§4.2.5).
pub(crate) fn blind(
    claims: &Map<String, Value>,
    hidden: &[ClaimPath],
    padding: &Padding,
    random: &mut dyn Random,
) -> Result<Blinded, RandomError> {
    let mut work = Work {
        hidden,
        padding,
        random: Pool::new(random),
        disclosures: Vec::new(),
        place: Vec::new(),
    };
    let mut payload = work.object(claims)?;
    payload.insert("_sd_alg".into(), HashAlgorithm::Sha256.name().into());
    Ok(Blinded { payload, disclosures: work.disclosures })
}

struct Work<'a> {
    hidden: &'a [ClaimPath],
    padding: &'a Padding,
    random: Pool<'a>,
    disclosures: Vec<String>,
    place: Vec<Place>,
}

impl Work<'_> {
    fn value(&mut self, value: &Value) -> Result<Value, RandomError> {
        match value {
            Value::Object(object) => Ok(Value::Object(self.object(object)?)),
            Value::Array(items) => self.array(items),
            plain => Ok(plain.clone()),
        }
    }

    fn object(&mut self, object: &Map<String, Value>) -> Result<Map<String, Value>, RandomError> {
        let mut out = Map::new();
        let mut digests = Vec::new();
        for (name, value) in object {
            self.place.push(Place::Name(name.clone()));
            let value = self.value(value)?;
            if self.is_hidden() {
                let salt = self.salt()?;
                digests.push(self.disclose(&(salt, name, value)));
            } else {
                out.insert(name.clone(), value);
            }
            self.place.pop();
        }
        while digests.len() < self.padded_count() {
            digests.push(self.decoy()?);
        }
        if !digests.is_empty() {
            digests.sort_unstable(); // the order must not tell names or decoys (§4.2.4.1)
            out.insert("_sd".into(), digests.into());
        }
        Ok(out)
    }

    fn array(&mut self, items: &[Value]) -> Result<Value, RandomError> {
        let mut out = Vec::new();
        for (position, value) in items.iter().enumerate() {
            self.place.push(Place::Index(position));
            let mut value = self.value(value)?;
            if self.is_hidden() {
                let salt = self.salt()?;
                value = json!({"...": self.disclose(&(salt, value))});
            }
            out.push(value);
            self.place.pop();
        }
        while out.len() < self.padded_count() {
            out.push(json!({"...": self.decoy()?}));
        }
        Ok(out.into())
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

    /// 128 random bits in base64url (§9.3).
    fn salt(&mut self) -> Result<String, RandomError> {
        Ok(base64url::encode(self.random.bytes::<16>()?))
    }

    /// The digest of a new disclosure with that content, a JSON array.
    fn disclose(&mut self, content: &impl Serialize) -> String {
        // Strings and values always have a JSON form.
        let disclosure = base64url::encode(serde_json::to_vec(content).unwrap_or_default());
        let digest = HashAlgorithm::Sha256.digest(&disclosure);
        self.disclosures.push(disclosure);
        digest
    }

    /// A digest of nothing that anybody knows (§4.2.5).
    fn decoy(&mut self) -> Result<String, RandomError> {
        let secret = base64url::encode(self.random.bytes::<32>()?);
        Ok(HashAlgorithm::Sha256.digest(&secret))
    }
}
