//! Odd answers, signed by the holder.

use serde_json::json;

use super::header::{algorithm, embedded, odd_text};
use super::{Keys, pick_json};
use crate::forge::{Forged, NOW};
use crate::rng::Rng;

/// `aud`, `nonce` or `sd_hash` has another value or is missing; other members come along.
pub fn member<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let sd_jwt = forged.disclosures.join("~");
    let answer = &mut forged.holder.payload;
    match rng.below(9) {
        0 | 1 => {
            answer["aud"] = pick_json(
                &[
                    "\"https://other.example.org\"",
                    "[\"https://verifier.example.org\"]",
                    "[\"https://verifier.example.org\",\"x\"]",
                    "\"https://verifier.example.org/\"",
                    "\"HTTPS://verifier.example.org\"",
                    "\"\"",
                    "null",
                    "[]",
                    "5",
                ],
                rng,
            );
        }
        2 | 3 => {
            answer["nonce"] = pick_json(
                &[
                    "\"other\"",
                    "\"n-0S6_WzA2Mj-7Qp \"",
                    "\"\"",
                    "null",
                    "5",
                    "[\"n-0S6_WzA2Mj-7Qp\"]",
                ],
                rng,
            );
        }
        4 => answer["sd_hash"] = pick_json(&["\"\"", "null", "5", "\"AAAA\""], rng),
        5 => answer["sd_hash"] = forged.hash.digest(&sd_jwt).into(),
        6 => {
            answer.as_object_mut().map(|members| members.remove(rng.pick(&["aud", "nonce"])));
        }
        7 => answer["_sd_hash"] = "x".into(),
        _ => answer[rng.pick(&["extra", "iss", "sub", "jti", "_sd", "cnf", "vct"])] = json!("x"),
    }
}

/// When it says it was signed, and other times.
pub fn time<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let answer = &mut forged.holder.payload;
    match rng.below(8) {
        0 => answer["iat"] = (NOW - 310 + rng.below(20) as i64).into(),
        1 => answer["iat"] = (NOW + 290 + rng.below(20) as i64).into(),
        2 => answer["iat"] = json!(NOW as f64 + 0.5),
        3 => {
            answer["iat"] = pick_json(
                &["null", "\"1795183200\"", "true", "0", "-1", "1e300", "[]", "9007199254740993"],
                rng,
            )
        }
        4 => {
            answer.as_object_mut().map(|members| members.remove("iat"));
        }
        5 => answer["exp"] = pick_json(&["1", "4102444800", "\"x\"", "null"], rng),
        6 => answer["nbf"] = pick_json(&["1", "4102444800", "\"x\""], rng),
        _ => answer["iat"] = (NOW + 1).into(),
    }
}

/// The answer's JSON text.
pub fn text<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    // `sd_hash` is left to be put in unless the text is replaced: both are of interest.
    let answer = forged.holder.payload.to_string();
    forged.holder.payload_text = Some(match rng.below(3) {
        0 => rng.pick(&["", "{}", "null", "[]", "5", "{"]).to_owned(),
        1 => answer,
        _ => {
            let whole = forged.presentation();
            let sd_jwt = &whole[..=whole.rfind('~').unwrap_or(0)];
            forged.holder.payload["sd_hash"] = forged.hash.digest(sd_jwt).into();
            let text = forged.holder.payload.to_string();
            let rest = text.trim_start_matches('{').to_owned();
            match rng.below(4) {
                0 => format!("{{\"nonce\":\"other\",{rest}"),
                1 => format!("{{\"aud\":\"other\",{rest}"),
                2 => format!("{{\"sd_hash\":\"other\",{rest}"),
                _ => format!(" {text}\n"),
            }
        }
    });
}

/// A header member of the answer.
pub fn header<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    let header = &mut forged.holder.header;
    match rng.below(8) {
        0 | 1 => header["alg"] = algorithm(rng),
        2 | 3 => {
            header["typ"] = pick_json(
                &[
                    "\"JWT\"",
                    "\"KB+JWT\"",
                    "\"application/kb+jwt\"",
                    "\"dc+sd-jwt\"",
                    "\"\"",
                    "null",
                    "5",
                ],
                rng,
            )
        }
        4 => {
            header.as_object_mut().map(|members| members.remove(rng.pick(&["alg", "typ"])));
        }
        5 => header["crit"] = pick_json(&["[\"exp\"]", "[]", "[\"b64\"]", "null"], rng),
        6 => {
            let name = rng.pick(&["jwk", "jku", "x5u", "x5c"]);
            header[name] = embedded(name, &forged.holder.key.jwk);
        }
        _ if rng.chance(50) => header["kid"] = pick_json(&["\"holder\"", "5", "null"], rng),
        _ => forged.holder.header_text = Some(odd_text(header, rng)),
    }
}

/// Somebody else answers, or nobody.
pub fn key<'k>(forged: &mut Forged<'k>, keys: &'k Keys, rng: &mut Rng) {
    let [holders, issuers] = [&keys.holders, &keys.issuers];
    let other = if rng.chance(50) { &holders[rng.below(2)] } else { &issuers[rng.below(2)] };
    match rng.below(4) {
        0 => forged.instead = Some(String::new()),
        1 => forged.instead = Some("a.b.c".to_owned()),
        _ => {
            forged.holder.key = other;
            if rng.chance(70) {
                forged.holder.header["alg"] = other.alg().into();
            }
            if rng.chance(30) {
                forged.holder.header["jwk"] = other.jwk.clone();
            }
        }
    }
}

/// The disclosures sent are not those that the holder signed for.
pub fn changed_after<'k>(forged: &mut Forged<'k>, _: &'k Keys, rng: &mut Rng) {
    forged.after = Some(super::disclosures::shuffled(&forged.disclosures, rng));
}
