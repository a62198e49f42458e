//! Odd registered claims, signed by the issuer.

use serde_json::json;

use super::{Keys, encoded, pick_json};
use crate::forge::{AUDIENCE, Forged, NOW};
use crate::rng::Rng;

/// A registered claim, or a plain one, has another value or none.
pub fn member<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let payload = &mut forged.issuer.payload;
    let name = rng.pick(&[
        "iss",
        "vct",
        "exp",
        "nbf",
        "iat",
        "cnf",
        "sub",
        "aud",
        "status",
        "aka_vcts",
        "vct#integrity",
        "jti",
        "visible",
        "__proto__",
        "",
        "a.b",
        "0",
    ]);
    if rng.chance(25) {
        payload.as_object_mut().map(|members| members.remove(name));
        return;
    }
    let value = match name {
        "exp" | "nbf" | "iat" => pick_json(
            &[
                "0",
                "-1",
                "1795183199",
                "1795183200",
                "1795183201",
                "1795183200.5",
                "4102444800",
                "4102444800.0",
                "1e9",
                "99999999999999",
                "\"4102444800\"",
                "null",
                "true",
                "[]",
                "9007199254740993",
                "18446744073709551615",
            ],
            rng,
        ),
        "aud" => pick_json(
            &[
                "\"https://verifier.example.org\"",
                "[\"https://verifier.example.org\"]",
                "[\"a\",\"https://verifier.example.org\"]",
                "\"other\"",
                "[]",
                "[1]",
                "null",
                "5",
            ],
            rng,
        ),
        "iss" if rng.chance(30) => "did:example:other".into(),
        "status" if rng.chance(60) => {
            json!({"status_list": {"idx": rng.below(9), "uri": "https://example.org/list"}})
        }
        "aka_vcts" if rng.chance(60) => {
            pick_json(&["[\"urn:example:other:1\"]", "[\"urn:example:badge:1\"]", "[]", "[1]"], rng)
        }
        _ => pick_json(
            &[
                "\"text\"",
                "\"\"",
                "5",
                "-0.0",
                "1e400",
                "null",
                "true",
                "{}",
                "[]",
                "[[]]",
                "[null]",
                "{\"a\":{}}",
                "9007199254740993",
                "18446744073709551615",
                "1.5e3",
                "\"\\u0000\"",
                "\"did:example:other\"",
                "{\"__proto__\":{\"a\":1}}",
            ],
            rng,
        ),
    };
    payload[name] = value;
}

/// A claim that has to be visible is hidden, and shown.
pub fn hide_registered<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let name = rng.pick(&["iss", "vct", "nbf", "exp", "cnf", "iat", "sub", "status", "aud"]);
    let Some(members) = forged.issuer.payload.as_object_mut() else { return };
    let value = members.remove(name).unwrap_or(match name {
        "iat" => (NOW - 9).into(),
        "aud" => AUDIENCE.into(),
        _ => "urn:example:x".into(),
    });
    let text = encoded(&json!(["salt", name, value]));
    if rng.chance(20) {
        // Something inside it is hidden, rather than the claim.
        forged.issuer.payload[name] =
            json!({"_sd": [forged.hash.digest("decoy")], "jwk": forged.holder.key.jwk});
    } else {
        forged.add(text);
    }
}

/// The holder's key, or what stands beside it.
pub fn cnf<'k>(forged: &mut Forged<'k>, keys: &'k Keys, rng: &mut Rng) {
    let cnf = &mut forged.issuer.payload["cnf"];
    let x = forged.holder.key.jwk["x"].as_str().unwrap_or_default().to_owned();
    match rng.below(18) {
        0 => cnf["jwk"]["d"] = "AA".into(),
        1 => cnf["jwk"]["use"] = rng.pick(&["sig", "enc", "x"]).into(),
        2 => cnf["jwk"]["alg"] = rng.pick(&["EdDSA", "ES256", "Ed25519", "ES384", "x"]).into(),
        3 => {
            cnf["jwk"]["key_ops"] =
                pick_json(&["[\"verify\"]", "[\"sign\"]", "[]", "\"verify\"", "[\"x\"]"], rng)
        }
        4 => cnf["jwk"]["kid"] = pick_json(&["\"holder\"", "5"], rng),
        5 => cnf["jwk"]["x"] = format!("{x}=").into(),
        6 => {
            cnf["jwk"]["x"] =
                rng.pick(&["", "AA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]).into()
        }
        7 => {
            cnf["jwk"]["crv"] =
                rng.pick(&["Ed25519", "P-256", "P-384", "secp256k1", "ed25519"]).into()
        }
        8 => cnf["jwk"]["kty"] = rng.pick(&["OKP", "EC", "RSA", "oct", "okp"]).into(),
        9 => cnf["jwk"] = keys.issuers[rng.below(2)].jwk.clone(),
        10 => cnf["jwk"] = pick_json(&["null", "\"text\"", "[]", "{}", "5"], rng),
        11 => *cnf = pick_json(&["null", "\"text\"", "[]", "{}", "{\"kid\":\"x\"}"], rng),
        12 => cnf["jku"] = "https://example.org/keys".into(),
        13 => cnf["kid"] = "holder".into(),
        14 => cnf["jwe"] = "x".into(),
        15 => cnf["jwk"]["extra"] = pick_json(&["null", "{}", "[1]"], rng),
        16 => cnf["jwk"]["y"] = "AAAA".into(),
        _ => cnf["jwk"]["x5c"] = json!(["AA=="]),
    }
}
