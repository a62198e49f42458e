//! An issuer's duties: lists to publish, credentials that end, the files of its DID.

use bonafide::clock::{DAY, Timestamp};
use bonafide::wallet::Wallet;
use bonafide_records::{Credentials as _, Log as _, SqliteBook, Subjects as _};

use super::Finding;
use crate::commands::{Context, did, renewals};
use crate::error::Result;
use crate::issuer_did::Kept;
use crate::{office, text};

/// How long before its end a credential is worth a renewal, in seconds.
const RENEW_WITHIN: i64 = 30 * DAY;

pub fn look(context: &Context, wallet: &Wallet, findings: &mut Vec<Finding>) -> Result<()> {
    let kept = Kept::read(&context.home)?;
    if let Some(kept) = &kept {
        findings.push(issues_as(kept, context.now)?);
    }
    let Some(book) = office::existing(context, wallet)? else {
        if office::is_lost(context) {
            let state = "records.db is missing, and was here";
            let mend = "Bring it back from a backup before you issue, revoke or publish (docs/records.md).";
            findings.push(Finding::ill("records", state, mend));
        }
        return Ok(());
    };
    let closed =
        book.subjects()?.iter().filter(|one| one.external_id.is_none() && !one.erased).count();
    if closed > 0 {
        let state = format!("the names of {} cannot be opened", text::amount(closed, "investor"));
        let mend = "subject-keys.db is missing, or another one. Bring it back from wherever you mirror it; without it nothing more is issued to them (docs/records.md).";
        findings.push(Finding::ill("records", state, mend));
    }
    findings.extend(published(&book, kept.as_ref(), context.now)?);
    let ending = renewals::ending(&book, context.now, context.now.plus(RENEW_WITHIN))?.len();
    if ending > 0 {
        let state = format!("{} issued here: the end is near", text::amount(ending, "credential"));
        findings.push(Finding::noted("renewals", state, "bonafide renewals --within 30d"));
    }
    Ok(())
}

/// The DID on the web, whether it has ended, and whether others still have to vouch for its newest version.
fn issues_as(kept: &Kept, now: Timestamp) -> Result<Finding> {
    let name = text::safe(kept.did.as_str());
    if did::is_pending(kept)? {
        let state = format!("the newest version of {name} waits for its witnesses");
        let mend = "Send them did.jsonl, take their words in with `bonafide did witness take`, and publish it.";
        return Ok(Finding::ill("did", state, mend));
    }
    Ok(match kept.document(now) {
        Err(error) if error.code() == "did-deactivated" => {
            let state = format!("{name} was deactivated");
            Finding::noted("did", state, "Nothing more is issued or published in its name.")
        }
        _ => {
            let state = format!("this home issues as {name}");
            let word = "Its files are in no backup: what is published is the copy, and `bonafide did adopt` takes it back.";
            Finding::noted("did", state, word)
        }
    })
}

/// Whether the lists of statuses that are out still count.
fn published(book: &SqliteBook, kept: Option<&Kept>, now: Timestamp) -> Result<Option<Finding>> {
    if book.lists()?.is_empty() {
        return Ok(None);
    }
    let mend = "bonafide status publish --out-dir DIR, then put the files in their place";
    let Some(entry) = book.latest("publish")? else {
        let state = "never published: no verifier can accept what names them";
        return Ok(Some(Finding::ill("statuses", state, mend)));
    };
    for kind in ["revoke", "suspend", "reinstate"] {
        if book.latest(kind)?.is_some_and(|change| change.seq > entry.seq) {
            let state = "changed since they were published: platforms do not see it yet";
            return Ok(Some(Finding::ill("statuses", state, mend)));
        }
    }
    let document = kept.and_then(|kept| kept.document(now).ok());
    let stolen = document
        .iter()
        .flat_map(|document| document.methods())
        .filter_map(|method| method.revoked());
    if stolen.max().is_some_and(|stolen| stolen >= entry.at) {
        let state =
            "a key was declared stolen since they were published: what it signed counts nowhere";
        return Ok(Some(Finding::ill("statuses", state, mend)));
    }
    let detail = book.detail(&entry)?.unwrap_or_default();
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    let expires = detail
        .get("expires")
        .and_then(|text| text.as_str())
        .and_then(|text| Timestamp::parse(text).ok());
    Ok(expires.map(|expires| {
        let when = text::distance(expires, now);
        if expires <= now {
            Finding::ill("statuses", format!("the lists published last expired {when}"), mend)
        } else {
            Finding::well("statuses", format!("the lists published last expire {when}"))
        }
    }))
}
