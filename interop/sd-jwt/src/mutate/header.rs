//! Odd headers of the issuer-signed JWT, and other keys.

use serde_json::{Value, json};

use super::{Keys, pick_json};
use crate::forge::Forged;
use crate::rng::Rng;

/// A header member has another value, is missing, or is new.
pub fn issuer<'k>(forged: &mut Forged<'k>, keys: &'k Keys, rng: &mut Rng) {
    let other = keys.issuers[rng.below(2)].kid();
    let header = &mut forged.issuer.header;
    match rng.below(12) {
        0 | 1 => header["alg"] = algorithm(rng),
        2 | 3 => {
            header["typ"] = pick_json(
                &[
                    "\"vc+sd-jwt\"",
                    "\"sd+jwt\"",
                    "\"JWT\"",
                    "\"application/dc+sd-jwt\"",
                    "\"DC+SD-JWT\"",
                    "\"kb+jwt\"",
                    "\"\"",
                    "null",
                    "5",
                ],
                rng,
            );
        }
        4 | 5 => {
            header["kid"] = pick_json(
                &[
                    "\"\"",
                    "\"key-1\"",
                    "5",
                    "null",
                    "\"did:key:z6Mk#z6Mk\"",
                    "\"did:web:example.org#k\"",
                ],
                rng,
            )
        }
        6 => header["kid"] = other.into(),
        7 => {
            let name = rng.pick(&["alg", "typ", "kid"]);
            header.as_object_mut().map(|members| members.remove(name));
        }
        8 => {
            header["crit"] =
                pick_json(&["[\"exp\"]", "[]", "[\"b64\"]", "[\"x\"]", "\"exp\"", "null"], rng)
        }
        9 => header["b64"] = pick_json(&["true", "false"], rng),
        10 => {
            let name = rng.pick(&["jwk", "jku", "x5u", "x5c", "x5t#S256"]);
            header[name] = embedded(name, &forged.issuer.key.jwk);
        }
        _ => {
            header[rng.pick(&["cty", "zip", "x5t", "vctm", "iss", "extra"])] =
                pick_json(&["\"text\"", "5", "null", "[]", "{}"], rng)
        }
    }
}

/// The header's JSON text: a name twice, or written in another way.
pub fn issuer_text<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    forged.issuer.header_text = Some(odd_text(&forged.issuer.header, rng));
}

/// Somebody else's key signs, with or without saying so.
pub fn issuer_key<'k>(forged: &mut Forged<'k>, keys: &'k Keys, rng: &mut Rng) {
    let [holders, issuers] = [&keys.holders, &keys.issuers];
    let key = if rng.chance(50) { &holders[rng.below(2)] } else { &issuers[rng.below(2)] };
    forged.issuer.key = key;
    if rng.chance(70) {
        forged.issuer.header["alg"] = key.alg().into();
    }
    if rng.chance(40) {
        forged.issuer.header["kid"] = key.kid().into();
    }
    if rng.chance(30) {
        forged.issuer.payload["iss"] = key.did().as_str().into();
    }
}

pub(super) fn algorithm(rng: &mut Rng) -> Value {
    pick_json(
        &[
            "\"EdDSA\"",
            "\"ES256\"",
            "\"Ed25519\"",
            "\"none\"",
            "\"HS256\"",
            "\"es256\"",
            "\"ES384\"",
            "\"ES256K\"",
            "\"\"",
            "null",
            "5",
        ],
        rng,
    )
}

pub(super) fn embedded(name: &str, jwk: &Value) -> Value {
    match name {
        "jwk" => jwk.clone(),
        "x5c" => json!(["AA=="]),
        _ => "https://example.org/x".into(),
    }
}

pub(super) fn odd_text(json: &Value, rng: &mut Rng) -> String {
    let text = json.to_string();
    let rest = text.trim_start_matches('{').to_owned();
    match rng.below(7) {
        0 => format!(" {text}\n"),
        1 => format!("\u{feff}{text}"),
        2 => format!("{text}x"),
        3 => format!("{{\"alg\":\"none\",{rest}"),
        4 => format!("{{\"typ\":\"JWT\",{rest}"),
        5 => text.replacen("alg", "\\u0061lg", 1),
        _ => rng.pick(&["", "{}", "null", "[]", "{"]).to_owned(),
    }
}
