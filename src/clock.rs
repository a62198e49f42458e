//! Moments in time, as whole seconds of UTC.
//!
//! The library never reads a clock: every function that needs the time takes a [`Timestamp`].

use std::fmt;

/// A moment: whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Seconds in a day of UTC.
pub const DAY: i64 = 86_400;

/// The last second of the year 9999: nothing later is a date anyone meant.
const LATEST: i64 = 253_402_300_799;

/// The text is no moment in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: write RFC 3339 (2026-11-20T14:00:00Z), a date (2026-11-20) or Unix seconds")]
pub struct NotATime;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// A moment from Unix seconds; `None` before 1970 or after the year 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        (0..=LATEST).contains(&seconds).then_some(Self(seconds))
    }

    /// Reads RFC 3339 (fractions are dropped), a date (its 00:00 UTC), or Unix seconds.
    ///
    /// # Errors
    /// [`NotATime`] for anything else, for moments before 1970 or after the year 9999, and for eight digits that are a
    /// date without its hyphens: whoever writes `20261122` does not mean the August of 1970.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let seconds = if text.len() == 8 && text.parse::<jiff::civil::Date>().is_ok() {
            return Err(NotATime);
        } else if let Ok(seconds) = text.parse::<i64>() {
            seconds
        } else if let Ok(date) = text.parse::<jiff::civil::Date>()
            && text.len() == 10
        {
            let midnight = date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
            midnight.map_err(|_| NotATime)?.timestamp().as_second()
        } else {
            text.parse::<jiff::Timestamp>().map_err(|_| NotATime)?.as_second()
        };
        Self::from_unix(seconds).ok_or(NotATime)
    }

    /// Reads an XML Schema dateTimeStamp, as DID documents and Data Integrity proofs write moments: date, `T`, time
    /// with seconds, and a zone, nothing else. Returned with it: the nanoseconds past the second.
    ///
    /// # Errors
    /// [`NotATime`], also for moments before 1970 or after the year 9999.
    pub fn parse_stamp(text: &str) -> Result<(Self, u32), NotATime> {
        let shape = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            0..19 => byte.is_ascii_digit(),
            _ => matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b':' | b'Z'),
        });
        if !shape || text.len() < 20 {
            return Err(NotATime);
        }
        let moment = text.parse::<jiff::Timestamp>().map_err(|_| NotATime)?;
        let nanoseconds = u32::try_from(moment.subsec_nanosecond()).map_err(|_| NotATime)?;
        Ok((Self::from_unix(moment.as_second()).ok_or(NotATime)?, nanoseconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// 00:00 UTC of the same day. Issued credentials use it, so that times do not single out a person.
    #[must_use]
    pub fn start_of_day(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    /// This moment moved by `seconds`, held within 1970 and the year 9999.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(0, LATEST))
    }

    /// The calendar day in UTC, as `YYYY-MM-DD`.
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

/// Checks that `text` is a calendar date `YYYY-MM-DD` that exists.
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_three_forms() {
        let noon = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        assert_eq!(noon.unix(), 1_795_176_000);
        assert_eq!(Timestamp::parse("1795176000"), Ok(noon));
        assert_eq!(Timestamp::parse("2026-11-20T13:00:00.9+01:00"), Ok(noon));
        assert_eq!(Timestamp::parse("2026-11-20"), Ok(noon.start_of_day()));
        assert!(Timestamp::parse("20261120").is_err());
        assert_eq!(Timestamp::parse("20269999"), Ok(Timestamp::from_unix(20_269_999).unwrap()));
        assert_eq!(noon.to_string(), "2026-11-20T12:00:00Z");
        assert_eq!(noon.date(), "2026-11-20");
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in
            ["", "yesterday", "2026-13-01", "2026-11-20T12:00:00", "-5", "253402300800", "1e9"]
        {
            assert_eq!(Timestamp::parse(text), Err(NotATime), "{text}");
        }
        assert!(!is_date("2026-02-30"));
        assert!(is_date("2024-02-29"));
    }

    #[test]
    fn stamps_have_one_form() {
        let noon = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        for (text, nanoseconds) in [
            ("2026-11-20T12:00:00Z", 0),
            ("2026-11-20T12:00:00+00:00", 0),
            ("2026-11-20T13:00:00.25+01:00", 250_000_000),
        ] {
            assert_eq!(Timestamp::parse_stamp(text), Ok((noon, nanoseconds)), "{text}");
        }
        for text in [
            "",
            "2026-11-20",
            "1795176000",
            "2026-11-20T12:00:00",
            "2026-11-20 12:00:00Z",
            "2026-11-20t12:00:00Z",
            "2026-11-20T12:00:00z",
            "2026-11-20T12:00Z",
            "2026-11-20T12Z",
            "2026-11-20T12:00:00Z[UTC]",
            "+002026-11-20T12:00:00Z",
            "20261120T120000Z0000",
            "2026-11-31T12:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(Timestamp::parse_stamp(text), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn moves_within_bounds() {
        assert_eq!(Timestamp(5).plus(-10), Timestamp(0));
        assert_eq!(Timestamp(LATEST).plus(i64::MAX), Timestamp(LATEST));
    }
}
