//! Platforms that read status lists: from a file, stapled to the answer, or not at all.

use serde_json::json;

use crate::support::{Desk, Run};

/// Erika keeps her investor status and was asked for its regime.
fn asked() -> Desk {
    let desk = Desk::today();
    desk.ok("erika", &["add", "investor.credential"]);
    desk.ask("harbor", "accredited-individual", &["regime"], "request");
    desk
}

fn publish(desk: &Desk) {
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
}

fn verify(desk: &Desk, more: &[&str]) -> Run {
    desk.bare(&[&desk.verify(&[])[..], more].concat(), &[], None)
}

/// Answers of one folder are decided as if one had come after the other.
#[test]
fn a_newer_list_that_came_with_one_answer_counts_for_the_next_of_the_folder() {
    let desk = asked();
    desk.ok("harbor", &["trust", "pin", &desk.acme]);
    publish(&desk);
    std::fs::rename(desk.path("web/1"), desk.path("before")).unwrap();
    desk.ok("acme", &["revoke", "2", "--reason", "data-wrong"]);
    publish(&desk);
    std::fs::create_dir(desk.path("answers")).unwrap();
    desk.ask("harbor", "accredited-individual", &["regime"], "second");
    for (request, list, out) in [("request", "web", "answers/1"), ("second", "before", "answers/2")]
    {
        desk.ok("erika", &["present", request, "--yes", "--staple", list, "--out", out]);
    }
    let run = desk.run("harbor", &["verify", "answers"]).exits(10);
    assert!(run.stdout.contains("2 answers: 0 accepted, 2 refused"), "{run:?}");
    // Whatever they are called.
    std::fs::rename(desk.path("answers/1"), desk.path("answers/3")).unwrap();
    std::fs::remove_file(desk.path("harbor/platform.db")).unwrap();
    let run = desk.run("harbor", &["verify", "answers"]).exits(10);
    assert!(run.stdout.contains("2 answers: 0 accepted, 2 refused"), "{run:?}");
}

/// Nor does one that has no list with it have to wait for another run.
#[test]
fn a_list_that_came_with_one_answer_decides_for_one_without() {
    let desk = asked();
    desk.ok("harbor", &["trust", "pin", &desk.acme]);
    publish(&desk);
    std::fs::create_dir(desk.path("answers")).unwrap();
    desk.ask("harbor", "accredited-individual", &["regime"], "second");
    desk.ok("erika", &["present", "request", "--yes", "--out", "answers/1"]);
    desk.ok("erika", &["present", "second", "--yes", "--staple", "web", "--out", "answers/2"]);
    let run = desk.run("harbor", &["verify", "answers"]).exits(0);
    assert!(run.stdout.contains("2 answers: 2 accepted"), "{run:?}");
}

#[test]
fn a_platform_with_the_list_decides_and_one_without_does_not() {
    let desk = asked();
    desk.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let run = verify(&desk, &[]).exits(11);
    assert!(run.stdout.contains("34 status unknown or stale  [status-unknown]"), "{run:?}");
    publish(&desk);
    verify(&desk, &["--status", "web/1"]).exits(0);
    verify(&desk, &["--status", "web"]).exits(0);
    verify(&desk, &["--status", "web", "--status-age", "1h"]).exits(0);
    let run = verify(&desk, &["--status", "web", "--status-age", "1h", "--at", "2099-01-01"]);
    assert!(run.exits(10).stdout.contains("status-stale"));
    desk.ok("acme", &["suspend", "2", "--reason", "data-wrong"]);
    publish(&desk);
    let run = verify(&desk, &["--status", "web"]).exits(10);
    assert!(run.stdout.contains("32 suspended  [suspended]"), "{run:?}");
    desk.ok("acme", &["revoke", "2", "--reason", "data-wrong"]);
    publish(&desk);
    let run = verify(&desk, &["--status", "web"]).exits(10);
    assert!(run.stdout.contains("31 revoked  [revoked]"), "{run:?}");
}

/// However fast they follow one another.
#[test]
fn no_two_lists_are_of_one_moment() {
    let desk = asked();
    let publish = || {
        let done = desk.json("acme", &["status", "publish", "--out-dir", "web"]);
        done["issued_at"].as_str().unwrap().to_owned()
    };
    let times = [publish(), publish(), publish()];
    assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
}

/// What one investor sent along decides for the next, whose platform has only the list before.
#[test]
fn a_list_that_came_along_once_is_kept() {
    let desk = asked();
    desk.ok("harbor", &["trust", "pin", &desk.acme]);
    publish(&desk);
    std::fs::copy(desk.path("web/1"), desk.path("before")).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    publish(&desk);
    desk.ok("erika", &["present", "request", "--yes", "--staple", "web", "--out", "stapled"]);
    desk.ask("harbor", "accredited-individual", &["regime"], "second");
    desk.ok("erika", &["present", "second", "--yes", "--out", "plain"]);
    let verify =
        |answer: &str, more: &[&str]| desk.run("harbor", &[&["verify", answer][..], more].concat());
    std::thread::sleep(std::time::Duration::from_secs(1));
    verify("stapled", &["--status", "before"]).exits(0);
    // A list says what time it is at least.
    let doctor = desk.run("harbor", &["doctor"]).stdout;
    assert!(doctor.contains("1 answered request remembered; it is later than 20"), "{doctor}");
    verify("plain", &["--status", "before"]).exits(0);
}

#[test]
fn a_holder_sends_the_list_along() {
    let desk = asked();
    let present = |more: &[&str], out: &str| {
        let args = ["present", "request", "--yes", "--out", out];
        desk.run("erika", &[&args, more].concat())
    };
    let run = present(&["--staple", "web"], "answer").exits(2);
    assert!(run.stderr.contains("there is no file in web"), "{run:?}");
    publish(&desk);
    let before = desk.wallet("erika");
    desk.write("other", "no list");
    let run = present(&["--staple", "other"], "answer").exits(10);
    assert!(run.stderr.contains("none of the status lists given is that of the credential"));
    assert!(!desk.exists("answer") && desk.wallet("erika") == before, "nobody saw a key");
    present(&["--staple", "other", "--staple", "web"], "answer").exits(0);
    verify(&desk, &[]).exits(0);
    // A sealed answer carries it too.
    let sealed = [
        "request",
        "--type",
        "accredited-individual",
        "--claim",
        "regime",
        "--sealed",
        "--out",
        "request2",
    ];
    desk.ok("harbor", &sealed);
    desk.ok("erika", &["present", "request2", "--yes", "--staple", "web", "--out", "answer2"]);
    let args = ["verify", "answer2", "--request", "request2", "--trust", &desk.acme];
    desk.run("harbor", &args).exits(0);
}

#[test]
fn a_credential_without_a_status_has_nothing_to_staple() {
    let desk = asked();
    publish(&desk);
    let story = crate::support::Story::issued("ed25519");
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    story.write("list", desk.text("web/1"));
    let args = ["present", "request", "--yes", "--staple", "list", "--out", "answer"];
    let run = story.run("erika", &args).exits(10);
    assert!(run.stderr.contains("there is no list to staple"), "{run:?}");
}

#[test]
fn every_check_can_be_seen() {
    let desk = asked();
    publish(&desk);
    desk.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let run = verify(&desk, &["--status", "web", "--explain"]).exits(0);
    let lines: Vec<&str> = run.stdout.lines().skip_while(|line| *line != "checks").collect();
    assert_eq!(lines.len(), 16, "{run:?}");
    assert!(lines[1].starts_with("   1 clock              not made"), "{}", lines[1]);
    assert!(lines[6].starts_with("   6 issuer-signature   passed"), "{}", lines[6]);
    assert!(lines[13].starts_with("  13 status             passed    decided by the list of 20"));
    let run = verify(&desk, &["--explain", "--json"]).exits(11);
    let status = &run.json()["checks"][12];
    assert_eq!(*status, json!({"check": 13, "name": "status", "outcome": "failed", "details": []}));
    assert_eq!(run.json()["notes"], json!([]));
    std::fs::create_dir(desk.path("answers")).unwrap();
    let args = ["verify", "answers", "--request", "request", "--explain"];
    desk.bare(&args, &[], None).exits(2);
}

#[test]
fn what_is_no_list_is_told_and_decides_nothing() {
    let desk = asked();
    publish(&desk);
    desk.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    desk.write("web/notes.txt", "remember the milk");
    let run = verify(&desk, &["--status", "web"]).exits(0);
    assert!(run.stderr.contains("a file given as status list is none"), "{run:?}");
    // A list signed by somebody else.
    let other = Desk::today();
    publish(&other);
    let run =
        verify(&desk, &["--status", other.path("web/1").to_str().unwrap(), "--json"]).exits(11);
    assert_eq!(run.json()["notes"][0]["kind"], "issuer-key-mismatch");
    for bad in ["", "1", "1y", "-1d"] {
        verify(&desk, &["--status-age", bad]).exits(2);
    }
    verify(&desk, &["--status", "none"]).exits(1);
}

/// Whether its own credential still stands, an issuer knows from its own records.
#[test]
fn an_issuer_takes_no_identity_that_it_has_revoked() {
    let desk = Desk::today();
    desk.ok("erika", &["add", "id.credential"]);
    desk.ask("acme", "kyc-identity", &["family_name"], "request");
    desk.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let issue = |out: &str| {
        let args =
            desk.issue("residency", "residency.json", &["--identity", "answer", "--out", out]);
        desk.run("acme", &[&args[..], &["--investor", "ACME-7", "--operator", "Ada"]].concat())
    };
    desk.write("residency.json", json!({"country": "DE"}).to_string());
    issue("residency").exits(0);
    desk.ok("acme", &["revoke", "1", "--reason", "fraud"]);
    let run = issue("residency2").exits(10);
    assert!(run.stderr.contains("the issuer has revoked it, for good"), "{run:?}");
}

#[test]
fn the_doctor_reminds_of_publishing() {
    let desk = asked();
    let doctor = || desk.run("acme", &["doctor"]).exits(0).stdout;
    assert!(doctor().contains("LOOK  statuses     never published"), "{}", doctor());
    publish(&desk);
    assert!(doctor().contains("ok    statuses     the lists published last expire in"));
}
