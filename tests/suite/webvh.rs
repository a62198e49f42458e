//! did:webvh: one thing changed in a good log, one reason; ATTACKS row 12.

use std::time::Instant;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::resolve::{History, Kinship, LogError, LogFault};
use serde_json::{Value, json};

use crate::support::webvh::{Draft, Log, announced, did_key, genesis, multikey, proof, state};

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn verify(log: &Log, witness: Option<&str>) -> Result<History, LogError> {
    History::verify(&log.did(), log.text().as_bytes(), witness.map(str::as_bytes))
}

/// Why the log breaks off, and where.
fn fault_with(log: &Log, witness: Option<&str>) -> (u64, LogFault) {
    match verify(log, witness) {
        Err(error) => (error.entry, error.fault),
        Ok(history) => {
            let cut = *history.cut().expect("nothing was refused");
            assert_eq!(history.head().number() + 1, cut.entry);
            (cut.entry, cut.fault)
        }
    }
}

fn fault(log: &Log) -> (u64, LogFault) {
    fault_with(log, None)
}

fn day(n: u64) -> String {
    format!("2026-01-{n:02}T12:00:00Z")
}

/// Three entries; the second brings another update key, which signs the third.
fn drafts() -> Vec<Draft> {
    vec![
        Draft::new(&day(1), genesis(1), state(&[101]), 1),
        Draft::new(&day(2), json!({"updateKeys": [multikey(2)]}), state(&[101, 102]), 1),
        Draft::new(&day(3), json!({}), state(&[102]), 2),
    ]
}

/// The good log with one draft changed.
fn changed(at: usize, change: impl FnOnce(&mut Draft)) -> Log {
    let mut drafts = drafts();
    change(&mut drafts[at]);
    Log::new(drafts)
}

fn with_parameters(at: usize, parameters: Value) -> Log {
    changed(at, |draft| {
        draft.body.insert("parameters".into(), parameters);
    })
}

#[test]
fn a_good_log_holds_whole() {
    let log = Log::new(drafts());
    let history = verify(&log, None).unwrap();
    assert_eq!(history.cut(), None);
    assert_eq!((history.scid(), history.did()), (log.scid.as_str(), &log.did()));
    let numbers: Vec<_> = history.versions().iter().map(|version| version.number()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(history.head().version_id(), log.lines[2]["versionId"].as_str().unwrap());
    assert_eq!(history.head().parameters().update_keys(), [multikey(2)]);
    assert_eq!(history.head().parameters().ttl(), 3600);
    assert_eq!(history.head().document().unwrap().methods().len(), 1);
    for (moment, number) in [
        ("2026-01-01T11:59:59Z", None),
        ("2026-01-01T12:00:00Z", Some(1)),
        ("2026-01-02T11:59:59Z", Some(1)),
        ("2026-01-02T12:00:00Z", Some(2)),
        ("2030-01-01", Some(3)),
    ] {
        let found = history.at(time(moment)).map(|version| version.number());
        assert_eq!(found, number, "{moment}");
    }
    // Without the last line feed, with carriage returns, and with another spelling of the same JSON.
    let text = log.text();
    for text in [text.trim_end().to_owned(), text.replace('\n', "\r\n"), text.replace(':', ": ")] {
        let text =
            text.replace("did: ", "did:").replace("key: ", "key:").replace("https: ", "https:");
        let text = text.replace("12: 00: 00", "12:00:00").replace("webvh: ", "webvh:");
        let text = text.replace("00: 00: 00", "00:00:00").replace(": issuer", ":issuer");
        let history = History::verify(&log.did(), text.as_bytes(), None).unwrap();
        assert_eq!((history.versions().len(), history.cut()), (3, None), "{text}");
    }
}

#[test]
fn entries_lie_no_more_than_five_minutes_in_the_future() {
    let history = verify(&Log::new(drafts()), None).unwrap();
    let third = time("2026-01-03T12:00:00Z");
    assert_eq!(history.check_times(third.plus(-300)), Ok(()));
    let early = |entry| Err(LogError { entry, fault: LogFault::NotYetValid });
    assert_eq!(history.check_times(third.plus(-301)), early(3));
    assert_eq!(history.check_times(time("2025-01-01")), early(1));
}

#[test]
fn number_and_time_follow() {
    let log = changed(1, |draft| {
        draft.before_signing = |entry| {
            let id = entry["versionId"].as_str().unwrap().replacen("2-", "3-", 1);
            entry["versionId"] = id.into();
        };
    });
    assert_eq!(fault(&log), (2, LogFault::VersionNumber));
    let mut log = Log::new(drafts());
    log.lines.remove(1);
    assert_eq!(fault(&log), (2, LogFault::VersionNumber));
    let mut log = Log::new(drafts());
    log.lines.remove(0);
    assert_eq!(fault(&log), (1, LogFault::VersionNumber));
    for earlier in ["2026-01-01T12:00:00Z", "2026-01-01T11:59:59Z", "2026-01-01T12:00:00+00:00"] {
        let log = changed(1, |draft| {
            draft.body.insert("versionTime".into(), earlier.into());
        });
        assert_eq!(fault(&log), (2, LogFault::VersionTime), "{earlier}");
    }
    let log = changed(1, |draft| {
        draft.body.insert("versionTime".into(), "2026-01-01T12:00:00.000000001Z".into());
    });
    assert_eq!(verify(&log, None).unwrap().cut(), None);
    for bad in ["2026-01-02", "2026-01-02T12:00:00", "2026-01-02T12:00:00+01:00", "1767355200"] {
        let log = changed(1, |draft| {
            draft.body.insert("versionTime".into(), bad.into());
        });
        assert_eq!(fault(&log), (2, LogFault::Malformed("versionTime")), "{bad}");
    }
}

#[test]
fn the_scid_is_the_hash_of_the_first_entry() {
    // A first entry changed after its SCID was made, hashed and signed anew.
    let mut log = changed(0, |draft| {
        draft.after_signing = |entry| {
            let scid = entry["parameters"]["scid"].as_str().unwrap().to_owned();
            entry["parameters"]["ttl"] = 60.into();
            entry.as_object_mut().unwrap().remove("proof");
            entry["versionId"] = scid.into();
            let (body, _) = crate::support::webvh::rehashed(entry, 1);
            *entry = body;
            entry["proof"] = json!([proof(entry, 1, |_| ())]);
        };
    });
    log.lines.truncate(1);
    assert_eq!(fault(&log), (1, LogFault::Scid));
    // Asked for under another SCID.
    let (log, other) =
        (Log::new(drafts()), changed(0, |draft| draft.body["versionTime"] = day(9).into()));
    let error = History::verify(&other.did(), log.text().as_bytes(), None).unwrap_err();
    assert_eq!(error, LogError { entry: 1, fault: LogFault::Scid });
    // Under the same one, at another place.
    let place = Did::parse(&format!("did:webvh:{}:other.example", log.scid)).unwrap();
    let error = History::verify(&place, log.text().as_bytes(), None).unwrap_err();
    assert_eq!(error, LogError { entry: 0, fault: LogFault::NeverThisDid });
    assert_eq!(error.code(), "did-mismatch");
    let key = Did::parse(&did_key(1)).unwrap();
    let error = History::verify(&key, log.text().as_bytes(), None).unwrap_err();
    assert_eq!(error.fault, LogFault::BadDid);
}

/// Nobody could tell it from the SCID afterwards: two first entries would have one SCID.
#[test]
fn the_placeholder_is_never_published() {
    let mut log = Log::new(vec![Draft::new(
        &day(1),
        genesis(1),
        {
            let mut state = state(&[101]);
            state["note"] = "{SCID}".into();
            state
        },
        1,
    )]);
    assert_eq!(verify(&log, None).unwrap().cut(), None);
    let mut entry = log.lines[0].clone();
    entry["state"]["note"] = "{SCID}".into();
    entry.as_object_mut().unwrap().remove("proof");
    entry["versionId"] = log.scid.clone().into();
    let (mut entry, _) = crate::support::webvh::rehashed(&entry, 1);
    entry["proof"] = json!([proof(&entry, 1, |_| ())]);
    log.lines[0] = entry;
    assert_eq!(fault(&log), (1, LogFault::Scid));
}

/// Names sort elsewhere once the SCID stands in them.
#[test]
fn an_scid_in_a_members_name() {
    let mut state = state(&[101]);
    state["{SCID}"] = 1.into();
    state["Z"] = 2.into();
    state["a"] = json!({"x{SCID}": 1, "xa": 2, "xz": 3});
    let log = Log::new(vec![Draft::new(&day(1), genesis(1), state, 1)]);
    assert_eq!(verify(&log, None).unwrap().cut(), None);
}

#[test]
fn the_hash_covers_everything_but_the_proofs() {
    for (place, value) in [
        ("/state/verificationMethod/0/publicKeyMultibase", json!(multikey(103))),
        ("/state/assertionMethod", json!([])),
        ("/parameters/updateKeys", json!([multikey(3)])),
        ("/versionTime", json!("2026-01-02T12:00:01Z")),
    ] {
        let mut log = Log::new(drafts());
        *log.lines[1].pointer_mut(place).unwrap() = value;
        assert_eq!(fault(&log), (2, LogFault::EntryHash), "{place}");
    }
    // Hash and signature made anew by the right key: then the next entry does not follow.
    let mut log = changed(1, |draft| draft.body["versionTime"] = day(2).into());
    let other = changed(1, |draft| {
        draft.body.insert("versionTime".into(), "2026-01-02T13:00:00Z".into());
    });
    log.lines[1] = other.lines[1].clone();
    assert_eq!(fault(&log), (3, LogFault::EntryHash));
    // An entry of another log.
    let mut log = Log::new(drafts());
    log.lines[1] = changed(0, |draft| draft.body["versionTime"] = "2026-01-01T00:00:00Z".into())
        .lines[1]
        .clone();
    assert_eq!(fault(&log), (2, LogFault::EntryHash));
}

#[test]
fn entries_have_the_members_of_the_specification() {
    for (place, value, member) in [
        ("/versionId", json!(2), "versionId"),
        ("/versionTime", json!(1_767_355_200), "versionTime"),
        ("/parameters", json!([]), "parameters"),
        ("/state", json!(null), "state"),
        ("/proof", json!([]), "proof"),
        ("/proof", json!(["x"]), "proof"),
        ("/proof", json!(1), "proof"),
    ] {
        let mut log = Log::new(drafts());
        *log.lines[1].pointer_mut(place).unwrap() = value;
        assert_eq!(fault(&log), (2, LogFault::Malformed(member)), "{place}");
    }
    for member in ["versionId", "versionTime", "parameters", "state", "proof"] {
        let mut log = Log::new(drafts());
        log.lines[1].as_object_mut().unwrap().remove(member);
        assert_eq!(fault(&log), (2, LogFault::Malformed(member)));
    }
    let log = changed(1, |draft| {
        draft.body.insert("more".into(), true.into());
    });
    assert_eq!(fault(&log), (2, LogFault::Malformed("content")));
}

#[test]
fn parameters_are_those_of_the_specification() {
    let first = |name: &str, value: Value| {
        let mut parameters = genesis(1);
        parameters[name] = value;
        fault(&with_parameters(0, parameters))
    };
    for name in ["method", "scid", "updateKeys"] {
        let mut parameters = genesis(1);
        parameters.as_object_mut().unwrap().remove(name);
        assert_eq!(fault(&with_parameters(0, parameters)), (1, LogFault::Parameter(name)));
    }
    for method in ["did:webvh:99.0", "did:webvh:1.0-rc1", "didwebvh:1.0", "did:webvh:0.5", ""] {
        assert_eq!(first("method", method.into()), (1, LogFault::Parameter("method")), "{method}");
        let later = fault(&with_parameters(1, json!({"method": method})));
        assert_eq!(later, (2, LogFault::Parameter("method")), "{method}");
    }
    for (name, value) in [
        ("updateKeys", json!("x")),
        ("updateKeys", json!([1])),
        ("updateKeys", json!(vec![multikey(1); 65])),
        ("updateKeys", json!(["x"])),
        ("updateKeys", json!([multikey(1), did_key(1)])),
        ("updateKeys", json!([multikey(1).replace('k', "0")])),
        ("nextKeyHashes", json!({})),
        ("watchers", json!([null])),
        ("portable", json!("true")),
        ("portable", json!(null)),
        ("deactivated", json!(1)),
        ("ttl", json!(-1)),
        ("ttl", json!("60")),
        ("ttl", json!(2_147_483_649_u64)),
        ("ttl", json!(1.5)),
        ("witness", json!([])),
    ] {
        assert_eq!(first(name, value.clone()), (1, LogFault::Parameter(name)), "{name} {value}");
    }
    assert_eq!(first("unknown", json!(1)), (1, LogFault::Parameter("of another name")));
    let later = |parameters| fault(&with_parameters(1, parameters));
    assert_eq!(later(json!({"scid": "{SCID}"})), (2, LogFault::Parameter("scid")));
    assert_eq!(later(json!({"portable": true})), (2, LogFault::Parameter("portable")));
    assert_eq!(later(json!({"x": 1})), (2, LogFault::Parameter("of another name")));
    // Early implementations wrote null for the default.
    let parameters = json!({"updateKeys": [multikey(2)], "nextKeyHashes": null, "witness": null, "watchers": null,
        "ttl": null, "method": "did:webvh:1.0"});
    assert_eq!(verify(&with_parameters(1, parameters), None).unwrap().cut(), None);
    let history = verify(&with_parameters(1, json!({"updateKeys": [multikey(2)], "ttl": 0})), None);
    assert_eq!(history.unwrap().head().parameters().ttl(), 0);
}

#[test]
fn only_the_keys_before_may_sign() {
    // The key that an entry brings along may not sign it, nor one that was replaced the next.
    assert_eq!(fault(&changed(1, |draft| draft.signer = 2)), (2, LogFault::UpdateKey));
    assert_eq!(fault(&changed(2, |draft| draft.signer = 1)), (3, LogFault::UpdateKey));
    assert_eq!(fault(&changed(0, |draft| draft.signer = 2)), (1, LogFault::UpdateKey));
    // Neither does a key of the document.
    assert_eq!(fault(&changed(2, |draft| draft.signer = 101)), (3, LogFault::UpdateKey));
    // Nobody may, once there is no key.
    let log = with_parameters(1, json!({"updateKeys": []}));
    assert_eq!(fault(&log), (3, LogFault::UpdateKey));
}

#[test]
fn the_proof_of_an_entry() {
    let proof_fault = |change: fn(&mut Value)| {
        let (entry, fault) = fault(&changed(1, |draft| draft.proof = change));
        assert_eq!(entry, 2);
        fault.to_string()
    };
    for (change, reason) in [
        (
            (|proof| proof["cryptosuite"] = "ecdsa-jcs-2019".into()) as fn(&mut Value),
            "eddsa-jcs-2022",
        ),
        (|proof| proof["type"] = "Ed25519Signature2020".into(), "eddsa-jcs-2022"),
        (|proof| proof["proofPurpose"] = "authentication".into(), "another purpose"),
        (|proof| proof["domain"] = "a.example".into(), "another domain"),
        (|proof| proof["expires"] = "2026-01-02T12:00:00Z".into(), "expired"),
        (|proof| proof["previousProof"] = "urn:x:1".into(), "its proof is missing or malformed"),
        (
            |proof| proof["@context"] = "https://a.example".into(),
            "its proof is missing or malformed",
        ),
        (|proof| proof["verificationMethod"] = did_key(1).into(), "verificationMethod"),
        (
            |proof| {
                proof["verificationMethod"] = format!("did:web:a.example#{}", multikey(1)).into()
            },
            "may not update",
        ),
    ] {
        let fault = proof_fault(change);
        assert!(fault.contains(reason), "{reason}: {fault}");
    }
    // Body and fragment of the did:key are two keys, one of them allowed.
    for (body, fragment) in [(1, 2), (2, 1)] {
        let mut log = Log::new(drafts());
        log.lines[1]["proof"][0]["verificationMethod"] =
            format!("{}#{}", did_key(body), multikey(fragment)).into();
        assert!(fault(&log).1.to_string().contains("verificationMethod"));
    }
    // The proof of another entry, and a signature of one bit more.
    let mut log = Log::new(drafts());
    log.lines[1]["proof"] = log.lines[0]["proof"].clone();
    assert!(fault(&log).1.to_string().contains("does not hold"));
    // A second proof must hold too; an expiry later than the entry does not matter.
    let mut log = Log::new(drafts());
    let bad = log.lines[0]["proof"][0].clone();
    log.lines[1]["proof"].as_array_mut().unwrap().push(bad);
    assert!(fault(&log).1.to_string().contains("does not hold"));
    let log =
        changed(1, |draft| draft.proof = |proof| proof["expires"] = "2026-01-02T12:00:01Z".into());
    assert_eq!(verify(&log, None).unwrap().cut(), None);
    let log = changed(1, |draft| {
        draft.after_signing = |entry| entry["proof"] = entry["proof"][0].clone()
    });
    assert_eq!(verify(&log, None).unwrap().cut(), None);
}

/// Entry 1 announces key 2, entry 2 brings it and announces 3, entry 3 ends the announcing, entry 4 is free again.
fn announcing() -> Vec<Draft> {
    let mut first = genesis(1);
    first["nextKeyHashes"] = json!([announced(2), announced(9)]);
    vec![
        Draft::new(&day(1), first, state(&[101]), 1),
        Draft::new(
            &day(2),
            json!({"updateKeys": [multikey(2)], "nextKeyHashes": [announced(3)]}),
            state(&[101]),
            2,
        ),
        Draft::new(
            &day(3),
            json!({"updateKeys": [multikey(3)], "nextKeyHashes": []}),
            state(&[101]),
            3,
        ),
        Draft::new(&day(4), json!({"updateKeys": [multikey(4)]}), state(&[101]), 3),
        Draft::new(&day(5), json!({}), state(&[101]), 4),
    ]
}

#[test]
fn announced_keys_and_no_others() {
    assert_eq!(verify(&Log::new(announcing()), None).unwrap().cut(), None);
    let at_two = |parameters: Value, signer| {
        let mut drafts = announcing();
        drafts[1].body.insert("parameters".into(), parameters);
        drafts[1].signer = signer;
        drafts.truncate(2);
        fault(&Log::new(drafts))
    };
    let hashes = json!([announced(3)]);
    let pre_rotation = (2, LogFault::PreRotation);
    assert_eq!(
        at_two(json!({"updateKeys": [multikey(5)], "nextKeyHashes": hashes}), 5),
        pre_rotation
    );
    assert_eq!(
        at_two(json!({"updateKeys": [multikey(1)], "nextKeyHashes": hashes}), 1),
        pre_rotation
    );
    // All of them must have been announced, not only the one that signs.
    let both = json!({"updateKeys": [multikey(2), multikey(1)], "nextKeyHashes": hashes});
    assert_eq!(at_two(both, 2), pre_rotation);
    // Neither list is inherited.
    assert_eq!(at_two(json!({"nextKeyHashes": hashes}), 1), pre_rotation);
    assert_eq!(at_two(json!({"updateKeys": [multikey(2)]}), 2), pre_rotation);
    assert_eq!(at_two(json!({}), 1), pre_rotation);
    // The key of the entry before does not sign any more; without keys nobody does.
    let good = json!({"updateKeys": [multikey(2)], "nextKeyHashes": hashes});
    assert_eq!(at_two(good, 1), (2, LogFault::UpdateKey));
    let none = json!({"updateKeys": [], "nextKeyHashes": []});
    assert_eq!(at_two(none, 1), (2, LogFault::UpdateKey));
    // Where the announcing ended, the keys before sign again.
    let mut drafts = announcing();
    drafts[3].signer = 4;
    assert_eq!(fault(&Log::new(drafts)), (4, LogFault::UpdateKey));
}

fn list(threshold: u64, seeds: &[u8]) -> Value {
    let witnesses: Vec<_> = seeds.iter().map(|seed| json!({"id": did_key(*seed)})).collect();
    json!({"threshold": threshold, "witnesses": witnesses})
}

/// Witnesses 51 to 53, two of whom are needed; from entry 3 on only 54.
fn witnessed() -> Log {
    let mut first = genesis(1);
    first["witness"] = list(2, &[51, 52, 53]);
    Log::new(vec![
        Draft::new(&day(1), first, state(&[101]), 1),
        Draft::new(&day(2), json!({"witness": list(1, &[54])}), state(&[101]), 1),
        Draft::new(&day(3), json!({"witness": {}}), state(&[101]), 1),
        Draft::new(&day(4), json!({}), state(&[101]), 1),
    ])
}

#[test]
fn enough_witnesses_vouch_for_every_entry() {
    let log = witnessed();
    let good: &[(usize, &[u8])] = &[(1, &[51, 52]), (2, &[54])];
    let ok = |words: &[(usize, &[u8])]| {
        verify(&log, Some(&log.witness_file(words))).unwrap().cut().is_none()
    };
    // A word for a version is one for all before it; more and later words do no harm; the list may come unsorted.
    assert!(ok(good) && ok(&[(2, &[54, 53, 51])]) && ok(&[(3, &[54, 52]), (1, &[51]), (0, &[53])]));
    for (words, entry) in [
        (&[] as &[(usize, &[u8])], 1),
        (&[(0, &[51])], 1),
        // The same witness twice counts once, in one record or two.
        (&[(1, &[51, 51]), (2, &[54])], 1),
        (&[(1, &[51]), (0, &[51]), (2, &[54])], 1),
        // The list in force before an entry counts, not the one it brings.
        (&[(0, &[51, 52]), (1, &[54]), (2, &[54])], 2),
        (&[(1, &[51, 52])], 3),
        (&[(0, &[51, 53]), (1, &[53]), (2, &[54])], 2),
        // The update key is no witness, nor is a stranger.
        (&[(1, &[51, 1, 55]), (2, &[54])], 1),
    ] {
        let file = log.witness_file(words);
        assert_eq!(fault_with(&log, Some(&file)), (entry, LogFault::NotWitnessed), "{words:?}");
    }
    assert_eq!(fault(&log), (1, LogFault::NotWitnessed));
    // A list that comes later is in force at once where there was none.
    let late = with_parameters(1, json!({"updateKeys": [multikey(2)], "witness": list(1, &[51])}));
    assert_eq!(fault(&late), (2, LogFault::NotWitnessed));
    assert_eq!(
        fault_with(&late, Some(&late.witness_file(&[(1, &[51])]))),
        (3, LogFault::NotWitnessed)
    );
    assert!(verify(&late, Some(&late.witness_file(&[(2, &[51])]))).unwrap().cut().is_none());
}

#[test]
fn the_words_of_witnesses() {
    let log = witnessed();
    let good = log.witness_file(&[(1, &[51, 52]), (2, &[54])]);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut file: Value = serde_json::from_str(&good).unwrap();
        change(&mut file);
        fault_with(&log, Some(&file.to_string()))
    };
    let unwitnessed = (1, LogFault::NotWitnessed);
    // For a version that is not in the log: from elsewhere, not published yet, or another of the same number.
    let other = changed_log_id();
    assert_eq!(changed(&|file| file[0]["versionId"] = other.clone().into()), unwitnessed);
    // Taken from another record: what was signed is the version's id.
    assert_eq!(
        changed(&|file| file[0]["versionId"] = log.lines[2]["versionId"].clone()),
        unwitnessed
    );
    for (member, value) in [
        ("proofPurpose", json!("authentication")),
        ("cryptosuite", json!("eddsa-rdfc-2022")),
        ("created", json!("2026-01-01T00:00:01Z")),
        ("verificationMethod", json!(format!("{}#{}", did_key(52), multikey(51)))),
        ("verificationMethod", json!(format!("{}#{}", did_key(53), multikey(53)))),
        ("verificationMethod", json!(did_key(51))),
        ("domain", json!("a.example")),
        ("proofValue", json!("z1")),
    ] {
        let fault = changed(&|file| file[0]["proof"][0][member] = value.clone());
        assert_eq!(fault, unwitnessed, "{member} {value}");
    }
    // A word that ended before the version began is none; one that ends later counts for good.
    let counts_until = |end: String| {
        let mut file: Value = serde_json::from_str(&good).unwrap();
        let statement = json!({"versionId": file[0]["versionId"]});
        file[0]["proof"][0] = proof(&statement, 51, |word| word["expires"] = end.clone().into());
        verify(&log, Some(&file.to_string())).is_ok_and(|history| history.cut().is_none())
    };
    assert_eq!([2, 3].map(|end| counts_until(day(end))), [false, true]);
    // A bad word beside enough good ones does no harm.
    let more = log.witness_file(&[(1, &[51, 52, 53]), (2, &[54])]);
    let mut file: Value = serde_json::from_str(&more).unwrap();
    file[0]["proof"][2]["proofValue"] = file[0]["proof"][1]["proofValue"].clone();
    file[0]["proof"].as_array_mut().unwrap().push(json!("x"));
    assert!(verify(&log, Some(&file.to_string())).unwrap().cut().is_none());
    for bad in
        ["", "{}", "[1]", "[{}]", r#"[{"versionId":1,"proof":[]}]"#, r#"[{"versionId":"x"}]"#]
    {
        let (entry, fault) = fault_with(&log, Some(bad));
        assert!(matches!((entry, fault), (1, LogFault::WitnessFile(_))), "{bad}");
    }
    // Nobody reads a witness file that is not needed.
    assert!(verify(&Log::new(drafts()), Some("")).unwrap().cut().is_none());
}

/// The id of the second version of another log.
fn changed_log_id() -> String {
    Log::new(drafts()).lines[1]["versionId"].as_str().unwrap().to_owned()
}

/// What stands behind a bad entry is not published: no word for it covers what stands before.
#[test]
fn words_for_entries_behind_a_bad_one_do_not_count() {
    let mut log = witnessed();
    let file = log.witness_file(&[(1, &[51, 52]), (2, &[54])]);
    log.lines[1]["versionTime"] = day(20).into();
    assert_eq!(fault_with(&log, Some(&file)), (1, LogFault::NotWitnessed));
}

#[test]
fn lists_of_witnesses_that_cannot_be_met() {
    let p256 = {
        let key =
            bonafide::key::SecretKey::from_bytes(bonafide::key::Algorithm::P256, &[7; 32].into());
        Did::from_key(key.unwrap().public())
    };
    for witness in [
        list(0, &[51]),
        list(2, &[51]),
        list(2, &[51, 51]),
        list(1, &[51, 51]),
        list(1, &[]),
        json!({"threshold": 1}),
        json!({"witnesses": [{"id": did_key(51)}]}),
        json!({"threshold": "1", "witnesses": [{"id": did_key(51)}]}),
        json!({"threshold": 1.5, "witnesses": [{"id": did_key(51)}]}),
        json!({"threshold": -1, "witnesses": [{"id": did_key(51)}]}),
        json!({"threshold": 1, "witnesses": [did_key(51)]}),
        json!({"threshold": 1, "witnesses": [{"id": multikey(51)}]}),
        json!({"threshold": 1, "witnesses": [{"id": "did:web:witness.example"}]}),
        json!({"threshold": 1, "witnesses": [{"id": format!("{}#{}", did_key(51), multikey(51))}]}),
        json!({"threshold": 1, "witnesses": [{"id": p256.as_str()}]}),
        json!({"threshold": 1, "witnesses": [{"id": "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"}]}),
        json!({"threshold": 1, "witnesses": {"id": did_key(51)}}),
    ] {
        let mut parameters = genesis(1);
        parameters["witness"] = witness.clone();
        let fault = fault(&with_parameters(0, parameters));
        assert_eq!(fault, (1, LogFault::Parameter("witness")), "{witness}");
    }
}

fn moved(portable: bool, known: bool, scid: Option<&str>) -> Log {
    let mut first = genesis(1);
    if portable {
        first["portable"] = true.into();
    }
    let mut elsewhere = state(&[101]).to_string().replace("issuer.example", "new.example:kyc");
    if let Some(scid) = scid {
        elsewhere = elsewhere.replace("{SCID}", scid);
    }
    let mut elsewhere: Value = serde_json::from_str(&elsewhere).unwrap();
    if known {
        elsewhere["alsoKnownAs"] = json!(["did:webvh:{SCID}:issuer.example"]);
    }
    Log::new(vec![
        Draft::new(&day(1), first, state(&[101]), 1),
        Draft::new(&day(2), json!({}), elsewhere, 1),
    ])
}

#[test]
fn a_did_moves_only_where_it_may() {
    let log = moved(true, true, None);
    let history = verify(&log, None).unwrap();
    assert_eq!(history.cut(), None);
    assert!(history.head().parameters().portable());
    let new = Did::parse(&format!("did:webvh:{}:new.example:kyc", log.scid)).unwrap();
    assert_eq!(history.head().did(), &new);
    assert!(History::verify(&new, log.text().as_bytes(), None).unwrap().cut().is_none());
    assert_eq!(fault(&moved(false, true, None)), (2, LogFault::Moved));
    assert_eq!(fault(&moved(true, false, None)), (2, LogFault::Moved));
    let other = Log::new(drafts()).scid;
    assert_eq!(fault(&moved(true, true, Some(&other))), (2, LogFault::OtherDid));
    // Once given up, the right to move does not come back, and is gone for good.
    let mut first = genesis(1);
    first["portable"] = true.into();
    let mut log = moved(true, true, None);
    let elsewhere = Draft::new(&day(3), json!({}), log.lines[1]["state"].clone(), 1);
    let stays = Draft::new(&day(2), json!({"portable": false}), state(&[101]), 1);
    log = Log::new(vec![Draft::new(&day(1), first, state(&[101]), 1), stays, elsewhere]);
    assert_eq!(fault(&log), (3, LogFault::Moved));
}

#[test]
fn every_document_is_that_of_the_did() {
    for id in [
        json!("did:web:issuer.example"),
        json!("did:webvh:{SCID}:issuer.example#k"),
        json!("did:webvh:{SCID}:issuer.example/p"),
        json!("did:webvh:{SCID}:127.0.0.1"),
        json!("did:webvh:{SCID}:a.example:%2e%2e"),
        json!("did:webvh:{SCID}"),
    ] {
        for at in [0, 2] {
            let log = changed(at, |draft| draft.body["state"]["id"] = id.clone());
            assert_eq!(fault(&log), (at as u64 + 1, LogFault::OtherDid), "{id}");
        }
    }
    for bad in [json!(1), json!(null)] {
        let log = changed(1, |draft| draft.body["state"]["id"] = bad.clone());
        assert_eq!(fault(&log), (2, LogFault::Malformed("state")));
    }
    let log = changed(1, |draft| draft.body["state"]["assertionMethod"] = 1.into());
    assert!(matches!(fault(&log), (2, LogFault::Document(_))));
}

#[test]
fn after_the_end_there_is_nothing() {
    let end = with_parameters(1, json!({"updateKeys": [multikey(2)], "deactivated": true}));
    assert_eq!(fault(&end), (3, LogFault::Deactivated));
    let mut drafts = drafts();
    drafts.truncate(2);
    drafts[1].body.insert("parameters".into(), json!({"deactivated": true, "updateKeys": []}));
    let history = verify(&Log::new(drafts), None).unwrap();
    assert_eq!(history.cut(), None);
    assert!(history.head().document().is_none() && history.head().parameters().deactivated());
    assert!(history.versions()[0].document().is_some());
}

#[test]
fn two_histories_of_one_did() {
    let (log, mut forked) = (Log::new(drafts()), Log::new(drafts()));
    forked.lines.truncate(1);
    forked.push(Draft::new(&day(2), json!({"updateKeys": [multikey(3)]}), state(&[105]), 1));
    let mut short = Log::new(drafts());
    short.lines.truncate(2);
    let history = |log: &Log| verify(log, None).unwrap();
    let compare = |one: &Log, two: &Log| history(one).compare(&history(two));
    assert_eq!(compare(&log, &log), Kinship::Same);
    assert_eq!(compare(&log, &short), Kinship::Extends);
    assert_eq!(compare(&short, &log), Kinship::Extended);
    assert_eq!(compare(&log, &forked), Kinship::Forks(2));
    assert_eq!(compare(&forked, &log), Kinship::Forks(2));
    let other = changed(0, |draft| draft.body["versionTime"] = "2026-01-01T00:00:00Z".into());
    assert_eq!(compare(&log, &other), Kinship::Strangers);
    assert_ne!(history(&log).head().digest(), history(&short).head().digest());
    assert_eq!(history(&log).versions()[1].digest(), history(&short).head().digest());
}

#[test]
fn sizes_are_bounded_and_refused_quickly() {
    let log = Log::new(drafts());
    let (text, did) = (log.text(), log.did());
    let started = Instant::now();
    let huge = text.repeat(8 * 1024 * 1024 / text.len() + 1);
    let error = History::verify(&did, huge.as_bytes(), None).unwrap_err();
    assert_eq!((error.entry, error.code()), (0, "too-large"));
    // 100,000 entries of which the first three are good.
    let many = format!("{text}{}", "{}\n".repeat(100_000));
    let history = History::verify(&did, many.as_bytes(), None).unwrap();
    assert_eq!((history.head().number(), history.cut().unwrap().entry), (3, 4));
    let nested = format!("{}{}", "[".repeat(40_000), "]".repeat(40_000));
    let error = History::verify(&did, nested.as_bytes(), None).unwrap_err();
    assert_eq!((error.entry, error.code()), (1, "too-deep"));
    let long = format!(r#"{{"a":"{}"}}"#, "a".repeat(100_000));
    let error = History::verify(&did, long.as_bytes(), None).unwrap_err();
    assert_eq!((error.entry, error.code()), (1, "too-large"));
    for empty in ["", "\n", "\n\n", " ", "{}", "[]", "\u{feff}{}"] {
        let error = History::verify(&did, empty.as_bytes(), None).unwrap_err();
        assert_eq!(error.entry, 1, "{empty:?}");
    }
    let witnesses = format!("[{}]", " ".repeat(1024 * 1024));
    let fault = fault_with(&witnessed(), Some(&witnesses));
    assert!(matches!(fault, (1, LogFault::WitnessFile(_))));
    // As long as is read, and one byte more.
    let padded = |text: &str, length: usize| text.to_owned() + &" ".repeat(length - text.len());
    let entry = |log: &str| History::verify(&did, log.as_bytes(), None).unwrap_err().entry;
    assert_eq!([0, 1].map(|more| entry(&padded("{}", 4 * 1024 * 1024 + more))), [1, 0]);
    let vouched = |length| verify(&witnessed(), Some(&padded("[]", length))).unwrap_err().code();
    let codes = [0, 1].map(|more| vouched(1024 * 1024 + more));
    assert_eq!(codes, ["log-invalid", "too-large"]);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn only_a_did_webvh_has_a_log() {
    let text = Log::new(drafts()).text();
    for did in ["did:web:issuer.example", "did:webvh:issuer.example", "did:key:z6Mk"] {
        let error = History::verify(&Did::parse(did).unwrap(), text.as_bytes(), None).unwrap_err();
        assert_eq!((error.entry, error.code()), (0, "blocked-target"), "{did}");
    }
}

#[test]
fn the_number_of_entries_is_bounded() {
    use bonafide::resolve::webvh::MAX_ENTRIES;
    let small = || json!({"id": "did:webvh:{SCID}:issuer.example"});
    let at = |n: i64| time("2020-01-01").plus(n * 60).to_string();
    let mut log = Log::new(vec![Draft::new(&at(0), genesis(1), small(), 1)]);
    (1..=MAX_ENTRIES as i64).for_each(|n| log.push(Draft::new(&at(n), json!({}), small(), 1)));
    let history = verify(&log, None).unwrap();
    let full = LogError { entry: MAX_ENTRIES as u64 + 1, fault: LogFault::TooManyEntries };
    assert_eq!((history.versions().len(), history.cut()), (MAX_ENTRIES, Some(&full)));
    assert_eq!(full.code(), "too-large");
}
