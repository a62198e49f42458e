//! `bonafide renewals`: what ends soon, and whose it is.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use bonafide::clock::{DAY, Timestamp};
use bonafide_records::{Credentials, IssuedCredential, SqliteBook, Subjects};
use serde_json::json;

use super::Context;
use crate::cli::Renewals;
use crate::error::{CliError, Result};
use crate::{files, office, output, text};

/// A credential and what the issuer calls its holder.
type Ending = (IssuedCredential, String);

pub fn run(context: &Context, args: &Renewals) -> Result<()> {
    let within = text::duration(&args.within).filter(|within| *within >= DAY).ok_or_else(|| {
        let message = format!("--within {}: not a length of time", args.within);
        CliError::usage(message, "Write 30d or 6w.")
    })?;
    let unlocked = context.open()?;
    let ending = match office::existing(context, unlocked.wallet())? {
        None => Vec::new(),
        Some(book) => ending(&book, context.now, context.now.plus(within))?,
    };
    if let Some(path) = &args.csv {
        files::write(Some(path), table(&ending)?.trim_end())?;
    }
    let csv_on_stdout = args.csv.as_deref() == Some(Path::new("-"));
    if context.json && !csv_on_stdout {
        let rows = ending.iter().map(|(one, investor)| {
            json!({"credential": one.id, "investor": investor, "type": one.kind,
                "assessed_on": one.assessed_on, "ends": one.until.to_string(), "key": one.key})
        });
        output::json(&rows.collect());
    } else if args.csv.is_none() {
        for (one, investor) in &ending {
            output::data(&format!(
                "{:>6}  {}  {:<23} key {}…  {}",
                one.id,
                one.until.date(),
                one.kind,
                text::safe(&one.key.chars().take(8).collect::<String>()),
                text::safe(investor)
            ));
        }
    }
    say(args, &ending, within);
    Ok(())
}

/// Those of investors whose relationship goes on: nobody renews for the others.
pub fn ending(book: &SqliteBook, from: Timestamp, until: Timestamp) -> Result<Vec<Ending>> {
    let mut names: HashMap<i64, Option<String>> = HashMap::new();
    let mut ending = Vec::new();
    for one in book.ending(from, until)? {
        let name = match names.entry(one.subject) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let subject = book.subject_of(one.subject)?;
                let goes_on = subject.ended.is_none();
                new.insert(goes_on.then(|| subject.external_id.unwrap_or_default()))
            }
        };
        if let Some(name) = name {
            ending.push((one, name.clone()));
        }
    }
    Ok(ending)
}

fn say(args: &Renewals, ending: &[Ending], within: i64) {
    let span = match within % DAY {
        0 => text::amount(within / DAY, "day"),
        _ => args.within.clone(),
    };
    if ending.is_empty() {
        output::talk(&format!("Nothing ends within {span}."));
        return;
    }
    let holders: HashSet<i64> = ending.iter().map(|(one, _)| one.subject).collect();
    output::talk(&format!(
        "{} of {} within {span}. Assess anew, then `bonafide issue`.",
        match ending.len() {
            1 => "1 credential ends".to_owned(),
            more => format!("{more} credentials end"),
        },
        text::amount(holders.len(), "investor")
    ));
    if let Some(path) = args.csv.as_deref().filter(|path| *path != Path::new("-")) {
        output::talk(&format!("The table is in {}.", text::path(path)));
    }
}

/// One row for each investor, type and day, however many keys it was issued to.
fn table(ending: &[Ending]) -> Result<String> {
    let fault = |error: String| CliError::fault("file-unwritable", error, "Nothing was written.");
    let mut rows = csv::Writer::from_writer(Vec::new());
    let mut seen = HashSet::new();
    let mut write = |cells: [&str; 4]| rows.write_record(cells.map(cell));
    write(["external_id", "type", "assessed_on", "ends"]).map_err(|e| fault(e.to_string()))?;
    for (one, investor) in ending {
        let ends = one.until.date();
        if seen.insert((one.subject, &one.kind, &one.assessed_on, ends.clone())) {
            write([investor, &one.kind, &one.assessed_on, &ends])
                .map_err(|e| fault(e.to_string()))?;
        }
    }
    let bytes = rows.into_inner().map_err(|error| fault(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| fault(error.to_string()))
}

/// Text that a spreadsheet takes for text: what begins like a formula gets an apostrophe in front.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_cell_is_computed() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(super::cell(bad), format!("'{bad}"));
        }
        for good in ["", "ACME-7", "a=b", "'x", "2026-11-20"] {
            assert_eq!(super::cell(good), good);
        }
    }
}
