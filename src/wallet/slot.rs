//! Slots: the ways into a wallet. Each wraps the same file key.

use serde::Serialize;

use super::container::MAX_HEADER;
use super::file_key::FileKey;
use super::kdf::Passphrase;
use super::keyring_slot::{self, KeyringSecret, KeyringSlot};
use super::passphrase_slot::{self, PassphraseSlot, Stretched};
use super::phrase_slot::{self, PhraseSlot};
use super::root::Root;
use super::share::{SetId, Share};
use super::shares_slot::{self, SetSecret, SharesSlot};
use super::{Access, KdfParams, ShareError, WalletError};
use crate::encoding::Json;
use crate::encoding::json::{self, Object};
use crate::random::Random;

/// One way into a wallet. What stands in the file is kept as it is, members not known included.
pub(super) struct Slot {
    pub(super) id: u32,
    kind: Kind,
    entry: Json<'static>,
}

enum Kind {
    Passphrase(PassphraseSlot),
    Phrase(PhraseSlot),
    Shares(SharesSlot),
    Keyring(KeyringSlot),
    /// Of a later version, by its name.
    Other(String),
}

/// What a slot is, for its owner to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its number. Never given twice at the same time.
    pub id: u32,
    /// What opens it.
    pub kind: SlotKind,
}

/// What opens a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotKind {
    /// A passphrase, at this cost.
    Passphrase(KdfParams),
    /// The 24 words.
    Phrase,
    /// Guardians' shares.
    Shares {
        /// The name of the set.
        set: SetId,
        /// How many shares are needed.
        threshold: u8,
        /// How many there are.
        shares: u8,
    },
    /// The keyring of the operating system, with what it lets do.
    Keyring(Access),
    /// Something that a later version knows by this name.
    Other(String),
}

impl Slot {
    pub(super) fn read(entry: &Json<'_>) -> Result<Self, WalletError> {
        let object = entry.as_object().ok_or(WalletError::Malformed)?;
        let id = object.get("id").and_then(Json::as_i64).and_then(|id| id.try_into().ok());
        let id = id.ok_or(WalletError::Malformed)?;
        let kind = object.get_str("kind").ok_or(WalletError::Malformed)?;
        Ok(Self { id, kind: Kind::read(kind, object)?, entry: entry.clone().into_owned() })
    }

    pub(super) fn of_passphrase(
        id: u32,
        wallet: &[u8; 16],
        key: &FileKey,
        stretched: &Stretched,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let slot = PassphraseSlot::wrap(id, wallet, key, stretched, random)?;
        Ok(Self { id, entry: as_read(&slot.entry(id))?, kind: Kind::Passphrase(slot) })
    }

    pub(super) fn of_phrase(
        id: u32,
        wallet: &[u8; 16],
        key: &FileKey,
        root: &Root,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let slot = PhraseSlot::wrap(id, wallet, key, root, random)?;
        Ok(Self { id, entry: as_read(&slot.entry(id))?, kind: Kind::Phrase(slot) })
    }

    pub(super) fn of_keyring(
        id: u32,
        wallet: &[u8; 16],
        key: &FileKey,
        secret: (&KeyringSecret, Access),
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let slot = KeyringSlot::wrap(id, wallet, key, secret, random)?;
        Ok(Self { id, entry: as_read(&slot.entry(id))?, kind: Kind::Keyring(slot) })
    }

    /// A slot for a new set of shares: so many are needed, of so many.
    pub(super) fn of_shares(
        id: u32,
        wallet: &[u8; 16],
        key: &FileKey,
        numbers: (u8, u8),
        random: &mut dyn Random,
    ) -> Result<(Self, Vec<Share>), WalletError> {
        let (slot, shares) = SharesSlot::new(id, wallet, key, numbers, random)?;
        Ok((Self { id, entry: as_read(&slot.entry(id))?, kind: Kind::Shares(slot) }, shares))
    }

    /// The same slot around another file key; `None` where no shares open it.
    pub(super) fn rewrapped(
        &self,
        wallet: &[u8; 16],
        key: &FileKey,
        secret: &SetSecret,
        random: &mut dyn Random,
    ) -> Result<Option<Self>, WalletError> {
        let Kind::Shares(slot) = &self.kind else {
            return Ok(None);
        };
        let (id, slot) = (self.id, slot.wrap(self.id, wallet, key, secret, random)?);
        Ok(Some(Self { id, entry: as_read(&slot.entry(id))?, kind: Kind::Shares(slot) }))
    }

    pub(super) fn entry(&self) -> &Json<'static> {
        &self.entry
    }

    pub(super) fn info(&self) -> SlotInfo {
        let kind = match &self.kind {
            Kind::Passphrase(slot) => SlotKind::Passphrase(slot.kdf()),
            Kind::Phrase(_) => SlotKind::Phrase,
            Kind::Shares(slot) => SlotKind::Shares {
                set: slot.set(),
                threshold: slot.threshold(),
                shares: slot.shares(),
            },
            Kind::Keyring(slot) => SlotKind::Keyring(slot.access()),
            Kind::Other(name) => SlotKind::Other(name.clone()),
        };
        SlotInfo { id: self.id, kind }
    }

    pub(super) fn is_passphrase(&self) -> bool {
        matches!(self.kind, Kind::Passphrase(_))
    }

    pub(super) fn is_phrase(&self) -> bool {
        matches!(self.kind, Kind::Phrase(_))
    }

    /// `None` where no passphrase opens it.
    pub(super) fn try_passphrase(
        &self,
        wallet: &[u8; 16],
        passphrase: &Passphrase,
    ) -> Option<Result<(FileKey, Stretched), WalletError>> {
        match &self.kind {
            Kind::Passphrase(slot) => Some(slot.unwrap(self.id, wallet, passphrase)),
            _ => None,
        }
    }

    /// The set of shares that opens it, where one does.
    pub(super) fn set(&self) -> Option<SetId> {
        match &self.kind {
            Kind::Shares(slot) => Some(slot.set()),
            _ => None,
        }
    }

    /// With shares of its own set; `None` where no shares open it.
    pub(super) fn try_shares(
        &self,
        wallet: &[u8; 16],
        shares: &[Share],
    ) -> Option<Result<(FileKey, SetSecret), ShareError>> {
        match &self.kind {
            Kind::Shares(slot) => Some(slot.unwrap(self.id, wallet, shares)),
            _ => None,
        }
    }

    /// `None` where the secret does not open it.
    pub(super) fn try_keyring(
        &self,
        wallet: &[u8; 16],
        secret: &KeyringSecret,
    ) -> Option<(FileKey, Access)> {
        match &self.kind {
            Kind::Keyring(slot) => Some((slot.unwrap(self.id, wallet, secret)?, slot.access())),
            _ => None,
        }
    }

    /// `None` where the phrase does not open it, or another one does.
    pub(super) fn try_phrase(&self, wallet: &[u8; 16], root: &Root) -> Option<FileKey> {
        match &self.kind {
            Kind::Phrase(slot) => slot.unwrap(self.id, wallet, root),
            _ => None,
        }
    }
}

/// An entry as it will be read from the file.
fn as_read(entry: &impl Serialize) -> Result<Json<'static>, WalletError> {
    let text = serde_json::to_vec(entry).map_err(|_| WalletError::Malformed)?;
    let json = json::parse(&text, MAX_HEADER).map_err(|_| WalletError::Malformed)?;
    Ok(json.into_owned())
}

impl Kind {
    fn read(name: &str, slot: &Object<'_>) -> Result<Self, WalletError> {
        match name {
            passphrase_slot::KIND => PassphraseSlot::read(slot).map(Self::Passphrase),
            phrase_slot::KIND => PhraseSlot::read(slot).map(Self::Phrase),
            shares_slot::KIND => SharesSlot::read(slot).map(Self::Shares),
            keyring_slot::KIND => KeyringSlot::read(slot).map(Self::Keyring),
            other => Ok(Self::Other(other.to_owned())),
        }
    }
}
