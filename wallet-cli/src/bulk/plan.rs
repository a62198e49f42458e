//! What the columns of a table fill.

use std::collections::BTreeSet;

use bonafide_credentials::{TypeDefinition, nearest};

use super::finding::Finding;
use super::table::Row;

const EXTERNAL_ID: &str = "external_id";
const PROOF: &str = "proof";
const NONCE: &str = "nonce";
const IDENTIFIED_HERE: &str = "identified_here";

/// The type that says who somebody is; all others rest on it.
pub const IDENTITY_TYPE: &str = "kyc-identity";

/// The columns by what they fill.
pub struct Plan {
    external_id: usize,
    proof: usize,
    nonce: Option<usize>,
    identified_here: Option<usize>,
    pub types: Vec<TypePlan>,
}

/// The columns of one type.
pub struct TypePlan {
    pub definition: &'static TypeDefinition,
    /// Column number, its name in the header, and the field's column name.
    cells: Vec<(usize, String, String)>,
}

impl Plan {
    /// Reads the header.
    pub fn new(
        header: &[String],
        types: &[&'static TypeDefinition],
        ignored: &[String],
        assessed_on: bool,
    ) -> Result<Self, Vec<Finding>> {
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let mut wrong = Vec::new();
        for (n, name) in names.iter().enumerate() {
            if names.iter().take(n).any(|earlier| earlier == name && !name.is_empty()) {
                wrong.push(Finding::cell(1, name, "column-twice", "there twice"));
            }
        }
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let mut needed = |wanted: &str, why: &str| {
            let found = at(wanted);
            if found.is_none() {
                let message = format!("missing; {why}");
                wrong.push(Finding::cell(1, wanted, "column-missing", message));
            }
            found.unwrap_or_default()
        };
        let external_id = needed(EXTERNAL_ID, "it holds what you call each investor");
        let proof = needed(PROOF, "it holds the path of each investor's proof file");
        let rests = types.iter().any(|definition| definition.name() != IDENTITY_TYPE);
        if rests {
            needed(IDENTIFIED_HERE, "it holds your reference to how you identified each investor");
        }
        if !assessed_on && !names.iter().any(|name| name.ends_with("assessed_on")) {
            needed("assessed_on", "or give --assessed-on YYYY-MM-DD for all rows");
        }
        let types: Vec<TypePlan> =
            types.iter().map(|definition| TypePlan::new(definition, &names)).collect();
        for kind in &types {
            for missing in kind.missing() {
                let message = format!("missing; {} demands it", kind.definition.name());
                wrong.push(Finding::cell(1, &missing, "column-missing", message));
            }
        }
        let own = [EXTERNAL_ID, PROOF, NONCE, IDENTIFIED_HERE];
        for (n, name) in names.iter().enumerate() {
            let used = types.iter().any(|kind| kind.cells.iter().any(|(at, ..)| *at == n));
            let ignore = ignored.iter().any(|other| plain(other) == *name);
            if !used && !ignore && !own.contains(&name.as_str()) {
                wrong.push(unknown(n, name, &types, &own));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let (nonce, identified_here) = (at(NONCE), at(IDENTIFIED_HERE));
        Ok(Self { external_id, proof, nonce, identified_here, types })
    }

    pub fn external_id<'r>(&self, row: &'r Row) -> &'r str {
        cell(row, Some(self.external_id))
    }

    pub fn proof<'r>(&self, row: &'r Row) -> &'r str {
        cell(row, Some(self.proof))
    }

    /// The nonce given out, if the table names it.
    pub fn nonce<'r>(&self, row: &'r Row) -> Option<&'r str> {
        Some(cell(row, self.nonce)).filter(|nonce| !nonce.is_empty())
    }

    pub fn identified_here<'r>(&self, row: &'r Row) -> &'r str {
        cell(row, self.identified_here)
    }

    /// Whether any of the types rests on an identity.
    pub fn rests_on_identity(&self) -> bool {
        self.types.iter().any(|kind| kind.definition.name() != IDENTITY_TYPE)
    }
}

impl TypePlan {
    /// A column that names the type counts before one that does not.
    fn new(definition: &'static TypeDefinition, names: &[String]) -> Self {
        let mut cells = Vec::new();
        for (column, _) in definition.columns() {
            let own = format!("{}.{column}", plain(definition.name()));
            let at = names.iter().position(|name| *name == own);
            let at = at.or_else(|| names.iter().position(|name| *name == column));
            if let Some((at, name)) = at.and_then(|at| Some((at, names.get(at)?))) {
                cells.push((at, name.clone(), column));
            }
        }
        Self { definition, cells }
    }

    /// Fields that every row must fill, and no column does.
    fn missing(&self) -> Vec<String> {
        let columns = self.definition.columns().into_iter();
        let there = |column: &str| self.cells.iter().any(|(_, _, field)| field == column);
        let needed = columns.filter(|(column, needed)| *needed && !column.contains('.'));
        needed.map(|(column, _)| column).filter(|column| !there(column)).collect()
    }

    /// Field and text of the row's cells for this type.
    pub fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.cells.iter().map(|(at, _, field)| (field.as_str(), cell(row, Some(*at))))
    }

    /// The name in the header of the column that fills a field.
    pub fn name_of(&self, field: &str) -> String {
        let found = self.cells.iter().find(|(_, _, filled)| filled == field);
        found.map_or_else(|| field.to_owned(), |(_, name, _)| name.clone())
    }
}

fn cell(row: &Row, at: Option<usize>) -> &str {
    at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
}

/// Names without differences of case and of the sign between words.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn unknown(n: usize, name: &str, types: &[TypePlan], own: &[&str]) -> Finding {
    if name.is_empty() {
        return Finding::row(1, "column-unnamed", format!("column {} has no name", n + 1));
    }
    let columns: Vec<(String, bool)> =
        types.iter().flat_map(|kind| kind.definition.columns()).collect();
    let names = || columns.iter().map(|(column, _)| column.as_str());
    // Parts of fields, such as `country`, of which there may be several.
    let of_part = |column: &&str| {
        column.rsplit('.').next().is_some_and(|last| last.split('_').any(|word| word == name))
    };
    let inside: BTreeSet<&str> = names().filter(of_part).collect();
    let message = match (inside.len(), inside.first().copied()) {
        (2.., _) => {
            let all: Vec<_> = inside.into_iter().collect();
            format!("can be several fields; write the one that is meant: {}", all.join(", "))
        }
        (_, near) => match near.or_else(|| nearest(name, names().chain(own.iter().copied()))) {
            Some(near) => format!("fills no field of the types. Did you mean {near}?"),
            None => format!("fills no field of the types; leave it out, or give --ignore {name}"),
        },
    };
    Finding::cell(1, name, "column-unknown", message)
}
