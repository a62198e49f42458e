//! The ways back to a wallet, and when each was last tried.

use bonafide::clock::{DAY, Timestamp};
use bonafide::wallet::{SlotInfo, SlotKind};

use super::Finding;
use crate::commands::Context;
use crate::error::Result;
use crate::text;

/// Seconds after which a way back is worth trying again.
const DRILL_EVERY: i64 = 180 * DAY;

/// Which ways back exist, and when each was last tried.
pub fn look(context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
    let known = context.home.recovery()?;
    let ago = |seconds: Option<i64>| {
        let at = seconds.and_then(Timestamp::from_unix);
        at.map(|at| (at, text::distance(at, context.now)))
    };
    let stale = |at: Timestamp| at < context.now.plus(-DRILL_EVERY);
    findings.push(match ago(known.drilled_phrase) {
        None => Finding::ill(
            "24 words",
            "never tried",
            "Prove that you have them: bonafide recover --drill --phrase (`bonafide keys phrase` shows them).",
        ),
        Some((at, when)) if stale(at) => {
            Finding::noted("24 words", format!("tried {when}"), "Try again: bonafide recover --drill --phrase")
        }
        Some((_, when)) => Finding::well("24 words", format!("tried {when}")),
    });
    let tried = ago(known.drilled_backup)
        .map_or("never tried".to_owned(), |(_, when)| format!("tried {when}"));
    findings.push(match ago(known.backup) {
        None => Finding::ill(
            "backup",
            "none was made here",
            "Credentials come back from a backup only: bonafide backup --out FILE",
        ),
        Some((at, when)) if changed(context).is_some_and(|changed| at < changed) => Finding::noted(
            "backup",
            format!("made {when}, and the wallet has changed since; {tried}"),
            "Make a new one: bonafide backup --out FILE",
        ),
        Some((_, when)) if known.drilled_backup.is_none() => Finding::noted(
            "backup",
            format!("made {when}, {tried}"),
            "Prove that it opens: bonafide recover --drill --backup FILE",
        ),
        Some((_, when)) => Finding::well("backup", format!("made {when}, {tried}")),
    });
    let tried = ago(known.drilled_shares);
    let is_stale = tried.as_ref().is_some_and(|(at, _)| stale(*at));
    findings.extend(guardians(&context.home.wallet().slots()?, tried, is_stale));
    Ok(())
}

/// Guardians, where there are some; their sheets are looked for, not gathered.
fn guardians(
    slots: &[SlotInfo],
    tried: Option<(Timestamp, String)>,
    stale: bool,
) -> Option<Finding> {
    let sets: Vec<String> = slots
        .iter()
        .filter_map(|slot| match slot.kind {
            SlotKind::Shares { threshold, shares, .. } => {
                Some(format!("any {threshold} of {shares}"))
            }
            _ => None,
        })
        .collect();
    let sets = (!sets.is_empty()).then(|| sets.join(", or "))?;
    Some(match tried {
        None => Finding::ill(
            "guardians",
            format!("{sets}, never tried"),
            "Prove that the sheets work before you hand them out: bonafide recover --drill --share FILE --share FILE",
        ),
        Some((_, when)) if stale => Finding::noted(
            "guardians",
            format!("{sets}, tried {when}"),
            "Ask each of them to look for their sheet. Who lost one needs new shares: bonafide keys add-slot shares",
        ),
        Some((_, when)) => Finding::well("guardians", format!("{sets}, tried {when}")),
    })
}

/// When the wallet's file was last written.
fn changed(context: &Context) -> Option<Timestamp> {
    let written = std::fs::metadata(context.home.wallet().path()).ok()?.modified().ok()?;
    let since = written.duration_since(std::time::UNIX_EPOCH).ok()?;
    Timestamp::from_unix(since.as_secs().try_into().ok()?)
}
