//! `bonafide add`: checks credentials from an issuer and keeps them, all or none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bonafide::clock::Timestamp;
use bonafide::random::SystemRandom;
use bonafide::verify::{Material, Received, Verifier};
use bonafide::wallet::Wallet;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, columns};
use crate::error::{CliError, Result};
use crate::material::Carried;
use crate::sealing::{self, Wanted};
use crate::{files, kind, output, text};

/// What to do where a file is for keys that the wallet does not hold.
const ASK_FOR_OWN: &str = "Ask the issuer for a new one, made for the identity that `bonafide id` prints. After recovery from the 24 words, `bonafide keys new --count N` brings your further keys back first.";

/// Largest file of credentials read.
const MAX_LEN: usize = 8 * 1024 * 1024;

/// Most credentials in one file.
const MOST: usize = 1000;

pub fn run(context: &Context, file: &Path, bundles: &[PathBuf]) -> Result<()> {
    let verifier = verifier(context, bundles)?;
    let mut content = Zeroizing::new(files::read_text(file, MAX_LEN)?);
    // What cannot be taken in is refused before the wallet is opened.
    let sealed = sealing::is_sealed(&content, Wanted::Credentials)?;
    if !sealed {
        tokens(file, &content)?;
    }
    let mut unlocked = context.open()?;
    if sealed {
        content = opened(&content, unlocked.wallet())?;
    }
    let tokens = tokens(file, &content)?;
    let mut received = Vec::new();
    for (n, token) in tokens.iter().enumerate() {
        let which = match tokens.len() {
            1 => "the credential".to_owned(),
            all => format!("credential {} of {all}", n + 1),
        };
        if is_stored(unlocked.wallet(), token) {
            return Err(CliError::refused(
                "already-there",
                format!("{which} is in the wallet already; nothing was stored"),
                "Nothing to do for this one.",
            ));
        }
        let checked = Received::check_with(token, unlocked.wallet(), &verifier, context.now);
        received.push(checked.map_err(|reasons| refused(&which, &reasons))?);
    }
    let ids = unlocked.update(&mut SystemRandom, |wallet| {
        let keep = |token: &&str| keep_once(wallet, token, context.now);
        Ok(tokens.iter().map(keep).collect::<Vec<u32>>())
    })?;
    say(context, &ids, &received)?;
    for (id, received) in ids.iter().zip(&received) {
        let wallet = unlocked.wallet();
        if wallet.held_key(received.holder()).is_some_and(|held| !held.is_active()) {
            let n = columns::number(wallet, received.holder());
            output::talk(&format!(
                "Number {id} is bound to key {n}, which is no more in use: it will answer nobody."
            ));
        }
    }
    Ok(())
}

/// Knows our types, and the keys of issuers of did:web and did:webvh as the bundles tell them. It believes nobody:
/// whom to believe is for platforms to say.
fn verifier(context: &Context, bundles: &[PathBuf]) -> Result<Verifier> {
    let (catalog, dids) =
        (bonafide_credentials::catalog().clone(), Carried::in_bundles(context, bundles)?.dids);
    Verifier::new(Material { catalog, dids, ..Material::default() })
        .map_err(|error| CliError::fault(error.code(), error, "Add it without --bundle."))
}

/// What is in a file that is sealed to this wallet.
fn opened(content: &str, wallet: &Wallet) -> Result<Zeroizing<String>> {
    let opened = sealing::open(content, wallet).map_err(|error| match error.code() {
        "not-for-us" => error.with("; nothing was stored").advise(ASK_FOR_OWN),
        _ => error,
    })?;
    String::from_utf8(opened.to_vec()).map(Zeroizing::new).map_err(|_| {
        let message = "what is sealed in the file is no text; nothing was stored";
        CliError::refused("malformed", message, "Ask the issuer for the file again.")
    })
}

/// The credentials in a file, one per line.
fn tokens<'c>(file: &Path, content: &'c str) -> Result<Vec<&'c str>> {
    let malformed = |what: &str| {
        CliError::refused(
            "malformed",
            format!("{} {what}", text::path(file)),
            "Check that it is the file the issuer sent.",
        )
    };
    if content.trim_start().starts_with('{') {
        return Err(malformed(&format!("is no credential{}", kind::sentence(content))));
    }
    if kind::of(content).is_some_and(|kind| kind.starts_with("a request")) {
        return Err(malformed(&format!("is no credential{}", kind::sentence(content))));
    }
    if kind::of(content).is_some_and(|kind| kind.starts_with("a sealed")) {
        return Err(malformed("is a sealed file cut short, or wrapped in something else"));
    }
    let lines = content.lines().map(str::trim);
    let tokens: Vec<&str> = lines.filter(|line| !line.is_empty()).take(MOST + 1).collect();
    if tokens.is_empty() {
        return Err(malformed("holds no credential"));
    }
    if tokens.len() > MOST {
        return Err(malformed("holds more credentials than one file may"));
    }
    let distinct: BTreeSet<&&str> = tokens.iter().collect();
    if distinct.len() < tokens.len() {
        return Err(malformed("holds the same credential twice"));
    }
    Ok(tokens)
}

/// The number it has now. Another program may have stored it since the wallet was opened.
fn keep_once(wallet: &mut Wallet, token: &str, now: Timestamp) -> u32 {
    let stored = wallet.credentials().iter().find(|stored| stored.token() == token);
    match stored {
        Some(stored) => stored.id,
        None => wallet.add(token.to_owned(), now),
    }
}

fn is_stored(wallet: &Wallet, token: &str) -> bool {
    let mut stored = wallet.credentials().iter();
    stored.any(|stored| stored.token() == token)
}

fn say(context: &Context, ids: &[u32], received: &[Received]) -> Result<()> {
    let mut added = Vec::new();
    for (id, received) in ids.iter().zip(received) {
        let issuer = received.issuer().as_str();
        let name = context.home.name_of(issuer)?;
        let registered = received.registered();
        added
            .push(json!({"id": id, "type": registered.vct, "issuer": issuer, "issuer_name": name}));
        let until =
            registered.expires.map_or("no end".into(), |end| text::distance(end, context.now));
        let from = name.map_or_else(
            || format!("{} (not pinned)", text::short_did(issuer)),
            |name| text::safe(&name),
        );
        output::talk(&format!(
            "{id}  {} from {from}, ends {until}",
            super::list::title(&registered.vct)
        ));
    }
    if context.json {
        output::json(&added.into());
    }
    output::talk(match ids.len() {
        1 => "The signature holds, and it is bound to your key. Stored.",
        2 => "Both signatures hold, and both are bound to your keys. Stored.",
        _ => "All signatures hold, and all are bound to your keys. Stored.",
    });
    Ok(())
}

fn refused(which: &str, reasons: &[bonafide::verify::Reason]) -> CliError {
    let lines: Vec<String> = reasons
        .iter()
        .map(|reason| format!("{} ({})", text::safe(reason.detail()), reason.kind()))
        .collect();
    let code = reasons.first().map_or("malformed", |reason| reason.kind());
    let next = match code {
        "holder-key-unknown" => ASK_FOR_OWN,
        "did-not-at-hand" => {
            "Ask the issuer for a bundle with the log of its DID, and give it: --bundle FILE."
        }
        "key-not-found" | "history-stale" | "log-invalid" => {
            "What you have of the issuer's DID may be old, or not whole: ask for a newer bundle, and give it with --bundle FILE. If that is refused too, ask for a new credential."
        }
        _ => "Ask the issuer for a new one, made for the identity that `bonafide id` prints.",
    };
    let message = format!("{which} was refused, and nothing was stored:\n{}", lines.join("\n"));
    CliError::refused(code, message, next)
}
