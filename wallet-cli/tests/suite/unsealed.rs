//! A build that neither makes nor opens sealed files says so, with the way on, and does nothing by halves.

use crate::support::{Run, Story};

#[track_caller]
fn unsupported(run: Run, next: &str) {
    let run = run.exits(10);
    assert_eq!(run.json()["error"]["code"], "seal-unsupported", "{run:?}");
    assert!(run.stderr.contains(next), "{run:?}");
}

#[test]
fn what_cannot_be_sealed_is_refused_before_it_is_made() {
    let story = Story::answered("ed25519");
    let issue = story.issue("kyc-identity", "id.json", &["--out", "new", "--json"]);
    unsupported(story.run("acme", &issue), "Add --plain");
    assert!(!story.exists("new"));
    let ask = ["request", "--type", "kyc-identity", "--claim", "family_name", "--sealed", "--json"];
    unsupported(story.run("harbor", &ask), "Ask without --sealed");
    story.run("acme", &story.issue_plain("kyc-identity", "id.json", &["--out", "new"])).exits(0);
}

#[test]
fn what_cannot_be_opened_is_named() {
    let story = Story::answered("ed25519");
    story.write("sealed", "eyJhbGciOiJFQ0RILUVTIn0..AAAA.AAAA.AAAA");
    unsupported(story.run("erika", &["add", "sealed", "--json"]), "the feature jwe");
    unsupported(story.run("harbor", &["verify", "sealed", "--json"]), "the feature jwe");
}
