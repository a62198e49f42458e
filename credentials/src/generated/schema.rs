//! Writes the JSON Schemas (2020-12) of a type: of everything that is issued, and of what a holder may
//! show of it. Both speak of the processed payload, without digests.

use super::json::Json::{self, List, No, Number, Object, Yes};
use crate::formats::Format;
use crate::table::{Field, Kind, Table};

/// What a schema is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The whole payload, as the issuer made it.
    Issued,
    /// What is left of it when a holder hid some claims.
    Disclosed,
}

/// One line: no control characters (Unicode `Cc`).
const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*$";

/// Lines: no control characters but the line break.
const LINES: &str = r"^[^\u0000-\u0009\u000B-\u001F\u007F-\u009F]*$";

const EMAIL: &str = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$";

const INTEGRITY: &str = r"^sha(256|384|512)-[A-Za-z0-9+/]+={0,2}$";

pub(super) fn document(table: &Table, of: Of) -> String {
    let id = match of {
        Of::Issued => format!("{}:schema", table.vct),
        Of::Disclosed => format!("{}:disclosed-schema", table.vct),
    };
    let title = match of {
        Of::Issued => format!("{}: all claims", table.title),
        Of::Disclosed => format!("{}: the claims shown", table.title),
    };
    let mut properties = registered(table, of);
    let mut required = vec!["iss", "vct", "vct#integrity", "cnf", "nbf", "exp"];
    for field in table.all_fields() {
        properties.push((field.name, value(&field.kind, of)));
        required.extend(field.mandatory.then_some(field.name));
    }
    let mut members = vec![
        ("$schema", Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("$id", Json::Text(id)),
        ("title", Json::Text(title)),
    ];
    members.extend(object(properties, &required, of));
    Object(members).document()
}

/// What issuing itself sets.
fn registered(table: &Table, of: Of) -> Vec<(&'static str, Json)> {
    let coordinate = || pattern("^[A-Za-z0-9_-]{43}$");
    let jwk = vec![
        ("kty", one_of(&["OKP", "EC"])),
        ("crv", one_of(&["Ed25519", "P-256"])),
        ("x", coordinate()),
        ("y", coordinate()),
    ];
    let jwk = Object(object(jwk, &["kty", "crv", "x"], of));
    let list = vec![("idx", integer(0, 9_007_199_254_740_991)), ("uri", line(2048))];
    let list = Object(object(list, &["idx", "uri"], of));
    let status = Object(object(vec![("status_list", list)], &["status_list"], of));
    let moment = || integer(0, 253_402_300_799); // the end of the year 9999
    vec![
        ("iss", pattern("^did:")),
        ("vct", Object(vec![("const", Json::text(table.vct))])),
        ("vct#integrity", pattern(INTEGRITY)),
        ("cnf", Object(object(vec![("jwk", jwk)], &["jwk"], of))),
        ("nbf", moment()),
        ("exp", moment()),
        ("status", status),
    ]
}

fn value(kind: &Kind, of: Of) -> Json {
    match *kind {
        Kind::Text(max) => line(max),
        Kind::Lines(max) => text(max, LINES),
        Kind::Integer(least, most) => integer(least, most),
        Kind::Formatted(Format { pattern: form, .. }) => pattern(form),
        Kind::Email => text(254, EMAIL),
        Kind::Phone => pattern(r"^\+[0-9]{7,15}$"),
        Kind::PastDate | Kind::ComingDate => {
            let form = ("pattern", Json::text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
            Object(vec![string(), ("format", Json::text("date")), form])
        }
        Kind::Year => integer(1900, 9999),
        Kind::Country => pattern("^[A-Z]{2}$"),
        Kind::OneOf(words) => one_of(words),
        Kind::Flag | Kind::Threshold => Object(vec![("const", Yes)]),
        Kind::Object(fields) => members(fields, of),
        Kind::List(max, item) => list(max, item, of),
    }
}

fn members(fields: &[Field], of: Of) -> Json {
    let properties = fields.iter().map(|field| (field.name, value(&field.kind, of))).collect();
    let required: Vec<&'static str> =
        fields.iter().filter(|field| field.mandatory).map(|field| field.name).collect();
    let mut members = object(properties, &required, of);
    if of == Of::Issued && required.is_empty() {
        members.push(("minProperties", Number(1)));
    }
    Object(members)
}

fn list(max: usize, item: &Kind, of: Of) -> Json {
    let mut members = vec![("type", Json::text("array")), ("items", value(item, of))];
    if of == Of::Issued {
        members.push(("minItems", Number(1)));
    }
    members.push(("maxItems", Number(i64::try_from(max).unwrap())));
    members.push(("uniqueItems", Yes));
    Object(members)
}

/// An object of these members and no others. Nothing is required of what a holder shows.
fn object(
    properties: Vec<(&'static str, Json)>,
    required: &[&'static str],
    of: Of,
) -> Vec<(&'static str, Json)> {
    let mut members = vec![
        ("type", Json::text("object")),
        ("properties", Object(properties)),
        ("additionalProperties", No),
    ];
    if of == Of::Issued && !required.is_empty() {
        let required = required.iter().map(|name| Json::text(name)).collect();
        members.push(("required", List(required)));
    }
    members
}

fn line(max: usize) -> Json {
    text(max, LINE)
}

fn text(max: usize, form: &str) -> Json {
    let max = i64::try_from(max).unwrap();
    let length = [("minLength", Number(1)), ("maxLength", Number(max))];
    let form = ("pattern", Json::text(form));
    Object([string()].into_iter().chain(length).chain([form]).collect())
}

fn pattern(form: &str) -> Json {
    Object(vec![string(), ("pattern", Json::text(form))])
}

fn integer(least: i64, most: i64) -> Json {
    let bounds = [("minimum", Number(least)), ("maximum", Number(most))];
    Object([("type", Json::text("integer"))].into_iter().chain(bounds).collect())
}

fn one_of(words: &[&str]) -> Json {
    Object(vec![("enum", List(words.iter().map(|word| Json::text(word)).collect()))])
}

fn string() -> (&'static str, Json) {
    ("type", Json::text("string"))
}
