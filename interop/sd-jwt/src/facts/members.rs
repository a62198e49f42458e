//! Odd members of headers, payload and answer.

use serde_json::Value;

use super::{Facts, Parts};
use crate::forge::{AUDIENCE, NONCE, NOW};
use crate::keys::Key;

/// Headers that bring a key along.
const KEYS: [&str; 5] = ["jwk", "jku", "x5u", "x5c", "x5t#S256"];

/// Notes them.
pub fn note(parts: &Parts<'_>, issuer: &Key, facts: &mut Facts) {
    let Parts { header, payload, answer_header, answer, .. } = parts;
    let mut note = |odd: bool, fact| {
        if odd {
            facts.insert(fact);
        }
    };
    let has = |json: &Value, name: &str| json.get(name).is_some();
    let jwk = &payload["cnf"]["jwk"];
    for (header, key) in [(header, &issuer.jwk), (answer_header, jwk)] {
        note(!header.is_object(), "header is no object");
        note(!fits(&header["alg"], key), "alg of another key");
        note(header["alg"] == "Ed25519", "alg Ed25519");
        note(has(header, "crit") || has(header, "b64"), "crit or b64");
        note(KEYS.iter().any(|name| has(header, name)), "key in the header");
        note(
            header["kid"].is_number() || has(header, "kid") && header["kid"].is_null(),
            "kid is no text",
        );
        let typed = ["cty", "x5t", "zip"].into_iter().filter_map(|name| header.get(name));
        note(typed.into_iter().any(|value| !value.is_string()), "header member of another kind");
    }
    note(header["typ"] != "dc+sd-jwt", "typ of the credential");
    note(answer_header["typ"] != "kb+jwt", "typ of the answer");
    note(header["kid"] != issuer.kid(), "kid of another key");

    note(!payload.is_object(), "payload is no object");
    note(payload["iss"] != issuer.did().as_str(), "iss of another issuer");
    note(payload["vct"].as_str().is_none_or(str::is_empty), "vct");
    note(has(payload, "status"), "status");
    note(has(payload, "aud"), "aud of the credential");
    note(payload.get("sub").is_some_and(|sub| !sub.is_string()), "sub");
    note(has(payload, "aka_vcts") || has(payload, "vct#integrity"), "aka_vcts or vct#integrity");
    note(!has(payload, "exp"), "no exp");
    let moment = |name: &str| payload.get(name).map(|value| seconds(value).ok_or(()));
    note(
        ["exp", "nbf", "iat"].iter().any(|name| moment(name) == Some(Err(()))),
        "time of another kind",
    );
    note(moment("exp").is_some_and(|at| at.is_ok_and(|at| at < NOW as f64 + 1.0)), "expired");
    // The one peer that goes by the real clock says so.
    let later = (NOW as f64 + 1.0)..4_102_444_800.0;
    note(moment("exp").is_some_and(|at| at.is_ok_and(|at| later.contains(&at))), "expired since");
    note(moment("nbf").is_some_and(|at| at.is_ok_and(|at| at > NOW as f64)), "not yet valid");
    note(
        moment("iat").is_some_and(|at| at.is_ok_and(|at| at > NOW as f64)),
        "issued in the future",
    );

    note(!jwk.is_object(), "no holder key");
    note(["jku", "jwe"].iter().any(|name| has(&payload["cnf"], name)), "second holder key");
    let allowed = ["kty", "crv", "x", "y"];
    let named = jwk.as_object().into_iter().flatten();
    let odd = named.into_iter().any(|(name, _)| !allowed.contains(&name.as_str()));
    note(odd || jwk["kty"] == "OKP" && has(jwk, "y"), "holder key with more members");
    note(jwk.is_object() && !is_key(jwk), "holder key is none");

    note(!answer.is_object(), "answer is no object");
    note(answer["aud"] != AUDIENCE, "aud of the answer");
    note(answer["nonce"] != NONCE, "nonce of the answer");
    note(has(answer, "exp") || has(answer, "nbf"), "exp or nbf in the answer");
    let iat = seconds(&answer["iat"]);
    note(iat.is_none_or(|iat| (iat - NOW as f64).abs() > 300.0), "time of the answer");
}

pub(super) fn seconds(value: &Value) -> Option<f64> {
    // A moment from 1970 on that RFC 3339 can write.
    value.as_f64().filter(|seconds| (0.0..253_402_300_800.0).contains(seconds))
}

/// Whether a key of that kind signs with that algorithm.
fn fits(alg: &Value, jwk: &Value) -> bool {
    match jwk["crv"].as_str() {
        Some("Ed25519") => *alg == "EdDSA" || *alg == "Ed25519",
        Some("P-256") => *alg == "ES256",
        _ => false,
    }
}

/// Whether kind, curve and coordinates belong together, in form.
fn is_key(jwk: &Value) -> bool {
    let coordinate = |name: &str| jwk[name].as_str().is_some_and(|text| text.len() == 43);
    match (jwk["kty"].as_str(), jwk["crv"].as_str()) {
        (Some("OKP"), Some("Ed25519")) => coordinate("x") && !small_order(jwk),
        (Some("EC"), Some("P-256")) => coordinate("x") && coordinate("y"),
        _ => false,
    }
}

/// The one point of small order that is tried here.
fn small_order(jwk: &Value) -> bool {
    jwk["x"] == "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
}
