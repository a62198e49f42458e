//! `bonafide verify` over a folder of answers by as many holders, on one core and on all: answers to one request
//! without a home, and each to a request of its own with a home that remembers them.
//!
//! `cargo bench -p bonafide-cli --bench folder [-- ANSWERS]`, 10,000 unless told.

use std::process::{Command, Stdio};
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::issue::{Content, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::present::{Candidate, prepare};
use bonafide::random::SystemRandom;
use bonafide::request::{Question, Request};

type Anything = Box<dyn std::error::Error>;

const ROUNDS: usize = 5;

fn main() -> Result<(), Anything> {
    let count = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(10_000);
    let cores = std::thread::available_parallelism()?.get();
    println!("{count} answers, seconds: median of {ROUNDS}, fastest, slowest");
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        for remembering in [false, true] {
            let scratch = tempfile::tempdir()?;
            let issuer = fill(scratch.path(), algorithm, count, remembering)?;
            let mut times = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for (times, jobs) in times.iter_mut().zip([1, cores]) {
                    times.push(verify(scratch.path(), &issuer, jobs, remembering)?);
                }
            }
            let name = if remembering { "  remembered" } else { algorithm.name() };
            let [one, all] = times.map(|mut times| {
                times.sort_by(f64::total_cmp);
                [ROUNDS / 2, 0, ROUNDS - 1].map(|at| times.get(at).copied().unwrap_or(f64::NAN))
            });
            let line =
                |[median, least, most]: [f64; 3]| format!("{median:.3} {least:.3} {most:.3}");
            println!("{name:<12} 1 core   {}", line(one));
            println!("{name:<12} {cores} cores  {}", line(all));
            println!("{name:<12} ratio    {:.2}", one[0] / all[0]);
        }
    }
    Ok(())
}

/// Writes `requests/`, one for all or one for each, and `answers/`, and returns the issuer's DID.
fn fill(
    folder: &std::path::Path,
    algorithm: Algorithm,
    count: u32,
    one_each: bool,
) -> Result<String, Anything> {
    let now = Timestamp::from_unix(std::time::UNIX_EPOCH.elapsed()?.as_secs().try_into()?);
    let now = now.ok_or("the clock shows no usable time")?;
    let key = || SecretKey::generate(algorithm, &mut SystemRandom);
    let (issuer_key, platform) = (key()?, key()?);
    let issuer = Identity::did_key(issuer_key.id(), &issuer_key)?;
    let claims = r#"{"regime":"us-501a","method":"third-party-letter","networth_xpr_gt_usd_1m":true,
        "record_ref":"acme-4711","assurance":{"level":"substantial"}}"#;
    let content = Content::all_hidden("urn:example:investor:1", serde_json::from_str(claims)?);
    let query = CredentialQuery {
        id: "q".into(),
        types: vec![content.vct.clone()],
        claims: vec![ClaimQuery::any("regime".parse()?), ClaimQuery::any("method".parse()?)],
    };
    let ask = |name: &str| -> Result<Request, Anything> {
        let (nonce, query) = (bonafide::random::nonce(&mut SystemRandom)?, query.clone());
        let expires = now.plus(86_400);
        let question = Question { query, nonce, state: None, asked_at: now, expires };
        let request = question.sign(&Identity::did_key(platform.id(), &platform)?)?;
        std::fs::write(folder.join("requests").join(name), &request)?;
        Ok(Request::read(&request)?)
    };
    std::fs::create_dir(folder.join("requests"))?;
    std::fs::create_dir(folder.join("answers"))?;
    let for_all = ask("request")?;
    for n in 0..count {
        let request = if one_each { ask(&format!("{n:07}"))? } else { for_all.clone() };
        let holder = key()?;
        let validity = Validity::days(now, 90);
        let token = content.issue(holder.public(), validity, None, &issuer, &mut SystemRandom)?;
        let stored = [Candidate::read(1, &token)?];
        let answer = prepare(&request, &stored, &holder, now)?.sign(&holder, now)?;
        std::fs::write(folder.join("answers").join(format!("{n:07}")), answer)?;
    }
    Ok(issuer.did().to_string())
}

/// Seconds that the command took, with a home that remembers nothing yet, or without one.
fn verify(
    folder: &std::path::Path,
    issuer: &str,
    jobs: usize,
    remembering: bool,
) -> Result<f64, Anything> {
    let jobs = jobs.to_string();
    let request = if remembering { "requests" } else { "requests/request" };
    let home = tempfile::tempdir_in(folder)?;
    let home = if remembering { home.path() } else { std::path::Path::new("none") };
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_bonafide"))
        .arg("--home")
        .arg(home)
        .args(["verify", "answers", "--request", request, "--trust", issuer, "--jobs", &jobs])
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let seconds = start.elapsed().as_secs_f64();
    if status.success() { Ok(seconds) } else { Err("an answer was not accepted".into()) }
}
