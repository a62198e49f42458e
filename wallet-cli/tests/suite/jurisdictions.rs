//! Jurisdictions from the command line: governed by some, believed by others, asked by anybody.

use bonafide::calendar::Day;
use serde_json::{Value, json};

use crate::support::{Run, World, lab};

const KYC: &str = "did:web:kyc.example";

/// Three homes that govern `us` together, two of whom must sign, and a platform.
struct Board {
    world: World,
}

fn today() -> Day {
    Day::of(lab::now())
}

impl Board {
    fn new() -> Self {
        let world = World::new();
        world.init("harbor", "ed25519");
        let bay = world.init("bay", "p256");
        let auditor = world.init("auditor", "ed25519");
        world.init("platform", "ed25519");
        let (bay, auditor) = (format!("Bay={bay}"), format!("Auditor={auditor}"));
        let board = Self { world };
        let members = ["--label", "Harbor", "--member", &bay, "--member", &auditor];
        let init = [&["trust", "init", "us", "--threshold", "2", "--out", "draft"], &members[..]];
        board.world.ok("harbor", &init.concat());
        board
    }

    /// Version 1, in which KYC may attest `person` from today on.
    fn published() -> Self {
        let board = Self::new();
        let person =
            ["--attribute", "person=kyc-identity", "--validator", KYC, "--approve", "person"];
        board.edit(&[&person[..], &["--on-end", "grandfather", "--role", "us-ria"]].concat());
        board.sign("proposal", &["harbor", "bay"], "v1");
        board.ok("harbor", &["publish", "v1", "--out", "us-1"]);
        board
    }

    /// Likewise, and the platform and the others who govern believe it.
    fn believed() -> Self {
        let board = Self::published();
        for home in ["bay", "auditor", "platform"] {
            board.ok(home, &["add", "us-1", "--yes"]);
        }
        board
    }

    fn run(&self, home: &str, args: &[&str]) -> Run {
        self.world.run(home, &[&["trust"], args].concat())
    }

    #[track_caller]
    fn ok(&self, home: &str, args: &[&str]) -> Run {
        self.run(home, args).exits(0)
    }

    #[track_caller]
    fn json(&self, home: &str, args: &[&str]) -> Value {
        self.ok(home, &[args, &["--json"]].concat()).json()
    }

    /// From `draft` to `proposal`.
    fn edit(&self, args: &[&str]) -> Run {
        self.ok("harbor", &[&["propose", "--edit", "draft", "--out", "proposal"], args].concat())
    }

    /// The next version of what Harbor has, as `proposal`.
    fn propose(&self, args: &[&str]) -> Run {
        self.ok("harbor", &[&["propose", "us", "--out", "proposal"], args].concat())
    }

    /// Signs one after another.
    fn sign(&self, file: &str, homes: &[&str], out: &str) {
        let mut file = file.to_owned();
        for (n, home) in homes.iter().enumerate() {
            let next = format!("{out}-{n}");
            self.ok(home, &["sign", &file, "--yes", "--out", &next]);
            file = next;
        }
        std::fs::copy(self.world.path(&file), self.world.path(out)).unwrap();
    }

    /// A next version with this change, signed and published by Harbor and Bay.
    fn next(&self, args: &[&str], out: &str) {
        self.propose(args);
        self.sign("proposal", &["harbor", "bay"], "signed");
        self.ok("harbor", &["publish", "signed", "--out", out]);
    }

    /// The code and exit of a refusal.
    fn code(&self, home: &str, args: &[&str]) -> (String, i32) {
        let run = self.run(home, &[args, &["--json"]].concat());
        (run.json()["error"]["code"].as_str().unwrap_or("none").to_owned(), run.exit)
    }

    fn refused(&self, home: &str, args: &[&str]) -> String {
        let (code, exit) = self.code(home, args);
        assert_eq!(exit, 10, "{code}");
        code
    }

    /// Answer and exit of `trust check` for KYC and `person`.
    fn check(&self, args: &[&str]) -> (String, i32) {
        let asked = ["check", "--issuer", KYC, "--attr", "person", "--json"];
        let run = self.run("platform", &[&asked, args].concat());
        (run.json()["answer"].as_str().unwrap_or("none").to_owned(), run.exit)
    }
}

#[test]
fn a_jurisdiction_from_the_first_draft_to_an_answer() {
    let board = Board::published();
    let published = board.json("harbor", &["show", "us"]);
    let digest = published["digest"].as_str().unwrap();
    let run = board.ok("platform", &["add", "us-1", "--expect", digest]);
    for said in
        ["2 of 3 must sign", "Harbor", "Auditor", "lists 1 issuer", digest, "Taken: us, version 1."]
    {
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
    let listed = board.json("platform", &["show"]);
    assert_eq!((&listed[0]["id"], &listed[0]["seq"]), (&json!("us"), &json!(1)));
    assert_eq!((&listed[0]["state"], &listed[0]["issuers"]), (&json!("current"), &json!(1)));
    assert_eq!(listed[0]["versions"][0]["digest"], digest);
    let shown = board.ok("platform", &["show", "us"]).stdout;
    for said in [KYC, "is us-ria", "may attest person from", "urn:bonafide:kyc-identity:1", digest]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let run = board.ok("platform", &["check", "--issuer", KYC, "--attr", "person"]);
    assert!(run.stdout.starts_with("APPROVED  did:web:kyc.example for person\nus, version 1:\n"));
    assert_eq!(run.stdout.matches("  yes  ").count(), 8, "{run:?}");
}

#[test]
fn the_first_one_is_taken_by_a_person_or_by_its_digest() {
    let board = Board::published();
    let shown = board.json("harbor", &["show", "us"]);
    let before = board.world.files();
    let run = board.run("platform", &["add", "us-1"]).exits(10);
    assert!(run.stderr.contains(shown["digest"].as_str().unwrap()), "{run:?}");
    assert!(run.stderr.contains("Compare one of the digests") && run.stdout.is_empty(), "{run:?}");
    let other = bonafide::trust::digest_text(&[7; 32]);
    assert_eq!(
        board.refused("platform", &["add", "us-1", "--expect", &other]),
        "trust-list-not-pinned"
    );
    board.run("platform", &["add", "us-1", "--expect", "sha256-xyz"]).exits(2);
    assert!(before == board.world.files());
    let governance = shown["governance"].as_str().unwrap();
    let taken = board.json("platform", &["add", "us-1", "--expect", governance]);
    assert_eq!(
        (&taken[0]["taken"], &taken[0]["governance"]),
        (&json!("first"), &json!(governance))
    );
    assert_eq!(board.json("platform", &["show"])[0]["pinned"], governance);
}

#[test]
fn too_few_signatures_are_not_published_and_not_taken() {
    let board = Board::new();
    board.edit(&[]);
    assert_eq!(board.refused("harbor", &["publish", "proposal"]), "threshold-not-met");
    board.sign("proposal", &["harbor", "harbor"], "twice");
    assert_eq!(board.refused("harbor", &["publish", "twice"]), "threshold-not-met");
    assert_eq!(board.refused("platform", &["add", "twice", "--yes"]), "threshold-not-met");
    // Each signs a copy of their own.
    board.sign("proposal", &["bay"], "bay-copy");
    let run = board.ok("harbor", &["publish", "twice", "bay-copy", "--out", "us-1", "--json"]);
    assert_eq!(run.json()["signed_by"].as_array().unwrap().len(), 2);
    board.ok("platform", &["add", "us-1", "--yes"]);
    // And not copies of something else.
    board.edit(&["--grace-days", "7"]);
    assert_eq!(board.refused("harbor", &["publish", "twice", "proposal"]), "trust-list-other");
}

#[test]
fn later_versions_follow_link_by_link() {
    let board = Board::believed();
    let until = today().to_string();
    board.next(
        &["--validator", KYC, "--end", "person", "--until", &until, "--on-end", "invalidate"],
        "us-2",
    );
    board.next(&["--grace-days", "30"], "us-3");
    assert_eq!(board.refused("platform", &["add", "us-3"]), "trust-list-gap");
    let taken = board.json("platform", &["add", "us-3", "us-2"]);
    assert_eq!((&taken[0]["seq"], &taken[1]["seq"]), (&json!(2), &json!(3)));
    let said = taken[0]["changes"].to_string();
    assert!(said.contains("changed: did:web:kyc.example"), "{said}");
    assert!(said.contains("when this ends nothing stands"), "{said}");
    assert_eq!(board.json("platform", &["add", "us-3"])[0]["taken"], "unchanged");
    assert_eq!(board.refused("platform", &["add", "us-1"]), "trust-list-rolled-back");
    // Every version is still here.
    for seq in 1..=3 {
        let name = format!("us@{seq}");
        assert_eq!(board.json("platform", &["show", &name])["document"]["seq"], seq);
        let (file, kept) =
            (format!("us-{seq}"), format!("platform/jurisdictions/us/{seq}.jurisdiction"));
        assert_eq!(board.world.bytes(&file), board.world.bytes(&kept));
    }
    let run = board.ok("platform", &["diff", "us@2", "us-3"]);
    assert_eq!(run.stdout.trim(), "retired keys count for 30 days more, before 90");
    let diff = board.json("platform", &["diff", "us@1", "us"]);
    assert_eq!((&diff["before"], &diff["after"]), (&json!(1), &json!(3)));
}

/// Whoever governs is told what a signature would say beside the version known.
#[test]
fn what_cannot_follow_the_version_known_is_told_before_it_is_signed() {
    let board = Board::believed();
    let sign =
        |home: &str, file: &str| board.ok(home, &["sign", file, "--yes", "--out", "mine"]).stderr;
    board.propose(&["--grace-days", "30"]);
    board.sign("proposal", &["harbor", "bay"], "one");
    assert!(!sign("auditor", "one").contains("WARNING"));
    board.propose(&["--grace-days", "31"]);
    std::fs::copy(board.world.path("proposal"), board.world.path("other")).unwrap();
    board.ok("harbor", &["publish", "one", "--out", "us-2"]);
    board.ok("bay", &["add", "us-2"]);
    let told = sign("bay", "other");
    assert!(told.contains("31 days more, before 30"), "{told}");
    assert!(told.contains("WARNING: you know another version 2."), "{told}");
    board.next(&["--grace-days", "32"], "us-3");
    board.ok("bay", &["add", "us-3"]);
    assert!(sign("bay", "other").contains("WARNING: you know version 3 already."));
    // The auditor knows version 1 only.
    board.propose(&["--grace-days", "33"]);
    let told = sign("auditor", "proposal");
    assert!(told.contains("WARNING: versions between 1 and 4 are not known here"), "{told}");
    // Nothing but the days: they are told.
    let days = ["--expires", "2099-01-01"];
    board.propose(&days);
    let told = sign("harbor", "proposal");
    assert!(
        told.contains("nothing but the days: next by ")
            && told.contains("counts until 2099-01-01; before: next by "),
        "{told}"
    );
}

/// Each copy has signatures of its own: what was published once says nothing of the next file.
#[test]
fn a_version_published_before_is_published_again_only_with_its_signatures() {
    let board = Board::new();
    let person = ["--attribute", "person=kyc-identity", "--validator", KYC, "--approve", "person"];
    board.edit(&[&person[..], &["--on-end", "grandfather"]].concat());
    board.sign("proposal", &["harbor", "bay"], "v1");
    let run = board.ok("harbor", &["publish", "v1", "--out", "us-1"]);
    assert!(run.stderr.contains("This home believes it from now on"), "{run:?}");
    let whole = board.world.bytes("us-1");
    for few in ["proposal", "v1-0"] {
        let code = board.refused("harbor", &["publish", few, "--out", "us-1"]);
        assert_eq!(code, "threshold-not-met");
    }
    assert_eq!(board.world.bytes("us-1"), whole);
    let run = board.ok("harbor", &["publish", "v1", "--out", "again"]);
    assert!(!run.stderr.contains("from now on"), "{run:?}");
    assert_eq!(board.world.bytes("again"), whole);
    board.next(&["--grace-days", "30"], "us-2");
    assert_eq!(board.refused("harbor", &["publish", "proposal"]), "threshold-not-met");
    board.ok("harbor", &["publish", "us-2", "--out", "again"]);
}

#[test]
fn a_fork_is_refused_told_and_kept() {
    let board = Board::believed();
    board.propose(&["--grace-days", "30"]);
    board.sign("proposal", &["harbor", "bay"], "one");
    board.propose(&["--grace-days", "31"]);
    board.sign("proposal", &["harbor", "auditor"], "other");
    board.ok("platform", &["add", "one"]);
    let run = board.run("platform", &["add", "other"]).exits(10);
    assert!(run.stderr.contains("two jurisdiction documents contradict each other"), "{run:?}");
    assert!(run.stderr.contains("jurisdictions/us/forks/2-"), "{run:?}");
    assert_eq!(board.refused("platform", &["add", "other"]), "trust-list-forked");
    let kept = board.world.files();
    let kept: Vec<_> =
        kept.iter().filter(|(path, _)| path.to_str().unwrap().contains("/forks/")).collect();
    assert_eq!((kept.len(), &kept[0].1), (1, &board.world.bytes("other")));
    let run = board.world.run("platform", &["doctor"]);
    assert!(run.stdout.contains("us: 1 fork") && run.stdout.contains("us/forks"), "{run:?}");
    assert_eq!(board.json("platform", &["show", "us"])["document"]["grace_days"], 30);
    // Also when the versions have gone on, and not when it is not signed as it must be.
    board.ok("harbor", &["publish", "one"]);
    board.next(&["--grace-days", "32"], "us-3");
    board.ok("platform", &["add", "us-3"]);
    assert_eq!(board.refused("platform", &["add", "other"]), "trust-list-forked");
    board.propose(&["--grace-days", "33"]);
    board.sign("proposal", &["harbor"], "unfinished");
    assert_eq!(board.refused("platform", &["add", "unfinished"]), "threshold-not-met");
}

#[test]
fn keys_are_changed_by_the_old_and_the_new() {
    let board = Board::believed();
    let carol = format!("Carol={}", board.world.init("carol", "p256"));
    let dave = format!("Dave={}", board.world.init("dave", "ed25519"));
    let change =
        ["--drop-member", "Harbor", "--drop-member", "Bay", "--member", &carol, "--member", &dave];
    let run = board.propose(&change);
    assert!(run.stderr.contains("WHO GOVERNS changes"), "{run:?}");
    board.sign("proposal", &["harbor", "bay"], "old");
    assert_eq!(board.refused("platform", &["add", "old"]), "threshold-not-met");
    board.sign("proposal", &["carol", "dave"], "new");
    assert_eq!(board.refused("platform", &["add", "new"]), "threshold-not-met");
    board.sign("old", &["dave"], "three");
    assert_eq!(board.refused("harbor", &["publish", "three"]), "threshold-not-met");
    board.ok("harbor", &["publish", "old", "new", "--out", "us-2"]);
    board.ok("platform", &["add", "us-2"]);
    // From then on the old ones have no say.
    board.propose(&["--grace-days", "1"]);
    let run = board.run("harbor", &["sign", "proposal", "--yes"]);
    assert!(run.exit == 10 && run.stderr.contains("no key of this wallet governs"), "{run:?}");
    board.sign("proposal", &["carol", "auditor"], "us-3");
    board.ok("platform", &["add", "us-3"]);
}

#[test]
fn only_what_was_read_whole_is_signed() {
    let board = Board::published();
    assert_eq!(board.refused("platform", &["sign", "v1", "--yes"]), "not-governing");
    assert_eq!(board.refused("harbor", &["propose", "--edit", "v1"]), "already-signed");
    let run = board.run("bay", &["sign", "proposal"]).exits(10);
    assert!(run.stderr.contains("may attest person from"), "{run:?}");
    assert!(run.stderr.contains("add --yes") && run.stdout.is_empty(), "{run:?}");
    // One member that this version does not know, and one character of a signed payload.
    let mut file: Value = serde_json::from_str(&board.world.text("proposal")).unwrap();
    let payload = bonafide::encoding::base64url::decode(file["payload"].as_str().unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap();
    file["payload"] =
        bonafide::encoding::base64url::encode(payload.replacen('{', "{\"x\":1,", 1)).into();
    board.world.write("unknown", file.to_string());
    assert_eq!(board.refused("bay", &["sign", "unknown", "--yes"]), "unknown-member");
    let mut signed: Value = serde_json::from_str(&board.world.text("v1")).unwrap();
    signed["payload"] =
        bonafide::encoding::base64url::encode(payload.replace("us-ria", "us-rib")).into();
    board.world.write("altered", signed.to_string());
    assert_eq!(board.refused("platform", &["add", "altered", "--yes"]), "bad-signature");
    assert_eq!(board.refused("harbor", &["publish", "altered"]), "bad-signature");
    // Somebody's version 2 on a version 1 of their own.
    let run = board.run("platform", &["add", "id.json"]);
    assert_eq!(run.exit, 1, "{run:?}");
}

#[test]
fn an_answer_is_explained_rule_by_rule() {
    let board = Board::believed();
    let day = today();
    let (before, later) = (lab::now().plus(-86_400), day.plus_days(61));
    assert_eq!(board.check(&[]), ("approved".into(), 0));
    assert_eq!(board.check(&["--at", &before.to_string()]), ("not-approved".into(), 10));
    assert_eq!(board.check(&["--decided", &day.plus_days(60).to_string()]), ("approved".into(), 0));
    assert_eq!(board.check(&["--decided", &later.to_string()]), ("undetermined".into(), 11));
    assert_eq!(board.check(&["--type", "holding"]), ("not-approved".into(), 10));
    assert_eq!(board.check(&["--jurisdiction", "us"]), ("approved".into(), 0));
    let run = board.run(
        "platform",
        &["check", "--issuer", KYC, "--attr", "person", "--at", &before.to_string()],
    );
    assert!(run.stdout.contains("  no   the approval was in force on that day"), "{run:?}");
    assert!(
        run.stdout.contains("approval-outside-window: us: the issuer is approved from"),
        "{run:?}"
    );
    assert_eq!(run.stdout.matches("   -   ").count(), 2, "{run:?}");
    let run = board
        .run("platform", &["check", "--issuer", "did:web:x.example", "--attr", "person"])
        .exits(10);
    assert!(run.stdout.contains("  no   the issuer is in the list"), "{run:?}");
    let nobody = ["check", "--issuer", KYC, "--attr", "firm"];
    assert_eq!(board.refused("platform", &nobody), "not-authorised");
    let nowhere = ["check", "--issuer", KYC, "--attr", "person", "--jurisdiction", "eu"];
    assert_eq!(board.refused("platform", &nowhere), "not-found");
}

#[test]
fn an_old_decision_is_made_again_by_what_was_believed_then() {
    let board = Board::believed();
    let end = today().to_string();
    board.next(&["--validator", KYC, "--remove"], "us-2");
    // The versions came on other days than today.
    let index = |dates: &[&str]| {
        let path = board.world.path("platform/jurisdictions/us/index.json");
        let mut index: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (n, date) in dates.iter().enumerate() {
            index["documents"][n]["added"] = (*date).into();
        }
        std::fs::write(path, index.to_string()).unwrap();
    };
    board.ok("platform", &["add", "us-2"]);
    let tomorrow = today().plus_days(1).to_string();
    index(&[&end, &tomorrow]);
    let at = end.as_str();
    assert_eq!(board.check(&["--decided", at]), ("approved".into(), 0));
    assert_eq!(board.check(&["--decided", &tomorrow, "--at", at]), ("not-approved".into(), 10));
    assert_eq!(board.check(&[]), ("not-approved".into(), 10));
}

#[test]
fn keys_that_are_listed_ended_or_compromised() {
    let board = Board::believed();
    let key = format!("k1={}", board.world.ok("auditor", &["id"]));
    let other = format!("k2={}", board.world.ok("bay", &["id"]));
    board.next(&["--validator", KYC, "--key", &key, "--key", &other], "us-2");
    board.ok("platform", &["add", "us-2"]);
    assert_eq!(board.check(&["--key", "k1"]), ("approved".into(), 0));
    assert_eq!(board.check(&["--key", "#k2"]), ("approved".into(), 0));
    assert_eq!(board.check(&["--key", "k3"]), ("not-approved".into(), 10));
    board.next(&["--validator", KYC, "--compromised", "k1", "--end-key", "k2"], "us-3");
    let run = board.ok("platform", &["add", "us-3"]);
    assert!(run.stderr.contains("COMPROMISED"), "{run:?}");
    assert_eq!(board.check(&["--key", "k1"]), ("not-approved".into(), 10));
    assert_eq!(board.check(&["--key", "k2"]), ("approved".into(), 0));
    let tomorrow = today().plus_days(1).to_string();
    assert_eq!(board.check(&["--key", "k2", "--at", &tomorrow]), ("not-approved".into(), 10));
}

#[test]
fn a_description_takes_the_place_of_whole_members() {
    let board = Board::believed();
    let validators = json!([{"did": "did:web:new.example", "approvals":
        [{"attr": "person", "from": "2026-01-01", "on_end": "grandfather"}]}]);
    board.world.write("new.json", json!({"validators": validators, "grace_days": 9}).to_string());
    let run = board.propose(&["--with", "new.json"]);
    assert!(run.stderr.contains("added: did:web:new.example"), "{run:?}");
    assert!(
        run.stderr.contains("taken out: did:web:kyc.example; nothing it issued stands"),
        "{run:?}"
    );
    for (content, said) in [
        ("[]", "not a JSON object"),
        ("{\"seq\": 9}", "seq follows from the version before"),
        ("{\"validator\": []}", "not understood"),
        ("{\"validators\": [{}]}", "validators[0].did"),
    ] {
        board.world.write("bad.json", content);
        let run = board.run("harbor", &["propose", "us", "--with", "bad.json"]).exits(2);
        assert!(run.stderr.contains(said), "{run:?}");
    }
}

#[test]
fn proposals_that_make_no_sense_are_refused() {
    let board = Board::believed();
    let rows: &[&[&str]] = &[
        &["--threshold", "4"],
        &["--drop-member", "Nobody"],
        &["--member", "Eve=did:web:eve.example"],
        &["--member", "Eve"],
        &["--withdraw", "firm"],
        &["--attribute", "person"],
        &["--attribute", "firm=nothing"],
        &["--validator", "kyc.example"],
        &["--validator", "did:web:other.example", "--remove"],
        &["--validator", KYC, "--approve", "person"],
        &["--validator", KYC, "--approve", "person", "--on-end", "grandfather"],
        &["--validator", KYC, "--approve", "firm", "--on-end", "grandfather"],
        &["--validator", KYC, "--end", "firm", "--on-end", "grandfather"],
        &["--validator", KYC, "--end-key", "k1"],
        &["--validator", KYC, "--compromised", "k1"],
        &["--validator", KYC, "--min-log-version", "2"],
        &["--expires", "2020-01-01"],
        &["--next-update", "tomorrow"],
        &["--grace-days", "9999"],
    ];
    let before = board.world.files();
    for row in rows {
        let run = board.run("harbor", &[&["propose", "us", "--out", "proposal-2"], *row].concat());
        assert!(
            run.exit == 2 && run.stdout.is_empty() && !run.stderr.is_empty(),
            "{row:?} {run:?}"
        );
    }
    assert!(before == board.world.files());
}

#[test]
fn a_changed_archive_is_a_fault() {
    let board = Board::believed();
    board.next(&["--grace-days", "30"], "us-2");
    board.ok("platform", &["add", "us-2"]);
    let kept = "platform/jurisdictions/us/2.jurisdiction";
    board.world.write(kept, board.world.bytes("us-1"));
    assert_eq!(board.code("platform", &["show"]), ("home-damaged".into(), 1));
    assert_eq!(
        board.code("platform", &["check", "--issuer", KYC, "--attr", "person"]),
        ("home-damaged".into(), 1)
    );
    board.ok("platform", &["show", "us@1"]);
    board.world.write(kept, board.world.bytes("us-2"));
    board.world.write("platform/jurisdictions/us/index.json", "{}");
    assert_eq!(board.code("platform", &["show", "us"]), ("home-damaged".into(), 1));
    let out = ["propose", "us", "--out", "harbor/jurisdictions/us/1.jurisdiction"];
    assert_eq!(board.refused("harbor", &out), "unsafe-file");
}

#[test]
fn labels_cannot_act_on_a_terminal() {
    let board = Board::new();
    let did = board.world.ok("platform", &["id"]);
    let run = board.edit(&["--member", &format!("E\u{202e}ve={did}")]);
    assert!(run.stderr.contains("E\\u{202e}ve") && !run.stderr.contains('\u{202e}'), "{run:?}");
}
