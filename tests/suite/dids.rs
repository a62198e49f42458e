//! Bounds of DIDs, the documents of those that carry their own key, and who may sign in whose name.

use bonafide::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use bonafide::encoding::{base64url, multibase};
use bonafide::key::{Algorithm, KeyId, SecretKey, SignError};
use serde_json::json;
use zeroize::Zeroizing;

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_bytes(algorithm, &Zeroizing::new([seed; 32])).unwrap()
}

fn jwk_did(jwk: &serde_json::Value) -> Did {
    Did::parse(&format!("did:jwk:{}", base64url::encode(jwk.to_string()))).unwrap()
}

#[test]
fn a_did_is_at_most_1024_bytes_long() {
    let of = |length: usize| format!("did:x:{}", "a".repeat(length - 6));
    assert!(Did::parse(&of(1_024)).is_ok());
    assert_eq!(Did::parse(&of(1_025)), Err(DidError::BadDid));
}

#[test]
fn a_did_url_is_at_most_1024_bytes_long() {
    let of = |length: usize| format!("did:x:a#{}", "k".repeat(length - 8));
    assert!(DidUrl::parse(&of(1_024)).is_ok());
    assert_eq!(DidUrl::parse(&of(1_025)), Err(DidError::BadDidUrl));
}

#[test]
fn a_fragment_has_only_plain_characters() {
    for good in ["k", "key-1", "a_b", "a.b", "a~b", "0"] {
        let url = DidUrl::parse(&format!("did:web:a.example#{good}")).unwrap();
        assert_eq!(url.fragment(), good);
    }
    for bad in ["a%20b", "a b", "a/b", "a?b", "a:b", "a+b", "é"] {
        let url = DidUrl::parse(&format!("did:web:a.example#{bad}"));
        assert_eq!(url, Err(DidError::BadDidUrl), "{bad}");
    }
}

#[test]
fn the_x25519_key_of_a_did_key_is_named_by_itself() {
    let did = Did::from_key(key(Algorithm::Ed25519, 7).public());
    let other = Did::from_key(key(Algorithm::Ed25519, 8).public());
    let agreement = |did: &Did| did::document(did).unwrap().methods()[1].id().clone();
    let own = agreement(&did);
    assert_eq!(DidUrl::parse(&own.to_string()), Ok(own.clone()));
    let strange = format!("{did}#{}", agreement(&other).fragment());
    assert_eq!(DidUrl::parse(&strange), Err(DidError::BadDidUrl));
    let document = did::document(&did).unwrap();
    assert_eq!(document.key(&own, Relationship::KeyAgreement), Err(DidError::WrongPurpose));
    let unknown = agreement(&other);
    assert_eq!(document.key(&unknown, Relationship::KeyAgreement), Err(DidError::KeyNotFound));
    // Nor does the key that signs agree.
    let signing = document.methods()[0].id();
    assert_eq!(document.key(signing, Relationship::KeyAgreement), Err(DidError::WrongPurpose));
    assert_eq!(document.first_key(Relationship::KeyAgreement), None);
}

#[test]
fn a_did_jwk_says_what_its_key_is_for() {
    use Relationship::{
        AssertionMethod, Authentication, CapabilityDelegation, CapabilityInvocation, KeyAgreement,
    };
    let signing = vec![Authentication, AssertionMethod, CapabilityInvocation, CapabilityDelegation];
    let every = [signing.clone(), vec![KeyAgreement]].concat();
    for (algorithm, stated, expected) in [
        (Algorithm::Ed25519, None, Ok(&signing)),
        (Algorithm::Ed25519, Some("sig"), Ok(&signing)),
        (Algorithm::Ed25519, Some("enc"), Err(DidError::BadKey)),
        (Algorithm::P256, None, Ok(&every)),
        (Algorithm::P256, Some("sig"), Ok(&signing)),
        (Algorithm::P256, Some("enc"), Ok(&vec![KeyAgreement])),
        (Algorithm::P256, Some("other"), Err(DidError::BadKey)),
    ] {
        let mut jwk = key(algorithm, 7).public().to_jwk();
        if let Some(stated) = stated {
            jwk["use"] = stated.into();
        }
        let document = did::document(&jwk_did(&jwk));
        let found = document.map(|document| document.methods()[0].relationships().to_vec());
        assert_eq!(found.as_ref(), expected.as_ref().copied(), "{algorithm:?} {stated:?}");
    }
}

#[test]
fn a_did_that_holds_no_key_of_ours() {
    let methods = ["did:web:a.example", "did:example:a", "did:keys:z6Mk"];
    for did in methods {
        let found = did::document(&Did::parse(did).unwrap());
        assert_eq!(found, Err(DidError::UnsupportedMethod), "{did}");
    }
    let kinds = [json!({"kty": "RSA", "n": "AQ", "e": "AQAB"}), json!({"kty": "oct"})];
    for jwk in kinds {
        assert_eq!(did::document(&jwk_did(&jwk)), Err(DidError::UnsupportedKey), "{jwk}");
    }
    for id in ["!", "e30=", "AAAA", "W10", "bnVsbA"] {
        let did = Did::parse(&format!("did:jwk:{id}"));
        assert!(did.is_err() || did::document(&did.unwrap()) == Err(DidError::BadDid), "{id}");
    }
    let bad = |bytes: &[u8]| {
        did::document(&Did::parse(&format!("did:key:{}", multibase::encode(bytes))).unwrap())
    };
    let key = [7; 48];
    // secp256k1, BLS12-381 G1, G2 and G1G2, X25519, sr25519, then P-384 to SM2.
    for prefix in [0xe7, 0xea, 0xeb, 0xec, 0xee, 0xef] {
        let found = bad(&[&[prefix, 0x01], &key[..]].concat());
        assert_eq!(found, Err(DidError::UnsupportedKey), "{prefix:x}");
    }
    for prefix in 0x81..=0x86 {
        let found = bad(&[&[prefix, 0x24], &key[..]].concat());
        assert_eq!(found, Err(DidError::UnsupportedKey), "{prefix:x}");
    }
    for other in [&[][..], &[0xed], &[0xed, 0x02], &[0x80, 0x25], &[0xe7, 0x02], &[0x87, 0x24]] {
        assert_eq!(bad(&[other, &key[..32]].concat()), Err(DidError::BadKey), "{other:x?}");
    }
    for length in [0, 31, 33] {
        assert_eq!(bad(&[&[0xed, 0x01], &key[..length]].concat()), Err(DidError::BadKey));
    }
    for length in [0, 32, 34] {
        assert_eq!(bad(&[&[0x80, 0x24, 2], &key[..length]].concat()), Err(DidError::BadKey));
    }
}

#[test]
fn nobody_signs_in_the_name_of_another() {
    for algorithm in BOTH {
        let (own, other) = (key(algorithm, 7), key(algorithm, 8));
        let error = |did: Did, id: &KeyId| Identity::new(did, id, &own).err();
        assert_eq!(error(Did::from_key(own.public()), own.id()), None);
        assert_eq!(error(Did::jwk_from_key(own.public()), own.id()), None);
        assert_eq!(error(Did::from_key(other.public()), own.id()), Some(SignError::UnknownKey));
        assert_eq!(error(Did::from_key(other.public()), other.id()), Some(SignError::UnknownKey));
        assert_eq!(Identity::did_key(other.id(), &own).err(), Some(SignError::UnknownKey));
        let web = Did::parse("did:web:a.example").unwrap();
        assert_eq!(error(web, own.id()), Some(SignError::UnknownKey));
    }
    let p256 = key(Algorithm::P256, 7);
    let mut jwk = p256.public().to_jwk();
    jwk["use"] = "enc".into();
    let sealing = Identity::new(jwk_did(&jwk), p256.id(), &p256);
    assert_eq!(sealing.err(), Some(SignError::NotAllowed));
}

#[test]
fn a_document_lists_its_keys_as_multikeys() {
    let ed25519 = Did::from_key(key(Algorithm::Ed25519, 7).public());
    let (did, id) = (ed25519.as_str(), ed25519.method_specific_id());
    let agreement = did::document(&ed25519).unwrap().methods()[1].id().fragment().to_owned();
    let (own, x25519) = (format!("{did}#{id}"), format!("{did}#{agreement}"));
    let method = |id: &str, multikey: &str| json!({"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey});
    let expected = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [method(&own, id), method(&x25519, &agreement)],
        "authentication": [own],
        "assertionMethod": [own],
        "capabilityInvocation": [own],
        "capabilityDelegation": [own],
        "keyAgreement": [x25519],
    });
    assert_eq!(did::document(&ed25519).unwrap().to_json(), expected);
    // What no key is listed for is not there.
    let mut jwk = key(Algorithm::P256, 7).public().to_jwk();
    jwk["use"] = "enc".into();
    let document = did::document(&jwk_did(&jwk)).unwrap();
    let members = document.to_json();
    let members: Vec<_> = members.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members.len(), 4, "{members:?}");
    assert!(members.contains(&"keyAgreement") && !members.contains(&"assertionMethod"));
}
