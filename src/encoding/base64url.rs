//! base64url without padding, canonical only (RFC 4648 §5; RFC 7515 §2).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::EncodingError;

/// Encodes without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes without padding, behind what `out` holds already.
pub(crate) fn append(bytes: impl AsRef<[u8]>, out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Decodes; padding, the other alphabet, white space and spare bits are refused.
///
/// # Errors
/// [`EncodingError::Base64`].
pub fn decode(text: &str) -> Result<Vec<u8>, EncodingError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| EncodingError::Base64)
}

/// Decodes exactly `N` bytes.
///
/// # Errors
/// [`EncodingError::Base64`], also for another length.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], EncodingError> {
    decode(text)?.try_into().map_err(|_| EncodingError::Base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_is_read() {
        assert_eq!(decode("-_8"), Ok(vec![0xfb, 0xff]));
        for bad in ["-_8=", "+/8", "-_9", "-_8 ", "-_8\n", "A", "-_8=="] {
            assert_eq!(decode(bad), Err(EncodingError::Base64), "{bad:?}");
        }
        assert_eq!(decode_array::<2>("-_8"), Ok([0xfb, 0xff]));
        assert!(decode_array::<3>("-_8").is_err());
    }
}
