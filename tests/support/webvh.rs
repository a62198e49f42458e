//! Makes logs of did:webvh, also such as nobody should, and signs them properly: with ed25519-dalek and serde_json
//! alone, nothing of the library's own hashing.

use bonafide::did::Did;
use bonafide::encoding::multibase;
use bonafide::key::{Algorithm, SecretKey};
use ed25519_dalek::Signer as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// Keys 1 to 99 update, others are anything.
pub fn multikey(seed: u8) -> String {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap();
    Did::from_key(key.public()).method_specific_id().to_owned()
}

pub fn did_key(seed: u8) -> String {
    format!("did:key:{}", multikey(seed))
}

pub fn multihash(bytes: &[u8]) -> String {
    let hash = [&[0x12, 0x20], &Sha256::digest(bytes)[..]].concat();
    bs58::encode(hash).into_string()
}

/// The hash that announces a key.
pub fn announced(seed: u8) -> String {
    multihash(multikey(seed).as_bytes())
}

/// Good enough for what is made here: ASCII and integers.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.keys().collect();
            names.sort();
            let members = names.iter().map(|name| {
                format!("{}:{}", Value::from(name.as_str()), canonical(&members[*name]))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}

/// A proof by the key of that seed.
pub fn proof(document: &Value, seed: u8, change: impl Fn(&mut Value)) -> Value {
    let mut proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": format!("{}#{}", did_key(seed), multikey(seed)),
        "proofPurpose": "assertionMethod",
    });
    change(&mut proof);
    let hash = |value: &Value| Sha256::digest(canonical(value)).to_vec();
    let data = [hash(&proof), hash(document)].concat();
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    proof["proofValue"] = multibase::encode(&key.sign(&data).to_bytes()).into();
    proof
}

/// An entry in the making.
pub struct Draft {
    /// Without `versionId` and `proof`.
    pub body: Map<String, Value>,
    pub signer: u8,
    /// Changes the finished entry before it is signed.
    pub before_signing: fn(&mut Value),
    /// Changes the proof before it is signed.
    pub proof: fn(&mut Value),
    /// Changes the signed entry.
    pub after_signing: fn(&mut Value),
}

impl Draft {
    pub fn new(time: &str, parameters: Value, state: Value, signer: u8) -> Self {
        let body = json!({"versionTime": time, "parameters": parameters, "state": state});
        let body = body.as_object().unwrap().clone();
        Self { body, signer, before_signing: |_| (), proof: |_| (), after_signing: |_| () }
    }
}

/// A document with one key for assertions, `#k<n>` for each of `keys`.
pub fn state(keys: &[u8]) -> Value {
    let did = "did:webvh:{SCID}:issuer.example";
    let ids: Vec<_> = keys.iter().map(|key| format!("{did}#k{key}")).collect();
    let methods = keys.iter().zip(&ids).map(|(key, id)| {
        json!({"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(*key)})
    });
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods.collect::<Vec<_>>(),
        "assertionMethod": ids,
    })
}

/// Parameters of a first entry.
pub fn genesis(update_key: u8) -> Value {
    json!({"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": [multikey(update_key)]})
}

/// A log: every entry with its SCID, hash and signature as they should be, but for what the drafts change.
pub struct Log {
    pub lines: Vec<Value>,
    pub scid: String,
}

impl Log {
    pub fn new(drafts: Vec<Draft>) -> Self {
        let mut log = Self { lines: Vec::new(), scid: String::new() };
        drafts.into_iter().for_each(|draft| log.push(draft));
        log
    }

    pub fn push(&mut self, draft: Draft) {
        let mut body = draft.body.clone();
        let before = match self.lines.last() {
            Some(last) => last["versionId"].clone(),
            None => {
                body.insert("versionId".into(), "{SCID}".into());
                self.scid = multihash(canonical(&Value::Object(body.clone())).as_bytes());
                self.scid.clone().into()
            }
        };
        body.insert("versionId".into(), before);
        let text = Value::Object(body).to_string().replace("{SCID}", &self.scid);
        let mut entry: Value = serde_json::from_str(&text).unwrap();
        let hash = multihash(canonical(&entry).as_bytes());
        entry["versionId"] = format!("{}-{hash}", self.lines.len() + 1).into();
        (draft.before_signing)(&mut entry);
        entry["proof"] = json!([proof(&entry, draft.signer, draft.proof)]);
        (draft.after_signing)(&mut entry);
        self.lines.push(entry);
    }

    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    pub fn did(&self) -> Did {
        Did::parse(&format!("did:webvh:{}:issuer.example", self.scid)).unwrap()
    }

    /// The word of the witness of that seed for the version at that position.
    pub fn witnessed(&self, at: usize, seed: u8) -> Value {
        proof(&json!({"versionId": self.lines[at]["versionId"]}), seed, |_| ())
    }

    /// A witness file: for each position, who vouches.
    pub fn witness_file(&self, words: &[(usize, &[u8])]) -> String {
        let records = words.iter().map(|(at, seeds)| {
            let proofs: Vec<_> = seeds.iter().map(|seed| self.witnessed(*at, *seed)).collect();
            json!({"versionId": self.lines[*at]["versionId"], "proof": proofs})
        });
        Value::from(records.collect::<Vec<_>>()).to_string()
    }
}

/// An entry without proof whose `versionId` is that of its predecessor, with its own hash; and that hash.
pub fn rehashed(entry: &Value, number: u64) -> (Value, String) {
    let hash = multihash(canonical(entry).as_bytes());
    let mut entry = entry.clone();
    entry["versionId"] = format!("{number}-{hash}").into();
    (entry, hash)
}
