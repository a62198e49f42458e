//! The log as a chain of hashes. An entry's hash covers the entry before it and what is stored of itself, which
//! is sealed: the chain holds after a subject's key was destroyed.

use bonafide::clock::Timestamp;
use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const START: [u8; 32] = [0; 32];

/// An entry of the log, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who did it.
    pub operator: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// What was done, in one word.
    pub kind: String,
    /// The number of the subject it is about.
    pub subject: Option<i64>,
    /// The details, sealed.
    pub sealed: Vec<u8>,
    /// The hash of the chain up to here.
    pub hash: [u8; 32],
}

/// Where a chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Entry {
    /// The hash that an entry has behind `previous`: SHA-256 over `bonafide log 1`, the previous hash and each
    /// member with its length, all lengths and numbers in eight bytes, the highest first.
    pub fn expected_hash(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut member = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        member(b"bonafide log 1");
        member(previous);
        member(&self.seq.to_be_bytes());
        member(&self.at.unix().to_be_bytes());
        member(self.operator.as_bytes());
        member(self.approver.as_deref().unwrap_or_default().as_bytes());
        member(self.kind.as_bytes());
        member(&self.subject.map(i64::to_be_bytes).unwrap_or_default());
        member(&self.sealed);
        hash.finalize().into()
    }
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Numbers do not follow each other.
    #[error("entry {0} is missing or out of order")]
    Gap(u64),
    /// An entry was changed, or one before it.
    #[error("entry {0} does not fit the one before it")]
    Changed(u64),
    /// The chain ends before a head that was signed.
    #[error("the log ends at entry {end}, and a head signed earlier is of entry {head}")]
    Cut {
        /// The last entry there is.
        end: u64,
        /// The entry that the head names.
        head: u64,
    },
    /// The entry that the head names is another one.
    #[error("entry {0} is not the one that a head was signed for")]
    Forked(u64),
}

impl ChainError {
    /// The stable string code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gap(_) => "log-gap",
            Self::Changed(_) => "log-changed",
            Self::Cut { .. } => "log-cut",
            Self::Forked(_) => "log-forked",
        }
    }
}

/// Goes along a chain, entry by entry, and compares it with heads kept elsewhere.
#[derive(Debug)]
pub struct Walk {
    head: Head,
    against: Vec<Head>,
}

impl Walk {
    /// Before the first entry. The heads are those kept elsewhere, their signatures checked.
    pub fn new(against: Vec<Head>) -> Self {
        Self { head: Head { seq: 0, hash: START }, against }
    }

    /// The next entry.
    ///
    /// # Errors
    /// [`ChainError`].
    pub fn next(&mut self, entry: &Entry) -> Result<(), ChainError> {
        if entry.seq != self.head.seq + 1 {
            return Err(ChainError::Gap(self.head.seq + 1));
        }
        if entry.hash != entry.expected_hash(&self.head.hash) {
            return Err(ChainError::Changed(entry.seq));
        }
        self.head = Head { seq: entry.seq, hash: entry.hash };
        if self.against.iter().any(|head| head.seq == entry.seq && head.hash != entry.hash) {
            return Err(ChainError::Forked(entry.seq));
        }
        Ok(())
    }

    /// Behind the last entry: where the chain ends.
    ///
    /// # Errors
    /// [`ChainError::Cut`].
    pub fn end(self) -> Result<Head, ChainError> {
        let beyond = self.against.iter().find(|head| head.seq > self.head.seq);
        match beyond {
            Some(head) => Err(ChainError::Cut { end: self.head.seq, head: head.seq }),
            None => Ok(self.head),
        }
    }
}
