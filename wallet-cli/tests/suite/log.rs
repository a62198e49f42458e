//! A log that was rewritten or cut is found with a head kept elsewhere, and only with it (ATTACKS 63).

use bonafide_records::chain::{self, Entry};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::support::{Desk, lab};

/// Acme's desk with five entries, the head of four of them in `head`, kept elsewhere.
fn kept() -> Desk {
    let desk = Desk::today();
    desk.ok("acme", &["log", "head", "--out", "head"]);
    desk.ok("acme", &["revoke", "1", "--reason", "key-lost"]);
    desk
}

fn code(desk: &Desk, args: &[&str]) -> Value {
    let run = desk.run("acme", &[&["log", "verify", "--json"], args].concat()).exits(10);
    run.json()["error"]["code"].clone()
}

/// The file of the records, in the hands of somebody who may write it.
fn database(desk: &Desk) -> Connection {
    Connection::open(desk.path("acme/records.db")).unwrap()
}

/// Makes every hash anew, as an insider would.
fn rehash(db: &Connection) {
    let mut select = db.prepare("SELECT * FROM log ORDER BY seq").unwrap();
    let entries = select.query_map([], |row| {
        let at: i64 = row.get("at")?;
        let seq: i64 = row.get("seq")?;
        Ok(Entry {
            seq: seq.try_into().unwrap(),
            at: bonafide::clock::Timestamp::from_unix(at).unwrap(),
            operator: row.get("operator")?,
            approver: row.get("approver")?,
            kind: row.get("kind")?,
            subject: row.get("subject")?,
            sealed: row.get("sealed")?,
            hash: [0; 32],
        })
    });
    let entries: Vec<Entry> = entries.unwrap().collect::<Result<_, _>>().unwrap();
    let mut previous = chain::START;
    for entry in entries {
        previous = entry.expected_hash(&previous);
        let seq = i64::try_from(entry.seq).unwrap();
        db.execute("UPDATE log SET hash = ?1 WHERE seq = ?2", params![previous, seq]).unwrap();
    }
}

#[test]
fn a_whole_log_says_how_much_that_means() {
    let desk = kept();
    let run = desk.run("acme", &["log", "verify"]).exits(0);
    assert!(run.stdout.contains("Internally consistent: 5 entries."), "{run:?}");
    assert!(run.stderr.contains("--against"), "{run:?}");
    let told = desk.json("acme", &["log", "verify"]);
    assert_eq!((&told["answer"], &told["entries"]), (&json!("internally-consistent"), &json!(5)));
    let told = desk.json("acme", &["log", "verify", "--against", "head"]);
    assert_eq!((&told["answer"], &told["against"][0]["seq"]), (&json!("unchanged"), &json!(4)));
    desk.ok("acme", &["log", "head", "--out", "newer"]);
    let run = desk.run("acme", &["log", "verify", "--against", "head", "newer"]).exits(0);
    assert!(run.stdout.contains("the first 5 are those"), "{run:?}");
}

#[test]
fn a_changed_entry_is_found_at_once() {
    for change in [
        "UPDATE log SET operator = 'Eve' WHERE seq = 3",
        "UPDATE log SET at = at + 1 WHERE seq = 3",
        "UPDATE log SET kind = 'note' WHERE seq = 3",
    ] {
        let desk = kept();
        database(&desk).execute(change, []).unwrap();
        assert_eq!(code(&desk, &[]), "log-changed");
        desk.run("acme", &["log", "verify"]).refuses("entry 3 does not fit");
    }
    let desk = kept();
    database(&desk).execute("DELETE FROM log WHERE seq = 3", []).unwrap();
    assert_eq!(code(&desk, &[]), "log-gap");
}

#[test]
fn a_rewritten_log_is_found_with_the_head_kept_elsewhere_only() {
    let desk = kept();
    let db = database(&desk);
    db.execute("UPDATE log SET operator = 'Eve' WHERE seq = 3", []).unwrap();
    rehash(&db);
    assert_eq!(code(&desk, &[]), "log-forked", "the head in the records is of another log");
    db.execute("DELETE FROM head", []).unwrap();
    drop(db);
    // And the insider has the key: the new log gets a head of its own.
    desk.ok("acme", &["log", "head", "--out", "forged"]);
    let told = desk.json("acme", &["log", "verify", "--against", "forged"]);
    assert_eq!(told["answer"], "unchanged");
    assert_eq!(desk.json("acme", &["log", "verify"])["answer"], "internally-consistent");
    assert_eq!(code(&desk, &["--against", "head"]), "log-forked");
    assert_eq!(code(&desk, &["--against", "forged", "head"]), "log-forked");
}

#[test]
fn a_tail_cut_off_is_found_with_the_head_kept_elsewhere_only() {
    let desk = kept();
    let db = database(&desk);
    db.execute("DELETE FROM log WHERE seq > 3", []).unwrap();
    db.execute("DELETE FROM head", []).unwrap();
    drop(db);
    assert_eq!(desk.json("acme", &["log", "verify"])["entries"], 3);
    assert_eq!(code(&desk, &["--against", "head"]), "log-cut");
    desk.run("acme", &["log", "verify", "--against", "head"]).refuses("ends at entry 3");
}

#[test]
fn a_head_of_somebody_else_proves_nothing() {
    let desk = kept();
    let other = lab::now();
    desk.write("foreign", {
        let wallet = bonafide::wallet::WalletFile::at(&desk.path("erika/wallet.bonafide"));
        let passphrase = crate::support::PASSPHRASE.to_owned();
        let passphrase = bonafide::wallet::Passphrase::new(passphrase).unwrap();
        let unlocked = wallet.unlock(&passphrase).unwrap();
        let wallet = unlocked.wallet();
        let id = bonafide::did::Identity::did_key(wallet.identity_key_id(), wallet).unwrap();
        bonafide::log_head::write(&id, 4, &[7; 32], other).unwrap()
    });
    assert_eq!(code(&desk, &["--against", "foreign"]), "issuer-key-mismatch");
    for garbage in ["pw", "proof", "id.credential"] {
        desk.run("acme", &["log", "verify", "--against", garbage]).exits(10);
    }
    desk.run("acme", &["log", "verify", "--against", "none"]).exits(1);
    database(&desk).execute("UPDATE head SET token = 'x'", []).unwrap();
    desk.run("acme", &["log", "verify"]).refuses("the head kept in the records for");
    // A broken head does not keep the next from being signed.
    desk.ok("acme", &["log", "head"]);
    desk.ok("acme", &["log", "verify", "--against", "head"]);
}

#[test]
fn an_export_is_checked_by_anybody() {
    let desk = kept();
    let told = desk.json("acme", &["log", "export", "--out", "export"]);
    assert_eq!(told, json!({"out": "export", "entries": 5}));
    assert!(!desk.text("export").contains("key-lost"));
    assert!(desk.ok("acme", &["log", "export", "--details"]).contains("key-lost"));
    let verify = |more: &[&str]| {
        let args = ["log", "verify", "--export", "export", "--issuer", &desk.acme];
        desk.bare(&[&args[..], more].concat(), &[], None)
    };
    assert!(verify(&[]).exits(0).stdout.contains("Internally consistent: 5 entries"));
    assert!(verify(&["--against", "head"]).exits(0).stdout.contains("Unchanged"));
    let lines: Vec<String> = desk.text("export").lines().map(str::to_owned).collect();
    for (because, forged) in [
        ("does not fit", lines.join("\n").replacen("\"issue\"", "\"revoke\"", 1)),
        ("missing or out of order", lines[1..].join("\n")),
        ("ends at entry 3", lines[..3].join("\n")),
        ("ends at entry 0", String::new()),
        ("line 5", lines[..4].join("\n") + "\n{}\n"),
        ("line 1", "\u{0}".into()),
        ("line 1", "[".repeat(100_000)),
    ] {
        desk.write("export", forged);
        let run = verify(&["--against", "head"]).exits(10);
        assert!(run.stderr.contains(because), "{because}: {run:?}");
    }
    desk.bare(&["log", "verify", "--export", "export"], &[], None).exits(2);
    let args = ["log", "verify", "--export", "export", "--issuer", "acme"];
    desk.bare(&args, &[], None).exits(2);
    let args = ["log", "verify", "--export", "none", "--issuer", &desk.acme];
    desk.bare(&args, &[], None).exits(1);
}

#[test]
fn a_refused_export_leaves_no_file() {
    let desk = kept();
    database(&desk).execute("UPDATE log SET sealed = x'00' WHERE seq = 4", []).unwrap();
    desk.run("acme", &["log", "export", "--details", "--out", "new"]).exits(1);
    desk.run("acme", &["log", "export", "--out", "none/new"]).exits(1);
    desk.run("acme", &["log", "export", "--out", "acme/records.db"]).refuses("your home keeps");
    let leftovers = desk.files().into_iter().filter(|(path, _)| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name == "new" || name.starts_with(".tmp")
    });
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn a_head_is_signed_anew_only_where_the_log_grew() {
    let desk = kept();
    let first = desk.ok("acme", &["log", "head"]);
    assert_ne!(first, desk.text("head").trim(), "the log grew since");
    assert_eq!(desk.ok("acme", &["log", "head"]), first);
    let told = desk.json("acme", &["log", "head"]);
    assert_eq!((&told["seq"], told["head"].as_str()), (&json!(5), Some(first.as_str())));
    desk.run("acme", &["log", "head", "--out", "acme/records.db"]).refuses("your home keeps");
}
