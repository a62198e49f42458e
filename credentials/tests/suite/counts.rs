//! The number of digests must not tell which claims there are: for any two sets of claims of a type it
//! is the same at every level that both have (ATTACKS 56b).

use std::collections::BTreeMap;

use bonafide::did::Identity;
use bonafide::encoding::base64url;
use bonafide::issue::Validity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::random::SystemRandom;
use bonafide_credentials::{TypeDefinition, find};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::data::{names, sample, today};

/// Digests per level, by the path that leads to it; the top has none. Elements of a list share one.
type Counts = BTreeMap<String, usize>;

fn full(name: &str) -> Map<String, Value> {
    serde_json::from_slice(&sample(name)).unwrap()
}

/// Issues these claims and counts; `None` when the type does not allow them.
fn counts(definition: &'static TypeDefinition, claims: &Map<String, Value>) -> Option<Counts> {
    let json = Value::Object(claims.clone()).to_string();
    let content = definition.read(json.as_bytes(), today()).ok()?.into_content();
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap();
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let validity = Validity::days(today(), 1);
    let token = content.issue(key.public(), validity, None, &issuer, &mut SystemRandom).unwrap();
    let decode = |text: &str| -> Value {
        serde_json::from_slice(&base64url::decode(text).unwrap()).unwrap()
    };
    let mut parts = token.split('~');
    let mut found = Counts::new();
    count("", &decode(parts.next().unwrap().split('.').nth(1).unwrap()), &mut found);
    for disclosure in parts.filter(|part| !part.is_empty()) {
        match decode(disclosure).as_array().unwrap().as_slice() {
            [_, Value::String(name), value] => count(name, value, &mut found),
            [_, element] => count("[]", element, &mut found),
            other => panic!("{other:?}"),
        }
    }
    Some(found)
}

/// Counts the digests of a level and of every level inside it.
fn count(path: &str, level: &Value, found: &mut Counts) {
    let digests = match level {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "_sd") {
                count(&format!("{path}.{name}"), value, found);
            }
            members.get("_sd").and_then(Value::as_array).map_or(0, Vec::len)
        }
        Value::Array(items) => {
            let (hidden, open): (Vec<_>, Vec<_>) =
                items.iter().partition(|item| item.get("...").is_some());
            open.iter().for_each(|item| count(&format!("{path}[]"), item, found));
            hidden.len()
        }
        _ => return,
    };
    let before = found.insert(path.to_owned(), digests);
    assert!(before.is_none_or(|before| before == digests), "{path}: elements differ");
}

/// The claims with some members and elements left out.
fn thinned(value: &Value, keep: &mut impl Iterator<Item = bool>) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|_| keep.next().unwrap_or(true));
            let kept: Vec<_> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
            kept.into_iter().map(|(name, value)| (name, thinned(&value, keep))).collect()
        }
        Value::Array(items) => {
            let kept: Vec<_> = items.iter().filter(|_| keep.next().unwrap_or(true)).collect();
            kept.into_iter().map(|item| thinned(item, keep)).collect()
        }
        plain => plain.clone(),
    }
}

/// Without some of the claims that the issuer may leave out.
fn some_of(
    definition: &TypeDefinition,
    full: &Map<String, Value>,
    keep: &mut impl Iterator<Item = bool>,
) -> Map<String, Value> {
    let fields = definition.fields();
    let is_mandatory =
        |name: &str| fields.iter().any(|field| field.mandatory && field.path == name);
    let kept = full.iter().filter(|(name, _)| is_mandatory(name) || keep.next().unwrap_or(true));
    let kept: Vec<_> = kept.collect();
    kept.into_iter().map(|(name, value)| (name.clone(), thinned(value, keep))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn any_two_sets_of_claims_count_alike(
        name in prop::sample::select(names()),
        keep in prop::collection::vec(prop::bool::weighted(0.8), 80),
    ) {
        let definition = find(name).unwrap();
        let whole = counts(definition, &full(name)).unwrap();
        let some = some_of(definition, &full(name), &mut keep.into_iter());
        if let Some(found) = counts(definition, &some) {
            for (level, digests) in found {
                prop_assert_eq!(Some(&digests), whole.get(&level), "{}: {}", name, level);
            }
        }
    }
}

/// The type, and what its rules demand besides the mandatory claims.
const LEAST: &[(&str, &[&str])] = &[
    ("kyc-identity", &[]),
    ("aml-screening", &[]),
    ("residency", &[]),
    ("accredited-individual", &["networth_xpr_gt_usd_1m"]),
    ("accredited-entity", &["all_owners_accredited"]),
    ("qualified-purchaser", &["all_owners_qp"]),
    ("kyb-entity", &[]),
    ("entity-mandate", &[]),
    ("account-binding", &[]),
    ("holding", &[]),
    ("transfer-authorisation", &[]),
];

#[test]
fn the_least_a_type_allows_counts_like_the_most() {
    assert_eq!(LEAST.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names());
    for (name, needed) in LEAST {
        let definition = find(name).unwrap();
        let fields = definition.fields();
        let is_needed = |name: &str| {
            needed.contains(&name)
                || fields.iter().any(|field| field.mandatory && field.path == name)
        };
        let mut least = full(name);
        least.retain(|name, _| is_needed(name));
        assert!(least.len() < full(name).len(), "{name}");
        let (least, most) =
            (counts(definition, &least).unwrap(), counts(definition, &full(name)).unwrap());
        for (level, digests) in &least {
            assert_eq!(Some(digests), most.get(level), "{name}: {level}");
        }
        assert_eq!(least[""], definition.padding().top, "{name}");
        assert_eq!(least[""] > 0, definition.is_hideable(), "{name}");
    }
}

/// A list element is hidden whole: once it is shown, there is no digest in it that could be counted.
#[test]
fn there_are_no_digests_inside_the_elements_of_a_list() {
    for (name, path) in [
        ("aml-screening", "[]"),
        ("account-binding", "[]"),
        ("holding", "[]"),
        ("kyc-identity", "[]"),
    ] {
        let found = counts(find(name).unwrap(), &full(name)).unwrap();
        assert_eq!(found.get(path), Some(&0), "{name}");
    }
}
