//! `bonafide log verify`: whether the log is a whole chain, and the one that was signed for.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use bonafide::did::Did;
use bonafide::encoding::base64url;
use bonafide::log_head::{self, LogHead};
use bonafide_records::Log as _;
use bonafide_records::chain::{ChainError, Entry, Head, Walk};
use serde_json::{Value, json};

use super::super::{Context, identity};
use super::export::Line;
use crate::cli::LogVerify;
use crate::error::{CliError, Result};
use crate::{files, home, kind, office, output, text};

/// Longest line of an export.
const MAX_LINE: u64 = 1024 * 1024;

pub fn run(context: &Context, args: &LogVerify) -> Result<()> {
    if let (Some(export), Some(issuer)) = (&args.export, &args.issuer) {
        let issuer = Did::parse(issuer).map_err(|error| {
            let message = format!("--issuer {}: {error}", text::safe(issuer));
            CliError::usage(message, "Copy the issuer's DID whole, from a place you trust.")
        })?;
        let outside = outside(&args.against, &issuer)?;
        let end = walk(heads(&outside), |walk| lines(export, walk))?;
        tell(context, end, 0, &outside);
        return Ok(());
    }
    let unlocked = context.open()?;
    let wallet = unlocked.wallet();
    let issuer = identity(wallet)?;
    let outside = outside(&args.against, issuer.did())?;
    let book = office::needed(context, wallet)?;
    let mut all = heads(&outside);
    let own = book.signed_heads()?;
    for (day, token) in &own {
        let head = log_head::read(token, issuer.did()).map_err(|error| {
            let message = format!("the head kept in the records for {day} was refused: {error}");
            CliError::refused(error.code(), message, FOUND)
        })?;
        all.push(plain(&head));
    }
    let end = walk(all, |walk| {
        let mut broken = Ok(());
        book.entries(&mut |entry| {
            broken = walk.next(&entry);
            broken.is_ok()
        })?;
        Ok(broken?)
    })?;
    tell(context, end, own.len(), &outside);
    Ok(())
}

const FOUND: &str =
    "Keep records.db as it is and compare it with a backup: somebody changed it, or the disk did.";

impl From<ChainError> for CliError {
    fn from(error: ChainError) -> Self {
        Self::refused(error.code(), error, FOUND)
    }
}

fn walk(against: Vec<Head>, entries: impl FnOnce(&mut Walk) -> Result<()>) -> Result<Head> {
    let mut walk = Walk::new(against);
    entries(&mut walk)?;
    Ok(walk.end()?)
}

/// The heads kept elsewhere, signed by the keeper of the log.
fn outside<'a>(files: &'a [PathBuf], issuer: &Did) -> Result<Vec<(&'a Path, LogHead)>> {
    let read = |path: &'a PathBuf| {
        let text = files::read_text(path, log_head::MAX_LEN)?;
        let head = log_head::read(&text, issuer).map_err(|error| {
            let message = format!("{}: {error}", text::path(path)) + &kind::sentence(&text);
            CliError::refused(error.code(), message, "Give a file of `bonafide log head`, and with --issuer the DID that signed it: the desk's own did:key, which `bonafide id` prints there.")
        })?;
        Ok((path.as_path(), head))
    };
    files.iter().map(read).collect()
}

fn heads(outside: &[(&Path, LogHead)]) -> Vec<Head> {
    outside.iter().map(|(_, head)| plain(head)).collect()
}

fn plain(head: &LogHead) -> Head {
    Head { seq: head.seq(), hash: *head.hash() }
}

/// The entries of an export, line by line.
fn lines(export: &Path, walk: &mut Walk) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read {}: {error}", text::path(export));
        CliError::fault("file-unreadable", message, "Check the name and the permissions.")
    };
    let mut reader: Box<dyn BufRead> = if export == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(export).map_err(unreadable)?))
    };
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line);
        if read.map_err(unreadable)? == 0 {
            break;
        }
        let entry: Option<Entry> = home::strict::<Line>(&line).and_then(Line::entry);
        let entry = entry.ok_or_else(|| {
            let message = format!("{}, line {number}: no entry of a log", text::path(export));
            CliError::refused("malformed", message, "Give a file of `bonafide log export`.")
        })?;
        walk.next(&entry)?;
    }
    Ok(())
}

/// Without a head from outside nobody can promise more than that the chain is whole (ATTACKS 63).
fn tell(context: &Context, end: Head, own: usize, outside: &[(&Path, LogHead)]) {
    let answer = if outside.is_empty() { "internally-consistent" } else { "unchanged" };
    if context.json {
        let against: Vec<Value> = outside
            .iter()
            .map(|(path, head)| {
                json!({"file": text::path(path), "seq": head.seq(), "at": head.at().to_string()})
            })
            .collect();
        output::json(&json!({"answer": answer, "entries": end.seq,
            "hash": base64url::encode(end.hash), "own_heads": own, "against": against}));
    }
    let count = match end.seq {
        1 => "1 entry".to_owned(),
        more => format!("{more} entries"),
    };
    let newest = outside.iter().map(|(_, head)| head).max_by_key(|head| head.seq());
    let Some(newest) = newest else {
        say(context, &format!("Internally consistent: {count}."));
        output::talk(
            "Whoever has your key could have rewritten the whole log. Only a head kept elsewhere shows that: bonafide log verify --against HEAD_FILE",
        );
        return;
    };
    say(
        context,
        &format!(
            "Unchanged: {count}, of which the first {} are those that the head of {} stands for.",
            newest.seq(),
            newest.at()
        ),
    );
    if newest.seq() < end.seq {
        output::talk(
            "The later ones are internally consistent. Keep a newer head elsewhere too: bonafide log head --out FILE",
        );
    }
}

fn say(context: &Context, line: &str) {
    if !context.json {
        output::data(line);
    }
}
