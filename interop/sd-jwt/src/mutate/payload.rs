//! Odd payloads, signed by the issuer.

use bonafide::format::sd_jwt::HashAlgorithm;
use serde_json::{Value, json};

use super::{Keys, encoded, pick_json, some_object};
use crate::forge::{Forged, NOW};
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

/// The payload's JSON text: written in another way, or no object, or no JSON.
pub fn text<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let text = forged.issuer.payload.to_string();
    let rest = text.trim_start_matches('{').to_owned();
    forged.issuer.payload_text = Some(match rng.below(14) {
        0 => format!(" {text}\n"),
        1 => format!("\u{feff}{text}"),
        2 => format!("{text} x"),
        3 => format!("[{text}]"),
        4 => rng.pick(&["null", "\"text\"", "5", "[]", "{}", "", "{"]).to_owned(),
        5 => format!("{{\"visible\":\"other\",{rest}"),
        6 => format!("{{\"exp\":1,{rest}"),
        7 => format!("{{\"_sd\":[],{rest}"),
        8 => text.replacen("\"country\"", "\"country\":\"FR\",\"country\"", 1),
        9 => text.replacen("visible", "visi\\u0062le", 1),
        10 => format!(
            "{{\"odd\":{},{rest}",
            rng.pick(&["NaN", "01", "1e999", "-Infinity", "'x'", "\"\\ud800\"", "\"\t\"", "1."])
        ),
        11 => {
            let depth = 1 + rng.below(160);
            format!("{{\"odd\":{}{},{rest}", "[".repeat(depth), "]".repeat(depth))
        }
        12 => format!(
            "{{\"odd\":{},{rest}",
            rng.pick(&[
                "9007199254740993",
                "-9223372036854775808",
                "1e15",
                "1E2",
                "0.1",
                "-0",
                "12345678901234567890123"
            ])
        ),
        _ => format!("{{\"{}\":1,{rest}", "n".repeat(1 + rng.below(600))),
    });
}

/// A claim that has to be visible is hidden, and shown.
pub fn hide_registered<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let name = rng.pick(&["iss", "vct", "nbf", "exp", "cnf", "iat", "sub", "status", "aud"]);
    let Some(members) = forged.issuer.payload.as_object_mut() else { return };
    let value = members.remove(name).unwrap_or(match name {
        "iat" => (NOW - 9).into(),
        "aud" => crate::forge::AUDIENCE.into(),
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

/// `_sd` is no array of digests.
pub fn odd_sd<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let Some(place) = some_object(&mut forged.issuer.payload, rng) else { return };
    let odd = pick_json(
        &[
            "{}",
            "\"text\"",
            "null",
            "1",
            "true",
            "[]",
            "[1]",
            "[null]",
            "[[]]",
            "[\"\"]",
            "[\"constructor\"]",
            "[\"__proto__\"]",
            "[\"not a digest\"]",
            "\"\"",
            "false",
            "0",
        ],
        rng,
    );
    match (place["_sd"].as_array_mut(), odd) {
        (Some(digests), Value::Array(odd)) if rng.chance(50) => digests.extend(odd),
        (_, odd) => place["_sd"] = odd,
    }
}

/// Digests stand where they usually do not: in elements of arrays, in new objects, deep down.
pub fn sd_elsewhere<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let text = encoded(&json!(["salt", rng.pick(&["extra", "open", "country"]), "e"]));
    let digests = json!({"_sd": [forged.hash.digest(&text)]});
    let payload = &mut forged.issuer.payload;
    match rng.below(5) {
        0 => payload["elsewhere"] = json!([[digests]]),
        1 => payload["elsewhere"] = json!({"a": {"b": digests}}),
        2 => payload["elsewhere"] = json!([{"open": true, "_sd": digests["_sd"]}]),
        3 => payload["_sd"] = json!([digests]),
        _ => payload["elsewhere"] = json!([{"...": digests}]),
    }
    if rng.chance(70) {
        forged.disclosures.push(text);
    }
}

/// A digest stands twice; its disclosure may be shown or not.
pub fn duplicate_digest<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let payload = &mut forged.issuer.payload;
    let digests: Vec<Value> = payload["_sd"].as_array().cloned().unwrap_or_default();
    let Some(digest) = digests.get(rng.below(digests.len())).cloned() else { return };
    match rng.below(4) {
        0 => payload["_sd"] = [digests, vec![digest]].concat().into(),
        1 => payload["elsewhere"] = json!({"_sd": [digest]}),
        2 => payload["elsewhere"] = json!([{"...": digest}]),
        _ => payload["elsewhere"] = json!([{"...": "same"}, {"...": "same"}]),
    }
}

/// `_sd_alg` names something else, or stands somewhere else.
pub fn sd_alg<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let payload = &mut forged.issuer.payload;
    let names = [
        "\"sha-256\"",
        "\"sha-384\"",
        "\"sha-512\"",
        "\"SHA-256\"",
        "\"sha256\"",
        "\"md5\"",
        "\"none\"",
        "\"\"",
        "null",
        "5",
        "[\"sha-256\"]",
        "\"sha3-256\"",
    ];
    match rng.below(6) {
        0 if forged.hash == HashAlgorithm::Sha256 => {
            payload.as_object_mut().map(|members| members.remove("_sd_alg"));
        }
        1 => payload["address"]["_sd_alg"] = pick_json(&names, rng),
        2 => forged.add(encoded(&json!(["salt", "odd", {"_sd_alg": "sha-256"}]))),
        _ => payload["_sd_alg"] = pick_json(&names, rng),
    }
}

/// `...` of another kind, with company, or in an object.
pub fn odd_element<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let text = encoded(&json!(["salt", "element"]));
    let digest = forged.hash.digest(&text);
    let element = match rng.below(9) {
        0 => json!({"...": digest, "x": 1}),
        1 => json!({"...": 5}),
        2 => json!({"...": null}),
        3 => json!({"...": {"...": digest}}),
        4 => json!([{"...": digest}]),
        5 => json!({"...": rng.pick(&["constructor", "__proto__", "toString", ""])}),
        6 => json!({"...": digest, "_sd": []}),
        7 => json!({"a": {"...": digest}}),
        _ => json!({"...": [digest]}),
    };
    match rng.below(3) {
        0 => forged.issuer.payload["elsewhere"] = element,
        1 => forged.add(encoded(&json!(["salt", "elsewhere", [element]]))),
        _ => forged.issuer.payload["elsewhere"] = json!([1, element]),
    }
    if rng.chance(60) {
        forged.disclosures.push(text);
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
