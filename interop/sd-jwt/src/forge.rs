//! Presentations that no library would make, properly signed.

use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use serde_json::{Value, json};

use crate::keys::Key;
use crate::rng::Rng;

/// A moment within the life of every good one: 2026-11-20T14:00:00Z.
pub const NOW: i64 = 1_795_183_200;
/// The nonce of the question.
pub const NONCE: &str = "n-0S6_WzA2Mj-7Qp";
/// The name the verifier goes by.
pub const AUDIENCE: &str = "https://verifier.example.org";

/// A JWT in the making.
#[derive(Clone)]
pub struct Jwt<'k> {
    pub key: &'k Key,
    pub header: Value,
    pub payload: Value,
    /// In place of the JSON text of the header.
    pub header_text: Option<String>,
    /// In place of the JSON text of the payload.
    pub payload_text: Option<String>,
}

impl<'k> Jwt<'k> {
    fn new(key: &'k Key, typ: &str, payload: Value) -> Self {
        let header = json!({"alg": key.alg(), "typ": typ});
        Self { key, header, payload, header_text: None, payload_text: None }
    }

    fn sign(&self) -> String {
        let header = self.header_text.clone().unwrap_or_else(|| self.header.to_string());
        let payload = self.payload_text.clone().unwrap_or_else(|| self.payload.to_string());
        self.key.jws(&header, &payload)
    }
}

/// An SD-JWT+KB in the making.
#[derive(Clone)]
pub struct Forged<'k> {
    pub hash: HashAlgorithm,
    pub issuer: Jwt<'k>,
    pub disclosures: Vec<String>,
    pub holder: Jwt<'k>,
    /// Changes the SD-JWT after the holder has signed for it.
    pub after: Option<Vec<String>>,
    /// What stands where the key-binding JWT should.
    pub instead: Option<String>,
}

impl<'k> Forged<'k> {
    /// A good one, which shows some of its claims.
    pub fn good((issuer, holder): (&'k Key, &'k Key), hash: HashAlgorithm, rng: &mut Rng) -> Self {
        let mut shown = Vec::new();
        // A disclosure, and its digest for the payload; it is shown only if what it lies in is.
        let mut hide = |content: Value, around: bool| {
            let text = base64url::encode(content.to_string());
            let show = around && rng.chance(75);
            if show {
                shown.push(text.clone());
            }
            (hash.digest(&text), show)
        };
        // Inner claims come last on the wire here; the order means nothing.
        let inner = json!(["s4", "inner", "i"]);
        let inner_digest = hash.digest(&base64url::encode(inner.to_string()));
        let (deep, deep_shown) = hide(json!(["s3", "deep", {"_sd": [inner_digest], "x": 1}]), true);
        hide(inner, deep_shown);
        let cell = json!(["s8", [1, "two"]]);
        let cell_digest = hash.digest(&base64url::encode(cell.to_string()));
        let (grid, grid_shown) = hide(json!(["s7", "grid", [{"...": cell_digest}, 3]]), true);
        hide(cell, grid_shown);
        let name = hide(json!(["s0", "name", "Erika \"E\" Müster"]), true).0;
        let score = hide(json!(["s9", "score", -7.5]), true).0;
        let town = hide(json!(["s1", "town", "Köln"]), true).0;
        let street = hide(json!(["s2", "street", {"name": "Heide", "no": 17}]), true).0;
        let tag = hide(json!(["s5", "tag"]), true).0;
        let iban = hide(json!(["s6", "iban", "DE1"]), true).0;
        let payload = json!({
            "iss": issuer.did().as_str(),
            "vct": "urn:example:badge:1",
            "cnf": {"jwk": holder.jwk},
            "nbf": NOW - 86_400,
            "exp": 4_102_444_800_i64, // 2100: some peers go by the real clock
            "visible": "v",
            "address": {"_sd": [town, street], "country": "DE"},
            "tags": [{"...": tag}, {"...": hash.digest("decoy 1")}, "plain"],
            "accounts": [{"_sd": [iban], "open": true}],
            "_sd": [name, deep, grid, score, hash.digest("decoy 2")],
            "_sd_alg": hash.name(),
        });
        let mut credential = Jwt::new(issuer, "dc+sd-jwt", payload);
        credential.header["kid"] = issuer.kid().into();
        let answer = json!({"iat": NOW, "nonce": NONCE, "aud": AUDIENCE});
        let holder = Jwt::new(holder, "kb+jwt", answer);
        Self { hash, issuer: credential, disclosures: shown, holder, after: None, instead: None }
    }

    /// Adds a disclosure with that text, which the issuer signs for at the top.
    pub fn add(&mut self, text: String) {
        let digest = self.hash.digest(&text);
        match self.issuer.payload["_sd"].as_array_mut() {
            Some(digests) => digests.push(digest.into()),
            None => self.issuer.payload["_sd"] = json!([digest]),
        }
        self.disclosures.push(text);
    }

    /// Adds a disclosure with that text, which the issuer signs for as an element of `tags`.
    pub fn add_element(&mut self, text: String) {
        let element = json!({"...": self.hash.digest(&text)});
        match self.issuer.payload["tags"].as_array_mut() {
            Some(items) => items.push(element),
            None => self.issuer.payload["tags"] = json!([element]),
        }
        self.disclosures.push(text);
    }

    /// The whole presentation. Unless its payload has one, the answer gets the right `sd_hash`.
    pub fn presentation(&self) -> String {
        let jwt = self.issuer.sign();
        let sd_jwt = joined(&jwt, &self.disclosures);
        let mut answer = self.holder.clone();
        if answer.payload.get("sd_hash").is_none() {
            answer.payload["sd_hash"] = self.hash.digest(&sd_jwt).into();
        }
        let sent = self.after.as_ref().map_or(sd_jwt, |after| joined(&jwt, after));
        let answer = self.instead.clone().unwrap_or_else(|| answer.sign());
        format!("{sent}{answer}")
    }
}

fn joined(jwt: &str, disclosures: &[String]) -> String {
    let mut out = format!("{jwt}~");
    for disclosure in disclosures {
        out.push_str(disclosure);
        out.push('~');
    }
    out
}
