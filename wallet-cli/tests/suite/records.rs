//! What an issuer keeps of its investors, and for how long.

use serde_json::json;

use crate::support::{Desk, PRIVATE, Story, lab};

#[test]
fn an_investor_is_shown_with_all_that_was_done() {
    let desk = Desk::today();
    desk.ok("acme", &["revoke", "1", "--reason", "key-lost", "--operator", "Ada"]);
    let listed = desk.json("acme", &["records", "list"]);
    assert_eq!((&listed[0]["investor"], &listed[0]["credentials"]), (&json!("ACME-7"), &json!(3)));
    let shown = desk.ok("acme", &["records", "show", "ACME-7"]);
    for said in ["     1  kyc-identity            revoked ", "list 1 index", "key-lost", "Ada"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let json = desk.json("acme", &["records", "show", "ACME-7"]);
    assert_eq!(json["credentials"][0]["uri"], "https://acme.example/status/1");
    let kinds: Vec<_> = json["log"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["issue", "issue", "issue", "revoke"]);
    assert_eq!(json["log"][3]["details"], json!({"credential": 1, "reason": "key-lost"}));
    for private in PRIVATE {
        assert!(!shown.contains(private), "claims are not kept: {private}");
    }
    desk.run("acme", &["records", "show", "acme-7"]).refuses("nobody of that id");
}

#[test]
fn looking_makes_no_records() {
    let story = Story::begun("ed25519");
    let before = story.files();
    for (args, said) in [
        (&["records", "list"][..], "Nobody yet"),
        (&["renewals"], "Nothing ends within 30 days"),
        (&["status", "list"], "set-url"),
    ] {
        let run = story.run("acme", args).exits(0);
        assert!(run.stderr.contains(said) && run.stdout.is_empty(), "{run:?}");
    }
    for args in [
        &["records", "show", "x"][..],
        &["records", "erase", "x", "--yes"],
        &["records", "end", "x", "--on", "2026-01-01"],
        &["revoke", "1", "--reason", "fraud"],
        &["log", "verify"],
        &["log", "export", "--out", "new"],
        &["log", "head", "--out", "new"],
    ] {
        story.run("acme", args).refuses("no issuer's records");
    }
    assert!(story.files() == before);
}

#[test]
fn nothing_is_erased_before_its_day() {
    let desk = Desk::today();
    let today = lab::now().date();
    let year: u32 = today.split('-').next().unwrap().parse().unwrap();
    let erase = ["records", "erase", "ACME-7", "--yes"];
    desk.run("acme", &erase).refuses("the relationship has not ended");
    for (exit, on) in [(2, "2126-01-01"), (2, "yesterday"), (2, "2026-02-30"), (10, "2001-01-01")] {
        desk.run("acme", &["records", "end", "ACME-7", "--on", on]).exits(exit);
    }
    desk.run("acme", &["records", "end", "acme-7", "--on", &today]).refuses("nobody of that id");
    let told = desk.json("acme", &["records", "end", "ACME-7", "--on", &today]);
    // The screening outlasts the relationship's five years (leap days aside, the same day in ten years).
    let until = told["kept_until"].as_str().unwrap();
    assert!(until.starts_with(&(year + 10).to_string()), "{told}");
    assert!(told["reason"].as_str().unwrap().contains("31 CFR 501.601"), "{told}");
    let run = desk.run("acme", &erase).refuses("must be kept until");
    assert!(run.stderr.contains(until) && run.stderr.contains("501.601"), "{run:?}");
    desk.run("acme", &erase[..3]).refuses("no terminal");
    assert_eq!(desk.states("ACME-7"), ["valid"; 3]);
    let shown = desk.ok("acme", &["records", "show", "ACME-7"]);
    assert!(shown.contains(&format!("kept until {until}")), "{shown}");
}

#[test]
fn an_erased_investor_is_a_number_and_the_log_still_holds() {
    let desk = Desk::new("Erika Example", "2010-03-01");
    let head = desk.ok("acme", &["log", "head", "--out", "head"]);
    assert_eq!(head, "");
    desk.ok("acme", &["records", "end", "Erika Example", "--on", "2010-04-01"]);
    let erased = desk.json("acme", &["records", "erase", "Erika Example", "--yes"]);
    assert_eq!(erased, json!({"erased": "Erika Example"}));
    desk.run("acme", &["records", "show", "Erika Example"]).refuses("nobody of that id");
    let listed = desk.json("acme", &["records", "list"]);
    assert_eq!((&listed[0]["investor"], &listed[0]["credentials"]), (&json!(null), &json!(3)));
    let log = desk.ok("acme", &["log", "export", "--details"]);
    assert!(!log.contains("case-7") && log.contains(r#""details":null"#), "{log}");
    desk.ok("acme", &["log", "verify", "--against", "head"]);
    // What was issued can still be revoked, by its number.
    let run = desk.run("acme", &["revoke", "1", "--reason", "issuer-error"]).exits(0);
    assert!(run.stdout.contains("(erased)"), "{run:?}");
}

#[test]
fn what_ends_soon_is_listed_soonest_first() {
    let desk = Desk::today();
    let json = desk.json("acme", &["renewals", "--within", "36000d"]);
    let ends: Vec<&str> =
        json.as_array().unwrap().iter().map(|one| one["ends"].as_str().unwrap()).collect();
    assert!(ends.len() == 3 && ends.is_sorted(), "{ends:?}");
    assert_eq!(json[0]["type"], "aml-screening");
    assert_eq!(json[0]["investor"], "ACME-7");
    let soon = desk.json("acme", &["renewals", "--within", "40d"]);
    assert_eq!(soon.as_array().unwrap().len(), 1);
    assert!(desk.ok("acme", &["renewals", "--within", "40d"]).contains("aml-screening"));
    desk.ok("acme", &["revoke", "3", "--reason", "superseded"]);
    assert_eq!(desk.json("acme", &["renewals", "--within", "40d"]), json!([]));
    desk.ok("acme", &["records", "end", "ACME-7", "--on", &lab::now().date()]);
    assert_eq!(desk.json("acme", &["renewals", "--within", "36000d"]), json!([]));
    for bad in ["", "soon", "0d", "-1d", "1y"] {
        desk.run("acme", &["renewals", &format!("--within={bad}"), "--csv", "new"]).exits(2);
    }
    assert!(!desk.exists("new"));
}

#[test]
fn a_table_of_renewals_computes_nothing() {
    for evil in ["=HYPERLINK(\"https://evil.example\")", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"] {
        let story = Story::begun("ed25519");
        let investor = format!("--investor={evil}");
        story.ok("acme", &story.issue("kyc-identity", "id.json", &["--out", "c", &investor]));
        story.ok("acme", &["renewals", "--within", "800d", "--csv", "table.csv"]);
        let table = story.bytes("table.csv");
        let mut rows = csv::Reader::from_reader(table.as_slice());
        let header: Vec<&str> = rows.headers().unwrap().iter().collect();
        assert_eq!(header, ["external_id", "type", "assessed_on", "ends"]);
        let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(&rows[0][0], format!("'{evil}"));
        let run = story.run("acme", &["renewals", "--within", "800d"]).exits(0);
        assert!(!run.stdout.contains(['\t', '\r']), "{run:?}");
    }
}

#[test]
fn one_row_stands_for_all_keys() {
    let story = Story::begun("ed25519");
    let prove = ["id", "--prove", &story.acme, "--nonce", &story.nonce, "--columns", "3"];
    story.ok("erika", &[&prove[..], &["--out", "proof"]].concat());
    let more = ["--keys", "3", "--out", "c"];
    story.ok("acme", &story.issue("kyc-identity", "id.json", &more));
    let printed = story.ok("acme", &["renewals", "--within", "800d", "--csv", "-"]);
    assert_eq!(printed.lines().count(), 2, "{printed}");
    assert_eq!(story.ok("acme", &["renewals", "--within", "800d"]).lines().count(), 3);
    let own = ["renewals", "--within", "800d", "--csv", "acme/records.db"];
    story.run("acme", &own).refuses("a file that your home keeps");
}

#[test]
fn without_the_subjects_keys_credentials_can_still_be_revoked() {
    let desk = Desk::today();
    desk.ok("acme", &["log", "head", "--out", "head"]);
    std::fs::remove_file(desk.path("acme/subject-keys.db")).unwrap();
    assert_eq!(desk.json("acme", &["records", "list"])[0]["investor"], json!(null));
    let log = desk.json("acme", &["records", "show", "ACME-7"])["log"].clone();
    assert_eq!(log[0]["details"], json!(null));
    let again = desk.issue("residency", "id.json", &["--investor", "ACME-7", "--out", "new"]);
    assert_ne!(desk.run("acme", &again).exit, 0);
    desk.ok("acme", &["revoke", "--investor", "ACME-7", "--reason", "issuer-error"]);
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.ok("acme", &["log", "verify", "--against", "head"]);
}

#[test]
fn an_older_copy_of_the_records_is_told_by_a_head() {
    let desk = Desk::today();
    let files = ["records.db", "records.db-wal"].map(|name| format!("acme/{name}"));
    let copies: Vec<_> = files.iter().filter(|file| desk.exists(file)).collect();
    let copies: Vec<_> = copies.into_iter().map(|file| (file, desk.bytes(file))).collect();
    desk.ok("acme", &["revoke", "1", "--reason", "fraud"]);
    desk.ok("acme", &["log", "head", "--out", "head"]);
    for file in &files {
        let _not_there = std::fs::remove_file(desk.path(file));
    }
    for (file, bytes) in copies {
        desk.write(file, bytes);
    }
    assert_eq!(desk.states("ACME-7"), ["valid"; 3]);
    desk.ok("acme", &["log", "verify"]);
    desk.run("acme", &["log", "verify", "--against", "head"]).refuses("the log ends at entry 4");
}
