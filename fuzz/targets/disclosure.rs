//! One disclosure, at the top (first byte even) or in an array, as JSON or as it stands.
#![no_main]

use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::{HashAlgorithm, SdJwt};
use bonafide_fuzz::{has_traces, jws, keys};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Some((first, disclosure)) = data.split_first() else {
        return;
    };
    let (in_array, as_it_stands) = (first & 1 == 1, first & 2 == 2);
    let encoded = match str::from_utf8(disclosure) {
        Ok(text) if as_it_stands => text.to_owned(),
        _ => base64url::encode(disclosure),
    };
    let digest = HashAlgorithm::Sha256.digest(&encoded);
    let payload = match in_array {
        false => format!(r#"{{"taken":0,"_sd":["{digest}"]}}"#),
        true => format!(r#"{{"list":[0,{{"...":"{digest}"}}]}}"#),
    };
    let header = r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#;
    let token = format!("{}~{encoded}~", jws(header, &payload));
    let [key, _] = keys();
    let Ok(parsed) = SdJwt::parse(&token, "dc+sd-jwt") else {
        return;
    };
    let signed = match parsed.verify(&key) {
        Ok(signed) => signed,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    let content: Vec<Value> =
        serde_json::from_slice(&base64url::decode(&encoded).unwrap()).unwrap();
    assert!(content[0].is_string());
    let claims = serde_json::to_value(signed.claims()).unwrap();
    assert!(!has_traces(&claims));
    // Digests inside it have no disclosure, so only a value without them stays as it is.
    let value = content.last().unwrap();
    let found = match in_array {
        false => {
            assert_eq!(content.len(), 3);
            let name = content[1].as_str().unwrap();
            assert!(!["taken", "_sd", "_sd_alg", "..."].contains(&name));
            &claims[name]
        }
        true => {
            assert_eq!(content.len(), 2);
            &claims["list"][1]
        }
    };
    let text = value.to_string();
    if !text.contains("_sd") && !text.contains("...") && !text.contains("-0.0") {
        assert_eq!(found, value);
    }
});
