//! `bonafide show`: everything that one credential says.

use bonafide::verify::Received;
use bonafide::wallet::{StoredCredential, Wallet};
use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::{output, text};

pub fn run(context: &Context, id: u32, token: bool) -> Result<()> {
    // The token shows all, to whoever gets it: that is an export.
    let unlocked = if token { context.unlock()? } else { context.open()? };
    let stored = find(unlocked.wallet(), id)?;
    if token {
        if context.json {
            output::json(&json!({"id": id, "token": stored.token()}));
        } else {
            output::data(stored.token());
        }
        return Ok(());
    }
    let read = Received::stored(stored.token()).ok_or_else(|| {
        CliError::fault(
            "credential-unreadable",
            "the stored credential cannot be read",
            "`bonafide forget` it and ask the issuer for a new one.",
        )
    })?;
    let registered = read.registered();
    let claims = read.said();
    if context.json {
        output::json(&json!({
            "id": id,
            "type": registered.vct,
            "issuer": read.issuer().as_str(),
            "holder_key": read.holder().as_str(),
            "not_before": registered.not_before.map(|time| time.to_string()),
            "expires": registered.expires.map(|time| time.to_string()),
            "status": registered.status.as_ref().map(|status| json!({"uri": status.uri, "index": status.index})),
            "claims": claims,
        }));
        return Ok(());
    }
    output::data(&super::list::title(&registered.vct));
    output::data(&output::row("type", &text::safe(&registered.vct)));
    output::data(&output::row("issuer", read.issuer().as_str()));
    if let Some(end) = registered.expires {
        output::data(&output::row("ends", &text::distance(end, context.now)));
    }
    if let Some(status) = &registered.status {
        let place = format!("{}, entry {}", text::safe(&status.uri), status.index);
        output::data(&output::row("status list", &place));
    }
    for (name, value) in &claims {
        output::data(&output::row(&text::safe(name), &output::value(value)));
    }
    Ok(())
}

/// The credential with that number.
pub fn find(wallet: &Wallet, id: u32) -> Result<&StoredCredential> {
    wallet.credentials().iter().find(|stored| stored.id == id).ok_or_else(|| {
        let message = format!("there is no credential {id} in this wallet");
        CliError::refused("credential-unknown", message, "`bonafide list` shows the numbers.")
    })
}
