//! What an examination writes down: reasons, the way it went, what it noticed, what it learned.

use super::{Check, Conflict, Learned, Reason, Seen, Source};
use crate::clock::Timestamp;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was found against it.
    Passed,
    /// Something was found; the reasons say what.
    Failed,
    /// It was not made: an earlier finding, or the question, left nothing to check.
    NotMade,
}

/// One check of an examination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
    /// What it found out, where that is worth telling; never a claim's value.
    pub details: Vec<String>,
}

/// Something that does not change the verdict, but that a verifier should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// A stable string code.
    pub kind: &'static str,
    /// What was noticed; never a claim's value.
    pub detail: String,
}

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    reasons: Vec<Reason>,
    credential: Option<String>,
    /// One bit for each check that was made.
    made: u32,
    /// Kept only for an examination that is to be explained.
    details: Option<Vec<(Check, String)>>,
    notes: Vec<Note>,
    pub(super) learned: Learned,
}

impl Findings {
    /// Findings that also keep what the checks found out.
    pub(super) fn explained() -> Self {
        Self { details: Some(Vec::new()), ..Self::default() }
    }

    pub(super) fn add(&mut self, mut reason: Reason) {
        self.made(reason.check());
        reason.concerning(self.credential.as_deref());
        self.reasons.push(reason);
    }

    /// `check` is being made.
    pub(super) fn made(&mut self, check: Check) {
        self.made |= 1 << check.number();
    }

    /// `check` is made, and this is what it found out. Written only where somebody asked for it.
    pub(super) fn found(&mut self, check: Check, detail: impl FnOnce() -> String) {
        self.made(check);
        if let Some(details) = &mut self.details {
            details.push((check, detail()));
        }
    }

    pub(super) fn note(&mut self, kind: &'static str, detail: String) {
        let note = Note { kind, detail };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// This material was used, and is the newest that was met.
    pub(super) fn learn(&mut self, source: Source, name: &str, seen: Seen) {
        self.learned.seen.insert((source, name.to_owned()), seen);
    }

    /// This was fetched, and the decision rests on it.
    pub(super) fn used(&mut self, source: Source, name: &str, seen: Seen) {
        self.learned.used.insert((source, name.to_owned(), seen));
    }

    /// A moment that has passed for certain, if it is not after now.
    pub(super) fn learn_time(&mut self, time: Timestamp) {
        self.learned.trusted_time = self.learned.trusted_time.max(Some(time));
    }

    /// Two that cannot both be true.
    pub(super) fn conflict(&mut self, conflict: Conflict) {
        self.learned.conflicts.push(conflict);
    }

    /// From now on, findings concern a credential of this type.
    pub(super) fn concerning(&mut self, vct: &str) {
        self.credential = Some(vct.to_owned());
    }

    /// All reasons: refusals before what could not be decided, each in the order of the checks.
    pub(super) fn ranked(&mut self) -> Vec<Reason> {
        let mut reasons = std::mem::take(&mut self.reasons);
        reasons.sort_by_key(|reason| (reason.is_undetermined(), reason.check()));
        reasons
    }

    /// Every check in its order, and what was noticed.
    pub(super) fn told(self, reasons: &[Reason]) -> (Vec<Step>, Vec<Note>) {
        let details = self.details.unwrap_or_default();
        let steps = Check::ALL.map(|check| {
            let failed = reasons.iter().any(|reason| reason.check() == check);
            let made = self.made & 1 << check.number() != 0;
            let outcome = match (failed, made) {
                (true, _) => Outcome::Failed,
                (false, true) => Outcome::Passed,
                (false, false) => Outcome::NotMade,
            };
            // What a failed check found out stands in its reasons.
            let own = details.iter().filter(|(of, _)| *of == check && !failed);
            Step { check, outcome, details: own.map(|(_, detail)| detail.clone()).collect() }
        });
        (steps.into(), self.notes)
    }
}
