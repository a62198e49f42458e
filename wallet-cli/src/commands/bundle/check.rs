//! `bonafide bundle verify`: every item's bytes, and its own signatures where it has some.

use std::path::Path;

use bonafide::bundle::{Entry, Item, Kind, SelfProving, Trusted};
use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::resolve::{DidMaterial, FetchedDid, History, LogError, WebDocument};
use bonafide::status::{ExpectedStatus, StatusError, UnverifiedStatusToken};
use bonafide::trust::{Jurisdiction, Pin, UnverifiedJurisdiction};
use serde_json::{Value, json};

use super::super::Context;
use crate::error::{CliError, Result};
use crate::{output, text};

const USED: &str = "it is checked when it is used";

/// What was found out about an item.
pub enum Finding {
    /// Its bytes are those that were signed by the maker, and nothing more can be said.
    Whole(&'static str),
    /// A status list that has ended: only for looking back.
    Ended,
    /// Its own signatures hold: those of the named.
    Proven(String),
    /// It did not hold: the code, and words.
    Refused(&'static str, String),
}

impl Finding {
    fn word(&self) -> &'static str {
        match self {
            Self::Whole(_) | Self::Ended => "whole",
            Self::Proven(_) => "proven",
            Self::Refused(..) => "REFUSED",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Whole(words) => words,
            Self::Ended => "it has ended: only for looking back",
            Self::Proven(words) | Self::Refused(_, words) => words,
        }
    }
}

pub fn run(context: &Context, path: &Path) -> Result<()> {
    let bytes = super::read(path)?;
    let bundle = super::open(context, path, &bytes)?;
    let pinned = super::pinned(context)?;
    let trusted = bundle.trusted(&pinned);
    let files = |did: &Did| files(bundle.self_proving(), trusted.as_ref().ok().copied(), did);
    let mut rows: Vec<(&Entry, Finding)> = (bundle.self_proving().iter())
        .map(|item| (item.entry(), proof(bundle.self_proving(), item, files, context.now)))
        .collect();
    let damaged: Vec<&Entry> = bundle.damaged().collect();
    for entry in bundle.entries().filter(|entry| !entry.kind().proves_itself()) {
        let finding = match (&trusted, damaged.contains(&entry)) {
            (_, true) => changed(),
            (Ok(trusted), false) => vouched(*trusted, entry),
            (Err(_), false) => Finding::Whole("its maker is not pinned, so it counts for nothing"),
        };
        rows.push((entry, finding));
    }
    rows.sort_by_key(|(entry, _)| (entry.kind(), entry.name(), entry.digest()));
    let refused = rows.iter().filter(|(_, found)| matches!(found, Finding::Refused(..))).count();
    if context.json {
        let items: Vec<Value> = rows.iter().map(|(entry, found)| row(entry, found)).collect();
        output::json(&json!({"maker": bundle.maker().as_str(), "pinned": trusted.is_ok(),
            "made": bundle.made().to_string(), "refused": refused, "items": items}));
    } else {
        for (entry, found) in &rows {
            output::data(&format!("{:<8} {}", found.word(), super::line(entry)));
            output::data(&format!("         {}", text::safe(found.detail())));
        }
    }
    if refused > 0 {
        let message = format!("{} of {} did not hold", refused, text::amount(rows.len(), "item"));
        let next = "What was changed on the way (`digest-mismatch`): carry the file over again. For the rest ask its maker for a bundle with what the issuer, or whoever governs the list, publishes now.";
        return Err(CliError::refused("items-refused", message, next).said(context.json));
    }
    output::talk(&format!("All {} hold.", text::amount(rows.len(), "item")));
    Ok(())
}

fn row(entry: &Entry, found: &Finding) -> Value {
    let code = if let Finding::Refused(code, _) = found { Some(*code) } else { None };
    json!({"item": super::entry_json(entry), "finding": found.word().to_lowercase(),
        "code": code, "detail": found.detail()})
}

/// A document must be that of its DID; the rest has no form of its own.
fn vouched(trusted: Trusted<'_, '_>, entry: &Entry) -> Finding {
    let fine = Finding::Whole("its maker is pinned");
    if entry.kind() != Kind::DidDocument {
        return fine;
    }
    let Ok(did) = Did::parse(entry.name()) else { return fine };
    let bytes = trusted.document(&did).and_then(|item| item.bytes().ok()).unwrap_or_default();
    match WebDocument::read(&did, bytes, entry.fetched()) {
        Ok(_) => fine,
        Err(error) => Finding::Refused(error.code(), error.to_string()),
    }
}

fn changed() -> Finding {
    let error = bonafide::bundle::BundleError::Digest;
    Finding::Refused(error.code(), error.to_string())
}

/// What the bundle has of a DID, and may be believed of it.
fn files(
    items: SelfProving<'_, '_>,
    trusted: Option<Trusted<'_, '_>>,
    did: &Did,
) -> Option<FetchedDid> {
    let bytes = |item: Item<'_, '_>| item.bytes().ok().map(<[u8]>::to_vec);
    let material = match items.log(did) {
        Some(log) => {
            DidMaterial::Log { log: bytes(log)?, witness: items.witnesses(did).and_then(bytes) }
        }
        None => DidMaterial::Document(bytes(trusted?.document(did)?)?),
    };
    Some(FetchedDid { did: did.clone(), material, fetched_at: None })
}

/// Whether an item proves itself. Of a jurisdiction document, that takes a pin.
fn proof(
    items: SelfProving<'_, '_>,
    item: Item<'_, '_>,
    files: impl Fn(&Did) -> Option<FetchedDid>,
    now: Timestamp,
) -> Finding {
    let entry = item.entry();
    let Ok(bytes) = item.bytes() else { return changed() };
    match entry.kind() {
        Kind::StatusList => status(bytes, entry.name(), files, now),
        Kind::DidLog => {
            let did = Did::parse(entry.name()).ok();
            let witness = did.as_ref().and_then(|did| items.witnesses(did)?.bytes().ok());
            did.map_or_else(changed, |did| log(&did, bytes, witness, now))
        }
        Kind::DidWitness => Finding::Whole("it is checked together with its log"),
        Kind::Jurisdiction => match UnverifiedJurisdiction::parse(bytes) {
            Ok(file) if file.document().id == entry.name() => signed(file, now),
            Ok(_) => Finding::Refused("trust-list-other", "it is that of another id".into()),
            Err(error) => Finding::Refused(error.code(), error.to_string()),
        },
        _ => Finding::Whole(USED),
    }
}

/// Whether enough have signed a jurisdiction document by what it says itself. Whom to believe, it cannot say.
fn signed(file: UnverifiedJurisdiction, now: Timestamp) -> Finding {
    let pin = Pin::Document(*file.digest());
    match Jurisdiction::first(file, &pin, now) {
        Ok(_) => Finding::Whole("enough have signed; who governs it is checked when it is used"),
        Err(error) => Finding::Refused(error.code(), error.to_string()),
    }
}

/// Whether a log is whole and that of its DID.
pub fn log(did: &Did, log: &[u8], witness: Option<&[u8]>, now: Timestamp) -> Finding {
    let refused = |error: LogError| Finding::Refused(error.code(), error.to_string());
    let history = match History::verify(did, log, witness) {
        Ok(history) => history,
        Err(error) => return refused(error),
    };
    match (history.cut(), history.check_times(now)) {
        (Some(error), _) => refused(*error),
        (None, Err(error)) => refused(error),
        (None, Ok(())) => {
            let versions = history.versions().len();
            Finding::Proven(format!("signed by its controllers, {versions} entries"))
        }
    }
}

/// Whether a status list token is signed by the DID that it names; whose list it may be, a credential says. `files` gives
/// what is at hand for a DID that does not carry its keys.
pub fn status(
    bytes: &[u8],
    uri: &str,
    files: impl Fn(&Did) -> Option<FetchedDid>,
    now: Timestamp,
) -> Finding {
    let refused = |error: StatusError| Finding::Refused(error.code(), error.to_string());
    let text = str::from_utf8(bytes).unwrap_or_default();
    let token = match UnverifiedStatusToken::parse(text) {
        Ok(token) => token,
        Err(error) => return refused(error),
    };
    let signer = token.claimed_signer().did().clone();
    let expected = ExpectedStatus { uri, signers: std::slice::from_ref(&signer) };
    let checked = if matches!(signer.method(), "web" | "webvh") {
        match files(&signer).and_then(|files| files.check().ok()) {
            Some(known) => token.verify_known(&expected, &known, now),
            None => return Finding::Whole(USED),
        }
    } else {
        token.verify(&expected, now)
    };
    match checked {
        Ok(_) => Finding::Proven(format!("signed by {signer}")),
        Err(StatusError::Expired) => Finding::Ended,
        Err(error) => refused(error),
    }
}
