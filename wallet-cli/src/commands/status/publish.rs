//! `bonafide status publish`: one signed file for each list.

use std::num::NonZeroU64;
use std::path::PathBuf;

use bonafide::clock::{DAY, Timestamp};
use bonafide::did::Identity;
use bonafide::status::{Bits, Publication, Status, StatusList};
use bonafide_records::{Act, CredentialState, Credentials, LIST_LEN, Log, Settings, SqliteBook};
use serde_json::json;

use super::super::{Context, identity};
use super::published;
use crate::cli::Publish;
use crate::error::{CliError, Result};
use crate::issuer_did::Issuer;
use crate::office::{self, Person};
use crate::{files, output, text};

/// A list, signed.
struct Signed {
    number: i64,
    uri: String,
    path: PathBuf,
    token: String,
    revoked: usize,
    suspended: usize,
}

/// Seconds by which a list may lie ahead of this clock: verifiers allow for 60.
const AHEAD: i64 = 50;

pub fn run(context: &Context, args: &Publish) -> Result<()> {
    let person = Person::new(&args.by)?;
    let (ttl, valid_for) = (seconds("--ttl", &args.ttl)?, seconds("--valid-for", &args.valid_for)?);
    if ttl > valid_for {
        let message = "--ttl is longer than --valid-for: copies would be kept past their end";
        return Err(CliError::usage(message, "Give a --ttl of half of --valid-for, or less."));
    }
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuing = Issuer::of(context, wallet)?;
    let issuer = issuing.identity()?;
    let mut book = office::needed(context, wallet)?;
    book.may_act(&person.act(context.now))?;
    // From reading the records until the files are in place: of two at once, the one that read first would else come last.
    let _alone = context.home.publish_alone()?;
    let lists = book.lists()?;
    if lists.is_empty() {
        let next = "`bonafide status set-url URL`, then issue: the credentials are in a list then.";
        return Err(CliError::refused("no-lists", "there is no list to publish", next));
    }
    if !args.out_dir.is_dir() {
        let message = format!("there is no folder {}", text::path(&args.out_dir));
        let next = "Make it first. Nothing was written.";
        return Err(CliError::fault("file-unwritable", message, next));
    }
    let path = |number: i64| args.out_dir.join(number.to_string());
    let own = identity(wallet)?;
    let signers = [&issuer, &own];
    let (lists, left): (Vec<_>, Vec<_>) =
        signed_by(&book, lists, signers)?.into_iter().partition(|(_, signer)| signer.is_some());
    for ((number, uri), _) in &left {
        output::talk(&format!(
            "List {number} ({}) is left out: it belongs to a DID that this home does not issue as any more. If it is yours, take it back: `bonafide did adopt FILE`.",
            text::safe(uri)
        ));
    }
    if lists.is_empty() {
        let next =
            "`bonafide status list` shows them; `bonafide did adopt FILE` takes their DID back.";
        return Err(CliError::refused("no-lists", "no list here can be signed by this home", next));
    }
    let mut unknown = Vec::new();
    for ((number, uri), signer) in &lists {
        let Some(signer) = *signer else { continue };
        let in_the_way = "Move it away, or give another --out-dir.";
        files::check_free(&path(*number)).map_err(|error| error.advise(in_the_way))?;
        if !path(*number).exists() {
            continue;
        }
        let (list, ..) = filled(&book, *number)?;
        let places =
            published::unknown_here(context, wallet, &path(*number), (signer, uri), &list)?;
        unknown.extend(Some((*number, places)).filter(|(_, places)| !places.is_empty()));
    }
    take_over(&mut book, &unknown, &person.act(context.now))?;
    let issued_at = next_moment(&book, context.now)?;
    let mut signed = Vec::with_capacity(lists.len());
    for ((number, uri), signer) in lists {
        let Some(signer) = signer else { continue };
        let path = path(number);
        let (list, revoked, suspended) = filled(&book, number)?;
        let publication = publication(&uri, issued_at, (ttl, valid_for));
        let token = token(&publication, &list, signer)?;
        signed.push(Signed { number, uri, path, token, revoked, suspended });
    }
    // First into the log: it may know of a publication that the disk refused, never the other way round.
    let numbers: Vec<i64> = signed.iter().map(|one| one.number).collect();
    let expires = issued_at.plus(valid_for);
    let (issued, ends) = (issued_at.to_string(), expires.to_string());
    let detail = json!({"lists": numbers, "issued": issued, "expires": ends}).to_string();
    book.note("publish", &detail, &person.act(context.now))?;
    office::sign_head(context, &mut book, &own)?;
    for one in &signed {
        files::publish(&one.path, one.token.as_bytes())?;
    }
    say(context, args, &signed, (ttl, issued_at, expires));
    Ok(())
}

/// When the lists are issued: now, but never at the moment of the ones before. Of two lists of one moment nobody could tell
/// which is the newer.
fn next_moment(book: &SqliteBook, now: Timestamp) -> Result<Timestamp> {
    let issued = |detail: &str| {
        let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
        Timestamp::parse(detail.get("issued")?.as_str()?).ok()
    };
    let Some(entry) = book.latest("publish")? else { return Ok(now) };
    let last = book.detail(&entry)?.and_then(|detail| issued(&detail)).unwrap_or(entry.at);
    // One that lies far ahead is of a clock that was wrong: nobody takes it before its time.
    Ok(if last < now.plus(AHEAD) { now.max(last.plus(1)) } else { now })
}

/// What was published as revoked stays so: these records learn of it.
fn take_over(book: &mut SqliteBook, unknown: &[(i64, Vec<u32>)], act: &Act<'_>) -> Result<()> {
    for (number, places) in unknown {
        book.revoked_before(*number, places, act)?;
        output::talk(&format!(
            "List {number} was published with {} revoked that these records did not know of: they stay revoked. These records are older than that list; if you have newer ones, bring them back.",
            text::amount(places.len(), "credential")
        ));
    }
    Ok(())
}

/// A list, and who signs it: the DID as which its credentials were issued, where this home can still speak as that.
type List<'i> = ((i64, String), Option<&'i Identity<'i>>);

fn signed_by<'i>(
    book: &SqliteBook,
    lists: Vec<(i64, String)>,
    signers: [&'i Identity<'i>; 2],
) -> Result<Vec<List<'i>>> {
    let with = |list: (i64, String)| {
        let named = book.list_issuer(list.0)?;
        let is = |signer: &&Identity<'_>| {
            named.as_ref().is_none_or(|named| signer.did().as_str() == named)
        };
        let signer = signers.into_iter().find(is);
        Ok((list, signer))
    };
    lists.into_iter().map(with).collect()
}

/// The lists as they stand, for this home's own use: nobody gets them.
pub fn own_lists(
    book: &SqliteBook,
    signers: [&Identity<'_>; 2],
    now: Timestamp,
) -> Result<Vec<String>> {
    let mut tokens = Vec::new();
    for ((number, uri), signer) in signed_by(book, book.lists()?, signers)? {
        let Some(signer) = signer else { continue };
        let publication = publication(&uri, now, (60, 60));
        tokens.push(token(&publication, &filled(book, number)?.0, signer)?);
    }
    Ok(tokens)
}

fn publication(uri: &str, now: Timestamp, (ttl, valid_for): (i64, i64)) -> Publication {
    Publication {
        uri: uri.to_owned(),
        issued_at: now,
        expires: Some(now.plus(valid_for)),
        ttl: u64::try_from(ttl).ok().and_then(NonZeroU64::new),
    }
}

fn seconds(option: &str, given: &str) -> Result<i64> {
    text::duration(given).ok_or_else(|| {
        let message = format!("{option} {given}: not a length of time");
        CliError::usage(message, "Write 30m, 12h, 2d.")
    })
}

/// A list with the state of every credential, and how many are revoked or suspended. It has two bits for each, also
/// where nothing was ever suspended: its width says nothing then.
fn filled(book: &SqliteBook, number: i64) -> Result<(StatusList, usize, usize)> {
    let fault = |error: bonafide::status::StatusListError| {
        CliError::fault(
            error.code(),
            error,
            "Run `bonafide log verify`: the records may be damaged.",
        )
    };
    let mut list = StatusList::new(Bits::Two, u64::from(LIST_LEN)).map_err(fault)?;
    let (mut revoked, mut suspended) = (0, 0);
    for (index, state) in book.not_valid(number)? {
        list.set(u64::from(index), Status::new(state.value())).map_err(fault)?;
        match state {
            CredentialState::Invalid => revoked += 1,
            CredentialState::Suspended => suspended += 1,
            CredentialState::Valid => {}
        }
    }
    Ok((list, revoked, suspended))
}

fn token(publication: &Publication, list: &StatusList, issuer: &Identity<'_>) -> Result<String> {
    publication.issue(list, issuer).map_err(|error| {
        CliError::fault(error.code(), error, "Nothing was written. Run `bonafide doctor`.")
    })
}

fn say(
    context: &Context,
    args: &Publish,
    signed: &[Signed],
    (ttl, issued_at, expires): (i64, Timestamp, Timestamp),
) {
    if context.json {
        let lists: Vec<_> = signed
            .iter()
            .map(|one| {
                json!({"list": one.number, "uri": one.uri, "out": text::path(&one.path),
                    "revoked": one.revoked, "suspended": one.suspended})
            })
            .collect();
        output::json(&json!({"published": lists, "issued_at": issued_at.to_string(),
            "expires": expires.to_string(), "ttl": ttl}));
    } else {
        for one in signed {
            output::data(&format!("{}  {}", text::path(&one.path), text::safe(&one.uri)));
        }
    }
    output::talk(&format!(
        "Signed {}, valid until {expires} ({}).",
        text::amount(signed.len(), "list"),
        text::distance(expires, context.now)
    ));
    output::talk(
        "Next: serve each file at exactly the URL beside it, without an ending, as application/statuslist+jwt.",
    );
    output::talk(&format!(
        "Publish anew before it ends, best every {}: `bonafide status publish` in a timer.",
        args.ttl
    ));
    if expires > issued_at.plus(DAY) {
        output::talk("Note: many platforms take no list that is older than a day.");
    }
}
