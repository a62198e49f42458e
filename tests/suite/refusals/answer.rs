//! Rows 22a and 60, and the form of answers and requests: who asked, what was asked, what came back.

use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::request::{Question, Request, client_id};
use bonafide::verify::{Check, Expected, Facts, Memory, Presentation, Verdict};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{assert_refused, at, verdict, verifier};
use crate::support::forge::{Forged, Key, NAME, NONCE, NOW};

/// A request of one verifier for `name` of a badge.
fn signed_request(seed: u8) -> String {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([seed; 32])).unwrap();
    let query = CredentialQuery {
        id: "q".into(),
        types: vec!["urn:example:badge:1".into()],
        claims: vec![ClaimQuery::any("name".parse().unwrap())],
    };
    let question = Question {
        query,
        nonce: NONCE.into(),
        state: Some("session-1".into()),
        asked_at: at(NOW),
        expires: at(NOW + 600),
    };
    question.sign(&Identity::did_key(key.id(), &key).unwrap()).unwrap()
}

/// The verdict on an answer in JSON, built around an edited presentation.
fn answered(edit: impl Fn(&mut Forged), answer: impl Fn(String) -> Value) -> Verdict {
    let request = Request::read(&signed_request(9)).unwrap();
    let mut forged = Forged::good(Algorithm::Ed25519);
    let verifier = verifier(&forged);
    forged.holder.payload["aud"] = request.client_id().into();
    edit(&mut forged);
    let text = answer(forged.presentation()).to_string();
    let presentation = Presentation::new(text.as_bytes());
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let expected = Expected::Request(&request);
    verifier.verify(&presentation, &expected, &policy, &facts, &memory, at(NOW)).0
}

fn plain(token: String) -> Value {
    json!({"vp_token": {"q": [token]}, "state": "session-1"})
}

#[test]
fn the_good_answer_is_accepted() {
    assert_eq!(answered(|_| {}, plain).name(), "accepted");
    assert_eq!(answered(|_| {}, |token| json!({"vp_token": {"q": [token]}})).name(), "accepted");
    assert_eq!(answered(|_| {}, |token| json!({"q": [token]})).name(), "accepted");
}

#[test]
fn row_60_an_answer_of_another_session() {
    for state in
        [json!("session-2"), json!("session"), json!(""), json!(null), json!(["session-1"])]
    {
        let found = answered(|_| {}, |token| json!({"vp_token": {"q": [token]}, "state": state}));
        assert_refused(&found, &[(Check::AnswerForm, "session-mismatch")]);
    }
}

#[test]
fn an_answer_to_another_query() {
    for id in ["Q", "q2", ""] {
        let found = answered(|_| {}, |token| json!({"vp_token": {id: [token]}}));
        assert_refused(&found, &[(Check::AnswerForm, "answer-mismatch")]);
    }
}

#[test]
fn an_answer_that_is_not_one_presentation() {
    let answers: [fn(String) -> Value; 8] = [
        |token| json!({"vp_token": [token]}),
        |token| json!({"vp_token": token}),
        |token| json!({"vp_token": {"q": token}}),
        |token| json!({"vp_token": {"q": [token, token]}}),
        |token| json!({"vp_token": {"q": [token], "r": [token]}}),
        |_| json!({"vp_token": {"q": []}}),
        |_| json!({"vp_token": {"q": [1]}}),
        |_| json!({"vp_token": null}),
    ];
    for answer in answers {
        let found = answered(|_| {}, answer);
        assert_refused(&found, &[(Check::AnswerForm, "malformed")]);
    }
}

#[test]
fn row_30_a_claim_that_was_asked_for_is_withheld() {
    let found = answered(|f| drop(f.disclosures.remove(NAME)), plain);
    assert_refused(&found, &[(Check::Requested, "claim-missing")]);
}

#[test]
fn a_credential_of_another_type() {
    for vct in ["urn:example:badge:2", "urn:example:badge", "urn:example:badge:1 "] {
        let found = answered(|f| f.issuer.payload["vct"] = vct.into(), plain);
        assert_refused(&found, &[(Check::Requested, "type-mismatch")]);
    }
    let also = |f: &mut Forged| {
        f.issuer.payload["vct"] = "urn:example:other:1".into();
        f.issuer.payload["aka_vcts"] = json!(["urn:example:badge:1"]);
    };
    assert_eq!(answered(also, plain).name(), "accepted");
}

#[test]
fn row_23_the_audience_is_the_whole_client_id() {
    let verifier = Key::new(Algorithm::Ed25519, 9).did().to_string();
    let prefix = format!("decentralized_identifier:{verifier}");
    let wrong = [
        verifier.clone(),
        format!("{prefix}#{}", verifier.trim_start_matches("did:key:")),
        format!("{prefix} "),
        format!("Decentralized_identifier:{verifier}"),
        format!("x509_hash:{verifier}"),
    ];
    for audience in wrong {
        let found = answered(|f| f.holder.payload["aud"] = audience.as_str().into(), plain);
        assert_refused(&found, &[(Check::KeyBinding, "audience-mismatch")]);
    }
}

#[test]
fn bytes_that_are_no_answer() {
    let good = Forged::good(Algorithm::Ed25519);
    let verifier = verifier(&good);
    for text in ["", " ", "\n", "x", "a.b.c", "null", "[]"] {
        assert_refused(&verdict(&verifier, text), &[(Check::Form, "malformed")]);
    }
    for text in ["{", "{}", "{\"vp_token\":{}}"] {
        assert_refused(&verdict(&verifier, text), &[(Check::AnswerForm, "malformed")]);
    }
    let twice = r#"{"vp_token":{"q":["a"]},"vp_token":{"q":["b"]}}"#;
    assert_refused(&verdict(&verifier, twice), &[(Check::AnswerForm, "duplicate-key")]);
    let expected = Expected::Challenge { nonce: "n", audience: "a" };
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let bytes = Presentation::new(b"\xff\xfe");
    let (found, _) = verifier.verify(&bytes, &expected, &policy, &facts, &memory, at(NOW));
    assert_refused(&found, &[(Check::AnswerForm, "malformed")]);
}

fn code(text: &str) -> &'static str {
    Request::read(text).map_or_else(|error| error.code(), |_| "read")
}

#[test]
fn row_22a_a_request_that_nobody_vouches_for() {
    let good = signed_request(9);
    assert_eq!(code(&good), "read");
    let payload = base64url::decode(good.split('.').nth(1).unwrap()).unwrap();
    assert_eq!(code(std::str::from_utf8(&payload).unwrap()), "unsigned-request");
    let (input, signature) = good.rsplit_once('.').unwrap();
    let mut signature = base64url::decode(signature).unwrap();
    signature[5] ^= 1;
    let forged = format!("{input}.{}", base64url::encode(&signature));
    assert_eq!(code(&forged), "unsigned-request");
    assert_eq!(code(&format!("{input}.")), "unsigned-request");
}

#[test]
fn row_22a_a_request_in_the_name_of_somebody_else() {
    let good = signed_request(9);
    let mut parts = good.split('.').map(|part| base64url::decode(part).unwrap_or_default());
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    let mut request = Forged::good(Algorithm::Ed25519).holder;
    request.header = serde_json::from_slice(&header).unwrap();
    request.payload = serde_json::from_slice(&payload).unwrap();
    request.key = Key::new(Algorithm::Ed25519, 66);
    // The thief's signature under the victim's kid, then under the thief's own.
    assert_eq!(code(&request.sign()), "unsigned-request");
    request.header["kid"] = request.key.kid().into();
    assert_eq!(code(&request.sign()), "client-mismatch");
    let own = request.key.did();
    request.payload["client_id"] = client_id(&own).into();
    assert_eq!(code(&request.sign()), "read");
    request.payload["client_id"] = own.as_str().into();
    assert_eq!(code(&request.sign()), "client-mismatch");
    let other_name = Did::jwk_from_key(&request.key.public);
    request.payload["client_id"] = client_id(&other_name).into();
    assert_eq!(code(&request.sign()), "client-mismatch");
}
