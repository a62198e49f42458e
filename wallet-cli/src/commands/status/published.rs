//! What lies where a list is to go: what it says is revoked stays so.

use std::path::Path;

use bonafide::clock::Timestamp;
use bonafide::did::{DidUrl, Identity, Relationship};
use bonafide::key::{Algorithm, PublicKey};
use bonafide::resolve::KeyRefusal;
use bonafide::status::{MAX_LEN, Status, StatusList, StatusToken, UnverifiedStatusToken};
use bonafide::wallet::{DidRole, Wallet};

use crate::commands::{Context, identity};
use crate::error::{CliError, Result};
use crate::issuer_did::{self, Kept};
use crate::{files, output, text};

/// The places that the list at `path` calls revoked and ours does not: our records are older than it.
pub fn unknown_here(
    context: &Context,
    wallet: &Wallet,
    path: &Path,
    (issuer, uri): (&Identity<'_>, &str),
    list: &StatusList,
) -> Result<Vec<u32>> {
    let there = own(wallet, path, (issuer, uri))?;
    let is_revoked = |list: &StatusList, place| list.get(place) == Ok(Status::INVALID);
    let places = 0..there.list().entries().min(list.entries());
    let lost = places.clone().filter(|at| is_revoked(there.list(), *at) && !is_revoked(list, *at));
    let lost: Vec<u32> = lost.filter_map(|place| u32::try_from(place).ok()).collect();
    if is_compromised(context, there.signer(), there.publication().issued_at)? {
        if !lost.is_empty() {
            output::talk(&format!(
                "{} has {} revoked that these records do not know of. Its key was declared compromised, so that is not taken over: revoke yourself what is right.",
                text::path(path),
                text::amount(lost.len(), "credential")
            ));
        }
        return Ok(Vec::new());
    }
    let suspended = |list: &StatusList, place| list.get(place) == Ok(Status::SUSPENDED);
    let lifted = places.filter(|at| suspended(there.list(), *at) && !suspended(list, *at)).count();
    if !lost.is_empty() && lifted > 0 {
        output::talk(&format!(
            "{} is suspended in {} and not in these records: look whether it is to be suspended again.",
            text::amount(lifted, "credential"),
            text::path(path)
        ));
    }
    Ok(lost)
}

/// The list in a file, which one of this wallet's keys signed in the name of the same issuer, for the same place. Nothing
/// else is replaced.
fn own(wallet: &Wallet, path: &Path, (issuer, uri): (&Identity<'_>, &str)) -> Result<StatusToken> {
    let refused = |what: String| {
        let message = format!("{} {what}; nothing was written", text::path(path));
        let next = "A list that takes the place of another may bring revoked credentials back. Move the file away if you know better.";
        CliError::refused("not-our-list", message, next)
    };
    let no_list = || refused(format!("is no status list of yours for {}", text::safe(uri)));
    let read = files::read_text(path, MAX_LEN).map_err(|error| match error.code() {
        "file-unreadable" => error,
        _ => no_list(),
    })?;
    let token = UnverifiedStatusToken::parse(&read).map_err(|_| no_list())?;
    let signer = token.claimed_signer().clone();
    if signer.did() != issuer.did() {
        let (theirs, ours) = (signer.did().as_str(), issuer.did().as_str());
        let error = refused(format!(
            "is signed as {}, and the credentials of this list were issued as {}",
            text::safe(theirs),
            text::safe(ours)
        ));
        return Err(error.advise(
            "If that DID is yours, take it back first: `bonafide did adopt FILE`. If you gave it up for good, move the file away: platforms take a list only from the issuer of its credentials.",
        ));
    }
    let number = |url: &DidUrl| issuer_did::index(url.fragment());
    if number(&signer) > number(issuer.key_url()) {
        let error = refused(format!(
            "is signed by {}, which this home does not know",
            text::safe(signer.fragment())
        ));
        return Err(error.advise(
            "The DID's files here are older than what is published. Take on the newest: `bonafide did adopt FILE`.",
        ));
    }
    let tried = keys(wallet, &signer)?.into_iter().map(|key| {
        UnverifiedStatusToken::parse(&read).and_then(|token| token.signed_by(&key, uri))
    });
    tried.flatten().next().ok_or_else(no_list)
}

/// Whether the DID of this home says so of the key that signed then.
fn is_compromised(context: &Context, signer: &DidUrl, then: Timestamp) -> Result<bool> {
    let Some(kept) = Kept::read(&context.home)?.filter(|kept| kept.did == *signer.did()) else {
        return Ok(false);
    };
    let purpose = Relationship::AssertionMethod;
    let found = kept.known(context.now)?.key(signer.fragment(), purpose, then, context.now).err();
    Ok(found == Some(KeyRefusal::Compromised))
}

/// Which keys of this wallet can have that name, listed in the DID today or not.
fn keys(wallet: &Wallet, signer: &DidUrl) -> Result<Vec<PublicKey>> {
    let own = identity(wallet)?;
    if own.did() == signer.did() {
        return Ok(vec![own.public_key().clone()]);
    }
    let Some(number) = issuer_did::index(signer.fragment()) else { return Ok(Vec::new()) };
    [Algorithm::Ed25519, Algorithm::P256]
        .into_iter()
        .map(|algorithm| {
            Ok(wallet.did_key(DidRole::Assertion, algorithm, number)?.public().clone())
        })
        .collect()
}
