//! Row 18: what is exactly as large as a bound is read, and one more is refused.

use bonafide::encoding::EncodingError;
use bonafide::format::jws::{JwsError, UnverifiedJws};
use bonafide::format::sd_jwt::{MAX_DISCLOSURES, MAX_LEN, SdJwt, SdJwtError};
use bonafide::key::Algorithm;
use bonafide::verify::Check;
use serde_json::{Value, json};

use super::{assert_refused, refused, verdict, verifier};
use crate::support::forge::{Forged, Jwt, digest, disclosure};

const TYP: &str = "dc+sd-jwt";

fn accepted(edit: impl Fn(&mut Forged)) {
    let mut forged = Forged::good(Algorithm::Ed25519);
    edit(&mut forged);
    let found = verdict(&verifier(&forged), &forged.presentation());
    assert_eq!(found.name(), "accepted", "{:?}", found.reasons());
}

#[test]
fn row_18_a_token_as_long_as_the_caller_allows() {
    let token = Forged::good(Algorithm::Ed25519).issuer.sign();
    assert!(UnverifiedJws::parse(&token, TYP, token.len()).is_ok());
    let refused = UnverifiedJws::parse(&token, TYP, token.len() - 1).unwrap_err();
    assert_eq!(refused, JwsError::Encoding(EncodingError::TooLarge));
}

#[test]
fn row_18_an_answer_of_1_mib() {
    let good = Forged::good(Algorithm::Ed25519);
    let token = good.presentation();
    let of = |length: usize| {
        let answer = |more: &str| json!({"vp_token": {"q": [token]}, "more": more}).to_string();
        answer(&"x".repeat(length - answer("").len()))
    };
    assert_eq!(verdict(&verifier(&good), &of(1024 * 1024)).name(), "accepted");
    let found = verdict(&verifier(&good), &of(1024 * 1024 + 1));
    assert_refused(&found, &[(Check::AnswerForm, "too-large")]);
}

#[test]
fn row_18_an_sd_jwt_of_512_kib() {
    let sd_jwt = Forged::good(Algorithm::Ed25519).sd_jwt();
    let of = |length: usize| format!("{sd_jwt}{}", "x".repeat(length - sd_jwt.len()));
    assert_eq!(MAX_LEN, 512 * 1024);
    assert!(SdJwt::parse(&of(MAX_LEN), TYP).is_ok());
    let refused = SdJwt::parse(&of(MAX_LEN + 1), TYP).unwrap_err();
    assert_eq!(refused, SdJwtError::Encoding(EncodingError::TooLarge));
}

#[test]
fn row_18_as_many_disclosures_as_are_read() {
    let jwt = Forged::good(Algorithm::Ed25519).issuer.sign();
    let of = |count: usize| format!("{jwt}{}~", "~AA".repeat(count));
    assert_eq!(MAX_DISCLOSURES, 1_024);
    assert!(SdJwt::parse(&of(MAX_DISCLOSURES), TYP).is_ok());
    let refused = SdJwt::parse(&of(MAX_DISCLOSURES + 1), TYP).unwrap_err();
    assert_eq!(refused, SdJwtError::Encoding(EncodingError::TooLarge));
}

#[test]
fn a_disclosure_of_nothing() {
    let forged = Forged::good(Algorithm::Ed25519);
    let (jwt, sd_jwt) = (forged.issuer.sign(), forged.sd_jwt());
    for text in [format!("{jwt}~~"), format!("{sd_jwt}~"), format!("{sd_jwt}~x.y.z")] {
        assert_eq!(SdJwt::parse(&text, TYP).unwrap_err(), SdJwtError::Malformed);
    }
    refused(Check::Form, "malformed", |f| f.disclosures.insert(2, String::new()));
}

#[test]
fn an_sd_jwt_says_whether_somebody_answered_with_it() {
    let forged = Forged::good(Algorithm::Ed25519);
    let (sd_jwt, whole) = (forged.sd_jwt(), forged.presentation());
    assert!(!SdJwt::parse(&sd_jwt, TYP).unwrap().has_key_binding());
    assert!(SdJwt::parse(&whole, TYP).unwrap().has_key_binding());
}

/// Lengthens the header's JSON text to `length` bytes.
fn pad_header(jwt: &mut Jwt, length: usize) {
    jwt.header["more"] = "".into();
    let missing = length - jwt.header.to_string().len();
    jwt.header["more"] = "x".repeat(missing).into();
}

#[test]
fn row_18_a_header_of_128_kib() {
    accepted(|f| pad_header(&mut f.issuer, 128 * 1024));
    refused(Check::Form, "too-large", |f| pad_header(&mut f.issuer, 128 * 1024 + 1));
}

/// Lengthens the holder's statement until its token has `length` bytes.
fn pad_statement(forged: &mut Forged, length: usize) {
    let length_of = |json: &Value| json.to_string().len();
    for pad in ["", "x", "xx"] {
        forged.holder.header["more"] = pad.into();
        // Base64 without padding, two dots and a signature of 64 bytes.
        let room = length - 2 - 86 - (length_of(&forged.holder.header) * 4).div_ceil(3);
        if room % 4 != 1 {
            let mut whole = forged.holder.payload.clone();
            (whole["sd_hash"], whole["more"]) = (digest("any").into(), "".into());
            forged.holder.payload["more"] = "x".repeat(room * 3 / 4 - length_of(&whole)).into();
            return;
        }
    }
}

#[test]
fn row_18_a_statement_of_16_kib() {
    let mut forged = Forged::good(Algorithm::Ed25519);
    pad_statement(&mut forged, 16 * 1024);
    assert_eq!(forged.bound_to(&forged.sd_jwt()).len(), 16 * 1024);
    accepted(|f| pad_statement(f, 16 * 1024));
    refused(Check::KeyBinding, "too-large", |f| pad_statement(f, 16 * 1024 + 1));
}

#[test]
fn row_18_nesting_of_32() {
    let lists = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    accepted(|f| f.issuer.payload["more"] = lists(31));
    refused(Check::Disclosures, "too-deep", |f| f.issuer.payload["more"] = lists(32));
    // The disclosure is a list itself.
    accepted(|f| f.add(&json!(["s", "more", lists(31)])));
    refused(Check::Disclosures, "too-deep", |f| f.add(&json!(["s", "more", lists(32)])));
}

/// Discloses `more`, in which `more` is hidden, and so on, `depth` times.
fn nest(forged: &mut Forged, depth: usize) {
    let mut text = disclosure(&json!(["s", "more", 1]));
    for n in 1..depth {
        let content = json!([n.to_string(), "more", {"_sd": [digest(&text)]}]);
        forged.disclosures.push(std::mem::replace(&mut text, disclosure(&content)));
    }
    forged.add_text(text);
}

#[test]
fn row_18_disclosures_within_disclosures_32_times() {
    accepted(|f| nest(f, 32));
    refused(Check::Disclosures, "too-deep", |f| nest(f, 33));
}

#[test]
fn row_18_a_name_of_512_bytes() {
    accepted(|f| f.add(&json!(["s", "n".repeat(512), 1])));
    refused(Check::Disclosures, "too-large", |f| f.add(&json!(["s", "n".repeat(513), 1])));
}
