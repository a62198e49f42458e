//! Made-up credentials: what they say, what can be hidden, what is shown.

use bonafide::credential::{ClaimPath, PathSegment};
use serde_json::{Map, Value, json};

use crate::Anything;
use crate::keys::Key;

/// The type of every sample.
pub const VCT: &str = "urn:example:sample:1";

/// A credential, and selections of its claims.
pub struct Sample {
    /// Its name in reports.
    pub name: &'static str,
    /// The claims, without those of the envelope.
    pub claims: Map<String, Value>,
    /// What can be hidden, outer claims before inner ones.
    pub hidden: Vec<ClaimPath>,
    /// Whether decoys are added.
    pub decoys: bool,
    /// What is asked for; each answer is one presentation.
    pub selections: &'static [&'static [&'static str]],
}

/// All samples.
pub fn samples() -> Result<Vec<Sample>, Anything> {
    Ok(vec![
        sample(
            "flat",
            r#"{"name":"Erika","given":"Jörg \"J\" ☂","score":-7,"share":0.25,"big":9007199254740991,
                "nothing":null,"empty":"","adult":true,"shown":"always"}"#,
            &["name", "given", "score", "share", "big", "nothing", "empty", "adult"],
            &[
                &[],
                &["name"],
                &["share", "nothing", "empty"],
                &["name", "given", "score", "share", "big", "nothing", "empty", "adult"],
            ],
        )?,
        sample(
            "nested",
            r#"{"address":{"street":"Heidestrasse 17","town":"Köln","geo":{"lat":50.9,"lon":6.9}},
                "person":{"first":"Erika","last":"Muster"},"note":"n"}"#,
            &[
                "address",
                "address.street",
                "address.town",
                "address.geo",
                "address.geo.lat",
                "person.first",
                "person.last",
                "note",
            ],
            &[
                &[],
                &["address.geo.lat"],
                &["person.last", "note"],
                &["address.street", "person.first"],
                &["address", "person.first", "person.last", "note"],
            ],
        )?,
        sample(
            "arrays",
            r#"{"nationalities":["DE","FR","IT"],"tags":["a","b"],
                "accounts":[{"iban":"DE1","open":true},{"iban":"DE2","open":false}],"grid":[[1,2],[3,4]]}"#,
            &[
                "nationalities[0]",
                "nationalities[1]",
                "nationalities[2]",
                "tags",
                "accounts[0]",
                "accounts[0].iban",
                "accounts[1].iban",
                "grid[1]",
                "grid[1][0]",
            ],
            &[
                &[],
                &["nationalities[1]"],
                &["tags", "accounts[1].iban"],
                &["grid[1][0]", "accounts[0].iban"],
                &[
                    "nationalities[0]",
                    "nationalities[1]",
                    "nationalities[2]",
                    "tags",
                    "accounts[0]",
                    "accounts[1].iban",
                    "grid[1]",
                ],
            ],
        )?,
        Sample {
            decoys: true,
            ..sample(
                "decoys",
                r#"{"name":"Erika","address":{"town":"Köln","street":"Heidestrasse 17"},"member":true}"#,
                &["name", "address.town", "address.street", "member"],
                &[
                    &[],
                    &["name"],
                    &["address.town", "member"],
                    &["name", "address.town", "address.street", "member"],
                ],
            )?
        },
    ])
}

fn sample(
    name: &'static str,
    claims: &str,
    hidden: &[&str],
    selections: &'static [&'static [&'static str]],
) -> Result<Sample, Anything> {
    let hidden = hidden.iter().map(|path| ClaimPath::parse(path)).collect::<Result<_, _>>()?;
    Ok(Sample { name, claims: serde_json::from_str(claims)?, hidden, decoys: false, selections })
}

impl Sample {
    /// The claims with those of the envelope, but `cnf`. Nothing else is ever shown.
    pub fn payload(&self, issuer: &Key, now: i64) -> Value {
        let mut payload = Value::Object(self.claims.clone());
        payload["iss"] = issuer.did().as_str().into();
        payload["vct"] = VCT.into();
        payload["nbf"] = (now - 3600).into();
        payload["exp"] = (now + 90 * 86_400).into();
        payload
    }

    /// What can be hidden, each as a list of steps.
    pub fn hidden_paths(&self) -> Vec<Value> {
        self.hidden.iter().map(ClaimPath::to_value).collect()
    }

    /// The hidden claims that showing `asked` takes: their own, all inside, and all around.
    fn shown(&self, asked: &[&str]) -> Vec<&[PathSegment]> {
        let asked: Vec<_> = asked.iter().filter_map(|path| ClaimPath::parse(path).ok()).collect();
        let on_one_line =
            |a: &[PathSegment], b: &[PathSegment]| a.starts_with(b) || b.starts_with(a);
        let hidden = self.hidden.iter().map(ClaimPath::segments);
        hidden
            .filter(|path| asked.iter().any(|asked| on_one_line(path, asked.segments())))
            .collect()
    }

    /// The same as a tree in the shape of the claims, with `true` at what is shown.
    pub fn frame(&self, asked: &[&str]) -> Value {
        match frame(&Value::Object(self.claims.clone()), &self.shown(asked)) {
            Value::Bool(_) => json!({}),
            frame => frame,
        }
    }

    /// The claims that are left when only `asked` is shown.
    pub fn reduced(&self, asked: &[&str]) -> Value {
        let shown = self.shown(asked);
        let withheld =
            self.hidden.iter().map(ClaimPath::segments).filter(|path| !shown.contains(path));
        reduce(&Value::Object(self.claims.clone()), &withheld.collect::<Vec<_>>())
    }
}

/// What comes after `step` in those of the paths that begin with it.
fn after<'p>(paths: &[&'p [PathSegment]], step: &PathSegment) -> Vec<&'p [PathSegment]> {
    paths.iter().filter_map(|path| path.strip_prefix(std::slice::from_ref(step))).collect()
}

fn children(value: &Value) -> Vec<(PathSegment, &Value)> {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (PathSegment::Name(name.clone()), value)).collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, value)| (PathSegment::Index(index), value)).collect()
        }
        _ => Vec::new(),
    }
}

fn frame(value: &Value, shown: &[&[PathSegment]]) -> Value {
    if shown.iter().all(|path| path.is_empty()) {
        return true.into();
    }
    let inner = children(value).into_iter().map(|(step, value)| {
        let shown = after(shown, &step);
        (step, if shown.is_empty() { Value::Null } else { frame(value, &shown) })
    });
    match value {
        Value::Object(_) => inner.filter(|(_, value)| !value.is_null()).map(named).collect(),
        _ => inner.map(|(_, value)| value).collect(),
    }
}

fn reduce(value: &Value, withheld: &[&[PathSegment]]) -> Value {
    let left = children(value).into_iter().filter_map(|(step, value)| {
        let withheld = after(withheld, &step);
        (!withheld.contains(&[].as_slice())).then(|| (step, reduce(value, &withheld)))
    });
    match value {
        Value::Object(_) => left.map(named).collect(),
        Value::Array(_) => left.map(|(_, value)| value).collect(),
        plain => plain.clone(),
    }
}

fn named((step, value): (PathSegment, Value)) -> (String, Value) {
    match step {
        PathSegment::Name(name) => (name, value),
        _ => (String::new(), value),
    }
}
