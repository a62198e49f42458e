//! A wallet's place on disk.

use std::path::{Path, PathBuf};

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::{Header, OpenedBy};
use super::passphrase_slot::Stretched;
use super::slot::Slot;
use super::{KdfParams, Passphrase, RecoveryPhrase, Unlocked, Wallet, WalletError, disk};
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
        let prefix = container::prefix(&header.write()?)?;
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
        self.open(|header| {
            let (key, by) = header.unlock(passphrase)?;
            Ok((key, Some(by)))
        })
    }

    /// Opens the wallet with its 24 words, for when the passphrase is forgotten.
    ///
    /// # Errors
    /// [`WalletError::WrongPhrase`], also when the wallet has no slot for them; otherwise as
    /// [`Self::unlock`].
    pub fn unlock_with_phrase(&self, phrase: &RecoveryPhrase) -> Result<Unlocked, WalletError> {
        self.open(|header| Ok((header.unlock_with_root(&phrase.root())?, None)))
    }

    fn open(
        &self,
        with: impl FnOnce(&Header) -> Result<(FileKey, Option<OpenedBy>), WalletError>,
    ) -> Result<Unlocked, WalletError> {
        let bytes = disk::read(&self.path)?;
        let parts = Container::split(&bytes)?;
        let header = Header::read(parts.header)?;
        let (key, by) = with(&header)?;
        let wallet = key.open(&parts)?;
        Ok(Unlocked::new(self.clone(), parts.header, header, wallet, (key, by)))
    }
}
