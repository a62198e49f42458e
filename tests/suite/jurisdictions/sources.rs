//! Secondary sources: jurisdictions that others believe.

use bonafide::trust::{Jurisdictions, Query};
use serde_json::{Value, json};

use super::*;

/// A jurisdiction without issuers of its own unless it is the last, which believes those named, so deep.
fn list(id: &str, secondary: &[(&str, &str, u8)]) -> Value {
    let mut payload = payload();
    payload["id"] = id.into();
    let secondary: Vec<Value> = secondary
        .iter()
        .map(|(id, attribute, depth)| json!({"id": id, "attrs": [attribute], "depth": depth}))
        .collect();
    if id != "core" {
        payload["validators"] = Value::Null;
    }
    if !secondary.is_empty() {
        payload["secondary"] = secondary.into();
    }
    payload
}

/// Who approves, or the codes against it, as asked of `within`.
fn ask(lists: &[Value], within: &[&str], now: &str) -> Result<String, Vec<&'static str>> {
    let jurisdictions = Jurisdictions::new(lists.iter().map(jurisdiction));
    let (did, fragment, key) = issuer(10);
    let query = Query {
        issuer: &did,
        key_fragment: &fragment,
        key: &key,
        vct: "urn:x:person:1",
        not_before: at("2026-11-01"),
        expires: Some(at("2027-01-31")),
        now: at(now),
        attribute: None,
        jurisdictions: within,
    };
    let answer = jurisdictions.approval(&query);
    match answer {
        Ok(approval) => Ok(approval.jurisdiction.id().to_owned()),
        Err(reasons) => Err(reasons.iter().map(|reason| reason.code()).collect()),
    }
}

#[test]
fn a_source_counts_under_its_own_name() {
    let lists = [list("core", &[]), list("us", &[("core", "person", 1)]), list("eu", &[])];
    assert_eq!(ask(&lists, &[], NOW), Ok("core".into()));
    assert_eq!(ask(&lists, &["core"], NOW), Ok("core".into()));
    assert_eq!(ask(&lists, &["us"], NOW), Ok("core".into()));
    assert_eq!(ask(&lists, &["eu", "us"], NOW), Ok("core".into()));
    assert_eq!(ask(&lists, &["eu"], NOW), Err(vec!["issuer-unknown"]));
    assert_eq!(ask(&lists, &["nowhere"], NOW), Err(vec!["issuer-unknown"]));
    // Only those that are here.
    assert_eq!(ask(&lists[1..], &["us"], NOW), Err(vec!["issuer-unknown"]));
}

#[test]
fn only_for_the_attributes_named() {
    let lists = [list("core", &[]), list("us", &[("core", "firm", 1)])];
    assert_eq!(ask(&lists, &["us"], NOW), Err(vec!["not-authorised"]));
    assert_eq!(ask(&lists, &["core", "us"], NOW), Ok("core".into()));
}

#[test]
fn depth_is_counted_and_attributes_hold_all_the_way() {
    let chain = |depth, middle: &str| {
        [
            list("core", &[]),
            list("mid", &[("core", middle, 1)]),
            list("us", &[("mid", "person", depth)]),
        ]
    };
    assert_eq!(ask(&chain(2, "person"), &["us"], NOW), Ok("core".into()));
    assert_eq!(ask(&chain(1, "person"), &["us"], NOW), Err(vec!["issuer-unknown"]));
    assert_eq!(ask(&chain(2, "firm"), &["us"], NOW), Err(vec!["not-authorised"]));
    assert_eq!(ask(&chain(4, "person"), &["us"], NOW), Ok("core".into()));
    // Five deep is too deep, whatever they say.
    let names = ["core", "a", "b", "c", "d", "e"];
    let deep: Vec<Value> = names
        .iter()
        .zip([None].into_iter().chain(names.iter().map(Some)))
        .map(|(id, below)| match below {
            None => list(id, &[]),
            Some(below) => list(id, &[(below, "person", 4)]),
        })
        .collect();
    assert_eq!(ask(&deep, &["d"], NOW), Ok("core".into()));
    assert_eq!(ask(&deep, &["e"], NOW), Err(vec!["issuer-unknown"]));
}

#[test]
fn circles_end() {
    let circle = [
        list("a", &[("b", "person", 4), ("c", "person", 4)]),
        list("b", &[("a", "person", 4), ("c", "person", 4)]),
        list("c", &[("a", "person", 4), ("b", "person", 4)]),
        list("core", &[("a", "person", 4)]),
    ];
    assert_eq!(ask(&circle, &["a"], NOW), Err(vec!["issuer-unknown"]));
    assert_eq!(ask(&circle, &["core"], NOW), Ok("core".into()));
}

#[test]
fn an_expired_believer_makes_it_undetermined() {
    let mut us = list("us", &[("core", "person", 1)]);
    us["next_update"] = "2026-11-30".into();
    us["expires"] = "2026-11-30".into();
    let lists = [list("core", &[]), us.clone()];
    assert_eq!(ask(&lists, &["us"], "2026-11-30T23:59:59Z"), Ok("core".into()));
    assert_eq!(ask(&lists, &["us"], "2026-12-01"), Err(vec!["trust-list-stale"]));
    assert_eq!(ask(&lists, &["us", "core"], "2026-12-01"), Ok("core".into()));
    // Not where it would not approve either way: it believes that one for something else.
    let mut other = us.clone();
    other["secondary"][0]["attrs"] = json!(["firm"]);
    assert_eq!(
        ask(&[list("core", &[]), other], &["us"], "2026-12-01"),
        Err(vec!["not-authorised"])
    );
    // In the middle as well.
    us["id"] = "mid".into();
    let lists = [list("core", &[]), us, list("top", &[("mid", "person", 2)])];
    assert_eq!(ask(&lists, &["top"], NOW), Ok("core".into()));
    assert_eq!(ask(&lists, &["top"], "2026-12-01"), Err(vec!["trust-list-stale"]));
}
