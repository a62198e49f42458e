//! The recovery phrase: the root as 24 English words (BIP-39). Whoever has the words is the owner.

use std::fmt;

use bip39::{Error, Language, Mnemonic};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::root::Root;

/// Words of a phrase: 256 bits and 8 bits of checksum.
pub const WORDS: usize = 24;

/// Longest text looked at.
const MAX_LEN: usize = 4096;

/// What is wrong with a phrase as typed. Words are named by their place, never by their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Not 24 words.
    #[error("the recovery phrase has 24 words, this has {0}")]
    WordCount(usize),
    /// The word at that place, counted from 1, is not in the list.
    #[error("word {0} is not in the word list")]
    UnknownWord(usize),
    /// All are words of the list, but not of one phrase.
    #[error("these words are not a recovery phrase: one is another, or their order is")]
    Checksum,
}

impl PhraseError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        "bad-phrase"
    }
}

/// The 24 words: zeroized when dropped, never printed by accident.
pub struct RecoveryPhrase(Zeroizing<[u8; 32]>);

impl RecoveryPhrase {
    pub(super) fn of(root: &Root) -> Self {
        Self(Zeroizing::new(*root.as_bytes()))
    }

    pub(super) fn root(&self) -> Root {
        Root::from_bytes(&self.0)
    }

    /// Reads what a person typed: words in any normal form (NFKD, BIP-39), any case, any white space
    /// between them.
    ///
    /// # Errors
    /// [`PhraseError`].
    pub fn parse(typed: &str) -> Result<Self, PhraseError> {
        let count = typed.split_whitespace().count();
        if count != WORDS || typed.len() > MAX_LEN {
            return Err(PhraseError::WordCount(count));
        }
        // Room for the longest outcome, so that no copy is left behind by growing.
        let mut normal = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(20)));
        normal.extend(typed.nfkd().map(|letter| letter.to_ascii_lowercase()));
        let mut plain = Zeroizing::new(String::with_capacity(normal.len()));
        for word in normal.split_whitespace() {
            if !plain.is_empty() {
                plain.push(' ');
            }
            plain.push_str(word);
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &plain);
        let mnemonic = mnemonic.map_err(|error| match error {
            Error::UnknownWord(index) => PhraseError::UnknownWord(index + 1),
            _ => PhraseError::Checksum,
        })?;
        let (entropy, length) = mnemonic.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        let root = entropy.get(..length).and_then(|entropy| entropy.try_into().ok());
        Ok(Self(Zeroizing::new(root.ok_or(PhraseError::Checksum)?)))
    }

    /// The words in order, to be shown to their owner only.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        // 32 bytes always have a phrase.
        let mnemonic = Mnemonic::from_entropy_in(Language::English, self.0.as_ref());
        mnemonic.into_iter().flat_map(|mnemonic| mnemonic.words().collect::<Vec<_>>())
    }
}

impl fmt::Debug for RecoveryPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryPhrase(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
        abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
        abandon abandon abandon art";

    fn root(typed: &str) -> Result<[u8; 32], PhraseError> {
        Ok(*RecoveryPhrase::parse(typed)?.root().as_bytes())
    }

    #[test]
    fn what_is_shown_is_read() {
        for byte in [0, 7, 0x7f, 0x80, 0xff] {
            let phrase = RecoveryPhrase::of(&Root::from_bytes(&[byte; 32]));
            let words: Vec<_> = phrase.words().collect();
            assert_eq!(words.len(), WORDS);
            assert_eq!(root(&words.join(" ")), Ok([byte; 32]));
        }
    }

    /// Published with BIP-39.
    #[test]
    fn words_of_known_roots() {
        let ones = format!("{}vote", "zoo ".repeat(23));
        let but_last = |words: &str| words.rsplit_once(' ').unwrap().0.to_owned();
        let legal = ["legal winner thank year wave sausage worth useful"; 3].join(" ");
        let letter = ["letter advice cage absurd amount doctor acoustic avoid"; 3].join(" ");
        let sevens = but_last(&legal) + " title";
        let eighties = but_last(&letter) + " bless";
        for (byte, words) in [(0xff, ones), (0x7f, sevens), (0x80, eighties)] {
            assert_eq!(root(&words), Ok([byte; 32]), "{byte}");
        }
    }

    #[test]
    fn any_case_white_space_and_normal_form() {
        assert_eq!(root(ZEROS), Ok([0; 32]));
        assert_eq!(
            root(&format!("\n {} \t", ZEROS.to_uppercase().replace(' ', "\n"))),
            Ok([0; 32])
        );
        let wide: String =
            "art".bytes().map(|b| char::from_u32(0xfee0 + u32::from(b)).unwrap()).collect();
        assert_eq!(root(&ZEROS.replace("art", &wide)), Ok([0; 32]));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        assert_eq!(root(""), Err(PhraseError::WordCount(0)));
        assert_eq!(root("abandon"), Err(PhraseError::WordCount(1)));
        assert_eq!(root(&format!("{ZEROS} art")), Err(PhraseError::WordCount(25)));
        let spread = ZEROS.replace(' ', &" ".repeat(200));
        assert_eq!(root(&spread), Err(PhraseError::WordCount(24)));
        assert_eq!(
            root(&ZEROS.replacen("abandon", "abandom", 1)),
            Err(PhraseError::UnknownWord(1))
        );
        assert_eq!(root(&ZEROS.replace("art", "arts")), Err(PhraseError::UnknownWord(24)));
        assert_eq!(root(&ZEROS.replacen("abandon", "ability", 1)), Err(PhraseError::Checksum));
        let swapped = ZEROS.replace("abandon art", "art abandon");
        assert_eq!(root(&swapped), Err(PhraseError::Checksum));
        assert_eq!(PhraseError::Checksum.code(), "bad-phrase");
    }

    #[test]
    fn debug_shows_no_secret() {
        let phrase = RecoveryPhrase::parse(ZEROS).unwrap();
        assert_eq!(format!("{phrase:?}"), "RecoveryPhrase(secret)");
    }
}
