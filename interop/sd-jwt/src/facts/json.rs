//! What is awkward about a JSON text.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Facts;

/// 2^53: from here on not every reader has the same number.
const FIRST_UNSAFE: f64 = 9_007_199_254_740_992.0;

/// Notes what is awkward about `text`.
pub fn note(text: &[u8], facts: &mut Facts) {
    let scan = Scan { depth: 0, facts: &RefCell::new(facts) };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = scan.deserialize(&mut reader).and_then(|()| reader.end());
    if read.is_err() {
        facts.insert("no JSON");
    }
}

#[derive(Clone, Copy)]
struct Scan<'f> {
    depth: usize,
    facts: &'f RefCell<&'f mut Facts>,
}

impl Scan<'_> {
    fn note(&self, fact: &'static str) {
        self.facts.borrow_mut().insert(fact);
    }

    fn deeper(&self) -> Self {
        if self.depth == 32 {
            self.note("nested deeply");
        }
        Self { depth: self.depth + 1, ..*self }
    }
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if number > 1 << 53 {
            self.note("large integer");
        }
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        if number < -(1 << 53) {
            self.note("large integer");
        }
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        if number.abs() >= FIRST_UNSAFE {
            self.note("large float");
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper();
        let mut count = 0;
        while items.next_element_seed(inner)?.is_some() {
            count += 1;
        }
        if count == 0 {
            self.note("empty array");
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper();
        let mut names: Vec<String> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.len() > 512 {
                self.note("long name");
            }
            if name == "__proto__" {
                self.note("__proto__");
            }
            if names.contains(&name) {
                self.note("name twice");
            }
            names.push(name);
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}
