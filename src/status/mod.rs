//! Status list tokens: an issuer says, signed, which of its credentials still stand
//! (draft-ietf-oauth-status-list §5.1, §8.3).
//!
//! Which of several tokens for one list counts is not decided here, nor what a status means for a verdict.

mod bitstring;
mod error;
mod publication;
mod token;

pub use bitstring::{
    BitstringEntry, BitstringPublication, StatusCredential, StatusCredentialError,
    UnverifiedStatusCredential,
};
pub use error::StatusError;
pub use publication::Publication;
pub use token::{ExpectedStatus, StatusToken, UnverifiedStatusToken};

pub use crate::format::status_list::{Bits, Status, StatusList, StatusListError, StatusMeaning};

/// `typ` of a status list token (§5.1).
const TYP: &str = "statuslist+jwt";

/// Longest token read: the longest list, twice in base64.
pub const MAX_LEN: usize = 2 * 1024 * 1024;

/// The member of an answer in which a holder sends status list tokens along, as a list of texts.
pub const STAPLES: &str = "status_list_tokens";
