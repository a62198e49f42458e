//! Rows 22, 39, 44, 45 and 66: times, the clock, and what cannot be decided.

use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::request::{Question, Request};
use bonafide::verify::{Check, Expected, Facts, Learned, Memory, NonceUse, Presentation, Verdict};
use serde_json::json;
use zeroize::Zeroizing;

use super::{assert_refused, at, reasons, verifier};
use crate::support::forge::{AUDIENCE, Forged, NONCE, NOW};

const BARE: Expected<'_> = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };

/// The verdict at a moment, on what is known otherwise.
fn judge(
    forged: &Forged,
    expected: &Expected<'_>,
    policy: &Policy,
    (facts, memory): (Facts, Memory),
    now: i64,
) -> (Verdict, Learned) {
    let text = forged.presentation();
    let presentation = Presentation::new(text.as_bytes());
    verifier(forged).verify(&presentation, expected, policy, &facts, &memory, at(now))
}

fn judge_at(forged: &Forged, now: i64) -> Verdict {
    let known = (Facts::default(), Memory::default());
    judge(forged, &BARE, &Policy::as_requested(), known, now).0
}

/// Asked at NOW, answered until NOW + 600, for `name`.
fn request() -> Request {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([9; 32])).unwrap();
    let query = CredentialQuery {
        id: "q".into(),
        types: vec!["urn:example:badge:1".into()],
        claims: vec![ClaimQuery::any("name".parse().unwrap())],
    };
    let question = Question {
        query,
        nonce: NONCE.into(),
        state: None,
        asked_at: at(NOW),
        expires: at(NOW + 600),
    };
    let verifier = Identity::did_key(key.id(), &key).unwrap();
    Request::read(&question.sign(&verifier).unwrap()).unwrap()
}

/// The reasons against an answer signed at `signed` to the request, judged at `now`.
fn answered(signed: i64, now: i64, policy: &Policy) -> Vec<(Check, &'static str)> {
    let request = request();
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.holder.payload["iat"] = signed.into();
    forged.holder.payload["aud"] = request.client_id().into();
    let known = (Facts::default(), Memory::default());
    reasons(&judge(&forged, &Expected::Request(&request), policy, known, now).0)
}

const STALE: &[(Check, &str)] = &[(Check::KeyBinding, "stale")];
const EARLY: &[(Check, &str)] = &[(Check::KeyBinding, "not-yet-valid")];

/// RFC 9901 §7.3 step 5 h, RFC 7519 §4.1.4 and §4.1.5.
#[test]
fn row_22_an_answer_that_says_itself_when_it_counts() {
    let with = |name: &str, moment: serde_json::Value| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.holder.payload[name] = moment;
        reasons(&judge_at(&forged, NOW))
    };
    for (name, fine, refused, kinds) in [("exp", 1, 0, STALE), ("nbf", 300, 301, EARLY)] {
        assert_eq!(with(name, json!(NOW + fine)), []);
        assert_eq!(with(name, json!(NOW + refused)), kinds);
        for bad in [json!(null), json!("1"), json!(1e300), json!(-1), json!([NOW])] {
            assert_eq!(with(name, bad), [(Check::KeyBinding, "malformed")]);
        }
    }
    // To a request, not further ahead than the answer itself may be signed.
    let begins = |ahead: i64, now: i64| {
        let request = request();
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.holder.payload["aud"] = request.client_id().into();
        forged.holder.payload["nbf"] = (NOW + ahead).into();
        let known = (Facts::default(), Memory::default());
        let any = Policy::as_requested();
        reasons(&judge(&forged, &Expected::Request(&request), &any, known, now).0)
    };
    assert_eq!(begins(60, NOW), []);
    assert_eq!(begins(61, NOW), EARLY);
    assert_eq!(begins(3_600, NOW + 3_600), []);
}

#[test]
fn row_22_an_answer_counts_60_seconds_around_the_life_of_the_request() {
    let any = Policy::as_requested();
    let later = NOW + 3_600;
    assert_eq!(answered(NOW - 61, later, &any), STALE);
    assert_eq!(answered(NOW - 60, later, &any), []);
    assert_eq!(answered(NOW + 660, later, &any), []);
    assert_eq!(answered(NOW + 661, later, &any), EARLY);
    // Nor may it lie in the future by more than that.
    assert_eq!(answered(NOW + 160, NOW + 100, &any), []);
    assert_eq!(answered(NOW + 161, NOW + 100, &any), EARLY);
}

#[test]
fn row_22_a_policy_shortens_the_window_of_a_request() {
    let within = Policy::as_requested().with_max_answer_age(10);
    assert_eq!(answered(NOW + 90, NOW + 100, &within), []);
    assert_eq!(answered(NOW + 89, NOW + 100, &within), STALE);
    let long = Policy::as_requested().with_max_answer_age(86_400);
    assert_eq!(answered(NOW - 61, NOW + 100, &long), STALE);
}

/// The reasons against an answer signed at `signed` to a bare nonce, judged now.
fn challenged(signed: i64, policy: &Policy) -> Vec<(Check, &'static str)> {
    let mut forged = Forged::good(Algorithm::P256);
    forged.holder.payload["iat"] = signed.into();
    let known = (Facts::default(), Memory::default());
    reasons(&judge(&forged, &BARE, policy, known, NOW).0)
}

#[test]
fn row_22_an_answer_counts_300_seconds_around_now_for_a_bare_nonce() {
    let any = Policy::as_requested();
    assert_eq!(challenged(NOW - 301, &any), STALE);
    assert_eq!(challenged(NOW - 300, &any), []);
    assert_eq!(challenged(NOW + 300, &any), []);
    assert_eq!(challenged(NOW + 301, &any), EARLY);
}

#[test]
fn row_22_a_policy_says_how_old_an_answer_to_a_bare_nonce_may_be() {
    let within = Policy::as_requested().with_max_answer_age(10);
    assert_eq!(challenged(NOW - 10, &within), []);
    assert_eq!(challenged(NOW - 11, &within), STALE);
    let long = Policy::as_requested().with_max_answer_age(86_400);
    assert_eq!(challenged(NOW - 86_400, &long), []);
    assert_eq!(challenged(NOW - 86_401, &long), STALE);
    assert_eq!(challenged(NOW + 301, &long), EARLY);
}

#[test]
fn row_22_fractions_of_a_second_are_dropped() {
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.holder.payload["iat"] = json!(NOW as f64 + 0.9);
    assert_eq!(judge_at(&forged, NOW).name(), "accepted");
}

#[test]
fn row_45_a_credential_counts_from_nbf_until_just_before_exp() {
    let lasting = |nbf: i64, exp: i64| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.issuer.payload["nbf"] = nbf.into();
        forged.issuer.payload["exp"] = exp.into();
        judge_at(&forged, NOW)
    };
    let expired = [(Check::Validity, "expired")];
    let not_yet = [(Check::Validity, "not-yet-valid")];
    assert_eq!(reasons(&lasting(NOW - 9, NOW + 1)), []);
    assert_refused(&lasting(NOW - 9, NOW), &expired);
    assert_refused(&lasting(NOW - 9, NOW - 1), &expired);
    assert_eq!(reasons(&lasting(NOW - 1, NOW + 9)), []);
    assert_eq!(reasons(&lasting(NOW, NOW + 9)), []);
    assert_refused(&lasting(NOW + 1, NOW + 9), &not_yet);
    // Never valid at all: both are told.
    assert_refused(&lasting(NOW + 1, NOW), &[expired, not_yet].concat());
}

#[test]
fn row_45_fractions_are_rounded_to_the_safe_side() {
    let with = |claim: &str, time: f64| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.issuer.payload[claim] = json!(time);
        reasons(&judge_at(&forged, NOW))
    };
    let now = NOW as f64;
    assert_eq!(with("exp", now + 0.9), [(Check::Validity, "expired")]);
    assert_eq!(with("exp", now + 1.0), []);
    assert_eq!(with("nbf", now + 0.1), [(Check::Validity, "not-yet-valid")]);
    assert_eq!(with("nbf", now - 0.1), []);
}

#[test]
fn row_39_a_status_that_nobody_can_look_up_is_undetermined() {
    let mut forged = Forged::good(Algorithm::Ed25519);
    let list = json!({"idx": 7, "uri": "https://status.example/1"});
    forged.issuer.payload["status"] = json!({"status_list": list});
    let found = judge_at(&forged, NOW);
    assert!(matches!(found, Verdict::Undetermined(_)));
    assert_eq!(reasons(&found), [(Check::Status, "status-unknown")]);
    // One reason that says no outranks it, and comes first.
    forged.holder.payload["nonce"] = "other".into();
    let found = judge_at(&forged, NOW);
    assert_refused(
        &found,
        &[(Check::KeyBinding, "nonce-mismatch"), (Check::Status, "status-unknown")],
    );
}

fn remembering(trusted_time: i64) -> (Facts, Memory) {
    let memory = Memory { trusted_time: Some(at(trusted_time)), ..Memory::default() };
    (Facts::default(), memory)
}

#[test]
fn row_44_a_clock_behind_what_is_known_is_undetermined() {
    let mut forged = Forged::good(Algorithm::Ed25519);
    let policy = Policy::as_requested();
    let (found, learned) = judge(&forged, &BARE, &policy, remembering(NOW + 1), NOW);
    assert!(matches!(found, Verdict::Undetermined(_)));
    assert_eq!(reasons(&found), [(Check::Clock, "clock-suspect")]);
    assert_eq!(learned, Learned::default());
    let (found, _) = judge(&forged, &BARE, &policy, remembering(NOW), NOW);
    assert_eq!(found.name(), "accepted");
    forged.issuer.payload["exp"] = NOW.into();
    let (found, _) = judge(&forged, &BARE, &policy, remembering(NOW + 1), NOW);
    assert_refused(&found, &[(Check::Validity, "expired"), (Check::Clock, "clock-suspect")]);
}

#[test]
fn row_44_the_memory_learns_only_signed_times_that_have_passed() {
    let learned = |edit: fn(&mut Forged), memory: Option<i64>| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        edit(&mut forged);
        let known =
            (Facts::default(), Memory { trusted_time: memory.map(at), ..Memory::default() });
        let (found, learned) = judge(&forged, &BARE, &Policy::as_requested(), known, NOW);
        assert_eq!(found.name(), "accepted");
        learned.trusted_time
    };
    let issued = |f: &mut Forged| f.issuer.payload["iat"] = (NOW - 5).into();
    assert_eq!(learned(issued, None), Some(at(NOW - 5)));
    assert_eq!(learned(issued, Some(NOW - 6)), Some(at(NOW - 5)));
    assert_eq!(learned(issued, Some(NOW - 5)), None);
    assert_eq!(learned(issued, Some(NOW - 4)), None);
    // A time after now teaches nothing, nor does the holder's own; and what may begin then has not begun by then: where a
    // clock is ahead, `nbf` may be still to come.
    assert_eq!(learned(|f| f.issuer.payload["iat"] = (NOW + 5).into(), None), None);
    assert_eq!(learned(|_| {}, None), None);
    // Nobody's times count unless the whole is accepted.
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.holder.payload["nonce"] = "other".into();
    let known = (Facts::default(), Memory::default());
    let (_, learned) = judge(&forged, &BARE, &Policy::as_requested(), known, NOW);
    assert_eq!(learned, Learned::default());
}

#[test]
fn row_66_a_nonce_that_was_spent() {
    let forged = Forged::good(Algorithm::Ed25519);
    for (nonce, expected) in [
        (NonceUse::Fresh, "accepted"),
        (NonceUse::NotTracked, "accepted"),
        (NonceUse::Spent, "refused"),
    ] {
        let known = (Facts { nonce, ..Facts::default() }, Memory::default());
        let (found, _) = judge(&forged, &BARE, &Policy::as_requested(), known, NOW);
        assert_eq!(found.name(), expected);
    }
    let known = (Facts { nonce: NonceUse::Spent, ..Facts::default() }, Memory::default());
    let (found, _) = judge(&forged, &BARE, &Policy::as_requested(), known, NOW);
    assert_refused(&found, &[(Check::NonceUnspent, "nonce-spent")]);
}

#[test]
fn an_answer_from_the_future_is_no_matter_of_the_credential() {
    let mut forged = Forged::good(Algorithm::P256);
    forged.holder.payload["iat"] = (NOW + 301).into();
    let any = Policy::as_requested();
    let known = (Facts::default(), Memory::default());
    let verdict = judge(&forged, &BARE, &any, known, NOW).0;
    assert_eq!(verdict.reasons()[0].meaning().code, 36);
}
