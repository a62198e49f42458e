//! Logs of did:webvh. The input is the log, one entry per line, then after an empty line the witness file. What a
//! fuzzer cannot guess is put in here: `{SCID}` in the first entry, and the hash in every `versionId`. `{<n>}` in the
//! witness file stands for the id of version n. An input that begins with `!` is taken as it is.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::did::{Did, MethodKey, Relationship};
use bonafide::encoding::{jcs, json};
use bonafide::resolve::{History, Kinship, KnownDid, Location};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn multihash(entry: &Value) -> Option<String> {
    let text = entry.to_string();
    let object = json::parse_object(text.as_bytes(), 1 << 20).ok()?;
    let hash = Sha256::digest(jcs::canonical(&object).ok()?);
    Some(bs58::encode([&[0x12, 0x20], &hash[..]].concat()).into_string())
}

/// The log with SCID and hashes, and the ids of its versions.
fn assemble(lines: &str) -> (String, String, Vec<String>) {
    let (mut log, mut scid, mut ids) = (String::new(), String::new(), Vec::<String>::new());
    for line in lines.lines() {
        let parsed = serde_json::from_str::<Value>(line).ok().filter(Value::is_object);
        let made = parsed.and_then(|mut entry| {
            let proof = entry.as_object_mut()?.remove("proof");
            if ids.is_empty() {
                entry["versionId"] = "{SCID}".into();
                scid = multihash(&entry)?;
            }
            entry = serde_json::from_str(&entry.to_string().replace("{SCID}", &scid)).ok()?;
            entry["versionId"] = ids.last().unwrap_or(&scid).as_str().into();
            let id = format!("{}-{}", ids.len() + 1, multihash(&entry)?);
            entry["versionId"] = id.as_str().into();
            entry["proof"] = proof?;
            ids.push(id);
            Some(entry.to_string())
        });
        log.push_str(made.as_deref().unwrap_or(line));
        log.push('\n');
    }
    (log, scid, ids)
}

fn check(history: &History, log: &str, witness: Option<&[u8]>) {
    let (did, versions) = (history.did(), history.versions());
    let lines: Vec<Value> =
        log.lines().take(versions.len()).map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!versions.is_empty() && versions.last() == Some(history.head()));
    if let Some(cut) = history.cut() {
        assert_eq!(cut.entry, history.head().number() + 1);
        assert!(!cut.code().is_empty());
    }
    let mut before = None;
    for (version, (line, number)) in versions.iter().zip(lines.iter().zip(1..)) {
        assert_eq!(version.number(), number);
        assert_eq!(line["versionId"], version.version_id());
        assert_eq!(line["state"]["id"], version.did().as_str());
        assert!(line["state"]["id"].as_str().unwrap().contains(history.scid()));
        assert!(before.is_none_or(|before| before <= version.time()));
        before = Some(version.time());
        assert_eq!(version.document().is_none(), version.parameters().deactivated());
        if let Some(witnesses) = version.parameters().witnesses() {
            assert!((1..=witnesses.dids().len()).contains(&witnesses.threshold()));
        }
    }
    assert_eq!(lines[0]["parameters"]["scid"], history.scid());
    assert_eq!(history.compare(history), Kinship::Same);
    assert!(history.check_times(history.head().time()).is_ok());
    // What was cut off before is no other history.
    let shorter: String = log.lines().take(versions.len() - 1).map(|l| format!("{l}\n")).collect();
    if let Ok(shorter) = History::verify(did, shorter.as_bytes(), witness) {
        let kinship = history.compare(&shorter);
        assert!(matches!(kinship, Kinship::Same | Kinship::Extends), "{kinship:?}");
    }
    let known = KnownDid::History(history.clone());
    let late = Timestamp::parse("9999-12-30").unwrap();
    for version in versions.iter().filter(|version| version.did() == did) {
        for method in version.document().into_iter().flat_map(|document| document.methods()) {
            let (name, purpose) = (method.id().fragment(), Relationship::AssertionMethod);
            for as_of in [version.time(), late] {
                match known.key(name, purpose, version.time(), as_of) {
                    Ok(used) => {
                        let key = MethodKey::Signing(used.key.clone());
                        assert!(versions.iter().filter_map(|v| v.document()).any(|document| {
                            document
                                .methods()
                                .iter()
                                .any(|m| *m.key() == key && m.revoked().is_none())
                        }));
                    }
                    Err(error) => assert_ne!(error.code(), "key-not-found"),
                }
            }
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let (log, witness) = match text.split_once("\n\n") {
        Some((log, witness)) => (log, Some(witness.to_owned())),
        None => (text, None),
    };
    let (log, scid, ids) = match log.strip_prefix('!') {
        Some(log) => (log.to_owned(), String::new(), Vec::new()),
        None => assemble(log),
    };
    let witness = witness.map(|mut witness| {
        for (id, n) in ids.iter().zip(1..10) {
            witness = witness.replace(&format!("{{{n}}}"), id);
        }
        witness
    });
    let first = log.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok());
    let id = first.and_then(|first| Some(first["state"]["id"].as_str()?.to_owned()));
    let did = id.and_then(|id| Did::parse(&id).ok());
    let did = did.unwrap_or_else(|| Did::parse(&format!("did:webvh:{scid}1:a.example")).unwrap());
    let witness = witness.as_ref().map(String::as_bytes);
    match History::verify(&did, log.as_bytes(), witness) {
        Ok(history) => {
            assert!(Location::of(&did).unwrap().scid() == Some(history.scid()));
            check(&history, &log, witness);
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});
