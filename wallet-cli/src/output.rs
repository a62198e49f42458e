//! The two voices: data on stdout, talk on stderr. A closed pipe ends a voice, not the command; any other
//! fault of stdout is remembered, for data that got lost was not delivered.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::text;

static LOST: AtomicBool = AtomicBool::new(false);

/// Whether data could not be written to stdout.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// A line of data; what could act on a terminal is escaped.
pub fn data(line: &str) {
    raw(&text::safe_lines(line));
}

/// Data that is safe already, as it is.
pub fn raw(text: &str) {
    let mut stdout = std::io::stdout();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// A value as JSON data.
pub fn json(value: &Value) {
    raw(&text::safe_json(&format!("{value:#}")));
}

/// A line of talk; what could act on a terminal is escaped.
pub fn talk(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", text::safe_lines(line));
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
