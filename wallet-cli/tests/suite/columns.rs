//! One key for each platform: which one answers, what is said of it, and what to do when none is left.

use std::ops::Deref;
use std::thread;

use serde_json::{Value, json};

use crate::support::{Run, Story, lab};

/// Erika has both credentials under so many keys; `summit` and `third` are platforms like `harbor`. Each has
/// written `NAME.request`.
struct Columns(Story);

impl Deref for Columns {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.0
    }
}

impl Columns {
    fn new(keys: &str) -> Self {
        let story = Story::begun("ed25519");
        let prove = ["id", "--columns", keys, "--prove", &story.acme, "--nonce", &story.nonce];
        story.ok("erika", &[&prove[..], &["--out", "proof"]].concat());
        let columns = Self(story);
        columns.issue_and_add("proof", keys);
        for home in ["summit", "third"] {
            columns.init(home, "ed25519");
        }
        for home in ["harbor", "summit", "third"] {
            columns.ask(home, "accredited-individual", &["regime"], &format!("{home}.request"));
        }
        columns
    }

    fn issue_and_add(&self, proof: &str, keys: &str) {
        let more = ["--holder", proof, "--keys", keys];
        let id = ["issue", "kyc-identity", "--claims", "id.json", "--out", "new"];
        self.ok("acme", &[&id[..], &more].concat());
        self.ok("erika", &["add", "new"]);
        let kind = ["issue", "accredited-individual", "--claims", "investor.json", "--out", "new"];
        let known = ["--identified-here", "case-7"];
        self.ok("acme", &[&kind[..], &more, &known].concat());
        self.ok("erika", &["add", "new"]);
    }

    fn present(&self, home: &str, more: &[&str]) -> Run {
        let (request, answer) = (format!("{home}.request"), format!("{home}.answer"));
        let run = self
            .run("erika", &[&["present", &request, "--yes", "--out", &answer][..], more].concat());
        assert_eq!(self.exists(&answer), run.exit == 0, "{run:?}");
        run
    }

    /// The key that a platform saw in an answer that it accepts.
    fn seen_by(&self, home: &str) -> String {
        let (request, answer) = (format!("{home}.request"), format!("{home}.answer"));
        let verify = ["verify", &answer, "--request", &request, "--trust", &self.acme];
        let verdict = self.json(home, &[&verify[..], &["--dry-run"]].concat());
        verdict["credentials"][0]["holder_key"].as_str().unwrap().to_owned()
    }

    fn keys(&self) -> Vec<Value> {
        self.json("erika", &["keys", "list"]).as_array().unwrap().clone()
    }
}

#[test]
fn every_platform_sees_a_key_of_its_own_and_none_takes_anothers() {
    let story = Columns::new("2");
    let run = story.present("harbor", &[]).exits(0);
    assert!(run.stderr.contains("by key 1, which is for it alone from now on"), "{run:?}");
    assert!(!run.stderr.contains("last free key"), "{run:?}");
    let run = story.present("summit", &[]).exits(0);
    assert!(run.stderr.contains("by key 2") && run.stderr.contains("last free key"), "{run:?}");
    assert_ne!(story.seen_by("harbor"), story.seen_by("summit"));
    std::fs::remove_file(story.path("harbor.answer")).unwrap();
    let run = story.present("harbor", &[]).exits(0);
    assert!(run.stderr.contains("knows you by key 1, which is used only here"), "{run:?}");

    let run = story.present("third", &[]);
    let run = run.refuses("no key is free for this platform: key 1");
    assert!(run.stderr.contains("can tell that you are the same person"), "{run:?}");
    assert!(run.stderr.contains("--refill") && run.stderr.contains("--reuse-key"), "{run:?}");
    let run = story.present("third", &["--json"]).exits(10);
    assert_eq!(run.json()["error"]["code"], "no-free-key");
    let run = story.run("erika", &["explain", "third.request"]).exits(0);
    assert!(run.stdout.contains("No key is free for it."), "{run:?}");
    let wallet = story.wallet("erika");
    let run = story.present("third", &["--reuse-key", "--json"]).exits(0);
    assert!(run.stderr.contains("Linkable: key 1 has answered did:key:"), "{run:?}");
    let (told, harbor) = (run.json(), story.ok("harbor", &["id"]));
    assert_eq!((&told["linkable"], &told["key"]), (&json!("shared"), &json!(1)));
    assert_eq!(told["shared_with"], json!([harbor]));
    assert_eq!(story.seen_by("third"), story.seen_by("harbor"));
    assert!(story.wallet("erika") != wallet);
    let run = story.run("erika", &["keys", "list"]).exits(0);
    assert!(run.stdout.contains("shared by did:key:"), "{run:?}");
}

/// Where it cannot be written, nothing is done that it would have told of.
#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_done() {
    let story = Columns::new("2");
    let (keys, wallet) = (story.keys(), story.wallet("erika"));
    let present = ["present", "harbor.request", "--yes", "--out", "none/answer"];
    let run = story.run("erika", &present).exits(1);
    assert!(run.stderr.contains("there is no folder none"), "{run:?}");
    assert!(story.keys() == keys && story.wallet("erika") == wallet);
    let before = story.files().len();
    let request = ["request", "--type", "kyc-identity", "--claim", "given_name", "--out", "none/r"];
    story.run("harbor", &request).exits(1);
    assert_eq!(story.files().len(), before, "no request is kept that nobody has");
}

/// Where the answer is lost, the key still counts as seen.
#[test]
fn who_sees_a_key_is_noted_before_the_answer_leaves() {
    let story = Columns::new("2");
    // A name that no disk takes: that shows only when the answer is written.
    let answer = "a".repeat(300);
    let present = ["present", "harbor.request", "--yes", "--out", &answer];
    story.run("erika", &present).exits(1);
    let harbor = story.ok("harbor", &["id"]);
    assert_eq!(story.keys()[0]["seen_by"][0]["verifier"], harbor);
    let explained = story.json("erika", &["explain", "summit.request"]);
    assert_eq!((&explained["key"], &explained["linkable"]), (&json!(2), &json!("new")));
}

#[test]
fn looking_takes_no_key() {
    let story = Columns::new("1");
    let before = story.wallet("erika");
    story.ok("erika", &["explain", "harbor.request"]);
    story.run("erika", &["present", "harbor.request"]).refuses("no terminal");
    assert!(story.wallet("erika") == before);
}

#[test]
fn a_refill_brings_keys_for_more_platforms() {
    let story = Columns::new("1");
    story.present("harbor", &[]).exits(0);
    let refill = ["present", "summit.request", "--refill", "--columns", "2", "--out", "more"];
    let told = story.json("erika", &refill);
    assert_eq!((&told["issuer"], &told["keys"]), (&json!(story.acme), &json!([2, 3])));
    // Asked again, the keys that hold nothing yet serve.
    let run = story.run("erika", &refill).exits(0);
    assert!(run.stderr.contains("Investor status, KYC identity."), "{run:?}");
    assert!(!story.exists("summit.answer"));
    assert_eq!(story.keys().len(), 3);
    // Keys without credentials are no way out.
    story.present("summit", &[]).refuses("no key is free");
    story.issue_and_add("more", "2");
    story.present("summit", &[]).exits(0);
    story.present("third", &[]).exits(0);
    let seen = ["harbor", "summit", "third"].map(|home| story.seen_by(home));
    assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != seen[2]);
    let list = story.ok("erika", &["list"]);
    assert!(list.contains("  key 3  ends in"), "{list}");
    for more in [&["--refill", "--reuse-key"][..], &["--refill", "--yes"], &["--columns", "2"]] {
        story.run("erika", &[&["present", "harbor.request"], more].concat()).exits(2);
    }
    let short = ["present", "harbor.request", "--refill", "--nonce", "short"];
    story.run("erika", &short).exits(2);
}

#[test]
fn an_issuer_asking_for_its_own_credential_takes_no_key() {
    let story = Columns::new("1");
    story.ask("acme", "kyc-identity", &["family_name"], "acme.request");
    let run = story.present("acme", &[]).exits(0);
    assert!(run.stderr.contains("the key tells it nothing"), "{run:?}");
    assert_eq!(story.keys()[0]["seen_by"], json!([]));
    story.present("harbor", &[]).exits(0);
}

/// The identity shown under one key stands for the keys that were identified with it.
#[test]
fn an_identity_shown_serves_all_keys_identified_together() {
    let story = Columns::new("2");
    story.ask("acme", "kyc-identity", &["family_name"], "acme.request");
    story.present("acme", &[]).exits(0);
    let issue = ["issue", "accredited-individual", "--claims", "investor.json", "--out", "out"];
    let more = ["--holder", "proof", "--keys", "2", "--identity", "acme.answer", "--plain"];
    story.ok("acme", &[&issue[..], &more].concat());
    assert_eq!(story.text("out").lines().count(), 2);
    // Keys that were never identified with it do not.
    story
        .ok("erika", &["present", "harbor.request", "--refill", "--columns", "1", "--out", "more"]);
    let more = ["--holder", "more", "--identity", "acme.answer"];
    story.run("acme", &[&issue[..], &more].concat()).refuses("under another key");
}

#[test]
fn a_request_that_nobody_signed_takes_a_key_for_itself() {
    let story = Columns::new("2");
    let (now, later) = (lab::now().unix(), lab::now().plus(600).unix());
    let vct = "urn:bonafide:accredited-individual:1";
    let unsigned = json!({"client_id": "https://shop.example", "response_type": "vp_token",
        "nonce": "n".repeat(22), "iat": now, "exp": later, "dcql_query": {"credentials": [{"id": "q",
        "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": [{"path": ["regime"]}]}]}});
    story.write("shop.request", unsigned.to_string());
    let present = ["present", "shop.request", "--allow-unsigned", "--yes"];
    let run = story.run("erika", &present).exits(0);
    assert!(run.stderr.contains("nobody proved who asks, so key 1"), "{run:?}");
    let run = story.run("erika", &present).exits(0);
    assert!(run.stderr.contains("so key 2 is used for this answer alone"), "{run:?}");
    story.run("erika", &present).refuses("somebody who claimed to be https://shop.example");
    assert_eq!(story.keys()[1]["seen_by"][0]["unproven"], "https://shop.example");
}

/// Two answers at once: either two keys, or one answer.
#[test]
fn two_answers_at_once_do_not_share_a_key() {
    for (keys, answers) in [("2", 2), ("1", 1)] {
        let story = Columns::new(keys);
        let runs = thread::scope(|scope| {
            let present = |home| {
                let story = &story;
                scope.spawn(move || story.present(home, &[]))
            };
            [present("harbor"), present("summit")].map(|run| run.join().unwrap())
        });
        let done = runs.iter().filter(|run| run.exit == 0).count();
        assert_eq!(done, answers, "{runs:?}");
        let seen: Vec<_> = story.keys().iter().map(|key| key["seen_by"].clone()).collect();
        assert!(seen.iter().all(|seen| seen.as_array().unwrap().len() == 1), "{seen:?}");
        if answers == 2 {
            assert_ne!(story.seen_by("harbor"), story.seen_by("summit"));
        } else {
            runs.into_iter().find(|run| run.exit != 0).unwrap().refuses("no key is free");
        }
    }
}

#[test]
fn new_keys_are_listed_and_proved() {
    let story = Columns::new("1");
    let run = story.run("erika", &["keys", "new", "--count", "2", "--algorithm", "p256"]).exits(0);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("did:key:zDn")).count(), 2);
    assert!(run.stderr.contains("id --columns 3"), "{run:?}");
    let keys = story.keys();
    let kinds: Vec<_> = keys.iter().map(|key| key["algorithm"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ed25519", "p256", "p256"]);
    assert_eq!((&keys[0]["credentials"], &keys[1]["credentials"]), (&json!([1, 2]), &json!([])));
    let (acme, nonce) = (story.acme.as_str(), story.ok("acme", &["nonce"]));
    let prove = ["id", "--prove", acme, "--nonce", &nonce];
    let run = story.run("erika", &[&prove[..], &["--columns", "3"]].concat()).exits(0);
    let proof: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(proof["proofs"]["jwt"].as_array().unwrap().len(), 3);
    let run = story.run("erika", &prove).exits(0);
    assert!(run.stderr.contains("--columns 3 proves all of them"), "{run:?}");
    for bad in ["0", "201", "x", "-1"] {
        story.run("erika", &[&prove[..], &["--columns", bad]].concat()).exits(2);
        story.run("erika", &["keys", "new", "--count", bad]).exits(2);
    }
    assert_eq!(story.keys().len(), 3);
}
