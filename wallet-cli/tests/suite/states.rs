//! Revoked, suspended, reinstated: from the desk to what platforms read.

use bonafide::did::Did;
use bonafide::encoding::base64url;
use bonafide::status::{Bits, ExpectedStatus, Status, StatusToken, UnverifiedStatusToken};
use serde_json::{Value, json};

use crate::support::{Desk, Story, lab};

const URI: &str = "https://acme.example/status/1";

/// The list as a platform reads it.
fn published(desk: &Desk) -> StatusToken {
    desk.ok("acme", &["status", "publish", "--out-dir", "web"]);
    let (text, signer) = (desk.text("web/1"), [Did::parse(&desk.acme).unwrap()]);
    let expected = ExpectedStatus { uri: URI, signers: &signer };
    UnverifiedStatusToken::parse(&text).unwrap().verify(&expected, lab::now()).unwrap()
}

#[test]
fn what_the_desk_changes_is_what_platforms_read() {
    let desk = Desk::today();
    let [identity, investor, screening] = [1, 2, 3].map(|number| desk.index("ACME-7", number));
    let of_all = |token: &StatusToken| {
        [identity, investor, screening].map(|index| token.status(index).unwrap().value())
    };
    let first = published(&desk);
    assert_eq!(of_all(&first), [0, 0, 0]);
    // The credential names its place.
    desk.ok("erika", &["add", "id.credential"]);
    let token = desk.ok("erika", &["show", "1", "--token"]);
    let payload = base64url::decode(token.split(['.', '~']).nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["status"]["status_list"], json!({"idx": identity, "uri": URI}));

    let run = desk.run("acme", &["suspend", "2", "--reason", "data-wrong"]).exits(0);
    assert!(run.stdout.contains("accredited-individual   suspended  ACME-7"), "{run:?}");
    assert!(run.stderr.contains("bonafide status publish --out-dir DIR"), "{run:?}");
    let told = desk.json("acme", &["revoke", "3", "--reason", "sanctions"]);
    let changed = json!([{"credential": 3, "investor": "ACME-7", "type": "aml-screening",
        "state": "revoked", "list": 1, "index": screening}]);
    let expected = json!({"changed": changed, "reason": "sanctions", "without_status": []});
    assert_eq!(told, expected);
    let second = published(&desk);
    assert_eq!(of_all(&second), [0, 2, 1]);
    assert_eq!(second.status(investor).unwrap(), Status::SUSPENDED);
    let changed = (0..1 << 20).filter(|index| second.status(*index).unwrap() != Status::VALID);
    assert_eq!(changed.count(), 2, "and nobody else's");

    desk.ok("acme", &["reinstate", "2", "--reason", "data-wrong"]);
    let third = published(&desk);
    assert_eq!(of_all(&third), [0, 0, 1]);
    // Its size tells nothing of what ever happened.
    for token in [first, second, third] {
        assert_eq!((token.list().bits(), token.list().entries()), (Bits::Two, 1 << 20));
    }
    // The reason is for the log alone.
    let published = desk.text("web/1");
    let payload = base64url::decode(published.split('.').nth(1).unwrap()).unwrap();
    assert!(!String::from_utf8(payload).unwrap().contains("sanctions"));
    let log = desk.json("acme", &["records", "show", "ACME-7"])["log"].clone();
    let reasons = log.as_array().unwrap().iter().map(|entry| &entry["details"]["reason"]);
    assert_eq!(reasons.filter(|reason| **reason == "sanctions").count(), 1);
}

#[test]
fn a_publication_has_an_end_and_is_summed_up() {
    let desk = Desk::today();
    let args = ["status", "publish", "--out-dir", "web", "--ttl", "1h", "--valid-for", "6h"];
    let told = desk.json("acme", &args);
    assert_eq!(told["ttl"], 3600);
    let list = json!({"list": 1, "uri": URI, "out": "web/1", "revoked": 0, "suspended": 0});
    assert_eq!(told["published"], json!([list]));
    let text = desk.text("web/1");
    assert!(!text.ends_with('\n'), "nothing but the token");
    let signer = [Did::parse(&desk.acme).unwrap()];
    let expected = ExpectedStatus { uri: URI, signers: &signer };
    let parse = || UnverifiedStatusToken::parse(&text).unwrap();
    let token = parse().verify(&expected, lab::now()).unwrap();
    let said = token.publication();
    assert_eq!(said.expires, Some(said.issued_at.plus(6 * 3600)));
    assert_eq!(said.ttl.unwrap().get(), 3600);
    assert!(parse().verify(&expected, lab::now().plus(6 * 3600)).is_err());
    let run = desk.run("acme", &["status", "publish", "--out-dir", "web"]).exits(0);
    assert!(run.stdout.contains(URI) && run.stderr.contains("application/statuslist+jwt"));
    assert!(desk.ok("acme", &["log", "export", "--details"]).contains(r#""kind":"publish""#));
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(desk.path("web/1")).unwrap().permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777;
        assert_eq!(mode, 0o644, "a web server reads it");
    }
}

#[test]
fn refused_publications_leave_no_file_and_no_entry() {
    let story = Story::begun("ed25519");
    std::fs::create_dir(story.path("web")).unwrap();
    let publish = ["status", "publish", "--out-dir", "web"];
    story.run("acme", &publish).refuses("no issuer's records");
    assert!(!story.exists("acme/records.db"), "who only asks makes none");
    story.ok("acme", &["status", "set-url", "https://acme.example/status/"]);
    story.run("acme", &publish).refuses("no list to publish");

    let desk = Desk::today();
    let before = desk.ok("acme", &["log", "export"]);
    for (exit, more) in [
        (2, &["--ttl", "25h"][..]),
        (2, &["--ttl", "soon"]),
        (2, &["--valid-for", "0h"]),
        (2, &["--operator", " "]),
        (10, &["--operator", "Ada", "--approver", "ada"]),
    ] {
        desk.run("acme", &[&publish[..], more].concat()).exits(exit);
    }
    desk.run("acme", &["status", "publish", "--out-dir", "none"]).exits(1);
    assert!(!desk.exists("web/1"));
    std::fs::create_dir(desk.path("web/1")).unwrap();
    desk.run("acme", &publish).refuses("is not a plain file");
    assert_eq!(desk.ok("acme", &["log", "export"]), before);
}

/// Records put back from an old copy do not take back what the public knows.
#[test]
fn a_revocation_that_was_published_is_not_taken_back() {
    let desk = Desk::today();
    let copy = |from: &str, to: &str| {
        for file in ["records.db", "subject-keys.db"] {
            std::fs::copy(desk.path(from).join(file), desk.path(to).join(file)).unwrap();
        }
    };
    std::fs::create_dir(desk.path("old")).unwrap();
    copy("acme", "old");
    let [investor, screening] = [2, 3].map(|number| desk.index("ACME-7", number));
    desk.ok("acme", &["revoke", "3", "--reason", "sanctions"]);
    desk.ok("acme", &["suspend", "2", "--reason", "data-wrong"]);
    published(&desk);
    copy("old", "acme");
    let run = desk.run("acme", &["status", "publish", "--out-dir", "web"]).exits(0);
    assert!(run.stderr.contains("1 credential revoked that these records did not know of"));
    let states = |token: &StatusToken| {
        [investor, screening].map(|place| token.status(place).unwrap().value())
    };
    // A suspension is not final, and is for the desk to repeat.
    assert_eq!(states(&published(&desk)), [0, 1]);
    let state = |number: usize| {
        desk.json("acme", &["records", "show", "ACME-7"])["credentials"][number]["state"].clone()
    };
    assert_eq!((state(1), state(2)), (json!("valid"), json!("revoked")), "they know it now");
    // It stays so wherever the list goes, and is told once.
    std::fs::create_dir(desk.path("elsewhere")).unwrap();
    let publish = ["status", "publish", "--json", "--out-dir", "elsewhere"];
    let run = desk.run("acme", &publish).exits(0);
    assert_eq!(run.json()["published"][0]["revoked"], 1);
    assert!(!run.stderr.contains("did not know of"), "{run:?}");
    let log = desk.ok("acme", &["log", "export", "--details"]);
    assert_eq!(log.matches(r#""kind":"revoked-before""#).count(), 1);
    desk.run("acme", &["log", "verify"]).exits(0);
}

/// A list takes the place of nothing but an earlier one of the same issuer.
#[test]
fn what_is_no_earlier_list_is_left_where_it_is() {
    let desk = Desk::today();
    published(&desk);
    let (whole, log) = (desk.text("web/1"), desk.ok("acme", &["log", "export"]));
    let publish = ["status", "publish", "--json", "--out-dir", "web"];
    let code = || desk.run("acme", &publish).exits(10).json()["error"]["code"].clone();
    let cut = whole.get(..whole.len() / 2).unwrap();
    let (head, signature) = whole.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for other in ["notes of mine", "", cut, &forged] {
        desk.write("web/1", other);
        assert_eq!(code(), "not-our-list", "{other}");
        assert_eq!(desk.text("web/1"), other);
    }
    for other in [vec![0xff; 9], vec![b'a'; 3 * 1024 * 1024]] {
        desk.write("web/1", other);
        assert_eq!(code(), "not-our-list");
    }
    assert_eq!(desk.ok("acme", &["log", "export"]), log);
    desk.write("web/1", &whole);
    published(&desk);
}

/// A list is signed by the DID as which its credentials were issued, whatever the home issues as today.
#[test]
fn a_new_name_begins_a_new_list_and_the_old_one_goes_on() {
    let desk = Desk::today();
    published(&desk);
    std::fs::create_dir(desk.path("site")).unwrap();
    let made = ["did", "create", "--webvh", "acme.example", "--out", "site"];
    let did = desk.ok("acme", &made).trim().to_owned();
    let nonce = desk.ok("acme", &["nonce"]).trim().to_owned();
    desk.ok("erika", &["id", "--prove", &did, "--nonce", &nonce, "--out", "to.webvh"]);
    let issue = ["issue", "kyc-identity", "--holder", "to.webvh", "--nonce", &nonce];
    let more = ["--identified-here", "case-9", "--claims", "id.json", "--out", "new.credential"];
    desk.ok("acme", &[&issue[..], &more].concat());
    desk.ok("acme", &["revoke", "3", "--reason", "sanctions"]);
    // Signed by the did:key as before; a platform that pinned that goes on.
    let first = published(&desk);
    assert_eq!(first.status(desk.index("ACME-7", 3)).unwrap(), Status::INVALID);
    assert_eq!(first.signer().did().as_str(), desk.acme);
    let second = desk.text("web/2");
    let second = UnverifiedStatusToken::parse(&second).unwrap();
    assert_eq!(second.claimed_signer().did().as_str(), did);
    // The name is gone from this home: its list is left out, and said to be.
    std::fs::rename(desk.path("acme/did"), desk.path("elsewhere")).unwrap();
    let run = desk.run("acme", &["status", "publish", "--out-dir", "web"]).exits(0);
    assert!(run.stderr.contains("List 2 (https://acme.example/status/2) is left out"), "{run:?}");
    assert!(run.stdout.contains("web/1") && !run.stdout.contains("web/2"), "{run:?}");
    std::fs::rename(desk.path("elsewhere"), desk.path("acme/did")).unwrap();
    // The key that signed the list was stolen: a thief may have revoked in it, which is told and not taken over.
    let publish = ["status", "publish", "--json", "--out-dir", "web"];
    let before = desk.bytes("acme/records.db");
    desk.ok("acme", &["revoke", "4", "--reason", "fraud"]);
    desk.run("acme", &publish).exits(0);
    for end in ["", "-wal", "-shm"] {
        std::fs::remove_file(desk.path(&format!("acme/records.db{end}"))).ok();
    }
    desk.write("acme/records.db", before);
    desk.ok("acme", &["did", "rotate", "--compromised", "key-1", "--out", "site"]);
    let run = desk.run("acme", &publish).exits(0);
    assert!(run.stderr.contains("web/2 has 1 credential revoked"), "{run:?}");
    assert_eq!(run.json()["published"][1]["revoked"], 0);
    assert!(!desk.run("acme", &publish).exits(0).stderr.contains("not taken over"));
    // A home from before the rotation is behind what is published.
    let log = desk.bytes("acme/did/did.jsonl");
    let first_line = log.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    desk.write("acme/did/did.jsonl", first_line);
    let run = desk.run("acme", &publish).exits(10);
    assert!(run.stderr.contains("key-2, which this home does not know"), "{run:?}");
}

/// Keys that come back without records have signed lists that nobody here knows of.
#[test]
fn lists_of_a_home_that_lost_its_records_take_no_earlier_place() {
    let desk = Desk::today();
    let set = ["status", "set-url", "https://acme.example/status/"];
    let first = |home: &str| desk.json(home, &set)["first_list"].as_i64().unwrap();
    let apart = 100_000..1_000_000;
    assert_eq!(first("acme"), 1);
    desk.ok("acme", &["backup", "--out", "copy"]);
    desk.run("again", &["recover", "--backup", "copy"]).exits(0);
    let number = first("again");
    assert!(apart.contains(&number), "{number}");
    assert_eq!(first("again"), number, "it is drawn once");
    // The file alone is gone: the others tell that it was there.
    for gone in [&["records.db"][..], &["records.db", "subject-keys.db"]] {
        let home = gone.join("+");
        std::fs::create_dir(desk.path(&home)).unwrap();
        for file in ["wallet.bonafide", "records.db", "subject-keys.db"] {
            std::fs::copy(desk.path("acme").join(file), desk.path(&home).join(file)).unwrap();
        }
        std::fs::create_dir(desk.path(&home).join("log-heads")).unwrap();
        assert_eq!(first(&home), 1);
        for file in gone {
            std::fs::remove_file(desk.path(&home).join(file)).unwrap();
        }
        let lost = desk.run(&home, &["doctor"]);
        assert!(lost.stdout.contains("records.db is missing, and was here"), "{lost:?}");
        assert!(desk.run(&home, &["records", "list"]).stderr.contains("is missing from this home"));
        let run = desk.run(&home, &[&set[..], &["--json"]].concat()).exits(0);
        assert!(run.stderr.contains("records.db is missing from this home"), "{run:?}");
        assert!(apart.contains(&run.json()["first_list"].as_i64().unwrap()), "{run:?}");
    }
}

#[test]
fn only_plain_folders_are_places_for_lists() {
    let desk = Desk::today();
    let set = |url: &str| desk.run("acme", &["status", "set-url", url]);
    for bad in [
        "",
        "acme.example/status",
        "ftp://acme.example/",
        "file:///srv/status",
        "javascript:alert(1)",
        "https://",
        "https:///status",
        "https://acme.example/?list=",
        "https://acme.example/#x",
        "https://ada:secret@acme.example/",
        "https://acme.example/a b",
        "https://acme.example/\u{1b}[31m",
        "https://acme.example/\u{202e}",
        "https://äcme.example/",
        "https://acme.example/\"",
    ] {
        let run = set(bad).exits(2);
        assert!(run.stderr.contains("https://acme.example/status/"), "{run:?}");
        assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
    }
    set(&format!("https://acme.example/{}", "x".repeat(1000))).exits(2);
    assert_eq!(
        desk.json("acme", &["status", "list"])["status_url"],
        "https://acme.example/status/"
    );
    let run = set("http://other.example/s").exits(0);
    assert!(run.stderr.contains("over http") && run.stderr.contains("go on serving"), "{run:?}");
    let told = desk.json("acme", &["status", "list"]);
    assert_eq!(told["status_url"], "http://other.example/s/");
    let list = json!({"list": 1, "uri": URI, "revoked": 0, "suspended": 0});
    assert_eq!(told["lists"], json!([list]));
}

#[test]
fn a_change_that_cannot_be_changes_nothing() {
    let desk = Desk::today();
    desk.ok("acme", &["revoke", "2", "--reason", "no-longer-qualifies"]);
    let before = desk.ok("acme", &["log", "export"]);
    let code = |args: &[&str]| {
        let run = desk.run("acme", &[args, &["--json"]].concat()).exits(10);
        run.json()["error"]["code"].as_str().unwrap().to_owned()
    };
    for (expected, args) in [
        ("unchanged", &["revoke", "2", "--reason", "fraud"][..]),
        ("unchanged", &["revoke", "1", "2", "--reason", "fraud"]),
        ("revoked-is-final", &["suspend", "1", "2", "--reason", "data-wrong"]),
        ("revoked-is-final", &["reinstate", "2", "--reason", "issuer-error"]),
        ("unchanged", &["reinstate", "1", "--reason", "issuer-error"]),
        ("credential-unknown", &["revoke", "1", "99", "--reason", "fraud"]),
        ("would-tip-off", &["suspend", "3", "--reason", "data-wrong"]),
        ("would-tip-off", &["suspend", "1", "--reason", "sanctions"]),
        ("would-tip-off", &["suspend", "1", "--reason", "fraud"]),
        ("would-tip-off", &["suspend", "--investor", "ACME-7", "--reason", "data-wrong"]),
        ("subject-unknown", &["revoke", "--investor", "acme-7", "--reason", "fraud"]),
        ("unchanged", &["reinstate", "--investor", "ACME-7", "--reason", "issuer-error"]),
    ] {
        assert_eq!(code(args), expected, "{args:?}");
    }
    for args in [
        &["revoke", "1"][..],
        &["reinstate", "1"],
        &["revoke", "--reason", "fraud"],
        &["revoke", "1", "--reason", "because"],
        &["revoke", "0", "--reason", "fraud"],
        &["revoke", "1", "--investor", "ACME-7", "--reason", "fraud"],
        &["revoke", "1", "--type", "kyc-identity", "--reason", "fraud"],
        &["revoke", "--investor", "ACME-7", "--type", "kyc", "--reason", "fraud"],
    ] {
        desk.run("acme", args).exits(2);
    }
    let run = desk.run("acme", &["suspend", "1", "3", "--reason", "data-wrong"]);
    run.refuses("credential 3: suspending would tell that there is a suspicion");
    assert_eq!(desk.states("ACME-7"), ["valid", "revoked", "valid"]);
    assert_eq!(desk.ok("acme", &["log", "export"]), before);
}

#[test]
fn all_of_an_investor_are_those_that_can_change() {
    let desk = Desk::today();
    let of_her = ["--investor", "ACME-7", "--reason", "subject-request"];
    let only = ["--type", "accredited-individual"];
    desk.ok("acme", &[&["suspend"], &of_her[..], &only].concat());
    assert_eq!(desk.states("ACME-7"), ["valid", "suspended", "valid"]);
    desk.ok("acme", &[&["reinstate"], &of_her[..]].concat());
    assert_eq!(desk.states("ACME-7"), ["valid", "valid", "valid"]);
    desk.ok("acme", &["revoke", "1", "1", "--reason", "key-lost"]);
    desk.ok("acme", &[&["revoke"], &of_her[..]].concat());
    assert_eq!(desk.states("ACME-7"), ["revoked", "revoked", "revoked"]);
    desk.run("acme", &[&["revoke"], &of_her[..]].concat()).refuses("would change");
    let listed = desk.ok("acme", &["status", "list"]);
    assert!(listed.contains("3 revoked, 0 suspended"), "{listed}");
}

#[test]
fn what_has_no_status_is_said_and_left() {
    let story = Story::begun("ed25519");
    let issue = |claims: &str, kind: &str| {
        let more = ["--investor", "ACME-7", "--identified-here", "case-7", "--out", "c"];
        story.ok("acme", &story.issue(kind, claims, &more));
    };
    issue("id.json", "kyc-identity");
    let all = ["revoke", "--investor", "ACME-7", "--reason", "fraud"];
    story.run("acme", &all).refuses("without a status");
    story.run("acme", &["revoke", "1", "--reason", "fraud"]).refuses("without a status");
    story.ok("acme", &["status", "set-url", "https://acme.example/status/"]);
    issue("investor.json", "accredited-individual");
    let run = story.run("acme", &all).exits(0);
    assert!(run.stderr.contains("issued without a status and nobody would see it: 1."), "{run:?}");
}

#[test]
fn a_second_person_approves_every_change() {
    let desk = Desk::today();
    desk.ok("acme", &["records", "approver", "on"]);
    let before = desk.kept();
    let changes: [&[&str]; 7] = [
        &["revoke", "1", "--reason", "fraud"],
        &["suspend", "1", "--reason", "data-wrong"],
        &["status", "set-url", "https://other.example/"],
        &["status", "publish", "--out-dir", "web"],
        &["records", "end", "ACME-7", "--on", "2026-11-21"],
        &["records", "erase", "ACME-7", "--yes"],
        &["records", "approver", "off"],
    ];
    let today = lab::now().date();
    for change in changes {
        let change: Vec<&str> =
            change.iter().map(|word| if *word == "2026-11-21" { &today } else { *word }).collect();
        desk.run("acme", &change).refuses("a second person must approve");
        let same = [&change[..], &["--operator", "Ada", "--approver", " ADA "]].concat();
        desk.run("acme", &same).refuses("the same person");
    }
    assert!(desk.kept() == before, "no file was written or changed");
    let two = ["--operator", "Ada", "--approver", "Grace"];
    desk.ok("acme", &[&["revoke", "1", "--reason", "fraud"], &two[..]].concat());
    desk.ok("acme", &[&["records", "approver", "off"], &two[..]].concat());
    desk.ok("acme", &["revoke", "2", "--reason", "fraud"]);
    let shown = desk.ok("acme", &["records", "show", "ACME-7"]);
    assert!(shown.contains("revoke  Ada, approved by Grace"), "{shown}");
}

/// ATTACKS 44b.
#[test]
fn new_keys_for_somebody_known_take_identification_as_sure_as_before() {
    let desk = Desk::today();
    desk.ok("erika", &["keys", "new"]);
    desk.ok("erika", &["keys", "retire", "1", "--yes"]);
    let nonce = desk.ok("acme", &["nonce"]);
    let prove = ["id", "--prove", &desk.acme, "--nonce", &nonce, "--out", "new.proof"];
    desk.ok("erika", &prove);
    desk.write("low.json", desk.text("id.json").replace("substantial", "low"));
    let issue = |kind: &str, claims: &str, more: &[&str]| {
        let args = ["issue", kind, "--holder", "new.proof", "--nonce", &nonce, "--claims", claims];
        let args = [&args[..], &["--investor", "ACME-7", "--out", "new"], more].concat();
        let run = desk.run("acme", &args);
        assert_eq!(desk.exists("new"), run.exit == 0, "{run:?}");
        run
    };
    let (kyc, again) = ("kyc-identity", ["--reidentified", "case-8"]);
    issue(kyc, "id.json", &[]).refuses("a proof of keys does not say whose they are");
    let here = ["--identified-here", "case-8"];
    issue(kyc, "id.json", &here).refuses("a proof of keys does not say whose they are");
    issue(kyc, "low.json", &again).refuses("identified more surely");
    assert_eq!(desk.states("ACME-7"), ["valid"; 3]);
    let run = issue(kyc, "id.json", &again).exits(0);
    assert!(run.stderr.contains("Revoked with it: 3 credentials under"), "{run:?}");
    assert_eq!(desk.states("ACME-7"), ["revoked", "revoked", "revoked", "valid"]);
    let token = published(&desk);
    let states = [1, 2, 3, 4].map(|one| token.status(desk.index("ACME-7", one)).unwrap().value());
    assert_eq!(states, [1, 1, 1, 0]);
}

/// A change that is not published is seen by nobody: the desk is reminded.
#[test]
fn the_doctor_knows_of_changes_that_are_not_out_yet() {
    let desk = Desk::today();
    let doctor = || {
        let said = desk.ok("acme", &["doctor"]);
        said.lines().find(|line| line.contains("statuses")).unwrap().to_owned()
    };
    assert!(doctor().contains("never published"), "{}", doctor());
    for change in [
        ["suspend", "2", "--reason", "data-wrong"],
        ["reinstate", "2", "--reason", "data-wrong"],
        ["revoke", "3", "--reason", "sanctions"],
    ] {
        published(&desk);
        assert!(doctor().starts_with("ok "), "{}", doctor());
        desk.ok("acme", &change);
        assert!(doctor().contains("changed since they were published"), "{}", doctor());
    }
}

/// Records whose keys are gone say so, and do not call anybody erased.
#[test]
fn names_without_their_keys_are_closed_and_not_erased() {
    let desk = Desk::today();
    std::fs::remove_file(desk.path("acme/subject-keys.db")).unwrap();
    let run = desk.run("acme", &["doctor"]).exits(0);
    assert!(run.stdout.contains("the names of 1 investor cannot be opened"), "{run:?}");
    let list = desk.run("acme", &["records", "list"]).exits(0);
    assert!(list.stdout.starts_with("(closed: its key is missing)  since"), "{list:?}");
    let revoked = desk.ok("acme", &["revoke", "3", "--reason", "sanctions"]);
    assert!(revoked.contains("(closed"), "{revoked}");
    published(&desk);
}

/// Of two publications at once, none puts what it read before the other in the place of what is newer.
#[test]
fn publications_wait_for_each_other() {
    let desk = Desk::today();
    published(&desk);
    let lock = std::fs::File::create(desk.path("acme/publish.lock")).unwrap();
    lock.lock().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| desk.ok("acme", &["status", "publish", "--out-dir", "web"]));
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert!(!waiting.is_finished(), "it has to wait before it reads the records");
        desk.ok("acme", &["revoke", "3", "--reason", "sanctions"]);
        lock.unlock().unwrap();
        waiting.join().unwrap();
    });
    let (text, signer) = (desk.text("web/1"), [Did::parse(&desk.acme).unwrap()]);
    let expected = ExpectedStatus { uri: URI, signers: &signer };
    let token = UnverifiedStatusToken::parse(&text).unwrap().verify(&expected, lab::now()).unwrap();
    assert_eq!(token.status(desk.index("ACME-7", 3)).unwrap(), Status::INVALID);
}
