//! `bonafide recover`: the wallet back, from 24 words, a backup, or both, or from a backup with guardians'
//! shares; or only the proof that it would come back.

use std::path::Path;

use bonafide::did::Did;
use bonafide::key::Algorithm;
use bonafide::random::SystemRandom;
use bonafide::wallet::{Passphrase, RecoveryPhrase, Unlocked, Wallet, WalletError, With};
use serde_json::json;

use super::keys::NEW;
use super::{Context, init};
use crate::cli::Recover;
use crate::error::{CliError, Result};
use crate::guardians::Given;
use crate::home::Recovery;
use crate::{copies, files, output, passphrase, text};

/// Largest backup read.
const MAX_LEN: usize = 64 * 1024 * 1024;

pub fn run(context: &Context, args: &Recover) -> Result<()> {
    let with_phrase = args.phrase || args.phrase_file.is_some();
    let with_shares = args.shares || !args.share.is_empty();
    if !with_phrase && !with_shares && args.backup.is_none() {
        return Err(CliError::usage(
            "recover needs something to recover from",
            "Give --phrase for the 24 words, --backup FILE, or both; or --backup FILE with --share FILE for each share.",
        ));
    }
    if with_shares && args.backup.is_none() && !(args.drill && context.home.wallet().exists()) {
        return Err(CliError::usage(
            "guardians' shares open a copy of the wallet, and bring nothing back without one",
            "Add --backup FILE: a backup made after the shares, or the old wallet.bonafide itself.",
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
    let key = if with_phrase {
        Key::Phrase(passphrase::words(args.phrase_file.as_deref())?)
    } else if args.shares {
        Key::Shares(Given::typed()?)
    } else if with_shares {
        Key::Shares(Given::from_files(&args.share)?)
    } else {
        Key::Passphrase(passphrase::existing(context.passphrase_file.as_deref())?)
    };
    match (&args.backup, &key) {
        (Some(backup), key) => from_backup(context, args, backup, key),
        (None, Key::Phrase(phrase)) => from_phrase(context, args, phrase),
        (None, Key::Shares(given)) => drill_shares(context, given),
        (None, Key::Passphrase(_)) => Ok(()),
    }
}

/// What the person has.
enum Key {
    Passphrase(Passphrase),
    Phrase(RecoveryPhrase),
    Shares(Given),
}

impl Key {
    fn with(&self) -> With<'_> {
        match self {
            Self::Passphrase(passphrase) => With::Passphrase(passphrase),
            Self::Phrase(phrase) => With::Phrase(phrase),
            Self::Shares(given) => With::Shares(given.shares()),
        }
    }

    /// What went wrong with a backup, and which share is at fault.
    fn refused(&self, error: WalletError, backup: &Path) -> CliError {
        match (self, &error) {
            (Self::Shares(given), WalletError::Shares(fault)) if fault.at().is_some() => {
                given.name(error)
            }
            _ => bad_backup(error, backup),
        }
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
    context.home.note_restored(context.now);
    let file = context.home.wallet();
    file.create(&wallet, &passphrase, init::cost(args.new.kdf_cost), &mut SystemRandom)?;
    let now = Some(context.now.unix());
    context.home.note_recovery(|known| Recovery { drilled_phrase: now, ..known });
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

/// A backup, opened by its passphrase, by the words or by shares; then with a new passphrase.
fn from_backup(context: &Context, args: &Recover, backup: &Path, key: &Key) -> Result<()> {
    let bytes = files::read(backup, MAX_LEN)?;
    let file = context.home.wallet();
    let refused = |error| key.refused(error, backup);
    if args.drill {
        let opened = file.unlock_copy(&bytes, key.with()).map_err(refused)?;
        return drill_backup(context, &opened, &bytes, key);
    }
    if let Key::Shares(_) = key {
        // A bad share is named before a new passphrase is asked for.
        file.unlock_copy(&bytes, key.with()).map_err(refused)?;
    }
    let wants_new = !matches!(key, Key::Passphrase(_)) || args.new.new_passphrase_file.is_some();
    let new = wants_new
        .then(|| passphrase::fresh(args.new.new_passphrase_file.as_deref(), NEW))
        .transpose()?;
    context.home.create()?;
    context.home.note_restored(context.now);
    let mut unlocked = file.restore(&bytes, key.with()).map_err(refused)?;
    if let Some(new) = new {
        unlocked.change_passphrase(&new, init::cost(args.new.kdf_cost), &mut SystemRandom)?;
    }
    copies::accept(&unlocked);
    done(context, unlocked.wallet(), "backup", false)?;
    output::talk(&format!(
        "Your keys and {} are back.",
        text::amount(unlocked.wallet().credentials().len(), "credential")
    ));
    output::talk(
        "Use one of the two: what a second copy of a wallet learns, the other does not know, such as which platform has seen which key.",
    );
    if let Key::Shares(_) = key {
        output::talk(
            "These shares were together in one place. If anybody saw them, make new ones with `bonafide keys add-slot shares`, and take the old slot away.",
        );
    }
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

/// Shares and the wallet that is here.
fn drill_shares(context: &Context, given: &Given) -> Result<()> {
    let opened = context.home.wallet().unlock_with_shares(given.shares());
    let unlocked = opened.map_err(|error| given.name(error))?;
    shares_tried(context);
    output::talk("The shares open this wallet, and every copy of it made since they were.");
    done(context, unlocked.wallet(), "shares", true)
}

fn shares_tried(context: &Context) {
    let now = Some(context.now.unix());
    context.home.note_recovery(|known| Recovery { drilled_shares: now, ..known });
}

fn drill_backup(context: &Context, unlocked: &Unlocked, bytes: &[u8], key: &Key) -> Result<()> {
    let file = context.home.wallet();
    if file.exists() {
        if !file.is_copied_in(bytes)? {
            let message = "this is a backup of another wallet than the one here";
            let next = "Name the backup of this wallet, or the home of the other with --home.";
            return Err(CliError::refused("another-wallet", message, next));
        }
        let now = Some(context.now.unix());
        context.home.note_recovery(|known| Recovery { drilled_backup: now, ..known });
        if let Key::Shares(_) = key {
            shares_tried(context);
        }
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
