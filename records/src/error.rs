//! Why the records did not do what was asked.

use bonafide::clock::Timestamp;
use bonafide::random::RandomError;

/// Why a record could not be read or written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The database file cannot be used.
    #[error("the records cannot be used: {0}")]
    Store(rusqlite::Error),
    /// Another program is writing.
    #[error("another program is using the records")]
    Locked,
    /// Written by a newer version of this program.
    #[error("the records were written by a newer version")]
    TooNew,
    /// What was sealed does not open with this key: other records, or changed ones.
    #[error("the records do not belong to this wallet, or were changed")]
    NotOurs,
    /// The key under which the records of a subject are sealed is not there.
    #[error("the key to this person's records is missing")]
    SubjectKeyMissing,
    /// A value that nobody wrote there.
    #[error("the records are damaged")]
    Damaged,
    /// A file that is empty, or no database of ours.
    #[error("{file} is damaged")]
    DamagedFile {
        /// Its name.
        file: String,
    },
    /// Something to seal or to keep is too large.
    #[error("too large to be kept")]
    TooLarge,
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// No subject has that external id.
    #[error("nobody of that id is in the records")]
    UnknownSubject,
    /// No credential has that number.
    #[error("no credential has that number")]
    UnknownCredential,
    /// Of one credential among several: why nothing was changed.
    #[error("credential {id}: {error}")]
    Credential {
        /// Its number.
        id: i64,
        /// What is in the way.
        error: Box<RecordsError>,
    },
    /// A key that belongs to another subject.
    #[error("this key is known as somebody else's")]
    KeyOfAnother,
    /// A notice that was checked called this key lost or stolen.
    #[error("this key was reported as lost or stolen, and that is known here since {since}")]
    KeyReported {
        /// Since when these records know.
        since: Timestamp,
    },
    /// New keys for a known subject, and nothing but proofs of keys.
    #[error(
        "none of these keys has a credential that stands, and a proof of keys does not say whose they are"
    )]
    NotIdentifiedAnew,
    /// Identified less surely than the first time.
    #[error("the person was identified more surely the first time")]
    LessSure,
    /// A nonce that another subject answered.
    #[error("this nonce was already answered by somebody else")]
    NonceOfAnother,
    /// The same credential was issued before.
    #[error("this credential was issued before")]
    IssuedBefore,
    /// A revoked credential stays revoked.
    #[error("a revoked credential stays revoked")]
    Final,
    /// It would tell the public of a suspicion.
    #[error("suspending would tell that there is a suspicion")]
    TipsOff,
    /// Nothing to change: it has that state already.
    #[error("it has that state already")]
    Unchanged,
    /// The credential points to no status list.
    #[error("the credential was issued without a status, so nobody would see the change")]
    NoStatus,
    /// The relationship goes on, so nothing can be erased.
    #[error("the relationship has not ended")]
    NotEnded,
    /// The law wants the record until that day.
    #[error("the record must be kept until {until}: {reason}")]
    Retained {
        /// The last day, `YYYY-MM-DD`.
        until: String,
        /// Which rule says so.
        reason: &'static str,
    },
    /// Erased before.
    #[error("it was erased before")]
    Erased,
    /// A second person has to approve.
    #[error("a second person must approve this")]
    ApproverMissing,
    /// Trust material of that time was deleted.
    #[error("trust material from before {before} was deleted")]
    Pruned {
        /// From when on the archive is whole.
        before: Timestamp,
    },
    /// Operator and approver are one person.
    #[error("operator and approver are the same person")]
    SamePerson,
}

impl RecordsError {
    /// The stable string code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "records-unusable",
            Self::Locked => "records-locked",
            Self::TooNew => "records-too-new",
            Self::NotOurs => "records-not-ours",
            Self::SubjectKeyMissing => "subject-key-missing",
            Self::Damaged | Self::DamagedFile { .. } => "records-damaged",
            Self::TooLarge => "too-large",
            Self::Random(_) => "random-failed",
            Self::UnknownSubject => "subject-unknown",
            Self::UnknownCredential => "credential-unknown",
            Self::Credential { error, .. } => error.code(),
            Self::KeyOfAnother => "key-of-another",
            Self::NonceOfAnother => "nonce-reused",
            Self::KeyReported { .. } => "key-compromised",
            Self::NotIdentifiedAnew => "reidentification-needed",
            Self::LessSure => "assurance-too-low",
            Self::IssuedBefore => "issued-before",
            Self::Final => "revoked-is-final",
            Self::TipsOff => "would-tip-off",
            Self::Unchanged => "unchanged",
            Self::NoStatus => "no-status",
            Self::NotEnded => "relationship-open",
            Self::Retained { .. } => "retained",
            Self::Erased => "erased",
            Self::ApproverMissing => "approver-missing",
            Self::Pruned { .. } => "archive-pruned",
            Self::SamePerson => "same-person",
        }
    }

    /// Whether the records or the machine are at fault, and not what was asked.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Credential { error, .. } => error.is_fault(),
            Self::Store(_)
            | Self::Locked
            | Self::TooNew
            | Self::NotOurs
            | Self::SubjectKeyMissing
            | Self::Damaged
            | Self::DamagedFile { .. }
            | Self::Random(_) => true,
            _ => false,
        }
    }

    /// What the person can do now.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Store(_) => {
                "Check the disk and the rights of the files in your home, then try again."
            }
            Self::Locked => "Wait until the other command has ended, then try again.",
            Self::TooNew => "Use the version that wrote them.",
            Self::NotOurs => "Use the home, or the backup, that these records were made with.",
            Self::SubjectKeyMissing => {
                "Bring back subject-keys.db. Without it, file the person under another name, with keys that are new: what the old keys hold goes on, and can be revoked by its number."
            }
            Self::Damaged => "Put back a copy of the file, if you have one that holds.",
            Self::DamagedFile { file } => match file.as_str() {
                "platform.db" => {
                    "Put back a copy. Without one, move platform.db away: what it knew of used answers and older lists is gone then."
                }
                "subject-keys.db" => {
                    "Put back a copy. Without one, move subject-keys.db away: revoking and publishing go on, the names in the records stay closed."
                }
                _ => {
                    "Put back the newest copy you have, and revoke anew what was revoked since, before anything else."
                }
            },
            Self::TooLarge => "Shorten it.",
            Self::Random(_) => "Try again; nothing was made or written.",
            Self::UnknownSubject => "`bonafide records list` shows whom you have records of.",
            Self::UnknownCredential => {
                "`bonafide records show ID` lists the credentials of one person."
            }
            Self::Credential { error, .. } => error.next_step(),
            Self::KeyOfAnother => "Ask for a proof with keys of this person's own.",
            Self::KeyReported { .. } => {
                "Issue nothing to it. Whoever proves it may be a thief: ask the person, by a way that you know, for a proof of new keys."
            }
            Self::NotIdentifiedAnew => {
                "Identify the person anew, as surely as the first time, then give --reidentified REF. While a key is still at hand, a kyc-identity presentation under it will do (--identity)."
            }
            Self::LessSure => {
                "Identify the person as surely as the first time, and say so in the claims (assurance.level; claims without it count as the lowest). Issue kyc-identity first: once the new key has it, the others need no --reidentified."
            }
            Self::NonceOfAnother => {
                "Give every person a nonce of their own (`bonafide nonce`), and ask for a new proof."
            }
            Self::IssuedBefore => {
                "To issue it anew, revoke it first, or give another day of assessment."
            }
            Self::Final => "Issue a new credential instead.",
            Self::TipsOff => {
                "Revoke it. Others can be suspended without it, by their numbers or with --type."
            }
            Self::Unchanged => {
                "There is nothing to do for it. Leave it out if others are to change."
            }
            Self::NoStatus => {
                "Issue with a status list from now on: `bonafide status set-url URL`."
            }
            Self::NotEnded => "End the relationship first: `bonafide records end ID --on DATE`.",
            Self::Retained { .. } => "Erase it after that day.",
            Self::Erased => "There is nothing left to do.",
            Self::ApproverMissing => "Give --approver with the name of a second person.",
            Self::Pruned { .. } => "Give the material that counted then (--bundle FILE).",
            Self::SamePerson => "Somebody else has to approve it.",
        }
    }
}

impl From<rusqlite::Error> for RecordsError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Damaged
            }
            _ => Self::Store(error),
        }
    }
}
