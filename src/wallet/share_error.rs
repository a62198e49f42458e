//! What is wrong with guardians' shares, and what to do next.

use super::share::{MAX_SHARES, MIN_THRESHOLD, SetId};

/// What is wrong with a share, or with several together. Never holds a character of a share. `at` is the place
/// among those given, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    // A text.
    /// Nothing in the text begins as a share does.
    #[error("there is no share in this text; a share begins with bonafide1")]
    NotFound,
    /// Two shares in one text.
    #[error("there is more than one share in this text")]
    Several,
    /// Too few or too many characters, as counted.
    #[error("a share has 77 characters after bonafide1, this has {0}")]
    Length(usize),
    /// In the group of four with that number, counted from 1.
    #[error("group {0} after bonafide1 has a character that no share has")]
    Letter(usize),
    /// Some character is another, or two changed places.
    #[error("this share was not copied rightly: some character is another")]
    Checksum,
    /// A later version of shares.
    #[error("share of version {0}; this program reads version 1")]
    Version(u8),
    /// Numbers outside the bounds, in a share whose checksum holds.
    #[error("this share names numbers that no share has")]
    Numbers,

    // A set.
    /// As asked for, a set would be useless or unsafe.
    #[error(
        "there can be 2 to {MAX_SHARES} shares, and {MIN_THRESHOLD} or more of them must be needed"
    )]
    Bounds,

    // Several shares, for a wallet.
    /// The wallet has no slot for shares.
    #[error("no guardian shares open this wallet")]
    NoSlot,
    /// The wallet has no slot for the share's set.
    #[error("share {number} of set {set} opens nothing here")]
    Stranger {
        /// Its place.
        at: usize,
        /// Its number.
        number: u8,
        /// Its set.
        set: SetId,
    },
    /// Of another set than most of them.
    #[error("share {number} is of set {set}, the others are not")]
    OtherSet {
        /// Its place.
        at: usize,
        /// Its number.
        number: u8,
        /// Its set.
        set: SetId,
    },
    /// Not the share that was made with this number.
    #[error("share {number} of set {set} is not the one that was made; it was altered")]
    Altered {
        /// Its place.
        at: usize,
        /// Its number.
        number: u8,
        /// Its set.
        set: SetId,
    },
    /// The same share twice.
    #[error("share {number} is here twice")]
    Twice {
        /// The place of the second.
        at: usize,
        /// Its number.
        number: u8,
    },
    /// Not as many as are needed.
    #[error("{here} of {needed} shares are here; {} needed", more(*here, *needed))]
    TooFew {
        /// How many there are.
        here: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Every share is right, and the slot they open is damaged.
    #[error("the shares are right, but their slot in this file is damaged")]
    SlotDamaged,
}

fn more(here: usize, needed: usize) -> String {
    match needed.saturating_sub(here) {
        1 => "one more is".to_owned(),
        more => format!("{more} more are"),
    }
}

impl ShareError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotFound
            | Self::Several
            | Self::Length(_)
            | Self::Letter(_)
            | Self::Checksum
            | Self::Numbers
            | Self::Altered { .. } => "bad-share",
            Self::Version(_) => "share-version",
            Self::Bounds => "shares-out-of-bounds",
            Self::NoSlot | Self::Stranger { .. } => "wrong-shares",
            Self::OtherSet { .. } => "shares-mixed",
            Self::Twice { .. } => "share-twice",
            Self::TooFew { .. } => "shares-missing",
            Self::SlotDamaged => "wallet-corrupt",
        }
    }

    /// The place of the share at fault among those given, from 0.
    pub fn at(self) -> Option<usize> {
        match self {
            Self::Stranger { at, .. }
            | Self::OtherSet { at, .. }
            | Self::Altered { at, .. }
            | Self::Twice { at, .. } => Some(at),
            _ => None,
        }
    }

    /// What the person can do now.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::NotFound => "Give the guardian's sheet, or the share on it from bonafide1 on.",
            Self::Several => "Give each share in a file of its own.",
            Self::Length(_) | Self::Letter(_) | Self::Checksum => {
                "Compare it with the sheet, group by group. The characters b, i, o and 1 are in no group."
            }
            Self::Version(_) => "Update this program.",
            Self::Numbers => "Ask the guardian for the sheet as it was printed.",
            Self::Bounds => "Three of five is a good choice.",
            Self::NoSlot => {
                "Take a backup that was made after the shares, or open it with the passphrase or the 24 words."
            }
            Self::Stranger { .. } => {
                "It is of another wallet, or of a set made after this file or taken away before it. Try a newer backup, or ask another guardian."
            }
            Self::OtherSet { .. } => {
                "Shares of two sets do not fit together. Ask this guardian for the share of the other set."
            }
            Self::Altered { .. } => {
                "Ask this guardian for the sheet as it was printed, or another guardian for theirs."
            }
            Self::Twice { .. } => "Each share counts once. Ask another guardian for theirs.",
            Self::TooFew { .. } => "Ask another guardian. Any of the set will do.",
            Self::SlotDamaged => "Take another backup.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_code_its_place_and_a_next_step() {
        let (at, number, set) = (2, 4, SetId([7; 8]));
        let copied = "Compare it with the sheet";
        for (fault, code, place, next) in [
            (ShareError::NotFound, "bad-share", None, "Give the guardian's sheet"),
            (ShareError::Several, "bad-share", None, "Give each share"),
            (ShareError::Length(3), "bad-share", None, copied),
            (ShareError::Letter(3), "bad-share", None, copied),
            (ShareError::Checksum, "bad-share", None, copied),
            (ShareError::Numbers, "bad-share", None, "Ask the guardian for the sheet"),
            (ShareError::Version(2), "share-version", None, "Update this program"),
            (ShareError::Bounds, "shares-out-of-bounds", None, "Three of five"),
            (ShareError::NoSlot, "wrong-shares", None, "Take a backup"),
            (ShareError::Stranger { at, number, set }, "wrong-shares", Some(2), "It is of another"),
            (
                ShareError::OtherSet { at, number, set },
                "shares-mixed",
                Some(2),
                "Shares of two sets",
            ),
            (ShareError::Altered { at, number, set }, "bad-share", Some(2), "Ask this guardian"),
            (ShareError::Twice { at, number }, "share-twice", Some(2), "Each share counts once"),
            (ShareError::TooFew { here: 1, needed: 3 }, "shares-missing", None, "Ask another"),
            (ShareError::SlotDamaged, "wallet-corrupt", None, "Take another backup"),
        ] {
            assert_eq!((fault.code(), fault.at()), (code, place), "{fault:?}");
            assert!(fault.next_step().starts_with(next), "{fault:?}: {}", fault.next_step());
        }
        let few = |here| ShareError::TooFew { here, needed: 3 }.to_string();
        assert_eq!(few(1), "1 of 3 shares are here; 2 more are needed");
        assert_eq!(few(2), "2 of 3 shares are here; one more is needed");
    }
}
