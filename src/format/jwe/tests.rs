//! The published vectors of key agreement, through whole JWEs: RFC 8037, and Wycheproof where the whole set of vectors
//! lies beside the repository.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm as Aead, LessSafeKey};
use aws_lc_rs::aead::{Nonce, UnboundKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;

/// A JWE to the key whose agreement with the one in `epk` is `shared`, made from the RFCs alone (RFC 7518 §4.6.2).
fn forge(epk: &Value, shared: &[u8], (enc, aead, bits): (&str, &'static Aead, u32)) -> String {
    let header = json!({"alg": "ECDH-ES", "enc": enc, "epk": epk, "apu": "QWxpY2U", "apv": "Qm9i"});
    let header = base64url::encode(header.to_string());
    let mut kdf = Sha256::new().chain_update(1_u32.to_be_bytes()).chain_update(shared);
    for part in [enc, "Alice", "Bob"] {
        kdf.update((part.len() as u32).to_be_bytes());
        kdf.update(part);
    }
    let derived = kdf.chain_update(bits.to_be_bytes()).finalize();
    let key = UnboundKey::new(aead, &derived[..bits as usize / 8]).unwrap();
    let mut sealed = b"content".to_vec();
    let tag = LessSafeKey::new(key).seal_in_place_separate_tag(
        Nonce::assume_unique_for_key([7; 12]),
        Aad::from(header.as_bytes()),
        &mut sealed,
    );
    let [nonce, sealed, tag] =
        [&[7; 12], sealed.as_slice(), tag.unwrap().as_ref()].map(base64url::encode);
    format!("{header}..{nonce}.{sealed}.{tag}")
}

/// As OneAsymmetricKey, in the way of `src/key/agreement.rs`.
fn der(curve: &str, secret: &[u8]) -> Vec<u8> {
    let head = match curve {
        "X25519" => "302e020100300506032b656e04220420",
        _ => "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420",
    };
    [hex(head), secret.to_vec()].concat()
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// What becomes of it: opened, or the code of the refusal.
fn open(text: &str, der: &[u8]) -> &'static str {
    match EncryptedJwe::parse(text, 9999).and_then(|jwe| josekit::decrypt(jwe.text, der)) {
        Ok(content) => {
            assert_eq!(content.as_slice(), b"content");
            "opened"
        }
        Err(error) => error.code(),
    }
}

/// Every case of a file with keys as JWK: what was demanded, and what became of it, by count.
fn tally(file: &str, curve: &str) -> Option<BTreeMap<String, usize>> {
    let path = format!("{}/../shared/vectors/wycheproof/{file}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
        assert!(!ci, "CI must run the whole set of test vectors, and {path} is missing");
        println!("{file} was NOT run: the shared vectors are not here");
        return None;
    };
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut tally = BTreeMap::new();
    for case in file["testGroups"][0]["tests"].as_array().unwrap() {
        let mut epk = case["public"].clone();
        epk.as_object_mut().unwrap().remove("kid");
        let Ok(secret) = base64url::decode(case["private"]["d"].as_str().unwrap()) else {
            *tally.entry("secret not readable".to_owned()).or_default() += 1;
            continue;
        };
        let shared = hex(case["shared"].as_str().unwrap());
        let mut secret = [vec![0; 32_usize.saturating_sub(secret.len())], secret].concat();
        let secret = secret.split_off(secret.len() - 32);
        for enc in [("A128GCM", &AES_128_GCM, 128), ("A256GCM", &AES_256_GCM, 256)] {
            let became = open(&forge(&epk, &shared, enc), &der(curve, &secret));
            let (demanded, zero) =
                (case["result"].as_str().unwrap(), shared.iter().all(|b| *b == 0));
            match demanded {
                "valid" => assert_eq!(became, "opened", "{}", case["tcId"]),
                "invalid" => assert_ne!(became, "opened", "{}", case["tcId"]),
                // An agreement of zeros is no secret (RFC 7748 §6.1); the rest is agreed on.
                _ => assert_eq!(became == "opened", !zero, "{}", case["tcId"]),
            }
            *tally.entry(format!("{demanded}: {became}")).or_default() += 1;
        }
    }
    Some(tally)
}

fn assert_tally(found: Option<BTreeMap<String, usize>>, expected: &[(&str, usize)]) {
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect();
    assert!(found.is_none() || found.as_ref() == Some(&expected), "{found:#?}");
}

/// 361 cases, each with both ciphers. The `invalid` ones name other curves or have coordinates of another length;
/// those of low order lead to zeros.
#[test]
fn x25519_of_wycheproof() {
    assert_tally(
        tally("x25519_jwk_test.json", "X25519"),
        &[
            ("valid: opened", 352),
            ("acceptable: opened", 302),
            ("acceptable: not-for-us", 50),
            ("invalid: alg-not-allowed", 8),
            ("invalid: malformed", 8),
            ("invalid: not-for-us", 2),
        ],
    );
}

/// 231 cases, each with both ciphers: points off the curve, on other curves, edge cases of the arithmetic.
#[test]
fn p256_of_wycheproof() {
    assert_tally(
        tally("ecdh_secp256r1_webcrypto_test.json", "P-256"),
        &[("valid: opened", 432), ("invalid: alg-not-allowed", 10), ("invalid: malformed", 20)],
    );
}

/// RFC 8037 §A.6 gives the keys and their agreement; the file is the cookbook's, for the same key.
#[test]
fn the_agreement_of_rfc_8037() {
    let epk = json!({"kty": "OKP", "crv": "X25519",
        "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"});
    let bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    let text = forge(&epk, &shared, ("A128GCM", &AES_128_GCM, 128));
    assert_eq!(open(&text, &der("X25519", &bob)), "opened");
    assert_eq!(open(&text, &der("X25519", &[7; 32])), "not-for-us");
    assert_eq!(open(&text, &der("P-256", &[7; 32])), "not-for-us");
    let cookbook = "../shared/vectors/primitives/jose-rfc7520/curve25519/ecdh-es.json";
    let path = format!("{}/{cookbook}", env!("CARGO_MANIFEST_DIR"));
    let Ok(file) = std::fs::read_to_string(path) else { return };
    let file: Value = serde_json::from_str(&file).unwrap();
    let compact = file["output"]["compact"].as_str().unwrap();
    let jwe = EncryptedJwe::parse(compact, 9999).unwrap();
    assert_eq!((jwe.kid(), jwe.algorithm()), (Some("Bob"), Algorithm::Ed25519));
    let opened = josekit::decrypt(jwe.text, &der("X25519", &bob)).unwrap();
    assert_eq!(opened.as_slice(), file["input"]["plaintext"].as_str().unwrap().as_bytes());
}
