//! Names and codes of keys, what they show of themselves, and what they answer to.

use bonafide::did::{Did, DidError, Identity};
use bonafide::key::{Algorithm, KeyError, PublicKey, SecretKey, Signature, Signer};
use bonafide::random::{Random, RandomError};
use zeroize::Zeroizing;

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_bytes(algorithm, &Zeroizing::new([seed; 32])).unwrap()
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
