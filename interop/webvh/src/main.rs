//! Logs of did:webvh with didwebvh-rs: a line in, a line out, as `peers/webvh.mjs` does with didwebvh-ts.

use std::io::{BufRead, Write};
use std::sync::Arc;

use chrono::DateTime;
use didwebvh_rs::prelude::{DIDWebVHState, LogEntryMethods, Multibase, Parameters, Secret};
use serde_json::{Value, json};

type Anything = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Anything> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    for line in std::io::stdin().lock().lines() {
        let order: Value = serde_json::from_str(&line?)?;
        let answer = match order.get("resolve") {
            Some(log) => runtime.block_on(resolve(log, &order["witness"])),
            None => runtime.block_on(make(&order)),
        };
        let answer = answer.unwrap_or_else(|error| json!({"error": error.to_string()}));
        writeln!(std::io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// The newest version of a log, under the DID that it names itself.
async fn resolve(log: &Value, witness: &Value) -> Result<Value, Anything> {
    let log = log.as_str().ok_or("no log")?;
    let last: Value = serde_json::from_str(log.lines().last().unwrap_or_default())?;
    let did = last["state"]["id"].as_str().ok_or("no DID")?;
    let mut state = DIDWebVHState::default();
    let (entry, meta) = state.resolve_log(did, log, witness.as_str()).await?;
    let methods = entry.get_state()["verificationMethod"].as_array().cloned().unwrap_or_default();
    let keys: Vec<&Value> = methods.iter().map(|method| &method["publicKeyMultibase"]).collect();
    Ok(
        json!({"did": did, "versionId": meta.version_id, "deactivated": meta.deactivated, "keys": keys}),
    )
}

/// The n-th entry is signed by the key of seed n; keys for assertions have seeds from 101 on.
async fn make(order: &Value) -> Result<Value, Anything> {
    let announced = order["prerotation"] == true;
    let (mut state, mut log) = (DIDWebVHState::default(), String::new());
    let mut did = "did:webvh:{SCID}:kyc.example".to_owned();
    for (number, step) in (1_u8..).zip(order["make"].as_array().ok_or("no steps")?) {
        let own = secret(number)?;
        let next = secret(number + 1)?.get_public_keymultibase()?;
        let before = state.log_entries().last().map(|entry| entry.validated_parameters.clone());
        let hashes = announced.then(|| Secret::base58_hash_string(&next)).transpose()?;
        let parameters = Parameters {
            update_keys: Some(Arc::new(vec![Multibase::new(own.get_public_keymultibase()?)])),
            next_key_hashes: hashes.map(|hash| Arc::new(vec![Multibase::new(hash)])),
            ..before.unwrap_or_default()
        };
        let signer = if announced || number == 1 { own } else { secret(number - 1)? };
        let time = DateTime::parse_from_rfc3339(step["time"].as_str().ok_or("no time")?)?;
        let document = document(&did, step["keys"].as_array().ok_or("no keys")?)?;
        let entry = state.create_log_entry(Some(time), &document, &parameters, &signer).await?;
        let entry = &entry.log_entry;
        did = entry.get_state()["id"].as_str().ok_or("no DID")?.to_owned();
        log += &serde_json::to_string(entry)?;
        log.push('\n');
    }
    Ok(json!({"did": did, "log": log}))
}

fn secret(seed: u8) -> Result<Secret, Anything> {
    let mut secret = Secret::generate_ed25519(None, Some(&[seed; 32]));
    let key = secret.get_public_keymultibase()?;
    secret.id = format!("did:key:{key}#{key}");
    Ok(secret)
}

fn document(did: &str, seeds: &[Value]) -> Result<Value, Anything> {
    let (mut methods, mut names) = (Vec::new(), Vec::new());
    for seed in seeds {
        let seed = u8::try_from(seed.as_u64().ok_or("no seed")?)?;
        let name = format!("{did}#key-{seed}");
        let key = secret(seed)?.get_public_keymultibase()?;
        methods.push(
            json!({"id": name, "type": "Multikey", "controller": did, "publicKeyMultibase": key}),
        );
        names.push(name);
    }
    Ok(
        json!({"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did, "verificationMethod": methods, "assertionMethod": names}),
    )
}
