//! The parameters in force after an entry ("did:webvh DID Method Parameters").

use std::sync::Arc;

use super::LogFault;
use crate::did::{self, Did};
use crate::encoding::json::{Json, Object};
use crate::key::{Algorithm, PublicKey};
use crate::resolve::location::is_base58;

/// The one version of the specification that is read.
pub(super) const METHOD: &str = "did:webvh:1.0";

/// All parameters of that version; others are refused.
const NAMES: [&str; 9] = [
    "method",
    "scid",
    "updateKeys",
    "nextKeyHashes",
    "witness",
    "watchers",
    "portable",
    "deactivated",
    "ttl",
];

/// Most keys, hashes, witnesses or watchers in one list.
const MAX_LIST: usize = 64;

/// Longest of them, in bytes.
const MAX_TEXT: usize = 1024;

/// Longest time for which a copy may be kept, in seconds.
const MAX_TTL: u64 = 1 << 31;

/// What holds after an entry. Entries that do not change a list share it: a log of thousands is no larger for that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    pub(super) update_keys: Arc<Vec<String>>,
    pub(super) next_key_hashes: Arc<Vec<String>>,
    pub(super) witnesses: Option<Arc<Witnesses>>,
    pub(super) portable: bool,
    pub(super) deactivated: bool,
    pub(super) ttl: Option<u64>,
}

/// Who must vouch for a new entry, and how many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnesses {
    pub(super) threshold: usize,
    pub(super) dids: Vec<Did>,
}

impl Witnesses {
    /// How many must vouch.
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// Their did:keys.
    pub fn dids(&self) -> &[Did] {
        &self.dids
    }
}

impl Parameters {
    /// The multikeys that may sign the next entry, where none was announced.
    pub fn update_keys(&self) -> &[String] {
        &self.update_keys
    }

    /// Hashes of the multikeys announced for the next entry (pre-rotation); none where any may follow.
    pub fn next_key_hashes(&self) -> &[String] {
        &self.next_key_hashes
    }

    /// Who must vouch for the next entry.
    pub fn witnesses(&self) -> Option<&Witnesses> {
        self.witnesses.as_deref()
    }

    /// Whether the DID may move to another place.
    pub fn portable(&self) -> bool {
        self.portable
    }

    /// Whether the DID has ended.
    pub fn deactivated(&self) -> bool {
        self.deactivated
    }

    /// For how many seconds a copy may be kept; 3600 where nothing is said.
    pub fn ttl(&self) -> u64 {
        self.ttl.unwrap_or(3600)
    }

    /// Those of a first entry, and its SCID.
    pub(super) fn first(object: &Object<'_>) -> Result<(Self, String), LogFault> {
        let bad = LogFault::Parameter;
        object.get("method").ok_or(bad("method"))?;
        object.get("updateKeys").ok_or(bad("updateKeys"))?;
        let scid = object.get_str("scid").ok_or(bad("scid"))?.to_owned();
        let mut parameters = Self::default().changed(object)?;
        parameters.portable = flag(object, "portable")?.unwrap_or(false);
        Ok((parameters, scid))
    }

    /// Those of a later entry. While pre-rotation is active, keys and hashes must be named anew.
    pub(super) fn next(&self, object: &Object<'_>) -> Result<Self, LogFault> {
        if object.get("scid").is_some() {
            return Err(LogFault::Parameter("scid"));
        }
        if flag(object, "portable")? == Some(true) {
            return Err(LogFault::Parameter("portable"));
        }
        if self.pre_rotates() {
            for name in ["updateKeys", "nextKeyHashes"] {
                object.get(name).ok_or(LogFault::PreRotation)?;
            }
        }
        let mut parameters = self.changed(object)?;
        parameters.portable &= flag(object, "portable")?.unwrap_or(true);
        Ok(parameters)
    }

    /// Whether the keys of the next entry were announced.
    pub(super) fn pre_rotates(&self) -> bool {
        !self.next_key_hashes.is_empty()
    }

    /// With everything that first and later entries may set alike. `null` stands for the default, as early
    /// implementations wrote it.
    fn changed(&self, object: &Object<'_>) -> Result<Self, LogFault> {
        if let Some((_, _)) = object.iter().find(|(name, _)| !NAMES.contains(name)) {
            return Err(LogFault::Parameter("of another name"));
        }
        if object.get("method").is_some_and(|method| method.as_str() != Some(METHOD)) {
            return Err(LogFault::Parameter("method"));
        }
        let mut changed = self.clone();
        if let Some(keys) = texts(object, "updateKeys")? {
            if !keys.iter().all(|key| is_multikey(key)) {
                return Err(LogFault::Parameter("updateKeys"));
            }
            changed.update_keys = Arc::new(keys);
        }
        if let Some(hashes) = texts(object, "nextKeyHashes")? {
            changed.next_key_hashes = Arc::new(hashes);
        }
        texts(object, "watchers")?;
        if let Some(witness) = object.get("witness") {
            changed.witnesses = witnesses(witness)?.map(Arc::new);
        }
        if let Some(deactivated) = flag(object, "deactivated")? {
            changed.deactivated = deactivated;
        }
        changed.ttl = match object.get("ttl") {
            None => self.ttl,
            Some(Json::Null) => None,
            Some(ttl) => {
                let seconds = ttl.as_i64().and_then(|ttl| u64::try_from(ttl).ok());
                let seconds = seconds.filter(|seconds| *seconds <= MAX_TTL);
                Some(seconds.ok_or(LogFault::Parameter("ttl"))?)
            }
        };
        Ok(changed)
    }
}

/// Whether the text has the form of an Ed25519 key as a multikey: nothing else can update a log ("Allowed Values").
fn is_multikey(text: &str) -> bool {
    text.len() == 48 && text.starts_with("z6Mk") && text.chars().all(is_base58)
}

fn flag(object: &Object<'_>, name: &'static str) -> Result<Option<bool>, LogFault> {
    match object.get(name) {
        None => Ok(None),
        Some(Json::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(LogFault::Parameter(name)),
    }
}

/// A list of strings, if it is there.
fn texts(object: &Object<'_>, name: &'static str) -> Result<Option<Vec<String>>, LogFault> {
    let items = match object.get(name) {
        None => return Ok(None),
        Some(Json::Null) => &[][..],
        Some(value) => value.as_array().ok_or(LogFault::Parameter(name))?,
    };
    let texts = items.iter().map(|item| item.as_str().filter(|text| text.len() <= MAX_TEXT));
    let texts: Option<Vec<String>> = texts.map(|text| text.map(str::to_owned)).collect();
    let texts = texts.filter(|texts| texts.len() <= MAX_LIST);
    texts.map(Some).ok_or(LogFault::Parameter(name))
}

/// "The `witness` Parameter". A list that could never be met, or met by one witness twice, is refused.
pub(super) fn witnesses(value: &Json<'_>) -> Result<Option<Witnesses>, LogFault> {
    let bad = LogFault::Parameter("witness");
    let object = match value {
        Json::Null => return Ok(None),
        Json::Object(object) if object.is_empty() => return Ok(None),
        Json::Object(object) => object,
        _ => return Err(bad),
    };
    let threshold = object.get("threshold").and_then(Json::as_i64).ok_or(bad)?;
    let threshold = usize::try_from(threshold).map_err(|_| bad)?;
    let items = object.get("witnesses").and_then(Json::as_array).ok_or(bad)?;
    let mut dids: Vec<Did> = Vec::new();
    for item in items.iter().take(MAX_LIST + 1) {
        let id = item.as_object().and_then(|item| item.get_str("id")).ok_or(bad)?;
        let did = Did::parse(id).map_err(|_| bad)?;
        signing_key(&did).ok_or(bad)?;
        if dids.contains(&did) {
            return Err(bad);
        }
        dids.push(did);
    }
    let possible = (1..=dids.len()).contains(&threshold) && dids.len() <= MAX_LIST;
    if possible { Ok(Some(Witnesses { threshold, dids })) } else { Err(bad) }
}

/// The Ed25519 key in a did:key: that of a witness, or one that updates a log.
pub(super) fn signing_key(did: &Did) -> Option<PublicKey> {
    let key = did::key_in(did).ok()?;
    (key.algorithm() == Algorithm::Ed25519).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use crate::key::SecretKey;

    /// None is left out in silence: a list that is too long is refused.
    #[test]
    fn witnesses_are_counted() {
        let named = |count: usize| {
            let witness = |n: usize| {
                let seed = std::array::from_fn(|at| (n >> (8 * (at % 2))) as u8);
                let key = SecretKey::from_bytes(Algorithm::Ed25519, &seed.into()).unwrap();
                format!(r#"{{"id":"{}"}}"#, Did::from_key(key.public()))
            };
            let list: Vec<String> = (1..=count).map(witness).collect();
            let text = format!(r#"{{"threshold":1,"witnesses":[{}]}}"#, list.join(","));
            let read = json::parse(text.as_bytes(), 1 << 20).unwrap();
            witnesses(&read).map(|read| read.unwrap().dids().len())
        };
        assert_eq!([1, MAX_LIST].map(named), [Ok(1), Ok(MAX_LIST)]);
        let refused = Err(LogFault::Parameter("witness"));
        assert_eq!([0, MAX_LIST + 1].map(named), [refused, refused]);
    }
}
