//! Changes to good presentations, by family.

mod disclosures;
mod header;
mod holder;
mod payload;
mod registered;
mod text;

use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use serde_json::Value;

use crate::forge::Forged;
use crate::keys::Key;
use crate::rng::Rng;

/// The keys that presentations are made with.
pub struct Keys {
    /// Issuers, one of each algorithm.
    pub issuers: [Key; 2],
    /// Holders, one of each algorithm.
    pub holders: [Key; 2],
}

/// A presentation, and what was done to it.
pub struct Case<'k> {
    /// The families of the changes.
    pub families: Vec<&'static str>,
    /// Whose credential it is.
    pub issuer: &'k Key,
    /// The SD-JWT+KB.
    pub token: String,
}

type Change = for<'k> fn(&mut Forged<'k>, &'k Keys, &mut Rng);

/// Changes signed anew by whoever has to sign.
const SIGNED: [(&str, Change); 24] = [
    ("payload member", registered::member),
    ("payload text", payload::text),
    ("registered claim hidden", registered::hide_registered),
    ("_sd of another kind", payload::odd_sd),
    ("_sd elsewhere", payload::sd_elsewhere),
    ("duplicate digest", payload::duplicate_digest),
    ("_sd_alg", payload::sd_alg),
    ("... of another kind", payload::odd_element),
    ("cnf", registered::cnf),
    ("issuer header", header::issuer),
    ("issuer header text", header::issuer_text),
    ("issuer key", header::issuer_key),
    ("disclosures moved", disclosures::moved),
    ("disclosure content", disclosures::content),
    ("disclosure name", disclosures::name),
    ("disclosure value", disclosures::value),
    ("disclosure encoding", disclosures::encoding),
    ("disclosure in the wrong place", disclosures::wrong_place),
    ("answer member", holder::member),
    ("answer time", holder::time),
    ("answer text", holder::text),
    ("answer header", holder::header),
    ("answer key", holder::key),
    ("changed after the answer", holder::changed_after),
];

/// Makes the next presentation: most with one change, some with two, some with none.
pub fn next<'k>(keys: &'k Keys, rng: &mut Rng) -> Case<'k> {
    let issuer = &keys.issuers[rng.below(2)];
    let holder = &keys.holders[rng.below(2)];
    let hash = match rng.below(20) {
        0 => HashAlgorithm::Sha384,
        1 => HashAlgorithm::Sha512,
        _ => HashAlgorithm::Sha256,
    };
    let mut forged = Forged::good((issuer, holder), hash, rng);
    let mut families = Vec::new();
    let changes = [0, 1, 1, 1, 1, 1, 1, 1, 2, 2][rng.below(10)];
    let mut token_changes = 0;
    for _ in 0..changes {
        let (name, change) = match rng.below(SIGNED.len() + 4) {
            n if n < SIGNED.len() => SIGNED[n],
            _ => {
                token_changes += 1;
                continue;
            }
        };
        if !is_whole(&forged.issuer.payload) {
            break;
        }
        change(&mut forged, keys, rng);
        families.push(name);
    }
    let mut token = forged.presentation();
    for _ in 0..token_changes {
        let (name, change) = text::CHANGES[rng.below(text::CHANGES.len())];
        token = change(&token, rng);
        families.push(name);
    }
    Case { families, issuer, token }
}

/// JSON in base64url, as a disclosure stands on the wire.
fn encoded(json: &Value) -> String {
    base64url::encode(json.to_string())
}

/// One of those JSON texts.
fn pick_json(texts: &[&str], rng: &mut Rng) -> Value {
    serde_json::from_str(rng.pick(texts)).unwrap_or_default()
}

/// Whether a change still finds what it changes where it was.
fn is_whole(payload: &Value) -> bool {
    let object = |pointer| payload.pointer(pointer).is_some_and(Value::is_object);
    let array = |pointer| payload.pointer(pointer).is_some_and(Value::is_array);
    ["", "/address", "/accounts/0", "/cnf", "/cnf/jwk"].into_iter().all(object)
        && ["/_sd", "/tags"].into_iter().all(array)
}

/// One of the good objects inside the payload, the payload itself most often.
fn some_object<'p>(payload: &'p mut Value, rng: &mut Rng) -> Option<&'p mut Value> {
    payload.pointer_mut(rng.pick(&["", "", "/address", "/accounts/0"]))
}
