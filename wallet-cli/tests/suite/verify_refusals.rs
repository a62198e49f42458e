//! Each main kind of refusal at a platform's desk, with its code and next step.

use serde_json::{Value, json};

use crate::support::Story;
use crate::support::lab::{self, Credential};

/// The kinds in the verdict, which must be a refusal with a next step for each.
#[track_caller]
fn kinds(story: &Story, args: &[&str]) -> Vec<String> {
    let run = story.run("harbor", &[&["verify"], args, &["--json"]].concat()).exits(10);
    let verdict = run.json();
    assert_eq!((&verdict["verdict"], verdict.get("credentials")), (&json!("refused"), None));
    let words = story.run("harbor", &[&["verify"], args].concat()).exits(10).stdout;
    assert!(words.starts_with("REFUSED"), "{words}");
    let reasons = verdict["reasons"].as_array().unwrap();
    let kind = |reason: &Value| {
        let kind = reason["kind"].as_str().unwrap().to_owned();
        assert!(words.contains(&format!("[{kind}]")), "{words}");
        assert!(words.contains(reason["next"].as_str().unwrap()), "{words}");
        kind
    };
    reasons.iter().map(kind).collect()
}

/// As [`kinds`], for the usual request and issuer.
#[track_caller]
fn usual(story: &Story, more: &[&str]) -> Vec<String> {
    let args = ["answer", "--request", "request", "--trust", &story.acme];
    kinds(story, &[&args, more].concat())
}

fn bare_token(story: &Story) -> String {
    let answer: Value = serde_json::from_str(&story.text("answer")).unwrap();
    answer["vp_token"]["credential"][0].as_str().unwrap().to_owned()
}

#[test]
fn an_issuer_that_nobody_pinned() {
    let story = Story::answered("ed25519");
    assert_eq!(kinds(&story, &["answer", "--request", "request"]), ["issuer-unknown"]);
    assert_eq!(
        kinds(&story, &["answer", "--request", "request", "--trust", &story.erika]),
        ["issuer-unknown"]
    );
    story.ok("harbor", &["trust", "pin", &story.acme, "--verifier"]);
    assert_eq!(kinds(&story, &["answer", "--request", "request"]), ["issuer-unknown"]);
}

#[test]
fn an_answer_to_another_request() {
    let story = Story::answered("ed25519");
    let claims = ["regime", "method"];
    story.ask("harbor", "accredited-individual", &claims, "request");
    assert_eq!(usual(&story, &[]), ["nonce-mismatch"]);
    story.ask("acme", "accredited-individual", &claims, "request");
    assert_eq!(usual(&story, &[]), ["nonce-mismatch", "audience-mismatch"]);
    story.ask("harbor", "kyc-identity", &["family_name"], "request");
    assert_eq!(usual(&story, &[]), ["nonce-mismatch", "type-mismatch", "claim-missing"]);
}

#[test]
fn another_session() {
    let story = Story::issued("ed25519");
    let ask = |reference: &str, out: &str| {
        let args = ["request", "--type", "kyc-identity", "--claim", "family_name", "--out", out];
        story.ok("harbor", &[&args[..], &["--reference", reference]].concat());
    };
    ask("session-1", "request");
    ask("session-2", "other");
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    story.run("harbor", &story.verify(&[])).exits(0);
    let other = ["answer", "--request", "other", "--trust", &story.acme];
    assert_eq!(kinds(&story, &other), ["session-mismatch"]);
}

#[test]
fn before_and_after_the_credential_is_valid() {
    let story = Story::answered("ed25519");
    let late = lab::now().plus(400 * 86_400).to_string();
    assert_eq!(usual(&story, &["--at", &late]), ["expired"]);
    let early = lab::now().plus(-2 * 86_400).to_string();
    assert_eq!(usual(&story, &["--at", &early]), ["not-yet-valid", "not-yet-valid"]);
}

#[test]
fn an_answer_signed_too_long_ago() {
    let story = Story::answered("ed25519");
    story.run("harbor", &story.verify(&["--max-age", "3600"])).exits(0);
    let later = lab::now().plus(3000).to_string();
    story.run("harbor", &story.verify(&["--at", &later])).exits(0);
    assert_eq!(usual(&story, &["--at", &later, "--max-age", "60"]), ["stale"]);
}

#[test]
fn a_forged_or_shortened_answer() {
    let story = Story::answered("ed25519");
    let token = bare_token(&story);
    let parts: Vec<&str> = token.split('~').collect();
    let with = |parts: &[&str]| story.write("answer", parts.join("~"));
    let forged =
        bonafide::encoding::base64url::encode(br#"["0123456789abcdefghijkl","regime","x"]"#);
    with(&[parts[0], &forged, parts[2], parts[3]]);
    assert_eq!(usual(&story, &[]), ["unreferenced-disclosure"]);
    with(&[parts[0], parts[1], parts[3]]);
    let left = usual(&story, &[]);
    assert!(
        left.contains(&"sd-hash-mismatch".to_owned()) && left.contains(&"claim-missing".to_owned()),
        "{left:?}"
    );
    with(&[parts[0], parts[1], parts[2], ""]);
    assert_eq!(usual(&story, &[]), ["key-binding-missing"]);
    let (jwt, signature) = parts[0].rsplit_once('.').unwrap();
    let flipped = format!("{jwt}.{}", signature.chars().rev().collect::<String>());
    with(&[&flipped, parts[1], parts[2], parts[3]]);
    let broken = usual(&story, &[]);
    assert!(["bad-signature", "encoding"].contains(&broken[0].as_str()), "{broken:?}");
}

#[test]
fn the_holders_own_signature_on_a_credential() {
    let story = Story::begun("ed25519");
    let token = Credential::new("urn:x", json!({"a": 1})).issue(&story, "erika", &story.erika);
    let request = lab::request(&story, "harbor", (lab::now(), 600), "urn:x", &["a"]);
    story.write("answer", lab::answer(&story, "erika", &request, &token, lab::now()));
    story.write("request", request);
    assert_eq!(usual(&story, &[]), ["issuer-unknown"]);
}

#[test]
fn what_is_no_answer() {
    let story = Story::answered("ed25519");
    for file in ["pw", "id.json", "request", "proof", "id.credential", "harbor/wallet.bonafide"] {
        let args = [file, "--request", "request", "--trust", &story.acme];
        assert!(!kinds(&story, &args).is_empty(), "{file}");
    }
    for file in ["pw", "id.json", "answer", "proof"] {
        let run = story.run("harbor", &["verify", "answer", "--request", file]).exits(10);
        assert!(run.stderr.contains("Give --request with the request that you sent"), "{run:?}");
    }
}
