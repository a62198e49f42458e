//! Passphrases, the 24 words, backups: the ways into a wallet and back to it.

use std::fs;

use crate::support::{Run, Story, World};

const LOWEST: [&str; 2] = ["--kdf-cost", "lowest"];

/// A wallet with two credentials, and a file `new` with another passphrase.
fn story() -> Story {
    let story = Story::issued("ed25519");
    story.write("new", "another passphrase entirely\n");
    story
}

fn words(world: &World, home: &str) -> String {
    let json = world.run(home, &["keys", "phrase", "--json"]).exits(0).json();
    let words = json["words"].as_array().unwrap().iter();
    words.map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// With the passphrase in that file.
fn run_with(world: &World, home: &str, passphrase: &str, args: &[&str]) -> Run {
    let home = ["--home", home, "--passphrase-file", passphrase];
    world.bare(&[&home, args].concat(), &[], None)
}

fn credentials(world: &World, home: &str, passphrase: &str) -> usize {
    let list = run_with(world, home, passphrase, &["list", "--json"]).exits(0).json();
    list.as_array().unwrap().len()
}

#[test]
fn a_new_wallet_opens_with_its_passphrase_and_its_words() {
    let story = story();
    let slots = story.run("erika", &["keys", "slots"]).exits(0);
    assert!(slots.stdout.contains("passphrase, 19 MiB and 2 passes  (opened it now)"), "{slots:?}");
    assert!(slots.stdout.contains("recovery phrase, 24 words"), "{slots:?}");
    let slots = story.run("erika", &["keys", "slots", "--json"]).exits(0).json();
    assert_eq!((&slots[0]["kind"], &slots[1]["kind"]), (&"passphrase".into(), &"phrase".into()));
    let shown = story.run("erika", &["keys", "phrase"]).exits(0);
    assert_eq!(shown.stdout.trim_end(), words(&story, "erika"));
    story.run("nobody", &["keys", "slots"]).refuses("there is no wallet");
}

#[test]
fn init_shows_the_words_at_a_terminal_only() {
    let world = World::new();
    let run = world.run("erika", &[&["init"], &LOWEST[..]].concat()).exits(0);
    assert!(run.stderr.contains("bonafide keys phrase"), "{run:?}");
    let words = words(&world, "erika");
    let (first, _) = words.split_once(' ').unwrap();
    assert!(!run.said().split_whitespace().any(|word| word == first), "{run:?}");
}

#[test]
fn the_passphrase_changes() {
    let story = story();
    let change = ["keys", "change-passphrase", "--new-passphrase-file", "new"];
    let run = story.run("erika", &[&change, &LOWEST[..]].concat()).exits(0);
    assert!(run.stderr.contains("Copies of the file made before"), "{run:?}");
    assert!(!run.stderr.contains("can read this file too"), "{run:?}");
    story.run("erika", &["list"]).refuses("does not open");
    assert_eq!(credentials(&story, "erika", "new"), 2);
}

#[test]
fn slots_come_and_go() {
    let story = story();
    let add = ["keys", "add-slot", "passphrase", "--new-passphrase-file", "new"];
    let run = story.run("erika", &[&add, &LOWEST[..]].concat()).exits(0);
    assert!(run.stderr.contains("Slot 2 is added"), "{run:?}");
    assert_eq!(credentials(&story, "erika", "new"), 2);
    story.run("erika", &["keys", "add-slot", "phrase"]).refuses("opens this wallet already");
    story.run("erika", &["keys", "remove-slot", "2"]).refuses("");
    let own = ["keys", "remove-slot", "2", "--yes"];
    run_with(&story, "erika", "new", &own).refuses("opened the wallet just now");
    story.run("erika", &["keys", "remove-slot", "9", "--yes"]).refuses("no slot with the number 9");
    story.run("erika", &["keys", "remove-slot", "2", "--yes"]).exits(0);
    run_with(&story, "erika", "new", &["list"]).refuses("does not open");
    story.run("erika", &["keys", "remove-slot", "0", "--yes"]).refuses("last passphrase");
    story.run("erika", &["keys", "remove-slot", "1", "--yes"]).exits(0);
    story.run("erika", &["keys", "add-slot", "phrase"]).exits(0);
}

#[test]
fn the_words_alone_bring_back_every_key() {
    let story = story();
    story.write("words", words(&story, "erika").to_uppercase().replace(' ', "\n"));
    fs::remove_dir_all(story.path("erika")).unwrap();
    let recover = ["recover", "--phrase-file", "words", "--new-passphrase-file", "new"];
    let run = story.run("back", &[&recover, &LOWEST[..]].concat()).exits(0);
    assert_eq!(run.stdout.trim(), story.erika);
    assert_eq!(credentials(&story, "back", "new"), 0);
    run_with(&story, "back", "new", &["add", "id.credential"]).exits(0);
    run_with(&story, "back", "new", &["add", "investor.credential"]).exits(0);
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    run_with(&story, "back", "new", &["present", "request", "--yes", "--out", "answer"]).exits(0);
    story.run("harbor", &["verify", "answer", "--trust", &story.acme]).exits(0);
    let run = story.run("back", &[&recover, &LOWEST[..]].concat());
    run.refuses("there is a wallet in back already");
}

#[test]
fn a_p256_identity_comes_back_by_its_kind() {
    let world = World::new();
    let did = world.init("erika", "p256");
    world.write("words", words(&world, "erika"));
    let args = ["recover", "--phrase-file", "words", "--new-passphrase-file", "pw"];
    let run = world.run("ed", &[&args, &LOWEST[..]].concat()).exits(0);
    assert_ne!(run.stdout.trim(), did);
    assert!(run.stderr.contains("--key p256"), "{run:?}");
    let run = world.run("p", &[&args[..], &["--key", "p256"], &LOWEST[..]].concat()).exits(0);
    assert_eq!(run.stdout.trim(), did);
}

#[test]
fn a_backup_brings_back_everything() {
    let story = story();
    story.run("erika", &["backup", "--out", "copy"]).exits(0);
    story.run("erika", &["backup", "--out", "copy"]).refuses("there already");
    story.write("words", words(&story, "erika"));
    fs::remove_dir_all(story.path("erika")).unwrap();
    let args = ["recover", "--backup", "copy"];
    run_with(&story, "back", "new", &args).refuses("does not open");
    assert!(!story.exists("back/wallet.bonafide"));
    let run = story.run("back", &args).exits(0);
    assert_eq!(run.stdout.trim(), story.erika);
    assert_eq!(credentials(&story, "back", "pw"), 2);
    // The passphrase forgotten: the words open the backup, and a new passphrase is set.
    let words = ["--phrase-file", "words", "--new-passphrase-file", "new"];
    story.run("more", &[&args[..], &words, &LOWEST[..]].concat()).exits(0);
    assert_eq!(credentials(&story, "more", "new"), 2);
    run_with(&story, "more", "pw", &["list"]).refuses("does not open");
}

#[test]
fn a_drill_changes_nothing() {
    let story = story();
    story.run("erika", &["backup", "--out", "copy"]).exits(0);
    story.write("words", words(&story, "erika"));
    let before = story.wallet("erika");
    let drill = |args: &[&str]| story.run("erika", &[&["recover", "--drill"], args].concat());
    let run = drill(&["--phrase-file", "words"]).exits(0);
    assert_eq!(run.stdout.trim(), story.erika);
    assert!(run.stderr.contains("nothing was changed"), "{run:?}");
    drill(&["--backup", "copy"]).exits(0);
    drill(&["--backup", "copy", "--phrase-file", "words"]).exits(0);
    story.write("others", words(&story, "harbor"));
    drill(&["--phrase-file", "others"]).refuses("does not open this wallet");
    drill(&["--backup", "copy", "--phrase-file", "others"]).refuses("does not open this wallet");
    assert!(story.wallet("erika") == before);
    let run = story.run("nobody", &["recover", "--drill", "--phrase-file", "words"]).exits(0);
    assert!(run.stderr.contains("no wallet here to compare"), "{run:?}");
    assert!(!story.exists("nobody"));
}

#[test]
fn row_55_a_bad_phrase_overwrites_nothing() {
    let story = story();
    let good = words(&story, "erika");
    let before = story.wallet("erika");
    let list: Vec<&str> = good.split(' ').collect();
    let with = |at: usize, word: &str| {
        let mut list = list.clone();
        list[at] = word;
        list.join(" ")
    };
    let bad = [
        (String::new(), "this has 0"),
        (list[..23].join(" "), "this has 23"),
        (with(4, "bonafide"), "word 5 is not in the word list"),
        (with(0, list[1]), "one is another"),
    ];
    for (typed, because) in bad.iter().filter(|(typed, _)| *typed != good) {
        story.write("words", typed);
        for home in ["erika", "fresh"] {
            let drill = ["recover", "--drill", "--phrase-file", "words"];
            let run = story.run(home, &drill);
            let run = if list[0] == list[1] { run } else { run.refuses(because) };
            // Single words of the list are words of our messages too.
            let two = format!("{} {}", list[7], list[8]);
            assert!(!run.stderr.contains(&two) && !run.stderr.contains("word \"bonafide\""));
        }
    }
    story.write("words", good);
    let recover = ["recover", "--phrase-file", "words", "--new-passphrase-file", "new"];
    story.run("erika", &recover).refuses("there is a wallet in erika already");
    assert!(story.wallet("erika") == before);
    story.run("fresh", &["recover"]).exits(2);
}

#[test]
fn the_doctor_knows_the_ways_back() {
    let story = story();
    let doctor = || story.run("erika", &["doctor"]).exits(0).stdout;
    let state = doctor();
    assert!(state.contains("LOOK  24 words     never tried"), "{state}");
    assert!(state.contains("LOOK  backup       none was made here"), "{state}");
    story.run("erika", &["backup", "--out", "copy"]).exits(0);
    assert!(doctor().contains("Prove that it opens"));
    story.write("words", words(&story, "erika"));
    story.run("erika", &["recover", "--drill", "--phrase-file", "words"]).exits(0);
    story.run("erika", &["recover", "--drill", "--backup", "copy"]).exits(0);
    let state = doctor();
    assert!(
        state.contains("ok    24 words     tried ") && state.contains("ok    backup       made "),
        "{state}"
    );
    let long_ago = "{\"backup\":1,\"drilled_backup\":1,\"drilled_phrase\":1}";
    story.write("erika/recovery.json", long_ago);
    let state = doctor();
    assert!(
        state.contains("the wallet has changed since") && state.contains("Try again"),
        "{state}"
    );
    story.write("short", "abc\n");
    let change = ["keys", "change-passphrase", "--new-passphrase-file", "short"];
    let run = story.run("erika", &[&change, &LOWEST[..]].concat()).exits(0);
    assert!(run.stderr.contains("That passphrase is short"), "{run:?}");
    story.write("erika/recovery.json", "{\"more\":1}");
    run_with(&story, "erika", "short", &["doctor"]).exits(1);
}

#[test]
fn words_are_read_as_paper_and_lists_have_them() {
    let story = story();
    let words = words(&story, "erika");
    let numbered: Vec<String> =
        words.split(' ').zip(1..).map(|(word, n)| format!("{n:>3}. {word}")).collect();
    for typed in [numbered.join("\n"), words.replace(' ', ", "), format!("\u{feff}{words}\r\n")] {
        story.write("words", typed);
        let drill = ["recover", "--drill", "--phrase-file", "words"];
        story.run("erika", &drill).exits(0);
    }
}

#[test]
fn a_drill_tells_the_identity_that_comes_back() {
    let world = World::new();
    let did = world.init("erika", "p256");
    world.write("words", words(&world, "erika"));
    let run = world.run("erika", &["recover", "--drill", "--phrase-file", "words"]).exits(0);
    assert_eq!(run.stdout.trim(), did);
    world.init("other", "ed25519");
    world.run("other", &["backup", "--out", "strange"]).exits(0);
    world.run("erika", &["recover", "--drill", "--backup", "strange"]).refuses("another wallet");
    world.run("erika", &["recover", "--backup", "strange", "--key", "p256"]).exits(2);
    let state = world.run("erika", &["doctor"]).stdout;
    assert!(state.contains("none was made here"), "{state}");
}

#[test]
fn a_new_passphrase_is_set_where_one_is_given() {
    let story = story();
    story.run("erika", &["backup", "--out", "copy"]).exits(0);
    let args = ["recover", "--backup", "copy", "--new-passphrase-file", "new"];
    story.run("back", &[&args, &LOWEST[..]].concat()).exits(0);
    assert_eq!(credentials(&story, "back", "new"), 2);
    run_with(&story, "back", "pw", &["list"]).refuses("does not open");
}

#[test]
fn what_does_not_open_is_no_backup() {
    let story = story();
    story.run("erika", &["keys", "remove-slot", "1", "--yes"]).exits(0);
    let run = story.run("erika", &["backup", "--out", "copy"]).exits(0);
    assert!(run.stderr.contains("not with the 24 words"), "{run:?}");
    run_with(&story, "erika", "new", &["backup", "--out", "more"]).refuses("does not open");
    let untried =
        story.bare(&["--home", "erika", "backup", "--out", "untried"], &[], None).exits(0);
    assert!(untried.stderr.contains("it was not tried"), "{untried:?}");
    story.run("erika", &["backup", "--out", "-"]).exits(2);
    let mut damaged = story.wallet("erika");
    let last = damaged.len() - 5;
    damaged[last] ^= 1;
    story.write("erika/wallet.bonafide", &damaged);
    story.run("erika", &["backup", "--out", "more"]).exits(1);
    assert!(!story.exists("more") && !story.exists("-"));
    story.write("copy", &damaged);
    let run = story.run("back", &["recover", "--backup", "copy"]).exits(10);
    assert!(run.stderr.contains("copy is no backup, or a damaged one"), "{run:?}");
}

#[test]
fn without_a_terminal_the_option_that_is_missing_is_named() {
    let story = story();
    for (args, option) in [
        (&["keys", "change-passphrase"][..], "--new-passphrase-file"),
        (&["recover", "--drill", "--phrase"], "--phrase-file"),
    ] {
        let run = story.run("erika", args).exits(2);
        assert!(run.stderr.contains(&format!("Give {option} FILE")), "{run:?}");
    }
}
