//! Threshold flags as claims: the set of those that are true, and how they fit a regime.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::flags::{self, Flag, Regime};
use crate::table::{ASSESSED_ON, Field};

/// How an investor's status was established when nobody but the investor says so.
pub(crate) const SELF_DECLARED: &str = "self-declared";

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
        let all = flags::regimes().iter().flat_map(|regime| regime.flags).map(|flag| flag.name);
        Ok(all.filter(|name| members.get(*name) == Some(&Value::Bool(true))).collect())
    }
}

/// The flags of a type fit the regime its claims name, and there is one unless the investor only
/// declares.
pub(crate) fn fit_regime(claims: &Map<String, Value>, known: &[Field]) -> Vec<ClaimError> {
    let Some(regime) = text(claims, "regime").and_then(flags::regime) else {
        return Vec::new();
    };
    // A method that is not in order is told as such; whether a threshold is needed stays open.
    let declared = text(claims, "method").is_none_or(|method| method == SELF_DECLARED);
    fit(claims, known, regime, "regime", declared)
}

/// The same for a regime that the type itself names. A missing flag is told at `at`.
pub(crate) fn fit(
    claims: &Map<String, Value>,
    known: &[Field],
    regime: &'static Regime,
    at: &str,
    declared: bool,
) -> Vec<ClaimError> {
    let passed: Vec<&str> =
        known.iter().map(|field| field.name).filter(|name| claims.contains_key(*name)).collect();
    if passed.is_empty() && !declared {
        let of_regime = known.iter().filter_map(|field| regime.flag(field.name));
        let expected = of_regime.map(|flag| flag.name).collect();
        return vec![ClaimError::new(at, Problem::NoThreshold { expected })];
    }
    let day = text(claims, ASSESSED_ON);
    let wrong = |name| match regime.flag(name) {
        None => Some(Problem::OtherRegime { regimes: flags::regimes_of(name) }),
        Some(flag) => wrong_with(flag, claims, day),
    };
    passed.into_iter().filter_map(|name| Some(ClaimError::new(name, wrong(name)?))).collect()
}

fn wrong_with(flag: &Flag, claims: &Map<String, Value>, day: Option<&str>) -> Option<Problem> {
    if day.is_some_and(|day| !flag.is_in_force(day)) {
        return Some(Problem::NotInForce { from: flag.from, until: flag.until });
    }
    let missing = flag.needs.filter(|claim| !claims.contains_key(*claim));
    missing.map(|claim| Problem::Needs { claim })
}

/// The value of a claim that is text.
pub(crate) fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}
