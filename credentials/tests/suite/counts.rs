//! The number of digests must not tell which claims there are: for any two sets of claims of a type it
//! is the same at every level that both have.

use std::collections::BTreeMap;

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::encoding::base64url;
use bonafide::issue::Validity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::random::SystemRandom;
use bonafide_credentials::TypeDefinition;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Digests per level, by the name of the claim that holds them; the top has none.
type Counts = BTreeMap<String, usize>;

fn today() -> Timestamp {
    Timestamp::parse("2026-11-20").unwrap()
}

/// The type and a sample with most of its claims.
fn sample(name: &str) -> (&'static TypeDefinition, Map<String, Value>) {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let claims = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    (bonafide_credentials::find(name).unwrap(), claims)
}

/// Issues these claims and counts; `None` when the type does not allow them.
fn counts(definition: &'static TypeDefinition, claims: &Map<String, Value>) -> Option<Counts> {
    let json = Value::Object(claims.clone()).to_string();
    let content = definition.read(json.as_bytes(), today()).ok()?.into_content();
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap();
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let validity = Validity::days(today(), 30);
    let token = content.issue(key.public(), validity, None, &issuer, &mut SystemRandom).unwrap();
    let decode = |text: &str| -> Value {
        serde_json::from_slice(&base64url::decode(text).unwrap()).unwrap()
    };
    let mut parts = token.split('~');
    let mut found = Counts::new();
    count("", &decode(parts.next().unwrap().split('.').nth(1).unwrap()), &mut found);
    for disclosure in parts.filter(|part| !part.is_empty()) {
        if let [_, Value::String(name), value] = decode(disclosure).as_array().unwrap().as_slice() {
            count(name, value, &mut found);
        }
    }
    Some(found)
}

fn count(name: &str, level: &Value, found: &mut Counts) {
    match level {
        Value::Object(members) => {
            let digests = members.get("_sd").and_then(Value::as_array).map_or(0, Vec::len);
            found.insert(name.to_owned(), digests);
        }
        Value::Array(items) => {
            found.insert(name.to_owned(), items.len());
        }
        _ => {}
    }
}

/// The sample with some claims, members and elements left out.
fn thinned(value: &Value, keep: &mut impl Iterator<Item = bool>) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|_| keep.next().unwrap_or(true));
            Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        Value::Array(items) => {
            items.iter().filter(|_| keep.next().unwrap_or(true)).cloned().collect()
        }
        plain => plain.clone(),
    }
}

proptest! {
    #[test]
    fn any_two_sets_of_claims_count_alike(
        name in prop::sample::select(vec!["kyc-identity", "aml-screening", "accredited-individual"]),
        keep in prop::collection::vec(prop::bool::weighted(0.7), 80),
    ) {
        let (definition, full) = sample(name);
        let whole = counts(definition, &full).unwrap();
        let mut keep = keep.into_iter();
        let mandatory: Vec<String> =
            definition.fields().into_iter().filter(|field| field.mandatory).map(|field| field.path).collect();
        let some: Map<String, Value> = full
            .iter()
            .filter(|(name, _)| mandatory.contains(name) || keep.next().unwrap_or(true))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let some: Map<String, Value> =
            some.iter().map(|(name, value)| (name.clone(), thinned(value, &mut keep))).collect();
        if let Some(found) = counts(definition, &some) {
            for (level, digests) in found {
                prop_assert_eq!(Some(&digests), whole.get(&level), "{}", level);
            }
        }
    }
}

#[test]
fn the_least_a_type_allows_counts_like_the_most() {
    for name in ["kyc-identity", "aml-screening", "accredited-individual"] {
        let (definition, full) = sample(name);
        let mandatory = |name: &str| {
            definition.fields().iter().any(|field| field.mandatory && field.path == name)
                || name == "networth_xpr_gt_usd_1m"
        };
        let least: Map<String, Value> = full
            .iter()
            .filter(|(name, _)| mandatory(name))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        let (least, most) =
            (counts(definition, &least).unwrap(), counts(definition, &full).unwrap());
        assert_eq!(least[""], most[""], "{name}");
        assert!(least.len() < most.len(), "{name}");
    }
}
