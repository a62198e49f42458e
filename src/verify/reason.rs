//! Reasons: what was found wrong, what it means, and the next step.

use super::Check;

/// What a kind of finding means: its number in the transfer codes and the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The numeric code (0 is "allowed").
    pub code: u8,
    /// What the code stands for.
    pub title: &'static str,
    /// What a person can do about it.
    pub next_step: &'static str,
}

/// Codes that say "could not be decided" rather than "no".
const UNDETERMINED: [u8; 6] = [3, 34, 44, 46, 87, 255];

const NEW_ANSWER: &str = "Ask the investor to answer your request again; a fresh request helps.";
const ASK_ISSUER: &str = "The investor can ask the issuer for a new credential.";
const TAMPERED: &str = "Do not rely on it. Ask the investor to present from the wallet again.";

/// The one table from kind to meaning.
fn meaning(check: Check, kind: &str) -> Meaning {
    let (code, title, next_step) = match kind {
        "expired" => (30, "outside validity", "The investor can ask the issuer for a renewal."),
        "not-yet-valid" if check == Check::KeyBinding => (
            36,
            "holder binding failed",
            "Compare this machine's clock with the investor's, or ask for an answer in time.",
        ),
        "not-yet-valid" => {
            (30, "outside validity", "Check the clock, or wait until the credential begins.")
        }
        "status-unknown" => (
            34,
            "status unknown",
            "This version reads no status lists: ask the issuer whether the credential still stands.",
        ),
        "bad-signature"
        | "alg-not-allowed"
        | "untrusted-key"
        | "key-not-found"
        | "issuer-key-mismatch"
        | "bad-did-url"
        | "bad-did"
        | "bad-key"
        | "key-unsupported"
        | "wrong-purpose"
        | "unknown-critical" => (35, "bad signature", TAMPERED),
        "holder-key-missing" | "holder-key-invalid" | "subject-mismatch" => {
            (36, "holder binding failed", ASK_ISSUER)
        }
        "key-binding-missing" | "key-binding-invalid" | "sd-hash-mismatch" => {
            (36, "holder binding failed", NEW_ANSWER)
        }
        "nonce-mismatch" | "audience-mismatch" | "session-mismatch" => (
            36,
            "holder binding failed",
            "This answers another request. Verify it with that one, or ask the investor to answer yours.",
        ),
        "nonce-spent" => {
            (36, "holder binding failed", "This answer was used before. Send a fresh request.")
        }
        "stale" => (36, "holder binding failed", NEW_ANSWER),
        "claim-missing" | "type-mismatch" | "answer-mismatch" => (
            37,
            "claim missing",
            "Ask the investor for a credential with every claim you asked for.",
        ),
        "issuer-unknown" | "did-method-unsupported" => (
            40,
            "issuer not approved",
            "If you believe this issuer, pin it: bonafide trust pin DID. Compare the DID with one you got from the issuer itself.",
        ),
        "clock-suspect" => (46, "clock suspect", "Set this machine's clock, then verify again."),
        _ => (39, "malformed or forbidden input", TAMPERED),
    };
    Meaning { code, title, next_step }
}

/// One thing found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    check: Check,
    kind: &'static str,
    credential: Option<String>,
    detail: String,
}

impl Reason {
    pub(super) fn new(check: Check, kind: &'static str, detail: impl ToString) -> Self {
        Self { check, kind, credential: None, detail: detail.to_string() }
    }

    /// The check that found it.
    pub fn check(&self) -> Check {
        self.check
    }

    /// The stable string code.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The type of the credential concerned, where that is known.
    pub fn credential(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// What exactly was found; never a claim's value.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Its number, title and next step.
    pub fn meaning(&self) -> Meaning {
        meaning(self.check, self.kind)
    }

    /// Whether it says "could not be decided" rather than "no".
    pub fn is_undetermined(&self) -> bool {
        UNDETERMINED.contains(&self.meaning().code)
    }
}

/// Everything found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    reasons: Vec<Reason>,
    credential: Option<String>,
}

impl Findings {
    pub(super) fn add(&mut self, mut reason: Reason) {
        reason.credential.clone_from(&self.credential);
        self.reasons.push(reason);
    }

    /// From now on, findings concern a credential of this type.
    pub(super) fn concerning(&mut self, vct: &str) {
        self.credential = Some(vct.to_owned());
    }

    /// All reasons: refusals before what could not be decided, each in the order of the checks.
    pub(super) fn ranked(mut self) -> Vec<Reason> {
        self.reasons.sort_by_key(|reason| (reason.is_undetermined(), reason.check));
        self.reasons
    }
}
