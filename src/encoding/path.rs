//! Claims path pointers (OpenID4VP 1.0 §7; SD-JWT VC §4.6.1): which claims are meant.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::json::{Json, Object};

/// Longest path read: nothing nests deeper.
const MAX_SEGMENTS: usize = super::json::MAX_DEPTH;

/// Longest text read.
const MAX_LEN: usize = 64 * 1024;

/// One step of a [`ClaimPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathSegment {
    /// The member of an object.
    Name(String),
    /// The element of an array, counted from 0 as issued.
    Index(usize),
    /// All elements of an array (`null` in JSON).
    All,
}

/// A path to one or several claims: `["address","locality"]`, `["nationalities",null]`.
///
/// As text: `address.locality`, `nationalities[]`, `nationalities[0]`, or the JSON form, which is
/// written where a name has a `.` or `[` in it or is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimPath(Vec<PathSegment>);

/// A step from one value to a value inside it, in one particular credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place<'a> {
    /// The member of that name.
    Name(Cow<'a, str>),
    /// The element at that position, as issued.
    Index(usize),
}

/// Why a path was refused, or selects nothing in a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Not a path: empty, too long, or with a step that is no name, index or `null`.
    #[error("not a claim path: write a.b, a[], a[0] or [\"a\",null]")]
    BadPath,
    /// A step asks an object for an index or an array for a name.
    #[error("the path does not fit the credential")]
    WrongContainer,
}

impl PathError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadPath => "bad-path",
            Self::WrongContainer => "path-mismatch",
        }
    }
}

impl ClaimPath {
    /// A path of these steps.
    ///
    /// # Errors
    /// [`PathError::BadPath`] when there are none, more than 32, or an index above 2^63 - 1.
    pub fn new(segments: Vec<PathSegment>) -> Result<Self, PathError> {
        let writable = |segment: &PathSegment| match segment {
            PathSegment::Index(index) => i64::try_from(*index).is_ok(),
            _ => true,
        };
        if (1..=MAX_SEGMENTS).contains(&segments.len()) && segments.iter().all(writable) {
            Ok(Self(segments))
        } else {
            Err(PathError::BadPath)
        }
    }

    /// The path to a claim at the top.
    pub fn top(name: &str) -> Self {
        Self(vec![PathSegment::Name(name.to_owned())])
    }

    /// Reads the dotted text or the JSON array form.
    ///
    /// # Errors
    /// [`PathError::BadPath`].
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() > MAX_LEN {
            return Err(PathError::BadPath);
        }
        if text.starts_with('[') {
            let json =
                super::json::parse(text.as_bytes(), MAX_LEN).map_err(|_| PathError::BadPath)?;
            return Self::from_json(&json);
        }
        let mut segments = Vec::new();
        for part in text.split('.') {
            let (name, brackets) =
                part.split_at_checked(part.find('[').unwrap_or(part.len())).unwrap_or_default();
            if name.is_empty() {
                return Err(PathError::BadPath);
            }
            segments.push(PathSegment::Name(name.to_owned()));
            let mut rest = brackets;
            while let Some(inner) = rest.strip_prefix('[') {
                let (index, after) = inner.split_once(']').ok_or(PathError::BadPath)?;
                segments.push(match index {
                    "" | "*" => PathSegment::All,
                    _ => PathSegment::Index(read_index(index).ok_or(PathError::BadPath)?),
                });
                rest = after;
            }
            if !rest.is_empty() {
                return Err(PathError::BadPath);
            }
        }
        Self::new(segments)
    }

    /// Reads the JSON array form.
    ///
    /// # Errors
    /// [`PathError::BadPath`].
    pub fn from_json(json: &Json<'_>) -> Result<Self, PathError> {
        let items = json.as_array().ok_or(PathError::BadPath)?;
        let segments = items.iter().map(|item| match item {
            Json::String(name) => Ok(PathSegment::Name(name.clone().into_owned())),
            Json::Null => Ok(PathSegment::All),
            _ => {
                let index = item.as_i64().and_then(|n| usize::try_from(n).ok());
                index.map(PathSegment::Index).ok_or(PathError::BadPath)
            }
        });
        Self::new(segments.collect::<Result<_, _>>()?)
    }

    /// The JSON array form.
    pub fn to_value(&self) -> Value {
        let items = self.0.iter().map(|segment| match segment {
            PathSegment::Name(name) => Value::from(name.as_str()),
            PathSegment::Index(index) => Value::from(*index),
            PathSegment::All => Value::Null,
        });
        Value::Array(items.collect())
    }

    /// The steps.
    pub fn segments(&self) -> &[PathSegment] {
        &self.0
    }

    /// The name of the top-level claim it starts at, if it starts with a name.
    pub fn root(&self) -> Option<&str> {
        match self.0.first() {
            Some(PathSegment::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether this path addresses exactly that place.
    pub fn matches(&self, places: &[Place<'_>]) -> bool {
        self.0.len() == places.len()
            && self.0.iter().zip(places).all(|(segment, place)| segment.fits(place))
    }

    /// Whether `other` addresses some of the claims that this path addresses: the same steps, with
    /// any index where this path says all.
    pub fn covers(&self, other: &Self) -> bool {
        let covers = |(own, other): (&PathSegment, &PathSegment)| {
            own == other || matches!((own, other), (PathSegment::All, PathSegment::Index(_)))
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(covers)
    }

    /// Whether this path selects a value in `root` that passes `wanted`. The same as looking through what
    /// [`ClaimPath::select`] gives; a path that meets the wrong kind of value selects nothing.
    pub(crate) fn any<'a>(&self, root: &Object<'a>, wanted: impl Fn(&Json<'a>) -> bool) -> bool {
        match self.0.as_slice() {
            // The plain path of a claim at the top, which needs no list of places.
            [PathSegment::Name(name)] => root.get(name).is_some_and(wanted),
            _ => self
                .select(root)
                .is_ok_and(|selected| selected.into_iter().any(|(_, value)| wanted(value))),
        }
    }

    /// The places this path selects in `root`, none if there are none (OpenID4VP 1.0 §7.1.1,
    /// SD-JWT VC §4.6.1.2). A withheld array element is selected, but nothing inside it.
    ///
    /// # Errors
    /// [`PathError::WrongContainer`] when a step meets the wrong kind of value.
    pub fn select<'j, 'a>(
        &'j self,
        root: &'j Object<'a>,
    ) -> Result<Vec<(Vec<Place<'j>>, &'j Json<'a>)>, PathError> {
        let mut segments = self.0.iter();
        let Some(PathSegment::Name(first)) = segments.next() else {
            return Err(PathError::WrongContainer);
        };
        let mut selected: Vec<_> = root
            .get(first)
            .map(|value| (vec![Place::Name(first.into())], value))
            .into_iter()
            .collect();
        for segment in segments {
            let mut next = Vec::new();
            for (places, value) in selected {
                step(segment, places, value, &mut next)?;
            }
            selected = next;
        }
        Ok(selected)
    }
}

impl std::str::FromStr for ClaimPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::parse(text)
    }
}

impl PathSegment {
    fn fits(&self, place: &Place<'_>) -> bool {
        match (self, place) {
            (Self::Name(a), Place::Name(b)) => a == b,
            (Self::Index(a), Place::Index(b)) => a == b,
            (Self::All, Place::Index(_)) => true,
            _ => false,
        }
    }
}

/// An index as JSON writes it: digits without sign or leading zeros.
fn read_index(text: &str) -> Option<usize> {
    let digits = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| digits)
}

type Selected<'j, 'a> = Vec<(Vec<Place<'j>>, &'j Json<'a>)>;

fn step<'j, 'a>(
    segment: &'j PathSegment,
    mut places: Vec<Place<'j>>,
    value: &'j Json<'a>,
    next: &mut Selected<'j, 'a>,
) -> Result<(), PathError> {
    match (segment, value) {
        (_, Json::Withheld) => {}
        (PathSegment::Name(name), Json::Object(object)) => {
            if let Some(inner) = object.get(name) {
                places.push(Place::Name(name.into()));
                next.push((places, inner));
            }
        }
        (PathSegment::Index(index), Json::Array(items)) => {
            if let Some(inner) = items.get(*index) {
                places.push(Place::Index(*index));
                next.push((places, inner));
            }
        }
        (PathSegment::All, Json::Array(items)) => {
            for (index, inner) in items.iter().enumerate() {
                next.push(([places.as_slice(), &[Place::Index(index)]].concat(), inner));
            }
        }
        _ => return Err(PathError::WrongContainer),
    }
    Ok(())
}

impl Place<'_> {
    /// The same step, owning its name.
    pub(crate) fn into_owned(self) -> Place<'static> {
        match self {
            Self::Name(name) => Place::Name(Cow::Owned(name.into_owned())),
            Self::Index(index) => Place::Index(index),
        }
    }
}

/// The path to a place in a credential.
pub(crate) fn path_to(places: &[Place<'_>]) -> ClaimPath {
    let segments = places.iter().map(|place| match place {
        Place::Name(name) => PathSegment::Name(name.clone().into_owned()),
        Place::Index(index) => PathSegment::Index(*index),
    });
    ClaimPath(segments.collect())
}

/// Reads back as the same path: no two paths are written alike.
impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let odd = |segment: &PathSegment| match segment {
            PathSegment::Name(name) => name.is_empty() || name.contains(['.', '[']),
            _ => false,
        };
        if self.root().is_none() || self.0.iter().any(odd) {
            return self.to_value().fmt(f);
        }
        for (n, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Name(name) if n == 0 => f.write_str(name)?,
                PathSegment::Name(name) => write!(f, ".{name}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
                PathSegment::All => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;

    const CREDENTIAL: &str = r#"{"name":"Arthur Dent","address":{"street_address":"42 Market Street"},
        "degrees":[{"type":"Bachelor"},{"type":"Master"}],"nationalities":["British","Betelgeusian"]}"#;

    fn select(path: &str) -> Result<Vec<String>, PathError> {
        let root = json::parse_object(CREDENTIAL.as_bytes(), 4096).unwrap();
        let path = ClaimPath::parse(path)?;
        let found = path.select(&root)?;
        Ok(found
            .iter()
            .map(|(places, value)| format!("{}={}", path_to(places), value.to_value()))
            .collect())
    }

    #[test]
    fn selects_as_the_specification_shows() {
        assert_eq!(select("name").unwrap(), [r#"name="Arthur Dent""#]);
        assert_eq!(
            select("address.street_address").unwrap(),
            [r#"address.street_address="42 Market Street""#]
        );
        assert_eq!(select("degrees[].type").unwrap().len(), 2);
        assert_eq!(
            select(r#"["nationalities",1]"#).unwrap(),
            [r#"nationalities[1]="Betelgeusian""#]
        );
    }

    #[test]
    fn missing_is_empty_and_a_wrong_container_an_error() {
        assert!(select("email").unwrap().is_empty());
        assert!(select("nationalities[7]").unwrap().is_empty());
        assert!(select("degrees[].grade").unwrap().is_empty());
        for path in ["name.first", "address[]", "name[0]", "degrees.type", "[null]"] {
            assert_eq!(select(path), Err(PathError::WrongContainer), "{path}");
        }
    }

    #[test]
    fn text_and_json_agree() {
        for path in ["a", "a.b", "a[]", "a[3].b", "a[][0]", "a[9223372036854775807]"] {
            let parsed = ClaimPath::parse(path).unwrap();
            assert_eq!(parsed.to_string(), path);
            assert_eq!(ClaimPath::parse(&parsed.to_value().to_string()).unwrap(), parsed);
        }
        for odd in [r#"["a.b"]"#, r#"["a","b[0]"]"#, r#"["",0]"#, "[0]"] {
            assert_eq!(ClaimPath::parse(odd).unwrap().to_string(), odd);
        }
        for bad in [
            "",
            ".",
            "a.",
            "a..b",
            "a[",
            "a[x]",
            "a[]b",
            "[]",
            "[true]",
            "[-1]",
            "[1.5]",
            "a[+1]",
            "a[01]",
            "a[9223372036854775808]",
            "[9223372036854775808]",
        ] {
            assert_eq!(ClaimPath::parse(bad), Err(PathError::BadPath), "{bad}");
        }
        let text = |length: usize| "n".repeat(length);
        assert!(ClaimPath::parse(&text(MAX_LEN)).is_ok());
        assert_eq!(ClaimPath::parse(&text(MAX_LEN + 1)), Err(PathError::BadPath));
    }
}
