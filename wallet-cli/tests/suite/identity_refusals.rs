//! One person, not one key: other types are issued only to somebody known (ATTACKS 44a).

use bonafide::issue::Validity;
use serde_json::json;

use crate::support::lab::{self, Credential};
use crate::support::{Run, Story};

const DAY: i64 = 86_400;

/// Erika's identity, requested by Acme with `id.request` and answered with `id.answer`.
fn identified() -> Story {
    let story = Story::issued("ed25519");
    story.ask("acme", "kyc-identity", &["family_name"], "id.request");
    story.ok("erika", &["present", "id.request", "--yes", "--out", "id.answer"]);
    story
}

fn issue(story: &Story, more: &[&str]) -> Run {
    let out = ["--out", "out"];
    let args = story.issue("accredited-individual", "investor.json", &out);
    let run = story.run("acme", &[&args[..], more].concat());
    assert_eq!(story.exists("out"), run.exit == 0, "{run:?}");
    run
}

#[test]
fn without_identification_nothing_but_an_identity_is_issued() {
    let story = identified();
    let run = issue(&story, &[]).exits(2);
    assert!(
        run.stderr.contains("--identity PRESENTATION")
            && run.stderr.contains("--identified-here REF")
    );
    for empty in ["", "  "] {
        issue(&story, &["--identified-here", empty]).exits(2);
    }
    issue(&story, &["--identified-here", "7", "--identity", "id.answer"]).exits(2);
    issue(&story, &["--identity", "none"]).exits(1);
    issue(&story, &["--identity", "id.answer"]).exits(0);
}

#[test]
fn an_identity_under_another_key_is_refused() {
    let story = identified();
    let nonce = story.ok("acme", &["nonce"]);
    let proof = ["id", "--prove", &story.acme, "--nonce", &nonce, "--out", "friend.proof"];
    story.ok("harbor", &proof);
    let args =
        ["issue", "accredited-individual", "--holder", "friend.proof", "--claims", "investor.json"];
    let run = story.run("acme", &[&args[..], &["--identity", "id.answer"]].concat());
    run.refuses("under another key");
}

#[test]
fn a_friends_key_in_the_same_proof_is_refused() {
    let story = identified();
    let jwt = |home: &str| {
        let proof = lab::proof(&story, home, &story.acme, &story.nonce, lab::now());
        let proof: serde_json::Value = serde_json::from_str(&proof).unwrap();
        proof["proofs"]["jwt"][0].clone()
    };
    for jwts in [[jwt("erika"), jwt("harbor")], [jwt("harbor"), jwt("erika")]] {
        story.write("proof", json!({"proofs": {"jwt": jwts}}).to_string());
        issue(&story, &["--identity", "id.answer"]).refuses("the proof holds 2 keys");
        issue(&story, &["--identity", "id.answer", "--keys", "2"]).refuses("under another key");
    }
    story.write("proof", json!({"proofs": {"jwt": [jwt("erika")]}}).to_string());
    issue(&story, &["--identity", "id.answer"]).exits(0);
}

#[test]
fn a_presentation_of_another_type_is_no_identity() {
    let story = identified();
    story.ask("acme", "accredited-individual", &["regime"], "other.request");
    story.ok("erika", &["present", "other.request", "--yes", "--out", "other.answer"]);
    issue(&story, &["--identity", "other.answer"]).refuses("shows no kyc-identity");
}

#[test]
fn an_identity_by_an_issuer_not_believed_is_refused() {
    let story = identified();
    let vct = "urn:bonafide:kyc-identity:1";
    let token = Credential::new(vct, json!({"family_name": "Muster"})).issue(
        &story,
        "harbor",
        &story.erika,
    );
    let answer = lab::answer(&story, "erika", &story.text("id.request"), &token, lab::now());
    story.write("id.answer", answer);
    let run = issue(&story, &["--identity", "id.answer"]).refuses("is not pinned");
    assert!(!run.stderr.contains("Muster"), "{run:?}");
}

#[test]
fn a_forged_identity_is_refused() {
    let story = identified();
    let mut answer = story.bytes("id.answer");
    let last = answer.iter().rposition(|byte| *byte == b'"').unwrap();
    answer[last - 3] = if answer[last - 3] == b'A' { b'B' } else { b'A' };
    story.write("id.answer", answer);
    issue(&story, &["--identity", "id.answer"]).refuses("the identity presentation was refused");
}

#[test]
fn the_answer_to_somebody_elses_request_is_refused() {
    let story = identified();
    story.ask("harbor", "kyc-identity", &["family_name"], "harbor.request");
    story.ok("erika", &["present", "harbor.request", "--yes", "--out", "harbor.answer"]);
    issue(&story, &["--identity", "harbor.answer"]).refuses("answers no request of this home");
    let named = ["--identity", "harbor.answer", "--identity-request", "harbor.request"];
    issue(&story, &named).refuses("that request is not your own");
    let mixed = ["--identity", "harbor.answer", "--identity-request", "id.request"];
    issue(&story, &mixed).refuses("the answer belongs to another question");
    for bad in ["pw", "id.json", "id.answer"] {
        let run = issue(&story, &["--identity", "id.answer", "--identity-request", bad]).exits(10);
        assert!(run.stderr.contains("Give --identity-request with the request"), "{run:?}");
    }
    let own = ["--identity", "id.answer", "--identity-request", "id.request"];
    issue(&story, &own).exits(0);
}

#[test]
fn an_identity_presented_long_ago_is_refused() {
    let story = identified();
    let vct = "urn:bonafide:kyc-identity:1";
    let claims = json!({"family_name": "Muster", "assessed_on": "2024-05-01"});
    let mut credential = Credential::new(vct, claims);
    credential.validity = Validity::days(lab::now().plus(-40 * DAY), 90);
    let token = credential.issue(&story, "acme", &story.erika);
    for (days, exit) in [(30, 10), (8, 10), (5, 0)] {
        let then = lab::now().plus(-days * DAY);
        let request = lab::request(&story, "acme", (then, 3600), vct, &["family_name"]);
        let answer = lab::answer(&story, "erika", &request, &token, then.plus(60));
        story.write("id.request", request);
        story.write("id.answer", answer);
        let own = ["--identity", "id.answer", "--identity-request", "id.request"];
        let run = issue(&story, &own).exits(exit);
        assert_eq!(run.stderr.contains("longer ago than is allowed"), exit == 10, "{run:?}");
    }
}
