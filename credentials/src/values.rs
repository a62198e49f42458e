//! The checks of single values.

use bonafide::clock;
use bonafide::encoding::json::Json;
use serde_json::Value;

use crate::country;
use crate::errors::Problem;
use crate::formats::Format;
use crate::nearest::nearest;

/// Nothing in a credential happened earlier.
const FIRST_YEAR: &str = "1900";

/// Longest e-mail address (RFC 5321 §4.5.3.1.3).
const MAX_EMAIL: usize = 254;

type Checked = Result<Value, Problem>;

/// A flag to issue.
pub(crate) fn yes(json: &Json<'_>) -> Checked {
    demand(*json == Json::Bool(true), || Problem::WrongKind("true or false"))?;
    Ok(Value::Bool(true))
}

/// A year up to that of today.
pub(crate) fn year(json: &Json<'_>, today: &str) -> Checked {
    let year = json.as_i64().ok_or(Problem::NotAYear)?;
    demand((0..=9999).contains(&year), || Problem::NotAYear)?;
    in_the_past(&format!("{year:04}"), today)?;
    Ok(Value::from(year))
}

/// Text of at most so many characters.
pub(crate) fn text(json: &Json<'_>, max: usize) -> Checked {
    let text = line(json)?;
    demand(text.chars().count() <= max, || Problem::TooLong(max))?;
    Ok(Value::from(text))
}

/// Lines of text, of at most so many characters together.
pub(crate) fn lines(json: &Json<'_>, max: usize) -> Checked {
    let text = json.as_str().ok_or(Problem::WrongKind("text"))?;
    demand(!text.trim().is_empty(), || Problem::Empty)?;
    let control = |c: char| c.is_control() && c != '\n';
    demand(!text.contains(control), || Problem::ControlCharacter)?;
    demand(text.chars().count() <= max, || Problem::TooLong(max))?;
    Ok(Value::from(text))
}

/// A whole number within bounds.
pub(crate) fn integer(json: &Json<'_>, least: i64, most: i64) -> Checked {
    let number = json.as_i64().filter(|number| (least..=most).contains(number));
    number.map(Value::from).ok_or(Problem::NotInRange { least, most })
}

/// Text in a form that another standard defines.
pub(crate) fn formatted(json: &Json<'_>, format: &'static Format) -> Checked {
    let text = line(json)?;
    let Format { code, expected, .. } = *format;
    demand((format.holds)(text), || Problem::NotInForm { code, expected })?;
    Ok(Value::from(text))
}

/// An e-mail address, as far as its shape tells.
pub(crate) fn email(json: &Json<'_>) -> Checked {
    let text = line(json)?;
    let (name, domain) = text.rsplit_once('@').unwrap_or_default();
    let labels = domain.split('.').all(|label| !label.is_empty()) && domain.contains('.');
    let plain = !text.contains(char::is_whitespace) && !name.is_empty() && !name.contains('@');
    demand(labels && plain && text.len() <= MAX_EMAIL, || Problem::NotAnEmail)?;
    Ok(Value::from(text))
}

/// A telephone number in the form of E.164.
pub(crate) fn phone(json: &Json<'_>) -> Checked {
    let text = line(json)?;
    let digits = text.strip_prefix('+').unwrap_or_default();
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    demand(plain && (7..=15).contains(&digits.len()), || Problem::NotAPhoneNumber)?;
    Ok(Value::from(text))
}

/// A date from 1900 on that is not in the future.
pub(crate) fn past_date(json: &Json<'_>, today: &str) -> Checked {
    let text = date(json)?;
    in_the_past(text, today)?;
    Ok(Value::from(text))
}

/// A date that has not passed.
pub(crate) fn coming_date(json: &Json<'_>, today: &str) -> Checked {
    let text = date(json)?;
    demand(text >= today, || Problem::Passed)?;
    Ok(Value::from(text))
}

/// An ISO 3166-1 alpha-2 code.
pub(crate) fn country(json: &Json<'_>) -> Checked {
    let text = line(json)?;
    demand(country::is_alpha2(text), || Problem::NotACountry {
        suggestion: country::suggestion(text),
    })?;
    Ok(Value::from(text))
}

/// One of some words.
pub(crate) fn one_of(json: &Json<'_>, allowed: &'static [&'static str]) -> Checked {
    let text = line(json)?;
    demand(allowed.contains(&text), || Problem::NotAllowed {
        allowed,
        suggestion: nearest(text, allowed.iter().copied()),
    })?;
    Ok(Value::from(text))
}

/// One line of text that says something.
fn line<'j>(json: &'j Json<'_>) -> Result<&'j str, Problem> {
    let text = json.as_str().ok_or(Problem::WrongKind("text"))?;
    demand(!text.trim().is_empty(), || Problem::Empty)?;
    demand(!text.contains(char::is_control), || Problem::ControlCharacter)?;
    Ok(text)
}

fn date<'j>(json: &'j Json<'_>) -> Result<&'j str, Problem> {
    let text = line(json)?;
    demand(clock::is_date(text), || Problem::NotADate)?;
    Ok(text)
}

/// A year or date, written with leading zeros, so that it compares as text.
fn in_the_past(time: &str, today: &str) -> Result<(), Problem> {
    let until = today.get(..time.len()).unwrap_or(today);
    demand(time <= until, || Problem::InFuture)?;
    demand(time >= FIRST_YEAR, || Problem::TooEarly)
}

fn demand(holds: bool, problem: impl FnOnce() -> Problem) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(problem()) }
}
