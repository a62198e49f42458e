//! What a claims file of a type may hold, told to the person who writes one.

use std::fmt;

use crate::errors::between;
use crate::flags::regimes_of;
use crate::sensitivity::Sensitivity;
use crate::table::{ASSESSED_ON, Field, Kind, RESERVED, Table};

/// A field of a claims file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldHelp {
    /// Where it stands: `birthdate`, `address.country`, `lists[].as_of`.
    pub path: String,
    /// Its English name for people.
    pub label: &'static str,
    /// What it holds.
    pub expected: String,
    /// How much it tells.
    pub sensitivity: Sensitivity,
    /// Whether it must be there; for a member, whether it must be there when its object is.
    pub mandatory: bool,
}

/// Every field a file may hold, members after the object or list they belong to.
pub(crate) fn fields(table: &Table) -> Vec<FieldHelp> {
    let mut all = Vec::new();
    for field in table.all_fields() {
        if !RESERVED.contains(&field.name) {
            add(field, "", &mut all);
        }
    }
    all
}

/// What it holds; of a threshold, under which regimes it means something.
fn expected(field: &Field) -> String {
    match field.kind {
        Kind::Threshold => format!("{}, under {}", field.kind, regimes_of(field.name).join(", ")),
        kind => kind.to_string(),
    }
}

fn add(field: &Field, inside: &str, all: &mut Vec<FieldHelp>) {
    let path = format!("{inside}{}", field.name);
    let (members, inside) = match field.kind {
        Kind::Object(members) => (members, format!("{path}.")),
        Kind::List(_, Kind::Object(members)) => (*members, format!("{path}[].")),
        _ => (&[][..], String::new()),
    };
    all.push(FieldHelp {
        label: field.label,
        expected: expected(field),
        sensitivity: field.sensitivity,
        // The day of the assessment is today where the file names none.
        mandatory: field.mandatory && path != ASSESSED_ON,
        path,
    });
    for member in members {
        add(member, &inside, all);
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(max) => write!(f, "text of at most {max} characters"),
            Self::Lines(max) => write!(f, "lines of at most {max} characters together"),
            Self::Integer(least, most) => f.write_str(&between(*least, *most)),
            Self::Formatted(format) => f.write_str(format.expected),
            Self::Email => f.write_str("e-mail address"),
            Self::Phone => f.write_str("telephone number, + and 7 to 15 digits"),
            Self::PastDate => f.write_str("date YYYY-MM-DD, not in the future"),
            Self::ComingDate => f.write_str("date YYYY-MM-DD, not passed"),
            Self::Year => f.write_str("year"),
            Self::Country => f.write_str("ISO 3166-1 alpha-2 code"),
            Self::OneOf(allowed) => write!(f, "one of {}", allowed.join(", ")),
            Self::Flag | Self::Threshold => f.write_str("true or false, issued when true"),
            Self::Object(_) => f.write_str("object"),
            Self::List(max, item) => write!(f, "list of at most {max}: {item}"),
        }
    }
}
