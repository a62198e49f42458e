//! Sealing and opening a delivery beside josekit alone, and beside the primitives of aws-lc: a key, an agreement, one
//! SHA-256 and AES-256-GCM. Interleaved; medians and spread, of the times and of the ratio in each round.
//!
//! `cargo bench --bench sealed --features jwe`. A file of 20 kB, as five credentials are.

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::digest;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::sealed::{self, Kind, SealedFile};
use josekit::jwe::alg::ecdh_es::EcdhEsJweAlgorithm::EcdhEs;
use josekit::jwe::{self, JweHeader};

type Anything = Box<dyn std::error::Error>;

const CONTENT: usize = 20_000;
const ROUNDS: usize = 300;
const BATCH: u32 = 8;
/// Files of a bulk issue.
const BULK: f64 = 20_000.0;

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
    let key = SecretKey::from_bytes(algorithm, &[7; 32].into())?;
    let content: Vec<u8> = (0..CONTENT).map(|n| ((n * n) >> 3) as u8).collect();
    let seal = || sealed::seal(&content, Kind::Credentials, key.public());
    let text = seal()?;
    let open = || SealedFile::parse(&text).and_then(|file| file.open(&key));

    // josekit with a pair of its own, since ours does not leave the library.
    let (public, secret) = match algorithm {
        Algorithm::Ed25519 => {
            let pair = EcdhEs.generate_ecx_key_pair(josekit::jwk::alg::ecx::EcxCurve::X25519)?;
            (pair.to_der_public_key(), pair.to_der_private_key())
        }
        Algorithm::P256 => {
            let pair = EcdhEs.generate_ec_key_pair(josekit::jwk::alg::ec::EcCurve::P256)?;
            (pair.to_der_public_key(), pair.to_der_private_key())
        }
    };
    let mut header = JweHeader::new();
    header.set_content_encryption("A256GCM");
    header.set_key_id(key.id().as_str());
    header.set_content_type("bonafide-credentials");
    let bare_seal = || -> Result<String, Anything> {
        let encrypter = EcdhEs.encrypter_from_der(&public)?;
        Ok(jwe::serialize_compact(&content, &header, &encrypter)?)
    };
    let theirs = bare_seal()?;
    let bare_open = || -> Result<Vec<u8>, Anything> {
        let decrypter = EcdhEs.decrypter_from_der(&secret)?;
        Ok(jwe::deserialize_compact(&theirs, &decrypter)?.0)
    };
    let (curve, spki) = match algorithm {
        Algorithm::Ed25519 => (&agreement::X25519, 32),
        Algorithm::P256 => (&agreement::ECDH_P256, 65),
    };
    let recipient = public.split_at(public.len() - spki).1;
    let primitives = || -> Result<Vec<u8>, Anything> {
        let ephemeral = PrivateKey::generate(curve)?;
        black_box(ephemeral.compute_public_key()?);
        let with = UnparsedPublicKey::new(curve, recipient);
        let failed = || Anything::from("no agreement");
        let derived = agreement::agree(&ephemeral, with, failed(), |shared| {
            Ok(digest::digest(&digest::SHA256, shared))
        })?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, derived.as_ref())?);
        let mut sealed = content.clone();
        let nonce = Nonce::assume_unique_for_key([7; 12]);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed)?;
        Ok(sealed)
    };
    primitives()?;
    bare_open()?;
    open()?;

    let times = interleaved(&mut [
        &mut || drop(black_box(primitives())),
        &mut || drop(black_box(bare_seal())),
        &mut || drop(black_box(seal())),
        &mut || drop(black_box(bare_open())),
        &mut || drop(black_box(open())),
    ]);
    let [floor, bare_seal, seal, bare_open, open] = times.as_slice() else {
        return Err("nothing was measured".into());
    };
    let row = |what: &str, times, bare| row(&format!("{} {what}", algorithm.name()), times, bare);
    row("primitives of aws-lc", floor, None);
    row("josekit seals", bare_seal, None);
    let median = row("seal / josekit", seal, Some(bare_seal));
    row("seal / primitives", seal, Some(floor));
    row("josekit opens", bare_open, None);
    row("open / josekit", open, Some(bare_open));
    println!("20,000 files on one core: {:.1} s", median * BULK / 1e6);
    Ok(())
}

/// Microseconds of each in every round.
fn interleaved(work: &mut [&mut dyn FnMut()]) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::with_capacity(ROUNDS); work.len()];
    for round in 0..=ROUNDS {
        for (work, times) in work.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (0..BATCH).for_each(|_| work());
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH));
            }
        }
    }
    times
}

/// Prints a line, and returns the median.
fn row(what: &str, times: &[f64], bare: Option<&Vec<f64>>) -> f64 {
    let spread = |values: &[f64]| {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |part: usize| sorted.get(sorted.len() * part / 10).copied().unwrap_or(f64::NAN);
        [at(5), at(1), at(9)]
    };
    let [median, low, high] = spread(times);
    print!("{what:<40} {median:>9.1} {low:>7.1} {high:>7.1}");
    if let Some(bare) = bare {
        let ratios: Vec<f64> = times.iter().zip(bare).map(|(ours, bare)| ours / bare).collect();
        let [median, low, high] = spread(&ratios);
        print!(" {median:>7.2} {low:>6.2} {high:>6.2}");
    }
    println!();
    median
}
