//! What differs between two bundles.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Bundle, Entry};

/// One difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'b> {
    /// Only the new bundle has it.
    Added(&'b Entry),
    /// Only the old one has it.
    Removed(&'b Entry),
    /// Both have one of that name; the bytes are others.
    Changed {
        /// As it was.
        old: &'b Entry,
        /// As it is.
        new: &'b Entry,
    },
    /// The same bytes, with another origin or moment of fetching.
    Confirmed {
        /// As it was.
        old: &'b Entry,
        /// As it is.
        new: &'b Entry,
    },
}

impl<'b> Change<'b> {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Removed(_) => "removed",
            Self::Changed { .. } => "changed",
            Self::Confirmed { .. } => "confirmed",
        }
    }

    /// The item, as it is now or was last.
    pub fn entry(self) -> &'b Entry {
        match self {
            Self::Added(entry) | Self::Removed(entry) => entry,
            Self::Changed { new, .. } | Self::Confirmed { new, .. } => new,
        }
    }
}

/// What became of the items of `old` in `new`, in order; what stayed as it was is left out. Compares what the
/// manifests say.
pub fn diff<'b>(old: &'b Bundle<'_>, new: &'b Bundle<'_>) -> Vec<Change<'b>> {
    let (mut old, mut new) = (old.entries().peekable(), new.entries().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => place(old).cmp(&place(new)),
        };
        // All items of one name together: that of a kind with several may have lost some and gained others.
        let name = if order.is_gt() { new.peek() } else { old.peek() }.map(|entry| place(entry));
        let same = |entry: &&'b Entry| Some(place(entry)) == name;
        let gone = std::iter::from_fn(|| old.next_if(same)).collect();
        let come = std::iter::from_fn(|| new.next_if(same)).map(|new| (&new.digest, new)).collect();
        compare(gone, come, &mut changes);
    }
}

/// The items of one name, the new ones by their digests.
fn compare<'b>(
    mut gone: Vec<&'b Entry>,
    mut come: BTreeMap<&'b [u8; 32], &'b Entry>,
    changes: &mut Vec<Change<'b>>,
) {
    gone.retain(|old| match come.remove(&old.digest) {
        None => true,
        Some(new) => {
            if *old != new {
                changes.push(Change::Confirmed { old, new });
            }
            false
        }
    });
    let come: Vec<&Entry> = come.into_values().collect();
    if let ([old], [new]) = (gone.as_slice(), come.as_slice()) {
        changes.push(Change::Changed { old, new });
        return;
    }
    changes.extend(gone.into_iter().map(Change::Removed));
    changes.extend(come.into_iter().map(Change::Added));
}

fn place(entry: &Entry) -> (super::Kind, &str) {
    (entry.kind, &entry.name)
}
