//! The published examples of JOSE (RFC 7520, RFC 8037, RFC 7638), and what is not offered of them.

use crate::support::vectors::Vectors;
use bonafide::encoding::{EncodingError, base64url, json};
use bonafide::format::jws::{JwsError, UnverifiedJws};
use bonafide::key::{Algorithm, KeyError, PublicKey, SecretKey, Signature};
use serde_json::Value;
use zeroize::Zeroizing;

/// Folders whose features are not offered: how many files, and why.
const NOT_OFFERED: [(&str, &str, usize, &str); 8] = [
    ("jcs/input", "json", 6, "RFC 8785 comes with Data Integrity"),
    ("jcs/output", "json", 6, "RFC 8785 comes with Data Integrity"),
    ("jcs/outhex", "txt", 6, "RFC 8785 comes with Data Integrity"),
    ("slip39", "json", 1, "guardian shares come with recovery"),
    ("jose-rfc7520/jwe", "json", 8, "tests/suite/sealed.rs: all of other algorithms than ours"),
    ("jose-rfc7520/rfc7797", "json", 2, "HMAC, and payloads that are not encoded"),
    (
        "jose-rfc7520",
        "json",
        2,
        "6.nesting_signatures_and_encryption.json: RSA and JWE; package.json: no vector",
    ),
    (
        "jose-rfc7520/curve25519",
        "json",
        2,
        "ecdh-es.json: src/format/jwe/tests.rs; jws.json: tested here",
    ),
];

fn files(vectors: &Vectors, folder: &str) -> Vec<(String, Value)> {
    let files = vectors.files(&format!("primitives/jose-rfc7520/{folder}"), "json");
    let parse = |text: String| serde_json::from_str(&text).unwrap();
    files.into_iter().map(|(name, text)| (name, parse(text))).collect()
}

fn read_jwk(text: &str) -> Result<PublicKey, KeyError> {
    PublicKey::from_jwk(&json::parse_object(text.as_bytes(), 9999).unwrap())
}

#[test]
fn what_is_not_offered_is_listed() {
    let vectors = Vectors::find();
    for (folder, extension, count, reason) in NOT_OFFERED {
        let files = vectors.files(&format!("primitives/{folder}"), extension);
        vectors.assert_count(files.len(), count, false, &format!("{folder} ({reason})"));
    }
}

/// BIP-39: 24 words are read and written, fewer are no phrase of ours.
#[cfg(feature = "wallet")]
#[test]
fn the_phrases_of_bip_39() {
    use bonafide::wallet::{PhraseError, RecoveryPhrase};
    let vectors = Vectors::find();
    let files = vectors.files("primitives/bip39", "json");
    let mut read = 0;
    for (_, text) in files {
        let all: Value = serde_json::from_str(&text).unwrap();
        for vector in all["english"].as_array().unwrap() {
            let words: Vec<&str> = vector[1].as_str().unwrap().split(' ').collect();
            match RecoveryPhrase::parse(&words.join(" ")) {
                Ok(phrase) => assert_eq!(phrase.words().collect::<Vec<_>>(), words),
                Err(error) => assert_eq!(error, PhraseError::WordCount(words.len())),
            }
            read += usize::from(words.len() == 24);
        }
    }
    vectors.assert_count(read, 6, false, "phrases of 24 words");
}

/// RFC 8037 §A.4, from the cookbook. It names no `typ`, so it is not a token of ours: the signature
/// is checked by itself, and the token as a whole is refused.
#[test]
fn the_ed25519_signature_of_rfc_8037() {
    let vectors = Vectors::find();
    let files = files(&vectors, "curve25519");
    let jws = files.iter().find(|(name, _)| name == "jws.json");
    if let Some((_, vector)) = jws {
        let text = |pointer: &str| vector.pointer(pointer).unwrap().as_str().unwrap();
        let x = base64url::decode_array(text("/input/key/x")).unwrap();
        let d = Zeroizing::new(base64url::decode_array(text("/input/key/d")).unwrap());
        let public = PublicKey::from_ed25519(&x).unwrap();
        let secret = SecretKey::import(&d, &public).unwrap();
        assert_eq!(secret.public(), &public);
        let signature = base64url::decode_array(text("/signing/sig")).unwrap();
        let signed = text("/signing/sig-input").as_bytes();
        assert_eq!(public.verify(signed, &Signature::from_bytes(signature)), Ok(()));
        for position in 0..64 {
            let mut flipped = signature;
            flipped[position] ^= 1;
            let refused = public.verify(signed, &Signature::from_bytes(flipped));
            assert_eq!(refused, Err(KeyError::BadSignature), "byte {position}");
        }
        let token = UnverifiedJws::parse(text("/output/compact"), "JWT", 4096);
        assert_eq!(token.map(|_| ()), Err(JwsError::WrongType));
    }
    vectors.assert_count(jws.iter().count(), 1, false, "Ed25519 signatures");
}

/// RSA, HMAC and P-521 are not offered; nor is the JSON serialization, which 4.7 and 4.8 use alone.
#[test]
fn the_signatures_of_rfc_7520_are_refused_by_their_algorithm() {
    let vectors = Vectors::find();
    let files = files(&vectors, "jws");
    let mut json_only = Vec::new();
    for (name, vector) in &files {
        let Some(compact) = vector.pointer("/output/compact").and_then(Value::as_str) else {
            json_only.push(name.as_str());
            continue;
        };
        let refused = UnverifiedJws::parse(compact, "JWT", 4096).map(|_| ());
        assert_eq!(refused, Err(JwsError::AlgNotAllowed), "{name}");
    }
    if !files.is_empty() {
        assert_eq!(json_only, ["4_7.protecting_content_only.json", "4_8.multiple_signatures.json"]);
    }
    vectors.assert_count(files.len(), 7, false, "JWS files");
}

#[test]
fn the_keys_of_rfc_7520_are_unsupported_or_secret() {
    let vectors = Vectors::find();
    let files = files(&vectors, "jwk");
    for (name, jwk) in &files {
        let expected =
            if name.contains("public") { KeyError::Unsupported } else { KeyError::BadKey };
        assert_eq!(read_jwk(&jwk.to_string()), Err(expected), "{name}");
    }
    vectors.assert_count(files.len(), 6, false, "JWK files");
}

/// RFC 8037 §A.3; the example of RFC 7638 §3.1 itself is an RSA key, which is not offered.
#[test]
fn the_thumbprint_of_rfc_8037() {
    let key = read_jwk(
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "use":"sig","kid":"any"}"#,
    );
    assert_eq!(key.unwrap().id().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let rsa = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z","e":"AQAB"}"#;
    assert_eq!(read_jwk(rsa), Err(KeyError::Unsupported));
}

/// RFC 8032 §7.1, tests 1 to 3.
#[test]
fn the_signatures_of_rfc_8032() {
    let vectors: [(&str, &str, &str); 3] = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (key, message, signature) in vectors {
        let key = PublicKey::from_ed25519(&hex(key).try_into().unwrap()).unwrap();
        assert_eq!(key.algorithm(), Algorithm::Ed25519);
        let signature = Signature::from_bytes(hex(signature).try_into().unwrap());
        assert_eq!(key.verify(&hex(message), &signature), Ok(()));
        assert_eq!(key.verify(b"other", &signature), Err(KeyError::BadSignature));
    }
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// RFC 4648 §10 in the alphabet and without the padding of §5; what a lax reader would accept is not.
#[test]
fn the_base64_texts_of_rfc_4648() {
    let texts = [
        ("", ""),
        ("f", "Zg"),
        ("fo", "Zm8"),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg"),
        ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ];
    for (plain, text) in texts {
        assert_eq!(base64url::encode(plain), text);
        assert_eq!(base64url::decode(text).as_deref(), Ok(plain.as_bytes()));
        if text.len() % 4 != 0 {
            let padded = format!("{text}{}", "=".repeat(4 - text.len() % 4));
            assert_eq!(base64url::decode(&padded), Err(EncodingError::Base64));
        }
    }
    for spare_bits in ["Zh", "Zm9", "Zm9vYh"] {
        assert_eq!(base64url::decode(spare_bits), Err(EncodingError::Base64));
    }
}
