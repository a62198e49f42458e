//! `bonafide id`: who you are, and the proof of it.

use bonafide::did::{Did, DidError, document};
use bonafide::possession;
use serde_json::json;

use super::{Context, identity};
use crate::cli::Id;
use crate::error::{CliError, Result};
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
            if possession::is_nonce(nonce) {
                return Ok((issuer, nonce));
            }
            let message = "a nonce has 22 to 128 characters from A-Z a-z 0-9 _ -";
            Err(CliError::usage(
                message,
                "Copy the nonce that the issuer gave you; it makes one with `bonafide nonce`.",
            ))
        })
    });
    let prove = prove.transpose()?;
    let unlocked = context.unlock()?;
    let identity = identity(unlocked.wallet())?;
    let Some((issuer, nonce)) = prove else {
        print(context, args, identity.did());
        return Ok(());
    };
    let proof = possession::prove(std::slice::from_ref(&identity), &issuer, nonce, context.now)??;
    files::write(args.out.as_deref(), &proof)?;
    if let (Some(out), true) = (&args.out, context.json) {
        output::json(&json!({"out": text::path(out), "issuer": issuer.as_str()}));
    }
    output::talk(
        "This proves to that issuer alone, for this nonce alone, that the identity is yours.",
    );
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

fn print(context: &Context, args: &Id, did: &Did) {
    if args.document {
        output::json(&document(did).map(|document| document.to_json()).unwrap_or_default());
    } else if context.json {
        output::json(&json!({"did": did.as_str()}));
    } else {
        output::data(did.as_str());
    }
}
