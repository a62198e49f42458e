//! A secret in parts, any `threshold` of which make it whole: Shamir's scheme over GF(2^8), byte by byte.
//! The arithmetic is that of vsss-rs, which runs in constant time; randomness stays ours.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use vsss_rs::Gf256;
use zeroize::Zeroizing;

use super::{ShareError, WalletError};
use crate::random::{Pool, Random, RandomError};

/// Parts of one secret, the first numbered 1.
pub(super) type Parts = Vec<Zeroizing<[u8; 32]>>;

/// Splits `secret` into that many parts.
pub(super) fn split(
    secret: &[u8; 32],
    threshold: u8,
    parts: u8,
    random: &mut dyn Random,
) -> Result<Parts, WalletError> {
    let mut source = Source { random: Pool::new(random), failed: None };
    let (threshold, count) = (usize::from(threshold), usize::from(parts));
    let split = Gf256::split_bytes(threshold, count, secret, &mut source);
    let split = split.map(|parts| parts.into_iter().map(Zeroizing::new).collect::<Vec<_>>());
    if let Some(failed) = source.failed {
        return Err(failed.into());
    }
    let split = split.map_err(|_| ShareError::Bounds)?;
    // Each begins with its number, which is its place.
    let numbered = split.iter().zip(1..=parts).map(|(part, number)| {
        let (first, bytes) = part.split_first()?;
        Some(Zeroizing::new(bytes.try_into().ok().filter(|_| *first == number)?))
    });
    let whole = numbered.collect::<Option<Parts>>().filter(|parts| parts.len() == count);
    Ok(whole.ok_or(ShareError::Bounds)?)
}

/// The secret, from parts with their numbers. Wrong or too few parts give another secret.
pub(super) fn combine<'p>(
    parts: impl Iterator<Item = (u8, &'p [u8; 32])>,
) -> Result<Zeroizing<[u8; 32]>, ShareError> {
    let parts = parts.map(|(number, bytes)| {
        let mut part = Vec::with_capacity(bytes.len() + 1);
        part.push(number);
        part.extend_from_slice(bytes);
        part
    });
    let parts = Zeroizing::new(parts.collect::<Vec<_>>());
    let secret = Zeroizing::new(Gf256::combine_bytes(&*parts).map_err(|_| ShareError::Numbers)?);
    Ok(Zeroizing::new(secret.as_slice().try_into().map_err(|_| ShareError::Numbers)?))
}

/// Our random source as vsss-rs wants it. That one cannot fail, so a failure is kept, and what was made of
/// the zeros handed out instead is thrown away.
struct Source<'r> {
    random: Pool<'r>,
    failed: Option<RandomError>,
}

impl Source<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.random.bytes().unwrap_or_else(|failed| {
            self.failed = Some(failed);
            [0; N]
        })
    }
}

impl TryRng for Source<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill_with(|| u8::from_be_bytes(self.bytes()));
        Ok(())
    }
}

impl TryCryptoRng for Source<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use proptest::prelude::*;

    /// 0, 1, 2, …, whoever asks for how many at once.
    #[test]
    fn every_way_of_asking_gets_our_randomness() {
        struct Counting(u8);
        impl Random for Counting {
            fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
                for byte in bytes {
                    *byte = self.0;
                    self.0 = self.0.wrapping_add(1);
                }
                Ok(())
            }
        }
        let mut counting = Counting(0);
        let mut source = Source { random: Pool::new(&mut counting), failed: None };
        assert_eq!(source.try_next_u32(), Ok(0x0001_0203));
        assert_eq!(source.try_next_u64(), Ok(0x0405_0607_0809_0a0b));
        let mut bytes = [0; 3];
        assert_eq!(source.try_fill_bytes(&mut bytes), Ok(()));
        assert_eq!(bytes, [12, 13, 14]);
        assert!(source.failed.is_none());
    }

    fn made_whole(parts: &Parts, numbers: &[u8]) -> [u8; 32] {
        let chosen = numbers.iter().map(|n| (*n, &*parts[usize::from(*n) - 1]));
        *combine(chosen).unwrap()
    }

    /// As an independent reader would do it: multiplication by shifts, division by search.
    fn by_hand(parts: &Parts, numbers: &[u8]) -> [u8; 32] {
        let multiply = |a: u8, b: u8| {
            (0..8).fold((0, a), |(sum, a), bit| {
                let next = (a << 1) ^ if a & 0x80 == 0 { 0 } else { 0x1b };
                (if b >> bit & 1 == 1 { sum ^ a } else { sum }, next)
            })
        };
        let multiply = |a, b| multiply(a, b).0;
        let divide = |a, b| (0..=255).find(|c| multiply(*c, b) == a).unwrap();
        let mut secret = [0; 32];
        for (at, byte) in secret.iter_mut().enumerate() {
            for x in numbers {
                let others = numbers.iter().filter(|y| *y != x);
                let weight = others.fold(1, |w, y| multiply(w, divide(*y, x ^ y)));
                *byte ^= multiply(weight, parts[usize::from(*x) - 1][at]);
            }
        }
        secret
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn enough_parts_make_the_secret_and_fewer_do_not(
            secret: [u8; 32],
            (threshold, numbers) in (2_u8..=16).prop_flat_map(|count| {
                let numbers = Just((1..=count).collect::<Vec<_>>()).prop_shuffle();
                (2..=count, numbers)
            }),
        ) {
            let count = u8::try_from(numbers.len()).unwrap();
            let parts = split(&secret, threshold, count, &mut SystemRandom).unwrap();
            let enough = &numbers[..usize::from(threshold)];
            prop_assert_eq!(made_whole(&parts, enough), secret);
            prop_assert_eq!(by_hand(&parts, enough), secret);
            prop_assert_eq!(made_whole(&parts, &numbers), secret);
            if threshold > 2 {
                prop_assert_ne!(made_whole(&parts, &enough[1..]), secret);
            }
            prop_assert!(parts.iter().all(|part| **part != secret));
        }
    }

    #[test]
    fn impossible_numbers_are_refused() {
        for (threshold, count) in [(0, 5), (1, 5), (3, 2), (2, 0)] {
            let refused = split(&[7; 32], threshold, count, &mut SystemRandom).unwrap_err();
            assert_eq!(refused.code(), "shares-out-of-bounds", "{threshold} {count}");
        }
        for numbers in [&[][..], &[1], &[0, 1], &[2, 2]] {
            assert!(combine(numbers.iter().map(|n| (*n, &[7; 32]))).is_err(), "{numbers:?}");
        }
    }

    #[test]
    fn a_random_source_that_fails_at_any_time_makes_no_part() {
        struct Short(usize);
        impl Random for Short {
            fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
                self.0 = self.0.checked_sub(1).ok_or(RandomError)?;
                SystemRandom.fill(bytes)
            }
        }
        let needed = (0..).find(|enough| split(&[7; 32], 3, 5, &mut Short(*enough)).is_ok());
        // Two random numbers of four bytes for each of 32, 256 bytes at once.
        assert_eq!(needed, Some(1));
        for enough in 0..1 {
            let refused = split(&[7; 32], 3, 5, &mut Short(enough)).unwrap_err();
            assert_eq!(refused.code(), "random-failed");
        }
        let refused = split(&[7; 32], 16, 16, &mut Short(3)).unwrap_err();
        assert_eq!(refused.code(), "random-failed");
    }
}
