//! `bonafide verify`: a platform checks an answer, or a folder of answers, offline. Only sealed ones need its wallet.

mod explained;
mod folder;
pub mod material;
mod memory;
mod question;
mod report;

use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

use bonafide::clock::Timestamp;
use bonafide::policy::Policy;
use bonafide::verify::{self, Examination, Learned, Presentation, Verdict, Verifier};
use bonafide_records::Noted;

use zeroize::Zeroizing;

use super::Context;
use crate::cli::Verify;
use crate::copies::Opened;
use crate::error::{CliError, Exit, Result};
use crate::{files, jurisdictions, kind, output, sealing, text};
use material::Rests;
use memory::Remembered;
use question::{Question, Questions};
use report::Report;

pub fn run(context: &Context, args: &Verify) -> Result<ExitCode> {
    // Whoever writes the answer may take hours: the clock and what is remembered are those of when it is there.
    if args.answer == Path::new("-") {
        let answer = Zeroizing::new(files::read(&args.answer, sealing::MAX_ANSWER)?);
        return decide(&context.later()?, args, Some(answer));
    }
    decide(context, args, None)
}

fn decide(
    context: &Context,
    args: &Verify,
    waited: Option<Zeroizing<Vec<u8>>>,
) -> Result<ExitCode> {
    let at = match &args.at {
        None => context.now,
        Some(given) => Timestamp::parse(given)
            .map_err(|error| CliError::usage(format!("--at {}: {error}", text::safe(given)), ""))?,
    };
    let policy = policy(args)?;
    let Rests { verifier, then, ahead } = material::verifier(context, args, at)?;
    let jobs = args.jobs.map_or_else(all_cores, NonZero::get);
    let questions = Questions::find(args, jobs)?;
    let (replay, wallet) = (args.at.is_some(), OnceLock::new());
    let explain = args.explain;
    let remembered = Remembered::open(context, args, (then, ahead))?;
    remembered.note_documents(&verifier)?;
    let mut check = Check {
        context,
        args,
        verifier,
        questions,
        policy,
        at,
        replay,
        explain,
        remembered,
        wallet,
        waited,
    };
    if args.answer.is_dir() {
        if explain {
            let next = "Give one file of it.";
            return Err(CliError::usage("--explain is for one answer, not for a folder", next));
        }
        return folder::run(&mut check, &args.answer, jobs);
    }
    check.one(&args.answer)
}

fn policy(args: &Verify) -> Result<Policy> {
    let mut policy = Policy::as_requested();
    if let Some(seconds) = args.max_age {
        policy = policy.with_max_answer_age(seconds);
    }
    if let Some(age) = &args.status_age {
        policy = policy.with_max_status_age(age_in_seconds("--status-age", age)?);
    }
    if let Some(age) = &args.did_age {
        policy = policy.with_max_history_age(age_in_seconds("--did-age", age)?);
    }
    Ok(policy)
}

fn age_in_seconds(option: &str, age: &str) -> Result<u32> {
    let seconds = text::duration(age).and_then(|seconds| u32::try_from(seconds).ok());
    seconds.ok_or_else(|| {
        let message = format!("{option} {}: not a length of time", text::safe(age));
        CliError::usage(message, "Write 30m, 12h, 2d.")
    })
}

/// All that verifying needs besides the answer.
struct Check<'c> {
    context: &'c Context,
    args: &'c Verify,
    verifier: Verifier,
    questions: Questions,
    policy: Policy,
    at: Timestamp,
    replay: bool,
    explain: bool,
    remembered: Remembered,
    /// Opened for the first sealed answer.
    wallet: OnceLock<Result<Opened>>,
    /// What came on standard input.
    waited: Option<Zeroizing<Vec<u8>>>,
}

impl Check<'_> {
    fn one(&self, path: &Path) -> Result<ExitCode> {
        let (answer, sealed) = self.read(path)?;
        let question = self.question(&answer)?.ok_or_else(|| match self.questions {
            Questions::OwnRequests => CliError::usage(
                "verify needs the question that was asked; this home wrote none that the file answers",
                "Give --request FILE, or --nonce N --audience A.",
            ),
            _ => unknown_request(&answer),
        })?;
        let done = self.decide(&answer, &question)?;
        let report = self.report(&done.verdict, &question)?;
        if self.context.json {
            let mut json = report.to_json();
            explained::add_to(&mut json, &done, self.explain);
            output::json(&json);
        } else {
            report.print();
            if self.explain {
                explained::print(&done.steps);
            }
        }
        explained::tell_notes(&done.notes);
        let verdict = &done.verdict;
        if !matches!(verdict, Verdict::Accepted(_))
            && let Some(kind) = other_kind(&answer)
        {
            output::talk(&format!("Note: the file to verify is {kind}."));
        }
        if !sealed && question.wants_sealed() {
            output::talk(
                "Note: it came in plain, though a sealed answer was asked for: whoever carried it could read it.",
            );
        }
        report.talk();
        Ok(match verdict {
            Verdict::Accepted(_) => ExitCode::SUCCESS,
            Verdict::Refused(_) => Exit::Refused.into(),
            Verdict::Undetermined(_) => Exit::Undetermined.into(),
        })
    }

    /// The answer in a file, and whether it was sealed.
    fn read(&self, path: &Path) -> Result<(Zeroizing<Vec<u8>>, bool)> {
        let bytes = match &self.waited {
            Some(waited) => waited.clone(),
            None => Zeroizing::new(files::read(path, sealing::MAX_ANSWER)?),
        };
        if let Some(text) = sealing::sealed_answer(&bytes)? {
            let opened = sealing::open(text, self.wallet()?.wallet());
            let next = "Verify it in the home that asked (--home DIR), or ask the holder to answer your own request.";
            return Ok((opened.map_err(|error| error.advise(next))?, true));
        }
        if bytes.len() > verify::MAX_LEN + 1 {
            Err(files::too_large(path))
        } else {
            Ok((bytes, false))
        }
    }

    /// The wallet of this home, opened once.
    fn wallet(&self) -> Result<&Opened> {
        let open = || {
            let home = &self.context.home;
            if home.dir().as_os_str().is_empty() || !home.wallet().exists() {
                let message = "the answer is sealed, and there is no wallet here to open it with";
                let next = "Verify it in the home that asked (--home DIR).";
                return Err(CliError::refused("no-wallet", message, next));
            }
            self.context.open()
        };
        self.wallet.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    /// Why the wallet that is here did not open, if it was needed.
    fn locked_out(&self) -> Option<&CliError> {
        let error = self.wallet.get()?.as_ref().err()?;
        (error.code() != "no-wallet").then_some(error)
    }

    fn question(&self, answer: &[u8]) -> Result<Option<Question<'_>>> {
        self.questions.of(&Presentation::new(answer), &self.context.home)
    }

    /// The verdict once it is noted. Where another process was faster, it is made again, with what that one brought.
    fn decide(&self, answer: &[u8], question: &Question<'_>) -> Result<Examination> {
        let mut newer: Option<Verifier> = None;
        for _ in 0..memory::ROUNDS {
            let verifier = newer.as_ref().unwrap_or(&self.verifier);
            let done = self.examination(verifier, answer, question)?;
            let decision =
                self.remembered.decision(&done.verdict, &done.learned, &question.expected());
            if self.remembered.note(&[decision], verifier)? == [Noted::Done] {
                if matches!(done.verdict, Verdict::Accepted(_)) {
                    self.accepted()?;
                }
                return Ok(done);
            }
            newer = Some(self.newer()?);
        }
        Err(memory::unsettled())
    }

    /// The verifier with what this home has learned since, and with what came along in this run.
    fn newer(&self) -> Result<Verifier> {
        let mut verifier = material::verifier(self.context, self.args, self.at)?.verifier;
        verifier.add_statuses(&self.remembered.sent_along());
        Ok(verifier)
    }

    /// Something was accepted: the clock is not behind, so whatever is here is here since now at least.
    fn accepted(&self) -> Result<()> {
        if !self.remembered.notes() {
            return Ok(());
        }
        jurisdictions::Archive::lower_added(&self.context.home, self.context.now)
    }

    /// The verdict with every check that led to it.
    fn examination(
        &self,
        verifier: &Verifier,
        answer: &[u8],
        question: &Question<'_>,
    ) -> Result<Examination> {
        let presentation = Presentation::new(answer);
        let expected = question.expected();
        let facts = self.remembered.facts(&expected)?;
        Ok(self.remembered.with(|memory| {
            verifier.explain(&presentation, &expected, &self.policy, &facts, memory, self.at)
        }))
    }

    fn verdict(&self, answer: &[u8], question: &Question<'_>) -> Result<(Verdict, Learned)> {
        let presentation = Presentation::new(answer);
        let expected = question.expected();
        let facts = self.remembered.facts(&expected)?;
        Ok(self.remembered.with(|memory| {
            self.verifier.verify(&presentation, &expected, &self.policy, &facts, memory, self.at)
        }))
    }

    fn report<'a>(&self, verdict: &'a Verdict, question: &'a Question<'_>) -> Result<Report<'a>> {
        let expected = question.expected();
        let is_spent = verdict.reasons().iter().any(|reason| reason.kind() == "nonce-spent");
        let spent = if is_spent { self.remembered.spent(&expected)? } else { None };
        Ok(Report {
            verdict,
            expected,
            at: self.at,
            replay: self.replay,
            asked_here: question.asked_here,
            remembered: self.remembered.is_kept(),
            recorded: self.remembered.notes() && matches!(verdict, Verdict::Accepted(_)),
            spent,
        })
    }
}

fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn unknown_request(answer: &[u8]) -> CliError {
    let kind = other_kind(answer).map(|kind| format!(" (it is {kind})")).unwrap_or_default();
    if Presentation::new(answer).unverified_nonce().is_none() {
        let message = format!("it is no answer that can be read{kind}");
        return CliError::refused("malformed", message, "Take the file that the holder sent.");
    }
    CliError::refused(
        "request-unknown",
        format!("it answers no request that is known here{kind}"),
        "Give --request with the request that it answers, or with a folder of requests.",
    )
}

/// What the file is, if it is something else than an answer.
fn other_kind(answer: &[u8]) -> Option<&'static str> {
    let kind = kind::of(&String::from_utf8_lossy(answer))?;
    let answers = ["an answer", "a presentation", "a sealed answer"];
    let is_answer = answers.iter().any(|start| kind.starts_with(start));
    (!is_answer).then_some(kind)
}
