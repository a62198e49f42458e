//! When a key counts: windows by day, retirement, expiry, revocation, deactivation, moves, and answers of the past.

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Relationship};
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use bonafide::resolve::{History, KeyRefusal, KeyUse, KnownDid, WebDocument};
use serde_json::{Value, json};

use crate::support::webvh::{Draft, Log, genesis, multikey, state};

const LATER: &str = "2030-01-01";

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn public(seed: u8) -> PublicKey {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap();
    key.public().clone()
}

/// A history with these documents, each in force from its time on.
fn history(states: &[(&str, Value)]) -> KnownDid {
    let mut drafts = Vec::new();
    for (moment, state) in states {
        let parameters = if drafts.is_empty() { genesis(1) } else { json!({}) };
        drafts.push(Draft::new(moment, parameters, state.clone(), 1));
    }
    known(&Log::new(drafts))
}

fn known(log: &Log) -> KnownDid {
    let history = History::verify(&log.did(), log.text().as_bytes(), None).unwrap();
    assert_eq!(history.cut(), None);
    KnownDid::History(history)
}

fn ask<'k>(
    known: &'k KnownDid,
    name: &str,
    on: &str,
    as_of: &str,
) -> Result<KeyUse<'k>, KeyRefusal> {
    known.key(name, Relationship::AssertionMethod, time(on), time(as_of))
}

/// The window of a key, as text.
fn window(found: Result<KeyUse<'_>, KeyRefusal>) -> (Option<String>, Option<String>) {
    let found = found.unwrap();
    (found.from.map(|t| t.to_string()), found.until.map(|t| t.to_string()))
}

fn outside(from: &str, until: Option<&str>) -> KeyRefusal {
    KeyRefusal::OutsideWindow { from: Some(time(from)), until: until.map(time) }
}

const FIRST: &str = "2026-01-10T15:00:00Z";
const SECOND: &str = "2026-03-10T09:00:00Z";
const THIRD: &str = "2026-05-10T23:59:59Z";

fn rotated() -> KnownDid {
    history(&[(FIRST, state(&[101])), (SECOND, state(&[101, 102])), (THIRD, state(&[102]))])
}

#[test]
fn windows_are_compared_by_day_and_inclusive() {
    let known = rotated();
    let of_one = || (Some(FIRST.to_owned()), Some(THIRD.to_owned()));
    for on in ["2026-01-10T00:00:00Z", "2026-02-01", "2026-05-10T00:00:00Z", "2026-05-10T23:59:59Z"]
    {
        let found = ask(&known, "k101", on, LATER);
        assert_eq!(found.map(|found| found.key.clone()), Ok(public(101)), "{on}");
        assert_eq!(window(found), of_one(), "{on}");
    }
    for on in ["2026-01-09T23:59:59Z", "2026-05-11T00:00:00Z", "2020-01-01", "2029-01-01"] {
        assert_eq!(ask(&known, "k101", on, LATER), Err(outside(FIRST, Some(THIRD))), "{on}");
    }
    assert_eq!(window(ask(&known, "k102", "2026-06-01", LATER)), (Some(SECOND.into()), None));
    assert_eq!(ask(&known, "k102", "2026-03-09", LATER), Err(outside(SECOND, None)));
    assert_eq!(ask(&known, "k103", "2026-03-09", LATER), Err(KeyRefusal::NotFound));
    let codes = [outside(SECOND, None), KeyRefusal::NotFound, KeyRefusal::Compromised];
    let codes = codes.map(KeyRefusal::code);
    assert_eq!(codes, ["key-outside-window", "key-not-found", "key-compromised"]);
}

/// What was published after a decision does not change it.
#[test]
fn answers_of_the_past() {
    let known = rotated();
    let ask = |name, as_of| ask(&known, name, "2026-02-01", as_of);
    assert_eq!(ask("k101", "2026-01-10T14:59:59Z"), Err(KeyRefusal::NotFound));
    for as_of in [FIRST, SECOND, "2026-05-10T23:59:58Z"] {
        assert_eq!(window(ask("k101", as_of)), (Some(FIRST.into()), None), "{as_of}");
    }
    assert_eq!(window(ask("k101", THIRD)), (Some(FIRST.into()), Some(THIRD.into())));
    assert_eq!(ask("k102", "2026-03-10T08:59:59Z"), Err(KeyRefusal::NotFound));
    assert_eq!(ask("k102", SECOND), Err(outside(SECOND, None)));
}

fn with(keys: &[u8], name: &str, member: &str, value: &str) -> Value {
    let mut state = state(keys);
    let methods = state["verificationMethod"].as_array_mut().unwrap();
    let found = methods.iter_mut().find(|method| method["id"].as_str().unwrap().ends_with(name));
    found.unwrap()[member] = value.into();
    state
}

#[test]
fn a_key_that_was_declared_compromised_counts_for_nothing() {
    let revoked = with(&[101, 102], "#k101", "revoked", "2026-04-01T00:00:00Z");
    // Also where it is left out again later.
    let known = history(&[(FIRST, state(&[101])), (SECOND, revoked), (THIRD, state(&[102]))]);
    for on in ["2026-01-09", "2026-01-10", "2026-02-01", "2026-04-02", "2026-06-01"] {
        assert_eq!(ask(&known, "k101", on, LATER), Err(KeyRefusal::Compromised), "{on}");
        assert_eq!(ask(&known, "k101", on, SECOND), Err(KeyRefusal::Compromised), "{on}");
    }
    assert!(ask(&known, "k101", "2026-02-01", "2026-03-10T08:59:59Z").is_ok());
    assert!(ask(&known, "k102", "2026-06-01", LATER).is_ok());
}

#[test]
fn a_compromised_key_cannot_hide_behind_another_name_or_kind() {
    // The same key under a second name.
    let mut both = with(&[101, 102], "#k101", "revoked", "2026-04-01T00:00:00Z");
    both["verificationMethod"][1]["publicKeyMultibase"] = multikey(101).into();
    let known = history(&[(FIRST, state(&[101])), (SECOND, both)]);
    assert_eq!(ask(&known, "k102", "2026-06-01", LATER), Err(KeyRefusal::Compromised));
    // Not the first key to be stolen.
    let first = with(&[101, 102], "#k101", "revoked", "2026-04-01T00:00:00Z");
    let mut second = with(&[102, 103], "#k102", "revoked", "2026-05-01T00:00:00Z");
    second["verificationMethod"][1]["publicKeyMultibase"] = multikey(102).into();
    let known = history(&[(FIRST, state(&[101])), (SECOND, first), (THIRD, second)]);
    assert_eq!(ask(&known, "k103", "2026-06-01", LATER), Err(KeyRefusal::Compromised));
    // The name, given to a new key afterwards.
    let revoked = with(&[101], "#k101", "revoked", "2026-04-01T00:00:00Z");
    let mut renamed = state(&[101]);
    renamed["verificationMethod"][0]["publicKeyMultibase"] = multikey(102).into();
    let known = history(&[(FIRST, state(&[101])), (SECOND, revoked), (THIRD, renamed)]);
    assert_eq!(ask(&known, "k101", "2026-06-01", LATER), Err(KeyRefusal::Compromised));
    // Revoked in a form that is not understood.
    let mut unknown = with(&[101], "#k101", "revoked", "2026-04-01T00:00:00Z");
    unknown["verificationMethod"][0]["type"] = "Unknown".into();
    let known = history(&[(FIRST, state(&[101])), (SECOND, unknown)]);
    assert_eq!(ask(&known, "k101", "2026-02-01", LATER), Err(KeyRefusal::Compromised));
    // Revoked and listed for nothing.
    let mut unlisted = with(&[101], "#k101", "revoked", "2026-04-01T00:00:00Z");
    unlisted["assertionMethod"] = json!([]);
    let known = history(&[(FIRST, state(&[101])), (SECOND, unlisted)]);
    assert_eq!(ask(&known, "k101", "2026-02-01", LATER), Err(KeyRefusal::Compromised));
}

#[test]
fn a_key_that_expires_is_retired_in_order() {
    let ends = "2026-04-01T06:00:00Z";
    let known =
        history(&[(FIRST, state(&[101])), (SECOND, with(&[101], "#k101", "expires", ends))]);
    assert_eq!(
        window(ask(&known, "k101", "2026-04-01T23:00:00Z", LATER)),
        (Some(FIRST.into()), Some(ends.into()))
    );
    assert_eq!(ask(&known, "k101", "2026-04-02", LATER), Err(outside(FIRST, Some(ends))));
    // Taken away before that: the earlier end counts.
    let known = history(&[
        (FIRST, with(&[101], "#k101", "expires", "2027-01-01T00:00:00Z")),
        (SECOND, state(&[102])),
    ]);
    assert_eq!(
        window(ask(&known, "k101", "2026-02-01", LATER)),
        (Some(FIRST.into()), Some(SECOND.into()))
    );
    let then = window(ask(&known, "k101", "2026-02-01", "2026-03-01"));
    assert_eq!(then, (Some(FIRST.into()), Some("2027-01-01T00:00:00Z".into())));
}

#[test]
fn purposes_have_windows_too() {
    let mut other = state(&[101]);
    other["authentication"] = other["assertionMethod"].take();
    other.as_object_mut().unwrap().remove("assertionMethod");
    let known = history(&[(FIRST, state(&[101])), (SECOND, other.clone())]);
    assert_eq!(
        window(ask(&known, "k101", "2026-02-01", LATER)),
        (Some(FIRST.into()), Some(SECOND.into()))
    );
    let asked = known.key("k101", Relationship::Authentication, time("2026-02-01"), time(LATER));
    assert_eq!(asked, Err(outside(SECOND, None)));
    let known = history(&[(FIRST, other)]);
    assert_eq!(ask(&known, "k101", "2026-02-01", LATER), Err(KeyRefusal::WrongPurpose));
    assert_eq!(KeyRefusal::WrongPurpose.code(), "wrong-purpose");
}

#[test]
fn a_key_for_agreement_is_there_and_cannot_sign() {
    let mut sealing = state(&[101]);
    let x25519 = bonafide::encoding::multibase::encode(&[&[0xec, 1], &[9; 32][..]].concat());
    sealing["verificationMethod"][0]["publicKeyMultibase"] = x25519.into();
    sealing["assertionMethod"] = json!([]);
    let known = history(&[(FIRST, state(&[102])), (SECOND, sealing)]);
    assert_eq!(ask(&known, "k101", "2026-07-01", LATER), Err(KeyRefusal::WrongPurpose));
    // Before that entry was written nobody knew of it.
    assert_eq!(ask(&known, "k101", "2026-02-01", "2026-03-01"), Err(KeyRefusal::NotFound));
}

#[test]
fn what_else_changes_about_a_key_makes_no_new_window() {
    let mut more = state(&[101]);
    more["authentication"] = more["assertionMethod"].clone();
    let known = history(&[(FIRST, state(&[101])), (SECOND, more), (THIRD, state(&[101]))]);
    assert_eq!(window(ask(&known, "k101", "2026-07-01", LATER)), (Some(FIRST.into()), None));
}

#[test]
fn a_key_that_comes_back_has_two_windows() {
    let known = history(&[(FIRST, state(&[101])), (SECOND, state(&[102])), (THIRD, state(&[101]))]);
    assert_eq!(
        window(ask(&known, "k101", "2026-03-10", LATER)),
        (Some(FIRST.into()), Some(SECOND.into()))
    );
    assert_eq!(ask(&known, "k101", "2026-04-01", LATER), Err(outside(FIRST, Some(SECOND))));
    assert_eq!(window(ask(&known, "k101", "2026-06-01", LATER)), (Some(THIRD.into()), None));
    assert_eq!(ask(&known, "k101", "2026-01-01", LATER), Err(outside(FIRST, Some(SECOND))));
    // One name, two keys.
    let mut reused = state(&[101]);
    reused["verificationMethod"][0]["publicKeyMultibase"] = multikey(102).into();
    let known = history(&[(FIRST, state(&[101])), (SECOND, reused)]);
    assert_eq!(ask(&known, "k101", "2026-02-01", LATER).unwrap().key, &public(101));
    assert_eq!(ask(&known, "k101", "2026-04-01", LATER).unwrap().key, &public(102));
    // On the day of the change it is the new one.
    assert_eq!(ask(&known, "k101", "2026-03-10", LATER).unwrap().key, &public(102));
}

#[test]
fn a_did_that_ended_or_moved_retired_its_keys() {
    let mut drafts = vec![Draft::new(FIRST, genesis(1), state(&[101]), 1)];
    drafts.push(Draft::new(
        SECOND,
        json!({"deactivated": true, "updateKeys": []}),
        state(&[101]),
        1,
    ));
    let ended = known(&Log::new(drafts));
    assert_eq!(
        window(ask(&ended, "k101", "2026-03-10", LATER)),
        (Some(FIRST.into()), Some(SECOND.into()))
    );
    assert_eq!(ask(&ended, "k101", "2026-03-11", LATER), Err(outside(FIRST, Some(SECOND))));

    let mut first = genesis(1);
    first["portable"] = true.into();
    let elsewhere = state(&[101]).to_string().replace("issuer.example", "new.example");
    let mut elsewhere: Value = serde_json::from_str(&elsewhere).unwrap();
    elsewhere["alsoKnownAs"] = json!(["did:webvh:{SCID}:issuer.example"]);
    let log = Log::new(vec![
        Draft::new(FIRST, first, state(&[101]), 1),
        Draft::new(SECOND, json!({}), elsewhere, 1),
    ]);
    let old = known(&log);
    assert_eq!(ask(&old, "k101", "2026-03-11", LATER), Err(outside(FIRST, Some(SECOND))));
    let new = Did::parse(&log.did().as_str().replace("issuer", "new")).unwrap();
    let new = KnownDid::History(History::verify(&new, log.text().as_bytes(), None).unwrap());
    assert_eq!(ask(&new, "k101", "2026-02-01", LATER), Err(outside(SECOND, None)));
    assert_eq!(window(ask(&new, "k101", "2026-03-11", LATER)), (Some(SECOND.into()), None));
}

#[test]
fn a_stolen_key_is_not_forgotten_when_its_did_ends_or_moves() {
    let revoked = || with(&[101], "#k101", "revoked", "2026-02-20T00:00:00Z");
    // Found out, and closed in one step.
    let end = Draft::new(SECOND, json!({"deactivated": true, "updateKeys": []}), revoked(), 1);
    let ended = known(&Log::new(vec![Draft::new(FIRST, genesis(1), state(&[101]), 1), end]));
    assert_eq!(ask(&ended, "k101", "2026-02-01", LATER), Err(KeyRefusal::Compromised));
    assert!(ask(&ended, "k101", "2026-02-01", "2026-03-01").is_ok());

    let elsewhere = |state: Value| {
        let text = state.to_string().replace("issuer.example", "new.example");
        let mut state: Value = serde_json::from_str(&text).unwrap();
        state["alsoKnownAs"] = json!(["did:webvh:{SCID}:issuer.example"]);
        state
    };
    // Under its new name what was signed under the old one, and the other way round.
    for (second, third) in
        [(state(&[101]), elsewhere(revoked())), (revoked(), elsewhere(state(&[101])))]
    {
        let mut first = genesis(1);
        first["portable"] = true.into();
        let log = Log::new(vec![
            Draft::new(FIRST, first, state(&[101]), 1),
            Draft::new(SECOND, json!({}), second, 1),
            Draft::new(THIRD, json!({}), third, 1),
        ]);
        let new = Did::parse(&log.did().as_str().replace("issuer", "new")).unwrap();
        for (did, on) in [(log.did(), "2026-02-01"), (new, "2026-06-01")] {
            let history = History::verify(&did, log.text().as_bytes(), None).unwrap();
            let known = KnownDid::History(history);
            assert_eq!(ask(&known, "k101", on, LATER), Err(KeyRefusal::Compromised), "{did}");
        }
    }
}

fn web(change: impl FnOnce(&mut Value)) -> KnownDid {
    let text = state(&[101, 102]).to_string().replace("did:webvh:{SCID}:", "did:web:");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    change(&mut document);
    let did = Did::parse("did:web:issuer.example").unwrap();
    let document = WebDocument::read(&did, document.to_string().as_bytes(), time("2026-04-01"));
    KnownDid::Web(document.unwrap())
}

#[test]
fn of_a_did_web_only_the_newest_state_is_known() {
    let known = web(|_| ());
    assert_eq!(known.did().as_str(), "did:web:issuer.example");
    for on in ["2020-01-01", "2026-04-01", "2029-01-01"] {
        assert_eq!(window(ask(&known, "k101", on, LATER)), (None, None));
    }
    assert_eq!(ask(&known, "k103", "2026-04-01", LATER), Err(KeyRefusal::NotFound));
    let asked = known.key("k101", Relationship::Authentication, time(LATER), time(LATER));
    assert_eq!(asked, Err(KeyRefusal::WrongPurpose));
    let method = "/verificationMethod/0";
    let known = web(|document| {
        document.pointer_mut(method).unwrap()["revoked"] = "2026-03-01T00:00:00Z".into()
    });
    assert_eq!(ask(&known, "k101", "2020-01-01", LATER), Err(KeyRefusal::Compromised));
    assert!(ask(&known, "k102", "2026-04-01", LATER).is_ok());
    let known = web(|document| {
        document["verificationMethod"][0]["revoked"] = "2026-03-01T00:00:00Z".into();
        document["verificationMethod"][1]["publicKeyMultibase"] = multikey(101).into();
    });
    assert_eq!(ask(&known, "k102", "2026-04-01", LATER), Err(KeyRefusal::Compromised));
    let ends = "2026-05-01T00:00:00Z";
    let known = web(|document| document.pointer_mut(method).unwrap()["expires"] = ends.into());
    assert_eq!(
        window(ask(&known, "k101", "2026-05-01T20:00:00Z", LATER)),
        (None, Some(ends.into()))
    );
    let late = KeyRefusal::OutsideWindow { from: None, until: Some(time(ends)) };
    assert_eq!(ask(&known, "k101", "2026-05-02", LATER), Err(late));
    let x25519 = bonafide::encoding::multibase::encode(&[&[0xec, 1], &[9; 32][..]].concat());
    let known =
        web(|document| document["verificationMethod"][0]["publicKeyMultibase"] = x25519.into());
    assert_eq!(ask(&known, "k101", "2026-04-01", LATER), Err(KeyRefusal::WrongPurpose));
}

#[test]
fn a_web_document_is_that_of_a_did_web() {
    let read = |did: &str, id: &str| {
        let document = json!({"id": id}).to_string();
        let read = WebDocument::read(&Did::parse(did).unwrap(), document.as_bytes(), time(LATER));
        read.map(|web| web.fetched_at()).map_err(|error| error.code())
    };
    let did = "did:web:issuer.example";
    assert_eq!(read(did, did), Ok(time(LATER)));
    assert_eq!(read(did, "did:web:other.example"), Err("did-mismatch"));
    assert_eq!(read("did:web:127.0.0.1", "did:web:127.0.0.1"), Err("blocked-target"));
    let scid = "did:webvh:QmaaKkr6nu7uSTpjSfAr3r7xBezNZGpWu6Gwtgqr6A4ynC:issuer.example";
    assert_eq!(read(scid, scid), Err("did-method-unsupported"));
    assert_eq!(read("did:example:a", "did:example:a"), Err("did-method-unsupported"));
}
