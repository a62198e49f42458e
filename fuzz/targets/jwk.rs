//! A public JWK, and the DIDs of its key.
#![no_main]

use bonafide::did::{Did, DidUrl, Relationship, document};
use bonafide::encoding::json;
use bonafide::key::{Algorithm, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(jwk) = json::parse_object(data, 16 * 1024) else {
        return;
    };
    let key = match PublicKey::from_jwk(&jwk) {
        Ok(key) => key,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    let written = key.to_jwk().to_string();
    let written = json::parse_object(written.as_bytes(), 1024).unwrap();
    for name in ["kty", "crv", "x", "y"] {
        assert_eq!(written.get(name), written.get(name).and(jwk.get(name)));
    }
    assert!(jwk.get("d").is_none());
    assert_eq!(PublicKey::from_jwk(&written), Ok(key.clone()));
    let bytes = key.to_bytes();
    let again = match key.algorithm() {
        Algorithm::Ed25519 => PublicKey::from_ed25519(&bytes.try_into().unwrap()),
        Algorithm::P256 => PublicKey::from_p256_compressed(&bytes.try_into().unwrap()),
    };
    assert_eq!(again, Ok(key.clone()));
    for did in [Did::from_key(&key), Did::jwk_from_key(&key)] {
        let document = document(&did).unwrap();
        let (url, found) = document.first_key(Relationship::Authentication).unwrap();
        assert_eq!(found, &key);
        assert_eq!(DidUrl::parse(&url.to_string()).as_ref(), Ok(url));
        assert_eq!(found.id(), key.id());
    }
});
