//! `bonafide present --refill`: a request to the issuer for more keys, when none is free.

use bonafide::did::Did;
use bonafide::present::{PresentError, Sharing, prepare_column};
use bonafide::request::Request;
use bonafide::verify::Received;
use bonafide::wallet::{Unlocked, Wallet};
use serde_json::{Value, json};

use super::{Context, columns, explain, list};
use crate::cli::Present;
use crate::error::Result;
use crate::{files, output, text};

pub fn run(
    context: &Context,
    args: &Present,
    request: &Request,
    unlocked: &mut Unlocked,
) -> Result<()> {
    if let Some(nonce) = &args.nonce {
        columns::check_nonce(nonce)?;
    }
    let issuer = issuer(context, args, request, unlocked.wallet())?;
    let keys = columns::blank(unlocked, args.columns.into())?;
    let wallet = unlocked.wallet();
    let proof = columns::proof(context, wallet, &keys, &issuer, args.nonce.as_deref())?;
    files::write(args.out.as_deref(), &proof)?;
    let out = args.out.as_ref().map_or("the request".to_owned(), |out| text::path(out));
    if context.json && args.out.is_some() {
        let numbers: Value = keys.iter().map(|key| columns::number(wallet, key)).collect();
        output::json(&json!({"out": out, "issuer": issuer.as_str(), "keys": numbers}));
    }
    let name = context.home.name_of(issuer.as_str())?;
    let name = name.map_or_else(|| issuer.as_str().to_owned(), |name| text::safe(&name));
    output::talk(&format!(
        "Nothing was answered. Wrote {out}: it proves {} to {name}, and to nobody else.",
        text::amount(keys.len(), "new key")
    ));
    output::talk(&format!("Next: send it, and ask for: {}.", held_from(wallet, &issuer)));
    if args.nonce.is_none() {
        output::talk("If the issuer gave you a nonce for it, run this again with --nonce.");
    }
    output::talk("When `bonafide add` has stored what comes back, answer the request again.");
    Ok(())
}

/// Who issued what would answer.
fn issuer(context: &Context, args: &Present, request: &Request, wallet: &Wallet) -> Result<Did> {
    let candidates = explain::candidates(wallet, args.explain.credential)?;
    let found = prepare_column(request, &candidates, wallet, Sharing::Allowed, context.now);
    let id = match found {
        Ok(prepared) => prepared.credential(),
        Err(PresentError::KeyRetired(id) | PresentError::KeyCompromised(id)) => id,
        Err(error) => return Err(error.into()),
    };
    let mut stored = wallet.credentials().iter().filter(|stored| stored.id == id);
    let read = stored.find_map(|stored| Received::stored(stored.token()));
    Ok(read.ok_or(PresentError::Unreadable(id))?.issuer().clone())
}

/// The types that this issuer has issued to this wallet.
fn held_from(wallet: &Wallet, issuer: &Did) -> String {
    let read = wallet.credentials().iter().filter_map(|stored| Received::stored(stored.token()));
    let own = read.filter(|read| read.issuer() == issuer);
    let mut titles: Vec<String> = own.map(|read| list::title(&read.registered().vct)).collect();
    titles.sort_unstable();
    titles.dedup();
    titles.join(", ")
}
