//! Trees of claims, and a small SD-JWT reader of its own to compare with.

use std::collections::BTreeMap;

use bonafide::credential::{ClaimPath, PathSegment, Place};
use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Names that the envelope or the format sets, or whose values mean something to every reader.
const RESERVED: [&str; 15] = [
    "iss",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "aka_vcts",
    "status",
    "iat",
    "sub",
    "aud",
    "_sd",
    "_sd_alg",
    "...",
    "$serde_json::private::Number",
];

/// Any name: dots, brackets, quotes, controls, other scripts, nothing at all.
pub fn name() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => "[a-z]{1,3}",
        2 => "[a-c.\\[\\]0\" ]{0,4}",
        2 => proptest::collection::vec(any::<char>(), 0..4).prop_map(String::from_iter),
    ];
    name.prop_filter("reserved", |name| !RESERVED.contains(&name.as_str()))
}

/// A value of any kind, a few levels deep. Numbers are those that every reader agrees on.
fn value() -> impl Strategy<Value = Value> {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-SAFE..SAFE).prop_map(Value::from),
        (-1.0..1.0).prop_map(Value::from),
        proptest::collection::vec(any::<char>(), 0..8)
            .prop_map(|text| Value::from(String::from_iter(text))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object(inner, 5).prop_map(Value::from),
        ]
    })
}

fn object(
    value: impl Strategy<Value = Value>,
    size: usize,
) -> impl Strategy<Value = Map<String, Value>> {
    proptest::collection::btree_map(name(), value, 0..size).prop_map(Map::from_iter)
}

/// The claims of a credential.
pub fn claims() -> impl Strategy<Value = Map<String, Value>> {
    object(value(), 7)
}

/// Every place in `claims`, outer ones first, with the value there.
pub fn places(claims: &Map<String, Value>) -> Vec<(Vec<Place<'static>>, &Value)> {
    let mut places = Vec::new();
    let top = claims.iter();
    let mut todo: Vec<_> =
        top.map(|(name, value)| (vec![Place::Name(name.clone().into())], value)).collect();
    while let Some((place, value)) = todo.pop() {
        todo.extend(children(value).into_iter().map(|(step, inner)| {
            let place = [place.as_slice(), &[step]].concat();
            (place, inner)
        }));
        places.push((place, value));
    }
    places
}

fn children(value: &Value) -> Vec<(Place<'static>, &Value)> {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            members.map(|(name, value)| (Place::Name(name.clone().into()), value)).collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, value)| (Place::Index(index), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// The path to that place; from step `all_from` on it means all elements of the arrays on the way.
pub fn path(place: &[Place<'_>], all_from: usize) -> ClaimPath {
    let segments = place.iter().enumerate().map(|(n, step)| match step {
        Place::Name(name) => PathSegment::Name(name.clone().into_owned()),
        Place::Index(_) if n >= all_from => PathSegment::All,
        Place::Index(index) => PathSegment::Index(*index),
    });
    ClaimPath::new(segments.collect()).unwrap()
}

/// What is left of `claims` where `shown` says which places are.
pub fn reduced(
    claims: &Map<String, Value>,
    shown: &dyn Fn(&[Place<'_>]) -> bool,
) -> Map<String, Value> {
    fn reduce(
        value: &Value,
        place: &mut Vec<Place<'static>>,
        shown: &dyn Fn(&[Place<'_>]) -> bool,
    ) -> Value {
        let mut left = Vec::new();
        for (step, inner) in children(value) {
            place.push(step.clone());
            if shown(place) {
                left.push((step, reduce(inner, place, shown)));
            }
            place.pop();
        }
        match value {
            Value::Object(_) => Value::Object(left.into_iter().map(named).collect()),
            Value::Array(_) => left.into_iter().map(|(_, value)| value).collect(),
            plain => plain.clone(),
        }
    }
    fn named((step, value): (Place<'_>, Value)) -> (String, Value) {
        let Place::Name(name) = step else {
            panic!("an object has names");
        };
        (name.into_owned(), value)
    }
    let value = reduce(&Value::Object(claims.clone()), &mut Vec::new(), shown);
    value.as_object().unwrap().clone()
}

/// What a reader that knows nothing but RFC 9901 finds in an SD-JWT.
#[derive(Debug, Default)]
pub struct Reading {
    /// The claims, without those of the envelope.
    pub claims: Map<String, Value>,
    /// Digests in each object, elements in each array.
    pub counts: BTreeMap<Vec<Place<'static>>, usize>,
    /// The salt of every disclosure.
    pub salts: Vec<String>,
}

/// Reads `sd_jwt`, without its signature.
pub fn read(sd_jwt: &str) -> Reading {
    let mut parts = sd_jwt.split('~');
    let payload = parts.next().unwrap().split('.').nth(1).unwrap();
    let payload = serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap();
    let mut reading = Reading::default();
    let disclosures = parts.filter(|part| !part.is_empty() && !part.contains('.'));
    let by_digest: BTreeMap<String, Vec<Value>> = disclosures
        .map(|text| {
            let content = base64url::decode(text).unwrap();
            let content: Vec<Value> = serde_json::from_slice(&content).unwrap();
            reading.salts.push(content[0].as_str().unwrap().to_owned());
            (HashAlgorithm::Sha256.digest(text), content)
        })
        .collect();
    let claims = reading.open(&payload, &by_digest, &mut Vec::new());
    reading.claims = claims.as_object().unwrap().clone();
    for name in RESERVED {
        reading.claims.remove(name);
    }
    reading
}

impl Reading {
    fn open(
        &mut self,
        value: &Value,
        by_digest: &BTreeMap<String, Vec<Value>>,
        place: &mut Vec<Place<'static>>,
    ) -> Value {
        let find = |digest: &Value| by_digest.get(digest.as_str().unwrap()).cloned();
        match value {
            Value::Object(members) => {
                let digests = members.get("_sd").and_then(Value::as_array);
                let digests = digests.cloned().unwrap_or_default();
                self.counts.insert(place.clone(), digests.len());
                let plain = members.iter().filter(|(name, _)| *name != "_sd" && *name != "_sd_alg");
                let plain = plain.map(|(name, value)| (name.clone(), value.clone()));
                let hidden = digests.iter().filter_map(find).map(|content| {
                    let [_, name, value] = content.try_into().unwrap();
                    (name.as_str().unwrap().to_owned(), value)
                });
                let members: Vec<(String, Value)> = plain.chain(hidden).collect();
                let opened = members.into_iter().map(|(name, value)| {
                    place.push(Place::Name(name.clone().into()));
                    let value = self.open(&value, by_digest, place);
                    place.pop();
                    (name, value)
                });
                Value::Object(opened.collect())
            }
            Value::Array(items) => {
                self.counts.insert(place.clone(), items.len());
                let shown = items.iter().enumerate().filter_map(|(index, item)| {
                    let value = match item.get("...") {
                        None => item.clone(),
                        Some(digest) => find(digest)?.pop()?,
                    };
                    place.push(Place::Index(index));
                    let value = self.open(&value, by_digest, place);
                    place.pop();
                    Some(value)
                });
                shown.collect()
            }
            plain => plain.clone(),
        }
    }
}
