//! zlib (RFC 1950, RFC 1951), read with a bound: a few bytes can stand for a thousand times as many.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::EncodingError;

/// Compresses at the highest level.
///
/// # Errors
/// [`EncodingError::Compression`] when the compressor fails.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| EncodingError::Compression)
}

/// Decompresses exactly one stream, to at most `max` bytes. What is longer is refused, not cut.
///
/// # Errors
/// [`EncodingError::TooLarge`] past `max`; [`EncodingError::Compression`] when the stream is damaged, breaks off, has
/// something behind it, or needs a dictionary.
pub fn decompress(bytes: &[u8], max: usize) -> Result<Vec<u8>, EncodingError> {
    let mut out = Vec::with_capacity(max.saturating_add(1));
    let mut stream = Decompress::new(true);
    let status = stream.decompress_vec(bytes, &mut out, FlushDecompress::Finish);
    if out.len() > max {
        return Err(EncodingError::TooLarge);
    }
    let whole = usize::try_from(stream.total_in()) == Ok(bytes.len());
    match status {
        Ok(Status::StreamEnd) if whole => {
            out.shrink_to_fit();
            Ok(out)
        }
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
        let behind = [good.as_slice(), b"x"].concat();
        assert_eq!(decompress(&behind, 1000), Err(EncodingError::Compression));
        let twice = [good.as_slice(), &good].concat();
        assert_eq!(decompress(&twice, 1000), Err(EncodingError::Compression));
        let mut sum = good.clone();
        *sum.last_mut().unwrap() ^= 1;
        assert_eq!(decompress(&sum, 1000), Err(EncodingError::Compression));
        // Raw DEFLATE, gzip and a preset dictionary are not zlib as we read it.
        assert_eq!(decompress(&good[2..good.len() - 4], 1000), Err(EncodingError::Compression));
        assert_eq!(decompress(&[0x1f, 0x8b, 8, 0], 1000), Err(EncodingError::Compression));
        assert_eq!(
            decompress(&[0x78, 0xbb, 0, 0, 0, 1, 3, 0], 1000),
            Err(EncodingError::Compression)
        );
    }
}
