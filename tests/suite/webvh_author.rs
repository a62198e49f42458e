//! Logs that we write are read as they were meant.

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity, Relationship};
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use bonafide::resolve::webvh::author::{self, DocumentKey, NewEntry, NewWitnesses};
use bonafide::resolve::{History, KeyRefusal, KnownDid, LogError, LogFault};
use serde_json::Value;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn key(name: &str, key: PublicKey) -> DocumentKey {
    DocumentKey { name: name.into(), key, expires: None, revoked: None }
}

/// An issuer whose n-th entry is signed by the key of seed n.
struct Issuer {
    did: Did,
    log: String,
    witness: Option<String>,
}

impl Issuer {
    fn new(keys: &[DocumentKey], witnesses: Option<NewWitnesses<'_>>) -> Self {
        let (first, next) = (secret(1), secret(2));
        let (time, next) = (time("2026-01-01"), next.public());
        let entry = NewEntry { time, keys, next, witnesses, deactivated: false };
        let signer = Identity::did_key(first.id(), &first).unwrap();
        let (did, log) = author::create("kyc.example:issuer", &entry, &signer).unwrap();
        Self { did, log, witness: None }
    }

    fn verify(&self) -> Result<History, LogError> {
        let witness = self.witness.as_ref().map(String::as_bytes);
        History::verify(&self.did, self.log.as_bytes(), witness)
    }

    fn history(&self) -> History {
        let history = self.verify().unwrap();
        assert_eq!(history.cut(), None);
        history
    }

    fn update(
        &mut self,
        at: &str,
        keys: &[DocumentKey],
        witnesses: Option<NewWitnesses<'_>>,
        deactivated: bool,
    ) {
        let history = self.history();
        let seed = u8::try_from(history.head().number()).unwrap() + 1;
        let next = secret(seed + 1);
        let entry = NewEntry { time: time(at), keys, next: next.public(), witnesses, deactivated };
        let signer = secret(seed);
        let signer = Identity::did_key(signer.id(), &signer).unwrap();
        self.log = author::append(&history, &self.log, &entry, &signer).unwrap();
    }

    /// The id of the newest version, checked or not.
    fn newest(&self) -> String {
        let last: Value = serde_json::from_str(self.log.lines().last().unwrap()).unwrap();
        last["versionId"].as_str().unwrap().to_owned()
    }

    fn vouch(&mut self, seed: u8) {
        let witness = secret(seed);
        let witness = Identity::did_key(witness.id(), &witness).unwrap();
        let file = self.witness.as_ref().map(String::as_bytes);
        let now = time("2026-01-05");
        self.witness = Some(author::vouch(&self.newest(), file, now, &witness).unwrap());
    }
}

#[test]
fn from_the_first_entry_to_the_last() {
    let p256 = SecretKey::from_bytes(Algorithm::P256, &[7; 32].into()).unwrap();
    let (one, two) =
        (key("key-1", secret(101).public().clone()), key("key-2", p256.public().clone()));
    let mut issuer = Issuer::new(std::slice::from_ref(&one), None);
    assert!(issuer.did.as_str().ends_with(":kyc.example:issuer"));
    issuer.update("2026-02-01", &[one.clone(), two.clone()], None, false);
    issuer.update("2026-03-01", std::slice::from_ref(&two), None, false);
    let bad = DocumentKey { revoked: Some(time("2026-03-15")), ..two.clone() };
    issuer.update("2026-04-01", &[bad, key("key-3", secret(103).public().clone())], None, false);
    issuer.update("2026-05-01", &[], None, true);
    let history = issuer.history();
    assert_eq!(history.versions().len(), 5);
    assert!(history.head().parameters().deactivated() && !history.head().parameters().portable());
    // A proof is as old as its entry; what is announced is what can be read of it.
    for (line, version) in issuer.log.lines().zip(history.versions()) {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["proof"][0]["created"], entry["versionTime"]);
        let (said, read) = (&entry["parameters"], version.parameters());
        assert_eq!(said["updateKeys"], serde_json::json!(read.update_keys()));
        assert_eq!(said["nextKeyHashes"], serde_json::json!(read.next_key_hashes()));
        assert_eq!(read.next_key_hashes().len(), usize::from(!read.deactivated()));
        assert_eq!((read.ttl(), read.portable()), (3600, false));
    }
    let known = KnownDid::History(history);
    let ask = |name: &str, on: &str, as_of: &str| {
        let found = known.key(name, Relationship::AssertionMethod, time(on), time(as_of));
        found.map(|found| (found.from, found.until))
    };
    let window = |from: &str, until: &str| Ok((time(from).into(), time(until).into()));
    assert_eq!(ask("key-1", "2026-02-15", "2030-01-01"), window("2026-01-01", "2026-03-01"));
    assert_eq!(ask("key-2", "2026-02-15", "2026-03-15"), Ok((Some(time("2026-02-01")), None)));
    assert_eq!(ask("key-2", "2026-02-15", "2030-01-01"), Err(KeyRefusal::Compromised));
    assert_eq!(ask("key-3", "2026-04-15", "2030-01-01"), window("2026-04-01", "2026-05-01"));
}

#[test]
fn witnesses_come_and_go() {
    let keys = [key("key-1", secret(101).public().clone())];
    let dids = [51, 52].map(|seed| Did::from_key(secret(seed).public()));
    let both = NewWitnesses { threshold: 2, dids: &dids };
    let mut issuer = Issuer::new(&keys, Some(both));
    let unwitnessed = LogError { entry: 1, fault: LogFault::NotWitnessed };
    assert_eq!(issuer.verify().unwrap_err(), unwitnessed);
    issuer.vouch(51);
    issuer.vouch(51);
    assert_eq!(issuer.verify().unwrap_err(), unwitnessed);
    issuer.vouch(52);
    let history = issuer.history();
    let witnesses = history.head().parameters().witnesses().unwrap();
    assert_eq!((witnesses.dids(), witnesses.threshold()), (&dids[..], 2));
    // Both must agree to be replaced by one, and that one to be let go.
    let one = NewWitnesses { threshold: 1, dids: &dids[..1] };
    issuer.update("2026-02-01", &keys, Some(one), false);
    issuer.vouch(51);
    let cut = LogError { entry: 2, fault: LogFault::NotWitnessed };
    assert_eq!(issuer.verify().unwrap().cut(), Some(&cut));
    issuer.vouch(52);
    issuer.update("2026-03-01", &keys, Some(NewWitnesses { threshold: 1, dids: &[] }), false);
    issuer.vouch(51);
    issuer.update("2026-04-01", &keys, None, false);
    let history = issuer.history();
    assert_eq!(history.head().number(), 4);
    let second = history.versions()[1].parameters().witnesses().unwrap();
    assert_eq!((second.dids(), second.threshold()), (&dids[..1], 1));
    assert_eq!(issuer.history().head().parameters().witnesses(), None);
    // The file of another witness, brought together.
    let merged = author::merge(issuer.witness.as_ref().map(String::as_bytes), b"[]").unwrap();
    assert_eq!(Some(&merged), issuer.witness.as_ref());
    let records: Value = serde_json::from_str(&merged).unwrap();
    let counts: Vec<_> =
        records.as_array().unwrap().iter().map(|r| r["proof"].as_array().unwrap().len()).collect();
    // Signing is deterministic: vouching twice leaves one proof.
    assert_eq!(counts, [2, 2, 1]);
}

#[test]
fn what_nobody_could_read_is_not_written() {
    let p256 = SecretKey::from_bytes(Algorithm::P256, &[7; 32].into()).unwrap();
    let (first, second) = (secret(1), secret(2));
    let create = |place: &str, keys: &[DocumentKey], next: &PublicKey, signer: &SecretKey| {
        let entry =
            NewEntry { time: time("2026-01-01"), keys, next, witnesses: None, deactivated: false };
        let signer = Identity::did_key(signer.id(), signer).unwrap();
        author::create(place, &entry, &signer).map(|_| ()).map_err(|error| error.code())
    };
    let good = [key("key-1", secret(101).public().clone())];
    assert_eq!(create("a.example", &good, second.public(), &first), Ok(()));
    for place in
        ["localhost", "127.0.0.1", "a.example:..", "a.example:%2e%2e", "a b", "", "a.example/x"]
    {
        assert_eq!(create(place, &good, second.public(), &first), Err("blocked-target"), "{place}");
    }
    assert_eq!(create("a.example", &good, p256.public(), &first), Err("key-unsupported"));
    assert_eq!(create("a.example", &good, second.public(), &p256), Err("key-unsupported"));
    for name in ["", "a b", "a#b", "é"] {
        let keys = [key(name, secret(101).public().clone())];
        assert_eq!(
            create("a.example", &keys, second.public(), &first),
            Err("bad-did-url"),
            "{name}"
        );
    }
    let twice = [good[0].clone(), good[0].clone()];
    assert_eq!(create("a.example", &twice, second.public(), &first), Err("bad-did-url"));
    let dids = [Did::from_key(p256.public())];
    for (threshold, dids) in [(1, &dids[..]), (2, &[Did::from_key(secret(51).public())][..])] {
        let witnesses = Some(NewWitnesses { threshold, dids });
        let (time, next) = (time("2026-01-01"), second.public());
        let entry = NewEntry { time, keys: &good, next, witnesses, deactivated: false };
        let signer = Identity::did_key(first.id(), &first).unwrap();
        let error = author::create("a.example", &entry, &signer).unwrap_err();
        assert_eq!(error.code(), "key-unsupported");
    }
}

/// An identity is the key of a document, listed for assertions and not revoked.
#[test]
fn identities_of_a_document() {
    let (key_1, key_2) = (secret(101), secret(102));
    let issuer = Issuer::new(
        &[
            key("key-1", key_1.public().clone()),
            DocumentKey {
                name: "key-2".into(),
                key: key_2.public().clone(),
                expires: None,
                revoked: Some(time("2026-01-01")),
            },
        ],
        None,
    );
    let history = issuer.history();
    let document = history.head().document().unwrap();
    let own = Identity::of_document(document, key_1.id(), &key_1).unwrap();
    assert_eq!(own.key_url().to_string(), format!("{}#key-1", issuer.did));
    assert_eq!(own.did(), &issuer.did);
    let refused = |signer: &SecretKey| Identity::of_document(document, signer.id(), signer).err();
    assert_eq!(refused(&key_2), Some(bonafide::key::SignError::NotAllowed));
    assert_eq!(refused(&secret(103)), Some(bonafide::key::SignError::UnknownKey));
    let other = Identity::of_document(document, key_2.id(), &key_1).err();
    assert_eq!(other, Some(bonafide::key::SignError::UnknownKey));
}
