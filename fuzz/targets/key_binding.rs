//! The key-binding JWT of a fixed credential: header and payload on two lines, or as it stands.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::format::sd_jwt::{ExpectedBinding, HashAlgorithm, SdJwt};
use bonafide_fuzz::{jws, keys, part, token};
use libfuzzer_sys::fuzz_target;

fn credential() -> String {
    let [key, _] = keys();
    let payload = format!(r#"{{"a":1,"cnf":{{"jwk":{}}}}}"#, key.to_jwk());
    let header = r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#;
    format!("{}~", jws(header, &payload))
}

/// `#` stands for the digest of the credential.
fn assemble(lines: &str) -> String {
    let (header, payload) = lines.split_once('\n').unwrap_or((lines, ""));
    let digest = HashAlgorithm::Sha256.digest(&credential());
    jws(header, &payload.replace('#', &digest))
}

fuzz_target!(|data: &[u8]| {
    let Some(answer) = token(data, assemble) else {
        return;
    };
    let [key, _] = keys();
    let credential = credential();
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
    };
    if let Ok(presented) = signed.bind(&expected) {
        let (header, payload) = (part(&answer, 0), part(&answer, 1));
        assert_eq!(header["typ"], "kb+jwt");
        assert!(header["alg"] == "EdDSA" || header["alg"] == "Ed25519");
        assert_eq!(payload["aud"], expected.audience);
        assert_eq!(payload["nonce"], expected.nonce);
        assert_eq!(payload["sd_hash"], HashAlgorithm::Sha256.digest(&credential));
        let at = payload["iat"].as_f64().unwrap().floor() as i64;
        assert_eq!(presented.signed_at().unix(), at);
        assert!((expected.not_before..=expected.not_after).contains(&presented.signed_at()));
        assert_eq!(presented.holder(), &key);
    }
});
