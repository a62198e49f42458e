//! What a wallet does not take in.

use serde_json::json;

use crate::support::lab::Credential;
use crate::support::{Run, Story};

/// Adds this text, which must be refused and leave the wallet as it was.
#[track_caller]
fn refused(story: &Story, content: impl AsRef<[u8]>, because: &str) -> Run {
    let before = story.wallet("erika");
    story.write("file", content);
    let run = story.run("erika", &["add", "file"]).refuses(because);
    assert!(story.wallet("erika") == before, "{run:?}");
    run
}

fn token(story: &Story, holder: &str) -> String {
    Credential::new("urn:x", json!({"a": "secret", "b": 2})).issue(story, "acme", holder)
}

#[test]
fn an_answer_is_no_credential() {
    let story = Story::answered("ed25519");
    refused(&story, story.text("answer"), "no credential");
    let answer: serde_json::Value = serde_json::from_str(&story.text("answer")).unwrap();
    let bare = answer["vp_token"]["credential"][0].as_str().unwrap();
    refused(&story, bare, "somebody's presentation, not a credential to keep");
    refused(&story, story.text("request"), "is no credential (the file is a request");
    refused(&story, "", "holds no credential");
    refused(&story, " \n\n", "holds no credential");
}

#[test]
fn a_credential_for_another_key_is_refused() {
    let story = Story::begun("ed25519");
    let run = refused(&story, token(&story, &story.acme), "a key that this wallet does not hold");
    assert!(run.stderr.contains("holder-key-unknown") && run.stderr.contains("bonafide id"));
}

#[test]
fn a_credential_that_ended_or_has_not_begun_is_refused() {
    let story = Story::begun("p256");
    let ended = Credential::new("urn:x", json!({})).ended();
    refused(&story, ended.issue(&story, "acme", &story.erika), "(expired)");
    let mut coming = Credential::new("urn:x", json!({}));
    coming.validity.from = coming.validity.from.plus(2 * 86_400);
    refused(&story, coming.issue(&story, "acme", &story.erika), "(not-yet-valid)");
}

#[test]
fn a_changed_credential_is_refused() {
    let story = Story::begun("ed25519");
    let good = token(&story, &story.erika);
    let (jwt, disclosures) = good.split_once('~').unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let flip = |text: &str| {
        let (first, mut rest) = (text.chars().next(), text.chars());
        rest.next();
        format!("{}{}", if first == Some('A') { 'B' } else { 'A' }, rest.as_str())
    };
    refused(&story, format!("{signed}.{}~{disclosures}", flip(signature)), "bad-signature");
    let foreign = token(&story, &story.acme);
    let (_, other) = foreign.split_once('~').unwrap();
    let run = refused(&story, format!("{jwt}~{other}"), "unreferenced-disclosure");
    assert!(!run.said().contains("secret"), "{run:?}");
    refused(&story, format!("{good}{disclosures}"), "refused");
    refused(&story, &good.as_bytes()[..good.len() - 1], "refused");
    refused(&story, &good.as_bytes()[..good.len() / 2], "refused");
}

#[test]
fn an_incomplete_credential_of_a_known_type_is_refused() {
    let story = Story::begun("ed25519");
    let claims = json!({"family_name": "Muster", "assessed_on": "2024-05-01"});
    let kyc = Credential::new("urn:bonafide:kyc-identity:1", claims);
    let run =
        refused(&story, kyc.issue(&story, "acme", &story.erika), "the issuer must include it");
    assert!(!run.stderr.contains("Muster"), "{run:?}");
}

#[test]
fn what_is_in_the_wallet_already_is_not_added_again() {
    let story = Story::issued("ed25519");
    refused(&story, story.bytes("id.credential"), "in the wallet already");
    story.ok("erika", &["forget", "1", "--yes"]);
    let run = story.run("erika", &["add", "id.credential"]).exits(0);
    assert!(run.stderr.starts_with("3  KYC identity from did:key:"), "{run:?}");
}

#[test]
fn standard_input_is_a_file_too() {
    let story = Story::begun("ed25519");
    let args = ["--home", "erika", "--passphrase-file", "pw", "add", "-"];
    let token = token(&story, &story.erika);
    story.bare(&args, &[], Some(token.as_bytes())).exits(0);
    assert_eq!(story.json("erika", &["list"])[0]["id"], 1);
    story.bare(&args, &[], Some(b"")).refuses("- holds no credential");
}
