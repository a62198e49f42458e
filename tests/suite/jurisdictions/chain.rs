//! Documents that follow one another, and those that do not.

use bonafide::trust::digest_text;
use serde_json::Value;

use super::*;

/// The document after `known`, with one more change.
fn after(known: &Jurisdiction, pointer: &str, value: Value) -> Value {
    let mut next = payload();
    next["seq"] = (known.seq() + 1).into();
    next["prev"] = digest_text(known.digest()).into();
    set(&mut next, pointer, value);
    next
}

fn code(known: &Jurisdiction, file: UnverifiedJurisdiction) -> &'static str {
    known.next(file, at(NOW)).map_or_else(|error| error.code(), |_| "fine")
}

#[test]
fn a_chain_is_followed_link_by_link() {
    let one = jurisdiction(&payload());
    let two = one.next(signed(&after(&one, "/grace_days", 30.into()), &[1, 2]), at(NOW)).unwrap();
    assert_eq!((two.seq(), two.grace_days()), (2, 30));
    let third = signed(&after(&two, "/grace_days", 31.into()), &[2, 3]);
    let three = two.next(third.clone(), at(NOW)).unwrap();
    assert_eq!(three.seq(), 3);
    // The link in between is needed.
    let gap = one.next(third.clone(), at(NOW)).unwrap_err();
    assert_eq!(
        (gap.code(), &gap),
        ("trust-list-gap", &JurisdictionError::Gap { known: 1, found: 3 })
    );
    // The same again is neither news nor a fault.
    assert_eq!(code(&three, third), "trust-list-unchanged");
    // A chain may begin anywhere.
    let pin = Pin::Document(*three.digest());
    let file = signed(three_payload(&two).as_ref(), &[2, 3]);
    assert_eq!(Jurisdiction::first(file, &pin, at(NOW)).unwrap().seq(), 3);
}

fn three_payload(two: &Jurisdiction) -> Box<Value> {
    Box::new(after(two, "/grace_days", 31.into()))
}

#[test]
fn an_older_one_is_rolled_back() {
    let one = signed(&payload(), &[1, 2]);
    let first = first(one.clone()).unwrap();
    let two =
        first.next(signed(&after(&first, "/grace_days", 30.into()), &[1, 2]), at(NOW)).unwrap();
    let refused = two.next(one, at(NOW)).unwrap_err();
    assert_eq!(refused, JurisdictionError::RolledBack { known: 2, found: 1 });
    assert_eq!(refused.code(), "trust-list-rolled-back");
    let other = signed(&with("/grace_days", 7.into()), &[]);
    assert_eq!(code(&two, other), "trust-list-rolled-back");
}

#[test]
fn forks_of_every_kind() {
    let one = jurisdiction(&payload());
    let two = one.next(signed(&after(&one, "/grace_days", 30.into()), &[1, 2]), at(NOW)).unwrap();
    // The same number, other content: first and later documents.
    assert_eq!(code(&one, signed(&with("/grace_days", 7.into()), &[2, 3])), "trust-list-forked");
    let twin = after(&one, "/grace_days", 31.into());
    let refused = two.next(signed(&twin, &[1, 3]), at(NOW)).unwrap_err();
    assert_eq!(refused, JurisdictionError::Forked { seq: 2 });
    // A successor of another document.
    let mut stranger = after(&two, "/grace_days", 32.into());
    stranger["prev"] = digest_text(one.digest()).into();
    let refused = two.next(signed(&stranger, &[1, 2]), at(NOW)).unwrap_err();
    assert_eq!(refused, JurisdictionError::Forked { seq: 2 });
    // Other bytes of the same content are another document.
    let text = format!(" {}", payload());
    let signatures = [1, 2].map(|seed| signature(seed, &text, |_| ()));
    assert_eq!(code(&one, read(&file(&text, &signatures)).unwrap()), "trust-list-forked");
    // What is not signed as it must be is evidence of nothing.
    assert_eq!(code(&one, signed(&with("/grace_days", 7.into()), &[2])), "threshold-not-met");
    assert_eq!(code(&two, signed(&twin, &[1])), "threshold-not-met");
    assert_eq!(code(&two, signed(&stranger, &[4, 5, 6])), "threshold-not-met");
}

#[test]
fn keys_are_changed_by_the_old_and_the_new() {
    let one = jurisdiction(&payload());
    let change = after(&one, "/governance", governance(2, &[3, 4, 5]));
    let by = |seeds: &[u8]| one.next(signed(&change, seeds), at(NOW));
    assert!(by(&[1, 2, 4, 5]).is_ok());
    // One who stays signs for both.
    assert!(by(&[1, 3, 4]).is_ok());
    let missing = |signed, before| JurisdictionError::Threshold { signed, needed: 2, before };
    assert_eq!(by(&[4, 5]).unwrap_err(), missing(0, true));
    assert_eq!(by(&[3, 4, 5]).unwrap_err(), missing(1, true));
    assert_eq!(by(&[1, 2]).unwrap_err(), missing(0, false));
    assert_eq!(by(&[1, 2, 5]).unwrap_err(), missing(1, false));
    // After the change the old keys have no say, but a fork of the change itself is still told by them.
    let two = by(&[1, 2, 4, 5]).unwrap();
    let third = after(&two, "/governance", governance(2, &[3, 4, 5]));
    assert!(two.next(signed(&third, &[4, 5]), at(NOW)).is_ok());
    assert_eq!(code(&two, signed(&third, &[1, 2])), "threshold-not-met");
    let twin = after(&one, "/grace_days", 1.into());
    assert_eq!(code(&two, signed(&twin, &[1, 2])), "trust-list-forked");
    assert_eq!(code(&two, signed(&twin, &[4, 5])), "threshold-not-met");
    // A raised threshold is a change too.
    let raised = after(&one, "/governance", governance(3, &[1, 2, 3]));
    assert_eq!(code(&one, signed(&raised, &[1, 2])), "threshold-not-met");
    assert_eq!(code(&one, signed(&raised, &[1, 2, 3])), "fine");
}

#[test]
fn others_and_the_future_are_refused() {
    let one = jurisdiction(&payload());
    assert_eq!(code(&one, signed(&after(&one, "/id", "eu".into()), &[1, 2])), "trust-list-other");
    let mut tomorrow = after(&one, "/issued", "2026-11-21".into());
    let tomorrow_file = signed(&tomorrow, &[1, 2]);
    assert_eq!(code(&one, tomorrow_file.clone()), "not-yet-valid");
    let [before, minute] = [at("2026-11-20T23:58:59Z"), at("2026-11-20T23:59:00Z")];
    assert!(one.next(tomorrow_file.clone(), before).is_err());
    assert!(one.next(tomorrow_file, minute).is_ok());
    tomorrow["issued"] = "2026-11-19".into();
    assert_eq!(code(&one, signed(&tomorrow, &[1, 2])), "malformed");
    let future = signed(&with("/issued", "2026-12-01".into()), &[1, 2]);
    assert_eq!(first(future).unwrap_err().code(), "not-yet-valid");
    // One that has expired can be read: it approves nothing now, and did on its days.
    let mut old = payload();
    for name in ["issued", "next_update", "expires"] {
        old[name] = "2026-01-02".into();
    }
    assert!(jurisdiction(&old).is_stale(at(NOW)));
}
