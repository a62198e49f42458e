//! The canonical form of JSON (RFC 8785), which is hashed where the bytes received are not.

use super::EncodingError;
use super::json::{Json, Number, Object};

/// Doubles hold every integer up to this one (RFC 8785 §3.2.2.3, I-JSON §2.2).
const LAST_SAFE: u64 = (1 << 53) - 1;

/// The canonical bytes of an object.
///
/// serde_json_canonicalizer writes the doubles; put to a whole object, it takes six times as long as this, because it
/// copies every level and reads every name again. That both write the same is tested.
///
/// # Errors
/// [`EncodingError::Malformed`] where it holds a number that the canonical form would change: an integer past
/// 2^53 - 1, or minus zero.
pub fn canonical(object: &Object<'_>) -> Result<Vec<u8>, EncodingError> {
    let mut out = Vec::with_capacity(1024);
    write_object(object, &mut out)?;
    Ok(out)
}

fn write(value: &Json<'_>, out: &mut Vec<u8>) -> Result<(), EncodingError> {
    match value {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) => write_number(*number, out)?,
        Json::String(text) => write_string(text, out)?,
        Json::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Json::Object(object) => write_object(object, out)?,
        Json::Withheld => return Err(EncodingError::Malformed),
    }
    Ok(())
}

/// Members by the UTF-16 code units of their names (§3.2.3).
fn write_object(object: &Object<'_>, out: &mut Vec<u8>) -> Result<(), EncodingError> {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_unstable_by(|(one, _), (two, _)| one.encode_utf16().cmp(two.encode_utf16()));
    out.push(b'{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_string(name, out)?;
        out.push(b':');
        write(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// serde_json escapes what §3.2.2.2 says, and nothing else.
fn write_string(text: &str, out: &mut Vec<u8>) -> Result<(), EncodingError> {
    serde_json::to_writer(out, text).map_err(|_| EncodingError::Malformed)
}

fn write_number(number: Number, out: &mut Vec<u8>) -> Result<(), EncodingError> {
    let kept = match number {
        Number::Unsigned(n) => n <= LAST_SAFE,
        Number::Negative(n) => n.unsigned_abs() <= LAST_SAFE,
        Number::Float(n) => n != 0.0 || n.is_sign_positive(),
    };
    if !kept {
        return Err(EncodingError::Malformed);
    }
    let written = match number {
        Number::Unsigned(n) => serde_json::to_writer(out, &n),
        Number::Negative(n) => serde_json::to_writer(out, &n),
        Number::Float(n) => serde_json_canonicalizer::to_writer(&n, out),
    };
    written.map_err(|_| EncodingError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    use proptest::prelude::*;

    fn of(text: &str) -> Result<String, EncodingError> {
        let object = json::parse_object(text.as_bytes(), 4096).unwrap();
        canonical(&object).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// RFC 8785 §3.2.2 and §3.2.3, without its one number past 2^53.
    #[test]
    fn the_examples_of_the_rfc() {
        let primitives = r#"{"numbers":[4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let expected = r#"{"literals":[null,true,false],"numbers":[4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(of(primitives).unwrap(), expected);
        let names =
            r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let order: Vec<char> = of(names).unwrap().chars().filter(char::is_ascii_digit).collect();
        // The first digit is the name "1" itself. U+1F600 comes before U+FB33: by UTF-16.
        assert_eq!(order.iter().collect::<String>(), "21467153");
    }

    fn trees() -> impl Strategy<Value = Json<'static>> {
        let number = prop_oneof![
            (0..=LAST_SAFE).prop_map(Number::Unsigned),
            (-(LAST_SAFE as i64)..0).prop_map(Number::Negative),
            (-9e15..9e15).prop_map(Number::Float),
            (0_i32..300).prop_map(|n| Number::Float(1.5 * 10_f64.powi(-n))),
        ];
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            number.prop_map(Json::Number),
            any::<String>().prop_map(|text| Json::String(text.into())),
        ];
        leaf.prop_recursive(4, 48, 8, |inner| {
            let names =
                prop_oneof![any::<String>(), "[a-c\u{e000}-\u{e003}\u{10000}-\u{10003}]{0,3}"];
            let members = prop::collection::vec((names, inner.clone()), 0..8);
            prop_oneof![
                prop::collection::vec(inner, 0..8).prop_map(Json::Array),
                members.prop_map(|members| {
                    let mut object = Object::default();
                    members.into_iter().for_each(|(name, value)| {
                        let _new = object.insert(name.into(), value);
                    });
                    Json::Object(object)
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn another_writer_writes_the_same(tree in trees()) {
            let mut object = Object::default();
            prop_assert!(object.insert("a".into(), tree));
            let theirs = serde_json_canonicalizer::to_vec(&object).unwrap();
            prop_assert_eq!(canonical(&object).unwrap(), theirs);
        }
    }

    #[test]
    fn numbers_that_would_change_are_refused() {
        for good in ["9007199254740991", "-9007199254740991", "0", "0.0", "1e3", "-0.5"] {
            assert!(of(&format!(r#"{{"a":{good}}}"#)).is_ok(), "{good}");
        }
        for bad in ["9007199254740992", "-9007199254740992", "18446744073709551615", "-0", "-0.0"] {
            for text in [format!(r#"{{"a":{bad}}}"#), format!(r#"{{"a":[{{"b":[{bad}]}}]}}"#)] {
                assert_eq!(of(&text), Err(EncodingError::Malformed), "{text}");
            }
        }
    }
}
