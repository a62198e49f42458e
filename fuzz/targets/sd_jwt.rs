//! An SD-JWT with key binding: parse, verify, bind, select.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::credential::{ClaimPath, PathSegment, Place};
use bonafide::encoding::json;
use bonafide::format::sd_jwt::{ExpectedBinding, IssuerSigned, SdJwt, select};
use bonafide_fuzz::{has_traces, keys, reveal, sd_jwt, token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(token) = token(data, sd_jwt) else {
        return;
    };
    let Ok(parsed) = SdJwt::parse(&token, "dc+sd-jwt") else {
        return;
    };
    for key in keys() {
        if let Ok(signed) = parsed.verify(&key) {
            check(&token, &signed);
        }
    }
});

fn check(token: &str, signed: &IssuerSigned<'_>) {
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
    if let Ok(presented) = signed.bind(&expected) {
        assert!(signed.source().has_key_binding());
        assert_eq!(signed.holder_key().as_ref(), Ok(presented.holder()));
        assert!(presented.signed_at() <= expected.not_after);
    }
}
