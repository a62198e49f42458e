//! Our did:key beside the crates did-key and did-method-key: random keys of both kinds, encoded by one
//! and resolved by the others.

use std::error::Error;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Poll, Waker};

use bonafide::did::{self, Did, Relationship};
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use bonafide::random::SystemRandom;
use did_key::{
    CONFIG_JOSE_PUBLIC, CONFIG_LD_PUBLIC, DIDCore, Ed25519KeyPair, Fingerprint, KeyMaterial,
    P256KeyPair,
};
use did_method_key::DIDKey;
use serde_json::{Value, json};
use ssi_dids_core::DIDResolver;
use ssi_dids_core::resolution::{Options, Parameters};
use ssi_jwk::JWK;

type Anything = Box<dyn Error>;

/// Random keys of each kind.
const KEYS: usize = 500;

fn main() -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        for _ in 0..KEYS {
            match compare(algorithm) {
                Ok(checks) => passed += checks,
                Err(error) => {
                    failed += 1;
                    println!("FAILED {} did:key: {error}", algorithm.name());
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// Every comparison for one random key; how many there were.
fn compare(algorithm: Algorithm) -> Result<usize, Anything> {
    let secret = SecretKey::generate(algorithm, &mut SystemRandom)?;
    let key = secret.public();
    let ours = Ours::of(key)?;
    let checks = [
        ("did-key encodes", did_key_encodes(key), ours.did.clone()),
        ("did-key resolves", did_key_resolves(&ours.did)?, json!([ours.url, key.to_bytes()])),
        ("did-key agreement key", did_key_agreement(&ours.did)?, ours.agreement.clone()),
        ("did-method-key encodes", ssi_encodes(key)?, ours.did.clone()),
        (
            "did-method-key, Multikey",
            ssi_resolves(&ours.did, None)?,
            json!([ours.url, ours.multikey]),
        ),
        (
            "did-method-key, JWK",
            ssi_resolves(&ours.did, Some("JsonWebKey2020"))?,
            json!([ours.url, ours.jwk]),
        ),
    ];
    for (what, theirs, ours) in &checks {
        if theirs != ours {
            return Err(format!("{what}: {theirs}, ours {ours}").into());
        }
    }
    Ok(checks.len())
}

/// What we make of a key, by way of its DID alone.
struct Ours {
    did: Value,
    url: Value,
    jwk: Value,
    multikey: Value,
    /// The URL of the key listed for key agreement.
    agreement: Value,
}

impl Ours {
    fn of(key: &PublicKey) -> Result<Self, Anything> {
        let did = Did::from_key(key);
        let document = did::document(&Did::parse(did.as_str())?)?;
        let (url, resolved) =
            document.first_key(Relationship::AssertionMethod).ok_or("no key to sign with")?;
        if resolved != key {
            return Err("our own document has another key".into());
        }
        let agreement = document
            .methods()
            .iter()
            .find(|method| method.relationships().contains(&Relationship::KeyAgreement))
            .ok_or("no key agreement")?;
        Ok(Self {
            did: did.as_str().into(),
            url: url.to_string().into(),
            jwk: resolved.to_jwk(),
            multikey: document.to_json()["verificationMethod"][0]["publicKeyMultibase"].clone(),
            agreement: agreement.id().to_string().into(),
        })
    }
}

fn did_key_encodes(key: &PublicKey) -> Value {
    let bytes = key.to_bytes();
    let fingerprint = match key.algorithm() {
        Algorithm::Ed25519 => {
            did_key::from_existing_key::<Ed25519KeyPair>(&bytes, None).fingerprint()
        }
        Algorithm::P256 => did_key::from_existing_key::<P256KeyPair>(&bytes, None).fingerprint(),
    };
    format!("did:key:{fingerprint}").into()
}

/// Its JWK of a P-256 key has the compressed point in place of `x` and no `y` (RFC 7518 §6.2.1 wants
/// both coordinates), so the bytes are compared.
fn did_key_resolves(did: &Value) -> Result<Value, Anything> {
    let key = did_key::resolve(text(did)?).map_err(|error| format!("{error:?}"))?;
    let document = serde_json::to_value(key.get_did_document(CONFIG_JOSE_PUBLIC))?;
    let method = &document["verificationMethod"][0];
    if document["id"] != *did || method["controller"] != *did {
        return Err("another document".into());
    }
    Ok(json!([method["id"], key.public_key_bytes()]))
}

fn did_key_agreement(did: &Value) -> Result<Value, Anything> {
    let key = did_key::resolve(text(did)?).map_err(|error| format!("{error:?}"))?;
    let document = serde_json::to_value(key.get_did_document(CONFIG_LD_PUBLIC))?;
    Ok(document["keyAgreement"][0].clone())
}

fn ssi_encodes(key: &PublicKey) -> Result<Value, Anything> {
    let jwk: JWK = serde_json::from_value(key.to_jwk())?;
    Ok(DIDKey::generate(&jwk)?.as_str().into())
}

fn ssi_resolves(did: &Value, format: Option<&str>) -> Result<Value, Anything> {
    let parameters =
        Parameters { public_key_format: format.map(str::to_owned), ..Parameters::default() };
    let options = Options { accept: None, parameters };
    let did = ssi_dids_core::DID::new(text(did)?).map_err(|error| format!("{error:?}"))?;
    let output = at_once(DIDKey.resolve_representation(did, options))??;
    let document: Value = serde_json::from_slice(&output.document)?;
    let method = &document["verificationMethod"][0];
    let key = match format {
        None => method["publicKeyMultibase"].clone(),
        Some(_) => public(&method["publicKeyJwk"]),
    };
    Ok(json!([method["id"], key]))
}

/// The members of a public JWK that make the key.
fn public(jwk: &Value) -> Value {
    let members = ["crv", "kty", "x", "y"].into_iter();
    members.filter_map(|name| Some((name.to_owned(), jwk.get(name)?.clone()))).collect()
}

fn text(did: &Value) -> Result<&str, Anything> {
    Ok(did.as_str().ok_or("no text")?)
}

/// The result of something that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> Result<T, Anything> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err("it waits for something".into()),
    }
}
