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
const DISTRUST: &str =
    "Do not rely on it. Ask the investor for a credential signed with a key that counts.";
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
        "revoked" => {
            (31, "revoked", "It no longer counts. Ask the investor for another credential.")
        }
        "suspended" => (
            32,
            "suspended",
            "It does not count at present. Ask the investor, or verify again when the issuer has lifted it.",
        ),
        "status-unknown" | "status-stale" | "status-undefined" => (
            34,
            "status unknown or stale",
            "Get the issuer's newest status list, or ask the investor to staple a fresh one: bonafide present --staple.",
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
        "key-compromised" | "key-not-listed" | "log-invalid" | "blocked-target"
        | "did-mismatch" => (35, "bad signature", DISTRUST),
        "not-authorised" => (
            40,
            "issuer not approved",
            "This issuer may attest other things, not this. Ask the investor for a credential by another issuer.",
        ),
        "key-outside-window"
        | "key-retired"
        | "approval-outside-window"
        | "approval-invalidated"
        | "validity-too-long" => (41, "outside window", ASK_ISSUER),
        "trust-list-stale" | "history-stale" | "did-not-at-hand" => (
            44,
            "trust list stale",
            "Get newer trust material: bonafide bundle refresh, or the newest bundle from whoever makes yours.",
        ),
        "trust-list-rolled-back"
        | "trust-list-forked"
        | "log-rolled-back"
        | "log-forked"
        | "status-forked" => (
            45,
            "rolled back or forked",
            "Keep both versions: they are evidence. Ask whoever publishes the list or the DID which one holds.",
        ),
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
        "nonce-spent" => (
            36,
            "holder binding failed",
            "Each request takes one answer, this one or another. Send a fresh request.",
        ),
        "stale" => (36, "holder binding failed", NEW_ANSWER),
        "claim-missing" | "type-mismatch" | "answer-mismatch" => (
            37,
            "claim missing",
            "Ask the investor for a credential with every claim you asked for.",
        ),
        "issuer-unknown" | "did-method-unsupported" => (
            40,
            "issuer not approved",
            "If you believe this issuer, pin it: bonafide trust pin DID (compare the DID with one you got from the issuer itself), or add a jurisdiction that lists it.",
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

    /// It concerns a credential of that type.
    pub(super) fn concerning(&mut self, vct: Option<&str>) {
        self.credential = vct.map(str::to_owned);
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

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../docs/verdicts.md");

    /// The cells of the rows of every table with so many columns, without their backticks.
    fn rows(columns: usize) -> Vec<Vec<String>> {
        let lines = DOCUMENT.lines().filter(|line| line.starts_with("| "));
        let cells = |line: &str| -> Vec<String> {
            let inner = line.trim_matches('|').split('|');
            inner.map(|cell| cell.trim().replace('`', "")).collect()
        };
        lines.map(cells).filter(|cells| cells.len() == columns).collect()
    }

    /// The checks of a cell such as `4, 6, 14`.
    fn checks(cell: &str) -> Vec<Check> {
        let numbers = cell.split(", ").map(|number| number.parse::<u8>().unwrap());
        let of = |number| Check::ALL.into_iter().find(|check| check.number() == number).unwrap();
        numbers.map(of).collect()
    }

    #[test]
    fn checks_have_the_numbers_and_names_of_the_document() {
        let table = rows(4).into_iter().filter(|row| row[0].parse::<u8>().is_ok());
        let written: Vec<_> = table.map(|row| (row[0].clone(), row[1].clone())).collect();
        let here = Check::ALL.map(|check| (check.number().to_string(), check.name().to_owned()));
        assert_eq!(written, here);
    }

    #[test]
    fn kinds_mean_what_the_document_says() {
        let table: Vec<_> = rows(5).into_iter().filter(|row| row[0] != "Kind").collect();
        assert!(table.len() > 40, "{}", table.len());
        for row in table {
            for kind in row[0].split(", ") {
                let kind: &'static str = Box::leak(kind.to_owned().into_boxed_str());
                for check in checks(&row[1]) {
                    let reason = Reason::new(check, kind, "");
                    assert_eq!(reason.meaning().code.to_string(), row[2], "{kind} {check:?}");
                    let open = row[3] == "undetermined";
                    assert!(open || row[3] == "refused", "{row:?}");
                    assert_eq!(reason.is_undetermined(), open, "{kind} {check:?}");
                }
            }
        }
    }

    #[test]
    fn numbers_have_the_titles_of_the_document() {
        let titles = rows(3).into_iter().filter(|row| row[0].parse::<u8>().is_ok_and(|n| n >= 30));
        let titles: Vec<_> = titles.collect();
        assert_eq!(titles.len(), 13);
        for row in rows(5).into_iter().filter(|row| row[0] != "Kind") {
            let kind = row[0].split(", ").next().unwrap();
            let meaning = meaning(checks(&row[1])[0], kind);
            let title = titles.iter().find(|title| title[0] == row[2]).unwrap();
            assert_eq!(meaning.title, title[1], "{kind}");
        }
    }
}
