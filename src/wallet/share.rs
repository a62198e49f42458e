//! A guardian's share: its text, as printed and as typed by people.

use std::fmt;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use zeroize::Zeroizing;

use super::ShareError;

/// Fewest shares that may open a wallet.
pub(super) const MIN_THRESHOLD: u8 = 2;

/// Most shares of a set.
pub(super) const MAX_SHARES: u8 = 16;

/// Every share begins with this and a 1.
const PREFIX: &str = "bonafide";
/// The same, as it stands in a text.
const MARK: &str = "bonafide1";
/// Characters after the mark: 44 bytes and a checksum of 6 characters.
const LETTERS: usize = 77;
/// The characters that bech32 uses; b, i, o and 1 are not among them.
const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const VERSION: u8 = 1;
/// Longest text looked at: a printed sheet with its picture, and room.
const MAX_LEN: usize = 64 << 10;

/// The name of the shares that were made together, at random.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SetId(pub(super) [u8; 8]);

/// One of several shares. Some of them together open a wallet's file: zeroized when dropped, never printed by
/// accident.
pub struct Share {
    pub(super) set: SetId,
    pub(super) threshold: u8,
    pub(super) shares: u8,
    pub(super) number: u8,
    pub(super) part: Zeroizing<[u8; 32]>,
}

impl Share {
    /// Reads the share in a text: a whole printed sheet, or only the share. Capitals, spaces, line breaks and
    /// hyphens make no difference.
    ///
    /// # Errors
    /// [`ShareError`], of those of a text.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let text = find(text)?;
        let sound = CheckedHrpstring::new::<Bech32m>(&text).map_err(|_| ShareError::Checksum)?;
        let mut bytes = Zeroizing::new([0; 44]);
        for (place, byte) in bytes.iter_mut().zip(sound.byte_iter()) {
            *place = byte;
        }
        let [version, threshold, shares, number, rest @ ..] = &*bytes;
        if *version != VERSION {
            return Err(ShareError::Version(*version));
        }
        let (set, part) = rest.split_first_chunk().ok_or(ShareError::Checksum)?;
        let share = Self {
            set: SetId(*set),
            threshold: *threshold,
            shares: *shares,
            number: *number,
            part: Zeroizing::new(part.try_into().map_err(|_| ShareError::Checksum)?),
        };
        if !are_bounded(share.threshold, share.shares) || !(1..=share.shares).contains(number) {
            return Err(ShareError::Numbers);
        }
        // Three bits are left over at the end; a share is written in one way only.
        if share.text() != text { Err(ShareError::Checksum) } else { Ok(share) }
    }

    /// The share's text, in one piece: 86 characters. Whoever has enough of them has the wallet.
    pub fn text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; 44]);
        let numbers = [VERSION, self.threshold, self.shares, self.number];
        let all = numbers.iter().chain(&self.set.0).chain(self.part.iter());
        for (place, byte) in bytes.iter_mut().zip(all) {
            *place = *byte;
        }
        let mut text = Zeroizing::new(String::with_capacity(MARK.len() + LETTERS));
        // Neither can fail: the prefix is sound, the length below the longest, and a String takes all.
        if let Ok(prefix) = Hrp::parse(PREFIX) {
            let _ = bech32::encode_lower_to_fmt::<Bech32m, _>(&mut *text, prefix, &*bytes);
        }
        text
    }

    /// The same for paper: the mark, then groups of four characters.
    pub fn groups(&self) -> Zeroizing<String> {
        let text = self.text();
        let letters = text.strip_prefix(MARK).unwrap_or_default();
        let mut out = Zeroizing::new(String::with_capacity(MARK.len() + LETTERS * 2));
        out.push_str(MARK);
        for (at, letter) in letters.chars().enumerate() {
            if at.is_multiple_of(4) {
                out.push(' ');
            }
            out.push(letter);
        }
        out
    }

    /// The shares made together with it.
    pub fn set(&self) -> SetId {
        self.set
    }

    /// Its number, from 1.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// How many shares there are.
    pub fn shares(&self) -> u8 {
        self.shares
    }

    /// How many of them open the wallet.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }
}

/// Whether there may be so many shares, of which so many open.
pub(super) fn are_bounded(threshold: u8, shares: u8) -> bool {
    (MIN_THRESHOLD..=shares).contains(&threshold) && shares <= MAX_SHARES
}

/// The one share in a text, in small letters and in one piece.
fn find(text: &str) -> Result<Zeroizing<String>, ShareError> {
    if text.len() > MAX_LEN {
        return Err(ShareError::NotFound);
    }
    let small = Zeroizing::new(text.to_ascii_lowercase());
    let (before, rest) = small.split_once(MARK).ok_or(ShareError::NotFound)?;
    if before.ends_with(char::is_alphanumeric) {
        return Err(ShareError::NotFound);
    }
    if rest.contains(MARK) {
        return Err(ShareError::Several);
    }
    let mut found = Zeroizing::new(String::with_capacity(MARK.len() + LETTERS));
    found.push_str(MARK);
    let mut rest = rest.chars();
    let mut count = 0;
    while count < LETTERS {
        match rest.next() {
            None => return Err(ShareError::Length(count)),
            Some(gap) if gap.is_whitespace() || gap == '-' => {}
            Some(letter) if ALPHABET.contains(letter) => {
                found.push(letter);
                count += 1;
            }
            Some(_) => return Err(ShareError::Letter(count / 4 + 1)),
        }
    }
    match rest.take_while(|more| more.is_alphanumeric()).count() {
        0 => Ok(found),
        more => Err(ShareError::Length(LETTERS + more)),
    }
}

impl fmt::Display for SetId {
    /// The first half, enough to tell sets apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SetId({self})")
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({} of {}, {}, secret)", self.number, self.shares, self.set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share() -> Share {
        let (set, part) = (SetId([0x5a; 8]), Zeroizing::new([7; 32]));
        Share { set, threshold: 3, shares: 5, number: 2, part }
    }

    fn refusal(text: &str) -> ShareError {
        Share::parse(text).expect_err(text)
    }

    #[test]
    fn what_is_printed_is_read() {
        for (threshold, shares, number) in [(2, 2, 1), (3, 5, 5), (16, 16, 16), (2, 16, 9)] {
            let written = Share { threshold, shares, number, ..share() };
            assert_eq!(written.text().len(), 86);
            let read = Share::parse(&written.groups()).unwrap();
            assert_eq!(read.text(), written.text());
            assert_eq!(
                (read.threshold(), read.shares(), read.number()),
                (threshold, shares, number)
            );
            assert_eq!((read.set(), &read.part), (written.set, &written.part));
        }
    }

    #[test]
    fn people_type_as_they_do() {
        let text = share().text();
        let groups = share().groups();
        for typed in [
            text.to_uppercase(),
            format!("  {}\r\n", *text),
            groups.replace(' ', "\r\n\t"),
            groups.replace(' ', "-"),
            groups.replace(' ', "\u{a0}"),
            format!("Share 2 of 5. Keep it.\n\n{}\n\nAnd more text.", *groups),
            format!("\u{feff}({})", *text),
        ] {
            assert_eq!(Share::parse(&typed).unwrap().text(), text, "{typed}");
        }
    }

    /// Bech32m finds any four wrong characters in 90; what is left out or put in is found by the length.
    #[test]
    fn every_change_of_one_character_is_refused() {
        let text = share().text();
        let all = ('0'..='9').chain('a'..='z').chain(['!', '.', 'é', '\u{202e}']);
        for other in all {
            for at in 0..text.len() {
                let mut changed = text.to_string();
                if text.chars().nth(at) != Some(other) {
                    changed.replace_range(at..=at, &other.to_string());
                    assert_eq!(refusal(&changed).code(), "bad-share");
                }
                let mut longer = text.to_string();
                longer.insert(at, other);
                let harmless = at == 0 && !other.is_alphanumeric();
                assert_eq!(Share::parse(&longer).is_ok(), harmless, "{longer}");
            }
        }
        for at in 0..text.len() {
            let mut shorter = text.to_string();
            shorter.remove(at);
            refusal(&shorter);
            assert_eq!(refusal(text.get(..at).unwrap()).code(), "bad-share");
        }
        let letters: Vec<char> = text.chars().collect();
        for at in 0..letters.len() - 1 {
            let mut swapped = letters.clone();
            swapped.swap(at, at + 1);
            if swapped != letters {
                refusal(&String::from_iter(swapped));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let text = share().text();
        assert_eq!(refusal(""), ShareError::NotFound);
        assert_eq!(refusal("my grandmother's recipe"), ShareError::NotFound);
        assert_eq!(refusal(&format!("x{}", *text)), ShareError::NotFound);
        assert_eq!(refusal(&format!("{}{}", *text, " ".repeat(70_000))), ShareError::NotFound);
        assert_eq!(refusal(&format!("{} {}", *text, *text)), ShareError::Several);
        assert_eq!(refusal(text.get(..80).unwrap()), ShareError::Length(71));
        assert_eq!(refusal(&format!("{}qq", *text)), ShareError::Length(79));
        let mut wrong = text.to_string();
        wrong.replace_range(9 + 8..=9 + 8, "o");
        assert_eq!(refusal(&wrong), ShareError::Letter(3));
        wrong.replace_range(
            9 + 8..=9 + 8,
            if text.chars().nth(17) == Some('q') { "p" } else { "q" },
        );
        assert_eq!(refusal(&wrong), ShareError::Checksum);
    }

    #[test]
    fn versions_and_numbers_are_checked() {
        let sealed = |bytes: [u8; 44]| {
            bech32::encode::<Bech32m>(Hrp::parse(PREFIX).unwrap(), &bytes).unwrap()
        };
        let with = |start: [u8; 4]| {
            let mut bytes = [9; 44];
            bytes[..4].copy_from_slice(&start);
            sealed(bytes)
        };
        assert!(Share::parse(&with([1, 2, 3, 3])).is_ok());
        assert_eq!(refusal(&with([2, 2, 3, 3])), ShareError::Version(2));
        assert_eq!(ShareError::Version(2).code(), "share-version");
        for numbers in
            [[1, 0, 3, 1], [1, 1, 3, 1], [1, 4, 3, 1], [1, 2, 17, 1], [1, 2, 3, 0], [1, 2, 3, 4]]
        {
            assert_eq!(refusal(&with(numbers)), ShareError::Numbers, "{numbers:?}");
        }
        // The bits left over are zero in every share; with others and a right checksum it is none.
        let mut fes: Vec<_> = bech32::primitives::iter::ByteIterExt::bytes_to_fes(
            [1, 2, 3, 3].into_iter().chain([9; 40]),
        )
        .collect();
        let last = fes.last_mut().unwrap();
        *last = bech32::Fe32::try_from(last.to_u8() | 1).unwrap();
        let hrp = Hrp::parse(PREFIX).unwrap();
        let text: String =
            bech32::primitives::iter::Fe32IterExt::with_checksum::<Bech32m>(fes.into_iter(), &hrp)
                .chars()
                .collect();
        assert_eq!(text.len(), 86);
        assert_eq!(refusal(&text), ShareError::Checksum);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", share()), "Share(2 of 5, 5a5a5a5a, secret)");
        assert_eq!(format!("{:?}", share().set()), "SetId(5a5a5a5a)");
    }
}
