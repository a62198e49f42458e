//! What a jurisdiction document says (docs/jurisdiction.md). Plain data: whoever holds one has written it or read it,
//! and it proves nothing.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use super::error::JurisdictionError;
use super::governance::Governance;
use super::jurisdiction::MAX_LEN;
use super::read;
use crate::calendar::{Day, Period};
use crate::did::Did;
use crate::key::PublicKey;

/// `typ` of the payload: the format and its version.
pub const FORMAT: &str = "jurisdiction/1";

/// Days for which a key that was retired in order still counts, where the document does not say.
pub const DEFAULT_GRACE_DAYS: u16 = 90;

/// The weight of an approval that names none: as much as a policy can demand of one issuer.
pub const DEFAULT_WEIGHT: u16 = 100;

/// Who may attest what, and when, by those who govern a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its name, the same in every document of the sequence.
    pub id: String,
    /// 1 for the first, one more for every next.
    pub seq: u64,
    /// Digest of the payload before; `None` for the first.
    #[serde(serialize_with = "super::digest::as_text")]
    pub prev: Option<[u8; 32]>,
    /// The day it was issued.
    pub issued: Day,
    /// The day by which the next one is promised.
    pub next_update: Day,
    /// The last day on which it counts.
    pub expires: Day,
    /// Days for which a key that was retired in order still counts for what it signed.
    pub grace_days: u16,
    /// Who signs.
    pub governance: Governance,
    /// What can be attested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Who attests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validators: Vec<Validator>,
    /// Other jurisdictions that are believed for some attributes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secondary: Vec<Secondary>,
}

/// Something that can be attested: the types of credentials that attest it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Its name within the jurisdiction.
    pub id: String,
    /// The `vct` of the credentials.
    pub vct: Vec<String>,
    /// Whether it counts.
    pub status: AttributeStatus,
}

/// Whether an attribute counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeStatus {
    /// It does.
    Active,
    /// Nobody is approved for it, whatever the approvals say.
    Withdrawn,
}

/// An issuer, and what it is approved for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Validator {
    /// The issuer, compared byte by byte.
    #[serde(serialize_with = "as_text")]
    pub did: Did,
    /// Whom it belongs to: issuers of one group are one voice. Without it, itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it is, by law or trade.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Where there are any, no other key of its DID counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<ListedKey>,
    /// Least version of its did:webvh log: an older copy of the log says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_log_version: Option<u32>,
    /// Who else may sign status lists for it.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "all_as_text")]
    pub status_signers: Vec<Did>,
    /// What it may attest, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Grant>,
}

/// A key of a validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedKey {
    /// The fragment of its DID URL, without `#`.
    #[serde(rename = "kid", serialize_with = "with_hash")]
    pub fragment: String,
    /// The key.
    #[serde(rename = "jwk", serialize_with = "super::governance::as_jwk")]
    pub key: PublicKey,
    /// The days on which it signs.
    #[serde(flatten)]
    pub window: Window,
    /// Somebody else may have it: it counts for nothing, at any date.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub compromised: bool,
}

/// An approval of a validator for an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// The attribute's name.
    #[serde(rename = "attr")]
    pub attribute: String,
    /// The days on which what it attests begins to be valid (`nbf`).
    #[serde(flatten)]
    pub window: Window,
    /// How much it counts where a policy demands several issuers.
    pub weight: u16,
    /// The longest life of a credential, from `nbf` to `exp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_validity: Option<Period>,
    /// What becomes of issued credentials when the window has ended.
    pub on_end: OnEnd,
}

/// What becomes of issued credentials when an approval has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OnEnd {
    /// They stand until their own end: the issuer left in order.
    Grandfather,
    /// None stands: the issuer is not believed any more, and could have backdated.
    Invalidate,
}

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The last day; `None` for no end.
    pub until: Option<Day>,
}

impl Window {
    /// Whether the day lies in it.
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && !self.has_ended(day)
    }

    /// Whether its last day lies before `day`.
    pub fn has_ended(&self, day: Day) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    /// Whether they have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.has_ended(other.from) && !other.has_ended(self.from)
    }
}

/// Another jurisdiction, believed for some attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Secondary {
    /// Its id.
    pub id: String,
    /// For which attributes, by their names there.
    #[serde(rename = "attrs")]
    pub attributes: Vec<String>,
    /// How many jurisdictions deep: 1 for itself alone, 2 for those that it believes too.
    pub depth: u8,
}

#[derive(Serialize)]
struct Payload<'a> {
    typ: &'a str,
    #[serde(flatten)]
    document: &'a Document,
}

impl Document {
    /// Reads the JSON of a payload, by every rule for it.
    ///
    /// # Errors
    /// [`JurisdictionError`].
    pub fn parse(json: &[u8]) -> Result<Self, JurisdictionError> {
        read::document(json, MAX_LEN)
    }

    /// As JSON, members in the order of docs/jurisdiction.md: the payload.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Payload { typ: FORMAT, document: self }).unwrap_or_default()
    }

    /// The validator of that DID.
    pub fn validator(&self, did: &Did) -> Option<&Validator> {
        self.validators.iter().find(|validator| validator.did == *did)
    }
}

fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn all_as_text<S: Serializer>(values: &[Did], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(Did::as_str))
}

fn with_hash<S: Serializer>(fragment: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("#{fragment}"))
}
