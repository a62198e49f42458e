//! Making keys, giving each to one verifier, and putting them away.

use super::held::{Asker, HeldKey, KeyState, MAX_KEYS, SeenBy};
use super::{Wallet, WalletError};
use crate::clock::Timestamp;
use crate::columns::{Columns, Standing};
use crate::did::Did;
use crate::key::{Algorithm, KeyId};

impl Wallet {
    /// All keys in the order they were made. Keys are never taken out, so a place is a key's number.
    pub fn keys(&self) -> impl Iterator<Item = &HeldKey> {
        self.held()
    }

    /// The key of that name.
    pub fn held_key(&self, key: &KeyId) -> Option<&HeldKey> {
        self.held().find(|held| held.id() == key)
    }

    /// Adds the next key of that kind, and returns its name. The same root always has the same keys.
    ///
    /// # Errors
    /// [`WalletError::TooManyKeys`], [`WalletError::Key`]; here and below [`WalletError::PassphraseNeeded`] where the
    /// wallet was opened for reading.
    pub fn new_key(&mut self, algorithm: Algorithm) -> Result<KeyId, WalletError> {
        self.check_full()?;
        if self.held().count() >= MAX_KEYS {
            return Err(WalletError::TooManyKeys);
        }
        let same = self.held().filter(|held| held.public().algorithm() == algorithm);
        let next = match same.map(|held| held.index).max() {
            None => 0,
            Some(last) => last.checked_add(1).ok_or(WalletError::TooManyKeys)?,
        };
        let held = HeldKey::derive(&self.root, algorithm, next)?;
        let id = held.id().clone();
        self.more.push(held);
        Ok(id)
    }

    /// Records that `key` answers `asker`, before it does. A key that somebody else has seen is taken only
    /// where it may be `shared`: both can then tell that they answered one person.
    ///
    /// # Errors
    /// [`WalletError::KeyTaken`] when somebody else has seen the key by now; [`WalletError::KeyNotActive`],
    /// [`WalletError::UnknownKey`].
    pub fn take_key(
        &mut self,
        key: &KeyId,
        asker: &Asker,
        shared: bool,
        now: Timestamp,
    ) -> Result<(), WalletError> {
        self.check_full()?;
        let verifier = match asker {
            Asker::Verifier(did) => Some(did),
            Asker::Unproven(_) => None,
        };
        match self.standing(key, verifier) {
            Standing::Own | Standing::Shared => return Ok(()),
            Standing::Taken if !shared => return Err(WalletError::KeyTaken),
            Standing::Retired | Standing::Compromised => return Err(WalletError::KeyNotActive),
            Standing::Free | Standing::Taken => {}
        }
        let held = self.held_mut(key)?;
        if held.seen_by.iter().all(|seen| seen.whom != *asker) {
            held.seen_by.push(SeenBy { whom: asker.clone(), first: now });
        }
        Ok(())
    }

    /// Puts a key away for good: it answers nobody any more.
    ///
    /// # Errors
    /// [`WalletError::LastKey`] when no other key would be left; [`WalletError::KeyNotActive`] when it was put away
    /// before; [`WalletError::UnknownKey`].
    pub fn retire_key(&mut self, key: &KeyId, since: Timestamp) -> Result<(), WalletError> {
        self.check_full()?;
        let others = self.held().any(|held| held.is_active() && held.id() != key);
        let held = self.held_mut(key)?;
        if !held.is_active() {
            return Err(WalletError::KeyNotActive);
        }
        if !others {
            return Err(WalletError::LastKey);
        }
        held.state = KeyState::Retired { since };
        Ok(())
    }

    /// Marks a key as lost or stolen, for good. The last active key gets a successor. What was marked before
    /// stays as it is.
    ///
    /// # Errors
    /// [`WalletError::UnknownKey`]; as [`Self::new_key`].
    pub fn compromise_key(&mut self, key: &KeyId, since: Timestamp) -> Result<(), WalletError> {
        self.check_full()?;
        let held = self.held_mut(key)?;
        if !matches!(held.state, KeyState::Compromised { .. }) {
            held.state = KeyState::Compromised { since, told: Vec::new() };
        }
        let algorithm = held.public().algorithm();
        if !self.held().any(HeldKey::is_active) {
            self.new_key(algorithm)?;
        }
        Ok(())
    }

    /// Records that a notice about a compromised key was written for `issuer`.
    ///
    /// # Errors
    /// [`WalletError::UnknownKey`].
    pub fn note_told(&mut self, key: &KeyId, issuer: &Did) -> Result<(), WalletError> {
        self.check_full()?;
        if let KeyState::Compromised { told, .. } = &mut self.held_mut(key)?.state
            && !told.contains(issuer)
        {
            told.push(issuer.clone());
        }
        Ok(())
    }

    fn held_mut(&mut self, key: &KeyId) -> Result<&mut HeldKey, WalletError> {
        let mut all = std::iter::once(&mut self.first).chain(&mut self.more);
        all.find(|held| held.key.id() == key).ok_or(WalletError::UnknownKey)
    }
}

impl Columns for Wallet {
    /// A key that the wallet does not hold counts as taken.
    fn standing(&self, key: &KeyId, verifier: Option<&Did>) -> Standing {
        self.held_key(key).map_or(Standing::Taken, |held| held.standing(verifier))
    }
}
