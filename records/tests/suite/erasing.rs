//! Erasure: never before its day, and then from every copy (ATTACKS 64).

use std::fs;
use std::path::Path;

use bonafide_records::chain::Walk;
use bonafide_records::{Credentials, Issuing, Log, RecordsError, SqliteBook, Subjects};

use crate::support::{act, book, credential, delivery, open};

const NAME: &str = "Ann Example, born in Uster";

fn with_ann(kind: &str) -> (tempfile::TempDir, SqliteBook) {
    let (dir, mut book) = book();
    let mut one = delivery(NAME, vec![credential(kind, "key of ann", None)]);
    one.nonces = vec![("nonce of ann".into(), "key of ann".into())];
    book.issue(&[one], &act("2026-11-20")).unwrap();
    (dir, book)
}

fn code(result: Result<(), RecordsError>) -> Result<(), &'static str> {
    result.map_err(|error| error.code())
}

#[test]
fn nothing_is_erased_before_its_day() {
    let (_dir, mut book) = with_ann("residency");
    assert_eq!(code(book.erase(NAME, &act("2050-01-01"))), Err("relationship-open"));
    assert_eq!(code(book.end("Bob", "2026-11-30", &act("2026-11-30"))), Err("subject-unknown"));
    book.end(NAME, "2026-11-30", &act("2026-11-30")).unwrap();
    let early = book.erase(NAME, &act("2031-11-30")).unwrap_err();
    let said = early.to_string();
    assert!(said.contains("2031-11-30") && said.contains("2024/1624"), "{said}");
    assert_eq!(early.code(), "retained");
    book.erase(NAME, &act("2031-12-01")).unwrap();
    assert_eq!(code(book.erase(NAME, &act("2031-12-02"))), Err("subject-unknown"));
}

#[test]
fn a_screening_is_kept_longer() {
    let (_dir, mut book) = with_ann("aml-screening");
    book.end(NAME, "2026-11-30", &act("2026-11-30")).unwrap();
    let early = book.erase(NAME, &act("2036-11-20")).unwrap_err().to_string();
    assert!(early.contains("2036-11-20") && early.contains("31 CFR 501.601"), "{early}");
    book.erase(NAME, &act("2036-11-21")).unwrap();
}

#[test]
fn an_erased_subject_is_a_number_and_the_chain_holds() {
    let (dir, mut book) = with_ann("residency");
    let id = book.subject(NAME).unwrap().unwrap().id;
    book.end(NAME, "2026-11-30", &act("2026-11-30")).unwrap();
    book.erase(NAME, &act("2031-12-01")).unwrap();
    assert_eq!(book.subject(NAME).unwrap(), None);
    assert_eq!(book.subject_of(id).unwrap().external_id, None);
    assert_eq!(book.key_owner("key of ann").unwrap(), None);
    assert_eq!(book.nonce_owner("nonce of ann").unwrap(), None);
    assert_eq!(book.credentials_of(id).unwrap().len(), 1);
    let mut walk = Walk::new(Vec::new());
    let mut gone = 0;
    book.entries(&mut |entry| {
        walk.next(&entry).unwrap();
        gone += usize::from(book.detail(&entry).unwrap().is_none());
        true
    })
    .unwrap();
    assert_eq!(gone, 2, "issue and end");
    drop(book);
    assert!(open(dir.path(), 7).is_ok());
}

/// Every byte of every file that the records have left.
fn bytes(dir: &Path) -> Vec<u8> {
    let files = fs::read_dir(dir).unwrap();
    files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn what_was_erased_is_in_no_file_and_no_backup_opens_it() {
    let (dir, mut book) = with_ann("residency");
    assert!(!contains(&bytes(dir.path()), NAME.as_bytes()), "names are sealed from the first");
    assert!(contains(&bytes(dir.path()), b"key of ann"));
    let backup = tempfile::tempdir().unwrap();
    for file in ["records.db", "records.db-wal"] {
        fs::copy(dir.path().join(file), backup.path().join(file)).unwrap();
    }
    let keys_before = fs::read(dir.path().join("subject-keys.db")).unwrap();
    let id = book.subject(NAME).unwrap().unwrap().id;
    book.end(NAME, "2026-11-30", &act("2026-11-30")).unwrap();
    book.erase(NAME, &act("2031-12-01")).unwrap();

    // While the book is still open, so that nothing is tidied up behind it.
    let left = bytes(dir.path());
    assert!(!contains(&left, b"key of ann"), "pages, journal and write-ahead log are wiped");
    let keys_after = fs::read(dir.path().join("subject-keys.db")).unwrap();
    let pairs: Vec<_> = keys_before.iter().zip(&keys_after).collect();
    let wiped: Vec<u8> =
        pairs.iter().filter(|(old, new)| old != new && **new == 0).map(|(old, _)| **old).collect();
    assert!(wiped.len() > 40, "{} bytes of the key's page are overwritten", wiped.len());
    drop(book);

    // The backup of the records, with the keys as they are now.
    fs::copy(dir.path().join("subject-keys.db"), backup.path().join("subject-keys.db")).unwrap();
    let restored = open(backup.path(), 7).unwrap();
    assert_eq!(restored.subject_of(id).unwrap().external_id, None);
    let mut readable = 0;
    restored
        .entries(&mut |entry| {
            let about_ann = entry.subject == Some(id);
            readable += usize::from(about_ann && restored.detail(&entry).unwrap().is_some());
            true
        })
        .unwrap();
    assert_eq!(readable, 0);
}

#[test]
fn an_erasure_that_was_interrupted_is_ended() {
    let (dir, mut book) = with_ann("residency");
    let keys = dir.path().join("subject-keys.db");
    let before = fs::read(&keys).unwrap();
    let id = book.subject(NAME).unwrap().unwrap().id;
    book.end(NAME, "2026-11-30", &act("2026-11-30")).unwrap();
    book.erase(NAME, &act("2031-12-01")).unwrap();
    drop(book);
    // As if the machine had stopped between the two files.
    fs::write(&keys, before).unwrap();
    let book = open(dir.path(), 7).unwrap();
    let mut readable = 0;
    book.entries(&mut |entry| {
        readable +=
            usize::from(entry.subject == Some(id) && book.detail(&entry).unwrap().is_some());
        true
    })
    .unwrap();
    assert_eq!(readable, 0);
}
