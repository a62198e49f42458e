//! An SD-JWT with key binding: parse, verify, bind, select.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::credential::{ClaimPath, PathSegment, Place};
use bonafide::encoding::json;
use bonafide::format::sd_jwt::{ExpectedBinding, IssuerSigned, MAX_DISCLOSURES, SdJwt, select};
use bonafide_fuzz::{check_header, has_traces, keys, part, reveal, sd_jwt, token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(token) = token(data, sd_jwt) else {
        return;
    };
    let parsed = match SdJwt::parse(&token, "dc+sd-jwt") {
        Ok(parsed) => parsed,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    assert!(!token.contains("~~") && token.matches('~').count() <= 1 + MAX_DISCLOSURES);
    for key in keys() {
        match parsed.verify(&key) {
            Ok(signed) => check(&token, &signed),
            Err(error) => assert!(!error.code().is_empty()),
        }
    }
});

fn check(token: &str, signed: &IssuerSigned<'_>) {
    check_header(token, "dc+sd-jwt");
    assert_eq!(signed.source().kid(), part(token, 0)["kid"].as_str());
    let claims = signed.claims();
    let mut value = serde_json::to_value(claims).unwrap();
    assert!(!has_traces(&value));
    let mut revealed = reveal(token, signed.hash_algorithm());
    // -0.0 and 0.0 are equal as numbers and not as text.
    for tree in [&mut value, &mut revealed] {
        *tree = serde_json::from_str(&tree.to_string().replace("-0.0", "0.0")).unwrap();
    }
    assert_eq!(value, revealed);
    for root in signed.hideable_roots() {
        assert!(claims.get(root).is_some());
    }
    for (n, disclosed) in signed.disclosed().iter().enumerate() {
        assert_eq!(disclosed.index, n);
        let steps = disclosed.place.iter().map(|place| match place {
            Place::Name(name) => PathSegment::Name(name.clone().into_owned()),
            Place::Index(index) => PathSegment::Index(*index),
        });
        let Ok(path) = ClaimPath::new(steps.collect()) else {
            continue; // one level deeper than a path can name
        };
        assert_eq!(path.select(claims).unwrap().len(), 1);
        assert!(select(signed.disclosed(), &[disclosed.place.clone()]).contains(&n));
    }
    if let Ok(text) = serde_json::to_vec(claims) {
        assert!(json::parse_object(&text, 1 << 20).is_ok());
    }
    let expected = ExpectedBinding {
        audience: "a",
        nonce: "n",
        not_before: Timestamp::EPOCH,
        not_after: Timestamp::parse("2026-11-20T14:00:00Z").unwrap(),
        now: Timestamp::EPOCH,
    };
    let presented = signed.bind(&expected);
    for error in presented.as_ref().err().into_iter().flatten() {
        assert!(!error.code().is_empty());
    }
    if let Ok(presented) = presented {
        assert!(signed.source().has_key_binding());
        assert_eq!(signed.holder_key().as_ref(), Ok(presented.holder()));
        assert!(presented.signed_at() <= expected.not_after);
    }
}
