//! Mistakes in the rows of a table: each is told by row and column, no text of a cell is repeated, and nothing is
//! issued (issue from a spreadsheet, mended by the messages alone).

use bonafide::did::Did;

use crate::support::investors::Offering;
use crate::support::lab::now;

/// Column, what stands in it, the code and a part of the message.
const MISTAKES: [(&str, &str, &str, &str); 27] = [
    ("external_id", "", "empty", "every investor needs one"),
    ("proof", "", "proof-missing", "bonafide id --prove did:key:"),
    ("proof", "proofs/none", "file-unreadable", "cannot read"),
    ("proof", "proofs", "file-unreadable", "cannot read"),
    ("proof", "table.csv", "encoding", ""),
    ("nonce", "nonce-for-another-offering", "nonce-mismatch", "another nonce"),
    ("assessed_on", "31.02.2026", "not-a-date", "YYYY-MM-DD"),
    ("assessed_on", "2999-01-01", "in-future", "today or earlier"),
    ("assessed_on", "", "field-missing", "issued twice"),
    ("family_name", "", "field-missing", "the type demands it"),
    ("family_name", "=HYPERLINK(\"http://x\")", "formula", "formula"),
    ("family_name", "@SUM(A1)", "formula", "formula"),
    ("family_name", "+cmd|' /C calc'!A0", "formula", "formula"),
    ("family_name", "-2+3+cmd|' /C calc'!A0", "formula", "formula"),
    ("family_name", "Zoll\u{fffd}er", "not-utf-8", "--encoding"),
    ("given_name", "Eri\nka", "control-character", "one line"),
    (
        "given_name",
        "Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar-Zanzibar",
        "too-long",
        "at most",
    ),
    ("birthdate", "31.02.1980", "not-a-date", "YYYY-MM-DD"),
    ("birthdate", "1880-01-01", "too-early", "1900"),
    ("nationalities", "Germany", "not-a-country", "Did you mean DE?"),
    ("nationalities", "DE|DE", "repeated", "the same"),
    ("address.country", "Zanzibar", "not-a-country", "ISO 3166"),
    ("age_over_18", "perhaps", "wrong-kind", "yes or no"),
    ("assurance.level", "substancial", "not-allowed", "Did you mean substantial?"),
    ("sanctions_clear", "no", "must-be-true", "not issued"),
    ("risk_band", "medium", "not-allowed", "low, standard, high"),
    ("lists.as_of", "2026-01-04", "other-count", "as many in each"),
];

#[test]
fn each_mistake_is_told_by_row_and_column() {
    let offering = Offering::new(3, 1);
    let world = &offering.world;
    for (column, text, code, says) in MISTAKES {
        let table =
            offering.table(3, |row, name| (row == 3 && name == column).then(|| text.to_owned()));
        world.write("table.csv", table);
        let what = format!("{column} {text}");
        let run = world.run("acme", &offering.issue("1", &["--dry-run"])).exits(10);
        let line = run.stdout.trim_end();
        assert!(line.starts_with(&format!("Row 3, column {column}: ")), "{what}: {run:?}");
        assert!(line.contains(says) && !line.contains('\n'), "{what}: {run:?}");
        let repeats = text.len() > 8 && !text.starts_with("proofs") && run.said().contains(text);
        assert!(!repeats || column == "proof", "{what}: {run:?}");
        assert!(run.stderr.contains("2 of 3 rows are fine; nothing was issued."), "{run:?}");
        let json = world.run("acme", &offering.issue("1", &["--json"])).exits(10).json();
        assert_eq!(json["findings"][0]["row"], 3, "{what}");
        assert_eq!(json["findings"][0]["column"], column, "{what}");
        assert_eq!(json["findings"][0]["code"], code, "{what}");
        assert_eq!(json["findings"].as_array().unwrap().len(), 1, "{what}: {json}");
        assert_eq!(
            (&json["rows"], &json["valid"], &json["issued"]),
            (&3.into(), &2.into(), &0.into())
        );
        assert!(offering.issued().is_empty() && !world.exists("acme/records.db"), "{what}");
    }
}

/// A cell left blank, as by merged cells, hides nothing of what else is wrong with its row.
#[test]
fn every_mistake_of_a_row_is_told_at_once() {
    let offering = Offering::new(2, 1);
    let world = &offering.world;
    let wrong = |row: u32, name: &str| match name {
        "assessed_on" if row == 3 => Some(String::new()),
        "birthdate" if row == 3 => Some("12/31/1970".to_owned()),
        "nationalities" if row == 3 => Some("ES,AR".to_owned()),
        _ => None,
    };
    world.write("table.csv", offering.table(2, wrong));
    let run = world.run("acme", &offering.issue("1", &["--json"])).exits(10).json();
    let found = run["findings"].as_array().unwrap().iter();
    let mut columns: Vec<_> = found.map(|one| one["column"].as_str().unwrap()).collect();
    columns.sort_unstable();
    assert_eq!(columns, ["assessed_on", "birthdate", "nationalities"]);
}

#[test]
fn rows_are_compared_with_each_other() {
    let offering = Offering::new(4, 1);
    let world = &offering.world;
    let told = |column: &str, text: &str, code: &str, says: &str| {
        let table =
            offering.table(4, |row, name| (row == 4 && name == column).then(|| text.to_owned()));
        world.write("table.csv", table);
        let run = world.run("acme", &offering.issue("1", &["--json"])).exits(10);
        let found = &run.json()["findings"][0];
        assert_eq!((&found["row"], found["code"].as_str()), (&4.into(), Some(code)), "{run:?}");
        assert!(found["message"].as_str().unwrap().contains(says), "{found}");
    };
    told("external_id", "INV-2", "investor-twice", "row 2");
    told("external_id", "inv-2", "file-twice", "row 2");
    // The key of row 2 under another nonce; the nonce of row 2 under another key.
    offering.prove("proofs/4", 2, 4, now());
    told("family_name", "Muster", "key-of-another", "row 2");
    offering.prove("proofs/4", 4, 2, now());
    told("nonce", "", "nonce-reused", "row 2");
}

#[test]
fn proofs_are_for_this_issuer_of_this_week_and_of_as_many_keys_as_said() {
    let offering = Offering::new(2, 2);
    let world = &offering.world;
    world.write("table.csv", offering.table(2, |_, _| None));
    let code = |columns: &str| {
        let run = world.run("acme", &offering.issue(columns, &["--json"])).exits(10);
        let json = run.json();
        let found = &json["findings"][0];
        (found["code"].as_str().unwrap().to_owned(), found["message"].as_str().unwrap().to_owned())
    };
    let (unexpected, message) = code("3");
    assert!(
        unexpected == "keys-unexpected" && message.contains("2 different keys, and 3"),
        "{message}"
    );
    offering.prove("proofs/3", 3, 3, now().plus(-8 * 86_400));
    assert_eq!(code("2").0, "stale");
    offering.prove("proofs/3", 3, 3, now().plus(3600));
    assert_eq!(code("2").0, "not-yet-valid");
    let other = Did::parse("did:web:other.example").unwrap();
    offering.prove_to("proofs/3", 3, 3, now(), &other);
    let (mismatch, message) = code("2");
    assert!(
        mismatch == "audience-mismatch" && message.contains("bonafide id --prove"),
        "{message}"
    );
}

#[test]
fn a_table_with_mistakes_issues_nothing_unless_they_are_skipped() {
    let offering = Offering::new(5, 1);
    let world = &offering.world;
    let wrong = |row: u32, name: &str| {
        (row.is_multiple_of(2) && name == "birthdate").then(|| "yesterday".to_owned())
    };
    world.write("table.csv", offering.table(5, wrong));
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(10);
    assert_eq!(run.stdout.lines().count(), 3);
    assert!(run.stderr.contains("--skip-invalid"), "{run:?}");
    assert!(offering.issued().is_empty());
    let run = world.run("acme", &offering.issue("1", &["--plain", "--skip-invalid"])).exits(0);
    assert!(run.stderr.contains("Issued 4 credentials in 2 files to out."), "{run:?}");
    assert!(run.stderr.contains("3 rows left out"), "{run:?}");
    let names: Vec<_> = offering.issued().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["INV-3.bonafide", "INV-5.bonafide"]);
    // Mended: the others get theirs, and nobody a second time.
    world.write("table.csv", offering.table(5, |_, _| None));
    let run = world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    assert!(run.stderr.contains("Issued 6 credentials in 3 files to out."), "{run:?}");
    assert!(run.stderr.contains("2 investors had theirs"), "{run:?}");
    assert_eq!(offering.issued().len(), 5);
}

/// ATTACKS 44b: the lost keys of somebody known are not replaced by a table.
#[test]
fn somebody_known_comes_with_a_known_key() {
    let offering = Offering::new(2, 1);
    let world = &offering.world;
    world.write("table.csv", offering.table(2, |_, _| None));
    world.run("acme", &offering.issue("1", &["--plain"])).exits(0);
    offering.prove("proofs/2", 77, 77, now());
    let next = |_, name: &str| match name {
        "assessed_on" => Some("2026-02-05".to_owned()),
        "nonce" => Some(String::new()),
        _ => None,
    };
    world.write("table.csv", offering.table(2, next));
    let run = world.run("acme", &offering.issue("1", &["--json", "--plain"])).exits(10);
    let json = run.json();
    assert_eq!(json["findings"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["findings"][0]["code"], "reidentification-needed", "{json}");
    // A key known as somebody else's.
    offering.prove("proofs/2", 3, 78, now());
    let run = world.run("acme", &offering.issue("1", &["--json", "--plain"])).exits(10);
    assert_eq!(run.json()["findings"][0]["code"], "key-of-another");
}
