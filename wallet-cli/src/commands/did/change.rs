//! `bonafide did rotate` and `did deactivate`: new versions of a DID.

use bonafide::clock::Timestamp;
use bonafide::did::{DidDocument, Identity, MethodKey};
use bonafide::key::Algorithm;
use bonafide::resolve::webvh::author::{self, DocumentKey, NewEntry, NewWitnesses};
use bonafide::resolve::{DidMaterial, History};
use bonafide::wallet::{DidRole, Wallet};

use super::create::algorithm;
use super::save;
use crate::cli::{DidDeactivate, DidRotate};
use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::{Kept, index, name};
use crate::{ask, text};

/// Furthest that a version's time may run ahead of the clock, where versions follow quickly.
const AHEAD: i64 = 60;

pub fn rotate(context: &Context, args: &DidRotate) -> Result<()> {
    let kept = whole(context)?;
    let ended = kept.document(context.now);
    // A did:web that has ended can still say that a key of it was stolen.
    let document = match (ended.as_ref().err(), kept.last_document(context.now)?) {
        (Some(_), Some(document)) if args.compromised.is_some() => document,
        _ => ended.clone()?,
    };
    let mut keys = keys(&document);
    let stolen = args.compromised.as_deref().map(|given| stolen(context, &kept, &mut keys, given));
    let stolen = stolen.transpose()?;
    let newest = keys.iter().filter_map(|key| Some((index(&key.name)?, key.key.algorithm())));
    let newest = newest.chain(past(&kept)?.iter().filter_map(numbered)).max_by_key(|(at, _)| *at);
    let (last, kind) = newest.unwrap_or((0, Algorithm::Ed25519));
    // A key that was stolen after it had been retired takes nothing from the one in use.
    let lasts = |key: &DocumentKey| key.expires.is_none_or(|expires| expires > context.now);
    let current = keys.iter().any(|key| key.revoked.is_none() && lasts(key));
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let made = if stolen.is_some() && (current || ended.is_err()) {
        None
    } else {
        retire(&mut keys, &kept, context.now);
        let kind = args.key.map_or(kind, algorithm);
        let key = wallet.did_key(DidRole::Assertion, kind, last + 1)?.public().clone();
        keys.push(DocumentKey { name: name(last + 1), key, expires: None, revoked: None });
        Some(name(last + 1))
    };
    let done = match (&stolen, &made) {
        (Some(stolen), Some(made)) => format!(
            "{stolen} counts for nothing any more, whenever it signed. {made} signs from now on: issue what {stolen} signed anew (a whole table with `issue --batch … --reissue N`, 1 the first time), and publish your status lists."
        ),
        (Some(stolen), None) if ended.is_err() => {
            format!("{stolen} counts for nothing any more, whenever it signed.")
        }
        (Some(stolen), None) => format!(
            "{stolen} counts for nothing any more, whenever it signed. The key in use stays: issue what {stolen} signed anew (a whole table with `issue --batch … --reissue N`, 1 the first time), and publish your status lists."
        ),
        _ => format!(
            "{} signs from now on. What the key before it signed counts for a while yet: publish your status lists anew, and re-issue in time.",
            made.as_deref().unwrap_or("A new key")
        ),
    };
    let change = Change { keys: &keys, witnesses: None, deactivated: false };
    let kept = next(context, wallet, &kept, &change)?;
    save(context, &kept, &args.out, &done)
}

pub fn deactivate(context: &Context, args: &DidDeactivate) -> Result<()> {
    let kept = whole(context)?;
    let document = kept.document(context.now)?;
    let question = format!(
        "End {} for good? Nothing more can be issued in its name, and no revocation published: revoke what is to end, and publish your lists, before. [y/N] ",
        text::short_did(kept.did.as_str())
    );
    if !args.yes && !ask::agreed(&question)? {
        return Err(CliError::refused("declined", "nothing was changed", ""));
    }
    let unlocked = context.unlock()?;
    let mut keys = keys(&document);
    retire(&mut keys, &kept, context.now);
    // The last version of a log has none.
    let keys = if is_log(&kept) { &[] } else { keys.as_slice() };
    let change = Change { keys, witnesses: None, deactivated: true };
    let kept = next(context, unlocked.wallet(), &kept, &change)?;
    let done = "The DID has ended: its keys are retired as of now. What they signed before counts for a while yet, and what names a status list until the list published last ends: nothing more is signed in its name.";
    save(context, &kept, &args.out, done)
}

/// Ends the use of the keys so far. A log tells when each was in use; a document must say it itself.
fn retire(keys: &mut Vec<DocumentKey>, kept: &Kept, now: Timestamp) {
    if is_log(kept) {
        return keys.retain(|key| key.revoked.is_some());
    }
    for key in keys.iter_mut().filter(|key| key.revoked.is_none()) {
        key.expires = Some(key.expires.map_or(now, |expires| expires.min(now)));
    }
}

fn is_log(kept: &Kept) -> bool {
    matches!(kept.material, DidMaterial::Log { .. })
}

/// What a new version says.
pub struct Change<'a> {
    pub keys: &'a [DocumentKey],
    pub witnesses: Option<NewWitnesses<'a>>,
    pub deactivated: bool,
}

/// The DID of this home, every version of it witnessed where witnesses are asked for.
pub fn whole(context: &Context) -> Result<Kept> {
    let kept = Kept::needed(&context.home)?;
    kept.unwitnessed()?;
    if super::is_pending(&kept)? {
        let message = "the newest version of your DID still waits for its witnesses";
        let next = "Send them did.jsonl, and take their words in with `bonafide did witness take`.";
        return Err(CliError::refused("not-witnessed", message, next));
    }
    Ok(kept)
}

/// The keys of a document, as they are written again.
pub fn keys(document: &DidDocument) -> Vec<DocumentKey> {
    let methods = document.methods().iter().filter_map(|method| match method.key() {
        MethodKey::Signing(key) => Some(DocumentKey {
            name: method.id().fragment().to_owned(),
            key: key.clone(),
            expires: method.expires(),
            revoked: method.revoked(),
        }),
        MethodKey::Agreement(_) => None,
    });
    methods.collect()
}

/// The next version, signed.
pub fn next(context: &Context, wallet: &Wallet, kept: &Kept, change: &Change<'_>) -> Result<Kept> {
    let material = match &kept.material {
        DidMaterial::Document(_) => {
            let document = author::document(kept.did.as_str(), change.keys)?;
            DidMaterial::Document(format!("{document:#}\n").into_bytes())
        }
        DidMaterial::Log { log, witness } => {
            let history = kept.unwitnessed()?;
            let history = history.ok_or_else(|| {
                CliError::fault(
                    "home-damaged",
                    "the log is missing",
                    "Bring it back from where it is published.",
                )
            })?;
            let log = append(context.now, wallet, (&history, log), change)?;
            DidMaterial::Log { log, witness: witness.clone() }
        }
    };
    Ok(Kept { did: kept.did.clone(), material })
}

/// Entry n is signed by update key n, counted from 1, and announces the one after it.
fn append(
    now: Timestamp,
    wallet: &Wallet,
    (history, log): (&History, &[u8]),
    change: &Change<'_>,
) -> Result<Vec<u8>> {
    let number = u32::try_from(history.head().number()).unwrap_or(u32::MAX);
    let key = |index| wallet.did_key(DidRole::Update, Algorithm::Ed25519, index);
    let (own, announced) = (key(number)?, key(number.saturating_add(1))?);
    let time = now.max(history.head().time().plus(1));
    if time > now.plus(AHEAD) {
        let message = format!(
            "the newest version of your DID is of {}, in the future",
            history.head().time()
        );
        return Err(CliError::refused("clock-suspect", message, "Set this machine's clock."));
    }
    let entry = NewEntry {
        time,
        keys: change.keys,
        next: announced.public(),
        witnesses: change.witnesses,
        deactivated: change.deactivated,
    };
    let signer = Identity::did_key(own.id(), &own)?;
    let log = String::from_utf8_lossy(log);
    Ok(author::append(history, &log, &entry, &signer)?.into_bytes())
}

/// Marks a key as stolen, also one that was retired before, and returns its name.
fn stolen(
    context: &Context,
    kept: &Kept,
    keys: &mut Vec<DocumentKey>,
    given: &str,
) -> Result<String> {
    let wanted = given.rsplit_once('#').map_or(given, |(_, name)| name);
    let wanted = wanted.parse::<u32>().map_or_else(|_| wanted.to_owned(), |n| format!("key-{n}"));
    if let Some(key) = keys.iter_mut().find(|key| key.name == wanted) {
        if key.revoked.is_some() {
            let message = format!("{wanted} was declared stolen before");
            return Err(CliError::refused("key-compromised", message, "Nothing was changed."));
        }
        key.revoked = Some(context.now);
        return Ok(wanted);
    }
    let found = past(kept)?.into_iter().rev().find(|key| key.name == wanted);
    let mut found = found.ok_or_else(|| {
        let message = format!("your DID has no key {}", text::safe(given));
        CliError::refused("key-not-found", message, "`bonafide did show` lists them.")
    })?;
    found.revoked = Some(context.now);
    keys.push(found);
    Ok(wanted)
}

/// The keys of all versions so far.
fn past(kept: &Kept) -> Result<Vec<DocumentKey>> {
    let history = kept.unwitnessed()?;
    let versions = history.iter().flat_map(|history| history.versions());
    Ok(versions.filter_map(|version| version.document()).flat_map(keys).collect())
}

fn numbered(key: &DocumentKey) -> Option<(u32, Algorithm)> {
    Some((index(&key.name)?, key.key.algorithm()))
}
