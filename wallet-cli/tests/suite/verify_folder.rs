//! `verify` over a folder of answers, and the question found by itself.

use std::fs;

use serde_json::json;

use crate::support::{Run, Story};

/// Erika's answers to three requests of Harbor, in `answers`; Harbor believes Acme.
fn answered() -> Story {
    let story = Story::issued("ed25519");
    fs::create_dir(story.path("answers")).unwrap();
    for n in 1..=3 {
        let (request, answer) = (format!("request-{n}"), format!("answers/{n}"));
        story.ask("harbor", "accredited-individual", &["regime"], &request);
        story.ok("erika", &["present", &request, "--yes", "--out", &answer]);
    }
    story.ok("harbor", &["trust", "pin", &story.acme]);
    story
}

fn verify(story: &Story, more: &[&str]) -> Run {
    story.run("harbor", &[&["verify", "answers"], more].concat())
}

#[test]
fn a_folder_of_good_answers() {
    let story = answered();
    let run = verify(&story, &[]).exits(0);
    assert!(run.stdout.starts_with("3 answers: 3 accepted, 0 refused, 0 undetermined at 20"));
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(!run.stderr.contains("Note") && !run.stderr.contains("your own"), "{run:?}");
    assert_eq!(run.stderr, "");
}

#[test]
fn a_line_for_each_that_is_not_accepted() {
    let story = answered();
    let good = story.text("answers/2");
    story.write("answers/2", good.replacen(".eyJ", ".eyK", 1));
    story.write("answers/4", story.text("request-1"));
    story.write("answers/5\u{1b}[2J", "hello");
    story.write("answers/6", "x".repeat((1 << 20) + 2));
    story.write("answers/.hidden", "not looked at");
    fs::create_dir(story.path("answers/7")).unwrap();
    let run = verify(&story, &["--dry-run"]).exits(10);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let expect = |n: usize, words: &[&str]| {
        assert!(words.iter().all(|word| lines[n].contains(word)), "{words:?}: {run:?}");
    };
    expect(0, &["REFUSED", "[bad-signature]", "  2"]);
    expect(1, &["REFUSED", "no answer that can be read (it is a request", "  4"]);
    expect(2, &["REFUSED", "no answer that can be read", "  5\\u{1b}[2J"]);
    expect(3, &["REFUSED", "larger than any file of this kind", "  6"]);
    expect(4, &["6 answers: 2 accepted, 4 refused, 0 undetermined"]);
    assert_eq!(lines.len(), 5);
    assert!(run.stderr.contains("Left out: 2 entries"), "{run:?}");
    let run = verify(&story, &["--request", "request-1", "--dry-run"]).exits(10);
    assert!(run.stdout.contains("[malformed] (it is a request"), "{run:?}");
}

#[test]
fn for_programs() {
    let story = answered();
    story.write("answers/2", "hello");
    let found = verify(&story, &["--json", "--dry-run"]).exits(10).json();
    assert_eq!(
        found["counts"],
        json!({"accepted": 2, "refused": 1, "undetermined": 0, "fault": 0})
    );
    let files: Vec<&str> = found["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["1", "2", "3"]);
    assert_eq!(found["answers"][0]["credentials"][0]["claims"]["regime"], "us-501a");
    assert_eq!(found["answers"][1]["verdict"], "refused");
    assert_eq!(found["answers"][1]["error"]["code"], "malformed");
    assert_eq!(found["left_out"], 0);
    assert_eq!(found["repeated_nonces"], json!({}));
    let one = verify(&story, &["--json", "--jobs", "1"]).json();
    assert_eq!(
        verify(&story, &["--json", "--jobs", "8", "--at", one["at"].as_str().unwrap()]).json()["answers"]
            [0]["credentials"],
        one["answers"][0]["credentials"]
    );
}

#[test]
fn answers_to_the_same_request_are_named() {
    let story = answered();
    story.write("answers/4", story.text("answers/1"));
    let run = verify(&story, &["--dry-run"]).exits(0);
    assert!(run.stderr.contains("Note: 2 accepted answers answer the same request, "), "{run:?}");
    let found = verify(&story, &["--json", "--dry-run"]).json();
    let repeated: Vec<_> = found["repeated_nonces"].as_object().unwrap().values().collect();
    assert_eq!(repeated, [&json!(2)]);
}

#[test]
fn requests_of_another_folder() {
    let story = answered();
    let args = ["verify", "answers", "--trust", &story.acme];
    let run = story.run("nobody", &args).exits(10);
    assert!(run.stdout.contains("3 answers: 0 accepted, 3 refused"), "{run:?}");
    fs::create_dir(story.path("requests")).unwrap();
    for n in 1..=3 {
        story.write(&format!("requests/{n}"), story.text(&format!("request-{n}")));
    }
    let args = [&args[..], &["--request", "requests"]].concat();
    let run = story.run("nobody", &args).exits(0);
    assert!(run.stderr.contains("whether the request is your own"), "{run:?}");
    let run = verify(&story, &["--request", "requests"]).exits(0);
    assert!(!run.stderr.contains("your own"), "{run:?}");
    story.write("requests/4", "hello");
    let run = story.run("nobody", &args).exits(0);
    assert!(run.stderr.contains("Left out: requests/4: "), "{run:?}");
}

#[test]
fn the_worst_decides_the_exit() {
    let story = answered();
    story.write("answers/2", "hello");
    fs::create_dir(story.path("empty")).unwrap();
    story.run("harbor", &["verify", "empty"]).exits(2);
    #[cfg(target_os = "linux")]
    {
        // Opens, and cannot be read.
        std::os::unix::fs::symlink("/proc/self/mem", story.path("answers/9")).unwrap();
        let run = verify(&story, &[]).exits(1);
        assert!(run.stdout.contains("FAULT") && run.stdout.contains(", 1 unreadable"), "{run:?}");
        std::os::unix::fs::symlink("nowhere", story.path("answers/10")).unwrap();
        assert!(verify(&story, &[]).exits(1).stdout.contains(", 2 unreadable"));
    }
}

#[test]
fn one_answer_finds_the_request_of_its_home() {
    let story = answered();
    story.run("harbor", &["verify", "answers/1", "--dry-run"]).exits(0);
    let run = story.run("nobody", &["verify", "answers/1"]).exits(2);
    assert!(run.stderr.contains("needs the question"), "{run:?}");
    let answer = story.bytes("answers/1");
    let args = ["--home", "harbor", "verify", "-"];
    story.bare(&args, &[], Some(&answer)).exits(0);
}
