//! The keyring of the operating system, where it keeps a secret that opens the wallet: Secret Service,
//! Keychain, Credential Manager. Never the only way in.

use bonafide::wallet::{Access, KeyringSecret, SlotKind, Unlocked, WalletFile};

use crate::error::{CliError, Result};
use crate::output;

/// Opens the wallet with the keyring's secret, where the wallet has a slot for it that gives what is
/// needed. `None`, once it has said why, where the passphrase is the way.
pub fn opened(file: &WalletFile, need: Access) -> Result<Option<Unlocked>> {
    let allows = |kind: &SlotKind| match kind {
        SlotKind::Keyring(access) => *access == Access::Full || need == Access::Reading,
        _ => false,
    };
    if !file.slots()?.iter().any(|slot| allows(&slot.kind)) {
        return Ok(None);
    }
    match find(&file.id()?).and_then(|secret| Ok(file.unlock_with_keyring(&secret)?)) {
        Ok(unlocked) => Ok(Some(unlocked)),
        Err(error) => {
            output::talk(&format!("Not opened by the keyring: {}.", error.message()));
            Ok(None)
        }
    }
}

/// Keeps the secret of a wallet, in the place of one kept before.
pub fn keep(wallet: &[u8; 16], secret: &KeyringSecret) -> Result<()> {
    let bytes = *secret.as_bytes();
    store::with_entry(wallet, move |entry| entry.set_secret(&bytes))
}

/// The secret of a wallet.
pub fn find(wallet: &[u8; 16]) -> Result<KeyringSecret> {
    let kept = store::with_entry(wallet, |entry| entry.get_secret().map(zeroize::Zeroizing::new))?;
    KeyringSecret::from_bytes(&kept).ok_or_else(|| {
        let next = "Open the wallet with the passphrase, and add the keyring's slot anew.";
        CliError::refused("keyring-damaged", "the keyring holds something else", next)
    })
}

/// Takes the secret of a wallet out of the keyring.
pub fn forget(wallet: &[u8; 16]) -> Result<()> {
    store::with_entry(wallet, |entry| entry.delete_credential())
}

#[cfg(feature = "os-keyring")]
mod store {
    use std::sync::mpsc;
    use std::time::Duration;

    use keyring::{Entry, Error};

    use crate::error::{CliError, Result};

    /// Time for a person to unlock the keyring when the system asks for that.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Works on the entry of a wallet. The system may ask its user first, or never answer.
    pub fn with_entry<T: Send + 'static>(
        wallet: &[u8; 16],
        work: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T> {
        let user = crate::text::hex(wallet);
        within(PATIENCE, move || Entry::new("bonafide", &user).and_then(|entry| work(&entry)))
    }

    pub(super) fn within<T: Send + 'static>(
        patience: Duration,
        work: impl FnOnce() -> keyring::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (done, answer) = mpsc::channel();
        std::thread::spawn(move || done.send(work()));
        match answer.recv_timeout(patience) {
            Ok(answered) => answered.map_err(refusal),
            Err(_) => Err(unavailable("it does not answer")),
        }
    }

    /// What the keyring answered, without any of its content.
    pub(super) fn refusal(error: Error) -> CliError {
        match error {
            Error::NoEntry => {
                let message = "the keyring of this machine has no secret for this wallet";
                let next = "Open the wallet with the passphrase; `bonafide keys remove-slot` and `bonafide keys \
                            add-slot keyring` make a new one.";
                CliError::refused("keyring-empty", message, next)
            }
            Error::NoStorageAccess(_) => unavailable("it is locked"),
            Error::NoDefaultStore => unavailable("none is running"),
            _ => unavailable("it refused"),
        }
    }

    fn unavailable(why: &str) -> CliError {
        let message = format!("the keyring of this machine cannot be used: {why}");
        let next = "The passphrase still opens the wallet. On a desktop, unlock the keyring; without one (a server, \
                    ssh), use --passphrase-file FILE.";
        CliError::fault("keyring-unavailable", message, next)
    }
}

#[cfg(not(feature = "os-keyring"))]
mod store {
    use crate::error::{CliError, Result};

    /// Stands for an entry in builds that know no keyring.
    pub struct Entry;

    impl Entry {
        pub fn set_secret(&self, _: &[u8]) -> Result<()> {
            Err(not_built())
        }

        pub fn get_secret(&self) -> Result<Vec<u8>> {
            Err(not_built())
        }

        pub fn delete_credential(&self) -> Result<()> {
            Err(not_built())
        }
    }

    pub fn with_entry<T>(_: &[u8; 16], work: impl FnOnce(&Entry) -> Result<T>) -> Result<T> {
        work(&Entry)
    }

    fn not_built() -> CliError {
        let message = "this build of bonafide knows no keyring";
        let next = "Use the passphrase, or build it with `--features os-keyring`.";
        CliError::refused("keyring-not-built", message, next)
    }
}

#[cfg(feature = "os-keyring")]
#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use keyring::Error;
    use keyring_core::api::CredentialStoreApi;
    use keyring_core::mock::Store;

    use super::store::{refusal, within};

    /// The entry that works where no keyring is: the store that the crate brings for tests.
    fn entry() -> Arc<keyring_core::Entry> {
        let store = Store::new().unwrap();
        Arc::new(store.build("bonafide", "00", None).unwrap())
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_forgotten() {
        let entry = entry();
        let kept = Arc::clone(&entry);
        let patience = Duration::from_secs(10);
        within(patience, move || kept.set_secret(&[7; 32])).unwrap();
        let found = Arc::clone(&entry);
        assert_eq!(within(patience, move || found.get_secret()).unwrap(), [7; 32]);
        let gone = Arc::clone(&entry);
        within(patience, move || gone.delete_credential()).unwrap();
        let none = within(patience, move || entry.get_secret()).unwrap_err();
        assert_eq!(none.to_json()["error"]["code"], "keyring-empty");
    }

    #[test]
    fn a_keyring_that_never_answers_is_not_waited_for() {
        let endless = || {
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        };
        let refused = within(Duration::from_millis(20), endless).unwrap_err();
        assert_eq!(refused.to_json()["error"]["code"], "keyring-unavailable");
    }

    #[test]
    fn faults_are_told_apart_and_say_nothing_of_what_is_kept() {
        for (error, word) in [
            (Error::NoStorageAccess("x".into()), "locked"),
            (Error::NoDefaultStore, "none is running"),
            (Error::PlatformFailure("x".into()), "refused"),
            (Error::BadEncoding(b"hunter2".to_vec()), "refused"),
        ] {
            let told = refusal(error);
            assert!(told.message().contains(word), "{}", told.message());
            assert!(!told.to_json().to_string().contains("hunter2"));
        }
    }
}
