//! What is odd about a presentation, found without Bonafide: a disagreement is explained only by what
//! is really there.

mod digests;
mod json;
mod members;

use std::collections::BTreeSet;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::mutate::Case;

/// Everything odd that was found, by name.
pub type Facts = BTreeSet<&'static str>;

/// A presentation taken apart without any strictness.
pub struct Parts<'t> {
    pub header: Value,
    pub payload: Value,
    /// Text and content of each disclosure.
    pub disclosures: Vec<(&'t str, Value)>,
    pub answer_header: Value,
    pub answer: Value,
    /// What `sd_hash` covers.
    pub sd_jwt: &'t str,
}

/// Takes the presentation of `case` apart and notes everything odd about it.
pub fn of(case: &Case<'_>) -> Facts {
    let mut facts = Facts::new();
    let token = case.token.trim();
    if token != case.token {
        facts.insert("white space around");
    }
    let (sd_jwt, answer) = token.rsplit_once('~').unwrap_or((token, ""));
    let mut pieces = sd_jwt.split('~');
    let (header, payload) = jwt(pieces.next().unwrap_or_default(), &mut facts);
    let disclosures = pieces.map(|text| (text, part(text, &mut facts))).collect();
    let (answer_header, answer) = jwt(answer, &mut facts);
    let sd_jwt = token.get(..=sd_jwt.len()).unwrap_or(token);
    let parts = Parts { header, payload, disclosures, answer_header, answer, sd_jwt };
    members::note(&parts, case.issuer, &mut facts);
    digests::note(&parts, &mut facts);
    facts
}

fn jwt(text: &str, facts: &mut Facts) -> (Value, Value) {
    let mut pieces = text.split('.');
    let mut next = || part(pieces.next().unwrap_or_default(), facts);
    let out = (next(), next());
    if pieces.next().is_none_or(|signature| URL_SAFE_NO_PAD.decode(signature).is_err()) {
        facts.insert("not canonical base64url");
    }
    out
}

/// The JSON of one part; `null` where it cannot be read.
fn part(text: &str, facts: &mut Facts) -> Value {
    if URL_SAFE_NO_PAD.decode(text).is_err() {
        facts.insert("not canonical base64url");
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let plain: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_+/".contains(*c)).collect();
    let plain = plain.replace('+', "-").replace('/', "_");
    let bytes = GeneralPurpose::new(&URL_SAFE, lenient).decode(plain).unwrap_or_default();
    json::note(&bytes, facts);
    serde_json::from_slice(&bytes).unwrap_or_default()
}
