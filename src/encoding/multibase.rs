//! Multibase in the one base our DIDs use: `z`, base58btc.

use super::EncodingError;

/// Longest text read, as long as a DID may be: an RSA multikey of 4096 bits has 722 characters.
/// Decoding is quadratic, so this is a bound.
const MAX_LEN: usize = 1024;

/// Encodes as `z` + base58btc.
pub fn encode(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// Decodes `z` + base58btc.
///
/// # Errors
/// [`EncodingError::Multibase`] for another base or alphabet, [`EncodingError::TooLarge`] past 1024 characters.
pub fn decode(text: &str) -> Result<Vec<u8>, EncodingError> {
    if text.len() > MAX_LEN {
        return Err(EncodingError::TooLarge);
    }
    let body = text.strip_prefix('z').ok_or(EncodingError::Multibase)?;
    bs58::decode(body).into_vec().map_err(|_| EncodingError::Multibase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base58btc() {
        assert_eq!(decode(&encode(b"\0\0hello")).unwrap(), b"\0\0hello");
        assert_eq!(decode("uaGk"), Err(EncodingError::Multibase));
        assert_eq!(decode("z0OIl"), Err(EncodingError::Multibase));
        assert_eq!(decode(""), Err(EncodingError::Multibase));
        assert_eq!(decode(&format!("z{}", "1".repeat(1024))), Err(EncodingError::TooLarge));
    }
}
