//! `account-binding`: which accounts on ledgers the holder of the key controls.
//!
//! The issuer checks the proofs of control before it issues. They are carried so that an auditor can
//! check them again; nothing in this crate verifies them.

use bonafide::credential::CredentialType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::formats::ACCOUNT;
use crate::sensitivity::Sensitivity::{Identifying, Personal, Procedure};
use crate::table::{Days, Field, Kind, Table, documents};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "account-binding",
    vct: AccountBinding::VCT,
    title: "Accounts",
    days: Days { default: 365, longest: 366 },
    shorter: None,
    ends_with: None,
    hideable: true,
    fields: FIELDS,
    thresholds: None,
    rule: Some(proofs_are_of_accounts),
    documents: documents!("account-binding"),
};

static FIELDS: &[Field] = &[
    Field::new("accounts", "Accounts", ACCOUNTS, Identifying).mandatory(),
    Field::new("control_proof", "Proofs of control", CONTROL_PROOFS, Identifying),
    Field::new("proved_on", "Proved on", Kind::PastDate, Procedure),
    Field::new("custody", "Custody", Kind::OneOf(CUSTODY), Personal),
];

const ACCOUNTS: Kind = Kind::List(8, &Kind::Formatted(&ACCOUNT));

const CONTROL_PROOFS: Kind = Kind::List(8, &Kind::Object(CONTROL_PROOF));

const CONTROL_PROOF: &[Field] = &[
    Field::new("type", "Kind", Kind::OneOf(PROOF_TYPES), Procedure).mandatory(),
    Field::new("account", "Account", Kind::Formatted(&ACCOUNT), Identifying).mandatory(),
    Field::new("message", "Message signed", Kind::Lines(2000), Identifying).mandatory(),
    Field::new("signature", "Signature", Kind::Text(1024), Identifying).mandatory(),
];

const PROOF_TYPES: &[&str] = &["eip4361", "challenge"];

const CUSTODY: &[&str] = &["self", "custodian"];

/// Every proof is for one of the accounts.
fn proofs_are_of_accounts(claims: &Map<String, Value>, _today: &str) -> Vec<ClaimError> {
    let list = |name: &str| claims.get(name).and_then(Value::as_array);
    let (Some(accounts), Some(proofs)) = (list("accounts"), list("control_proof")) else {
        return Vec::new();
    };
    let is_of_another =
        |proof: &Value| proof.get("account").is_some_and(|one| !accounts.contains(one));
    let wrong = proofs.iter().enumerate().filter(|(_, proof)| is_of_another(proof));
    wrong
        .map(|(n, _)| {
            let at = format!("control_proof[{n}].account");
            ClaimError::new(&at, Problem::Contradicts { other: "accounts" })
        })
        .collect()
}

/// The claims of an `account-binding` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBinding {
    /// CAIP-10 accounts; each is also a `did:pkh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<String>>,
    /// How control was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_proof: Option<Vec<ControlProof>>,
    /// The day of the proofs, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proved_on: Option<String>,
    /// Who keeps the keys of the accounts: `self` or `custodian`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custody: Option<String>,
}

/// What an account signed to prove that the holder controls it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlProof {
    /// `eip4361` (Sign-In with Ethereum) or `challenge` (over the thumbprint of the `cnf` key).
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The account that signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// What it signed, as signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The signature, as the ledger writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl CredentialType for AccountBinding {
    const VCT: &'static str = "urn:bonafide:account-binding:1";
}
