//! What a verifier brings to a decision: the question, its own facts, its memory.

use super::findings::Findings;
use super::reason::Reason;
use super::{Check, Memory};
use crate::clock::Timestamp;
use crate::format::sd_jwt::ExpectedBinding;
use crate::policy::Policy;
use crate::request::Request;

/// Seconds by which an answer may lie outside its request's life, or in the future: clocks differ.
const REQUEST_LEEWAY: i64 = 60;

/// Seconds around now within which an answer counts where there is only a nonce.
const CHALLENGE_WINDOW: i64 = 300;

/// The question that was asked. Nonce and audience cannot be left out.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// A signed request.
    Request(&'a Request),
    /// A nonce that the verifier gave out by other means, and the name it goes by.
    Challenge {
        /// The nonce.
        nonce: &'a str,
        /// The audience.
        audience: &'a str,
    },
}

impl<'a> Expected<'a> {
    /// Who asked: `aud` of every answer.
    pub fn audience(&self) -> &'a str {
        match *self {
            Self::Request(request) => request.client_id(),
            Self::Challenge { audience, .. } => audience,
        }
    }

    /// The window is the request's life with 60 s on either side, or 300 s around `now` for a bare
    /// challenge. For a request it never reaches more than 60 s ahead of `now`, and the policy's age can
    /// only shorten it; for a bare challenge the policy's age takes the place of the 300 s.
    pub(super) fn binding(&self, policy: &Policy, now: Timestamp) -> ExpectedBinding<'a> {
        let oldest = policy.max_answer_age().map(|age| now.plus(-i64::from(age)));

        match *self {
            Self::Request(request) => {
                let begin = request.asked_at().plus(-REQUEST_LEEWAY);
                let end = request.expires().plus(REQUEST_LEEWAY);
                ExpectedBinding {
                    audience: request.client_id(),
                    nonce: request.nonce(),
                    not_before: oldest.map_or(begin, |oldest| oldest.max(begin)),
                    not_after: end.min(now.plus(REQUEST_LEEWAY)),
                    now,
                }
            }
            Self::Challenge { nonce, audience } => ExpectedBinding {
                audience,
                nonce,
                not_before: oldest.unwrap_or(now.plus(-CHALLENGE_WINDOW)),
                not_after: now.plus(CHALLENGE_WINDOW),
                now,
            },
        }
    }
}

/// What the verifier knows of the question's nonce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NonceUse {
    /// No accepted answer to it was recorded.
    Fresh,
    /// An answer to it was accepted before.
    Spent,
    /// Nobody keeps track; the same answer is accepted twice.
    #[default]
    NotTracked,
}

/// What the verifier knows for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether the question was answered before.
    pub nonce: NonceUse,
    /// The decision is about a moment of the past: material may be younger, and what it says of later is left out.
    pub replay: bool,
}

/// The checks that need no token.
pub(super) fn check(facts: &Facts, memory: &Memory, now: Timestamp, findings: &mut Findings) {
    if let Some(known) = memory.trusted_time {
        findings.found(Check::Clock, || format!("it is {now}; {known} has passed for certain"));
    }
    if facts.nonce != NonceUse::NotTracked {
        findings.made(Check::NonceUnspent);
    }
    if let Some(trusted) = memory.trusted_time.filter(|trusted| now < *trusted) {
        let detail = format!("the clock says {now}, but {trusted} has passed for certain");
        findings.add(Reason::new(Check::Clock, "clock-suspect", detail));
    }
    if facts.nonce == NonceUse::Spent {
        let detail = "an answer to this request was accepted before";
        findings.add(Reason::new(Check::NonceUnspent, "nonce-spent", detail));
    }
}
