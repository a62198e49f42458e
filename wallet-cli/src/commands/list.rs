//! `bonafide list`: what is in the wallet.

use bonafide::verify::Received;
use bonafide::wallet::{StoredCredential, Wallet};
use serde_json::{Value, json};

use super::{Context, columns};
use crate::error::Result;
use crate::home::Pin;
use crate::{output, text};

pub fn run(context: &Context) -> Result<()> {
    let unlocked = context.open()?;
    let wallet = unlocked.wallet();
    let pins = context.home.pins()?;
    let mut rows = Vec::new();
    for stored in wallet.credentials() {
        let read = Received::stored(stored.token());
        rows.push(entry(context, (wallet, &pins), stored, read.as_ref()));
    }
    if context.json {
        output::json(&rows.into());
        return Ok(());
    }
    let width = |name| {
        let widths = rows.iter().map(|row| cell(row, name).chars().count());
        widths.max().unwrap_or_default()
    };
    let (titles, issuers) = (width("title"), width("from"));
    let several = wallet.keys().count() > 1;
    for row in &rows {
        let cell = |name| cell(row, name);
        let id = row.get("id").map(Value::to_string).unwrap_or_default();
        let assessed = if cell("assessed_on").is_empty() {
            String::new()
        } else {
            format!("  assessed {}", cell("assessed_on"))
        };
        let key =
            row.get("key").filter(|_| several).map_or(String::new(), |n| format!("  key {n}"));
        output::data(&format!(
            "{id:>3}  {:<titles$}  {:<issuers$}{assessed}{key}{}  {}",
            cell("title"),
            cell("from"),
            if cell("key_state") == "active" {
                String::new()
            } else {
                format!(" ({})", cell("key_state"))
            },
            cell("ends")
        ));
    }
    if rows.is_empty() {
        output::talk(
            "No credentials yet. A KYC provider makes them; `bonafide add FILE` keeps them.",
        );
    }
    Ok(())
}

fn cell(row: &Value, name: &str) -> String {
    let value = row.get(name).and_then(Value::as_str);
    value.map(text::safe).unwrap_or_default()
}

fn entry(
    context: &Context,
    (wallet, pins): (&Wallet, &[Pin]),
    stored: &StoredCredential,
    read: Option<&Received>,
) -> Value {
    let Some(read) = read else {
        return json!({"id": stored.id, "title": "(unreadable)", "status": "unreadable"});
    };
    let (registered, issuer) = (read.registered(), read.issuer().as_str());
    let name = pins.iter().find(|pin| pin.did == issuer).and_then(|pin| pin.name.as_deref());
    let from = name.map_or_else(|| text::short_did(issuer), str::to_owned);
    let ended = registered.expires.is_some_and(|end| end <= context.now);
    let ends = registered.expires.map(|end| {
        let distance = text::distance(end, context.now);
        if ended { format!("ended {distance}") } else { format!("ends {distance}") }
    });
    json!({
        "id": stored.id,
        "type": registered.vct,
        "title": title(&registered.vct),
        "issuer": issuer,
        "issuer_name": name,
        "from": from,
        "assessed_on": read.claims().get_str("assessed_on"),
        "not_before": registered.not_before.map(|time| time.to_string()),
        "expires": registered.expires.map(|time| time.to_string()),
        "ends": ends,
        "key": columns::number(wallet, read.holder()),
        "key_state": wallet.held_key(read.holder()).map(|held| columns::state(held).0),
        "status": if ended { "expired" } else { "valid" },
        "added": stored.added.to_string(),
    })
}

/// The type's name for people. A type that is not known here is quoted, whatever it calls itself.
pub fn title(vct: &str) -> String {
    let known = bonafide_credentials::types().iter().find(|definition| definition.vct() == vct);
    known.map_or_else(
        || format!("\"{}\" (unknown type)", text::safe(vct)),
        |definition| definition.title().to_owned(),
    )
}
