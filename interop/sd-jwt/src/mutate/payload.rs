//! Odd payloads, signed by the issuer.

use bonafide::format::sd_jwt::HashAlgorithm;
use serde_json::{Value, json};

use super::{Keys, encoded, pick_json, some_object};
use crate::forge::Forged;
use crate::rng::Rng;

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
