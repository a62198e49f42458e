//! `bonafide status`: the lists that tell platforms which credentials stand.

pub mod publish;
mod published;

use bonafide::random::{Random as _, SystemRandom};
use bonafide_records::{Act, CredentialState, Credentials, RecordsError, Settings, SqliteBook};
use serde_json::json;

use super::{Context, identity};
use crate::cli::{By, Status};
use crate::error::{CliError, Result};
use crate::office::{self, Person};
use crate::{output, text};

/// Longest URL taken.
const MAX_URL: usize = 1000;

pub fn run(context: &Context, action: Status) -> Result<()> {
    match action {
        Status::SetUrl { url, by } => set_url(context, &url, &by),
        Status::Publish(args) => publish::run(context, &args),
        Status::List => list(context),
    }
}

fn set_url(context: &Context, given: &str, by: &By) -> Result<()> {
    let url = folder(given).map_err(|why| {
        let next = "Give a folder such as https://acme.example/status/";
        CliError::usage(format!("{} is no place for status lists: {why}", text::safe(given)), next)
    })?;
    let person = Person::new(by)?;
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let mut book = office::book(context, wallet)?;
    let act = person.act(context.now);
    let apart = begin_apart(context, &mut book, &act)?;
    book.set_status_url(&url, &act)?;
    office::sign_head(context, &mut book, &issuer)?;
    if context.json {
        output::json(&json!({"status_url": url, "first_list": book.first_list()?}));
    }
    output::talk(&format!("What you issue from now on says that its status is found below {url}"));
    if url.starts_with("http:") {
        output::talk(
            "Note: over http others see who fetches your lists. They are signed, so nobody can change them.",
        );
    }
    if book.lists()?.iter().any(|(_, uri)| !uri.starts_with(&url)) {
        output::talk("Lists begun before stay where they are: go on serving them there.");
    }
    if let Some(number) = apart {
        output::talk(&format!(
            "This home lost its records, or keys came back to it without them: it knows of no list. Its lists begin with number {number}, so that they take no earlier one's place; those run out, and their credentials can be issued anew."
        ));
    }
    output::talk("Next: issue, then `bonafide status publish --out-dir DIR`.");
    Ok(())
}

/// Where keys came back without records, lists begin with a number that none before them had: in the place of one that
/// is not known here, a new list would take its revocations back.
fn begin_apart(context: &Context, book: &mut SqliteBook, act: &Act<'_>) -> Result<Option<i64>> {
    let is_new = book.lists()?.is_empty() && book.first_list()? == 1;
    if !is_new || context.home.recovery()?.restored.is_none() {
        return Ok(None);
    }
    let mut bytes = [0; 4];
    SystemRandom.fill(&mut bytes).map_err(RecordsError::from)?;
    let number = 100_000 + i64::from(u32::from_be_bytes(bytes) % 900_000);
    book.set_first_list(number, act)?;
    Ok(Some(number))
}

/// The URL of a folder, ending in `/`. It stands in every credential, so it is plain.
fn folder(given: &str) -> std::result::Result<String, &'static str> {
    let (scheme, rest) = given.split_once("://").ok_or("it does not begin with https://")?;
    if !["https", "http"].contains(&scheme) {
        return Err("it does not begin with https://");
    }
    if given.len() > MAX_URL {
        return Err("it is too long");
    }
    if !given.bytes().all(|byte| byte.is_ascii_graphic()) || given.contains(['"', '<', '>', '\\']) {
        return Err("it has characters that no URL has; write them as %XX, or the host as xn--…");
    }
    if given.contains(['?', '#']) {
        return Err("it has a query or a fragment");
    }
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err("after https:// comes the host, without a user");
    }
    Ok(if given.ends_with('/') { given.to_owned() } else { format!("{given}/") })
}

fn list(context: &Context) -> Result<()> {
    let unlocked = context.open()?;
    let book = office::existing(context, unlocked.wallet())?;
    let lists = book.as_ref().map(Credentials::lists).transpose()?.unwrap_or_default();
    let url = book.as_ref().map(Settings::status_url).transpose()?.flatten();
    let mut rows = Vec::new();
    for (number, uri) in &lists {
        let (revoked, suspended) =
            book.as_ref().map_or(Ok((0, 0)), |book| counts(book, *number))?;
        if context.json {
            rows.push(
                json!({"list": number, "uri": uri, "revoked": revoked, "suspended": suspended}),
            );
        } else {
            output::data(&format!(
                "{number:>4}  {revoked} revoked, {suspended} suspended  {}",
                text::safe(uri)
            ));
        }
    }
    if context.json {
        output::json(&json!({"status_url": url, "lists": rows}));
    }
    match (url, lists.is_empty()) {
        (None, _) => output::talk(super::issue::NO_STATUS),
        (Some(_), true) => output::talk("No list yet: the first `bonafide issue` begins one."),
        (Some(_), false) => {
            output::talk("Platforms see the state as of the last `bonafide status publish`.");
        }
    }
    Ok(())
}

/// How many credentials of a list are revoked, and how many suspended.
fn counts(book: &SqliteBook, list: i64) -> Result<(usize, usize)> {
    let changed = book.not_valid(list)?;
    let revoked = changed.iter().filter(|(_, state)| *state == CredentialState::Invalid).count();
    Ok((revoked, changed.len() - revoked))
}
