//! What an issuer's records can do, whatever database keeps them.

use bonafide::clock::Timestamp;

use crate::RecordsError;
use crate::chain::{Entry, Head};

/// Who does something, and who approved it. Both names are what the organisation calls its people.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Who does it.
    pub operator: &'a str,
    /// The second person, where one is asked for.
    pub approver: Option<&'a str>,
}

/// Something done: by whom, and when. It becomes an entry of the log.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// By whom.
    pub actor: Actor<'a>,
    /// When.
    pub at: Timestamp,
}

/// A place in a status list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The list's number.
    pub list: i64,
    /// Its URI, as in the credential.
    pub uri: String,
    /// The index in it.
    pub index: u32,
}

/// A credential just signed.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// Its type's short name.
    pub kind: String,
    /// The day of the assessment, `YYYY-MM-DD`.
    pub assessed_on: String,
    /// The thumbprint of the holder's key (RFC 7638).
    pub key: String,
    /// 0 the first time; each re-issue of the same counts one more.
    pub reissue: u32,
    /// SHA-256 of the issuer-signed JWT.
    pub digest: [u8; 32],
    /// Its place in a status list, where it has one.
    pub slot: Option<Slot>,
    /// Valid from.
    pub from: Timestamp,
    /// Valid until.
    pub until: Timestamp,
    /// The issuer's own reference in it. Kept sealed.
    pub record_ref: Option<String>,
    /// How sure the issuer is of who the subject is.
    pub level: Level,
}

/// How sure an issuer is of who a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The claims say nothing of it.
    Unnamed = 0,
    /// `low`
    Low = 1,
    /// `substantial`
    Substantial = 2,
    /// `high`
    High = 3,
}

impl Level {
    /// The level of that word; [`Level::Unnamed`] for none.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("low") => Self::Low,
            Some("substantial") => Self::Substantial,
            Some("high") => Self::High,
            _ => Self::Unnamed,
        }
    }
}

/// How the issuer knows whose keys these are. The references are its own, and kept sealed in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identified {
    /// Nobody was identified: an identity issued on other grounds, which the issuer knows.
    Unsaid,
    /// The issuer identified the person itself.
    Here(String),
    /// The person presented an identity under one of the keys.
    Shown,
    /// The person lost the keys and was identified anew, as surely as before. What the other keys hold is revoked.
    Anew(String),
}

/// What one subject is handed in one file.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// What the issuer calls the subject. Kept sealed.
    pub external_id: String,
    /// Nonces answered, each with the thumbprint of the key that did.
    pub nonces: Vec<(String, String)>,
    /// The credentials.
    pub credentials: Vec<NewCredential>,
    /// How the issuer knows the subject.
    pub identified: Identified,
    /// Whether the file is encrypted for its holder.
    pub encrypted: bool,
    /// The bulk job it belongs to. Such a delivery counts as made once [`Issuing::placed`] was told.
    pub job: Option<i64>,
}

/// A delivery of a bulk job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Whether its file has got its final name.
    pub placed: bool,
}

/// Whether a credential stands (Token Status List §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialState {
    /// It stands.
    Valid,
    /// Revoked, for good.
    Invalid,
    /// Does not count at the moment.
    Suspended,
}

impl CredentialState {
    /// The value in a status list.
    pub fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
        }
    }

    pub(crate) fn from_value(value: u8) -> Option<Self> {
        [Self::Valid, Self::Invalid, Self::Suspended].into_iter().find(|one| one.value() == value)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "revoked",
            Self::Suspended => "suspended",
        }
    }
}

/// A credential that was issued before, for the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// How often it had been issued then.
    pub reissue: u32,
    /// Whether that one stands.
    pub state: CredentialState,
}

/// Why a credential's state is changed. Stays in the issuer's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the words say it
pub enum ChangeReason {
    KeyLost,
    KeyCompromised,
    Superseded,
    DataWrong,
    NoLongerQualifies,
    SubjectRequest,
    Deceased,
    IssuerError,
    Sanctions,
    Fraud,
}

impl ChangeReason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::KeyLost,
        Self::KeyCompromised,
        Self::Superseded,
        Self::DataWrong,
        Self::NoLongerQualifies,
        Self::SubjectRequest,
        Self::Deceased,
        Self::IssuerError,
        Self::Sanctions,
        Self::Fraud,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::KeyLost => "key-lost",
            Self::KeyCompromised => "key-compromised",
            Self::Superseded => "superseded",
            Self::DataWrong => "data-wrong",
            Self::NoLongerQualifies => "no-longer-qualifies",
            Self::SubjectRequest => "subject-request",
            Self::Deceased => "deceased",
            Self::IssuerError => "issuer-error",
            Self::Sanctions => "sanctions",
            Self::Fraud => "fraud",
        }
    }

    /// Whether a public "suspended" would tell the subject of a suspicion.
    pub fn is_suspicion(self) -> bool {
        matches!(self, Self::Sanctions | Self::Fraud)
    }
}

/// A change of state.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// To which state.
    pub to: CredentialState,
    /// Why.
    pub reason: ChangeReason,
}

/// What the records know of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRecord {
    /// Its number.
    pub id: i64,
    /// What the issuer calls it; `None` once it was erased, and where its key is missing.
    pub external_id: Option<String>,
    /// Whether it was erased.
    pub erased: bool,
    /// Since when there is a record.
    pub since: Timestamp,
    /// The day on which the relationship ended.
    pub ended: Option<String>,
    /// How many credentials were issued.
    pub credentials: u32,
}

/// What the records know of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCredential {
    /// Its number.
    pub id: i64,
    /// The subject's number.
    pub subject: i64,
    /// Its type's short name.
    pub kind: String,
    /// The day of the assessment, `YYYY-MM-DD`.
    pub assessed_on: String,
    /// The thumbprint of the holder's key.
    pub key: String,
    /// 0 the first time.
    pub reissue: u32,
    /// SHA-256 of the issuer-signed JWT.
    pub digest: [u8; 32],
    /// Its list and index, where it has a status.
    pub slot: Option<Slot>,
    /// When it was issued.
    pub issued: Timestamp,
    /// Valid until.
    pub until: Timestamp,
    /// Whether it stands.
    pub state: CredentialState,
}

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
