//! W3C status lists: a credential whose subject is a bitstring (Bitstring Status List 1.0 §2, §3.2), secured with
//! eddsa-jcs-2022.

use crate::clock::Timestamp;
use crate::did::{self, Did, DidError, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{Json, Object};
use crate::format::bitstring::{self, Bitstring, BitstringError};
use crate::format::data_integrity::{ExpectedProof, ProofError, ProofOptions, SecuredDocument};
use crate::key::PublicKey;

/// The context of every credential (VCDM 2.0 §4.3).
const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

/// Longest status list credential read.
pub const MAX_LEN: usize = 2 * 1024 * 1024;

/// Why a status list credential, or an entry, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusCredentialError {
    /// The credential's proof, or its JSON.
    #[error("the status list credential was refused: {0}")]
    Proof(#[from] ProofError),
    /// A member is missing or of the wrong kind; it is named.
    #[error("the member {0} is missing or malformed")]
    Malformed(&'static str),
    /// The key of its issuer.
    #[error("the key of the status list credential was refused: {0}")]
    Did(#[from] DidError),
    /// Issued by another than those who may speak for this list.
    #[error("the status list credential is by another issuer")]
    OtherIssuer,
    /// It is another list than the entry names, or for another purpose (§3.2).
    #[error("the status list credential is another list, or for another purpose")]
    OtherList,
    /// It has ended.
    #[error("the status list credential has expired")]
    Expired,
    /// It has not begun.
    #[error("the status list credential has not begun; check the clocks")]
    NotYetValid,
    /// The bitstring in it.
    #[error(transparent)]
    List(#[from] BitstringError),
}

impl StatusCredentialError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Proof(error) => error.code(),
            Self::Malformed(_) => "malformed",
            Self::Did(error) => error.code(),
            Self::OtherIssuer => "issuer-key-mismatch",
            Self::OtherList => "status-other-list",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::List(error) => error.code(),
        }
    }
}

impl From<EncodingError> for StatusCredentialError {
    fn from(error: EncodingError) -> Self {
        Self::Proof(error.into())
    }
}

type Result<T> = std::result::Result<T, StatusCredentialError>;

/// Where a credential's status is found: a `BitstringStatusListEntry` (§2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitstringEntry {
    /// `statusListCredential`: the list.
    pub list: String,
    /// `statusPurpose`: `revocation`, `suspension`, …
    pub purpose: String,
    /// `statusListIndex`
    pub index: u64,
    /// `statusSize`, in bits.
    pub size: u8,
}

impl BitstringEntry {
    /// Reads an entry of `credentialStatus`.
    ///
    /// # Errors
    /// [`StatusCredentialError::Malformed`], also for a size of more than 8 bits and where the messages are not as many
    /// as the values.
    pub fn read(entry: &Object<'_>) -> Result<Self> {
        let bad = StatusCredentialError::Malformed;
        let text = |name| entry.get_str(name).filter(|text| !text.is_empty()).ok_or(bad(name));
        if text("type")? != "BitstringStatusListEntry" {
            return Err(bad("type"));
        }
        let index = text("statusListIndex")?;
        let decimal = index.bytes().all(|b| b.is_ascii_digit()) && !index.starts_with("00");
        let index = index.parse().ok().filter(|_| decimal).ok_or(bad("statusListIndex"))?;
        let size = match entry.get("statusSize") {
            None => 1,
            Some(size) => size
                .as_i64()
                .and_then(|size| u8::try_from(size).ok())
                .filter(|size| (1..=bitstring::MAX_SIZE).contains(size))
                .ok_or(bad("statusSize"))?,
        };
        let fits = |messages: &[Json<'_>]| messages.len() == 1 << size;
        let counted = match entry.get("statusMessage") {
            None => size == 1,
            Some(messages) => messages.as_array().is_some_and(fits),
        };
        if !counted {
            return Err(bad("statusMessage"));
        }
        let (list, purpose) = (text("statusListCredential")?, text("statusPurpose")?);
        Ok(Self { list: list.to_owned(), purpose: purpose.to_owned(), index, size })
    }
}

/// What a status list credential says besides the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    id: String,
    issuer: Did,
    purposes: Vec<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

/// A status list credential as received: its form is read, its proof is not checked and the list not unpacked.
#[derive(Debug)]
pub struct UnverifiedStatusCredential<'a> {
    document: SecuredDocument<'a>,
    said: Said,
    encoded: String,
}

impl<'a> UnverifiedStatusCredential<'a> {
    /// Reads the members of §2.2. `id` is demanded, though the specification leaves it out at will: without it one list
    /// of an issuer could stand for another.
    ///
    /// # Errors
    /// [`StatusCredentialError`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let document = SecuredDocument::parse(bytes, MAX_LEN)?;
        let (said, encoded) = read(document.document())?;
        Ok(Self { document, said, encoded })
    }

    /// The list that it claims to be; for finding it, never for use.
    pub fn claimed_id(&self) -> &str {
        &self.said.id
    }

    /// Whether it is the list that `entry` names, by one of `issuers`, whose proof holds, and in force (§3.2). For
    /// issuers that carry their own key (did:key, did:jwk).
    ///
    /// # Errors
    /// [`StatusCredentialError`].
    pub fn verify(
        self,
        entry: &BitstringEntry,
        issuers: &[Did],
        now: Timestamp,
    ) -> Result<StatusCredential> {
        if !issuers.contains(&self.said.issuer) {
            return Err(StatusCredentialError::OtherIssuer);
        }
        let document = did::document(&self.said.issuer)?;
        self.verify_with(entry, now, |method| {
            Ok(document.key(method, Relationship::AssertionMethod)?.clone())
        })
    }

    /// Likewise, with the keys of its issuer found by the caller.
    fn verify_with(
        self,
        entry: &BitstringEntry,
        now: Timestamp,
        key: impl Fn(&did::DidUrl) -> Result<PublicKey>,
    ) -> Result<StatusCredential> {
        for proof in self.document.proofs()? {
            let method = proof.verification_method();
            if *method.did() != self.said.issuer {
                return Err(StatusCredentialError::OtherIssuer);
            }
            let expected = ExpectedProof::of("assertionMethod");
            self.document.verify(&proof, &key(method)?, &expected, now)?;
        }
        if self.said.id != entry.list || !self.said.purposes.contains(&entry.purpose) {
            return Err(StatusCredentialError::OtherList);
        }
        if self.said.from.is_some_and(|from| now < from) {
            return Err(StatusCredentialError::NotYetValid);
        }
        if self.said.until.is_some_and(|until| until < now) {
            return Err(StatusCredentialError::Expired);
        }
        let list = Bitstring::decode(&self.encoded)?;
        list.get(0, entry.size)?; // long enough (§3.2)
        Ok(StatusCredential { said: self.said, list })
    }
}

/// A status list of an issuer, whole and in force. Made only by [`UnverifiedStatusCredential::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCredential {
    said: Said,
    list: Bitstring,
}

impl StatusCredential {
    /// Who issued it.
    pub fn issuer(&self) -> &Did {
        &self.said.issuer
    }

    /// When it began, where it says so.
    pub fn valid_from(&self) -> Option<Timestamp> {
        self.said.from
    }

    /// The value of that entry; 0 stands.
    ///
    /// # Errors
    /// [`BitstringError::OutOfBounds`]; [`StatusCredentialError::OtherList`] for an entry of another list.
    pub fn status(&self, entry: &BitstringEntry) -> Result<u8> {
        if self.said.id != entry.list || !self.said.purposes.contains(&entry.purpose) {
            return Err(StatusCredentialError::OtherList);
        }
        Ok(self.list.get(entry.index, entry.size)?)
    }
}

/// What is to be published, signed by its issuer.
#[derive(Clone, Debug)]
pub struct BitstringPublication<'a> {
    /// Where it is found: `id`.
    pub id: &'a str,
    /// What the bits say.
    pub purpose: &'a str,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl BitstringPublication<'_> {
    /// Signs the credential (§3.1). The issuer's key must be Ed25519.
    ///
    /// # Errors
    /// [`StatusCredentialError`]; nothing was issued.
    pub fn issue(&self, list: &Bitstring, issuer: &did::Identity<'_>) -> Result<String> {
        let text = |text: &str| Json::String(text.to_owned().into());
        let texts = |all: &[&str]| Json::Array(all.iter().map(|one| text(one)).collect());
        let object = |members: Vec<(&'static str, Json<'static>)>| {
            let mut object = Object::default();
            for (name, value) in members {
                let _free = object.insert(name.into(), value);
            }
            object
        };
        let subject = object(vec![
            ("id", text(&format!("{}#list", self.id))),
            ("type", text("BitstringStatusList")),
            ("statusPurpose", text(self.purpose)),
            ("encodedList", text(&list.encode()?)),
        ]);
        let mut members = vec![
            ("@context", texts(&[CONTEXT])),
            ("id", text(self.id)),
            ("type", texts(&["VerifiableCredential", "BitstringStatusListCredential"])),
            ("issuer", text(issuer.did().as_str())),
            ("validFrom", text(&self.from.to_string())),
        ];
        members.extend(self.until.map(|until| ("validUntil", text(&until.to_string()))));
        members.push(("credentialSubject", Json::Object(subject)));
        let mut document = SecuredDocument::unsecured(object(members));
        let (purpose, created) = ("assertionMethod".to_owned(), Some(self.from));
        document.add_proof(&ProofOptions { purpose, created, ..Default::default() }, issuer)?;
        Ok(Json::Object(document.into_object()).to_value().to_string())
    }
}

/// The members of §2.2 and of every credential.
fn read(document: &Object<'_>) -> Result<(Said, String)> {
    let bad = StatusCredentialError::Malformed;
    let context = document.get("@context").and_then(Json::as_array).unwrap_or_default();
    if context.first().and_then(Json::as_str) != Some(CONTEXT) {
        return Err(bad("@context"));
    }
    let types = strings(document.get("type")).ok_or(bad("type"))?;
    let has = |name: &str| types.iter().any(|one| one == name);
    if !has("VerifiableCredential") || !has("BitstringStatusListCredential") {
        return Err(bad("type"));
    }
    let issuer = match document.get("issuer") {
        Some(Json::Object(issuer)) => issuer.get_str("id"),
        issuer => issuer.and_then(Json::as_str),
    };
    let subject = document.get("credentialSubject").and_then(Json::as_object);
    let subject = subject.ok_or(bad("credentialSubject"))?;
    let kinds = strings(subject.get("type")).unwrap_or_default();
    if !kinds.iter().any(|kind| kind == "BitstringStatusList") {
        return Err(bad("credentialSubject.type"));
    }
    if subject.get("ttl").is_some_and(|ttl| ttl.as_i64().is_none_or(|ttl| ttl < 0)) {
        return Err(bad("ttl"));
    }
    let purposes = strings(subject.get("statusPurpose")).filter(|purposes| !purposes.is_empty());
    let said = Said {
        id: document.get_str("id").ok_or(bad("id"))?.to_owned(),
        issuer: Did::parse(issuer.ok_or(bad("issuer"))?)?,
        purposes: purposes.ok_or(bad("statusPurpose"))?,
        from: moment(document, "validFrom")?,
        until: moment(document, "validUntil")?,
    };
    let encoded = subject.get_str("encodedList").ok_or(bad("encodedList"))?;
    Ok((said, encoded.to_owned()))
}

/// A text, or a list of texts.
fn strings(json: Option<&Json<'_>>) -> Option<Vec<String>> {
    match json? {
        Json::String(text) => Some(vec![text.to_string()]),
        Json::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// A `dateTimeStamp`; without a zone it is UTC (VCDM 2.0 §4.9).
fn moment(document: &Object<'_>, name: &'static str) -> Result<Option<Timestamp>> {
    let Some(json) = document.get(name) else {
        return Ok(None);
    };
    let text = json.as_str().filter(|text| text.contains('T'));
    let read =
        |text: &str| Timestamp::parse(text).or_else(|_| Timestamp::parse(&format!("{text}Z")));
    let time = text.and_then(|text| read(text).ok());
    Ok(Some(time.ok_or(StatusCredentialError::Malformed(name))?))
}
