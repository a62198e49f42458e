//! What it costs to ask everything: a jurisdiction, a did:webvh with 50 entries and a status list of 2^20, against the
//! same answer of a pinned did:key without status. Both never seen before.
//!
//! `cargo bench --bench trust`

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // what the tests make presentations and logs with

use std::hint::black_box;
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::status::{Bits, Status, StatusList};
use bonafide::trust::{Jurisdiction, Pin, PinnedIssuer, UnverifiedJurisdiction};
use bonafide::verify::{Expected, Facts, Material, Memory, Presentation, Verdict, Verifier};
use serde_json::{Value, json};

#[path = "../tests/support/forge.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod forge;
#[path = "../tests/support/webvh.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod webvh;

use forge::{AUDIENCE, Forged, Jwt, Key, NONCE, NOW};
use webvh::{Draft, Log, genesis, state};

type Anything = Box<dyn std::error::Error>;

const ROUNDS: usize = 400;
const BATCH: u32 = 8;
const URI: &str = "https://issuer.example/status/1";
const INDEX: u64 = 777_777;

fn main() -> Result<(), Anything> {
    let plain = Forged::good(Algorithm::Ed25519);
    let issuers = vec![PinnedIssuer { did: plain.issuer.key.did(), name: None }];
    let simple = Verifier::new(Material { issuers, ..Material::default() })?;

    let log = history();
    let mut listed = Forged::good(Algorithm::Ed25519);
    listed.issuer.header["kid"] = format!("{}#k7", log.did()).into();
    listed.issuer.payload["iss"] = log.did().as_str().into();
    listed.issuer.payload["status"] = json!({"status_list": {"idx": INDEX, "uri": URI}});
    let material = DidMaterial::Log { log: log.text().into_bytes(), witness: None };
    let full = Verifier::new(Material {
        jurisdictions: vec![jurisdiction(&log)?],
        dids: vec![FetchedDid { did: log.did(), material, fetched_at: None }],
        statuses: vec![status(&log)?],
        ..Material::default()
    })?;

    let (one, other) = (plain.presentation(), listed.presentation());
    let first = Instant::now();
    accepted(&full, &other)?;
    println!(
        "first use, with the log's and the list's checks: {:.1} ms",
        first.elapsed().as_secs_f64() * 1e3
    );
    accepted(&simple, &one)?;

    let (mut bare, mut asked, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let a = time(|| drop(black_box(accepted(&simple, &one))));
        let b = time(|| drop(black_box(accepted(&full, &other))));
        bare.push(a);
        asked.push(b);
        ratios.push(b / a);
    }
    println!("pinned did:key, no status       {:>8.2} µs", median(&mut bare));
    println!("list, 50 entries, 2^20 statuses {:>8.2} µs", median(&mut asked));
    let ratio = median(&mut ratios);
    let (low, high) = (ratios[ROUNDS / 10], ratios[ROUNDS * 9 / 10]);
    println!(
        "ratio                           {ratio:>8.3}  (p10 {low:.3}, p90 {high:.3}; the bar is 1.10)"
    );

    look_up()
}

/// One status of a list that is unpacked.
fn look_up() -> Result<(), Anything> {
    let mut list = StatusList::new(Bits::Two, 1 << 20)?;
    list.set(INDEX, Status::SUSPENDED)?;
    const LOOKS: u64 = 10_000_000;
    let begun = Instant::now();
    let mut index = INDEX;
    for _ in 0..LOOKS {
        let status = list.get(black_box(index))?;
        index = (index * 5 + 1 + u64::from(status.value())) % (1 << 20);
    }
    black_box(index);
    println!(
        "status look-up                  {:>8.2} ns",
        begun.elapsed().as_secs_f64() * 1e9 / LOOKS as f64
    );
    Ok(())
}

fn accepted(verifier: &Verifier, text: &str) -> Result<(), Anything> {
    let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
    let (policy, facts, memory) = (Policy::as_requested(), Facts::default(), Memory::default());
    let presentation = Presentation::new(text.as_bytes());
    let now = Timestamp::from_unix(NOW).ok_or("a time")?;
    match verifier.verify(&presentation, &expected, &policy, &facts, &memory, now).0 {
        Verdict::Accepted(_) => Ok(()),
        other => Err(format!("{:?}", other.reasons()).into()),
    }
}

/// 50 entries; the key for assertions stands in all of them, others come and go.
fn history() -> Log {
    let mut log = Log::new(Vec::new());
    for number in 0..50u8 {
        let parameters = if number == 0 { genesis(1) } else { json!({}) };
        let time = format!("2026-0{}-{:02}T00:00:00Z", 1 + number / 28, 1 + number % 28);
        log.push(Draft::new(&time, parameters, state(&[7, 100 + number]), 1));
    }
    log
}

/// A list of two bits for 2^20, one in a hundred of them not valid.
fn status(log: &Log) -> Result<String, Anything> {
    let mut list = StatusList::new(Bits::Two, 1 << 20)?;
    for index in (0..1 << 20).step_by(101) {
        list.set(index, Status::INVALID)?;
    }
    list.set(INDEX, Status::VALID)?;
    let payload = json!({"sub": URI, "iat": NOW - 3600, "exp": NOW + 3600,
        "status_list": {"bits": 2, "lst": list.encode()?}});
    let kid = format!("{}#k7", log.did());
    let header = json!({"alg": "EdDSA", "typ": "statuslist+jwt", "kid": kid});
    let key = Key::new(Algorithm::Ed25519, 7);
    Ok(Jwt { key, header, payload, texts: (None, None), tamper: |token| token }.sign())
}

/// A list with 1,000 issuers, ours among them with its key.
fn jurisdiction(log: &Log) -> Result<Jurisdiction, Anything> {
    let key = Key::new(Algorithm::Ed25519, 40);
    let jwk = Key::new(Algorithm::Ed25519, 7).public.to_jwk();
    let approvals = json!([{"attr": "badge", "from": "2026-01-01", "until": null, "weight": 60,
        "on_end": "grandfather"}]);
    let mut validators: Vec<Value> = (0..999)
        .map(|number| json!({"did": format!("did:web:issuer{number}.example"), "approvals": approvals}))
        .collect();
    validators.push(json!({"did": log.did().as_str(), "group": "G", "approvals": approvals,
        "keys": [{"kid": "#k7", "jwk": jwk, "from": "2026-01-01", "until": null}]}));
    let payload = json!({"typ": "jurisdiction/1", "id": "us-securities", "seq": 1, "prev": null,
        "issued": "2026-11-01", "next_update": "2026-12-20", "expires": "2027-01-20",
        "governance": {"threshold": 1, "keys": [{"label": "us", "jwk": key.public.to_jwk()}]},
        "attributes": [{"id": "badge", "vct": ["urn:example:badge:1"], "status": "active"}],
        "validators": validators});
    let header = json!({"alg": "EdDSA", "typ": "bonafide-jurisdiction+jws", "kid": key.public.id().as_str()});
    let jwt = Jwt { key, header, payload, texts: (None, None), tamper: |token| token }.sign();
    let parts: Vec<&str> = jwt.split('.').collect();
    let file = json!({"payload": parts[1], "signatures": [{"protected": parts[0], "signature": parts[2]}]});
    let file = UnverifiedJurisdiction::parse(file.to_string().as_bytes())?;
    let pin = Pin::Governance(file.document().governance.digest());
    Ok(Jurisdiction::first(file, &pin, Timestamp::from_unix(NOW).ok_or("a time")?)?)
}

/// Microseconds of one of a batch.
fn time(mut run: impl FnMut()) -> f64 {
    let begun = Instant::now();
    for _ in 0..BATCH {
        run();
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
