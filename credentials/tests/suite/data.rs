//! The good samples under `tests/data`, the day on which the tests take place, and one change at a time.

use bonafide::clock::Timestamp;
use bonafide_credentials::{ClaimErrors, Claims, TypeDefinition, find, types};
use serde_json::Value;

pub fn today() -> Timestamp {
    Timestamp::parse("2026-11-20T14:00:00Z").unwrap()
}

pub fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    std::fs::read(format!("{folder}/{name}.json")).unwrap()
}

/// The names of all types.
pub fn names() -> Vec<&'static str> {
    types().iter().map(TypeDefinition::name).collect()
}

pub fn read(name: &str, bytes: &[u8]) -> Result<Claims, ClaimErrors> {
    find(name).unwrap().read(bytes, today())
}

/// The errors after one change: `at` is a JSON pointer to what is set, or taken out for `null`.
pub fn changed(name: &str, at: &str, value: Value) -> Result<Claims, ClaimErrors> {
    let mut claims: Value = serde_json::from_slice(&sample(name)).unwrap();
    let (parent, member) = at.rsplit_once('/').unwrap();
    match claims.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[member.parse::<usize>().unwrap()] = value,
        Value::Object(members) if value.is_null() => assert!(members.remove(member).is_some()),
        Value::Object(members) => drop(members.insert(member.to_owned(), value)),
        _ => panic!("{at}"),
    }
    read(name, claims.to_string().as_bytes())
}

#[track_caller]
pub fn refused(name: &str, at: &str, value: Value, expected: &[(&str, &str)]) {
    let errors = changed(name, at, value).expect_err(at);
    let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code())).collect();
    assert_eq!(found, expected, "{at}: {errors}");
}

#[track_caller]
pub fn says(name: &str, at: &str, value: Value, message: &str) {
    assert_eq!(changed(name, at, value).expect_err(at).to_string(), message);
}
