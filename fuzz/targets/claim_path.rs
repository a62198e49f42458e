//! Claim paths as text and as JSON, and what they select.
#![no_main]

use bonafide::credential::ClaimPath;
use bonafide::encoding::json;
use libfuzzer_sys::fuzz_target;

const CREDENTIAL: &[u8] =
    br#"{"a":{"b":[1,[2,{"c":3}],{"a.b":4,"":5}],"c":null},"":[[0],[]],"[":{"0":1}}"#;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let path = match ClaimPath::parse(text) {
        Ok(path) => path,
        Err(error) => return assert_eq!(error.code(), "bad-path"),
    };
    let written = path.to_string();
    // A text of 64 KiB or more is not read; quoting can make one that long.
    if written.len() <= 64 * 1024 {
        assert_eq!(ClaimPath::parse(&written).as_ref(), Ok(&path), "{written}");
    }
    let value = path.to_value().to_string();
    let value = json::parse(value.as_bytes(), usize::MAX);
    assert_eq!(value.map(|value| ClaimPath::from_json(&value)), Ok(Ok(path.clone())));
    assert!(path.covers(&path) && !path.segments().is_empty());
    let credential = json::parse_object(CREDENTIAL, 1024).unwrap();
    match path.select(&credential) {
        Ok(selected) => assert!(selected.iter().all(|(place, _)| path.matches(place))),
        Err(error) => assert_eq!(error.code(), "path-mismatch"),
    }
});
