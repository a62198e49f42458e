//! The published examples of did:key, did:jwk and Multikey, and what is not offered of DIDs.

use crate::support::vectors::Vectors;
use bonafide::did::{
    self, AgreementKey, Did, DidDocument, DidError, DidUrl, MethodKey, Relationship,
};
use bonafide::encoding::{base64url, json, multibase};
use bonafide::key::{Algorithm, KeyError, PublicKey, SecretKey};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// One JSON file; null where the small copy lacks it.
fn json_file(vectors: &Vectors, folder: &str, file: &str) -> Value {
    let files = vectors.files(&format!("dids/{folder}"), "json");
    files.get(file).map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

fn resolve(text: &str) -> Result<DidDocument, DidError> {
    did::document(&Did::parse(text)?)
}

/// The key inside a method of a published document: raw bytes, without any multicodec prefix.
fn raw_key(method: &Value) -> Vec<u8> {
    if let Some(text) = method["publicKeyBase58"].as_str() {
        return bs58::decode(text).into_vec().unwrap();
    }
    if let Some(text) = method["publicKeyMultibase"].as_str() {
        return multibase::decode(text).unwrap().split_off(2);
    }
    let jwk = &method["publicKeyJwk"];
    if jwk["crv"] == "P-256" {
        return public_jwk(jwk).unwrap().to_bytes();
    }
    base64url::decode(jwk["x"].as_str().unwrap()).unwrap()
}

fn public_jwk(jwk: &Value) -> Result<PublicKey, KeyError> {
    PublicKey::from_jwk(&json::parse_object(jwk.to_string().as_bytes(), 9999).unwrap())
}

/// The methods of a published document by id, also those written out under a relationship.
fn published_methods(document: &Value) -> Map<String, Value> {
    let lists = document.as_object().unwrap().values();
    let methods = lists.filter_map(Value::as_array).flatten();
    let methods = methods.filter_map(|method| Some((method["id"].as_str()?.to_owned(), method)));
    methods.map(|(id, method)| (id, method.clone())).collect()
}

/// What a published document lists a method for. One example writes `did:jwk:$…` for its own DID.
fn published_uses(document: &Value, id: &str) -> Vec<String> {
    let lists = document.as_object().unwrap().iter();
    let lists = lists.filter(|(name, _)| *name != "verificationMethod" && *name != "@context");
    let named = |item: &Value| {
        item["id"] == id || item.as_str().is_some_and(|item| item.replace('$', "") == id)
    };
    let uses = lists.filter(|(_, list)| list.as_array().is_some_and(|l| l.iter().any(named)));
    let mut uses: Vec<String> = uses.map(|(name, _)| name.clone()).collect();
    uses.sort();
    uses
}

/// Compares our document with a published one: DID, ids, keys and what they are for.
fn assert_same(ours: &DidDocument, published: &Value) {
    assert_eq!(published["id"], ours.id().as_str());
    let methods = published_methods(published);
    assert_eq!(methods.len(), ours.methods().len(), "{}", ours.id());
    for method in ours.methods() {
        let id = method.id().to_string();
        assert_eq!(DidUrl::parse(&id).as_ref(), Ok(method.id()));
        let raw = match method.key() {
            MethodKey::Signing(key) | MethodKey::Agreement(AgreementKey::P256(key)) => {
                key.to_bytes()
            }
            MethodKey::Agreement(AgreementKey::X25519(bytes)) => bytes.to_vec(),
        };
        assert_eq!(raw_key(&methods[&id]), raw, "{id}");
        let mut uses: Vec<_> = method.relationships().iter().map(|r| r.name()).collect();
        uses.sort_unstable();
        assert_eq!(published_uses(published, &id), uses, "{id}");
    }
    let written = ours.to_json();
    assert_eq!(published_methods(&written).len(), methods.len());
}

#[test]
fn ed25519_did_keys_have_the_published_documents() {
    let vectors = Vectors::find();
    let published = json_file(&vectors, "did-key", "ed25519-x25519.json");
    let published = published.as_object().unwrap();
    for (text, vector) in published {
        let ours = resolve(text).unwrap();
        assert_same(&ours, &vector["didDocument"]);
        let seed = vector["seed"].as_str().unwrap();
        let (zeros, last) = seed.split_at(62);
        assert!(zeros.bytes().all(|digit| digit == b'0'));
        let mut seed = Zeroizing::new([0; 32]);
        seed[31] = u8::from_str_radix(last, 16).unwrap();
        let key = SecretKey::from_bytes(Algorithm::Ed25519, &seed).unwrap();
        assert_eq!(Did::from_key(key.public()).as_str(), text);
        let (_, signing) = ours.first_key(Relationship::AssertionMethod).unwrap();
        assert_eq!(signing, key.public());
    }
    vectors.assert_count(published.len(), 5, true, "Ed25519 did:keys");
}

#[test]
fn nist_did_keys_are_p256_or_unsupported() {
    let vectors = Vectors::find();
    let published = json_file(&vectors, "did-key", "nist-curves.json");
    let (mut p256, mut others) = (0, 0);
    for (text, vector) in published.as_object().into_iter().flatten() {
        if text.starts_with("did:key:zDna") {
            let ours = resolve(text).unwrap();
            assert_same(&ours, &vector["didDocument"]);
            let (_, key) = ours.first_key(Relationship::Authentication).unwrap();
            assert_eq!(Did::from_key(key).as_str(), text);
            p256 += 1;
        } else {
            assert_eq!(resolve(text), Err(DidError::UnsupportedKey), "{text}");
            others += 1;
        }
    }
    vectors.assert_count(p256, 3, false, "P-256 did:keys");
    vectors.assert_count(others, 4, false, "P-384 and P-521 did:keys");
}

/// Feature not offered: curves and schemes other than Ed25519 and P-256.
#[test]
fn other_kinds_of_key_are_unsupported_not_broken() {
    let vectors = Vectors::find();
    let files = [("secp256k1", 6), ("bls12381", 6), ("rsa", 2), ("x25519", 4)];
    for (file, expected) in files {
        let published = json_file(&vectors, "did-key", &format!("{file}.json"));
        let entries = published.get("didDocument").unwrap_or(&published);
        let dids: Vec<&String> = entries.as_object().into_iter().flat_map(Map::keys).collect();
        for text in &dids {
            assert_eq!(resolve(text), Err(DidError::UnsupportedKey), "{file}: {text}");
        }
        vectors.assert_count(dids.len(), expected, false, file);
    }
}

#[test]
fn the_examples_of_the_did_key_text() {
    let vectors = Vectors::find();
    let examples = json_file(&vectors, "did-key", "spec-examples.json");
    let (mut documents, mut dids) = (0, 0);
    for example in examples.as_array().into_iter().flatten() {
        let content = &example["content"];
        let Some(text) = content.as_str() else {
            assert_same(&resolve(content["id"].as_str().unwrap()).unwrap(), content);
            documents += 1;
            continue;
        };
        for text in text.split_whitespace() {
            let unsupported = ["zQ3s", "zUC7", "z82L"].iter().any(|head| text.contains(head));
            let expected = unsupported.then_some(DidError::UnsupportedKey);
            assert_eq!(resolve(text).err(), expected, "{text}");
            dids += 1;
        }
    }
    vectors.assert_count(documents, 2, false, "did:key documents");
    vectors.assert_count(dids, 8, false, "did:key DIDs");
}

#[test]
fn the_examples_of_the_did_jwk_text() {
    let vectors = Vectors::find();
    let examples = json_file(&vectors, "did-jwk", "examples.json");
    let (mut ours, mut others) = (0, 0);
    for example in examples.as_array().into_iter().flatten() {
        let content = &example["content"];
        let (text, is_url) = match content.as_str() {
            Some(text) => (text, text.contains('#')),
            None => (content["id"].as_str().unwrap(), false),
        };
        let did = if is_url {
            let url = DidUrl::parse(text).unwrap();
            assert_eq!(url.fragment(), "0");
            url.did().clone()
        } else {
            Did::parse(text).unwrap()
        };
        let Ok(document) = did::document(&did) else {
            // X25519 with "use":"enc": a key that only agrees is not offered.
            assert_eq!(did::document(&did), Err(DidError::UnsupportedKey));
            others += 1;
            continue;
        };
        if content.is_object() {
            assert_same(&document, content);
            let jwk = &content["verificationMethod"][0]["publicKeyJwk"];
            assert_eq!(Did::jwk_from_key(&public_jwk(jwk).unwrap()), did);
        }
        ours += 1;
    }
    vectors.assert_count(ours, 3, false, "P-256 did:jwk examples");
    vectors.assert_count(others, 3, false, "X25519 did:jwk examples");
}

/// A multikey is what follows `did:key:`.
#[test]
fn the_multikeys_of_the_cid_text() {
    let vectors = Vectors::find();
    let examples = json_file(&vectors, "multikey", "cid-spec-examples.json");
    let mut found = Vec::new();
    collect(&examples, "publicKeyMultibase", &mut found);
    for multikey in &found {
        let multikey = multikey.as_str().unwrap();
        // Not offered: P-384, BLS12-381 G2, SM2.
        let unsupported = ["z82L", "zUC7", "zEPJ"].iter().any(|head| multikey.starts_with(head));
        let document = resolve(&format!("did:key:{multikey}"));
        match document {
            Ok(document) => {
                assert_eq!(document.methods()[0].key().to_multikey(), multikey);
                assert!(!unsupported);
            }
            Err(error) => {
                assert_eq!(error, DidError::UnsupportedKey, "{multikey}");
                assert!(unsupported, "{multikey}");
            }
        }
    }
    vectors.assert_count(found.len(), 14, false, "multikeys");
}

/// The text's own P-256 example, encoded twice and with spare bits: no point on the curve.
const NO_POINT: &str = "Ums5WVgwRkRTVVFnU3k5c2xvZllMbEcwM3NPRW91ZzN";

/// The examples of JSON Web Keys: P-256 and Ed25519 are read, others are not offered.
#[test]
fn the_json_web_keys_of_the_cid_text() {
    let vectors = Vectors::find();
    let examples = json_file(&vectors, "multikey", "cid-spec-examples.json");
    let mut found = Vec::new();
    collect(&examples, "publicKeyJwk", &mut found);
    for jwk in &found {
        let expected = match jwk["crv"].as_str() {
            _ if jwk["x"] == NO_POINT => Some(KeyError::BadKey),
            Some("P-256" | "Ed25519") => None,
            _ => Some(KeyError::Unsupported),
        };
        assert_eq!(public_jwk(jwk).as_ref().err(), expected.as_ref(), "{jwk}");
        if let Ok(key) = public_jwk(jwk) {
            assert_eq!(key.to_jwk()["x"], jwk["x"]);
        }
    }
    vectors.assert_count(found.len(), 8, false, "JSON Web Keys");
}

fn collect(value: &Value, name: &str, found: &mut Vec<Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name).cloned());
            members.values().for_each(|value| collect(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}
