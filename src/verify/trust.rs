//! Whether the verifier believes the issuer for this, at that time (DID profile §12).

use super::findings::Findings;
use super::keys::IssuerKey;
use super::verdict::ApprovedBy;
use super::{Case, Check, Conflict, Met, Reason, Seen, Source, Verifier};
use crate::clock::{DAY, Timestamp};
use crate::format::sd_jwt_vc::Registered;
use crate::trust::{Approval, DEFAULT_GRACE_DAYS, Disapproval, Jurisdiction, Query};

impl Verifier {
    /// The issuer is pinned, or a jurisdiction approves of it for this type and day; its key has not been retired for
    /// too long; and what says so is not older than what was seen before.
    pub(super) fn check_trust(
        &self,
        key: &IssuerKey<'_>,
        registered: &Registered,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Option<ApprovedBy> {
        findings.made(Check::Trust);
        let begins = registered.not_before.or(registered.issued_at);
        let query = Query {
            issuer: &key.issuer,
            key_fragment: &key.fragment,
            key: &key.signer.key,
            vct: &registered.vct,
            not_before: begins.unwrap_or(case.now),
            expires: registered.expires,
            now: case.now,
            attribute: None,
            jurisdictions: &[],
        };
        // One list that approves is enough: whichever lets the key count still, and the history at hand do.
        let is_long_enough = |least: u32| {
            key.signer.log_version(case).is_none_or(|version| version >= u64::from(least))
        };
        let suits = |approval: &Approval<'_>| {
            retired_at(key, Some(approval)).is_none_or(|end| end > case.now)
                && approval.min_log_version().is_none_or(is_long_enough)
        };
        let approval = match self.jurisdictions.approval_for(&query, suits) {
            Ok(approval) if begins.is_some() => Some(approval),
            Ok(_) => {
                no_beginning(key, findings);
                None
            }
            Err(reasons) => {
                disapproved(reasons, key, findings);
                None
            }
        };
        if let Some(pinned) = key.pinned {
            findings.found(Check::Trust, || format!("{} is pinned", pinned.did));
        }
        self.check_history(key, approval.as_ref(), case, findings);
        check_retired(key, approval.as_ref(), case.now, findings);
        self.check_lists(case, findings);
        let approval = approval?;
        check_list(&approval, case, findings);
        Some(ApprovedBy::new(&approval))
    }

    /// Whatever becomes of the answer: a list that leaves its issuer out is not to be forgotten either.
    pub(super) fn remember_lists(&self, case: &Case<'_>, findings: &mut Findings) {
        for list in self.jurisdictions.iter() {
            if let (found, Met::First | Met::AsNew) = met(list, case) {
                findings.learn(Source::Jurisdiction, list.id(), found);
            }
        }
    }

    /// Every list is the newest that was seen, also where another one approves: a newer one may say that a key was stolen.
    fn check_lists(&self, case: &Case<'_>, findings: &mut Findings) {
        for list in self.jurisdictions.iter() {
            if let (found, met @ (Met::Older(_) | Met::Forked(_))) = met(list, case) {
                let kinds = ("trust-list-rolled-back", "trust-list-forked");
                note(Source::Jurisdiction, list.id(), (found, met), kinds, findings);
            }
        }
    }

    /// The history of the issuer's DID is as new as demanded and as seen before.
    fn check_history(
        &self,
        key: &IssuerKey<'_>,
        approval: Option<&Approval<'_>>,
        case: &Case<'_>,
        findings: &mut Findings,
    ) {
        let mut add = |kind, detail: String| findings.add(Reason::new(Check::Trust, kind, detail));
        if let (Some(limit), true) = (case.policy.max_history_age(), key.signer.is_fetched()) {
            let age = key.signer.fetched_at().map(|at| case.now.unix() - at.unix());
            let detail = match age {
                None => {
                    "how old what is known of the issuer's keys is, only a pinned maker of bundles says: bonafide trust pin DID --maker"
                }
                Some(_) => "what is known of the issuer's keys is older than allowed",
            };
            if age.is_none_or(|age| age > i64::from(limit)) {
                add("history-stale", detail.into());
            }
        }
        let Some((found, met)) = key.signer.met(case.memory, &key.issuer) else {
            return;
        };
        let least = approval.and_then(Approval::min_log_version).map(u64::from);
        let version = key.signer.log_version(case).unwrap_or(found.number);
        if let Some(least) = least.filter(|least| version < *least) {
            add("history-stale", format!("version {version} is at hand; it takes {least}"));
        }
        let name = key.issuer.as_str();
        note(Source::History, name, (found, met), ("log-rolled-back", "log-forked"), findings);
    }
}

/// Lists approve for days: of a credential that does not say when it begins they say nothing. A pin needs no day.
fn no_beginning(key: &IssuerKey<'_>, findings: &mut Findings) {
    if key.pinned.is_none() {
        let detail = "it does not say when it begins; lists approve of issuers for a time";
        findings.add(Reason::new(Check::Trust, "claim-missing", detail));
    }
}

/// Why no jurisdiction approves. A pin needs none, but believes no key that any of them knows to be compromised.
fn disapproved(reasons: Vec<Disapproval>, key: &IssuerKey<'_>, findings: &mut Findings) {
    let compromised = |reason: &Disapproval| matches!(reason, Disapproval::KeyCompromised { .. });
    // One list that has expired may be the one that approves.
    let open = reasons.iter().any(|reason| matches!(reason, Disapproval::Stale { .. }))
        && !reasons.iter().any(compromised);
    for reason in reasons {
        let counts = match reason {
            Disapproval::KeyCompromised { .. } => true,
            _ if key.pinned.is_some() => false,
            Disapproval::Stale { .. } => true,
            _ => !open,
        };
        if counts {
            let detail = match reason {
                Disapproval::Unknown => format!("{} is not pinned and in no list", key.issuer),
                _ => reason.to_string(),
            };
            findings.add(Reason::new(Check::Trust, reason.code(), detail));
        }
    }
}

/// From when on a retired key counts no more, by its DID and the list that approves.
fn retired_at(key: &IssuerKey<'_>, approval: Option<&Approval<'_>>) -> Option<Timestamp> {
    let grace = approval.map_or(DEFAULT_GRACE_DAYS, Approval::grace_days);
    let by_did = key.signer.until.map(|last| end_of_grace(last, grace));
    by_did.into_iter().chain(approval.and_then(Approval::key_counts_until)).min()
}

/// The first second after the grace that follows the last day of a key.
pub(super) fn end_of_grace(last: Timestamp, days: u16) -> Timestamp {
    last.start_of_day().plus((1 + i64::from(days)) * DAY)
}

/// A key that was retired in order counts for what it signed until its end and the grace (DID profile §12).
fn check_retired(
    key: &IssuerKey<'_>,
    approval: Option<&Approval<'_>>,
    now: Timestamp,
    findings: &mut Findings,
) {
    if let Some(end) = retired_at(key, approval).filter(|end| *end <= now) {
        let detail = format!("the issuer's key was retired, and counted until {end}");
        findings.add(Reason::new(Check::Trust, "key-retired", detail));
    }
}

/// What the list that approves says of itself.
fn check_list(approval: &Approval<'_>, case: &Case<'_>, findings: &mut Findings) {
    let list = approval.jurisdiction;
    if list.is_update_due(case.now) {
        let detail = format!("{}: the next list was promised by {}", list.id(), list.next_update());
        findings.note("trust-list-due", detail);
    }
    findings.found(Check::Trust, || {
        format!("{} number {} approves it as {}", list.id(), list.seq(), approval.attribute())
    });
    findings.learn_time(list.issued());
}

/// How a list stands to what is remembered of it.
fn met(list: &Jurisdiction, case: &Case<'_>) -> (Seen, Met) {
    let found = Seen { number: list.seq(), digest: *list.digest() };
    (found, case.memory.met(Source::Jurisdiction, list.id(), found, |_| None))
}

/// What memory says of material that was met.
fn note(
    source: Source,
    name: &str,
    (found, met): (Seen, Met),
    (older, forked): (&'static str, &'static str),
    findings: &mut Findings,
) {
    match met {
        Met::First | Met::AsNew => findings.learn(source, name, found),
        Met::Older(known) => {
            let detail = format!(
                "{name}: number {} is at hand, and {} was seen before",
                found.number, known.number
            );
            findings.add(Reason::new(Check::Trust, older, detail));
        }
        Met::Forked(known) => {
            let detail =
                format!("{name}: number {} was seen before with other content", known.number);
            findings.add(Reason::new(Check::Trust, forked, detail));
            findings.conflict(Conflict { source, name: name.to_owned(), known, found });
        }
    }
}
