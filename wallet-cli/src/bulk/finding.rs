//! What is wrong with a table, told by row and column. Never the text of a cell.

use std::fmt;

use bonafide_credentials::{ClaimError, column_of};
use serde_json::{Value, json};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub row: u64,
    pub column: Option<String>,
    pub code: &'static str,
    pub message: String,
}

impl Finding {
    /// With a row as a whole.
    pub fn row(row: u64, code: &'static str, message: impl ToString) -> Self {
        Self { row, column: None, code, message: message.to_string() }
    }

    /// With one cell.
    pub fn cell(row: u64, column: &str, code: &'static str, message: impl ToString) -> Self {
        Self { column: Some(column.to_owned()), ..Self::row(row, code, message) }
    }

    /// With a claim; `named` finds the column that fills a field.
    pub fn claim(row: u64, error: &ClaimError, named: impl Fn(&str) -> String) -> Self {
        let column = named(&column_of(&error.field));
        Self::cell(row, &column, error.code(), &error.problem)
    }

    pub fn to_json(&self) -> Value {
        json!({"row": self.row, "column": self.column, "code": self.code, "message": self.message})
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "Row {}, column {column}: {}", self.row, self.message)?,
            None => write!(f, "Row {}: {}", self.row, self.message)?,
        }
        f.write_str(if self.message.ends_with(['.', '?']) { "" } else { "." })
    }
}
