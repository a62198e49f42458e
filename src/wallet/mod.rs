//! The investor's wallet: one sealed file with the root of all keys and the credentials.
//!
//! `docs/wallet-format.md` describes the file byte by byte. This room knows nothing about what a
//! credential says; it keeps tokens, and it keeps them safe: [`WalletFile`] is the place on disk,
//! [`Unlocked`] an opened one, [`Wallet`] its content in memory, which signs.
//!
//! ```no_run
//! use bonafide::clock::Timestamp;
//! use bonafide::key::Algorithm;
//! use bonafide::random::SystemRandom;
//! use bonafide::wallet::{KdfParams, Passphrase, Wallet, WalletError, WalletFile};
//!
//! fn keep(token: String, typed: String, now: Timestamp) -> Result<u32, WalletError> {
//!     let file = WalletFile::at("wallet.bonafide".as_ref());
//!     let passphrase = Passphrase::new(typed)?;
//!     if !file.exists() {
//!         let wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom)?;
//!         file.create(&wallet, &passphrase, KdfParams::STANDARD, &mut SystemRandom)?;
//!     }
//!     let mut unlocked = file.unlock(&passphrase)?;
//!     unlocked.update(&mut SystemRandom, |wallet| Ok(wallet.add(token, now)))
//! }
//! ```

mod cipher;
mod columns;
mod container;
mod content;
mod derive;
mod did_keys;
mod disk;
mod error;
mod file;
mod file_key;
mod header;
mod held;
mod kdf;
mod keyring_slot;
mod lineage;
#[cfg(feature = "jwe")]
mod opening;
mod passphrase_slot;
mod phrase;
mod phrase_slot;
mod record;
mod root;
mod share;
mod share_error;
mod shares_slot;
mod slot;
mod slot_changes;
mod split;
mod store;
mod unlocked;

pub use did_keys::{DidKey, DidRole};
pub use error::WalletError;
pub use file::{WalletFile, With};
pub use held::{Asker, HeldKey, KeyState, MAX_KEYS, SeenBy};
pub use kdf::{KdfParams, Passphrase};
pub use keyring_slot::KeyringSecret;
pub use lineage::{Since, State};
pub use phrase::{PhraseError, RecoveryPhrase};
pub use share::{SetId, Share};
pub use share_error::ShareError;
pub use slot::{SlotInfo, SlotKind};
pub use slot_changes::FileKeyChange;
pub use store::{Access, StoredCredential, Wallet};
pub use unlocked::Unlocked;
