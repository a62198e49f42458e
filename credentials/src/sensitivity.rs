//! How much a claim tells about its subject.

use std::fmt;

/// How much a claim tells about its subject. The order is that of the ranks: of two answers to one
/// question, the one with the lower ranks gives less away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// Rank 1: how, when and by which rule something was checked.
    Procedure = 1,
    /// Rank 2: to which class the subject belongs, such as over 18 or accredited.
    Status = 2,
    /// Rank 3: narrows down who the subject is, or what it owns.
    Personal = 3,
    /// Rank 4: names the subject, or is the same towards everybody, so that two who compare it know.
    Identifying = 4,
}

impl Sensitivity {
    /// Its rank, 1 to 4, as type metadata has it.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// Its name, as people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Status => "status",
            Self::Personal => "personal",
            Self::Identifying => "identifying",
        }
    }
}

impl fmt::Display for Sensitivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
