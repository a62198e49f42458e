//! The key-binding JWT of a credential: header and payload on two lines, or as it stands. On a third
//! line may stand the `cnf` of the credential, otherwise it has the key that the target expects.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::format::sd_jwt::{ExpectedBinding, HashAlgorithm, SdJwt};
use bonafide_fuzz::{check_header, jws, keys, part};
use libfuzzer_sys::fuzz_target;

fn credential(cnf: Option<&str>) -> String {
    let [key, _] = keys();
    let payload = match cnf {
        Some(cnf) => format!(r#"{{"a":1,"cnf":{cnf}}}"#),
        None => format!(r#"{{"a":1,"cnf":{{"jwk":{}}}}}"#, key.to_jwk()),
    };
    let header = r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#;
    format!("{}~", jws(header, &payload))
}

/// The credential and the answer to it. `#` stands for the digest of the credential.
fn assemble(text: &str) -> (String, String) {
    let mut lines = text.lines();
    match (lines.next(), lines.next()) {
        (Some(header), Some(payload)) if text.starts_with('{') => {
            let credential = credential(lines.next());
            let digest = HashAlgorithm::Sha256.digest(&credential);
            let answer = jws(header, &payload.replace('#', &digest));
            (credential, answer)
        }
        _ => (credential(None), text.to_owned()),
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let (credential, answer) = assemble(text);
    let [key, _] = keys();
    let token = format!("{credential}{answer}");
    let Ok(parsed) = SdJwt::parse(&token, "dc+sd-jwt") else {
        return;
    };
    let Ok(signed) = parsed.verify(&key) else {
        return;
    };
    let expected = ExpectedBinding {
        audience: "https://verifier.example.org",
        nonce: "n-0S6_WzA2Mj",
        not_before: Timestamp::from_unix(1_795_183_200).unwrap(),
        not_after: Timestamp::from_unix(1_795_183_500).unwrap(),
        now: Timestamp::from_unix(1_795_183_400).unwrap(),
    };
    let presented = signed.bind(&expected);
    for error in presented.as_ref().err().into_iter().flatten() {
        assert!(!error.code().is_empty());
    }
    if let Ok(presented) = presented {
        check_header(&answer, "kb+jwt");
        let payload = part(&answer, 1);
        assert_eq!(payload["aud"], expected.audience);
        assert_eq!(payload["nonce"], expected.nonce);
        assert_eq!(payload["sd_hash"], HashAlgorithm::Sha256.digest(&credential));
        let at = payload["iat"].as_f64().unwrap().floor() as i64;
        assert_eq!(presented.signed_at().unix(), at);
        assert!((expected.not_before..=expected.not_after).contains(&presented.signed_at()));
        let limit = |name| payload.get(name).map(|limit| limit.as_f64().unwrap().floor() as i64);
        assert!(limit("exp").is_none_or(|exp| exp > expected.now.unix()));
        assert!(limit("nbf").is_none_or(|nbf| nbf <= expected.not_after.unix()));
        let cnf = &part(&credential, 1)["cnf"];
        assert!(cnf["jwe"].is_null() && cnf["jku"].is_null());
        assert_eq!(cnf["jwk"]["x"], presented.holder().to_jwk()["x"]);
        let alg = part(&answer, 0)["alg"].as_str().unwrap().to_owned();
        assert!(presented.holder().algorithm().reads(&alg));
        assert_eq!(presented.signed().claims(), signed.claims());
    }
});
