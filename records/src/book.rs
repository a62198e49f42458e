//! What an issuer's records can do, whatever database keeps them.

use bonafide::clock::Timestamp;

use crate::RecordsError;
use crate::chain::{Entry, Head};
use crate::values::{
    Act, Before, Change, CredentialState, Delivery, IssuedCredential, NewDelivery, Slot,
    SubjectRecord,
};

/// An issuer's records. Each change is one transaction with its entry in the log; after an error nothing was
/// changed.
pub trait Book: Settings + Subjects + Issuing + Credentials + Log {}

impl<T: Settings + Subjects + Issuing + Credentials + Log> Book for T {}

/// How an issuer works.
#[allow(clippy::missing_errors_doc)] // RecordsError, as everywhere here
pub trait Settings {
    /// The folder of the status lists' URIs, ending in `/`.
    fn status_url(&self) -> Result<Option<String>, RecordsError>;
    /// Sets it. Lists begun before keep their URI.
    fn set_status_url(&mut self, url: &str, act: &Act<'_>) -> Result<(), RecordsError>;
    /// The number that the first status list gets.
    fn first_list(&self) -> Result<i64, RecordsError>;
    /// Sets it, for lists of earlier records that may lie at the URIs of the first numbers.
    fn set_first_list(&mut self, number: i64, act: &Act<'_>) -> Result<(), RecordsError>;
    /// Whether these persons may change something: to be asked before long work, for every change asks it again.
    fn may_act(&self, act: &Act<'_>) -> Result<(), RecordsError>;
    /// Whether a second person must approve each change.
    fn needs_approver(&self) -> Result<bool, RecordsError>;
    /// Sets whether a second person must approve. To stop asking for one takes one.
    fn set_needs_approver(&mut self, needs: bool, act: &Act<'_>) -> Result<(), RecordsError>;
}

/// Those who hold credentials.
#[allow(clippy::missing_errors_doc)]
pub trait Subjects {
    /// The subject of that external id.
    fn subject(&self, external_id: &str) -> Result<Option<SubjectRecord>, RecordsError>;
    /// The number of the subject of that external id.
    fn subject_number(&self, external_id: &str) -> Result<Option<i64>, RecordsError>;
    /// The subject of that number.
    fn subject_of(&self, id: i64) -> Result<SubjectRecord, RecordsError>;
    /// All subjects, the oldest first.
    fn subjects(&self) -> Result<Vec<SubjectRecord>, RecordsError>;
    /// The number of the subject to whom a key belongs.
    fn key_owner(&self, key: &str) -> Result<Option<i64>, RecordsError>;
    /// Notes that a checked notice called a key lost or stolen: nothing more is issued to it. What was noted first stays.
    fn report(&mut self, key: &str, act: &Act<'_>) -> Result<(), RecordsError>;
    /// Since when a key is known as lost or stolen.
    fn reported(&self, key: &str) -> Result<Option<Timestamp>, RecordsError>;
    /// Whether a proof of these keys may bring new ones to a subject: one of them still holds a credential, or
    /// the subject has none yet.
    fn may_bring_keys(&self, subject: i64, keys: &[&str]) -> Result<bool, RecordsError>;
    /// The number of the subject who answered a nonce.
    fn nonce_owner(&self, nonce: &str) -> Result<Option<i64>, RecordsError>;
    /// The relationship ended on that day, `YYYY-MM-DD`.
    fn end(&mut self, external_id: &str, on: &str, act: &Act<'_>) -> Result<(), RecordsError>;
    /// Destroys a subject's key and its external id.
    fn erase(&mut self, external_id: &str, act: &Act<'_>) -> Result<(), RecordsError>;
}

/// Issuing, one at a time or in bulk.
#[allow(clippy::missing_errors_doc)]
pub trait Issuing {
    /// Places in a status list that nobody has, at random; none where no URL is set.
    fn free_slots(&mut self, count: usize, issuer: &str) -> Result<Vec<Slot>, RecordsError>;
    /// Records deliveries: all or none. Returns their numbers.
    fn issue(
        &mut self,
        deliveries: &[NewDelivery],
        act: &Act<'_>,
    ) -> Result<Vec<i64>, RecordsError>;
    /// The last re-issue of each credential of a subject, if it was issued. A credential is named by type, day of the
    /// assessment and key.
    fn issued_before(
        &self,
        external_id: &str,
        credentials: &[(&str, &str, &str)],
    ) -> Result<Vec<Option<Before>>, RecordsError>;
    /// A bulk job that was begun: its number, and the moment it began.
    fn job(&self, digest: &[u8; 32]) -> Result<Option<(i64, Timestamp)>, RecordsError>;
    /// Begins a bulk job and returns its number.
    fn begin_job(&mut self, digest: &[u8; 32], at: Timestamp) -> Result<i64, RecordsError>;
    /// What a job delivered to a subject.
    fn delivery(&self, job: i64, external_id: &str) -> Result<Option<Delivery>, RecordsError>;
    /// The files of these deliveries have got their final names.
    fn placed(&mut self, deliveries: &[i64]) -> Result<(), RecordsError>;
}

/// Credentials that were issued.
#[allow(clippy::missing_errors_doc)]
pub trait Credentials {
    /// The credential of that number.
    fn credential(&self, id: i64) -> Result<IssuedCredential, RecordsError>;
    /// All credentials of a subject, the oldest first.
    fn credentials_of(&self, subject: i64) -> Result<Vec<IssuedCredential>, RecordsError>;
    /// All valid credentials that end in that time, the first to end first.
    fn ending(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<IssuedCredential>, RecordsError>;
    /// Changes the state of credentials: all or none.
    fn change(
        &mut self,
        credentials: &[i64],
        change: Change,
        act: &Act<'_>,
    ) -> Result<(), RecordsError>;
    /// All lists: number and URI.
    fn lists(&self) -> Result<Vec<(i64, String)>, RecordsError>;
    /// The DID as which the credentials of a list were issued, where that was noted.
    fn list_issuer(&self, list: i64) -> Result<Option<String>, RecordsError>;
    /// Index and state of every credential of a list that is not valid, by index.
    fn not_valid(&self, list: i64) -> Result<Vec<(u32, CredentialState)>, RecordsError>;
    /// Takes over that these places of a list were published as revoked: they stay so, whatever these records knew.
    fn revoked_before(
        &mut self,
        list: i64,
        places: &[u32],
        act: &Act<'_>,
    ) -> Result<(), RecordsError>;
}

/// The log of all that was done.
#[allow(clippy::missing_errors_doc)]
pub trait Log {
    /// Notes something done that changes nothing else, such as a publication.
    fn note(&mut self, kind: &str, detail: &str, act: &Act<'_>) -> Result<(), RecordsError>;
    /// Goes through the log from its first entry, as long as `see` says true.
    fn entries(&self, see: &mut dyn FnMut(Entry) -> bool) -> Result<(), RecordsError>;
    /// The entries about a subject, the oldest first.
    fn entries_about(&self, subject: i64) -> Result<Vec<Entry>, RecordsError>;
    /// The last entry of a kind.
    fn latest(&self, kind: &str) -> Result<Option<Entry>, RecordsError>;
    /// What a sealed detail says; `None` once its subject was erased.
    fn detail(&self, entry: &Entry) -> Result<Option<String>, RecordsError>;
    /// The last entry's number and hash.
    fn head(&self) -> Result<Option<Head>, RecordsError>;
    /// All signed heads, the oldest first: the day each was signed, and the token.
    fn signed_heads(&self) -> Result<Vec<(String, String)>, RecordsError>;
    /// Keeps a signed head.
    fn keep_head(&mut self, day: &str, token: &str) -> Result<(), RecordsError>;
}
