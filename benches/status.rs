//! Publishing and reading a status list of 2^20 entries beside the bare primitives: compression and one signature, one
//! check and decompression. Interleaved; medians and spread, of the times and of the ratio in each round.
//!
//! `cargo bench --bench status`. Two bits for each of 2^20 entries, of which 1 % are revoked at random.

use std::hint::black_box;
use std::io::Write as _;
use std::num::NonZeroU64;
use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{
    Bits, ExpectedStatus, Publication, Status, StatusList, UnverifiedStatusToken,
};
use ed25519_dalek::{Signer as _, SigningKey};
use flate2::{Compression, Decompress, FlushDecompress};

type Anything = Box<dyn std::error::Error>;

const ENTRIES: u64 = 1 << 20;
const REVOKED: u64 = ENTRIES / 100;
const ROUNDS: usize = 60;
const SEED: [u8; 32] = [3; 32];

fn main() -> Result<(), Anything> {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &SEED.into())?;
    let issuer = Identity::did_key(key.id(), &key)?;
    let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
    let publication = Publication {
        uri: "https://status.example/lists/1".into(),
        issued_at: now,
        expires: Some(now.plus(86_400)),
        ttl: NonZeroU64::new(43_200),
    };
    let (revoked, raw) = revoked();
    // What an issuer does: its statuses into a list, the list into a token.
    let publish = || -> Result<String, Anything> {
        let mut list = StatusList::new(Bits::Two, ENTRIES)?;
        for index in &revoked {
            list.set(*index, Status::INVALID)?;
        }
        Ok(publication.issue(&list, &issuer)?)
    };
    let token = publish()?;
    let signers = [issuer.did().clone()];
    let expected = ExpectedStatus { uri: &publication.uri, signers: &signers };
    let read = || -> Result<u8, Anything> {
        let token = UnverifiedStatusToken::parse(&token)?.verify(&expected, now)?;
        Ok(token.status(7)?.value())
    };
    let (input, signing) =
        (token.rsplit_once('.').map_or("", |(input, _)| input), SigningKey::from_bytes(&SEED));
    let (checking, signature) = (signing.verifying_key(), signing.sign(input.as_bytes()));
    let small = deflated(&raw)?;
    println!(
        "{} entries, {} revoked: {} bytes, token of {}",
        ENTRIES,
        REVOKED,
        small.len(),
        token.len()
    );

    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..=ROUNDS {
        let taken = [
            time(|| drop(black_box((deflated(&raw), signing.sign(input.as_bytes()))))),
            time(|| drop(black_box(publish()))),
            time(|| {
                let whole = inflated(&small, raw.len());
                drop(black_box((whole, checking.verify_strict(input.as_bytes(), &signature))));
            }),
            time(|| drop(black_box(read()))),
        ];
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(times, taken)| times.push(taken));
        }
    }
    println!(
        "{:<40} {:>9} {:>7} {:>7} {:>7} {:>6} {:>6}",
        "", "median ms", "p10", "p90", "ratio", "p10", "p90"
    );
    let [bare_publish, publish, bare_read, read] = &times;
    row("bare zlib level 9 and a signature", bare_publish, None);
    row("publish / it", publish, Some(bare_publish));
    row("bare inflate and a check", bare_read, None);
    row("read, verify, look up / it", read, Some(bare_read));
    Ok(())
}

/// Indexes, and the list they make.
fn revoked() -> (Vec<u64>, Vec<u8>) {
    let (mut state, mut indexes) = (88_172_645_463_325_252_u64, Vec::new());
    let mut raw = vec![0_u8; (ENTRIES / 4) as usize];
    for _ in 0..REVOKED {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let index = state % ENTRIES;
        indexes.push(index);
        if let Some(byte) = raw.get_mut((index / 4) as usize) {
            *byte |= 1 << (index % 4 * 2);
        }
    }
    (indexes, raw)
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, Anything> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn inflated(bytes: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 1);
    let _ = Decompress::new(true).decompress_vec(bytes, &mut out, FlushDecompress::Finish);
    out
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
    print!("{what:<40} {median:>9.2} {low:>7.2} {high:>7.2}");
    if let Some(bare) = bare {
        let ratios: Vec<f64> = times.iter().zip(bare).map(|(ours, bare)| ours / bare).collect();
        let [median, low, high] = spread(&ratios);
        print!(" {median:>7.2} {low:>6.2} {high:>6.2}");
    }
    println!();
}
