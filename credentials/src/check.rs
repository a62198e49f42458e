//! The checks of a set of claims against the table of its type.

use bonafide::encoding::json::{Json, Object};
use serde_json::{Map, Value};

use crate::errors::{ClaimError, Problem};
use crate::nearest::nearest;
use crate::table::{Field, Kind, RESERVED};
use crate::values;

/// Goes through claims once and collects what is wrong.
pub(crate) struct Checker<'c> {
    /// The short name of the type.
    type_name: &'static str,
    /// `YYYY-MM-DD`.
    today: &'c str,
    /// What is wrong so far.
    pub errors: Vec<ClaimError>,
    /// Flags given as false so far.
    pub dropped: Vec<&'static str>,
}

impl<'c> Checker<'c> {
    pub fn new(type_name: &'static str, today: &'c str) -> Self {
        Self { type_name, today, errors: Vec::new(), dropped: Vec::new() }
    }

    /// The members that are in order. `inside` is the place of the object with a dot, or nothing
    /// for the claims at the top.
    pub fn members(
        &mut self,
        inside: &str,
        fields: impl Iterator<Item = &'static Field> + Clone,
        object: &Object<'_>,
    ) -> Map<String, Value> {
        let mut kept = Map::new();
        for (name, json) in object.iter() {
            let at = format!("{inside}{name}");
            if inside.is_empty() && RESERVED.contains(&name) {
                self.fail(name, Problem::Reserved);
                continue;
            }
            let Some(field) = fields.clone().find(|field| field.name == name) else {
                let of = self.type_name;
                let suggestion = nearest(name, fields.clone().map(|field| field.name));
                self.fail(&at, Problem::UnknownField { of, suggestion });
                continue;
            };
            if let Some(value) = self.field(&at, field, json) {
                kept.insert(name.to_owned(), value);
            }
        }
        for field in fields.filter(|field| field.mandatory && object.get(field.name).is_none()) {
            self.fail(&format!("{inside}{}", field.name), Problem::Missing);
        }
        kept
    }

    /// The value of a claim, if it is in order and to be issued.
    pub fn field(&mut self, at: &str, field: &'static Field, json: &Json<'_>) -> Option<Value> {
        let is_flag = matches!(field.kind, Kind::Flag | Kind::Threshold);
        if is_flag && *json == Json::Bool(false) {
            if field.mandatory {
                self.fail(at, Problem::MustBeTrue);
            } else {
                self.dropped.push(field.name);
            }
            return None;
        }
        self.value(at, &field.kind, json)
    }

    fn value(&mut self, at: &str, kind: &'static Kind, json: &Json<'_>) -> Option<Value> {
        let checked = match *kind {
            Kind::Object(members) => self.object(at, members, json),
            Kind::List(max, item) => self.list(at, max, item, json),
            Kind::Flag | Kind::Threshold => values::yes(json),
            Kind::Year => values::year(json, self.today),
            Kind::Text(max) => values::text(json, max),
            Kind::Lines(max) => values::lines(json, max),
            Kind::Integer(least, most) => values::integer(json, least, most),
            Kind::Formatted(format) => values::formatted(json, format),
            Kind::Email => values::email(json),
            Kind::Phone => values::phone(json),
            Kind::PastDate => values::past_date(json, self.today),
            Kind::ComingDate => values::coming_date(json, self.today),
            Kind::Country => values::country(json),
            Kind::OneOf(allowed) => values::one_of(json, allowed),
        };
        checked.map_err(|problem| self.fail(at, problem)).ok()
    }

    fn object(
        &mut self,
        at: &str,
        members: &'static [Field],
        json: &Json<'_>,
    ) -> Result<Value, Problem> {
        let object = json.as_object().ok_or(Problem::WrongKind("an object"))?;
        if object.is_empty() {
            return Err(Problem::Empty);
        }
        let kept = self.members(&format!("{at}."), members.iter(), object);
        Ok(Value::Object(kept))
    }

    fn list(
        &mut self,
        at: &str,
        max: usize,
        item: &'static Kind,
        json: &Json<'_>,
    ) -> Result<Value, Problem> {
        let items = json.as_array().ok_or(Problem::WrongKind("a list"))?;
        if items.is_empty() {
            return Err(Problem::Empty);
        }
        if items.len() > max {
            return Err(Problem::TooMany(max));
        }
        let mut kept = Vec::new();
        for (n, json) in items.iter().enumerate() {
            let at = format!("{at}[{n}]");
            match self.value(&at, item, json) {
                Some(value) if kept.contains(&value) => self.fail(&at, Problem::Repeated),
                Some(value) => kept.push(value),
                None => {}
            }
        }
        Ok(Value::Array(kept))
    }

    fn fail(&mut self, at: &str, problem: Problem) {
        self.errors.push(ClaimError::new(at, problem));
    }
}
