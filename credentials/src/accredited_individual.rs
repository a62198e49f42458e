//! `accredited-individual`: which thresholds of an investor regime a natural person passes.

use std::collections::BTreeSet;

use bonafide::credential::CredentialType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::table::{Days, Field, Kind, Table};

/// The type in the table form.
pub(crate) static TABLE: Table = Table {
    name: "accredited-individual",
    vct: AccreditedIndividual::VCT,
    title: "Investor status",
    days: Days { default: 365, longest: 366 },
    shorter: Some(("regime", "us-501a", Days { default: 90, longest: 92 })),
    ends_with: None,
    fields: FIELDS,
    rule: Some(thresholds_fit_regime),
    document: include_bytes!("../data/accredited-individual.json"),
};

const US: Kind = Kind::Threshold(&["us-501a"]);
const UK: Kind = Kind::Threshold(&["uk-hnw"]);
const HK: Kind = Kind::Threshold(&["hk-pi"]);
const SG: Kind = Kind::Threshold(&["sg-ai"]);
const CH: Kind = Kind::Threshold(&["ch-hnw"]);
const JP: Kind = Kind::Threshold(&["jp-si"]);
const AE: Kind = Kind::Threshold(&["ae-dfsa"]);
const MIFID: Kind = Kind::Threshold(&["eu-mifid"]);
const ECSPR: Kind = Kind::Threshold(&["eu-ecspr"]);
const EU: Kind = Kind::Threshold(&["eu-mifid", "eu-ecspr"]);

/// Flags are named by measure, period, exclusion, `gt` or `ge`, currency and amount; `xpr` is
/// without the primary residence. When the law changes, the name changes.
#[rustfmt::skip]
static FIELDS: &[Field] = &[
    Field::new("regime", "Regime", Kind::OneOf(REGIMES)).mandatory(),
    Field::new("basis", "Legal basis", Kind::List(4, &Kind::Text(64))),
    Field::new("method", "How it was verified", Kind::OneOf(METHODS)).mandatory(),
    Field::new("attestor_role", "Verified by", Kind::OneOf(ROLES)),
    Field::new("income_years", "Income of the years", Kind::List(3, &Kind::Year)),
    Field::new("evidence_as_of", "Oldest evidence", Kind::PastDate),
    Field::new("income2y_gt_usd_200k", "Income over 200,000 USD, two years", US),
    Field::new("income2y_joint_gt_usd_300k", "Joint income over 300,000 USD, two years", US),
    Field::new("networth_xpr_gt_usd_1m", "Net worth over 1m USD without home", US),
    Field::new("license_7_65_82", "Series 7, 65 or 82 licence", US),
    Field::new("knowledgeable_employee", "Knowledgeable employee of the fund", US),
    Field::new("family_client", "Client of a family office", US),
    Field::new("issuer_insider", "Director or officer of the securities' issuer", US),
    Field::new("portfolio_gt_eur_500k", "Portfolio over 500,000 EUR", MIFID),
    Field::new("trades_per_quarter_4q_ge_10", "10 trades a quarter, four quarters", EU),
    Field::new("fin_profession_ge_1y", "A year in the financial profession", EU),
    Field::new("income1y_ge_eur_60k", "Income of 60,000 EUR or more", ECSPR),
    Field::new("portfolio_gt_eur_100k", "Portfolio over 100,000 EUR", ECSPR),
    Field::new("exec_role_ge_12m", "A year in an executive role", ECSPR),
    Field::new("income1y_ge_gbp_100k", "Income of 100,000 GBP or more", UK),
    Field::new("netassets_xhome_xpension_ge_gbp_250k",
        "Net assets of 250,000 GBP or more without home and pension", UK),
    Field::new("portfolio_ge_hkd_8m", "Portfolio of 8m HKD or more", HK),
    Field::new("netassets_home1m_gt_sgd_2m", "Net assets over 2m SGD, home up to 1m", SG),
    Field::new("finassets_gt_sgd_1m", "Financial assets over 1m SGD", SG),
    Field::new("income12m_ge_sgd_300k", "Income of 300,000 SGD or more", SG),
    Field::new("assets_ge_chf_2m", "Financial assets of 2m CHF or more", CH),
    Field::new("assets_ge_chf_500k", "Financial assets of 500,000 CHF or more", CH),
    Field::new("knowledge", "Knowledge from training or profession", CH),
    Field::new("netassets_ge_jpy_300m", "Net assets of 300m JPY or more", JP),
    Field::new("finassets_ge_jpy_300m", "Financial assets of 300m JPY or more", JP),
    Field::new("account_ge_1y", "Account held for a year", JP),
    Field::new("netassets_ge_usd_1m", "Net assets of 1m USD or more", AE),
    Field::new("fin_profession_within_2y", "In the financial profession within two years", AE),
    Field::new("experience", "Experience and understanding", AE),
];

const REGIMES: &[&str] =
    &["us-501a", "eu-mifid", "eu-ecspr", "uk-hnw", "hk-pi", "sg-ai", "ch-hnw", "jp-si", "ae-dfsa"];

const SELF_DECLARED: &str = "self-declared";

const METHODS: &[&str] = &[
    "tax-forms",
    "asset-docs",
    "third-party-letter",
    "licence-lookup",
    "firm-assessment",
    SELF_DECLARED,
];

const ROLES: &[&str] =
    &["us-broker-dealer", "us-ria", "attorney", "cpa", "auditor", "custodian", "intermediary"];

/// Name and regimes of every threshold flag.
fn thresholds() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    FIELDS.iter().filter_map(|field| match field.kind {
        Kind::Threshold(regimes) => Some((field.name, regimes)),
        _ => None,
    })
}

/// Every flag belongs to the regime, and there is one unless the person only declares.
fn thresholds_fit_regime(claims: &Map<String, Value>, _today: &str) -> Vec<ClaimError> {
    let Some(regime) = claims.get("regime").and_then(Value::as_str) else {
        return Vec::new();
    };
    let mut passed = thresholds().filter(|(name, _)| claims.contains_key(*name)).peekable();
    // A method that is not in order is told as such; whether a threshold is needed stays open.
    let method = claims.get("method").and_then(Value::as_str);
    let declared = method.is_none_or(|method| method == SELF_DECLARED);
    if passed.peek().is_none() && !declared {
        let of_regime = thresholds().filter(|(_, regimes)| regimes.contains(&regime));
        let expected = of_regime.map(|(name, _)| name).collect();
        return vec![ClaimError::new("regime", Problem::NoThreshold { expected })];
    }
    passed
        .filter(|(_, regimes)| !regimes.contains(&regime))
        .map(|(name, regimes)| ClaimError::new(name, Problem::OtherRegime { regimes }))
        .collect()
}

/// The claims of an `accredited-individual` credential: those disclosed, or those to issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccreditedIndividual {
    /// The regime, such as `us-501a`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
    /// The limbs of the law relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Vec<String>>,
    /// `tax-forms`, `asset-docs`, `third-party-letter`, `licence-lookup`, `firm-assessment` or
    /// `self-declared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Who verified it: `us-broker-dealer`, `us-ria`, `attorney`, `cpa`, `auditor`, `custodian` or
    /// `intermediary`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attestor_role: Option<String>,
    /// The years whose income was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub income_years: Option<Vec<u16>>,
    /// The day of the oldest evidence, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_as_of: Option<String>,
    /// The thresholds passed. One that is missing was not passed, or not disclosed.
    #[serde(flatten)]
    pub flags: Thresholds,
}

/// A set of threshold flags that are true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds(BTreeSet<String>);

impl Thresholds {
    /// Whether the flag of that name is true.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The names of the flags, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<S: Into<String>> FromIterator<S> for Thresholds {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Thresholds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|name| (name, true)))
    }
}

impl<'de> Deserialize<'de> for Thresholds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::<String, Value>::deserialize(deserializer)?;
        Ok(thresholds()
            .map(|(name, _)| name)
            .filter(|name| members.get(*name) == Some(&Value::Bool(true)))
            .collect())
    }
}

impl CredentialType for AccreditedIndividual {
    const VCT: &'static str = "urn:bonafide:accredited-individual:1";
}
