//! The verdict as a person or a program reads it.

use bonafide::clock::Timestamp;
use bonafide::verify::{Expected, Reason, Verdict, VerifiedCredential};
use serde_json::{Value, json};

use crate::commands::list;
use crate::{output, text};

/// A verdict and what it was about.
pub struct Report<'a> {
    pub verdict: &'a Verdict,
    pub expected: Expected<'a>,
    /// The moment decided about.
    pub at: Timestamp,
    /// Whether that moment was chosen rather than now.
    pub replay: bool,
    /// Whether the request is known to be one's own.
    pub asked_here: bool,
    /// Whether there is a memory to tell a replay by.
    pub remembered: bool,
    /// Whether the acceptance is noted there.
    pub recorded: bool,
    /// When an answer to the same request was accepted, where that is in the way.
    pub spent: Option<Timestamp>,
}

impl Report<'_> {
    /// For people.
    pub fn print(&self) {
        let replay = if self.replay { "  (replay: as of that moment, not now)" } else { "" };
        let at = self.at;
        match self.verdict {
            Verdict::Accepted(verified) => {
                output::data(&format!("ACCEPTED  at {at}{replay}"));
                output::data(&output::row("asked by", &text::safe(self.expected.audience())));
                if let Some(reference) = self.reference() {
                    output::data(&output::row("reference", &text::safe(reference)));
                }
                for credential in verified.credentials() {
                    print_credential(credential, at);
                }
            }
            Verdict::Refused(reasons) => {
                output::data(&format!("REFUSED  at {at}{replay}"));
                reasons.iter().for_each(print_reason);
            }
            Verdict::Undetermined(reasons) => {
                output::data(&format!("UNDETERMINED  at {at}{replay}"));
                reasons.iter().for_each(print_reason);
            }
        }
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let mut out = json!({
            "verdict": self.verdict.name(),
            "at": self.at.to_string(),
            "replay": self.replay,
            "audience": self.expected.audience(),
            "reference": self.reference(),
            "reasons": self.verdict.reasons().iter().map(reason_json).collect::<Vec<_>>(),
            "not_checked": self.not_checked().into_iter().map(|(code, _)| code).collect::<Vec<_>>(),
            "recorded": self.recorded,
            "spent_at": self.spent.map(|time| time.to_string()),
        });
        if let (Verdict::Accepted(verified), Some(members)) = (self.verdict, out.as_object_mut()) {
            let credentials = verified.credentials().iter().map(credential_json);
            members.insert("credentials".into(), credentials.collect());
        }
        out
    }

    /// What is worth a word besides the verdict.
    pub fn talk(&self) {
        if let Some(time) = self.spent {
            output::talk(&format!(
                "Note: an answer to this request was accepted at {time}. To see that again, add --at {time}."
            ));
        }
        let accepted = matches!(self.verdict, Verdict::Accepted(_));
        if accepted && self.remembered && !self.recorded {
            output::talk("A dry run: nothing was noted, and the answer can still be used.");
        }
        talk_of_open(&self.not_checked());
    }

    fn not_checked(&self) -> Vec<(&'static str, &'static str)> {
        not_checked(self.remembered, self.asked_here)
    }

    /// The account or session that the request named.
    fn reference(&self) -> Option<&str> {
        match self.expected {
            Expected::Request(request) => request.state(),
            Expected::Challenge { .. } => None,
        }
    }
}

/// What a verdict leaves open: a code for programs, words for people.
pub fn not_checked(remembered: bool, asked_here: bool) -> Vec<(&'static str, &'static str)> {
    let mut open = Vec::new();
    if !remembered {
        open.push(("answer-reuse", "whether this answer was used before"));
        open.push(("material-rollback", "whether newer trust material was met before"));
    }
    if !asked_here {
        let words = "whether the request is your own (this home did not write it)";
        open.push(("request-owner", words));
    }
    open
}

/// Says what a verdict leaves open.
pub fn talk_of_open(open: &[(&str, &str)]) {
    if !open.is_empty() {
        let words: Vec<&str> = open.iter().map(|(_, words)| *words).collect();
        output::talk(&format!("Not checked: {}.", words.join("; ")));
    }
}

fn print_credential(credential: &VerifiedCredential, at: Timestamp) {
    let registered = credential.registered();
    output::data(&output::row("credential", &list::title(&registered.vct)));
    let did = credential.issuer();
    let issuer = credential
        .issuer_name()
        .map_or_else(|| did.to_string(), |name| format!("{} ({did})", text::safe(name)));
    output::data(&output::row("issuer", &issuer));
    if let Some(by) = credential.approved_by() {
        let roles = match by.roles.as_slice() {
            [] => String::new(),
            roles => format!(
                ", as {}",
                roles.iter().map(|role| text::safe(role)).collect::<Vec<_>>().join(", ")
            ),
        };
        let list = format!(
            "{} number {}, for {}{roles}",
            text::safe(&by.jurisdiction),
            by.seq,
            text::safe(&by.attribute)
        );
        output::data(&output::row("approved by", &list));
    }
    if let Some(end) = registered.expires {
        output::data(&output::row("valid to", &format!("{end} ({})", text::distance(end, at))));
    }
    output::data(&output::row("answered", &credential.answered_at().to_string()));
    output::data(&output::row("holder key", credential.holder().id().as_str()));
    for (name, value) in credential.claims() {
        output::data(&output::row(&text::safe(name), &output::value(value)));
    }
}

fn print_reason(reason: &Reason) {
    let meaning = reason.meaning();
    let about =
        reason.credential().map(|vct| format!("{}: ", list::title(vct))).unwrap_or_default();
    output::data(&format!("  {:>2} {}  [{}]", meaning.code, meaning.title, reason.kind()));
    output::data(&format!("     {about}{}", text::safe(reason.detail())));
    output::data(&format!("     {}", meaning.next_step));
}

fn reason_json(reason: &Reason) -> Value {
    let meaning = reason.meaning();
    json!({
        "code": meaning.code,
        "kind": reason.kind(),
        "check": reason.check().number(),
        "check_name": reason.check().name(),
        "credential": reason.credential(),
        "title": meaning.title,
        "detail": reason.detail(),
        "next": meaning.next_step,
    })
}

fn credential_json(credential: &VerifiedCredential) -> Value {
    let registered = credential.registered();
    json!({
        "type": registered.vct,
        "issuer": credential.issuer().as_str(),
        "issuer_name": credential.issuer_name(),
        "approved_by": credential.approved_by().map(|by| json!({
            "jurisdiction": by.jurisdiction,
            "seq": by.seq,
            "attribute": by.attribute,
            "group": by.group,
            "roles": by.roles,
            "weight": by.weight,
        })),
        "holder_key": credential.holder().id().as_str(),
        "not_before": registered.not_before.map(|time| time.to_string()),
        "expires": registered.expires.map(|time| time.to_string()),
        "answered_at": credential.answered_at().to_string(),
        "claims": credential.claims(),
    })
}
