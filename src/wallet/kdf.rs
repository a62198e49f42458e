//! From a passphrase to a key, at a cost: argon2id (RFC 9106).

use std::fmt;
use std::time::Duration;

use argon2::{Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::WalletError;

/// Time that unlocking shall take at least, where 16 passes can take that long.
const LEAST_TIME: Duration = Duration::from_millis(300);
/// Time aimed at when passes are raised, well before 0.8 s even if the measure is rough.
const AIM_MILLIS: u128 = 450;
const MOST_PASSES: u32 = 16;

/// What the person types to open the wallet: zeroized when dropped, never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the passphrase as typed, in Unicode normal form C (as RFC 8265 §4.2 does), because
    /// keyboards and systems differ in how they write the same letter.
    ///
    /// # Errors
    /// [`WalletError::EmptyPassphrase`].
    pub fn new(text: String) -> Result<Self, WalletError> {
        let typed = Zeroizing::new(text);
        if typed.is_empty() {
            return Err(WalletError::EmptyPassphrase);
        }
        // Room for the longest outcome, so that no copy is left behind by growing.
        let mut normal = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        normal.extend(typed.nfc());
        Ok(Self(normal))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(secret)")
    }
}

/// What trying one passphrase costs, for the owner as for a thief. Always within the bounds that
/// a reader accepts: 19 MiB to 1 GiB, 2 to 16 passes, 1 to 4 lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KdfParams {
    /// The least that is accepted.
    pub const LOWEST: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// The least for a new wallet: 64 MiB, 3 passes, one lane.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    /// Checks the costs without spending any of them.
    ///
    /// # Errors
    /// [`WalletError::KdfOutOfBounds`].
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, WalletError> {
        let within = (Self::LOWEST.memory_kib..=1024 * 1024).contains(&memory_kib)
            && (Self::LOWEST.passes..=MOST_PASSES).contains(&passes)
            && (1..=4).contains(&lanes);
        within.then_some(Self { memory_kib, passes, lanes }).ok_or(WalletError::KdfOutOfBounds)
    }

    /// [`Self::STANDARD`] with as many passes as make unlocking take 0.3 to 0.8 seconds here.
    /// `measure` runs [`Self::run_once`] and tells how long that took.
    #[must_use]
    pub fn calibrated(mut measure: impl FnMut(Self) -> Duration) -> Self {
        let mut params = Self::STANDARD;
        loop {
            let time = measure(params);
            if time >= LEAST_TIME || params.passes == MOST_PASSES {
                return params;
            }
            let wanted = u128::from(params.passes) * AIM_MILLIS / time.as_millis().max(1);
            let wanted = u32::try_from(wanted).unwrap_or(MOST_PASSES);
            params.passes = wanted.clamp(params.passes + 1, MOST_PASSES);
        }
    }

    /// Derives a key that is thrown away, for measuring.
    ///
    /// # Errors
    /// [`WalletError::OutOfMemory`].
    pub fn run_once(self) -> Result<(), WalletError> {
        let passphrase = Passphrase(Zeroizing::new(String::from("measure")));
        self.stretch(&passphrase, &[0; 16]).map(drop)
    }

    /// Memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// The passphrase as 32 bytes. The memory it took is wiped.
    pub(super) fn stretch(
        self,
        passphrase: &Passphrase,
        salt: &[u8; 16],
    ) -> Result<Zeroizing<[u8; 32]>, WalletError> {
        if cfg!(fuzzing) {
            return Ok(Zeroizing::new([7; 32])); // at no cost
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| WalletError::KdfOutOfBounds)?;
        let mut memory = Zeroizing::new(Vec::new());
        memory.try_reserve_exact(params.block_count()).map_err(|_| WalletError::OutOfMemory)?;
        memory.resize(params.block_count(), Block::new());
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.0.as_bytes(),
                salt,
                key.as_mut(),
                memory.as_mut_slice(),
            )
            .map_err(|_| WalletError::KdfOutOfBounds)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letter_is_the_same_passphrase_however_it_is_written() {
        let [composed, decomposed] = ["Zoe\u{308} \u{e9}", "Zo\u{eb} e\u{301}"]
            .map(|text| Passphrase::new(text.into()).unwrap());
        assert_eq!(composed.0, decomposed.0);
    }

    #[test]
    fn costs_outside_the_bounds_are_refused() {
        let good = [(19_456, 2, 1), (65_536, 3, 1), (1_048_576, 16, 4), (19_456, 16, 4)];
        for (memory, passes, lanes) in good {
            assert!(KdfParams::new(memory, passes, lanes).is_ok());
        }
        let bad = [
            (8, 3, 1),
            (19_455, 3, 1),
            (1_048_577, 3, 1),
            (u32::MAX, 3, 1),
            (65_536, 0, 1),
            (65_536, 1, 1),
            (65_536, 17, 1),
            (65_536, 3, 0),
            (65_536, 3, 5),
        ];
        for (memory, passes, lanes) in bad {
            let refused = KdfParams::new(memory, passes, lanes).unwrap_err();
            assert_eq!(refused.code(), "kdf-out-of-bounds");
        }
    }

    /// A machine on which one pass takes this many milliseconds.
    fn passes_at(millis: u64) -> u32 {
        let measure = |params: KdfParams| Duration::from_millis(millis) * params.passes();
        KdfParams::calibrated(measure).passes()
    }

    #[test]
    fn calibration_raises_passes_and_never_lowers_them() {
        for millis in 19..=266 {
            let time = u64::from(passes_at(millis)) * millis;
            assert!((300..=800).contains(&time), "{millis}: {time}");
        }
        assert_eq!(passes_at(0), 16);
        assert_eq!(passes_at(5), 16);
        assert_eq!(passes_at(5000), 3);
    }

    #[test]
    fn passphrase_and_salt_decide_the_key() {
        let passphrase = |text: &str| Passphrase::new(text.to_owned()).unwrap();
        let key = |text, salt| KdfParams::LOWEST.stretch(&passphrase(text), &[salt; 16]);
        let one = key("correct horse", 1).unwrap();
        assert_eq!(one, key("correct horse", 1).unwrap());
        assert_ne!(one, key("correct horse", 2).unwrap());
        assert_ne!(one, key("correct hors", 1).unwrap());
        assert!(KdfParams::LOWEST.run_once().is_ok());
    }

    #[test]
    fn a_passphrase_is_not_empty_and_not_shown() {
        let empty = Passphrase::new(String::new()).unwrap_err();
        assert_eq!(empty.code(), "empty-passphrase");
        let passphrase = Passphrase::new("hunter2".to_owned()).unwrap();
        assert_eq!(format!("{passphrase:?}"), "Passphrase(secret)");
    }
}
