//! The same credentials anew, for the keys that hold them.

use serde_json::{Value, json};

use crate::support::lab::Credential;
use crate::support::{Run, Story};

/// Erika holds investor status under three keys, and proves nothing else.
fn three_columns() -> Story {
    let story = Story::begun("ed25519");
    let prove = ["id", "--columns", "3", "--prove", &story.acme, "--nonce", &story.nonce];
    story.ok("erika", &[&prove[..], &["--out", "proof"]].concat());
    issue(&story, "proof");
    story
}

fn issue(story: &Story, proof: &str) {
    let issue = ["issue", "accredited-individual", "--claims", "investor.json", "--holder", proof];
    let more = ["--keys", "3", "--identified-here", "case-7", "--out", "new"];
    story.ok("acme", &[&issue[..], &more].concat());
    story.ok("erika", &["add", "new"]);
}

fn renew(story: &Story, more: &[&str]) -> Run {
    story.run("erika", &[&["renew"], more].concat())
}

#[test]
fn a_renewal_is_for_the_same_keys_and_answers_from_then_on() {
    let story = three_columns();
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    let explained = |story: &Story| story.json("erika", &["explain", "request"]);
    story.ok("erika", &["present", "request", "--yes"]);
    let before = explained(&story);
    assert_eq!((&before["credential"], &before["linkable"]), (&json!(1), &json!("known")));
    story.ok("erika", &["trust", "pin", &story.acme, "--name", "Acme Verify"]);
    let run = renew(&story, &["--out", "renewal"]).exits(0);
    assert!(run.stderr.contains("Investor status        ends in 90 days"), "{run:?}");
    assert!(run.stderr.contains("it proves 3 keys to Acme Verify"), "{run:?}");
    assert!(run.stderr.contains("ask for: Investor status, for 3 keys"), "{run:?}");
    let told = story.json("erika", &["renew", "acme verify", "--out", "renewal"]);
    assert_eq!((&told["issuer"], &told["keys"]), (&json!(story.acme), &json!([1, 2, 3])));
    assert_eq!(told["types"][0]["keys"], 3);
    issue(&story, "renewal");
    assert_eq!(story.json("erika", &["list"]).as_array().unwrap().len(), 6);
    // Under the key that the platform knows, the newer one.
    let after = explained(&story);
    assert_eq!((&after["credential"], &after["linkable"]), (&json!(4), &json!("known")));
    assert_eq!(after["key"], before["key"]);
    // Forgotten, and the older one answers again.
    story.ok("erika", &["forget", "4", "--yes"]);
    assert_eq!(explained(&story)["credential"], 1);
}

#[test]
fn only_the_keys_that_hold_it_are_proved() {
    let story = three_columns();
    story.ok("erika", &["keys", "new"]);
    story.ok("erika", &["keys", "retire", "2", "--yes"]);
    let proof: Value = serde_json::from_str(&renew(&story, &[]).exits(0).stdout).unwrap();
    assert_eq!(proof["proofs"]["jwt"].as_array().unwrap().len(), 2);
    assert_eq!(story.json("erika", &["renew", "--out", "out"])["keys"], json!([1, 3]));
    for key in ["1", "3"] {
        story.ok("erika", &["keys", "retire", key, "--yes"]);
    }
    let run = renew(&story, &[]).refuses("keys that you retired");
    assert!(run.stderr.contains("bonafide id --prove"), "{run:?}");
}

#[test]
fn several_issuers_are_listed() {
    let story = Story::issued("ed25519");
    let harbor = story.ok("harbor", &["id"]);
    let other = Credential::new("urn:x", json!({"a": 1})).issue(&story, "harbor", &story.erika);
    story.write("other", other);
    story.ok("erika", &["add", "other"]);
    let run = renew(&story, &[]).exits(2);
    assert!(run.stdout.is_empty() && run.stderr.contains(&harbor), "{run:?}");
    assert!(run.stderr.contains(&story.acme) && run.stderr.contains("renew ISSUER"), "{run:?}");
    let of = |args: &[&str]| {
        let told = story.json("erika", &[&["renew", "--out", "out"], args].concat());
        let types = told["types"].as_array().unwrap().clone();
        types.iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[&harbor]), ["urn:x"]);
    assert_eq!(of(&["--type", "urn:x"]), ["urn:x"]);
    assert_eq!(of(&[&story.acme]).len(), 2);
    assert_eq!(of(&[&story.acme, "--type", "kyc-identity"]), ["urn:bonafide:kyc-identity:1"]);
    // One name for two issuers is no name.
    for did in [&harbor, &story.acme] {
        story.ok("erika", &["trust", "pin", did, "--name", "KYC"]);
    }
    assert!(renew(&story, &["kyc"]).exits(2).stderr.contains("you call 2 issuers kyc"));
}

#[test]
fn without_anything_to_renew() {
    let story = Story::issued("ed25519");
    let run = renew(&story, &["--type", "holding"]).refuses("holds nothing to renew");
    assert!(run.stderr.contains("bonafide list"), "{run:?}");
    renew(&story, &[&story.erika]).refuses("holds nothing to renew");
    renew(&story, &["Acme"]).refuses("you call no issuer Acme");
    let pinned = ["trust", "pin", &story.acme, "--verifier", "--name", "Acme"];
    story.ok("erika", &pinned);
    renew(&story, &["Acme"]).refuses("you call no issuer Acme");
    renew(&story, &["--nonce", "short"]).exits(2);
    story.run("harbor", &["renew"]).refuses("holds nothing to renew");
    assert!(!story.exists("out"));
}

/// What has ended is what most needs it.
#[test]
fn the_issuers_nonce_is_answered() {
    let story = Story::issued("ed25519");
    let nonce = story.ok("acme", &["nonce"]);
    let run = renew(&story, &["--nonce", &nonce, "--out", "renewal"]).exits(0);
    assert!(!run.stderr.contains("run this again"), "{run:?}");
    let issue = ["issue", "kyc-identity", "--claims", "id.json", "--holder", "renewal"];
    story.ok("acme", &[&issue[..], &["--nonce", &nonce, "--out", "new"]].concat());
    story.ok("erika", &["add", "new"]);
    story.run("erika", &["renew", "--nonce", &nonce, "--out", "wallet.bonafide"]).exits(0);
    story.run("erika", &["renew", "--out", "erika/wallet.bonafide"]).exits(10);
}
