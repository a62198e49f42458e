//! What to fetch, and from where.

use bonafide::bundle::{Bundle, Entry, Kind};
use bonafide::did::Did;
use bonafide::resolve::Location;

use super::judge::{Contents, Refused};
use crate::cli::AddToBundle;

/// An item to fetch.
pub struct Wanted {
    pub kind: Kind,
    /// `None` where only the bytes will say it.
    pub name: Option<String>,
    pub url: Result<String, Refused>,
    /// What its server calls the bytes at hand.
    pub etag: Option<String>,
    /// Whether there may be none.
    pub optional: bool,
}

impl Wanted {
    /// What to call it: its name, else its place.
    pub fn title(&self) -> &str {
        match (&self.name, &self.url) {
            (Some(name), _) => name,
            (None, Ok(url)) => url,
            (None, Err(_)) => "?",
        }
    }
}

/// Every name in the old bundle that has a place, and what is to be added. What does not count there any more is
/// wanted too.
pub fn all(old: Option<&Bundle<'_>>, contents: &Contents<'_>, add: &[AddToBundle]) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for entry in old.into_iter().flat_map(Bundle::entries) {
        match wanted.last_mut() {
            // Of several for one name, the newest is asked about.
            Some(last) if is(last, entry.kind(), entry.name()) => {}
            _ => wanted.extend(of_entry(entry, contents)),
        }
    }
    for addition in add {
        match addition {
            AddToBundle::Did(did) => of_did(did, &mut wanted),
            AddToBundle::Url(kind, url) => {
                let name = (*kind == Kind::StatusList).then(|| url.clone());
                let known =
                    name.as_ref().is_some_and(|name| wanted.iter().any(|w| is(w, *kind, name)));
                if !known {
                    wanted.push(Wanted {
                        kind: *kind,
                        name,
                        url: Ok(url.clone()),
                        etag: None,
                        optional: false,
                    });
                }
            }
        }
    }
    // A log may have begun to name witnesses.
    let logs = wanted.iter().filter(|wanted| wanted.kind == Kind::DidLog);
    let names: Vec<String> = logs.filter_map(|wanted| wanted.name.clone()).collect();
    for name in names {
        if !wanted.iter().any(|wanted| is(wanted, Kind::DidWitness, &name)) {
            let url = place(Kind::DidWitness, &name);
            let (kind, name) = (Kind::DidWitness, Some(name));
            wanted.push(Wanted { kind, name, url, etag: None, optional: true });
        }
    }
    wanted
}

fn is(wanted: &Wanted, kind: Kind, name: &str) -> bool {
    wanted.kind == kind && wanted.name.as_deref() == Some(name)
}

/// Nothing for what was brought as a file, and has no place.
fn of_entry(entry: &Entry, contents: &Contents<'_>) -> Option<Wanted> {
    let (kind, name) = (entry.kind(), entry.name());
    let newest = contents.newest(kind, name);
    let url = match kind {
        Kind::DidDocument | Kind::DidLog | Kind::DidWitness => place(kind, name),
        Kind::StatusList => Ok(name.to_owned()),
        _ => Ok(newest.unwrap_or(entry).origin()?.to_owned()),
    };
    let etag = newest.and_then(Entry::etag).map(str::to_owned);
    Some(Wanted { kind, name: Some(name.to_owned()), url, etag, optional: false })
}

fn of_did(did: &Did, wanted: &mut Vec<Wanted>) {
    let kind = if did.method() == "web" { Kind::DidDocument } else { Kind::DidLog };
    if !wanted.iter().any(|wanted| is(wanted, kind, did.as_str())) {
        let (name, url) = (Some(did.as_str().to_owned()), place(kind, did.as_str()));
        wanted.push(Wanted { kind, name, url, etag: None, optional: false });
    }
}

/// The URL that a DID stands for.
fn place(kind: Kind, did: &str) -> Result<String, Refused> {
    let bad = |code: &'static str, words: String| Refused { code, words };
    let did = Did::parse(did).map_err(|error| bad(error.code(), error.to_string()))?;
    let location = Location::of(&did).map_err(|error| bad(error.code(), error.to_string()))?;
    match kind {
        Kind::DidWitness => {
            let url = location.witness_url();
            url.ok_or_else(|| bad("did-method-unsupported", "it has no witnesses".to_owned()))
        }
        _ => Ok(location.url()),
    }
}
