//! W3C status lists: the specification's examples, what is issued is read, and each refusal once (rows 38 to 40).

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::json;
use bonafide::format::bitstring::Bitstring;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{BitstringEntry, BitstringPublication, UnverifiedStatusCredential};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::support::vectors::Vectors;
use crate::support::webvh;

const LIST: &str = "https://issuer.example/status/3";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([seed; 32])).unwrap()
}

fn entry(change: impl Fn(&mut Value)) -> Result<BitstringEntry, &'static str> {
    let mut entry = json!({"id": "https://issuer.example/status/3#94567",
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": "94567", "statusListCredential": LIST});
    change(&mut entry);
    let text = entry.to_string();
    let object = json::parse_object(text.as_bytes(), 4096).unwrap();
    BitstringEntry::read(&object).map_err(|error| error.code())
}

/// The credential with a member changed, and signed anew by the key of that seed, nothing of the library's own.
fn signed(seed: u8, change: impl Fn(&mut Value)) -> String {
    let mut list = Bitstring::new(16_384).unwrap();
    list.set(94_567).unwrap();
    let mut credential = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": Did::from_key(key(7).public()).as_str(),
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2026-12-01T00:00:00Z",
        "credentialSubject": {"id": format!("{LIST}#list"), "type": "BitstringStatusList",
            "statusPurpose": "revocation", "encodedList": list.encode().unwrap()},
    });
    change(&mut credential);
    let context = credential["@context"].clone();
    let proof = webvh::proof(&credential, seed, |proof| proof["@context"] = context.clone());
    credential["proof"] = proof;
    credential.to_string()
}

fn read(text: &str, entry: &BitstringEntry, now: &str) -> Result<u8, &'static str> {
    let issuers = [Did::from_key(key(7).public())];
    let parsed = UnverifiedStatusCredential::parse(text.as_bytes());
    let verified = parsed.and_then(|parsed| parsed.verify(entry, &issuers, at(now)));
    verified.and_then(|verified| verified.status(entry)).map_err(|error| error.code())
}

const NOW: &str = "2026-11-20T14:00:00Z";

/// The examples of the specification are unsigned: their entries read, their lists are 131,072 zeros, and without a
/// proof nothing counts.
#[test]
fn the_examples_of_the_specification() {
    let vectors = Vectors::find();
    let files = vectors.files("status-list/bitstring", "json");
    let (mut entries, mut lists) = (0, 0);
    for document in files.values().flat_map(|text| {
        let examples: Vec<Value> = serde_json::from_str(text).unwrap();
        examples.into_iter().map(|example| example["document"].clone())
    }) {
        let statuses = match &document["credentialStatus"] {
            Value::Array(all) => all.clone(),
            Value::Null => vec![],
            one => vec![one.clone()],
        };
        for status in statuses.iter().filter(|status| status.get("statusSize").is_none()) {
            let text = status.to_string();
            let object = json::parse_object(text.as_bytes(), 4096).unwrap();
            assert!(
                BitstringEntry::read(&object).unwrap().list.starts_with("https://example.com/")
            );
            entries += 1;
        }
        let Some(encoded) = document["credentialSubject"]["encodedList"].as_str() else { continue };
        let list = Bitstring::decode(encoded).unwrap();
        assert!((0..131_072).all(|index| list.get(index, 1) == Ok(0)));
        let text = document.to_string();
        let parsed = UnverifiedStatusCredential::parse(text.as_bytes());
        assert_eq!(parsed.unwrap_err().code(), "malformed");
        lists += 1;
    }
    vectors.assert_count(lists, 2, false, "bitstrings of the specification");
    assert!(entries >= 3 || files.is_empty(), "{entries}");
}

#[test]
fn what_is_issued_is_read() {
    let issuer = key(7);
    let identity = Identity::did_key(issuer.id(), &issuer).unwrap();
    let mut list = Bitstring::new(32_768).unwrap();
    list.set(2 * 94_567 + 1).unwrap();
    let publication = BitstringPublication {
        id: LIST,
        purpose: "suspension",
        from: at("2026-11-20"),
        until: Some(at("2026-11-21")),
    };
    let text = publication.issue(&list, &identity).unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written["proof"]["created"], "2026-11-20T00:00:00Z");
    let entry = |index: &str| {
        entry(|entry| {
            entry["statusPurpose"] = "suspension".into();
            entry["statusListIndex"] = index.into();
            entry["statusSize"] = 2.into();
            entry["statusMessage"] = json!([{}, {}, {}, {}]);
        })
        .unwrap()
    };
    assert_eq!(read(&text, &entry("94567"), NOW), Ok(1));
    assert_eq!(read(&text, &entry("94566"), NOW), Ok(0));
    assert_eq!(read(&text, &entry("131072"), NOW), Err("status-invalid"));
    let p256 = SecretKey::from_bytes(Algorithm::P256, &Zeroizing::new([7; 32])).unwrap();
    let identity = Identity::did_key(p256.id(), &p256).unwrap();
    assert_eq!(publication.issue(&list, &identity).unwrap_err().code(), "bad-proof");
}

#[test]
fn the_list_that_is_named_decides() {
    let entry = entry(|_| ()).unwrap();
    assert_eq!(read(&signed(7, |_| ()), &entry, NOW), Ok(1));
    let both = signed(7, |c| {
        c["credentialSubject"]["statusPurpose"] = json!(["suspension", "revocation"])
    });
    assert_eq!(read(&both, &entry, NOW), Ok(1));
    let object = signed(7, |c| c["issuer"] = json!({"id": c["issuer"], "name": "Acme"}));
    assert_eq!(read(&object, &entry, NOW), Ok(1));
    let local = signed(7, |c| c["validUntil"] = "2026-11-20T14:00:00".into());
    assert_eq!(read(&local, &entry, NOW), Ok(1), "the last moment counts");
    assert_eq!(
        read(&signed(7, |c| c["validFrom"] = NOW.into()), &entry, NOW),
        Ok(1),
        "and the first"
    );
    let at_once = signed(7, |c| c["credentialSubject"]["ttl"] = json!(0));
    assert_eq!(read(&at_once, &entry, NOW), Ok(1));
    assert_eq!(read(&local, &entry, "2026-11-20T14:00:01Z"), Err("expired"));
}

#[test]
fn one_member_changed_is_refused_for_that() {
    let entry = entry(|_| ()).unwrap();
    let code = |change: &dyn Fn(&mut Value)| read(&signed(7, change), &entry, NOW).unwrap_err();
    let set = |pointer: &'static str, value: Value| {
        move |c: &mut Value| *c.pointer_mut(pointer).unwrap() = value.clone()
    };
    assert_eq!(code(&set("/id", "https://issuer.example/status/4".into())), "status-other-list");
    assert_eq!(
        code(&set("/credentialSubject/statusPurpose", "suspension".into())),
        "status-other-list"
    );
    assert_eq!(
        code(&set("/issuer", Did::from_key(key(8).public()).as_str().into())),
        "issuer-key-mismatch"
    );
    assert_eq!(code(&set("/validFrom", "2026-11-20T14:00:01Z".into())), "not-yet-valid");
    assert_eq!(code(&set("/validUntil", "2026-11-20T13:59:59Z".into())), "expired");
    assert_eq!(code(&set("/credentialSubject/encodedList", "uAAAA".into())), "status-invalid");
    for (pointer, value) in [
        ("/@context", json!(["https://www.w3.org/2018/credentials/v1"])),
        ("/@context", json!([])),
        ("/id", json!(1)),
        ("/type", json!(["VerifiableCredential"])),
        ("/type", json!(["VerifiableCredential", "OtherCredential"])),
        ("/type", json!(["OtherCredential", "BitstringStatusListCredential"])),
        ("/type", json!(["OtherCredential", "AnotherCredential"])),
        ("/type", json!("BitstringStatusListCredential")),
        ("/issuer", json!([])),
        ("/validFrom", json!("2026-01-01")),
        ("/validFrom", json!(1)),
        ("/validUntil", json!("soonT")),
        ("/credentialSubject", json!([])),
        ("/credentialSubject/type", json!("StatusList2021")),
        ("/credentialSubject/statusPurpose", json!([])),
        ("/credentialSubject/statusPurpose", json!(1)),
        ("/credentialSubject/encodedList", json!(1)),
    ] {
        assert_eq!(code(&set(pointer, value)), "malformed", "{pointer}");
    }
    assert_eq!(code(&|c| c["credentialSubject"]["ttl"] = json!(-1)), "malformed");
    // Signed by another key, and not signed again after a change.
    assert_eq!(read(&signed(8, |_| ()), &entry, NOW), Err("issuer-key-mismatch"));
    let text = signed(7, |_| ());
    let edited = text.replace("2026-12-01", "2027-12-01");
    assert_eq!(read(&edited, &entry, NOW), Err("bad-proof"));
    // Refused before any entry is asked for.
    let other = |change: &dyn Fn(&mut Value)| {
        let text = signed(7, change);
        let issuers = [Did::from_key(key(7).public())];
        let parsed = UnverifiedStatusCredential::parse(text.as_bytes()).unwrap();
        parsed.verify(&entry, &issuers, at(NOW)).unwrap_err().code()
    };
    assert_eq!(other(&set("/id", "https://issuer.example/status/4".into())), "status-other-list");
    let purpose = set("/credentialSubject/statusPurpose", "suspension".into());
    assert_eq!(other(&purpose), "status-other-list");
    let short = Bitstring::new(16_383).unwrap().encode().unwrap();
    assert_eq!(code(&set("/credentialSubject/encodedList", short.into())), "status-invalid");
}

#[test]
fn what_was_verified_tells_of_itself_and_of_its_own_entries_only() {
    let named = entry(|_| ()).unwrap();
    let issuer = Did::from_key(key(7).public());
    let verified = |change: &dyn Fn(&mut Value)| {
        let text = signed(7, change);
        let parsed = UnverifiedStatusCredential::parse(text.as_bytes()).unwrap();
        assert_eq!(parsed.claimed_id(), LIST);
        parsed.verify(&named, std::slice::from_ref(&issuer), at(NOW)).unwrap()
    };
    let credential = verified(&|_| ());
    assert_eq!(credential.issuer(), &issuer);
    assert_eq!(credential.valid_from(), Some(at("2026-01-01")));
    assert_eq!(credential.status(&named), Ok(1));
    let other = |name: &'static str, value: &'static str| {
        let entry = entry(|entry| entry[name] = value.into()).unwrap();
        credential.status(&entry).unwrap_err().code()
    };
    assert_eq!(
        other("statusListCredential", "https://issuer.example/status/4"),
        "status-other-list"
    );
    assert_eq!(other("statusPurpose", "suspension"), "status-other-list");
    let undated = verified(&|c| {
        c.as_object_mut().unwrap().retain(|name, _| !name.starts_with("valid"));
    });
    assert_eq!(undated.valid_from(), None);
}

#[test]
fn files_that_are_none_are_refused_for_what_they_are() {
    let code = |text: &str| UnverifiedStatusCredential::parse(text.as_bytes()).unwrap_err().code();
    for text in ["", "[]", "{"] {
        assert_eq!(code(text), "malformed", "{text}");
    }
    assert_eq!(code("{\"id\":1,\"id\":2}"), "duplicate-key");
    let padded = |length: usize| "{}".to_owned() + &" ".repeat(length - 2);
    let codes = [0, 1].map(|more| code(&padded(2 * 1024 * 1024 + more)));
    assert_eq!(codes, ["malformed", "too-large"]);
    let unproven = |proof: Value| {
        let mut credential: Value = serde_json::from_str(&signed(7, |_| ())).unwrap();
        credential["proof"] = proof;
        read(&credential.to_string(), &entry(|_| ()).unwrap(), NOW).unwrap_err()
    };
    assert_eq!(unproven(json!([])), "malformed");
    assert_eq!(unproven(json!({})), "bad-proof");
    // Whose keys have to be fetched, is not resolved here.
    let elsewhere = Did::parse("did:web:issuer.example").unwrap();
    let text = signed(7, |c| c["issuer"] = elsewhere.as_str().into());
    let parsed = UnverifiedStatusCredential::parse(text.as_bytes()).unwrap();
    let refused = parsed.verify(&entry(|_| ()).unwrap(), &[elsewhere], at(NOW)).unwrap_err();
    assert_eq!(refused.code(), "did-method-unsupported");
}

#[test]
fn entries_are_read_strictly() {
    let good = entry(|_| ()).unwrap();
    assert_eq!((good.index, good.size, good.purpose.as_str()), (94_567, 1, "revocation"));
    for (name, value) in [
        ("type", json!("StatusList2021Entry")),
        ("statusListIndex", json!(94567)),
        ("statusListIndex", json!("-1")),
        ("statusListIndex", json!("+1")),
        ("statusListIndex", json!("0x1")),
        ("statusListIndex", json!("001")),
        ("statusListIndex", json!("18446744073709551616")),
        ("statusListCredential", json!("")),
        ("statusPurpose", json!(["revocation"])),
        ("statusSize", json!(0)),
        ("statusSize", json!(9)),
        ("statusSize", json!(2)),
        ("statusMessage", json!([{}])),
        ("statusMessage", json!({})),
    ] {
        assert_eq!(entry(|entry| entry[name] = value.clone()), Err("malformed"), "{name} {value}");
    }
    assert!(entry(|entry| entry["statusMessage"] = json!([{}, {}])).is_ok());
}
