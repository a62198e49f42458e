//! Who is approved: issuer, type, key, date and the ways in which an approval ends.

use bonafide::did::Did;
use bonafide::trust::{Jurisdictions, Query, Rule};
use serde_json::{Value, json};

use super::*;

const PERSON: &str = "urn:x:person:1";

/// A question that the good document answers with yes, to be changed.
#[derive(Clone)]
struct Ask {
    issuer: (Did, String, bonafide::key::PublicKey),
    vct: &'static str,
    attribute: Option<&'static str>,
    not_before: &'static str,
    expires: Option<&'static str>,
    now: &'static str,
}

fn ask() -> Ask {
    Ask {
        issuer: issuer(10),
        vct: PERSON,
        attribute: None,
        not_before: "2026-11-01",
        expires: Some("2027-01-31"),
        now: NOW,
    }
}

impl Ask {
    fn query(&self) -> Query<'_> {
        Query {
            issuer: &self.issuer.0,
            key_fragment: &self.issuer.1,
            key: &self.issuer.2,
            vct: self.vct,
            not_before: at(self.not_before),
            expires: self.expires.map(at),
            now: at(self.now),
            attribute: self.attribute,
            jurisdictions: &[],
        }
    }

    /// The codes of what stands against it; none for an approval.
    fn of(&self, jurisdictions: &Jurisdictions) -> Vec<&'static str> {
        match jurisdictions.approval(&self.query()) {
            Ok(_) => Vec::new(),
            Err(reasons) => reasons.iter().map(|reason| reason.code()).collect(),
        }
    }
}

fn one(payload: &Value) -> Jurisdictions {
    Jurisdictions::new([jurisdiction(payload)])
}

#[test]
fn an_approval_says_whose_and_how_much() {
    let mut payload = payload();
    payload["validators"][0]["min_log_version"] = Value::Null;
    payload["grace_days"] = 30.into();
    let jurisdictions = one(&payload);
    let asked = ask();
    let approval = jurisdictions.approval(&asked.query()).unwrap();
    assert_eq!((approval.jurisdiction.id(), approval.jurisdiction.seq()), ("us-securities", 1));
    assert_eq!((approval.attribute(), approval.weight()), ("person", 60));
    assert_eq!(approval.group(), "5493001KJTIIGC8Y1R12");
    assert_eq!(approval.roles(), ["us-ria"]);
    assert_eq!((approval.key_until, approval.grace_days()), (None, 30));
    assert_eq!((approval.key_counts_until(), approval.min_log_version()), (None, None));
}

#[test]
fn without_a_group_an_issuer_is_its_own() {
    let jurisdictions = one(&with("/validators/0/group", Value::Null));
    let asked = ask();
    assert_eq!(jurisdictions.approval(&asked.query()).unwrap().group(), issuer(10).0.as_str());
}

/// Issuer, type, jurisdiction, the days of issue and of the question, and the way in which the approval ends.
#[test]
fn the_matrix() {
    let ended = |until: Value, on_end: &str| {
        let mut payload = payload();
        let approval = &mut payload["validators"][0]["approvals"][0];
        approval["from"] = "2026-03-01".into();
        approval["until"] = until;
        approval["on_end"] = on_end.into();
        approval["max_validity"] = Value::Null;
        payload["expires"] = "2027-12-31".into();
        payload
    };
    let none: &[&str] = &[];
    let outside: &[&str] = &["approval-outside-window"];
    let taken: &[&str] = &["approval-invalidated"];
    // until, mode, nbf, now, what stands against it
    let dates = [
        (Value::Null, "grandfather", "2026-02-28", NOW, outside),
        (Value::Null, "grandfather", "2026-03-01", NOW, none),
        (Value::Null, "grandfather", "2026-11-20", NOW, none),
        (Value::Null, "invalidate", "2026-02-28", NOW, outside),
        (Value::Null, "invalidate", "2026-03-01", NOW, none),
        ("2026-06-30".into(), "grandfather", "2026-02-28T23:59:59Z", NOW, outside),
        ("2026-06-30".into(), "grandfather", "2026-03-01", NOW, none),
        ("2026-06-30".into(), "grandfather", "2026-06-30T23:59:59Z", NOW, none),
        ("2026-06-30".into(), "grandfather", "2026-07-01", NOW, outside),
        ("2026-06-30".into(), "grandfather", "2026-06-30", "2027-12-31T23:59:59Z", none),
        ("2026-06-30".into(), "invalidate", "2026-02-28", NOW, outside),
        ("2026-06-30".into(), "invalidate", "2026-03-01", NOW, taken),
        ("2026-06-30".into(), "invalidate", "2026-06-30", NOW, taken),
        ("2026-06-30".into(), "invalidate", "2026-07-01", NOW, outside),
        ("2026-11-20".into(), "invalidate", "2026-11-20", "2026-11-20T23:59:59Z", none),
        ("2026-11-20".into(), "invalidate", "2026-11-20", "2026-11-21", taken),
        ("2026-11-20".into(), "grandfather", "2026-11-20", "2026-11-21", none),
    ];
    for (until, mode, not_before, now, expected) in dates {
        let jurisdictions = one(&ended(until.clone(), mode));
        let asked = Ask { not_before, now, ..ask() };
        assert_eq!(asked.of(&jurisdictions), expected, "{until} {mode} {not_before} {now}");
        // The same for the other type of the attribute, and never for a type of another one, or another issuer.
        assert_eq!(Ask { vct: "urn:x:person:2", ..asked.clone() }.of(&jurisdictions), expected);
        for vct in ["urn:x:firm:1", "urn:x:person:3", "urn:x:person:1 ", ""] {
            assert_eq!(
                Ask { vct, ..asked.clone() }.of(&jurisdictions),
                ["not-authorised"],
                "{vct}"
            );
        }
        let stranger = Ask { issuer: issuer(11), ..asked.clone() };
        assert_eq!(stranger.of(&jurisdictions), ["issuer-unknown"]);
        let person = Ask { attribute: Some("person"), ..asked.clone() };
        assert_eq!(person.of(&jurisdictions), expected);
        let firm = Ask { attribute: Some("firm"), ..asked };
        assert_eq!(firm.of(&jurisdictions), ["not-authorised"]);
    }
}

#[test]
fn reinstatement_does_not_bring_back_what_was_invalidated() {
    let mut payload = payload();
    let approval = |from: &str, until: Value, on_end: &str| json!({"attr": "person", "from": from, "until": until, "on_end": on_end});
    payload["validators"][0]["approvals"] = json!([
        approval("2026-01-01", "2026-03-31".into(), "invalidate"),
        approval("2026-06-01", Value::Null, "grandfather")
    ]);
    let jurisdictions = one(&payload);
    let at = |not_before| Ask { not_before, ..ask() }.of(&jurisdictions);
    assert_eq!(at("2026-02-01"), ["approval-invalidated"]);
    assert_eq!(at("2026-04-01"), ["approval-outside-window"]);
    assert!(at("2026-06-01").is_empty());
}

#[test]
fn what_was_withdrawn_is_approved_for_nobody() {
    let jurisdictions = one(&with("/attributes/0/status", "withdrawn".into()));
    assert_eq!(ask().of(&jurisdictions), ["not-authorised"]);
}

#[test]
fn an_expired_list_says_nothing_until_the_next() {
    let jurisdictions = one(&payload());
    let on = |now, not_before, vct| Ask { now, not_before, vct, ..ask() }.of(&jurisdictions);
    assert!(on("2027-01-20T23:59:59Z", "2026-11-01", PERSON).is_empty());
    assert_eq!(on("2027-01-21", "2026-11-01", PERSON), ["trust-list-stale"]);
    // Also no "no": the next list may say otherwise.
    assert_eq!(on("2027-01-21", "2025-11-01", PERSON), ["trust-list-stale"]);
    assert_eq!(on("2027-01-21", "2026-11-01", "urn:x:firm:1"), ["trust-list-stale"]);
}

#[test]
fn months_of_validity_are_calendar_months() {
    let jurisdictions = one(&payload());
    let lives = |not_before, expires| Ask { not_before, expires, ..ask() }.of(&jurisdictions);
    assert!(lives("2026-11-01", Some("2027-02-01")).is_empty());
    assert_eq!(lives("2026-11-01", Some("2027-02-01T00:00:01Z")), ["validity-too-long"]);
    assert!(lives("2026-02-01", Some("2026-05-01")).is_empty());
    assert_eq!(lives("2026-02-01", Some("2026-05-02")), ["validity-too-long"]);
    assert_eq!(lives("2026-11-01", None), ["validity-too-long"]);
    let free = one(&with("/validators/0/approvals/0/max_validity", Value::Null));
    assert!(Ask { expires: None, ..ask() }.of(&free).is_empty());
}

/// A document that lists keys 10 and 12 of issuer 10, which is a did:web here.
fn keyed(change: impl Fn(&mut Value)) -> Jurisdictions {
    let listed = |seed: u8, from: &str, until: Value| json!({"kid": format!("#k{seed}"), "jwk": key(seed).public.to_jwk(), "from": from, "until": until});
    let mut payload = payload();
    let validator = &mut payload["validators"][0];
    validator["did"] = "did:web:kyc.example".into();
    validator["keys"] = json!([
        listed(10, "2026-01-01", "2026-08-31".into()),
        listed(12, "2026-08-01", Value::Null)
    ]);
    change(&mut payload);
    one(&payload)
}

fn by(seed: u8, fragment: &str, not_before: &'static str) -> Ask {
    let did = Did::parse("did:web:kyc.example").unwrap();
    let expires = None;
    Ask { issuer: (did, fragment.into(), key(seed).public), not_before, expires, ..ask() }
}

#[test]
fn where_keys_are_listed_no_other_counts() {
    let free = |payload: &mut Value| {
        payload["validators"][0]["approvals"][0]["max_validity"] = Value::Null;
    };
    let jurisdictions = keyed(free);
    let none: &[&str] = &[];
    let cases = [
        (10, "k10", "2026-01-01", none),
        (10, "k10", "2026-08-31T23:59:59Z", none),
        (10, "k10", "2026-09-01", &["key-outside-window"]),
        (12, "k12", "2026-07-31", &["key-outside-window"]),
        (12, "k12", "2026-08-01", none),
        (10, "k12", "2026-08-15", &["key-not-listed"]),
        (12, "k10", "2026-08-15", &["key-not-listed"]),
        (13, "k13", "2026-08-15", &["key-not-listed"]),
        (13, "k12", "2026-08-15", &["key-not-listed"]),
    ];
    for (seed, fragment, not_before, expected) in cases {
        let found = by(seed, fragment, not_before).of(&jurisdictions);
        assert_eq!(found, expected, "{seed} {fragment} {not_before}");
    }
    let asked = by(10, "k10", "2026-02-01");
    let approval = jurisdictions.approval(&asked.query()).unwrap();
    assert_eq!(approval.key_until, Some(at("2026-09-01")));
    assert_eq!(approval.key_counts_until(), Some(at("2026-11-30")));
    let asked = by(12, "k12", "2026-09-01");
    assert_eq!(jurisdictions.approval(&asked.query()).unwrap().key_until, None);
}

#[test]
fn a_compromised_key_counts_for_nothing_at_any_date() {
    let jurisdictions = keyed(|payload| {
        payload["validators"][0]["approvals"][0]["max_validity"] = Value::Null;
        payload["validators"][0]["keys"][0]["compromised"] = true.into();
    });
    for (fragment, not_before) in
        [("k10", "2026-02-01"), ("k12", "2026-08-15"), ("other", "2026-08-15")]
    {
        assert_eq!(by(10, fragment, not_before).of(&jurisdictions), ["key-compromised"]);
    }
    assert!(by(12, "k12", "2026-08-15").of(&jurisdictions).is_empty());
    // Also by a list that has expired, and though another list approves.
    let now = "2030-01-01";
    assert_eq!(Ask { now, ..by(10, "k10", "2026-02-01") }.of(&jurisdictions), ["key-compromised"]);
    let mut other = payload();
    other["id"] = "another".into();
    other["validators"][0]["did"] = "did:web:kyc.example".into();
    other["validators"][0]["approvals"][0]["max_validity"] = Value::Null;
    let both = jurisdictions.iter().cloned().chain([jurisdiction(&other)]);
    assert_eq!(by(10, "k10", "2026-02-01").of(&Jurisdictions::new(both)), ["key-compromised"]);
    assert!(by(10, "k10", "2026-02-01").of(&one(&other)).is_empty());
}

/// Every reason names the rule that is not kept, and the rules are told apart.
#[test]
fn each_reason_has_its_rule() {
    let rule = |jurisdictions: &Jurisdictions, ask: Ask| {
        let reasons = jurisdictions.approval(&ask.query()).unwrap_err();
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        reasons[0].rule()
    };
    let good = one(&payload());
    let ended = |mode: &str| {
        let mut payload = payload();
        let approval = &mut payload["validators"][0]["approvals"][0];
        approval["until"] = "2026-10-31".into();
        approval["on_end"] = mode.into();
        one(&payload)
    };
    let stolen = keyed(|payload| payload["validators"][0]["keys"][1]["compromised"] = true.into());
    let found = [
        rule(&good, Ask { issuer: issuer(11), ..ask() }),
        rule(&stolen, by(12, "k12", "2026-11-01")),
        rule(&good, Ask { now: "2027-01-21", ..ask() }),
        rule(&good, Ask { vct: "urn:x:firm:1", ..ask() }),
        rule(&keyed(|_| ()), by(13, "k13", "2026-08-15")),
        rule(&keyed(|_| ()), by(10, "k10", "2026-09-01")),
        rule(&ended("grandfather"), ask()),
        rule(&ended("invalidate"), Ask { not_before: "2026-10-01", ..ask() }),
        rule(&good, Ask { expires: None, ..ask() }),
    ];
    assert_eq!(found, Rule::ALL);
    let statements: std::collections::BTreeSet<_> = Rule::ALL.map(Rule::statement).into();
    assert_eq!(statements.len(), 9);
}

#[test]
fn who_is_listed_and_who_governs_can_be_asked() {
    let all = self::one(&payload());
    assert_eq!(all.get("us-securities").map(|list| list.seq()), Some(1));
    assert!(all.get("another").is_none());
    let (one, other) =
        (jurisdiction(&payload()), jurisdiction(&with("/governance/threshold", 1.into())));
    let document = one.document();
    assert_eq!(document.validator(&issuer(10).0), document.validators.first());
    assert_eq!(document.validator(&issuer(11).0), None);
    let governance = &document.governance;
    assert!(governance.has(&key(1).public.id()) && !governance.has(&key(10).public.id()));
    assert!(!governance.differs_from(governance));
    assert!(governance.differs_from(&other.document().governance));
}

#[test]
fn names_are_compared_byte_by_byte() {
    let jurisdictions = keyed(|_| ());
    for did in [
        "did:web:KYC.example",
        "did:web:kyc.example.",
        "did:web:kyc%2Eexample",
        "did:web:kyc.examp1e",
    ] {
        let mut asked = by(12, "k12", "2026-09-01");
        asked.issuer.0 = Did::parse(did).unwrap();
        assert_eq!(asked.of(&jurisdictions), ["issuer-unknown"], "{did}");
    }
}

#[test]
fn status_lists_may_be_signed_by_those_named() {
    let jurisdictions = one(&with("/validators/0/status_signers", json!(["did:web:s.example"])));
    let signers = |seed: u8, now| {
        let (did, _, _) = issuer(seed);
        let named = jurisdictions.status_signers(&did, at(now)).map(Did::to_string);
        named.collect::<Vec<_>>()
    };
    assert_eq!(signers(10, NOW), ["did:web:s.example"]);
    assert!(signers(11, NOW).is_empty());
    assert!(signers(10, "2027-01-21").is_empty());
}

#[test]
fn a_least_log_version_is_handed_on() {
    let mut payload = with("/validators/0/did", "did:webvh:QmX:kyc.example".into());
    payload["validators"][0]["min_log_version"] = 7.into();
    let mut asked = ask();
    asked.issuer.0 = Did::parse("did:webvh:QmX:kyc.example").unwrap();
    let jurisdictions = one(&payload);
    assert_eq!(jurisdictions.approval(&asked.query()).unwrap().min_log_version(), Some(7));
}

#[test]
fn the_newest_of_one_name_counts_and_all_reasons_are_told() {
    let old = jurisdiction(&with("/validators/0/approvals/0/attr", "firm".into()));
    let mut next = payload();
    next["seq"] = 2.into();
    next["prev"] = old.digest_text().into();
    let new = old.next(signed(&next, &[1, 2]), at(NOW)).unwrap();
    for both in [[old.clone(), new.clone()], [new, old.clone()]] {
        assert!(ask().of(&Jurisdictions::new(both)).is_empty());
    }
    let mut other = with("/validators/0/approvals/0/from", "2026-11-02".into());
    other["id"] = "eu".into();
    let jurisdictions = Jurisdictions::new([old, jurisdiction(&other)]);
    assert_eq!(ask().of(&jurisdictions), ["approval-outside-window", "not-authorised"]);
    let asked = ask();
    let query = asked.query();
    let rules: Vec<_> =
        jurisdictions.answers(&query).into_iter().map(|a| a.outcome.unwrap_err().rule()).collect();
    assert_eq!(rules, [Rule::ApprovalWindow, Rule::Approved]);
    assert_eq!(Jurisdictions::default().approval(&query).unwrap_err().len(), 1);
}
