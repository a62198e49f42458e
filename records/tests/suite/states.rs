//! Revoking, suspending, reinstating; a second person where one is asked for.

use bonafide_records::{
    Change, ChangeReason, CredentialState, Credentials, Issuing, Settings, SqliteBook,
};
use tempfile::TempDir;

use crate::support::{ISSUER, act, approved, book, credential, delivery};

/// Credential 1 is a residency, 2 a screening, 3 has no status.
fn issued() -> (TempDir, SqliteBook) {
    let (dir, mut book) = book();
    let slots = book.free_slots(2, ISSUER).unwrap();
    let kinds = ["residency", "aml-screening", "kyc-identity"];
    let slots = slots.into_iter().map(Some).chain([None]);
    let credentials = kinds.iter().zip(slots);
    let credentials =
        credentials.map(|(kind, slot)| credential(kind, "key of ann", slot)).collect();
    book.issue(&[delivery("ann", credentials)], &act("2026-11-20")).unwrap();
    (dir, book)
}

fn change(to: CredentialState, reason: ChangeReason) -> Change {
    Change { to, reason }
}

#[test]
fn revoked_is_final_and_suspended_is_not() {
    use CredentialState::{Invalid, Suspended, Valid};
    let (_dir, mut book) = issued();
    let mut to = |state, reason| {
        book.change(&[1], change(state, reason), &act("2026-11-21")).map_err(|error| error.code())
    };
    assert_eq!(to(Valid, ChangeReason::IssuerError), Err("unchanged"));
    assert_eq!(to(Suspended, ChangeReason::SubjectRequest), Ok(()));
    assert_eq!(to(Suspended, ChangeReason::SubjectRequest), Err("unchanged"));
    assert_eq!(to(Valid, ChangeReason::IssuerError), Ok(()));
    assert_eq!(to(Suspended, ChangeReason::DataWrong), Ok(()));
    assert_eq!(to(Invalid, ChangeReason::KeyLost), Ok(()));
    assert_eq!(to(Valid, ChangeReason::IssuerError), Err("revoked-is-final"));
    assert_eq!(to(Suspended, ChangeReason::DataWrong), Err("revoked-is-final"));
    assert_eq!(to(Invalid, ChangeReason::KeyLost), Err("unchanged"));
    let list = book.credential(1).unwrap().slot.unwrap();
    assert_eq!(book.not_valid(list.list).unwrap(), [(list.index, Invalid)]);
}

#[test]
fn a_suspicion_is_never_shown_as_suspended() {
    use CredentialState::{Invalid, Suspended};
    let (_dir, mut book) = issued();
    let mut to = |id, state, reason| {
        book.change(&[id], change(state, reason), &act("2026-11-21")).map_err(|error| error.code())
    };
    assert_eq!(to(1, Suspended, ChangeReason::Sanctions), Err("would-tip-off"));
    assert_eq!(to(1, Suspended, ChangeReason::Fraud), Err("would-tip-off"));
    assert_eq!(to(2, Suspended, ChangeReason::DataWrong), Err("would-tip-off"));
    assert_eq!(to(2, Invalid, ChangeReason::Sanctions), Ok(()));
    assert_eq!(to(3, Invalid, ChangeReason::Sanctions), Err("no-status"));
}

#[test]
fn many_change_together_or_not_at_all() {
    let (_dir, mut book) = issued();
    let revoke = change(CredentialState::Invalid, ChangeReason::KeyLost);
    let error = book.change(&[1, 2, 99], revoke, &act("2026-11-21")).unwrap_err();
    assert_eq!(error.code(), "credential-unknown");
    assert_eq!(book.credential(1).unwrap().state, CredentialState::Valid);
    book.change(&[1, 2], revoke, &act("2026-11-21")).unwrap();
    assert_eq!(book.credential(2).unwrap().state, CredentialState::Invalid);
}

#[test]
fn a_second_person_is_asked_for() {
    let (_dir, mut book) = issued();
    let code = |result: Result<(), bonafide_records::RecordsError>| result.map_err(|e| e.code());
    book.set_needs_approver(true, &act("2026-11-20")).unwrap();
    assert!(book.needs_approver().unwrap());
    let revoke = change(CredentialState::Invalid, ChangeReason::KeyLost);
    assert_eq!(code(book.change(&[1], revoke, &act("2026-11-21"))), Err("approver-missing"));
    for same in ["Ada", " ada "] {
        let mut alone = approved("2026-11-21");
        alone.actor.approver = Some(same);
        assert_eq!(code(book.change(&[1], revoke, &alone)), Err("same-person"));
    }
    let mut empty = approved("2026-11-21");
    empty.actor.approver = Some(" ");
    assert_eq!(code(book.change(&[1], revoke, &empty)), Err("approver-missing"));
    assert_eq!(code(book.set_needs_approver(false, &act("2026-11-21"))), Err("approver-missing"));
    assert_eq!(code(book.change(&[1], revoke, &approved("2026-11-21"))), Ok(()));
}

/// Places that newer records published as revoked stay so, and nobody else gets them.
#[test]
fn what_was_published_as_revoked_stays_so() {
    use CredentialState::{Invalid, Suspended};
    let (_dir, mut book) = issued();
    let slot = book.credential(1).unwrap().slot.unwrap();
    book.change(&[1], change(Suspended, ChangeReason::DataWrong), &act("2026-11-21")).unwrap();
    let other = (slot.index + 1) % bonafide_records::LIST_LEN;
    book.revoked_before(slot.list, &[slot.index, other], &act("2026-11-21")).unwrap();
    book.revoked_before(slot.list, &[other], &act("2026-11-21")).unwrap();
    let mut places = vec![(slot.index, Invalid), (other, Invalid)];
    places.sort_unstable_by_key(|(index, _)| *index);
    assert_eq!(book.not_valid(slot.list).unwrap(), places);
    assert_eq!(book.credential(1).unwrap().state, Invalid);
    let back = change(CredentialState::Valid, ChangeReason::IssuerError);
    assert_eq!(book.change(&[1], back, &act("2026-11-21")).unwrap_err().code(), "revoked-is-final");
    // Nearly the whole list: what is left is drawn.
    let free: Vec<u32> = (0..bonafide_records::LIST_LEN).filter(|place| place % 4 == 0).collect();
    let taken: Vec<u32> = (0..bonafide_records::LIST_LEN).filter(|place| place % 4 != 0).collect();
    book.revoked_before(slot.list, &taken, &act("2026-11-21")).unwrap();
    let drawn = book.free_slots(64, ISSUER).unwrap();
    assert!(drawn.iter().all(|drawn| free.contains(&drawn.index)));
    assert!(book.revoked_before(99, &[1], &act("2026-11-21")).unwrap_err().is_fault());
}

#[test]
fn a_second_person_approves_what_was_revoked_before() {
    let (_dir, mut book) = issued();
    book.set_needs_approver(true, &act("2026-11-21")).unwrap();
    let slot = book.credential(1).unwrap().slot.unwrap();
    let refused = book.revoked_before(slot.list, &[1], &act("2026-11-21")).unwrap_err();
    assert_eq!(refused.code(), "approver-missing");
    book.revoked_before(slot.list, &[1], &approved("2026-11-21")).unwrap();
}
