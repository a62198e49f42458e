//! The holder's choice: which disclosures go out with which claims (RFC 9901 §7.2).

use super::SdJwt;
use super::process::IssuerSigned;
use crate::encoding::path::Place;

/// The disclosures needed to show the claims at `places`: those of the claims, of everything inside
/// them, and of what they lie in (§7.2 step 2). Sorted, none twice.
pub fn select(signed: &IssuerSigned<'_>, places: &[Vec<Place>]) -> Vec<usize> {
    let needed = |place: &[Place]| places.iter().any(|wanted| on_one_line(place, wanted));
    let disclosed = signed.disclosed().iter().filter(|disclosed| needed(&disclosed.place));
    let mut chosen: Vec<usize> = disclosed.map(|disclosed| disclosed.index).collect();
    chosen.sort_unstable();
    chosen
}

/// Whether one place lies within the other.
fn on_one_line(a: &[Place], b: &[Place]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

impl SdJwt<'_> {
    /// This SD-JWT with only the disclosures at those positions, without key binding.
    pub(crate) fn with_disclosures(&self, chosen: &[usize]) -> String {
        let (jwt, _) = self.presented.split_once('~').unwrap_or_default();
        let mut out = format!("{jwt}~");
        for disclosure in chosen.iter().filter_map(|index| self.disclosures.get(*index)) {
            out.push_str(disclosure.encoded);
            out.push('~');
        }
        out
    }
}
