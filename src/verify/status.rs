//! Whether a credential still stands: which status list token counts, and what it says
//! (Token Status List §8.3; DID profile §15).
//!
//! Of all tokens for one list, from the verifier's material and from the holder, the valid one with the latest time
//! of issue counts. A token that does not hold is put aside and reported; it decides nothing.

use std::collections::BTreeMap;

use super::findings::Findings;
use super::keys::Problem;
use super::status_token::Token;
use super::{Case, Check, Conflict, Reason, Seen, Source, Verifier};
use crate::clock::{DAY, Timestamp};
use crate::did::Did;
use crate::format::sd_jwt_vc::StatusReference;
use crate::status::{StatusError, StatusMeaning, StatusToken};

/// A token without an end counts for a day.
const LIFE_WITHOUT_END: i64 = DAY;

/// Most tokens of a holder that are looked at.
pub(super) const MAX_STAPLES: usize = 8;

/// The tokens at hand by the list they claim to be for, each read when it comes and checked when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Statuses(BTreeMap<String, Vec<Token>>);

impl Statuses {
    /// Reads the form of every token; what cannot be read is left out and returned.
    pub(super) fn new(texts: &[String]) -> (Self, Vec<StatusError>) {
        let mut statuses = Self::default();
        let unreadable = statuses.add(texts);
        (statuses, unreadable)
    }

    /// Likewise, more of them.
    pub(super) fn add(&mut self, texts: &[String]) -> Vec<StatusError> {
        let mut unreadable = Vec::new();
        for text in texts {
            match Token::read(text) {
                Ok((uri, token)) => self.0.entry(uri).or_default().push(token),
                Err(error) => unreadable.push(error),
            }
        }
        for tokens in self.0.values_mut() {
            tokens.sort_by_key(|token| std::cmp::Reverse(token.issued_at));
        }
        unreadable
    }

    /// A token by what it is called when it is remembered or kept.
    pub(super) fn token(&self, name: &str, seen: Seen) -> Option<&str> {
        let (_, uri) = name.split_once(' ')?;
        let found = self.of(uri).iter().find(|token| token.seen() == seen);
        found.map(|token| token.text.trim())
    }

    fn of(&self, uri: &str) -> &[Token] {
        self.0.get(uri).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The credential whose status is asked for.
pub(super) struct Concerned<'a> {
    pub(super) reference: &'a StatusReference,
    /// Who may sign its list: the issuer first.
    pub(super) signers: &'a [&'a Did],
    /// What the holder sent along.
    pub(super) staples: &'a [String],
    /// Whether the verifier believes the issuer: only then is anything remembered.
    pub(super) believed: bool,
}

impl Concerned<'_> {
    /// What its list is called when it is remembered. For each issuer: what one says of a URI takes nothing from another.
    fn name(&self) -> String {
        let issuer = self.signers.first().map(|issuer| issuer.as_str()).unwrap_or_default();
        format!("{issuer} {}", self.reference.uri)
    }

    fn key(&self) -> (Source, String) {
        (Source::StatusList, self.name())
    }
}

/// The status of one credential. Gives the time of the known list that decided, and its text; of one that the holder
/// sent there is no need.
pub(super) fn check<'v>(
    concerned: &Concerned<'_>,
    verifier: &'v Verifier,
    case: &Case<'_>,
    findings: &mut Findings,
) -> Option<(Timestamp, &'v str)> {
    findings.made(Check::Status);
    let uri = concerned.reference.uri.as_str();
    let (known, stapled) = (verifier.statuses.of(uri), stapled(concerned, findings));
    let mut tokens: Vec<&Token> = known.iter().chain(&stapled).collect();
    if case.replay {
        leave_out_later(&mut tokens, concerned, case);
    }
    tokens.sort_by_key(|token| std::cmp::Reverse(token.issued_at));
    let mut discarded: Vec<Problem> = Vec::new();
    for (place, token) in tokens.iter().copied().enumerate() {
        match token.counts(concerned.signers, verifier, case, findings) {
            Ok(list) => {
                judge(list, concerned, case, findings);
                let rivals = tokens
                    .iter()
                    .enumerate()
                    .filter(|(other, rival)| *other != place && rival.issued_at == token.issued_at);
                for (_, rival) in rivals {
                    let counts = rival.counts(concerned.signers, verifier, case, findings).is_ok();
                    let is_known = case.memory.seen.get(&concerned.key()) == Some(&rival.seen());
                    // One that was believed before contradicts also when it has ended.
                    let differs = || rival.claimed_list().is_none_or(|other| other != *list.list());
                    if (counts || is_known) && differs() {
                        contradict(concerned, (token.seen(), rival.seen()), findings);
                    }
                }
                check_memory(token, &tokens, concerned, case, findings);
                keep_stapled(&stapled, findings);
                if known.iter().chain(&stapled).any(|other| other.issued_at < token.issued_at) {
                    findings
                        .note("status-older", "older lists of its statuses were left aside".into());
                }
                let decided = known.iter().find(|known| std::ptr::eq(*known, token));
                return decided.map(|known| (known.issued_at, known.text.trim()));
            }
            Err((kind, why)) => {
                findings.note(kind, format!("a status list token was put aside: {why}"));
                discarded.push((kind, why));
            }
        }
    }
    let (kind, detail) = match discarded.last() {
        None => ("status-unknown", "no list of its statuses is at hand".to_owned()),
        Some((kind, _)) if *kind == StatusError::Expired.code() => {
            ("status-stale", "the newest list of its statuses has expired".to_owned())
        }
        Some((_, why)) => ("status-unknown", format!("no list of its statuses holds: {why}")),
    };
    findings.add(Reason::new(Check::Status, kind, detail));
    if concerned.believed {
        findings.used(Source::StatusList, &concerned.name(), Seen { number: 0, digest: [0; 32] });
    }
    None
}

/// In a replay: what was issued since, by a clock that was right. One that was known then was believed then.
fn leave_out_later(tokens: &mut Vec<&Token>, concerned: &Concerned<'_>, case: &Case<'_>) {
    let newest = case.memory.seen.get(&concerned.key()).map_or(0, |seen| seen.number);
    tokens.retain(|token| token.issued_at <= case.now || token.seen().number <= newest);
}

/// The holder's tokens for this list.
fn stapled(concerned: &Concerned<'_>, findings: &mut Findings) -> Vec<Token> {
    let mut own = Vec::new();
    for text in concerned.staples.iter().take(MAX_STAPLES) {
        match Token::read(text) {
            Ok((uri, token)) if uri == concerned.reference.uri => own.push(token),
            Ok(_) => findings
                .note("status-other-list", "a token that came along is for another list".into()),
            Err(error) => {
                findings.note(error.code(), format!("a token that came along is no use: {error}"));
            }
        }
    }
    own
}

/// What the list that counts says, and whether it is fresh enough to say it.
fn judge(list: &StatusToken, concerned: &Concerned<'_>, case: &Case<'_>, findings: &mut Findings) {
    let reference = concerned.reference;
    let issued_at = list.publication().issued_at;
    findings.found(Check::Status, || format!("decided by the list of {issued_at}"));
    let mut add = |kind, detail: String| findings.add(Reason::new(Check::Status, kind, detail));
    let own = list.publication().expires.is_none().then_some(LIFE_WITHOUT_END);
    let demanded = case.policy.max_status_age().map(i64::from);
    let age = case.now.unix() - issued_at.unix();
    if let Some(limit) = own.into_iter().chain(demanded).min().filter(|limit| age > *limit) {
        add(
            "status-stale",
            format!("its list is {} old; the limit is {}", hours(age), hours(limit)),
        );
    }
    let mut add = |kind, detail: &str| findings.add(Reason::new(Check::Status, kind, detail));
    match list.status(reference.index).map(|status| status.meaning()) {
        Ok(StatusMeaning::Valid) => {}
        Ok(StatusMeaning::Invalid) => add("revoked", "the issuer has revoked it, for good"),
        Ok(StatusMeaning::Suspended) => add("suspended", "the issuer has suspended it"),
        Ok(StatusMeaning::Application | StatusMeaning::Reserved) => {
            add("status-undefined", "its list gives it a status whose meaning is not known here");
        }
        Err(error) => add(error.code(), "its list has no such entry"), // §8.3 step 6
    }
}

/// That the list is the newest seen before, and the only one of its moment.
fn check_memory(
    token: &Token,
    at_hand: &[&Token],
    concerned: &Concerned<'_>,
    case: &Case<'_>,
    findings: &mut Findings,
) {
    let (name, seen) = (concerned.name(), token.seen());
    let newest = case.memory.seen.get(&(Source::StatusList, name.clone())).copied();
    match newest {
        Some(newest) if newest.number > seen.number => {
            let detail = "a newer list was seen before, and is not at hand now";
            findings.add(Reason::new(Check::Status, "status-stale", detail));
        }
        // One that is at hand was compared.
        Some(newest)
            if newest.number == seen.number
                && !at_hand.iter().any(|token| token.seen() == newest) =>
        {
            contradict(concerned, (newest, seen), findings);
        }
        _ if concerned.believed => {
            findings.learn(Source::StatusList, &name, seen);
            findings.used(Source::StatusList, &name, seen);
            findings.learn_time(token.issued_at);
        }
        _ => {}
    }
}

/// Of what is remembered, whatever the holder alone has.
fn keep_stapled(stapled: &[Token], findings: &mut Findings) {
    for token in stapled {
        let seen = token.seen();
        if findings.learned.used.iter().any(|(.., used)| *used == seen) {
            findings.learned.stapled.insert(token.text.trim().to_owned());
        }
    }
}

/// Two lists of one moment that say different things: nobody knows which holds, and both are evidence.
fn contradict(concerned: &Concerned<'_>, (known, found): (Seen, Seen), findings: &mut Findings) {
    let (source, name) = (Source::StatusList, concerned.name());
    let detail = "its issuer signed two lists of one moment that differ";
    findings.add(Reason::new(Check::Status, "status-forked", detail));
    if concerned.believed {
        findings.used(source, &name, known);
        findings.used(source, &name, found);
        findings.conflict(Conflict { source, name, known, found });
    }
}

fn hours(seconds: i64) -> String {
    match seconds {
        ..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn ages_are_told_in_what_fits() {
        assert_eq!(
            [59, 60, 7199, 7200, 90_000].map(super::hours),
            ["0 min", "1 min", "119 min", "2 h", "25 h"]
        );
    }
}
