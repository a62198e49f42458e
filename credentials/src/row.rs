//! Claims from the cells of a table, such as a spreadsheet: text becomes the values that a type demands.
//!
//! A column is named as the field it fills: `family_name`, `address.country`. The elements of a list stand in one
//! cell with `|` between them; for a list of objects, the members' cells have as many parts each:
//! `lists.list` is `OFAC|EU` and `lists.as_of` is `2026-11-18|2026-11-19`.

use bonafide::clock::Timestamp;
use serde_json::{Map, Value};

use crate::claims::Claims;
use crate::definition::TypeDefinition;
use crate::errors::{ClaimError, ClaimErrors, Problem};
use crate::help;
use crate::table::{Field, Kind, RESERVED};

/// Between the elements of a list.
const BETWEEN: char = '|';

impl TypeDefinition {
    /// The columns that a table for this type may have: name, and whether each row must fill it.
    pub fn columns(&self) -> Vec<(String, bool)> {
        let fields = help::fields(self.table).into_iter();
        let plain = fields.filter(|field| self.cell(&column_of(&field.path)).is_some());
        plain.map(|field| (column_of(&field.path), field.mandatory)).collect()
    }

    /// Reads and checks the cells of one row: column and text. Empty cells say nothing.
    ///
    /// # Errors
    /// Everything that is wrong with them; [`column_of`] names the column of a field.
    pub fn read_row<'c>(
        &'static self,
        cells: impl Iterator<Item = (&'c str, &'c str)>,
        today: Timestamp,
    ) -> Result<Claims, ClaimErrors> {
        let mut claims = Map::new();
        let mut wrong = Vec::new();
        for (column, text) in cells.filter(|(_, text)| !text.trim().is_empty()) {
            let placed = match self.cell(column) {
                Some(cell) => cell.place(text.trim(), &mut claims),
                None => Err(Problem::UnknownField { of: self.name(), suggestion: None }),
            };
            if let Err(problem) = placed {
                wrong.push(ClaimError::new(column, problem));
            }
        }
        // What is wrong with single cells and with the rest is told together.
        let read = self.read(Value::Object(claims).to_string().as_bytes(), today);
        match read {
            Ok(claims) if wrong.is_empty() => Ok(claims),
            Ok(_) => Err(ClaimErrors::of(wrong)),
            Err(more) => {
                let told: Vec<String> = wrong.iter().map(|error| error.field.clone()).collect();
                let new = |error: &&ClaimError| !told.contains(&column_of(&error.field));
                wrong.extend(more.iter().filter(new).cloned());
                Err(ClaimErrors::of(wrong))
            }
        }
    }

    /// What a column fills, if the type has such a field that a cell can hold.
    fn cell(&self, column: &str) -> Option<Cell> {
        let mut steps = column.splitn(2, '.');
        let top = steps.next()?;
        let mut fields = self.table.all_fields();
        let field = fields.find(|field| field.name == top && !RESERVED.contains(&field.name))?;
        match (field.kind, steps.next()) {
            (Kind::Object(members), Some(name)) => {
                let member = members.iter().find(|member| member.name == name)?;
                is_plain(&member.kind).then_some(Cell::Member(field, member))
            }
            (Kind::List(_, Kind::Object(members)), Some(name)) => {
                let member = members.iter().find(|member| member.name == name)?;
                is_plain(&member.kind).then_some(Cell::Members(field, member))
            }
            (Kind::List(_, item), None) if is_plain(item) => Some(Cell::List(field, item)),
            (kind, None) if is_plain(&kind) => Some(Cell::Plain(field)),
            _ => None,
        }
    }
}

/// The column that fills a field: `nationalities[1]` stands in `nationalities`.
pub fn column_of(field: &str) -> String {
    let mut column = String::with_capacity(field.len());
    let mut inside = false;
    for letter in field.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            letter => column.push(letter),
        }
    }
    column
}

fn is_plain(kind: &Kind) -> bool {
    !matches!(kind, Kind::Object(_) | Kind::List(..))
}

/// What a column fills.
enum Cell {
    Plain(&'static Field),
    List(&'static Field, &'static Kind),
    Member(&'static Field, &'static Field),
    Members(&'static Field, &'static Field),
}

impl Cell {
    fn place(&self, text: &str, claims: &mut Map<String, Value>) -> Result<(), Problem> {
        match self {
            Self::Plain(field) => {
                claims.insert(field.name.to_owned(), value(&field.kind, text)?);
            }
            Self::List(field, item) => {
                let parts = text.split(BETWEEN).map(|part| value(item, part.trim()));
                claims.insert(field.name.to_owned(), parts.collect::<Result<_, _>>()?);
            }
            Self::Member(field, member) => {
                let object = claims.entry(field.name).or_insert_with(|| Value::Object(Map::new()));
                let object = object.as_object_mut().ok_or(Problem::WrongKind("an object"))?;
                object.insert(member.name.to_owned(), value(&member.kind, text)?);
            }
            Self::Members(field, member) => {
                let parts: Vec<&str> = text.split(BETWEEN).map(str::trim).collect();
                let list = claims.entry(field.name).or_insert_with(|| Value::Array(Vec::new()));
                let list = list.as_array_mut().ok_or(Problem::WrongKind("a list"))?;
                if list.is_empty() {
                    list.resize(parts.len(), Value::Object(Map::new()));
                }
                if list.len() != parts.len() {
                    return Err(Problem::OtherCount(list.len()));
                }
                for (element, part) in list.iter_mut().zip(parts) {
                    if let (Some(object), false) = (element.as_object_mut(), part.is_empty()) {
                        object.insert(member.name.to_owned(), value(&member.kind, part)?);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The JSON value that a cell's text stands for. What is no such value is told here, or goes on as text for the
/// checks to refuse.
fn value(kind: &Kind, text: &str) -> Result<Value, Problem> {
    match kind {
        Kind::Flag | Kind::Threshold => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "x" => Ok(Value::Bool(true)),
            "false" | "no" | "n" | "0" => Ok(Value::Bool(false)),
            _ => Err(Problem::WrongKind("true or false, yes or no")),
        },
        Kind::Integer(..) => {
            text.parse::<i64>().map(Value::from).map_err(|_| Problem::WrongKind("a whole number"))
        }
        Kind::Year => text.parse::<i64>().map(Value::from).map_err(|_| Problem::NotAYear),
        _ => Ok(Value::from(text)),
    }
}
