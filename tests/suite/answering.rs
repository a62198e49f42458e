//! Which requests a wallet answers, and with which credential.

use bonafide::clock::Timestamp;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::format::sd_jwt::HashAlgorithm;
use bonafide::issue::{Content, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::present::{Candidate, PresentError, prepare};
use bonafide::random::SystemRandom;
use bonafide::request::{Question, Request};
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{Expected, Facts, Material, Memory, Presentation, Verifier};
use serde_json::json;

use crate::support::forge::{Forged, disclosure};

const NOW: i64 = 1_795_176_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

/// A credential of the holder with key 2, valid for so many days from now.
fn credential(days: u32) -> String {
    credential_of(1, days)
}

fn credential_of(issuer: u8, days: u32) -> String {
    let issuer = key(issuer);
    let claims = json!({"member": true, "since": "2020-04-01"});
    let content =
        Content::all_hidden("urn:example:membership:1", claims.as_object().unwrap().clone());
    let issuer = Identity::did_key(issuer.id(), &issuer).unwrap();
    content
        .issue(key(2).public(), Validity::days(at(NOW), days), None, &issuer, &mut SystemRandom)
        .unwrap()
}

/// A request for `claim`, asked at that moment and open for ten minutes.
fn request(claim: &str, asked_at: i64) -> Request {
    let query = CredentialQuery {
        id: "q".into(),
        types: vec!["urn:example:membership:1".into()],
        claims: vec![ClaimQuery::any(claim.parse().unwrap())],
    };
    let nonce = bonafide::random::nonce(&mut SystemRandom).unwrap();
    let question =
        Question { query, nonce, state: None, asked_at: at(asked_at), expires: at(asked_at + 600) };
    let platform = key(3);
    Request::read(&question.sign(&Identity::did_key(platform.id(), &platform).unwrap()).unwrap())
        .unwrap()
}

fn outcome(
    request: &Request,
    tokens: &[&str],
    holder: &SecretKey,
    now: i64,
) -> Result<u32, PresentError> {
    let candidates: Vec<_> = tokens
        .iter()
        .zip(1..)
        .map(|(token, id)| Candidate::read(id, token))
        .collect::<Result<_, _>>()?;
    prepare(request, &candidates, holder, at(now)).map(|prepared| prepared.credential())
}

#[test]
fn the_credential_that_lasts_longest_answers() {
    let (short, long) = (credential(30), credential(90));
    let request = request("member", NOW);
    assert_eq!(outcome(&request, &[&short, &long], &key(2), NOW), Ok(2));
    // A renewal stands in for what it renews, even where that would last longer: it may have been revoked.
    assert_eq!(outcome(&request, &[&long, &short], &key(2), NOW), Ok(2));
    assert_eq!(outcome(&request, &[&short, &short], &key(2), NOW), Ok(2));
    let other = credential_of(4, 30);
    assert_eq!(outcome(&request, &[&long, &other], &key(2), NOW), Ok(1));
    assert_eq!(outcome(&request, &[&other, &other, &short], &key(2), NOW), Ok(2));
}

#[test]
fn a_request_is_answered_within_its_life() {
    let token = credential(30);
    let asked = |at: i64| outcome(&request("member", at), &[&token], &key(2), NOW);
    assert_eq!(asked(NOW + 60), Ok(1));
    assert_eq!(asked(NOW + 61).unwrap_err().code(), "not-yet-valid");
    assert_eq!(asked(NOW - 600), Ok(1));
    assert_eq!(asked(NOW - 601).unwrap_err().code(), "request-expired");
}

#[test]
fn what_does_not_fit_is_said() {
    let token = credential(1);
    let why = |claim: &str, holder: &SecretKey, now: i64| {
        let Err(PresentError::NothingMatches(others)) =
            outcome(&request(claim, now), &[&token], holder, now)
        else {
            panic!("it matched");
        };
        others[0].clone()
    };
    assert_eq!(why("email", &key(2), NOW).missing.len(), 1);
    assert!(why("member", &key(9), NOW).key_not_held);
    assert!(why("member", &key(2), NOW + 86_400).expired.is_some());
}

#[test]
fn a_stored_credential_that_cannot_be_read_is_said() {
    let code = |token: &str| Candidate::read(1, token).unwrap_err().code();
    assert_eq!(code("x"), "credential-unreadable");
    let with_key = |jwk: serde_json::Value| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.issuer.payload["cnf"]["jwk"] = jwk;
        Candidate::read(1, &forged.sd_jwt()).map(|candidate| candidate.id())
    };
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(with_key(json!({"kty": "OKP", "crv": "Ed25519", "x": x})), Ok(1));
    for jwk in [
        json!({"kty": "RSA", "x": x}),
        json!({"kty": "EC", "crv": "P-256", "x": x}),
        json!({"kty": "OKP", "crv": "Ed25519"}),
        json!({}),
    ] {
        assert_eq!(with_key(jwk), Err(PresentError::Unreadable(1)));
    }
}

/// The issuer chooses the hash algorithm, and the holder's digest follows (RFC 9901 §4.3.1).
#[test]
fn an_answer_is_hashed_as_its_credential_is() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        let mut forged = Forged::good(Algorithm::Ed25519);
        let text = disclosure(&json!(["s", "member", true]));
        forged.disclosures = vec![text.clone()];
        let issuer = forged.issuer.key.did();
        let jwk = key(8).public().to_jwk();
        forged.issuer.payload = json!({
            "iss": issuer.as_str(), "vct": "urn:example:membership:1", "cnf": {"jwk": jwk},
            "_sd_alg": hash.name(), "_sd": [hash.digest(&text)],
        });
        let token = forged.sd_jwt();
        let candidates = [Candidate::read(1, &token).unwrap()];
        let request = request("member", NOW);
        let prepared = prepare(&request, &candidates, &key(8), at(NOW)).unwrap();
        let answer = prepared.sign(&key(8), at(NOW)).unwrap();
        let issuers = vec![PinnedIssuer { did: issuer, name: None }];
        let verifier = Verifier::new(Material { issuers, ..Material::default() }).unwrap();
        let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
        let presentation = Presentation::new(answer.as_bytes());
        let expected = Expected::Request(&request);
        let (verdict, _) =
            verifier.verify(&presentation, &expected, &policy, &facts, &memory, at(NOW));
        assert_eq!(verdict.name(), "accepted", "{hash:?} {:?}", verdict.reasons());
    }
}
