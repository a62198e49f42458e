//! Ours beside the bare primitives, in one interleaved run: medians and spread, of the times and of the
//! ratio in each round.
//!
//! `cargo bench --bench core`. One credential with twelve disclosable claims, one of them an object
//! with four members; three are disclosed.

use std::hint::black_box;
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::credential::Catalog;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{Did, Identity};
use bonafide::issue::{Content, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::present::{Candidate, prepare};
use bonafide::random::SystemRandom;
use bonafide::request::{Question, Request};
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{Expected, Facts, Material, Memory, Presentation, Verdict, Verifier};

type Anything = Box<dyn std::error::Error>;

/// Rounds; each runs everything once per batch, in turn.
const ROUNDS: usize = 300;
const BATCH: u32 = 8;

fn main() -> Result<(), Anything> {
    println!(
        "{:<40} {:>9} {:>7} {:>7} {:>7} {:>6} {:>6}",
        "", "median µs", "p10", "p90", "ratio", "p10", "p90"
    );
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        compare(algorithm)?;
    }
    Ok(())
}

fn compare(algorithm: Algorithm) -> Result<(), Anything> {
    let key = |byte: u8| SecretKey::from_bytes(algorithm, &[byte; 32].into());
    let (issuer_key, holder, platform) = (key(3)?, key(4)?, key(5)?);
    let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
    let issuer = Identity::did_key(issuer_key.id(), &issuer_key)?;
    let content = Content::all_hidden("urn:example:investor:1", claims()?);
    let validity = Validity::days(now, 90);
    let issue = || content.issue(holder.public(), validity, None, &issuer, &mut SystemRandom);
    let token = issue()?;

    let paths = ["regime", "method", "networth_xpr_gt_usd_1m"];
    let claims = paths.iter().map(|path| Ok::<_, Anything>(ClaimQuery::any(path.parse()?)));
    let query = CredentialQuery {
        id: "q".into(),
        types: vec![content.vct.clone()],
        claims: claims.collect::<Result<_, _>>()?,
    };
    let nonce = bonafide::random::nonce(&mut SystemRandom)?;
    let question = Question { query, nonce, state: None, asked_at: now, expires: now.plus(600) };
    let request = Request::read(&question.sign(&Identity::did_key(platform.id(), &platform)?)?)?;
    let stored = [Candidate::read(1, &token)?];
    let present = || prepare(&request, &stored, &holder, now).and_then(|p| p.sign(&holder, now));
    let answer = present()?;

    let issuers = vec![PinnedIssuer { did: Did::from_key(issuer_key.public()), name: None }];
    let material = Material { issuers, catalog: Catalog::default(), ..Material::default() };
    let verifier = Verifier::new(material.clone())?;
    let (presentation, expected) =
        (Presentation::new(answer.as_bytes()), Expected::Request(&request));
    let (policy, facts, memory) = (Policy::as_requested(), Facts::default(), Memory::default());
    let verify = || verifier.verify(&presentation, &expected, &policy, &facts, &memory, now).0;
    if !matches!(verify(), Verdict::Accepted(_)) {
        return Err("the benchmark's own presentation was not accepted".into());
    }

    let remembering = Verifier::new(material)?.remembering(16);
    let again = || remembering.verify(&presentation, &expected, &policy, &facts, &memory, now).0;
    again();

    let (jwt, holders) = (signing_input(&token), signing_input(answer.trim_end_matches("\"]}}")));
    let (issued, bound) = (Bare::new(algorithm, jwt)?, Bare::new(algorithm, holders)?);
    // Both checks in one go: an interruption is as likely to hit what is compared with them.
    let times = interleaved(&mut [
        &mut || {
            issued.verify();
            bound.verify();
        },
        &mut || drop(black_box(verify())),
        &mut || drop(black_box(again())),
        &mut || issued.sign(),
        &mut || drop(black_box(issue())),
        &mut || bound.sign(),
        &mut || drop(black_box(present())),
    ]);
    let [both, verify, again, sign_issued, issue, sign_bound, present] = times.as_slice() else {
        return Err("nothing was measured".into());
    };
    let row = |what: &str, times, bare| row(&format!("{} {what}", algorithm.name()), times, bare);
    row("bare verify, both parts", both, None);
    row("verify / both", verify, Some(both));
    row("verify, issuer remembered / both", again, Some(both));
    row("bare sign, issuer's part", sign_issued, None);
    row("issue / it", issue, Some(sign_issued));
    row("bare sign, holder's part", sign_bound, None);
    row("present / it", present, Some(sign_bound));
    Ok(())
}

/// What is signed in the first or last JWT of a presentation.
fn signing_input(text: &str) -> &str {
    let jwt =
        if text.ends_with('~') { text.split('~').next() } else { text.split('~').next_back() };
    jwt.and_then(|jwt| jwt.rsplit_once('.')).map_or("", |(input, _)| input)
}

fn claims() -> Result<serde_json::Map<String, serde_json::Value>, Anything> {
    Ok(serde_json::from_str(
        r#"{"regime":"us-501a","basis":"501(a)(5)","networth_xpr_gt_usd_1m":true,"income2y_gt_usd_200k":true,
        "method":"third-party-letter","attestor_role":"us-ria","evidence_as_of":"2026-11-01","record_ref":"acme-4711",
        "process":"urn:example:process:7","assurance":"substantial","sub":"did:example:holder",
        "address":{"street_address":"Heidestrasse 17","locality":"Köln","postal_code":"51147","country":"DE"}}"#,
    )?)
}

/// The primitive alone, over bytes as long as the real ones.
struct Bare {
    message: Vec<u8>,
    keys: BareKeys,
}

enum BareKeys {
    Ed25519(Box<ed25519_dalek::SigningKey>, ed25519_dalek::Signature),
    P256(aws_lc_rs::signature::EcdsaKeyPair, aws_lc_rs::signature::ParsedPublicKey, Vec<u8>),
}

impl Bare {
    fn new(algorithm: Algorithm, message: &str) -> Result<Self, Anything> {
        let message = message.as_bytes().to_vec();
        let keys = match algorithm {
            Algorithm::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
                let signature = ed25519_dalek::Signer::sign(&key, &message);
                BareKeys::Ed25519(Box::new(key), signature)
            }
            Algorithm::P256 => {
                use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair, ParsedPublicKey};
                let key = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)?;
                let public =
                    ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, key.public_key())?;
                let signature = key.sign(&aws_lc_rs::rand::SystemRandom::new(), &message)?;
                BareKeys::P256(key, public, signature.as_ref().to_vec())
            }
        };
        Ok(Self { message, keys })
    }

    fn verify(&self) {
        match &self.keys {
            BareKeys::Ed25519(key, signature) => {
                black_box(key.verifying_key().verify_strict(&self.message, signature).is_ok());
            }
            BareKeys::P256(_, public, signature) => {
                black_box(public.verify_sig(&self.message, signature).is_ok());
            }
        }
    }

    fn sign(&self) {
        match &self.keys {
            BareKeys::Ed25519(key, _) => {
                black_box(ed25519_dalek::Signer::sign(key.as_ref(), &self.message));
            }
            BareKeys::P256(key, ..) => {
                black_box(key.sign(&aws_lc_rs::rand::SystemRandom::new(), &self.message).is_ok());
            }
        }
    }
}

/// Microseconds per call of each, round by round; the calls take turns so that no one gets the quiet
/// moments.
fn interleaved(work: &mut [&mut dyn FnMut()]) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::with_capacity(ROUNDS); work.len()];
    for _ in 0..ROUNDS {
        for (times, run) in times.iter_mut().zip(work.iter_mut()) {
            let start = Instant::now();
            for _ in 0..BATCH {
                run();
            }
            times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH));
        }
    }
    times
}

fn row(name: &str, times: &[f64], bare: Option<&Vec<f64>>) {
    let [p10, median, p90] = spread(times.iter().copied());
    let ratio = bare.map(|bare| {
        let [p10, median, p90] = spread(times.iter().zip(bare).map(|(ours, bare)| ours / bare));
        format!("{median:>7.2} {p10:>6.2} {p90:>6.2}")
    });
    println!("{name:<40} {median:>9.1} {p10:>7.1} {p90:>7.1} {}", ratio.unwrap_or_default());
}

/// A tenth lies below the first, half below the second, a tenth above the third.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    [10, 50, 90].map(|share| values.get(values.len() * share / 100).copied().unwrap_or(f64::NAN))
}
