//! What a verifier refuses, one test per rule: change one thing, expect one reason. Rows are those of
//! the list of attacks.

mod answer;
mod bounds;
mod claims;
mod crossed;
mod disclosures;
mod emptied;
mod headers;
mod holder;
mod keys;
mod sizes;
mod status;
mod texts;
mod time;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{Check, Expected, Facts, Material, Memory, Presentation, Verdict, Verifier};

use crate::support::forge::{AUDIENCE, Forged, NONCE, NOW, SECRET};

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// A verifier that believes the issuer of the good presentation.
fn verifier(good: &Forged) -> Verifier {
    let issuers = vec![PinnedIssuer { did: good.issuer.key.did(), name: None }];
    Verifier::new(Material { issuers, ..Material::default() }).unwrap()
}

/// The verdict on a text that should answer the one question asked here, now.
fn verdict(verifier: &Verifier, text: &str) -> Verdict {
    let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let presentation = Presentation::new(text.as_bytes());
    let (verdict, learned) =
        verifier.verify(&presentation, &expected, &policy, &facts, &memory, at(NOW));
    if !matches!(verdict, Verdict::Accepted(_)) {
        assert_eq!(learned, bonafide::verify::Learned::default());
    }
    verdict
}

/// Check and kind of every reason. No detail may hold a claim's value.
fn reasons(verdict: &Verdict) -> Vec<(Check, &'static str)> {
    for reason in verdict.reasons() {
        assert!(!reason.detail().contains(SECRET), "{reason:?}");
        assert!(!reason.detail().is_empty() && !reason.meaning().next_step.is_empty());
    }
    let reasons = verdict.reasons().iter();
    reasons.map(|reason| (reason.check(), reason.kind())).collect()
}

fn assert_refused(verdict: &Verdict, expected: &[(Check, &str)]) {
    assert!(matches!(verdict, Verdict::Refused(_)), "{verdict:?}");
    assert_eq!(reasons(verdict), expected);
}

/// Edits a good presentation and expects this one reason: first under a fresh key-binding JWT, which
/// the holder signs over the edited presentation; then, where the issuer's part was edited, under the
/// old one and under none, which must not matter for the first reason.
fn refused(check: Check, kind: &str, edit: impl Fn(&mut Forged)) {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let (verifier, remembering) = (verifier(&good), verifier(&good).remembering(4));
        let good_sd_jwt = good.sd_jwt();
        let mut bad = good.clone();
        edit(&mut bad);
        let bad_sd_jwt = bad.sd_jwt();
        let fresh = format!("{bad_sd_jwt}{}", bad.bound_to(&bad_sd_jwt));
        assert_refused(&verdict(&verifier, &fresh), &[(check, kind)]);
        // A verifier that has seen the good one says the same.
        let seen = format!("{good_sd_jwt}{}", good.bound_to(&good_sd_jwt));
        assert_eq!(verdict(&remembering, &seen).name(), "accepted");
        assert_refused(&verdict(&remembering, &fresh), &[(check, kind)]);
        if check != Check::KeyBinding {
            let old = format!("{bad_sd_jwt}{}", good.bound_to(&good_sd_jwt));
            for text in [&old, &bad_sd_jwt] {
                let verdict = verdict(&verifier, text);
                assert!(matches!(verdict, Verdict::Refused(_)));
                assert_eq!(reasons(&verdict).first(), Some(&(check, kind)));
            }
        }
    }
}

#[test]
fn the_good_presentation_is_accepted() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let verdict = verdict(&verifier(&good), &good.presentation());
        let Verdict::Accepted(verified) = verdict else {
            panic!("{:?}", verdict.reasons());
        };
        let claims = serde_json::json!({
            "name": "sentinel name", "visible": "sentinel visible", "address": {"town": "sentinel town"},
            "tags": ["sentinel tag"], "deep": {"inner": "sentinel inner"},
        });
        let credential = &verified.credentials()[0];
        assert_eq!(serde_json::Value::from(credential.claims().clone()), claims);
        assert_eq!(credential.answered_at(), at(NOW));
        assert_eq!(*credential.holder(), good.holder.key.public);
        assert_eq!(*credential.issuer(), good.issuer.key.did());
    }
}
