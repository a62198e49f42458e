//! What an accepted presentation hands over, and what may be read before anything is checked.

use bonafide::credential::CredentialType;
use bonafide::did::Did;
use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{
    Check, Expected, Facts, Material, Memory, Presentation, ReadError, Verdict, Verified, Verifier,
};
use serde::Deserialize;
use serde_json::json;

use crate::support::forge::{AUDIENCE, Forged, NONCE, NOW};
use bonafide::clock::Timestamp;

/// The good presentation, edited, before a verifier that calls its issuer Acme.
fn judge(expected: &Expected<'_>, edit: impl Fn(&mut Forged)) -> Verdict {
    let mut forged = Forged::good(Algorithm::Ed25519);
    edit(&mut forged);
    let did = forged.issuer.key.did();
    let issuers = vec![PinnedIssuer { did, name: Some("Acme".into()) }];
    let verifier = Verifier::new(Material { issuers, ..Material::default() }).unwrap();
    let text = forged.presentation();
    let presentation = Presentation::new(text.as_bytes());
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let now = Timestamp::from_unix(NOW).unwrap();
    verifier.verify(&presentation, expected, &policy, &facts, &memory, now).0
}

fn accepted(edit: impl Fn(&mut Forged)) -> Verified {
    match judge(&Expected::Challenge { nonce: NONCE, audience: AUDIENCE }, edit) {
        Verdict::Accepted(verified) => verified,
        other => panic!("{:?}", other.reasons()),
    }
}

#[derive(Debug, Deserialize)]
struct Badge {
    name: Option<String>,
    visible: Option<String>,
}

impl CredentialType for Badge {
    const VCT: &'static str = "urn:example:badge:1";
}

/// `visible` is a text in the credential.
#[derive(Debug, Deserialize)]
struct Misread {
    #[allow(dead_code, reason = "only its reading matters")]
    visible: Option<u8>,
}

impl CredentialType for Misread {
    const VCT: &'static str = Badge::VCT;
}

#[derive(Debug, Deserialize)]
struct Medal {}

impl CredentialType for Medal {
    const VCT: &'static str = "urn:example:medal:1";
}

#[test]
fn claims_are_read_as_their_type() {
    let verified = accepted(|f| f.issuer.payload["assessed_on"] = "2026-11-01".into());
    let badge = verified.get::<Badge>().unwrap();
    assert_eq!(badge.name.as_deref(), Some("sentinel name"));
    assert_eq!(badge.visible.as_deref(), Some("sentinel visible"));
    assert_eq!(badge.envelope().assessed_on.as_deref(), Some("2026-11-01"));
    assert_eq!(badge.envelope().sub, None);
}

#[test]
fn claims_of_another_type_or_shape_are_not_read() {
    let verified = accepted(|_| {});
    assert_eq!(verified.get::<Medal>().unwrap_err(), ReadError::NotPresented);
    assert_eq!(verified.get::<Misread>().unwrap_err(), ReadError::Shape);
    let bad = accepted(|f| f.issuer.payload["assessed_on"] = 1.into());
    assert_eq!(bad.get::<Badge>().unwrap_err(), ReadError::Shape);
}

#[test]
fn an_issuer_has_the_name_that_the_verifier_gave_it() {
    let credentials = accepted(|_| {}).into_credentials();
    assert_eq!(credentials.len(), 1);
    assert_eq!(credentials[0].issuer_name(), Some("Acme"));
    assert_eq!(credentials[0].registered().vct, Badge::VCT);
}

#[test]
fn reasons_name_the_type_once_it_is_known() {
    let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
    let concerned = |edit: fn(&mut Forged)| {
        let verdict = judge(&expected, edit);
        verdict.reasons().iter().map(|r| r.credential().map(str::to_owned)).collect::<Vec<_>>()
    };
    let ended = concerned(|f| f.issuer.payload["exp"] = NOW.into());
    assert_eq!(ended, [Some(Badge::VCT.to_owned())]);
    let forged = concerned(|f| f.issuer.tamper = |token| token + "AA");
    assert_eq!(forged, [None]);
}

#[test]
fn reasons_say_what_was_found() {
    let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
    let details = |edit: fn(&mut Forged)| {
        let verdict = judge(&expected, edit);
        verdict.reasons().iter().map(|r| r.detail().to_owned()).collect::<Vec<_>>()
    };
    let ended = details(|f| f.issuer.payload["exp"] = NOW.into());
    assert_eq!(ended.len(), 1);
    assert!(ended[0].contains("ended at 2026-11-20T14:00:00Z"), "{ended:?}");
    let hidden = details(|f| f.hide("nbf"));
    assert!(hidden[0].contains("nbf"), "{hidden:?}");
}

/// An expectation that says nothing is met by nothing.
#[test]
fn row_23_an_empty_nonce_or_audience_is_never_the_right_one() {
    for (nonce, audience, kind) in
        [("", AUDIENCE, "nonce-mismatch"), (NONCE, "", "audience-mismatch")]
    {
        let verdict = judge(&Expected::Challenge { nonce, audience }, |f| {
            f.holder.payload["nonce"] = nonce.into();
            f.holder.payload["aud"] = audience.into();
        });
        let found: Vec<_> = verdict.reasons().iter().map(|r| (r.check(), r.kind())).collect();
        assert_eq!(found, [(Check::KeyBinding, kind)]);
    }
}

#[test]
fn an_issuer_that_cannot_be_resolved_cannot_be_pinned() {
    for (did, code) in [
        ("did:example:issuer", "did-method-unsupported"),
        ("did:key:z6Mk", "bad-key"),
        ("did:jwk:AAAA", "bad-did"),
    ] {
        let did = Did::parse(did).unwrap();
        let issuers = vec![PinnedIssuer { did: did.clone(), name: None }];
        let error = Verifier::new(Material { issuers, ..Material::default() }).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(did.as_str()));
    }
}

fn claimed_nonce(answer: &str) -> Option<String> {
    Presentation::new(answer.as_bytes()).unverified_nonce()
}

#[test]
fn the_nonce_that_an_answer_claims_can_be_read() {
    let forged = Forged::good(Algorithm::Ed25519);
    let token = forged.presentation();
    let mut other = forged.clone();
    other.holder.payload["nonce"] = "another".into();
    assert_eq!(claimed_nonce(&token).as_deref(), Some(NONCE));
    assert_eq!(claimed_nonce(&other.presentation()).as_deref(), Some("another"));
    for answer in [json!({"vp_token": {"q": [token]}}), json!({"other": [token]})] {
        assert_eq!(claimed_nonce(&answer.to_string()).as_deref(), Some(NONCE));
    }
}

#[test]
fn an_answer_that_claims_no_nonce() {
    let forged = Forged::good(Algorithm::Ed25519);
    let mut nameless = forged.clone();
    nameless.holder.payload["nonce"] = 1.into();
    let mut broken = forged.clone();
    broken.holder.texts.1 = Some("[]".into());
    let credential = forged.issuer.sign();
    for answer in [
        nameless.presentation(),
        broken.presentation(),
        forged.sd_jwt(),
        credential.clone(),
        format!("{credential}~!.!.!"),
        "{}".to_owned(),
        String::new(),
    ] {
        assert_eq!(claimed_nonce(&answer), None, "{answer}");
    }
}
