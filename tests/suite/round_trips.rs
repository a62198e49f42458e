//! What is written reads back as itself, and what reads writes back as itself.

use bonafide::credential::{ClaimPath, PathSegment};
use bonafide::did::{self, Did, DidUrl, Relationship};
use bonafide::encoding::{Json, base64url, json, multibase};
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use proptest::prelude::*;
use zeroize::Zeroizing;

fn segment() -> impl Strategy<Value = PathSegment> {
    prop_oneof![
        "[a-c.\\[\\]0\"\\\\]{0,5}".prop_map(PathSegment::Name),
        any::<String>().prop_map(PathSegment::Name),
        (0..usize::MAX >> 1).prop_map(PathSegment::Index),
        Just(PathSegment::All),
    ]
}

fn public_key() -> impl Strategy<Value = PublicKey> {
    let algorithm = prop_oneof![Just(Algorithm::Ed25519), Just(Algorithm::P256)];
    (algorithm, any::<[u8; 32]>()).prop_filter_map("no scalar", |(algorithm, seed)| {
        let key = SecretKey::from_bytes(algorithm, &Zeroizing::new(seed)).ok()?;
        Some(key.public().clone())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_claim_path_reads_back_in_both_forms(
        segments in proptest::collection::vec(segment(), 1..=32),
    ) {
        let path = ClaimPath::new(segments).unwrap();
        prop_assert_eq!(&ClaimPath::parse(&path.to_string()), &Ok(path.clone()));
        prop_assert_eq!(&ClaimPath::parse(&path.to_value().to_string()), &Ok(path));
    }

    #[test]
    fn any_text_is_a_claim_path_or_refused(text in "[a-b.\\[\\]0-9*\", null-]{0,12}") {
        if let Ok(path) = ClaimPath::parse(&text) {
            prop_assert_eq!(ClaimPath::parse(&path.to_string()), Ok(path));
        }
    }

    #[test]
    fn bytes_read_back_from_base64url_and_multibase(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(multibase::decode(&multibase::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn a_base64url_text_that_is_read_is_the_only_one_for_its_bytes(text in "[A-Za-z0-9_=+/ -]{0,12}") {
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(bytes), text);
        }
    }

    #[test]
    fn a_multibase_text_that_is_read_is_the_only_one_for_its_bytes(text in "z?[1-9A-HJ-NP-Za-km-z]{0,12}") {
        if let Ok(bytes) = multibase::decode(&text) {
            prop_assert_eq!(multibase::encode(&bytes), text);
        }
    }

    #[test]
    fn a_did_that_is_read_is_written_as_it_was(text in "did:[a-z0-9]{0,3}:?[a-zA-Z0-9.:%_/#?-]{0,12}") {
        if let Ok(did) = Did::parse(&text) {
            prop_assert_eq!(did.as_str(), text.as_str());
            prop_assert_eq!(format!("did:{}:{}", did.method(), did.method_specific_id()), text.as_str());
            prop_assert!(DidUrl::parse(&text).is_err());
        }
        if let Ok(url) = DidUrl::parse(&text) {
            prop_assert_eq!(url.to_string(), text);
        }
    }

    #[test]
    fn a_key_reads_back_from_every_form(key in public_key()) {
        for did in [Did::from_key(&key), Did::jwk_from_key(&key)] {
            prop_assert_eq!(&Did::parse(did.as_str()), &Ok(did.clone()));
            let document = did::document(&did).unwrap();
            for relationship in [Relationship::Authentication, Relationship::AssertionMethod] {
                let (url, found) = document.first_key(relationship).unwrap();
                prop_assert_eq!(found, &key);
                prop_assert_eq!(&DidUrl::parse(&url.to_string()), &Ok(url.clone()));
                prop_assert_eq!(document.key(url, relationship), Ok(&key));
            }
        }
        let jwk = key.to_jwk().to_string();
        let read = PublicKey::from_jwk(&json::parse_object(jwk.as_bytes(), 4096).unwrap());
        prop_assert_eq!(read, Ok(key));
    }

    #[test]
    fn json_that_is_read_reads_back_as_itself(text in "[\\[\\]{}\",:0-9a-ez.+ \\\\-]{0,24}") {
        if let Ok(json) = json::parse(text.as_bytes(), 4096) {
            let written = serde_json::to_string(&json).unwrap();
            prop_assert_eq!(&json::parse(written.as_bytes(), 4096), &Ok(json.clone()));
            let other: serde_json::Value = serde_json::from_str(&text).unwrap();
            if !has_wide_numbers(&other) {
                prop_assert_eq!(json.to_value(), other);
            }
        }
    }
}

/// Numbers keep their own spelling in serde_json's `arbitrary_precision` mode, so only integers are
/// compared with another reader.
fn has_wide_numbers(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => !number.is_i64(),
        serde_json::Value::Array(items) => items.iter().any(has_wide_numbers),
        serde_json::Value::Object(members) => members.values().any(has_wide_numbers),
        _ => false,
    }
}

#[test]
fn an_empty_document_is_no_json() {
    assert!(json::parse(b"", 1).is_err());
    assert_eq!(json::parse(b"[]", 2), Ok(Json::Array(Vec::new())));
}
