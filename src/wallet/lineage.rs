//! From which states a wallet's content came: to notice that an older one came back, or that two copies were
//! changed apart from each other.

use std::iter;

use super::Wallet;
use super::container::NEWEST;

/// How many earlier states are named in a wallet.
const KEPT: usize = 32;

/// Names one state of a wallet's file: random, and in the clear in it.
pub(super) type Tag = [u8; 8];

/// One state of a wallet: what a program notes, to compare with what it finds the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How many times the wallet was written.
    pub generation: u64,
    /// The name of what was written then.
    pub tag: [u8; 8],
}

/// What a wallet is, compared with a state noted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The same, or made from it, as far as can be told.
    Follows,
    /// Older: this many changes are missing.
    Older(u64),
    /// Changed apart from it: what was noted is not among the states that this one came from.
    Apart,
}

impl Wallet {
    /// The state it was read in, or last written.
    pub fn state(&self) -> State {
        State { generation: self.generation, tag: self.tag }
    }

    /// What this wallet is, compared with a state `noted` before. A hint: nothing keeps whoever can write the
    /// file from writing the note too, and only the last 32 states are named in a wallet of format
    /// version 2, none in one of version 1.
    pub fn since(&self, noted: &State) -> Since {
        let Some(later) = self.generation.checked_sub(noted.generation) else {
            return Since::Older(noted.generation - self.generation);
        };
        let mut back = iter::once(&self.tag).chain(self.earlier.iter().rev());
        let then = usize::try_from(later).ok().and_then(|later| back.nth(later));
        if then.is_none_or(|tag| *tag == noted.tag) { Since::Follows } else { Since::Apart }
    }

    /// To be written next: one generation on, made from what was read.
    pub(super) fn advance(&mut self) {
        self.generation = self.generation.saturating_add(1);
        self.earlier.push(self.tag);
        let more = self.earlier.len().saturating_sub(KEPT);
        self.earlier.drain(..more);
    }

    /// The earlier states to write, oldest first; `None` in the version that does not name them.
    pub(super) fn earlier_to_write(&self) -> Option<&[Tag]> {
        (self.format() == NEWEST).then_some(self.earlier.as_slice())
    }
}

/// The earlier states as read: not more than are written.
pub(super) fn checked(earlier: Vec<Tag>) -> Option<Vec<Tag>> {
    (earlier.len() <= KEPT).then_some(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::key::Algorithm;
    use crate::random::SystemRandom;
    use crate::wallet::content::decode;
    use crate::wallet::content::tests::with_json;

    fn wallet(generation: u64, tags: &[u8]) -> Wallet {
        let now = Timestamp::from_unix(1_795_176_000).unwrap();
        let mut wallet = Wallet::create(Algorithm::Ed25519, now, &mut SystemRandom).unwrap();
        let (last, earlier) = tags.split_last().unwrap();
        wallet.generation = generation;
        wallet.tag = [*last; 8];
        wallet.earlier = earlier.iter().map(|tag| [*tag; 8]).collect();
        wallet
    }

    fn noted(generation: u64, tag: u8) -> State {
        State { generation, tag: [tag; 8] }
    }

    #[test]
    fn same_later_older_and_apart_are_told() {
        let wallet = wallet(7, &[5, 6, 7]);
        assert_eq!(wallet.state(), noted(7, 7));
        for follows in [noted(7, 7), noted(6, 6), noted(5, 5), noted(4, 4), noted(1, 99)] {
            assert_eq!(wallet.since(&follows), Since::Follows, "{follows:?}");
        }
        for apart in [noted(7, 8), noted(6, 7), noted(5, 6)] {
            assert_eq!(wallet.since(&apart), Since::Apart, "{apart:?}");
        }
        assert_eq!(wallet.since(&noted(8, 8)), Since::Older(1));
        assert_eq!(wallet.since(&noted(u64::MAX, 7)), Since::Older(u64::MAX - 7));
    }

    #[test]
    fn the_names_are_read_whole_or_not_at_all() {
        let read = |earlier: &str, version| {
            let json = r#"{"created":1,"keys":[{"algorithm":"ed25519","index":0}],"credentials":[],"next_id":1"#;
            let plain = with_json(&format!("{json}{earlier}}}"));
            decode(&plain, version).ok().map(|wallet| wallet.earlier)
        };
        let (one, two) = ([1; 8], [2; 8]);
        let both = r#","earlier":["AQEBAQEBAQE","AgICAgICAgI"]"#;
        assert_eq!(read(both, 2), Some(vec![one, two]));
        assert_eq!(read(both, 1), None);
        assert_eq!(read("", 1), Some(Vec::new()));
        assert_eq!(read(r#","earlier":[]"#, 2), Some(Vec::new()));
        let many = format!(r#","earlier":[{}"AQEBAQEBAQE"]"#, r#""AQEBAQEBAQE","#.repeat(KEPT));
        for bad in [
            "",
            &many,
            r#","earlier":{}"#,
            r#","earlier":[1]"#,
            r#","earlier":["AQEBAQEBAQ"]"#,
            r#","earlier":["AQEBAQEBAQEB"]"#,
            r#","earlier":[],"more":1"#,
        ] {
            assert_eq!(read(bad, 2), None, "{bad}");
        }
    }

    #[test]
    fn a_bounded_number_of_states_is_kept() {
        let mut wallet = wallet(1, &[1]);
        for generation in 2..=100 {
            wallet.advance();
            wallet.tag = [generation; 8];
        }
        assert_eq!((wallet.generation, wallet.earlier.len()), (100, KEPT));
        assert_eq!(wallet.since(&noted(68, 68)), Since::Follows);
        assert_eq!(wallet.since(&noted(68, 1)), Since::Apart);
        assert_eq!(wallet.since(&noted(67, 1)), Since::Follows);
        assert!(checked(vec![[0; 8]; KEPT]).is_some());
        assert!(checked(vec![[0; 8]; KEPT + 1]).is_none());
    }
}
