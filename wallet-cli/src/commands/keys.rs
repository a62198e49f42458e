//! `bonafide keys`: the ways into the wallet; the keys themselves are in `holder_keys`.

use std::io::IsTerminal;

use bonafide::random::SystemRandom;
use bonafide::wallet::{Access, FileKeyChange, KeyringSecret, SlotInfo, SlotKind, Unlocked};
use serde_json::{Value, json};

use super::{Context, compromised, holder_keys, init, shares};
use crate::cli::{Keys, NewPassphrase, SlotToAdd};
use crate::error::{CliError, Result};
use crate::home::Recovery;
use crate::{ask, keyring, output, passphrase, text};

/// The option for a new passphrase.
pub const NEW: &str = "--new-passphrase-file";

pub fn run(context: &Context, action: Keys) -> Result<()> {
    match action {
        Keys::Slots => slots(context),
        Keys::Phrase => phrase(context),
        Keys::List => holder_keys::list(context),
        Keys::New { algorithm, count } => holder_keys::new(context, algorithm, count.into()),
        Keys::Retire { key, yes } => holder_keys::retire(context, &key, yes),
        Keys::Compromised(args) => compromised::run(context, &args),
        Keys::AddSlot { kind, may_sign: true, .. } if !matches!(kind, SlotToAdd::Keyring) => {
            let message = "--may-sign is for the keyring";
            Err(CliError::usage(message, "Use it with `bonafide keys add-slot keyring`."))
        }
        Keys::AddSlot { kind: SlotToAdd::Shares, guardians, .. } => {
            shares::make(context, &guardians)
        }
        Keys::AddSlot { guardians, .. }
            if guardians.threshold.is_some()
                || guardians.shares.is_some()
                || guardians.out_dir.is_some() =>
        {
            let message = "--threshold, --shares and --out-dir are for guardians' shares";
            Err(CliError::usage(message, "Use them with `bonafide keys add-slot shares`."))
        }
        Keys::AddSlot { kind: SlotToAdd::Passphrase, new, .. } => add_passphrase(context, &new),
        Keys::AddSlot { kind: SlotToAdd::Phrase, .. } => add_phrase(context),
        Keys::AddSlot { kind: SlotToAdd::Keyring, may_sign, .. } => add_keyring(context, may_sign),
        Keys::RemoveSlot { id, yes } => remove(context, id, yes),
        Keys::ChangePassphrase { new } => change(context, &new),
    }
}

fn slots(context: &Context) -> Result<()> {
    let unlocked = context.open()?;
    if context.json {
        output::json(&unlocked.slots().iter().map(slot_json).collect());
        return Ok(());
    }
    for slot in unlocked.slots() {
        let used = if unlocked.opened_by() == Some(slot.id) { "  (opened it now)" } else { "" };
        output::data(&format!("{:>3}  {}{used}", slot.id, words(slot)));
    }
    output::talk("Each of these opens the wallet by itself.");
    Ok(())
}

fn words(slot: &SlotInfo) -> String {
    match &slot.kind {
        SlotKind::Passphrase(cost) => {
            format!("passphrase, {} MiB and {} passes", cost.memory_kib() / 1024, cost.passes())
        }
        SlotKind::Phrase => "recovery phrase, 24 words".to_owned(),
        SlotKind::Shares { set, threshold, shares } => {
            format!("guardian shares, any {threshold} of {shares} (set {set})")
        }
        SlotKind::Keyring(Access::Full) => "this machine's keyring, may sign".to_owned(),
        SlotKind::Keyring(Access::Reading) => "this machine's keyring, to look only".to_owned(),
        SlotKind::Other(kind) => {
            format!("{}, which this version does not know", text::safe(kind))
        }
        _ => "of a kind that this version does not know".to_owned(),
    }
}

pub fn slot_json(slot: &SlotInfo) -> Value {
    let kind = match &slot.kind {
        SlotKind::Passphrase(cost) => {
            return json!({"id": slot.id, "kind": "passphrase", "memory_kib": cost.memory_kib(),
                "passes": cost.passes(), "lanes": cost.lanes()});
        }
        SlotKind::Shares { set, threshold, shares } => {
            return json!({"id": slot.id, "kind": "shares", "set": set.to_string(),
                "threshold": threshold, "shares": shares});
        }
        SlotKind::Keyring(access) => {
            return json!({"id": slot.id, "kind": "keyring", "may_sign": *access == Access::Full});
        }
        SlotKind::Phrase => "phrase",
        SlotKind::Other(kind) => kind,
        _ => "unknown",
    };
    json!({"id": slot.id, "kind": kind})
}

/// The words are the data asked for, and go to standard output.
fn phrase(context: &Context) -> Result<()> {
    let unlocked = context.unlock()?;
    let phrase = unlocked.recovery_phrase()?;
    if context.json {
        output::json(&json!({"words": phrase.words().collect::<Vec<_>>()}));
    } else if std::io::stdout().is_terminal() {
        init::numbered(&phrase).iter().for_each(|line| output::raw(line));
    } else {
        output::raw(&phrase.words().collect::<Vec<_>>().join(" "));
    }
    output::talk(
        "Whoever has these words is you. Keep them on paper, never in a picture or a file.",
    );
    Ok(())
}

fn add_passphrase(context: &Context, new: &NewPassphrase) -> Result<()> {
    let mut unlocked = context.unlock()?;
    let passphrase = passphrase::fresh(new.new_passphrase_file.as_deref(), NEW)?;
    let id = unlocked.add_passphrase(&passphrase, init::cost(new.kdf_cost), &mut SystemRandom)?;
    added(context, &unlocked, id);
    Ok(())
}

fn add_phrase(context: &Context) -> Result<()> {
    let mut unlocked = context.unlock()?;
    if unlocked.slots().iter().any(|slot| slot.kind == SlotKind::Phrase) {
        let message = "the recovery phrase opens this wallet already";
        return Err(CliError::refused(
            "slot-exists",
            message,
            "See it with `bonafide keys phrase`.",
        ));
    }
    let id = unlocked.add_phrase(&mut SystemRandom)?;
    added(context, &unlocked, id);
    Ok(())
}

/// The keyring keeps the secret before the wallet has a slot for it: what fails in between leaves a
/// secret that opens nothing.
fn add_keyring(context: &Context, may_sign: bool) -> Result<()> {
    let mut unlocked = context.unlock()?;
    if unlocked.slots().iter().any(|slot| matches!(slot.kind, SlotKind::Keyring(_))) {
        let message = "the keyring of a machine opens this wallet already";
        let next =
            "Take that way in away first: `bonafide keys slots`, `bonafide keys remove-slot`.";
        return Err(CliError::refused("slot-exists", message, next));
    }
    let wallet = unlocked.file().id()?;
    let secret = KeyringSecret::generate(&mut SystemRandom)?;
    keyring::keep(&wallet, &secret)?;
    let access = if may_sign { Access::Full } else { Access::Reading };
    let id = unlocked.add_keyring(&secret, access, &mut SystemRandom).inspect_err(|_| {
        let _ = keyring::forget(&wallet);
    })?;
    added(context, &unlocked, id);
    output::talk(if may_sign {
        "Whoever sits at this machine while you are logged in can answer in your name."
    } else {
        "Whoever sits at this machine while you are logged in can read your credentials; signing still needs the passphrase."
    });
    Ok(())
}

fn added(context: &Context, unlocked: &Unlocked, id: u32) {
    if let Some(slot) = unlocked.slots().iter().find(|slot| slot.id == id) {
        if context.json {
            output::json(&slot_json(slot));
        }
        output::talk(&format!("Slot {id} is added: {}.", words(slot)));
    }
}

fn remove(context: &Context, id: u32, yes: bool) -> Result<()> {
    let mut unlocked = context.unlock()?;
    let found = unlocked.slots().iter().find(|slot| slot.id == id);
    let found = found.ok_or(bonafide::wallet::WalletError::UnknownSlot(id))?;
    let (slot, of_shares) = (words(found), matches!(found.kind, SlotKind::Shares { .. }));
    let of_keyring = matches!(found.kind, SlotKind::Keyring(_));
    if !yes && !ask::agreed(&format!("Take away slot {id}, {slot}? [y/N] "))? {
        return Err(CliError::refused("declined", "no slot was taken away", ""));
    }
    let change = unlocked.remove_slot(id, &mut SystemRandom)?;
    if context.json {
        output::json(&json!({"removed": id, "file_key_changed": change == FileKeyChange::Changed}));
    }
    output::talk(&format!("Slot {id} is gone: {slot}."));
    if of_keyring && let Err(error) = keyring::forget(&unlocked.file().id()?) {
        let advice = "It opens nothing here any more; delete the entry `bonafide` there yourself.";
        output::talk(&format!("The keyring kept its secret: {}. {advice}", error.message()));
    }
    if of_shares {
        context.home.note_recovery(|known| Recovery { drilled_shares: None, ..known });
        output::talk(
            "Its shares still open every copy and backup made before, and no change of slots heals a leaked phrase.",
        );
    }
    old_copies(change);
    Ok(())
}

fn change(context: &Context, new: &NewPassphrase) -> Result<()> {
    let mut unlocked = context.unlock()?;
    let passphrase = passphrase::fresh(new.new_passphrase_file.as_deref(), NEW)?;
    let cost = init::cost(new.kdf_cost);
    let change = unlocked.change_passphrase(&passphrase, cost, &mut SystemRandom)?;
    if context.json {
        output::json(&json!({"file_key_changed": change == FileKeyChange::Changed}));
    }
    output::talk("The passphrase is changed.");
    old_copies(change);
    Ok(())
}

/// What no change of slots can heal.
pub fn old_copies(change: FileKeyChange) {
    output::talk(
        "Copies of the file made before still open with the old one: destroy them, and make a new backup.",
    );
    if change == FileKeyChange::Kept {
        output::talk(
            "Whoever has such a copy and the old passphrase can read this file too, until every other passphrase was changed and guardians' shares were made anew.",
        );
    }
}
