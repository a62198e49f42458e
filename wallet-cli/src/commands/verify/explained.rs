//! The way to a verdict: every check in its order, and what was noticed besides.

use bonafide::verify::{Examination, Note, Outcome, Step};
use serde_json::{Value, json};

use crate::{output, text};

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::NotMade => "not made",
    }
}

/// A line for each check.
pub fn print(steps: &[Step]) {
    output::data("checks");
    for step in steps {
        let (number, name) = (step.check.number(), step.check.name());
        let details = step.details.join("; ");
        let line =
            format!("  {number:>2} {name:<18} {:<9} {}", word(step.outcome), text::safe(&details));
        output::data(line.trim_end());
    }
}

/// What does not change the verdict, but is worth knowing.
pub fn tell_notes(notes: &[Note]) {
    for note in notes {
        output::talk(&format!("Note: {} [{}].", text::safe(&note.detail), note.kind));
    }
}

/// For programs: the notes always, the checks where they were asked for.
pub fn add_to(json: &mut Value, done: &Examination, explain: bool) {
    let Some(members) = json.as_object_mut() else { return };
    let notes = done.notes.iter().map(|note| json!({"kind": note.kind, "detail": note.detail}));
    members.insert("notes".into(), notes.collect());
    if explain {
        let steps = done.steps.iter().map(|step| {
            json!({"check": step.check.number(), "name": step.check.name(),
                "outcome": word(step.outcome), "details": step.details})
        });
        members.insert("checks".into(), steps.collect());
    }
}
