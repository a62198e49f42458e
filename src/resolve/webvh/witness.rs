//! The witness file: who vouches for which version ("Verifying Witness Proofs During Resolution").

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::chain::Link;
use super::parameters::signing_key;
use super::{LogFault, MAX_WITNESS_FILE};
use crate::clock::Timestamp;
use crate::did::{Did, Relationship};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json};
use crate::format::data_integrity::{ExpectedProof, UnverifiedProof};

/// The first entry for which too few witnesses vouch, by its position, and why.
pub(super) fn first_unwitnessed(links: &[Link], file: Option<&[u8]>) -> Option<(usize, LogFault)> {
    let first = links.iter().position(|link| link.witnesses.is_some())?;
    let words = match Words::read(file, links) {
        Ok(words) => words,
        Err(error) => return Some((first, LogFault::WitnessFile(error))),
    };
    let mut vouched = HashMap::new();
    for (at, link) in links.iter().enumerate().skip(first) {
        let Some(witnesses) = &link.witnesses else {
            continue;
        };
        // A witness who vouches for a version vouches for all before it.
        let mut latest = |did: &Did| {
            let known = vouched.entry(did.clone()).or_insert_with(|| words.latest(did));
            known.is_some_and(|version| version >= at)
        };
        let count = witnesses.dids.iter().filter(|did| latest(did)).count();
        if count < witnesses.threshold {
            return Some((at, LogFault::NotWitnessed));
        }
    }
    None
}

/// All proofs of the file that could count, the newest version first.
struct Words<'a> {
    proofs: Vec<(usize, [u8; 32], UnverifiedProof<'a>)>,
}

impl<'a> Words<'a> {
    /// Proofs of versions that are not in the log are dropped, and so are those that cannot be read.
    fn read(file: Option<&'a [u8]>, links: &[Link]) -> Result<Self, EncodingError> {
        let Some(file) = file else {
            return Ok(Self { proofs: Vec::new() });
        };
        let positions: HashMap<&str, (usize, Timestamp)> = links
            .iter()
            .enumerate()
            .map(|(at, link)| (link.version.version_id.as_str(), (at, link.version.time)))
            .collect();
        let Json::Array(records) = json::parse(file, MAX_WITNESS_FILE)? else {
            return Err(EncodingError::Malformed);
        };
        let mut proofs = Vec::new();
        for record in records {
            let Json::Object(mut record) = record else {
                return Err(EncodingError::Malformed);
            };
            let Some(Json::Array(found)) = record.remove("proof") else {
                return Err(EncodingError::Malformed);
            };
            let version_id = record.get_str("versionId").ok_or(EncodingError::Malformed)?;
            if let Some((at, time)) = positions.get(version_id) {
                let hash = statement_hash(version_id);
                // As for entries: a word that had ended before the version began was never one for it.
                let in_force =
                    |proof: &UnverifiedProof<'_>| proof.expires().is_none_or(|end| end > *time);
                let readable = found.into_iter().filter_map(readable).filter(in_force);
                proofs.extend(readable.map(|proof| (*at, hash, proof)));
            }
        }
        proofs.sort_by(|(one, ..), (other, ..)| other.cmp(one));
        Ok(Self { proofs })
    }

    /// The position of the newest version for which that witness vouches.
    fn latest(&self, witness: &Did) -> Option<usize> {
        let key = signing_key(witness)?;
        let own = self.proofs.iter().filter(|(.., proof)| {
            let url = proof.verification_method();
            url.did() == witness && url.fragment() == witness.method_specific_id()
        });
        let mut holding = own.filter(|(_, hash, proof)| {
            proof.is_for(&ExpectedProof::of(Relationship::AssertionMethod.name())).is_ok()
                && proof.previous().is_empty()
                && !proof.has_context()
                && proof.holds(hash, &key).is_ok()
        });
        holding.next().map(|(at, ..)| *at)
    }
}

fn readable(proof: Json<'_>) -> Option<UnverifiedProof<'_>> {
    match proof {
        Json::Object(proof) => UnverifiedProof::read(proof).ok(),
        _ => None,
    }
}

/// SHA-256 of `{"versionId":"…"}`, which is what a witness signs. A version's id has no character that JSON escapes.
fn statement_hash(version_id: &str) -> [u8; 32] {
    Sha256::digest(format!(r#"{{"versionId":"{version_id}"}}"#)).into()
}
