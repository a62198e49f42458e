//! `bonafide bundle refresh`: what is newer is fetched; what could not be had stays as it was, and is told.

mod judge;
mod plan;

use std::process::ExitCode;
use std::time::Duration;

use bonafide::bundle::{Bundle, NewItem, UnverifiedBundle, diff, make};
use bonafide::did::{Did, Identity};
use bonafide_fetch::{FetchError, Fetched, Fetcher, Rules};
use serde_json::{Value, json};

use self::judge::{Contents, Refused};
use self::plan::Wanted;
use super::super::{Context, identity, network};
use super::inspect::{soon, with_ends};
use crate::cli::Refresh;
use crate::error::{CliError, Exit, Result};
use crate::{files, output, parallel, text};

/// How many servers are asked at once.
const JOBS: usize = 8;

/// What could not be had.
struct Failure<'w> {
    wanted: &'w Wanted,
    refused: Refused,
    /// Whether an older one is there instead.
    kept: bool,
}

pub fn run(context: &Context, args: &Refresh) -> Result<ExitCode> {
    let bytes = args.file.as_deref().map(super::read).transpose()?;
    let old = match (&args.file, &bytes) {
        (Some(path), Some(bytes)) => Some(super::open(context, path, bytes)?),
        _ => None,
    };
    files::check_free(&args.out)?;
    let unlocked = context.unlock()?;
    let maker = identity(unlocked.wallet())?;
    let items = old.as_ref().map(|old| carried(context, old, maker.did())).transpose()?;
    let mut contents = Contents::new(items.unwrap_or_default());
    let wanted = plan::all(old.as_ref(), &contents, &args.add);
    let timeout = Duration::from_secs(args.timeout);
    let fetcher = Fetcher::new(Rules { timeout, ..network::rules(&args.network)? });
    let answers = parallel::map("Fetched", &wanted, JOBS, |wanted| fetch(&fetcher, wanted));
    let failures = judged(context, &mut contents, &wanted, answers);
    let items = contents.into_items();
    if items.is_empty() {
        for failure in &failures {
            output::talk(&failure.line());
        }
        let next = "Check the names and the network. Nothing was written.";
        return Err(CliError::refused("nothing-fetched", "nothing could be had", next));
    }
    let previous = old.as_ref().map(|old| old.digest());
    let file = make(items, context.now, previous, &maker)?;
    files::replace(&args.out, &file)?;
    let new = UnverifiedBundle::read(&file)?.verify(context.now)?;
    say(context, args, (old.as_ref(), &new), &failures, &maker)?;
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { Exit::Undetermined.into() })
}

/// What the new bundle begins with: what counts of the old one. The new maker vouches for it.
fn carried<'a>(context: &Context, old: &Bundle<'a>, maker: &Did) -> Result<Vec<NewItem<'a>>> {
    let mut pinned = super::pinned(context)?;
    pinned.push(maker.clone());
    let trusted = old.trusted(&pinned);
    let vouched = trusted.iter().flat_map(|trusted| trusted.iter());
    let all = old.self_proving().iter().chain(vouched);
    Ok(all.map(NewItem::copied).collect::<std::result::Result<_, _>>()?)
}

fn fetch(fetcher: &Fetcher, wanted: &Wanted) -> std::result::Result<Fetched, Refused> {
    let url = wanted.url.as_ref().map_err(Clone::clone)?;
    fetcher
        .get(url, wanted.kind, wanted.etag.as_deref())
        .map_err(|error: FetchError| Refused { code: error.code(), words: error.to_string() })
}

/// Takes what was fetched and holds into the contents; gives what did not.
fn judged<'w>(
    context: &Context,
    contents: &mut Contents<'_>,
    wanted: &'w [Wanted],
    answers: Vec<std::result::Result<Fetched, Refused>>,
) -> Vec<Failure<'w>> {
    let absent =
        |wanted: &Wanted, refused: &Refused| wanted.optional && refused.code == "http-status";
    let mut failures = Vec::new();
    let mut pairs: Vec<_> = wanted.iter().zip(answers).collect();
    // DIDs before what their keys sign.
    pairs.sort_by_key(|(wanted, _)| wanted.kind);
    let witnesses = judge::witnesses(&pairs);
    for (wanted, answer) in pairs {
        let done = match answer {
            Ok(Fetched::Unchanged) => contents.seen_again(wanted, context.now),
            Ok(Fetched::New { bytes, etag }) => {
                contents.take(wanted, bytes, etag.as_deref(), &witnesses, context.now)
            }
            Err(refused) if absent(wanted, &refused) => Ok(()),
            Err(refused) => Err(refused),
        };
        if let Err(refused) = done {
            failures.push(Failure { wanted, refused, kept: contents.has(wanted) });
        }
    }
    failures
}

impl Failure<'_> {
    fn line(&self) -> String {
        let (kind, name) = (self.wanted.kind.word(), text::safe(self.wanted.title()));
        let outcome = if self.kept { "the older one stays" } else { "it is missing" };
        let words = text::safe(&self.refused.words);
        format!("failed     {kind:<13}  {name}: {words} [{}]; {outcome}", self.refused.code)
    }

    fn json(&self) -> Value {
        json!({"kind": self.wanted.kind.word(), "name": self.wanted.title(),
            "code": self.refused.code, "message": self.refused.words, "kept": self.kept})
    }
}

fn say(
    context: &Context,
    args: &Refresh,
    (old, new): (Option<&Bundle<'_>>, &Bundle<'_>),
    failures: &[Failure<'_>],
    maker: &Identity<'_>,
) -> Result<()> {
    let changes = old.map(|old| diff(old, new));
    let ends = with_ends(new);
    if context.json {
        let changes: Vec<Value> = changes
            .iter()
            .flatten()
            .map(|change| json!({"change": change.word(), "item": super::entry_json(change.entry())}))
            .collect();
        let failed: Vec<Value> = failures.iter().map(Failure::json).collect();
        let ends: Vec<Value> = ends
            .iter()
            .filter_map(|(entry, ends)| {
                Some(json!({"kind": entry.kind().word(), "name": entry.name(),
                    "ends": (*ends)?.to_string()}))
            })
            .collect();
        output::json(&json!({"out": text::path(&args.out), "maker": maker.did().as_str(),
            "made": context.now.to_string(), "items": new.entries().len(),
            "changes": changes, "failed": failed, "ends": ends}));
    } else {
        match &changes {
            Some(changes) => {
                for change in changes {
                    output::data(&format!("{:<9}  {}", change.word(), super::line(change.entry())));
                }
            }
            None => {
                for entry in new.entries() {
                    output::data(&format!("added      {}", super::line(entry)));
                }
            }
        }
        for failure in failures {
            output::data(&failure.line());
        }
    }
    soon(&ends, context.now);
    output::talk(&format!(
        "Wrote {} into {}, signed as {}.",
        text::amount(new.entries().len(), "item"),
        text::path(&args.out),
        maker.did()
    ));
    if !failures.is_empty() {
        output::talk(&format!("{} could not be had: see above, then try again.", failures.len()));
    }
    Ok(())
}
