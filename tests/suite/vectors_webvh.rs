//! The published logs of did:webvh, by two implementations each.

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::resolve::{History, Location, LogError, LogFault};
use serde_json::Value;

use crate::support::vectors::Vectors;

const POSITIVE: [&str; 13] = [
    "basic-create",
    "basic-update",
    "deactivate",
    "key-rotation",
    "multi-update",
    "multiple-update-keys",
    "portable",
    "portable-move",
    "pre-rotation",
    "pre-rotation-consume",
    "services",
    "witness-threshold",
    "witness-update",
];

struct Case {
    name: String,
    log: String,
    witness: Option<String>,
    /// Expected answers: of the newest version, then of versions by number.
    results: Vec<Value>,
}

fn cases(vectors: &Vectors, names: &[&str]) -> Vec<Case> {
    let folders = names.iter().flat_map(|name| [format!("{name}/ts"), format!("{name}/rust")]);
    let cases = folders.filter_map(|name| {
        let folder = format!("dids/did-webvh/{name}");
        if name.starts_with("negative") && name.ends_with("rust") {
            return None; // the suite has these by one implementation
        }
        let log = vectors.files(&folder, "jsonl").remove("did.jsonl")?;
        let mut jsons = vectors.files(&folder, "json");
        let witness = jsons.remove("did-witness.json");
        let results = jsons.values().map(|text| serde_json::from_str(text).unwrap()).collect();
        Some(Case { name, log, witness, results })
    });
    cases.collect()
}

impl Case {
    /// The DID of the first entry's document, or the one expected.
    fn did(&self) -> Did {
        let expected = self.results.iter().find_map(|result| result["didDocument"]["id"].as_str());
        let first: Value = serde_json::from_str(self.log.lines().next().unwrap()).unwrap();
        Did::parse(expected.unwrap_or(first["state"]["id"].as_str().unwrap())).unwrap()
    }

    fn verify(&self) -> Result<History, LogError> {
        let witness = self.witness.as_ref().map(String::as_bytes);
        History::verify(&self.did(), self.log.as_bytes(), witness)
    }
}

#[test]
fn logs_of_others_resolve_as_published() {
    let vectors = Vectors::find();
    let cases = cases(&vectors, &POSITIVE);
    vectors.assert_count(cases.len(), 26, false, "logs of did:webvh");
    let mut compared = 0;
    for case in &cases {
        match case.name.as_str() {
            // Disputed. Their witnesses are bare multikeys, where the specification demands did:keys; an entry with
            // such parameters is to be rejected when the parameters are read, so not even the first entry holds.
            "witness-threshold/rust" | "witness-update/rust" => {
                let fault = LogFault::Parameter("witness");
                assert_eq!(case.verify().unwrap_err(), LogError { entry: 1, fault });
                continue;
            }
            // Disputed. The second entry lowers the threshold from 2 to 1, and one witness vouches for it. A list
            // takes effect after the entry that brings it, so the second entry needs both witnesses of the first.
            "witness-update/ts" => {
                let history = case.verify().unwrap();
                assert_eq!(history.head().number(), 1);
                let cut = LogError { entry: 2, fault: LogFault::NotWitnessed };
                assert_eq!(history.cut(), Some(&cut));
                continue;
            }
            _ => {}
        }
        let history = case.verify().unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(history.cut(), None, "{}", case.name);
        assert!(history.check_times(Timestamp::parse("2026-11-20").unwrap()).is_ok());
        for result in &case.results {
            let (expected, name) = (&result["didDocumentMetadata"], &case.name);
            let number = expected["versionNumber"].as_u64().unwrap();
            let version = &history.versions()[usize::try_from(number).unwrap() - 1];
            assert_eq!(expected["versionId"], version.version_id(), "{name}");
            assert_eq!(expected["versionTime"], version.time().to_string(), "{name}");
            assert_eq!(version.number(), number, "{name}");
            let deactivated = expected["deactivated"].as_bool().unwrap_or(false);
            assert_eq!(version.parameters().deactivated(), deactivated, "{name}");
            assert_eq!(version.document().is_none(), deactivated, "{name}");
            assert_eq!(result["didDocument"]["id"], version.did().as_str(), "{name}");
            if let Some(document) = version.document() {
                let methods = result["didDocument"]["verificationMethod"].as_array().unwrap();
                assert_eq!(document.methods().len(), methods.len(), "{name}");
                for (ours, theirs) in document.methods().iter().zip(methods) {
                    assert_eq!(theirs["id"], ours.id().to_string(), "{name}");
                    assert_eq!(theirs["publicKeyMultibase"], ours.key().to_multikey(), "{name}");
                }
            }
            compared += 1;
        }
    }
    vectors.assert_count(compared, 27, false, "answers of did:webvh");
}

#[test]
fn bad_logs_are_refused_for_what_is_bad_about_them() {
    let vectors = Vectors::find();
    let names = [
        ("negative-did-key-body-fragment-mismatch", 1, "its proof was refused"),
        ("negative-duplicate-witness-ids", 1, "parameter witness"),
        ("negative-scid-mismatch-genesis", 0, "not a did:webvh"),
        ("negative-unknown-method-version", 1, "parameter method"),
        ("negative-versiontime-future", 3, "versionTime does not follow"),
        ("negative-zero-witness-threshold", 1, "parameter witness"),
    ];
    let mut met = 0;
    for (name, entry, reason) in names {
        for case in cases(&vectors, &[name]) {
            let error = match case.verify() {
                Err(error) => error,
                Ok(history) => *history.cut().unwrap_or_else(|| panic!("{name} was accepted")),
            };
            assert_eq!(error.entry, entry, "{name}: {error}");
            assert!(error.to_string().contains(reason), "{name}: {error}");
            met += 1;
        }
    }
    vectors.assert_count(met, 6, false, "bad logs of did:webvh");
}

/// The SCID of the log, asked for under the SCID that its document claims: it is no hash at all. And asked for under
/// its own, the document is another's.
#[test]
fn an_scid_of_ones_own_choice_is_refused() {
    let vectors = Vectors::find();
    for case in cases(&vectors, &["negative-scid-mismatch-genesis"]) {
        let first: Value = serde_json::from_str(case.log.lines().next().unwrap()).unwrap();
        let scid = first["parameters"]["scid"].as_str().unwrap();
        let did = Did::parse(&format!("did:webvh:{scid}:example.com")).unwrap();
        let error = History::verify(&did, case.log.as_bytes(), None).unwrap_err();
        assert_eq!(error.fault, LogFault::Scid);
    }
}

/// One of the published logs has a second time in the year 9999 alone.
#[test]
fn times_in_the_future_are_found_by_whoever_has_a_clock() {
    let vectors = Vectors::find();
    for case in cases(&vectors, &["negative-versiontime-future"]) {
        let history = case.verify().unwrap();
        let now = Timestamp::parse("2026-11-20").unwrap();
        let early = LogError { entry: 2, fault: LogFault::NotYetValid };
        assert_eq!(history.check_times(now), Err(early));
        assert_eq!(early.code(), "not-yet-valid");
    }
}

/// Named by their DIDs; what is published beside them is a placeholder.
#[test]
fn dids_that_lead_elsewhere_are_refused() {
    for text in [
        "did:webvh:Qm0000000000000000000000000000000000000000000000:127.0.0.1#x",
        "did:webvh:Qm0000000000000000000000000000000000000000000000:example.com:%2E%2E:admin",
        "did:webvh:Qm0000000000000000000000000000000000000000000000:example.com:%2e%2e:admin",
        "did:webvh:Qm0000000000000000000000000000000000000000000000:example.com:a%2Fb",
    ] {
        // Also with an SCID that could be one.
        for text in [text.to_owned(), text.replace('0', "1").replace("127.1.1.1", "127.0.0.1")] {
            assert!(Did::parse(&text).ok().is_none_or(|did| Location::of(&did).is_err()), "{text}");
        }
    }
}
