//! What is wrong with a claims file: where, what was expected, what may have been meant.
//!
//! No message holds the value of a claim: only field names, expectations and words of our own tables.

use std::fmt;

use bonafide::encoding::EncodingError;

/// Everything that is wrong with one set of claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimErrors(Vec<ClaimError>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimError {
    /// Where: `address.country`, `nationalities[1]`; empty for the file as a whole. It may come from
    /// the file, so escape it for display, as [`ClaimError`]'s own `Display` does.
    pub field: String,
    /// What.
    pub problem: Problem,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes are no acceptable JSON.
    #[error("the claims cannot be read: {0}")]
    Json(EncodingError),
    /// JSON, but no object.
    #[error("the claims are no JSON object; expected {{\"name\": value, ...}}")]
    NotAnObject,
    /// No such type.
    #[error("not a credential type known here")]
    UnknownType,
    /// No such field.
    #[error("not a field of {of}.{}", did_you_mean(suggestion))]
    UnknownField {
        /// The short name of the type.
        of: &'static str,
        /// The nearest name that is one.
        suggestion: Option<&'static str>,
    },
    /// A name that is not for a claims file.
    #[error("set by the tool when it issues; leave it out")]
    Reserved,
    /// A mandatory claim is not there.
    #[error("missing; the type demands it")]
    Missing,
    /// Another kind of JSON value.
    #[error("expected {0}")]
    WrongKind(&'static str),
    /// Nothing in it.
    #[error("empty; leave it out instead")]
    Empty,
    /// More characters than allowed.
    #[error("too long; expected at most {0} characters")]
    TooLong(usize),
    /// More elements than allowed.
    #[error("too many; expected at most {0}")]
    TooMany(usize),
    /// In a table, parts of a list that do not belong together.
    #[error("the cells of one list have {0} parts and another number; expected as many in each")]
    OtherCount(usize),
    /// An element that stands in the list already.
    #[error("the same as an element before it")]
    Repeated,
    /// A control character, such as a line break.
    #[error("holds a control character; expected one line of text")]
    ControlCharacter,
    /// Not a date.
    #[error("not a calendar date; expected YYYY-MM-DD")]
    NotADate,
    /// Not a year.
    #[error("not a year; expected a number such as 2026")]
    NotAYear,
    /// After today.
    #[error("in the future; expected today or earlier")]
    InFuture,
    /// Before 1900.
    #[error("before 1900; expected a later time")]
    TooEarly,
    /// Before today.
    #[error("has passed; expected today or later")]
    Passed,
    /// Not a country.
    #[error("not an ISO 3166-1 alpha-2 code.{}", did_you_mean(suggestion))]
    NotACountry {
        /// The code of the country that was named in another way.
        suggestion: Option<&'static str>,
    },
    /// Not an e-mail address.
    #[error("not an e-mail address; expected name@domain")]
    NotAnEmail,
    /// Not a telephone number.
    #[error("not a telephone number; expected + and 7 to 15 digits, as in +41446681800")]
    NotAPhoneNumber,
    /// Not in the form of another standard.
    #[error("expected {expected}")]
    NotInForm {
        /// Its stable code.
        code: &'static str,
        /// The form.
        expected: &'static str,
    },
    /// Not a whole number, or one out of bounds.
    #[error("not allowed; expected {}", between(*least, *most))]
    NotInRange {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// None of the words allowed.
    #[error("expected one of {}.{}", allowed.join(", "), did_you_mean(suggestion))]
    NotAllowed {
        /// The words allowed.
        allowed: &'static [&'static str],
        /// The nearest of them.
        suggestion: Option<&'static str>,
    },
    /// A mandatory flag is false.
    #[error("false; a credential that does not say so is not issued")]
    MustBeTrue,
    /// Another claim says otherwise.
    #[error("contradicts {other}")]
    Contradicts {
        /// The other claim.
        other: &'static str,
    },
    /// A threshold of another regime.
    #[error("not a threshold of the regime given, but of {}", regimes.join(", "))]
    OtherRegime {
        /// The regimes it belongs to.
        regimes: Vec<&'static str>,
    },
    /// A threshold that was not law on the day of the assessment.
    #[error("not in force on the day of the assessment;{}", in_force(*from, *until))]
    NotInForce {
        /// Its first day.
        from: Option<&'static str>,
        /// Its last day.
        until: Option<&'static str>,
    },
    /// A claim that does not count without another.
    #[error("does not count without {claim}")]
    Needs {
        /// The other claim.
        claim: &'static str,
    },
    /// No threshold is passed, and the person does not merely declare.
    #[error("no threshold given as true; expected at least one of {}", expected.join(", "))]
    NoThreshold {
        /// The thresholds of the regime.
        expected: Vec<&'static str>,
    },
}

fn did_you_mean(suggestion: &Option<&'static str>) -> String {
    suggestion.map_or_else(String::new, |name| format!(" Did you mean {name}?"))
}

fn in_force(from: Option<&str>, until: Option<&str>) -> String {
    let from = from.map_or_else(String::new, |day| format!(" it counts from {day}"));
    let until = until.map_or_else(String::new, |day| format!(" until {day}"));
    format!("{from}{until}")
}

/// The whole numbers allowed, in words.
pub(crate) fn between(least: i64, most: i64) -> String {
    if least == most {
        return least.to_string();
    }
    format!("whole number from {least} to {most}")
}

impl Problem {
    /// The stable string code of this kind of problem.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(error) => error.code(),
            Self::NotAnObject => "not-an-object",
            Self::UnknownType => "unknown-type",
            Self::UnknownField { .. } => "unknown-field",
            Self::Reserved => "reserved-field",
            Self::Missing => "field-missing",
            Self::WrongKind(_) => "wrong-kind",
            Self::Empty => "empty",
            Self::TooLong(_) => "too-long",
            Self::TooMany(_) => "too-many",
            Self::OtherCount(_) => "other-count",
            Self::Repeated => "repeated",
            Self::ControlCharacter => "control-character",
            Self::NotADate => "not-a-date",
            Self::NotAYear => "not-a-year",
            Self::InFuture => "in-future",
            Self::TooEarly => "too-early",
            Self::Passed => "passed",
            Self::NotACountry { .. } => "not-a-country",
            Self::NotAnEmail => "not-an-email",
            Self::NotAPhoneNumber => "not-a-phone-number",
            Self::NotInForm { code, .. } => code,
            Self::NotInRange { .. } => "not-in-range",
            Self::NotAllowed { .. } => "not-allowed",
            Self::MustBeTrue => "must-be-true",
            Self::Contradicts { .. } => "contradicts",
            Self::OtherRegime { .. } => "other-regime",
            Self::NotInForce { .. } => "not-in-force",
            Self::Needs { .. } => "needs-claim",
            Self::NoThreshold { .. } => "no-threshold",
        }
    }
}

impl ClaimError {
    pub(crate) fn new(field: &str, problem: Problem) -> Self {
        Self { field: field.to_owned(), problem }
    }

    /// The stable string code of the problem.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }
}

impl ClaimErrors {
    /// `Ok` when there are none.
    pub(crate) fn none_of(errors: Vec<ClaimError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self(errors)) }
    }

    /// These, of which there is at least one.
    pub(crate) fn of(errors: Vec<ClaimError>) -> Self {
        Self(errors)
    }

    /// Each of them; there is at least one.
    pub fn iter(&self) -> impl Iterator<Item = &ClaimError> {
        self.0.iter()
    }
}

impl From<Problem> for ClaimErrors {
    /// A problem of the file as a whole.
    fn from(problem: Problem) -> Self {
        Self(vec![ClaimError::new("", problem)])
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field.escape_debug())?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for ClaimErrors {
    /// One line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ClaimError {}

impl std::error::Error for ClaimErrors {}
