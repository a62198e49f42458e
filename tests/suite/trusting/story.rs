//! A long story: issued in year 0; the issuer rotates twice; it leaves in order in year 2, or is found compromised.
//! Every verdict is given again later from the archives alone.

use bonafide::trust::Jurisdiction;
use serde_json::{Value, json};

use super::{ACCEPTED, Scene, believed, list, log, refused};
use crate::support::webvh::{Draft, Log, state};

/// Key 7 from 2026, key 8 from 2027, key 9 from 2028. `revoked`: in 2028-07 key 8 is declared compromised.
fn history(revoked: bool) -> Log {
    let mut log = log(&[("2026-01-01", &[7]), ("2027-01-10", &[8]), ("2028-01-10", &[9])]);
    if revoked {
        let mut document = state(&[9, 8]);
        document["verificationMethod"][1]["revoked"] = "2028-06-01T00:00:00Z".into();
        document["assertionMethod"] = json!([document["assertionMethod"][0]]);
        log.push(Draft::new("2028-07-01T00:00:00Z", json!({}), document, 1));
    }
    log
}

/// The list of each year; in that of 2028-03 the approval has ended, in order or for cause.
fn lists(log: &Log, on_end: &str) -> Vec<Jurisdiction> {
    let year = |before: Option<&Jurisdiction>, issued: &str, expires: &str, until: Value| {
        let seq = before.map_or(1, |before| before.seq() + 1);
        believed(&list(&log.did(), |list| {
            list["seq"] = seq.into();
            list["prev"] = before.map(Jurisdiction::digest_text).into();
            list["issued"] = issued.into();
            (list["next_update"], list["expires"]) = (expires.into(), expires.into());
            list["validators"][0]["approvals"][0]["until"] = until.clone();
            list["validators"][0]["approvals"][0]["on_end"] = on_end.into();
        }))
    };
    let first = year(None, "2026-01-02", "2026-12-31", Value::Null);
    let second = year(Some(&first), "2026-12-20", "2028-03-31", Value::Null);
    let third = year(Some(&second), "2028-03-15", "2030-12-31", "2028-03-15".into());
    vec![first, second, third]
}

/// What a verifier said, or says again later, on that day about a credential of that key: with the lists that were
/// issued by then, and whatever log is in the archive.
fn on(
    day: &'static str,
    log: &Log,
    lists: &[Jurisdiction],
    key: u8,
    life: (&'static str, &'static str),
) -> Scene {
    let issued = lists.iter().filter(|list| list.issued() <= super::super::jurisdictions::at(day));
    Scene {
        pinned: false,
        fragment: format!("k{key}"),
        seed: key,
        begins: life.0,
        ends: life.1,
        lists: issued.cloned().collect(),
        replay: true,
        ..Scene::by(log)
    }
    .at(day)
}

const YEAR_0: (&str, &str) = ("2026-06-01", "2028-06-01");
const YEAR_1: (&str, &str) = ("2027-02-01", "2029-02-01");

#[test]
fn an_issuer_that_leaves_in_order_leaves_what_it_signed() {
    let log = history(false);
    let lists = lists(&log, "grandfather");
    let said = |day, key, life| on(day, &log, &lists, key, life).said();
    assert_eq!(said("2026-06-01", 7, YEAR_0), ACCEPTED);
    assert_eq!(said("2027-04-10", 7, YEAR_0), ACCEPTED, "retired, within the grace");
    assert_eq!(said("2027-04-11", 7, YEAR_0), refused(41, "key-retired"));
    assert_eq!(said("2027-02-01", 8, YEAR_1), ACCEPTED);
    assert_eq!(
        said("2028-03-20", 8, YEAR_1),
        ACCEPTED,
        "the approval has ended, what was issued stands"
    );
    assert_eq!(said("2028-04-09", 8, YEAR_1), ACCEPTED);
    assert_eq!(said("2028-04-10", 8, YEAR_1), refused(41, "key-retired"), "a leap year");
    let late = ("2028-03-16", "2029-03-16");
    assert_eq!(said("2028-03-20", 9, late), refused(41, "approval-outside-window"));
    let last = ("2028-03-15", "2029-03-15");
    assert_eq!(said("2028-12-01", 9, last), ACCEPTED);
    assert_eq!(said("2029-03-15", 9, last), refused(30, "expired"));
}

#[test]
fn an_issuer_removed_for_cause_takes_everything_with_it() {
    let log = history(false);
    let lists = lists(&log, "invalidate");
    let said = |day, key, life| on(day, &log, &lists, key, life).said();
    assert_eq!(said("2028-03-14", 8, YEAR_1), ACCEPTED, "nobody knew");
    assert_eq!(said("2028-03-15", 8, YEAR_1), ACCEPTED, "its last day");
    assert_eq!(said("2028-03-16", 8, YEAR_1), refused(41, "approval-invalidated"));
}

#[test]
fn a_compromise_found_later_counts_from_when_it_was_told_for_all_that_the_key_ever_signed() {
    let (log, before) = (history(true), history(false));
    assert_eq!(log.did(), before.did());
    let lists = lists(&log, "grandfather");
    let life = ("2027-02-01", "2029-02-01");
    let said = |day| on(day, &log, &lists, 8, life).said();
    assert_eq!(said("2028-03-20"), ACCEPTED);
    assert_eq!(said("2028-06-30"), refused(41, "key-retired"));
    assert_eq!(said("2028-07-01"), refused(35, "key-compromised"));
    // A thief has key 8, backdates, and hides the entry that tells: the archive has the longer log.
    let backdated = ("2028-01-09", "2029-01-09");
    let mut thief = on("2028-07-02", &before, &lists, 8, backdated);
    assert_eq!(thief.said(), refused(41, "key-retired"), "by then its grace is over anyway");
    thief.now = "2028-04-01";
    assert_eq!(thief.said(), ACCEPTED, "as anybody would have been told then");
    let mut known = on("2028-07-02", &log, &lists, 8, backdated);
    known.dids.extend(thief.dids.clone());
    assert_eq!(known.said(), refused(35, "key-compromised"));
}

/// The same archives give the same verdict ten years later, and the log having grown changes nothing.
#[test]
fn verdicts_are_repeated_from_archives() {
    let (then, later) = (history(false), history(true));
    let lists = lists(&then, "grandfather");
    for day in ["2026-06-01", "2027-04-10", "2027-04-11", "2028-03-14", "2028-04-09", "2028-06-30"]
    {
        for (key, life) in [(7, YEAR_0), (8, YEAR_1)] {
            let one = on(day, &then, &lists, key, life).said();
            assert_eq!(one, on(day, &later, &lists, key, life).said(), "{day} {key}");
        }
    }
}
