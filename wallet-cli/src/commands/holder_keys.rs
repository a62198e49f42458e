//! `bonafide keys list`, `new` and `retire`: the keys that answer for you, one for each platform.

use bonafide::random::SystemRandom;
use bonafide::wallet::{Asker, HeldKey, KeyState, SeenBy, Wallet};
use serde_json::{Value, json};

use super::columns::Holdings;
use super::{Context, columns, init};
use crate::cli::KeyKind;
use crate::error::{CliError, Result};
use crate::{ask, output, text};

pub fn list(context: &Context) -> Result<()> {
    let unlocked = context.open()?;
    let wallet = unlocked.wallet();
    let holdings = Holdings::of(wallet);
    let all = || (1..).zip(wallet.keys());
    if context.json {
        output::json(&all().map(|(n, held)| entry(&holdings, n, held)).collect());
        return Ok(());
    }
    for (n, held) in all() {
        let algorithm = held.public().algorithm().name();
        let did = text::short_did(columns::did(held).as_str());
        let bound = text::amount(holdings.under(held.id()).len(), "credential");
        output::data(&format!("{n:>3}  {algorithm:<8} {did}  {bound}, {}", words(context, held)?));
    }
    let free = holdings.free(wallet, context.now);
    output::talk(&format!("Keys free for a new platform: {free}. Whole DIDs and times: --json."));
    Ok(())
}

fn words(context: &Context, held: &HeldKey) -> Result<String> {
    let on = |since: &bonafide::clock::Timestamp| text::date(*since);
    let state = match held.state() {
        KeyState::Active => String::new(),
        KeyState::Retired { since } => format!("retired {}; ", on(since)),
        KeyState::Compromised { since, .. } => format!("lost or stolen since {}; ", on(since)),
    };
    let seen = columns::others(context, held, None)?;
    let seen = match seen.as_slice() {
        [] => "seen by nobody".to_owned(),
        [only] => format!("for {only}"),
        all => format!("shared by {}", all.join(", ")),
    };
    Ok(state + &seen)
}

fn entry(holdings: &Holdings, n: usize, held: &HeldKey) -> Value {
    let (state, since) = columns::state(held);
    let credentials: Vec<u32> = holdings.under(held.id()).iter().map(|(id, _)| *id).collect();
    json!({
        "key": n,
        "algorithm": held.public().algorithm().name(),
        "did": columns::did(held).as_str(),
        "thumbprint": held.id().as_str(),
        "state": state,
        "since": since.map(ToString::to_string),
        "seen_by": held.seen_by().iter().map(seen).collect::<Value>(),
        "credentials": credentials,
    })
}

fn seen(seen: &SeenBy) -> Value {
    let first = seen.first.to_string();
    match &seen.whom {
        Asker::Verifier(did) => json!({"verifier": did.as_str(), "first": first}),
        Asker::Unproven(claimed) => json!({"unproven": claimed, "first": first}),
    }
}

pub fn new(context: &Context, kind: Option<KeyKind>, count: usize) -> Result<()> {
    let mut unlocked = context.unlock()?;
    let made = columns::make(&mut unlocked, kind.map(init::algorithm), count)?;
    let wallet = unlocked.wallet();
    let holdings = Holdings::of(wallet);
    let rows = (1..).zip(wallet.keys()).filter(|(_, held)| made.contains(held.id()));
    if context.json {
        output::json(&rows.map(|(n, held)| entry(&holdings, n, held)).collect());
    } else {
        rows.for_each(|(_, held)| output::data(columns::did(held).as_str()));
    }
    let active = wallet.keys().filter(|held| held.is_active()).count();
    output::talk(&format!(
        "Made: {}. They hold nothing yet. Next: `bonafide id --columns {active} --prove ISSUER_DID --nonce NONCE` proves all keys in use.",
        text::amount(made.len(), "key")
    ));
    Ok(())
}

pub fn retire(context: &Context, name: &str, yes: bool) -> Result<()> {
    let mut unlocked = context.unlock()?;
    let (n, held) = columns::find(unlocked.wallet(), name)?;
    let (key, seen) = (held.id().clone(), columns::others(context, held, None)?);
    let bound = Holdings::of(unlocked.wallet()).under(&key).len();
    output::talk(&format!(
        "Key {n} holds {} and was seen by {}. Retired, it answers nobody any more and is proved to no issuer; its credentials stay listed, answers already given stay valid. There is no way back.",
        text::amount(bound, "credential"),
        if seen.is_empty() { "nobody".into() } else { seen.join(", ") }
    ));
    if !yes && !ask::agreed(&format!("Retire key {n}? [y/N] "))? {
        return Err(CliError::refused("declined", "no key was retired", ""));
    }
    let before = unlocked.wallet().identity_key_id().clone();
    unlocked.update(&mut SystemRandom, |wallet| wallet.retire_key(&key, context.now))?;
    if context.json {
        output::json(&json!({"retired": n, "thumbprint": key.as_str()}));
    }
    output::talk(&format!("Key {n} is retired."));
    new_identity(unlocked.wallet(), &before);
    Ok(())
}

/// Says that `id` prints another DID from now on.
pub fn new_identity(wallet: &Wallet, before: &bonafide::key::KeyId) {
    let now = wallet.identity_key_id();
    if now != before {
        output::talk(&format!(
            "It was your identity: `bonafide id` prints that of key {} from now on.",
            columns::number(wallet, now)
        ));
    }
}
