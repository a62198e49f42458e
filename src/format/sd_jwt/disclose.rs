//! The holder's choice: which disclosures go out with which claims (RFC 9901 §7.2).

use super::SdJwt;
use super::process::IssuerSigned;
use crate::encoding::path::{ClaimPath, PathError, Place};

/// The disclosures needed to show the claims at `paths`: those of the claims, of everything inside
/// them, and of what they lie in (§7.2 step 2). Sorted, none twice.
///
/// # Errors
/// [`PathError::WrongContainer`] when a path does not fit the credential.
pub fn select(signed: &IssuerSigned<'_>, paths: &[ClaimPath]) -> Result<Vec<usize>, PathError> {
    let mut chosen = Vec::new();
    for path in paths {
        for (place, _) in path.select(signed.claims())? {
            let needed = signed
                .disclosed()
                .iter()
                .filter(|disclosed| on_one_line(&disclosed.place, &place));
            chosen.extend(needed.map(|disclosed| disclosed.index));
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
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
        for disclosure in chosen
            .iter()
            .filter_map(|index| self.disclosures.get(*index))
        {
            out.push_str(disclosure.encoded);
            out.push('~');
        }
        out
    }
}
