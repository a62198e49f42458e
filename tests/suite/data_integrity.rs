//! eddsa-jcs-2022: the published vectors, and one negative case for each thing that is checked.

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::{base64url, jcs, json, multibase};
use bonafide::format::data_integrity::{ExpectedProof, ProofError, ProofOptions, SecuredDocument};
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::vectors::Vectors;

const NOW: &str = "2026-11-20T14:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn canonical(text: &str) -> Vec<u8> {
    jcs::canonical(&json::parse_object(text.as_bytes(), 1 << 20).unwrap()).unwrap()
}

/// Checks the proof at `at` with the key that its did:key names.
fn verify(
    text: &str,
    at: usize,
    expected: &ExpectedProof<'_>,
    now: Timestamp,
) -> Result<(), ProofError> {
    let secured = SecuredDocument::parse(text.as_bytes(), 1 << 20)?;
    let proofs = secured.proofs()?;
    let document = bonafide::did::document(proofs[at].verification_method().did()).unwrap();
    let (_, key) = document.first_key(bonafide::did::Relationship::AssertionMethod).unwrap();
    secured.verify(&proofs[at], key, expected, now)
}

fn check(document: &Value) -> Result<(), ProofError> {
    verify(&document.to_string(), 0, &ExpectedProof::of("assertionMethod"), now())
}

#[test]
fn the_published_vectors_byte_for_byte() {
    let vectors = Vectors::find();
    let folder = "data-integrity/eddsa/eddsa-jcs-2022";
    let (texts, jsons) = (vectors.files(folder, "txt"), vectors.files(folder, "json"));
    vectors.assert_count(texts.len() + jsons.len(), 9, false, "files of eddsa-jcs-2022");
    let parent = vectors.files("data-integrity/eddsa", "json");
    if texts.is_empty() {
        return;
    }
    let text = |name: &str| texts[name].trim().to_owned();
    let (document, config) = (&parent["unsigned.json"], &jsons["proofConfigJCS.json"]);
    assert_eq!(canonical(document), text("canonDocJCS.txt").as_bytes());
    assert_eq!(canonical(config), text("proofCanonJCS.txt").as_bytes());
    let hashes = [config, document].map(|text| hex(&Sha256::digest(canonical(text))));
    assert_eq!(hashes, [text("proofHashJCS.txt"), text("docHashJCS.txt")]);
    assert_eq!(hashes.concat(), text("combinedHashJCS.txt"));

    // Signing is deterministic: the same key makes the same signature.
    let pair: Value = serde_json::from_str(&parent["keyPair.json"]).unwrap();
    let secret = multibase::decode(pair["privateKeyMultibase"].as_str().unwrap()).unwrap();
    let secret: [u8; 32] = secret[2..].try_into().unwrap();
    let secret = SecretKey::from_bytes(Algorithm::Ed25519, &secret.into()).unwrap();
    let signer = Identity::did_key(secret.id(), &secret).unwrap();
    let object = json::parse_object(document.as_bytes(), 1 << 20).unwrap();
    let mut ours = SecuredDocument::unsecured(object);
    assert_eq!(hex(&ours.hash().unwrap()), text("docHashJCS.txt"));
    let created = Timestamp::parse("2023-02-24T23:36:38Z").ok();
    let options =
        ProofOptions { purpose: "assertionMethod".into(), created, ..ProofOptions::default() };
    ours.add_proof(&options, &signer).unwrap();
    let ours = serde_json::to_value(ours.into_object()).unwrap();
    let published: Value = serde_json::from_str(&jsons["signedJCS.json"]).unwrap();
    assert_eq!(ours, published);
    let value = ours["proof"]["proofValue"].as_str().unwrap();
    assert_eq!(value, text("sigBTC58JCS.txt"));
    assert_eq!(hex(&multibase::decode(value).unwrap()), text("sigHexJCS.txt"));
    check(&published).unwrap();
}

/// The vectors of chains are of another cryptosuite; what a proof with predecessors covers is the same.
#[test]
fn a_chained_proof_covers_the_document_that_the_vectors_show() {
    let vectors = Vectors::find();
    let files = vectors.files("data-integrity/eddsa/proof-set-chain", "json");
    vectors.assert_count(files.len(), 16, false, "files of proof sets and chains");
    for (signed, covered, at) in [
        ("signedProofChain1.json", "proofChainTempDoc1.json", 2),
        ("signedProofChain2.json", "proofChainTempDoc2.json", 3),
    ] {
        let (Some(signed), Some(covered)) = (files.get(signed), files.get(covered)) else {
            continue;
        };
        let suite = |text: &str| text.replace("eddsa-rdfc-2022", "eddsa-jcs-2022");
        let signed: Value = serde_json::from_str(&suite(signed)).unwrap();
        // The same chain with our signature over what the vector says is covered.
        let mut config = signed["proof"][at].clone();
        config.as_object_mut().unwrap().remove("proofValue");
        let signing = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
        let did =
            Did::from_key(&PublicKey::from_ed25519(signing.verifying_key().as_bytes()).unwrap());
        config["verificationMethod"] = format!("{did}#{}", did.method_specific_id()).into();
        let hashes =
            [config.to_string(), suite(covered)].map(|text| Sha256::digest(canonical(&text)));
        let signature = ed25519_dalek::Signer::sign(&signing, &hashes.concat());
        config["proofValue"] = multibase::encode(&signature.to_bytes()).into();
        let mut ours = signed.clone();
        ours["proof"][at] = config;
        let expected = ExpectedProof::of("assertionMethod");
        verify(&ours.to_string(), at, &expected, now()).unwrap();
        // One of the proofs before it changed: it no longer holds.
        ours["proof"][at - 1]["created"] = "2023-02-26T22:06:39Z".into();
        assert_eq!(verify(&ours.to_string(), at, &expected, now()), Err(ProofError::BadProof));
        ours["proof"].as_array_mut().unwrap().remove(at - 1);
        let gone = verify(&ours.to_string(), at - 1, &expected, now());
        assert_eq!(gone, Err(ProofError::PreviousMissing));
    }
}

fn document() -> Value {
    json!({
        "@context": ["https://a.example/1", "https://a.example/2"],
        "id": "urn:x:1",
        "amount": 12.5,
        "list": [{"b": 2, "a": null}],
    })
}

fn options() -> ProofOptions {
    ProofOptions {
        purpose: "assertionMethod".into(),
        created: Some(now().plus(-10)),
        expires: Some(now().plus(100)),
        ..ProofOptions::default()
    }
}

fn signed_with(document: &Value, options: &ProofOptions) -> Value {
    let (text, key) = (document.to_string(), key(7));
    let object = json::parse_object(text.as_bytes(), 1 << 20).unwrap();
    let mut secured = SecuredDocument::unsecured(object);
    let signer = Identity::did_key(key.id(), &key).unwrap();
    secured.add_proof(options, &signer).unwrap();
    serde_json::to_value(secured.into_object()).unwrap()
}

fn signed() -> Value {
    signed_with(&document(), &options())
}

#[test]
fn what_is_made_holds() {
    let good = signed();
    check(&good).unwrap();
    // Order and spelling of the text do not matter, nor does company behind the proof's contexts.
    let spelled = good.to_string().replacen("12.5", "1.25e1", 1);
    verify(&spelled, 0, &ExpectedProof::of("assertionMethod"), now()).unwrap();
    let mut more = good.clone();
    more["@context"].as_array_mut().unwrap().push("https://a.example/3".into());
    check(&more).unwrap();
    // A context alone, and in a list, are the same; without one there is nothing to compare.
    let mut alone = document();
    alone["@context"] = "https://a.example/1".into();
    let mut alone = signed_with(&alone, &options());
    check(&alone).unwrap();
    alone["@context"] = json!(["https://a.example/1", "x"]);
    check(&alone).unwrap();
    let mut none = document();
    none.as_object_mut().unwrap().remove("@context");
    check(&signed_with(&none, &options())).unwrap();
}

#[test]
fn whatever_is_edited_is_noticed() {
    let other = key(8);
    let other = Did::from_key(other.public());
    let other = format!("{other}#{}", other.method_specific_id());
    let sibling = {
        let mut sibling = document();
        sibling["id"] = "urn:x:2".into();
        signed_with(&sibling, &options())["proof"].clone()
    };
    let good = signed();
    let value = good["proof"]["proofValue"].as_str().unwrap();
    let mut bytes = multibase::decode(value).unwrap();
    bytes[5] ^= 1;
    let edits: [(&str, Value, &str); 24] = [
        ("/id", json!("urn:x:2"), "bad-proof"),
        ("/amount", json!(12.25), "bad-proof"),
        ("/list/0/a", json!(false), "bad-proof"),
        ("/@context/0", json!("https://b.example/1"), "bad-proof"),
        ("/@context", json!(["https://a.example/1"]), "bad-proof"),
        ("/@context", json!(["https://a.example/2", "https://a.example/1"]), "bad-proof"),
        ("/proof", sibling, "bad-proof"),
        ("/proof/proofPurpose", json!("authentication"), "bad-proof"),
        ("/proof/proofPurpose", json!(1), "malformed"),
        ("/proof/verificationMethod", json!(other), "bad-proof"),
        ("/proof/verificationMethod", json!("https://a.example#k"), "malformed"),
        ("/proof/cryptosuite", json!("eddsa-rdfc-2022"), "bad-proof"),
        ("/proof/cryptosuite", json!("ecdsa-jcs-2019"), "bad-proof"),
        ("/proof/type", json!("Ed25519Signature2020"), "bad-proof"),
        ("/proof/created", json!("2026-11-20T13:59:49Z"), "bad-proof"),
        ("/proof/created", json!("2026-11-20"), "malformed"),
        ("/proof/created", json!("2026-11-20T14:01:01Z"), "not-yet-valid"),
        ("/proof/expires", json!("2026-11-20T14:09:00Z"), "bad-proof"),
        ("/proof/expires", json!("2026-11-20T14:00:00Z"), "expired"),
        ("/proof/expires", json!(5), "malformed"),
        ("/proof/proofValue", json!(multibase::encode(&bytes)), "bad-proof"),
        ("/proof/proofValue", json!(multibase::encode(&bytes[1..])), "malformed"),
        ("/proof/proofValue", json!(format!("u{}", base64url::encode(&bytes))), "malformed"),
        ("/proof/@context", json!(["https://a.example/1"]), "bad-proof"),
    ];
    for (place, value, code) in edits {
        let mut edited = good.clone();
        *edited.pointer_mut(place).unwrap() = value;
        assert_ne!(edited, good, "{place}");
        assert_eq!(check(&edited).unwrap_err().code(), code, "{place}");
    }
    for (place, name, code) in [
        ("", "amount", "bad-proof"),
        ("", "@context", "bad-proof"),
        ("", "proof", "malformed"),
        ("/proof", "type", "bad-proof"),
        ("/proof", "cryptosuite", "bad-proof"),
        ("/proof", "created", "bad-proof"),
        ("/proof", "expires", "bad-proof"),
        ("/proof", "proofPurpose", "malformed"),
        ("/proof", "verificationMethod", "malformed"),
        ("/proof", "proofValue", "malformed"),
        ("/proof", "@context", "bad-proof"),
    ] {
        let mut edited = good.clone();
        edited.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        assert_eq!(check(&edited).unwrap_err().code(), code, "{place}/{name}");
    }
    for (place, name, value) in [
        ("", "extra", json!(true)),
        ("/proof", "nonce", json!("x")),
        ("/proof", "id", json!("urn:x:p")),
        ("/proof", "domain", json!("a.example")),
        ("/proof", "challenge", json!("c")),
        ("/proof", "previousProof", json!("urn:x:q")),
    ] {
        let mut edited = good.clone();
        let members = edited.pointer_mut(place).unwrap().as_object_mut().unwrap();
        members.insert(name.to_owned(), value);
        assert_eq!(check(&edited).unwrap_err().code(), "bad-proof", "{place}/{name}");
    }
}

#[test]
fn purpose_domain_and_challenge_are_those_expected() {
    let options = ProofOptions {
        domains: vec!["a.example".into(), "b.example".into()],
        challenge: Some("c-1".into()),
        ..options()
    };
    let text = signed_with(&document(), &options).to_string();
    let good = ExpectedProof {
        purpose: "assertionMethod",
        domains: &["b.example", "a.example"],
        challenge: Some("c-1"),
    };
    verify(&text, 0, &good, now()).unwrap();
    for (expected, error) in [
        (ExpectedProof { purpose: "authentication", ..good }, ProofError::OtherPurpose),
        (ExpectedProof { domains: &["a.example"], ..good }, ProofError::OtherDomain),
        (ExpectedProof { domains: &[], ..good }, ProofError::OtherDomain),
        (ExpectedProof { challenge: Some("c-2"), ..good }, ProofError::OtherDomain),
        (ExpectedProof { challenge: None, ..good }, ProofError::OtherDomain),
    ] {
        assert_eq!(verify(&text, 0, &expected, now()), Err(error), "{expected:?}");
    }
}

#[test]
fn a_proof_counts_from_a_minute_before_it_was_made_until_it_expires() {
    let text = signed().to_string();
    let expected = ExpectedProof::of("assertionMethod");
    let at = |seconds: i64| verify(&text, 0, &expected, now().plus(seconds));
    assert_eq!([at(-70), at(99)], [Ok(()), Ok(())]);
    assert_eq!([at(-71), at(100)], [Err(ProofError::NotYetValid), Err(ProofError::Expired)]);
}

#[test]
fn only_ed25519_and_only_safe_numbers() {
    let p256 = SecretKey::from_bytes(Algorithm::P256, &[7; 32].into()).unwrap();
    let signer = Identity::did_key(p256.id(), &p256).unwrap();
    let mut secured = SecuredDocument::unsecured(json::parse_object(b"{}", 9).unwrap());
    assert_eq!(secured.add_proof(&options(), &signer), Err(ProofError::OtherSuite));
    let good = signed().to_string();
    let secured = SecuredDocument::parse(good.as_bytes(), 1 << 20).unwrap();
    let proofs = secured.proofs().unwrap();
    let expected = ExpectedProof::of("assertionMethod");
    let with_other = secured.verify(&proofs[0], p256.public(), &expected, now());
    assert_eq!(with_other, Err(ProofError::BadProof));

    for number in ["9007199254740992", "-9007199254740992", "18446744073709551615", "-0"] {
        let text = good.replacen("12.5", number, 1);
        let error = verify(&text, 0, &expected, now()).unwrap_err();
        assert_eq!(error.code(), "malformed", "{number}");
        let text = format!(r#"{{"a":{number}}}"#);
        let object = json::parse_object(text.as_bytes(), 99).unwrap();
        let (key, mut secured) = (key(7), SecuredDocument::unsecured(object));
        let signer = Identity::did_key(key.id(), &key).unwrap();
        assert!(secured.add_proof(&options(), &signer).is_err(), "{number}");
    }
}

#[test]
fn the_number_of_proofs_is_bounded() {
    let good = signed();
    let mut many = good.clone();
    many["proof"] = vec![good["proof"].clone(); 16].into();
    check(&many).unwrap();
    many["proof"] = vec![good["proof"].clone(); 17].into();
    assert_eq!(check(&many), Err(ProofError::Count));
    many["proof"] = json!([]);
    assert_eq!(check(&many), Err(ProofError::Count));
    many["proof"] = json!([1]);
    assert_eq!(check(&many).unwrap_err().code(), "malformed");
}
