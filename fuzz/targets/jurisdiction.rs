//! Jurisdiction documents: the payload on the first line and a protected header on every other, or the file as it stands.
#![no_main]

use std::collections::BTreeSet;

use bonafide::clock::Timestamp;
use bonafide::encoding::base64url;
use bonafide::trust::{
    AttributeStatus, Jurisdiction, Jurisdictions, Pin, Query, UnverifiedJurisdiction,
};
use bonafide_fuzz::{keys, token};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const MEMBERS: [&str; 12] = [
    "typ",
    "id",
    "seq",
    "prev",
    "issued",
    "next_update",
    "expires",
    "grace_days",
    "governance",
    "attributes",
    "validators",
    "secondary",
];

fn assemble(lines: &str) -> String {
    let mut lines = lines.lines();
    let payload = base64url::encode(lines.next().unwrap_or_default());
    let signature = base64url::encode([0; 64]);
    let signatures =
        lines.map(|header| json!({"protected": base64url::encode(header), "signature": signature}));
    json!({"payload": payload, "signatures": signatures.collect::<Vec<_>>()}).to_string()
}

/// What the file says, read by nothing but serde_json: the payload, and the keys named by good headers.
fn second_reading(file: &str) -> (Value, BTreeSet<String>) {
    let file: Value = serde_json::from_str(file).unwrap();
    let decode = |part: &Value| -> Value {
        let bytes = base64url::decode(part.as_str().unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let headers = file["signatures"].as_array().unwrap().iter().map(|part| {
        let header = decode(&part["protected"]);
        assert_eq!(header["typ"], "bonafide-jurisdiction+jws");
        assert!(["EdDSA", "Ed25519", "ES256"].iter().any(|alg| header["alg"] == *alg));
        assert_eq!((header.as_object().unwrap().len(), part.as_object().unwrap().len()), (3, 2));
        header["kid"].as_str().unwrap().to_owned()
    });
    let kids = headers.collect();
    (decode(&file["payload"]), kids)
}

fn check_approvals(jurisdiction: Jurisdiction) {
    let document = jurisdiction.document().clone();
    let jurisdictions = Jurisdictions::new([jurisdiction]);
    let types = document.attributes.iter().flat_map(|attribute| &attribute.vct);
    for (validator, vct) in document
        .validators
        .iter()
        .take(8)
        .flat_map(|validator| types.clone().take(8).map(move |vct| (validator, vct)))
    {
        let [key, _] = keys();
        for grant in validator.approvals.iter().take(8) {
            let listed = validator.keys.first();
            let not_before = grant.window.from.start();
            let query = Query {
                issuer: &validator.did,
                key_fragment: listed.map_or("0", |key| &key.fragment),
                key: listed.map_or(&key, |key| &key.key),
                vct,
                not_before,
                expires: Some(not_before.plus(60)),
                now: document.expires.start(),
                attribute: None,
                jurisdictions: &[],
            };
            assert_eq!(jurisdictions.answers(&query).len(), 1);
            match jurisdictions.approval(&query) {
                Ok(approval) => {
                    let own =
                        document.attributes.iter().find(|a| a.id == approval.attribute()).unwrap();
                    assert!(own.status == AttributeStatus::Active && own.vct.contains(vct));
                    assert!(approval.grant.window.contains(grant.window.from));
                    assert!(listed.is_none_or(|key| !key.compromised));
                }
                Err(reasons) => assert!(reasons.iter().all(|reason| !reason.code().is_empty())),
            }
            let late = Query { now: document.expires.end(), ..query };
            assert!(jurisdictions.approval(&late).is_err());
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Some(text) = token(data, assemble_or_file) else { return };
    let file = match UnverifiedJurisdiction::parse(text.as_bytes()) {
        Ok(file) => file,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    let (payload, kids) = second_reading(&text);
    let document = file.document();
    assert!(payload.as_object().unwrap().keys().all(|name| MEMBERS.contains(&name.as_str())));
    assert_eq!((&payload["id"], &payload["seq"]), (&json!(document.id), &json!(document.seq)));
    assert_eq!(payload["expires"], document.expires.to_string());
    let listed = payload["validators"].as_array().map_or(0, Vec::len);
    assert_eq!(document.validators.len(), listed);
    assert_eq!(UnverifiedJurisdiction::parse(file.to_text().as_bytes()).as_ref(), Ok(&file));
    assert_eq!(UnverifiedJurisdiction::propose(document).unwrap().document(), document);
    let pin = Pin::Governance(document.governance.digest());
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    match Jurisdiction::first(file.clone(), &pin, now) {
        Ok(jurisdiction) => {
            let own = &document.governance;
            let signed = own.keys.iter().filter(|key| kids.contains(key.key.id().as_str()));
            assert!(signed.count() >= usize::from(own.threshold));
            assert!(document.issued.start() <= now.plus(60));
            assert_eq!(jurisdiction.next(file, now).unwrap_err().code(), "trust-list-unchanged");
            check_approvals(jurisdiction);
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});

/// A file begins with `{` too: it is told by its first member.
fn assemble_or_file(text: &str) -> String {
    match text.starts_with("{\"payload\"") {
        true => text.to_owned(),
        false => assemble(text),
    }
}
