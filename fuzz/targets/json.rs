//! JSON: what is read is written and read alike, and serde_json agrees.
#![no_main]

use bonafide::encoding::EncodingError;
use bonafide::encoding::json::{self, Json, MAX_DEPTH, MAX_NAME, Object};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| {
    let parsed = json::parse(data, 64 * 1024);
    let plain = serde_json::from_slice::<Value>(data);
    let Ok(json) = parsed else {
        assert_eq!(json::parse_object(data, 64 * 1024).err(), parsed.err());
        return;
    };
    let plain = plain.expect("serde_json reads it too");
    assert_eq!(json.to_value(), plain);
    alike(&json, &plain);
    assert!(depth(&json) <= MAX_DEPTH);
    let written = serde_json::to_vec(&json).unwrap();
    assert_eq!(json::parse(&written, usize::MAX).as_ref(), Ok(&json));
    assert_eq!(json.clone().into_owned(), json);
    assert_eq!(json::parse(data, data.len() - 1), Err(EncodingError::TooLarge));
});

/// Member by member, as the rest of the library asks for them.
fn alike(json: &Json<'_>, plain: &Value) {
    assert!(json.shows_something(), "nothing was withheld");
    assert_eq!(json.as_str(), plain.as_str());
    assert_eq!(json.as_i64(), plain.as_i64());
    let (array, object) = (plain.as_array(), plain.as_object());
    assert_eq!(json.as_array().map(<[_]>::len), array.map(Vec::len));
    assert_eq!(json.as_object().map(Object::len), object.map(Map::len));
    for (own, other) in json.as_array().unwrap_or_default().iter().zip(array.into_iter().flatten())
    {
        alike(own, other);
    }
    let Some(own) = json.as_object() else {
        return;
    };
    for (name, value) in object.into_iter().flatten() {
        assert!(name.len() <= MAX_NAME);
        alike(own.get(name).unwrap(), value);
        assert_eq!(own.get_str(name), value.as_str());
    }
    if own.len() > 64 {
        return; // the rest takes time by the square
    }
    let mut less = own.clone();
    while let Some((name, value)) = own.iter().nth(own.len() - less.len()) {
        assert!(!less.insert(name.into(), Json::Null));
        assert_eq!(less.remove(name).as_ref(), Some(value));
    }
    assert!(less.is_empty());
    for (name, value) in own.clone().into_members() {
        assert!(less.insert(name, value));
    }
    assert_eq!(&less, own);
}

fn depth(json: &Json<'_>) -> usize {
    let inner = match json {
        Json::Array(items) => items.iter().map(depth).max(),
        Json::Object(object) => object.iter().map(|(_, value)| depth(value)).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}
