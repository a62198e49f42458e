//! Sealed files, opened with the keys of a wallet.

use zeroize::Zeroizing;

use super::Wallet;
use crate::format::jwe::JweError;
use crate::sealed::{SealedError, SealedFile};

impl Wallet {
    /// Opens a file sealed to one of its keys, also one that is retired: a file may have been on its way when it was.
    /// Where the file names no key, each of that kind is tried. A wallet that was opened for reading does this too.
    ///
    /// # Errors
    /// [`JweError::NotForUs`] when no key opens it; [`JweError::Backend`].
    pub fn open_sealed(&self, file: &SealedFile<'_>) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let own = self.held().filter(|held| file.may_be_for(held.public()));
        for held in own {
            match file.open(&held.key) {
                Err(SealedError::Jwe(JweError::NotForUs)) => {}
                opened => return opened,
            }
        }
        Err(JweError::NotForUs.into())
    }
}
