//! A wallet's place on disk, and a wallet that was opened there.

use std::fmt;
use std::path::{Path, PathBuf};

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::Header;
use super::passphrase_slot::PassphraseSlot;
use super::{KdfParams, Passphrase, Wallet, WalletError, disk};
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

    /// Writes a new wallet that opens with `passphrase`. Never overwrites anything.
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
        let slot = PassphraseSlot::wrap(0, &id, &key, passphrase, kdf, random)?;
        let header = Header { wallet: id, slots: vec![slot] };
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
        let bytes = disk::read(&self.path)?;
        let parts = Container::split(&bytes)?;
        let header = Header::read(parts.header)?;
        let key = header.unlock(passphrase)?;
        Ok(Unlocked { file: self.clone(), wallet: key.open(&parts)?, id: header.wallet, key })
    }
}

/// An opened wallet, as it was when last read, and the key to write it.
pub struct Unlocked {
    file: WalletFile,
    id: [u8; 16],
    key: FileKey,
    wallet: Wallet,
}

impl Unlocked {
    /// The wallet as last read.
    pub fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// Changes the wallet on disk: locks it, reads it again so that nobody's change is lost,
    /// applies `change` and writes the result. When `change` fails, nothing is written.
    ///
    /// # Errors
    /// What `change` returns; [`WalletError::Locked`]; [`WalletError::Replaced`] when another
    /// wallet or an older state of this one lies there now; faults of reading and writing.
    pub fn update<T>(
        &mut self,
        random: &mut dyn Random,
        change: impl FnOnce(&mut Wallet) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let _lock = disk::lock(&self.file.path)?;
        let bytes = disk::read(&self.file.path)?;
        let parts = Container::split(&bytes)?;
        let mut wallet = self.read_again(&parts)?;
        let result = change(&mut wallet)?;
        wallet.generation = wallet.generation.saturating_add(1);
        let bytes = self.key.seal(parts.prefix, &wallet, random)?;
        disk::replace(&self.file.path, &bytes)?;
        self.wallet = wallet;
        Ok(result)
    }

    fn read_again(&self, parts: &Container<'_>) -> Result<Wallet, WalletError> {
        if Header::read(parts.header)?.wallet != self.id {
            return Err(WalletError::Replaced);
        }
        let wallet = self.key.open(parts)?;
        if wallet.generation < self.wallet.generation {
            return Err(WalletError::Replaced);
        }
        Ok(wallet)
    }
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unlocked({}, {:?})", self.file.path.display(), self.wallet)
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
        let prefix = container::prefix(header.as_bytes()).unwrap();
        let sealed = unlocked.key.seal(&prefix, &unlocked.wallet, &mut SystemRandom);
        disk::replace(file.path(), &sealed.unwrap()).unwrap();

        let mut unlocked = file.unlock(&passphrase()).unwrap();
        add(&mut unlocked).unwrap();
        let bytes = fs::read(file.path()).unwrap();
        assert_eq!(Container::split(&bytes).unwrap().prefix, prefix);
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
