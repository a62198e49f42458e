//! The whole path, with both kinds of key, and the JSON that every step promises.

use serde_json::{Value, json};

use crate::support::{Run, Story};

/// In alphabetical order: whether serde_json keeps another one is a feature of the build.
fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn walk(key: &str) {
    let story = Story::begun(key);
    for did in [&story.acme, &story.erika] {
        assert!(did.starts_with("did:key:z"), "{did}");
    }
    assert_eq!(story.ok("erika", &["id"]), story.erika);
    let id = ["--out", "id.credential"];
    story.ok("acme", &story.issue("kyc-identity", "id.json", &id));
    story.ok("erika", &["add", "id.credential"]);
    story.ask("acme", "kyc-identity", &["family_name", "birthdate"], "id.request");
    story.ok("erika", &["present", "id.request", "--yes", "--out", "id.answer"]);
    let more = ["--identity", "id.answer", "--out", "investor.credential"];
    let issued = story.run("acme", &story.issue("accredited-individual", "investor.json", &more));
    assert!(issued.exits(0).stderr.contains("Go on only if it is your client"));
    story.ok("erika", &["add", "investor.credential"]);
    story.ask("harbor", "accredited-individual", &["regime", "method"], "request");
    story.ok("erika", &["explain", "request"]);
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let accepted = story.run("harbor", &story.verify(&[])).exits(0);
    assert!(accepted.stdout.starts_with("ACCEPTED"), "{accepted:?}");
    for line in ["  regime                 us-501a", "  method                 third-party-letter"]
    {
        assert!(accepted.stdout.lines().any(|found| found == line), "{accepted:?}");
    }
    for hidden in ["us-ria", "networth", "evidence", "case", "Muster"] {
        assert!(!accepted.said().contains(hidden), "{hidden}: {accepted:?}");
    }
}

#[test]
fn from_identity_to_verdict_with_ed25519() {
    walk("ed25519");
}

#[test]
fn from_identity_to_verdict_with_p256() {
    walk("p256");
}

#[test]
fn holders_json_has_the_promised_members() {
    let story = Story::answered("ed25519");
    assert_eq!(story.json("erika", &["id"]), json!({"did": story.erika}));
    let document = story.json("erika", &["id", "--document"]);
    assert_eq!(document["id"], story.erika);
    let list = story.json("erika", &["list"]);
    let rows = list.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["id"], 2);
    assert_eq!(rows[1]["type"], "urn:bonafide:accredited-individual:1");
    assert_eq!((&rows[1]["issuer"], &rows[1]["status"]), (&json!(story.acme), &json!("valid")));
    let show = story.json("erika", &["show", "1"]);
    assert_eq!(show["claims"]["family_name"], "Muster");
    assert_eq!(
        members(&show),
        ["claims", "expires", "holder_key", "id", "issuer", "not_before", "status", "type"]
    );
    let token = story.json("erika", &["show", "2", "--token"]);
    assert_eq!(token["token"], story.text("investor.credential").trim());
    let explained = story.json("erika", &["explain", "request"]);
    assert_eq!(members(&explained["leaves"]), ["method", "regime"]);
    assert_eq!((&explained["signed"], &explained["credential"]), (&json!(true), &json!(2)));
    assert!(explained["stays"].as_array().unwrap().contains(&json!("attestor_role")));
    assert_eq!(story.json("erika", &["forget", "1", "--yes"]), json!({"forgotten": 1}));
    assert_eq!(
        members(&story.json("erika", &[])),
        ["home", "issues_as", "next", "pinned", "wallet"]
    );
    let findings = story.json("erika", &["doctor"]);
    for finding in findings.as_array().unwrap() {
        assert_eq!(members(finding), ["about", "mend", "state", "well"]);
    }
}

#[test]
fn issuers_and_platforms_json_has_the_promised_members() {
    let story = Story::answered("ed25519");
    let init = story.json("other", &["init", "--kdf-cost", "lowest"]);
    assert_eq!(members(&init), ["did", "home", "key"]);
    let nonce = story.json("acme", &["nonce"]);
    assert!(nonce["nonce"].as_str().unwrap().len() >= 22);
    let proof: Value = serde_json::from_str(&story.text("proof")).unwrap();
    assert!(proof["proofs"]["jwt"][0].is_string());
    let answer: Value = serde_json::from_str(&story.text("answer")).unwrap();
    assert!(answer["vp_token"]["credential"][0].is_string());
    let pin = json!({"did": story.acme, "name": "Acme", "issuer": true});
    let args = ["trust", "pin", &story.acme, "--name", "Acme"];
    assert_eq!(story.json("harbor", &args), pin);
    assert_eq!(story.json("harbor", &["trust", "list"]), json!([pin]));
    let unpinned = story.json("harbor", &["trust", "unpin", &story.acme]);
    assert_eq!(unpinned, json!({"unpinned": story.acme}));
    assert_eq!(story.json("harbor", &["trust", "list"]), json!([]));
    assert_eq!(story.json("acme", &["types"]).as_array().unwrap().len(), 11);
    let one = story.json("acme", &["types", "show", "aml-screening"]);
    assert_eq!(one["vct"], "urn:bonafide:aml-screening:1");
}

#[test]
fn verdicts_in_json_hold_claims_only_when_accepted() {
    let story = Story::answered("ed25519");
    let accepted = story.run("harbor", &story.verify(&["--json"])).exits(0).json();
    assert_eq!((&accepted["verdict"], &accepted["reasons"]), (&json!("accepted"), &json!([])));
    assert_eq!(accepted["replay"], false);
    let at = accepted["at"].as_str().unwrap().to_owned();
    let credential = &accepted["credentials"][0];
    assert_eq!(credential["issuer"], story.acme);
    assert_eq!(members(&credential["claims"]), ["assessed_on", "method", "regime"]);
    let refused =
        story.run("harbor", &["verify", "answer", "--request", "request", "--json", "--at", &at]);
    let refused = refused.exits(10).json();
    assert_eq!(refused["verdict"], "refused");
    assert_eq!(refused.get("credentials"), None);
    let reason = &refused["reasons"][0];
    assert_eq!((&reason["kind"], &reason["code"]), (&json!("issuer-unknown"), &json!(40)));
    assert!(reason["next"].as_str().unwrap().contains("bonafide trust pin"));
}

#[test]
fn errors_in_json_have_code_message_and_next_step() {
    let story = Story::begun("ed25519");
    let commands = [
        (&["show", "9"][..], "credential-unknown", 10),
        (&["forget", "9", "--yes"], "credential-unknown", 10),
        (&["add", "none"], "file-unreadable", 1),
        (&["init"], "wallet-exists", 10),
        (&["types", "show", "none"], "usage", 2),
        (&["present", "id.json"], "unsigned-request", 10),
    ];
    for (command, code, exit) in commands {
        let run: Run = story.run("erika", &[command, &["--json"]].concat()).exits(exit);
        let error = &run.json()["error"];
        assert_eq!(error["code"], code, "{command:?}");
        assert_ne!(error["message"], "");
        assert_ne!(error["next"], "", "{command:?}");
    }
}
