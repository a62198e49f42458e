//! Wycheproof: known attacks and edge cases of signatures and keys, and a list of what is not offered.

use std::collections::BTreeMap;

use crate::support::vectors::Vectors;
use bonafide::encoding::{base64url, json};
use bonafide::format::jws::{JwsError, UnverifiedJws};
use bonafide::key::{KeyError, PublicKey, Signature};
use serde_json::Value;

const ED25519: &str = "ed25519_test.json";
const ES256: &str = "ecdsa_secp256r1_sha256_p1363_test.json";
const JWK: &str = "json_web_key_test.json";
const JWS: &str = "json_web_signature_test.json";

/// Files whose cases all run, and how many there are.
const RUN: [(&str, usize); 4] = [(ED25519, 101), (ES256, 172), (JWK, 22), (JWS, 280)];

/// Files that do not run here: how many cases, and why, or where they do.
const NOT_RUN: [(&str, usize, &str); 20] = [
    ("aes_gcm_test", 211, "inside JWE only, whose associated data is its header"),
    ("bls_hash_to_g2_test", 23, "no BLS"),
    ("bls_sig_g2_basic_verify_test", 58, "no BLS"),
    ("chacha20_poly1305_test", 217, "XChaCha20 only"),
    ("ecdh_secp256r1_test", 469, "ASN.1, JOSE has JWK"),
    ("ecdh_secp256r1_webcrypto_test", 231, "src/format/jwe/tests.rs, feature jwe"),
    ("ecdsa_secp256k1_sha256_bitcoin_test", 320, "no secp256k1"),
    ("ecdsa_secp256k1_sha256_p1363_test", 170, "no secp256k1"),
    ("ecdsa_secp256r1_sha256_test", 322, "ASN.1, JOSE has r‖s"),
    ("ecdsa_secp384r1_sha384_p1363_test", 189, "no P-384"),
    ("hkdf_sha256_test", 57, "private to the wallet"),
    ("hkdf_sha512_test", 55, "HKDF with SHA-256 only"),
    ("hmac_sha256_test", 116, "private to the wallet"),
    ("hmac_sha512_test", 116, "HMAC with SHA-256 only"),
    ("json_web_encryption_test", 112, "tests/suite/sealed.rs, feature jwe"),
    ("pbkdf2_hmacsha256_test", 40, "argon2id only"),
    ("pbkdf2_hmacsha512_test", 39, "argon2id only"),
    ("x25519_jwk_test", 361, "src/format/jwe/tests.rs, feature jwe"),
    ("x25519_test", 352, "the same keys as in x25519_jwk_test"),
    ("xchacha20_poly1305_test", 210, "private to the wallet"),
];

/// All files by name; `None`, and a line that says so, where there are none.
fn files() -> (Vectors, BTreeMap<String, String>) {
    let vectors = Vectors::find();
    let files = vectors.files("wycheproof", "json");
    (vectors, files)
}

/// Runs `test` on every case of a file, with the group it belongs to, and returns what came of them
/// by count. A file that is missing from the small copy is not run, and said so.
fn tally(file: &str, test: impl Fn(&Value, &Value) -> String) -> BTreeMap<String, usize> {
    let (vectors, files) = files();
    let mut tally = BTreeMap::new();
    let mut cases = 0;
    for (group, case) in files.get(file).map(|text| cases_of(text)).unwrap_or_default() {
        *tally.entry(test(&group, &case)).or_default() += 1;
        cases += 1;
    }
    if cases == 0 {
        println!("{file} was NOT run: the shared vectors are not here");
    }
    let expected = RUN.iter().find(|(name, _)| *name == file).unwrap().1;
    vectors.assert_count(cases, expected, file == JWK, file);
    tally
}

/// Every case of a file with its group.
fn cases_of(text: &str) -> Vec<(Value, Value)> {
    let file: Value = serde_json::from_str(text).unwrap();
    let groups = file["testGroups"].as_array().unwrap();
    let cases = groups.iter().flat_map(|group| {
        let cases = group["tests"].as_array().unwrap().iter();
        cases.map(|case| (group.clone(), case.clone()))
    });
    cases.collect()
}

/// Asserts the tally of a file that was run.
fn assert_tally(found: BTreeMap<String, usize>, expected: &[(&str, usize)]) {
    let expected = expected.iter().map(|(what, n)| ((*what).to_owned(), *n));
    assert!(found.is_empty() || found == expected.collect(), "{found:#?}");
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    let pairs = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// A coordinate: hexadecimal with or without leading zero bytes.
fn coordinate(text: &str) -> [u8; 32] {
    let bytes = hex(text);
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    let mut out = [0; 32];
    out[32 - (bytes.len() - start)..].copy_from_slice(&bytes[start..]);
    out
}

fn read_jwk(jwk: &Value) -> Result<PublicKey, KeyError> {
    PublicKey::from_jwk(&json::parse_object(jwk.to_string().as_bytes(), 9999).unwrap())
}

/// Whether the signature of a case holds. One of another length than 64 bytes is none: `Signature`
/// cannot hold it, and a token that carries it is refused.
fn holds(key: &PublicKey, case: &Value) -> bool {
    let signature = hex(text(case, "sig")).try_into().map(Signature::from_bytes);
    signature.is_ok_and(|signature| key.verify(&hex(text(case, "msg")), &signature).is_ok())
}

/// The flags of a case and our answer, which must be the one demanded.
fn answer(case: &Value, accepted: bool) -> String {
    let demanded = text(case, "result");
    let answer = if accepted { "valid" } else { "invalid" };
    assert_eq!(answer, demanded, "tcId {} {}", case["tcId"], case["comment"]);
    let flags = case["flags"].as_array().unwrap().iter();
    let flags: Vec<&str> = flags.map(|flag| flag.as_str().unwrap()).collect();
    format!("{} {answer}", flags.join("+"))
}

#[test]
fn every_file_runs_or_is_listed() {
    let (vectors, files) = files();
    let not_run = NOT_RUN.map(|(name, count, why)| (format!("{name}.json"), count, why));
    let run = RUN.map(|(name, count)| (name.to_owned(), count, "run"));
    let mut found = 0;
    for (name, count, why) in run.into_iter().chain(not_run) {
        let cases = files.get(&name).map_or(0, |text| cases_of(text).len());
        vectors.assert_count(cases, count, name == JWK, &format!("{name} ({why})"));
        found += cases;
    }
    vectors.assert_count(found, 4243, true, "cases");
    vectors.assert_count(files.len(), 24, true, "files");
}

/// The file has no `acceptable` cases. Its edge cases are `InvalidEncoding`, `SignatureMalleability`,
/// `InvalidSignature` and the flags of wrong lengths: we refuse all of them. No key in it is weak.
#[test]
fn ed25519() {
    let tally = tally(ED25519, |group, case| {
        let key = hex(text(&group["publicKey"], "pk")).try_into().unwrap();
        let key = PublicKey::from_ed25519(&key).unwrap();
        assert_eq!(read_jwk(&group["publicKeyJwk"]), Ok(key.clone()));
        answer(case, holds(&key, case))
    });
    assert_tally(
        tally,
        &[
            ("Valid valid", 12),
            ("Ktv valid", 26),
            ("TinkOverflow valid", 21),
            ("CompressedSignature invalid", 1),
            ("InvalidEncoding invalid", 15),
            ("InvalidKtv invalid", 1),
            ("InvalidSignature invalid", 13),
            ("SignatureMalleability invalid", 6),
            ("SignatureWithGarbage invalid", 3),
            ("TruncatedSignature invalid", 3),
        ],
    );
}

/// No `acceptable` cases here either. `SignatureSize` (`r` and `s` without leading zeros) is refused.
#[test]
fn es256() {
    let tally = tally(ES256, |group, case| {
        let [x, y] = ["wx", "wy"].map(|name| coordinate(text(&group["publicKey"], name)));
        let key = PublicKey::from_p256_coordinates(&x, &y).unwrap();
        if let Some(jwk) = group.get("publicKeyJwk") {
            assert_eq!(read_jwk(jwk), Ok(key.clone()));
        }
        let compressed = key.to_bytes().try_into().unwrap();
        assert_eq!(PublicKey::from_p256_compressed(&compressed).as_ref(), Ok(&key));
        answer(case, holds(&key, case))
    });
    assert_tally(
        tally,
        &[
            ("ArithmeticError valid", 40),
            ("EdgeCasePublicKey valid", 20),
            ("EdgeCaseShamirMultiplication valid", 1),
            ("ModularInverse+ArithmeticError valid", 11),
            ("PointDuplication valid", 1),
            ("SmallRandS+ArithmeticError valid", 3),
            ("SpecialCaseHash valid", 33),
            ("ValidSignature valid", 6),
            ("ArithmeticError invalid", 8),
            ("ArithmeticError+SignatureSize invalid", 4),
            ("IntegerOverflow invalid", 1),
            ("InvalidSignature invalid", 35),
            ("ModifiedInteger invalid", 1),
            ("PointDuplication invalid", 3),
            ("RangeCheck invalid", 2),
            ("SmallRandS+ArithmeticError+SignatureSize invalid", 3),
        ],
    );
}

/// What becomes of a token with a key. The tokens name no `typ`, so [`UnverifiedJws::parse`] refuses
/// every one of them; where nothing else is wrong, key and signature are checked over the signing input.
fn read_token(group: &Value, case: &Value) -> &'static str {
    let token = text(case, "jws");
    let jwk = group.get("public").or(group.get("private")).unwrap();
    let refusal = UnverifiedJws::parse(token, "JWT", 9999).unwrap_err();
    if refusal != JwsError::WrongType {
        return refusal.code();
    }
    // A set that a token of ours belongs to has one key.
    let key = jwk.get("keys").map_or(jwk, |keys| &keys[0]);
    let key = match read_jwk(key) {
        Ok(key) => key,
        Err(error) => return error.code(),
    };
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    if !key.algorithm().reads(text(&header, "alg")) {
        return "alg-not-allowed";
    }
    let signature = base64url::decode_array(signature).map(Signature::from_bytes);
    let holds = signature.is_ok_and(|signature| key.verify(input.as_bytes(), &signature).is_ok());
    match holds && base64url::decode(payload).is_ok() {
        true => "accepted",
        false => "bad-signature",
    }
}

/// Our answer to a token beside the one demanded. Nothing `invalid` is accepted, and nothing `valid`
/// refused but for its algorithm.
fn answer_token(group: &Value, case: &Value) -> String {
    let (demanded, answer) = (text(case, "result"), read_token(group, case));
    let fits = match demanded {
        "valid" => matches!(answer, "accepted" | "alg-not-allowed"),
        _ => answer != "accepted",
    };
    assert!(fits, "tcId {}, {demanded}: {answer}", case["tcId"]);
    format!("{demanded}: {answer}")
}

/// RSA and HMAC are refused by `alg`. Of the P-256 keys, `bad-key` are those with another `alg` (two) or
/// `use`, and one off the curve; `key-unsupported` those with another `crv` or `kty`. Both `Ambiguous`
/// cases, sets with mixed keys or one `kid` twice, are HMAC.
#[test]
fn json_web_keys() {
    assert_tally(
        tally(JWK, answer_token),
        &[
            ("valid: alg-not-allowed", 4),
            ("invalid: alg-not-allowed", 12),
            ("invalid: bad-key", 4),
            ("invalid: key-unsupported", 2),
        ],
    );
}

/// RSA, HMAC, `none` and ES512 are refused by `alg`; `bad-key` are those with `use` or `key_ops` for
/// encryption. There is no EdDSA in this file.
#[test]
fn json_web_signatures() {
    assert_tally(
        tally(JWS, answer_token),
        &[
            ("valid: accepted", 2),
            ("valid: alg-not-allowed", 33),
            ("invalid: alg-not-allowed", 202),
            ("invalid: bad-key", 2),
            ("invalid: bad-signature", 20),
            ("invalid: encoding", 2),
            ("invalid: malformed", 18),
            ("invalid: untrusted-key", 1),
        ],
    );
}
