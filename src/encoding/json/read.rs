//! Reading JSON through serde_json, one pass, with every rule of this room.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{Json, Number, Object};
use crate::encoding::EncodingError;

/// Deepest nesting read: arrays and objects within one another.
pub const MAX_DEPTH: usize = 32;

/// Longest member name read, in bytes. A claim's place names everything it lies in, so a long name
/// would be kept once for every claim inside.
pub const MAX_NAME: usize = 512;

/// From here on doubles no longer hold every integer, so readers disagree (RFC 8785 §3.2.2.3).
const FIRST_UNSAFE_FLOAT: f64 = 9_007_199_254_740_992.0;

/// Objects up to this size are searched for duplicates pair by pair; larger ones are sorted.
const SMALL_OBJECT: usize = 16;

/// The member name under which serde_json hands over numbers in its `arbitrary_precision` mode.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Bytes that a tree may take however short its text, and how many times its text it may take beyond: documents of many
/// small objects take four times, what is made of brackets alone fifty.
const SMALL_TREE: usize = 4 << 20;
const TREE_PER_TEXT: usize = 6;

/// Bytes of an element, of a member, and of what a text of its own takes beside its length.
const ELEMENT: usize = size_of::<Json<'_>>();
const MEMBER: usize = size_of::<(Cow<'_, str>, Json<'_>)>();
const OWN_TEXT: usize = 32;

/// Bytes to say where the elements or members are.
const ROOM: usize = 16;

/// How much more room the next one takes, by how many there are: a first one is alone, a second makes room for four. What is left
/// of a fifth's room is given back, what is left of a sixth's is too small for that. From nine on each takes its own.
const NEXT_ELEMENT: [usize; 4] = [1, 3, 0, 0];
const NEXT_MEMBER: [usize; 8] = [1, 3, 0, 0, 1, 3, 0, 0];

/// Parses `bytes` whole.
///
/// # Errors
/// [`EncodingError::TooLarge`] past `max_len` bytes or [`MAX_NAME`], or where the tree takes many times the room of its
/// text; [`EncodingError::TooDeep`],
/// [`EncodingError::DuplicateKey`], otherwise [`EncodingError::Malformed`].
pub fn parse(bytes: &[u8], max_len: usize) -> Result<Json<'_>, EncodingError> {
    if bytes.len() > max_len {
        return Err(EncodingError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| EncodingError::Malformed)?;
    let fault = Cell::new(EncodingError::Malformed);
    let mut reader = serde_json::Deserializer::from_str(text);
    let room = Cell::new(SMALL_TREE.max(text.len().saturating_mul(TREE_PER_TEXT)));
    let value = Reader { depth: 0, fault: &fault, room: &room }.deserialize(&mut reader);
    let value = value.map_err(|_| fault.get())?;
    reader.end().map_err(|_| EncodingError::Malformed)?;
    Ok(value)
}

/// Parses `bytes` whole and demands an object.
///
/// # Errors
/// As [`parse`]; [`EncodingError::Malformed`] for anything but an object.
pub fn parse_object(bytes: &[u8], max_len: usize) -> Result<Object<'_>, EncodingError> {
    match parse(bytes, max_len)? {
        Json::Object(object) => Ok(object),
        _ => Err(EncodingError::Malformed),
    }
}

impl Object<'_> {
    fn has_duplicates(&self) -> bool {
        if self.members.len() <= SMALL_OBJECT {
            let mut rest = self.members.iter();
            while let Some((name, _)) = rest.next() {
                if rest.as_slice().iter().any(|(other, _)| other == name) {
                    return true;
                }
            }
            return false;
        }
        let mut names: Vec<&str> = self.members.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
    }
}

#[derive(Clone, Copy)]
struct Reader<'f> {
    depth: usize,
    fault: &'f Cell<EncodingError>,
    /// Bytes that the tree may still take.
    room: &'f Cell<usize>,
}

impl Reader<'_> {
    fn fail<E: serde::de::Error>(self, fault: EncodingError) -> E {
        self.fault.set(fault);
        E::custom("refused")
    }

    fn take<E: serde::de::Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.room.get().checked_sub(bytes);
        self.room.set(left.ok_or_else(|| self.fail(EncodingError::TooLarge))?);
        Ok(())
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fail(EncodingError::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(Number::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        let unsigned = u64::try_from(value).map(Number::Unsigned);
        Ok(Json::Number(unsigned.unwrap_or(Number::Negative(value))))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json<'de>, E> {
        if value.abs() < FIRST_UNSAFE_FLOAT {
            Ok(Json::Number(Number::Float(value)))
        } else {
            Err(E::custom("number out of range"))
        }
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Json<'de>, E> {
        self.take(OWN_TEXT + value.len())?;
        Ok(Json::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            self.take(ELEMENT * NEXT_ELEMENT.get(items.len()).unwrap_or(&1))?;
            if items.is_empty() {
                items.reserve_exact(1);
            }
            items.push(item);
        }
        self.take(ROOM)?;
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut object = Object::default();
        while let Some(Name(name)) = map.next_key()? {
            if name == NUMBER_TOKEN {
                let DigitsOfNumber(text) = map.next_value()?;
                return number_from_text(&text)
                    .map(Json::Number)
                    .ok_or_else(|| A::Error::custom("number"));
            }
            if name.len() > MAX_NAME {
                return Err(self.fail(EncodingError::TooLarge));
            }
            let own = if matches!(name, Cow::Owned(_)) { OWN_TEXT + name.len() } else { 0 };
            let next = NEXT_MEMBER.get(object.members.len()).unwrap_or(&1);
            self.take(own + MEMBER * next)?;
            let value = map.next_value_seed(self.deeper()?)?;
            object.members.push((name, value));
        }
        self.deeper::<A::Error>()?;
        self.take(ROOM)?;
        object.members.shrink_to_fit();
        if object.has_duplicates() {
            return Err(self.fail(EncodingError::DuplicateKey));
        }
        Ok(Json::Object(object))
    }
}

/// A member name, borrowed where it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

/// The digits of a number in `arbitrary_precision` mode. serde_json hands them over as an owned
/// string; a document that spells the member itself arrives as a borrowed one and is refused.
struct DigitsOfNumber(String);

impl<'de> serde::Deserialize<'de> for DigitsOfNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DigitsVisitor;
        impl Visitor<'_> for DigitsVisitor {
            type Value = DigitsOfNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<DigitsOfNumber, E> {
                Err(E::custom("reserved name"))
            }
            fn visit_string<E>(self, digits: String) -> Result<DigitsOfNumber, E> {
                Ok(DigitsOfNumber(digits))
            }
        }
        deserializer.deserialize_any(DigitsVisitor)
    }
}

fn number_from_text(text: &str) -> Option<Number> {
    if text != "-0" {
        if let Ok(n) = text.parse::<u64>() {
            return Some(Number::Unsigned(n));
        }
        if let Ok(n) = text.parse::<i64>() {
            return Some(Number::Negative(n));
        }
    }
    let value = text.parse::<f64>().ok()?;
    (value.abs() < FIRST_UNSAFE_FLOAT).then_some(Number::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Json<'_>, EncodingError> {
        parse(text.as_bytes(), 1 << 20)
    }

    #[test]
    fn reads_every_kind_and_borrows_plain_strings() {
        let json = read(r#"{"a":[null,true,-3,7,0.5,"x","\n"],"b":{}}"#).unwrap();
        assert_eq!(json.to_value().to_string(), r#"{"a":[null,true,-3,7,0.5,"x","\n"],"b":{}}"#);
        let items = json.as_object().unwrap().get("a").unwrap().as_array().unwrap();
        assert!(matches!(&items[5], Json::String(Cow::Borrowed("x"))));
    }

    #[test]
    fn duplicate_names_are_refused_also_as_escapes_and_in_large_objects() {
        let escaped = "{\"a\":1,\"\\u0061\":2}";
        for text in [r#"{"a":1,"a":1}"#, escaped, r#"[{"x":{"a":1,"b":2,"a":3}}]"#] {
            assert_eq!(read(text), Err(EncodingError::DuplicateKey), "{text}");
        }
        let names: Vec<String> = (0..40).map(|n| format!("\"k{}\":0", n % 39)).collect();
        assert_eq!(read(&format!("{{{}}}", names.join(","))), Err(EncodingError::DuplicateKey));
    }

    /// Brackets, digits and escapes, each of which takes many times its room in a tree.
    #[test]
    fn what_takes_many_times_its_room_is_refused() {
        let list = |item: &str, count| format!("[{}]", vec![item; count].join(","));
        for item in ["0", "[]", "[0]", "{}", r#"{"":0}"#, r#""\n""#, r#"{"\n":0}"#] {
            assert!(read(&list(item, 10_000)).is_ok(), "{item}");
            let long = list(item, 200_000);
            let refused = parse(long.as_bytes(), 1 << 22).err();
            assert_eq!(refused, Some(EncodingError::TooLarge), "{item}");
        }
        // As the rows of a list of issuers are.
        let row = r#"{"did":"did:web:kyc.example","group":"5493001KJTIIGC8Y1R12","roles":["us-broker-dealer"],
            "approvals":[{"attr":"badge","from":"2026-01-01","until":null,"weight":60,"on_end":"grandfather"}]}"#;
        let row = row.replace("\n            ", "");
        let short = r#"{"attr":"a","from":"2026-01-01","on_end":"grandfather"}"#;
        assert!(parse(list(short, 200_000).as_bytes(), 1 << 24).is_ok());
        let short = r#"{"attr":"a","from":"2026-01-01","until":null,"on_end":"grandfather"}"#;
        assert!(parse(list(short, 200_000).as_bytes(), 1 << 24).is_ok());
        assert!(parse(list(&row, 50_000).as_bytes(), 1 << 24).is_ok());
    }

    #[test]
    fn numbers_that_readers_disagree_on_are_refused() {
        for text in [
            "NaN",
            "01",
            "+1",
            "18446744073709551616",
            "1e999999",
            "9007199254740993.5",
            "1.",
            ".5",
            "-",
        ] {
            assert_eq!(read(text), Err(EncodingError::Malformed), "{text}");
        }
        assert_eq!(read("18446744073709551615"), Ok(Json::Number(Number::Unsigned(u64::MAX))));
        assert_eq!(read("-9223372036854775808"), Ok(Json::Number(Number::Negative(i64::MIN))));
        assert_eq!(read("-0"), Ok(Json::Number(Number::Float(-0.0))));
        assert_eq!(read("1e3"), Ok(Json::Number(Number::Float(1000.0))));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(read(&nested(MAX_DEPTH + 1)), Err(EncodingError::TooDeep));
        assert_eq!(read(&nested(100_000)), Err(EncodingError::TooDeep));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(33), "}".repeat(33));
        assert_eq!(read(&objects), Err(EncodingError::TooDeep));
        assert_eq!(parse(b"[1,2]", 4), Err(EncodingError::TooLarge));
        let named = |length: usize| format!(r#"{{"{}":1}}"#, "n".repeat(length));
        assert!(read(&named(MAX_NAME)).is_ok());
        assert_eq!(read(&named(MAX_NAME + 1)), Err(EncodingError::TooLarge));
    }

    #[test]
    fn trailing_text_bad_utf8_and_the_reserved_name_are_refused() {
        assert_eq!(read("{} x"), Err(EncodingError::Malformed));
        assert_eq!(parse(b"\"\xff\"", 9), Err(EncodingError::Malformed));
        assert_eq!(read(r#""\ud800""#), Err(EncodingError::Malformed));
        assert_eq!(read(r#"{"$serde_json::private::Number":"1"}"#), Err(EncodingError::Malformed));
        let escaped = "{\"\\u0024serde_json::private::Number\":\"1\"}";
        assert_eq!(read(escaped), Err(EncodingError::Malformed));
    }
}
