//! An opened wallet: its content, and the changes of content and slots.

use std::fmt;
use std::sync::Arc;

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::{Header, OpenedBy, SlotSecret};
use super::passphrase_slot::Stretched;
use super::slot::{Slot, SlotInfo};
use super::{
    Access, KdfParams, KeyringSecret, Passphrase, RecoveryPhrase, Share, Since, Wallet,
    WalletError, WalletFile, disk,
};
use crate::random::Random;

/// An opened wallet, as it was when last read, and the key to write it.
pub struct Unlocked {
    file: WalletFile,
    /// The header's bytes, to tell a damaged file from one whose key was changed.
    header: Vec<u8>,
    id: [u8; 16],
    slots: Vec<SlotInfo>,
    key: FileKey,
    /// `None` where the recovery phrase opened it.
    opened_by: Option<Arc<OpenedBy>>,
    wallet: Wallet,
}

/// Whether a change of slots also changed the key of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKeyChange {
    /// Whoever could open the file before needs one of the slots of now for what is written from now on.
    Changed,
    /// Another slot could not follow: whoever has an old copy and what opened it reads on.
    Kept,
}

impl Unlocked {
    pub(super) fn new(
        file: WalletFile,
        bytes: &[u8],
        header: Header,
        wallet: Wallet,
        (key, opened_by): (FileKey, Option<OpenedBy>),
    ) -> Self {
        let (id, slots, header) = (header.wallet, header.infos(), bytes.to_vec());
        Self { file, header, id, slots, key, opened_by: opened_by.map(Arc::new), wallet }
    }

    /// Where it lies.
    pub fn file(&self) -> &WalletFile {
        &self.file
    }

    /// The wallet as last read.
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// The ways into the wallet, as last read.
    pub fn slots(&self) -> &[SlotInfo] {
        &self.slots
    }

    /// The slot whose passphrase or shares opened it; `None` where the recovery phrase did.
    pub fn opened_by(&self) -> Option<u32> {
        self.opened_by.as_ref().map(|by| by.id)
    }

    /// The 24 words that bring back every key of this wallet.
    ///
    /// # Errors
    /// [`WalletError::PassphraseNeeded`] where it was opened for reading.
    pub fn recovery_phrase(&self) -> Result<RecoveryPhrase, WalletError> {
        self.wallet.recovery_phrase()
    }

    /// Changes the wallet on disk: locks it, reads it again so that nobody's change is lost,
    /// applies `change` and writes the result. When `change` fails, nothing is written.
    ///
    /// # Errors
    /// What `change` returns; [`WalletError::Locked`]; [`WalletError::Replaced`] when another
    /// wallet or an older state of this one lies there now, or the key of the file was changed; faults of
    /// reading and writing.
    pub fn update<T>(
        &mut self,
        random: &mut dyn Random,
        change: impl FnOnce(&mut Wallet) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let _lock = disk::lock(self.file.path())?;
        let bytes = disk::read(self.file.path())?;
        let parts = Container::split(&bytes)?;
        let mut wallet = self.read_again(&parts)?;
        let result = change(&mut wallet)?;
        wallet.advance();
        let prefix = container::prefix(wallet.format(), parts.header)?;
        let bytes = self.key.seal(&prefix, &wallet, random)?;
        FileKey::mark(&mut wallet, &bytes)?;
        disk::replace(self.file.path(), &bytes)?;
        self.wallet = wallet;
        Ok(result)
    }

    /// Reads the wallet again, to see what others changed.
    ///
    /// # Errors
    /// [`WalletError::Replaced`], and faults of reading.
    pub fn reload(&mut self) -> Result<(), WalletError> {
        let bytes = disk::read(self.file.path())?;
        self.wallet = self.read_again(&Container::split(&bytes)?)?;
        Ok(())
    }

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

    fn read_again(&self, parts: &Container<'_>) -> Result<Wallet, WalletError> {
        if Header::read(parts.header)?.wallet != self.id {
            return Err(WalletError::Replaced);
        }
        let mut wallet = self.key.open(parts).map_err(|error| {
            let same = parts.header == self.header;
            if same { error } else { WalletError::Replaced }
        })?;
        if wallet.since(&self.wallet.state()) != Since::Follows {
            return Err(WalletError::Replaced);
        }
        wallet.access = self.wallet.access;
        Ok(wallet)
    }
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unlocked({}, {:?})", self.file.path().display(), self.wallet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::key::Algorithm;
    use crate::random::SystemRandom;
    use std::fs;
    use tempfile::TempDir;

    fn now() -> Timestamp {
        Timestamp::from_unix(1_795_176_000).unwrap()
    }

    fn passphrase() -> Passphrase {
        Passphrase::new("right".to_owned()).unwrap()
    }

    fn created() -> (TempDir, WalletFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = WalletFile::at(&folder.path().join("wallet"));
        let wallet = Wallet::create(Algorithm::Ed25519, now(), &mut SystemRandom).unwrap();
        file.create(&wallet, &passphrase(), KdfParams::LOWEST, &mut SystemRandom).unwrap();
        (folder, file)
    }

    fn add(unlocked: &mut Unlocked) -> Result<u32, WalletError> {
        unlocked.update(&mut SystemRandom, |wallet| Ok(wallet.add("token".to_owned(), now())))
    }

    /// As a later version would: a slot of a kind that we do not know.
    #[test]
    fn unknown_slots_survive_a_rewrite() {
        let (_folder, file) = created();
        let unlocked = file.unlock(&passphrase()).unwrap();
        let bytes = fs::read(file.path()).unwrap();
        let header = Container::split(&bytes).unwrap().header;
        let header = String::from_utf8(header.to_vec()).unwrap();
        let other = r#""slots": [ {"kind":"guardians","id":7,"of":[3,5]},"#;
        let header = header.replace(r#""slots":["#, other);
        let prefix = container::prefix(1, header.as_bytes()).unwrap();
        let sealed = unlocked.key.seal(&prefix, &unlocked.wallet, &mut SystemRandom);
        disk::replace(file.path(), &sealed.unwrap()).unwrap();

        let mut unlocked = file.unlock(&passphrase()).unwrap();
        add(&mut unlocked).unwrap();
        let bytes = fs::read(file.path()).unwrap();
        assert_eq!(Container::split(&bytes).unwrap().prefix, prefix);
        let key = unlocked.wallet().identity_key_id().clone();
        let upgrade = |wallet: &mut Wallet| wallet.compromise_key(&key, now());
        unlocked.update(&mut SystemRandom, upgrade).unwrap();
        let bytes = fs::read(file.path()).unwrap();
        let parts = Container::split(&bytes).unwrap();
        assert_eq!((parts.version, parts.header), (2, header.as_bytes()));
        let again = file.unlock(&passphrase()).unwrap();
        assert_eq!(again.wallet().credentials().len(), 1);
    }

    #[test]
    fn an_older_state_or_another_wallet_is_noticed() {
        let (_folder, file) = created();
        let mut unlocked = file.unlock(&passphrase()).unwrap();
        let older = fs::read(file.path()).unwrap();
        add(&mut unlocked).unwrap();
        assert_eq!(unlocked.wallet().generation(), 2);
        let (_other_folder, other) = created();
        for bytes in [older, fs::read(other.path()).unwrap()] {
            disk::replace(file.path(), &bytes).unwrap();
            assert_eq!(add(&mut unlocked).unwrap_err().code(), "wallet-replaced");
            assert_eq!(fs::read(file.path()).unwrap(), bytes);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let (_folder, file) = created();
        let unlocked = file.unlock(&passphrase()).unwrap();
        let (path, id) = (file.path().display(), unlocked.wallet().identity_key_id());
        let expected = format!("Unlocked({path}, Wallet({id}, 0 credentials, secret))");
        assert_eq!(format!("{unlocked:?}"), expected);
    }
}
