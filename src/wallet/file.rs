//! A wallet's place on disk.

use std::path::{Path, PathBuf};

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::{Header, OpenedBy, SlotSecret};
use super::passphrase_slot::Stretched;
use super::slot::Slot;
use super::{
    KdfParams, KeyringSecret, Passphrase, RecoveryPhrase, Share, SlotInfo, Unlocked, Wallet,
    WalletError, disk,
};
use crate::random::{self, Random};

/// Where a wallet lies. Beside it lies its lock, `<name>.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletFile {
    path: PathBuf,
}

impl WalletFile {
    /// The wallet at that path, whether or not there is one yet.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether anything lies at the path.
    pub fn exists(&self) -> bool {
        disk::exists(&self.path)
    }

    /// Writes a new wallet that opens with `passphrase` and with its recovery phrase. Never overwrites
    /// anything.
    ///
    /// # Errors
    /// [`WalletError::AlreadyExists`], [`WalletError::Locked`], [`WalletError::Random`] or
    /// [`WalletError::Io`].
    pub fn create(
        &self,
        wallet: &Wallet,
        passphrase: &Passphrase,
        kdf: KdfParams,
        random: &mut dyn Random,
    ) -> Result<(), WalletError> {
        self.check_free()?;
        let id = random::bytes(random)?;
        let key = FileKey::generate(random)?;
        let stretched = Stretched::new(passphrase, kdf, random)?;
        let slots = vec![
            Slot::of_passphrase(0, &id, &key, &stretched, random)?,
            Slot::of_phrase(1, &id, &key, &wallet.root, random)?,
        ];
        let header = Header::new(id, slots);
        let prefix = container::prefix(wallet.format(), &header.write()?)?;
        let bytes = key.seal(&prefix, wallet, random)?;
        let _lock = disk::lock(&self.path)?;
        self.check_free()?;
        disk::replace(&self.path, &bytes)
    }

    fn check_free(&self) -> Result<(), WalletError> {
        if self.exists() {
            return Err(WalletError::AlreadyExists);
        }
        Ok(())
    }

    /// Opens the wallet. Takes as long as its slot costs, without holding the lock.
    ///
    /// # Errors
    /// [`WalletError::WrongPassphrase`], also when the slot is damaged; [`WalletError::Corrupt`]
    /// when the passphrase fits and the content does not; [`WalletError::Malformed`],
    /// [`WalletError::Version`], [`WalletError::KdfOutOfBounds`] or [`WalletError::UnsafeFile`]
    /// before anything is spent on the passphrase.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<Unlocked, WalletError> {
        self.unlock_copy(&disk::read(&self.path)?, With::Passphrase(passphrase))
    }

    /// Opens the wallet with its 24 words, for when the passphrase is forgotten.
    ///
    /// # Errors
    /// [`WalletError::WrongPhrase`], also when the wallet has no slot for them; otherwise as
    /// [`Self::unlock`].
    pub fn unlock_with_phrase(&self, phrase: &RecoveryPhrase) -> Result<Unlocked, WalletError> {
        self.unlock_copy(&disk::read(&self.path)?, With::Phrase(phrase))
    }

    /// Opens the wallet with guardians' shares, as many as their set needs or more.
    ///
    /// # Errors
    /// [`WalletError::Shares`], which says which of them is at fault; otherwise as [`Self::unlock`].
    pub fn unlock_with_shares(&self, shares: &[Share]) -> Result<Unlocked, WalletError> {
        self.unlock_copy(&disk::read(&self.path)?, With::Shares(shares))
    }

    /// Opens the wallet with what the operating system's keyring keeps, as far as its slot allows.
    ///
    /// # Errors
    /// [`WalletError::WrongKeyringSecret`], also when the wallet has no slot for it or its slot is damaged;
    /// otherwise as [`Self::unlock`].
    pub fn unlock_with_keyring(&self, secret: &KeyringSecret) -> Result<Unlocked, WalletError> {
        self.unlock_copy(&disk::read(&self.path)?, With::Keyring(secret))
    }

    /// The wallet's name for programs, random and in the clear in its file: the same in every copy.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn id(&self) -> Result<[u8; 16], WalletError> {
        Ok(Header::read(Container::split(&disk::read(&self.path)?)?.header)?.wallet)
    }

    /// Opens a copy of a wallet file, wherever it lies, as if it were the wallet at this path.
    ///
    /// # Errors
    /// As [`Self::unlock`], [`Self::unlock_with_phrase`] and [`Self::unlock_with_shares`].
    pub fn unlock_copy(&self, bytes: &[u8], with: With<'_>) -> Result<Unlocked, WalletError> {
        let parts = Container::split(bytes)?;
        let header = Header::read(parts.header)?;
        let (key, by) = match with {
            With::Passphrase(passphrase) => {
                let (key, by) = header.unlock(passphrase)?;
                (key, Some(by))
            }
            With::Phrase(phrase) => (header.unlock_with_root(&phrase.root())?, None),
            With::Shares(shares) => {
                let (key, by) = header.unlock_with_shares(shares)?;
                (key, Some(by))
            }
            With::Keyring(secret) => {
                let (key, by) = header.unlock_with_keyring(secret)?;
                (key, Some(by))
            }
        };
        let mut wallet = key.open(&parts)?;
        if let Some(OpenedBy { secret: SlotSecret::Keyring(_, access), .. }) = &by {
            wallet.access = *access;
        }
        Ok(Unlocked::new(self.clone(), parts.header, header, wallet, (key, by)))
    }

    /// Puts a copy of a wallet file here, once it has opened. Never overwrites anything.
    ///
    /// # Errors
    /// [`WalletError::AlreadyExists`]; otherwise as [`Self::unlock_copy`].
    pub fn restore(&self, bytes: &[u8], with: With<'_>) -> Result<Unlocked, WalletError> {
        self.check_free()?;
        let unlocked = self.unlock_copy(bytes, with)?;
        let _lock = disk::lock(&self.path)?;
        self.check_free()?;
        disk::replace(&self.path, bytes)?;
        Ok(unlocked)
    }

    /// The ways into the wallet, as its file says to everybody: not opened, so not proven either.
    ///
    /// # Errors
    /// As [`Self::copy`].
    pub fn slots(&self) -> Result<Vec<SlotInfo>, WalletError> {
        Ok(Header::read(Container::split(&disk::read(&self.path)?)?.header)?.infos())
    }

    /// Whether `bytes` are a copy of the wallet here, from whatever time.
    ///
    /// # Errors
    /// As [`Self::copy`], for either.
    pub fn is_copied_in(&self, bytes: &[u8]) -> Result<bool, WalletError> {
        let own = self.copy()?;
        let name = |bytes: &[u8]| -> Result<[u8; 16], WalletError> {
            Ok(Header::read(Container::split(bytes)?.header)?.wallet)
        };
        Ok(name(&own)? == name(bytes)?)
    }

    /// The file's bytes, sealed as they are: a backup. Opens with what opens the wallet now.
    ///
    /// # Errors
    /// [`WalletError::Missing`], [`WalletError::UnsafeFile`], and when the file is not laid out as a wallet.
    pub fn copy(&self) -> Result<Vec<u8>, WalletError> {
        let bytes = disk::read(&self.path)?;
        Header::read(Container::split(&bytes)?.header)?;
        Ok(bytes)
    }
}

/// What opens a wallet.
#[derive(Clone, Copy, Debug)]
pub enum With<'a> {
    /// A passphrase.
    Passphrase(&'a Passphrase),
    /// The 24 words.
    Phrase(&'a RecoveryPhrase),
    /// Guardians' shares.
    Shares(&'a [Share]),
    /// What the operating system keeps.
    Keyring(&'a KeyringSecret),
}
