//! Whom this home believes, and what it remembers of its verdicts.

use bonafide_records::{Platform as _, SqlitePlatform};

use super::Finding;
use crate::commands::Context;
use crate::error::Result;
use crate::home::is_there;
use crate::text;

pub fn trust(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let pins = context.home.pins()?;
    let issuers = pins.iter().filter(|pin| pin.issuer).count();
    let state = format!("issuers believed: {issuers}, verifiers named: {}", pins.len() - issuers);
    findings.push(if issuers == 0 {
        let word = "Verifying needs an issuer: bonafide trust pin DID --name NAME";
        Finding::noted("trust", state, word)
    } else {
        Finding::well("trust", state)
    });
    Ok(())
}

/// What a platform remembers, where it has verified something.
pub fn answers(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let Some(path) = context.home.platform() else { return Ok(()) };
    if !is_there(&path)? {
        return Ok(());
    }
    let platform = SqlitePlatform::open(&path)?;
    let (trusted, extent) = (platform.memory()?.trusted_time, platform.extent()?);
    let answered = text::amount(extent.nonces, "answered request");
    let state = match trusted {
        Some(time) => format!("{answered} remembered; it is later than {time} for certain"),
        None => format!("{answered} remembered"),
    };
    findings.push(match trusted {
        Some(time) if context.now < time => Finding::ill(
            "answers",
            state,
            "Set this machine's clock: nothing is accepted until then.",
        ),
        _ => Finding::well("answers", state),
    });
    if extent.conflicts > 0 {
        let forks = text::amount(extent.conflicts, "fork");
        let word = "Two sides were signed that cannot both be true. Ask whoever signed them.";
        findings.push(Finding::ill("answers", format!("{forks} of trust material met"), word));
    }
    Ok(())
}
