//! The two voices: data on stdout, talk on stderr. A closed pipe ends a voice, not the command.

use std::io::Write;

use serde_json::Value;

use crate::text;

/// A line of data.
pub fn data(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A value as JSON data.
pub fn json(value: &Value) {
    data(&text::safe_json(&format!("{value:#}")));
}

/// A line of talk.
pub fn talk(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A table row: the first column padded.
pub fn row(name: &str, value: &str) -> String {
    format!("  {name:<22} {value}")
}

/// A claim's value on one line.
pub fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text::safe(text),
        other => text::safe_json(&other.to_string()),
    }
}
