//! Empty, huge and binary files in every place where a file is read: refused or a fault, never a panic.

use crate::support::Story;

/// Runs the command with each bad file in the place of `FILE`.
fn all_refused(story: &Story, home: &str, command: &[&str], empty_is_fine: bool) {
    let files = ["empty", "spaces", "binary", "huge", "open", "nul", "folder", "none"];
    for file in files {
        let args: Vec<&str> =
            command.iter().map(|arg| if *arg == "FILE" { file } else { arg }).collect();
        let run = story.run(home, &args);
        let fine = [1, 10].contains(&run.exit) || empty_is_fine && run.exit == 2;
        assert!(fine, "{args:?}: {}", run.stderr);
        let said = run.stderr.chars().take(300).collect::<String>();
        assert!(!run.stderr.is_empty() && run.stderr.len() < 4000, "{args:?}: {said}");
        assert!(!story.exists("out"), "{args:?}");
    }
}

fn story() -> Story {
    let story = Story::answered("ed25519");
    let binary: Vec<u8> = (0..=255).cycle().skip(128).take(20_000).collect();
    story.write("empty", "");
    story.write("spaces", " \n\t\n");
    story.write("binary", binary);
    story.write("huge", "a".repeat(9 * 1024 * 1024));
    story.write("open", "[{\"a\":".repeat(20_000));
    story.write("nul", "a\0b.c~\0");
    std::fs::create_dir(story.path("folder")).unwrap();
    story
}

#[test]
fn files_that_holders_read() {
    let story = story();
    let before = story.wallet("erika");
    all_refused(&story, "erika", &["add", "FILE"], false);
    all_refused(&story, "erika", &["explain", "FILE"], false);
    all_refused(&story, "erika", &["explain", "FILE", "--allow-unsigned"], false);
    all_refused(&story, "erika", &["present", "FILE", "--yes", "--out", "out"], false);
    all_refused(&story, "erika", &["recover", "--drill", "--share", "FILE"], false);
    assert!(story.wallet("erika") == before);
}

#[test]
fn files_that_issuers_read() {
    let story = story();
    let out = ["--out", "out"];
    let issue = |args: &[&'static str]| {
        let command = [&["issue", "accredited-individual"], args, &out].concat();
        all_refused(&story, "acme", &command, false);
    };
    issue(&["--identified-here", "7", "--holder", "FILE", "--claims", "investor.json"]);
    issue(&["--identified-here", "7", "--holder", "proof", "--claims", "FILE"]);
    issue(&["--identity", "FILE", "--holder", "proof", "--claims", "investor.json"]);
    let named = ["--identity", "answer", "--identity-request", "FILE"];
    issue(&[&named[..], &["--holder", "proof", "--claims", "investor.json"]].concat());
}

#[test]
fn files_that_platforms_read() {
    let story = story();
    let acme = story.acme.as_str();
    let verify = |args: &[&str], empty_is_fine| {
        all_refused(&story, "harbor", &[&["verify"], args].concat(), empty_is_fine);
    };
    let refused = ["FILE", "--request", "request", "--trust", acme];
    for file in ["empty", "spaces", "binary", "huge", "open", "nul"] {
        let args = [&["verify", file], &refused[1..], &["--json"]].concat();
        let run = story.run("harbor", &args).exits(10);
        let json = run.json();
        assert!(json["verdict"] == "refused" || json["error"]["code"] == "too-large", "{json}");
    }
    verify(&["answer", "--request", "FILE", "--trust", acme], false);
    verify(&["answer", "--request", "request", "--trust", "FILE"], true);
}

#[test]
fn files_that_those_who_govern_read() {
    let story = story();
    story.ok("harbor", &["trust", "init", "us", "--threshold", "1", "--out", "list"]);
    let commands: [&[&str]; 7] = [
        &["add", "FILE", "--yes"],
        &["sign", "FILE", "--yes", "--out", "out"],
        &["publish", "FILE", "--out", "out"],
        &["publish", "list", "FILE", "--out", "out"],
        &["propose", "--edit", "FILE", "--out", "out"],
        &["diff", "list", "FILE"],
        &["propose", "--edit", "list", "--with", "FILE", "--out", "out"],
    ];
    for command in commands {
        // A description is an option's value, and misuse.
        let described = command.contains(&"--with");
        all_refused(&story, "harbor", &[&["trust"], command].concat(), described);
    }
    let before = story.files().len();
    story.run("harbor", &["trust", "add", "binary", "--yes"]).exits(10);
    assert_eq!(story.files().len(), before);
}

#[test]
fn passphrase_files_and_files_of_the_home() {
    let story = story();
    for file in ["empty", "spaces", "binary", "huge", "open", "nul", "folder", "none"] {
        let args = ["--home", "erika", "--passphrase-file", file, "list"];
        let run = story.bare(&args, &[], None);
        assert!([1, 10].contains(&run.exit) && run.stdout.is_empty(), "{file}: {run:?}");
    }
    for file in ["empty", "binary", "huge", "open"] {
        // An empty database is a new one.
        let names = ["trust.json", "records.db", "subject-keys.db"];
        for name in names.into_iter().take(if file == "empty" { 1 } else { 3 }) {
            std::fs::copy(story.path(file), story.path("acme").join(name)).unwrap();
        }
        let out = format!("{file}.out");
        let issue = story.issue("kyc-identity", "id.json", &["--out", &out]);
        let run = story.run("acme", &issue);
        let issues = file == "empty" && run.exit == 0;
        assert!(issues || [1, 10].contains(&run.exit) && !story.exists(&out), "{file}: {run:?}");
        story.run("acme", &["trust", "list"]).exits(if file == "huge" { 10 } else { 1 });
        story.run("acme", &["doctor"]).exits(1);
    }
}

#[test]
fn files_that_bundles_are_made_of_and_that_are_bundles() {
    let story = story();
    for command in ["inspect", "verify", "qr"] {
        all_refused(&story, "harbor", &["bundle", command, "FILE"], false);
    }
    all_refused(&story, "harbor", &["bundle", "diff", "FILE", "FILE"], false);
    all_refused(&story, "harbor", &["bundle", "export", "FILE", "--out-dir", "out"], false);
    all_refused(&story, "harbor", &["bundle", "join", "FILE", "--out", "out"], false);
    for option in ["--did", "--log", "--status", "--jurisdiction", "--type"] {
        all_refused(&story, "harbor", &["bundle", "make", option, "FILE", "--out", "out"], false);
    }
}
