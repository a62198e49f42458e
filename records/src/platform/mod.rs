//! What a platform has to remember: questions answered, the newest trust material, trustworthy time.

mod archive;
mod store;

use bonafide::clock::Timestamp;
use bonafide::verify::{Conflict, Learned, Memory, Seen, Source};
use sha2::{Digest as _, Sha256};

use crate::RecordsError;

pub use archive::{Archive, ArchiveEntry, Archived, MAX_MATERIAL_LEN, NewMaterial};
pub use store::SqlitePlatform;

/// One question, by a digest of who asked and its nonce. The nonce itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NonceMark([u8; 32]);

impl NonceMark {
    /// SHA-256 over the length of the audience (8 bytes, most significant first), the audience and the nonce.
    pub fn of(audience: &str, nonce: &str) -> Self {
        let length = u64::try_from(audience.len()).unwrap_or(u64::MAX).to_be_bytes();
        let parts = [length.as_slice(), audience.as_bytes(), nonce.as_bytes()];
        let hash = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part));
        Self(hash.finalize().into())
    }
}

/// What is to be noted of one decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The question used up, where the answer was accepted. It is kept for good: another credential could answer it as long
    /// as there are any.
    pub spend: Option<NonceMark>,
    /// What the verifier learned.
    pub learned: Learned,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is on the disk.
    Done,
    /// Another answer to this question was accepted before: nothing of the decision was noted.
    AlreadySpent,
    /// Of a jurisdiction or a DID history that it met, something else was noted meanwhile: nothing of the decision was
    /// noted. It is to be made again, with the memory as it is now, for only the verifier tells a fork.
    Outdated,
}

/// How much is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Questions answered.
    pub nonces: u64,
    /// Pieces of trust material of which the newest is known.
    pub seen: u64,
    /// Forks met.
    pub conflicts: u64,
    /// Pieces of trust material in the archive.
    pub archived: u64,
    /// Their bytes.
    pub archived_bytes: u64,
}

/// What a platform remembers from one decision to the next. It only ever moves forward.
#[allow(clippy::missing_errors_doc)] // RecordsError, as everywhere here
pub trait Platform {
    /// All that a verifier has to know of earlier decisions.
    fn memory(&self) -> Result<Memory, RecordsError>;
    /// When an answer to this question was accepted.
    fn spent(&self, nonce: &NonceMark) -> Result<Option<Timestamp>, RecordsError>;
    /// Notes decisions made `at` that moment on what was `known`, in one transaction and in their order; each is told
    /// what became of it. Once this has returned they outlast a crash; after an error nothing was noted.
    fn commit(
        &mut self,
        decisions: &[Decision],
        known: &Memory,
        at: Timestamp,
    ) -> Result<Vec<Noted>, RecordsError>;
    /// The forks met, and when each was first noted.
    fn conflicts(&self) -> Result<Vec<(Timestamp, Conflict)>, RecordsError>;
    /// How much is remembered.
    fn extent(&self) -> Result<Extent, RecordsError>;
}

/// The number of a source in the tables.
fn source_number(source: Source) -> i64 {
    match source {
        Source::Jurisdiction => 1,
        Source::History => 2,
        Source::StatusList => 3,
        Source::Document => 4,
        Source::StolenKey => 5,
    }
}

fn source_of(number: i64) -> Result<Source, RecordsError> {
    let all = [
        Source::Jurisdiction,
        Source::History,
        Source::StatusList,
        Source::Document,
        Source::StolenKey,
    ];
    let found = all.into_iter().find(|source| source_number(*source) == number);
    found.ok_or(RecordsError::Damaged)
}

fn seen_of(number: [u8; 8], digest: [u8; 32]) -> Seen {
    Seen { number: u64::from_be_bytes(number), digest }
}

fn time_of(seconds: i64) -> Result<Timestamp, RecordsError> {
    Timestamp::from_unix(seconds).ok_or(RecordsError::Damaged)
}
