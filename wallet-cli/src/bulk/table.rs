//! A table of investors: a CSV file in any encoding and with any separator that spreadsheets write.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

use csv::ByteRecord;
use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::finding::Finding;
use crate::error::{CliError, Result};
use crate::text;

/// Longest row, in bytes: a quotation mark that is never closed makes one of the rest of the file.
const MAX_ROW: usize = 1024 * 1024;

/// Longest header.
const MAX_HEADER: u64 = 64 * 1024;

/// Longest text of one cell, in bytes.
const MAX_CELL: usize = 16 * 1024;

/// What stands between cells, the more usual first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A table, read row by row.
pub struct Table {
    rows: csv::Reader<Bounded<Box<dyn Read>>>,
    left: Rc<Cell<usize>>,
    columns: Vec<String>,
    number: u64,
    record: ByteRecord,
}

/// A row below the header.
pub struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub number: u64,
    /// As many as the header has; empty where something is wrong with the text.
    pub cells: Vec<String>,
    /// What is wrong with the text of cells.
    pub wrong: Vec<Finding>,
}

impl Table {
    /// Opens the file and reads its header.
    pub fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            let message = format!("cannot read {}: {error}", text::path(path));
            CliError::fault("file-unreadable", message, "Check the name and the permissions.")
        };
        let file = File::open(path).map_err(unreadable)?;
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding(encoding)
            .bom_override(true)
            .strip_bom(true)
            .utf8_passthru(true)
            .build(file);
        let mut decoded = BufReader::new(decoded);
        let mut first = Vec::new();
        (&mut decoded).take(MAX_HEADER).read_until(b'\n', &mut first).map_err(unreadable)?;
        let separator = separator(&first);
        let left = Rc::new(Cell::new(MAX_ROW));
        let whole: Box<dyn Read> = Box::new(Cursor::new(first).chain(decoded));
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(Bounded { inner: whole, left: Rc::clone(&left) });
        let mut record = ByteRecord::new();
        let there = rows.read_byte_record(&mut record).map_err(|error| broken(path, 1, &error))?;
        if !there {
            let message = format!("{} is empty", text::path(path));
            return Err(CliError::refused("table-empty", message, HEADER_HELP));
        }
        let columns = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned());
        let columns = columns.collect();
        Ok(Self { rows, left, columns, number: 1, record })
    }

    /// The names in the header.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row that says anything; what is wrong with it where its cells cannot be told apart.
    pub fn next(&mut self, path: &Path) -> Result<Option<std::result::Result<Row, Finding>>> {
        loop {
            self.left.set(MAX_ROW);
            self.number += 1;
            let read = self.rows.read_byte_record(&mut self.record);
            if !read.map_err(|error| broken(path, self.number, &error))? {
                return Ok(None);
            }
            if !self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                return Ok(Some(self.row()));
            }
        }
    }

    fn row(&self) -> std::result::Result<Row, Finding> {
        let (number, wanted) = (self.number, self.columns.len());
        let extra = self.record.iter().skip(wanted).any(|cell| !cell.trim_ascii().is_empty());
        if extra || self.record.len() < wanted {
            let message = format!("has {} cells, and the header {wanted}", self.record.len());
            return Err(Finding::row(number, "cell-count", message));
        }
        let mut wrong = Vec::new();
        let mut cells = Vec::with_capacity(wanted);
        for (name, cell) in self.columns.iter().zip(self.record.iter()) {
            match checked(cell) {
                Ok(text) => cells.push(text.to_owned()),
                Err((code, message)) => {
                    wrong.push(Finding::cell(number, name, code, message));
                    cells.push(String::new());
                }
            }
        }
        Ok(Row { number, cells, wrong })
    }
}

pub const HEADER_HELP: &str =
    "Its first row names the columns: external_id, proof, and fields of `bonafide types`.";

/// The text of a cell.
fn checked(cell: &[u8]) -> std::result::Result<&str, (&'static str, &'static str)> {
    const UNREADABLE: (&str, &str) = (
        "not-utf-8",
        "not readable as UTF-8. Save the table as \"CSV UTF-8\", or name its encoding, such as --encoding windows-1252",
    );
    let text = std::str::from_utf8(cell).map_err(|_| UNREADABLE)?.trim();
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(UNREADABLE);
    }
    if text.len() > MAX_CELL {
        return Err(("too-long", "longer than any field is"));
    }
    if is_formula(text) {
        return Err(("formula", "begins like a formula of a spreadsheet; expected plain text"));
    }
    Ok(text)
}

/// Whether a spreadsheet would take the text for something to compute. Numbers and telephone numbers are none.
fn is_formula(text: &str) -> bool {
    let signed = |rest: &str| {
        !rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '(' | ')' | '/'))
    };
    match text.split_at_checked(1) {
        Some(("=" | "@", _)) => true,
        Some(("+" | "-", rest)) => signed(rest),
        _ => false,
    }
}

/// The separator that the header has most of, outside quotation marks.
fn separator(header: &[u8]) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in header {
        quoted ^= *byte == b'"';
        let at = SEPARATORS.iter().position(|separator| separator == byte && !quoted);
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let most = counts.into_iter().zip(SEPARATORS).rev().max_by_key(|(count, _)| *count);
    most.map_or(b',', |(_, separator)| separator)
}

fn broken(path: &Path, row: u64, error: &csv::Error) -> CliError {
    let what = match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            "is longer than any row is: a quotation mark is opened and not closed".to_owned()
        }
        _ => format!("cannot be read: {error}"),
    };
    CliError::refused(
        "table-unreadable",
        format!("{}, row {row} {what}", text::path(path)),
        "Open it in a spreadsheet and save it as CSV again.",
    )
}

/// A reader that gives up when one row takes too much.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(read);
        self.left.set(left.ok_or(std::io::ErrorKind::InvalidData)?);
        Ok(read)
    }
}
