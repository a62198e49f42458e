//! Logs of did:webvh, both ways: didwebvh-ts and didwebvh-rs resolve ours, with witnesses too, and we theirs.

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity, MethodKey};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::resolve::webvh::author::{self, DocumentKey, NewEntry, NewWitnesses};
use bonafide::resolve::{History, Version};
use serde_json::{Value, json};

use crate::Anything;
use crate::child::Child;
use crate::report::Report;

/// Histories by the seeds of the keys that each version lists.
const HISTORIES: [&[&[u8]]; 5] = [
    &[&[101]],
    &[&[101], &[102]],
    &[&[101, 102], &[102], &[102, 103, 104]],
    &[&[101], &[], &[101]],
    &[&[101], &[102], &[103], &[104], &[105], &[106], &[107], &[108], &[109], &[110]],
];

/// The peers, as programs that answer a line for a line.
const PEERS: [(&str, &str, &str); 2] = [
    ("didwebvh-ts", "node", "peers/webvh.mjs"),
    ("didwebvh-rs", "target/release/interop-webvh", ""),
];

pub fn run(report: &mut Report) -> Result<(), Anything> {
    for (name, program, script) in PEERS {
        beside(name, &mut Child::start(program, script)?, report)?;
    }
    Ok(())
}

fn beside(peer_name: &str, peer: &mut Child, report: &mut Report) -> Result<(), Anything> {
    for (number, keys) in HISTORIES.iter().enumerate() {
        for length in 1..=keys.len() {
            let keys = &keys[..length];
            for (what, witnesses, deactivated) in
                [("", 0, false), (", witnessed", 2, false), (", deactivated", 0, true)]
            {
                let name = format!("{peer_name}, history {number}, {length} versions{what}");
                let ours = ours(peer, keys, witnesses, deactivated);
                report.check(&format!("ours to theirs, {name}"), ours);
            }
            for announced in [true, false] {
                let name = format!(
                    "{peer_name}, history {number}, {length} versions, pre-rotation {announced}"
                );
                report.check(&format!("theirs to ours, {name}"), theirs(peer, keys, announced));
            }
        }
        let name = format!("a change in ours, {peer_name}, history {number}");
        report.check(&name, changed(peer, keys));
    }
    Ok(())
}

fn secret(seed: u8) -> Result<SecretKey, Anything> {
    Ok(SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into())?)
}

fn multikey(seed: u8) -> Result<String, Anything> {
    Ok(Did::from_key(secret(seed)?.public()).method_specific_id().to_owned())
}

fn time(number: usize) -> Result<Timestamp, Anything> {
    Ok(Timestamp::parse(&format!("2026-{:02}-01T00:00:00Z", number + 1))?)
}

/// A log of ours and its witness file.
struct Made {
    did: Did,
    log: String,
    witness: Option<String>,
}

fn make(keys: &[&[u8]], witnesses: u8, deactivated: bool) -> Result<Made, Anything> {
    let dids: Vec<Did> = (0..witnesses)
        .map(|n| Ok(Did::from_key(secret(200 + n)?.public())))
        .collect::<Result<_, Anything>>()?;
    let vouched = NewWitnesses { threshold: dids.len(), dids: &dids };
    let mut made: Option<Made> = None;
    for (number, listed) in keys.iter().enumerate() {
        let document: Vec<DocumentKey> = listed
            .iter()
            .map(|seed| {
                let key = secret(*seed)?.public().clone();
                Ok(DocumentKey { name: format!("key-{seed}"), key, expires: None, revoked: None })
            })
            .collect::<Result<_, Anything>>()?;
        let seed = u8::try_from(number)? + 1;
        let (signer, next) = (secret(seed)?, secret(seed + 1)?);
        let entry = NewEntry {
            time: time(number)?,
            keys: &document,
            next: next.public(),
            witnesses: (number == 0 && witnesses > 0).then_some(vouched),
            deactivated: deactivated && number + 1 == keys.len() && number > 0,
        };
        let signer = Identity::did_key(signer.id(), &signer)?;
        let mut now = match made.take() {
            None => {
                let (did, log) = author::create("kyc.example", &entry, &signer)?;
                Made { did, log, witness: None }
            }
            Some(before) => {
                let history = read(&before)?;
                let log = author::append(&history, &before.log, &entry, &signer)?;
                Made { log, ..before }
            }
        };
        if witnesses > 0 {
            let last: Value = serde_json::from_str(now.log.lines().last().unwrap_or_default())?;
            let version = last["versionId"].as_str().ok_or("no versionId")?;
            for n in 0..witnesses {
                let key = secret(200 + n)?;
                let witness = Identity::did_key(key.id(), &key)?;
                let file = now.witness.as_ref().map(String::as_bytes);
                now.witness = Some(author::vouch(version, file, time(number)?, &witness)?);
            }
        }
        made = Some(now);
    }
    made.ok_or_else(|| "no version".into())
}

fn read(made: &Made) -> Result<History, Anything> {
    let witness = made.witness.as_ref().map(String::as_bytes);
    let history = History::verify(&made.did, made.log.as_bytes(), witness)?;
    match history.cut() {
        None => Ok(history),
        Some(cut) => Err(cut.to_string().into()),
    }
}

/// Ours, as the peer resolves it.
fn ours(
    peer: &mut Child,
    keys: &[&[u8]],
    witnesses: u8,
    deactivated: bool,
) -> Result<(), Anything> {
    let made = make(keys, witnesses, deactivated)?;
    let history = read(&made)?;
    let question = json!({"resolve": made.log, "witness": made.witness});
    let answer: Value = serde_json::from_str(&peer.ask(&question)?)?;
    let deactivated = deactivated && keys.len() > 1;
    let listed = keys.last().copied().unwrap_or_default();
    let listed: Vec<String> =
        listed.iter().map(|seed| multikey(*seed)).collect::<Result<_, _>>()?;
    let expected = json!({"did": made.did.as_str(), "versionId": history.head().version_id(),
        "deactivated": deactivated, "keys": listed});
    let same = if deactivated {
        // What is left of the document then is the resolver's own matter.
        ["did", "versionId", "deactivated"].iter().all(|name| answer[name] == expected[name])
    } else {
        answer == expected
    };
    if same { Ok(()) } else { Err(format!("{answer} instead of {expected}").into()) }
}

/// Theirs, as we read it: every version, and the keys of the last.
fn theirs(peer: &mut Child, keys: &[&[u8]], announced: bool) -> Result<(), Anything> {
    let steps: Vec<Value> = keys
        .iter()
        .enumerate()
        .map(|(n, keys)| Ok(json!({"time": time(n)?.to_string(), "keys": keys})))
        .collect::<Result<_, Anything>>()?;
    let question = json!({"make": steps, "prerotation": announced});
    let answer: Value = serde_json::from_str(&peer.ask(&question)?)?;
    let (Some(did), Some(log)) = (answer["did"].as_str(), answer["log"].as_str()) else {
        return Err(answer.to_string().into());
    };
    let made = Made { did: Did::parse(did)?, log: log.to_owned(), witness: None };
    let history = read(&made)?;
    if history.versions().len() != keys.len() {
        return Err(format!("{} versions", history.versions().len()).into());
    }
    let found = multikeys(history.head());
    let listed = keys.last().copied().unwrap_or_default();
    let listed: Vec<String> =
        listed.iter().map(|seed| multikey(*seed)).collect::<Result<_, _>>()?;
    if found == listed { Ok(()) } else { Err(format!("{found:?}").into()) }
}

fn multikeys(version: &Version) -> Vec<String> {
    let methods = version.document().map(|document| document.methods()).unwrap_or_default();
    let signing = methods.iter().filter(|method| matches!(method.key(), MethodKey::Signing(_)));
    signing.map(|method| method.key().to_multikey()).collect()
}

/// A log with its first key changed: neither takes it.
fn changed(peer: &mut Child, keys: &[&[u8]]) -> Result<(), Anything> {
    let made = make(keys, 0, false)?;
    let log = made.log.replacen(&multikey(101)?, &multikey(99)?, 1);
    let question = json!({"resolve": log});
    let answer: Value = serde_json::from_str(&peer.ask(&question)?)?;
    let theirs = answer.get("error").is_some();
    let ours = read(&Made { log, ..made }).is_err();
    if theirs && ours { Ok(()) } else { Err(format!("ours {ours}, theirs {answer}").into()) }
}
