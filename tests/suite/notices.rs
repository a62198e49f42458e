//! Notices that a key is lost or stolen: who may write one, and what an issuer takes (ATTACKS 6, 8, 23).

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::notice::{self, ExpectedNotice, KeyNotice, NoticeError, Reason, UnverifiedNotice};
use bonafide::possession;
use serde_json::{Value, json};

use crate::support::forge::{Jwt, Key};

const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_bytes(algorithm, &[seed; 32].into()).unwrap()
}

fn issuer() -> Did {
    Did::parse("did:web:acme.example").unwrap()
}

fn read(text: &str, issuer: &Did, now: i64) -> Result<KeyNotice, NoticeError> {
    let expected = ExpectedNotice { issuer, max_age: 7 * DAY };
    UnverifiedNotice::parse(text)?.verify(&expected, at(now))
}

fn written(key: &SecretKey) -> String {
    let holder = Identity::did_key(key.id(), key).unwrap();
    notice::write(&holder, &issuer(), (Reason::Lost, at(NOW - DAY)), at(NOW)).unwrap()
}

#[test]
fn a_key_speaks_of_itself() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = key(algorithm, 7);
        let read = read(&written(&key), &issuer(), NOW).unwrap();
        assert_eq!((read.key(), read.holder()), (key.public(), &Did::from_key(key.public())));
        assert_eq!(
            (read.reason(), read.since(), read.at()),
            (Reason::Lost, at(NOW - DAY), at(NOW))
        );
    }
}

#[test]
fn it_counts_for_its_issuer_and_for_its_time() {
    let text = written(&key(Algorithm::Ed25519, 7));
    let refused = |issuer: &Did, now: i64| read(&text, issuer, now).map_err(NoticeError::code);
    let other = Did::parse("did:web:acme.example.org").unwrap();
    assert_eq!(refused(&other, NOW), Err("audience-mismatch"));
    assert_eq!(refused(&issuer(), NOW + 7 * DAY + 1), Err("stale"));
    assert!(refused(&issuer(), NOW + 7 * DAY).is_ok());
    assert_eq!(refused(&issuer(), NOW - 61), Err("not-yet-valid"));
    assert!(refused(&issuer(), NOW - 60).is_ok());
}

#[test]
fn one_thing_changed_is_refused_for_that() {
    let (own, other) = (Key::new(Algorithm::Ed25519, 7), Key::new(Algorithm::Ed25519, 8));
    let header = json!({"alg": "EdDSA", "typ": "bonafide-key-notice+jwt", "kid": own.kid()});
    let payload = json!({"iss": own.did().as_str(), "aud": issuer().as_str(), "iat": NOW,
        "since": NOW, "reason": "key-compromised", "jkt": own.public.id().as_str()});
    let code = |header: &Value, payload: &Value, signer: &Key| {
        let (header, payload, texts) = (header.clone(), payload.clone(), (None, None));
        let jwt = Jwt { key: signer.clone(), header, payload, texts, tamper: |token| token };
        read(&jwt.sign(), &issuer(), NOW).map(|_| ()).map_err(NoticeError::code)
    };
    assert_eq!(code(&header, &payload, &own), Ok(()));
    assert_eq!(code(&header, &payload, &other), Err("bad-signature"));
    let headers = [
        ("typ", json!("openid4vci-proof+jwt"), "wrong-type"),
        ("typ", json!("kb+jwt"), "wrong-type"),
        ("typ", Value::Null, "wrong-type"),
        ("alg", json!("none"), "alg-not-allowed"),
        ("alg", json!("ES256"), "alg-not-allowed"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!(other.kid()), "bad-signature"),
        ("kid", json!("did:web:acme.example#1"), "did-method-unsupported"),
        ("jwk", json!({}), "untrusted-key"),
    ];
    for (name, value, expected) in headers {
        let mut changed = header.clone();
        changed[name] = value.clone();
        assert_eq!(code(&changed, &payload, &own), Err(expected), "{name} {value}");
    }
    let payloads = [
        ("iss", json!(other.did().as_str()), "issuer-key-mismatch"),
        ("jkt", json!(other.public.id().as_str()), "issuer-key-mismatch"),
        ("aud", json!([issuer().as_str()]), "malformed"),
        ("reason", json!("sanctions"), "malformed"),
        ("iat", json!(NOW.to_string()), "malformed"),
        ("iat", json!(-1), "malformed"),
        ("since", json!(NOW + 1), "not-yet-valid"),
        ("since", Value::Null, "malformed"),
    ];
    for (name, value, expected) in payloads {
        let mut changed = payload.clone();
        changed[name] = value.clone();
        assert_eq!(code(&header, &changed, &own), Err(expected), "{name} {value}");
    }
    let long = "x".repeat(notice::MAX_LEN + 1);
    assert_eq!(read(&long, &issuer(), NOW).unwrap_err().code(), "too-large");
}

#[test]
fn it_is_not_taken_for_a_proof_nor_a_proof_for_it() {
    let key = key(Algorithm::Ed25519, 7);
    let holder = Identity::did_key(key.id(), &key).unwrap();
    let nonce = base64url::encode([7; 32]);
    let proof = possession::prove(&[holder], &issuer(), &nonce, at(NOW)).unwrap().unwrap();
    let proof: Value = serde_json::from_str(&proof).unwrap();
    let proof = proof["proofs"]["jwt"][0].as_str().unwrap();
    assert_eq!(read(proof, &issuer(), NOW).unwrap_err().code(), "wrong-type");
    let issuer = issuer();
    let expected = possession::ExpectedProof { issuer: &issuer, nonce: None, max_age: DAY };
    let refused = possession::read(&written(&key), &expected, at(NOW)).unwrap_err();
    assert_eq!(refused.code(), "wrong-type");
}
