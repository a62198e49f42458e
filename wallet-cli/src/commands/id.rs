//! `bonafide id`: who you are, and the proof of it.

use bonafide::did::{Did, DidError, document};
use serde_json::json;

use super::{Context, columns, identity};
use crate::cli::Id;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{files, output, text};

pub fn run(context: &Context, args: &Id) -> Result<()> {
    let prove = args.prove.as_deref().map(|issuer| {
        let issuer = resolved(issuer).map_err(|error| {
            CliError::usage(
                format!("--prove {issuer}: {error}"),
                "Copy the DID that the issuer gave you, whole.",
            )
        });
        issuer.and_then(|issuer| {
            let nonce = args.nonce.as_deref().unwrap_or_default();
            columns::check_nonce(nonce).map(|()| (issuer, nonce))
        })
    });
    let prove = prove.transpose()?;
    let Some((issuer, nonce)) = prove else {
        return print(context, args, identity(context.open()?.wallet())?.did());
    };
    let mut unlocked = context.unlock()?;
    let count = usize::from(args.columns);
    let keys = columns::first(&mut unlocked, count)?;
    let wallet = unlocked.wallet();
    let proof = columns::proof(context, wallet, &keys, &issuer, Some(nonce))?;
    files::write(args.out.as_deref(), &proof)?;
    if let (Some(out), true) = (&args.out, context.json) {
        output::json(&json!({"out": text::path(out), "issuer": issuer.as_str(), "keys": count}));
    }
    output::talk(&match count {
        1 => "This proves to that issuer alone, for this nonce alone, that the identity is yours."
            .to_owned(),
        _ => format!(
            "This proves to that issuer alone, for this nonce alone, that {count} keys are yours: one for each platform."
        ),
    });
    let active = wallet.keys().filter(|held| held.is_active()).count();
    if active > count {
        output::talk(&format!("{active} keys are in use; --columns {active} proves all of them."));
    }
    if let Some(out) = &args.out {
        output::talk(&format!("Next: send {} to the issuer.", text::path(out)));
    }
    Ok(())
}

/// A DID that carries its own key shows when it was copied short.
fn resolved(issuer: &str) -> std::result::Result<Did, DidError> {
    let did = Did::parse(issuer)?;
    match document(&did) {
        Err(DidError::UnsupportedMethod) | Ok(_) => Ok(did),
        Err(error) => Err(error),
    }
}

/// The DID that the home issues as, if there is one; else, and for everything else, the wallet's own.
fn print(context: &Context, args: &Id, own: &Did) -> Result<()> {
    let Some(kept) = Kept::read(&context.home)? else {
        show(
            context,
            args,
            own,
            &document(own).map(|document| document.to_json()).unwrap_or_default(),
        );
        return Ok(());
    };
    let issues = kept.document(context.now);
    if args.document {
        output::json(&issues?.to_json());
    } else if context.json {
        output::json(&json!({"did": kept.did.as_str(), "wallet": own.as_str()}));
    } else {
        output::data(kept.did.as_str());
    }
    output::talk(&format!("Your home issues as this DID. To ask and to answer, it is {own}"));
    Ok(())
}

fn show(context: &Context, args: &Id, did: &Did, document: &serde_json::Value) {
    if args.document {
        output::json(document);
    } else if context.json {
        output::json(&json!({"did": did.as_str()}));
    } else {
        output::data(did.as_str());
    }
}
