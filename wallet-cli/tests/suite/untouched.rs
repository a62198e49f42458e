//! A refused or declined command leaves no file behind and changes none, the wallet least of all.

use crate::support::Story;
use crate::support::lab::{self, Credential};
use serde_json::json;

/// Runs a command that must not succeed; every file stays as it was, and none is added.
#[track_caller]
fn leaves_all(story: &Story, home: &str, exit: i32, args: &[&str]) {
    let before = story.files();
    let run = story.run(home, args).exits(exit);
    let after = story.files();
    let names = |files: &[(std::path::PathBuf, _)]| -> Vec<_> {
        files.iter().map(|(path, _): &(_, Vec<u8>)| path.clone()).collect()
    };
    assert_eq!(names(&before), names(&after), "{args:?}: {run:?}");
    assert!(before == after, "{args:?} changed a file: {run:?}");
}

#[test]
fn refusals_of_the_holder_change_nothing() {
    let story = Story::answered("ed25519");
    story.ask("harbor", "aml-screening", &["sanctions_clear"], "other");
    let claims = json!({"member": true});
    let ended = Credential::new("urn:x", claims.clone()).ended();
    story.write("ended", ended.issue(&story, "acme", &story.erika));
    let foreign = Credential::new("urn:x", claims).issue(&story, "acme", &story.acme);
    story.write("foreign", foreign);
    let good = story.text("id.credential");
    story.write("mixed", format!("{good}\n{}", story.text("foreign")));
    let out = ["--out", "new"];
    for file in ["answer", "ended", "foreign", "mixed", "id.credential", "pw", "request"] {
        leaves_all(&story, "erika", 10, &["add", file]);
    }
    leaves_all(&story, "erika", 10, &[&["present", "request"], &out[..]].concat());
    leaves_all(&story, "erika", 10, &[&["present", "other", "--yes"], &out[..]].concat());
    leaves_all(&story, "erika", 10, &[&["present", "id.json", "--yes"], &out[..]].concat());
    leaves_all(&story, "erika", 10, &[&["present", "pw", "--yes"], &out[..]].concat());
    leaves_all(&story, "erika", 10, &["forget", "1"]);
    leaves_all(&story, "erika", 10, &["forget", "9", "--yes"]);
    leaves_all(&story, "erika", 10, &["init"]);
    leaves_all(&story, "erika", 10, &["trust", "unpin", &story.acme]);
    leaves_all(&story, "erika", 2, &["trust", "pin", "did:key:zz"]);
    let short = ["id", "--prove", &story.acme, "--nonce", "short", "--out", "new"];
    leaves_all(&story, "erika", 2, &short);
}

#[test]
fn refusals_of_the_issuer_change_nothing_and_spend_no_nonce() {
    let story = Story::begun("ed25519");
    let at = lab::now();
    story
        .write("old", lab::proof(&story, "erika", &story.acme, &story.nonce, at.plus(-8 * 86_400)));
    story.write("bad.json", r#"{"family_name": 5}"#);
    let base = ["issue", "kyc-identity", "--out", "new", "--claims"];
    for holder in [
        &["--holder", "old"][..],
        &["--holder", "pw"],
        &["--holder", "proof", "--nonce", "another-nonce-of-22-chars"],
    ] {
        leaves_all(&story, "acme", 10, &[&base, &["id.json"][..], holder].concat());
    }
    leaves_all(&story, "acme", 10, &[&base[..], &["bad.json", "--holder", "proof"]].concat());
    leaves_all(
        &story,
        "acme",
        10,
        &[&base[..], &["id.json", "--holder", "proof", "--valid-for", "9999d"]].concat(),
    );
    leaves_all(&story, "acme", 2, &[&base[..], &["id.json", "--holder", &story.erika]].concat());
    let aml = [
        "issue",
        "accredited-individual",
        "--claims",
        "investor.json",
        "--holder",
        "proof",
        "--out",
        "new",
    ];
    leaves_all(&story, "acme", 2, &aml);
    leaves_all(&story, "acme", 10, &[&aml[..], &["--identity", "pw"]].concat());
}

#[test]
fn questions_about_a_wallet_do_not_change_it() {
    let story = Story::answered("p256");
    for command in [
        &["list"][..],
        &["show", "1"],
        &["show", "1", "--token"],
        &["explain", "request"],
        &["present", "request", "--yes"],
        &["doctor"],
        &["id"],
        &["id", "--document"],
        &["id", "--prove", &story.acme, "--nonce", &story.nonce],
        &["trust", "list"],
        &[],
    ] {
        leaves_all(&story, "erika", 0, command);
    }
}

#[test]
fn an_output_never_takes_the_place_of_a_wallet_a_link_or_a_folder() {
    let story = Story::answered("ed25519");
    story.write("target", "kept");
    std::fs::create_dir(story.path("folder")).unwrap();
    let mut targets = vec!["erika/wallet.bonafide", "harbor/wallet.bonafide", "folder"];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("target", story.path("link")).unwrap();
        targets.extend(["link"]);
    }
    for target in targets {
        leaves_all(&story, "erika", 10, &["present", "request", "--yes", "--out", target]);
    }
    leaves_all(&story, "erika", 1, &["present", "request", "--yes", "--out", "none/new"]);
    let run = story.run("erika", &["present", "request", "--yes", "--out", "none/new"]);
    assert!(run.stderr.contains("there is no folder none"), "{run:?}");
}

#[test]
fn the_same_credential_is_kept_once_even_twice_in_one_file() {
    let story = Story::begun("ed25519");
    let token = Credential::new("urn:x", json!({"a": 1})).issue(&story, "acme", &story.erika);
    story.write("twice", format!("{token}\n\n  {token}\r\n"));
    story.run("erika", &["add", "twice"]).refuses("twice");
    story.write("once", format!("\n{token}\n"));
    story.ok("erika", &["add", "once"]);
    leaves_all(&story, "erika", 10, &["add", "once"]);
    assert_eq!(story.json("erika", &["list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_file_with_one_bad_credential_adds_none_and_says_which() {
    let story = Story::begun("ed25519");
    let make =
        |holder: &str| Credential::new("urn:x", json!({"a": 1})).issue(&story, "acme", holder);
    let tokens = [make(&story.erika), make(&story.acme), make(&story.erika)];
    story.write("three", tokens.join("\n"));
    story.run("erika", &["add", "three"]).refuses("credential 2 of 3");
    assert_eq!(story.json("erika", &["list"]), json!([]));
    story.write("two", [tokens[0].as_str(), tokens[2].as_str()].join("\n"));
    let run = story.run("erika", &["add", "two"]).exits(0);
    assert!(run.stderr.contains("Both signatures hold"), "{run:?}");
}

#[test]
fn an_output_takes_the_place_of_nothing_that_is_read_or_kept() {
    let story = Story::answered("ed25519");
    story.ok("erika", &["trust", "pin", &story.acme]);
    let before = ["request", "erika/trust.json"].map(|name| story.bytes(name));
    let present = |out: &str| story.run("erika", &["present", "request", "--yes", "--out", out]);
    present("request").exits(2);
    present("./request").exits(2);
    present("erika/trust.json").exits(10);
    present("erika/../erika/trust.json").exits(10);
    let ask = ["request", "--type", "kyc-identity", "--claim", "birthdate", "--out"];
    story.run("harbor", &[&ask[..], &["harbor/requests/x"]].concat()).exits(10);
    assert_eq!(before, ["request", "erika/trust.json"].map(|name| story.bytes(name)));
}
