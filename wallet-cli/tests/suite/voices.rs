//! Data goes to stdout, talk to stderr, and each claim only to whom it is for.

use crate::support::lab::{self, Credential};
use crate::support::{PRIVATE, Story};
use serde_json::json;

#[test]
fn what_a_command_makes_is_all_that_stdout_holds() {
    let story = Story::answered("ed25519");
    let token = story.text("investor.credential");
    assert_eq!(story.ok("erika", &["show", "2", "--token"]), token.trim());
    let one_line = |home: &str, args: &[&str]| {
        let data = story.ok(home, args);
        assert_eq!(data.lines().count(), 1, "{args:?}: {data}");
        data
    };
    assert_eq!(one_line("acme", &["nonce"]).len(), 32);
    let known = ["--identified-here", "7"];
    let issue = story.issue_plain("accredited-individual", "investor.json", &known);
    assert_eq!(one_line("acme", &issue).split('~').next().unwrap().split('.').count(), 3);
    let sealed = story.issue("accredited-individual", "investor.json", &known);
    assert_eq!(one_line("acme", &sealed).split('.').count(), 5);
    let ask = ["request", "--type", "kyc-identity", "--claim", "family_name"];
    assert_eq!(one_line("harbor", &ask).split('.').count(), 3);
    one_line("erika", &["present", "request", "--yes"]);
    one_line("erika", &["id", "--prove", &story.acme, "--nonce", &story.nonce]);
    assert_eq!(one_line("erika", &["id"]), story.erika);
    assert_eq!(one_line("new", &["init", "--kdf-cost", "lowest"]), story.ok("new", &["id"]));
}

#[test]
fn with_a_file_to_write_stdout_is_empty() {
    let story = Story::begun("ed25519");
    let quiet = |home: &str, args: &[&str]| {
        let run = story.run(home, &[args, &["--out", "out"]].concat()).exits(0);
        assert_eq!(run.stdout, "", "{args:?}");
        assert!(run.stderr.contains("out"), "{run:?}");
    };
    quiet("acme", &story.issue("kyc-identity", "id.json", &[]));
    story.ok("erika", &["add", "out"]);
    quiet("erika", &["id", "--prove", &story.acme, "--nonce", &story.nonce]);
    quiet("harbor", &["request", "--type", "kyc-identity", "--claim", "family_name"]);
    std::fs::rename(story.path("out"), story.path("request")).unwrap();
    quiet("erika", &["present", "request", "--yes"]);
    for args in [&["add", "id.credential"][..], &["trust", "pin", &story.acme]] {
        story.write(
            "id.credential",
            Credential::new("urn:x", json!({})).issue(&story, "acme", &story.erika),
        );
        assert_eq!(story.ok("erika", args), "");
    }
    assert_eq!(story.ok("erika", &["forget", "1", "--yes"]), "");
}

#[test]
fn an_explanation_is_data() {
    let story = Story::answered("ed25519");
    let run = story.run("erika", &["explain", "request"]).exits(0);
    for part in ["asks for:", "Leaves:", "Stays:", "Linkable:", "us-501a"] {
        assert!(run.stdout.contains(part), "{part}: {run:?}");
    }
    assert!(run.stderr.starts_with("Nothing was sent."), "{run:?}");
    let present = story.run("erika", &["present", "request", "--yes"]).exits(0);
    assert!(present.stderr.contains("Leaves:") && present.stdout.starts_with('{'));
}

#[test]
fn no_claim_is_shown_of_an_answer_that_is_not_accepted() {
    let story = Story::issued("ed25519");
    story.ask(
        "harbor",
        "kyc-identity",
        &["family_name", "given_name", "birthdate", "address"],
        "request",
    );
    story.ask("harbor", "kyc-identity", &["family_name"], "other");
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let trust = ["--trust", &story.acme];
    let bad = [
        &["--request", "request"][..],
        &["--request", "other", trust[0], trust[1]],
        &["--request", "request", trust[0], trust[1], "--at", "2060-01-01"],
        &["--request", "request", trust[0], trust[1], "--at", "2020-01-01"],
        &["--nonce", &story.nonce, "--audience", "me", trust[0], trust[1]],
    ];
    for args in bad {
        for more in [&[][..], &["--json"]] {
            let run = story.run("harbor", &[&["verify", "answer"], args, more].concat()).exits(10);
            for private in PRIVATE {
                assert!(!run.said().contains(private), "{args:?}: {run:?}");
            }
        }
    }
    let good = story.run("harbor", &story.verify(&[])).exits(0);
    for private in PRIVATE {
        assert!(good.stdout.contains(private) && !good.stderr.contains(private), "{good:?}");
    }
}

#[test]
fn no_claim_is_shown_of_an_answer_that_cannot_be_decided() {
    let story = Story::begun("ed25519");
    let credential = Credential::new("urn:x", json!({"family_name": "Muster"})).with_status();
    story.write("credential", credential.issue(&story, "acme", &story.erika));
    story.ok("erika", &["add", "credential"]);
    let life = (lab::now(), 600);
    story.write("request", lab::request(&story, "harbor", life, "urn:x", &["family_name"]));
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let run = story.run("harbor", &story.verify(&[])).exits(11);
    assert!(run.stdout.starts_with("UNDETERMINED"), "{run:?}");
    assert!(run.stdout.contains("[status-unknown]") && !run.said().contains("Muster"));
    let json = story.run("harbor", &story.verify(&["--json"])).exits(11).json();
    assert_eq!((&json["verdict"], json.get("credentials")), (&json!("undetermined"), None));
    assert_eq!(json["reasons"][0]["code"], 34);
}

#[test]
fn the_list_is_a_table() {
    let story = Story::issued("ed25519");
    story.write("aml.json", r#"{"sanctions_clear":true,"risk_band":"low","lists":[{"list":"OFAC SDN","as_of":"2024-05-01"}]}"#);
    let more = ["--identified-here", "7", "--out", "aml"];
    story.ok("acme", &story.issue("aml-screening", "aml.json", &more));
    story.ok("erika", &["add", "aml"]);
    let list = story.ok("erika", &["list"]);
    let columns: Vec<_> =
        list.lines().map(|line| line.trim_start().find("did:key").unwrap()).collect();
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{list}");
    assert!(list.lines().all(|line| line == line.trim_end()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_could_not_be_printed_is_a_fault() {
    use std::process::{Command, Stdio};
    let story = Story::answered("ed25519");
    let run = |args: &[&str]| {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
        command.args(["--home", "erika", "--passphrase-file", "pw"]).args(args);
        command.current_dir(story.dir()).stdin(Stdio::null()).stdout(full);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for args in
        [&["present", "request", "--yes"][..], &["id"], &["list", "--json"], &story.verify(&[])]
    {
        let (exit, stderr) = run(args);
        assert_eq!(exit, Some(1), "{stderr}");
        assert!(stderr.contains("the result is lost"), "{stderr}");
    }
    assert_eq!(run(&["verify", "answer", "--request", "request"]).0, Some(10));
}
