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
mod us;

use crate::nearest;
use crate::sensitivity::Sensitivity;
use crate::table::{Field, Kind};

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

/// A test that an investor passes, or does not.
#[derive(Debug)]
pub struct Flag {
    /// Its name, which is also that of the claim.
    pub name: &'static str,
    /// What it says, for people.
    pub title: &'static str,
    /// Where it is written.
    pub law: &'static str,
    /// What is measured, and over which time.
    pub measures: &'static str,
    /// What is left out of the measure; empty where nothing is.
    pub excludes: &'static str,
    /// The first day on which it can be assessed, `YYYY-MM-DD`; `None` where the registry does not say.
    pub from: Option<&'static str>,
    /// The last day; `None` while it is in force.
    pub until: Option<&'static str>,
    /// How surely the registry states it.
    pub certainty: Certainty,
    /// Who can pass it.
    pub subject: Subject,
    /// Another claim without which it does not count.
    pub needs: Option<&'static str>,
}

/// How surely the registry states a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The wording of the law was read.
    Primary,
    /// A summary by others was read.
    Secondary,
    /// Unsettled: the wording read may have changed since.
    Unsettled,
}

/// Who can pass a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A natural person.
    Person,
    /// A company, trust or fund.
    Entity,
    /// Both.
    Either,
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

impl Flag {
    const fn new(
        name: &'static str,
        title: &'static str,
        law: &'static str,
        measures: &'static str,
    ) -> Self {
        let (subject, certainty) = (Subject::Person, Certainty::Primary);
        let (from, until, needs) = (None, None, None);
        Self { name, title, law, measures, excludes: "", from, until, certainty, subject, needs }
    }

    const fn excludes(self, excludes: &'static str) -> Self {
        Self { excludes, ..self }
    }

    const fn from(self, day: &'static str) -> Self {
        Self { from: Some(day), ..self }
    }

    const fn needs(self, claim: &'static str) -> Self {
        Self { needs: Some(claim), ..self }
    }

    const fn of(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    const fn certainty(self, certainty: Certainty) -> Self {
        Self { certainty, ..self }
    }

    /// Whether it can be assessed on that day, `YYYY-MM-DD`.
    pub fn is_in_force(&self, day: &str) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl Certainty {
    /// The letter of the registry: P, S or U.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Primary => "P",
            Self::Secondary => "S",
            Self::Unsettled => "U",
        }
    }

    /// What the letter means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Primary => "law text read",
            Self::Secondary => "from a summary",
            Self::Unsettled => "unsettled",
        }
    }
}

impl Subject {
    /// Its name: `person`, `entity` or `either`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Entity => "entity",
            Self::Either => "either",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_counts_and_the_next_does_not() {
        let ended = Flag {
            until: Some("2026-06-30"),
            ..Flag::new("x_gt_usd_1", "X", "law", "X").from("2020-01-01")
        };
        for (day, counts) in [
            ("2019-12-31", false),
            ("2020-01-01", true),
            ("2026-06-30", true),
            ("2026-07-01", false),
        ] {
            assert_eq!(ended.is_in_force(day), counts, "{day}");
        }
    }
}
