//! The key that a request names for a sealed answer: read only where it is the asker's own (OpenID4VP §8.3).

use bonafide::clock::Timestamp;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey, SignError};
use bonafide::request::{Question, Request};
use serde_json::{Value, json};

use crate::support::forge::{Forged, Jwt, Key, NOW};

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

fn question() -> Question {
    let claims = vec![ClaimQuery::any("member".parse().unwrap())];
    Question {
        query: CredentialQuery { id: "q".into(), types: vec!["urn:example:1".into()], claims },
        nonce: "n".repeat(22),
        state: None,
        asked_at: Timestamp::from_unix(NOW).unwrap(),
        expires: Timestamp::from_unix(NOW + 600).unwrap(),
    }
}

fn secret(algorithm: Algorithm) -> SecretKey {
    SecretKey::from_bytes(algorithm, &[7; 32].into()).unwrap()
}

fn asked(algorithm: Algorithm) -> String {
    let key = secret(algorithm);
    question().sign_for_sealed(&Identity::did_key(key.id(), &key).unwrap()).unwrap()
}

/// The same request with its payload changed, signed anew by the same key.
fn forged(algorithm: Algorithm, change: impl Fn(&mut Value)) -> Jwt {
    let asked = asked(algorithm);
    let part = |at: usize| -> Value {
        let part = asked.split('.').nth(at).unwrap();
        serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap()
    };
    let mut jwt = Forged::good(algorithm).issuer;
    (jwt.key, jwt.header, jwt.payload) = (Key::new(algorithm, 7), part(0), part(1));
    change(&mut jwt.payload);
    jwt
}

/// Why a request with these members in its metadata is refused.
fn why(algorithm: Algorithm, change: impl Fn(&mut Value)) -> String {
    let jwt = forged(algorithm, |payload| change(&mut payload["client_metadata"]));
    let error = Request::read(&jwt.sign()).unwrap_err();
    assert_eq!(error.code(), "seal-key-refused");
    error.to_string().rsplit_once(": ").unwrap().1.to_owned()
}

#[test]
fn a_request_names_the_askers_own_key() {
    for algorithm in BOTH {
        let key = secret(algorithm);
        let request = Request::read(&asked(algorithm)).unwrap();
        assert_eq!(request.reply_key(), Some(key.public()));
        assert_eq!(Request::read(&forged(algorithm, |_| {}).sign()), Ok(request));
        let plain = question().sign(&Identity::did_key(key.id(), &key).unwrap()).unwrap();
        assert_eq!(Request::read(&plain).unwrap().reply_key(), None);
        let payload = forged(algorithm, |_| {}).payload;
        let jwk = &payload["client_metadata"]["jwks"]["keys"][0];
        assert_eq!((&jwk["use"], &jwk["alg"]), (&json!("enc"), &json!("ECDH-ES")));
        assert_eq!(jwk["kid"], key.id().as_str());
        let curve = if algorithm == Algorithm::P256 { "P-256" } else { "X25519" };
        assert_eq!((&jwk["crv"], jwk.get("d")), (&json!(curve), None));
        let enc = &payload["client_metadata"]["encrypted_response_enc_values_supported"];
        assert_eq!(*enc, json!(["A256GCM"]));
        assert_eq!(payload["response_mode"], "urn:bonafide:response-mode:file.jwt");
    }
}

#[test]
fn other_keys_beside_it_are_passed_over() {
    let others = [
        json!({"kty": "EC", "crv": "P-384", "use": "enc", "alg": "ECDH-ES", "x": "AA", "y": "AA"}),
        json!({"kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "n": "AA", "e": "AQAB"}),
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "x": "AA", "y": "AA"}),
        json!("no key"),
    ];
    let jwt = forged(Algorithm::P256, |payload| {
        let keys = payload["client_metadata"]["jwks"]["keys"].as_array_mut().unwrap();
        keys.splice(0..0, others.clone());
    });
    assert!(Request::read(&jwt.sign()).unwrap().reply_key().is_some());
}

#[test]
fn a_key_that_others_could_open_is_refused() {
    let another = |algorithm| {
        let key = SecretKey::from_bytes(algorithm, &[8; 32].into()).unwrap();
        let asked = question().sign_for_sealed(&Identity::did_key(key.id(), &key).unwrap());
        let payload = asked.unwrap().split('.').nth(1).unwrap().to_owned();
        let payload: Value = serde_json::from_slice(&base64url::decode(&payload).unwrap()).unwrap();
        payload["client_metadata"]["jwks"]["keys"][0].clone()
    };
    for algorithm in BOTH {
        let own = "it is no key of the one who asks";
        for (from, expected) in [(algorithm, own), (BOTH[0], own), (BOTH[1], own)] {
            let foreign = another(from);
            let found = why(algorithm, |data| data["jwks"]["keys"][0] = foreign.clone());
            assert_eq!(found, expected);
        }
        let kid = why(algorithm, |data| data["jwks"]["keys"][0]["kid"] = "1".into());
        assert_eq!(kid, own);
        let foreign = another(algorithm);
        let two = why(algorithm, |data| {
            data["jwks"]["keys"].as_array_mut().unwrap().push(foreign.clone());
        });
        assert_eq!(two, "there must be one that can be used, and no more");
        let private = why(algorithm, |data| data["jwks"]["keys"][0]["d"] = "AA".into());
        assert_eq!(private, "it is a private key");
    }
    // The signing form of an Ed25519 key agrees on nothing.
    let signing = secret(Algorithm::Ed25519).public().to_jwk();
    let found = why(Algorithm::Ed25519, |data| data["jwks"]["keys"][0] = signing.clone());
    assert_eq!(found, "there must be one that can be used, and no more");
}

#[test]
fn a_key_that_cannot_be_used_is_refused() {
    let algorithm = Algorithm::Ed25519;
    let one = "there must be one that can be used, and no more";
    for (name, value) in [
        ("alg", json!("ECDH-ES+A256KW")),
        ("alg", Value::Null),
        ("use", json!("sig")),
        ("use", json!(["enc"])),
        ("crv", json!("X448")),
        ("kty", json!("EC")),
    ] {
        let found = why(algorithm, |data| data["jwks"]["keys"][0][name] = value.clone());
        assert_eq!(found, one, "{name} {value}");
    }
    assert_eq!(why(algorithm, |data| data["jwks"]["keys"] = json!([])), one);
    for jwks in [json!(null), json!([]), json!({}), json!({"keys": {}}), json!("x")] {
        let found = why(algorithm, |data| data["jwks"] = jwks.clone());
        assert_eq!(found, "there is none", "{jwks}");
    }
    for enc in [json!(null), json!([]), json!("A256GCM"), json!(["A128GCM"]), json!([1])] {
        let found =
            why(algorithm, |data| data["encrypted_response_enc_values_supported"] = enc.clone());
        assert_eq!(found, "A256GCM is not among the ways to seal", "{enc}");
    }
    let none = why(algorithm, |data| drop(data.as_object_mut().unwrap().remove("jwks")));
    assert_eq!(none, "there is none");
    let jwt = forged(algorithm, |payload| {
        payload["response_mode"] = "direct_post.jwt".into();
        payload.as_object_mut().unwrap().remove("client_metadata");
    });
    assert_eq!(Request::read(&jwt.sign()).unwrap_err().code(), "seal-key-refused");
}

#[test]
fn nobody_vouches_for_a_key_that_nobody_signed() {
    let payload = forged(Algorithm::P256, |_| {}).payload;
    let refused = Request::dangerous_read_unsigned(&payload.to_string()).unwrap_err();
    assert_eq!(refused.code(), "seal-key-refused");
    assert!(refused.to_string().ends_with("nobody signed the request that names it"));
}

/// A did:jwk with an Ed25519 key lists it for signatures only.
#[test]
fn a_did_without_a_key_for_it_asks_for_no_sealed_answer() {
    for (algorithm, fine) in [(Algorithm::Ed25519, false), (Algorithm::P256, true)] {
        let key = secret(algorithm);
        let jwk = base64url::encode(key.public().to_jwk().to_string());
        let did = Did::parse(&format!("did:jwk:{jwk}")).unwrap();
        let asked = question().sign_for_sealed(&Identity::new(did, key.id(), &key).unwrap());
        assert_eq!(asked.as_ref().err(), (!fine).then_some(&SignError::NotAllowed));
        assert!(asked.is_err() || Request::read(&asked.unwrap()).unwrap().reply_key().is_some());
    }
}

#[cfg(feature = "jwe")]
#[test]
fn an_answer_is_sealed_where_that_was_asked_for() {
    use bonafide::sealed::{Kind, SealedFile};
    for algorithm in BOTH {
        let key = secret(algorithm);
        let request = Request::read(&asked(algorithm)).unwrap();
        let text = request.seal("{\"vp_token\":{}}".into()).unwrap();
        let file = SealedFile::parse(&text).unwrap();
        assert_eq!((file.kind(), file.recipient()), (Kind::Presentation, Some(key.id().as_str())));
        assert_eq!(file.open(&key).unwrap().as_slice(), b"{\"vp_token\":{}}");
        let plain = question().sign(&Identity::did_key(key.id(), &key).unwrap()).unwrap();
        assert_eq!(Request::read(&plain).unwrap().seal("x".into()), Ok("x".into()));
    }
}
