//! The DID on the web that an issuer's home issues as: made, rotated, witnessed, ended, shown.

use serde_json::Value;

use crate::support::{Run, Story};

/// Acme with a folder `web` for what it publishes.
fn begun() -> Story {
    let story = Story::begun("ed25519");
    std::fs::create_dir(story.path("web")).unwrap();
    story
}

fn did(story: &Story, args: &[&str]) -> Run {
    story.run("acme", &[&["did"], args].concat())
}

/// Acme's did:webvh.
fn made() -> (Story, String) {
    let story = begun();
    let made = did(&story, &["create", "--webvh", "kyc.example/issuer", "--out", "web"]).exits(0);
    let name = made.stdout.trim().to_owned();
    assert!(name.starts_with("did:webvh:Qm") && name.ends_with(":kyc.example:issuer"), "{name}");
    let place = "https://kyc.example/issuer/did.jsonl";
    assert!(made.stderr.contains(&format!("Publish web/did.jsonl as {place}")), "{made:?}");
    (story, name)
}

fn rotate(story: &Story, more: &[&str]) -> Run {
    did(story, &[&["rotate", "--out", "web"], more].concat())
}

fn shown(story: &Story, more: &[&str]) -> Value {
    let run = story.run("acme", &[&["did", "show", "--json"], more].concat());
    run.exits(0).json()
}

fn keys(shown: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let keys = shown["keys"].as_array().unwrap().iter();
    keys.map(|key| (text(&key["key"]), text(&key["state"]))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
}

/// The parts of the JWT in a file.
fn part(story: &Story, file: &str, n: usize) -> Value {
    let text = story.text(file);
    let part = text.trim().split('~').next().unwrap().split('.').nth(n).unwrap();
    let bytes = bonafide::encoding::base64url::decode(part).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn a_home_issues_as_its_did() {
    let (story, name) = made();
    let nonce = story.ok("acme", &["nonce"]);
    story.ok("erika", &["id", "--prove", &name, "--nonce", &nonce, "--out", "proof"]);
    story.ok("acme", &["status", "set-url", "https://kyc.example/status"]);
    let issue = |out: &str| {
        let args = ["issue", "kyc-identity", "--claims", "id.json", "--holder", "proof"];
        let more = ["--nonce", &nonce, "--plain", "--out", out];
        story.ok("acme", &[&args[..], &more].concat());
        assert_eq!(part(&story, out, 1)["iss"], name.as_str());
        part(&story, out, 0)["kid"].as_str().unwrap().to_owned()
    };
    assert_eq!(issue("one"), format!("{name}#key-1"));
    rotate(&story, &[]).exits(0);
    assert_eq!(issue("two"), format!("{name}#key-2"));
    std::fs::create_dir(story.path("lists")).unwrap();
    story.ok("acme", &["status", "publish", "--out-dir", "lists"]);
    assert_eq!(part(&story, "lists/1", 0)["kid"], format!("{name}#key-2"));
    // A proof for the home's own identity is none for the DID.
    let other = ["issue", "kyc-identity", "--claims", "id.json", "--holder", "old", "--plain"];
    story.ok("erika", &["id", "--prove", &story.acme, "--nonce", &nonce, "--out", "old"]);
    story.run("acme", &other).refuses("bonafide id --prove did:webvh:");
    // The log keeps being signed by the home itself.
    story.ok("acme", &["log", "verify"]);
    assert_eq!(story.ok("acme", &["id"]), name);
    assert!(story.run("acme", &["id"]).exits(0).stderr.contains(&story.acme));
    assert!(story.ok("acme", &[]).contains(&name));
    rotate(&story, &["--key", "p256"]).exits(0);
    assert_eq!(issue("three"), format!("{name}#key-3"));
    assert_eq!(part(&story, "three", 0)["alg"], "ES256");
}

#[test]
fn keys_follow_one_another() {
    let (story, name) = made();
    rotate(&story, &[]).exits(0);
    let run = rotate(&story, &[]).exits(0);
    assert!(run.stderr.contains("key-3 signs from now on"), "{run:?}");
    let now = shown(&story, &["--at", "2100-01-01"]);
    let retired = [("key-1", "retired"), ("key-2", "retired"), ("key-3", "in use")];
    assert_eq!(keys(&now), pairs(&retired));
    assert_eq!((&now["did"], now["versions"].as_array().unwrap().len()), (&Value::from(name), 3));
    assert_eq!(keys(&shown(&story, &["--at", "2001-01-01"])), pairs(&[]));
    // The file that is published says the same, to anybody.
    let published =
        story.run("erika", &["did", "show", "web/did.jsonl", "--at", "2100-01-01", "--json"]);
    assert_eq!(published.exits(0).json(), now);
    // One that was retired turns out to have been stolen: the key in use stays.
    let run = rotate(&story, &["--compromised", "key-1"]).exits(0);
    assert!(run.stderr.contains("key-1 counts for nothing any more"), "{run:?}");
    let stolen = [("key-1", "compromised"), ("key-2", "retired"), ("key-3", "in use")];
    assert_eq!(keys(&shown(&story, &["--at", "2100-01-01"])), pairs(&stolen));
    rotate(&story, &["--compromised", "key-1"]).refuses("declared stolen before");
    rotate(&story, &["--compromised", "key-9"]).refuses("has no key key-9");
    // The one in use is stolen: it gets a successor.
    let run = rotate(&story, &["--compromised", "3"]).exits(0);
    assert!(run.stderr.contains("key-4 signs from now on"), "{run:?}");
    let stolen = [
        ("key-1", "compromised"),
        ("key-2", "retired"),
        ("key-3", "compromised"),
        ("key-4", "in use"),
    ];
    let mut found = keys(&shown(&story, &["--at", "2100-01-01"]));
    found.sort();
    assert_eq!(found, pairs(&stolen));
}

#[test]
fn a_did_web_is_one_file() {
    let story = begun();
    let run =
        did(&story, &["create", "--web", "kyc.example", "--key", "p256", "--out", "web"]).exits(0);
    assert_eq!(run.stdout.trim(), "did:web:kyc.example");
    assert!(run.stderr.contains("as https://kyc.example/.well-known/did.json"), "{run:?}");
    // Nothing but the document tells which keys there were: those that are retired stay, each with its end.
    rotate(&story, &[]).exits(0);
    let later = ["--at", "2100-01-01"];
    assert_eq!(keys(&shown(&story, &later)), pairs(&[("key-1", "retired"), ("key-2", "in use")]));
    let document = || -> Value { serde_json::from_str(&story.text("web/did.json")).unwrap() };
    let retired = document()["verificationMethod"][0].clone();
    assert_eq!(retired["id"], "did:web:kyc.example#key-1");
    assert!(retired["expires"].is_string(), "{retired}");
    rotate(&story, &["--compromised", "key-2"]).exits(0);
    let states = [("key-1", "retired"), ("key-2", "compromised"), ("key-3", "in use")];
    assert_eq!(keys(&shown(&story, &later)), pairs(&states));
    assert_eq!(document()["verificationMethod"][0], retired);
    let listed = ["did:web:kyc.example#key-1", "did:web:kyc.example#key-3"];
    assert_eq!(document()["assertionMethod"], serde_json::json!(listed));
    // A retired one that turns out to be stolen takes nothing from the one in use.
    rotate(&story, &["--compromised", "key-1"]).exits(0);
    let states = [("key-1", "compromised"), ("key-2", "compromised"), ("key-3", "in use")];
    assert_eq!(keys(&shown(&story, &later)), pairs(&states));
    did(&story, &["witness", "set", "--out", "web"]).refuses("did:web has no witnesses");
    let done = did(&story, &["show"]).exits(0);
    assert!(!done.stderr.contains("nothing more is issued"), "{done:?}");
    did(&story, &["deactivate", "--yes", "--out", "web"]).exits(0);
    let done = did(&story, &["show"]).exits(0);
    assert!(done.stderr.contains("All its keys are retired or stolen"), "{done:?}");
    did(&story, &["create", "--web", "b.example", "--out", "web"]).refuses("which has ended");
    let states = [("key-1", "compromised"), ("key-2", "compromised"), ("key-3", "retired")];
    assert_eq!(keys(&shown(&story, &later)), pairs(&states));
    rotate(&story, &[]).refuses("did:web:kyc.example was deactivated");
    // Whoever has its last key signs on: that it was stolen can still be said, and makes no new key.
    rotate(&story, &["--compromised", "key-3"]).exits(0);
    let states = ["key-1", "key-2", "key-3"].map(|key| (key, "compromised"));
    assert_eq!(keys(&shown(&story, &later)), pairs(&states));
    assert_eq!(document()["assertionMethod"], serde_json::json!([]));
    rotate(&story, &[]).refuses("did:web:kyc.example was deactivated");
}

#[test]
fn witnesses_vouch_before_a_version_counts() {
    let (story, name) = made();
    let witness = |home: &str| story.ok(home, &["did", "witness", "id"]);
    let (erika, harbor) = (witness("erika"), witness("harbor"));
    let vouch = |home: &str, out: &str| {
        story.run(home, &["did", "witness", "vouch", "web/did.jsonl", "--out", out])
    };
    vouch("erika", "word").refuses("does not ask for your word");
    let set = ["witness", "set", &erika, &harbor, "--threshold", "2", "--out", "web"];
    let run = did(&story, &set).exits(0);
    assert!(
        run.stderr.contains("2 of 2 must vouch") && run.stderr.contains("Do not publish it yet"),
        "{run:?}"
    );
    rotate(&story, &[]).refuses("still waits for its witnesses");
    let doctor = story.run("acme", &["doctor"]);
    assert!(doctor.stdout.contains("waits for its witnesses"), "{doctor:?}");
    vouch("erika", "one").exits(0);
    let run = did(&story, &["witness", "take", "one", "--out", "web"]).exits(0);
    assert!(run.stderr.contains("more words are needed"), "{run:?}");
    vouch("harbor", "two").exits(0);
    let run = did(&story, &["witness", "take", "two", "--out", "web", "--json"]).exits(0);
    assert_eq!(
        (&run.json()["pending"], &run.json()["did"]),
        (&Value::from(false), &Value::from(name))
    );
    rotate(&story, &[]).exits(0);
    // Until it is witnessed, the version before counts, and its key issues.
    let later = ["--at", "2100-01-01", "--json"];
    let show = ["did", "show", "web/did.jsonl", "--witness-file", "web/did-witness.json"];
    let show = [&show[..], &later].concat();
    let told = story.run("erika", &show).exits(0).json();
    assert!(told["cut"].as_str().unwrap().contains("too few witnesses"), "{told}");
    assert_eq!(keys(&told), pairs(&[("key-1", "in use")]));
    for (home, word) in [("erika", "three"), ("harbor", "four")] {
        vouch(home, word).exits(0);
    }
    did(&story, &["witness", "take", "three", "four", "--out", "web"]).exits(0);
    let told = story.run("erika", &show).exits(0).json();
    assert_eq!((&told["cut"], told["versions"].as_array().unwrap().len()), (&Value::Null, 3));
    story.write("bad", "{}");
    did(&story, &["witness", "take", "bad", "--out", "web"]).exits(10);
    let three = ["witness", "set", &erika, "--threshold", "3", "--out", "web"];
    let run = did(&story, &three).exits(2);
    assert!(run.stderr.contains("3 of 1"), "{run:?}");
    // Nothing is signed with a key that the waiting version declares stolen: nobody would believe it for long.
    rotate(&story, &["--compromised", "key-2"]).exits(0);
    let issue = story.issue("kyc-identity", "id.json", &["--out", "none.credential"]);
    story.run("acme", &issue).refuses("declares a key stolen still waits");
    for (home, word) in [("erika", "five"), ("harbor", "six")] {
        vouch(home, word).exits(0);
    }
    did(&story, &["witness", "take", "five", "six", "--out", "web"]).exits(0);
    // A home that takes the DID back takes all of it: without the words of witnesses, the key of before would sign.
    std::fs::create_dir(story.path("again")).unwrap();
    std::fs::copy(story.path("acme/wallet.bonafide"), story.path("again/wallet.bonafide")).unwrap();
    let adopt = |more: &[&str]| {
        story.run("again", &[&["did", "adopt", "web/did.jsonl"][..], more].concat())
    };
    adopt(&[]).refuses("--witness-file").refuses("too few witnesses");
    story.write("none", "[]");
    adopt(&["--witness-file", "none"]).refuses("too few witnesses");
    assert!(!story.exists("again/did"));
    adopt(&["--witness-file", "web/did-witness.json"]).exits(0);
}

#[test]
fn after_the_end_nothing_is_issued() {
    let (story, _) = made();
    did(&story, &["deactivate", "--out", "web"]).exits(10);
    did(&story, &["deactivate", "--yes", "--out", "web"]).exits(0);
    let told = shown(&story, &["--at", "2100-01-01"]);
    assert_eq!(told["versions"][1]["says"], "deactivated");
    assert_eq!(keys(&told), pairs(&[("key-1", "retired")]));
    for refused in [
        rotate(&story, &[]),
        did(&story, &["deactivate", "--yes", "--out", "web"]),
        story.run("acme", &story.issue("kyc-identity", "id.json", &[])),
    ] {
        refused.refuses("was deactivated");
    }
    let doctor = story.run("acme", &["doctor"]);
    assert!(doctor.stdout.contains(" was deactivated"), "{doctor:?}");
    assert_eq!(story.run("acme", &["--json"]).exits(0).json()["issues_as"], Value::Null);
}

#[test]
fn one_did_a_home_and_only_where_it_can_be_published() {
    let story = begun();
    did(&story, &["rotate", "--out", "web"]).refuses("there is no DID on the web");
    for place in ["127.0.0.1", "localhost", "kyc.example/..", "a_b.example", "kyc.example:0", ""] {
        let run = did(&story, &["create", "--webvh", place, "--out", "web"]);
        assert!(run.stderr.contains("Give a public host"), "{place}: {run:?}");
        run.exits(10);
    }
    did(&story, &["create", "--web", "kyc.example/%2e%2e/a b", "--out", "none"]).exits(1);
    assert!(!story.exists("acme/did"));
    did(&story, &["create", "--web", "kyc.example", "--out", "web"]).exits(0);
    let again = did(&story, &["create", "--webvh", "kyc.example", "--out", "web"]);
    again.refuses("issues as did:web:kyc.example already");
    // The files of another wallet's DID.
    std::fs::create_dir_all(story.path("harbor/did")).unwrap();
    story.write("harbor/did/did.json", story.bytes("acme/did/did.json"));
    let issue = story.issue("kyc-identity", "id.json", &[]);
    story.run("harbor", &issue).refuses("holds no key of did:web:kyc.example");
    story.write("harbor/did/did.json", "{}");
    story.run("harbor", &issue).refuses("names no DID");
}

#[test]
fn a_damaged_log_is_shown_for_what_it_is() {
    let (story, _) = made();
    rotate(&story, &[]).exits(0);
    let log = story.text("web/did.jsonl");
    let lines: Vec<&str> = log.lines().collect();
    story.write("cut", format!("{}\n{}\n", lines[0], lines[1].replace("key-2", "key-7")));
    let run = story.run("erika", &["did", "show", "cut"]).exits(0);
    assert!(
        run.stderr.contains("The log breaks off: entry 2 of the log: its hash is another"),
        "{run:?}"
    );
    story.write("bad", lines[0].replace("key-1", "key-7"));
    story.run("erika", &["did", "show", "bad"]).refuses("entry 1 of the log");
    story.run("erika", &["did", "show", "id.json"]).refuses("names no DID");
    story.run("erika", &["did", "show", "did:web:kyc.example"]).refuses("Give the file");
    assert!(story.ok("erika", &["did", "show", &story.erika]).contains(&story.erika));
}

/// The home is lost; its wallet and what is published bring the DID back.
#[test]
fn a_lost_home_takes_its_did_back() {
    let (story, name) = made();
    rotate(&story, &[]).exits(0);
    std::fs::copy(story.path("web/did.jsonl"), story.path("old.jsonl")).unwrap();
    let of = |home: &str, args: &[&str]| story.run(home, &[&["did"], args].concat());
    let adopt = |home: &str, file: &str| of(home, &["adopt", file]);
    std::fs::create_dir(story.path("again")).unwrap();
    for entry in std::fs::read_dir(story.path("acme")).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), story.path("again").join(entry.file_name())).unwrap();
        }
    }
    of("again", &["show"]).exits(10);
    let run = adopt("again", "web/did.jsonl").exits(0);
    assert_eq!(run.stdout.trim(), name);
    assert!(run.stderr.contains("It has no records of what was issued before"), "{run:?}");
    of("again", &["rotate", "--out", "web"]).exits(0);
    // The first home goes on from the longer log, and not back to the shorter one.
    adopt("acme", "web/did.jsonl").exits(0);
    adopt("acme", "old.jsonl").refuses("does not go on from");
    assert_eq!(keys(&shown(&story, &["--at", "2100-01-01"])).len(), 3);
    // Another wallet holds none of its keys; a home with a DID keeps that.
    adopt("erika", "web/did.jsonl").refuses("holds no key of");
    assert!(!story.exists("erika/did"));
    std::fs::create_dir(story.path("site")).unwrap();
    of("erika", &["create", "--web", "erika.example", "--out", "site"]).exits(0);
    adopt("erika", "web/did.jsonl").refuses("issues as did:web:erika.example already");
    std::fs::remove_dir_all(story.path("erika/did")).unwrap();
    assert_eq!(adopt("erika", "site/did.json").exits(0).stdout.trim(), "did:web:erika.example");
}
