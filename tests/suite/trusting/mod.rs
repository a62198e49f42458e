//! Whom a verdict believes: pinned issuers, jurisdictions, histories of DIDs, and what was seen of them before.

mod histories;
mod lists;
mod story;
mod tokens;

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::trust::{Jurisdiction, PinnedIssuer};
use bonafide::verify::{
    Examination, Expected, Facts, Material, Memory, Presentation, Verdict, Verifier,
};
use serde_json::{Value, json};

use super::jurisdictions::{at, governance, signed};
use crate::support::forge::{AUDIENCE, Forged, Key, NONCE};
use crate::support::webvh::{Draft, Log, genesis, state};

/// The type of every credential here.
const VCT: &str = "urn:example:badge:1";

/// A credential by the key of that seed, and all that a verifier has.
struct Scene {
    issuer: Did,
    fragment: String,
    seed: u8,
    begins: &'static str,
    /// `iat`, where there is one.
    issued: Option<&'static str>,
    ends: &'static str,
    now: &'static str,
    pinned: bool,
    dids: Vec<FetchedDid>,
    lists: Vec<Jurisdiction>,
    statuses: Vec<String>,
    staples: Vec<String>,
    status_uri: Option<&'static str>,
    policy: Policy,
    memory: Memory,
    replay: bool,
}

impl Scene {
    /// A pinned issuer with that history, whose key `#k7` signed on 2026-06-01 for a year.
    fn by(log: &Log) -> Self {
        Self {
            issuer: log.did(),
            fragment: "k7".into(),
            seed: 7,
            begins: "2026-06-01",
            issued: None,
            ends: "2027-06-01",
            now: "2026-11-20T14:00:00Z",
            pinned: true,
            dids: vec![fetched(log)],
            lists: Vec::new(),
            statuses: Vec::new(),
            staples: Vec::new(),
            status_uri: None,
            policy: Policy::default(),
            memory: Memory::default(),
            replay: false,
        }
    }

    /// The same by a did:key, which nobody has pinned.
    fn by_key(seed: u8) -> Self {
        let issuer = Key::new(Algorithm::Ed25519, seed).did();
        let fragment = issuer.method_specific_id().to_owned();
        let log = Log::new(vec![Draft::new("2026-01-01T00:00:00Z", genesis(1), state(&[7]), 1)]);
        Self { issuer, fragment, seed, pinned: false, dids: Vec::new(), ..Self::by(&log) }
    }

    fn examine(&self) -> Examination {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.issuer.key = Key::new(Algorithm::Ed25519, self.seed);
        forged.issuer.header["kid"] = format!("{}#{}", self.issuer, self.fragment).into();
        let payload = &mut forged.issuer.payload;
        payload["iss"] = self.issuer.as_str().into();
        payload["nbf"] = at(self.begins).unix().into();
        payload["exp"] = at(self.ends).unix().into();
        if let Some(uri) = self.status_uri {
            payload["status"] = json!({"status_list": {"idx": 5, "uri": uri}});
        }
        if let Some(issued) = self.issued {
            payload["iat"] = at(issued).unix().into();
        }
        if self.begins == "1970-01-01" {
            payload.as_object_mut().unwrap().remove("nbf");
        }
        forged.holder.payload["iat"] = at(self.now).unix().into();
        let mut text = forged.presentation();
        if !self.staples.is_empty() {
            text =
                json!({"vp_token": {"q": [text]}, "status_list_tokens": self.staples}).to_string();
        }
        let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
        let facts = Facts { replay: self.replay, ..Facts::default() };
        let presentation = Presentation::new(text.as_bytes());
        let (policy, memory) = (&self.policy, &self.memory);
        self.verifier().explain(&presentation, &expected, policy, &facts, memory, at(self.now))
    }

    fn verifier(&self) -> Verifier {
        let pins = [PinnedIssuer { did: self.issuer.clone(), name: None }];
        let material = Material {
            issuers: pins.into_iter().filter(|_| self.pinned).collect(),
            dids: self.dids.clone(),
            jurisdictions: self.lists.clone(),
            statuses: self.statuses.clone(),
            ..Material::default()
        };
        Verifier::new(material).unwrap()
    }

    /// The verdict, and code and kind of every reason.
    fn said(&self) -> (&'static str, Vec<(u8, &'static str)>) {
        let verdict = self.examine().verdict;
        let reasons = verdict.reasons().iter();
        (verdict.name(), reasons.map(|reason| (reason.meaning().code, reason.kind())).collect())
    }

    fn at(self, now: &'static str) -> Self {
        Self { now, ..self }
    }
}

const ACCEPTED: (&str, Vec<(u8, &str)>) = ("accepted", Vec::new());

fn refused(code: u8, kind: &'static str) -> (&'static str, Vec<(u8, &'static str)>) {
    ("refused", vec![(code, kind)])
}

fn undetermined(code: u8, kind: &'static str) -> (&'static str, Vec<(u8, &'static str)>) {
    ("undetermined", vec![(code, kind)])
}

fn fetched(log: &Log) -> FetchedDid {
    let material = DidMaterial::Log { log: log.text().into_bytes(), witness: None };
    let fetched_at = Some(Timestamp::parse("2026-11-20T08:00:00Z").unwrap());
    FetchedDid { did: log.did(), material, fetched_at }
}

/// Entries at these times with these keys for assertions; key 1 updates.
fn log(entries: &[(&str, &[u8])]) -> Log {
    let mut log = Log::new(Vec::new());
    for (number, (time, keys)) in entries.iter().enumerate() {
        let parameters = if number == 0 { genesis(1) } else { json!({}) };
        log.push(Draft::new(&format!("{time}T00:00:00Z"), parameters, state(keys), 1));
    }
    log
}

/// A list in which `issuer` may attest our type: by those members, over the plain ones.
fn list(issuer: &Did, change: impl Fn(&mut Value)) -> Value {
    let mut payload = json!({"typ": "jurisdiction/1", "id": "us-securities", "seq": 1, "prev": null,
        "issued": "2026-11-01", "next_update": "2026-12-20", "expires": "2027-01-20",
        "governance": governance(2, &[1, 2, 3]),
        "attributes": [{"id": "badge", "vct": [VCT], "status": "active"}],
        "validators": [{"did": issuer.as_str(), "group": "G", "roles": ["us-ria"],
            "approvals": [{"attr": "badge", "from": "2026-01-01", "until": null, "weight": 60,
                "on_end": "grandfather"}]}]});
    change(&mut payload);
    payload
}

/// Pinned by its governance; as of long after, so that no list is from the future.
fn believed(payload: &Value) -> Jurisdiction {
    let file = signed(payload, &[1, 2, 3]);
    let pin = bonafide::trust::Pin::Governance(file.document().governance.digest());
    Jurisdiction::first(file, &pin, at("2040-01-01")).unwrap()
}

fn accepted(examination: Examination) -> bonafide::verify::VerifiedCredential {
    match examination.verdict {
        Verdict::Accepted(verified) => verified.into_credentials().remove(0),
        other => panic!("{:?}", other.reasons()),
    }
}
