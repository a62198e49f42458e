//! Why the wallet did not do what was asked, and what to do next.

use std::io;

use crate::key::KeyError;
use crate::random::RandomError;

use super::ShareError;
use super::container::{NEWEST, OLDEST};

/// A fault of the wallet. Never holds a passphrase, a key or any content of the wallet.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    // What was asked.
    /// A passphrase without a single character.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The passphrase does not open the wallet, or the slot it should open is damaged: the two
    /// cannot be told apart.
    #[error("the passphrase does not open this wallet")]
    WrongPassphrase,
    /// The phrase is of another wallet, or this one has no slot for it.
    #[error("the recovery phrase does not open this wallet")]
    WrongPhrase,
    /// The keyring's secret is of another wallet, or this one has no slot for it.
    #[error("the keyring's secret does not open this wallet")]
    WrongKeyringSecret,
    /// It was opened for reading only.
    #[error("the wallet was opened with the keyring, for reading only")]
    PassphraseNeeded,
    /// Something is wrong with guardians' shares.
    #[error(transparent)]
    Shares(#[from] ShareError),
    /// The wallet has no slot with this number.
    #[error("no slot with the number {0} is in the wallet")]
    UnknownSlot(u32),
    /// Without it no passphrase would open the wallet.
    #[error("this is the last passphrase of the wallet")]
    LastPassphrase,
    /// The slot opened the wallet just now.
    #[error("slot {0} opened the wallet just now")]
    SlotInUse(u32),
    /// No further slot fits.
    #[error("the wallet has as many slots as it can have")]
    TooManySlots,
    /// The wallet holds no credential with this number.
    #[error("no credential with the number {0} is in the wallet")]
    UnknownCredential(u32),
    /// The wallet holds no key of that name.
    #[error("no such key is in the wallet")]
    UnknownKey,
    /// The key was put away, or marked as lost or stolen.
    #[error("that key is no more in use")]
    KeyNotActive,
    /// Another verifier has seen the key.
    #[error("somebody else has seen that key by now")]
    KeyTaken,
    /// No key would be left.
    #[error("this is the last key of the wallet that is in use")]
    LastKey,
    /// No further key fits.
    #[error("the wallet has as many keys as it can have")]
    TooManyKeys,

    // The place where the wallet lies.
    /// No file at the path.
    #[error("there is no wallet file here")]
    Missing,
    /// A wallet would be overwritten.
    #[error("something is already here; a wallet never overwrites a file")]
    AlreadyExists,
    /// The wallet file or its lock file is not a private regular file.
    #[error("unsafe file: {0}")]
    UnsafeFile(&'static str),
    /// Somebody else kept the lock for the whole of the wait.
    #[error("another program is writing to the wallet")]
    Locked,
    /// Reading or writing failed.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// What the operating system said.
        source: io::Error,
    },

    // What the file holds.
    /// Not laid out as a wallet file: another kind of file, or cut off.
    #[error("not a complete wallet file")]
    Malformed,
    /// A format version that this program does not read.
    #[error("wallet format {found}; this program reads {OLDEST} to {NEWEST}")]
    Version {
        /// The version in the file.
        found: u16,
    },
    /// Larger than a wallet may be.
    #[error("the wallet is larger than 64 MiB")]
    TooLarge,
    /// Costs of the key derivation outside what is safe or bearable.
    #[error(
        "the costs of the passphrase are outside 19 MiB to 1 GiB, 2 to 16 passes, 1 to 4 lanes"
    )]
    KdfOutOfBounds,
    /// The wallet has no passphrase slot that this program knows.
    #[error("this wallet does not open with a passphrase")]
    NoPassphraseSlot,
    /// The sealed content was changed or damaged.
    #[error("the sealed content of the wallet is damaged")]
    Corrupt,
    /// Another wallet, or an older state of this one, has taken its place since it was unlocked.
    #[error("the wallet file was replaced since it was unlocked")]
    Replaced,

    // The machine.
    /// No randomness; nothing was written.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Not enough memory for the key derivation.
    #[error("not enough free memory to work on the passphrase")]
    OutOfMemory,
    /// A key of the wallet could not be derived.
    #[error("a key of the wallet cannot be used: {0}")]
    Key(#[from] KeyError),
}

impl WalletError {
    /// Turns the operating system's error into one that says what was being done.
    pub(super) fn io(action: &'static str) -> impl Fn(io::Error) -> Self + Copy {
        move |source| Self::Io { action, source }
    }

    /// The stable string code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyPassphrase => "empty-passphrase",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::WrongPhrase => "wrong-phrase",
            Self::WrongKeyringSecret => "wrong-keyring-secret",
            Self::PassphraseNeeded => "passphrase-needed",
            Self::Shares(fault) => fault.code(),
            Self::UnknownSlot(_) => "slot-not-found",
            Self::LastPassphrase => "last-passphrase",
            Self::SlotInUse(_) => "slot-in-use",
            Self::TooManySlots => "too-many-slots",
            Self::UnknownCredential(_) => "credential-not-found",
            Self::UnknownKey => "key-unknown",
            Self::KeyNotActive => "key-not-active",
            Self::KeyTaken => "key-taken",
            Self::LastKey => "last-key",
            Self::TooManyKeys => "too-many-keys",
            Self::Missing => "wallet-missing",
            Self::AlreadyExists => "wallet-exists",
            Self::UnsafeFile(_) => "unsafe-file",
            Self::Locked => "locked",
            Self::Io { .. } => "io",
            Self::Malformed => "wallet-malformed",
            Self::Version { .. } => "wallet-version",
            Self::TooLarge => "too-large",
            Self::KdfOutOfBounds => "kdf-out-of-bounds",
            Self::NoPassphraseSlot => "no-passphrase-slot",
            Self::Corrupt => "wallet-corrupt",
            Self::Replaced => "wallet-replaced",
            Self::Random(_) => "random-failed",
            Self::OutOfMemory => "out-of-memory",
            Self::Key(fault) => fault.code(),
        }
    }

    /// What the person can do now.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::EmptyPassphrase => "Choose a passphrase; several random words are best.",
            Self::WrongPassphrase => {
                "Type the passphrase again, minding capitals and keyboard layout. If you are sure \
                 of it, the file is damaged: restore a backup."
            }
            Self::WrongPhrase => {
                "Check that these are the words of this wallet; without its file they still bring \
                 back its keys."
            }
            Self::WrongKeyringSecret => {
                "Open it with the passphrase; then add a new slot for the keyring."
            }
            Self::PassphraseNeeded => "Open it with the passphrase.",
            Self::Shares(fault) => fault.next_step(),
            Self::UnknownSlot(_) => "List the slots to see their numbers.",
            Self::LastPassphrase => "Add another passphrase first, or change this one.",
            Self::SlotInUse(_) => {
                "Open the wallet with another passphrase, then take this one away; or change it."
            }
            Self::TooManySlots => "Remove a slot that you no longer need.",
            Self::UnknownCredential(_) => "List the wallet to see the numbers it holds.",
            Self::UnknownKey => "List the keys to see which the wallet holds.",
            Self::KeyNotActive => "Choose a key that is in use.",
            Self::KeyTaken => "Choose again: another key may be free.",
            Self::LastKey => "Make a new key first, and have your credentials issued for it.",
            Self::TooManyKeys => "Use the keys that are there.",
            Self::Missing => "Check the folder, or create a wallet there first.",
            Self::AlreadyExists => "Unlock that wallet, or choose another place for the new one.",
            Self::UnsafeFile(_) => {
                "Put the wallet itself at that path and make it private: chmod 600."
            }
            Self::Locked => "Wait until the other program is done, then try again.",
            Self::Io { .. } => {
                "Check the folder, its permissions and the free space, then look whether the \
                 change arrived before you repeat it."
            }
            Self::Malformed | Self::Corrupt => "Restore the wallet from a backup.",
            Self::Version { .. } => "Update this program; an older one cannot read newer wallets.",
            Self::TooLarge => "Forget credentials that you no longer need, or check the path.",
            Self::KdfOutOfBounds => {
                "If you chose the costs, choose them within the bounds. If they stand in a wallet, \
                 somebody changed it: restore a backup."
            }
            Self::NoPassphraseSlot => {
                "Open it in the way it was set up for, or update this program."
            }
            Self::Replaced => "Unlock the wallet again and check that it is the one you expect.",
            Self::Random(_) => "Restart the machine; do not go on while its random source fails.",
            Self::OutOfMemory => "Close other programs, then try again.",
            Self::Key(_) => "Update this program; if that does not help, restore a backup.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every fault of this room, with its code and the beginning of its advice. The codes are for ever.
    #[test]
    fn every_fault_has_its_code_and_a_next_step() {
        let io = WalletError::io("read the wallet file")(io::Error::other("gone"));
        let said = io.to_string();
        assert!(said.contains("read the wallet file") && said.contains("gone"), "{said}");
        let faults = [
            (WalletError::EmptyPassphrase, "empty-passphrase", "Choose a passphrase"),
            (WalletError::WrongPassphrase, "wrong-passphrase", "Type the passphrase again"),
            (WalletError::WrongPhrase, "wrong-phrase", "Check that these are the words"),
            (
                WalletError::WrongKeyringSecret,
                "wrong-keyring-secret",
                "Open it with the passphrase;",
            ),
            (WalletError::PassphraseNeeded, "passphrase-needed", "Open it with the passphrase."),
            (ShareError::Bounds.into(), "shares-out-of-bounds", "Three of five"),
            (WalletError::UnknownSlot(7), "slot-not-found", "List the slots"),
            (WalletError::LastPassphrase, "last-passphrase", "Add another passphrase"),
            (WalletError::SlotInUse(7), "slot-in-use", "Open the wallet with another"),
            (WalletError::TooManySlots, "too-many-slots", "Remove a slot"),
            (WalletError::UnknownCredential(7), "credential-not-found", "List the wallet"),
            (WalletError::UnknownKey, "key-unknown", "List the keys"),
            (WalletError::KeyNotActive, "key-not-active", "Choose a key"),
            (WalletError::KeyTaken, "key-taken", "Choose again"),
            (WalletError::LastKey, "last-key", "Make a new key"),
            (WalletError::TooManyKeys, "too-many-keys", "Use the keys"),
            (WalletError::Missing, "wallet-missing", "Check the folder,"),
            (WalletError::AlreadyExists, "wallet-exists", "Unlock that wallet"),
            (WalletError::UnsafeFile("a link"), "unsafe-file", "Put the wallet itself"),
            (WalletError::Locked, "locked", "Wait until the other"),
            (io, "io", "Check the folder, its"),
            (WalletError::Malformed, "wallet-malformed", "Restore the wallet"),
            (WalletError::Version { found: 9 }, "wallet-version", "Update this program"),
            (WalletError::TooLarge, "too-large", "Forget credentials"),
            (WalletError::KdfOutOfBounds, "kdf-out-of-bounds", "If you chose the costs"),
            (WalletError::NoPassphraseSlot, "no-passphrase-slot", "Open it in the way"),
            (WalletError::Corrupt, "wallet-corrupt", "Restore the wallet"),
            (WalletError::Replaced, "wallet-replaced", "Unlock the wallet again"),
            (RandomError.into(), "random-failed", "Restart the machine"),
            (WalletError::OutOfMemory, "out-of-memory", "Close other programs"),
            (KeyError::BadKey.into(), KeyError::BadKey.code(), "Update this program;"),
        ];
        let mut codes = BTreeSet::new();
        for (fault, code, next) in faults {
            assert_eq!(fault.code(), code);
            assert!(fault.next_step().starts_with(next), "{code}: {}", fault.next_step());
            assert!(!fault.to_string().is_empty());
            assert!(codes.insert(code), "{code}");
        }
    }
}
