//! Key columns: one holder key per verifier, so that two verifiers who compare notes see two people.
//!
//! A wallet holds several keys and has every type issued once for each. This room only has the words for it;
//! the wallet keeps the record, and presenting chooses by it.

use crate::did::Did;
use crate::key::KeyId;

/// How a key stands to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It answered this verifier before, and nobody else.
    Own,
    /// It answered this verifier before, and others too.
    Shared,
    /// No verifier has seen it.
    Free,
    /// Only other verifiers have seen it.
    Taken,
    /// Its holder has put it away.
    Retired,
    /// It is lost or stolen.
    Compromised,
}

/// A record of which verifier has seen which key.
pub trait Columns {
    /// How `key` stands to `verifier`; `None` is somebody who proved no name, so always somebody new.
    fn standing(&self, key: &KeyId, verifier: Option<&Did>) -> Standing;
}
