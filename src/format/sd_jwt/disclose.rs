//! The holder's choice: which disclosures go out with which claims (RFC 9901 §7.2).

use super::process::Disclosed;
use crate::encoding::path::Place;

/// The disclosures needed to show the claims at `places`: those of the claims, of everything inside
/// them, and of what they lie in (§7.2 step 2). Sorted, none twice.
pub fn select(disclosed: &[Disclosed<'_>], places: &[Vec<Place<'_>>]) -> Vec<usize> {
    let needed = |place: &[Place<'_>]| places.iter().any(|wanted| on_one_line(place, wanted));
    let disclosed = disclosed.iter().filter(|disclosed| needed(&disclosed.place));
    let mut chosen: Vec<usize> = disclosed.map(|disclosed| disclosed.index).collect();
    chosen.sort_unstable();
    chosen
}

/// Whether one place lies within the other.
fn on_one_line(a: &[Place<'_>], b: &[Place<'_>]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}
