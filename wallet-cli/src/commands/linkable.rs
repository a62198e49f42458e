//! Who can know a person again by the key of an answer: said in the preview, and to programs.

use bonafide::columns::{Columns, Standing};
use bonafide::present::{Choice, Tie};
use bonafide::request::Request;
use bonafide::wallet::{Asker, Wallet};
use serde_json::{Map, Value};

use super::columns::Holdings;
use super::explain::Voice;
use super::{Context, columns};
use crate::error::{CliError, Result};

/// What to do where no key is free.
pub const TWO_WAYS_ON: &str = "No key is free for it. `bonafide present` with --refill asks the issuer for more keys; with --reuse-key it answers all the same.";

/// What the key tells: who can know the person again.
pub fn show(
    context: &Context,
    wallet: &Wallet,
    request: &Request,
    choice: &Choice,
    say: Voice,
) -> Result<()> {
    let n = columns::number(wallet, choice.key());
    let others = "Others cannot join it with theirs by the key; the issuer could, with their help.";
    say(&match (choice.tie(), request.verifier()) {
        (Tie::Shared, _) => {
            let names = shared_with(context, wallet, request, choice)?;
            let both = "They and this platform can tell that you are the same person.";
            format!("Linkable: key {n} has answered {names}. {both}")
        }
        (Tie::Issuer, _) => {
            format!(
                "Linkable: it issued this for your key {n} itself, so the key tells it nothing."
            )
        }
        (Tie::Known, _) => {
            format!(
                "Linkable: this platform knows you by key {n}, which is used only here. {others}"
            )
        }
        (_, Some(_)) => format!(
            "Linkable: this platform can know you again, by key {n}, which is for it alone from now on. {others}"
        ),
        (_, None) => format!(
            "Linkable: nobody proved who asks, so key {n} is used for this answer alone. {others}"
        ),
    });
    if choice.tie() == Tie::New {
        if let Some(before) = known_by(wallet, request) {
            say(&format!("It knows you by key {before} too, and sees another now."));
        }
        if Holdings::of(wallet).free(wallet, context.now) <= 1 {
            say(
                "It is the last free key. For the next platform get more: --refill writes the request.",
            );
        }
    }
    Ok(())
}

/// A key in use by which the verifier knows the person.
fn known_by(wallet: &Wallet, request: &Request) -> Option<usize> {
    let known = |standing| matches!(standing, Standing::Own | Standing::Shared);
    let mut keys = wallet.keys();
    let key = keys.find(|held| known(wallet.standing(held.id(), request.verifier())))?;
    Some(columns::number(wallet, key.id()))
}

fn shared_with(
    context: &Context,
    wallet: &Wallet,
    request: &Request,
    choice: &Choice,
) -> Result<String> {
    let Some(held) = wallet.held_key(choice.key()) else { return Ok(String::new()) };
    Ok(columns::others(context, held, request.verifier())?.join(", "))
}

/// Which key, and what it tells, for programs.
pub fn json(wallet: &Wallet, request: &Request, choice: &Choice) -> Map<String, Value> {
    let held = wallet.held_key(choice.key());
    let others = held.iter().flat_map(|held| held.seen_by()).filter_map(|seen| match &seen.whom {
        Asker::Verifier(did) if Some(did) == request.verifier() => None,
        Asker::Verifier(did) => Some(did.as_str()),
        Asker::Unproven(claimed) => Some(claimed.as_str()),
    });
    let others: Vec<&str> = if choice.tie() == Tie::Shared { others.collect() } else { Vec::new() };
    let mut told = Map::new();
    told.insert("key".into(), columns::number(wallet, choice.key()).into());
    told.insert("holder".into(), held.map(|held| columns::did(held).as_str().to_owned()).into());
    told.insert("linkable".into(), choice.tie().name().into());
    told.insert("shared_with".into(), others.into());
    told
}

/// Says who has seen the key, and the two ways on.
pub fn no_free_key(
    context: &Context,
    wallet: &Wallet,
    request: &Request,
    choice: &Choice,
    error: CliError,
) -> Result<CliError> {
    let n = columns::number(wallet, choice.key());
    let names = shared_with(context, wallet, request, choice)?;
    let message = format!(
        "no key is free for this platform: key {n}, which has the credential, has answered {names}.\nWith the same key both can tell that you are the same person."
    );
    let next = "Ask the issuer for more keys: add --refill and --out FILE. Or be linkable: add --reuse-key.";
    Ok(CliError::refused(error.code(), message, next))
}
