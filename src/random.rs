//! Secret randomness, handed in by the caller.

use zeroize::Zeroizing;

/// The random source failed; nothing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random source failed; nothing was made or written")]
pub struct RandomError;

/// A source of cryptographically secure random bytes.
pub trait Random {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`RandomError`] when the source cannot deliver; the bytes must then not be used.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|_| RandomError)
    }
}

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], RandomError> {
    let mut out = [0; N];
    random.fill(&mut out)?;
    Ok(out)
}

/// Hands out small random values and asks the source for many at once.
pub(crate) struct Pool<'r> {
    source: &'r mut dyn Random,
    ready: Zeroizing<[u8; 256]>,
    used: usize,
}

impl<'r> Pool<'r> {
    pub(crate) fn new(source: &'r mut dyn Random) -> Self {
        let ready = Zeroizing::new([0; 256]);
        Self { source, used: ready.len(), ready }
    }

    /// `N` random bytes, handed out once only.
    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], RandomError> {
        let left = self.ready.get(self.used..).and_then(|left| left.first_chunk::<N>().copied());
        if let Some(bytes) = left {
            self.used += N;
            return Ok(bytes);
        }
        self.source.fill(self.ready.as_mut())?;
        self.used = N;
        self.ready.first_chunk::<N>().copied().ok_or(RandomError)
    }
}

/// A fresh nonce: 192 random bits in base64url, 32 characters.
///
/// # Errors
/// [`RandomError`] when the source fails.
pub fn nonce(random: &mut dyn Random) -> Result<String, RandomError> {
    Ok(crate::encoding::base64url::encode(bytes::<24>(random)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts up, so that a byte handed out twice shows.
    struct Counting(u32);

    impl Random for Counting {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
            for pair in bytes.chunks_exact_mut(4) {
                self.0 += 1;
                pair.copy_from_slice(&self.0.to_be_bytes());
            }
            Ok(())
        }
    }

    #[test]
    fn a_pool_hands_out_every_byte_once() {
        let mut source = Counting(0);
        let mut pool = Pool::new(&mut source);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..100 {
            let bytes: [u8; 24] = pool.bytes().unwrap();
            for word in bytes.chunks_exact(4) {
                assert!(seen.insert(word.to_vec()));
            }
        }
    }

    #[test]
    fn a_failing_source_fails_the_pool() {
        struct Broken;
        impl Random for Broken {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
                Err(RandomError)
            }
        }
        assert_eq!(Pool::new(&mut Broken).bytes::<16>(), Err(RandomError));
    }
}
