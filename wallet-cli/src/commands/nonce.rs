//! `bonafide nonce`: a fresh nonce for one holder's proof.

use bonafide::random::{self, SystemRandom};
use serde_json::json;

use super::Context;
use crate::error::Result;
use crate::output;

pub fn run(context: &Context) -> Result<()> {
    let nonce = random::nonce(&mut SystemRandom)?;
    if context.json {
        output::json(&json!({"nonce": nonce}));
    } else {
        output::data(&nonce);
    }
    output::talk(
        "Give it to one person only. Check the proof with `bonafide issue … --nonce` and this nonce.",
    );
    Ok(())
}
