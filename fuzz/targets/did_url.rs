//! DIDs, DID URLs and the documents inside them.
#![no_main]

use bonafide::did::{Did, DidUrl, MAX_LEN, MethodKey, Relationship, document};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let url = DidUrl::parse(text);
    if let Err(error) = &url {
        assert_eq!(error.code(), "bad-did-url");
    }
    if let Ok(url) = url {
        assert_eq!(url.to_string(), text);
        assert!(text.len() <= MAX_LEN && !url.fragment().is_empty());
        assert_eq!(Did::parse(url.did().as_str()).as_ref(), Ok(url.did()));
        if let Ok(document) = document(url.did()) {
            let named = document.methods().iter().find(|method| method.id() == &url);
            let named = named.expect("a key of its own that the document does not have");
            match document.key(&url, Relationship::AssertionMethod) {
                Ok(key) => assert_eq!(named.key(), &MethodKey::Signing(key.clone())),
                Err(error) => assert_eq!(error.code(), "wrong-purpose"),
            }
        }
    }
    let Ok(did) = Did::parse(text) else {
        return;
    };
    assert_eq!(did.as_str(), text);
    assert_eq!(format!("did:{}:{}", did.method(), did.method_specific_id()), text);
    let document = document(&did);
    if let Err(error) = &document {
        assert!(!error.code().is_empty());
    }
    if let Ok(document) = document {
        assert_eq!(document.id(), &did);
        assert_eq!(document.to_json()["id"], text);
        for method in document.methods() {
            assert_eq!(method.id().did(), &did);
            assert!(!method.relationships().is_empty());
            let url = method.id().to_string();
            assert!(url.len() > MAX_LEN || DidUrl::parse(&url).as_ref() == Ok(method.id()));
        }
    }
});
