//! `qualified-purchaser`: why an investor is a qualified purchaser under the US Investment Company Act.

use std::sync::LazyLock;

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::flags::{self, QUALIFIED_PURCHASER, Subject, TRUSTEE_AND_SETTLORS};
use crate::sensitivity::Sensitivity::Status;
use crate::table::{Days, Field, Kind, Table, documents};
use crate::thresholds::{self, Thresholds, text};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "qualified-purchaser",
    vct: QualifiedPurchaser::VCT,
    title: "Qualified purchaser",
    days: Days { default: 90, longest: 92 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: Some(&FLAGS),
    rule: Some(flags_fit_kind),
    documents: documents!("qualified-purchaser"),
};

static FIELDS: &[Field] = &[
    Field::new("subject_kind", "Kind of purchaser", Kind::OneOf(KINDS), Status).mandatory(),
    Field::new("basis", "Legal basis", Kind::List(4, &Kind::Text(64)), Status),
    Field::new(NOT_FORMED, "Not formed to buy the securities", Kind::Flag, Status),
];

const NOT_FORMED: &str = "not_formed_for_purpose";

/// The clauses of §2(a)(51)(A), in their order.
const KINDS: &[&str] = &["person", "family-company", "trust", "entity"];

static FLAGS: LazyLock<Vec<Field>> = LazyLock::new(|| flags::fields(&["us-qp"], |_| true));

/// There is a flag, it fits the kind of purchaser, and a purchaser that was formed by others was not
/// formed to buy the securities, unless all its owners are qualified (17 CFR 270.2a51-3).
fn flags_fit_kind(claims: &Map<String, Value>, _today: &str) -> Vec<ClaimError> {
    let mut errors = thresholds::fit(claims, &FLAGS, &QUALIFIED_PURCHASER, "subject_kind", false);
    let Some(kind) = text(claims, "subject_kind") else {
        return errors;
    };
    let passed = |name: &str| claims.contains_key(name);
    for flag in QUALIFIED_PURCHASER.flags.iter().filter(|flag| passed(flag.name)) {
        let of_person = kind == "person" && flag.subject == Subject::Entity;
        let of_trust = flag.name == TRUSTEE_AND_SETTLORS && kind != "trust";
        if of_person || of_trust {
            errors.push(ClaimError::new(flag.name, Problem::Contradicts { other: "subject_kind" }));
        }
    }
    let told = errors.iter().any(|error| matches!(error.problem, Problem::Needs { .. }));
    if kind != "person" && !passed(NOT_FORMED) && !passed("all_owners_qp") && !told {
        errors.push(ClaimError::new("subject_kind", Problem::Needs { claim: NOT_FORMED }));
    }
    errors
}

/// The claims of a `qualified-purchaser` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualifiedPurchaser {
    /// `person`, `family-company`, `trust` or `entity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_kind: Option<String>,
    /// The clauses of the law relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Vec<String>>,
    /// Not formed to buy the securities offered. Always true where issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_formed_for_purpose: Option<bool>,
    /// The thresholds passed. One that is missing was not passed, or not disclosed.
    #[serde(flatten)]
    pub flags: Thresholds,
}

impl CredentialType for QualifiedPurchaser {
    const VCT: &'static str = "urn:bonafide:qualified-purchaser:1";
}
