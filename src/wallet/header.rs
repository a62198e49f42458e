//! The header: which wallet this is, and the slots that open it.

use serde::Serialize;

use super::container::MAX_HEADER;
use super::file_key::FileKey;
use super::kdf::Passphrase;
use super::keyring_slot::KeyringSecret;
use super::passphrase_slot::Stretched;
use super::root::Root;
use super::share::Share;
use super::shares_slot::SetSecret;
use super::slot::{Slot, SlotInfo};
use super::{Access, ShareError, WalletError};
use crate::encoding::json::{self, Object};
use crate::encoding::{Json, base64url};

/// More slots than anybody needs; each may cost a derivation.
pub(super) const MAX_SLOTS: usize = 8;

/// The header as read. Members that this version does not know are kept.
pub(super) struct Header {
    pub(super) wallet: [u8; 16],
    pub(super) slots: Vec<Slot>,
    other: Object<'static>,
}

/// The slot that opened a wallet, and what it takes to wrap another file key in it.
pub(super) struct OpenedBy {
    pub(super) id: u32,
    pub(super) secret: SlotSecret,
}

pub(super) enum SlotSecret {
    Passphrase(Stretched),
    Shares(SetSecret),
    Keyring(KeyringSecret, Access),
}

/// How the header is written.
#[derive(Serialize)]
struct HeaderEntry<'h> {
    wallet: String,
    slots: Vec<&'h Json<'static>>,
    #[serde(flatten)]
    other: &'h Object<'static>,
}

impl Header {
    /// Of a new wallet.
    pub(super) fn new(wallet: [u8; 16], slots: Vec<Slot>) -> Self {
        Self { wallet, slots, other: Object::default() }
    }

    /// Reads and checks the header, with all costs in it, before anything is spent on a passphrase.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, WalletError> {
        let mut object =
            json::parse_object(bytes, MAX_HEADER).map_err(|_| WalletError::Malformed)?;
        let Some(Json::String(wallet)) = object.remove("wallet") else {
            return Err(WalletError::Malformed);
        };
        let Some(Json::Array(entries)) = object.remove("slots") else {
            return Err(WalletError::Malformed);
        };
        if entries.len() > MAX_SLOTS {
            return Err(WalletError::Malformed);
        }
        let slots = entries.iter().map(Slot::read).collect::<Result<Vec<_>, _>>()?;
        let mut ids: Vec<u32> = slots.iter().map(|slot| slot.id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(WalletError::Malformed);
        }
        let wallet = base64url::decode_array(&wallet).map_err(|_| WalletError::Malformed)?;
        Ok(Self { wallet, slots, other: object.into_owned() })
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, WalletError> {
        let entry = HeaderEntry {
            wallet: base64url::encode(self.wallet),
            slots: self.slots.iter().map(Slot::entry).collect(),
            other: &self.other,
        };
        serde_json::to_vec(&entry)
            .map_err(|fault| WalletError::io("write the header of the wallet")(fault.into()))
    }

    /// The file key, from the first slot that the passphrase opens.
    pub(super) fn unlock(
        &self,
        passphrase: &Passphrase,
    ) -> Result<(FileKey, OpenedBy), WalletError> {
        let mut fault = WalletError::NoPassphraseSlot;
        for slot in &self.slots {
            match slot.try_passphrase(&self.wallet, passphrase) {
                None => {}
                Some(Err(WalletError::WrongPassphrase)) => fault = WalletError::WrongPassphrase,
                Some(done) => {
                    let (key, stretched) = done?;
                    let secret = SlotSecret::Passphrase(stretched);
                    return Ok((key, OpenedBy { id: slot.id, secret }));
                }
            }
        }
        Err(fault)
    }

    /// The file key, from the root.
    pub(super) fn unlock_with_root(&self, root: &Root) -> Result<FileKey, WalletError> {
        let key = self.slots.iter().find_map(|slot| slot.try_phrase(&self.wallet, root));
        key.ok_or(WalletError::WrongPhrase)
    }

    /// The file key, from what the operating system keeps.
    pub(super) fn unlock_with_keyring(
        &self,
        secret: &KeyringSecret,
    ) -> Result<(FileKey, OpenedBy), WalletError> {
        let opened = |slot: &Slot| Some((slot.id, slot.try_keyring(&self.wallet, secret)?));
        let (id, (key, access)) =
            self.slots.iter().find_map(opened).ok_or(WalletError::WrongKeyringSecret)?;
        Ok((key, OpenedBy { id, secret: SlotSecret::Keyring(secret.again(), access) }))
    }

    /// The file key, from shares of one set. A share that does not belong is named by its place.
    pub(super) fn unlock_with_shares(
        &self,
        shares: &[Share],
    ) -> Result<(FileKey, OpenedBy), ShareError> {
        let slot_of = |set| self.slots.iter().find(|slot| slot.set() == Some(set));
        if self.slots.iter().all(|slot| slot.set().is_none()) {
            return Err(ShareError::NoSlot);
        }
        for (at, Share { set, number, .. }) in shares.iter().enumerate() {
            if slot_of(*set).is_none() {
                return Err(ShareError::Stranger { at, number: *number, set: *set });
            }
        }
        // The set that most are of; the first of two that are even.
        let count = |set| shares.iter().filter(|share| share.set == set).count();
        let most = shares.iter().map(|share| share.set).rev().max_by_key(|set| count(*set));
        let slot = most.and_then(slot_of).ok_or(ShareError::TooFew { here: 0, needed: 2 })?;
        let set = slot.set();
        if let Some(at) = shares.iter().position(|share| Some(share.set) != set)
            && let Some(Share { number, set, .. }) = shares.get(at)
        {
            return Err(ShareError::OtherSet { at, number: *number, set: *set });
        }
        let (key, secret) = slot.try_shares(&self.wallet, shares).ok_or(ShareError::NoSlot)??;
        Ok((key, OpenedBy { id: slot.id, secret: SlotSecret::Shares(secret) }))
    }

    pub(super) fn infos(&self) -> Vec<SlotInfo> {
        self.slots.iter().map(Slot::info).collect()
    }

    /// The lowest number that no slot has.
    pub(super) fn free_id(&self) -> Result<u32, WalletError> {
        if self.slots.len() >= MAX_SLOTS {
            return Err(WalletError::TooManySlots);
        }
        let is_free = |id: &u32| self.slots.iter().all(|slot| slot.id != *id);
        (0..).find(is_free).ok_or(WalletError::TooManySlots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use crate::wallet::KdfParams;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    fn header(passphrases: &[&str]) -> Header {
        let key = FileKey::from_bytes(&[9; 32]);
        let slots = (0..).zip(passphrases).map(|(id, text)| {
            let random = &mut SystemRandom;
            let stretched = Stretched::new(&passphrase(text), KdfParams::LOWEST, random).unwrap();
            Slot::of_passphrase(id, &[1; 16], &key, &stretched, random).unwrap()
        });
        Header::new([1; 16], slots.collect())
    }

    fn refusal(text: &str) -> &'static str {
        Header::read(text.as_bytes()).err().unwrap().code()
    }

    #[test]
    fn any_slot_opens() {
        let bytes = header(&["one", "two"]).write().unwrap();
        let header = Header::read(&bytes).unwrap();
        for (number, text) in ["one", "two"].into_iter().enumerate() {
            let (key, by) = header.unlock(&passphrase(text)).unwrap();
            assert_eq!((key.as_bytes(), by.id as usize), (&[9; 32], number));
        }
        let refused = header.unlock(&passphrase("three")).err().unwrap();
        assert_eq!(refused.code(), "wrong-passphrase");
    }

    #[test]
    fn slots_of_other_kinds_are_skipped() {
        let text = String::from_utf8(header(&["one"]).write().unwrap()).unwrap();
        let other = r#""slots":[{"id":7,"kind":"hardware","any":[{}]},"#;
        let more = text.replace(r#""slots":["#, other);
        let header = Header::read(more.as_bytes()).unwrap();
        assert!(header.unlock(&passphrase("one")).is_ok());
        let only = r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[{"id":0,"kind":"hardware"}]}"#;
        let header = Header::read(only.as_bytes()).unwrap();
        let refused = header.unlock(&passphrase("one")).err().unwrap();
        assert_eq!(refused.code(), "no-passphrase-slot");
    }

    #[test]
    fn headers_that_make_no_sense_are_refused() {
        let with_slots =
            |slots: &str| format!(r#"{{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[{slots}]}}"#);
        let slot = |id: i32| format!(r#"{{"id":{id},"kind":"hardware"}}"#);
        let many: Vec<String> = (0..9).map(slot).collect();
        let bad = [
            String::new(),
            "[]".to_owned(),
            "{}".to_owned(),
            r#"{"wallet":"AAAA","slots":[]}"#.to_owned(),
            r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(),
            r#"{"wallet":"AAAAAAAAAAAAAAAAAAAAAA","slots":[],"slots":[]}"#.to_owned(),
            with_slots("1"),
            with_slots(&slot(-1)),
            with_slots(r#"{"id":0}"#),
            with_slots(r#"{"id":0,"kind":"passphrase"}"#),
            with_slots(&format!("{},{}", slot(1), slot(1))),
            with_slots(&many.join(",")),
        ];
        for text in bad {
            assert_eq!(refusal(&text), "wallet-malformed", "{text}");
        }
    }
}
