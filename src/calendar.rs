//! Calendar days of UTC, and periods as laws and contracts count them: "3mo" are three calendar months, not 90 days.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use serde::{Serialize, Serializer};

use crate::clock::{DAY, Timestamp};

/// The text is no day, or no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not a day.
    #[error("not a day: write YYYY-MM-DD, from 1970-01-01 to 9998-12-31")]
    Day,
    /// Not a period.
    #[error("not a period: write a number from 1 to 9999 and h, d, mo or y, such as 3mo")]
    Period,
}

impl CalendarError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        "malformed"
    }
}

/// A calendar day of UTC, from 1970-01-01 to 9998-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    const FIRST: Self = Self(jiff::civil::date(1970, 1, 1));
    const LAST: Self = Self(jiff::civil::date(9998, 12, 31));

    /// Reads `YYYY-MM-DD` and nothing else.
    ///
    /// # Errors
    /// [`CalendarError::Day`].
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let date = text.parse().ok().filter(|_| text.len() == 10);
        let day = date.map(Self).filter(|day| (Self::FIRST..=Self::LAST).contains(day));
        day.ok_or(CalendarError::Day)
    }

    /// The day that a moment lies in.
    pub fn of(time: Timestamp) -> Self {
        let date = civil(time).map(|time| Self(time.date()));
        date.unwrap_or(Self::LAST).clamp(Self::FIRST, Self::LAST)
    }

    /// Its first second.
    pub fn start(self) -> Timestamp {
        moment(self.0.at(0, 0, 0, 0))
    }

    /// The first second of the next day: the first that does not lie in it.
    pub fn end(self) -> Timestamp {
        self.start().plus(DAY)
    }

    /// The day so many days later, held within what a day can be.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self::of(self.start().plus(i64::from(days) * DAY))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a [`Period`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hours,
    Days,
    Months,
    Years,
}

impl Unit {
    const ALL: [(&'static str, Self); 4] =
        [("h", Self::Hours), ("d", Self::Days), ("mo", Self::Months), ("y", Self::Years)];
}

/// Hours, days, calendar months or calendar years: `24h`, `30d`, `3mo`, `5y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    count: u16,
    unit: Unit,
}

impl Period {
    /// Reads a number from 1 to 9999, without leading zeros, and its unit.
    ///
    /// # Errors
    /// [`CalendarError::Period`].
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at_checked(digits).ok_or(CalendarError::Period)?;
        let unit = Unit::ALL.iter().find(|(name, _)| *name == unit);
        match (count.parse(), unit) {
            (Ok(number @ 1..=9999), Some((_, unit))) if !count.starts_with('0') => {
                Ok(Self { count: number, unit: *unit })
            }
            _ => Err(CalendarError::Period),
        }
    }

    /// The moment one such period after `from`. Where the month has no such day, its last one: three months after
    /// 30 November is 28 or 29 February.
    pub fn after(self, from: Timestamp) -> Timestamp {
        let count = i64::from(self.count);
        let span: Span = match self.unit {
            Unit::Hours => count.hours(),
            Unit::Days => count.days(),
            Unit::Months => count.months(),
            Unit::Years => count.years(),
        };
        let later = civil(from).and_then(|time| time.checked_add(span).ok());
        later.map_or(Day::LAST.start(), moment)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = Unit::ALL.iter().find(|(_, unit)| *unit == self.unit);
        write!(f, "{}{}", self.count, unit.map_or("", |(name, _)| name))
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn civil(time: Timestamp) -> Option<jiff::civil::DateTime> {
    jiff::Timestamp::from_second(time.unix()).ok().map(|time| TimeZone::UTC.to_datetime(time))
}

fn moment(time: jiff::civil::DateTime) -> Timestamp {
    let seconds = TimeZone::UTC.to_timestamp(time).map(jiff::Timestamp::as_second);
    seconds.ok().and_then(Timestamp::from_unix).unwrap_or(Timestamp::EPOCH.plus(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_day_is_written_one_way() {
        let day = Day::parse("2026-11-20").unwrap();
        assert_eq!(day.to_string(), "2026-11-20");
        assert_eq!((day.start(), day.end()), (at("2026-11-20"), at("2026-11-21")));
        assert_eq!(Day::of(at("2026-11-20T23:59:59Z")), day);
        assert_eq!(Day::of(at("2026-11-21T00:00:00Z")), day.plus_days(1));
        assert_eq!(day.plus_days(42), Day::parse("2027-01-01").unwrap());
        for bad in [
            "",
            "2026-11-31",
            "20261120",
            "2026-11-2",
            "1969-12-31",
            "9999-01-01",
            "+002026-11-20",
            "2026-11-20T00",
        ] {
            assert_eq!(Day::parse(bad), Err(CalendarError::Day), "{bad}");
        }
        let last = Day::parse("9998-12-31").unwrap();
        assert_eq!(last.end(), at("9999-01-01"));
        assert_eq!(Day::of(Timestamp::EPOCH.plus(i64::MAX)), last);
        assert_eq!(last.plus_days(u32::MAX), last);
    }

    #[test]
    fn periods_follow_the_calendar() {
        let cases = [
            ("2026-11-30", "3mo", "2027-02-28"),
            ("2027-11-30", "3mo", "2028-02-29"),
            ("2026-11-20T14:00:00Z", "24h", "2026-11-21T14:00:00Z"),
            ("2026-11-20", "90d", "2027-02-18"),
            ("2024-02-29", "1y", "2025-02-28"),
            ("2024-02-29", "4y", "2028-02-29"),
            ("9000-01-01", "9999y", "9998-12-31"),
        ];
        for (from, period, to) in cases {
            let read = Period::parse(period).unwrap();
            assert_eq!(read.after(at(from)), at(to), "{from} {period}");
            assert_eq!(read.to_string(), period);
        }
        for bad in [
            "", "3", "mo", "0d", "03mo", "-3mo", "+3mo", "3 mo", "3MO", "3m", "10000d", "3mo ", "é",
        ] {
            assert_eq!(Period::parse(bad), Err(CalendarError::Period), "{bad}");
        }
    }
}
