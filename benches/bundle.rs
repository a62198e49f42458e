//! Opening a bundle of 1,000 issuers and 100 status lists of 2^20 entries: time and peak memory, in a process of its own.
//!
//! `cargo bench --bench bundle`; ends with 1 when opening took more than 150 ms or 100 MiB (Linux only). Every log is
//! 6 kB of text that stands for one; of each list, two bits for an entry, 1 % are revoked at random.

use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Instant;

use bonafide::bundle::{Bundle, Kind, NewItem, UnverifiedBundle, make};
use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{Bits, Publication, Status, StatusList};

type Anything = Box<dyn std::error::Error>;

const ISSUERS: usize = 1_000;
const LISTS: usize = 100;
const ENTRIES: u64 = 1 << 20;
const LOG: usize = 6_000;
const MAX_MS: f64 = 150.0;
const MAX_MIB: f64 = 100.0;
const ROUNDS: usize = 9;

fn main() -> Result<ExitCode, Anything> {
    let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
    if let Some(path) = std::env::args().find(|arg| arg.ends_with(".bundle")) {
        return child(&path, now).map(|()| ExitCode::SUCCESS);
    }
    let file = made(now)?;
    let mut stored = tempfile::Builder::new().suffix(".bundle").tempfile()?;
    stored.write_all(&file)?;
    println!("{ISSUERS} logs and {LISTS} lists: {} bytes", file.len());
    println!("{:>9} {:>10} {:>13} {:>9}", "open ms", "first us", "all items ms", "peak MiB");
    let mut rows = Vec::new();
    for _ in 0..ROUNDS {
        let child = Command::new(std::env::current_exe()?).arg(stored.path()).output()?;
        let said = String::from_utf8(child.stdout)?;
        let row: Result<Vec<f64>, _> = said.split_whitespace().map(str::parse::<f64>).collect();
        rows.push(row?);
    }
    let median = |column: usize| -> Result<f64, Anything> {
        let mut values: Vec<f64> = rows.iter().filter_map(|row| row.get(column).copied()).collect();
        values.sort_by(f64::total_cmp);
        Ok(values.get(values.len() / 2).copied().ok_or("the child broke off")?)
    };
    let (open, first, all, mib) = (median(0)?, median(1)?, median(2)?, median(3)?);
    println!("{open:>9.2} {first:>10.1} {all:>13.2} {mib:>9.1}");
    let over = open > MAX_MS || mib > MAX_MIB;
    if over {
        println!("TOO MUCH");
    }
    Ok(ExitCode::from(u8::from(over)))
}

/// Reads and opens the file, takes one item out, then all.
fn child(path: &str, now: Timestamp) -> Result<(), Anything> {
    let start = Instant::now();
    let file = std::fs::read(path)?;
    let bundle = UnverifiedBundle::read(&file)?.verify(now)?;
    let opened = start.elapsed().as_secs_f64() * 1e3;
    let peak = peak_kib()? as f64 / 1024.0;
    let start = Instant::now();
    let item = bundle.self_proving().log(&name(ISSUERS / 2)?).ok_or("no such log")?;
    item.bytes()?;
    let first = start.elapsed().as_secs_f64() * 1e6;
    let all = check(&bundle)?;
    println!("{opened} {first} {all} {peak}");
    Ok(())
}

fn check(bundle: &Bundle<'_>) -> Result<f64, Anything> {
    let start = Instant::now();
    let damaged = bundle.damaged().count();
    let sound = damaged == 0 && bundle.entries().len() == ISSUERS + LISTS;
    if sound { Ok(start.elapsed().as_secs_f64() * 1e3) } else { Err("not what was made".into()) }
}

fn made(now: Timestamp) -> Result<Vec<u8>, Anything> {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[3; 32].into())?;
    let maker = Identity::did_key(key.id(), &key)?;
    let mut items = Vec::new();
    for number in 0..ISSUERS {
        let (did, log) = (name(number)?, number.to_string().repeat(LOG));
        let log = log.into_bytes().into_iter().take(LOG).collect::<Vec<u8>>();
        let item = NewItem::new(Kind::DidLog, did.as_str(), log, now)?;
        items.push(item.with_origin(&format!("https://issuer{number}.example/did.jsonl"))?);
    }
    let mut state = 88_172_645_463_325_252_u64;
    for number in 0..LISTS {
        let mut list = StatusList::new(Bits::Two, ENTRIES)?;
        for _ in 0..ENTRIES / 100 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            list.set(state % ENTRIES, Status::INVALID)?;
        }
        let uri = format!("https://status.example/lists/{number}");
        let said = Publication { uri: uri.clone(), issued_at: now, expires: None, ttl: None };
        let token = said.issue(&list, &maker)?.into_bytes();
        items.push(NewItem::new(Kind::StatusList, &uri, token, now)?.with_origin(&uri)?);
    }
    Ok(make(items, now, None, &maker)?)
}

fn name(number: usize) -> Result<Did, Anything> {
    let scid = "QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ";
    Ok(Did::parse(&format!("did:webvh:{scid}:issuer{number}.example"))?)
}

fn peak_kib() -> Result<u64, Anything> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmHWM")?.trim().parse()?)
}
