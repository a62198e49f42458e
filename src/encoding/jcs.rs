//! The canonical form of JSON (RFC 8785), which is hashed where the bytes received are not.

use super::EncodingError;
use super::json::{Json, Number, Object};

/// Doubles hold every integer up to this one (RFC 8785 §3.2.2.3, I-JSON §2.2).
const LAST_SAFE: u64 = (1 << 53) - 1;

/// The canonical bytes of an object.
///
/// # Errors
/// [`EncodingError::Malformed`] where it holds a number that the canonical form would change: an integer past
/// 2^53 - 1, or minus zero.
pub fn canonical(object: &Object<'_>) -> Result<Vec<u8>, EncodingError> {
    if !object.iter().all(|(_, value)| keeps_its_value(value)) {
        return Err(EncodingError::Malformed);
    }
    serde_json_canonicalizer::to_vec(object).map_err(|_| EncodingError::Malformed)
}

fn keeps_its_value(value: &Json<'_>) -> bool {
    match value {
        Json::Number(Number::Unsigned(n)) => *n <= LAST_SAFE,
        Json::Number(Number::Negative(n)) => n.unsigned_abs() <= LAST_SAFE,
        Json::Number(Number::Float(n)) => *n != 0.0 || n.is_sign_positive(),
        Json::Array(items) => items.iter().all(keeps_its_value),
        Json::Object(object) => object.iter().all(|(_, value)| keeps_its_value(value)),
        Json::Withheld => false,
        Json::Null | Json::Bool(_) | Json::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;

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
