//! Proofs of possession: header and payload on two lines, or the text of the file as it stands.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity, Relationship, document};
use bonafide::possession::{self, ExpectedProof, is_nonce};
use bonafide_fuzz::{Zeros, check_header, jws, keys, part, token};
use libfuzzer_sys::fuzz_target;

fn assemble(lines: &str) -> String {
    let (header, payload) = lines.split_once('\n').unwrap_or((lines, ""));
    jws(header, payload)
}

fuzz_target!(|data: &[u8]| {
    let [key, _] = keys();
    let issuer = Did::from_key(&key);
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    let expected = ExpectedProof { issuer: &issuer, nonce: None, max_age: 600 };
    let named = ExpectedProof { nonce: Some("0123456789abcdef012345"), ..expected };
    // The text as a file, which may hold several proofs.
    if let Ok(text) = str::from_utf8(data) {
        match possession::read(text, &expected, now) {
            Ok(proven) => {
                assert!(!proven.is_empty() && proven.iter().all(|one| is_nonce(one.nonce())))
            }
            Err(error) => assert!(!error.code().is_empty()),
        }
    }
    let Some(token) = token(data, assemble) else {
        return;
    };
    let token = token.trim();
    if token.starts_with('{') {
        return;
    }
    let Ok(proven) = possession::read(token, &expected, now) else {
        return assert!(possession::read(token, &named, now).is_err());
    };
    let [one] = proven.as_slice() else {
        panic!("one token, {} proofs", proven.len());
    };
    check_header(token, "openid4vci-proof+jwt");
    let payload = part(token, 1);
    assert_eq!(payload["aud"], issuer.as_str());
    assert_eq!(payload["nonce"], one.nonce());
    let kid = part(token, 0)["kid"].as_str().unwrap().to_owned();
    assert!(kid.starts_with(one.did().as_str()) && is_nonce(one.nonce()));
    let document = document(one.did()).unwrap();
    assert_eq!(document.first_key(Relationship::Authentication).unwrap().1, one.key());
    let signer = Zeros(key.clone());
    let holder = Identity::did_key(&key.id(), &signer).unwrap();
    let written = possession::prove(&[holder], &issuer, one.nonce(), now).unwrap().unwrap();
    let again = possession::read(&written, &expected, now).unwrap();
    assert!(again.iter().all(|again| again.key() == &key && again.nonce() == one.nonce()));
    let answers = possession::read(token, &named, now).is_ok();
    assert_eq!(answers, Some(one.nonce()) == named.nonce);
});
