//! A row of the registry.

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

impl Flag {
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        law: &'static str,
        measures: &'static str,
    ) -> Self {
        let (subject, certainty) = (Subject::Person, Certainty::Primary);
        let (from, until, needs) = (None, None, None);
        Self { name, title, law, measures, excludes: "", from, until, certainty, subject, needs }
    }

    pub(super) const fn excludes(self, excludes: &'static str) -> Self {
        Self { excludes, ..self }
    }

    pub(super) const fn from(self, day: &'static str) -> Self {
        Self { from: Some(day), ..self }
    }

    pub(super) const fn needs(self, claim: &'static str) -> Self {
        Self { needs: Some(claim), ..self }
    }

    pub(super) const fn of(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    pub(super) const fn certainty(self, certainty: Certainty) -> Self {
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
