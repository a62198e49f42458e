//! Line coverage from what a build with `-Cinstrument-coverage` wrote. `coverage.sh` calls it:
//! `coverage SOURCES [--only FILE]... PROFILE... -- BINARY...`
//!
//! Counts lines as `llvm-cov` does: a line has code when a counted region begins in it or reaches into
//! it, and it ran when one of these did. A `#[cfg(test)]` module at the end of a file is left out.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use llvm_profparser::{
    Counter, CounterType, CoverageMapping, ExprKind, FunctionRecordV3, merge_profiles,
};

/// Start and end, each as line and column; then how often it ran. One place has several of these when it
/// was compiled more than once.
type Regions = BTreeMap<[(usize, usize); 2], u64>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let sources = PathBuf::from(arguments.next().ok_or("which directory?")?).canonicalize()?;
    let (mut only, mut profiles) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next().filter(|argument| argument != "--") {
        match argument.as_str() {
            "--only" => only.push(arguments.next().ok_or("only which file?")?),
            _ => profiles.push(argument),
        }
    }
    let binaries: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let files = read(&sources, &profiles, &binaries)?;

    let (mut all_ran, mut all) = (0, 0);
    for (path, regions) in &files {
        let name = path.strip_prefix(&sources)?.display().to_string();
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let lines = lines(path, regions)?;
        let missed: Vec<usize> =
            lines.iter().filter(|(_, ran)| !**ran).map(|(line, _)| *line).collect();
        let ran = lines.len() - missed.len();
        (all_ran, all) = (all_ran + ran, all + lines.len());
        println!("{name:<34} {}  {}", share(ran, lines.len()), spans(&missed, &lines));
    }
    println!("{:<34} {}", "together", share(all_ran, all));
    Ok(())
}

fn share(ran: usize, all: usize) -> String {
    format!("{ran:>5} of {all:>5} {:>6.1} %", 100.0 * ran as f64 / all.max(1) as f64)
}

/// The regions of every file below `sources`, with how often each ran.
fn read(
    sources: &Path,
    profiles: &[String],
    binaries: &[PathBuf],
) -> Result<BTreeMap<PathBuf, Regions>, Box<dyn Error>> {
    let profile = merge_profiles(profiles)?;
    let mut files: BTreeMap<PathBuf, Regions> = BTreeMap::new();
    for object in CoverageMapping::new(binaries, &profile, true)?.mapping_info_iter() {
        let object = object?;
        for function in &object.cov_fun {
            let paths = object.get_files_from_id(function.header.filenames_ref);
            // A function that was compiled but never linked has no record, and never ran.
            let record = profile.find_record_by_hash(function.header.name_hash);
            let counts = record.map(|record| record.counts()).unwrap_or_default();
            for region in &function.regions {
                let Some(path) = paths.get(region.file_id).filter(|path| path.starts_with(sources))
                else {
                    continue;
                };
                let at = &region.loc;
                let place = [(at.line_start, at.column_start), (at.line_end, at.column_end)];
                let count = files.entry(path.clone()).or_default().entry(place).or_default();
                *count = count.saturating_add(value(region.count, function, counts).max(0) as u64);
            }
        }
    }
    Ok(files)
}

fn value(counter: Counter, function: &FunctionRecordV3, counts: &[u64]) -> i64 {
    match counter.kind {
        CounterType::Zero => 0,
        CounterType::ProfileInstrumentation => {
            counts.get(counter.id as usize).map_or(0, |count| *count as i64)
        }
        CounterType::Expression(_) => {
            let expression = &function.expressions[counter.id as usize];
            let [left, right] =
                [expression.lhs, expression.rhs].map(|side| value(side, function, counts));
            match expression.kind {
                ExprKind::Add => left + right,
                ExprKind::Subtract => left - right,
            }
        }
    }
}

/// The lines with code, and whether they ran.
fn lines(path: &Path, regions: &Regions) -> Result<BTreeMap<usize, bool>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let tests = text.lines().position(|line| line == "#[cfg(test)]").unwrap_or(usize::MAX);
    let mut ran = BTreeMap::new();
    let mut inner: HashMap<usize, &[(usize, usize); 2]> = HashMap::new();
    for place in regions.keys() {
        // Regions come by start, so the last to reach into a line is the innermost.
        for line in place[0].0 + 1..=place[1].0 {
            let outer = inner.insert(line, place);
            // Of those with one start the longest comes last; the shorter is the inner one.
            if let Some(outer) = outer.filter(|outer| outer[0] == place[0]) {
                inner.insert(line, outer);
            }
        }
    }
    for (line, place) in inner {
        ran.insert(line, regions[place] > 0);
    }
    for (place, count) in regions {
        *ran.entry(place[0].0).or_default() |= *count > 0;
    }
    ran.retain(|line, _| *line <= tests);
    Ok(ran)
}

/// Line numbers as `3, 7-9`; a span goes over lines without code.
fn spans(missed: &[usize], lines: &BTreeMap<usize, bool>) -> String {
    let mut spans: Vec<[usize; 2]> = Vec::new();
    for line in missed {
        match spans.last_mut() {
            Some([_, end]) if lines.range(*end + 1..*line).next().is_none() => *end = *line,
            _ => spans.push([*line, *line]),
        }
    }
    let spans = spans.iter().map(|[start, end]| match start == end {
        true => start.to_string(),
        false => format!("{start}-{end}"),
    });
    spans.collect::<Vec<_>>().join(", ")
}
