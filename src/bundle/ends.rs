//! What ends soon.

use crate::clock::Timestamp;
use crate::status::UnverifiedStatusToken;

use super::Kind;

/// The first moment at which an item no longer counts, as it says itself. Nothing is verified: it is for reminding
/// people, not for deciding. `None` where it names no end, or is not readable.
pub fn ends(kind: Kind, bytes: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(bytes).ok()?;
    match kind {
        Kind::StatusList => UnverifiedStatusToken::parse(text).ok()?.claimed_expires(),
        _ => None,
    }
}
