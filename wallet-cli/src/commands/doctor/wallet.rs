//! The wallet: whether it opens, its keys, and what it holds.

use bonafide::clock::{DAY, Timestamp};
use bonafide::verify::Received;
use bonafide::wallet::{HeldKey, KeyState, Since, SlotKind, Unlocked, Wallet, WalletFile};

use super::{Finding, issuer, recovery};
use crate::commands::columns::Holdings;
use crate::commands::{Context, list};
use crate::error::Result;
use crate::{copies, keyring, passphrase, text};

pub fn look(context: &Context, accept_copy: bool, findings: &mut Vec<Finding>) -> Result<()> {
    let file = context.home.wallet();
    if !file.exists() {
        let mend = "Make one with `bonafide init`. Verifying needs none.";
        let state = format!("none in {}", text::path(context.home.dir()));
        findings.push(Finding::ill("wallet", state, mend));
        return Ok(());
    }
    findings.push(Finding::well("wallet", text::path(context.home.dir())));
    recovery::look(context, findings)?;
    let by_keyring = keyring_finding(&file, findings)?;
    if let Some(unlocked) = by_keyring.filter(|_| context.passphrase_file.is_none()) {
        findings.push(copy(&unlocked, accept_copy));
        return opened(context, &unlocked, findings);
    }
    let passphrase = match passphrase::existing(context.passphrase_file.as_deref()) {
        Err(_) if context.passphrase_file.is_none() => {
            findings.push(Finding::ill(
                "credentials",
                "not looked at without the passphrase",
                "Add --passphrase-file FILE.",
            ));
            return Ok(());
        }
        read => read?,
    };
    let unlocked = file.unlock(&passphrase)?;
    findings.push(copy(&unlocked, accept_copy));
    opened(context, &unlocked, findings)
}

/// Whether it is the wallet last seen here.
fn copy(unlocked: &Unlocked, accept: bool) -> Finding {
    let since = copies::compare(unlocked);
    if accept || since == Since::Follows {
        copies::accept(unlocked);
        return Finding::well("copy", copies::describe(Since::Follows));
    }
    Finding::ill("copy", copies::describe(since), copies::NEXT)
}

/// Whether the keyring opens the wallet, where it has a slot for that; and the wallet, if so.
fn keyring_finding(file: &WalletFile, findings: &mut Vec<Finding>) -> Result<Option<Unlocked>> {
    if !file.slots()?.iter().any(|slot| matches!(slot.kind, SlotKind::Keyring(_))) {
        return Ok(None);
    }
    let found = keyring::find(&file.id()?);
    match found.and_then(|secret| Ok(file.unlock_with_keyring(&secret)?)) {
        Ok(unlocked) => {
            findings.push(Finding::well("keyring", "opens the wallet"));
            Ok(Some(unlocked))
        }
        Err(error) => {
            findings.push(Finding::ill("keyring", error.message(), error.next()));
            Ok(None)
        }
    }
}

fn opened(context: &Context, unlocked: &Unlocked, findings: &mut Vec<Finding>) -> Result<()> {
    let wallet = unlocked.wallet();
    let credentials = wallet.credentials();
    findings.push(Finding::well(
        "credentials",
        format!("{} kept, and the wallet opens", credentials.len()),
    ));
    let holdings = Holdings::of(wallet);
    findings.push(keys(context, wallet, &holdings));
    findings.extend((1..).zip(wallet.keys()).filter_map(|(n, held)| untold(&holdings, n, held)));
    for stored in credentials {
        findings.extend(credential(stored.id, stored.token(), context.now));
    }
    issuer::look(context, wallet, findings)
}

/// Whether a key is left for a platform that has seen none.
fn keys(context: &Context, wallet: &Wallet, holdings: &Holdings) -> Finding {
    let active = wallet.keys().filter(|held| held.is_active()).count();
    let free = holdings.free(wallet, context.now);
    if wallet.credentials().is_empty() {
        return Finding::well("keys", format!("{active} in use"));
    }
    let state = format!("{active} in use, {free} free for a new platform");
    if free > 0 {
        return Finding::well("keys", state);
    }
    let more = active.saturating_add(4);
    let word = format!(
        "Get more from your issuer: bonafide id --columns {more} --prove ISSUER_DID --nonce NONCE"
    );
    Finding::noted("keys", state, word)
}

/// A lost or stolen key with an issuer for whom no notice was written.
fn untold(holdings: &Holdings, n: usize, held: &HeldKey) -> Option<Finding> {
    let KeyState::Compromised { told, .. } = held.state() else { return None };
    let bound = holdings.under(held.id()).iter();
    let waiting = bound.filter(|(_, read)| !told.contains(read.issuer())).count();
    (waiting > 0).then(|| {
        let state = format!(
            "key {n} is lost or stolen, and no notice was written for {} on it",
            text::amount(waiting, "credential")
        );
        Finding::ill("keys", state, format!("bonafide keys compromised {n} --out-dir DIR"))
    })
}

/// A word on a credential that has ended or ends within a week.
fn credential(id: u32, token: &str, now: Timestamp) -> Option<Finding> {
    let Some(read) = Received::stored(token) else {
        return Some(Finding::ill(
            "credential",
            format!("{id} cannot be read"),
            "`bonafide forget` it.",
        ));
    };
    let title = list::title(&read.registered().vct);
    let end = read.registered().expires.filter(|end| *end < now.plus(7 * DAY))?;
    let verb = if end <= now { "ended" } else { "ends" };
    let state = format!("{id}, {title}: {verb} {}", text::distance(end, now));
    Some(Finding::ill("credential", state, "Ask its issuer for a renewal."))
}
