//! Signed heads of a log: only the keeper's count, and only as heads (ATTACKS 6, 8, 63).

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::log_head::{self, LogHeadError};
use serde_json::{Value, json};

use crate::support::forge::{Jwt, Key};

const NOW: i64 = 1_795_176_000;

#[test]
fn a_head_reads_back() {
    let now = Timestamp::from_unix(NOW).unwrap();
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = SecretKey::from_bytes(algorithm, &[7; 32].into()).unwrap();
        let keeper = Identity::did_key(key.id(), &key).unwrap();
        let text = log_head::write(&keeper, 4711, &[9; 32], now).unwrap();
        let head = log_head::read(&text, keeper.did()).unwrap();
        assert_eq!((head.seq(), head.hash(), head.at()), (4711, &[9; 32], now));
    }
}

#[test]
fn one_thing_changed_is_refused_for_that() {
    let (own, other) = (Key::new(Algorithm::Ed25519, 7), Key::new(Algorithm::Ed25519, 8));
    let keeper = Did::from_key(&own.public);
    let header = json!({"alg": "EdDSA", "typ": "bonafide-log-head+jwt", "kid": own.kid()});
    let hash = base64url::encode([9; 32]);
    let payload = json!({"iss": own.did().as_str(), "iat": NOW, "seq": 3, "hash": hash});
    let code = |header: &Value, payload: &Value, signer: &Key| {
        let (header, payload, texts) = (header.clone(), payload.clone(), (None, None));
        let jwt = Jwt { key: signer.clone(), header, payload, texts, tamper: |token| token };
        log_head::read(&jwt.sign(), &keeper).map(|_| ()).map_err(LogHeadError::code)
    };
    assert_eq!(code(&header, &payload, &own), Ok(()));
    assert_eq!(code(&header, &payload, &other), Err("bad-signature"));
    let headers = [
        ("typ", json!("statuslist+jwt"), "wrong-type"),
        ("alg", json!("none"), "alg-not-allowed"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!(other.kid()), "issuer-key-mismatch"),
    ];
    for (name, value, expected) in headers {
        let mut changed = header.clone();
        changed[name] = value.clone();
        assert_eq!(code(&changed, &payload, &own), Err(expected), "{name} {value}");
    }
    let payloads = [
        ("iss", json!(other.did().as_str()), "issuer-key-mismatch"),
        ("iss", Value::Null, "issuer-key-mismatch"),
        ("iat", json!("1795176000"), "malformed"),
        ("seq", json!(-1), "malformed"),
        ("seq", json!("3"), "malformed"),
        ("hash", json!(base64url::encode([9; 31])), "encoding"),
        ("hash", Value::Null, "malformed"),
    ];
    for (name, value, expected) in payloads {
        let mut changed = payload.clone();
        changed[name] = value.clone();
        assert_eq!(code(&header, &changed, &own), Err(expected), "{name} {value}");
    }
    let long = "x".repeat(log_head::MAX_LEN + 1);
    assert_eq!(log_head::read(&long, &keeper).unwrap_err().code(), "too-large");
}
