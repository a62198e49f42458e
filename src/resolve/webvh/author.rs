//! Writing a log: first entry, later entries, the words of witnesses ("Create", "Update", "Deactivate", "Witnessing a
//! DID Version Update").
//!
//! Keys are always announced one entry ahead (pre-rotation): whoever steals the key that signed the last entry cannot
//! write the next one. The DID never moves.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::entry::{PLACEHOLDER, multihash};
use super::parameters::METHOD;
use super::{History, LogError};
use crate::clock::Timestamp;
use crate::did::{Did, DidUrl, Identity, Relationship};
use crate::encoding::json::{self, Json, Object};
use crate::encoding::{EncodingError, jcs};
use crate::format::data_integrity::{ProofError, ProofOptions, SecuredDocument};
use crate::key::{Algorithm, PublicKey};
use crate::resolve::{Location, ResolveError};

/// Why an entry was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorError {
    /// The host or path names no place on the public web.
    #[error(transparent)]
    Place(#[from] ResolveError),
    /// Not every key of a document has a name of its own that a DID URL can have.
    #[error("the names of the keys are not usable")]
    KeyName,
    /// An update key or a witness is not an Ed25519 key.
    #[error("only Ed25519 keys update a log, or vouch for it")]
    Algorithm,
    /// It could not be written.
    #[error("the entry cannot be written: {0}")]
    Encoding(#[from] EncodingError),
    /// It was not signed.
    #[error("the entry was not signed: {0}")]
    Proof(#[from] ProofError),
    /// What was written would not be read.
    #[error("the log would not hold: {0}")]
    Log(#[from] LogError),
}

impl AuthorError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Place(error) => error.code(),
            Self::KeyName => "bad-did-url",
            Self::Algorithm => "key-unsupported",
            Self::Encoding(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Log(error) => error.code(),
        }
    }
}

/// A key of a document to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentKey {
    /// What follows the `#`.
    pub name: String,
    /// The key.
    pub key: PublicKey,
    /// When it was retired in order, where the document is all there is to tell it (did:web). A log tells it by itself.
    pub expires: Option<Timestamp>,
    /// Since when it is not to be believed: then it stands in the document, and is listed for nothing.
    pub revoked: Option<Timestamp>,
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    /// Its time: after that of the entry before.
    pub time: Timestamp,
    /// The keys of the document. Those that were there before and are missing now are retired in order.
    pub keys: &'a [DocumentKey],
    /// The key that will sign the next entry.
    pub next: &'a PublicKey,
    /// Who must vouch from now on; `None` changes nothing, an empty list ends it.
    pub witnesses: Option<NewWitnesses<'a>>,
    /// Whether the DID ends with this entry.
    pub deactivated: bool,
}

/// Who is to vouch for later entries.
#[derive(Clone, Copy, Debug)]
pub struct NewWitnesses<'a> {
    /// How many of them must.
    pub threshold: usize,
    /// Their did:keys.
    pub dids: &'a [Did],
}

/// The document of a DID with these keys, each for assertions and authentication.
///
/// # Errors
/// [`AuthorError::KeyName`].
pub fn document(did: &str, keys: &[DocumentKey]) -> Result<Value, AuthorError> {
    let mut methods = Vec::new();
    let mut listed = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let id = format!("{did}#{}", key.name);
        let known = id.replace(PLACEHOLDER, "x");
        let twice = keys.iter().take(at).any(|other| other.name == key.name);
        if twice || DidUrl::parse(&known).is_err() {
            return Err(AuthorError::KeyName);
        }
        let mut method = json!({
            "id": id,
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": Did::from_key(&key.key).method_specific_id(),
        });
        for (member, moment) in [("expires", key.expires), ("revoked", key.revoked)] {
            if let (Some(moment), Some(method)) = (moment, method.as_object_mut()) {
                method.insert(member.into(), moment.to_string().into());
            }
        }
        if key.revoked.is_none() {
            listed.push(id);
        }
        methods.push(method);
    }
    Ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": listed,
        "authentication": listed,
    }))
}

/// The first entry of a new DID at `place`, which is host and path as in a DID: `kyc.example:issuer`. `signer` is the
/// did:key of the first update key.
///
/// # Errors
/// [`AuthorError`].
pub fn create(
    place: &str,
    entry: &NewEntry<'_>,
    signer: &Identity<'_>,
) -> Result<(Did, String), AuthorError> {
    let pattern = format!("did:webvh:{PLACEHOLDER}:{place}");
    let with = |scid: &str| {
        let did = Did::parse(&pattern.replace(PLACEHOLDER, scid));
        did.map_err(|_| ResolveError::Target("host"))
    };
    // Any hash will do to see whether the place is one.
    Location::of(&with(&multihash(&[0; 32]))?)?;
    let mut parameters = parameters(entry, signer)?;
    parameters.insert("method".into(), METHOD.into());
    parameters.insert("scid".into(), PLACEHOLDER.into());
    parameters.insert("portable".into(), false.into());
    let draft = body(PLACEHOLDER, &parameters, entry.time, document(&pattern, entry.keys)?);
    let scid = multihash(&hash(&draft)?);
    let did = with(&scid)?;
    let text = draft.to_string().replace(PLACEHOLDER, &scid);
    let log = finish(&text, 1, entry.time, signer)?;
    Ok((did, log))
}

/// The log with one more entry. `signer` is the did:key of the key that the entry before announced.
///
/// # Errors
/// [`AuthorError`]; the log stays as it was.
pub fn append(
    history: &History,
    log: &str,
    entry: &NewEntry<'_>,
    signer: &Identity<'_>,
) -> Result<String, AuthorError> {
    let head = history.head();
    let parameters = parameters(entry, signer)?;
    let state = document(head.did().as_str(), entry.keys)?;
    let draft = body(head.version_id(), &parameters, entry.time, state);
    let line = finish(&draft.to_string(), head.number() + 1, entry.time, signer)?;
    let before = log.lines().take(history.versions().len());
    let lines = before.chain(line.lines()).map(|line| format!("{line}\n"));
    Ok(lines.collect())
}

/// The word of a witness for the newest version of a log, and the file with it: that of others stays in it.
///
/// # Errors
/// [`AuthorError`], also where the file is not readable.
pub fn vouch(
    version_id: &str,
    file: Option<&[u8]>,
    time: Timestamp,
    witness: &Identity<'_>,
) -> Result<String, AuthorError> {
    let statement = json!({"versionId": version_id}).to_string();
    let mut secured = SecuredDocument::unsecured(json::parse_object(statement.as_bytes(), 1024)?);
    secured.add_proof(&by(time), witness)?;
    let proof = secured.into_object().remove("proof").unwrap_or(Json::Null).to_value();
    let word = json!([{"versionId": version_id, "proof": [proof]}]).to_string();
    merge(file, word.as_bytes())
}

/// Two witness files in one. Of a version's proofs each stands there once.
///
/// # Errors
/// [`AuthorError::Encoding`].
pub fn merge(file: Option<&[u8]>, more: &[u8]) -> Result<String, AuthorError> {
    let mut records: Vec<(String, Vec<Value>)> = Vec::new();
    for bytes in file.into_iter().chain([more]) {
        let Json::Array(items) = json::parse(bytes, super::MAX_WITNESS_FILE)? else {
            return Err(EncodingError::Malformed.into());
        };
        for item in &items {
            let record = item.as_object().ok_or(EncodingError::Malformed)?;
            let id = record.get_str("versionId").ok_or(EncodingError::Malformed)?;
            let proofs = record.get("proof").and_then(Json::as_array);
            let proofs = proofs.ok_or(EncodingError::Malformed)?.iter().map(Json::to_value);
            let at = records.iter().position(|(known, _)| known == id);
            match at.and_then(|at| records.get_mut(at)) {
                Some((_, known)) => {
                    let new: Vec<_> = proofs.filter(|proof| !known.contains(proof)).collect();
                    known.extend(new);
                }
                None => records.push((id.to_owned(), proofs.collect())),
            }
        }
    }
    let records = records.into_iter().map(|(id, proof)| json!({"versionId": id, "proof": proof}));
    Ok(Value::from(records.collect::<Vec<_>>()).to_string())
}

/// Keys and witnesses. With the last entry of a DID its keys end too.
fn parameters(
    entry: &NewEntry<'_>,
    signer: &Identity<'_>,
) -> Result<Map<String, Value>, AuthorError> {
    let next = key_hash(entry.next)?;
    let next = if entry.deactivated { json!([]) } else { json!([next]) };
    let mut parameters = Map::new();
    parameters.insert("updateKeys".into(), json!([multikey(signer.public_key())?]));
    parameters.insert("nextKeyHashes".into(), next);
    if entry.deactivated {
        parameters.insert("deactivated".into(), true.into());
    }
    if let Some(NewWitnesses { threshold, dids }) = entry.witnesses {
        let ids: Vec<_> = dids.iter().map(|did| json!({"id": did.as_str()})).collect();
        let list = match ids.is_empty() {
            true => json!({}),
            false => json!({"threshold": threshold, "witnesses": ids}),
        };
        let readable = json::parse(list.to_string().as_bytes(), super::MAX_ENTRY)
            .map(|list| super::parameters::witnesses(&list).is_ok());
        if readable != Ok(true) {
            return Err(AuthorError::Algorithm);
        }
        parameters.insert("witness".into(), list);
    }
    Ok(parameters)
}

fn body(before: &str, parameters: &Map<String, Value>, time: Timestamp, state: Value) -> Value {
    json!({
        "versionId": before,
        "versionTime": time.to_string(),
        "parameters": parameters,
        "state": state,
    })
}

/// By what the key for the next entry is announced (pre-rotation).
///
/// # Errors
/// [`AuthorError::Algorithm`].
pub fn key_hash(key: &PublicKey) -> Result<String, AuthorError> {
    Ok(multihash(&Sha256::digest(multikey(key)?).into()))
}

/// A key that writes logs, as they name it.
fn multikey(key: &PublicKey) -> Result<String, AuthorError> {
    match key.algorithm() {
        Algorithm::Ed25519 => Ok(Did::from_key(key).method_specific_id().to_owned()),
        Algorithm::P256 => Err(AuthorError::Algorithm),
    }
}

fn hash(body: &Value) -> Result<[u8; 32], EncodingError> {
    let text = body.to_string();
    let object = json::parse_object(text.as_bytes(), super::MAX_ENTRY)?;
    Ok(Sha256::digest(jcs::canonical(&object)?).into())
}

/// Puts the entry's own hash in the place of that before it, and signs.
fn finish(
    text: &str,
    number: u64,
    time: Timestamp,
    signer: &Identity<'_>,
) -> Result<String, AuthorError> {
    let mut body = json::parse_object(text.as_bytes(), super::MAX_ENTRY)?;
    let entry_hash = multihash(&Sha256::digest(jcs::canonical(&body)?).into());
    body.remove("versionId");
    let mut entry = Object::default();
    let id = Json::String(format!("{number}-{entry_hash}").into());
    let members = std::iter::once(("versionId".into(), id)).chain(body.into_members());
    for (name, value) in members {
        let _free = entry.insert(name, value);
    }
    let mut secured = SecuredDocument::unsecured(entry);
    secured.add_proof(&by(time), signer)?;
    let mut entry = secured.into_object();
    let proof = entry.remove("proof").unwrap_or(Json::Null);
    let _free = entry.insert("proof".into(), Json::Array(vec![proof]));
    let line = serde_json::to_string(&entry).map_err(|_| EncodingError::Malformed)?;
    Ok(format!("{line}\n"))
}

fn by(time: Timestamp) -> ProofOptions {
    let purpose = Relationship::AssertionMethod.name().to_owned();
    ProofOptions { purpose, created: Some(time), ..ProofOptions::default() }
}
