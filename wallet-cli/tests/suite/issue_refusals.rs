//! When an issuer's desk says no, and that it says why.

use serde_json::json;

use crate::support::lab;
use crate::support::{Run, Story};

const KYC: &str = "kyc-identity";

/// Issues with another proof file.
fn with_proof(story: &Story, proof: &str, more: &[&str]) -> Run {
    story.write("proof", proof);
    let args = ["issue", KYC, "--holder", "proof", "--claims", "id.json"];
    story.run("acme", &[&args, more].concat())
}

#[test]
fn a_did_without_proof_is_taken_only_when_said_so() {
    let story = Story::begun("ed25519");
    let args = ["issue", KYC, "--claims", "id.json", "--holder"];
    let issue = |more: &[&str]| story.run("acme", &[&args, more].concat());
    let run = issue(&[&story.erika]).exits(2);
    assert!(run.stderr.contains("does not prove that its holder controls it"), "{run:?}");
    let run = issue(&[&story.erika, "--unproven"]).exits(0);
    assert!(run.stderr.contains("Warning: nobody has proved"), "{run:?}");
    issue(&["proof", "--unproven"]).exits(2);
    issue(&[&story.erika, "--unproven", "--nonce", &story.nonce]).exits(2);
    issue(&["did:key:zz", "--unproven"]).refuses("the holder's DID was refused");
    issue(&["did:web:example.com", "--unproven"]).refuses("the holder's DID was refused");
    issue(&["none"]).exits(1);
}

#[test]
fn a_proof_for_another_issuer_or_nonce_is_refused() {
    let story = Story::begun("ed25519");
    let make = |issuer: &str, nonce: &str| lab::proof(&story, "erika", issuer, nonce, lab::now());
    let other = story.init("other", "ed25519");
    with_proof(&story, &make(&other, &story.nonce), &[]).refuses("made for another issuer");
    let good = make(&story.acme, &story.nonce);
    let fresh = story.ok("acme", &["nonce"]);
    with_proof(&story, &good, &["--nonce", &fresh]).refuses("answers another nonce");
    let run = with_proof(&story, &good, &[]).exits(0);
    assert!(run.stderr.contains("Note: the proof's nonce was not compared"), "{run:?}");
    with_proof(&story, &good, &["--nonce", &story.nonce]).exits(0);
}

/// One nonce in 64 begins like an option.
#[test]
fn a_nonce_may_begin_with_a_hyphen() {
    let story = Story::begun("ed25519");
    let nonce = "--home-0123456789-abcdefgh";
    let prove = ["id", "--prove", &story.acme, "--nonce", nonce];
    let proof = story.ok("erika", &prove);
    with_proof(&story, &proof, &["--nonce", nonce]).exits(0);
}

#[test]
fn an_old_or_future_proof_is_refused() {
    let story = Story::begun("p256");
    let at = |seconds| {
        let time = lab::now().plus(seconds);
        let proof = lab::proof(&story, "erika", &story.acme, &story.nonce, time);
        with_proof(&story, &proof, &[])
    };
    at(-8 * 86_400).refuses("the proof is too old");
    at(3600).refuses("made in the future");
    at(-6 * 86_400).exits(0);
}

#[test]
fn a_nonce_serves_one_key_only() {
    let story = Story::begun("ed25519");
    let proof = |home: &str| lab::proof(&story, home, &story.acme, &story.nonce, lab::now());
    let (erika, harbor) = (proof("erika"), proof("harbor"));
    with_proof(&story, &erika, &[]).exits(0);
    with_proof(&story, &harbor, &[]).refuses("already answered by somebody else");
    with_proof(&story, &erika, &[]).exits(0);
    with_proof(&story, &harbor, &["--nonce", &story.nonce]).refuses("nonce of their own");
}

#[test]
fn one_proof_of_two_keys_stays_good_for_both() {
    let story = Story::begun("ed25519");
    let jwt = |home: &str| {
        let proof = lab::proof(&story, home, &story.acme, &story.nonce, lab::now());
        let proof: serde_json::Value = serde_json::from_str(&proof).unwrap();
        proof["proofs"]["jwt"][0].clone()
    };
    let (erika, harbor) = (jwt("erika"), jwt("harbor"));
    let both = json!({"proofs": {"jwt": [erika, harbor]}}).to_string();
    let unexpected = with_proof(&story, &both, &[]).exits(10);
    assert!(unexpected.stderr.contains(&story.erika) && unexpected.stderr.contains("--keys"));
    let twice = json!({"proofs": {"jwt": [erika, erika]}}).to_string();
    with_proof(&story, &twice, &["--keys", "2"]).refuses("the proof holds 2 keys");
    let run = with_proof(&story, &both, &["--keys", "2", "--plain"]).exits(0);
    assert_eq!(run.stdout.lines().count(), 2);
    with_proof(&story, erika.as_str().unwrap(), &[]).exits(0);
    with_proof(&story, harbor.as_str().unwrap(), &[]).exits(0);
    let acme = jwt("acme");
    with_proof(&story, acme.as_str().unwrap(), &[]).refuses("by somebody else");
}

#[test]
fn what_is_no_proof_is_refused() {
    let story = Story::answered("ed25519");
    for file in ["answer", "request", "id.json", "id.credential", "pw"] {
        let proof = story.text(file);
        let run = with_proof(&story, &proof, &[]).exits(10);
        assert!(run.stderr.contains("Ask the holder for a new proof"), "{file}: {run:?}");
        assert!(!run.said().contains("Muster"), "{run:?}");
    }
}

#[test]
fn every_wrong_claim_is_named_and_none_repeated() {
    let story = Story::begun("ed25519");
    let claims = json!({"family_name": "Zanzibar", "given_name": 77123, "birthdate": "31.02.1980", "nationalities": ["Germania"],
        "address": {"country": "Atlantis"}, "age_over_18": true, "assurance": {"level": "tremendous"},
        "emial": "someone@zanzibar.example", "sub": "did:x:impostor"});
    story.write("id.json", claims.to_string());
    let run = story.run("acme", &story.issue(KYC, "id.json", &[])).refuses("id.json was refused");
    let fields = [
        "given_name: ",
        "birthdate: ",
        "nationalities[0]: ",
        "address.country: ",
        "assurance.level: ",
        "emial: ",
        "sub: ",
    ];
    for field in fields {
        assert!(
            run.stderr.lines().any(|line| line.trim_start().starts_with(field)),
            "{field}: {run:?}"
        );
    }
    for value in
        ["Zanzibar", "77123", "31.02", "Germania", "Atlantis", "tremendous", "zanzibar", "impostor"]
    {
        assert!(!run.said().contains(value), "{value}: {run:?}");
    }
    for bad in ["", "[]", "{", "{\"a\":1,\"a\":2}", "null"] {
        story.write("id.json", bad);
        story.run("acme", &story.issue(KYC, "id.json", &[])).refuses("the claims");
    }
}

#[test]
fn validity_stays_within_type_and_document() {
    let story = Story::begun("ed25519");
    let issue = |kind: &str, claims: &str, days: &str| {
        let more = ["--valid-for", days, "--identified-here", "7"];
        story.run("acme", &story.issue(kind, claims, &more))
    };
    issue("accredited-individual", "investor.json", "93d").refuses("Give --valid-for 92d or less");
    issue("accredited-individual", "investor.json", "92d").exits(0);
    issue(KYC, "id.json", "3w").exits(0);
    for bad in ["0d", "-1d", "90", "5h", "1y", "", "9999999999999d", "1.5d"] {
        let run = issue(KYC, "id.json", bad);
        assert_eq!((run.exit, run.stdout.as_str()), (2, ""), "{bad}");
    }
    let ending = |days: i64| {
        let day = lab::now().plus(days * 86_400).date();
        let document = json!({"type": "passport", "number": "C01", "issuing_country": "DE", "date_of_expiry": day});
        let mut claims: serde_json::Value = serde_json::from_str(&story.text("id.json")).unwrap();
        claims["document"] = document;
        story.write("ending.json", claims.to_string());
    };
    ending(10);
    issue(KYC, "ending.json", "20d").refuses("the identity document ends before");
    let run = story.run("acme", &story.issue(KYC, "ending.json", &[])).exits(0);
    assert!(run.stderr.contains("ends with the identity document"), "{run:?}");
    assert!(run.stderr.contains("It ends in 11 days"), "{run:?}");
    ending(-1);
    let run = story.run("acme", &story.issue(KYC, "ending.json", &[])).exits(10);
    assert!(run.stderr.contains("date_of_expiry") || run.stderr.contains("has ended"), "{run:?}");
}

#[test]
fn broken_json_is_shown_where_it_breaks() {
    let story = Story::begun("ed25519");
    story.write("broken.json", "{\n  \"family_name\": \"Muster\",\n}");
    let run = story.run("acme", &story.issue(KYC, "broken.json", &[])).exits(10);
    assert!(run.stderr.contains("Look at line 3, column 1."), "{run:?}");
    assert!(!run.stderr.contains("Muster"), "{run:?}");
    let marked = format!("\u{feff}{}", story.text("id.json"));
    story.write("marked.json", marked);
    story.run("acme", &story.issue(KYC, "marked.json", &[])).exits(0);
}
