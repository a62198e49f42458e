//! The random key of one wallet file. Slots wrap it; it seals the payload.

use std::fmt;

use zeroize::Zeroizing;

use super::cipher::{self, TAG_LEN};
use super::container::{Container, MAX_FILE};
use super::derive::derive;
use super::lineage::Tag;
use super::store::Wallet;
use super::{WalletError, content};
use crate::random::{self, Random};

const PAYLOAD_LABEL: &str = "bonafide/wallet/v1/payload";

pub(super) struct FileKey(Zeroizing<[u8; 32]>);

impl FileKey {
    pub(super) fn generate(random: &mut dyn Random) -> Result<Self, WalletError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes of a whole file: `prefix`, a fresh nonce, and the wallet sealed with both.
    pub(super) fn seal(
        &self,
        prefix: &[u8],
        wallet: &Wallet,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, WalletError> {
        let plain = content::encode(wallet)?;
        let nonce: [u8; 24] = random::bytes(random)?;
        if prefix.len() + nonce.len() + plain.len() + TAG_LEN > MAX_FILE {
            return Err(WalletError::TooLarge);
        }
        let sealed = cipher::seal(&self.payload_key(), &nonce, prefix, &plain)?;
        Ok([prefix, &nonce, &sealed].concat())
    }

    /// The wallet inside a file.
    pub(super) fn open(&self, file: &Container<'_>) -> Result<Wallet, WalletError> {
        let plain = cipher::open(&self.payload_key(), file.nonce, file.prefix, file.sealed);
        let mut wallet = content::decode(&plain.ok_or(WalletError::Corrupt)?, file.version)?;
        wallet.tag = tag(file.nonce);
        Ok(wallet)
    }

    /// The wallet of a file that was just sealed is in that state from now on.
    pub(super) fn mark(wallet: &mut Wallet, file: &[u8]) -> Result<(), WalletError> {
        wallet.tag = tag(Container::split(file)?.nonce);
        Ok(())
    }

    fn payload_key(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.0, PAYLOAD_LABEL)
    }
}

/// The name of the state with that nonce.
fn tag(nonce: &[u8; 24]) -> Tag {
    let [a, b, c, d, e, f, g, h, ..] = *nonce;
    [a, b, c, d, e, f, g, h]
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::key::Algorithm;
    use crate::random::SystemRandom;
    use crate::wallet::container;

    fn wallet() -> Wallet {
        let now = Timestamp::from_unix(0).unwrap();
        Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom).unwrap()
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let key = FileKey::generate(&mut SystemRandom).unwrap();
        let prefix = container::prefix(1, b"{}").unwrap();
        let file = key.seal(&prefix, &wallet(), &mut SystemRandom).unwrap();
        assert!(key.open(&Container::split(&file).unwrap()).is_ok());
        let other = FileKey::generate(&mut SystemRandom).unwrap();
        let refused = other.open(&Container::split(&file).unwrap()).unwrap_err();
        assert_eq!(refused.code(), "wallet-corrupt");
        // From the header on, every byte; each changes either the associated data or the sealed part.
        for at in (14..file.len()).step_by(7) {
            let mut changed = file.clone();
            changed[at] ^= 0x80;
            let refused = key.open(&Container::split(&changed).unwrap()).unwrap_err();
            assert_eq!(refused.code(), "wallet-corrupt", "{at}");
        }
        assert_eq!(format!("{key:?}"), "FileKey(secret)");
    }

    #[test]
    fn a_wallet_too_large_to_be_read_again_is_not_sealed() {
        let key = FileKey::generate(&mut SystemRandom).unwrap();
        let mut wallet = wallet();
        wallet.add("x".repeat(MAX_FILE), wallet.created());
        let refused = key.seal(b"", &wallet, &mut SystemRandom).unwrap_err();
        assert_eq!(refused.code(), "too-large");
    }
}
