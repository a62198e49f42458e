//! The registry of threshold flags: what each means, by which law, and since when.
//!
//! Investors prove named thresholds, never figures. A flag is named by measure, period, exclusion, `gt`
//! (more than) or `ge` (at least), currency and amount; `xpr` is without the primary residence. When the
//! law changes, the name changes. Types take their flags from here, so nothing is said twice.
//!
//! ```
//! use bonafide_credentials::flags;
//!
//! let regime = flags::regime("us-501a").ok_or("no such regime")?;
//! let flag = regime.flag("networth_xpr_gt_usd_1m").ok_or("no such flag")?;
//! assert_eq!(flag.law, "17 CFR 230.501(a)(5)");
//! assert!(flag.is_in_force("2026-11-20"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asia;
mod europe;
mod flag;
mod us;

use crate::nearest;
use crate::sensitivity::Sensitivity;
use crate::table::{Field, Kind};

pub use flag::{Certainty, Flag, Subject};
pub(crate) use us::{QUALIFIED_PURCHASER, TRUSTEE_AND_SETTLORS};

/// The rules of one legal order on who counts as an investor of a kind.
#[derive(Debug)]
pub struct Regime {
    /// Its name, such as `us-501a`.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Where it is written.
    pub law: &'static str,
    /// How its flags work together, and what is not settled; empty where there is nothing to say.
    pub note: &'static str,
    /// Its flags.
    pub flags: &'static [Flag],
}

static REGIMES: &[&Regime] = &[
    &us::ACCREDITED,
    &us::QUALIFIED_PURCHASER,
    &europe::MIFID,
    &europe::ECSPR,
    &europe::UK,
    &asia::HONG_KONG,
    &asia::SINGAPORE,
    &europe::SWITZERLAND,
    &asia::JAPAN,
    &asia::DUBAI,
];

/// Every regime.
pub fn regimes() -> &'static [&'static Regime] {
    REGIMES
}

/// The regime of that name.
pub fn regime(name: &str) -> Option<&'static Regime> {
    REGIMES.iter().copied().find(|regime| regime.name == name)
}

/// The regime whose name comes nearest to `name`.
pub fn nearest_regime(name: &str) -> Option<&'static str> {
    nearest::nearest(name, REGIMES.iter().map(|regime| regime.name))
}

/// The regimes that have a flag of that name.
pub(crate) fn regimes_of(flag: &str) -> Vec<&'static str> {
    let has = |regime: &&&Regime| regime.flag(flag).is_some();
    REGIMES.iter().filter(has).map(|regime| regime.name).collect()
}

/// The claims of a type: each flag of these regimes for such a subject, once.
pub(crate) fn fields(
    regimes: &'static [&'static str],
    suits: impl Fn(Subject) -> bool,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for flag in regimes.iter().filter_map(|name| regime(name)).flat_map(|regime| regime.flags) {
        if suits(flag.subject) && fields.iter().all(|field| field.name != flag.name) {
            fields.push(Field::new(flag.name, flag.title, Kind::Threshold, Sensitivity::Status));
        }
    }
    fields
}

impl Regime {
    /// Its flag of that name.
    pub fn flag(&self, name: &str) -> Option<&'static Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }
}
