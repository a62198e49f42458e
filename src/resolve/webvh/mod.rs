//! did:webvh 1.0: a DID whose every version stands in a log that proves itself.
//!
//! The log is checked whole, entry by entry: [`History::verify`]. Where it breaks off, what stood before is kept, and
//! [`History::cut`] says so.

pub mod author;
mod chain;
mod entry;
mod history;
mod parameters;
mod witness;

use crate::did::DocumentError;
use crate::encoding::EncodingError;
use crate::format::data_integrity::ProofError;

pub use history::{History, Kinship, Version};
pub use parameters::{Parameters, Witnesses};

/// Longest log read, in bytes.
pub const MAX_LOG: usize = 4 * 1024 * 1024;

/// Most entries read in one log.
pub const MAX_ENTRIES: usize = 4096;

/// Longest entry read, in bytes.
pub const MAX_ENTRY: usize = crate::did::MAX_DOCUMENT + 32 * 1024;

/// Longest witness file read, in bytes.
pub const MAX_WITNESS_FILE: usize = 1024 * 1024;

/// Seconds by which an entry may lie in the reader's future ("Read (Resolve)" step 4). What may be there counts at once.
pub const FUTURE: i64 = 300;

/// Why an entry of a log was refused, and with it all that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry} of the log: {fault}")]
pub struct LogError {
    /// The entry, counted from 1; 0 where it is the log as a whole.
    pub entry: u64,
    /// What is wrong with it.
    pub fault: LogFault,
}

/// What is wrong with an entry of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// Not readable, or too long.
    #[error("not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// More than [`MAX_ENTRIES`].
    #[error("too many entries")]
    TooManyEntries,
    /// Not a did:webvh, or one that names no place on the public web.
    #[error("not a did:webvh that can be published")]
    BadDid,
    /// A member is missing, of the wrong kind, or not of the specification; it is named.
    #[error("its {0} is missing or malformed")]
    Malformed(&'static str),
    /// A parameter is missing, not allowed, or not as it must be; it is named.
    #[error("its parameter {0} is refused")]
    Parameter(&'static str),
    /// The version is not one more than the one before.
    #[error("its version number does not follow")]
    VersionNumber,
    /// Its time is not after that of the one before.
    #[error("its versionTime does not follow")]
    VersionTime,
    /// Its time lies in the future.
    #[error("its versionTime lies in the future")]
    NotYetValid,
    /// The DID does not name this log: its SCID is not the hash of the first entry.
    #[error("the DID's SCID is not that of the log")]
    Scid,
    /// Its hash is not that of its content and its predecessor.
    #[error("its hash is another")]
    EntryHash,
    /// The document is that of another DID.
    #[error("its document is that of another DID")]
    OtherDid,
    /// The DID moved although it may not, or does not name its old place.
    #[error("the DID moved, and may not")]
    Moved,
    /// The DID was deactivated before.
    #[error("the DID was deactivated before")]
    Deactivated,
    /// An update key that was not announced, or one not named at all (pre-rotation).
    #[error("its update keys were not announced before")]
    PreRotation,
    /// Signed by a key that may not update the DID.
    #[error("signed by a key that may not update the DID")]
    UpdateKey,
    /// The proof was refused.
    #[error("its proof was refused: {0}")]
    Proof(#[from] ProofError),
    /// The document was refused.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The witness file is not readable.
    #[error("the witness file is not readable: {0}")]
    WitnessFile(EncodingError),
    /// Too few witnesses vouch for it.
    #[error("too few witnesses vouch for it")]
    NotWitnessed,
    /// No entry has the DID that was asked for.
    #[error("no entry is of this DID")]
    NeverThisDid,
}

impl LogError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self.fault {
            LogFault::Encoding(error) | LogFault::WitnessFile(error) => error.code(),
            LogFault::TooManyEntries => "too-large",
            LogFault::BadDid => "blocked-target",
            LogFault::OtherDid | LogFault::NeverThisDid => "did-mismatch",
            LogFault::NotYetValid => "not-yet-valid",
            _ => "log-invalid",
        }
    }
}
