//! Whom this home believes, and what it remembers of its verdicts.

use bonafide::clock::DAY;
use bonafide_records::{Archive as _, Platform as _, SqlitePlatform};

use super::Finding;
use crate::commands::Context;
use crate::error::Result;
use crate::home::is_there;
use crate::{jurisdictions, text};

/// Seconds after which trust material is worth renewing: lists of statuses seldom last longer.
const RENEW_EVERY: i64 = 7 * DAY;

pub fn trust(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let pins = context.home.pins()?;
    let issuers = pins.iter().filter(|pin| pin.issuer).count();
    let state = format!("issuers believed: {issuers}, verifiers named: {}", pins.len() - issuers);
    let lists = jurisdictions::all(&context.home)?.len();
    findings.push(if issuers == 0 && lists == 0 {
        let word = "Verifying needs an issuer: bonafide trust pin DID --name NAME, or a list of them: bonafide trust add FILE";
        Finding::noted("trust", state, word)
    } else {
        Finding::well("trust", state)
    });
    Ok(())
}

/// The jurisdictions believed, and whether they still count.
pub fn lists(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    for archive in jurisdictions::all(&context.home)? {
        let list = archive.newest(context.now)?;
        let (folder, forks) = archive.forks()?;
        if forks > 0 {
            let state = format!("{}: {}", text::safe(list.id()), text::amount(forks, "fork"));
            let word = format!(
                "Those who govern it signed two versions of one number. What contradicts yours is in {}; ask them which one holds.",
                text::path(&folder)
            );
            findings.push(Finding::ill("lists", state, word));
        }
        let when = |time| text::distance(time, context.now);
        let what = format!("{} number {}", text::safe(list.id()), list.seq());
        let next = format!(
            "Take on the next one: bonafide trust add FILE, or verify --bundle FILE ({} was promised by {}).",
            list.seq() + 1,
            list.next_update().date()
        );
        findings.push(if list.is_stale(context.now) {
            let state = format!("{what} expired {}", when(list.expires()));
            Finding::ill("lists", state, next)
        } else if list.is_update_due(context.now) {
            let state = format!(
                "{what} counts on, its successor is late; it expires {}",
                when(list.expires())
            );
            Finding::noted("lists", state, next)
        } else {
            Finding::well("lists", format!("{what} expires {}", when(list.expires())))
        });
    }
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
        let word = "Two sides were signed that cannot both be true. `bonafide trust archive` lists those that were kept (--out-dir DIR writes them); ask whoever signed them.";
        findings.push(Finding::ill("answers", format!("{forks} of trust material met"), word));
    }
    let damaged = platform.entries()?.iter().filter(|entry| !entry.intact).count();
    if damaged > 0 {
        let state = format!("{} of the archive damaged", text::amount(damaged, "piece"));
        let word = "Later verdicts leave it aside; bring it again (verify --bundle FILE) to mend it. `bonafide trust archive` lists it.";
        findings.push(Finding::ill("archive", state, word));
    }
    if let Some(newest) = platform.newest()? {
        let state = format!("the newest used here came {}", text::distance(newest, context.now));
        findings.push(if newest < context.now.plus(-RENEW_EVERY) {
            Finding::noted(
                "material",
                state,
                "Bring newer logs and status lists: verify --bundle FILE",
            )
        } else {
            Finding::well("material", state)
        });
    }
    Ok(())
}
