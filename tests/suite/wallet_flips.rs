//! A wallet with one byte changed, cut short, or put together from two: refused, whatever opens it (ATTACKS 50).
//!
//! No change is harmless: magic, version, length and header are associated data of the payload, and nonce and payload
//! are what it authenticates, so that every byte of the file counts, also white space and members not known.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use bonafide::wallet::{
    KeyringSecret, RecoveryPhrase, Share, Unlocked, WalletError, WalletFile, With,
};

use super::wallet_format::{
    Counting, PASSPHRASE_ONLY, SAMPLE, SAMPLE_2, SHARES, WITH_KEYRING, WITH_SHARES, WORDS,
    passphrase,
};

/// Far above what any opening takes, the passphrase's included, and far below what costs out of bounds would take.
const LONGEST: Duration = Duration::from_secs(10);

/// Where the parts of a file begin.
const VERSION: usize = 8;
const LENGTH: usize = 10;
const HEADER: usize = 14;

fn header_end(sample: &[u8]) -> usize {
    HEADER + usize::from(u16::from_be_bytes(sample[12..14].try_into().unwrap()))
}

fn open(bytes: &[u8], with: With<'_>) -> Result<Unlocked, WalletError> {
    WalletFile::at(Path::new("nowhere")).unlock_copy(bytes, with)
}

/// How often which refusal was met, in which part of the file.
type Met = BTreeMap<(&'static str, &'static str), usize>;

/// Opens `bytes`, which are the sample with something changed at `at`.
fn refused(met: &mut Met, sample: &[u8], bytes: &[u8], at: usize, with: With<'_>) {
    let start = Instant::now();
    let opened = open(bytes, with);
    let took = start.elapsed();
    assert!(took < LONGEST, "byte {at}: {took:?}");
    let refused = opened.err().unwrap_or_else(|| panic!("opened with byte {at} changed"));
    assert!(!refused.to_string().is_empty() && !refused.next_step().is_empty());
    let end = header_end(sample);
    let part = match at {
        0..VERSION => "magic",
        VERSION..LENGTH => "version",
        LENGTH..HEADER => "length",
        _ if at < end => "header",
        _ => "sealed",
    };
    *met.entry((part, refused.code())).or_default() += 1;
}

/// The changes that need no more than one opening for each byte.
fn every_change(sample: &[u8], with: With<'_>) -> Met {
    assert!(open(sample, with).is_ok(), "the sample itself opens");
    let mut met = Met::new();
    let mut bytes = sample.to_vec();
    for at in 0..sample.len() {
        for mask in [0x01, 0x80] {
            bytes[at] ^= mask;
            refused(&mut met, sample, &bytes, at, with);
            bytes[at] ^= mask;
        }
        let (before, after) = sample.split_at(at);
        refused(&mut met, sample, before, at, with);
        refused(&mut met, sample, &[before, &after[1..]].concat(), at, with);
        refused(&mut met, sample, &[before, &after[..1], after].concat(), at, with);
    }
    refused(&mut met, sample, &[sample, &[0]].concat(), sample.len(), with);
    met
}

/// The refusals met outside the header: these are known to the byte.
fn check(met: &Met, openings: usize) {
    assert_eq!(met.values().sum::<usize>(), openings);
    for ((part, code), times) in met {
        let known = match *part {
            // One letter more or less moves another number to the version's place.
            "magic" => ["wallet-malformed", "wallet-version"].contains(code),
            "length" => ["wallet-malformed"].contains(code),
            "version" => ["wallet-malformed", "wallet-version", "wallet-corrupt"].contains(code),
            "sealed" => ["wallet-malformed", "wallet-corrupt"].contains(code),
            _ => HEADER_CODES.contains(code),
        };
        assert!(known, "{part}: {code}, {times} times");
    }
}

/// Slots that say something else open with nothing; those that say the same in other words open a payload that was
/// not sealed with these words.
const HEADER_CODES: [&str; 10] = [
    "wallet-malformed",
    "wallet-corrupt",
    "kdf-out-of-bounds",
    "wrong-passphrase",
    "no-passphrase-slot",
    "wrong-phrase",
    "wrong-keyring-secret",
    "wrong-shares",
    "shares-missing",
    "bad-share",
];

#[test]
fn row_50_every_byte_with_the_phrase() {
    let words = RecoveryPhrase::parse(WORDS).unwrap();
    for sample in [SAMPLE, SAMPLE_2] {
        check(&every_change(sample, With::Phrase(&words)), 5 * sample.len() + 1);
    }
}

#[test]
fn row_50_every_byte_with_shares() {
    let shares: Vec<Share> = SHARES.lines().map(|line| Share::parse(line).unwrap()).collect();
    let met = every_change(WITH_SHARES, With::Shares(&shares[1..4]));
    check(&met, 5 * WITH_SHARES.len() + 1);
}

#[test]
fn row_50_every_byte_with_the_keyrings_secret() {
    let secret = KeyringSecret::generate(&mut Counting(200)).unwrap();
    let met = every_change(WITH_KEYRING, With::Keyring(&secret));
    check(&met, 5 * WITH_KEYRING.len() + 1);
}

/// Every byte up to the payload and some of it: each opening stretches the passphrase.
#[test]
fn row_50_every_byte_of_the_header_with_the_passphrase() {
    let sample = PASSPHRASE_ONLY;
    let passphrase = passphrase();
    let with = With::Passphrase(&passphrase);
    assert!(open(sample, with).is_ok());
    let end = header_end(sample);
    let places: Vec<usize> = (0..end).chain((end..sample.len()).step_by(211)).collect();
    let half = |places: &[usize]| {
        let mut met = Met::new();
        let mut bytes = sample.to_vec();
        for at in places {
            for mask in [0x01, 0x80] {
                bytes[*at] ^= mask;
                refused(&mut met, sample, &bytes, *at, with);
                bytes[*at] ^= mask;
            }
        }
        check(&met, 2 * places.len());
    };
    let (one, two) = places.split_at(places.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| half(one));
        half(two);
    });
}

/// Costs changed to others within the bounds take what they say and no more, and open nothing.
#[test]
fn row_50_costs_changed_by_a_digit_open_nothing() {
    let passphrase = passphrase();
    let text = String::from_utf8_lossy(&PASSPHRASE_ONLY[HEADER..header_end(PASSPHRASE_ONLY)]);
    let mut bounded = 0;
    for (name, old) in [("memory_kib", "19456"), ("passes", "2"), ("lanes", "1")] {
        let old = format!("\"{name}\":{old}");
        assert!(text.contains(&old));
        for new in ["0", "1", "3", "4", "5", "17", "19455", "19457", "99456", "4294967295", "1e4"] {
            let header = text.replace(&old, &format!("\"{name}\":{new}"));
            if header == text {
                continue;
            }
            let bytes = with_header(PASSPHRASE_ONLY, header.as_bytes());
            let start = Instant::now();
            let code = open(&bytes, With::Passphrase(&passphrase)).unwrap_err().code();
            assert!(start.elapsed() < LONGEST);
            bounded += usize::from(code == "kdf-out-of-bounds");
            let known = ["kdf-out-of-bounds", "wrong-passphrase", "wallet-malformed"];
            assert!(known.contains(&code), "{name} {new}: {code}");
        }
    }
    assert!(bounded >= 15, "{bounded}");
}

/// The file with another header, and the length that fits it.
fn with_header(sample: &[u8], header: &[u8]) -> Vec<u8> {
    let length = u32::try_from(header.len()).unwrap().to_be_bytes();
    [&sample[..LENGTH], &length, header, &sample[header_end(sample)..]].concat()
}

/// White space changes nothing of what the header says, and yet the payload does not open under it.
#[test]
fn row_50_white_space_at_every_place_of_the_header() {
    let words = RecoveryPhrase::parse(WORDS).unwrap();
    let header = &SAMPLE[HEADER..header_end(SAMPLE)];
    let mut met = Met::new();
    for at in 0..=header.len() {
        let (before, after) = header.split_at(at);
        let bytes = with_header(SAMPLE, &[before, b" ", after].concat());
        refused(&mut met, SAMPLE, &bytes, HEADER + at.min(header.len() - 1), With::Phrase(&words));
    }
    check(&met, header.len() + 1);
    assert!(met[&("header", "wallet-corrupt")] > 50, "{met:?}");
}

/// Two states of one wallet, under one file key: neither header opens the other's payload.
#[test]
fn row_50_parts_of_two_states_do_not_fit_together() {
    let words = RecoveryPhrase::parse(WORDS).unwrap();
    let states = [SAMPLE, SAMPLE_2, WITH_SHARES, WITH_KEYRING];
    let mut mixed = 0;
    for one in states {
        for other in states {
            let (head, tail) = (&one[..header_end(one)], &other[header_end(other)..]);
            let opened = open(&[head, tail].concat(), With::Phrase(&words));
            if one == other {
                assert!(opened.is_ok());
            } else {
                assert_eq!(opened.unwrap_err().code(), "wallet-corrupt");
                mixed += 1;
            }
        }
    }
    assert_eq!(mixed, 12);
    // Pieces of the payload in another order.
    let at = header_end(SAMPLE) + 24;
    for (one, other) in [(0, 64), (64, 1024), (2048, 4032)] {
        let mut bytes = SAMPLE.to_vec();
        for n in 0..64 {
            bytes.swap(at + one + n, at + other + n);
        }
        assert_eq!(open(&bytes, With::Phrase(&words)).unwrap_err().code(), "wallet-corrupt");
    }
}

/// Peak memory of the tests above, each in a process of its own: that of one wallet and one stretching.
#[cfg(target_os = "linux")]
#[test]
fn row_50_memory_is_bounded() {
    for (test, most_mib) in [("row_50_every_byte_with_shares", 64), ("row_50_costs", 160)] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .arg(format!("wallet_flips::{test}"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut peak_kib: u64 = 0;
        let status = loop {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
            let status = status.unwrap_or_default();
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            if let Some(kib) = peak.and_then(|peak| peak.split_whitespace().next()) {
                peak_kib = kib.parse().unwrap();
            }
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        assert!(status.success());
        assert!(peak_kib > 1024 && peak_kib < most_mib << 10, "{test}: {peak_kib} KiB");
        println!("{test}: {peak_kib} KiB");
    }
}
