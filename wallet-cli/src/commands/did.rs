//! `bonafide did`: the DID on the web that a home issues as.

mod adopt;
mod change;
mod create;
mod show;
mod witness;

use std::path::Path;

use bonafide::resolve::Location;
use bonafide::resolve::webvh::author::AuthorError;
use serde_json::json;

use super::Context;
use crate::cli::Dids;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{output, text};

pub fn run(context: &Context, action: Dids) -> Result<()> {
    match action {
        Dids::Create(args) => create::run(context, &args),
        Dids::Rotate(args) => change::rotate(context, &args),
        Dids::Witness { action } => witness::run(context, action),
        Dids::Deactivate(args) => change::deactivate(context, &args),
        Dids::Adopt(args) => adopt::run(context, &args),
        Dids::Show(args) => show::run(context, &args),
    }
}

/// Keeps the DID as it is now, writes its files, and says where each belongs.
fn save(context: &Context, kept: &Kept, out: &Path, done: &str) -> Result<()> {
    let written = kept.save(&context.home, out)?;
    let location = Location::of(&kept.did);
    let folder = location.as_ref().map(Location::url).unwrap_or_default();
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut files = Vec::new();
    for path in &written {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        files.push((text::path(path), format!("{folder}/{name}")));
    }
    if context.json {
        let files: Vec<_> =
            files.iter().map(|(out, url)| json!({"out": out, "url": url})).collect();
        let pending = is_pending(kept)?;
        output::json(&json!({"did": kept.did.as_str(), "files": files, "pending": pending}));
    } else {
        output::data(kept.did.as_str());
    }
    if is_pending(kept)? {
        output::talk(&format!("Once enough witnesses have vouched: {done}"));
        output::talk(
            "Do not publish it yet. Send them did.jsonl, and take their words in with `bonafide did witness take`.",
        );
        return Ok(());
    }
    output::talk(done);
    for (out, url) in &files {
        output::talk(&format!("Publish {out} as {url}"));
    }
    if files.len() > 1 {
        output::talk("In this order: the words of witnesses first, then the log.");
    }
    Ok(())
}

/// Whether the newest version still waits for witnesses.
pub fn is_pending(kept: &Kept) -> Result<bool> {
    let Some(whole) = kept.unwitnessed()? else { return Ok(false) };
    let bonafide::resolve::DidMaterial::Log { log, witness } = &kept.material else {
        return Ok(false);
    };
    let counts = bonafide::resolve::History::verify(&kept.did, log, witness.as_deref());
    Ok(!counts.is_ok_and(|counts| counts.head().number() == whole.head().number()))
}

impl From<AuthorError> for CliError {
    fn from(error: AuthorError) -> Self {
        let next = match error {
            AuthorError::Place(_) => {
                "Give a public host, and a path if you like: kyc.example/issuer"
            }
            AuthorError::Algorithm => {
                "Name each witness once, as `bonafide did witness id` prints it, and no more than are named as --threshold."
            }
            _ => "Nothing was written.",
        };
        Self::refused(error.code(), error, next)
    }
}
