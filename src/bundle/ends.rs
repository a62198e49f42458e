//! What ends soon.

use crate::clock::Timestamp;
use crate::status::UnverifiedStatusToken;
use crate::trust::UnverifiedJurisdiction;

use super::Kind;

/// The first moment at which a status list no longer counts, or a newer jurisdiction document is due, as the item says
/// itself. Nothing is verified: it is for reminding people, not for deciding. `None` where it names no such moment, or
/// is not readable.
pub fn ends(kind: Kind, bytes: &[u8]) -> Option<Timestamp> {
    match kind {
        Kind::StatusList => {
            UnverifiedStatusToken::parse(str::from_utf8(bytes).ok()?).ok()?.claimed_expires()
        }
        Kind::Jurisdiction => {
            Some(UnverifiedJurisdiction::parse(bytes).ok()?.document().next_update.end())
        }
        _ => None,
    }
}
