//! Odd digests and disclosures: a walk of its own through the payload (RFC 9901 §7.1).

use std::collections::BTreeMap;

use bonafide::format::sd_jwt::HashAlgorithm;
use serde_json::Value;

use super::members::seconds;
use super::{Facts, Parts};

/// Claims that stay visible, with everything in them (SD-JWT VC §2.2.2.3).
const VISIBLE: [&str; 8] =
    ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// Notes them.
pub fn note(parts: &Parts<'_>, facts: &mut Facts) {
    let hash = match &parts.payload["_sd_alg"] {
        Value::Null if parts.payload.get("_sd_alg").is_none() => HashAlgorithm::Sha256,
        name if name == "sha-256" => HashAlgorithm::Sha256,
        name if name == "sha-384" => HashAlgorithm::Sha384,
        name if name == "sha-512" => HashAlgorithm::Sha512,
        _ => {
            facts.insert("_sd_alg of another kind");
            HashAlgorithm::Sha256
        }
    };
    if hash != HashAlgorithm::Sha256 {
        facts.insert("sha-384 or sha-512");
    }
    if parts.answer["sd_hash"] != hash.digest(parts.sd_jwt) {
        facts.insert("sd_hash of the answer");
    }
    let mut by_digest = BTreeMap::new();
    for (text, content) in &parts.disclosures {
        if by_digest.insert(hash.digest(text), content).is_some() {
            facts.insert("disclosure twice");
        }
    }
    let mut walk = Walk { by_digest, seen: BTreeMap::new(), facts };
    walk.value(&parts.payload, true, false);
    if walk.by_digest.keys().any(|digest| !walk.seen.contains_key(digest)) {
        facts.insert("disclosure for nothing");
    }
}

struct Walk<'p> {
    by_digest: BTreeMap<String, &'p Value>,
    seen: BTreeMap<String, ()>,
    facts: &'p mut Facts,
}

impl Walk<'_> {
    /// `top` at the payload itself; `visible` inside a claim that has to be.
    fn value(&mut self, value: &Value, top: bool, visible: bool) {
        match value {
            Value::Object(members) => {
                if members.contains_key("...") {
                    self.facts.insert("... in an object");
                }
                if members.contains_key("_sd_alg") && !top {
                    self.facts.insert("_sd_alg inside");
                }
                for (name, value) in members.iter().filter(|(name, _)| *name != "_sd") {
                    self.value(value, false, visible || top && VISIBLE.contains(&name.as_str()));
                }
                if let Some(digests) = members.get("_sd") {
                    self.digests(digests, members, top, visible);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.item(item, visible)),
            _ => {}
        }
    }

    fn digests(
        &mut self,
        digests: &Value,
        members: &serde_json::Map<String, Value>,
        top: bool,
        visible: bool,
    ) {
        if visible {
            self.facts.insert("registered claim hidden");
        }
        let mut names: Vec<String> = members.keys().cloned().collect();
        for digest in digests.as_array().into_iter().flatten() {
            let Some(content) = self.meet(digest, "_sd of another kind") else { continue };
            let (3, Some(salt), Some(name)) = (length(&content), content.get(0), content.get(1))
            else {
                self.facts.insert("bad disclosure");
                continue;
            };
            let name = name.as_str().unwrap_or("_sd").to_owned();
            if !salt.is_string() || ["_sd", "...", "_sd_alg"].contains(&name.as_str()) {
                self.facts.insert("bad disclosure");
            }
            if names.contains(&name) {
                self.facts.insert("claim twice");
            }
            if name.is_empty() {
                self.facts.insert("claim without a name");
            }
            if top && VISIBLE.contains(&name.as_str()) {
                self.facts.insert("registered claim hidden");
            }
            if top && name == "iat" && seconds(&content[2]).is_none() {
                self.facts.insert("time of another kind");
            }
            if name == "__proto__" {
                self.facts.insert("__proto__");
            }
            if name.len() > 512 {
                self.facts.insert("long name");
            }
            names.push(name);
            self.value(&content[2], false, visible);
        }
        if !digests.is_array() {
            self.facts.insert("_sd of another kind");
        }
    }

    fn item(&mut self, item: &Value, visible: bool) {
        let Some(digest) = item.get("...") else {
            return self.value(item, false, visible);
        };
        if visible {
            self.facts.insert("registered claim hidden");
        }
        if item.as_object().is_some_and(|members| members.len() != 1) {
            self.facts.insert("... with company");
        }
        let Some(content) = self.meet(digest, "... of another kind") else { return };
        match (length(&content), content.get(0), content.get(1)) {
            (2, Some(Value::String(_)), Some(value)) => self.value(value, false, visible),
            _ => drop(self.facts.insert("bad disclosure")),
        }
    }

    /// The disclosure for a digest, if there is one.
    fn meet(&mut self, digest: &Value, no_digest: &'static str) -> Option<Value> {
        let Some(digest) = digest.as_str() else {
            self.facts.insert(no_digest);
            return None;
        };
        if self.seen.insert(digest.to_owned(), ()).is_some() {
            self.facts.insert("digest twice");
            return None;
        }
        if digest.len() < 43 {
            self.facts.insert("digest that is none");
        }
        self.by_digest.get(digest).map(|content| (*content).clone())
    }
}

fn length(content: &Value) -> usize {
    content.as_array().map_or(0, Vec::len)
}
