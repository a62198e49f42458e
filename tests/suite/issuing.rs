//! What is not issued.

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::issue::{Content, IssueError, Padding, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::random::{Random, RandomError, SystemRandom};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

fn key() -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([7; 32])).unwrap()
}

fn today() -> Validity {
    Validity::days(Timestamp::parse("2026-11-20").unwrap(), 90)
}

fn issue_with(
    content: &Content,
    validity: Validity,
    random: &mut dyn Random,
) -> Result<String, IssueError> {
    let key = key();
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    content.issue(key.public(), validity, None, &issuer, random)
}

fn content(claims: Value) -> Content {
    Content::all_hidden("urn:example:any:1", claims.as_object().unwrap().clone())
}

/// The code of the refusal, or `issued`.
fn outcome(content: &Content) -> &'static str {
    let issued = issue_with(content, today(), &mut SystemRandom);
    issued.map_or_else(|error| error.code(), |_| "issued")
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

#[test]
fn claims_that_the_envelope_or_the_format_sets() {
    for name in ["iss", "vct", "cnf", "nbf", "exp", "status", "vct#integrity", "aka_vcts"] {
        assert_eq!(outcome(&content(json!({name: 1}))), "claim-reserved", "{name}");
        let mut hiding = content(json!({"a": 1}));
        hiding.hidden = vec![format!("{name}.x").parse().unwrap()];
        assert_eq!(outcome(&hiding), "claim-not-disclosable", "{name}");
    }
    for name in ["_sd", "_sd_alg", "..."] {
        assert_eq!(outcome(&content(json!({name: 1}))), "claim-reserved", "{name}");
        assert_eq!(outcome(&content(json!({"a": [{"b": {name: 1}}]}))), "claim-reserved", "{name}");
    }
}

#[test]
fn claims_that_no_reader_would_accept() {
    assert_eq!(outcome(&content(json!({"a": nested(31)}))), "issued");
    assert_eq!(outcome(&content(json!({"a": nested(32)}))), "too-deep");
    assert_eq!(outcome(&content(json!({"a": 1e300}))), "malformed");
    assert_eq!(outcome(&content(json!({"n".repeat(512): 1}))), "issued");
    assert_eq!(outcome(&content(json!({"n".repeat(513): 1}))), "too-large");
    assert_eq!(outcome(&content(json!({"a": "x".repeat(600_000)}))), "too-large");
    let many = |count: usize| {
        let claims: Map<String, Value> = (0..count).map(|n| (format!("c{n}"), n.into())).collect();
        content(claims.into())
    };
    assert_eq!(outcome(&many(1_024)), "issued");
    assert_eq!(outcome(&many(1_025)), "too-large");
}

#[test]
fn registered_claims_have_values_that_readers_take() {
    for good in [json!({"aud": "a"}), json!({"aud": ["a", "b"]}), json!({"iat": 1})] {
        assert_eq!(outcome(&content(good)), "issued");
    }
    for bad in [json!(null), json!([]), json!([1]), json!({"a": 1}), json!(1)] {
        assert_eq!(outcome(&content(json!({"aud": bad}))), "malformed");
    }
    for bad in [json!(null), json!("1"), json!(-1), json!([1])] {
        assert_eq!(outcome(&content(json!({"iat": bad}))), "malformed");
    }
}

#[test]
fn a_credential_that_would_never_be_valid() {
    let Validity { from, until } = today();
    let content = content(json!({"a": 1}));
    for (from, until) in [(from, from), (until, from)] {
        let refused = issue_with(&content, Validity { from, until }, &mut SystemRandom);
        assert_eq!(refused, Err(IssueError::NeverValid));
    }
}

#[test]
fn nothing_without_randomness() {
    struct Broken;
    impl Random for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    let refused = issue_with(&content(json!({"a": 1})), today(), &mut Broken);
    assert_eq!(refused, Err(IssueError::Random(RandomError)));
    let mut padded = content(json!({}));
    padded.padding = Padding { top: 1, inner: Vec::new() };
    let refused = issue_with(&padded, today(), &mut Broken);
    assert_eq!(refused, Err(IssueError::Random(RandomError)));
}
