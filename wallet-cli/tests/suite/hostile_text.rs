//! Other people's text can neither act on a terminal nor hide (ATTACKS 56).

use serde_json::json;

use crate::support::lab::{self, Credential};
use crate::support::{Run, Story};

const ESCAPES: &str = "\u{1b}\u{202e}\u{200b}\u{2066}\u{feff}\u{9b}\u{7f}\u{e0041}";

/// Nothing printed can act: no control character but the line break, no hidden or turning one.
#[track_caller]
fn assert_harmless(run: &Run) {
    let treacherous = |c: char| c != '\n' && (c.is_control() || ESCAPES.contains(c));
    assert!(!run.said().contains(treacherous), "{run:?}");
}

/// Erika holds a credential of a hostile type, with hostile claims.
fn hostile_story() -> (Story, String, String) {
    let story = Story::begun("ed25519");
    let (vct, name) = (format!("urn:x:{ESCAPES}"), format!("na{ESCAPES}me"));
    let claims =
        json!({&name: format!("va{ESCAPES}lue"), "inner": {"list": [ESCAPES, {ESCAPES: 1}]}});
    story.write("hostile", Credential::new(&vct, claims).issue(&story, "acme", &story.erika));
    let request = lab::request(&story, "harbor", (lab::now(), 600), &vct, &[&name, "inner"]);
    story.write("request", request);
    (story, vct, name)
}

#[test]
fn claims_and_types_are_escaped_for_the_holder() {
    let (story, vct, _) = hostile_story();
    let commands = [
        &["add", "hostile"][..],
        &["list"],
        &["show", "1"],
        &["explain", "request"],
        &["present", "request", "--yes", "--out", "answer"],
    ];
    for command in commands {
        let run = story.run("erika", command);
        assert_harmless(&run);
        assert!(run.said().contains("\\u{202e}"), "{run:?}");
    }
    for command in [&["list"][..], &["show", "1"], &["explain", "request"]] {
        let run = story.run("erika", &[command, &["--json"]].concat()).exits(0);
        assert_harmless(&run);
        assert!(run.stdout.contains("\\u202e") && run.stdout.contains("\\udb40\\udc41"));
        let json = run.json();
        let row = json.get(0).unwrap_or(&json);
        assert_eq!(row["type"], vct);
    }
    let forgotten = story.run("erika", &["forget", "1", "--yes"]).exits(0);
    assert_harmless(&forgotten);
    assert!(forgotten.said().contains("\\u{202e}"));
}

#[test]
fn claims_and_types_are_escaped_for_the_verifier() {
    let (story, vct, name) = hostile_story();
    story.ok("erika", &["add", "hostile"]);
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let accepted = story.run("harbor", &story.verify(&["--dry-run"])).exits(0);
    assert_harmless(&accepted);
    assert!(accepted.stdout.contains("va\\u{1b}\\u{202e}"));
    let json = story.run("harbor", &story.verify(&["--json"])).exits(0);
    assert_harmless(&json);
    let credential = &json.json()["credentials"][0];
    assert_eq!(credential["type"], vct);
    assert_eq!(credential["claims"][&name], format!("va{ESCAPES}lue"));

    let other = lab::request(&story, "harbor", (lab::now(), 600), &vct, &[&format!("x{name}")]);
    story.write("request", other);
    for more in [&[][..], &["--json"]] {
        let refused = story.run("harbor", &story.verify(more)).exits(10);
        assert_harmless(&refused);
        assert!(refused.stdout.contains("claim-missing"));
    }
}

#[test]
fn names_and_client_ids_are_escaped() {
    let story = Story::issued("ed25519");
    let name = format!("Acme{ESCAPES}");
    for home in ["erika", "harbor"] {
        assert_harmless(&story.run(home, &["trust", "pin", &story.acme, "--name", &name]).exits(0));
        assert_harmless(&story.run(home, &["trust", "list"]).exits(0));
        let json = story.run(home, &["trust", "list", "--json"]).exits(0);
        assert_harmless(&json);
        assert_eq!(json.json()[0]["name"], name);
    }
    assert_harmless(&story.run("erika", &["list"]).exits(0));
    for client in [ESCAPES.to_owned(), format!("https://x/{ESCAPES}")] {
        let request = json!({"client_id": client, "response_type": "vp_token", "nonce": "n".repeat(22),
            "iat": lab::now().unix(), "exp": lab::now().plus(600).unix(), "dcql_query": {"credentials": [
            {"id": "q", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:x"]}, "claims": [{"path": ["a"]}]}]}});
        story.write("unsigned", request.to_string());
        let run = story.run("erika", &["explain", "unsigned", "--allow-unsigned"]).exits(10);
        assert_harmless(&run);
    }
}

#[test]
fn arguments_and_file_names_come_back_escaped() {
    let story = Story::answered("ed25519");
    let name = format!("no{ESCAPES}");
    let commands = [
        &["add", &name][..],
        &["show", &name],
        &["types", "show", &name],
        &["types", "flags", &name],
        &["id", "--prove", &name, "--nonce", &story.nonce],
        &["issue", &name, "--holder", "proof", "--claims", "id.json"],
        &["issue", "kyc-identity", "--holder", "proof", "--claims", &name],
        &["issue", "kyc-identity", "--holder", &name, "--claims", "id.json"],
        &[
            "issue",
            "kyc-identity",
            "--holder",
            "proof",
            "--claims",
            "id.json",
            "--valid-for",
            &name,
        ],
        &["request", "--type", &name, "--claim", "a"],
        &["request", "--type", "urn:x", "--claim", "a", "--valid-for", &name],
        &["request", "--type", "kyc-identity", "--claim", &name],
        &["explain", &name],
        &["verify", &name, "--request", "request"],
        &["verify", "answer", "--request", "request", "--trust", &name],
        &["verify", "answer", "--request", "request", "--at", &name],
        &["trust", "pin", &name],
        &["trust", "unpin", &name],
        &["man", "--out-dir", &format!("pw/{name}")],
        &["demo", "--dir", &format!("pw/{name}")],
        &["completions", &name],
        &[&name],
        &["--passphrase-file", &name, "list"],
    ];
    for command in commands {
        let run = story.run("erika", command);
        assert!([1, 2, 10].contains(&run.exit), "{command:?}: {run:?}");
        assert_harmless(&run);
        assert_harmless(&story.run("erika", &[command, &["--json"]].concat()));
    }
    for command in [&[][..], &["list"], &["doctor"], &["init", "--kdf-cost", "lowest"]] {
        assert_harmless(&story.run(&name, command));
    }
}

#[test]
fn field_names_of_a_claims_file_come_back_escaped() {
    let story = Story::begun("ed25519");
    let claims = json!({format!("x{ESCAPES}\nIssued: yes"): 1});
    story.write("id.json", claims.to_string());
    let run = story.run("acme", &story.issue("kyc-identity", "id.json", &[])).exits(10);
    assert_harmless(&run);
    assert!(run.stderr.lines().all(|line| !line.starts_with("Issued")));
}

#[test]
fn a_request_of_ones_own_holds_nothing_treacherous() {
    let story = Story::begun("ed25519");
    for (kind, claim) in
        [(format!("urn:x{ESCAPES}"), "a".into()), ("urn:x".into(), format!("a{ESCAPES}"))]
    {
        let args = ["request", "--type", &kind, "--claim", &claim, "--out", "own"];
        let run = story.run("harbor", &args).exits(2);
        assert_harmless(&run);
        assert!(!story.exists("own"));
    }
}

#[test]
fn a_type_that_calls_itself_like_a_known_one_is_shown_as_unknown() {
    let story = Story::begun("ed25519");
    for vct in ["kyc-identity", "KYC identity"] {
        let claims = json!({"family_name": "Muster"});
        let token = Credential::new(vct, claims).issue(&story, "acme", &story.erika);
        story.write("spoof", token);
        let run = story.run("erika", &["add", "spoof"]).exits(0);
        assert!(run.stderr.contains(&format!("\"{vct}\" (unknown type)")), "{run:?}");
    }
}
