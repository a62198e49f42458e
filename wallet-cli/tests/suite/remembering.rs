//! What a platform's home remembers from one `verify` to the next (ATTACKS 41, 44, 66).

use std::fs;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::json;

use crate::support::{Desk, Run, Story};

/// What somebody with the file does to it.
fn tamper(story: &Story, sql: &str) {
    let file = rusqlite::Connection::open(story.path("harbor/platform.db")).unwrap();
    file.execute_batch(sql).unwrap();
}

fn verify(story: &Story, more: &[&str]) -> Run {
    story.run("harbor", &story.verify(more))
}

#[test]
fn an_answer_counts_once_and_can_be_looked_at_again() {
    let story = Story::answered("ed25519");
    let first = verify(&story, &["--json"]).exits(0);
    assert!(!first.stderr.contains("Not checked"), "{first:?}");
    let first = first.json();
    assert_eq!((&first["recorded"], &first["spent_at"]), (&json!(true), &json!(null)));
    assert_eq!(first["not_checked"], json!([]));
    let at = first["at"].as_str().unwrap();

    let again = verify(&story, &[]).exits(10);
    assert!(again.stdout.contains("36 holder binding failed  [nonce-spent]"), "{again:?}");
    assert!(again.stderr.contains(&format!("accepted at {at}. To see that again, add --at {at}")));
    let json = verify(&story, &["--json"]).exits(10).json();
    assert_eq!((&json["recorded"], &json["spent_at"]), (&json!(false), &json!(at)));
    assert_eq!(json["reasons"].as_array().unwrap().len(), 1, "nothing else is wrong with it");

    let replay = verify(&story, &["--at", at]).exits(0);
    assert!(replay.stderr.contains("Not checked: whether this answer was used before"));
    let replay = verify(&story, &["--at", at, "--json"]).exits(0).json();
    assert_eq!(replay["credentials"], first["credentials"]);
    assert_eq!(replay["recorded"], false);
}

#[test]
fn a_question_is_answered_once_however_it_is_told() {
    let story = Story::answered("ed25519");
    let request = story.text("request");
    let payload = bonafide::encoding::base64url::decode(request.split('.').nth(1).unwrap());
    let payload: serde_json::Value = serde_json::from_slice(&payload.unwrap()).unwrap();
    let of = |name: &str| payload[name].as_str().unwrap().to_owned();
    story.ok("erika", &["present", "request", "--yes", "--out", "other"]);
    verify(&story, &[]).exits(0);
    let other = ["verify", "other", "--request", "request", "--trust", &story.acme];
    let run = story.run("harbor", &other).exits(10);
    assert!(run.stdout.contains("[nonce-spent]"), "another answer to it: {run:?}");
    let (nonce, audience) = (of("nonce"), of("client_id"));
    let bare = ["verify", "answer", "--nonce", &nonce, "--audience", &audience];
    let run = story.run("harbor", &[&bare[..], &["--trust", &story.acme]].concat()).exits(10);
    assert!(run.stdout.contains("[nonce-spent]"), "the same without the request: {run:?}");
}

#[test]
fn what_is_not_accepted_uses_nothing_up() {
    let story = Story::answered("ed25519");
    story.run("harbor", &["verify", "answer"]).exits(10);
    verify(&story, &["--max-age", "0", "--at", "2060-01-01"]).exits(10);
    verify(&story, &[]).exits(0);
}

#[test]
fn a_dry_run_reads_and_notes_nothing() {
    let story = Story::answered("ed25519");
    for _ in 0..2 {
        let run = verify(&story, &["--dry-run"]).exits(0);
        assert!(run.stderr.contains("nothing was noted"), "{run:?}");
    }
    assert_eq!(verify(&story, &["--dry-run", "--json"]).json()["recorded"], false);
    verify(&story, &[]).exits(0);
    assert!(verify(&story, &["--dry-run"]).exits(10).stdout.contains("[nonce-spent]"));
    verify(&story, &["--dry-run", "--at", "2026-11-20"]).exits(2);
}

#[test]
fn without_a_home_nothing_is_remembered_and_that_is_said() {
    let story = Story::answered("ed25519");
    for _ in 0..2 {
        let run = story.run("nobody", &story.verify(&[])).exits(0);
        let words = "Not checked: whether this answer was used before; whether newer trust material was met before";
        assert!(run.stderr.contains(words), "{run:?}");
    }
    let json = story.run("nobody", &story.verify(&["--json"])).json();
    let open = json!(["answer-reuse", "material-rollback", "request-owner"]);
    assert_eq!((&json["not_checked"], &json["recorded"]), (&open, &json!(false)));
    story.bare(&story.verify(&[]), &[], None).exits(0);
    assert!(!story.exists("nobody"));
}

/// ATTACKS 66.
#[test]
fn of_eight_processes_with_one_answer_one_accepts() {
    let story = Story::answered("ed25519");
    let spawn = || {
        Command::new(env!("CARGO_BIN_EXE_bonafide"))
            .args(["--home", "harbor"])
            .args(story.verify(&[]))
            .current_dir(story.dir())
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let outputs: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(spawn)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let exits: Vec<_> = outputs.iter().map(|output| output.status.code().unwrap()).collect();
    assert_eq!(exits.iter().filter(|exit| **exit == 0).count(), 1, "{exits:?}");
    assert_eq!(exits.iter().filter(|exit| **exit == 10).count(), 7, "{exits:?}");
    for output in outputs.iter().filter(|output| output.status.code() == Some(10)) {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("[nonce-spent]") && !said.contains("us-501a"), "{said}");
    }
}

#[test]
fn a_memory_that_fails_is_a_fault_and_no_acceptance() {
    let story = Story::answered("ed25519");
    story.run("harbor", &["verify", "answer"]).exits(10);
    tamper(
        &story,
        "CREATE TRIGGER stop BEFORE INSERT ON nonce BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    fs::create_dir(story.path("answers")).unwrap();
    fs::copy(story.path("answer"), story.path("answers/1")).unwrap();
    let folder = ["verify", "answers", "--trust", &story.acme];
    for run in [verify(&story, &[]), verify(&story, &["--json"]), story.run("harbor", &folder)] {
        let run = run.exits(1);
        assert!(!run.said().contains("ACCEPTED") && !run.said().contains("us-501a"), "{run:?}");
        assert!(run.stderr.contains("the records cannot be used"), "{run:?}");
    }
    assert_eq!(verify(&story, &["--json"]).json()["error"]["code"], "records-unusable");
    tamper(&story, "DROP TRIGGER stop; PRAGMA user_version = 99");
    assert_eq!(verify(&story, &["--json"]).exits(1).json()["error"]["code"], "records-too-new");
    tamper(&story, "PRAGMA user_version = 3");
    verify(&story, &[]).exits(0);
    // A file that lost its content is not a new one: what was answered is answered.
    for left in ["", "garbage, and much of it, where a database was"] {
        fs::write(story.path("harbor/platform.db"), left).unwrap();
        let _gone = ["-wal", "-shm"]
            .map(|end| fs::remove_file(story.path(&format!("harbor/platform.db{end}"))).ok());
        let run = verify(&story, &[]).exits(1);
        assert!(run.stderr.contains("move platform.db away"), "{run:?}");
        assert_eq!(verify(&story, &["--json"]).json()["error"]["code"], "records-damaged");
    }
    fs::remove_file(story.path("harbor/platform.db")).unwrap();
    verify(&story, &[]).exits(0);
}

/// ATTACKS 44.
#[test]
fn a_clock_behind_what_has_certainly_passed_is_not_believed() {
    let story = Story::answered("ed25519");
    let doctor = || story.run("harbor", &["doctor"]).exits(0).stdout;
    assert!(!doctor().contains("answers"), "nothing was verified yet");
    verify(&story, &["--dry-run"]).exits(0);
    tamper(&story, "INSERT INTO moment VALUES ('trusted', 4000000000)");
    let run = verify(&story, &[]).exits(11);
    assert!(run.stdout.contains("46 clock suspect  [clock-suspect]"), "{run:?}");
    let looked = doctor();
    assert!(looked.contains("LOOK  answers      0 answered requests remembered; it is later than 2096-10-02T07:06:40Z for certain"), "{looked}");
    tamper(&story, "DELETE FROM moment");
    verify(&story, &[]).exits(0);
    let looked = doctor();
    let line = looked.lines().find(|line| line.contains("answers")).unwrap();
    assert_eq!(line.trim(), "ok    answers      1 answered request remembered", "no signed time");
}

/// ATTACKS 41.
#[test]
fn a_list_older_than_one_that_was_seen_does_not_count() {
    let desk = Desk::today();
    desk.ok("erika", &["add", "investor.credential"]);
    for n in ["1", "2"] {
        let (request, answer) = (format!("request-{n}"), format!("answer-{n}"));
        desk.ask("harbor", "accredited-individual", &["regime"], &request);
        desk.ok("erika", &["present", &request, "--yes", "--out", &answer]);
    }
    let publish = |folder: &str| {
        fs::create_dir(desk.path(folder)).unwrap();
        desk.ok("acme", &["status", "publish", "--out-dir", folder])
    };
    publish("old");
    thread::sleep(std::time::Duration::from_millis(1100));
    publish("new");
    let verify = |n: &str, lists: &str| {
        let answer = format!("answer-{n}");
        let args = ["verify", &answer, "--trust", &desk.acme, "--status", lists];
        desk.run("harbor", &args)
    };
    verify("1", "new").exits(0);
    // The newer one is remembered and counts; where it was not kept, the older one says nothing.
    desk.ask("harbor", "accredited-individual", &["regime"], "request-3");
    desk.ok("erika", &["present", "request-3", "--yes", "--out", "answer-3"]);
    let run = verify("3", "old").exits(0);
    assert!(run.stderr.contains("older lists of its statuses were left aside"), "{run:?}");
    let file = rusqlite::Connection::open(desk.path("harbor/platform.db")).unwrap();
    file.execute_batch("DELETE FROM archive").unwrap();
    drop(file);
    let run = verify("2", "old").exits(11);
    assert!(run.stdout.contains("a newer list was seen before"), "{run:?}");
    verify("2", "new").exits(0);
}

/// The newest list has ended, and the holder sends an older one along, which has not: what was seen by then counts in a
/// replay as well.
#[test]
fn a_replay_takes_no_list_older_than_was_seen() {
    let desk = Desk::today();
    desk.ok("erika", &["add", "investor.credential"]);
    fs::create_dir(desk.path("old")).unwrap();
    desk.ok("acme", &["status", "publish", "--out-dir", "old"]);
    desk.ask("harbor", "accredited-individual", &["regime"], "request");
    desk.ok("erika", &["present", "request", "--yes", "--staple", "old", "--out", "answer"]);
    desk.ok("acme", &["revoke", "2", "--reason", "data-wrong"]);
    thread::sleep(std::time::Duration::from_millis(1100));
    fs::create_dir(desk.path("new")).unwrap();
    let ends = ["--valid-for", "1m", "--ttl", "1m"];
    desk.ok("acme", &[&["status", "publish", "--out-dir", "new"][..], &ends].concat());
    let verify = |more: &[&str]| {
        let args = ["verify", "answer", "--trust", &desk.acme];
        desk.run("harbor", &[&args[..], more].concat())
    };
    let refused = verify(&["--status", "new", "--json"]).exits(10).json();
    assert_eq!(refused["reasons"][0]["kind"], "revoked");
    let at = bonafide::clock::Timestamp::parse(refused["at"].as_str().unwrap()).unwrap();
    let later = at.plus(61).to_string();
    let run = verify(&["--at", &later]).exits(11);
    assert!(run.stdout.contains("a newer list was seen before"), "{run:?}");
}

/// Three answers to three requests, and one of them twice.
fn folder() -> Story {
    let story = Story::issued("ed25519");
    fs::create_dir(story.path("answers")).unwrap();
    for n in ["1", "2", "3"] {
        let (request, answer) = (format!("request-{n}"), format!("answers/{n}"));
        story.ask("harbor", "accredited-individual", &["regime"], &request);
        story.ok("erika", &["present", &request, "--yes", "--out", &answer]);
    }
    fs::copy(story.path("answers/2"), story.path("answers/22")).unwrap();
    story.ok("harbor", &["trust", "pin", &story.acme]);
    story
}

#[test]
fn of_one_answer_twice_in_a_folder_the_first_counts() {
    let story = folder();
    let args = ["verify", "answers", "--jobs", "4"];
    let dry = story.run("harbor", &[&args[..], &["--dry-run"]].concat()).exits(0);
    assert!(dry.stdout.starts_with("4 answers: 4 accepted"), "{dry:?}");
    assert!(dry.stderr.contains("Note: 2 accepted answers answer the same request"), "{dry:?}");
    assert!(dry.stderr.contains("A dry run: nothing was noted"), "{dry:?}");
    let found = story.run("harbor", &[&args[..], &["--json"]].concat()).exits(10).json();
    let verdicts: Vec<_> = found["answers"].as_array().unwrap().iter().collect();
    let of = |n: usize, member: &str| verdicts[n][member].clone();
    assert_eq!([0, 1, 2, 3].map(|n| of(n, "file")), ["1", "2", "22", "3"]);
    let expected = ["accepted", "accepted", "refused", "accepted"];
    assert_eq!([0, 1, 2, 3].map(|n| of(n, "verdict")), expected);
    assert_eq!([0, 1, 2, 3].map(|n| of(n, "recorded")), [true, true, false, true]);
    assert_eq!(verdicts[2]["reasons"][0]["kind"], "nonce-spent");
    assert_eq!(found["counts"]["accepted"], 3);
    assert_eq!(found["repeated_nonces"], json!({}));
    let again = story.run("harbor", &args).exits(10);
    assert!(again.stdout.contains("4 answers: 0 accepted, 4 refused"), "{again:?}");
    assert_eq!(again.stdout.matches("[nonce-spent]").count(), 4);
    assert!(!again.stderr.contains("Not checked"), "{again:?}");
}

#[test]
fn two_processes_with_one_folder_accept_each_answer_once() {
    let story = folder();
    let run = || story.run("harbor", &["verify", "answers", "--json"]).json();
    let both: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let accepted = both.iter().map(|found| found["counts"]["accepted"].as_u64().unwrap());
    assert_eq!(accepted.sum::<u64>(), 3, "{both:?}");
}
