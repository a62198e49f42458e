//! Changes of the ways into an opened wallet.

use std::sync::Arc;

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::{Header, OpenedBy, SlotSecret};
use super::passphrase_slot::Stretched;
use super::slot::Slot;
use super::{Access, KdfParams, KeyringSecret, Passphrase, Share, Unlocked, WalletError, disk};
use crate::random::Random;

/// Whether a change of slots also changed the key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKeyChange {
    /// Whoever could open the file before needs one of the slots of now for what is written from now on.
    Changed,
    /// Another slot could not follow: whoever has an old copy and what opened it reads on.
    Kept,
}

impl Unlocked {
    /// Adds another passphrase, and returns its slot's number. Takes as long as `kdf` says, before the
    /// file is locked.
    ///
    /// # Errors
    /// [`WalletError::TooManySlots`]; otherwise as [`Self::update`].
    pub fn add_passphrase(
        &mut self,
        passphrase: &Passphrase,
        kdf: KdfParams,
        random: &mut dyn Random,
    ) -> Result<u32, WalletError> {
        let stretched = Stretched::new(passphrase, kdf, random)?;
        self.change_slots(random, |unlocked, header, random| {
            let id = header.free_id()?;
            let slot = Slot::of_passphrase(id, &header.wallet, &unlocked.key, &stretched, random)?;
            header.slots.push(slot);
            Ok(id)
        })
    }

    /// Adds the way in by the 24 words, to a wallet made before there was one.
    ///
    /// # Errors
    /// [`WalletError::TooManySlots`]; otherwise as [`Self::update`].
    pub fn add_phrase(&mut self, random: &mut dyn Random) -> Result<u32, WalletError> {
        self.change_slots(random, |unlocked, header, random| {
            let id = header.free_id()?;
            let root = &unlocked.wallet.root;
            header.slots.push(Slot::of_phrase(id, &header.wallet, &unlocked.key, root, random)?);
            Ok(id)
        })
    }

    /// Adds a way in by guardians' shares: any `threshold` of that many open this file and every copy made
    /// from now on, as its owner does. The shares are handed out here only; nobody can make them again.
    ///
    /// # Errors
    /// [`WalletError::Shares`] where the numbers are outside 2 to 16; [`WalletError::TooManySlots`];
    /// otherwise as [`Self::update`].
    pub fn add_shares(
        &mut self,
        threshold: u8,
        shares: u8,
        random: &mut dyn Random,
    ) -> Result<(u32, Vec<Share>), WalletError> {
        self.change_slots(random, |unlocked, header, random| {
            let id = header.free_id()?;
            let numbers = (threshold, shares);
            let made = Slot::of_shares(id, &header.wallet, &unlocked.key, numbers, random)?;
            let (slot, shares) = made;
            header.slots.push(slot);
            Ok((id, shares))
        })
    }

    /// Adds the way in by the operating system's keyring, which keeps `secret`.
    ///
    /// # Errors
    /// [`WalletError::TooManySlots`]; otherwise as [`Self::update`].
    pub fn add_keyring(
        &mut self,
        secret: &KeyringSecret,
        access: Access,
        random: &mut dyn Random,
    ) -> Result<u32, WalletError> {
        self.change_slots(random, |unlocked, header, random| {
            let (id, secret) = (header.free_id()?, (secret, access));
            header.slots.push(Slot::of_keyring(id, &header.wallet, &unlocked.key, secret, random)?);
            Ok(id)
        })
    }

    /// Puts `passphrase` in the place of the one that opened the wallet; where the recovery phrase or shares
    /// did, in the place of every passphrase. Copies of the file made before still open with the old one.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn change_passphrase(
        &mut self,
        passphrase: &Passphrase,
        kdf: KdfParams,
        random: &mut dyn Random,
    ) -> Result<FileKeyChange, WalletError> {
        let stretched = Stretched::new(passphrase, kdf, random)?;
        self.change_slots(random, |unlocked, header, random| {
            let old = unlocked.opened_by.clone();
            let old = old.filter(|by| matches!(by.secret, SlotSecret::Passphrase(_)));
            let goes = |slot: &Slot| match &old {
                Some(old) => slot.id == old.id,
                None => slot.is_passphrase(),
            };
            header.slots.retain(|slot| !goes(slot));
            let id = header.free_id()?;
            let slot = Slot::of_passphrase(id, &header.wallet, &unlocked.key, &stretched, random)?;
            header.slots.push(slot);
            let shares = unlocked.opened_by.take();
            let new = OpenedBy { id, secret: SlotSecret::Passphrase(stretched) };
            unlocked.opened_by = Some(Arc::new(new));
            unlocked.change_key(header, shares.as_deref(), random)
        })
    }

    /// Takes a way into the wallet away. Copies of the file made before still open with it.
    ///
    /// # Errors
    /// [`WalletError::UnknownSlot`], [`WalletError::LastPassphrase`]; [`WalletError::SlotInUse`] for the one that
    /// opened the wallet, so that another is known to open it; otherwise as [`Self::update`].
    pub fn remove_slot(
        &mut self,
        id: u32,
        random: &mut dyn Random,
    ) -> Result<FileKeyChange, WalletError> {
        self.change_slots(random, |unlocked, header, random| {
            let before = header.slots.len();
            header.slots.retain(|slot| slot.id != id);
            if header.slots.len() == before {
                return Err(WalletError::UnknownSlot(id));
            }
            if !header.slots.iter().any(Slot::is_passphrase) {
                return Err(WalletError::LastPassphrase);
            }
            if unlocked.opened_by() == Some(id) {
                return Err(WalletError::SlotInUse(id));
            }
            unlocked.change_key(header, None, random)
        })
    }

    /// Takes a new file key, where every slot can follow: those whose secret is known here, as it opened the
    /// wallet now or `before`, and that of the phrase.
    fn change_key(
        &mut self,
        header: &mut Header,
        before: Option<&OpenedBy>,
        random: &mut dyn Random,
    ) -> Result<FileKeyChange, WalletError> {
        let key = FileKey::generate(random)?;
        let mut slots = Vec::with_capacity(header.slots.len());
        for slot in &header.slots {
            let wallet = &header.wallet;
            let mut known = self.opened_by.as_deref().into_iter().chain(before);
            let followed = match known.find(|by| by.id == slot.id).map(|by| &by.secret) {
                Some(SlotSecret::Passphrase(stretched)) => {
                    Some(Slot::of_passphrase(slot.id, wallet, &key, stretched, random)?)
                }
                Some(SlotSecret::Shares(secret)) => slot.rewrapped(wallet, &key, secret, random)?,
                Some(SlotSecret::Keyring(secret, access)) => {
                    Some(Slot::of_keyring(slot.id, wallet, &key, (secret, *access), random)?)
                }
                None if slot.is_phrase() => {
                    Some(Slot::of_phrase(slot.id, wallet, &key, &self.wallet.root, random)?)
                }
                None => None,
            };
            match followed {
                Some(slot) => slots.push(slot),
                None => return Ok(FileKeyChange::Kept),
            }
        }
        header.slots = slots;
        self.key = key;
        Ok(FileKeyChange::Changed)
    }

    /// As [`Self::update`], for the slots, which nobody may have changed since they were read. When writing
    /// fails, this value is as it was before.
    fn change_slots<T>(
        &mut self,
        random: &mut dyn Random,
        change: impl FnOnce(&mut Self, &mut Header, &mut dyn Random) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        self.wallet.check_full()?;
        let _lock = disk::lock(self.file.path())?;
        let bytes = disk::read(self.file.path())?;
        let parts = Container::split(&bytes)?;
        let mut wallet = self.read_again(&parts)?;
        if parts.header != self.header {
            return Err(WalletError::Replaced); // whoever chose a slot saw others
        }
        wallet.advance();
        let mut header = Header::read(parts.header)?;
        let mut after = Self {
            file: self.file.clone(),
            header: Vec::new(),
            id: self.id,
            slots: Vec::new(),
            key: FileKey::from_bytes(self.key.as_bytes()),
            opened_by: self.opened_by.clone(),
            wallet,
        };
        let result = after.write_slots(&mut header, random, change)?;
        *self = after;
        Ok(result)
    }

    fn write_slots<T>(
        &mut self,
        header: &mut Header,
        random: &mut dyn Random,
        change: impl FnOnce(&mut Self, &mut Header, &mut dyn Random) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let result = change(self, header, random)?;
        self.header = header.write()?;
        self.slots = header.infos();
        let prefix = container::prefix(self.wallet.format(), &self.header)?;
        let bytes = self.key.seal(&prefix, &self.wallet, random)?;
        FileKey::mark(&mut self.wallet, &bytes)?;
        disk::replace(self.file.path(), &bytes)?;
        Ok(result)
    }
}
