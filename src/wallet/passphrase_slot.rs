//! The passphrase slot: the file key, wrapped with a key that costs effort to derive.

use serde::Serialize;
use zeroize::Zeroizing;

use super::derive::derive;
use super::file_key::FileKey;
use super::kdf::{KdfParams, Passphrase};
use super::{WalletError, cipher};
use crate::encoding::json::Object;
use crate::encoding::{Json, base64url};
use crate::random::{self, Random};

/// The slot's `kind`.
pub(super) const KIND: &str = "passphrase";
const KDF_ALGORITHM: &str = "argon2id";
const KEY_LABEL: &str = "bonafide/wallet/v1/slot/passphrase";
/// Begins what is authenticated with every slot.
pub(super) const ASSOCIATED_LABEL: &[u8] = b"bonafide/wallet/v1/slot";

/// One way in, by passphrase.
pub(super) struct PassphraseSlot {
    kdf: KdfParams,
    salt: [u8; 16],
    nonce: [u8; 24],
    wrapped: [u8; 48],
}

/// A passphrase after the work that it costs. Made before the file is locked.
pub(super) struct Stretched {
    kdf: KdfParams,
    salt: [u8; 16],
    key: Zeroizing<[u8; 32]>,
}

impl Stretched {
    /// Takes as long as `kdf` says.
    pub(super) fn new(
        passphrase: &Passphrase,
        kdf: KdfParams,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let salt = random::bytes(random)?;
        let key = derive(&*kdf.stretch(passphrase, &salt)?, KEY_LABEL);
        Ok(Self { kdf, salt, key })
    }
}

/// How the slot is written.
#[derive(Serialize)]
struct SlotEntry {
    id: u32,
    kind: &'static str,
    kdf: KdfEntry,
    nonce: String,
    wrapped: String,
}

#[derive(Serialize)]
struct KdfEntry {
    algorithm: &'static str,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

impl PassphraseSlot {
    /// Wraps the file key.
    pub(super) fn wrap(
        id: u32,
        wallet: &[u8; 16],
        file_key: &FileKey,
        stretched: &Stretched,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        let Stretched { kdf, salt, key } = stretched;
        let (kdf, salt, nonce) = (*kdf, *salt, random::bytes(random)?);
        let mut slot = Self { kdf, salt, nonce, wrapped: [0; 48] };
        let associated = slot.associated(id, wallet);
        let wrapped = cipher::seal(key, &slot.nonce, &associated, file_key.as_bytes())?;
        slot.wrapped = wrapped.try_into().map_err(|_| WalletError::TooLarge)?;
        Ok(slot)
    }

    /// What trying a passphrase costs.
    pub(super) fn kdf(&self) -> KdfParams {
        self.kdf
    }

    /// The file key, and the work done for it; [`WalletError::WrongPassphrase`] also when the slot was
    /// changed.
    pub(super) fn unwrap(
        &self,
        id: u32,
        wallet: &[u8; 16],
        passphrase: &Passphrase,
    ) -> Result<(FileKey, Stretched), WalletError> {
        let key = derive(&*self.kdf.stretch(passphrase, &self.salt)?, KEY_LABEL);
        let associated = self.associated(id, wallet);
        let plain = cipher::open(&key, &self.nonce, &associated, &self.wrapped)
            .ok_or(WalletError::WrongPassphrase)?;
        let bytes = plain.as_slice().try_into();
        let bytes = bytes.map_err(|_| WalletError::WrongPassphrase)?;
        Ok((FileKey::from_bytes(bytes), Stretched { kdf: self.kdf, salt: self.salt, key }))
    }

    /// Binds the wrapped key to its wallet, its place and its costs.
    fn associated(&self, id: u32, wallet: &[u8; 16]) -> Vec<u8> {
        let numbers = [self.kdf.memory_kib(), self.kdf.passes(), self.kdf.lanes()];
        let numbers = numbers.map(u32::to_be_bytes);
        [
            ASSOCIATED_LABEL,
            wallet,
            &id.to_be_bytes(),
            KIND.as_bytes(),
            &[0],
            KDF_ALGORITHM.as_bytes(),
            &[0],
            numbers.as_flattened(),
            &self.salt,
        ]
        .concat()
    }

    pub(super) fn entry(&self, id: u32) -> impl Serialize + use<> {
        SlotEntry {
            id,
            kind: KIND,
            kdf: KdfEntry {
                algorithm: KDF_ALGORITHM,
                memory_kib: self.kdf.memory_kib(),
                passes: self.kdf.passes(),
                lanes: self.kdf.lanes(),
                salt: base64url::encode(self.salt),
            },
            nonce: base64url::encode(self.nonce),
            wrapped: base64url::encode(self.wrapped),
        }
    }

    /// Reads a slot of this kind and checks its costs, before anything is spent on it.
    pub(super) fn read(slot: &Object<'_>) -> Result<Self, WalletError> {
        let kdf = slot.get("kdf").and_then(Json::as_object);
        let kdf = kdf.ok_or(WalletError::Malformed)?;
        if kdf.get_str("algorithm") != Some(KDF_ALGORITHM) {
            return Err(WalletError::Malformed);
        }
        let (memory_kib, passes) = (cost(kdf, "memory_kib")?, cost(kdf, "passes")?);
        Ok(Self {
            kdf: KdfParams::new(memory_kib, passes, cost(kdf, "lanes")?)?,
            salt: bytes(kdf, "salt")?,
            nonce: bytes(slot, "nonce")?,
            wrapped: bytes(slot, "wrapped")?,
        })
    }
}

/// A cost; whatever is no 32-bit number is far outside the bounds and refused as such.
fn cost(kdf: &Object<'_>, name: &str) -> Result<u32, WalletError> {
    let number = kdf.get(name).and_then(Json::as_i64);
    let number = number.ok_or(WalletError::Malformed)?;
    u32::try_from(number).map_err(|_| WalletError::KdfOutOfBounds)
}

/// A member that holds `N` bytes.
pub(super) fn bytes<const N: usize>(
    object: &Object<'_>,
    name: &str,
) -> Result<[u8; N], WalletError> {
    let text = object.get_str(name).ok_or(WalletError::Malformed)?;
    base64url::decode_array(text).map_err(|_| WalletError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use crate::random::SystemRandom;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    fn slot(file_key: &FileKey) -> PassphraseSlot {
        let right = passphrase("right");
        let random = &mut SystemRandom;
        let stretched = Stretched::new(&right, KdfParams::LOWEST, random).unwrap();
        PassphraseSlot::wrap(0, &[1; 16], file_key, &stretched, random).unwrap()
    }

    #[test]
    fn only_the_right_passphrase_in_the_right_place_unwraps() {
        let file_key = FileKey::from_bytes(&[9; 32]);
        let mut slot = slot(&file_key);
        let (unwrapped, _) = slot.unwrap(0, &[1; 16], &passphrase("right")).unwrap();
        assert_eq!(unwrapped.as_bytes(), file_key.as_bytes());
        let refused = |slot: &PassphraseSlot, id, wallet, text| {
            slot.unwrap(id, &[wallet; 16], &passphrase(text)).err().unwrap().code()
        };
        assert_eq!(refused(&slot, 0, 1, "wrong"), "wrong-passphrase");
        assert_eq!(refused(&slot, 0, 2, "right"), "wrong-passphrase");
        assert_eq!(refused(&slot, 1, 1, "right"), "wrong-passphrase");
        slot.wrapped[3] ^= 1;
        assert_eq!(refused(&slot, 0, 1, "right"), "wrong-passphrase");
    }

    #[test]
    fn is_read_as_written_and_only_with_bearable_costs() {
        let slot = slot(&FileKey::from_bytes(&[9; 32]));
        let text = serde_json::to_string(&slot.entry(0)).unwrap();
        let read = |text: &str| {
            let object = json::parse_object(text.as_bytes(), 4096).unwrap();
            PassphraseSlot::read(&object)
        };
        assert!(read(&text).unwrap().unwrap(0, &[1; 16], &passphrase("right")).is_ok());
        let changes = [
            ("19456", "4294967296", "kdf-out-of-bounds"),
            ("19456", "4294967295", "kdf-out-of-bounds"),
            ("19456", "1048577", "kdf-out-of-bounds"),
            ("19456", "8", "kdf-out-of-bounds"),
            ("19456", "-1", "kdf-out-of-bounds"),
            ("19456", "1e5", "wallet-malformed"),
            ("19456", "\"19456\"", "wallet-malformed"),
            ("\"passes\":2", "\"passes\":1", "kdf-out-of-bounds"),
            ("\"passes\":2", "\"passes\":17", "kdf-out-of-bounds"),
            ("\"lanes\":1", "\"lanes\":5", "kdf-out-of-bounds"),
            ("argon2id", "argon2i", "wallet-malformed"),
            ("\"salt\":\"", "\"salt\":\"AA", "wallet-malformed"),
            ("\"wrapped\":\"", "\"wrapped\":\"AAAA", "wallet-malformed"),
        ];
        for (from, to, code) in changes {
            let refused = read(&text.replace(from, to)).err().unwrap();
            assert_eq!(refused.code(), code, "{to}");
        }
    }
}
