//! The good samples under `tests/data`, and the day on which the tests take place.

use bonafide::clock::Timestamp;

pub fn today() -> Timestamp {
    Timestamp::parse("2026-11-20T14:00:00Z").unwrap()
}

pub fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    std::fs::read(format!("{folder}/{name}.json")).unwrap()
}
