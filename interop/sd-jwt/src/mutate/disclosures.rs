//! Odd disclosures. Where the text of one changes, the issuer signs for the new text.

use bonafide::encoding::base64url;
use serde_json::{Value, json};

use super::{Keys, encoded, pick_json};
use crate::forge::Forged;
use crate::rng::Rng;

/// Dropped, sent twice, in another order, empty, or of nobody's; the answer covers what is sent.
pub fn moved<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    forged.disclosures = shuffled(&forged.disclosures, rng);
}

/// The same list after one such change.
pub(super) fn shuffled(disclosures: &[String], rng: &mut Rng) -> Vec<String> {
    let mut out = disclosures.to_vec();
    let (at, other) = (rng.below(out.len()), rng.below(out.len()));
    match rng.below(6) {
        0 if !out.is_empty() => drop(out.remove(at)),
        1 if !out.is_empty() => out.push(out[at].clone()),
        2 if !out.is_empty() => out.swap(at, other),
        3 => out.insert(at, String::new()),
        4 => out.insert(at, encoded(&json!(["salt", "foreign", 1]))),
        _ => out.reverse(),
    }
    out
}

/// Not an array of three, or no JSON at all; where an element is called for, not of two.
pub fn content<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let text = rng.pick(&[
        r#"["salt","odd"]"#,
        r#"["salt","odd",1,2]"#,
        r#"["salt"]"#,
        "[]",
        r#"[5,"odd",1]"#,
        r#"[null,"odd",1]"#,
        r#"["","odd",1]"#,
        r#"[["salt"],"odd",1]"#,
        r#"["salt",5,1]"#,
        r#"["salt",null,1]"#,
        r#"["salt",["odd"],1]"#,
        r#"{"0":"salt","1":"odd","2":1}"#,
        r#""salt""#,
        "null",
        "5",
        "",
        "not json",
        r#"["salt","odd",1] x"#,
        r#"["salt","odd",1,]"#,
        r#" [ "salt" , "odd" , 1 ] "#,
        "\u{feff}[\"salt\",\"odd\",1]",
        r#"["s\u0061lt","\u006fdd",1]"#,
        r#"[5,1]"#,
        r#"[null,1]"#,
        r#"{"length":3}"#,
        r#""abc""#,
        r#""ab""#,
    ]);
    let encoded = base64url::encode(text);
    if rng.chance(30) { forged.add_element(encoded) } else { forged.add(encoded) }
}

/// The name of a claim is reserved, taken, or awkward.
pub fn name<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let long = "n".repeat(500 + rng.below(30));
    let name = rng.pick(&[
        "_sd",
        "...",
        "_sd_alg",
        "visible",
        "address",
        "name",
        "iss",
        "iat",
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "length",
        "",
        " ",
        "0",
        "a.b",
        "é",
        "e\u{301}",
        "\u{0}",
        "_SD",
        "vct#integrity",
        "sd_hash",
        &long,
    ]);
    let value = pick_json(&["1", "\"text\"", "{\"a\":1}", "[1]", "null"], rng);
    let content = encoded(&json!(["salt", name, value]));
    if rng.chance(25) {
        let digest = forged.hash.digest(&content);
        if let Some(digests) = forged.issuer.payload["address"]["_sd"].as_array_mut() {
            digests.push(digest.into());
        }
        forged.disclosures.push(content);
    } else {
        forged.add(content);
    }
}

/// The value of a claim or an element is awkward.
pub fn value<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let nested = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let value = rng.pick(&[
        "{}",
        "[]",
        "[[]]",
        "{\"a\":[]}",
        "null",
        "-0",
        "1.0",
        "1e2",
        "1e999",
        "NaN",
        "Infinity",
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551615",
        "18446744073709551616",
        "9007199254740993.5",
        "0.1",
        "1e-400",
        "\"\\ud800\"",
        "\"\\ud83d\\ude00\"",
        "\"\\u0000\"",
        "{\"a\":1,\"a\":2}",
        "{\"_sd\":[]}",
        "{\"_sd\":5}",
        "{\"_sd\":[\"x\"]}",
        "{\"...\":\"x\"}",
        "[{\"...\":\"x\"}]",
        "[{\"...\":5}]",
        "{\"_sd_alg\":\"sha-256\"}",
        "{\"__proto__\":{\"a\":1}}",
        "{\"\":1}",
        "[1,null,{\"a\":null}]",
        "\"ＡＢ\"",
        "tru",
        "{\"toString\":1}",
        &nested,
    ]);
    if rng.chance(30) {
        forged.add_element(base64url::encode(format!("[\"salt\",{value}]")));
    } else {
        forged.add(base64url::encode(format!("[\"salt\",\"odd\",{value}]")));
    }
}

/// The text of a disclosure is not canonical base64url, and the issuer signs for it as it stands.
pub fn encoding<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    // 14, 15 and 16 bytes: two spare bits, none, four.
    let json: Value = json!(["s", "odd", "x".repeat(rng.below(3))]);
    let text = encoded(&json);
    let text = match rng.below(8) {
        0 => format!("{text}="),
        1 => format!("{text}=="),
        2 => super::text::with_spare_bit(&text, text.len()),
        3 => base64url::encode(json!(["s", "odd", "ÿÿÿ??>>"]).to_string())
            .replace('-', "+")
            .replace('_', "/"),
        4 => format!(" {text}"),
        5 => format!("{text}\n"),
        6 => format!("{text}A"),
        _ => format!("{}!{}", &text[..4], &text[4..]),
    };
    if rng.chance(30) { forged.add_element(text) } else { forged.add(text) }
}

/// A claim's disclosure is called for as an element, or an element's as a claim.
pub fn wrong_place<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    match rng.below(3) {
        0 => forged.add(encoded(&json!(["salt", "element"]))),
        1 => forged.add_element(encoded(&json!(["salt", "claim", 1]))),
        _ => {
            let text = encoded(&json!(["salt", "both", 1]));
            forged.add(text.clone());
            forged.add_element(text);
            forged.disclosures.pop();
        }
    }
}
