//! A book in a scratch folder, and things to put into it.

use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::random::SystemRandom;
use bonafide_records::{
    Act, Actor, Identified, Level, NewCredential, NewDelivery, RecordsError, RecordsKey, Settings,
    Slot, SqliteBook,
};
use tempfile::TempDir;

pub const ISSUER: &str = "did:example:acme";
pub const URL: &str = "https://acme.example/status/";

pub fn at(time: &str) -> Timestamp {
    Timestamp::parse(time).unwrap()
}

pub fn act(day: &str) -> Act<'static> {
    Act { actor: Actor { operator: "Ada", approver: None }, at: at(day) }
}

pub fn approved(day: &str) -> Act<'static> {
    Act { actor: Actor { operator: "Ada", approver: Some("Grace") }, at: at(day) }
}

pub fn open(dir: &Path, secret: u8) -> Result<SqliteBook, RecordsError> {
    let key = RecordsKey::new([secret; 32].into());
    let (records, keys) = (dir.join("records.db"), dir.join("subject-keys.db"));
    SqliteBook::open(&records, &keys, key, Box::new(SystemRandom))
}

/// A new book with a place for its status lists.
pub fn book() -> (TempDir, SqliteBook) {
    let dir = tempfile::tempdir().unwrap();
    let mut book = open(dir.path(), 7).unwrap();
    book.set_status_url(URL, &act("2026-11-20")).unwrap();
    (dir, book)
}

pub fn credential(kind: &str, key: &str, slot: Option<Slot>) -> NewCredential {
    NewCredential {
        kind: kind.into(),
        assessed_on: "2026-11-20".into(),
        key: key.into(),
        reissue: 0,
        digest: [3; 32],
        slot,
        from: at("2026-11-20"),
        until: at("2027-02-20"),
        record_ref: Some("file 4711".into()),
        level: Level::Substantial,
    }
}

pub fn delivery(external_id: &str, credentials: Vec<NewCredential>) -> NewDelivery {
    NewDelivery {
        external_id: external_id.into(),
        nonces: vec![(format!("nonce of {external_id}"), format!("key of {external_id}"))],
        credentials,
        identified: Identified::Here("passport seen".into()),
        encrypted: true,
        job: None,
    }
}
