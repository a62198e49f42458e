//! Keys put away, lost or stolen: what they no more do, and what their issuers are told.

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::notice::{ExpectedNotice, Reason, UnverifiedNotice};
use serde_json::{Value, json};

use crate::support::{Story, lab};

fn key(story: &Story, n: usize) -> Value {
    story.json("erika", &["keys", "list"])[n - 1].clone()
}

#[test]
fn a_retired_key_stays_listed_and_answers_nobody() {
    let story = Story::answered("ed25519");
    story.run("erika", &["keys", "retire", "1", "--yes"]).refuses("last key");
    story.ok("erika", &["keys", "new"]);
    let run = story.run("erika", &["keys", "retire", "1"]).refuses("no terminal");
    assert!(run.stderr.contains("There is no way back"), "{run:?}");
    let run = story.run("erika", &["keys", "retire", &story.erika, "--yes"]).exits(0);
    assert!(run.stderr.contains("prints that of key 2 from now on"), "{run:?}");
    assert_ne!(story.ok("erika", &["id"]), story.erika);
    let retired = key(&story, 1);
    assert_eq!((&retired["state"], &retired["credentials"]), (&json!("retired"), &json!([1, 2])));
    assert!(story.ok("erika", &["list"]).contains("key 1 (retired)"));
    for more in [&[][..], &["--credential", "2"], &["--reuse-key"]] {
        let run = story.run("erika", &[&["present", "request", "--yes"], more].concat());
        run.refuses("bound to a key that you retired").refuses("--refill");
    }
    let run = story.run("erika", &["present", "request", "--yes", "--json"]).exits(10);
    assert_eq!(run.json()["error"]["code"], "key-retired");
    // What was answered before stays valid.
    story.run("harbor", &story.verify(&[])).exits(0);
    story.run("erika", &["keys", "retire", "1", "--yes"]).refuses("no more in use");
    story.run("erika", &["keys", "retire", "9", "--yes"]).refuses("there is no key 9");
    // The proof is of the key left; a request for more goes to the issuer of what is held.
    let prove = ["id", "--prove", &story.acme, "--nonce", &story.nonce, "--out", "new.proof"];
    story.ok("erika", &prove);
    story.ok("erika", &["present", "request", "--refill", "--columns", "1", "--out", "new.proof"]);
    let issue = ["issue", "kyc-identity", "--holder", "new.proof", "--claims", "id.json"];
    story.ok("acme", &[&issue[..], &["--out", "new.credential"]].concat());
    story.ok("erika", &["add", "new.credential"]);
    assert_eq!(key(&story, 2)["credentials"], json!([3]));
}

#[test]
fn a_stolen_key_is_marked_its_issuers_are_told_and_a_new_one_is_asked_for() {
    let story = Story::answered("ed25519");
    std::fs::create_dir(story.path("thief")).unwrap();
    let [own, stolen] = ["erika", "thief"].map(|home| story.path(home).join("wallet.bonafide"));
    std::fs::copy(own, stolen).unwrap();
    story.ok("erika", &["trust", "pin", &story.acme, "--name", "Acme Verify"]);
    let run = story.run("erika", &["keys", "compromised", "1", "--yes", "--since", "2026-11-01"]);
    let run = run.exits(0);
    assert!(run.stderr.contains("Platforms that know you by it: did:key:"), "{run:?}");
    for said in ["Tell Acme Verify (did:key:", "  1  KYC identity, ends in", "--out-dir DIR"] {
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
    let doctor = story.ok("erika", &["doctor"]);
    assert!(
        doctor.contains("key 1 is lost or stolen, and no notice was written for 2"),
        "{doctor}"
    );
    std::fs::create_dir(story.path("tell")).unwrap();
    let told = story.json(
        "erika",
        &["keys", "compromised", "1", "--yes", "--out-dir", "tell", "--reason", "key-lost"],
    );
    let expected = json!({"compromised": 1, "since": "2026-11-01T00:00:00Z", "issuers": [{"issuer": story.acme, "name": "Acme Verify",
        "credentials": [1, 2], "notice": "tell/key-1.issuer-1.notice",
        "reissue": "tell/key-1.issuer-1.reissue"}]});
    assert_eq!(told, expected);
    assert!(!story.ok("erika", &["doctor"]).contains("no notice"));
    assert_eq!(key(&story, 1)["since"], "2026-11-01T00:00:00Z");

    let notice = story.text("tell/key-1.issuer-1.notice");
    let issuer = Did::parse(&story.acme).unwrap();
    let expected = ExpectedNotice { issuer: &issuer, max_age: 86_400 };
    let read = UnverifiedNotice::parse(&notice).unwrap().verify(&expected, lab::now()).unwrap();
    assert_eq!((read.holder().as_str(), read.reason()), (story.erika.as_str(), Reason::Lost));
    assert_eq!(read.since(), Timestamp::parse("2026-11-01").unwrap());

    for more in [&[][..], &["--credential", "2"]] {
        let args = [&["present", "request", "--yes", "--json"], more].concat();
        let run = story.run("erika", &args).exits(10);
        assert_eq!(run.json()["error"]["code"], "key-compromised");
    }
    // The request is a proof of the new key, with the notice in it.
    let reissue: Value = serde_json::from_str(&story.text("tell/key-1.issuer-1.reissue")).unwrap();
    assert_eq!(reissue["notice"], notice.trim());
    let issue = ["issue", "accredited-individual", "--claims", "investor.json", "--out", "again"];
    // The desk knows whose key it was: nobody else gets a new one for it, and not without a second look.
    let holder = ["--holder", "tell/key-1.issuer-1.reissue"];
    for more in [
        &["--identified-here", "case-8"][..],
        &["--identified-here", "case-8", "--investor", &story.erika],
        &["--reidentified", "case-8", "--investor", "somebody else"],
    ] {
        let run = story.run("acme", &[&issue[..], &holder, more].concat());
        run.refuses("the notice is about a key of").refuses("--reidentified REF");
    }
    // Claims that do not say how sure it was count as the lowest: the identity comes first.
    let anew = ["--reidentified", "case-8", "--investor", &story.erika];
    let run = story.run("acme", &[&issue[..], &holder, &anew].concat());
    run.refuses("more surely the first time").refuses("Issue kyc-identity first");
    let identity = ["issue", "kyc-identity", "--claims", "id.json", "--out", "first"];
    let run = story.run("acme", &[&identity[..], &holder, &anew].concat()).exits(0);
    let here = ["--identified-here", "case-8"];
    story.run("acme", &[&issue[..], &holder, &here].concat()).exits(0);
    assert!(
        run.stderr.contains("is lost or stolen since 2026-11-01T00:00:00Z (key-lost)"),
        "{run:?}"
    );
    // Whoever has the old key now gets nothing for it, whatever is said of them.
    let thief = story.ok("acme", &["nonce"]).trim().to_owned();
    let prove = ["id", "--prove", &story.acme, "--nonce", &thief, "--out", "thief.proof"];
    story.run("thief", &prove).exits(0);
    let of = ["--holder", "thief.proof", "--nonce", &thief];
    for more in [
        &["--identified-here", "case-9"][..],
        &["--reidentified", "case-9", "--investor", &story.erika],
        &["--reidentified", "case-9", "--investor", "somebody else"],
    ] {
        let run = story.run("acme", &[&issue[..], &of, more, &["--json"]].concat()).exits(10);
        assert_eq!(run.json()["error"]["code"], "key-compromised", "{run:?}");
    }
    let held = story.json("acme", &["records", "show", &story.erika])["credentials"].clone();
    assert_eq!(held.as_array().unwrap().last().unwrap()["state"], "valid");
    let mut forged = reissue.clone();
    for (notice, because) in
        [(json!(7), "not a notice"), (json!("a.b.c"), "the notice was refused")]
    {
        forged["notice"] = notice;
        story.write("forged", forged.to_string());
        let to = ["--holder", "forged", "--identified-here", "case-8"];
        story.run("acme", &[&issue[..], &to].concat()).refuses(because);
    }
    story.ok("erika", &["add", "again"]);
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    story.run("harbor", &story.verify(&[])).exits(0);
    let keys = story.json("erika", &["keys", "list"]);
    assert_eq!(keys.as_array().unwrap().len(), 2);
    story.ok("erika", &["id", "--prove", &story.acme, "--nonce", &story.nonce]);
}

#[test]
fn a_key_is_marked_only_after_all_was_looked_at() {
    let story = Story::issued("ed25519");
    std::fs::create_dir(story.path("tell")).unwrap();
    std::fs::create_dir_all(story.path("erika/requests")).unwrap();
    let before = story.wallet("erika");
    let rows: &[(i32, &[&str])] = &[
        (10, &["1"]),
        (10, &["2", "--yes"]),
        (1, &["1", "--yes", "--out-dir", "none"]),
        (10, &["1", "--yes", "--out-dir", "erika/requests"]),
        (2, &["1", "--yes", "--since", "yesterday"]),
        (2, &["1", "--yes", "--since", "2126-01-01"]),
        (2, &["1", "--yes", "--out-dir", "tell", "--nonce", "short"]),
        (2, &["1", "--yes", "--reason", "sanctions"]),
    ];
    for (exit, args) in rows {
        story.run("erika", &[&["keys", "compromised"], *args].concat()).exits(*exit);
        assert!(story.wallet("erika") == before, "{args:?}");
    }
    std::fs::create_dir(story.path("tell/key-1.issuer-1.notice")).unwrap();
    let args = ["keys", "compromised", "1", "--yes", "--out-dir", "tell"];
    story.run("erika", &args).refuses("is not a plain file");
    assert!(story.wallet("erika") == before);
}

#[test]
fn doctor_says_when_no_key_is_free() {
    let story = Story::issued("ed25519");
    let doctor = || story.ok("erika", &["doctor"]);
    assert!(doctor().contains("1 in use, 1 free for a new platform"), "{}", doctor());
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    story.ok("erika", &["present", "request", "--yes"]);
    let said = doctor();
    assert!(said.contains("1 in use, 0 free") && said.contains("id --columns 5"), "{said}");
}
