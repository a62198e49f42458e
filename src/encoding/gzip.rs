//! GZIP (RFC 1952), read with a bound, like [`super::zlib`].

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::EncodingError;

/// Compresses at the highest level. The header names no file and no time.
///
/// # Errors
/// [`EncodingError::Compression`] when the compressor fails.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| EncodingError::Compression)
}

/// Decompresses exactly one member, to at most `max` bytes. What is longer is refused, not cut.
///
/// # Errors
/// [`EncodingError::TooLarge`] past `max`; [`EncodingError::Compression`] when the member is damaged, breaks off or
/// has something behind it, a second member included.
pub fn decompress(bytes: &[u8], max: usize) -> Result<Vec<u8>, EncodingError> {
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut decoder = GzDecoder::new(bytes);
    let mut out = Vec::new();
    let read = decoder.by_ref().take(limit).read_to_end(&mut out);
    if out.len() > max {
        return Err(EncodingError::TooLarge);
    }
    match read {
        Ok(_) if decoder.get_ref().is_empty() => Ok(out),
        _ => Err(EncodingError::Compression),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compressed_comes_back() {
        for bytes in [vec![], vec![7], vec![0; 100_000], (0..=255).cycle().take(70_000).collect()] {
            let small = compress(&bytes).unwrap();
            assert_eq!(decompress(&small, bytes.len()), Ok(bytes.clone()));
            assert_eq!(decompress(&small, bytes.len() + 1), Ok(bytes));
        }
    }

    #[test]
    fn more_than_the_bound_is_refused_and_not_cut() {
        let bomb = compress(&vec![0; 1 << 24]).unwrap();
        assert!(bomb.len() < 20_000);
        for max in [0, 1, 1000, (1 << 24) - 1] {
            assert_eq!(decompress(&bomb, max), Err(EncodingError::TooLarge), "{max}");
        }
    }

    #[test]
    fn damage_is_refused() {
        let good = compress(b"a list of statuses, a list of statuses").unwrap();
        for cut in 0..good.len() {
            assert_eq!(decompress(&good[..cut], 1000), Err(EncodingError::Compression), "{cut}");
        }
        for behind in [b"x".as_slice(), &good] {
            let more = [good.as_slice(), behind].concat();
            assert_eq!(decompress(&more, 1000), Err(EncodingError::Compression));
        }
        for trailer in 1..=8 {
            let mut bad = good.clone();
            let at = bad.len() - trailer;
            bad[at] ^= 1; // sum and length
            assert_eq!(decompress(&bad, 1000), Err(EncodingError::Compression), "{trailer}");
        }
        assert_eq!(decompress(&[0x78, 0x9c, 3, 0], 1000), Err(EncodingError::Compression));
    }
}
