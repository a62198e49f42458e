//! Jurisdiction documents: read, verified, followed and asked.

mod approvals;
mod chain;
mod files;
mod sources;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::key::{Algorithm, PublicKey};
use bonafide::trust::{Jurisdiction, JurisdictionError, Pin, UnverifiedJurisdiction};
use serde_json::{Value, json};

use crate::support::forge::{Jwt, Key};

pub const TYP: &str = "bonafide-jurisdiction+jws";
const NOW: &str = "2026-11-20T14:00:00Z";

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A governance or issuer key; every third one is P-256.
fn key(seed: u8) -> Key {
    let algorithm = if seed.is_multiple_of(3) { Algorithm::P256 } else { Algorithm::Ed25519 };
    Key::new(algorithm, seed)
}

/// The DID of an issuer, its key's fragment and its key.
fn issuer(seed: u8) -> (Did, String, PublicKey) {
    let key = key(seed);
    (key.did(), key.did().method_specific_id().to_owned(), key.public)
}

pub fn governance(threshold: u64, seeds: &[u8]) -> Value {
    let keys = seeds.iter().map(|seed| {
        json!({"label": format!("did:web:{seed}.example"), "jwk": key(*seed).public.to_jwk()})
    });
    json!({"threshold": threshold, "keys": keys.collect::<Vec<_>>()})
}

/// Governed by 1, 2 and 3, two of whom sign; issuer 10 attests `person`, of which there are two types.
fn payload() -> Value {
    json!({"typ": "jurisdiction/1", "id": "us-securities", "seq": 1, "prev": null,
        "issued": "2026-11-20", "next_update": "2026-12-20", "expires": "2027-01-20",
        "governance": governance(2, &[1, 2, 3]),
        "attributes": [
            {"id": "person", "vct": ["urn:x:person:1", "urn:x:person:2"], "status": "active"},
            {"id": "firm", "vct": ["urn:x:firm:1"], "status": "active"}],
        "validators": [{"did": issuer(10).0.as_str(), "group": "5493001KJTIIGC8Y1R12",
            "roles": ["us-ria"],
            "approvals": [{"attr": "person", "from": "2026-01-01", "until": null, "weight": 60,
                "max_validity": "3mo", "on_end": "grandfather"}]}]})
}

/// The payload with one member changed; `null` takes it out.
fn with(pointer: &str, value: Value) -> Value {
    let mut changed = payload();
    set(&mut changed, pointer, value);
    changed
}

fn set(payload: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match payload.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        other => other[name] = value,
    }
}

/// One signature as it stands in the file, over any header and payload text.
fn signature(seed: u8, payload: &str, change: impl Fn(&mut Value)) -> Value {
    let key = key(seed);
    let alg = if seed.is_multiple_of(3) { "ES256" } else { "EdDSA" };
    let mut header = json!({"alg": alg, "typ": TYP, "kid": key.public.id().as_str()});
    change(&mut header);
    let texts = (None, Some(payload.to_owned()));
    let jwt = Jwt { key, header, payload: Value::Null, texts, tamper: |token| token }.sign();
    let parts: Vec<&str> = jwt.split('.').collect();
    json!({"protected": parts[0], "signature": parts[2]})
}

fn file(payload: &str, signatures: &[Value]) -> Value {
    let encoded = bonafide::encoding::base64url::encode(payload);
    json!({"payload": encoded, "signatures": signatures})
}

/// The file signed by those keys.
pub fn signed(payload: &Value, seeds: &[u8]) -> UnverifiedJurisdiction {
    let text = payload.to_string();
    let signatures: Vec<Value> = seeds.iter().map(|seed| signature(*seed, &text, |_| ())).collect();
    read(&file(&text, &signatures)).unwrap()
}

fn read(file: &Value) -> Result<UnverifiedJurisdiction, JurisdictionError> {
    UnverifiedJurisdiction::parse(file.to_string().as_bytes())
}

/// Taken as pinned by its governance.
fn first(file: UnverifiedJurisdiction) -> Result<Jurisdiction, JurisdictionError> {
    let pin = Pin::Governance(file.document().governance.digest());
    Jurisdiction::first(file, &pin, at(NOW))
}

/// A verified jurisdiction that says this; all three keys sign.
pub fn jurisdiction(payload: &Value) -> Jurisdiction {
    first(signed(payload, &[1, 2, 3])).unwrap()
}
