//! `bonafide` alone: where you stand, and the three most useful next commands.

use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::issuer_did::Kept;
use crate::{output, text};

pub fn run(context: &Context) -> Result<()> {
    let wallet = context.home.wallet().exists();
    let pins = context.home.pins()?.len();
    let did = Kept::read(&context.home)?.map(|kept| kept.did.to_string());
    let next: [(&str, &str); 3] = if wallet {
        [
            ("bonafide list", "what you hold"),
            ("bonafide explain REQUEST", "what a platform asks of you"),
            ("bonafide doctor", "whether all is well"),
        ]
    } else {
        [
            ("bonafide demo", "watch it work, with made-up people"),
            ("bonafide init", "make your wallet"),
            (
                "bonafide verify ANSWER --request REQUEST --trust DID",
                "check an answer, without a wallet",
            ),
        ]
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
