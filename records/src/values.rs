//! What goes into an issuer's records, and what they give back.

use bonafide::clock::Timestamp;

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
    /// The bulk job it belongs to. Such a delivery counts as made once [`crate::Issuing::placed`] was told.
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
