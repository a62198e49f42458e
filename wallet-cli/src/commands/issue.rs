//! `bonafide issue`: a KYC provider signs a credential for a holder's key.

mod identified;
mod told;

use std::collections::BTreeSet;

use bonafide::clock::{DAY, Timestamp};
use bonafide::credential::Evidence;
use bonafide::did::{self, Did, Identity, Relationship};
use bonafide::issue::Validity;
use bonafide::key::PublicKey;
use bonafide::possession::{self, ExpectedProof, ProofError};
use bonafide::random::SystemRandom;
use bonafide_credentials::{Claims, TypeDefinition};
use serde_json::json;

use super::{Context, identity};
use crate::cli::Issue;
use crate::error::{CliError, Result};
use crate::{files, kind, output, text};

/// Largest claims file read.
const MAX_CLAIMS: usize = 64 * 1024;

/// Oldest proof of possession taken.
const MAX_PROOF_AGE: i64 = 7 * DAY;

/// The type that says who somebody is; all others rest on it.
const IDENTITY_TYPE: &str = "kyc-identity";

/// A key to issue to.
struct Holder {
    did: Did,
    key: PublicKey,
    nonce: Option<String>,
}

pub fn run(context: &Context, args: &Issue) -> Result<()> {
    let definition = definition(&args.kind)?;
    if definition.name() != IDENTITY_TYPE
        && args.identity.is_none()
        && args.identified_here.is_none()
    {
        return Err(CliError::usage(
            format!(
                "{} is issued only to a key under which you know the person",
                definition.name()
            ),
            "Give --identity PRESENTATION (a kyc-identity presentation in answer to your request), or --identified-here REF if you identified the person yourself.",
        ));
    }
    let bytes = files::read(&args.claims, MAX_CLAIMS)?;
    // Some editors put a byte-order mark in front.
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let claims =
        definition.read(json, context.now).map_err(|errors| claims_refused(args, json, &errors))?;
    let validity = validity(args, definition, &claims, context.now)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let holders = holders(context, args, &issuer)?;
    let evidence = identified::evidence(context, args, &issuer, wallet, &holders)?;
    let proven = holders
        .iter()
        .filter_map(|holder| Some((holder.nonce.clone()?, holder.key.id().to_string())));
    context.home.spend_nonces(&proven.collect::<Vec<_>>())?;
    let issued: Result<Vec<String>> = holders
        .iter()
        .map(|holder| issue_one(claims.clone(), evidence.as_ref(), holder, validity, &issuer))
        .collect();
    files::write(args.out.as_deref(), &issued?.join("\n"))?;
    if let (Some(out), true) = (&args.out, context.json) {
        let expires = validity.until.to_string();
        let out = text::path(out);
        output::json(
            &json!({"out": out, "type": definition.vct(), "keys": holders.len(), "expires": expires}),
        );
    }
    say(args, definition, &claims, validity, context.now);
    Ok(())
}

fn issue_one(
    mut claims: Claims,
    evidence: Option<&Evidence>,
    holder: &Holder,
    validity: Validity,
    issuer: &Identity<'_>,
) -> Result<String> {
    claims.set_subject(&holder.did);
    if let Some(evidence) = evidence {
        claims.add_evidence(evidence).map_err(|errors| {
            CliError::refused(
                "claims-refused",
                errors,
                "Leave one entry out of `evidence`: one is added here.",
            )
        })?;
    }
    Ok(claims.into_content().issue(&holder.key, validity, None, issuer, &mut SystemRandom)?)
}

fn definition(name: &str) -> Result<&'static TypeDefinition> {
    bonafide_credentials::find(name).ok_or_else(|| {
        let names: Vec<_> =
            bonafide_credentials::types().iter().map(TypeDefinition::name).collect();
        CliError::usage(
            format!("{name} is no credential type"),
            format!("Types: {}.", names.join(", ")),
        )
    })
}

fn claims_refused(
    args: &Issue,
    json: &[u8],
    errors: &bonafide_credentials::ClaimErrors,
) -> CliError {
    let place = match serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        Err(error) => format!(" Look at line {}, column {}.", error.line(), error.column()),
        Ok(_) => String::new(),
    };
    let what = kind::sentence(&String::from_utf8_lossy(json));
    let message = format!("{} was refused{what}:\n{errors}{place}", text::path(&args.claims));
    CliError::refused(
        "claims-refused",
        message,
        "Nothing was issued. Mend what is mistaken in the file and run the command again.",
    )
}

/// From today for as long as asked, never longer than the type allows or the claims bear.
fn validity(
    args: &Issue,
    definition: &TypeDefinition,
    claims: &Claims,
    now: Timestamp,
) -> Result<Validity> {
    let max = definition.max_days().min(claims.max_days());
    let days = match &args.valid_for {
        None => definition.default_days().min(claims.default_days()),
        Some(asked) => text::duration(asked)
            .filter(|seconds| seconds % DAY == 0)
            .and_then(|seconds| u32::try_from(seconds / DAY).ok())
            .ok_or_else(|| {
                CliError::usage(format!("--valid-for {asked}: not whole days"), "Write 90d or 12w.")
            })?,
    };
    if days > max {
        let message = format!("{} is valid for {max} days at the most", definition.name());
        return Err(CliError::refused(
            "valid-too-long",
            message,
            format!("Give --valid-for {max}d or less."),
        ));
    }
    let mut validity = Validity::days(now, days);
    if let Some(end) =
        claims.not_after().and_then(|day| Timestamp::parse(day).ok()).map(|day| day.plus(DAY))
    {
        if args.valid_for.is_some() && end < validity.until {
            let message = "the identity document ends before the credential would";
            return Err(CliError::refused(
                "valid-too-long",
                message,
                format!("It ends {}: choose a shorter --valid-for.", text::date(end)),
            ));
        }
        if end < validity.until {
            output::talk("The credential ends with the identity document.");
            validity.until = end;
        }
    }
    if validity.until <= now {
        let message = "the identity document has ended";
        return Err(CliError::refused(
            "document-expired",
            message,
            "Identify the person with a valid document.",
        ));
    }
    Ok(validity)
}

fn holders(context: &Context, args: &Issue, issuer: &Identity<'_>) -> Result<Vec<Holder>> {
    if args.holder.starts_with("did:") {
        return Ok(vec![unproven(args)?]);
    }
    if args.unproven {
        return Err(CliError::usage(
            "--unproven goes with a DID",
            "Give --holder DID --unproven, or a proof file alone.",
        ));
    }
    let text = files::read_text(args.holder.as_ref(), possession::MAX_LEN)?;
    let expected = ExpectedProof {
        issuer: issuer.did(),
        nonce: args.nonce.as_deref(),
        max_age: MAX_PROOF_AGE,
    };
    if args.nonce.as_deref().is_some_and(|nonce| !possession::is_nonce(nonce)) {
        let message = "--nonce: a nonce has 22 to 128 characters from A-Z a-z 0-9 _ -";
        return Err(CliError::usage(message, "Copy the one that `bonafide nonce` printed."));
    }
    let proven = possession::read(&text, &expected, context.now).map_err(|error| match error {
        ProofError::AudienceMismatch => CliError::from(error).advise(format!(
            "Ask the holder for a new one: bonafide id --prove {} --nonce NONCE",
            issuer.did()
        )),
        _ => CliError::from(error).with(&kind::sentence(&text)),
    })?;
    if args.nonce.is_none() {
        output::talk("Note: the proof's nonce was not compared with one you gave out (--nonce).");
    }
    check_keys(args.keys, &proven)?;
    told::say(&text, issuer.did(), context.now)?;
    let holder = |proven: &possession::ProvenKey| Holder {
        did: proven.did().clone(),
        key: proven.key().clone(),
        nonce: Some(proven.nonce().to_owned()),
    };
    Ok(proven.iter().map(holder).collect())
}

/// All keys of a proof become one person's, so their number is for the issuer to know.
fn check_keys(expected: usize, proven: &[possession::ProvenKey]) -> Result<()> {
    let distinct: BTreeSet<_> = proven.iter().map(|proven| proven.key().id()).collect();
    if distinct.len() == expected && proven.len() == expected {
        return Ok(());
    }
    let dids: Vec<&str> = proven.iter().map(|proven| proven.did().as_str()).collect();
    let message = format!(
        "the proof holds {}, and {expected} expected:\n{}",
        text::amount(dids.len(), "key"),
        dids.join("\n")
    );
    let next =
        "Give --keys with their number if all of them are this one person's, each there once.";
    Err(CliError::refused("keys-unexpected", message, next))
}

fn unproven(args: &Issue) -> Result<Holder> {
    if !args.unproven {
        return Err(CliError::usage(
            "a DID alone does not prove that its holder controls it",
            "Give the proof file of `bonafide id --prove`, or add --unproven.",
        ));
    }
    if args.nonce.is_some() {
        return Err(CliError::usage("--nonce goes with a proof file", "Leave it out."));
    }
    let refused = |error: bonafide::did::DidError| {
        CliError::refused(
            error.code(),
            format!("the holder's DID was refused: {error}"),
            "Check that you copied it whole.",
        )
    };
    let did = Did::parse(&args.holder).map_err(refused)?;
    let document = did::document(&did).map_err(refused)?;
    let (_, key) = document.first_key(Relationship::Authentication).ok_or_else(|| {
        CliError::refused(
            "wrong-purpose",
            "the holder's DID has no key for this",
            "Ask for another DID.",
        )
    })?;
    output::talk("Warning: nobody has proved to control this DID.");
    Ok(Holder { key: key.clone(), did, nonce: None })
}

fn say(
    args: &Issue,
    definition: &TypeDefinition,
    claims: &Claims,
    validity: Validity,
    now: Timestamp,
) {
    if !claims.dropped().is_empty() {
        output::talk(&format!(
            "Not issued, because false: {}. Leaving them out says the same.",
            claims.dropped().join(", ")
        ));
    }
    output::talk(&format!(
        "Issued: {}, assessed {}. It ends {}.",
        definition.title(),
        claims.assessed_on(),
        text::distance(validity.until, now)
    ));
    if let Some(out) = &args.out {
        output::talk(&format!(
            "Next: hand {} to its holder, over a private channel: it holds everything.",
            text::path(out)
        ));
    }
}
