//! Row 8 in all directions: the four kinds of token of ours, each properly signed, in the place of each
//! other; and row 10 for those who ask and those who prove.

use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::possession::{self, ExpectedProof};
use bonafide::request::{Request, client_id};
use bonafide::verify::Check;
use serde_json::{Value, json};

use super::{BOTH, assert_refused, at, verdict, verifier};
use crate::support::forge::{Forged, Jwt, Key, NOW};

const PROOF_NONCE: &str = "0123456789abcdefghijkl";

/// Any JWT of the key, named by its DID.
fn jwt(key: &Key, typ: &str, payload: Value) -> Jwt {
    let mut jwt = Forged::good(Algorithm::Ed25519).holder;
    jwt.key = key.clone();
    jwt.header = json!({"alg": key.public.to_jwk()["crv"], "typ": typ, "kid": key.kid()});
    if jwt.header["alg"] == "P-256" {
        jwt.header["alg"] = "ES256".into();
    }
    jwt.payload = payload;
    jwt
}

fn request(key: &Key) -> Jwt {
    let payload = json!({
        "aud": "https://self-issued.me/v2",
        "client_id": client_id(&key.did()),
        "response_type": "vp_token",
        "nonce": PROOF_NONCE,
        "iat": NOW,
        "exp": NOW + 600,
        "dcql_query": {"credentials": [{
            "id": "q",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": ["urn:example:badge:1"]},
            "claims": [{"path": ["name"]}],
        }]},
    });
    jwt(key, "oauth-authz-req+jwt", payload)
}

fn issuer() -> Did {
    Key::new(Algorithm::Ed25519, 7).did()
}

fn proof(key: &Key) -> Jwt {
    let payload = json!({"aud": issuer().as_str(), "iat": NOW, "nonce": PROOF_NONCE});
    jwt(key, "openid4vci-proof+jwt", payload)
}

fn read_request(token: &str) -> &'static str {
    Request::read(token).map_or_else(|error| error.code(), |_| "read")
}

fn read_proof(token: &str) -> &'static str {
    let expected = ExpectedProof { issuer: &issuer(), nonce: Some(PROOF_NONCE), max_age: 300 };
    possession::read(token, &expected, at(NOW)).map_or_else(|error| error.code(), |_| "read")
}

#[test]
fn row_8_every_kind_of_token_in_the_place_of_every_other() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let key = &good.holder.key;
        let (request, proof) = (request(key).sign(), proof(key).sign());
        let (credential, sd_jwt) = (good.issuer.sign(), good.sd_jwt());
        let answer = good.bound_to(&sd_jwt);
        assert_eq!((read_request(&request), read_proof(&proof)), ("read", "read"));
        for other in [&credential, &answer, &proof] {
            assert_eq!(read_request(other), "wrong-type");
        }
        for other in [&credential, &answer, &request] {
            assert_eq!(read_proof(other), "wrong-type");
        }
        let verifier = verifier(&good);
        for other in [&request, &proof, &answer] {
            let shown = verdict(&verifier, &format!("{other}~{answer}"));
            assert_refused(&shown, &[(Check::Form, "wrong-type")]);
        }
        for other in [&request, &proof, &credential] {
            let shown = verdict(&verifier, &format!("{sd_jwt}{other}"));
            assert_refused(&shown, &[(Check::KeyBinding, "wrong-type")]);
        }
    }
}

#[test]
fn rows_1_to_4_hold_for_requests_and_proofs() {
    let key = Key::new(Algorithm::Ed25519, 9);
    type Edit = fn(&mut Jwt);
    let edits: [(&str, Edit); 7] = [
        ("alg-not-allowed", |jwt| jwt.header["alg"] = "none".into()),
        ("alg-not-allowed", |jwt| jwt.header["alg"] = "HS256".into()),
        ("alg-not-allowed", |jwt| jwt.header["alg"] = "ES256".into()),
        ("untrusted-key", |jwt| jwt.header["jwk"] = jwt.key.public.to_jwk()),
        ("unknown-critical", |jwt| jwt.header["crit"] = json!(["exp"])),
        ("unknown-critical", |jwt| jwt.header["b64"] = false.into()),
        ("wrong-type", |jwt| jwt.header["typ"] = "JWT".into()),
    ];
    for (code, edit) in edits {
        let (mut request, mut proof) = (request(&key), proof(&key));
        edit(&mut request);
        edit(&mut proof);
        assert_eq!((read_request(&request.sign()), read_proof(&proof.sign())), (code, code));
    }
}

#[test]
fn row_10_a_key_that_only_agrees_neither_asks_nor_proves() {
    let key = Key::new(Algorithm::P256, 9);
    let mut jwk = key.public.to_jwk();
    jwk["use"] = "enc".into();
    let did = Did::parse(&format!("did:jwk:{}", base64url::encode(jwk.to_string()))).unwrap();
    let (mut request, mut proof) = (request(&key), proof(&key));
    request.payload["client_id"] = client_id(&did).into();
    for jwt in [&mut request, &mut proof] {
        jwt.header["kid"] = format!("{did}#0").into();
    }
    assert_eq!(read_request(&request.sign()), "wrong-purpose");
    assert_eq!(read_proof(&proof.sign()), "wrong-purpose");
    // Nor does the library sign in the name of such a DID.
    let secret = SecretKey::from_bytes(Algorithm::P256, &[9; 32].into()).unwrap();
    assert!(Identity::new(did, secret.id(), &secret).is_err());
}
