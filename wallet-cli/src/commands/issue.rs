//! `bonafide issue`: a KYC provider signs a credential for a holder's key.

mod identified;
pub mod record;
mod told;
pub mod validity;

use std::collections::BTreeSet;
use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::credential::Evidence;
use bonafide::did::{self, Did, Identity, Relationship};
use bonafide::key::PublicKey;
use bonafide::possession::{self, ExpectedProof, ProofError};
use bonafide::wallet::Wallet;
use bonafide_credentials::{Claims, TypeDefinition};
use bonafide_records::{CredentialState, Credentials, Issuing, Settings, SqliteBook, Subjects};
use serde_json::json;

use super::{Context, MAX_PROOF_AGE, identity};
use crate::bulk::{self, IDENTITY_TYPE};
use crate::cli::Issue;
use crate::error::{CliError, Result};
use crate::issuer_did::Issuer;
use crate::office::{self, Person};
use crate::{delivery, files, kind, output, sealing, text};

/// Largest claims file read.
const MAX_CLAIMS: usize = 64 * 1024;

/// A key to issue to.
pub struct Holder {
    did: Did,
    key: PublicKey,
    nonce: Option<String>,
}

pub fn run(context: &Context, args: &Issue) -> Result<()> {
    if !args.plain {
        sealing::check(
            "Add --plain, and hand the file over a private channel; or take a program built with the feature jwe.",
        )?;
    }
    match (&args.bulk.batch, &args.kind, &args.holder, &args.claims) {
        (Some(table), ..) => bulk::run(context, args, table),
        (None, Some(kind), Some(holder), Some(claims)) => {
            one(context, args, definition(kind)?, (holder, claims))
        }
        _ => Err(CliError::usage("a type, --holder and --claims belong together", "See --help.")),
    }
}

/// Issues one type of credential to one holder.
fn one(
    context: &Context,
    args: &Issue,
    definition: &'static TypeDefinition,
    (holder, file): (&str, &Path),
) -> Result<()> {
    if definition.name() != IDENTITY_TYPE
        && args.identity.is_none()
        && args.identified_here.is_none()
        && args.reidentified.is_none()
    {
        return Err(CliError::usage(
            format!(
                "{} is issued only to a key under which you know the person",
                definition.name()
            ),
            "Give --identity PRESENTATION (a kyc-identity presentation in answer to your request), or --identified-here REF if you identified the person yourself.",
        ));
    }
    let person = Person::new(&args.by)?;
    let bytes = files::read(file, MAX_CLAIMS)?;
    // Some editors put a byte-order mark in front.
    let json = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let claims =
        definition.read(json, context.now).map_err(|errors| claims_refused(file, json, &errors))?;
    let validity = validity::chosen(&claims, args.valid_for.as_deref(), context.now)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuing = Issuer::of(context, wallet)?;
    let issuer = issuing.identity()?;
    let (holders, reported) = holders(context, args, holder, &issuer)?;
    let mut known = office::existing(context, wallet)?;
    if let Some(reported) = &reported {
        // Signed by the key itself: whatever comes of this request, nobody gets anything more for it.
        let mut book = known.map_or_else(|| office::book(context, wallet), Ok)?;
        book.report(reported.id().as_str(), &person.act(context.now))?;
        office::sign_head(context, &mut book, &identity(wallet)?)?;
        told::check_whose(reported, (args, &holders), &book)?;
        known = Some(book);
    }
    let evidence =
        identified::evidence(context, args, &issuer, wallet, (&holders, known.as_ref()))?;
    let mut book = known.map_or_else(|| office::book(context, wallet), Ok)?;
    let plan = record::Plan { claims: &claims, evidence, validity, holders: &holders };
    let (tokens, delivery) = record::issue(args, &plan, &issuer, &mut book)?;
    let first = holders.first().filter(|_| !args.plain);
    let file = delivery::text(&tokens, first.map(|holder| &holder.key))?;
    let external_id = delivery.external_id.clone();
    let before = revoked(&book, &external_id)?;
    book.issue(&[delivery], &person.act(context.now))?;
    let ended = revoked(&book, &external_id)?.saturating_sub(before);
    office::sign_head(context, &mut book, &identity(wallet)?)?;
    files::write(args.out.as_deref(), &file)?;
    if let (Some(out), true) = (&args.out, context.json) {
        let expires = validity.until.to_string();
        let out = text::path(out);
        output::json(
            &json!({"out": out, "type": definition.vct(), "keys": holders.len(), "expires": expires, "sealed": !args.plain}),
        );
    }
    say(&claims, validity.until, context.now);
    if ended > 0 {
        output::talk(&format!(
            "Revoked with it: {} under this person's other keys. Platforms see that after `bonafide status publish`.",
            text::amount(ended, "credential")
        ));
    }
    if let Some(subject) = book.subject_number(&external_id)?
        && let Some(on) = book.subject_of(subject)?.ended
    {
        output::talk(&format!("Note: the relationship with this investor ended on {on}."));
    }
    if book.status_url()?.is_none() {
        output::talk(NO_STATUS);
    }
    next(args, &holders);
    Ok(())
}

/// How many credentials of a person are revoked.
fn revoked(book: &SqliteBook, external_id: &str) -> Result<usize> {
    let Some(subject) = book.subject_number(external_id)? else { return Ok(0) };
    let held = book.credentials_of(subject)?;
    Ok(held.iter().filter(|one| one.state == CredentialState::Invalid).count())
}

/// What is said where credentials carry no status.
pub const NO_STATUS: &str = "Without a status list nothing of it can be revoked. To have one next time: bonafide status set-url URL.";

/// An entry for `evidence`: the issuer identified the person itself.
pub fn own_evidence(wallet: &Wallet, reference: &str, now: Timestamp) -> Evidence {
    identified::entry(wallet, None, reference.as_bytes(), now)
}

/// Adds an entry to the evidence among the claims.
pub fn add_evidence(claims: &mut Claims, evidence: &Evidence) -> Result<()> {
    claims.add_evidence(evidence).map_err(|errors| {
        let next = "Leave one entry out of `evidence`: one is added here.";
        CliError::refused("claims-refused", errors, next)
    })
}

pub fn definition(name: &str) -> Result<&'static TypeDefinition> {
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
    file: &Path,
    json: &[u8],
    errors: &bonafide_credentials::ClaimErrors,
) -> CliError {
    let place = match serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        Err(error) => format!(" Look at line {}, column {}.", error.line(), error.column()),
        Ok(_) => String::new(),
    };
    let what = kind::sentence(&String::from_utf8_lossy(json));
    let message = format!("{} was refused{what}:\n{errors}{place}", text::path(file));
    CliError::refused(
        "claims-refused",
        message,
        "Nothing was issued. Mend what is mistaken in the file and run the command again.",
    )
}

/// The keys to issue to, and one that a notice beside their proof calls lost or stolen.
fn holders(
    context: &Context,
    args: &Issue,
    holder: &str,
    issuer: &Identity<'_>,
) -> Result<(Vec<Holder>, Option<PublicKey>)> {
    if holder.starts_with("did:") {
        return Ok((vec![unproven(args, holder)?], None));
    }
    if args.unproven {
        return Err(CliError::usage(
            "--unproven goes with a DID",
            "Give --holder DID --unproven, or a proof file alone.",
        ));
    }
    let text = files::read_text(holder.as_ref(), possession::MAX_LEN)?;
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
    let reported = told::say(&text, issuer.did(), context.now)?;
    let holder = |proven: &possession::ProvenKey| Holder {
        did: proven.did().clone(),
        key: proven.key().clone(),
        nonce: Some(proven.nonce().to_owned()),
    };
    Ok((proven.iter().map(holder).collect(), reported))
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

fn unproven(args: &Issue, holder: &str) -> Result<Holder> {
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
    let did = Did::parse(holder).map_err(refused)?;
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

/// What a person should know about what was issued.
fn say(claims: &Claims, until: Timestamp, now: Timestamp) {
    if !claims.dropped().is_empty() {
        output::talk(&format!(
            "Not issued, because false: {}. Leaving them out says the same.",
            claims.dropped().join(", ")
        ));
    }
    output::talk(&format!(
        "Issued: {}, assessed {}. It ends {}.",
        claims.definition().title(),
        claims.assessed_on(),
        text::distance(until, now)
    ));
}

/// To whom the file goes, and who can read it.
fn next(args: &Issue, holders: &[Holder]) {
    let Some(out) = args.out.as_deref().map(text::path) else { return };
    let holder = holders.first().map(|holder| text::short_did(holder.did.as_str()));
    output::talk(&match holder.filter(|_| !args.plain) {
        Some(did) => format!(
            "Next: hand {out} to its holder, by any way: it is sealed, and only the wallet with the key {did} can read it."
        ),
        None => format!(
            "Next: hand {out} to its holder, over a private channel: it is not sealed, and holds everything."
        ),
    });
}
