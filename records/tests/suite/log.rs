//! The log names who did what, and shows when it was rewritten or cut (ATTACKS 63).

use bonafide_records::chain::{ChainError, Entry, Head, Walk};
use bonafide_records::{Issuing, Log, SqliteBook};
use proptest::prelude::*;

use crate::support::{act, approved, book, credential, delivery};

fn entries(book: &SqliteBook) -> Vec<Entry> {
    let mut all = Vec::new();
    book.entries(&mut |entry| {
        all.push(entry);
        true
    })
    .unwrap();
    all
}

fn walk(entries: &[Entry], against: Vec<Head>) -> Result<Head, ChainError> {
    let mut walk = Walk::new(against);
    entries.iter().try_for_each(|entry| walk.next(entry))?;
    walk.end()
}

fn written() -> (Vec<Entry>, Head) {
    let (_dir, mut book) = book();
    for name in ["ann", "bob", "eve"] {
        let credential = credential("residency", &format!("key of {name}"), None);
        book.issue(&[delivery(name, vec![credential])], &approved("2026-11-20")).unwrap();
    }
    book.note("publish", "list 1", &act("2026-11-21")).unwrap();
    let all = entries(&book);
    assert_eq!(book.head().unwrap(), Some(walk(&all, Vec::new()).unwrap()));
    (all, book.head().unwrap().unwrap())
}

/// As an insider would who can write the file: every hash is made anew.
fn rehashed(mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut previous = bonafide_records::chain::START;
    for entry in &mut entries {
        entry.hash = entry.expected_hash(&previous);
        previous = entry.hash;
    }
    entries
}

#[test]
fn entries_name_who_did_what_and_only_the_issuer_reads_the_rest() {
    let (_dir, mut book) = book();
    let issued = delivery("ann", vec![credential("residency", "key of ann", None)]);
    book.issue(&[issued], &approved("2026-11-20T09:00:00Z")).unwrap();
    let all = entries(&book);
    let [setting, issue] = all.as_slice() else { panic!("two entries") };
    assert_eq!((setting.kind.as_str(), setting.operator.as_str()), ("set-status-url", "Ada"));
    assert_eq!((issue.kind.as_str(), issue.approver.as_deref()), ("issue", Some("Grace")));
    assert_eq!(issue.seq, 2);
    let detail = book.detail(issue).unwrap().unwrap();
    assert!(detail.contains("passport seen") && detail.contains("residency"), "{detail}");
    for part in ["passport", "residency", "ann"] {
        let sealed = issue.sealed.windows(part.len()).any(|bytes| bytes == part.as_bytes());
        assert!(!sealed, "{part} is readable");
    }
}

#[test]
fn a_change_shows_at_its_entry() {
    let (all, _) = written();
    let changes: [fn(&mut Entry); 7] = [
        |entry| entry.operator = "Eve".into(),
        |entry| entry.approver = None,
        |entry| entry.kind = "revoke".into(),
        |entry| entry.at = entry.at.plus(1),
        |entry| entry.subject = entry.subject.map(|subject| subject ^ 1),
        |entry| entry.sealed[30] ^= 1,
        |entry| entry.hash[0] ^= 1,
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = all.clone();
        change(&mut changed[2]);
        assert_eq!(walk(&changed, Vec::new()), Err(ChainError::Changed(3)), "change {n}");
    }
    let mut swapped = all.clone();
    swapped.swap(2, 3);
    assert_eq!(walk(&swapped, Vec::new()), Err(ChainError::Gap(3)));
    let mut missing = all;
    missing.remove(2);
    assert_eq!(walk(&missing, Vec::new()), Err(ChainError::Gap(3)));
}

#[test]
fn a_rewritten_log_is_found_with_a_head_kept_elsewhere_only() {
    let (all, head) = written();
    let mut rewritten = all.clone();
    rewritten[2].operator = "Eve".into();
    let rewritten = rehashed(rewritten);
    assert!(walk(&rewritten, Vec::new()).is_ok(), "consistent in itself");
    assert_eq!(walk(&rewritten, vec![head]), Err(ChainError::Forked(5)));
    assert_eq!(walk(&all, vec![head]), Ok(head));

    let cut = &all[..3];
    assert!(walk(cut, Vec::new()).is_ok());
    assert_eq!(walk(cut, vec![head]), Err(ChainError::Cut { end: 3, head: 5 }));
    let older = Head { seq: 3, hash: all[2].hash };
    assert_eq!(walk(&all, vec![older]), Ok(head), "an older head holds for a longer log");
    assert_eq!(walk(&rewritten, vec![older]), Err(ChainError::Forked(3)));
}

#[test]
fn signed_heads_are_kept_by_day() {
    let (_dir, mut book) = book();
    for (day, token) in [("2026-11-21", "b"), ("2026-11-20", "a"), ("2026-11-21", "c")] {
        book.keep_head(day, token).unwrap();
    }
    let kept = book.signed_heads().unwrap();
    assert_eq!(kept, [("2026-11-20".into(), "a".into()), ("2026-11-21".into(), "c".into())]);
}

proptest! {
    /// The lengths stand before the members, so nothing can move from one to the next.
    #[test]
    fn no_two_entries_hash_alike(
        one in ("[ab]{0,3}", "[ab]{1,3}", "[ab]{0,3}"), two in ("[ab]{0,3}", "[ab]{1,3}", "[ab]{0,3}"),
    ) {
        let entry = |(operator, approver, kind): (String, String, String)| Entry {
            seq: 1,
            at: crate::support::at("2026-11-20"),
            operator,
            approver: Some(approver),
            kind,
            subject: None,
            sealed: Vec::new(),
            hash: [0; 32],
        };
        let alike = entry(one.clone()).expected_hash(&[0; 32]) == entry(two.clone()).expected_hash(&[0; 32]);
        prop_assert_eq!(alike, one == two);
    }
}
