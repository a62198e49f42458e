//! From entry to entry: everything about an entry that does not need the witness file ("Read (Resolve)").

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::entry::{Entry, Stamp, multihash};
use super::parameters::{Parameters, Witnesses, signing_key};
use super::{LogFault, Version};
use crate::did::{Did, DidDocument, DidUrl, Multikeys, Relationship};
use crate::encoding::json::{Json, Object};
use crate::format::data_integrity::{ExpectedProof, ProofError, UnverifiedProof};
use crate::key::PublicKey;
use crate::resolve::Location;

/// An entry that holds, and who must vouch for it.
pub(super) struct Link {
    pub(super) version: Version,
    pub(super) witnesses: Option<Arc<Witnesses>>,
}

/// The log up to the entry accepted last.
pub(super) struct Chain<'d> {
    scid: &'d str,
    last: Option<Last>,
    /// Update keys met, by their did:key: the same one signs many entries.
    keys: HashMap<String, PublicKey>,
    /// Keys of the documents.
    multikeys: Multikeys,
}

struct Last {
    number: u64,
    version_id: String,
    time: Stamp,
    did: Did,
    parameters: Parameters,
}

impl<'d> Chain<'d> {
    pub(super) fn new(scid: &'d str) -> Self {
        Self { scid, last: None, keys: HashMap::new(), multikeys: Multikeys::default() }
    }

    /// Checks the next entry.
    pub(super) fn accept(&mut self, line: &[u8]) -> Result<Link, LogFault> {
        let entry = Entry::read(line)?;
        let last = self.last.as_ref();
        self.follows(&entry)?;
        let parameters = match last {
            Some(last) => last.parameters.next(entry.parameters())?,
            None => self.first(&entry)?,
        };
        let before = last.map_or(self.scid, |last| last.version_id.as_str());
        if entry.version_id.split_once('-').map(|(_, hash)| hash)
            != Some(multihash(&entry.hash(before)).as_str())
        {
            return Err(LogFault::EntryHash);
        }
        let did = self.state_did(entry.state())?;
        let announced = last.is_some_and(|last| last.parameters.pre_rotates());
        if announced {
            self.were_announced(&parameters.update_keys)?;
        }
        let allowed = match last {
            Some(last) if !announced => &last.parameters.update_keys,
            _ => &parameters.update_keys,
        };
        let allowed = Arc::clone(allowed);
        self.is_signed(&entry, &allowed)?;
        let document = DidDocument::from_object(&did, entry.state(), &mut self.multikeys)?;
        let in_force = self.last.as_ref().and_then(|last| last.parameters.witnesses.clone());
        let witnesses = in_force.or_else(|| parameters.witnesses.clone());
        let version = Version {
            number: entry.number,
            version_id: entry.version_id.clone(),
            time: entry.time.0,
            did: did.clone(),
            document,
            parameters: parameters.clone(),
        };
        let Entry { number, version_id, time, .. } = entry;
        self.last = Some(Last { number, version_id, time, did, parameters });
        Ok(Link { version, witnesses })
    }

    /// Number and time, and that there may be a next entry at all.
    fn follows(&self, entry: &Entry<'_>) -> Result<(), LogFault> {
        let Some(last) = &self.last else {
            return if entry.number == 1 { Ok(()) } else { Err(LogFault::VersionNumber) };
        };
        if last.parameters.deactivated {
            return Err(LogFault::Deactivated);
        }
        if entry.number != last.number + 1 {
            return Err(LogFault::VersionNumber);
        }
        if entry.time <= last.time { Err(LogFault::VersionTime) } else { Ok(()) }
    }

    /// The first entry, whose hash is in the DID.
    fn first(&self, entry: &Entry<'_>) -> Result<Parameters, LogFault> {
        let (parameters, scid) = Parameters::first(entry.parameters())?;
        if scid != self.scid || entry.scid(&scid)?.as_deref() != Some(self.scid) {
            return Err(LogFault::Scid);
        }
        Ok(parameters)
    }

    /// The DID of the document: always with the same SCID, at another place only where it may move.
    fn state_did(&self, state: &Object<'_>) -> Result<Did, LogFault> {
        let did = Did::parse(state.get_str("id").ok_or(LogFault::Malformed("state"))?);
        let did = did.map_err(|_| LogFault::OtherDid)?;
        let location = Location::of(&did).map_err(|_| LogFault::OtherDid)?;
        if location.scid() != Some(self.scid) {
            return Err(LogFault::OtherDid);
        }
        match &self.last {
            Some(last) if last.did != did => {
                let old = Json::String(last.did.as_str().into());
                let known = state.get("alsoKnownAs").and_then(Json::as_array);
                let named = known.is_some_and(|names| names.contains(&old));
                let allowed = named && last.parameters.portable;
                if allowed { Ok(did) } else { Err(LogFault::Moved) }
            }
            _ => Ok(did),
        }
    }

    /// Whether every update key was announced by the entry before ("Pre-Rotation Key Hash …").
    fn were_announced(&self, keys: &[String]) -> Result<(), LogFault> {
        let announced = self.last.as_ref().map(|last| &last.parameters.next_key_hashes);
        let hash = |key: &String| multihash(&Sha256::digest(key).into());
        let all = keys.iter().all(|key| announced.is_some_and(|list| list.contains(&hash(key))));
        if all { Ok(()) } else { Err(LogFault::PreRotation) }
    }

    /// "Authorized Keys": every proof is by one of `allowed`, and holds.
    fn is_signed(&mut self, entry: &Entry<'_>, allowed: &[String]) -> Result<(), LogFault> {
        let hash = entry.hash(&entry.version_id);
        for proof in &entry.proofs {
            let proof = UnverifiedProof::read(proof.clone())?;
            proof.is_for(&ExpectedProof::of(Relationship::AssertionMethod.name()))?;
            if !proof.previous().is_empty() || proof.has_context() {
                return Err(LogFault::Malformed("proof"));
            }
            let (time, _) = entry.time;
            if proof.expires().is_some_and(|expires| expires <= time) {
                return Err(ProofError::Expired.into());
            }
            proof.holds(&hash, self.update_key(proof.verification_method(), allowed)?)?;
        }
        Ok(())
    }

    /// The key of a did:key URL, whose multikey stands among `allowed`.
    fn update_key(&mut self, url: &DidUrl, allowed: &[String]) -> Result<&PublicKey, LogFault> {
        let multikey = url.did().method_specific_id();
        let named = url.did().method() == "key"
            && url.fragment() == multikey
            && allowed.iter().any(|key| key == multikey);
        if !named {
            return Err(LogFault::UpdateKey);
        }
        if !self.keys.contains_key(multikey) {
            let key = signing_key(url.did()).ok_or(LogFault::UpdateKey)?;
            self.keys.insert(multikey.to_owned(), key);
        }
        self.keys.get(multikey).ok_or(LogFault::UpdateKey)
    }
}
