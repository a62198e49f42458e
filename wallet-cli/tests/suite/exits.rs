//! What each command's exit says: 0 done, 1 fault, 2 misuse, 10 refused, 11 undetermined.

use crate::support::{Desk, Story};

/// Exit, command, home.
type Row<'a> = (i32, &'a [&'a str]);

fn check(story: &Story, home: &str, rows: &[Row<'_>]) {
    for (exit, command) in rows {
        let run = story.run(home, command);
        assert_eq!(run.exit, *exit, "{command:?}: {run:?}");
        let silent = run.stderr.is_empty();
        assert!(*exit == 0 || !silent || run.stdout.starts_with("REFUSED"), "{command:?}: {run:?}");
    }
}

#[test]
fn of_the_holders_commands() {
    let story = Story::answered("ed25519");
    let acme = story.acme.as_str();
    let nonce = story.nonce.as_str();
    let rows: &[Row<'_>] = &[
        (0, &[]),
        (10, &["init"]),
        (2, &["init", "--key", "rsa"]),
        (0, &["id"]),
        (0, &["id", "--prove", acme, "--nonce", nonce]),
        (2, &["id", "--prove", acme]),
        (0, &["id", "--prove", acme, "--nonce", nonce, "--columns", "2"]),
        (2, &["id", "--columns", "2"]),
        (2, &["id", "--prove", acme, "--nonce", "short"]),
        (2, &["id", "--prove", "acme", "--nonce", nonce]),
        (2, &["id", "--document", "--prove", acme, "--nonce", nonce]),
        (1, &["id", "--prove", acme, "--nonce", nonce, "--out", "none/proof"]),
        (10, &["add", "id.credential"]),
        (1, &["add", "none"]),
        (2, &["add"]),
        (0, &["list"]),
        (2, &["list", "1"]),
        (0, &["show", "1"]),
        (10, &["show", "3"]),
        (2, &["show", "one"]),
        (2, &["show", "-1"]),
        (0, &["explain", "request"]),
        (10, &["explain", "id.json"]),
        (10, &["explain", "request", "--credential", "1"]),
        (1, &["explain", "none"]),
        (2, &["explain"]),
        (0, &["present", "request", "--yes"]),
        (10, &["present", "request"]),
        (10, &["present", "request", "--yes", "--credential", "1"]),
        (1, &["present", "none", "--yes"]),
        (2, &["present", "--yes"]),
        (0, &["refresh"]),
        (1, &["refresh", "--status", "none"]),
        (1, &["refresh", "--out-dir", "none"]),
        (2, &["refresh", "1"]),
        (0, &["renew"]),
        (0, &["renew", acme, "--type", "kyc-identity", "--out", "renewal"]),
        (10, &["renew", "--type", "holding"]),
        (10, &["renew", "nobody"]),
        (1, &["renew", "--out", "none/file"]),
        (2, &["renew", "--nonce", "short"]),
        (2, &["renew", "--columns", "2"]),
        (10, &["forget", "3", "--yes"]),
        (10, &["forget", "1"]),
        (2, &["forget"]),
        (0, &["forget", "1", "--yes"]),
        (0, &["doctor"]),
        (0, &["doctor", "--accept-copy"]),
        (2, &["keys"]),
        (0, &["keys", "slots"]),
        (0, &["keys", "list"]),
        (2, &["keys", "list", "1"]),
        (0, &["keys", "new"]),
        (2, &["keys", "new", "--count", "0"]),
        (2, &["keys", "new", "--algorithm", "rsa"]),
        (10, &["keys", "retire", "9", "--yes"]),
        (10, &["keys", "retire", "2"]),
        (2, &["keys", "retire"]),
        (0, &["keys", "retire", "2", "--yes"]),
        (10, &["keys", "retire", "2", "--yes"]),
        (10, &["keys", "compromised", "9", "--yes"]),
        (10, &["keys", "compromised", "3"]),
        (1, &["keys", "compromised", "3", "--yes", "--out-dir", "none"]),
        (2, &["keys", "compromised", "3", "--yes", "--since", "never"]),
        (2, &["keys", "compromised"]),
        (0, &["keys", "compromised", "3", "--yes"]),
        (0, &["present", "request", "--refill"]),
        (2, &["present", "request", "--refill", "--yes"]),
        (0, &["keys", "phrase"]),
        (10, &["keys", "add-slot", "phrase"]),
        (2, &["keys", "add-slot", "passphrase"]),
        (1, &["keys", "add-slot", "passphrase", "--new-passphrase-file", "none"]),
        (2, &["keys", "add-slot", "hope"]),
        (2, &["keys", "add-slot", "shares"]),
        (2, &["keys", "add-slot", "shares", "--threshold", "1", "--shares", "3", "--out-dir", "s"]),
        (2, &["keys", "add-slot", "shares", "--threshold", "4", "--shares", "3", "--out-dir", "s"]),
        (
            10,
            &[
                "keys",
                "add-slot",
                "shares",
                "--threshold",
                "2",
                "--shares",
                "3",
                "--out-dir",
                "erika",
            ],
        ),
        (
            1,
            &[
                "keys",
                "add-slot",
                "shares",
                "--threshold",
                "2",
                "--shares",
                "3",
                "--out-dir",
                "pw/s",
            ],
        ),
        (0, &["keys", "add-slot", "shares", "--threshold", "2", "--shares", "3", "--out-dir", "s"]),
        (
            10,
            &["keys", "add-slot", "shares", "--threshold", "2", "--shares", "3", "--out-dir", "s"],
        ),
        (10, &["keys", "remove-slot", "0", "--yes"]),
        (10, &["keys", "remove-slot", "1"]),
        (2, &["keys", "change-passphrase"]),
        (0, &["keys", "change-passphrase", "--new-passphrase-file", "pw", "--kdf-cost", "lowest"]),
        (2, &["backup"]),
        (0, &["backup", "--out", "copy"]),
        (10, &["backup", "--out", "copy"]),
        (1, &["backup", "--out", "none/copy"]),
        (2, &["recover"]),
        (10, &["recover", "--backup", "copy"]),
        (0, &["recover", "--drill", "--backup", "copy"]),
        (1, &["recover", "--drill", "--backup", "none"]),
        (10, &["recover", "--drill", "--backup", "request"]),
        (10, &["recover", "--drill", "--phrase-file", "request"]),
        (2, &["recover", "--share", "s/share-1-of-3.txt"]),
        (2, &["recover", "--drill", "--share", "s/share-1-of-3.txt", "--phrase-file", "pw"]),
        (2, &["recover", "--drill", "--shares"]),
        (1, &["recover", "--drill", "--share", "none"]),
        (10, &["recover", "--drill", "--share", "request"]),
        (10, &["recover", "--drill", "--share", "s/share-1-of-3.txt"]),
        (
            0,
            &[
                "recover",
                "--drill",
                "--share",
                "s/share-1-of-3.txt",
                "--share",
                "s/share-3-of-3.txt",
            ],
        ),
    ];
    check(&story, "erika", rows);
    for command in
        [&["list"][..], &["id"], &["show", "1"], &["add", "id.credential"], &["explain", "request"]]
    {
        story.run("nobody", command).refuses("`bonafide init` makes a new wallet");
    }
    check(&story, "nobody", &[(0, &[]), (0, &["doctor"]), (0, &["trust", "list"])]);
    assert!(!story.exists("nobody"));
}

#[test]
fn of_the_issuers_commands() {
    let story = Story::begun("ed25519");
    let kyc = ["issue", "kyc-identity", "--holder", "proof", "--claims"];
    let (good, none) = ([&kyc[..], &["id.json"]].concat(), [&kyc[..], &["none"]].concat());
    let rows: &[Row<'_>] = &[
        (0, &["nonce"]),
        (2, &["nonce", "2"]),
        (0, &["types"]),
        (0, &["types", "list"]),
        (2, &["types", "kyc-identity"]),
        (0, &["types", "show", "kyc-identity"]),
        (0, &["types", "show", "urn:bonafide:kyc-identity:1"]),
        (0, &["types", "show", "holding", "--metadata"]),
        (0, &["types", "show", "holding", "--schema"]),
        (0, &["types", "show", "holding", "--schema", "--disclosed"]),
        (2, &["types", "show", "holding", "--disclosed"]),
        (2, &["types", "show", "holding", "--schema", "--metadata"]),
        (2, &["types", "show", "kyc"]),
        (2, &["types", "show"]),
        (0, &["types", "flags"]),
        (0, &["types", "flags", "us-501a"]),
        (2, &["types", "flags", "us-501b"]),
        (0, &good),
        (0, &[&good[..], &["--plain"]].concat()),
        (1, &none),
        (10, &[&kyc[..], &["investor.json"]].concat()),
        (2, &kyc[..4]),
        (2, &["issue", "kyc", "--holder", "proof", "--claims", "id.json"]),
        (2, &["issue", "aml-screening", "--holder", "proof", "--claims", "id.json"]),
        (2, &["issue"]),
        (1, &[&good[..], &["--out", "none/file"]].concat()),
    ];
    check(&story, "acme", rows);
}

#[test]
fn of_the_issuers_records() {
    let desk = Desk::today();
    let today = crate::support::lab::now().date();
    let acme = desk.acme.as_str();
    let rows: &[Row<'_>] = &[
        (2, &["status"]),
        (0, &["status", "list"]),
        (2, &["status", "set-url"]),
        (2, &["status", "set-url", "acme.example"]),
        (0, &["status", "set-url", "https://acme.example/status/"]),
        (2, &["status", "publish"]),
        (1, &["status", "publish", "--out-dir", "none"]),
        (0, &["status", "publish", "--out-dir", "web"]),
        (2, &["suspend", "1"]),
        (0, &["suspend", "1", "--reason", "data-wrong"]),
        (10, &["suspend", "3", "--reason", "data-wrong"]),
        (2, &["reinstate", "1"]),
        (0, &["reinstate", "1", "--reason", "data-wrong"]),
        (2, &["revoke"]),
        (0, &["revoke", "1", "--reason", "key-lost"]),
        (10, &["revoke", "1", "--reason", "key-lost"]),
        (0, &["renewals"]),
        (2, &["renewals", "--within", "x"]),
        (2, &["renewals", "--within", "2m"]),
        (1, &["renewals", "--csv", "none/x"]),
        (2, &["records"]),
        (0, &["records", "list"]),
        (0, &["records", "show", "ACME-7"]),
        (10, &["records", "show", "ACME-8"]),
        (2, &["records", "end", "ACME-7"]),
        (0, &["records", "end", "ACME-7", "--on", &today]),
        (10, &["records", "erase", "ACME-7", "--yes"]),
        (2, &["records", "approver", "maybe"]),
        (0, &["records", "approver", "on"]),
        (10, &["records", "approver", "off"]),
        (2, &["log"]),
        (0, &["log", "head", "--out", "head"]),
        (0, &["log", "verify"]),
        (0, &["log", "verify", "--against", "head"]),
        (2, &["log", "verify", "--against", "head", "--issuer", acme]),
        (10, &["log", "verify", "--against", "proof"]),
        (0, &["log", "export"]),
        (1, &["log", "export", "--out", "none/x"]),
    ];
    check(&desk, "acme", rows);
}

#[test]
fn of_dids() {
    let story = Story::begun("ed25519");
    std::fs::create_dir(story.path("web")).unwrap();
    let witness = story.ok("acme", &["did", "witness", "id"]);
    let rows: &[Row<'_>] = &[
        (2, &["did"]),
        (10, &["did", "show"]),
        (10, &["did", "rotate", "--out", "web"]),
        (10, &["did", "deactivate", "--yes", "--out", "web"]),
        (2, &["did", "create", "--out", "web"]),
        (2, &["did", "create", "--web", "a.example"]),
        (2, &["did", "create", "--web", "a.example", "--webvh", "a.example", "--out", "web"]),
        (10, &["did", "create", "--webvh", "127.0.0.1", "--out", "web"]),
        (1, &["did", "create", "--webvh", "kyc.example", "--out", "none"]),
        (0, &["did", "create", "--webvh", "kyc.example", "--out", "web"]),
        (10, &["did", "create", "--web", "kyc.example", "--out", "web"]),
        (0, &["did", "adopt", "web/did.jsonl"]),
        (1, &["did", "adopt", "none"]),
        (10, &["did", "adopt", "id.json"]),
        (2, &["did", "adopt"]),
        (0, &["did", "show"]),
        (0, &["did", "show", "web/did.jsonl", "--at", "2026-01-01"]),
        (1, &["did", "show", "none"]),
        (10, &["did", "show", "id.json"]),
        (2, &["did", "show", "--at", "soon"]),
        (2, &["did", "show", "--witness-file", "web/did.jsonl"]),
        (0, &["did", "rotate", "--out", "web"]),
        (1, &["did", "rotate", "--out", "none"]),
        (2, &["did", "rotate"]),
        (10, &["did", "rotate", "--compromised", "key-9", "--out", "web"]),
        (2, &["did", "witness"]),
        (0, &["did", "witness", "id"]),
        (10, &["did", "witness", "vouch", "web/did.jsonl"]),
        (1, &["did", "witness", "vouch", "none"]),
        (10, &["did", "witness", "vouch", "id.json"]),
        (2, &["did", "witness", "set", "me", "--out", "web"]),
        (2, &["did", "witness", "set", &witness, "--threshold", "2", "--out", "web"]),
        (0, &["did", "witness", "set", &witness, "--out", "web"]),
        (0, &["did", "witness", "vouch", "web/did.jsonl", "--out", "word"]),
        (10, &["did", "rotate", "--out", "web"]),
        (1, &["did", "witness", "take", "none", "--out", "web"]),
        (10, &["did", "witness", "take", "id.json", "--out", "web"]),
        (2, &["did", "witness", "take", "--out", "web"]),
        (0, &["did", "witness", "take", "word", "--out", "web"]),
        (10, &["did", "deactivate", "--out", "web"]),
        (2, &["did", "deactivate", "--yes"]),
        (0, &["did", "deactivate", "--yes", "--out", "web"]),
        (10, &["did", "deactivate", "--yes", "--out", "web"]),
    ];
    check(&story, "acme", rows);
}

#[test]
fn of_the_platforms_commands() {
    let story = Story::answered("ed25519");
    let acme = story.acme.as_str();
    let ask = ["request", "--type", "kyc-identity", "--claim", "family_name"];
    let rows: &[Row<'_>] = &[
        (0, &ask),
        (0, &[&ask[..], &["--sealed"]].concat()),
        (0, &["request", "--type", "urn:example:1", "--claim", "anything.at[0]"]),
        (2, &["request", "--type", "kyc-identity"]),
        (2, &["request", "--type", "kyc", "--claim", "family_name"]),
        (2, &["request", "--type", "kyc-identity", "--claim", "name"]),
        (2, &["request", "--type", "kyc-identity", "--claim", "a..b"]),
        (2, &[&ask[..], &["--valid-for", "1y"]].concat()),
        (2, &[&ask[..], &["--reference", "a b"]].concat()),
        (1, &[&ask[..], &["--out", "none/file"]].concat()),
        (10, &["verify", "answer", "--request", "request"]),
        (0, &["verify", "answer", "--request", "request", "--trust", acme, "--dry-run"]),
        (0, &["verify", "answer", "--request", "request", "--trust", acme]),
        (2, &["verify", "answer", "--request", "request", "--dry-run", "--at", "2026-11-20"]),
        (1, &["verify", "none", "--request", "request"]),
        (1, &["verify", "answer", "--request", "none"]),
        (1, &["verify", "answer", "--request", "request", "--trust", "none"]),
        (10, &["verify", "answer", "--request", "answer"]),
        (10, &["verify", "answer"]),
        (2, &["verify", "request"]),
        (2, &["verify"]),
        (0, &["trust", "list"]),
        (0, &["trust", "pin", acme, "--name", "Acme"]),
        (2, &["trust", "pin", "acme"]),
        (0, &["trust", "pin", "did:web:acme.example"]),
        (2, &["trust", "pin", "did:web:127.0.0.1"]),
        (2, &["trust", "pin"]),
        (0, &["trust", "pin", acme, "--maker"]),
        (2, &["trust", "pin", acme, "--maker", "--verifier"]),
        (0, &["trust", "unpin", acme]),
        (10, &["trust", "unpin", acme]),
        (2, &["trust"]),
        (0, &["trust", "show"]),
        (0, &["trust", "archive"]),
        (0, &["trust", "archive", "--prune", "2026-01-01", "--yes"]),
        (2, &["trust", "archive", "--prune", "2999-01-01", "--yes"]),
        (2, &["trust", "archive", "--yes"]),
        (10, &["trust", "show", "us"]),
        (2, &["trust", "init", "us"]),
        (2, &["trust", "init", "US", "--threshold", "1"]),
        (2, &["trust", "init", "us", "--threshold", "2"]),
        (2, &["trust", "init", "us", "--threshold", "1", "--member", "acme"]),
        (2, &["trust", "init", "us", "--threshold", "1", "--expires", "soon"]),
        (1, &["trust", "init", "us", "--threshold", "1", "--out", "none/list"]),
        (0, &["trust", "init", "us", "--threshold", "1", "--out", "list"]),
        (2, &["trust", "propose"]),
        (10, &["trust", "propose", "us"]),
        (1, &["trust", "propose", "--edit", "none"]),
        (2, &["trust", "propose", "--edit", "list", "--out", "list"]),
        (2, &["trust", "propose", "--edit", "list", "--approve", "person"]),
        (0, &["trust", "propose", "--edit", "list", "--attribute", "person=kyc-identity"]),
        (10, &["trust", "sign", "list"]),
        (10, &["trust", "sign", "request", "--yes"]),
        (0, &["trust", "sign", "list", "--yes", "--out", "signed"]),
        (10, &["trust", "publish", "list"]),
        (10, &["trust", "add", "signed"]),
        (0, &["trust", "publish", "signed"]),
        (0, &["trust", "add", "signed"]),
        (1, &["trust", "add", "none"]),
        (10, &["trust", "add", "request"]),
        (0, &["trust", "show", "us"]),
        (0, &["trust", "show", "us@1"]),
        (10, &["trust", "show", "us@2"]),
        (2, &["trust", "show", "us@x"]),
        (0, &["trust", "diff", "signed", "us@1"]),
        (10, &["trust", "diff", "us", "eu"]),
        (2, &["trust", "diff", "us"]),
        (2, &["trust", "check", "--issuer", acme]),
        (2, &["trust", "check", "--issuer", "acme", "--attr", "person"]),
        (10, &["trust", "check", "--issuer", acme, "--attr", "person"]),
        (2, &["trust", "forget", acme]),
        (10, &["verify", "answer", "--request", "request", "--trust", acme]),
        (2, &["completions"]),
        (2, &["completions", "dos"]),
        (1, &["man", "--out-dir", "pw"]),
        (1, &["demo", "--dir", "pw"]),
        (10, &["demo", "--dir", "harbor"]),
        (2, &["frobnicate"]),
        (2, &["--frobnicate"]),
        (0, &["--version"]),
    ];
    check(&story, "harbor", rows);
}

#[test]
fn of_bundles() {
    let desk = Desk::today();
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    let make = ["bundle", "make", "--status", "web/1", "--out"];
    let rows: &[Row<'_>] = &[
        (2, &["bundle"]),
        (2, &["bundle", "make"]),
        (2, &["bundle", "make", "--out", "b"]),
        (0, &[&make[..], &["b"]].concat()),
        (1, &[&make[..], &["none/b"]].concat()),
        (1, &["bundle", "make", "--status", "none", "--out", "b"]),
        (10, &["bundle", "make", "--log", "web/1", "--out", "b"]),
        (10, &[&make[..], &["acme/wallet.bonafide"]].concat()),
        (2, &[&make[..], &["web/1"]].concat()),
        (0, &["bundle", "inspect", "b"]),
        (10, &["bundle", "inspect", "pw"]),
        (1, &["bundle", "inspect", "none"]),
        (2, &["bundle", "inspect"]),
        (0, &["bundle", "diff", "b", "b"]),
        (10, &["bundle", "diff", "b", "pw"]),
        (2, &["bundle", "diff", "b"]),
        (2, &["bundle", "diff", "-", "-"]),
        (0, &["bundle", "verify", "b"]),
        (10, &["bundle", "verify", "pw"]),
        (1, &["bundle", "verify", "none"]),
        (0, &["bundle", "export", "b", "--out-dir", "out"]),
        (10, &["bundle", "export", "b", "--out-dir", "out"]),
        (10, &["bundle", "export", "b", "--out-dir", "pw"]),
        (1, &["bundle", "export", "b", "--out-dir", "none/out"]),
        (2, &["bundle", "export", "b"]),
        (0, &["bundle", "qr", "b", "--text", "--out", "codes"]),
        (10, &["bundle", "qr", "pw"]),
        (2, &["bundle", "qr"]),
        (0, &["bundle", "join", "codes", "--out", "b2"]),
        (10, &["bundle", "join", "pw", "--out", "b3"]),
        (1, &["bundle", "join", "codes", "--out", "none/b"]),
        (2, &["bundle", "join", "codes", "--out", "codes"]),
        (2, &["bundle", "join", "codes"]),
    ];
    check(&desk, "acme", rows);
}

#[test]
#[cfg(feature = "fetch")]
fn of_fetching() {
    let desk = Desk::today();
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    desk.ok("acme", &["bundle", "make", "--status", "web/1", "--out", "b"]);
    let local = ["bundle", "refresh", "--out", "c", "--add"];
    let rows: &[Row<'_>] = &[
        (2, &["bundle", "refresh"]),
        (2, &["bundle", "refresh", "b"]),
        (2, &["bundle", "refresh", "--out", "c"]),
        (2, &["bundle", "refresh", "b", "--out", "b"]),
        (2, &[&local[..], &["did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"]].concat()),
        (2, &[&local[..], &["did-log=https://a.example/did.jsonl"]].concat()),
        (2, &[&local[..], &["https://a.example/1"]].concat()),
        (2, &["bundle", "refresh", "b", "--out", "c", "--timeout", "0"]),
        (10, &["bundle", "refresh", "pw", "--out", "c"]),
        (1, &["bundle", "refresh", "none", "--out", "c"]),
        // Nobody is asked over http, nor at an address of this machine.
        (10, &[&local[..], &["status-list=http://127.0.0.1:9/1"]].concat()),
        (10, &[&local[..], &["status-list=https://127.0.0.1:9/1"]].concat()),
        (10, &[&local[..], &["did:web:localhost%3A9"]].concat()),
    ];
    check(&desk, "acme", rows);
    assert!(!desk.exists("c"));
}

#[test]
fn a_closed_pipe_does_not_change_the_verdict() {
    use std::process::{Command, Stdio};
    let story = Story::answered("ed25519");
    for (more, exit) in [(&["--trust", story.acme.as_str()][..], 0), (&[], 10)] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bonafide"))
            .args(["--home", "harbor", "verify", "answer", "--request", "request"])
            .args(more)
            .current_dir(story.dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(exit));
    }
}
