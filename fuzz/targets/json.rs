//! JSON: what is read is written and read alike, and serde_json agrees.
#![no_main]

use bonafide::encoding::EncodingError;
use bonafide::encoding::json::{self, Json, MAX_DEPTH};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let parsed = json::parse(data, 64 * 1024);
    let plain = serde_json::from_slice::<Value>(data);
    let Ok(json) = parsed else {
        assert_eq!(json::parse_object(data, 64 * 1024).err(), parsed.err());
        return;
    };
    assert_eq!(json.to_value(), plain.expect("serde_json reads it too"));
    assert!(depth(&json) <= MAX_DEPTH);
    let written = serde_json::to_vec(&json).unwrap();
    assert_eq!(json::parse(&written, usize::MAX).as_ref(), Ok(&json));
    assert_eq!(json.clone().into_owned(), json);
    assert_eq!(json::parse(data, data.len() - 1), Err(EncodingError::TooLarge));
});

fn depth(json: &Json<'_>) -> usize {
    let inner = match json {
        Json::Array(items) => items.iter().map(depth).max(),
        Json::Object(object) => object.iter().map(|(_, value)| depth(value)).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}
