//! Bundles from the command line: made at a desk with files, carried, read where there is no network (ATTACKS 43a).
//!
//! `data/webvh-basic-update.jsonl` is a log of the did:webvh test suite (Apache-2.0): basic-update/ts.

use serde_json::{Value, json};

use crate::support::{Desk, Run};

const LOG: &str = include_str!("../data/webvh-basic-update.jsonl");
const LOG_DID: &str = "did:webvh:Qmdxt11AjZewCNXX69bpEDobgjySeZ7eFwjf4tgpF6p2Dg:example.com";
const WEB: &str = "did:web:kyc.example";

/// Acme has published its list; beside it lie a log, a document of a did:web, type metadata and a policy.
fn desk() -> Desk {
    let desk = Desk::today();
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.write("did.jsonl", LOG);
    desk.write("house.toml", "nothing = \"yet\"");
    desk.write("type.json", r#"{"vct":"urn:example:membership:1"}"#);
    let key = desk.ok("acme", &["id", "--document"]).replace(&desk.acme, WEB);
    desk.write("did.json", key);
    desk
}

const FILES: [&str; 10] = [
    "--status",
    "web/1",
    "--log",
    "did.jsonl",
    "--did",
    "did.json",
    "--type",
    "type.json",
    "--policy",
    "house.toml",
];

fn make(desk: &Desk, out: &str, more: &[&str]) -> Run {
    let args = ["bundle", "make", "--out", out];
    desk.run("acme", &[&args, &FILES[..], more].concat()).exits(0)
}

#[test]
fn made_and_looked_into() {
    let desk = desk();
    let run = make(&desk, "b", &[]);
    assert!(run.stderr.contains("Wrote 5 items into b, signed as did:key:"), "{run:?}");
    assert!(run.stderr.contains(&format!("bonafide trust pin {} --maker", desk.acme)));
    assert_eq!(run.stdout, "");
    let run = desk.run("harbor", &["bundle", "inspect", "b"]).exits(0);
    assert!(run.stdout.starts_with(&format!("made by  {}\nmade     ", desk.acme)), "{run:?}");
    for item in [
        format!("did-document   {WEB}"),
        format!("did-log        {LOG_DID}"),
        "policy         house".into(),
        "status-list    https://acme.example/status/1".into(),
        "type-metadata  urn:example:membership:1".into(),
    ] {
        assert!(run.stdout.contains(&item), "{item}: {run:?}");
    }
    assert!(run.stdout.contains("; ends in "), "{run:?}");
    assert!(
        run.stderr.contains("3 items that do not prove themselves count for nothing"),
        "{run:?}"
    );
    assert!(run.stderr.contains("Ends in "), "{run:?}");
    desk.ok("harbor", &["trust", "pin", &desk.acme, "--maker", "--name", "Acme's desk"]);
    let run = desk.run("harbor", &["bundle", "inspect", "b"]).exits(0);
    assert!(run.stdout.contains("(Acme's desk)") && run.stderr.contains("all of its items count"));
    let json = desk.json("harbor", &["bundle", "inspect", "b"]);
    assert_eq!((&json["pinned"], &json["name"]), (&json!(true), &json!("Acme's desk")));
    assert_eq!(json["items"].as_array().unwrap().len(), 5);
    assert_eq!(json["items"][1]["proves_itself"], true);
    // From a pipe, and without any home.
    let bytes = desk.bytes("b");
    desk.bare(&["bundle", "inspect", "-"], &[], Some(&bytes)).exits(0);
}

/// A maker is no issuer, and an issuer no maker; who is one can become the other too.
#[test]
fn a_maker_is_pinned_for_bundles_only() {
    let desk = desk();
    let list = || desk.ok("harbor", &["trust", "list"]);
    desk.ok("harbor", &["trust", "pin", &desk.acme, "--maker"]);
    assert!(list().starts_with("maker "), "{}", list());
    desk.run("harbor", &["trust", "pin", &desk.acme, "--maker", "--verifier"]).exits(2);
    desk.ok("harbor", &["trust", "pin", &desk.acme]);
    assert!(list().starts_with("issuer and maker"), "{}", list());
    desk.ok("harbor", &["trust", "unpin", &desk.acme]);
    desk.ok("harbor", &["trust", "pin", &desk.acme]);
    assert!(list().starts_with("issuer "), "{}", list());
    make(&desk, "b", &[]);
    let json = desk.json("harbor", &["bundle", "inspect", "b"]);
    assert_eq!(json["pinned"], false);
}

#[test]
fn every_item_is_checked() {
    let desk = desk();
    make(&desk, "b", &[]);
    let verify = |file: &str| desk.run("harbor", &["bundle", "verify", file]);
    let run = verify("b").exits(0);
    let proven = format!("signed by {}", desk.acme);
    for line in [proven.as_str(), "signed by its controllers, 2 entries", "counts for nothing"] {
        assert!(run.stdout.contains(line), "{line}: {run:?}");
    }
    assert_eq!(run.stdout.matches("proven ").count(), 2);
    assert!(run.stderr.contains("All 5 items hold."));
    desk.ok("harbor", &["trust", "pin", &desk.acme, "--maker"]);
    assert_eq!(verify("b").exits(0).stdout.matches("its maker is pinned").count(), 3);
    // A byte of the policy, and one of the log's middle.
    for (from, name) in [("nothing = ", "policy"), ("2000-01-02", "did-log")] {
        let mut bytes = desk.bytes("b");
        let at = bytes.windows(10).position(|window| window == from.as_bytes()).unwrap();
        bytes[at] ^= 1;
        desk.write("changed", bytes);
        let run = verify("changed").exits(10);
        assert!(run.stdout.contains(&format!("REFUSED  {name}")), "{run:?}");
        assert!(run.stderr.contains("1 of 5 items did not hold"), "{run:?}");
        let json = desk.run("harbor", &["bundle", "verify", "changed", "--json"]).exits(10).json();
        assert_eq!(json["refused"], 1);
        let rows = json["items"].as_array().unwrap();
        let refused = rows.iter().find(|row| row["finding"] == "refused").unwrap();
        assert_eq!(
            (&refused["code"], &refused["item"]["kind"]),
            (&json!("digest-mismatch"), &json!(name))
        );
    }
}

/// Whole, and signed by the maker; but what it holds is not what it says.
#[test]
fn items_that_do_not_prove_themselves_are_refused() {
    let desk = desk();
    let other = desk.ok("harbor", &["id"]);
    let token = desk.text("web/1");
    let (head, signature) = token.trim().rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    desk.write("forged", format!("{head}.{flipped}{}", signature.get(1..).unwrap()));
    desk.write("forged.jsonl", LOG.replacen("2000-01-02", "2000-01-03", 1));
    desk.write("wrong.json", format!(r#"{{"id":"{WEB}"}}"#));
    let args = ["bundle", "make", "--out", "b", "--status", "forged", "--log", "forged.jsonl"];
    desk.ok("acme", &[&args[..], &["--did", "wrong.json"]].concat());
    desk.ok("harbor", &["trust", "pin", &desk.acme, "--maker"]);
    desk.ok("harbor", &["trust", "pin", &other, "--maker"]);
    let json = desk.run("harbor", &["bundle", "verify", "b", "--json"]).exits(10).json();
    let code = |kind: &str| -> Value {
        let rows = json["items"].as_array().unwrap();
        rows.iter().find(|row| row["item"]["kind"] == kind).unwrap()["code"].clone()
    };
    assert_eq!(code("status-list"), "bad-signature");
    assert_eq!(code("did-log"), "log-invalid");
    assert!(code("did-document").is_null(), "a document without keys is one");
}

#[test]
fn two_are_compared() {
    let desk = desk();
    make(&desk, "old", &[]);
    desk.ok("acme", &["revoke", "2", "--reason", "data-wrong"]);
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.write("more.toml", "x");
    let more = ["--previous", "old", "--policy", "more.toml"];
    make(&desk, "new", &more);
    let run = desk.run("harbor", &["bundle", "diff", "old", "new"]).exits(0);
    assert!(run.stdout.contains("added      policy         more\n"), "{run:?}");
    assert!(
        run.stdout.contains("changed    status-list    https://acme.example/status/1"),
        "{run:?}"
    );
    assert!(!run.stdout.contains("removed"), "{run:?}");
    let json = desk.json("harbor", &["bundle", "diff", "new", "old"]);
    assert_eq!(json["follows"], false);
    assert!(json["changes"].as_array().unwrap().iter().any(|row| row["change"] == "removed"));
    assert_eq!(desk.json("harbor", &["bundle", "diff", "old", "new"])["follows"], true);
    let run = desk.run("harbor", &["bundle", "diff", "old", "old"]).exits(0);
    assert!(run.stdout.is_empty() && run.stderr.contains("the same items"), "{run:?}");
}

/// What counts is written out; the rest only where its maker is pinned.
#[test]
fn items_become_files_again() {
    let desk = desk();
    make(&desk, "b", &[]);
    let run = desk.run("harbor", &["bundle", "export", "b", "--out-dir", "out"]).exits(0);
    assert!(run.stderr.contains("Left out: 3 items"), "{run:?}");
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(desk.path(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("out").len(), 3);
    let index: Value = serde_json::from_str(&desk.text("out/index.json")).unwrap();
    let file = index["items"][0]["file"].as_str().unwrap();
    assert!(file.starts_with("did-log-did_webvh_Qmdxt") && file.ends_with(".jsonl"), "{file}");
    assert_eq!(desk.text(&format!("out/{file}")), LOG);
    // Not over what is there.
    desk.run("harbor", &["bundle", "export", "b", "--out-dir", "out"])
        .refuses("not an empty folder");
    desk.ok("harbor", &["trust", "pin", &desk.acme, "--maker"]);
    desk.ok("harbor", &["bundle", "export", "b", "--out-dir", "all"]);
    assert_eq!(names("all").len(), 6);
    let policy = names("all").into_iter().find(|name| name.starts_with("policy-house-")).unwrap();
    assert_eq!(desk.text(&format!("all/{policy}")), "nothing = \"yet\"");
}

/// Names are other people's: no file leaves the folder, and nothing acts on the terminal.
#[test]
fn names_lead_nowhere() {
    let desk = desk();
    for vct in ["../../../etc/passwd", "/etc/passwd", "a\u{202e}b", "..", &"x/".repeat(900)] {
        desk.write("t.json", json!({"vct": vct}).to_string());
        desk.ok("acme", &["bundle", "make", "--out", "b", "--type", "t.json"]);
        desk.ok("acme", &["trust", "pin", &desk.acme, "--maker"]);
        let _ = std::fs::remove_dir_all(desk.path("out"));
        let run = desk.run("acme", &["bundle", "export", "b", "--out-dir", "out"]).exits(0);
        assert!(!run.said().contains('\u{202e}'));
        assert_eq!(std::fs::read_dir(desk.path("out")).unwrap().count(), 2);
        let said = desk.run("acme", &["bundle", "inspect", "b"]).exits(0).said();
        assert!(!said.contains('\u{202e}'));
    }
    desk.write("t.json", r#"{"vct": "a\u001b[2Jb"}"#);
    let run = desk.run("acme", &["bundle", "make", "--out", "b2", "--type", "t.json"]);
    run.refuses("a name that no item of that kind can have");
}

#[test]
fn small_ones_go_through_a_camera() {
    let desk = desk();
    let args = ["bundle", "make", "--out", "b", "--status", "web/1", "--log", "did.jsonl"];
    desk.ok("acme", &args);
    let printed = desk.run("harbor", &["bundle", "qr", "b"]).exits(0);
    let codes = printed.stdout.matches("BONAFIDE-PART/1 ").count();
    assert!(codes > 5 && printed.stdout.contains(&format!("Part {codes} of {codes}")), "{codes}");
    assert!(printed.stdout.contains('\u{2588}'));
    // The texts alone, backwards and one of them twice; and what was printed with the pictures.
    let text = desk.ok("harbor", &["bundle", "qr", "b", "--text"]);
    assert_eq!(text.lines().count(), codes);
    let mut lines: Vec<String> = text.lines().rev().map(str::to_lowercase).collect();
    lines.push(lines[0].clone());
    desk.write("scanned", lines.join("\r\n"));
    let run = desk.run("harbor", &["bundle", "join", "scanned", "--out", "joined"]).exits(0);
    assert!(run.stderr.contains("Wrote joined: 2 items, made by did:key:"), "{run:?}");
    assert_eq!(desk.bytes("joined"), desk.bytes("b"));
    desk.write("printed", &printed.stdout);
    desk.ok("harbor", &["bundle", "join", "printed", "--out", "joined2"]);
    assert_eq!(desk.bytes("joined2"), desk.bytes("b"));
    // One missing, one damaged, none at all.
    let join = || desk.run("harbor", &["bundle", "join", "scanned", "--out", "no"]);
    desk.write("scanned", lines[1..codes - 1].join("\n"));
    join().refuses(&format!("parts are missing: 1, {codes}"));
    desk.write("scanned", text.replacen(" 2/", " two/", 1));
    join().refuses("scanned, line 2: not a part");
    desk.write("scanned", "a shopping list\n");
    join().refuses("no part of a series was found");
    assert!(!desk.exists("no"));
    let json = desk.json("harbor", &["bundle", "qr", "b"]);
    assert_eq!(json["parts"].as_array().unwrap().len(), codes);
}

#[test]
fn what_is_no_bundle_is_refused() {
    let desk = desk();
    make(&desk, "b", &[]);
    let mut cut = desk.bytes("b");
    cut.pop();
    desk.write("cut", cut);
    desk.write("long", [desk.bytes("b"), b"\n".to_vec()].concat());
    for (file, words) in [
        ("pw", "pw: not a bundle"),
        ("web/1", "not a bundle"),
        ("cut", "the bundle breaks off"),
        ("long", "bytes behind its last item"),
    ] {
        for command in ["inspect", "verify", "qr"] {
            desk.run("harbor", &["bundle", command, file]).refuses(words);
        }
        desk.run("harbor", &["bundle", "diff", "b", file]).refuses(words);
        desk.run("harbor", &["bundle", "export", file, "--out-dir", "new"]).refuses(words);
        assert!(!desk.exists("new"));
    }
}

#[test]
fn files_that_are_no_items_are_named() {
    let desk = desk();
    let make = |args: &[&str]| {
        let run = desk.run("acme", &[&["bundle", "make", "--out", "new"], args].concat());
        assert!(!desk.exists("new"), "{run:?}");
        run
    };
    make(&["--log", "pw"]).refuses("pw is no log of a did:webvh");
    make(&["--status", "did.jsonl"]).refuses("did.jsonl is no status list token");
    make(&["--did", "type.json"]).refuses("type.json is no document of a did:web");
    make(&["--did", "type.json"]).refuses("a did.jsonl goes with --log");
    make(&["--jurisdiction", "did.json"]).refuses("did.json is no jurisdiction document");
    make(&["--type", "did.json"]).refuses("did.json is no type metadata");
    make(&["--witness", &format!("{WEB}=pw")]).refuses("a name that no item of that kind can have");
    make(&["--log", "did.jsonl", "--log", "did.jsonl"]).refuses("an item twice");
    assert!(make(&["--witness", "pw"]).exits(2).stderr.contains("expected DID=FILE"));
    assert!(make(&[]).exits(2).stderr.contains("nothing to put into"));
    make(&["--log", "did.jsonl", "--fetched", "2099-01-01"]).exits(2);
    make(&["--log", "did.jsonl", "--fetched", "yesterday"]).exits(2);
    make(&["--log", "did.jsonl", "--previous", "pw"]).refuses("pw: not a bundle");
    let key = desk.ok("acme", &["id", "--document"]);
    desk.write("own.json", key);
    make(&["--did", "own.json"]).refuses("a name that no item of that kind can have");
}
