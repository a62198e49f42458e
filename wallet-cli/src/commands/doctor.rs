//! `bonafide doctor`: what is there, what is missing, what to do next.

mod issuer;
mod platform;
mod recovery;
mod wallet;

use std::process::ExitCode;

use bonafide::clock::Timestamp;
use serde_json::json;

use super::Context;
use crate::error::{CliError, Exit, Result};
use crate::{memory, output};

/// One thing looked at.
struct Finding {
    about: &'static str,
    well: bool,
    state: String,
    mend: String,
}

impl Finding {
    fn well(about: &'static str, state: impl ToString) -> Self {
        Self { about, well: true, state: state.to_string(), mend: String::new() }
    }

    /// Well, and still worth a word.
    fn noted(about: &'static str, state: impl ToString, word: impl ToString) -> Self {
        Self { mend: word.to_string(), ..Self::well(about, state) }
    }

    fn ill(about: &'static str, state: impl ToString, mend: impl ToString) -> Self {
        Self { about, well: false, state: state.to_string(), mend: mend.to_string() }
    }
}

/// Looks at everything, whatever it finds; the exit is that of the worst fault.
pub fn run(context: &Context, accept_copy: bool) -> Result<ExitCode> {
    let mut findings = vec![clock(context.now)];
    findings.extend(memory());
    let faults = [
        wallet::look(context, accept_copy, &mut findings).err(),
        platform::trust(context, &mut findings).err(),
        platform::lists(context, &mut findings).err(),
        platform::answers(context, &mut findings).err(),
    ];
    let exits: Vec<Exit> = faults.iter().flatten().map(CliError::exit).collect();
    for fault in faults.iter().flatten() {
        findings.push(Finding::ill("fault", fault.message(), fault.next()));
    }
    print(context, &findings);
    let worst = exits.iter().find(|exit| **exit == Exit::Fault);
    let exit = worst.or(exits.first());
    Ok(exit.map_or(ExitCode::SUCCESS, |exit| (*exit).into()))
}

fn print(context: &Context, findings: &[Finding]) {
    if context.json {
        let rows = findings
            .iter()
            .map(|f| json!({"about": f.about, "well": f.well, "state": f.state, "mend": f.mend}));
        output::json(&rows.collect());
        return;
    }
    for finding in findings {
        let mark = if finding.well { "ok  " } else { "LOOK" };
        output::data(&format!("{mark}  {:<12} {}", finding.about, finding.state));
        if !finding.mend.is_empty() {
            output::data(&format!("                   {}", finding.mend));
        }
    }
}

/// No build of this program is older than its own release.
fn clock(now: Timestamp) -> Finding {
    let released = Timestamp::parse("2026-11-01").ok();
    if released.is_some_and(|released| now < released) {
        return Finding::ill(
            "clock",
            format!("{now} is before this version was made"),
            "Set this machine's clock.",
        );
    }
    Finding::well("clock", now)
}

/// What is in memory could be written to swap. Not everywhere can a program help that.
fn memory() -> Option<Finding> {
    Some(if memory::is_locked()? {
        Finding::well("memory", "locked, so that no secret reaches the swap")
    } else {
        let word =
            "Encrypt the swap, or lift the limit: `ulimit -l unlimited` (limits.conf: memlock).";
        Finding::noted("memory", "not locked: this system limits that", word)
    })
}
