//! The keys of a wallet as columns: their numbers, what they hold, and how they are called.

use std::collections::BTreeMap;

use bonafide::clock::Timestamp;
use bonafide::columns::{Columns, Standing};
use bonafide::did::{Did, Identity};
use bonafide::key::{Algorithm, KeyId};
use bonafide::possession;
use bonafide::random::{self, SystemRandom};
use bonafide::verify::Received;
use bonafide::wallet::{Asker, HeldKey, KeyState, Unlocked, Wallet};

use super::Context;
use crate::error::{CliError, Result};
use crate::text;

/// The key that a person names: by its number in `keys list`, its DID or its thumbprint.
pub fn find<'w>(wallet: &'w Wallet, name: &str) -> Result<(usize, &'w HeldKey)> {
    let named = |n: usize, held: &HeldKey| {
        name == n.to_string() || name == did(held).as_str() || name == held.id().as_str()
    };
    let found = (1..).zip(wallet.keys()).find(|(n, held)| named(*n, held));
    found.ok_or_else(|| {
        let message = format!("there is no key {name} in this wallet");
        CliError::refused("key-unknown", message, "`bonafide keys list` shows the numbers.")
    })
}

/// The number of a key in `keys list`.
pub fn number(wallet: &Wallet, key: &KeyId) -> usize {
    wallet.keys().take_while(|held| held.id() != key).count() + 1
}

pub fn did(held: &HeldKey) -> Did {
    Did::from_key(held.public())
}

/// The word for a key's state, and since when it is so.
pub fn state(held: &HeldKey) -> (&'static str, Option<&Timestamp>) {
    match held.state() {
        KeyState::Active => ("active", None),
        KeyState::Retired { since } => ("retired", Some(since)),
        KeyState::Compromised { since, .. } => ("compromised", Some(since)),
    }
}

/// What people call whoever has seen a key.
pub fn name(context: &Context, asker: &Asker) -> Result<String> {
    Ok(match asker {
        Asker::Verifier(did) => match context.home.name_of(did.as_str())? {
            Some(name) => text::safe(&name),
            None => text::short_did(did.as_str()),
        },
        Asker::Unproven(claimed) => format!("somebody who claimed to be {}", text::safe(claimed)),
    })
}

/// The names of all who have seen a key, but for `verifier` itself.
pub fn others(context: &Context, held: &HeldKey, verifier: Option<&Did>) -> Result<Vec<String>> {
    let own = |asker: &Asker| matches!(asker, Asker::Verifier(did) if Some(did) == verifier);
    let others = held.seen_by().iter().filter(|seen| !own(&seen.whom));
    others.map(|seen| name(context, &seen.whom)).collect()
}

/// The credentials of a wallet by the key that each is bound to: their numbers, and what was read of them.
pub struct Holdings(BTreeMap<KeyId, Vec<(u32, Received)>>);

impl Holdings {
    pub fn of(wallet: &Wallet) -> Self {
        let mut by_key: BTreeMap<KeyId, Vec<(u32, Received)>> = BTreeMap::new();
        for stored in wallet.credentials() {
            if let Some(read) = Received::stored(stored.token()) {
                by_key.entry(read.holder().clone()).or_default().push((stored.id, read));
            }
        }
        Self(by_key)
    }

    /// Those bound to that key.
    pub fn under(&self, key: &KeyId) -> &[(u32, Received)] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// How many keys could answer a new platform: in use, seen by nobody, with a credential that lasts.
    pub fn free(&self, wallet: &Wallet, now: Timestamp) -> usize {
        let lasts = |read: &Received| read.registered().expires.is_none_or(|end| end > now);
        let free = |held: &&HeldKey| {
            wallet.standing(held.id(), None) == Standing::Free
                && self.under(held.id()).iter().any(|(_, read)| lasts(read))
        };
        wallet.keys().filter(free).count()
    }
}

/// The first `count` keys in use; those missing are made and kept first.
pub fn first(unlocked: &mut Unlocked, count: usize) -> Result<Vec<KeyId>> {
    at_least(unlocked, count, |_, held| held.is_active())
}

/// So many keys that nobody has seen and that hold nothing yet; those missing are made and kept first.
pub fn blank(unlocked: &mut Unlocked, count: usize) -> Result<Vec<KeyId>> {
    let holdings = Holdings::of(unlocked.wallet());
    at_least(unlocked, count, |wallet, held| {
        wallet.standing(held.id(), None) == Standing::Free && holdings.under(held.id()).is_empty()
    })
}

fn at_least(
    unlocked: &mut Unlocked,
    count: usize,
    fits: impl Fn(&Wallet, &HeldKey) -> bool,
) -> Result<Vec<KeyId>> {
    let there = |wallet: &Wallet| -> Vec<KeyId> {
        let fitting = wallet.keys().filter(|held| fits(wallet, held)).take(count);
        fitting.map(|held| held.id().clone()).collect()
    };
    let found = there(unlocked.wallet());
    if found.len() == count {
        return Ok(found);
    }
    let made = unlocked.update(&mut SystemRandom, |wallet| {
        let mut found = there(wallet);
        let algorithm = wallet.identity_key().algorithm();
        while found.len() < count {
            found.push(wallet.new_key(algorithm)?);
        }
        Ok(found)
    });
    Ok(made?)
}

/// So many new keys of one kind.
pub fn make(
    unlocked: &mut Unlocked,
    algorithm: Option<Algorithm>,
    count: usize,
) -> Result<Vec<KeyId>> {
    let made = unlocked.update(&mut SystemRandom, |wallet| {
        let algorithm = algorithm.unwrap_or(wallet.identity_key().algorithm());
        (0..count).map(|_| wallet.new_key(algorithm)).collect::<std::result::Result<_, _>>()
    });
    Ok(made?)
}

/// One file that proves all these keys to an issuer. Without the issuer's nonce the wallet takes one of its own.
pub fn proof(
    context: &Context,
    wallet: &Wallet,
    keys: &[KeyId],
    issuer: &Did,
    nonce: Option<&str>,
) -> Result<String> {
    let identities: std::result::Result<Vec<_>, _> =
        keys.iter().map(|key| Identity::did_key(key, wallet)).collect();
    let own;
    let nonce = match nonce {
        Some(nonce) => nonce,
        None => {
            own = random::nonce(&mut SystemRandom)?;
            &own
        }
    };
    Ok(possession::prove(&identities?, issuer, nonce, context.now)??)
}

/// A nonce of the issuer's, as typed.
pub fn check_nonce(nonce: &str) -> Result<()> {
    if possession::is_nonce(nonce) {
        return Ok(());
    }
    Err(CliError::usage(
        "a nonce has 22 to 128 characters from A-Z a-z 0-9 _ -",
        "Copy the nonce that the issuer gave you; it makes one with `bonafide nonce`.",
    ))
}
