//! Guardians' shares: made, handed out, and what brings a wallet back (ATTACKS 56a).

use std::fs;

use bonafide::wallet::Share;

use crate::support::{PRIVATE, Run, Story, World};

const LOWEST: [&str; 2] = ["--kdf-cost", "lowest"];
const ADD: [&str; 5] = ["keys", "add-slot", "shares", "--out-dir", "sheets"];

/// Erika with two credentials and five sheets, three of which open her backup `copy`.
fn story() -> Story {
    let story = Story::issued("ed25519");
    story.write("new", "another passphrase entirely\n");
    story.run("erika", &[&ADD[..], &["--threshold", "3", "--shares", "5"]].concat()).exits(0);
    let run = story.run("erika", &["backup", "--out", "copy"]).exits(0);
    assert!(run.stderr.contains("Guardians' shares made so far open it too"), "{run:?}");
    story
}

fn sheet(n: u8) -> String {
    format!("sheets/share-{n}-of-5.txt")
}

/// `recover` with the sheets of that name.
fn recover(world: &World, home: &str, sheets: &[&str], more: &[&str]) -> Run {
    let mut args = vec!["recover"];
    args.extend(sheets.iter().flat_map(|sheet| ["--share", sheet]));
    args.extend(more);
    world.run(home, &args)
}

fn drill(world: &World, sheets: &[&str]) -> Run {
    recover(world, "erika", sheets, &["--drill"])
}

const NEW: [&str; 6] = ["--backup", "copy", "--new-passphrase-file", "new", "--kdf-cost", "lowest"];

fn with_new(world: &World, home: &str, args: &[&str]) -> Run {
    world.bare(&[&["--home", home, "--passphrase-file", "new"], args].concat(), &[], None)
}

#[test]
fn create_back_up_lose_everything_recover_with_three_of_five_and_present_again() {
    let story = story();
    fs::remove_dir_all(story.path("erika")).unwrap();
    let [one, four, five] = [1, 4, 5].map(sheet);
    let run = recover(&story, "back", &[&four, &one, &five], &NEW).exits(0);
    assert_eq!(run.stdout.trim(), story.erika);
    assert!(run.stderr.contains("2 credentials are back"), "{run:?}");
    assert!(run.stderr.contains("were together in one place"), "{run:?}");
    story.ask("harbor", "accredited-individual", &["regime"], "request");
    with_new(&story, "back", &["present", "request", "--yes", "--out", "answer"]).exits(0);
    story.run("harbor", &["verify", "answer", "--trust", &story.acme]).exits(0);
    story.run("back", &["list"]).refuses("does not open");
    // The sheets stay good for what was recovered.
    let [two, three] = [2, 3].map(sheet);
    let again = ["recover", "--drill", "--share", &two, "--share", &three, "--share", &one];
    with_new(&story, "back", &again).exits(0);
}

#[test]
fn making_shares_says_what_they_are() {
    let story = Story::issued("ed25519");
    let args = [&ADD[..], &["--threshold", "2", "--shares", "3"]].concat();
    let run = story.run("erika", &args).exits(0);
    assert!(run.stderr.contains("Any 2 guardians together own your identity"), "{run:?}");
    assert!(run.stderr.contains("Make a new backup now"), "{run:?}");
    let names = ["share-1-of-3.txt", "share-2-of-3.txt", "share-3-of-3.txt"];
    let names = names.map(|name| format!("sheets/{name}"));
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), names);
    for (name, number) in names.iter().zip(1..) {
        let text = story.text(name);
        let share = Share::parse(&text).unwrap();
        assert_eq!((share.number(), share.threshold(), share.shares()), (number, 2, 3));
        assert!(text.contains("Any 2 of them") && text.contains('█'), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        let names_nobody = PRIVATE.iter().all(|name| !text.contains(name));
        assert!(
            names_nobody
                && !text.contains("did:")
                && !text.contains(&*story.path("x").to_string_lossy())
        );
        assert!(!run.said().contains(&*share.text()) && !run.said().contains("bonafide1"));
        private(&story, name);
    }
    let slots = story.run("erika", &["keys", "slots"]).exits(0);
    assert!(slots.stdout.contains("guardian shares, any 2 of 3 (set "), "{slots:?}");
    let slots = story.json("erika", &["keys", "slots"]);
    assert_eq!((&slots[2]["kind"], &slots[2]["shares"]), (&"shares".into(), &3.into()));
    let args =
        ["keys", "add-slot", "shares", "--out-dir", "more", "--threshold", "2", "--shares", "2"];
    let more = story.json("erika", &args);
    assert_eq!(more["files"].as_array().unwrap().len(), 2);
    assert_eq!(more["slot"]["id"], 3);
}

#[cfg(unix)]
fn private(world: &World, name: &str) {
    use std::os::unix::fs::PermissionsExt;
    let mode = |name: &str| fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(name), mode("sheets")), (0o600, 0o700));
}

#[cfg(not(unix))]
fn private(_: &World, _: &str) {}

/// What a person types from paper: capitals, lines and blanks as they come.
#[test]
fn a_share_is_read_however_it_was_kept() {
    let story = story();
    let share = |n| Share::parse(&story.text(&sheet(n))).unwrap();
    story.write("a", share(1).text().to_uppercase());
    story.write("b", share(2).groups().replace(' ', "\r\n"));
    drill(&story, &["a", "b", &sheet(3)]).exits(0);
    let args =
        ["--home", "erika", "recover", "--drill", "--share", "a", "--share", "-", "--share", "b"];
    let typed = format!("{}\n", *share(5).groups());
    story.bare(&args, &[], Some(typed.as_bytes())).exits(0);
    let run = drill(&story, &["-", "-"]).exits(2);
    assert!(run.stderr.contains("only one thing"), "{run:?}");
}

#[test]
fn row_56a_a_bad_share_is_named_and_nothing_is_restored() {
    let story = story();
    let [one, two, three] = [1, 2, 3].map(sheet);
    let refused = |sheets: &[&str], because: &str| {
        let run = recover(&story, "back", sheets, &NEW).exits(10);
        assert!(run.stderr.contains(because), "{because}: {run:?}");
        assert!(!story.exists("back") && run.stdout.is_empty(), "{run:?}");
    };
    refused(&[&one, &two], "2 of 3 shares are here; one more is needed");
    refused(&[&one], "1 of 3 shares are here; 2 more are needed");
    refused(&[&one, &two, &one], "sheets/share-1-of-5.txt: share 1 is here twice");
    // One character typed wrongly.
    let text = Share::parse(&story.text(&two)).unwrap().text().to_string();
    let last = if text.ends_with('q') { "p" } else { "q" };
    story.write("typo", format!("{}{last}", text.get(..85).unwrap()));
    refused(&[&one, "typo", &three], "typo: this share was not copied rightly");
    // Altered by somebody who knows how, with a checksum that fits.
    story.write("altered", altered(&text));
    refused(&["altered", &one, &three], "altered: share 2 of set ");
    // Of another set of the same wallet, made after the backup; and of another wallet.
    let more = ["keys", "add-slot", "shares", "--threshold", "3", "--shares", "5", "--out-dir"];
    story.run("erika", &[&more[..], &["more"]].concat()).exits(0);
    story.run("harbor", &[&more[..], &["theirs"]].concat()).exits(0);
    refused(&[&one, "more/share-2-of-5.txt", &three], "more/share-2-of-5.txt: share 2 of set ");
    refused(&[&one, &two, "theirs/share-4-of-5.txt"], "theirs/share-4-of-5.txt: share 4 of set ");
    let run = drill(&story, &[&one, "more/share-2-of-5.txt", &three]).exits(10);
    assert!(run.stderr.contains("more/share-2-of-5.txt: share 2 is of set "), "{run:?}");
    for (name, content) in [("none", "my recipe\n"), ("bytes", "\u{1}")] {
        story.write(name, content);
        refused(&[&one, name, &three], &format!("{name}: there is no share in this text"));
    }
    story.write("both", format!("{}\n{text}\n", story.text(&one)));
    refused(&["both", &two], "both: there is more than one share");
}

fn altered(text: &str) -> String {
    use bech32::primitives::decode::CheckedHrpstring;
    use bech32::{Bech32m, Hrp};
    let share = CheckedHrpstring::new::<Bech32m>(text).unwrap();
    let mut bytes: Vec<u8> = share.byte_iter().collect();
    bytes[43] ^= 1;
    bech32::encode::<Bech32m>(Hrp::parse("bonafide").unwrap(), &bytes).unwrap()
}

#[test]
fn shares_need_a_copy_of_the_wallet() {
    let story = story();
    let sheets = [1, 2, 3].map(sheet);
    let sheets = [sheets[0].as_str(), &sheets[1], &sheets[2]];
    let run = recover(&story, "back", &sheets, &["--new-passphrase-file", "new"]).exits(2);
    assert!(run.stderr.contains("bring nothing back without one"), "{run:?}");
    recover(&story, "back", &sheets, &["--drill"]).exits(2);
    // One that is older than the shares does not open with them.
    let old = Story::issued("ed25519");
    old.run("erika", &["backup", "--out", "copy"]).exits(0);
    old.run("erika", &[&ADD[..], &["--threshold", "2", "--shares", "2"]].concat()).exits(0);
    let [one, two] = ["sheets/share-1-of-2.txt", "sheets/share-2-of-2.txt"];
    let run = recover(&old, "back", &[one, two], &["--backup", "copy", "--drill"]);
    run.refuses("no guardian shares open this wallet");
    recover(&story, "erika", &sheets, &NEW).refuses("there is a wallet in erika already");
    story.write("copy", b"BONAFIDE");
    recover(&story, "back", &sheets, &NEW).refuses("copy is no backup, or a damaged one");
    recover(&story, "back", &["none"], &NEW).exits(1);
    for more in [&["--phrase-file", "new"][..], &["--shares"]] {
        recover(&story, "back", &sheets, &[&NEW[..], more].concat()).exits(2);
    }
    let run = story.run("back", &["recover", "--shares", "--backup", "copy"]).exits(2);
    assert!(run.stderr.contains("Give --share FILE"), "{run:?}");
}

#[test]
fn nothing_is_made_where_something_is_in_the_way() {
    let story = Story::issued("ed25519");
    let before = story.wallet("erika");
    let add = |folder: &str, more: &[&str]| {
        let args = ["keys", "add-slot", "shares", "--out-dir", folder];
        let run = story.run("erika", &[&args, more].concat());
        assert!(story.wallet("erika") == before, "{run:?}");
        run
    };
    const GOOD: [&str; 4] = ["--threshold", "2", "--shares", "3"];
    add("erika", &GOOD).refuses("do not belong beside the wallet");
    add("pw", &GOOD).exits(1);
    add("pw/sheets", &GOOD).exits(1);
    fs::create_dir(story.path("sheets")).unwrap();
    story.write("sheets/share-2-of-3.txt", "a letter");
    add("sheets", &GOOD).refuses("sheets/share-2-of-3.txt is there already");
    assert_eq!(story.text("sheets/share-2-of-3.txt"), "a letter");
    for bad in [
        &["--threshold", "1", "--shares", "3"][..],
        &["--threshold", "4", "--shares", "3"],
        &["--threshold", "2", "--shares", "17"],
        &["--threshold", "2", "--shares", "300"],
        &["--threshold", "2"],
        &["--shares", "3"],
        &[],
    ] {
        add("new-folder", bad).exits(2);
    }
    story
        .run("erika", &["keys", "add-slot", "shares", "--threshold", "2", "--shares", "3"])
        .exits(2);
    let run = story.run("erika", &["keys", "add-slot", "phrase", "--shares", "3"]).exits(2);
    assert!(run.stderr.contains("are for guardians' shares"), "{run:?}");
    // A wallet that is full, in a folder made for it.
    for _ in 0..6 {
        let args = ["keys", "add-slot", "passphrase", "--new-passphrase-file", "pw"];
        story.run("erika", &[&args, &LOWEST[..]].concat()).exits(0);
    }
    let args = [&["keys", "add-slot", "shares", "--out-dir", "new-folder"], &GOOD[..]].concat();
    story.run("erika", &args).refuses("as many slots as it can have");
    assert!(!story.exists("new-folder"));
}

#[test]
fn a_slot_for_shares_goes_and_the_doctor_knows_the_guardians() {
    let story = story();
    let doctor = || story.run("erika", &["doctor"]).exits(0).stdout;
    assert!(doctor().contains("LOOK  guardians    any 3 of 5, never tried"), "{}", doctor());
    let [one, two, three] = [1, 2, 3].map(sheet);
    let run = drill(&story, &[&one, &two, &three]).exits(0);
    assert_eq!(run.stdout.trim(), story.erika);
    assert!(run.stderr.contains("nothing was changed"), "{run:?}");
    assert!(doctor().contains("ok    guardians    any 3 of 5, tried "), "{}", doctor());
    story.write("erika/recovery.json", "{\"drilled_shares\":1}");
    assert!(doctor().contains("Ask each of them to look for their sheet"), "{}", doctor());
    let with_copy = ["--drill", "--backup", "copy"];
    recover(&story, "erika", &[&one, &two, &three], &with_copy).exits(0);
    assert!(doctor().contains("ok    guardians    any 3 of 5, tried "), "{}", doctor());
    let change = ["keys", "change-passphrase", "--new-passphrase-file", "pw"];
    let run = story.run("erika", &[&change, &LOWEST[..]].concat()).exits(0);
    assert!(run.stderr.contains("guardians' shares were made anew"), "{run:?}");
    drill(&story, &[&one, &two, &three]).exits(0);
    let run = story.run("erika", &["keys", "remove-slot", "2", "--yes"]).exits(0);
    assert!(run.stderr.contains("still open every copy and backup made before"), "{run:?}");
    drill(&story, &[&one, &two, &three]).refuses("no guardian shares open this wallet");
    recover(&story, "erika", &[&one, &two, &three], &with_copy).exits(0);
    assert!(!doctor().contains("guardians"), "{}", doctor());
}

#[test]
fn shares_in_no_output_and_in_no_file_but_the_sheets() {
    let story = story();
    let share = |n| Share::parse(&story.text(&sheet(n))).unwrap();
    let texts: Vec<_> = (1..=5).map(|n| share(n).text()).collect();
    fs::create_dir(story.path("kept")).unwrap();
    for (path, bytes) in story.files() {
        let text = String::from_utf8_lossy(&bytes);
        if !path.starts_with(story.path("sheets")) {
            assert!(!text.contains("bonafide1"), "{}", path.display());
        }
        let parts = texts.iter().filter_map(|text| text.get(40..60));
        assert!(parts.into_iter().all(|part| !text.contains(part)), "{}", path.display());
    }
    let [one, two, three] = [1, 2, 3].map(sheet);
    for run in [drill(&story, &[&one, &two, &three]), drill(&story, &[&one, &one])] {
        assert!(!run.said().contains("bonafide1"), "{run:?}");
    }
}
