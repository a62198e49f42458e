//! Issuing to everybody in a table: every row is checked first, then files are made; killed anywhere, it goes on.

mod check;
mod finding;
mod make;
mod name;
mod plan;
mod pool;
mod progress;
mod table;

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bonafide::clock;
use bonafide::wallet::Wallet;
use bonafide_credentials::TypeDefinition;
use bonafide_records::{Issuing, RowIndex, Settings, SqliteBook};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::cli::{Bulk, Issue};
use crate::commands::{Context, identity, issue};
use crate::error::{CliError, Result};
use crate::issuer_did::Issuer;
use crate::office::{self, Person};
use crate::{output, text};

use check::{Checking, Rules};
use finding::Finding;
use make::{Counts, Maker, Making};
use plan::Plan;
use progress::Progress;
use table::Table;

pub use make::token_digest;
pub use plan::IDENTITY_TYPE;

/// Runs a bulk job, from its start or from where it stopped.
pub fn run(context: &Context, args: &Issue, table: &Path) -> Result<()> {
    let bulk = &args.bulk;
    let person = Person::new(&args.by)?;
    let types = types(&bulk.types)?;
    let out_dir = bulk.out_dir.as_deref().unwrap_or(Path::new("."));
    let encoding = bulk.encoding.as_deref().map(encoding).transpose()?;
    if bulk.assessed_on.as_deref().is_some_and(|day| !clock::is_date(day)) {
        return Err(CliError::usage("--assessed-on: not a calendar date", "Write YYYY-MM-DD."));
    }
    let header = Table::open(table, encoding)?.columns().to_vec();
    let has_day = bulk.assessed_on.is_some();
    let plan = Plan::new(&header, &types, &bulk.ignore, has_day)
        .map_err(|found| header_refused(table, &found))?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuing = Issuer::of(context, wallet)?;
    let issuer = issuing.identity()?;
    // Two runs of one job would write the same files.
    let _alone = (!bulk.dry_run).then(|| context.home.issue_alone()).transpose()?;
    let known = office::existing(context, wallet)?;
    let job_digest = job_digest(table, &types, bulk, out_dir)?;
    let job = known.as_ref().map(|book| book.job(&job_digest)).transpose()?.flatten();
    let rules = Rules {
        plan: &plan,
        issuer: issuer.did(),
        folder: table.parent().unwrap_or(Path::new("")),
        columns: usize::from(bulk.columns),
        assessed_on: bulk.assessed_on.as_deref(),
        reissue: bulk.reissue,
        began: job.map_or(context.now, |(_, began)| began),
        now: context.now,
    };
    let jobs = threads(bulk);
    let mut index = RowIndex::new(office::key(wallet))?;
    let mut checking = Checking {
        table: Table::open(table, encoding)?,
        path: table,
        book: known.as_ref(),
        index: &mut index,
        reissue: bulk.reissue,
        progress: Progress::new("Checking", 0),
        rows: 0,
        good: 0,
        findings: Vec::new(),
        json: context.json,
    };
    pool::run(&mut checking, jobs, |row| match row {
        Ok(row) => rules.check(&row),
        Err(finding) => Err(vec![finding]),
    })?;
    checking.progress.end();
    let (rows, good, findings) = (checking.rows, checking.good, checking.findings);
    if bulk.dry_run || (good < rows && !bulk.skip_invalid) || good == 0 {
        return checked(context, bulk, rows, good, &findings);
    }
    let mut book = known.map_or_else(|| office::book(context, wallet), Ok)?;
    book.may_act(&person.act(context.now))?;
    let job = match job {
        Some((job, _)) => job,
        None => book.begin_job(&job_digest, context.now)?,
    };
    let run = Run { context, args, table, rules: &rules, wallet, issuer: &issuing, jobs };
    let counts = run.make(&mut book, &index, &person, job, (encoding, out_dir), good)?;
    office::sign_head(context, &mut book, &identity(wallet)?)?;
    done(context, (&book, bulk), out_dir, rows - good, &findings, counts)
}

/// What both the files and their records need.
struct Run<'a> {
    context: &'a Context,
    args: &'a Issue,
    table: &'a Path,
    rules: &'a Rules<'a>,
    wallet: &'a Wallet,
    issuer: &'a Issuer<'a>,
    jobs: usize,
}

impl Run<'_> {
    fn make(
        &self,
        book: &mut SqliteBook,
        index: &RowIndex,
        person: &Person,
        job: i64,
        (encoding, out_dir): (Option<&'static encoding_rs::Encoding>, &Path),
        rows: u64,
    ) -> Result<Counts> {
        let staging = out_dir.join(format!(".bonafide-{job}"));
        crate::home::make_folder(&staging)?;
        if fs::symlink_metadata(&staging).is_ok_and(|found| found.is_symlink()) {
            let message = format!("{} is a link; nothing was written", text::path(&staging));
            return Err(CliError::refused(
                "unsafe-file",
                message,
                "Remove it, or give another --out-dir.",
            ));
        }
        let evidence =
            |reference: &str| issue::own_evidence(self.wallet, reference, self.rules.began);
        let maker = Maker {
            rules: self.rules,
            issuer: self.issuer,
            evidence: &evidence,
            staging: &staging,
            job,
            plain: self.args.plain,
        };
        let each = u64::try_from(self.rules.plan.types.len() * self.rules.columns).unwrap_or(1);
        let stop = stop_at_interrupt()?;
        let mut making = Making {
            table: Table::open(self.table, encoding)?,
            path: self.table,
            rules: self.rules,
            index,
            book,
            act: person.act(self.context.now),
            job,
            staging: staging.clone(),
            out_dir: out_dir.to_owned(),
            stop: &stop,
            progress: Progress::new("Issuing", rows * each),
            made: Vec::new(),
            counts: Counts::default(),
        };
        let made = pool::run(&mut making, self.jobs, |task| maker.make(task));
        // What was made before something failed or somebody stopped it is kept.
        let recorded = making.record();
        making.progress.end();
        made.and(recorded)?;
        let counts = making.counts;
        if !counts.stopped {
            let _only_leftovers = fs::remove_dir_all(&staging);
        }
        Ok(counts)
    }
}

fn types(names: &[String]) -> Result<Vec<&'static TypeDefinition>> {
    let mut types = Vec::new();
    for name in names {
        let definition = issue::definition(name.trim())?;
        if types.iter().any(|one: &&TypeDefinition| one.name() == definition.name()) {
            let message = format!("--types names {} twice", definition.name());
            return Err(CliError::usage(message, "Name each type once."));
        }
        types.push(definition);
    }
    Ok(types)
}

fn encoding(name: &str) -> Result<&'static encoding_rs::Encoding> {
    encoding_rs::Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        CliError::usage(
            format!("--encoding {name}: not an encoding known here"),
            "Names are those of the Encoding Standard: utf-8, utf-16le, windows-1252, …",
        )
    })
}

/// One job is one table, for one set of types and keys, into one folder.
fn job_digest(
    table: &Path,
    types: &[&'static TypeDefinition],
    bulk: &Bulk,
    out_dir: &Path,
) -> Result<[u8; 32]> {
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read {}: {error}", text::path(table));
        CliError::fault("file-unreadable", message, "Check the name and the permissions.")
    };
    let mut content = Sha256::new();
    std::io::copy(&mut File::open(table).map_err(unreadable)?, &mut Writer(&mut content))
        .map_err(unreadable)?;
    let no_folder = |why: &dyn std::fmt::Display| {
        let message = format!("cannot write to {}: {why}", text::path(out_dir));
        CliError::fault("file-unwritable", message, "Make the folder of --out-dir first.")
    };
    let folder = out_dir.canonicalize().map_err(|error| no_folder(&error))?;
    if !folder.is_dir() {
        return Err(no_folder(&"it is no folder"));
    }
    let mut names: Vec<&str> = types.iter().map(|kind| kind.name()).collect();
    names.sort_unstable();
    let mut job = Sha256::new();
    let (names, columns) = (names.join(","), bulk.columns.to_string());
    let day = bulk.assessed_on.as_deref().unwrap_or_default();
    let content = content.finalize();
    let members = [&content[..], names.as_bytes(), columns.as_bytes(), day.as_bytes()];
    // Jobs of before a re-issue was known stay the same jobs.
    let reissue = bulk.reissue.to_be_bytes();
    let reissue = (bulk.reissue > 0).then_some(reissue.as_slice());
    let folder = folder.as_os_str().as_encoded_bytes();
    for member in members.into_iter().chain([folder]).chain(reissue) {
        job.update(member.len().to_be_bytes());
        job.update(member);
    }
    Ok(job.finalize().into())
}

struct Writer<'a>(&'a mut Sha256);

impl std::io::Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn threads(bulk: &Bulk) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    bulk.jobs.map_or_else(cores, usize::from)
}

/// Set by the first Ctrl-C; the second ends the program at once.
fn stop_at_interrupt() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let fault = |error| CliError::fault("signals", error, "Try again.");
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&stop))
            .map_err(fault)?;
        signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(fault)?;
    }
    Ok(stop)
}

fn header_refused(table: &Path, found: &[Finding]) -> CliError {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    let message = format!("the columns of {} do not fit:\n{}", text::path(table), lines.join("\n"));
    CliError::refused(
        "columns-refused",
        message,
        "`bonafide types` lists the fields. Nothing was issued.",
    )
}

/// The end of a run that only checked.
fn checked(
    context: &Context,
    bulk: &Bulk,
    rows: u64,
    good: u64,
    findings: &[Finding],
) -> Result<()> {
    if context.json {
        let findings: Vec<_> = findings.iter().map(Finding::to_json).collect();
        output::json(&json!({"rows": rows, "valid": good, "issued": 0, "findings": findings}));
    }
    let summary =
        format!("{} of {} are fine; nothing was issued.", text::grouped(good), amount(rows, "row"));
    if rows == 0 {
        return Err(CliError::refused("table-empty", "the table has no rows", table::HEADER_HELP));
    }
    if good < rows {
        let next = if bulk.dry_run {
            "Mend them, then check again."
        } else {
            "Mend them and run the command again, or give --skip-invalid to issue to the others."
        };
        return Err(CliError::refused("rows-invalid", summary, next).said(context.json));
    }
    output::talk(&summary);
    output::talk("Next: the same command without --dry-run.");
    Ok(())
}

/// The end of a run that issued.
fn done(
    context: &Context,
    (book, bulk): (&SqliteBook, &Bulk),
    out_dir: &Path,
    skipped: u64,
    findings: &[Finding],
    counts: Counts,
) -> Result<()> {
    if context.json {
        let findings: Vec<_> = findings.iter().map(Finding::to_json).collect();
        output::json(&json!({
            "files": counts.files, "credentials": counts.credentials, "before": counts.before, "ended": counts.ended,
            "never": counts.never,
            "skipped": skipped, "stopped": counts.stopped, "findings": findings,
        }));
    }
    let credentials = amount(counts.credentials, "credential");
    if counts.stopped {
        let message = format!("stopped safely after {credentials}");
        let next = "Run the same command to go on.";
        return Err(CliError::fault("stopped", message, next).said(context.json));
    }
    output::talk(&format!(
        "Issued {credentials} in {} to {}.",
        amount(counts.files, "file"),
        text::path(out_dir)
    ));
    if counts.before > 0 {
        output::talk(&format!(
            "{} had theirs from an earlier run.",
            amount(counts.before, "investor")
        ));
        if bulk.reissue > 0 && counts.highest >= bulk.reissue {
            output::talk(&format!(
                "Was that before the key was stolen? Then give the next number: --reissue {}.",
                counts.highest.saturating_add(1)
            ));
        }
    }
    if counts.never > 0 {
        output::talk(&format!(
            "{} left out: never issued. Without --reissue they are.",
            amount(counts.never, "credential")
        ));
    }
    if counts.ended > 0 {
        output::talk(&format!(
            "{} left out: revoked or suspended since.",
            amount(counts.ended, "credential")
        ));
    }
    if skipped > 0 {
        output::talk(&format!(
            "{} left out, with the mistakes told above.",
            amount(skipped, "row")
        ));
    }
    if book.status_url()?.is_none() {
        output::talk(issue::NO_STATUS);
    }
    Ok(())
}

/// `1 row`, `212,400 rows`.
fn amount(n: u64, unit: &str) -> String {
    format!("{} {unit}{}", text::grouped(n), if n == 1 { "" } else { "s" })
}
