//! What an issuer and a platform have to remember, and what they must be able to forget.
//!
//! - [`Book`]: subjects, the credentials issued to them, delivered files, the log. [`SqliteBook`] keeps it in one
//!   file. Claims are not kept.
//! - Identifiers lie encrypted under a key of each subject. These keys are in a second file, [`SubjectKeys`],
//!   which belongs in no backup: when a key is destroyed there, what it sealed is gone from every copy.
//! - [`chain`]: the log's entries form a hash chain over what is stored of them, so it holds after an erasure.
//! - [`retention`]: until when a record must be kept.
//! - [`Platform`] and [`Archive`]: which questions were answered, which trust material was the newest, what time
//!   has certainly passed. [`SqlitePlatform`] keeps it in a file of its own.
//!
//! The crate reads no clock and no environment. Its master key, the randomness and the time are arguments.
#![forbid(unsafe_code)]

mod book;
pub mod chain;
mod credentials;
mod database;
mod error;
mod issuing;
mod keys;
mod log;
mod platform;
pub mod retention;
mod row_index;
mod settings;
mod sqlite;
mod subjects;
mod values;
mod vault;

pub use book::{Book, Credentials, Issuing, Log, Settings, Subjects};
pub use error::RecordsError;
pub use issuing::LIST_LEN;
pub use keys::RecordsKey;
pub use platform::{
    Archive, ArchiveEntry, Archived, Decision, Extent, MAX_MATERIAL_LEN, NewMaterial, NonceMark,
    Noted, Platform, SqlitePlatform,
};
pub use row_index::{Mark, RowIndex};
pub use sqlite::SqliteBook;
pub use values::{
    Act, Actor, Before, Change, ChangeReason, CredentialState, Delivery, Identified,
    IssuedCredential, Level, NewCredential, NewDelivery, Slot, SubjectRecord,
};
pub use vault::SubjectKeys;
