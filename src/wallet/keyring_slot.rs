//! The keyring slot: the file key, wrapped with a secret that the operating system keeps for its user.

use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use super::derive::derive;
use super::file_key::FileKey;
use super::{Access, WalletError, cipher, passphrase_slot};
use crate::encoding::json::Object;
use crate::encoding::{Json, base64url};
use crate::random::{self, Random};

pub(super) const KIND: &str = "keyring";
const KEY_LABEL: &str = "bonafide/wallet/v1/slot/keyring";

/// What the operating system's keyring keeps to open a wallet: 256 random bits.
///
/// Whoever can read it and has the wallet's file can open it. Which access a slot gives is kept by this
/// library, not by mathematics.
pub struct KeyringSecret(Zeroizing<[u8; 32]>);

impl KeyringSecret {
    /// A new secret.
    ///
    /// # Errors
    /// [`WalletError::Random`] when the random source fails.
    pub fn generate(random: &mut dyn Random) -> Result<Self, WalletError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// The secret as the keyring gave it back; `None` for another length than 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes: &[u8; 32]| Self(Zeroizing::new(*bytes)))
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The same secret once more, for the slot that it opened.
    pub(super) fn again(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for KeyringSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyringSecret(secret)")
    }
}

pub(super) struct KeyringSlot {
    access: Access,
    nonce: [u8; 24],
    wrapped: [u8; 48],
}

/// How the slot is written.
#[derive(Serialize)]
struct SlotEntry {
    id: u32,
    kind: &'static str,
    may_sign: bool,
    nonce: String,
    wrapped: String,
}

impl KeyringSlot {
    pub(super) fn wrap(
        id: u32,
        wallet: &[u8; 16],
        file_key: &FileKey,
        (secret, access): (&KeyringSecret, Access),
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let nonce = random::bytes(random)?;
        let key = derive(&secret.0, KEY_LABEL);
        let associated = associated(id, wallet, access);
        let wrapped = cipher::seal(&key, &nonce, &associated, file_key.as_bytes())?;
        let wrapped = wrapped.try_into().map_err(|_| WalletError::TooLarge)?;
        Ok(Self { access, nonce, wrapped })
    }

    pub(super) fn access(&self) -> Access {
        self.access
    }

    /// `None` when the secret is another one, or the slot is damaged.
    pub(super) fn unwrap(
        &self,
        id: u32,
        wallet: &[u8; 16],
        secret: &KeyringSecret,
    ) -> Option<FileKey> {
        let key = derive(&secret.0, KEY_LABEL);
        let associated = associated(id, wallet, self.access);
        let plain = cipher::open(&key, &self.nonce, &associated, &self.wrapped)?;
        Some(FileKey::from_bytes(plain.as_slice().try_into().ok()?))
    }

    pub(super) fn entry(&self, id: u32) -> impl Serialize + use<> {
        let (nonce, wrapped) = (base64url::encode(self.nonce), base64url::encode(self.wrapped));
        SlotEntry { id, kind: KIND, may_sign: self.access == Access::Full, nonce, wrapped }
    }

    pub(super) fn read(slot: &Object<'_>) -> Result<Self, WalletError> {
        let access = match slot.get("may_sign") {
            Some(Json::Bool(true)) => Access::Full,
            Some(Json::Bool(false)) => Access::Reading,
            _ => return Err(WalletError::Malformed),
        };
        let nonce = passphrase_slot::bytes(slot, "nonce")?;
        Ok(Self { access, nonce, wrapped: passphrase_slot::bytes(slot, "wrapped")? })
    }
}

/// Ties the slot to its wallet and place, and to what it allows.
fn associated(id: u32, wallet: &[u8; 16], access: Access) -> Vec<u8> {
    let may_sign = [u8::from(access == Access::Full)];
    let label = passphrase_slot::ASSOCIATED_LABEL;
    [label, wallet, &id.to_be_bytes(), KIND.as_bytes(), &[0], &may_sign].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use crate::random::SystemRandom;

    const WALLET: [u8; 16] = [1; 16];

    fn secret() -> KeyringSecret {
        KeyringSecret::from_bytes(&[5; 32]).unwrap()
    }

    fn slot(access: Access) -> KeyringSlot {
        let key = FileKey::from_bytes(&[9; 32]);
        KeyringSlot::wrap(3, &WALLET, &key, (&secret(), access), &mut SystemRandom).unwrap()
    }

    #[test]
    fn only_the_right_secret_place_and_access_unwrap() {
        let mut slot = slot(Access::Reading);
        assert_eq!(slot.unwrap(3, &WALLET, &secret()).unwrap().as_bytes(), &[9; 32]);
        let other = KeyringSecret::from_bytes(&[6; 32]).unwrap();
        assert!(slot.unwrap(3, &WALLET, &other).is_none());
        assert!(slot.unwrap(4, &WALLET, &secret()).is_none());
        assert!(slot.unwrap(3, &[2; 16], &secret()).is_none());
        slot.access = Access::Full;
        assert!(slot.unwrap(3, &WALLET, &secret()).is_none());
        slot.access = Access::Reading;
        slot.wrapped[0] ^= 1;
        assert!(slot.unwrap(3, &WALLET, &secret()).is_none());
    }

    #[test]
    fn is_read_as_written() {
        for access in [Access::Reading, Access::Full] {
            let text = serde_json::to_string(&slot(access).entry(3)).unwrap();
            let read =
                |text: &str| KeyringSlot::read(&json::parse_object(text.as_bytes(), 4096).unwrap());
            let again = read(&text).unwrap();
            assert_eq!(again.access(), access);
            assert!(again.unwrap(3, &WALLET, &secret()).is_some());
            let said = if access == Access::Full { "true" } else { "false" };
            for (from, to) in [(said, "1"), ("\"nonce\":\"", "\"nonce\":\"AAAA"), ("wrapped", "x")]
            {
                let changed = text.replacen(from, to, 1);
                assert_ne!(changed, text, "{from}");
                assert_eq!(read(&changed).err().unwrap().code(), "wallet-malformed", "{to}");
            }
        }
    }

    #[test]
    fn a_secret_has_its_length_and_shows_nothing() {
        assert!(KeyringSecret::from_bytes(&[0; 31]).is_none());
        assert!(KeyringSecret::from_bytes(&[0; 33]).is_none());
        assert_eq!(format!("{:?}", secret()), "KeyringSecret(secret)");
        let two = [(); 2].map(|()| KeyringSecret::generate(&mut SystemRandom).unwrap());
        assert_ne!(two[0].as_bytes(), two[1].as_bytes());
    }
}
