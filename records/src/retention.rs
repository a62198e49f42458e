//! Until when a record must be kept (DOMAIN §10).

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A rule that wants records kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which law, for people.
    pub reason: &'static str,
    /// So many years.
    pub years: i32,
}

/// Customer due diligence: from the end of the relationship.
pub const DUE_DILIGENCE: Rule = Rule {
    reason: "5 years after the relationship (Regulation (EU) 2024/1624, Article 77)",
    years: 5,
};

/// Sanctions screening: from the day of the record.
pub const SANCTIONS: Rule =
    Rule { reason: "10 years from a sanctions screening (31 CFR 501.601)", years: 10 };

/// The type whose credentials record a sanctions screening.
pub const SCREENING_TYPE: &str = "aml-screening";

/// The last day of keeping: `years` calendar years after `from`, `YYYY-MM-DD`. 29 February ends on the 28th.
pub fn until(rule: Rule, from: &str) -> Option<String> {
    let from: Date = from.parse().ok()?;
    Some(from.checked_add(rule.years.years()).ok()?.to_string())
}

/// The rule that keeps a record longest, with its last day: from the end of the relationship, and from the last
/// sanctions screening if there was one.
pub fn longest(ended: &str, last_screening: Option<&str>) -> Option<(String, &'static str)> {
    let due = (until(DUE_DILIGENCE, ended)?, DUE_DILIGENCE.reason);
    let screened = last_screening.and_then(|day| Some((until(SANCTIONS, day)?, SANCTIONS.reason)));
    Some(screened.filter(|(day, _)| *day > due.0).unwrap_or(due))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_those_of_the_calendar() {
        assert_eq!(until(DUE_DILIGENCE, "2026-11-20").as_deref(), Some("2031-11-20"));
        assert_eq!(until(DUE_DILIGENCE, "2024-02-29").as_deref(), Some("2029-02-28"));
        assert_eq!(until(SANCTIONS, "2024-02-29").as_deref(), Some("2034-02-28"));
        assert_eq!(until(SANCTIONS, "20 Nov"), None);
    }

    #[test]
    fn the_longer_rule_counts() {
        let due = Some(("2031-11-20".to_owned(), DUE_DILIGENCE.reason));
        assert_eq!(longest("2026-11-20", None), due);
        assert_eq!(longest("2026-11-20", Some("2020-01-01")), due);
        let screened = Some(("2036-10-01".to_owned(), SANCTIONS.reason));
        assert_eq!(longest("2026-11-20", Some("2026-10-01")), screened);
    }
}
