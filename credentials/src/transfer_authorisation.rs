//! `transfer-authorisation`: one transfer that was checked and allowed. It is used once, and nothing in
//! it is hidden: whoever carries the transfer out has to see all of it.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};

use crate::formats::{AMOUNT, DIGEST, PARTY};
use crate::security::{self, SECURITY, Security};
use crate::sensitivity::Sensitivity::{Identifying, Personal, Procedure};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "transfer-authorisation",
    vct: TransferAuthorisation::VCT,
    title: "Transfer authorisation",
    days: Days { default: 1, longest: 1 },
    shorter: None,
    ends_with: None,
    hideable: false,
    fields: FIELDS,
    thresholds: None,
    rule: Some(|claims, _| security::id_fits_type(claims).into_iter().collect()),
    documents: documents!("transfer-authorisation"),
};

#[rustfmt::skip]
static FIELDS: &[Field] = &[
    Field::new("security", "Security", Kind::Object(SECURITY), Personal).mandatory(),
    Field::new("from", "From", Kind::Formatted(&PARTY), Identifying).mandatory(),
    Field::new("to", "To", Kind::Formatted(&PARTY), Identifying).mandatory(),
    Field::new("max_quantity", "At most", Kind::Formatted(&AMOUNT), Personal).mandatory(),
    Field::new("decision_id", "Decision", Kind::Text(64), Identifying).mandatory(),
    Field::new("code", "Code of the decision", ALLOWED, Procedure).mandatory(),
    Field::new("rules_digest", "Digest of the rules", Kind::Formatted(&DIGEST), Procedure).mandatory(),
    Field::new("receipt_digests", "Digests of receipts", RECEIPTS, Identifying),
];

/// A decision that refuses authorises nothing.
const ALLOWED: Kind = Kind::Integer(0, 0);

const RECEIPTS: Kind = Kind::List(8, &Kind::Formatted(&DIGEST));

/// The claims of a `transfer-authorisation` credential. All are visible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferAuthorisation {
    /// The security.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// Who transfers: a CAIP-10 account or a DID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who receives: a CAIP-10 account or a DID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How much at most, a decimal amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_quantity: Option<String>,
    /// The decision it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<String>,
    /// The code of the decision; 0, allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
    /// SHA-256 of the rules applied, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_digest: Option<String>,
    /// SHA-256 of the receipts relied on, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_digests: Option<Vec<String>>,
}

impl CredentialType for TransferAuthorisation {
    const VCT: &'static str = "urn:bonafide:transfer-authorisation:1";
}
