//! Makes presentations that the library itself would never make, and signs them properly.
//!
//! It signs with ed25519-dalek and aws-lc directly: the library hands its signers only payloads that it
//! built itself.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use bonafide::did::Did;
use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// A moment within the life of everything made here: 2026-11-20T14:00:00Z.
pub const NOW: i64 = 1_795_183_200;

/// The nonce of the question.
pub const NONCE: &str = "n-0S6_WzA2Mj-7Qp";

/// The name the verifier goes by.
pub const AUDIENCE: &str = "https://verifier.example.org";

/// Begins every claim value, so that a leak of one is seen.
pub const SECRET: &str = "sentinel";

/// A key that signs anything.
#[derive(Clone, Debug)]
pub struct Key {
    algorithm: Algorithm,
    seed: [u8; 32],
    pub public: PublicKey,
}

impl Key {
    pub fn new(algorithm: Algorithm, seed: u8) -> Self {
        let seed = [seed; 32];
        let secret = SecretKey::from_bytes(algorithm, &Zeroizing::new(seed)).unwrap();
        let public = secret.public().clone();
        Self { algorithm, seed, public }
    }

    pub fn did(&self) -> Did {
        Did::from_key(&self.public)
    }

    /// The DID URL of its did:key.
    pub fn kid(&self) -> String {
        let did = self.did();
        format!("{did}#{}", did.method_specific_id())
    }

    fn sign(&self, input: &[u8]) -> [u8; 64] {
        if self.algorithm == Algorithm::Ed25519 {
            return ed25519_dalek::SigningKey::from_bytes(&self.seed).sign(input).to_bytes();
        }
        let jwk = self.public.to_jwk();
        let part = |name: &str| base64url::decode(jwk[name].as_str().unwrap()).unwrap();
        let point = [vec![4], part("x"), part("y")].concat();
        let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(alg, &self.seed, &point).unwrap();
        let signature = pair.sign(&SystemRandom::new(), input).unwrap();
        signature.as_ref().try_into().unwrap()
    }
}

/// A JWT in the making.
#[derive(Clone, Debug)]
pub struct Jwt {
    pub key: Key,
    pub header: Value,
    pub payload: Value,
    /// Instead of the header's and the payload's own JSON text.
    pub texts: (Option<String>, Option<String>),
    /// Changes what was signed properly.
    pub tamper: fn(String) -> String,
}

impl Jwt {
    pub fn new(key: &Key, typ: &str, payload: Value) -> Self {
        Self {
            key: key.clone(),
            header: json!({"alg": key.algorithm.jose_name(), "typ": typ}),
            payload,
            texts: (None, None),
            tamper: |token| token,
        }
    }

    pub fn sign(&self) -> String {
        let text = |text: &Option<String>, json: &Value| text.clone().unwrap_or(json.to_string());
        let header = base64url::encode(text(&self.texts.0, &self.header));
        let payload = base64url::encode(text(&self.texts.1, &self.payload));
        let input = format!("{header}.{payload}");
        let signature = base64url::encode(self.key.sign(input.as_bytes()));
        (self.tamper)(format!("{input}.{signature}"))
    }

    /// Replaces a piece of the payload's JSON text.
    pub fn rewrite_payload(&mut self, from: &str, to: &str) {
        self.texts.1 = Some(replaced(&self.payload, from, to));
    }

    /// Replaces a piece of the header's JSON text.
    pub fn rewrite_header(&mut self, from: &str, to: &str) {
        self.texts.0 = Some(replaced(&self.header, from, to));
    }
}

fn replaced(json: &Value, from: &str, to: &str) -> String {
    let text = json.to_string();
    assert!(text.contains(from), "{from} is not in {text}");
    text.replacen(from, to, 1)
}

/// The disclosure of `content`, as written on the wire.
pub fn disclosure(content: &Value) -> String {
    base64url::encode(content.to_string())
}

/// The digest that calls for a disclosure.
pub fn digest(disclosure: &str) -> String {
    HashAlgorithm::Sha256.digest(disclosure)
}

/// An SD-JWT+KB in the making. A good one shows `name`, `address.town`, `tags[0]` and `deep.inner`;
/// `visible` is always to be seen.
#[derive(Clone, Debug)]
pub struct Forged {
    pub issuer: Jwt,
    pub disclosures: Vec<String>,
    pub holder: Jwt,
}

/// Positions of the good disclosures.
pub const NAME: usize = 0;
pub const TOWN: usize = 1;
pub const TAG: usize = 2;
pub const DEEP: usize = 3;

impl Forged {
    pub fn good(algorithm: Algorithm) -> Self {
        let (issuer, holder) = (Key::new(algorithm, 7), Key::new(algorithm, 8));
        let secret = |what: &str| format!("{SECRET} {what}");
        let inner = disclosure(&json!(["s4", "inner", secret("inner")]));
        let disclosures = vec![
            disclosure(&json!(["s0", "name", secret("name")])),
            disclosure(&json!(["s1", "town", secret("town")])),
            disclosure(&json!(["s2", secret("tag")])),
            disclosure(&json!(["s3", "deep", {"_sd": [digest(&inner)]}])),
            inner,
        ];
        let payload = json!({
            "iss": issuer.did().as_str(),
            "vct": "urn:example:badge:1",
            "cnf": {"jwk": holder.public.to_jwk()},
            "nbf": NOW - 86_400,
            "exp": NOW + 86_400,
            "visible": secret("visible"),
            "address": {"_sd": [digest(&disclosures[TOWN])]},
            "tags": [{"...": digest(&disclosures[TAG])}, {"...": digest("decoy 1")}],
            "_sd": [digest(&disclosures[NAME]), digest(&disclosures[DEEP]), digest("decoy 2")],
            "_sd_alg": "sha-256",
        });
        let mut credential = Jwt::new(&issuer, "dc+sd-jwt", payload);
        credential.header["kid"] = issuer.kid().into();
        let answer = json!({"iat": NOW, "nonce": NONCE, "aud": AUDIENCE});
        Self { issuer: credential, disclosures, holder: Jwt::new(&holder, "kb+jwt", answer) }
    }

    /// Up to the last tilde.
    pub fn sd_jwt(&self) -> String {
        let mut out = self.issuer.sign();
        for disclosure in &self.disclosures {
            out.push('~');
            out.push_str(disclosure);
        }
        out.push('~');
        out
    }

    /// With a key-binding JWT made for exactly that text, unless its payload says otherwise.
    pub fn bound_to(&self, sd_jwt: &str) -> String {
        let mut answer = self.holder.clone();
        if answer.payload.get("sd_hash").is_none() {
            answer.payload["sd_hash"] = digest(sd_jwt).into();
        }
        answer.sign()
    }

    /// The whole presentation.
    pub fn presentation(&self) -> String {
        let sd_jwt = self.sd_jwt();
        format!("{sd_jwt}{}", self.bound_to(&sd_jwt))
    }

    /// Makes a top-level claim selectively disclosable after all, and discloses it.
    pub fn hide(&mut self, claim: &str) {
        let value = self.issuer.payload.as_object_mut().unwrap().remove(claim);
        self.add(&json!(["salt", claim, value.unwrap()]));
    }

    /// Adds a disclosure that the issuer signed for at the top.
    pub fn add(&mut self, content: &Value) {
        self.add_text(disclosure(content));
    }

    /// Likewise, with any text at all in its place.
    pub fn add_text(&mut self, text: String) {
        let digests = self.issuer.payload["_sd"].as_array_mut().unwrap();
        digests.push(digest(&text).into());
        self.disclosures.push(text);
    }
}
