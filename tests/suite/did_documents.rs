//! Reading DID documents of others: which keys count, for what, and what is passed over.

use bonafide::clock::Timestamp;
use bonafide::did::{AgreementKey, Did, DidDocument, DidUrl, MAX_METHODS, MethodKey, Relationship};
use bonafide::encoding::multibase;
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use serde_json::{Value, json};

use crate::support::vectors::Vectors;
use crate::support::webvh::multikey;

const DID: &str = "did:web:issuer.example";

fn public(algorithm: Algorithm, seed: u8) -> PublicKey {
    SecretKey::from_bytes(algorithm, &[seed; 32].into()).unwrap().public().clone()
}

fn ed25519(seed: u8) -> PublicKey {
    public(Algorithm::Ed25519, seed)
}

fn read(document: &Value) -> Result<DidDocument, String> {
    let did = Did::parse(DID).unwrap();
    DidDocument::read(&did, document.to_string().as_bytes())
        .map_err(|error| error.code().to_owned())
}

/// The answer for `#k`.
fn key(document: &Value, relationship: Relationship) -> Result<PublicKey, String> {
    let url = DidUrl::parse(&format!("{DID}#k")).unwrap();
    let found = read(document)?;
    found.key(&url, relationship).cloned().map_err(|error| error.code().to_owned())
}

fn assertion(document: &Value) -> Result<PublicKey, String> {
    key(document, Relationship::AssertionMethod)
}

fn method() -> Value {
    json!({"id": format!("{DID}#k"), "type": "Multikey", "controller": DID, "publicKeyMultibase": multikey(7)})
}

fn with(method: Value) -> Value {
    json!({"id": DID, "verificationMethod": [method], "assertionMethod": [format!("{DID}#k")]})
}

fn changed(change: impl FnOnce(&mut Value)) -> Value {
    let mut method = method();
    change(&mut method);
    with(method)
}

#[test]
fn names_may_be_absolute_or_relative_and_keys_referenced_or_embedded() {
    let ours = Ok(ed25519(7));
    assert_eq!(assertion(&with(method())), ours);
    assert_eq!(assertion(&changed(|method| method["id"] = "#k".into())), ours);
    let mut relative = with(method());
    relative["assertionMethod"] = json!(["#k"]);
    assert_eq!(assertion(&relative), ours);
    let embedded = json!({"id": DID, "assertionMethod": [method()]});
    assert_eq!(assertion(&embedded), ours);
    // Embedded where it is listed twice, and referenced beside that.
    let twice =
        json!({"id": DID, "assertionMethod": [method()], "authentication": [method(), "#k"]});
    assert_eq!(key(&twice, Relationship::Authentication), ours);
    let found = read(&twice).unwrap();
    assert_eq!(found.methods().len(), 1);
    assert_eq!(found.methods()[0].relationships().len(), 2);
}

#[test]
fn a_document_of_another_did_is_refused() {
    for (id, code) in [
        (json!("did:web:other.example"), "did-mismatch"),
        (json!("did:web:issuer.example:a"), "did-mismatch"),
        (json!("did:web:ISSUER.example"), "did-mismatch"),
        (json!("did:web:issuer.example#k"), "did-mismatch"),
        (json!(1), "malformed"),
        (json!(null), "malformed"),
    ] {
        let mut document = with(method());
        document["id"] = id.clone();
        assert_eq!(assertion(&document), Err(code.into()), "{id}");
    }
    let mut document = with(method());
    document.as_object_mut().unwrap().remove("id");
    assert_eq!(assertion(&document), Err("malformed".into()));
}

#[test]
fn a_key_is_good_only_for_what_it_is_listed_for() {
    for relationship in [
        Relationship::Authentication,
        Relationship::KeyAgreement,
        Relationship::CapabilityInvocation,
        Relationship::CapabilityDelegation,
    ] {
        assert_eq!(key(&with(method()), relationship), Err("wrong-purpose".into()));
        let mut document = with(method());
        document[relationship.name()] = document["assertionMethod"].take();
        document.as_object_mut().unwrap().remove("assertionMethod");
        assert_eq!(key(&document, relationship), Ok(ed25519(7)));
        assert_eq!(assertion(&document), Err("wrong-purpose".into()));
    }
    let nowhere = json!({"id": DID, "verificationMethod": [method()]});
    assert_eq!(assertion(&nowhere), Err("wrong-purpose".into()));
    let unknown = json!({"id": DID, "assertionMethod": ["#k"]});
    assert_eq!(assertion(&unknown), Err("key-not-found".into()));
    let other = json!({"id": DID, "assertionMethod": ["did:web:other.example#k"]});
    assert_eq!(assertion(&other), Err("key-not-found".into()));
}

#[test]
fn a_key_that_another_controls_is_good_for_nothing() {
    for controller in [json!("did:web:other.example"), json!([DID]), json!(null)] {
        let referenced = changed(|method| method["controller"] = controller.clone());
        assert_eq!(assertion(&referenced), Err("wrong-purpose".into()), "{controller}");
        let embedded = json!({"id": DID, "assertionMethod": [referenced["verificationMethod"][0]]});
        assert_eq!(assertion(&embedded), Err("wrong-purpose".into()), "{controller}");
    }
    let without = changed(|method| {
        method.as_object_mut().unwrap().remove("controller");
    });
    assert_eq!(assertion(&without), Err("wrong-purpose".into()));
}

#[test]
fn kinds_of_keys() {
    let p256 = public(Algorithm::P256, 7);
    let ed_jwk = ed25519(7).to_jwk();
    let typed = |kind: &str, name: &str, value: Value| {
        with(json!({"id": "#k", "type": kind, "controller": DID, name: value}))
    };
    let p256_multikey = Did::from_key(&p256).method_specific_id().to_owned();
    for (document, expected) in [
        (typed("Multikey", "publicKeyMultibase", p256_multikey.clone().into()), &p256),
        (
            typed("Ed25519VerificationKey2020", "publicKeyMultibase", multikey(7).into()),
            &ed25519(7),
        ),
        (typed("JsonWebKey", "publicKeyJwk", ed_jwk.clone()), &ed25519(7)),
        (typed("JsonWebKey2020", "publicKeyJwk", p256.to_jwk()), &p256),
    ] {
        assert_eq!(assertion(&document).as_ref(), Ok(expected), "{document}");
    }
    let mut secret = ed_jwk.clone();
    secret["d"] = "AAAA".into();
    let mut encrypts = ed_jwk.clone();
    encrypts["use"] = "enc".into();
    for document in [
        typed("Ed25519VerificationKey2020", "publicKeyMultibase", p256_multikey.into()),
        typed("Ed25519VerificationKey2018", "publicKeyBase58", "x".into()),
        typed("EcdsaSecp256k1VerificationKey2019", "publicKeyJwk", ed_jwk.clone()),
        typed("Multikey", "publicKeyJwk", ed_jwk.clone()),
        typed(
            "Multikey",
            "publicKeyMultibase",
            "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme".into(),
        ),
        typed("Multikey", "publicKeyMultibase", format!("u{}", multikey(7)).into()),
        typed("Multikey", "publicKeyMultibase", "z6Mk".into()),
        typed("Multikey", "publicKeyMultibase", 7.into()),
        typed("JsonWebKey", "publicKeyJwk", secret),
        typed("JsonWebKey", "publicKeyJwk", encrypts),
        typed("JsonWebKey", "publicKeyJwk", json!({"kty": "RSA", "n": "AQ", "e": "AQAB"})),
        typed("JsonWebKey", "publicKeyJwk", "x".into()),
        typed("JsonWebKey", "publicKeyMultibase", multikey(7).into()),
        changed(|method| method["type"] = 1.into()),
        // Names that no key reference can have.
        changed(|method| method["id"] = "#k k".into()),
        changed(|method| method["id"] = "did:web:other.example#k".into()),
        changed(|method| method["id"] = "did:web:issuer.example/x#k".into()),
        changed(|method| method["id"] = "https://issuer.example#k".into()),
    ] {
        assert_eq!(assertion(&document), Err("key-not-found".into()), "{document}");
    }
}

#[test]
fn keys_that_only_agree() {
    let x25519 = ed25519(7).x25519().unwrap();
    let multikey = multibase::encode(&[&[0xec, 0x01], &x25519[..]].concat());
    let text = bonafide::encoding::base64url::encode(x25519);
    let mut p256 = public(Algorithm::P256, 7).to_jwk();
    p256["use"] = "enc".into();
    for (kind, name, value, key) in [
        ("Multikey", "publicKeyMultibase", json!(multikey), AgreementKey::X25519(x25519)),
        (
            "JsonWebKey",
            "publicKeyJwk",
            json!({"kty": "OKP", "crv": "X25519", "x": text}),
            AgreementKey::X25519(x25519),
        ),
        ("JsonWebKey", "publicKeyJwk", p256, AgreementKey::P256(public(Algorithm::P256, 7))),
    ] {
        let method = json!({"id": "#k", "type": kind, "controller": DID, name: value});
        let document = json!({"id": DID, "keyAgreement": [method], "assertionMethod": ["#k"]});
        let found = read(&document).unwrap();
        assert_eq!(found.methods()[0].key(), &MethodKey::Agreement(key), "{document}");
        assert_eq!(assertion(&document), Err("wrong-purpose".into()));
    }
}

#[test]
fn end_and_revocation_are_kept() {
    let method = changed(|method| {
        method["expires"] = "2026-12-01T00:00:00Z".into();
        method["revoked"] = "2026-11-20T13:30:00+01:00".into();
    });
    let found = read(&method).unwrap();
    let expected =
        ["2026-12-01T00:00:00Z", "2026-11-20T12:30:00Z"].map(|t| Timestamp::parse(t).ok());
    assert_eq!([found.methods()[0].expires(), found.methods()[0].revoked()], expected);
    assert_eq!(found.revoked(), ["k"]);
    let written = found.to_json();
    assert_eq!(written["verificationMethod"][0]["revoked"], "2026-11-20T12:30:00Z");
    assert_eq!(read(&written), Ok(found));
    // Also of a key that is not understood.
    let unknown = changed(|method| {
        method["type"] = "Unknown".into();
        method["revoked"] = "2026-11-20T12:30:00Z".into();
    });
    assert_eq!(read(&unknown).unwrap().revoked(), ["k"]);
    for name in ["expires", "revoked"] {
        for bad in [json!(null), json!(1_795_176_000), json!("soon"), json!("2026-11-20")] {
            let document = changed(|method| method[name] = bad.clone());
            assert_eq!(assertion(&document), Err("malformed".into()), "{name} {bad}");
        }
    }
}

#[test]
fn two_keys_of_one_name_are_refused() {
    let mut other = method();
    other["publicKeyMultibase"] = multikey(8).into();
    let mut document = with(method());
    document["verificationMethod"].as_array_mut().unwrap().push(other.clone());
    assert_eq!(assertion(&document), Err("malformed".into()));
    let mut document = with(method());
    document["authentication"] = json!([other]);
    assert_eq!(assertion(&document), Err("malformed".into()));
    let mut ends = method();
    ends["expires"] = "2026-12-01T00:00:00Z".into();
    let mut document = with(method());
    document["authentication"] = json!([ends]);
    assert_eq!(assertion(&document), Err("malformed".into()));
}

#[test]
fn documents_are_bounded_and_well_formed() {
    let many = |count| {
        let methods: Vec<_> = (0..count).map(|_| method()).collect();
        json!({"id": DID, "verificationMethod": methods})
    };
    assert!(read(&many(MAX_METHODS)).is_ok());
    assert_eq!(read(&many(MAX_METHODS + 1)), Err("too-large".into()));
    let references = json!({"id": DID, "authentication": vec!["#k"; MAX_METHODS + 1]});
    assert_eq!(read(&references), Err("too-large".into()));
    assert_eq!(read(&json!({"id": DID, "x": "a".repeat(70_000)})), Err("too-large".into()));
    for (name, value) in [
        ("verificationMethod", json!({})),
        ("verificationMethod", json!(["#k"])),
        ("verificationMethod", json!([{"type": "Multikey"}])),
        ("assertionMethod", json!("#k")),
        ("authentication", json!([1])),
        ("keyAgreement", json!([null])),
    ] {
        let mut document = with(method());
        document[name] = value.clone();
        assert_eq!(assertion(&document), Err("malformed".into()), "{name} {value}");
    }
    let did = Did::parse(DID).unwrap();
    for (text, code) in [
        ("", "malformed"),
        ("[]", "malformed"),
        (r#"{"id":"did:web:issuer.example","id":"did:web:issuer.example"}"#, "duplicate-key"),
        (&format!("{}{}", r#"{"a":"#.repeat(5000), "}".repeat(5000)), "too-deep"),
    ] {
        let error = DidDocument::read(&did, text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code);
    }
}

/// What is written for a did:key or did:jwk is read as it was.
#[test]
fn written_documents_are_read_again() {
    for key in [ed25519(7), public(Algorithm::P256, 7)] {
        for did in [Did::from_key(&key), Did::jwk_from_key(&key)] {
            let document = bonafide::did::document(&did).unwrap();
            let text = document.to_json().to_string();
            let again = DidDocument::read(&did, text.as_bytes()).unwrap();
            assert_eq!(again.methods().len(), document.methods().len());
            for (one, two) in again.methods().iter().zip(document.methods()) {
                assert_eq!((one.id(), one.key()), (two.id(), two.key()));
                let listed = |r: &Relationship| two.relationships().contains(r);
                assert!(one.relationships().iter().all(listed));
                assert_eq!(one.relationships().len(), two.relationships().len());
            }
        }
    }
}

/// Every example document of Controlled Identifiers 1.0 that is the document of a DID can be read.
#[test]
fn published_documents_are_read() {
    let vectors = Vectors::find();
    let files = vectors.files("dids/did-key", "json");
    let mut found = 0;
    for text in files.values() {
        let cases: Value = serde_json::from_str(text).unwrap();
        for case in cases.as_object().into_iter().flat_map(|cases| cases.values()) {
            let document = case.get("didDocument").unwrap_or(case);
            let Some(id) = document["id"].as_str().filter(|id| id.starts_with("did:key:")) else {
                continue;
            };
            let did = Did::parse(id).unwrap();
            DidDocument::read(&did, document.to_string().as_bytes()).unwrap();
            found += 1;
        }
    }
    assert!(found >= 3 || files.is_empty(), "{found}");
}
