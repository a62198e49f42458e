//! `bonafide recover`: the wallet back, from 24 words, a backup, or both; or only the proof that it would
//! come back.

use std::path::Path;

use bonafide::did::Did;
use bonafide::key::Algorithm;
use bonafide::random::SystemRandom;
use bonafide::wallet::{RecoveryPhrase, Unlocked, Wallet, WalletError, With};
use serde_json::json;

use super::keys::NEW;
use super::{Context, init};
use crate::cli::Recover;
use crate::error::{CliError, Result};
use crate::home::Recovery;
use crate::{files, output, passphrase, text};

/// Largest backup read.
const MAX_LEN: usize = 64 * 1024 * 1024;

pub fn run(context: &Context, args: &Recover) -> Result<()> {
    let with_phrase = args.phrase || args.phrase_file.is_some();
    if !with_phrase && args.backup.is_none() {
        return Err(CliError::usage(
            "recover needs something to recover from",
            "Give --phrase for the 24 words, --backup FILE, or both.",
        ));
    }
    if !args.drill && context.home.wallet().exists() {
        let message = format!(
            "there is a wallet in {} already; nothing was done",
            text::path(context.home.dir())
        );
        let next =
            "Choose a new folder with --home DIR, or add --drill to try without changing anything.";
        return Err(CliError::refused("wallet-exists", message, next));
    }
    let phrase = with_phrase.then(|| passphrase::words(args.phrase_file.as_deref())).transpose()?;
    match (&args.backup, &phrase) {
        (Some(backup), phrase) => from_backup(context, args, backup, phrase.as_ref()),
        (None, Some(phrase)) => from_phrase(context, args, phrase),
        (None, None) => Ok(()),
    }
}

/// The words alone: every key, no credential.
fn from_phrase(context: &Context, args: &Recover, phrase: &RecoveryPhrase) -> Result<()> {
    let algorithm = init::algorithm(args.key);
    let wallet = Wallet::restore(phrase, algorithm, context.now)?;
    if args.drill {
        return drill_phrase(context, phrase, &wallet);
    }
    let passphrase = passphrase::fresh(args.new.new_passphrase_file.as_deref(), NEW)?;
    context.home.create()?;
    let file = context.home.wallet();
    file.create(&wallet, &passphrase, init::cost(args.new.kdf_cost), &mut SystemRandom)?;
    done(context, &wallet, "phrase", false)?;
    output::talk(
        "Your keys are back. Credentials are not in the words: add them again, or ask their issuers.",
    );
    output::talk(
        "Had you more than one key? `bonafide keys new --count N` brings the next ones back. Which platform has seen which key, and which keys were retired or stolen, is in a backup only.",
    );
    let other = if algorithm == Algorithm::Ed25519 { "p256" } else { "ed25519" };
    output::talk(&format!(
        "If this is not your identity, its key was of the other kind: --key {other}, in another --home."
    ));
    Ok(())
}

/// A backup, opened by its passphrase or by the words; then with a new passphrase.
fn from_backup(
    context: &Context,
    args: &Recover,
    backup: &Path,
    phrase: Option<&RecoveryPhrase>,
) -> Result<()> {
    let bytes = files::read(backup, MAX_LEN)?;
    let file = context.home.wallet();
    let typed;
    let with = match phrase {
        Some(phrase) => With::Phrase(phrase),
        None => {
            typed = passphrase::existing(context.passphrase_file.as_deref())?;
            With::Passphrase(&typed)
        }
    };
    if args.drill {
        let unlocked = file.unlock_copy(&bytes, with).map_err(|error| bad_backup(error, backup))?;
        return drill_backup(context, &unlocked, &bytes);
    }
    let wants_new = phrase.is_some() || args.new.new_passphrase_file.is_some();
    let new = wants_new
        .then(|| passphrase::fresh(args.new.new_passphrase_file.as_deref(), NEW))
        .transpose()?;
    context.home.create()?;
    let mut unlocked = file.restore(&bytes, with).map_err(|error| bad_backup(error, backup))?;
    if let Some(new) = new {
        unlocked.change_passphrase(&new, init::cost(args.new.kdf_cost), &mut SystemRandom)?;
    }
    done(context, unlocked.wallet(), "backup", false)?;
    output::talk(&format!(
        "Your keys and {} are back.",
        text::amount(unlocked.wallet().credentials().len(), "credential")
    ));
    output::talk(
        "Use one of the two: what a second copy of a wallet learns, the other does not know, such as which platform has seen which key.",
    );
    Ok(())
}

/// What is wrong with the backup, not with the wallet.
fn bad_backup(error: WalletError, backup: &Path) -> CliError {
    match error.code() {
        "wallet-malformed" | "wallet-corrupt" => {
            let message = format!("{} is no backup, or a damaged one", text::path(backup));
            CliError::refused(
                "backup-damaged",
                message,
                "Try another backup, or the 24 words alone.",
            )
        }
        _ => error.into(),
    }
}

fn drill_phrase(context: &Context, phrase: &RecoveryPhrase, wallet: &Wallet) -> Result<()> {
    if context.home.wallet().exists() {
        let unlocked = context.home.wallet().unlock_with_phrase(phrase)?;
        let now = Some(context.now.unix());
        context.home.note_recovery(|known| Recovery { drilled_phrase: now, ..known });
        output::talk("The words open this wallet, and would bring back its keys on any machine.");
        return done(context, unlocked.wallet(), "phrase", true);
    }
    output::talk("The words are a recovery phrase; there is no wallet here to compare with.");
    done(context, wallet, "phrase", true)
}

fn drill_backup(context: &Context, unlocked: &Unlocked, bytes: &[u8]) -> Result<()> {
    let file = context.home.wallet();
    if file.exists() {
        if !file.is_copied_in(bytes)? {
            let message = "this is a backup of another wallet than the one here";
            let next = "Name the backup of this wallet, or the home of the other with --home.";
            return Err(CliError::refused("another-wallet", message, next));
        }
        let now = Some(context.now.unix());
        context.home.note_recovery(|known| Recovery { drilled_backup: now, ..known });
    }
    done(context, unlocked.wallet(), "backup", true)?;
    output::talk(&format!(
        "The backup opens and holds {}.",
        text::amount(unlocked.wallet().credentials().len(), "credential")
    ));
    Ok(())
}

/// The identity that is, or would be, back.
fn done(context: &Context, wallet: &Wallet, from: &str, drill: bool) -> Result<()> {
    let did = Did::from_key(wallet.identity_key());
    if context.json {
        output::json(&json!({
            "did": did.as_str(),
            "from": from,
            "drill": drill,
            "credentials": wallet.credentials().len(),
        }));
    } else {
        output::data(did.as_str());
    }
    if drill {
        output::talk(
            "This was a drill: nothing was changed. The identity it leads to is the line above.",
        );
    }
    Ok(())
}
