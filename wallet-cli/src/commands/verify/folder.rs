//! Verifying every answer in a folder: a line for each that is not accepted, and a summary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bonafide::verify::{Expected, Seen, Source, Verdict};
use bonafide_records::{Decision, Noted};
use serde_json::{Value, json};

use super::report::{self, Report};
use super::{Check, memory};
use crate::error::{CliError, Exit, Result};
use crate::{files, output, parallel, text};

/// What became of one file.
struct Outcome {
    verdict: &'static str,
    /// Why it was not accepted, in one line.
    why: Option<String>,
    /// The nonce of the question that an accepted answer answers.
    nonce: Option<String>,
    asked_here: bool,
    /// What is to be noted of it before it counts.
    decision: Decision,
    json: Value,
}

pub fn run(check: &mut Check<'_>, folder: &Path, jobs: usize) -> Result<ExitCode> {
    let (paths, left_out) = files::in_folder(folder)?;
    if paths.is_empty() {
        let message = format!("there is no file in {}", text::path(folder));
        return Err(CliError::usage(message, "Give a folder with answers, or one answer."));
    }
    let mut outcomes = parallel::map("Verified", &paths, jobs, |path| outcome(&*check, path));
    if let Some(error) = check.locked_out() {
        return Err(error.clone());
    }
    share_lists(check, &paths, &mut outcomes, jobs);
    note(check, &paths, &mut outcomes, jobs)?;
    if outcomes.iter().any(|outcome| outcome.verdict == "accepted") {
        check.accepted()?;
    }
    let counts = Counts::of(&outcomes);
    let repeated = repeated_nonces(&outcomes);
    let all_asked_here = outcomes.iter().all(|outcome| outcome.asked_here);
    let open = report::not_checked(check.remembered.is_kept(), all_asked_here);
    if check.context.json {
        output::json(&json!({
            "folder": folder.to_string_lossy(),
            "at": check.at.to_string(),
            "replay": check.replay,
            "counts": counts.to_json(),
            "left_out": left_out,
            "repeated_nonces": repeated,
            "answers": outcomes.into_iter().map(|outcome| outcome.json).collect::<Vec<_>>(),
        }));
    } else {
        let refused = paths.iter().zip(&outcomes);
        for (path, why) in refused.filter_map(|(path, one)| Some((path, one.why.as_ref()?))) {
            output::data(&format!("{why}  {}", name(path)));
        }
        let replay = if check.replay { " (replay: as of that moment, not now)" } else { "" };
        output::data(&format!("{} at {}{replay}", counts.sentence(), check.at));
    }
    if left_out > 0 {
        let entries = if left_out == 1 { "entry" } else { "entries" };
        output::talk(&format!(
            "Left out: {left_out} {entries} of the folder (folders, pipes, names with a dot)."
        ));
    }
    for (nonce, times) in &repeated {
        output::talk(&format!("Note: {times} accepted answers answer the same request, {nonce}."));
    }
    if check.remembered.is_kept() && !check.remembered.notes() {
        output::talk("A dry run: nothing was noted, and the answers can still be used.");
    }
    report::talk_of_open(&open);
    Ok(counts.exit())
}

/// A list that came with one answer is for all of them: those that went by an older one, or by none, are decided again.
fn share_lists(check: &mut Check<'_>, paths: &[PathBuf], outcomes: &mut [Outcome], jobs: usize) {
    let sent_along = check.remembered.sent_along();
    if sent_along.is_empty() {
        return;
    }
    let lists = |outcome: &Outcome| -> Vec<(String, Seen)> {
        let used = outcome.decision.learned.used.iter();
        let lists = used.filter(|(source, ..)| *source == Source::StatusList);
        lists.map(|(_, name, seen)| (name.clone(), *seen)).collect()
    };
    let mut newest: BTreeMap<String, Seen> = BTreeMap::new();
    for (name, seen) in outcomes.iter().flat_map(lists) {
        let known = newest.entry(name).or_insert(seen);
        *known = (*known).max(seen);
    }
    let behind = |outcome: &Outcome| {
        lists(outcome).iter().any(|(name, seen)| newest.get(name) != Some(seen))
    };
    let mut again: Vec<_> = paths.iter().zip(outcomes).filter(|(_, one)| behind(one)).collect();
    check.verifier.add_statuses(&sent_along);
    let places: Vec<&PathBuf> = again.iter().map(|(path, _)| *path).collect();
    let decided = parallel::map("Verified again", &places, jobs, |path| outcome(&*check, path));
    for ((_, outcome), decided) in again.iter_mut().zip(decided) {
        **outcome = decided;
    }
}

/// Notes all outcomes in one transaction. Those for which another answer was faster, in this folder or in another
/// process, are decided again. Of answers to one request the first by name counts.
fn note(
    check: &mut Check<'_>,
    paths: &[PathBuf],
    outcomes: &mut [Outcome],
    jobs: usize,
) -> Result<()> {
    let mut open: Vec<(&PathBuf, &mut Outcome)> = paths.iter().zip(outcomes).collect();
    open = lost(check, open)?;
    for _ in 1..memory::ROUNDS {
        let again: Vec<&PathBuf> = open.iter().map(|(path, _)| *path).collect();
        if !again.is_empty() {
            check.verifier = check.newer()?;
        }
        let again = parallel::map("Verified again", &again, jobs, |path| outcome(&*check, path));
        for ((_, outcome), again) in open.iter_mut().zip(again) {
            **outcome = again;
        }
        open = lost(check, open)?;
    }
    for (path, outcome) in open {
        *outcome = failed(&memory::unsettled(), &name(path));
    }
    Ok(())
}

/// Notes outcomes; returns those that have to be decided again.
fn lost<'o>(
    check: &Check<'_>,
    mut open: Vec<(&'o PathBuf, &'o mut Outcome)>,
) -> Result<Vec<(&'o PathBuf, &'o mut Outcome)>> {
    let decisions: Vec<Decision> =
        open.iter_mut().map(|(_, outcome)| std::mem::take(&mut outcome.decision)).collect();
    let noted = check.remembered.note(&decisions, &check.verifier)?;
    let lost = open.into_iter().zip(noted).filter(|(_, noted)| *noted != Noted::Done);
    Ok(lost.map(|(one, _)| one).collect())
}

fn outcome(check: &Check<'_>, path: &Path) -> Outcome {
    let file = name(path);
    check_one(check, path, &file).unwrap_or_else(|error| failed(&error, &file))
}

/// A file without a verdict.
fn failed(error: &CliError, file: &str) -> Outcome {
    let verdict = if error.exit() == Exit::Refused { "refused" } else { "fault" };
    let why = format!("{:<13} {}", verdict.to_uppercase(), text::safe(error.message()));
    let mut json = error.to_json();
    if let Some(members) = json.as_object_mut() {
        members.insert("file".into(), file.into());
        members.insert("verdict".into(), verdict.into());
    }
    let decision = Decision::default();
    Outcome { verdict, why: Some(why), nonce: None, asked_here: true, decision, json }
}

fn check_one(check: &Check<'_>, path: &Path, file: &str) -> Result<Outcome> {
    let (answer, _) = check.read(path)?;
    let question = check.question(&answer)?.ok_or_else(|| super::unknown_request(&answer))?;
    let (verdict, learned) = check.verdict(&answer, &question)?;
    let report = check.report(&verdict, &question)?;
    let decision = check.remembered.decision(&verdict, &learned, &question.expected());
    let nonce = match (&verdict, question.expected()) {
        (Verdict::Accepted(_), Expected::Request(request)) => Some(request.nonce().to_owned()),
        _ => None,
    };
    let mut json = if check.context.json { report.to_json() } else { Value::Null };
    if let Some(members) = json.as_object_mut() {
        members.insert("file".into(), file.into());
    }
    let why = why(&report, &answer);
    let (verdict, asked_here) = (verdict.name(), question.asked_here);
    Ok(Outcome { verdict, why, nonce, asked_here, decision, json })
}

/// The most telling reason, and how many more there are.
fn why(report: &Report<'_>, answer: &[u8]) -> Option<String> {
    let reasons = report.verdict.reasons();
    let first = reasons.first()?;
    let more = match reasons.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let kind = super::other_kind(answer).map(|kind| format!(" (it is {kind})")).unwrap_or_default();
    let meaning = first.meaning();
    let verdict = report.verdict.name().to_uppercase();
    Some(format!(
        "{verdict:<13} {:>2} {}  [{}]{more}{}",
        meaning.code,
        meaning.title,
        first.kind(),
        kind,
    ))
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| text::path(Path::new(name))).unwrap_or_default()
}

/// Requests that more than one accepted answer answers.
fn repeated_nonces(outcomes: &[Outcome]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for nonce in outcomes.iter().filter_map(|outcome| outcome.nonce.clone()) {
        *times.entry(nonce).or_insert(0) += 1;
    }
    times.retain(|_, times| *times > 1);
    times
}

/// How many files came to which verdict.
struct Counts([(&'static str, usize); 4]);

impl Counts {
    fn of(outcomes: &[Outcome]) -> Self {
        Self(["accepted", "refused", "undetermined", "fault"].map(|verdict| {
            (verdict, outcomes.iter().filter(|outcome| outcome.verdict == verdict).count())
        }))
    }

    fn of_verdict(&self, wanted: &str) -> usize {
        self.0.iter().find(|(verdict, _)| *verdict == wanted).map_or(0, |(_, count)| *count)
    }

    fn total(&self) -> usize {
        self.0.iter().map(|(_, count)| count).sum()
    }

    fn to_json(&self) -> Value {
        let counts = self.0.iter().map(|(verdict, count)| ((*verdict).to_owned(), (*count).into()));
        Value::Object(counts.collect())
    }

    fn sentence(&self) -> String {
        let faults = match self.of_verdict("fault") {
            0 => String::new(),
            n => format!(", {n} unreadable"),
        };
        format!(
            "{}: {} accepted, {} refused, {} undetermined{faults}",
            text::amount(self.total(), "answer"),
            self.of_verdict("accepted"),
            self.of_verdict("refused"),
            self.of_verdict("undetermined"),
        )
    }

    /// The worst: a fault, a refusal, an open question, acceptance.
    fn exit(&self) -> ExitCode {
        let exits = [
            ("fault", Exit::Fault as u8),
            ("refused", Exit::Refused as u8),
            ("undetermined", Exit::Undetermined as u8),
        ];
        let worst = exits.into_iter().find(|(verdict, _)| self.of_verdict(verdict) > 0);
        worst.map_or(ExitCode::SUCCESS, |(_, exit)| exit.into())
    }
}
