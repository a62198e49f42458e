//! `bonafide trust`: whom you believe, one by one or by the lists of others.

mod add;
mod archive;
mod check;
mod draft;
mod edit;
mod pins;
mod show;
mod sign;
mod words;

use std::path::Path;
use std::process::ExitCode;

use bonafide::trust::{MAX_LEN, UnverifiedJurisdiction};

use super::Context;
use crate::cli::Trust;
use crate::error::{CliError, Result};
use crate::home::Pin;
use crate::{files, kind, text};

pub fn run(context: &Context, action: Trust) -> Result<ExitCode> {
    let done = match action {
        Trust::Pin { did, name, verifier, maker } => {
            let name = name.filter(|name| !name.trim().is_empty());
            pins::pin(context, Pin { did, name, issuer: !verifier && !maker, maker })
        }
        Trust::List => pins::list(context),
        Trust::Unpin { did } => pins::unpin(context, &did),
        Trust::Add(args) => add::run(context, &args),
        Trust::Show { id } => show::show(context, id.as_deref()),
        Trust::Diff { before, after } => show::diff(context, &before, &after),
        Trust::Archive { out_dir: Some(folder), .. } => archive::export(context, &folder),
        Trust::Archive { prune: Some(before), yes, .. } => archive::prune(context, &before, yes),
        Trust::Archive { .. } => archive::list(context),
        Trust::Check(args) => return check::run(context, &args),
        Trust::Init(args) => draft::init(context, &args),
        Trust::Propose(args) => draft::propose(context, &args),
        Trust::Sign(args) => sign::sign(context, &args),
        Trust::Publish(args) => sign::publish(context, &args),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// A file of a jurisdiction, its bytes and what they say. Nothing of it is believed yet.
fn read(path: &Path) -> Result<(Vec<u8>, UnverifiedJurisdiction)> {
    let bytes = files::read(path, MAX_LEN)?;
    match UnverifiedJurisdiction::parse(&bytes) {
        Ok(file) => Ok((bytes, file)),
        Err(error) => {
            let kind = std::str::from_utf8(&bytes).map(kind::sentence).unwrap_or_default();
            let refused = CliError::from(error);
            let message = format!("{}: {}{kind}", text::path(path), refused.message());
            Err(CliError::new(refused.exit(), refused.code(), message, refused.next()))
        }
    }
}
