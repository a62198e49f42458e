//! Two folders with no network between them: what the issuer and those who govern publish is carried across in one
//! bundle, and the platform decides by it.

use serde_json::json;

use crate::support::{Run, Story};

/// Acme issues as a did:webvh, is listed by Market, and Erika has answered Harbor's request.
struct Island {
    story: Story,
    did: String,
}

impl Island {
    fn new() -> Self {
        let story = Story::begun("ed25519");
        for folder in ["web", "lists"] {
            std::fs::create_dir(story.path(folder)).unwrap();
        }
        let made = ["did", "create", "--webvh", "acme.example", "--out", "web"];
        let did = story.ok("acme", &made).trim().to_owned();
        story.ok("acme", &["status", "set-url", "https://acme.example/status"]);
        story.init("market", "ed25519");
        story.ok("market", &["trust", "init", "us", "--threshold", "1", "--out", "draft"]);
        let edit = [
            "trust",
            "propose",
            "--edit",
            "draft",
            "--attribute",
            "investor=accredited-individual",
        ];
        let entry = [
            "--validator",
            &did,
            "--approve",
            "investor",
            "--on-end",
            "grandfather",
            "--out",
            "proposal",
        ];
        story.ok("market", &[&edit[..], &entry].concat());
        story.ok("market", &["trust", "sign", "proposal", "--yes", "--out", "signed"]);
        story.ok("market", &["trust", "publish", "signed", "--out", "us-1"]);
        story.ok("harbor", &["trust", "add", "us-1", "--yes"]);
        let island = Self { story, did };
        island.issue();
        island
    }

    fn issue(&self) {
        let (story, nonce) = (&self.story, self.story.ok("acme", &["nonce"]));
        story.ok("erika", &["id", "--prove", &self.did, "--nonce", &nonce, "--out", "proof"]);
        let args = ["issue", "accredited-individual", "--holder", "proof", "--nonce", &nonce];
        let more = ["--claims", "investor.json", "--identified-here", "case-7", "--out", "sealed"];
        story.ok("acme", &[&args[..], &more].concat());
        self.publish();
        // The holder's program has no network either: the issuer's log comes in a bundle.
        story.run("erika", &["add", "sealed"]).refuses("is not at hand");
        self.carry("issuer.bundle", &[]);
        story.ok("erika", &["add", "sealed", "--bundle", "issuer.bundle"]);
        story.ask("harbor", "accredited-individual", &["regime"], "request");
        story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    }

    fn publish(&self) {
        self.story.ok("acme", &["status", "publish", "--out-dir", "lists"]);
    }

    /// Market puts together what lies on the web.
    fn carry(&self, out: &str, more: &[&str]) {
        let args =
            ["bundle", "make", "--log", "web/did.jsonl", "--status", "lists/1", "--out", out];
        self.story.ok("market", &[&args[..], more].concat());
    }

    fn verify(&self, bundles: &[&str]) -> Run {
        let mut args = vec!["verify", "answer", "--dry-run"];
        args.extend(bundles.iter().flat_map(|bundle| ["--bundle", *bundle]));
        self.story.run("harbor", &args)
    }
}

#[test]
fn the_bundle_alone_decides() {
    let island = Island::new();
    let run = island.verify(&[]).exits(11);
    assert!(run.stdout.contains("44 trust list stale  [did-not-at-hand]"), "{run:?}");
    let run = island.verify(&["issuer.bundle"]).exits(0);
    assert!(run.stdout.contains("approved by            us number 1, for investor"), "{run:?}");
    let json = island.story.run(
        "harbor",
        &["verify", "answer", "--dry-run", "--json", "--explain", "--bundle", "issuer.bundle"],
    );
    let json = json.exits(0).json();
    assert_eq!(json["credentials"][0]["approved_by"]["jurisdiction"], "us");
    assert_eq!(json["credentials"][0]["issuer"], json!(island.did));
    let details = &json["checks"][11]["details"];
    assert!(
        details[0].as_str().unwrap().contains("us number 1 approves it as investor"),
        "{details}"
    );
}

#[test]
fn a_bundle_is_checked_by_the_logs_in_it() {
    let island = Island::new();
    let story = &island.story;
    let check = |bundle: &str| story.run("market", &["bundle", "verify", bundle]);
    let run = check("issuer.bundle").exits(0);
    assert!(run.stdout.contains(&format!("signed by {}", island.did)), "{run:?}");
    // A list by a key that the log brought along does not know yet.
    let old = story.bytes("web/did.jsonl");
    story.ok("acme", &["did", "rotate", "--out", "web"]);
    island.publish();
    std::fs::write(story.path("web/did.jsonl"), old).unwrap();
    island.carry("early.bundle", &[]);
    let run = check("early.bundle").exits(10);
    assert!(run.stdout.contains("the DID has no key of that name"), "{run:?}");
    // Without any log it has to wait until it is used.
    story.ok("market", &["bundle", "make", "--status", "lists/1", "--out", "list.bundle"]);
    assert!(check("list.bundle").exits(0).stdout.contains("it is checked when it is used"));
}

#[test]
fn what_is_newer_is_remembered_and_what_is_older_refused() {
    let island = Island::new();
    let story = &island.story;
    island.carry("old.bundle", &[]);
    story.ok("acme", &["did", "rotate", "--out", "web"]);
    island.publish();
    island.carry("new.bundle", &[]);
    let verify = ["verify", "answer", "--bundle", "new.bundle"];
    story.run("harbor", &verify).exits(0);
    // The newer one is remembered and counts, and the older one is told of.
    story.ask("harbor", "accredited-individual", &["method"], "again");
    story.ok("erika", &["present", "again", "--yes", "--out", "other"]);
    let run = story.run("harbor", &["verify", "other", "--dry-run", "--bundle", "old.bundle"]);
    let run = run.exits(0);
    assert!(run.stderr.contains("an older log of"), "{run:?}");
    // Without any bundle, too.
    story.run("harbor", &["verify", "other", "--dry-run"]).exits(0);
    // Where it was not kept, the older one is refused.
    let file = rusqlite::Connection::open(story.path("harbor/platform.db")).unwrap();
    file.execute_batch("DELETE FROM archive").unwrap();
    drop(file);
    let run = island.verify(&["old.bundle"]).exits(10);
    assert!(run.stdout.contains("45 rolled back or forked  [log-rolled-back]"), "{run:?}");
    // With both at hand the longer log counts, as it must.
    let run = island.verify(&["old.bundle", "new.bundle"]).exits(10);
    assert!(run.stdout.contains("nonce-spent") && !run.stdout.contains("rolled-back"), "{run:?}");
}

/// A list that does not follow may say whatever the one here does not: that one does not count any more.
#[test]
fn a_list_with_a_gap_before_it_ends_the_one_that_is_believed() {
    let island = Island::new();
    let story = &island.story;
    for (days, version) in [("31", "us-2"), ("32", "us-3")] {
        story.ok("market", &["trust", "propose", "us", "--grace-days", days, "--out", "proposal"]);
        story.ok("market", &["trust", "sign", "proposal", "--yes", "--out", "signed"]);
        story.ok("market", &["trust", "publish", "signed", "--out", version]);
    }
    island.carry("gap.bundle", &["--jurisdiction", "us-3"]);
    let refused = |run: Run| assert!(run.exits(10).stdout.contains("[trust-list-rolled-back]"));
    refused(island.verify(&["gap.bundle"]));
    refused(story.run("harbor", &["verify", "answer", "--bundle", "gap.bundle"]));
    // It is not remembered: the versions between may have taken the list from those who signed it.
    island.verify(&["issuer.bundle"]).exits(0);
    // With what is missing it goes on.
    island.carry("whole.bundle", &["--jurisdiction", "us-2", "--jurisdiction", "us-3"]);
    story.run("harbor", &["verify", "answer", "--bundle", "whole.bundle"]).exits(0);
}

/// Somebody's clock was years ahead when the list was taken: with the first acceptance it is here since then. A refusal may be
/// of a clock that is behind.
#[test]
fn a_list_taken_under_a_clock_that_was_ahead_is_here_all_the_same() {
    let island = Island::new();
    let story = &island.story;
    let index = story.path("harbor/jurisdictions/us/index.json");
    let since = || {
        let index: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
        index["documents"][0]["added"].as_str().unwrap().to_owned()
    };
    let (right, wrong) = (since(), "2099-01-01T00:00:00Z");
    let text = std::fs::read_to_string(&index).unwrap().replace(&right, wrong);
    std::fs::write(&index, text).unwrap();
    island.verify(&["issuer.bundle"]).exits(0);
    story.write("other", "{}");
    let other = ["verify", "other", "--nonce", "n", "--audience", "a"];
    story.run("harbor", &other).exits(10);
    assert_eq!(since(), wrong);
    story.run("harbor", &["verify", "answer", "--bundle", "issuer.bundle"]).exits(0);
    assert!(*right <= *since() && *since() < *wrong, "{}", since());
    story.ok("harbor", &["trust", "show", "us"]);
}

/// Nobody's signature makes a list newer than the one believed but theirs who govern it.
#[test]
fn a_strangers_list_with_a_gap_ends_nothing() {
    let island = Island::new();
    let story = &island.story;
    story.ok("erika", &["trust", "init", "us", "--threshold", "1", "--out", "mine"]);
    for days in ["31", "32"] {
        story.ok("erika", &["trust", "sign", "mine", "--yes", "--out", "signed"]);
        story.ok("erika", &["trust", "publish", "signed", "--out", "theirs"]);
        story.ok("erika", &["trust", "propose", "us", "--grace-days", days, "--out", "mine"]);
    }
    story.ok("erika", &["trust", "sign", "mine", "--yes", "--out", "signed"]);
    story.ok("erika", &["trust", "publish", "signed", "--out", "theirs"]);
    island.carry("theirs.bundle", &["--jurisdiction", "theirs"]);
    let run = island.verify(&["theirs.bundle"]).exits(0);
    assert!(run.stderr.contains("us was left out"), "{run:?}");
}

/// Who signs nothing, or too little, is told before anybody is on a plane with it.
#[test]
fn a_list_that_too_few_have_signed_does_not_hold() {
    let island = Island::new();
    let story = &island.story;
    story.ok("market", &["trust", "propose", "us", "--grace-days", "31", "--out", "proposal"]);
    island.carry("unsigned.bundle", &["--jurisdiction", "proposal"]);
    let run = story.run("harbor", &["bundle", "verify", "unsigned.bundle", "--json"]).exits(10);
    let rows = run.json()["items"].as_array().unwrap().clone();
    let codes: Vec<_> = rows.iter().filter_map(|row| row["code"].as_str()).collect();
    assert_eq!(codes, ["threshold-not-met"]);
    // Nor is somebody a maker who cannot sign a bundle.
    let pin = ["trust", "pin", &island.did, "--maker"];
    assert!(story.run("harbor", &pin).exits(2).stderr.contains("a did:key or did:jwk"));
    // And before there was a DID there is nothing of it to show.
    let run = story.run("acme", &["did", "show", "--at", "2020-01-01"]).exits(0);
    assert!(run.stderr.contains("At 2020-01-01T00:00:00Z there was none of it yet"), "{run:?}");
}

#[test]
fn a_stolen_key_is_told_by_the_next_bundle() {
    let island = Island::new();
    let stolen = format!("{}#key-1", island.did);
    let story = &island.story;
    let doctor = || story.run("acme", &["doctor"]).stdout;
    let told = "a key was declared stolen since they were published";
    assert!(!doctor().contains(told));
    story.run("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]).exits(0);
    assert!(doctor().contains(told), "{}", doctor());
    // A version may be a second ahead.
    std::thread::sleep(std::time::Duration::from_secs(2));
    island.publish();
    assert!(!doctor().contains(told), "{}", doctor());
    island.publish();
    island.carry("next.bundle", &[]);
    let run = island.verify(&["next.bundle"]).exits(10);
    assert!(run.stdout.contains("35 bad signature  [key-compromised]"), "{stolen} {run:?}");
}

#[test]
fn a_bundle_takes_the_list_on() {
    let island = Island::new();
    let story = &island.story;
    let end = [
        "trust",
        "propose",
        "us",
        "--validator",
        &island.did,
        "--end",
        "investor",
        "--on-end",
        "invalidate",
        "--out",
        "proposal",
    ];
    let run = story.run("market", &end);
    assert_eq!(run.exit, 0, "{run:?}");
    story.ok("market", &["trust", "sign", "proposal", "--yes", "--out", "signed"]);
    story.ok("market", &["trust", "publish", "signed", "--out", "us-2"]);
    island.carry("next.bundle", &["--jurisdiction", "us-2"]);
    // Today is the last day: the next version decides, and still approves.
    let args = ["verify", "answer", "--dry-run", "--explain", "--bundle", "next.bundle"];
    let run = story.run("harbor", &args).exits(0);
    assert!(run.stdout.contains("us number 2 approves it as investor"), "{run:?}");
    // A dry run keeps nothing; a decision keeps what decided, for the next one and for a replay.
    let version = || story.json("harbor", &["trust", "show"])[0]["seq"].clone();
    assert_eq!(version(), 1);
    let verify = ["verify", "answer", "--bundle", "next.bundle"];
    let run = story.run("harbor", &verify).exits(0);
    assert!(run.stderr.contains("Taken from the bundle: us, version 2"), "{run:?}");
    assert_eq!(version(), 2);
    story.ask("harbor", "accredited-individual", &["method"], "again");
    story.ok("erika", &["present", "again", "--yes", "--out", "other"]);
    story.run("harbor", &["verify", "other", "--bundle", "issuer.bundle"]).exits(0);
    // A list that nobody here believes is left out, and said to be.
    let other = story
        .run("erika", &["verify", "answer", "--request", "request", "--bundle", "next.bundle"]);
    assert!(other.exits(10).stderr.contains("the bundle brings us, which is not believed here"));
}

#[test]
fn decisions_are_made_again_from_the_home_alone() {
    let island = Island::new();
    let story = &island.story;
    let decided = story.run("harbor", &["verify", "answer", "--json", "--bundle", "issuer.bundle"]);
    let decided = decided.exits(0).json();
    let then = decided["at"].as_str().unwrap().to_owned();
    std::thread::sleep(std::time::Duration::from_secs(1));
    story.run("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]).exits(0);
    island.publish();
    island.carry("next.bundle", &[]);
    let verify = ["verify", "answer", "--json", "--bundle", "next.bundle"];
    let refused = story.run("harbor", &verify).exits(10).json();
    let now = refused["at"].as_str().unwrap().to_owned();
    // Nothing is given but the moment: what was known then decides.
    let replay = |at: &str| story.run("harbor", &["verify", "answer", "--json", "--at", at]);
    let again = replay(&then).exits(0).json();
    assert_eq!(again["credentials"], decided["credentials"]);
    assert_eq!(again["replay"], true);
    let again = replay(&now).exits(10).json();
    assert_eq!(again["reasons"][0]["kind"], "key-compromised");
    // Before anything was known.
    let before = replay("2026-01-01").json();
    assert!(before["verdict"] != "accepted", "{before}");
}

#[test]
fn what_decisions_rested_on_is_listed_and_pruned() {
    let island = Island::new();
    let story = &island.story;
    let archive = |more: &[&str]| story.run("harbor", &[&["trust", "archive"][..], more].concat());
    #[cfg(unix)]
    {
        // A file that leads nowhere is not the same as none.
        let platform = story.path("harbor/platform.db");
        std::os::unix::fs::symlink("nowhere", &platform).unwrap();
        archive(&[]).exits(1);
        std::fs::remove_file(&platform).unwrap();
    }
    let listed = || archive(&["--json"]).exits(0).json();
    assert_eq!(listed(), json!({"pieces": [], "bytes": 0, "complete_since": null}));
    let verify = |bundle| {
        let run = story.run("harbor", &["verify", "answer", "--json", "--bundle", bundle]);
        run.json()["at"].as_str().unwrap().to_owned()
    };
    let then = verify("issuer.bundle");
    std::thread::sleep(std::time::Duration::from_secs(1));
    story.run("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]).exits(0);
    island.publish();
    island.carry("next.bundle", &[]);
    let now = verify("next.bundle");

    let all = listed();
    let logs: Vec<_> = all["pieces"].as_array().unwrap().iter().collect();
    let logs: Vec<_> = logs.into_iter().filter(|piece| piece["kind"] == "did-log").collect();
    assert_eq!(logs.iter().map(|log| &log["number"]).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((&logs[1]["since"], &logs[1]["fork"]), (&json!(then), &json!(false)));
    let whole = std::fs::metadata(story.path("web/did.jsonl")).unwrap().len();
    assert_eq!(logs[0]["bytes"], whole + 8);
    let run = archive(&[]).exits(0);
    assert!(run.stdout.contains("  entries: 2  "), "{run:?}");

    // Neither what is to come nor a whim deletes anything.
    archive(&["--prune", "2999-01-01"]).exits(2);
    archive(&["--prune", "soon"]).exits(2);
    assert!(archive(&["--prune", &now]).exits(10).stderr.contains("add --yes"));
    assert!(archive(&["--prune", &then, "--yes"]).exits(0).stderr.contains("nothing was deleted"));
    assert_eq!(listed(), all);

    let run = archive(&["--prune", &now, "--yes", "--json"]).exits(0).json();
    let left = listed();
    assert_eq!((&run["before"], &left["complete_since"]), (&json!(now), &json!(now)));
    let bytes = |of: &serde_json::Value| of["bytes"].as_u64().unwrap();
    assert_eq!(bytes(&all), bytes(&left) + bytes(&run));
    let count = |of: &serde_json::Value| of["pieces"].as_array().unwrap().len() as u64;
    assert_eq!(count(&all), count(&left) + run["deleted"].as_u64().unwrap());
    let replay = |at: &str| story.run("harbor", &["verify", "answer", "--at", at]);
    assert!(replay(&now).exits(10).stdout.contains("key-compromised"));
    let deleted = format!("trust material from before {now} was deleted");
    let run = replay(&then).exits(11);
    assert!(run.stderr.contains(&deleted), "{run:?}");
    // Whoever kept the bundle can still decide again.
    let bundle = ["verify", "answer", "--at", &then, "--bundle", "issuer.bundle"];
    assert!(story.run("harbor", &bundle).exits(0).stderr.contains(&deleted));
}

/// What a home keeps can be handed on, and counts elsewhere: the files are those that came.
#[test]
fn what_decisions_rested_on_is_written_as_files() {
    let island = Island::new();
    let story = &island.story;
    let export = |folder: &str| story.run("harbor", &["trust", "archive", "--out-dir", folder]);
    story.init("fresh", "ed25519");
    let nothing = story.run("fresh", &["trust", "archive", "--out-dir", "nothing"]);
    assert!(nothing.exits(10).stderr.contains("nothing is kept yet"));
    assert!(!story.path("nothing").exists());
    let verify = ["verify", "answer", "--bundle", "issuer.bundle"];
    story.run("harbor", &verify).exits(0);
    let run = export("kept").exits(0);
    assert!(run.stderr.contains("Wrote 3 pieces and index.json"), "{run:?}");
    let index: serde_json::Value = serde_json::from_slice(&story.bytes("kept/index.json")).unwrap();
    assert_eq!(index["forks"], json!([]));
    let file = |kind: &str| {
        let pieces = index["pieces"].as_array().unwrap();
        let piece = pieces.iter().find(|piece| piece["kind"] == kind).unwrap();
        format!("kept/{}", piece["files"][0]["file"].as_str().unwrap())
    };
    assert_eq!(story.bytes(&file("jurisdiction")), story.bytes("us-1"));
    let (log, list) = (file("did-log"), file("status-list"));
    assert_eq!(story.bytes(&log), story.bytes("web/did.jsonl"));
    let published = String::from_utf8(story.bytes("lists/1")).unwrap();
    assert_eq!(story.bytes(&list), published.trim().as_bytes());
    let make = ["bundle", "make", "--log", &log, "--status", &list, "--out", "again.bundle"];
    story.ok("market", &make);
    let run = story.run("harbor", &["bundle", "verify", "again.bundle"]).exits(0);
    assert!(run.stdout.contains(&format!("signed by {}", island.did)), "{run:?}");
    // Never over what is there, and not while it is deleted.
    assert!(export("kept").exits(10).stderr.contains("not an empty folder"));
    let both = ["trust", "archive", "--out-dir", "new", "--prune", "2026-01-01"];
    story.run("harbor", &both).exits(2);
}

/// ATTACKS 41: whoever brings the log from before the theft again. What refused is remembered too.
#[test]
fn a_stolen_key_stays_refused_whatever_bundle_comes_next() {
    let island = Island::new();
    let story = &island.story;
    story.run("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]).exits(0);
    island.publish();
    island.carry("next.bundle", &[]);
    let verify = |more: &[&str]| story.run("harbor", &[&["verify", "answer"][..], more].concat());
    let refused = |run: Run| assert!(run.exits(10).stdout.contains("key-compromised"));
    refused(verify(&["--bundle", "next.bundle"]));
    refused(verify(&["--bundle", "issuer.bundle"]));
    refused(verify(&[]));
    refused(verify(&["--bundle", "issuer.bundle", "--dry-run"]));
}

/// Somebody first carries the log with its entry written twice: it is not what the home keeps of it.
#[test]
fn a_spoilt_log_does_not_take_the_place_of_the_whole_one() {
    let island = Island::new();
    let story = &island.story;
    let whole = story.bytes("web/did.jsonl");
    std::fs::write(story.path("web/did.jsonl"), whole.repeat(2)).unwrap();
    island.carry("spoilt.bundle", &[]);
    std::fs::write(story.path("web/did.jsonl"), whole).unwrap();
    let verify = |bundle| story.run("harbor", &["verify", "answer", "--json", "--bundle", bundle]);
    let run = verify("spoilt.bundle").exits(10);
    assert!(run.stdout.contains("log-invalid"), "{run:?}");
    let at = verify("issuer.bundle").exits(0).json()["at"].as_str().unwrap().to_owned();
    story.run("harbor", &["verify", "answer", "--at", &at]).exits(0);
}

/// What each role is reminded of.
#[test]
fn the_doctor_knows_lists_and_duties() {
    let island = Island::new();
    let story = &island.story;
    let issuer = story.run("acme", &["doctor"]).exits(0).stdout;
    assert!(issuer.contains(&format!("this home issues as {}", island.did)), "{issuer}");
    assert!(issuer.contains("ok    statuses     the lists published last expire in"), "{issuer}");
    assert!(!issuer.contains("renewals"), "nothing ends soon: {issuer}");
    let platform = || story.run("harbor", &["doctor"]).exits(0).stdout;
    assert!(platform().contains("ok    lists        us number 1 expires in"), "{}", platform());
    assert!(!platform().contains("material"), "{}", platform());
    story.run("harbor", &["verify", "answer", "--bundle", "issuer.bundle"]).exits(0);
    assert!(platform().contains("ok    material     the newest used here came"), "{}", platform());
    let old = "UPDATE archive SET first_seen = first_seen - 30 * 86400";
    let file = rusqlite::Connection::open(story.path("harbor/platform.db")).unwrap();
    file.execute_batch(old).unwrap();
    assert!(platform().contains("Bring newer logs and status lists"), "{}", platform());
}

#[test]
fn what_is_fetched_may_be_too_old() {
    let island = Island::new();
    let story = &island.story;
    let verify = ["verify", "answer", "--dry-run", "--bundle", "issuer.bundle", "--did-age"];
    let run = story.run("harbor", &[&verify[..], &["30d"]].concat()).exits(11);
    // Nobody who is believed says when it was fetched.
    assert!(run.stdout.contains("[history-stale]"), "{run:?}");
    let maker = story.ok("market", &["id"]);
    story.ok("harbor", &["trust", "pin", maker.trim(), "--maker"]);
    story.run("harbor", &[&verify[..], &["30d"]].concat()).exits(0);
    let later = ["verify", "answer", "--at", "2060-01-01", "--bundle", "issuer.bundle"];
    let run = story.run("harbor", &[&later[..], &["--did-age", "52w"]].concat());
    assert!(run.stdout.contains("[history-stale]"), "{run:?}");
    assert!(!story.run("harbor", &later).stdout.contains("[history-stale]"));
    let run = story.run("harbor", &[&verify[..], &["soon"]].concat()).exits(2);
    assert!(run.stderr.contains("--did-age soon: not a length of time"), "{run:?}");
}

/// What its issuer signed with a stolen key counts nowhere, and its holder is told so.
#[test]
fn the_holder_learns_that_the_issuers_key_was_stolen() {
    let island = Island::new();
    let story = &island.story;
    let refresh = |bundle: &str| story.run("erika", &["refresh", "--json", "--bundle", bundle]);
    let states = |run: Run| {
        let rows = run.json();
        let states = rows.as_array().unwrap().iter().map(|row| row["state"].clone());
        states.collect::<Vec<_>>()
    };
    assert_eq!(states(refresh("issuer.bundle").exits(0)), ["stands"]);
    story.run("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]).exits(0);
    island.publish();
    island.carry("next.bundle", &[]);
    assert_eq!(states(refresh("next.bundle").exits(10)), ["key-compromised"]);
    let run = story.run("erika", &["refresh", "--bundle", "next.bundle"]).exits(10);
    assert!(run.stdout.contains("ask the issuer for a new one"), "{run:?}");
    assert!(story.run("erika", &["refresh"]).exits(11).stderr.contains("--bundle"));
}

/// ATTACKS 41 for a did:web, whose document says nothing of its age: what a pinned maker brought later counts, whether
/// or not an answer needed it.
#[test]
fn an_older_document_does_not_count_after_a_later_one_was_brought() {
    let story = Story::begun("ed25519");
    std::fs::create_dir(story.path("web")).unwrap();
    let did = story.ok("acme", &["did", "create", "--web", "acme.example", "--out", "web"]);
    let did = did.trim();
    story.init("market", "ed25519");
    let carry = |out: &str| {
        std::thread::sleep(std::time::Duration::from_secs(1));
        story.ok("market", &["bundle", "make", "--did", "web/did.json", "--out", out]);
    };
    let nonce = story.ok("acme", &["nonce"]);
    story.ok("erika", &["id", "--prove", did, "--nonce", &nonce, "--out", "proof"]);
    let issue = ["issue", "accredited-individual", "--holder", "proof", "--nonce", &nonce];
    let more = ["--claims", "investor.json", "--identified-here", "case-7", "--out", "sealed"];
    story.ok("acme", &[&issue[..], &more].concat());
    carry("old.bundle");
    let first = story.bytes("web/did.json");
    let maker = story.ok("market", &["id"]);
    for home in ["erika", "harbor"] {
        story.ok(home, &["trust", "pin", maker.trim(), "--maker"]);
    }
    story.ok("harbor", &["trust", "pin", did]);
    story.ok("erika", &["add", "sealed", "--bundle", "old.bundle"]);
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    story.ok("erika", &["present", "request", "--yes", "--out", "answer"]);
    let verify = |home: &str, answer: &str, bundle: &str| {
        story.run(home, &["verify", answer, "--request", "request", "--bundle", bundle])
    };
    // Retired in order, its key counts for what it signed.
    story.ok("acme", &["did", "rotate", "--out", "web"]);
    carry("rotated.bundle");
    story.run("harbor", &["verify", "answer", "--dry-run", "--bundle", "rotated.bundle"]).exits(0);
    std::fs::create_dir(story.path("fresh")).unwrap();
    let copy = || std::fs::copy(story.path("harbor/trust.json"), story.path("fresh/trust.json"));
    story.ok("acme", &["did", "rotate", "--compromised", "key-1", "--out", "web"]);
    carry("new.bundle");
    let dry = ["verify", "answer", "--dry-run", "--bundle", "old.bundle"];
    story.run("harbor", &dry).exits(0);
    assert!(verify("harbor", "answer", "new.bundle").exits(10).stdout.contains("key-compromised"));
    let run = verify("harbor", "answer", "old.bundle").exits(11);
    assert!(run.stdout.contains("44 trust list stale  [history-stale]"), "{run:?}");
    story.run("harbor", &dry).exits(11);
    // The old document fetched again, or packed again: what was declared stolen stays so.
    let latest = story.bytes("web/did.json");
    std::fs::write(story.path("web/did.json"), &first).unwrap();
    carry("again.bundle");
    let run = verify("harbor", "answer", "again.bundle").exits(10);
    assert!(run.stdout.contains("key-compromised"), "{run:?}");
    // As of that moment too, though the archive's latest document is the old one.
    let dry = ["verify", "answer", "--request", "request", "--dry-run", "--json"];
    let then = story.run("harbor", &dry).json();
    let then = then["at"].as_str().unwrap();
    let replay = story.run("harbor", &["verify", "answer", "--request", "request", "--at", then]);
    assert!(replay.exits(10).stdout.contains("key-compromised"), "{then}");
    std::fs::write(story.path("web/did.json"), latest).unwrap();
    // Brought beside an answer that had nothing to do with it.
    copy().unwrap();
    verify("fresh", "id.json", "new.bundle").exits(10);
    verify("fresh", "answer", "old.bundle").exits(11);
}

/// A list that is not whole is a fault, and not one less.
#[test]
fn a_home_whose_lists_are_damaged_decides_nothing() {
    let island = Island::new();
    let (story, lists) = (&island.story, island.story.path("harbor/jurisdictions"));
    let verify = || island.verify(&["issuer.bundle"]);
    verify().exits(0);
    let index = std::fs::read(lists.join("us/index.json")).unwrap();
    std::fs::remove_file(lists.join("us/index.json")).unwrap();
    let run = verify().exits(1);
    assert!(run.stderr.contains("jurisdictions/us is no list that was added whole"), "{run:?}");
    story.run("harbor", &["doctor"]).exits(1);
    std::fs::write(lists.join("us/index.json"), index).unwrap();
    std::fs::write(lists.join("notes"), "mine").unwrap();
    assert!(verify().exits(1).stderr.contains("move it away"));
    std::fs::rename(lists.join("notes"), lists.join(".notes")).unwrap();
    verify().exits(0);
    std::fs::rename(&lists, story.path("harbor/elsewhere")).unwrap();
    std::fs::write(&lists, "").unwrap();
    verify().exits(1);
}
