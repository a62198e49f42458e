//! `bonafide` alone: where you stand, and the three most useful next commands.

use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::issuer_did::Kept;
use crate::{output, text};

/// Commands, and what each is for.
type Next = [(&'static str, &'static str); 3];

const NEW: Next = [
    ("bonafide demo", "watch it work, with made-up people"),
    ("bonafide init", "make your wallet"),
    ("bonafide verify ANSWER --request REQUEST --trust DID", "check an answer, without a wallet"),
];

const HOLDER: Next = [
    ("bonafide list", "what you hold"),
    ("bonafide explain REQUEST", "what a platform asks of you"),
    ("bonafide doctor", "whether all is well"),
];

const ISSUER: Next = [
    ("bonafide issue TYPE --holder PROOF", "issue to somebody"),
    ("bonafide renewals --within 30d", "what ends soon"),
    ("bonafide doctor", "whether all is well"),
];

const PLATFORM: Next = [
    ("bonafide request --type TYPE --claim PATH", "ask an investor"),
    ("bonafide verify ANSWER", "check what came back"),
    ("bonafide doctor", "whether all is well"),
];

/// The home tells whose it is: an issuer has a DID on the web or records, a platform has asked or decided.
pub fn run(context: &Context) -> Result<()> {
    let wallet = context.home.wallet().exists();
    let pins = context.home.pins()?.len();
    let kept = Kept::read(&context.home)?;
    let ended = kept.as_ref().is_some_and(|kept| {
        kept.document(context.now).is_err_and(|error| error.code() == "did-deactivated")
    });
    let did = kept.filter(|_| !ended).map(|kept| kept.did.to_string());
    let there = |name: &str| context.home.dir().join(name).exists();
    let next = if did.is_some() || there("records.db") {
        ISSUER
    } else if there("platform.db") {
        PLATFORM
    } else if wallet {
        HOLDER
    } else {
        NEW
    };
    if context.json {
        let commands: Vec<&str> = next.iter().map(|(command, _)| *command).collect();
        output::json(
            &json!({"home": context.home.dir().display().to_string(), "wallet": wallet, "issues_as": did, "pinned": pins, "next": commands}),
        );
        return Ok(());
    }
    let state = if wallet { "a wallet" } else { "no wallet yet" };
    output::data(&format!("{}: {state}, {pins} pinned.", text::path(context.home.dir())));
    if let Some(did) = did {
        output::data(&format!("Issues as {did}"));
    }
    for (command, what) in next {
        output::data(&format!("  {command:<52} {what}"));
    }
    output::data("`bonafide --help` lists everything.");
    Ok(())
}
