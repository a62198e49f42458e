//! An opened wallet: its content, and the changes of it.

use std::fmt;
use std::sync::Arc;

use super::container::{self, Container};
use super::file_key::FileKey;
use super::header::{Header, OpenedBy};
use super::slot::SlotInfo;
use super::{RecoveryPhrase, Since, Wallet, WalletError, WalletFile, disk};
use crate::random::Random;

/// An opened wallet, as it was when last read, and the key to write it.
pub struct Unlocked {
    pub(super) file: WalletFile,
    /// The header's bytes, to tell a damaged file from one whose key was changed.
    pub(super) header: Vec<u8>,
    pub(super) id: [u8; 16],
    pub(super) slots: Vec<SlotInfo>,
    pub(super) key: FileKey,
    /// `None` where the recovery phrase opened it.
    pub(super) opened_by: Option<Arc<OpenedBy>>,
    pub(super) wallet: Wallet,
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

    pub(super) fn read_again(&self, parts: &Container<'_>) -> Result<Wallet, WalletError> {
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
    use crate::wallet::{KdfParams, Passphrase};
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
