//! Secret randomness, handed in by the caller.

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

/// A fresh nonce: 192 random bits in base64url, 32 characters.
///
/// # Errors
/// [`RandomError`] when the source fails.
pub fn nonce(random: &mut dyn Random) -> Result<String, RandomError> {
    Ok(crate::encoding::base64url::encode(bytes::<24>(random)?))
}
