//! Names, bounds and codes of keys and DIDs, and who may sign in whose name.

use bonafide::did::{self, Did, DidError, DidUrl, Identity, Relationship};
use bonafide::encoding::{base64url, multibase};
use bonafide::key::{
    Algorithm, KeyError, KeyId, PublicKey, SecretKey, SignError, Signature, Signer,
};
use bonafide::random::{Random, RandomError};
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
fn algorithms_have_one_name_each() {
    for (algorithm, name) in [(Algorithm::Ed25519, "ed25519"), (Algorithm::P256, "p256")] {
        assert_eq!(algorithm.name(), name);
        assert_eq!(Algorithm::from_name(name), Some(algorithm));
    }
    for name in ["", "Ed25519", "P256", "p-256", "rsa"] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
}

#[test]
fn refusals_of_keys_and_dids_have_stable_codes() {
    let keys = [
        (KeyError::BadKey, "bad-key"),
        (KeyError::Unsupported, "key-unsupported"),
        (KeyError::BadSignature, "bad-signature"),
        (KeyError::Backend, "key-backend-failed"),
        (KeyError::KeyMismatch, "key-mismatch"),
    ];
    for (error, code) in keys {
        assert_eq!(error.code(), code);
    }
    let dids = [
        (DidError::BadDid, "bad-did"),
        (DidError::BadDidUrl, "bad-did-url"),
        (DidError::UnsupportedMethod, "did-method-unsupported"),
        (DidError::BadKey, "bad-key"),
        (DidError::UnsupportedKey, "key-unsupported"),
        (DidError::KeyNotFound, "key-not-found"),
        (DidError::WrongPurpose, "wrong-purpose"),
    ];
    for (error, code) in dids {
        assert_eq!(error.code(), code);
    }
}

#[test]
fn public_things_show_themselves_in_debug_and_signatures_do_not() {
    let key = key(Algorithm::P256, 7);
    let shown = format!("{:?}", key.public());
    assert_eq!(shown, format!("PublicKey(p256, {})", key.id().as_str()));
    assert_eq!(key.id().to_string(), key.id().as_str());
    assert_eq!(format!("{:?}", Signature::from_bytes([7; 64])), "Signature(64 bytes)");
    let did = Did::parse("did:web:a.example").unwrap();
    assert_eq!((format!("{did:?}"), format!("{did}")), (did.to_string(), did.as_str().to_owned()));
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
fn a_secret_key_answers_to_its_own_name_only() {
    for algorithm in BOTH {
        let (own, other) = (key(algorithm, 7), key(algorithm, 8));
        assert_eq!(own.public_key(own.id()), Some(own.public().clone()));
        assert_eq!(own.public_key(other.id()), None);
        let identity = Identity::did_key(own.id(), &own).unwrap();
        assert_eq!(identity.did(), &Did::from_key(own.public()));
        assert_eq!(identity.key_url().did(), identity.did());
        assert_eq!(identity.public_key(), own.public());
    }
}

#[test]
fn two_keys_are_the_same_only_in_both_coordinates() {
    let key = key(Algorithm::P256, 7);
    // The point and its mirror image share the x coordinate.
    let mut mirrored: [u8; 33] = key.public().to_bytes().try_into().unwrap();
    let own = PublicKey::from_p256_compressed(&mirrored).unwrap();
    mirrored[0] ^= 1;
    let mirror = PublicKey::from_p256_compressed(&mirrored).unwrap();
    assert!(own == *key.public() && mirror != own);
    assert_eq!(mirror.to_bytes(), mirrored);
    assert_ne!(mirror.id(), own.id());
    let seed = Zeroizing::new([7; 32]);
    assert_eq!(SecretKey::import(&seed, &mirror).err(), Some(KeyError::KeyMismatch));
    assert!(SecretKey::import(&seed, &own).is_ok());
}

#[test]
fn a_random_scalar_that_is_none_is_drawn_again() {
    struct Draws(Vec<u8>);
    impl Random for Draws {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
            bytes.fill(self.0.pop().ok_or(RandomError)?);
            Ok(())
        }
    }
    let found = SecretKey::generate(Algorithm::P256, &mut Draws(vec![7, 0, 0xff])).unwrap();
    assert_eq!(found.id(), key(Algorithm::P256, 7).id());
    // Not for ever.
    assert!(SecretKey::generate(Algorithm::P256, &mut Draws(vec![0; 100])).is_err());
}
