//! Sealed deliveries: who can read what an issuer hands over, and what a wallet does not open (ATTACKS 62).

use std::time::{Duration, Instant};

use bonafide::encoding::base64url;
use bonafide::sealed::{self, Kind};
use serde_json::{Value, json};

use crate::support::lab::{self, Credential};
use crate::support::{PRIVATE, Run, Story};

/// Erika adds this file, which must be refused, and her wallet stays as it was.
#[track_caller]
fn refused(story: &Story, content: &str, because: &str) -> Run {
    let before = story.wallet("erika");
    story.write("file", content);
    let run = story.run("erika", &["add", "file"]).refuses(because);
    assert!(story.wallet("erika") == before, "{run:?}");
    run
}

fn code(story: &Story, home: &str, args: &[&str]) -> String {
    let error = story.run(home, &[args, &["--json"]].concat()).exits(10).json();
    error["error"]["code"].as_str().unwrap().to_owned()
}

/// Sealed to that person, as an issuer does.
fn seal(content: &str, kind: Kind, did: &str) -> String {
    sealed::seal(content.as_bytes(), kind, &lab::key_of(did)).unwrap()
}

fn token(story: &Story, n: u32) -> String {
    Credential::new("urn:x", json!({ "a": n })).issue(story, "acme", &story.erika)
}

#[test]
fn a_delivery_is_sealed_to_its_holder() {
    for key in ["ed25519", "p256"] {
        let story = Story::begun(key);
        let issue = story.issue("kyc-identity", "id.json", &["--out", "id.sealed"]);
        let run = story.run("acme", &issue).exits(0);
        assert!(run.stderr.contains("it is sealed, and only the wallet with the key"), "{run:?}");
        assert!(!run.stderr.contains("private channel"), "{run:?}");
        let file = story.text("id.sealed");
        assert_eq!(file.trim().split('.').count(), 5);
        for private in PRIVATE {
            assert!(!file.contains(private) && !file.contains(&base64url::encode(private)));
        }
        // Not even who made it can read it again.
        for home in ["acme", "harbor"] {
            let before = story.wallet(home);
            let run = story.run(home, &["add", "id.sealed"]).refuses("sealed to another key");
            assert!(run.stderr.contains("nothing was stored"), "{run:?}");
            assert!(run.stderr.contains("`bonafide id`"), "{run:?}");
            assert_eq!(code(&story, home, &["add", "id.sealed"]), "not-for-us");
            assert!(story.wallet(home) == before);
        }
        let run = story.run("erika", &["add", "id.sealed"]).exits(0);
        assert!(run.stderr.contains("Stored."), "{run:?}");
        story.run("erika", &["add", "id.sealed"]).refuses("in the wallet already");
        let shown = story.ok("erika", &["show", "1"]);
        assert!(PRIVATE.iter().all(|private| shown.contains(private)), "{shown}");
    }
}

#[test]
fn plain_is_asked_for_and_says_so() {
    let story = Story::begun("ed25519");
    let issue = story.issue_plain("kyc-identity", "id.json", &["--out", "id"]);
    let run = story.run("acme", &issue).exits(0);
    assert!(run.stderr.contains("over a private channel: it is not sealed"), "{run:?}");
    assert!(story.text("id").trim().ends_with('~'));
    assert_eq!(story.json("acme", &issue)["sealed"], false);
    let issue = story.issue("kyc-identity", "id.json", &["--out", "id"]);
    assert_eq!(story.json("acme", &issue)["sealed"], true);
}

#[test]
fn a_table_brings_everybody_a_sealed_file() {
    let story = Story::begun("p256");
    let table = "external_id,proof,nonce,identified_here,assessed_on,family_name,given_name,birthdate,\
        nationalities,age_over_18,assurance.level\n";
    let (day, nonce) = (lab::now().date(), &story.nonce);
    let row =
        format!("INV-1,proof,{nonce},case-7,{day},Muster,Erika,1984-08-12,DE,yes,substantial\n");
    story.write("investors.csv", format!("{table}{row}"));
    std::fs::create_dir(story.path("out")).unwrap();
    let issue = ["issue", "--batch", "investors.csv", "--types", "kyc-identity"];
    story.run("acme", &[&issue[..], &["--out-dir", "out"]].concat()).exits(0);
    let file = story.text("out/INV-1.bonafide");
    assert_eq!(file.trim().split('.').count(), 5);
    story.run("harbor", &["add", "out/INV-1.bonafide"]).refuses("sealed to another key");
    story.ok("erika", &["add", "out/INV-1.bonafide"]);
}

#[test]
fn standard_input_may_be_sealed() {
    let story = Story::begun("ed25519");
    let sealed = story.ok("acme", &story.issue("kyc-identity", "id.json", &[]));
    let args = ["--home", "erika", "--passphrase-file", "pw", "add", "-"];
    story.bare(&args, &[], Some(sealed.as_bytes())).exits(0);
    assert_eq!(story.json("erika", &["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn fifteen_credentials_under_five_keys_or_none() {
    let story = Story::begun("ed25519");
    let prove = ["id", "--columns", "5", "--prove", &story.acme, "--nonce", &story.nonce];
    story.ok("erika", &[&prove[..], &["--out", "proof"]].concat());
    let keys = story.json("erika", &["keys", "list"]);
    let dids: Vec<&str> =
        keys.as_array().unwrap().iter().map(|key| key["did"].as_str().unwrap()).collect();
    let issue =
        |did: &str, n: u32| Credential::new("urn:x", json!({ "a": n })).issue(&story, "acme", did);
    let mut tokens: Vec<String> =
        (0..15).zip(dids.iter().cycle()).map(|(n, did)| issue(did, n)).collect();
    let good = seal(&tokens.join("\n"), Kind::Credentials, dids[0]);
    // One bad one among them: changed, of another's key, or no credential at all.
    let (last, foreign) = (tokens[14].clone(), token_for(&story, &story.acme));
    for (bad, because) in [
        (last.replacen("eyJ", "eyK", 1), "credential 15 of 15 was refused"),
        (foreign, "a key that this wallet does not hold"),
        ("x".to_owned(), "credential 15 of 15 was refused"),
        (tokens[0].clone(), "holds the same credential twice"),
    ] {
        tokens[14] = bad;
        refused(&story, &seal(&tokens.join("\n"), Kind::Credentials, dids[0]), because);
    }
    story.write("good", good);
    story.ok("erika", &["add", "good"]);
    assert_eq!(story.json("erika", &["list"]).as_array().unwrap().len(), 15);
}

fn token_for(story: &Story, did: &str) -> String {
    Credential::new("urn:x", json!({"a": 1})).issue(story, "acme", did)
}

#[test]
fn what_is_sealed_is_checked_as_ever() {
    let story = Story::begun("ed25519");
    let sealed = |content: &str| seal(content, Kind::Credentials, &story.erika);
    refused(&story, &sealed(""), "holds no credential");
    refused(&story, &sealed("{}"), "is no credential");
    refused(&story, &sealed(&story.text("proof")), "is no credential");
    let within = sealed(&token(&story, 1));
    refused(&story, &sealed(&within), "or wrapped in something else");
    let no_text = sealed::seal(b"\xff", Kind::Credentials, &lab::key_of(&story.erika)).unwrap();
    refused(&story, &no_text, "no text");
    let ended = Credential::new("urn:x", json!({})).ended();
    refused(&story, &sealed(&ended.issue(&story, "acme", &story.erika)), "(expired)");
}

#[test]
fn an_answer_is_not_added() {
    let story = Story::begun("ed25519");
    let content = seal(&token(&story, 1), Kind::Presentation, &story.erika);
    let run = refused(&story, &content, "an answer to a request, sealed to the platform");
    assert!(run.stderr.contains("Send it to that platform"), "{run:?}");
    assert_eq!(code(&story, "erika", &["add", "file"]), "wrong-type");
    let run = story.run("erika", &["explain", "file"]).exits(10);
    assert!(run.stderr.contains("the file is a sealed answer"), "{run:?}");
}

/// Changes a header.
type Change<'c> = &'c dyn Fn(&mut Value);

/// A good file with its header changed.
fn with_header(good: &str, change: impl Fn(&mut Value)) -> String {
    let (header, rest) = good.split_once('.').unwrap();
    let mut header = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{rest}", base64url::encode(header.to_string()))
}

#[test]
fn what_would_cost_much_is_refused_at_once() {
    let story = Story::begun("ed25519");
    let good = seal(&token(&story, 1), Kind::Credentials, &story.erika);
    let huge = u64::from(u32::MAX);
    let bad: [(Change<'_>, &str); 8] = [
        (&|header| header["zip"] = "DEF".into(), "alg-not-allowed"),
        (
            &|header| {
                header["alg"] = "PBES2-HS256+A128KW".into();
                header["p2c"] = huge.into();
                header["p2s"] = "AAAAAAAAAAA".into();
            },
            "alg-not-allowed",
        ),
        (&|header| header["alg"] = "RSA-OAEP-256".into(), "alg-not-allowed"),
        (&|header| header["alg"] = "RSA1_5".into(), "alg-not-allowed"),
        (&|header| header["alg"] = "dir".into(), "alg-not-allowed"),
        (&|header| header["enc"] = "A128CBC-HS256".into(), "alg-not-allowed"),
        (&|header| header["crit"] = json!(["exp"]), "unknown-critical"),
        (&|header| header["cty"] = "text/plain".into(), "wrong-type"),
    ];
    for (change, expected) in bad {
        let before = Instant::now();
        story.write("file", with_header(&good, change));
        let wallet = story.wallet("erika");
        // Nobody is asked for a passphrase.
        let run = story.bare(&["--home", "erika", "--json", "add", "file"], &[], None).exits(10);
        assert_eq!(run.json()["error"]["code"], expected);
        assert!(before.elapsed() < Duration::from_secs(5), "{expected}");
        assert!(story.wallet("erika") == wallet);
        assert_ne!(run.json()["error"]["next"], "");
    }
    refused(&story, good.split_at(600).0, "is a sealed file cut short");
    let (start, tag) = good.rsplit_once('.').unwrap();
    refused(&story, &format!("{start}.{}", tag.split_at(4).0), "not a sealed file");
    let flipped = if tag.starts_with('A') { 'B' } else { 'A' };
    refused(
        &story,
        &format!("{start}.{flipped}{}", tag.split_at(1).1),
        "or was changed on the way",
    );
    refused(
        &story,
        &format!("{good}.{}", "A".repeat(3 * 1024 * 1024)),
        "is a sealed file cut short",
    );
    let long = good.replacen("..", &format!("..{}.", "A".repeat(3 * 1024 * 1024)), 1);
    let long: Vec<&str> = long.splitn(6, '.').take(5).collect();
    refused(&story, &long.join("."), "sealed file");
}
