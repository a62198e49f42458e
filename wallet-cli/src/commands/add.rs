//! `bonafide add`: checks credentials from an issuer and keeps them, all or none.

use std::path::Path;

use bonafide::random::SystemRandom;
use bonafide::verify::Received;
use serde_json::json;

use super::Context;
use crate::error::{CliError, Result};
use crate::{files, output, text};

/// Largest file of credentials read.
const MAX_LEN: usize = 8 * 1024 * 1024;

pub fn run(context: &Context, file: &Path) -> Result<()> {
    let content = files::read_text(file, MAX_LEN)?;
    let tokens: Vec<&str> = content
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if tokens.is_empty() {
        let message = format!("{} holds no credential", file.display());
        return Err(CliError::refused(
            "malformed",
            message,
            "Check that it is the file the issuer sent.",
        ));
    }
    let mut unlocked = context.unlock()?;
    let mut received = Vec::new();
    for token in &tokens {
        if unlocked
            .wallet()
            .credentials()
            .iter()
            .any(|stored| stored.token() == *token)
        {
            return Err(CliError::refused(
                "already-there",
                "this credential is in the wallet already",
                "Nothing to do.",
            ));
        }
        let catalog = bonafide_credentials::catalog();
        received.push(
            Received::check(token, unlocked.wallet(), catalog, context.now)
                .map_err(|reasons| refused(&reasons))?,
        );
    }
    let ids = unlocked.update(&mut SystemRandom, |wallet| {
        Ok(tokens
            .iter()
            .map(|token| wallet.add((*token).to_owned(), context.now))
            .collect::<Vec<u32>>())
    })?;
    let mut added = Vec::new();
    for (id, received) in ids.iter().zip(&received) {
        let issuer = received.issuer().as_str();
        let name = context.home.name_of(issuer)?;
        let registered = received.registered();
        added
            .push(json!({"id": id, "type": registered.vct, "issuer": issuer, "issuer_name": name}));
        let until = registered
            .expires
            .map_or("no end".into(), |end| text::distance(end, context.now));
        let from = name.map_or_else(
            || format!("{} (not pinned)", text::short_did(issuer)),
            |name| text::safe(&name),
        );
        output::talk(&format!(
            "{id}  {} from {from}, ends {until}",
            super::list::title(&registered.vct)
        ));
    }
    if context.json {
        output::json(&added.into());
    }
    output::talk(if ids.len() == 1 {
        "The signature holds, and it is bound to your key. Stored."
    } else {
        "All signatures hold, and all are bound to your keys. Stored."
    });
    Ok(())
}

fn refused(reasons: &[bonafide::verify::Reason]) -> CliError {
    let lines: Vec<String> = reasons
        .iter()
        .map(|reason| format!("{} ({})", reason.detail(), reason.kind()))
        .collect();
    let code = reasons.first().map_or("malformed", |reason| reason.kind());
    let message = format!(
        "the credential was refused, and nothing was stored:\n{}",
        lines.join("\n")
    );
    CliError::refused(
        code,
        message,
        "Ask the issuer for a new one, made for the identity that `bonafide id` prints.",
    )
}
