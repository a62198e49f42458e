//! `bonafide trust pin`, `list` and `unpin`: DIDs that you believe, and what you call them.

use bonafide::did::{self, Did};
use bonafide::resolve::Location;
use serde_json::json;

use super::super::Context;
use crate::error::{CliError, Result};
use crate::home::Pin;
use crate::{output, text};

pub fn pin(context: &Context, mut pin: Pin) -> Result<()> {
    check(&pin.did).map_err(|why| {
        let did = text::safe(&pin.did);
        CliError::usage(format!("{did}: {why}"), "Copy the DID whole, from a place you trust.")
    })?;
    if pin.maker && !matches!(pin.did.split(':').nth(1), Some("key" | "jwk")) {
        let message =
            "a maker of bundles signs with a key that its DID carries: a did:key or did:jwk";
        let next = "Ask the maker what `bonafide id` prints there.";
        return Err(CliError::usage(message, next));
    }
    context.home.change_pins(|pins| {
        if let Some(known) = pins.iter().find(|known| known.did == pin.did) {
            // Naming a verifier takes no belief away, and pinning again takes no name away.
            pin.issuer |= known.issuer;
            pin.maker |= known.maker;
            pin.name = pin.name.take().or_else(|| known.name.clone());
        }
        pins.retain(|known| known.did != pin.did);
        pins.push(pin.clone());
        Ok(())
    })?;
    if context.json {
        output::json(&json!(pin));
    }
    let meaning = match (pin.issuer, pin.maker) {
        (true, false) => "Credentials signed by it are believed in this home.",
        (true, true) => {
            "Credentials signed by it are believed in this home, and bundles made by it."
        }
        (false, true) => "What does not prove itself counts in the bundles that it makes.",
        (false, false) => "Its requests show this name.",
    };
    output::talk(&format!("Pinned {}{}. {meaning}", pin.did, named(&pin)));
    Ok(())
}

/// A DID that carries its key, or one that names a place on the public web.
fn check(did: &str) -> std::result::Result<(), String> {
    let did = Did::parse(did).map_err(|error| error.to_string())?;
    match did.method() {
        "web" | "webvh" => Location::of(&did).map(drop).map_err(|error| error.to_string()),
        _ => did::document(&did).map(drop).map_err(|error| error.to_string()),
    }
}

fn named(pin: &Pin) -> String {
    pin.name.as_ref().map(|name| format!(" as {}", text::safe(name))).unwrap_or_default()
}

pub fn list(context: &Context) -> Result<()> {
    let pins = context.home.pins()?;
    if context.json {
        output::json(&json!(pins));
        return Ok(());
    }
    for pin in &pins {
        let role = match (pin.issuer, pin.maker) {
            (true, false) => "issuer",
            (true, true) => "issuer and maker",
            (false, true) => "maker",
            (false, false) => "verifier",
        };
        output::data(&format!(
            "{role:<9} {}  {}",
            text::safe(&pin.did),
            text::safe(pin.name.as_deref().unwrap_or("-"))
        ));
    }
    if pins.is_empty() {
        output::talk(
            "Nobody is pinned yet. `bonafide trust pin DID --name NAME` believes an issuer.",
        );
    }
    Ok(())
}

pub fn unpin(context: &Context, did: &str) -> Result<()> {
    if !context.home.pins()?.iter().any(|pin| pin.did == did) {
        let message = format!("{did} is not pinned");
        return Err(CliError::refused(
            "not-pinned",
            message,
            "`bonafide trust list` shows who is.",
        ));
    }
    context.home.change_pins(|pins| {
        pins.retain(|pin| pin.did != did);
        Ok(())
    })?;
    if context.json {
        output::json(&json!({"unpinned": did}));
    }
    output::talk(&format!("Unpinned {}.", text::safe(did)));
    Ok(())
}
