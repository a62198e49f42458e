//! What a holder's wallet does not answer (ATTACKS 22a).

use serde_json::json;

use crate::support::lab::{self, Credential};
use crate::support::{Run, Story};

/// Presents, which must be refused; no answer is written.
#[track_caller]
fn refused(story: &Story, request: &str, more: &[&str], because: &str) -> Run {
    let args = ["present", request, "--yes", "--out", "out"];
    let run = story.run("erika", &[&args, more].concat()).refuses(because);
    assert!(!story.exists("out"), "{run:?}");
    let args = ["explain", request];
    let explained = story.run("erika", &[&args, more].concat()).exits(10);
    assert!(explained.stderr.contains(because), "{explained:?}");
    run
}

fn ask_x(story: &Story, life: (bonafide::clock::Timestamp, i64)) -> String {
    lab::request(story, "harbor", life, "urn:x", &["a"])
}

/// Erika holds `urn:x` with the claims `a` and `b`.
fn with_x() -> Story {
    let story = Story::begun("ed25519");
    let token =
        Credential::new("urn:x", json!({"a": 1, "b": 2})).issue(&story, "acme", &story.erika);
    story.write("x", token);
    story.ok("erika", &["add", "x"]);
    story
}

#[test]
fn an_expired_request_is_not_answered() {
    let story = with_x();
    story.write("request", ask_x(&story, (lab::now().plus(-7200), 3600)));
    let run = refused(&story, "request", &[], "the request ended at");
    assert!(run.stderr.contains("Ask the platform for a new request"), "{run:?}");
}

#[test]
fn a_request_that_nobody_signed_is_answered_only_when_said_so() {
    let story = with_x();
    let (now, later) = (lab::now().unix(), lab::now().plus(600).unix());
    let unsigned = json!({"client_id": "https://harbor.example", "response_type": "vp_token",
        "nonce": "n".repeat(22), "iat": now, "exp": later, "dcql_query": {"credentials": [{"id": "q",
        "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:x"]}, "claims": [{"path": ["a"]}]}]}});
    story.write("request", unsigned.to_string());
    let run = refused(&story, "request", &[], "nobody vouches for this request");
    assert!(run.stderr.contains("--allow-unsigned"), "{run:?}");
    let args = ["present", "request", "--allow-unsigned", "--yes"];
    let run = story.run("erika", &args).exits(0);
    assert!(run.stderr.contains("Warning: nobody signed") && run.stderr.contains("NOT signed"));
    let names_a_did = format!("decentralized_identifier:{}", story.acme);
    story.write("request", unsigned.to_string().replace("https://harbor.example", &names_a_did));
    let run = story.run("erika", &args);
    assert!(run.exit == 10 || run.stderr.contains("NOT signed"), "{run:?}");
    let verify = ["verify", "answer", "--request", "request"];
    story.write("answer", "x");
    story.run("harbor", &verify).refuses("nobody vouches");
}

#[test]
fn a_wrongly_signed_request_is_not_answered_even_when_unsigned_ones_are() {
    let story = with_x();
    let good = ask_x(&story, (lab::now(), 600));
    let parts: Vec<&str> = good.split('.').collect();
    let acme = lab::request(&story, "acme", (lab::now(), 600), "urn:x", &["a", "b"]);
    let theirs: Vec<&str> = acme.split('.').collect();
    let mixed = [
        [parts[0], theirs[1], parts[2]],
        [parts[0], parts[1], theirs[2]],
        [theirs[0], parts[1], parts[2]],
        [parts[0], parts[1], ""],
    ];
    for parts in mixed {
        story.write("request", parts.join("."));
        for more in [&[][..], &["--allow-unsigned"]] {
            refused(&story, "request", more, "bonafide: ");
        }
    }
}

#[test]
fn nothing_that_matches_says_what_is_missing() {
    let story = with_x();
    let life = (lab::now(), 600);
    story.write("request", lab::request(&story, "harbor", life, "urn:x", &["a", "c", "d"]));
    let run = refused(&story, "request", &[], "no credential in this wallet answers");
    assert!(run.stderr.contains("Credential 1: does not say c, d"), "{run:?}");
    story.write("request", lab::request(&story, "harbor", life, "urn:y", &["a"]));
    let run = refused(&story, "request", &[], "no credential in this wallet answers");
    assert!(!run.stderr.contains("Credential 1"), "{run:?}");
    story.write("request", ask_x(&story, life));
    refused(&story, "request", &["--credential", "9"], "there is no credential 9");
    story.ok("erika", &["present", "request", "--yes", "--credential", "1"]);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let story = with_x();
    story.write("request", ask_x(&story, (lab::now(), 600)));
    let run = story.run("erika", &["present", "request", "--out", "out"]);
    run.refuses("there is no terminal to ask at").refuses("Leaves:").refuses("--yes");
    let fixed = ["--home", "erika", "--passphrase-file", "pw"];
    let args = [&fixed[..], &["present", "request", "--out", "out"]].concat();
    story.bare(&args, &[], Some(b"y\nyes\n")).refuses("no terminal");
    assert!(!story.exists("out"));
    let forget = [&fixed[..], &["forget", "1"]].concat();
    story.bare(&forget, &[], Some(b"y\n")).refuses("no terminal");
    assert_eq!(story.json("erika", &["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn names_of_askers_come_from_the_pins_alone() {
    let story = with_x();
    story.write("request", ask_x(&story, (lab::now(), 600)));
    let asker = || story.ok("erika", &["explain", "request"]).lines().next().unwrap().to_owned();
    assert!(asker().contains("you have not given it a name"), "{}", asker());
    let harbor = story.ok("harbor", &["id"]);
    story.ok("erika", &["trust", "pin", &harbor, "--name", "Harbor", "--verifier"]);
    assert!(asker().starts_with("Harbor (did:key:"), "{}", asker());
}
