//! DID documents of did:web. The first line may be the DID; without one it is that of the seeds.
#![no_main]

use std::collections::BTreeSet;

use bonafide::clock::Timestamp;
use bonafide::did::{Did, DidDocument, DidUrl, MAX_METHODS, MethodKey, Relationship};
use bonafide::resolve::{KnownDid, Location, WebDocument};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Whether the document has a method of that name with what is claimed, found by serde_json.
fn is_written(document: &Value, url: &DidUrl) -> bool {
    let lists = document.as_object().unwrap().values().filter_map(Value::as_array).flatten();
    let (absolute, relative) = (url.to_string(), format!("#{}", url.fragment()));
    lists.filter_map(|item| item["id"].as_str()).any(|id| id == absolute || id == relative)
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let (did, text) = match text.split_once('\n') {
        Some((did, rest)) if did.starts_with("did:") => (did, rest),
        _ => ("did:web:issuer.example", text),
    };
    let Ok(did) = Did::parse(did) else {
        return;
    };
    if let Ok(location) = Location::of(&did) {
        let url = location.url();
        assert!(url.starts_with("https://") && !url.contains(['?', '#', '\\', '@', ' ', '\0']));
        assert!(!url.contains("/../") && !url.contains("/./") && !url.contains("//.."));
        assert!(location.host().parse::<std::net::IpAddr>().is_err());
    }
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    let document = match DidDocument::read(&did, text.as_bytes()) {
        Ok(document) => document,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    let raw: Value = serde_json::from_str(text).unwrap();
    assert_eq!(raw["id"], did.as_str());
    assert!(document.methods().len() <= MAX_METHODS);
    let mut names = BTreeSet::new();
    for method in document.methods() {
        assert!(names.insert(method.id().fragment()), "one name, two keys");
        assert!(method.id().did() == &did && is_written(&raw, method.id()));
        let asked = document.key(method.id(), Relationship::AssertionMethod);
        let signs = matches!(method.key(), MethodKey::Signing(_));
        let listed = method.relationships().contains(&Relationship::AssertionMethod);
        assert_eq!(asked.is_ok(), signs && listed);
        assert!(
            method.revoked().is_none()
                || document.revoked().iter().any(|r| r == method.id().fragment())
        );
    }
    // Written and read alike.
    let again = DidDocument::read(&did, document.to_json().to_string().as_bytes());
    if let Ok(again) = again {
        assert!(again.methods().len() == document.methods().len());
    }
    let Ok(web) = WebDocument::read(&did, text.as_bytes(), now) else {
        return;
    };
    let known = KnownDid::Web(web);
    for method in document.methods() {
        let name = method.id().fragment();
        match known.key(name, Relationship::AssertionMethod, now, now) {
            Ok(used) => {
                assert_eq!(&MethodKey::Signing(used.key.clone()), method.key());
                assert!(method.revoked().is_none() && used.until == method.expires());
            }
            Err(error) => assert!(!error.code().is_empty()),
        }
    }
});
