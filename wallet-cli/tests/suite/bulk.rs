//! Issuing from a table: one file for each investor, once, whatever happens in between.

use std::collections::BTreeSet;

use bonafide_credentials::find;
use serde_json::Value;

use crate::support::investors::{COLUMNS, Offering};
use crate::support::lab::now;

/// Type and holder's key of a credential.
fn of(token: &str) -> (String, String) {
    let payload = token.split('~').next().unwrap().split('.').nth(1).unwrap();
    let payload = bonafide::encoding::base64url::decode(payload).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    (payload["vct"].as_str().unwrap().into(), payload["cnf"]["jwk"]["x"].as_str().unwrap().into())
}

#[test]
fn everybody_gets_each_type_for_each_key_in_one_file() {
    let offering = Offering::new(20, 3);
    let world = &offering.world;
    world.write("table.csv", offering.table(20, |_, _| None));
    let checked = world.run("acme", &offering.issue("3", &["--dry-run"])).exits(0);
    assert!(checked.stderr.contains("20 of 20 rows are fine; nothing was issued."), "{checked:?}");
    assert!(!world.exists("acme/records.db") && offering.issued().is_empty());

    let run = world.run("acme", &offering.issue("3", &["--plain"])).exits(0);
    assert!(run.stderr.contains("Issued 120 credentials in 20 files to out."), "{run:?}");
    let files = offering.issued();
    assert_eq!(files.len(), 20);
    let mut all = BTreeSet::new();
    for (name, tokens) in &files {
        assert_eq!(tokens.len(), 6, "{name}");
        let kinds: BTreeSet<String> = tokens.iter().map(|token| of(token).0).collect();
        let expected =
            ["kyc-identity", "aml-screening"].map(|name| find(name).unwrap().vct().to_owned());
        assert_eq!(kinds, BTreeSet::from(expected));
        all.extend(tokens.iter().map(|token| of(token)));
    }
    assert_eq!(all.len(), 120, "no two for one key and type");

    let again = world.run("acme", &offering.issue("3", &["--plain"])).exits(0);
    assert!(again.stderr.contains("Issued 0 credentials in 0 files"), "{again:?}");
    assert_eq!(offering.issued(), files, "nothing is made twice");
    assert_eq!(std::fs::read_dir(world.path("out")).unwrap().count(), 20, "no leftovers");
}

#[test]
fn spreadsheets_write_tables_in_many_ways() {
    let table = |offering: &Offering| {
        offering.table(2, |_, name| (name == "family_name").then(|| "Müßterß \"von\" Köln".into()))
    };
    let utf16 = |text: &str, units: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(units).collect()
    };
    type Form<'a> = (&'a str, &'a dyn Fn(&str) -> Vec<u8>, &'a [&'a str]);
    let forms: [Form<'_>; 8] = [
        ("plain", &|text| text.into(), &[]),
        ("a byte-order mark", &|text| format!("\u{feff}{text}").into(), &[]),
        ("lines of Windows", &|text| text.replace('\n', "\r\n").into(), &[]),
        (
            "semicolons",
            &|text| text.replace("\",\"", "\";\"").replacen(',', ";", COLUMNS.len()).into(),
            &[],
        ),
        (
            "tabs",
            &|text| text.replace("\",\"", "\"\t\"").replacen(',', "\t", COLUMNS.len()).into(),
            &[],
        ),
        ("UTF-16, low byte first", &|text| utf16(text, u16::to_le_bytes), &[]),
        ("UTF-16, high byte first", &|text| utf16(text, u16::to_be_bytes), &[]),
        (
            "Windows-1252",
            &|text| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
            &["--encoding", "windows-1252"],
        ),
    ];
    for (what, form, options) in forms {
        let offering = Offering::new(2, 1);
        let world = &offering.world;
        world.write("table.csv", form(&table(&offering)));
        let more = [&["--plain"], options].concat();
        let run = world.run("acme", &offering.issue("1", &more));
        assert!(run.exit == 0, "{what}: {run:?}");
        let token = &offering.issued()[0].1[0];
        let disclosed: Vec<String> = token
            .split('~')
            .filter_map(|part| bonafide::encoding::base64url::decode(part).ok())
            .filter_map(|bytes| String::from_utf8(bytes).ok())
            .collect();
        let name = disclosed.iter().any(|text| text.contains(r#""Müßterß \"von\" Köln""#));
        assert!(name, "{what}: {disclosed:?}");
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let offering = Offering::new(1, 1);
    let world = &offering.world;
    let good = offering.table(1, |_, _| None);
    let latin: Vec<u8> = good.replace("Muster", "Müster").chars().map(|c| c as u8).collect();
    let header = good.lines().next().unwrap().to_owned();
    let long = format!("{good}\"{}", "never closed\n".repeat(200_000));
    let refused: [(&str, Vec<u8>, &str); 10] = [
        (
            "a part of several fields",
            good.replacen("nationalities", "country", 1).into(),
            "write the one that is meant: address.country, ",
        ),
        ("nothing", Vec::new(), "is empty"),
        ("no rows", header.clone().into(), "has no rows"),
        ("a quotation mark", long.into(), "opened and not closed"),
        (
            "other columns",
            good.replace("family_name", "surname").into(),
            "Did you mean family_name?",
        ),
        ("a column twice", good.replace("given_name", "family_name").into(), "there twice"),
        ("no proof", good.replacen("proof", "prove", 1).into(), "column proof: missing"),
        (
            "a column too many",
            good.replacen("given_name", "given_name,shoe_size", 1).into(),
            "shoe_size",
        ),
        (
            "fewer cells",
            format!("{header}\n\"INV-2\",\"x\"\n").into(),
            "has 2 cells, and the header 16",
        ),
        ("another encoding", latin, "CSV UTF-8"),
    ];
    for (what, bytes, says) in refused {
        world.write("table.csv", bytes);
        let run = world.run("acme", &offering.issue("1", &[])).exits(10);
        assert!(run.said().contains(says), "{what}: {run:?}");
        assert!(offering.issued().is_empty() && !world.exists("acme/records.db"), "{what}");
    }
    world.write(
        "table.csv",
        good.replacen("given_name", "given_name,shoe_size", 1)
            .replace("\"Erika\"", "\"Erika\",\"43\""),
    );
    world.run("acme", &offering.issue("1", &["--dry-run", "--ignore", "Shoe Size"])).exits(0);
    for wrong in [&["--encoding", "klingon"][..], &["--assessed-on", "today"]] {
        world.run("acme", &offering.issue("1", wrong)).exits(2);
    }
}

#[test]
fn a_job_belongs_to_its_table_and_folder() {
    let offering = Offering::new(3, 1);
    let world = &offering.world;
    world.write("table.csv", offering.table(3, |_, _| None));
    world.write("out/INV-3.bonafide", "not ours");
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(10);
    assert!(run.stderr.contains("INV-3.bonafide is there already"), "{run:?}");
    assert_eq!(world.text("out/INV-3.bonafide"), "not ours");
    std::fs::remove_file(world.path("out/INV-3.bonafide")).unwrap();
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    assert_eq!(offering.issued().len(), 3, "{run:?}");
    // Into another folder: the same credentials are not issued again.
    std::fs::create_dir(world.path("other")).unwrap();
    let command = offering.issue("1", &["--plain"]);
    let command: Vec<&str> =
        command.into_iter().map(|word| if word == "out" { "other" } else { word }).collect();
    let run = world.run("acme", &command).exits(0);
    assert!(run.stderr.contains("3 investors had theirs"), "{run:?}");
    assert_eq!(std::fs::read_dir(world.path("other")).unwrap().count(), 0);
    // Another day of assessment is another credential.
    let next = |_, name: &str| (name == "assessed_on").then(|| "2026-02-05".to_owned());
    world.write("table.csv", offering.table(3, next));
    world.run("acme", &command).exits(0);
    assert_eq!(std::fs::read_dir(world.path("other")).unwrap().count(), 3);
}

/// The issuer's own key was stolen: everybody gets the same once more, and need not prove anything again.
#[test]
fn everything_can_be_issued_once_more() {
    let offering = Offering::new(3, 2);
    let world = &offering.world;
    world.write("table.csv", offering.table(3, |_, _| None));
    world.ok("acme", &["status", "set-url", "https://acme.example/status"]);
    let first = offering.issue("2", &["--plain"]);
    world.run("acme", &first).exits(0);
    let before = offering.issued();
    // The proofs of then are of last year by now.
    for row in 2..5 {
        offering.prove(&format!("proofs/{row}"), row, row, now().plus(-365 * 86_400));
    }
    let again = |number: &str, folder: &str| {
        std::fs::create_dir_all(world.path(folder)).unwrap();
        let mut args = offering.issue("2", &["--plain", "--reissue", number]);
        let at = args.iter().position(|word| *word == "out").unwrap();
        args[at] = folder;
        world.run("acme", &args)
    };
    let stale = world.run("acme", &offering.issue("2", &["--json"])).exits(10).json();
    assert_eq!(stale["findings"][0]["code"], "stale");
    let run = again("1", "again").exits(0);
    assert!(run.stderr.contains("Issued 12 credentials in 3 files to again."), "{run:?}");
    assert!(again("1", "again").exits(0).stderr.contains("Issued 0 credentials"));
    // Of which all was issued that often, whatever the folder.
    let run = again("1", "other").exits(0);
    assert!(run.stderr.contains("Issued 0 credentials"), "{run:?}");
    assert!(run.stderr.contains("give the next number: --reissue 2"), "{run:?}");
    // What was revoked does not come back.
    let of = world.json("acme", &["records", "show", "INV-3"])["credentials"].clone();
    let last = of.as_array().unwrap().last().unwrap()["credential"].to_string();
    world.ok("acme", &["revoke", &last, "--reason", "no-longer-qualifies"]);
    let run = again("2", "third").exits(0);
    assert!(run.stderr.contains("Issued 11 credentials in 3 files"), "{run:?}");
    assert!(run.stderr.contains("1 credential left out: revoked or suspended since."), "{run:?}");
    assert_eq!(offering.issued(), before);
    let shown = world.json("acme", &["records", "show", "INV-2"]);
    let numbers = shown["credentials"].as_array().unwrap().iter();
    let numbers: Vec<u64> = numbers.map(|one| one["reissue"].as_u64().unwrap()).collect();
    assert_eq!(
        (0..3).map(|n| numbers.iter().filter(|m| **m == n).count()).collect::<Vec<_>>(),
        [4; 3]
    );
    // Neither does what was never issued, or whose investor has left.
    let table = |day: &'static str| {
        offering.table(3, |_, name| (name == "assessed_on").then(|| day.to_owned()))
    };
    world.write("table.csv", table("2026-01-06"));
    let run = again("1", "never").exits(0);
    assert!(run.stderr.contains("Issued 0 credentials in 0 files"), "{run:?}");
    assert!(run.stderr.contains("12 credentials left out: never issued."), "{run:?}");
    world.write("table.csv", offering.table(3, |_, _| None));
    world.ok("acme", &["records", "end", "INV-4", "--on", "2026-11-01"]);
    let run = again("3", "left").exits(10);
    assert!(
        run.stdout.contains("the relationship with this investor ended on 2026-11-01"),
        "{run:?}"
    );
    // A proof that was never seen is no older than ever.
    offering.prove("proofs/3", 3, 99, now().plus(-8 * 86_400));
    world.write(
        "table.csv",
        offering.table(3, |row, name| {
            (row == 3 && name == "nonce").then(|| "nonce-for-one-offering-99".to_owned())
        }),
    );
    let run = again("3", "fourth").exits(10);
    assert!(run.stdout.contains("you have not seen it before"), "{run:?}");
}

#[test]
fn one_day_can_be_given_for_all() {
    let offering = Offering::new(2, 1);
    let world = &offering.world;
    let table = offering.table(2, |_, _| None);
    world.write(
        "table.csv",
        table.replace("assessed_on,", "").replace("\"2026-01-05\",\"Muster", "\"Muster"),
    );
    let run = world.run("acme", &offering.issue("1", &[])).exits(10);
    assert!(run.stderr.contains("assessed_on") && run.stderr.contains("--assessed-on"), "{run:?}");
    world.run("acme", &offering.issue("1", &["--plain", "--assessed-on", "2026-01-05"])).exits(0);
    assert_eq!(offering.issued().len(), 2);
}

#[test]
fn one_job_run_twice_at_once_issues_once() {
    let offering = Offering::new(30, 2);
    let world = &offering.world;
    world.write("table.csv", offering.table(30, |_, _| None));
    let command = offering.issue("2", &["--plain"]);
    let run = || world.run("acme", &command).exits(0).stderr;
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(run);
        (run(), one.join().unwrap())
    });
    let made = |said: &str| said.contains("Issued 120 credentials in 30 files");
    let none = |said: &str| said.contains("30 investors had theirs");
    assert!(made(&one) && none(&other) || made(&other) && none(&one), "{one}\n{other}");
    let all: BTreeSet<_> = offering.issued().into_iter().flat_map(|(_, tokens)| tokens).collect();
    assert_eq!(all.len(), 120);
}

/// As if the machine had stopped between the records and the note that the file has its name.
#[test]
fn a_file_that_was_handed_out_before_a_crash_holds_nobody_up() {
    let offering = Offering::new(4, 1);
    let world = &offering.world;
    world.write("table.csv", offering.table(4, |_, _| None));
    world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    let records = rusqlite::Connection::open(world.path("acme/records.db")).unwrap();
    records.execute_batch("UPDATE delivery SET placed = 0").unwrap();
    drop(records);
    std::fs::remove_file(world.path("out/INV-3.bonafide")).unwrap();
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    assert!(
        run.stderr.contains("LOOK: out/INV-3.bonafide was issued in an earlier run"),
        "{run:?}"
    );
    assert_eq!(run.stderr.matches("LOOK").count(), 1, "{run:?}");
    assert_eq!(offering.issued().len(), 3);
    // Said once: it is noted now.
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    assert!(!run.stderr.contains("LOOK"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn what_lies_in_the_way_is_named_and_nobody_waits() {
    let offering = Offering::new(2, 1);
    let world = &offering.world;
    world.write("table.csv", offering.table(2, |_, _| None));
    let into = |folder: &str| {
        let command = offering.issue("1", &["--plain"]);
        let command: Vec<&str> =
            command.into_iter().map(|word| if word == "out" { folder } else { word }).collect();
        world.run("acme", &command)
    };
    let run = into("pw").exits(1);
    assert!(run.stderr.contains("cannot write to pw: it is no folder"), "{run:?}");
    assert!(run.stderr.contains("--out-dir") && !world.exists("acme/records.db"), "{run:?}");
    // The staging folder of the first job is a link to somewhere else.
    std::fs::create_dir(world.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../elsewhere", world.path("out/.bonafide-1")).unwrap();
    into("out").refuses("out/.bonafide-1 is a link; nothing was written");
    assert_eq!(std::fs::read_dir(world.path("elsewhere")).unwrap().count(), 0);
    std::fs::remove_file(world.path("out/.bonafide-1")).unwrap();
    std::fs::remove_file(world.path("proofs/3")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(world.path("proofs/3")).status().unwrap();
    assert!(made.success());
    let run = into("out").exits(10);
    assert!(
        run.stdout.contains("Row 3, column proof: cannot read proofs/3: no plain file."),
        "{run:?}"
    );
}

#[test]
fn without_the_second_person_nothing_is_even_begun() {
    let offering = Offering::new(2, 1);
    let world = &offering.world;
    world.write("table.csv", offering.table(2, |_, _| None));
    world.ok("acme", &["records", "approver", "on"]);
    world.run("acme", &offering.issue("1", &[])).refuses("a second person must approve this");
    assert_eq!(std::fs::read_dir(world.path("out")).unwrap().count(), 0);
    world.run("acme", &offering.issue("1", &["--approver", "Grace"])).exits(0);
    assert_eq!(offering.issued().len(), 2);
}
