//! The form in which a credential type is written down once. Type metadata, the checks of a claims
//! file and the padding all follow from it.

use serde_json::{Map, Value};

use crate::errors::ClaimError;

/// What is wrong between claims that are each in order, given today's date.
pub(crate) type Rule = fn(&Map<String, Value>, &str) -> Vec<ClaimError>;

/// A credential type.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its short name.
    pub name: &'static str,
    /// Its `vct`: `urn:bonafide:` name `:` major version.
    pub vct: &'static str,
    /// Its English name for people.
    pub title: &'static str,
    /// How long a credential of it counts.
    pub days: Days,
    /// Claim, value and the shorter validity they bring.
    pub shorter: Option<(&'static str, &'static str, Days)>,
    /// Object and member that hold the last day on which the credential may count.
    pub ends_with: Option<(&'static str, &'static str)>,
    /// Its own claims.
    pub fields: &'static [Field],
    /// What else must hold between its claims.
    pub rule: Option<Rule>,
    /// The committed type metadata.
    pub document: &'static [u8],
}

/// Validity in days: what is usual, and the longest allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    pub default: u32,
    pub longest: u32,
}

/// A claim, or a member of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name in the credential.
    pub name: &'static str,
    /// Its English name for people.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there; for a member, whether it must be there when its object is.
    pub mandatory: bool,
}

/// What a claim holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text of at most so many characters.
    Text(usize),
    /// An e-mail address.
    Email,
    /// A telephone number in the form of E.164.
    Phone,
    /// A date from 1900 on that is not in the future.
    PastDate,
    /// A date that has not passed.
    ComingDate,
    /// A year from 1900 on that is not in the future.
    Year,
    /// An ISO 3166-1 alpha-2 code.
    Country,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A test that was passed. Issued only when true.
    Flag,
    /// A flag that means something under these regimes only.
    Threshold(&'static [&'static str]),
    /// An object of plain members, each of which can be hidden.
    Object(&'static [Field]),
    /// A list of at most so many different elements, each of which can be hidden.
    List(usize, &'static Kind),
}

impl Field {
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, kind, mandatory: false }
    }

    pub(crate) const fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }

    /// Whether a holder can hide it.
    pub(crate) fn is_hideable(&self) -> bool {
        self.name != ASSESSED_ON
    }
}

impl Table {
    /// All claims: the shared ones and its own.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = &'static Field> + Clone + use<> {
        ENVELOPE.iter().chain(self.fields)
    }
}

/// The one claim that is always visible.
pub(crate) const ASSESSED_ON: &str = "assessed_on";

/// What the issuer looked at.
pub(crate) static EVIDENCE: Field =
    Field::new("evidence", "Evidence", Kind::List(4, &Kind::Object(EVIDENCE_MEMBERS)));

/// The claims all types share.
static ENVELOPE: &[Field] = &[
    Field::new(ASSESSED_ON, "Assessed on", Kind::PastDate).mandatory(),
    Field::new("sub", "Holder", Kind::Text(1024)),
    Field::new("process", "Procedure", Kind::Text(200)),
    Field::new("assurance", "Assurance", Kind::Object(ASSURANCE_MEMBERS)),
    Field::new("record_ref", "Issuer's record", Kind::Text(100)),
    EVIDENCE,
];

const ASSURANCE_MEMBERS: &[Field] = &[
    Field::new("framework", "Framework", Kind::Text(64)),
    Field::new("level", "Level", Kind::OneOf(&["low", "substantial", "high"])).mandatory(),
];

const EVIDENCE_MEMBERS: &[Field] = &[
    Field::new("type", "Kind", Kind::OneOf(EVIDENCE_TYPES)).mandatory(),
    Field::new("method", "Method", Kind::Text(64)),
    Field::new("digest", "Digest", Kind::Text(128)),
    Field::new("as_of", "As of", Kind::PastDate),
];

const EVIDENCE_TYPES: &[&str] = &["document", "electronic_record", "vouch", "electronic_signature"];

/// Names that issuing sets, or that the format keeps for itself.
pub(crate) const RESERVED: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "iat",
    "nbf",
    "exp",
    "jti",
    "cnf",
    "status",
    "vct",
    "vct#integrity",
    "aka_vcts",
    "_sd",
    "_sd_alg",
    "...",
];
