//! `bonafide keys add-slot shares`: shares for guardians, one sheet each.

use std::path::{Path, PathBuf};

use bonafide::random::SystemRandom;
use bonafide::wallet::{Share, SlotKind, Unlocked};
use serde_json::json;

use super::{Context, keys, sheet};
use crate::cli::Guardians;
use crate::error::{CliError, Result};
use crate::home::Recovery;
use crate::{files, guardians, home, output, text};

pub fn make(context: &Context, args: &Guardians) -> Result<()> {
    let (Some(threshold), Some(count), Some(folder)) =
        (args.threshold, args.shares, args.out_dir.as_deref())
    else {
        let message = "shares need --threshold, --shares and --out-dir";
        return Err(CliError::usage(message, "See `bonafide keys add-slot --help`."));
    };
    if threshold > count {
        let message = format!("{count} shares cannot be opened with {threshold} of them");
        return Err(CliError::usage(message, "Choose a --threshold of at most --shares."));
    }
    let mut unlocked = context.unlock()?;
    let fresh = !folder.exists();
    let paths = free_places(context, folder, count)?;
    let (id, shares) = match unlocked.add_shares(threshold, count, &mut SystemRandom) {
        Ok(added) => added,
        Err(error) => return Err(tidy(error.into(), folder, fresh)),
    };
    if let Err(error) = write(&unlocked, threshold, &shares, &paths) {
        return Err(tidy(undo(&mut unlocked, id, &paths, error), folder, fresh));
    }
    context.home.note_recovery(|known| Recovery { drilled_shares: None, ..known });
    told(context, &unlocked, id, &paths, threshold);
    Ok(())
}

/// The names of the sheets, none of which is taken.
fn free_places(context: &Context, folder: &Path, count: u8) -> Result<Vec<PathBuf>> {
    let real = |path: &Path| path.canonicalize().ok();
    if real(folder).is_some() && real(folder) == real(context.home.dir()) {
        let message = "shares do not belong beside the wallet that they open; nothing was done";
        return Err(CliError::refused("unsafe-file", message, "Choose another --out-dir."));
    }
    let paths = (1..=count).map(|n| folder.join(format!("share-{n}-of-{count}.txt")));
    let paths: Vec<PathBuf> = paths.collect();
    if let Some(taken) = paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        let message = format!("{} is there already; nothing was done", text::path(taken));
        return Err(CliError::refused("unsafe-file", message, "Choose another --out-dir."));
    }
    home::make_folder(folder).map_err(|error| error.advise("Choose another --out-dir."))?;
    Ok(paths)
}

/// Writes every sheet, and does not call it one before it was read back and opens the wallet.
fn write(unlocked: &Unlocked, threshold: u8, shares: &[Share], paths: &[PathBuf]) -> Result<()> {
    for (share, path) in shares.iter().zip(paths) {
        files::create(path, sheet::text(share).as_bytes())
            .map_err(|error| error.advise("Choose another --out-dir. No share was made."))?;
    }
    let read = paths.iter().map(|path| guardians::from_file(path));
    let read = read.collect::<Result<Vec<_>>>()?;
    for some in read.windows(usize::from(threshold)) {
        unlocked.file().unlock_with_shares(some)?;
    }
    Ok(())
}

/// Takes the slot away again, and the sheets of its set that were written; nobody else's files.
fn undo(unlocked: &mut Unlocked, id: u32, paths: &[PathBuf], error: CliError) -> CliError {
    let set = unlocked.slots().iter().find(|slot| slot.id == id).and_then(|slot| match slot.kind {
        SlotKind::Shares { set, .. } => Some(set),
        _ => None,
    });
    let ours =
        |path: &&PathBuf| guardians::from_file(path).is_ok_and(|share| Some(share.set()) == set);
    let kept =
        paths.iter().filter(ours).filter(|path| std::fs::remove_file(path).is_err()).count() > 0;
    match unlocked.remove_slot(id, &mut SystemRandom) {
        Ok(_) if !kept => error,
        Ok(_) => error.with("; sheets that stayed behind open nothing"),
        Err(_) => error.with(&format!(
            "; slot {id} stayed behind: take it away with `bonafide keys remove-slot {id}`"
        )),
    }
}

/// A folder made for nothing goes, if it is empty.
fn tidy(error: CliError, folder: &Path, fresh: bool) -> CliError {
    if fresh {
        let _ = std::fs::remove_dir(folder);
    }
    error
}

fn told(context: &Context, unlocked: &Unlocked, id: u32, paths: &[PathBuf], threshold: u8) {
    let names = paths.iter().map(|path| path.to_string_lossy());
    if context.json {
        let slot = unlocked.slots().iter().find(|slot| slot.id == id).map(keys::slot_json);
        output::json(&json!({"slot": slot, "files": names.collect::<Vec<_>>()}));
    } else {
        names.for_each(|name| output::data(&name));
    }
    output::talk(&format!(
        "Slot {id} is added. Any {threshold} guardians together own your identity: who has {threshold} of these \
         sheets and a copy of your wallet can do all that you can. Choose people who would not conspire."
    ));
    output::talk(
        "The shares bring nothing back without your wallet's file. Make a new backup now, for older ones do not \
         open with them: `bonafide backup --out FILE`.",
    );
    let some = paths.iter().take(usize::from(threshold));
    let some: String = some.map(|path| format!(" --share {}", text::path(path))).collect();
    output::talk(&format!(
        "Next: prove that they work, `bonafide recover --drill{some}`; hand each sheet to one person; delete the \
         files here."
    ));
}
