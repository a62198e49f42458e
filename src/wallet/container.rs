//! How a wallet file is cut into its parts. Nothing is decrypted or trusted here.

use super::WalletError;
use super::cipher::TAG_LEN;
use super::content::BLOCK;

/// The oldest format version read; written while it can hold the content.
pub(super) const OLDEST: u16 = 1;

/// The newest format version, whose keys have a record.
pub(super) const NEWEST: u16 = 2;

/// Largest file read or written.
pub(super) const MAX_FILE: usize = 64 << 20;

/// Largest header.
pub(super) const MAX_HEADER: usize = 64 << 10;

const MAGIC: &[u8; 8] = b"BONAFIDE";

/// The parts of a wallet file, borrowed from its bytes.
pub(super) struct Container<'a> {
    /// The format version: which content is inside.
    pub(super) version: u16,
    /// Everything before the nonce, as received: associated data of the payload.
    pub(super) prefix: &'a [u8],
    /// The header, JSON. Copied as it is when the payload is rewritten, so that what we do not understand survives.
    pub(super) header: &'a [u8],
    pub(super) nonce: &'a [u8; 24],
    /// The sealed payload.
    pub(super) sealed: &'a [u8],
}

impl<'a> Container<'a> {
    /// Cuts the file, checking every length.
    pub(super) fn split(file: &'a [u8]) -> Result<Self, WalletError> {
        if file.len() > MAX_FILE {
            return Err(WalletError::TooLarge);
        }
        let rest = file.strip_prefix(MAGIC).ok_or(WalletError::Malformed)?;
        let (version, rest) = rest.split_first_chunk().ok_or(WalletError::Malformed)?;
        let found = u16::from_be_bytes(*version);
        if !(OLDEST..=NEWEST).contains(&found) {
            return Err(WalletError::Version { found });
        }
        Self::split_body(file, found, rest).ok_or(WalletError::Malformed)
    }

    fn split_body(file: &'a [u8], version: u16, rest: &'a [u8]) -> Option<Self> {
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (header, rest) = rest.split_at_checked(length)?;
        let prefix = file.get(..file.len().checked_sub(rest.len())?)?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        let plain_len = sealed.len().checked_sub(TAG_LEN)?;
        let sound = length <= MAX_HEADER && plain_len > 0 && plain_len.is_multiple_of(BLOCK);
        sound.then_some(Self { version, prefix, header, nonce, sealed })
    }
}

/// Everything before the nonce.
pub(super) fn prefix(version: u16, header: &[u8]) -> Result<Vec<u8>, WalletError> {
    let length = u32::try_from(header.len()).map_err(|_| WalletError::TooLarge)?;
    let (version, length) = (version.to_be_bytes(), length.to_be_bytes());
    Ok([MAGIC.as_slice(), &version, &length, header].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(header_len: usize, sealed_len: usize) -> Vec<u8> {
        let mut file = prefix(OLDEST, &vec![b'h'; header_len]).unwrap();
        file.extend([7; 24]);
        file.extend(vec![9; sealed_len]);
        file
    }

    fn refusal(file: &[u8]) -> &'static str {
        Container::split(file).err().unwrap().code()
    }

    #[test]
    fn parts_are_found() {
        let file = sample(5, 4096 + 16);
        let parts = Container::split(&file).unwrap();
        assert_eq!(parts.prefix, b"BONAFIDE\x00\x01\x00\x00\x00\x05hhhhh");
        assert_eq!(parts.header, b"hhhhh");
        assert_eq!(parts.nonce, &[7; 24]);
        assert_eq!(parts.sealed, &[9; 4096 + 16]);
    }

    #[test]
    fn every_truncation_is_malformed() {
        let file = sample(300, 4096 + 16);
        for length in 0..file.len() {
            assert_eq!(refusal(&file[..length]), "wallet-malformed", "{length}");
        }
    }

    #[test]
    fn lengths_and_versions_are_bounded() {
        assert!(Container::split(&sample(MAX_HEADER, 4112)).is_ok());
        assert_eq!(refusal(&sample(MAX_HEADER + 1, 4112)), "wallet-malformed");
        assert_eq!(refusal(&sample(5, 16)), "wallet-malformed");
        assert_eq!(refusal(&vec![0; MAX_FILE + 1]), "too-large");
        let mut file = sample(5, 4112);
        file[9] = 2;
        assert_eq!(Container::split(&file).ok().unwrap().version, 2);
        file[9] = 0;
        assert_eq!(refusal(&file), "wallet-version");
        file[9] = 3;
        let refused = Container::split(&file).err().unwrap();
        assert_eq!(refused.code(), "wallet-version");
        assert_eq!(refused.to_string(), "wallet format 3; this program reads 1 to 2");
        file[10..14].fill(0xff);
        assert_eq!(refusal(&file), "wallet-version");
        file[9] = 1;
        assert_eq!(refusal(&file), "wallet-malformed");
    }
}
