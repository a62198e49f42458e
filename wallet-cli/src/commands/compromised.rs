//! `bonafide keys compromised`: a key is lost or stolen; who is to be told, and what they need.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::key::KeyId;
use bonafide::notice;
use bonafide::random::SystemRandom;
use bonafide::wallet::Unlocked;
use serde_json::{Value, json};

use super::columns::Holdings;
use super::{Context, columns, holder_keys, list};
use crate::cli::{Compromised, LossReason};
use crate::error::{CliError, Result};
use crate::{ask, files, output, text};

/// An issuer, and what it issued for the key.
struct Issuer {
    did: Did,
    name: Option<String>,
    credentials: Vec<Credential>,
}

struct Credential {
    id: u32,
    vct: String,
    expires: Option<Timestamp>,
}

/// The two files for one issuer.
struct Papers {
    notice: PathBuf,
    reissue: PathBuf,
}

pub fn run(context: &Context, args: &Compromised) -> Result<()> {
    let since = since(args.since.as_deref(), context.now)?;
    if let Some(nonce) = &args.nonce {
        columns::check_nonce(nonce)?;
    }
    let mut unlocked = context.unlock()?;
    let (n, held) = columns::find(unlocked.wallet(), &args.key)?;
    let (key, seen) = (held.id().clone(), columns::others(context, held, None)?);
    let issuers = issuers(context, &unlocked, &key)?;
    let papers = args.out_dir.as_deref().map(|dir| papers(context, dir, n, issuers.len()));
    let papers = papers.transpose()?;
    let question = format!(
        "Mark key {n} as lost or stolen? It never signs again but to say so. There is no way back. [y/N] "
    );
    if !args.yes && !ask::agreed(&question)? {
        return Err(CliError::refused("declined", "no key was marked", ""));
    }
    let before = unlocked.wallet().identity_key_id().clone();
    unlocked.update(&mut SystemRandom, |wallet| wallet.compromise_key(&key, since))?;
    let held = unlocked.wallet().held_key(&key);
    let since = held.and_then(|held| columns::state(held).1).copied().unwrap_or(since);
    if let Some(papers) = &papers {
        write(context, args, &mut unlocked, (&key, since), &issuers, papers)?;
    }
    say(context, &unlocked, (n, since), &issuers, papers.as_deref());
    if !seen.is_empty() {
        output::talk(&format!(
            "Platforms that know you by it: {}. Warn them too.",
            seen.join(", ")
        ));
    }
    holder_keys::new_identity(unlocked.wallet(), &before);
    Ok(())
}

fn reason(reason: LossReason) -> notice::Reason {
    match reason {
        LossReason::KeyLost => notice::Reason::Lost,
        LossReason::KeyCompromised => notice::Reason::Compromised,
    }
}

fn since(text: Option<&str>, now: Timestamp) -> Result<Timestamp> {
    let Some(text) = text else { return Ok(now) };
    let refused = |what: &str| {
        let message = format!("--since {text}: {what}");
        Err(CliError::usage(message, "Write 2026-11-20 or 2026-11-20T14:00:00Z."))
    };
    match Timestamp::parse(text) {
        Err(error) => refused(&error.to_string()),
        Ok(since) if since > now => refused("lies in the future"),
        Ok(since) => Ok(since),
    }
}

fn issuers(context: &Context, unlocked: &Unlocked, key: &KeyId) -> Result<Vec<Issuer>> {
    let mut by_issuer: BTreeMap<Did, Vec<Credential>> = BTreeMap::new();
    for (id, read) in Holdings::of(unlocked.wallet()).under(key) {
        let registered = read.registered();
        let credential =
            Credential { id: *id, vct: registered.vct.clone(), expires: registered.expires };
        by_issuer.entry(read.issuer().clone()).or_default().push(credential);
    }
    let issuers = by_issuer.into_iter().map(|(did, credentials)| {
        let name = context.home.name_of(did.as_str())?;
        Ok(Issuer { did, name, credentials })
    });
    issuers.collect()
}

/// Where the files go: plain names, made from numbers only. All places are looked at before anything changes.
fn papers(context: &Context, dir: &Path, key: usize, issuers: usize) -> Result<Vec<Papers>> {
    if !dir.is_dir() {
        let message = format!("there is no folder {}", text::path(dir));
        return Err(CliError::fault(
            "file-unwritable",
            message,
            "Make it first. Nothing was done.",
        ));
    }
    let name = |issuer: usize, kind: &str| -> Result<PathBuf> {
        let path = dir.join(format!("key-{key}.issuer-{issuer}.{kind}"));
        files::check_free(&path)?;
        if context.home.keeps(&path) {
            let message = format!("{} is a folder that your home keeps", text::path(dir));
            return Err(CliError::refused("unsafe-file", message, "Choose another --out-dir."));
        }
        Ok(path)
    };
    let both = |n| Ok(Papers { notice: name(n, "notice")?, reissue: name(n, "reissue")? });
    (1..=issuers).map(both).collect()
}

/// For each issuer the notice, and the notice with the proof of a new key.
fn write(
    context: &Context,
    args: &Compromised,
    unlocked: &mut Unlocked,
    (key, since): (&KeyId, Timestamp),
    issuers: &[Issuer],
    papers: &[Papers],
) -> Result<()> {
    if issuers.is_empty() {
        return Ok(());
    }
    let new = columns::blank(unlocked, 1)?;
    for (issuer, papers) in issuers.iter().zip(papers) {
        let wallet = unlocked.wallet();
        let holder = Identity::did_key(key, wallet)?;
        let what = (reason(args.reason), since);
        let notice = notice::write(&holder, &issuer.did, what, context.now)?;
        let proof = columns::proof(context, wallet, &new, &issuer.did, args.nonce.as_deref())?;
        let mut reissue: Value = serde_json::from_str(&proof).unwrap_or_default();
        if let Some(members) = reissue.as_object_mut() {
            members.insert("notice".into(), Value::from(notice.as_str()));
        }
        files::write(Some(&papers.notice), &notice)?;
        files::write(Some(&papers.reissue), &reissue.to_string())?;
    }
    unlocked.update(&mut SystemRandom, |wallet| {
        issuers.iter().try_for_each(|issuer| wallet.note_told(key, &issuer.did))
    })?;
    Ok(())
}

fn say(
    context: &Context,
    unlocked: &Unlocked,
    (n, since): (usize, Timestamp),
    issuers: &[Issuer],
    papers: Option<&[Papers]>,
) {
    let papers_of = |at: usize| papers.and_then(|papers| papers.get(at));
    if context.json {
        let issuers = issuers.iter().enumerate().map(|(at, issuer)| {
            let ids: Vec<u32> = issuer.credentials.iter().map(|credential| credential.id).collect();
            json!({"issuer": issuer.did.as_str(), "name": issuer.name, "credentials": ids,
                "notice": papers_of(at).map(|papers| text::path(&papers.notice)),
                "reissue": papers_of(at).map(|papers| text::path(&papers.reissue))})
        });
        let issuers: Value = issuers.collect();
        output::json(&json!({"compromised": n, "since": since.to_string(), "issuers": issuers}));
    }
    output::talk(&format!(
        "Key {n} is marked as lost or stolen since {since}: it answers nobody and is proved to nobody."
    ));
    for (at, issuer) in issuers.iter().enumerate() {
        let did = issuer.did.as_str();
        let name = issuer
            .name
            .as_deref()
            .map_or(did.to_owned(), |name| format!("{} ({did})", text::safe(name)));
        output::talk(&format!("Tell {name} to revoke what it issued for this key:"));
        for Credential { id, vct, expires } in &issuer.credentials {
            let end = expires.map_or("has no end".into(), |end| {
                format!("ends {}", text::distance(end, context.now))
            });
            output::talk(&format!("  {id}  {}, {end}", list::title(vct)));
        }
        if let Some(papers) = papers_of(at) {
            output::talk(&format!(
                "  {} says so, signed by the key. {} also proves a new key: it will identify you anew before it issues for that one.",
                text::path(&papers.notice),
                text::path(&papers.reissue)
            ));
        }
    }
    if issuers.is_empty() {
        output::talk("No credential in this wallet is bound to it, so there is nobody to tell.");
    } else if papers.is_none() {
        output::talk(&format!(
            "Next: `bonafide keys compromised {n} --out-dir DIR` writes a signed notice and a re-issue request for each."
        ));
    }
    let active = unlocked.wallet().keys().filter(|held| held.is_active()).count();
    if active > 1 {
        output::talk(
            "If the whole wallet or the 24 words are in other hands, mark the other keys too, and begin a new wallet.",
        );
    }
}
