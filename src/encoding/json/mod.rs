//! JSON read once, strictly: bounded depth, no duplicate names, no number that 64-bit readers
//! disagree on.
//!
//! The tree borrows its strings from the input wherever they hold no escapes. It gives the same
//! answers whether or not some other crate of the build switches on serde_json's
//! `arbitrary_precision` or `preserve_order`.

mod read;
mod write;

use std::borrow::Cow;

pub use read::{MAX_DEPTH, MAX_NAME, parse, parse_object};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number
    Number(Number),
    /// A string
    String(Cow<'a, str>),
    /// An array
    Array(Vec<Json<'a>>),
    /// An object
    Object(Object<'a>),
    /// An array element that exists but was not disclosed (RFC 9901 §4.2.4.2). It keeps the
    /// positions of its neighbours as issued, and is left out when the value is written.
    Withheld,
}

/// A JSON number: an integer of 64 bits, or a finite double below 2^53.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Zero or above.
    Unsigned(u64),
    /// Below zero.
    Negative(i64),
    /// With a fraction or exponent.
    Float(f64),
}

/// A JSON object, members in the order received, names unique.
#[derive(Clone, Debug, Default)]
pub struct Object<'a> {
    members: Vec<(Cow<'a, str>, Json<'a>)>,
    partial: bool,
}

/// By their members; whether some were withheld is not compared.
impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
    }
}

impl<'a> Json<'a> {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The integer, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(Number::Unsigned(n)) => i64::try_from(*n).ok(),
            Self::Number(Number::Negative(n)) => Some(*n),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&[Json<'a>]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// Whether there is anything to see: not withheld, and no container of which everything was.
    pub fn shows_something(&self) -> bool {
        match self {
            Self::Withheld => false,
            Self::Array(items) => items.is_empty() || items.iter().any(Self::shows_something),
            Self::Object(object) if object.is_empty() => !object.is_partial(),
            Self::Object(object) => object.iter().any(|(_, value)| value.shows_something()),
            _ => true,
        }
    }

    /// The same value, owning all its text.
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(b),
            Self::Number(n) => Json::Number(n),
            Self::String(s) => Json::String(Cow::Owned(s.into_owned())),
            Self::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(object.into_owned()),
            Self::Withheld => Json::Withheld,
        }
    }

    /// The value as a `serde_json::Value`; withheld array elements are left out.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl<'a> Object<'a> {
    /// Whether some of its members may have been withheld (RFC 9901 §4.2.4.1): digests in it that no
    /// disclosure belongs to, decoys among them.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    pub(crate) fn mark_partial(&mut self) {
        self.partial = true;
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The member of that name, if it is a string.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Takes the member out.
    pub fn remove(&mut self, name: &str) -> Option<Json<'a>> {
        let at = self.members.iter().position(|(key, _)| key == name)?;
        Some(self.members.remove(at).1)
    }

    /// Adds a member; `false`, and nothing added, when the name is taken.
    #[must_use]
    pub fn insert(&mut self, name: Cow<'a, str>, value: Json<'a>) -> bool {
        let free = self.get(&name).is_none();
        if free {
            self.members.push((name, value));
        }
        free
    }

    /// The same names with other values.
    pub(crate) fn try_map<E>(
        self,
        mut value: impl FnMut(&Cow<'a, str>, Json<'a>) -> Result<Json<'a>, E>,
    ) -> Result<Self, E> {
        let members = self.members.into_iter().map(|(name, old)| {
            let new = value(&name, old)?;
            Ok((name, new))
        });
        Ok(Self { members: members.collect::<Result<_, E>>()?, partial: self.partial })
    }

    /// Name and value of every member, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The same object, owning all its text.
    pub fn into_owned(self) -> Object<'static> {
        Object {
            members: self
                .members
                .into_iter()
                .map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned()))
                .collect(),
            partial: self.partial,
        }
    }

    /// Its members, by value.
    pub fn into_members(self) -> Vec<(Cow<'a, str>, Json<'a>)> {
        self.members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withheld_elements_keep_positions_but_are_not_written() {
        let json = Json::Array(vec![Json::Withheld, Json::Bool(true)]);
        assert_eq!(json.to_value().to_string(), "[true]");
    }
}
