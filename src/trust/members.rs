//! Taking a JSON object apart: what is not taken out is not understood, and refused.

use super::error::JurisdictionError;
use crate::calendar::Day;
use crate::encoding::json::{Json, Object};

/// An object, and its place in the document for error texts: `validators[17].keys[0]`.
pub(super) struct Members<'a> {
    object: Object<'a>,
    place: String,
}

type Result<T> = std::result::Result<T, JurisdictionError>;

impl<'a> Members<'a> {
    pub(super) fn new(json: Json<'a>, place: String) -> Result<Self> {
        match json {
            Json::Object(object) => Ok(Self { object, place }),
            _ => Err(JurisdictionError::Malformed(place)),
        }
    }

    /// The place of a member.
    pub(super) fn place(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    pub(super) fn malformed<T>(&self, name: &str) -> Result<T> {
        Err(JurisdictionError::Malformed(self.place(name)))
    }

    /// A member; `null` is as good as none.
    pub(super) fn optional(&mut self, name: &str) -> Option<Json<'a>> {
        self.object.remove(name).filter(|json| *json != Json::Null)
    }

    /// A member that must be there.
    pub(super) fn required(&mut self, name: &str) -> Result<Json<'a>> {
        match self.optional(name) {
            Some(json) => Ok(json),
            None => self.malformed(name),
        }
    }

    /// What `read` makes of a string that must be there.
    pub(super) fn text<T>(&mut self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let json = self.required(name)?;
        json.as_str().and_then(read).map_or_else(|| self.malformed(name), Ok)
    }

    /// Likewise of one that may be missing.
    pub(super) fn optional_text<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.optional(name) {
            None => Ok(None),
            Some(json) => match json.as_str().and_then(read) {
                None => self.malformed(name),
                read => Ok(read),
            },
        }
    }

    pub(super) fn day(&mut self, name: &str) -> Result<Day> {
        self.text(name, |text| Day::parse(text).ok())
    }

    /// An integer within bounds, if there is one.
    pub(super) fn number(
        &mut self,
        name: &str,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<Option<u64>> {
        let Some(json) = self.optional(name) else {
            return Ok(None);
        };
        let number = json.as_i64().and_then(|number| u64::try_from(number).ok());
        match number.filter(|number| bounds.contains(number)) {
            None => self.malformed(name),
            number => Ok(number),
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<bool> {
        match self.optional(name) {
            None => Ok(false),
            Some(Json::Bool(flag)) => Ok(flag),
            Some(_) => self.malformed(name),
        }
    }

    /// What `read` makes of every element of an array, of which there are from 1 to `most`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl Fn(Json<'a>, String) -> Result<T>,
    ) -> Result<Vec<T>> {
        let Json::Array(items) = self.required(name)? else {
            return self.malformed(name);
        };
        if items.len() > most {
            return Err(JurisdictionError::TooMany(self.place(name)));
        }
        if items.is_empty() {
            return self.malformed(name);
        }
        let items = items.into_iter().enumerate();
        items.map(|(n, item)| read(item, format!("{}[{n}]", self.place(name)))).collect()
    }

    /// Likewise; nothing where the member is missing.
    pub(super) fn optional_list<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl Fn(Json<'a>, String) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self.object.get(name) {
            None | Some(Json::Null) => {
                self.object.remove(name);
                Ok(Vec::new())
            }
            Some(_) => self.list(name, most, read),
        }
    }

    /// Refuses what nobody took.
    pub(super) fn done(self) -> Result<()> {
        if self.object.is_empty() {
            return Ok(());
        }
        let place = if self.place.is_empty() { "the top".to_owned() } else { self.place };
        Err(JurisdictionError::UnknownMember(place))
    }
}

/// Reads an element that is a string.
pub(super) fn text<'a, T>(
    read: impl Fn(&str) -> Option<T>,
) -> impl Fn(Json<'a>, String) -> Result<T> {
    move |json, place| json.as_str().and_then(&read).ok_or(JurisdictionError::Malformed(place))
}

/// Refuses the second of two that are alike.
pub(super) fn distinct<T, K: Ord>(items: &[T], place: &str, key: impl Fn(&T) -> K) -> Result<()> {
    let mut keys: Vec<(K, usize)> = items.iter().map(&key).zip(0..).collect();
    keys.sort();
    let pairs = keys.iter().zip(keys.iter().skip(1));
    match pairs.filter(|((a, _), (b, _))| a == b).map(|(_, (_, n))| n).next() {
        None => Ok(()),
        Some(n) => Err(JurisdictionError::Malformed(format!("{place}[{n}]"))),
    }
}
