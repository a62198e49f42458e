//! The phrase slot: the file key, wrapped with a key that follows from the root. So the 24 words open
//! the file too, and bring back the credentials in it.

use serde::Serialize;

use super::derive::derive;
use super::file_key::FileKey;
use super::root::Root;
use super::{WalletError, cipher, passphrase_slot};
use crate::encoding::base64url;
use crate::encoding::json::Object;
use crate::random::{self, Random};

pub(super) const KIND: &str = "phrase";
const KEY_LABEL: &str = "bonafide/wallet/v1/slot/phrase";

pub(super) struct PhraseSlot {
    nonce: [u8; 24],
    wrapped: [u8; 48],
}

/// How the slot is written.
#[derive(Serialize)]
struct SlotEntry {
    id: u32,
    kind: &'static str,
    nonce: String,
    wrapped: String,
}

impl PhraseSlot {
    pub(super) fn wrap(
        id: u32,
        wallet: &[u8; 16],
        file_key: &FileKey,
        root: &Root,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let nonce = random::bytes(random)?;
        let key = derive(root.as_bytes(), KEY_LABEL);
        let wrapped = cipher::seal(&key, &nonce, &associated(id, wallet), file_key.as_bytes())?;
        let wrapped = wrapped.try_into().map_err(|_| WalletError::TooLarge)?;
        Ok(Self { nonce, wrapped })
    }

    /// `None` when the root is another one, or the slot is damaged.
    pub(super) fn unwrap(&self, id: u32, wallet: &[u8; 16], root: &Root) -> Option<FileKey> {
        let key = derive(root.as_bytes(), KEY_LABEL);
        let plain = cipher::open(&key, &self.nonce, &associated(id, wallet), &self.wrapped)?;
        Some(FileKey::from_bytes(plain.as_slice().try_into().ok()?))
    }

    pub(super) fn entry(&self, id: u32) -> impl Serialize + use<> {
        let (nonce, wrapped) = (base64url::encode(self.nonce), base64url::encode(self.wrapped));
        SlotEntry { id, kind: KIND, nonce, wrapped }
    }

    pub(super) fn read(slot: &Object<'_>) -> Result<Self, WalletError> {
        let nonce = passphrase_slot::bytes(slot, "nonce")?;
        Ok(Self { nonce, wrapped: passphrase_slot::bytes(slot, "wrapped")? })
    }
}

/// Ties the slot to its wallet and place.
fn associated(id: u32, wallet: &[u8; 16]) -> Vec<u8> {
    [passphrase_slot::ASSOCIATED_LABEL, wallet, &id.to_be_bytes(), KIND.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use crate::random::SystemRandom;

    #[test]
    fn only_the_right_root_in_the_right_place_unwraps() {
        let (root, other) = (Root::from_bytes(&[7; 32]), Root::from_bytes(&[8; 32]));
        let key = FileKey::from_bytes(&[9; 32]);
        let mut slot = PhraseSlot::wrap(3, &[1; 16], &key, &root, &mut SystemRandom).unwrap();
        assert_eq!(slot.unwrap(3, &[1; 16], &root).unwrap().as_bytes(), key.as_bytes());
        assert!(slot.unwrap(3, &[1; 16], &other).is_none());
        assert!(slot.unwrap(4, &[1; 16], &root).is_none());
        assert!(slot.unwrap(3, &[2; 16], &root).is_none());
        slot.wrapped[0] ^= 1;
        assert!(slot.unwrap(3, &[1; 16], &root).is_none());
    }

    #[test]
    fn is_read_as_written() {
        let (root, key) = (Root::from_bytes(&[7; 32]), FileKey::from_bytes(&[9; 32]));
        let slot = PhraseSlot::wrap(3, &[1; 16], &key, &root, &mut SystemRandom).unwrap();
        let text = serde_json::to_string(&slot.entry(3)).unwrap();
        let read =
            |text: &str| PhraseSlot::read(&json::parse_object(text.as_bytes(), 4096).unwrap());
        assert!(read(&text).unwrap().unwrap(3, &[1; 16], &root).is_some());
        for (from, to) in [("\"nonce\":\"", "\"nonce\":\"AAAA"), ("\"wrapped\":\"", "\"more\":\"")]
        {
            assert_eq!(read(&text.replace(from, to)).err().unwrap().code(), "wallet-malformed");
        }
    }
}
