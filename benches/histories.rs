//! First use of a did:webvh with 50 entries beside the bare checks of its log: 50 entry hashes (JCS by
//! serde_json_canonicalizer, and SHA-256) and 50
//! Ed25519 checks, with keys decoded before. Then the look-up of a key. Interleaved; medians and spread, of the times
//! and of the ratio in each round.
//!
//! `cargo bench --bench histories`. Every entry brings a new key for assertions; every tenth a new update key.

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity, Relationship};
use bonafide::encoding::json::{Json, Object};
use bonafide::encoding::{jcs, json};
use bonafide::format::data_integrity::{ProofOptions, SecuredDocument};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::resolve::{History, KnownDid};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

type Anything = Box<dyn std::error::Error>;

const ENTRIES: usize = 50;
const ROUNDS: usize = 400;

fn main() -> Result<(), Anything> {
    let (did, log) = log()?;
    let text = log.join("\n");
    println!("{ENTRIES} entries, {} bytes", text.len());
    let bodies = log.iter().map(|line| bare(line)).collect::<Result<Vec<_>, _>>()?;
    let message = [7; 64];
    let signing = SigningKey::from_bytes(&[3; 32]);
    let (key, signature) = (signing.verifying_key(), signing.sign(&message));
    let check = |key: &VerifyingKey, signature: &Signature| key.verify_strict(&message, signature);

    let history =
        History::verify(&did, text.as_bytes(), None).map_err(|error| error.to_string())?;
    if history.cut().is_some() || history.versions().len() != ENTRIES {
        return Err("the log does not hold".into());
    }
    let known = KnownDid::History(history);
    let (on, now) = (Timestamp::parse("2026-06-01")?, Timestamp::parse("2030-01-01")?);

    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..=ROUNDS {
        let taken = [
            time(|| {
                for body in &bodies {
                    let hash = serde_json_canonicalizer::to_vec(body).map(Sha256::digest);
                    drop(black_box((hash, check(&key, &signature))));
                }
            }),
            time(|| drop(black_box(History::verify(&did, text.as_bytes(), None)))),
            time(|| {
                for _ in 0..1000 {
                    let found = known.key("k20", Relationship::AssertionMethod, on, now);
                    let _ = black_box(found);
                }
            }),
        ];
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(times, taken)| times.push(taken));
        }
    }
    println!(
        "{:<40} {:>9} {:>7} {:>7} {:>7} {:>6} {:>6}",
        "", "median ms", "p10", "p90", "ratio", "p10", "p90"
    );
    let [bare, ours, lookups] = &times;
    row("50 hashes and 50 checks", bare, None);
    row("first use of the history / it", ours, Some(bare));
    row("1000 look-ups of a key", lookups, None);
    Ok(())
}

/// What is hashed of an entry.
fn bare(line: &str) -> Result<Object<'_>, Anything> {
    let mut body = json::parse_object(line.as_bytes(), 1 << 20)?;
    body.remove("proof");
    Ok(body)
}

/// A key for each number; the first ones update.
fn key(number: usize) -> Result<SecretKey, Anything> {
    Ok(SecretKey::from_bytes(Algorithm::Ed25519, &[u8::try_from(number)?; 32].into())?)
}

fn multikey(number: usize) -> Result<String, Anything> {
    Ok(Did::from_key(key(number)?.public()).method_specific_id().to_owned())
}

fn multihash(entry: &Value) -> Result<String, Anything> {
    let text = entry.to_string();
    let hash = Sha256::digest(jcs::canonical(&json::parse_object(text.as_bytes(), 1 << 20)?)?);
    Ok(bs58::encode([&[0x12, 0x20], &hash[..]].concat()).into_string())
}

fn log() -> Result<(Did, Vec<String>), Anything> {
    let (mut lines, mut scid, mut before, mut update) =
        (Vec::new(), String::new(), String::new(), 100);
    for n in 0..ENTRIES {
        let (signer, day) = (update, Timestamp::parse("2026-01-01")?.plus(n as i64 * 7 * 86_400));
        let mut parameters = json!({});
        if n.is_multiple_of(10) {
            update = 100 + n / 10;
            set(&mut parameters, "updateKeys", json!([multikey(update)?]));
        }
        if n == 0 {
            set(&mut parameters, "method", "did:webvh:1.0".into());
            set(&mut parameters, "scid", "{SCID}".into());
        }
        let did = "did:webvh:{SCID}:issuer.example:kyc";
        let keys: Vec<_> = (n.saturating_sub(1)..=n).collect();
        let methods = keys.iter().map(|key| {
            Ok(json!({"id": format!("{did}#k{key}"), "type": "Multikey", "controller": did,
                "publicKeyMultibase": multikey(*key)?}))
        });
        let ids: Vec<_> = keys.iter().map(|key| format!("{did}#k{key}")).collect();
        let mut entry = json!({
            "versionId": before, "versionTime": day.to_string(), "parameters": parameters,
            "state": {"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
                "id": did, "verificationMethod": methods.collect::<Result<Vec<_>, Anything>>()?,
                "assertionMethod": ids, "authentication": ids},
        });
        if n == 0 {
            set(&mut entry, "versionId", "{SCID}".into());
            scid = multihash(&entry)?;
        }
        entry = serde_json::from_str(&entry.to_string().replace("{SCID}", &scid))?;
        before = format!("{}-{}", n + 1, multihash(&entry)?);
        set(&mut entry, "versionId", before.as_str().into());
        let text = entry.to_string();
        let mut secured = SecuredDocument::unsecured(json::parse_object(text.as_bytes(), 1 << 20)?);
        let purpose = "assertionMethod".to_owned();
        let options = ProofOptions { purpose, created: Some(day), ..ProofOptions::default() };
        let signer = key(if n == 0 { update } else { signer })?;
        secured.add_proof(&options, &Identity::did_key(signer.id(), &signer)?)?;
        let mut entry = secured.into_object();
        let proof = entry.remove("proof").unwrap_or(Json::Null);
        let _free = entry.insert(Cow::Borrowed("proof"), Json::Array(vec![proof]));
        lines.push(serde_json::to_string(&entry)?);
    }
    Ok((Did::parse(&format!("did:webvh:{scid}:issuer.example:kyc"))?, lines))
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn time(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e3
}

fn row(what: &str, times: &[f64], bare: Option<&Vec<f64>>) {
    let spread = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |part: usize| sorted.get(sorted.len() * part / 10).copied().unwrap_or(f64::NAN);
        [at(5), at(1), at(9)]
    };
    let [median, low, high] = spread(times);
    print!("{what:<40} {median:>9.3} {low:>7.3} {high:>7.3}");
    if let Some(bare) = bare {
        let ratios: Vec<f64> = times.iter().zip(bare).map(|(ours, bare)| ours / bare).collect();
        let [median, low, high] = spread(&ratios);
        print!(" {median:>7.2} {low:>6.2} {high:>6.2}");
    }
    println!();
}
