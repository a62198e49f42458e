//! The published SD-JWT examples: RFC 9901, SD-JWT VC draft 16, and two reference generators.

use crate::support::vectors::Vectors;
use bonafide::clock::Timestamp;
use bonafide::encoding::{Json, base64url, json};
use bonafide::format::jws::JwsError;
use bonafide::format::sd_jwt::{
    ExpectedBinding, HashAlgorithm, KeyBindingError, SdJwt, SdJwtError,
};
use bonafide::key::PublicKey;
use serde_json::Value;

/// One published token and what its publisher says of it.
struct Example {
    name: String,
    token: String,
    audience: &'static str,
    claims: Vec<Value>,
}

/// The audience of each folder's key-binding JWTs.
const FOLDERS: [(&str, &str); 4] = [
    ("sd-jwt/rfc9901", "https://verifier.example.org"),
    ("sd-jwt/sd-jwt-vc-draft16", "https://example.com/verifier"),
    ("sd-jwt/owf-testcases", "https://example.com/verifier"),
    ("sd-jwt/spec-repo-examples", "https://verifier.example.org"),
];

/// Not offered: the JWS JSON serialization (RFC 9901 §8, optional); only the compact form is read.
const JSON_SERIALIZED: [&str; 3] = [
    "sd-jwt/rfc9901/section-8.2.json#0",
    "sd-jwt/rfc9901/section-8.2.json#1",
    "sd-jwt/rfc9901/section-8.3.json#0",
];

/// Refused: `kid` is the number 42, and RFC 7515 §4.1.4 demands a string.
const KID_IS_A_NUMBER: &str = "sd-jwt/owf-testcases/header_mod.json";

/// Every compact example, and the names of those in another serialization.
fn examples(vectors: &Vectors) -> (Vec<Example>, Vec<String>) {
    let (mut examples, mut others) = (Vec::new(), Vec::new());
    for (folder, audience) in FOLDERS {
        for (file, content) in vectors.files(folder, "json") {
            let content = parse(&content);
            let name = format!("{folder}/{file}");
            if let Some(claims) = content.get("verified_contents") {
                examples.push(Example {
                    name: format!("{name} issued"),
                    token: text(&content["sd_jwt_issuance"]),
                    audience,
                    claims: Vec::new(),
                });
                examples.push(Example {
                    name,
                    token: text(&content["sd_jwt_presentation"]),
                    audience,
                    claims: vec![claims.clone()],
                });
                continue;
            }
            let items = content["items"].as_array().into_iter().flatten();
            for (n, item) in items.enumerate() {
                let name = format!("{name}#{n}");
                let claims = ["computed_processed_payload", "printed_processed_payload"];
                match item["kind"].as_str().unwrap() {
                    "sd-jwt" | "sd-jwt+kb" => examples.push(Example {
                        name,
                        token: text(&item["value"]),
                        audience,
                        claims: claims.iter().filter_map(|k| item.get(k)).cloned().collect(),
                    }),
                    "jws-json" => others.push(name),
                    _ => {}
                }
            }
        }
    }
    (examples, others)
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The one issuer of all examples (RFC 9901 §A.5).
fn issuer(vectors: &Vectors) -> PublicKey {
    let keys = parse(&vectors.files("sd-jwt/rfc9901", "json")["keys.json"]);
    let jwk = keys["issuer_public_jwk"].to_string();
    PublicKey::from_jwk(&json::parse_object(jwk.as_bytes(), 999).unwrap()).unwrap()
}

/// The `typ` that the examples of a folder were published with.
fn typ(token: &str) -> &'static str {
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    match header["typ"].as_str().unwrap() {
        "dc+sd-jwt" => "dc+sd-jwt",
        _ => "example+sd-jwt",
    }
}

/// The moment at which the holder signed, as the key-binding JWT has it.
fn signed_at(token: &str) -> Timestamp {
    let key_binding = token.rsplit('~').next().unwrap();
    let payload = base64url::decode(key_binding.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    Timestamp::from_unix(payload["iat"].as_i64().unwrap()).unwrap()
}

fn expected<'a>(audience: &'a str, at: Timestamp) -> ExpectedBinding<'a> {
    ExpectedBinding { audience, nonce: "1234567890", not_before: at, not_after: at, now: at }
}

/// Whether every check that applies to `token` passes.
fn holds(token: &str, typ: &str, key: &PublicKey, binding: Option<&ExpectedBinding<'_>>) -> bool {
    let Ok(sd_jwt) = SdJwt::parse(token, typ) else {
        return false;
    };
    match (sd_jwt.verify(key), binding) {
        (Ok(signed), Some(expected)) => signed.bind(expected).is_ok(),
        (Ok(_), None) => !sd_jwt.has_key_binding(),
        (Err(_), _) => false,
    }
}

#[test]
fn every_example_verifies_to_the_claims_its_publisher_gives() {
    let vectors = Vectors::find();
    let key = issuer(&vectors);
    let (examples, _) = examples(&vectors);
    let (mut plain, mut bound) = (0, 0);
    for example in examples.iter().filter(|e| !e.name.starts_with(KID_IS_A_NUMBER)) {
        let name = &example.name;
        let sd_jwt = SdJwt::parse(&example.token, typ(&example.token)).expect(name);
        let signed = sd_jwt.verify(&key).expect(name);
        assert_eq!(signed.hash_algorithm(), HashAlgorithm::Sha256, "{name}");
        let disclosures = example.token.matches('~').count() - 1;
        assert_eq!(signed.disclosed().len(), disclosures, "{name}");
        let claims = Json::Object(signed.claims().clone()).to_value();
        for published in &example.claims {
            assert_eq!(claims, *published, "{name}");
        }
        if sd_jwt.has_key_binding() {
            let at = signed_at(&example.token);
            let presented = signed.bind(&expected(example.audience, at)).expect(name);
            assert_eq!(presented.signed_at(), at, "{name}");
            bound += 1;
        } else {
            plain += 1;
        }
    }
    vectors.assert_count(plain, 36, true, "SD-JWTs");
    vectors.assert_count(bound, 5, true, "SD-JWT+KBs");
}

#[test]
fn a_key_id_that_is_no_string_is_refused() {
    let vectors = Vectors::find();
    let (examples, _) = examples(&vectors);
    let odd: Vec<_> = examples.iter().filter(|e| e.name.starts_with(KID_IS_A_NUMBER)).collect();
    for example in &odd {
        let refused = SdJwt::parse(&example.token, typ(&example.token)).map(|_| ());
        assert_eq!(refused, Err(SdJwtError::Jws(JwsError::Malformed)));
    }
    vectors.assert_count(odd.len(), 2, false, "tokens whose kid is a number");
}

#[test]
fn the_json_serialization_is_not_offered() {
    let vectors = Vectors::find();
    let (_, others) = examples(&vectors);
    if !others.is_empty() {
        assert_eq!(others, JSON_SERIALIZED);
    }
    vectors.assert_count(others.len(), JSON_SERIALIZED.len(), false, "JSON serializations");
}

#[test]
fn every_printed_digest_is_that_of_its_disclosure() {
    let vectors = Vectors::find();
    let mut count = 0;
    for (folder, _) in FOLDERS {
        for (file, content) in vectors.files(folder, "json") {
            let content = parse(&content);
            let printed = ["disclosures", "all_disclosures"].iter();
            let printed = printed.filter_map(|list| content.get(list)?.as_array());
            for disclosure in printed.flatten() {
                let digest =
                    HashAlgorithm::Sha256.digest(disclosure["disclosure"].as_str().unwrap());
                assert_eq!(disclosure["digest"], digest, "{folder}/{file}");
                count += 1;
            }
        }
    }
    vectors.assert_count(count, 207, true, "printed digests");
}

#[test]
fn a_flipped_character_anywhere_is_refused() {
    let vectors = Vectors::find();
    let key = issuer(&vectors);
    let (examples, _) = examples(&vectors);
    for example in examples.iter().filter(|e| !e.name.starts_with(KID_IS_A_NUMBER)) {
        let typ = typ(&example.token);
        let at = (!example.token.ends_with('~')).then(|| signed_at(&example.token));
        let binding = at.map(|at| expected(example.audience, at));
        assert!(holds(&example.token, typ, &key, binding.as_ref()));
        for position in flips(&example.token) {
            let mut bytes = example.token.clone().into_bytes();
            bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
            let flipped = String::from_utf8(bytes).unwrap();
            let name = &example.name;
            let held = holds(&flipped, typ, &key, binding.as_ref());
            assert!(!held, "{name}, byte {position}");
        }
    }
}

/// First, last and some characters between of every part, and every separator.
fn flips(token: &str) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut start = 0;
    for part in token.split_inclusive(['.', '~']) {
        let end = start + part.len();
        positions.extend((start..end).step_by(37));
        positions.extend([end.saturating_sub(2), end - 1]);
        start = end;
    }
    positions
}

#[test]
fn another_question_is_not_answered() {
    let vectors = Vectors::find();
    let key = issuer(&vectors);
    let (examples, _) = examples(&vectors);
    let with_binding =
        |e: &&Example| !e.token.ends_with('~') && !e.name.starts_with(KID_IS_A_NUMBER);
    for example in examples.iter().filter(with_binding) {
        let at = signed_at(&example.token);
        let good = expected(example.audience, at);
        let (before, after) = (at.plus(-1), at.plus(1));
        let wrong = [
            (
                ExpectedBinding { nonce: "1234567891", ..good.clone() },
                KeyBindingError::NonceMismatch,
            ),
            (
                ExpectedBinding { nonce: "123456789", ..good.clone() },
                KeyBindingError::NonceMismatch,
            ),
            (ExpectedBinding { audience: "", ..good.clone() }, KeyBindingError::AudienceMismatch),
            (
                ExpectedBinding { not_before: after, not_after: after, ..good.clone() },
                KeyBindingError::Stale,
            ),
            (
                ExpectedBinding { not_before: before, not_after: before, ..good },
                KeyBindingError::NotYetValid,
            ),
        ];
        for (question, error) in wrong {
            let sd_jwt = SdJwt::parse(&example.token, typ(&example.token)).unwrap();
            let signed = sd_jwt.verify(&key).unwrap();
            let refused = signed.bind(&question).map(|_| ());
            assert_eq!(refused, Err(vec![error]), "{}", example.name);
        }
        let (presented, _) = example.token.rsplit_once('~').unwrap();
        let (shorter, _) = presented.rsplit_once('~').unwrap();
        let key_binding = example.token.rsplit('~').next().unwrap();
        let fewer = format!("{shorter}~{key_binding}");
        let sd_jwt = SdJwt::parse(&fewer, typ(&fewer)).unwrap();
        let signed = sd_jwt.verify(&key).unwrap();
        let refused = signed.bind(&expected(example.audience, at));
        assert_eq!(refused.map(|_| ()), Err(vec![KeyBindingError::SdHashMismatch]));
    }
}
