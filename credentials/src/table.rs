//! The form in which a credential type is written down once. Type metadata, the checks of a claims
//! file and the padding all follow from it.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::errors::ClaimError;
use crate::formats::Format;
use crate::sensitivity::Sensitivity::{self, Identifying, Personal, Procedure};

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
    /// Whether a holder can hide its claims.
    pub hideable: bool,
    /// Its own claims.
    pub fields: &'static [Field],
    /// The threshold flags of the registry among its claims.
    pub thresholds: Option<&'static LazyLock<Vec<Field>>>,
    /// What else must hold between its claims.
    pub rule: Option<Rule>,
    /// The committed documents.
    pub documents: Documents,
}

/// The documents of a type, as committed.
#[derive(Debug)]
pub(crate) struct Documents {
    /// SD-JWT VC Type Metadata.
    pub metadata: &'static str,
    /// JSON Schema of everything that is issued.
    pub schema: &'static str,
    /// JSON Schema of what a holder may show of it.
    pub disclosed: &'static str,
}

/// The documents of the type of that name.
macro_rules! documents {
    ($name:literal) => {
        $crate::table::Documents {
            metadata: include_str!(concat!("../data/", $name, ".json")),
            schema: include_str!(concat!("../data/", $name, ".schema.json")),
            disclosed: include_str!(concat!("../data/", $name, ".disclosed.schema.json")),
        }
    };
}
pub(crate) use documents;

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
    /// How much it tells.
    pub sensitivity: Sensitivity,
    /// Whether it must be there; for a member, whether it must be there when its object is.
    pub mandatory: bool,
}

/// What a claim holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// One line of text of at most so many characters.
    Text(usize),
    /// Lines of text of at most so many characters together.
    Lines(usize),
    /// A whole number within these bounds.
    Integer(i64, i64),
    /// Text in a form that another standard defines.
    Formatted(&'static Format),
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
    /// A flag of the registry, which means something under its regimes only.
    Threshold,
    /// An object of plain members, each of which can be hidden.
    Object(&'static [Field]),
    /// A list of at most so many different elements, each of which can be hidden.
    List(usize, &'static Kind),
}

impl Field {
    pub(crate) const fn new(
        name: &'static str,
        label: &'static str,
        kind: Kind,
        sensitivity: Sensitivity,
    ) -> Self {
        Self { name, label, kind, sensitivity, mandatory: false }
    }

    pub(crate) const fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }
}

impl Table {
    /// All claims: the shared ones, its own and the threshold flags.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = &'static Field> + Clone + use<> {
        let thresholds = self.thresholds.map_or(&[][..], |flags| flags.as_slice());
        ENVELOPE.iter().chain(self.fields).chain(thresholds)
    }

    /// Whether a holder can hide a claim of this type.
    pub(crate) fn can_hide(&self, field: &Field) -> bool {
        self.hideable && field.name != ASSESSED_ON
    }
}

/// The claim of ours that is visible in every type.
pub(crate) const ASSESSED_ON: &str = "assessed_on";

/// What the issuer looked at.
pub(crate) static EVIDENCE: Field =
    Field::new("evidence", "Evidence", Kind::List(4, &Kind::Object(EVIDENCE_MEMBERS)), Identifying);

/// The claims all types share.
static ENVELOPE: &[Field] = &[
    Field::new(ASSESSED_ON, "Assessed on", Kind::PastDate, Procedure).mandatory(),
    Field::new("sub", "Holder", Kind::Text(1024), Identifying),
    Field::new("process", "Procedure", Kind::Text(200), Procedure),
    Field::new("assurance", "Assurance", Kind::Object(ASSURANCE_MEMBERS), Procedure),
    Field::new("record_ref", "Issuer's record", Kind::Text(100), Identifying),
    EVIDENCE,
];

const ASSURANCE_MEMBERS: &[Field] = &[
    Field::new("framework", "Framework", Kind::Text(64), Procedure),
    Field::new("level", "Level", Kind::OneOf(&["low", "substantial", "high"]), Procedure)
        .mandatory(),
];

const EVIDENCE_MEMBERS: &[Field] = &[
    Field::new("type", "Kind", Kind::OneOf(EVIDENCE_TYPES), Procedure).mandatory(),
    Field::new("method", "Method", Kind::Text(64), Procedure),
    Field::new("digest", "Digest", Kind::Text(128), Identifying),
    Field::new("as_of", "As of", Kind::PastDate, Personal),
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
