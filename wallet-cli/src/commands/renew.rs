//! `bonafide renew`: a request to an issuer for the same credentials anew, for the keys that hold them.

use std::collections::BTreeMap;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::key::KeyId;
use bonafide::verify::Received;
use bonafide::wallet::Wallet;
use serde_json::{Value, json};

use super::{Context, columns, list};
use crate::cli::Renew;
use crate::error::{CliError, Result};
use crate::{files, output, text};

/// A credential of the wallet.
struct Held {
    issuer: Did,
    vct: String,
    key: KeyId,
    expires: Option<Timestamp>,
}

pub fn run(context: &Context, args: &Renew) -> Result<()> {
    if let Some(nonce) = &args.nonce {
        columns::check_nonce(nonce)?;
    }
    let named = args.issuer.as_deref().map(|name| named(context, name)).transpose()?;
    let vct = args
        .kind
        .as_deref()
        .map(|kind| bonafide_credentials::find(kind).map_or(kind, |definition| definition.vct()));
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let fits = |held: &Held| {
        named.as_ref().is_none_or(|did| held.issuer.as_str() == did)
            && vct.is_none_or(|vct| held.vct == vct)
    };
    let (found, put_away): (Vec<Held>, Vec<Held>) =
        all(wallet).filter(fits).partition(|held| is_active(wallet, &held.key));
    let issuer = issuer(context, &found, &put_away)?;
    let keys: Vec<KeyId> = wallet
        .keys()
        .map(|key| key.id())
        .filter(|key| found.iter().any(|held| held.key == **key))
        .cloned()
        .collect();
    let proof = columns::proof(context, wallet, &keys, &issuer, args.nonce.as_deref())?;
    files::write(args.out.as_deref(), &proof)?;
    say(context, args, (wallet, &issuer, &keys), &found)
}

fn all(wallet: &Wallet) -> impl Iterator<Item = Held> {
    let read = wallet.credentials().iter().filter_map(|stored| Received::stored(stored.token()));
    read.map(|read| Held {
        issuer: read.issuer().clone(),
        vct: read.registered().vct.clone(),
        key: read.holder().clone(),
        expires: read.registered().expires,
    })
}

fn is_active(wallet: &Wallet, key: &KeyId) -> bool {
    wallet.held_key(key).is_some_and(|held| held.is_active())
}

/// The DID of an issuer as the person names it.
fn named(context: &Context, name: &str) -> Result<String> {
    if name.starts_with("did:") {
        return Ok(name.to_owned());
    }
    let called = |other: &Option<String>| {
        other.as_ref().is_some_and(|other| other.to_lowercase() == name.to_lowercase())
    };
    let pins = context.home.pins()?.into_iter().filter(|pin| pin.issuer && called(&pin.name));
    let dids: Vec<String> = pins.map(|pin| pin.did).collect();
    match dids.as_slice() {
        [did] => Ok(did.clone()),
        [] => Err(CliError::refused(
            "issuer-unknown",
            format!("you call no issuer {name}"),
            "`bonafide trust list` shows the names; the issuer's DID does too.",
        )),
        several => Err(CliError::usage(
            format!("you call {} issuers {name}:\n{}", several.len(), several.join("\n")),
            "Name one by its DID.",
        )),
    }
}

/// The one issuer of all that was found.
fn issuer(context: &Context, found: &[Held], put_away: &[Held]) -> Result<Did> {
    let mut issuers: Vec<&Did> = Vec::new();
    for held in found {
        if !issuers.contains(&&held.issuer) {
            issuers.push(&held.issuer);
        }
    }
    match issuers.as_slice() {
        [one] => Ok((*one).clone()),
        [] if put_away.is_empty() => Err(CliError::refused(
            "nothing-matches",
            "this wallet holds nothing to renew of that issuer and type",
            "`bonafide list` shows what it holds and from whom.",
        )),
        [] => Err(CliError::refused(
            "nothing-matches",
            "what could be renewed is bound to keys that you retired or marked as lost or stolen",
            "Prove a key in use to the issuer with `bonafide id --prove`, and have it issued for that.",
        )),
        several => {
            let names = several.iter().map(|did| {
                Ok(match context.home.name_of(did.as_str())? {
                    Some(name) => format!("{}  {did}", text::safe(&name)),
                    None => did.to_string(),
                })
            });
            let names = names.collect::<Result<Vec<String>>>()?;
            let message =
                format!("this wallet holds credentials of several issuers:\n{}", names.join("\n"));
            Err(CliError::usage(message, "Name one of them: bonafide renew ISSUER"))
        }
    }
}

/// What ends when, and what to ask for.
fn say(
    context: &Context,
    args: &Renew,
    (wallet, issuer, keys): (&Wallet, &Did, &[KeyId]),
    found: &[Held],
) -> Result<()> {
    // By type: for each key the end of what lasts longest.
    let mut ends: BTreeMap<&str, BTreeMap<&KeyId, Option<Timestamp>>> = BTreeMap::new();
    for held in found {
        let end = ends.entry(&held.vct).or_default().entry(&held.key).or_insert(held.expires);
        *end = held.expires.and_then(|new| end.map(|old| old.max(new)));
    }
    let first =
        |by_key: &BTreeMap<&KeyId, Option<Timestamp>>| by_key.values().flatten().min().copied();
    let out = args.out.as_ref().map_or("the request".to_owned(), |out| text::path(out));
    if context.json && args.out.is_some() {
        let numbers: Value = keys.iter().map(|key| columns::number(wallet, key)).collect();
        let types = ends.iter().map(|(vct, by_key)| {
            let ends = first(by_key).map(|end| end.to_string());
            json!({"type": vct, "keys": by_key.len(), "ends": ends})
        });
        let types: Value = types.collect();
        output::json(
            &json!({"out": out, "issuer": issuer.as_str(), "keys": numbers, "types": types}),
        );
    }
    for (vct, by_key) in &ends {
        let end = first(by_key).map_or("no end".to_owned(), |end| match end <= context.now {
            true => format!("ended {}", text::distance(end, context.now)),
            false => format!("ends {}", text::distance(end, context.now)),
        });
        let under = text::amount(by_key.len(), "key");
        output::talk(&output::row(&list::title(vct), &format!("{end}; under {under}")));
    }
    let name = context.home.name_of(issuer.as_str())?;
    let name = name.map_or_else(|| text::short_did(issuer.as_str()), |name| text::safe(&name));
    let keys = text::amount(keys.len(), "key");
    output::talk(&format!("Wrote {out}: it proves {keys} to {name}, and to nobody else."));
    let titles: Vec<String> = ends.keys().map(|vct| list::title(vct)).collect();
    output::talk(&format!("Next: send it, and ask for: {}, for {keys}.", titles.join(", ")));
    if args.nonce.is_none() {
        output::talk("If the issuer gave you a nonce for it, run this again with --nonce.");
    }
    output::talk(
        "Keep what comes back with `bonafide add`; from then on it answers instead of the old.",
    );
    Ok(())
}
