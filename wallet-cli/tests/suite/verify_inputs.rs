//! The ways to say what to verify, against what, whom to believe, and when.

use serde_json::Value;

use crate::support::{Run, Story};

fn verify(story: &Story, args: &[&str]) -> Run {
    story.bare(&[&["verify"], args].concat(), &[], None)
}

fn payload(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    let bytes = bonafide::encoding::base64url::decode(payload).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn trust_is_a_did_a_list_of_lines_or_what_trust_list_prints() {
    let story = Story::answered("ed25519");
    let with = |trust: &str| verify(&story, &["answer", "--request", "request", "--trust", trust]);
    with(&story.acme).exits(0);
    let lines =
        format!("\u{feff}# believed\n\n{} Harbor\r\n  {} Acme Verify \n", story.erika, story.acme);
    story.write("lines", lines);
    assert!(with("lines").exits(0).stdout.contains("Acme Verify (did:key:"));
    story.ok("harbor", &["trust", "pin", &story.acme, "--name", "Acme"]);
    story.write("list", story.ok("harbor", &["trust", "list", "--json"]));
    assert!(with("list").exits(0).stdout.contains("Acme (did:key:"));
    story.ok("harbor", &["trust", "unpin", &story.acme]);
    story.ok("harbor", &["trust", "pin", &story.acme, "--verifier"]);
    story.write("list", story.ok("harbor", &["trust", "list", "--json"]));
    assert!(with("list").exits(2).stderr.contains("no issuer is named in it"));
    let args = ["answer", "--request", "request", "--trust", &story.erika, "--trust", "lines"];
    verify(&story, &args).exits(0);
    let args = ["verify", "answer", "--request", "request", "--trust", "-"];
    story.bare(&args, &[], Some(story.acme.as_bytes())).exits(0);
}

#[test]
fn a_trust_file_with_a_mistake_names_the_line() {
    let story = Story::answered("ed25519");
    let with = |content: &str| {
        story.write("list", content);
        verify(&story, &["answer", "--request", "request", "--trust", "list"]).exits(2)
    };
    let run = with(&format!("{}\n\nAcme Verify\n", story.acme));
    assert!(run.stderr.contains("line 3"), "{run:?}");
    for content in ["", "# nobody\n", "[]", "[1]", "[{\"did\":\"x\"}]", "["] {
        let run = with(content);
        assert!(run.stderr.contains("--trust list: ") && run.stdout.is_empty(), "{run:?}");
    }
    for did in ["did:key:zz", "did:", "did:example:x"] {
        verify(&story, &["answer", "--request", "request", "--trust", did]).exits(2);
    }
    verify(&story, &["answer", "--request", "request", "--trust", "none"]).exits(1);
}

#[test]
fn a_moment_is_rfc3339_unix_seconds_or_a_date() {
    let story = Story::answered("ed25519");
    let at = |time: &str| story.run("harbor", &story.verify(&["--at", time]));
    let now = crate::support::lab::now().plus(60);
    for time in [now.to_string(), now.unix().to_string()] {
        let run = at(&time).exits(0);
        assert!(run.stdout.contains("replay: as of that moment"), "{run:?}");
    }
    assert!(at("2060-01-01").exits(10).stdout.starts_with("REFUSED  at 2060-01-01T00:00:00Z"));
    for bad in ["", "yesterday", "2026-13-01", "1e9", "2026-11-20T12:00:00"] {
        let run = at(bad).exits(2);
        assert!(run.stderr.contains("2026-11-20T14:00:00Z"), "{run:?}");
    }
    let json = story.run("harbor", &story.verify(&["--json", "--at", &now.to_string()]));
    assert_eq!(json.exits(0).json()["replay"], true);
}

#[test]
fn ages_are_seconds() {
    let story = Story::answered("ed25519");
    for bad in ["", "1h", "-1", "1.5", "99999999999"] {
        story.run("harbor", &story.verify(&["--max-age", bad])).exits(2);
    }
    story.run("harbor", &story.verify(&["--max-age", "60"])).exits(0);
}

#[test]
fn nonce_and_audience_stand_for_a_request() {
    let story = Story::answered("ed25519");
    let request = payload(&story.text("request"));
    let (nonce, audience) =
        (request["nonce"].as_str().unwrap(), request["client_id"].as_str().unwrap());
    let with = |nonce: &str, audience: &str| {
        let args = ["answer", "--nonce", nonce, "--audience", audience, "--trust", &story.acme];
        verify(&story, &args)
    };
    with(nonce, audience).exits(0);
    assert!(with(nonce, "somebody").exits(10).stdout.contains("audience-mismatch"));
    assert!(with("another", audience).exits(10).stdout.contains("nonce-mismatch"));
    with("", "").exits(10);
    for args in [
        &["answer"][..],
        &["answer", "--nonce", nonce],
        &["answer", "--audience", audience],
        &["answer", "--request", "request", "--nonce", nonce, "--audience", audience],
    ] {
        verify(&story, args).exits(2);
    }
}

#[test]
fn a_bare_token_and_standard_input_are_answers_too() {
    let story = Story::answered("p256");
    let answer: Value = serde_json::from_str(&story.text("answer")).unwrap();
    let token = answer["vp_token"]["credential"][0].as_str().unwrap();
    story.write("bare", format!("\n{token}\n"));
    let trust = ["--request", "request", "--trust", &story.acme];
    verify(&story, &[&["bare"], &trust[..]].concat()).exits(0);
    let stdin = [&["verify", "-"], &trust[..]].concat();
    for input in [token.as_bytes(), &story.bytes("answer")] {
        story.bare(&stdin, &[], Some(input)).exits(0);
    }
    let request = ["verify", "answer", "--request", "-", "--trust", &story.acme];
    story.bare(&request, &[], Some(&story.bytes("request"))).exits(0);
}

#[test]
fn pins_of_the_home_count_like_trust() {
    let story = Story::answered("ed25519");
    let run = || story.run("harbor", &["verify", "answer", "--request", "request", "--dry-run"]);
    run().exits(10);
    story.ok("harbor", &["trust", "pin", &story.acme, "--name", "Acme Verify"]);
    assert!(run().exits(0).stdout.contains("Acme Verify (did:key:"));
    // Pinned again without a name, or as a verifier, it keeps its name and is believed as before.
    for again in [&["--name", " "][..], &[], &["--verifier"]] {
        story.ok("harbor", &[&["trust", "pin", &story.acme], again].concat());
        assert!(run().exits(0).stdout.contains("Acme Verify (did:key:"));
    }
    story.ok("harbor", &["trust", "unpin", &story.acme]);
    run().exits(10);
    story.run("harbor", &["trust", "unpin", &story.acme]).refuses("is not pinned");
}

#[test]
fn the_request_of_somebody_else_is_named_as_unchecked() {
    let story = Story::answered("ed25519");
    let verify = |home: &str| {
        let args = ["verify", "answer", "--request", "request", "--trust", &story.acme, "--json"];
        story.run(home, &args).exits(0).json()["not_checked"].to_string()
    };
    assert!(!verify("harbor").contains("request-owner"));
    assert!(verify("summit").contains("request-owner"));
}

#[test]
fn files_in_the_wrong_place_are_named() {
    let story = Story::answered("ed25519");
    let run = |args: &[&str]| story.run("harbor", args).exits(10).stderr;
    let swapped = run(&["verify", "request", "--request", "answer"]);
    assert!(swapped.contains("the file is an answer to a request"), "{swapped}");
    let credential =
        run(&["verify", "id.credential", "--request", "request", "--trust", &story.acme]);
    assert!(credential.contains("the file to verify is a credential"), "{credential}");
    let proof = story.run("erika", &["present", "proof", "--yes"]).exits(10).stderr;
    assert!(proof.contains("is no request (the file is a proof"), "{proof}");
    assert!(!proof.contains("--allow-unsigned"), "{proof}");
}
