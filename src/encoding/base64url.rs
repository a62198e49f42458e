//! base64url without padding, canonical only (RFC 4648 §5; RFC 7515 §2).

use std::sync::LazyLock;

use base64::engine::general_purpose::NO_PAD;
use base64::{DecodeSliceError, Engine};

use super::EncodingError;

/// Uses the vector instructions of the processor where there are any.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static URL_SAFE_NO_PAD: LazyLock<base64::engine::Simd> =
    LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes without padding, behind what `out` holds already.
pub(crate) fn append(bytes: &[u8], out: &mut Vec<u8>) {
    let begin = out.len();
    // Four characters for three bytes; of the last one or two bytes, one character more than they are.
    out.resize(begin + bytes.len() + bytes.len().div_ceil(3), 0);
    if let Some(place) = out.get_mut(begin..) {
        let _fits = URL_SAFE_NO_PAD.encode_slice(bytes, place);
    }
}

/// The 43 characters of 32 bytes.
pub(crate) fn of_digest(digest: &[u8; 32]) -> [u8; 43] {
    let mut out = [0; 43];
    let _fits = URL_SAFE_NO_PAD.encode_slice(digest, &mut out);
    out
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
    decode_sized(text)?.ok_or(EncodingError::Base64)
}

/// Decodes `N` bytes; `None` for what is well written and has another length.
///
/// # Errors
/// [`EncodingError::Base64`].
pub(crate) fn decode_sized<const N: usize>(text: &str) -> Result<Option<[u8; N]>, EncodingError> {
    let mut out = [0; N];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut out) {
        Ok(length) => Ok((length == N).then_some(out)),
        Err(DecodeSliceError::OutputSliceTooSmall) => decode(text).map(|_| None),
        Err(DecodeSliceError::DecodeError(_)) => Err(EncodingError::Base64),
    }
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
        assert!(decode_array::<1>("-_8").is_err());
    }

    #[test]
    fn long_texts_are_read_as_strictly() {
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as PLAIN;
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        for length in 0..bytes.len() {
            let text = encode(&bytes[..length]);
            assert_eq!(text, PLAIN.encode(&bytes[..length]));
            let mut behind = b"~".to_vec();
            append(&bytes[..length], &mut behind);
            assert_eq!(behind, format!("~{text}").into_bytes());
            assert_eq!(decode(&text).as_deref(), Ok(&bytes[..length]));
        }
        let digest: [u8; 32] = bytes[200..232].try_into().unwrap();
        assert_eq!(of_digest(&digest).as_slice(), PLAIN.encode(digest).as_bytes());
        let text = encode(&bytes[..100]);
        for at in 0..text.len() {
            for other in 0..128 {
                let mut near = text.clone().into_bytes();
                near[at] = other;
                let near = String::from_utf8(near).unwrap();
                assert_eq!(decode(&near).ok(), PLAIN.decode(&near).ok(), "{at} {other}");
            }
        }
    }

    #[test]
    fn another_length_is_told_from_another_writing() {
        assert_eq!(decode_sized::<2>("-_8"), Ok(Some([0xfb, 0xff])));
        for other in ["", "-w", "-_8A", "-_8A-_8A"] {
            assert_eq!(decode_sized::<2>(other), Ok(None), "{other:?}");
        }
        for bad in ["-_9", "-_8=", "-_8A-_8=", "+/8A+/8A"] {
            assert_eq!(decode_sized::<2>(bad), Err(EncodingError::Base64), "{bad:?}");
        }
    }
}
