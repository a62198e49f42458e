//! How long each takes for the credential of `benches/core.rs`: twelve claims that can be hidden, one
//! an object with four members; three shown, with key binding.

use std::hint::black_box;
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::credential::ClaimPath;
use bonafide::did::Identity;
use bonafide::issue::{Content, Validity};
use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::present::{Candidate, prepare};
use bonafide::random::SystemRandom;
use bonafide::verify::{Expected, Facts, Memory, Presentation, Verdict};
use jsonwebtoken::DecodingKey;
use sd_jwt_rs::{SDJWTSerializationFormat::Compact, SDJWTVerifier};
use serde_json::{Value, json};

use crate::Anything;
use crate::child::Child;
use crate::keys::{ALGORITHMS, Key};
use crate::ours;
use crate::peer::Order;
use crate::rust_peer;
use crate::sample::{Sample, VCT};

/// Rounds that are thrown away: some languages compile while they run.
const WARM_UP: usize = 200;
/// Rounds that count. In each, everybody has one turn, short enough not to be interrupted often.
const ROUNDS: usize = 500;

const SHOWN: &[&str] = &["regime", "method", "networth_xpr_gt_usd_1m"];
const CLAIMS: &str = r#"{"regime":"us-501a","basis":"501(a)(5)","networth_xpr_gt_usd_1m":true,"income2y_gt_usd_200k":true,
    "method":"third-party-letter","attestor_role":"us-ria","evidence_as_of":"2026-11-01","record_ref":"acme-4711",
    "process":"urn:example:process:7","assurance":"substantial","sub":"did:example:holder",
    "address":{"street_address":"Heidestrasse 17","locality":"Köln","postal_code":"51147","country":"DE"}}"#;

/// Microseconds for issuing, presenting and verifying.
type Times = [f64; 3];

/// One turn of one implementation.
type Turn<'t> = Box<dyn FnMut() -> Result<Times, Anything> + 't>;

/// Prints the table.
pub fn run(now: i64) -> Result<(), Anything> {
    println!("µs: median (p10, p90) of {ROUNDS} rounds\n");
    println!("| | | issue | present | verify |\n|---|---|---:|---:|---:|");
    for algorithm in ALGORITHMS {
        compare(algorithm, now)?;
    }
    Ok(())
}

fn compare(algorithm: Algorithm, now: i64) -> Result<(), Anything> {
    let key = |byte| Key::new(algorithm, byte);
    let (issuer, holder, platform) = (key(3)?, key(4)?, key(5)?);
    let claims: serde_json::Map<String, Value> = serde_json::from_str(CLAIMS)?;
    let hidden = claims.keys().map(|name| ClaimPath::top(name)).collect();
    let sample = Sample { name: "bench", claims, hidden, decoys: false, selections: &[] };
    let order = Order {
        sample: &sample,
        issuer: &issuer,
        holder: &holder,
        shown: SHOWN,
        audience: "https://verifier.example.org",
        nonce: "n-0S6_WzA2Mj-7Qp",
        now,
    };
    let mut turns = [
        ("Bonafide", bonafide(&order, &platform)?),
        ("sd-jwt-rs", sd_jwt_rs(&order)?),
        ("@sd-jwt/sd-jwt-vc", foreign("node", "peers/bench.mjs", &order)?),
        ("sd-jwt (Python)", foreign("target/venv/bin/python", "peers/bench.py", &order)?),
    ];
    let mut times = vec![Vec::new(); turns.len()];
    for round in 0..WARM_UP + ROUNDS {
        for ((_, turn), times) in turns.iter_mut().zip(&mut times) {
            let taken = turn()?;
            if round >= WARM_UP {
                times.push(taken);
            }
        }
    }
    for ((name, _), times) in turns.iter().zip(&times) {
        let cells = [0, 1, 2].map(|what| cell(times.iter().map(|times| times[what]).collect()));
        println!("| {} | {name} | {} |", algorithm.jose_name(), cells.join(" | "));
    }
    Ok(())
}

fn cell(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[times.len() * percent / 100];
    format!("{:.0} ({:.0}, {:.0})", at(50), at(10), at(90))
}

fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e6
}

/// Verifying is the whole verdict, as in `benches/core.rs`.
fn bonafide<'t>(order: &Order<'t>, platform: &'t Key) -> Result<Turn<'t>, Anything> {
    let (issuer, holder) = (order.issuer, order.holder);
    let content = Content::all_hidden(VCT, order.sample.claims.clone());
    let now = Timestamp::from_unix(order.now).ok_or("no moment")?;
    let identity = Identity::did_key(issuer.secret.id(), &issuer.secret)?;
    let validity = Validity::days(now, 90);
    let issue =
        move || content.issue(holder.public(), validity, None, &identity, &mut SystemRandom);
    let token = issue()?;
    let (request, _) = ours::present(&token, order.shown, (holder, platform), order.now)?;
    let verifier = ours::verifier(issuer)?;
    let answer = prepare(&request, &[Candidate::read(1, &token)?], &holder.secret, now)?
        .sign(&holder.secret, now)?;
    Ok(Box::new(move || {
        let stored = [Candidate::read(1, &token)?];
        let present = || {
            prepare(&request, &stored, &holder.secret, now)
                .and_then(|prepared| prepared.sign(&holder.secret, now))
        };
        let verify = || {
            let presentation = Presentation::new(answer.as_bytes());
            let expected = Expected::Request(&request);
            let (policy, facts) = (Policy::as_requested(), Facts::default());
            verifier.verify(&presentation, &expected, &policy, &facts, &Memory::default(), now).0
        };
        if !matches!(verify(), Verdict::Accepted(_)) {
            return Err("our own presentation was not accepted".into());
        }
        Ok([timed(&issue), timed(present), timed(verify)])
    }))
}

fn sd_jwt_rs<'t>(order: &Order<'t>) -> Result<Turn<'t>, Anything> {
    let order = Order { ..*order };
    let issue = rust_peer::issuing(&order)?;
    let key = DecodingKey::from_jwk(&order.issuer.jsonwebtoken_jwk()?)?;
    let token = issue()?;
    let presented = rust_peer::present(token.clone(), &order)?;
    Ok(Box::new(move || {
        let verify = || {
            let key = key.clone();
            let (audience, nonce) = (order.audience.to_owned(), order.nonce.to_owned());
            let resolve = Box::new(move |_: &str, _: &_| key.clone());
            SDJWTVerifier::new(presented.clone(), resolve, Some(audience), Some(nonce), Compact)
        };
        verify()?;
        Ok([timed(&issue), timed(|| rust_peer::present(token.clone(), &order)), timed(verify)])
    }))
}

/// It gets the keys once, makes them ready, and times itself.
fn foreign<'t>(program: &str, script: &str, order: &Order<'t>) -> Result<Turn<'t>, Anything> {
    let mut child = Child::start(program, script)?;
    child.tell(&order.to_json())?;
    Ok(Box::new(move || Ok(serde_json::from_str(&child.ask(&json!("once"))?)?)))
}
