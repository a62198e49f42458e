//! Sealed answers: a platform asks for one, the holder sees it, and nobody else can read what comes.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Run, Story, lab};

/// Harbor has asked for a sealed answer with `sealed.request`, and Erika has given it: `sealed.answer`.
fn story(key: &str) -> Story {
    let story = Story::issued(key);
    let ask = ["request", "--type", "accredited-individual", "--claim", "regime", "--sealed"];
    let run = story.run("harbor", &[&ask[..], &["--out", "sealed.request"]].concat()).exits(0);
    assert!(run.stderr.contains("sealed to your key"), "{run:?}");
    story.ok("erika", &["present", "sealed.request", "--yes", "--out", "sealed.answer"]);
    story
}

fn verify(story: &Story, home: &str, more: &[&str]) -> Run {
    let args = ["verify", "sealed.answer", "--request", "sealed.request", "--trust", &story.acme];
    story.run(home, &[&args, more].concat())
}

#[test]
fn a_sealed_answer_is_for_who_asked() {
    for key in ["ed25519", "p256"] {
        let story = story(key);
        let harbor = story.ok("harbor", &["id"]);
        story.ok("erika", &["trust", "pin", &harbor, "--verifier", "--name", "Harbor Exchange"]);
        let run = story.run("erika", &["explain", "sealed.request"]).exits(0);
        assert!(run.stdout.contains("nobody but Harbor Exchange can read your answer"), "{run:?}");
        assert_eq!(story.json("erika", &["explain", "sealed.request"])["sealed"], true);
        let present = ["present", "sealed.request", "--yes", "--out", "sealed.answer"];
        let run = story.run("erika", &present).exits(0);
        assert!(run.stderr.contains("It is sealed to Harbor Exchange."), "{run:?}");
        assert_eq!(story.json("erika", &present)["sealed"], true);
        assert_eq!(story.text("sealed.answer").trim().split('.').count(), 5);

        let run = verify(&story, "harbor", &["--dry-run"]).exits(0);
        assert!(run.stdout.starts_with("ACCEPTED") && run.stdout.contains("us-501a"), "{run:?}");
        assert!(!run.stderr.contains("came in plain"), "{run:?}");
        let own = story.run("harbor", &["verify", "sealed.answer", "--trust", &story.acme]);
        assert!(own.exits(0).stdout.starts_with("ACCEPTED"));
        for home in ["acme", "erika"] {
            let run = verify(&story, home, &[]).refuses("sealed to another key");
            assert!(run.stderr.contains("Verify it in the home that asked"), "{run:?}");
        }
        let run = verify(&story, "nobody", &["--json"]).exits(10);
        assert_eq!(run.json()["error"]["code"], "no-wallet");
        assert!(run.stderr.contains("no wallet here to open it with"), "{run:?}");
    }
}

#[test]
fn only_a_sealed_answer_unlocks_the_wallet() {
    let story = story("ed25519");
    story.ask("harbor", "accredited-individual", &["method"], "request");
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let bare = |args: &[&str]| {
        let args = [&["--home", "harbor", "verify"], args, &["--trust", &story.acme]].concat();
        story.bare(&args, &[], None)
    };
    bare(&["answer", "--dry-run"]).exits(0);
    let locked = |run: Run| assert!(run.stderr.contains("a secret is needed"), "{run:?}");
    locked(bare(&["sealed.answer"]).exits(2));
    fs::create_dir(story.path("answers")).unwrap();
    for name in ["answer", "sealed.answer"] {
        fs::copy(story.path(name), story.path("answers").join(name)).unwrap();
    }
    // A passphrase that is missing or wrong says nothing of the answers.
    locked(bare(&["answers"]).exits(2));
    let of_folder = |home: &str| {
        let args = ["verify", "answers", "--trust", &story.acme, "--request"];
        fs::create_dir_all(story.path("asked")).unwrap();
        fs::copy(story.path("request"), story.path("asked/request")).unwrap();
        fs::copy(story.path("sealed.request"), story.path("asked/sealed")).unwrap();
        story.run(home, &[&args[..], &["asked", "--json"]].concat())
    };
    assert_eq!(of_folder("harbor").exits(0).json()["counts"]["accepted"], 2);
    // Another home, and none at all, decide what they can read.
    for home in ["acme", "nobody"] {
        let counts = of_folder(home).exits(10).json()["counts"].clone();
        assert_eq!((&counts["accepted"], &counts["refused"]), (&json!(1), &json!(1)), "{home}");
    }
}

#[test]
fn an_answer_in_plain_counts_all_the_same() {
    let story = story("ed25519");
    let request = story.text("sealed.request");
    let token = story.text("investor.credential");
    story.write("sealed.answer", lab::answer(&story, "erika", &request, &token, lab::now()));
    let run = verify(&story, "harbor", &[]).exits(0);
    assert!(run.stderr.contains("Note: it came in plain"), "{run:?}");
}

#[test]
fn what_is_sealed_is_verified_as_ever() {
    let story = story("ed25519");
    story.ask("harbor", "accredited-individual", &["regime"], "other.request");
    let args = ["verify", "sealed.answer", "--request", "other.request", "--trust", &story.acme];
    assert!(story.run("harbor", &args).exits(10).stdout.starts_with("REFUSED"));
    let seal = |content: &[u8], kind| {
        let key = lab::key_of(&story.ok("harbor", &["id"]));
        bonafide::sealed::seal(content, kind, &key).unwrap()
    };
    use bonafide::sealed::Kind::{Credentials, Presentation};
    for content in [&b"hello"[..], b"\xff\xfe", b""] {
        story.write("sealed.answer", seal(content, Presentation));
        verify(&story, "harbor", &[]).exits(10);
    }
    story.write("sealed.answer", seal(b"hello", Credentials));
    let run = verify(&story, "harbor", &[]).refuses("holds credentials, sealed to their holder");
    assert!(run.stderr.contains("bonafide add"), "{run:?}");
}

#[test]
fn an_issuer_takes_a_sealed_identity() {
    let story = Story::issued("ed25519");
    let ask = ["request", "--type", "kyc-identity", "--claim", "family_name", "--sealed"];
    story.ok("acme", &[&ask[..], &["--out", "who.request"]].concat());
    story.ok("erika", &["present", "who.request", "--yes", "--out", "who.answer"]);
    let more = ["--identity", "who.answer"];
    story.ok("acme", &story.issue("accredited-individual", "investor.json", &more));
}

/// What the request says, signed by nobody.
fn unsigned(story: &Story) -> Value {
    let request = story.text("sealed.request");
    let payload = request.split('.').nth(1).unwrap();
    let payload = bonafide::encoding::base64url::decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[test]
fn nobody_vouches_for_the_key_of_an_unsigned_request() {
    let story = story("ed25519");
    story.write("shop.request", unsigned(&story).to_string());
    let present = ["present", "shop.request", "--allow-unsigned", "--yes", "--json"];
    let run = story.run("erika", &present).exits(10);
    assert_eq!(run.json()["error"]["code"], "seal-key-refused");
    assert!(run.stderr.contains("nobody signed the request"), "{run:?}");
}
