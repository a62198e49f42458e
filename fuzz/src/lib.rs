//! What the fuzz targets share: tokens written as lines of JSON, and a second reader to compare with.
//!
//! A fuzzer cannot guess base64url or digests. So an input that begins with `{` is JSON, one part of
//! the token per line, and becomes a token here; any other input is taken as the token itself.

use std::collections::BTreeMap;

use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use bonafide::key::{KeyId, PublicKey, SignError, Signature, Signer, SigningInput};
use serde_json::{Map, Value};

/// 64 zero bytes: a signature that holds in a fuzz build.
const SIGNATURE: [u8; 64] = [0; 64];

/// Some key, for both kinds (RFC 8032 §7.1 test 1; the generator of P-256).
pub fn keys() -> [PublicKey; 2] {
    let ed25519 = base64url::decode_array("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let x = base64url::decode_array("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY").unwrap();
    let y = base64url::decode_array("T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU").unwrap();
    [PublicKey::from_ed25519(&ed25519).unwrap(), PublicKey::from_p256_coordinates(&x, &y).unwrap()]
}

/// Signs with zeros, for that key.
pub struct Zeros(pub PublicKey);

impl Signer for Zeros {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        Some(self.0.clone()).filter(|own| own.id() == *key)
    }

    fn sign(&self, _: &KeyId, _: SigningInput<'_>) -> Result<Signature, SignError> {
        Ok(Signature::from_bytes(SIGNATURE))
    }
}

/// A compact JWS of header and payload as they are.
pub fn jws(header: &str, payload: &str) -> String {
    let [header, payload] = [header, payload].map(base64url::encode);
    format!("{header}.{payload}.{}", base64url::encode(SIGNATURE))
}

/// An SD-JWT from its lines: header, payload, then one disclosure each. `#0` to `#9` stand for the
/// digest of that disclosure. Behind a line `~` come header and payload of the key-binding JWT, in
/// which `#` is the digest of everything before it.
pub fn sd_jwt(lines: &str) -> String {
    let mut lines = lines.lines();
    let header = lines.next().unwrap_or_default();
    let mut payload = lines.next().unwrap_or_default().to_owned();
    let hash = match &payload {
        text if text.contains("sha-384") => HashAlgorithm::Sha384,
        text if text.contains("sha-512") => HashAlgorithm::Sha512,
        _ => HashAlgorithm::Sha256,
    };
    let parts = lines.by_ref().take_while(|line| *line != "~");
    let mut parts: Vec<String> = parts.map(str::to_owned).collect();
    for n in (0..parts.len()).rev() {
        let encoded = base64url::encode(&parts[n]);
        if n < 10 {
            let (name, digest) = (format!("#{n}"), hash.digest(&encoded));
            payload = payload.replace(&name, &digest);
            for earlier in &mut parts[..n] {
                *earlier = earlier.replace(&name, &digest);
            }
        }
        parts[n] = encoded;
    }
    parts.insert(0, jws(header, &payload));
    let mut token = parts.join("~");
    token.push('~');
    if let (Some(header), Some(payload)) = (lines.next(), lines.next()) {
        let payload = payload.replace('#', &hash.digest(&token));
        token.push_str(&jws(header, &payload));
    }
    token
}

/// The input as a token: lines of JSON put together by `assemble`, or the text itself.
pub fn token(data: &[u8], assemble: fn(&str) -> String) -> Option<String> {
    let text = str::from_utf8(data).ok()?;
    Some(match text.starts_with('{') {
        true => assemble(text),
        false => text.to_owned(),
    })
}

/// The JSON in one part of a JWS, as serde_json reads it.
pub fn part(token: &str, n: usize) -> Value {
    let part = base64url::decode(token.split('.').nth(n).unwrap()).unwrap();
    serde_json::from_slice(&part).unwrap()
}

/// Demands of an accepted JWS what its header must say, as serde_json reads it.
pub fn check_header(token: &str, typ: &str) {
    let header = part(token, 0);
    assert_eq!(header["typ"], typ);
    assert!(["EdDSA", "Ed25519", "ES256"].iter().any(|alg| header["alg"] == *alg));
    for name in ["crit", "b64", "jwk", "jku", "x5u", "x5c", "x5t#S256"] {
        assert!(header.get(name).is_none(), "{name}");
    }
    assert!(header.get("kid").is_none_or(Value::is_string));
}

/// The claims of an SD-JWT that was accepted, found by nothing but the rules of RFC 9901 §7.1.
pub fn reveal(token: &str, hash: HashAlgorithm) -> Value {
    let (parts, _) = token.rsplit_once('~').unwrap();
    let mut parts = parts.split('~');
    let payload = part(parts.next().unwrap(), 1);
    let by_digest = parts.map(|text| {
        let content = base64url::decode(text).unwrap();
        (hash.digest(text), serde_json::from_slice(&content).unwrap())
    });
    let mut claims = open(&payload, &by_digest.collect());
    claims.as_object_mut().unwrap().remove("_sd_alg");
    claims
}

type Disclosures = BTreeMap<String, Vec<Value>>;

fn open(value: &Value, disclosures: &Disclosures) -> Value {
    let find = |digest: &Value| disclosures.get(digest.as_str().unwrap());
    match value {
        Value::Object(members) => {
            let mut out: Map<String, Value> = members
                .iter()
                .filter(|(name, _)| *name != "_sd")
                .map(|(name, value)| (name.clone(), open(value, disclosures)))
                .collect();
            let digests = members.get("_sd").and_then(Value::as_array);
            for content in digests.into_iter().flatten().filter_map(find) {
                let name = content[1].as_str().unwrap().to_owned();
                let taken = out.insert(name, open(&content[2], disclosures));
                assert_eq!(taken, None, "a claim was disclosed over another");
            }
            Value::Object(out)
        }
        Value::Array(items) => {
            let items = items.iter().filter_map(|item| match item.get("...") {
                None => Some(open(item, disclosures)),
                Some(digest) => Some(open(&find(digest)?[1], disclosures)),
            });
            Value::Array(items.collect())
        }
        plain => plain.clone(),
    }
}

/// Whether `_sd` or `...` is left as a name anywhere, or `_sd_alg` at the top.
pub fn has_traces(claims: &Value) -> bool {
    fn inside(value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                members.iter().any(|(name, value)| name == "_sd" || name == "..." || inside(value))
            }
            Value::Array(items) => items.iter().any(inside),
            _ => false,
        }
    }
    inside(claims) || claims.get("_sd_alg").is_some()
}
