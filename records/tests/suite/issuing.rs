//! What is recorded of credentials, once each, for one subject each.

use std::collections::HashSet;

use bonafide_records::{
    Before, CredentialState, Credentials, Identified, Issuing, LIST_LEN, Level, Log, NewCredential,
    NewDelivery, Settings, SubjectRecord, Subjects,
};

use crate::support::{ISSUER, URL, act, at, book, credential, delivery, open};

#[test]
fn a_delivery_is_recorded_whole() {
    let (dir, mut book) = book();
    let slots = book.free_slots(2, ISSUER).unwrap();
    let [first, second] = slots.as_slice() else { panic!("two slots") };
    assert_eq!(first.uri, format!("{URL}1"));
    assert!(first.index != second.index && first.index < LIST_LEN);
    let credentials = vec![
        credential("kyc-identity", "key of ann", Some(first.clone())),
        credential("aml-screening", "key of ann", Some(second.clone())),
    ];
    book.issue(&[delivery("ann", credentials)], &act("2026-11-20T09:00:00Z")).unwrap();
    drop(book);

    let book = open(dir.path(), 7).unwrap();
    let SubjectRecord { id, external_id, erased, since, ended, credentials } =
        book.subject("ann").unwrap().unwrap();
    assert_eq!((external_id.as_deref(), ended, credentials), (Some("ann"), None, 2));
    assert!(!erased);
    assert_eq!(since, at("2026-11-20T09:00:00Z"));
    assert_eq!(book.key_owner("key of ann").unwrap(), Some(id));
    assert_eq!(book.nonce_owner("nonce of ann").unwrap(), Some(id));
    assert_eq!(book.subject("Ann").unwrap(), None);
    let found = book.credentials_of(id).unwrap();
    assert_eq!(found[0].kind, "kyc-identity");
    assert_eq!(found[0].slot.as_ref(), Some(first));
    assert_eq!((found[1].state, found[1].digest), (CredentialState::Valid, [3; 32]));
    assert_eq!(book.credential(found[1].id).unwrap(), found[1]);
    assert_eq!(book.credential(99).unwrap_err().code(), "credential-unknown");
    let day = "2026-11-20";
    let asked = [
        ("kyc-identity", day, "key of ann"),
        ("residency", day, "key of ann"),
        ("kyc-identity", day, "key of bob"),
        ("kyc-identity", "2026-11-21", "key of ann"),
    ];
    let first = Before { reissue: 0, state: CredentialState::Valid };
    assert_eq!(book.issued_before("ann", &asked).unwrap(), [Some(first), None, None, None]);
    assert_eq!(book.issued_before("bob", &asked).unwrap(), [None; 4]);
}

#[test]
fn the_same_credential_is_issued_once() {
    let (_dir, mut book) = book();
    let again = || [delivery("ann", vec![credential("residency", "key of ann", None)])];
    book.issue(&again(), &act("2026-11-20")).unwrap();
    let error = book.issue(&again(), &act("2026-11-21")).unwrap_err();
    assert_eq!(error.code(), "issued-before");
    let mut reissued = again();
    reissued[0].credentials[0].reissue = 1;
    book.issue(&reissued, &act("2026-11-21")).unwrap();
    let asked = [("residency", "2026-11-20", "key of ann")];
    assert_eq!(
        book.issued_before("ann", &asked).unwrap(),
        [Some(Before { reissue: 1, state: CredentialState::Valid })]
    );
}

#[test]
fn keys_and_nonces_belong_to_one_subject_and_a_refused_delivery_leaves_nothing() {
    let (_dir, mut book) = book();
    let ann = delivery("ann", vec![credential("residency", "key of ann", None)]);
    book.issue(&[ann], &act("2026-11-20")).unwrap();
    let before = book.head().unwrap();

    let mut bob = delivery("bob", vec![credential("residency", "key of ann", None)]);
    let good = delivery("eve", vec![credential("residency", "key of eve", None)]);
    let error = book.issue(&[good.clone(), bob.clone()], &act("2026-11-20")).unwrap_err();
    assert_eq!(error.code(), "key-of-another");
    bob.credentials = vec![credential("residency", "key of bob", None)];
    bob.nonces = vec![("nonce of ann".into(), "key of bob".into())];
    let error = book.issue(&[good, bob], &act("2026-11-20")).unwrap_err();
    assert_eq!(error.code(), "nonce-reused");

    assert_eq!(book.head().unwrap(), before);
    assert_eq!(book.subjects().unwrap().len(), 1);
    assert_eq!(book.key_owner("key of eve").unwrap(), None);
}

#[test]
fn places_in_lists_are_random_and_nobodys() {
    let (_dir, mut book) = book();
    let mut seen = HashSet::new();
    for _ in 0..20 {
        for slot in book.free_slots(500, ISSUER).unwrap() {
            assert!(slot.index < LIST_LEN && seen.insert((slot.list, slot.index)));
        }
    }
    let low = seen.iter().filter(|(_, index)| *index < LIST_LEN / 2).count();
    assert!((4_500..5_500).contains(&low), "{low} of 10,000 in the lower half");
    assert_eq!(book.lists().unwrap(), [(1, format!("{URL}1"))]);
    assert_eq!(book.free_slots(LIST_LEN as usize, ISSUER).unwrap_err().code(), "too-large");
    // Another place for the lists begins another list.
    book.set_status_url("https://other.example/", &act("2026-11-20")).unwrap();
    assert_eq!(book.free_slots(1, ISSUER).unwrap()[0].uri, "https://other.example/2");
    // So does another name to issue as: a list is signed by one issuer only.
    assert_eq!(book.free_slots(1, "did:example:new").unwrap()[0].list, 3);
    assert_eq!(book.free_slots(1, ISSUER).unwrap()[0].list, 2);
    let issuers = [1, 2, 3, 4].map(|list| book.list_issuer(list).unwrap());
    let named = |did: &str| Some(did.to_owned());
    assert_eq!(issuers, [named(ISSUER), named(ISSUER), named("did:example:new"), None]);
}

#[test]
fn without_a_url_there_is_no_status() {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path(), 7).unwrap();
    assert_eq!(book.free_slots(3, ISSUER).unwrap(), []);
}

#[test]
fn a_job_is_found_again_with_what_it_delivered() {
    let (dir, mut book) = book();
    let began = at("2026-11-20T23:59:00Z");
    assert_eq!(book.job(&[5; 32]).unwrap(), None);
    let job = book.begin_job(&[5; 32], began).unwrap();
    let mut ann = delivery("ann", vec![credential("residency", "key of ann", None)]);
    ann.job = Some(job);
    let made = book.issue(&[ann], &act("2026-11-20")).unwrap();
    assert!(!book.delivery(job, "ann").unwrap().unwrap().placed);
    drop(book);
    let mut book = open(dir.path(), 7).unwrap();
    assert_eq!(book.job(&[5; 32]).unwrap(), Some((job, began)));
    assert_ne!(book.begin_job(&[6; 32], began).unwrap(), job);
    book.placed(&made).unwrap();
    assert!(book.delivery(job, "ann").unwrap().unwrap().placed);
    assert_eq!(book.delivery(job, "bob").unwrap(), None);
}

#[test]
fn another_wallets_records_do_not_open() {
    let (dir, book) = book();
    drop(book);
    assert_eq!(open(dir.path(), 8).err().unwrap().code(), "records-not-ours");
    assert!(open(dir.path(), 7).is_ok());
}

/// ATTACKS 44b: neither the old key nor a new one says who asks.
#[test]
fn new_keys_for_a_known_person_take_the_person() {
    let (_dir, mut book) = book();
    let slots = book.free_slots(3, ISSUER).unwrap();
    let issued = |key: &str, level, slot: usize| {
        let mut one = credential("residency", key, Some(slots[slot].clone()));
        one.level = level;
        one
    };
    let old = issued("key of ann", Level::Substantial, 0);
    book.issue(&[delivery("ann", vec![old])], &act("2026-11-20")).unwrap();
    let new = |identified, level| {
        let mut new = delivery("ann", vec![issued("new key", level, 1)]);
        new.nonces = vec![("another nonce".into(), "new key".into())];
        new.identified = identified;
        new
    };
    let mut code = |new: NewDelivery| {
        book.issue(&[new], &act("2026-11-21")).map(|_| ()).map_err(|error| error.code())
    };
    let here = Identified::Here("the old file".into());
    assert_eq!(code(new(here.clone(), Level::High)), Err("reidentification-needed"));
    assert_eq!(code(new(Identified::Unsaid, Level::High)), Err("reidentification-needed"));
    let anew = Identified::Anew("seen again".into());
    assert_eq!(code(new(anew.clone(), Level::Low)), Err("assurance-too-low"));
    assert_eq!(code(new(anew, Level::Substantial)), Ok(()));
    let ann = book.subject("ann").unwrap().unwrap().id;
    let states: Vec<_> =
        book.credentials_of(ann).unwrap().into_iter().map(|one| (one.key, one.state)).collect();
    let expected = [
        ("key of ann".to_owned(), CredentialState::Invalid),
        ("new key".to_owned(), CredentialState::Valid),
    ];
    assert_eq!(states, expected);
    // A key that was revoked brings no others; one that holds does, as does an identity shown.
    let mut more = new(here, Level::Low);
    more.credentials = vec![issued("third key", Level::Low, 2)];
    more.nonces = vec![("n3".into(), "third key".into()), ("n3".into(), "key of ann".into())];
    let error = book.issue(&[more.clone()], &act("2026-11-22")).unwrap_err();
    assert_eq!(error.code(), "reidentification-needed");
    more.nonces = vec![("n3".into(), "third key".into()), ("n3".into(), "new key".into())];
    book.issue(&[more.clone()], &act("2026-11-22")).unwrap();
    more.credentials = vec![credential("residency", "fourth key", None)];
    more.nonces = vec![("n4".into(), "fourth key".into())];
    more.identified = Identified::Shown;
    book.issue(&[more], &act("2026-11-22")).unwrap();
}

#[test]
fn those_that_end_soon_are_found() {
    let (_dir, mut book) = book();
    let mut soon = credential("aml-screening", "key of ann", None);
    soon.until = at("2026-12-10");
    let late = credential("residency", "key of ann", None);
    book.issue(&[delivery("ann", vec![soon, late])], &act("2026-11-20")).unwrap();
    let kinds = |until: &str| -> Vec<String> {
        let found = book.ending(at("2026-11-20"), at(until)).unwrap();
        found.into_iter().map(|one| one.kind).collect()
    };
    assert_eq!(kinds("2026-12-10"), [""; 0]);
    assert_eq!(kinds("2026-12-11"), ["aml-screening"]);
    assert_eq!(kinds("2027-03-01"), ["aml-screening", "residency"]);
}

#[test]
fn what_was_renewed_does_not_end_soon() {
    let (_dir, mut book) = book();
    let screened = |day: &str, until: &str, key: &str| {
        let credential = credential("aml-screening", key, None);
        NewCredential { assessed_on: day.into(), until: at(until), ..credential }
    };
    let given = |nonce: &str, credential| NewDelivery {
        nonces: vec![(nonce.into(), "key of ann".into())],
        ..delivery("ann", vec![credential])
    };
    let ending = |book: &bonafide_records::SqliteBook| -> Vec<i64> {
        let found = book.ending(at("2026-11-20"), at("2026-12-31")).unwrap();
        found.into_iter().map(|one| one.id).collect()
    };
    let first = given("n1", screened("2026-11-01", "2026-12-10", "key of ann"));
    book.issue(&[first], &act("2026-11-20")).unwrap();
    assert_eq!(ending(&book), [1]);
    // For another key of hers it is no renewal, nor is one that ends no later.
    let others = [
        given("n2", screened("2026-11-20", "2027-12-10", "second key of ann")),
        given("n3", screened("2026-11-02", "2026-12-10", "key of ann")),
    ];
    book.issue(&others, &act("2026-11-20")).unwrap();
    assert_eq!(ending(&book), [1, 3]);
    let residency = |until: &str| {
        let credential = credential("residency", "key of ann", None);
        NewCredential { assessed_on: until.into(), until: at(until), ..credential }
    };
    let two = [given("n5", residency("2026-12-01")), given("n6", residency("2027-12-01"))];
    book.issue(&two, &act("2026-11-20")).unwrap();
    assert_eq!(ending(&book), [4, 1, 3], "of two residencies neither renews the other");
    let renewed = given("n4", screened("2026-11-20", "2027-02-20", "key of ann"));
    book.issue(&[renewed], &act("2026-11-20")).unwrap();
    assert_eq!(ending(&book), [4]);
}

/// A notice that was checked called a key lost or stolen: it is nobody's key any more.
#[test]
fn a_reported_key_gets_nothing_more() {
    let (_dir, mut book) = book();
    let of = |key: &str| credential("residency", key, None);
    book.issue(&[delivery("ann", vec![of("key of ann")])], &act("2026-11-20")).unwrap();
    assert_eq!(book.reported("key of ann").unwrap(), None);
    for day in ["2026-11-21", "2026-11-22"] {
        book.report("key of ann", &act(day)).unwrap();
        book.report("key of nobody", &act(day)).unwrap();
    }
    assert_eq!(book.reported("key of ann").unwrap(), Some(at("2026-11-21")));
    assert_eq!(book.reported("new key").unwrap(), None);
    let subject = book.subject_number("ann").unwrap().unwrap();
    let told = book.entries_about(subject).unwrap();
    assert_eq!(told.iter().filter(|entry| entry.kind == "report-key").count(), 1);
    let moved = NewDelivery {
        identified: Identified::Anew("file 2".into()),
        nonces: vec![("n2".into(), "new key".into())],
        ..delivery("ann", vec![of("new key")])
    };
    book.issue(&[moved], &act("2026-11-22")).unwrap();
    let code = |book: &mut bonafide_records::SqliteBook, delivery: NewDelivery| {
        book.issue(&[delivery], &act("2026-11-22")).unwrap_err().code()
    };
    let stolen = || credential("kyc-identity", "key of ann", None);
    for identified in [Identified::Anew("file 3".into()), Identified::Shown, Identified::Unsaid] {
        for subject in ["ann", "bob"] {
            let nonces = vec![(format!("{identified:?} {subject}"), "key of ann".to_owned())];
            let identified = identified.clone();
            let thief = NewDelivery { identified, nonces, ..delivery(subject, vec![stolen()]) };
            assert_eq!(code(&mut book, thief), "key-compromised");
        }
    }
    // Proved beside a good key it is no better.
    let beside = NewDelivery {
        nonces: vec![("n3".into(), "new key".into()), ("n4".into(), "key of ann".into())],
        ..delivery("ann", vec![credential("kyc-identity", "new key", None)])
    };
    assert_eq!(code(&mut book, beside), "key-compromised");
    assert_eq!(book.credential(2).unwrap().state, CredentialState::Valid);
}
