//! What hostile input costs: every kind in a process of its own, with its time and peak memory.
//!
//! `cargo bench --bench hostile`; ends with 1 when something took a second or 64 MiB (Linux only).

use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Instant;

use bonafide::bundle::UnverifiedBundle;
use bonafide::clock::Timestamp;
use bonafide::credential::{Catalog, ClaimPath};
use bonafide::did::Did;
use bonafide::encoding::{base64url, json};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::possession::{self, ExpectedProof};
use bonafide::request::Request;
use bonafide::trust::{PinnedIssuer, UnverifiedJurisdiction};
use bonafide::verify::{Expected, Facts, Material, Memory, Presentation, Received, Verifier};
use serde_json::{Value, json};

#[allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used)]
#[path = "../tests/support/forge.rs"]
mod forge;

use forge::{AUDIENCE, Forged, Jwt, Key, NONCE, NOW, digest, disclosure};

type Anything = Box<dyn std::error::Error>;

const MAX_SECONDS: f64 = 1.0;
const MAX_MIB: f64 = 64.0;

fn main() -> Result<ExitCode, Anything> {
    if let Some(file) = std::env::args().find(|arg| arg.ends_with(".hostile")) {
        let bytes = std::fs::read(file)?;
        let start = Instant::now();
        read_everywhere(&bytes)?;
        println!("{} {}", start.elapsed().as_secs_f64(), peak_kib()?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<44} {:>10} {:>9} {:>9}", "", "KiB", "seconds", "peak MiB");
    let mut worst = ExitCode::SUCCESS;
    for (name, bytes) in cases() {
        let mut file = tempfile::Builder::new().suffix(".hostile").tempfile()?;
        file.write_all(&bytes)?;
        let child = Command::new(std::env::current_exe()?).arg(file.path()).output()?;
        let said = String::from_utf8(child.stdout)?;
        let (seconds, kib) = said.trim().split_once(' ').ok_or("the child broke off")?;
        let (seconds, mib) = (seconds.parse::<f64>()?, kib.parse::<f64>()? / 1024.0);
        let over = seconds >= MAX_SECONDS || mib >= MAX_MIB;
        let mark = if over { "  TOO MUCH" } else { "" };
        println!("{name:<44} {:>10} {seconds:>9.3} {mib:>9.1}{mark}", bytes.len() / 1024);
        if over {
            worst = ExitCode::FAILURE;
        }
    }
    Ok(worst)
}

/// Everything that reads what others wrote.
fn read_everywhere(bytes: &[u8]) -> Result<(), Anything> {
    let now = Timestamp::from_unix(NOW).ok_or("no time")?;
    let issuer = Key::new(Algorithm::Ed25519, 7);
    let issuers = vec![PinnedIssuer { did: issuer.did(), name: None }];
    let verifier =
        Verifier::new(Material { issuers, catalog: Catalog::default(), ..Material::default() })?;
    let (facts, memory, policy) = (Facts::default(), Memory::default(), Policy::as_requested());
    let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
    let holder = SecretKey::from_bytes(Algorithm::Ed25519, &[8; 32].into())?;
    let proof = ExpectedProof { issuer: &issuer.did(), nonce: Some(NONCE), max_age: 600 };
    let presentation = Presentation::new(bytes);
    let _ = verifier.verify(&presentation, &expected, &policy, &facts, &memory, now);
    let _ = presentation.unverified_nonce();
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Received::check(text, &holder, &Catalog::default(), now);
        let _ = Request::read(text);
        let _ = possession::read(text, &proof, now);
        let _ = Did::parse(text);
        let _ = ClaimPath::parse(text);
    }
    let _ = json::parse(bytes, bonafide::verify::MAX_LEN);
    let _ = UnverifiedJurisdiction::parse(bytes);
    if let Ok(bundle) = UnverifiedBundle::read(bytes).and_then(|bundle| bundle.verify(now)) {
        let _ = bundle.damaged().count();
    }
    Ok(())
}

fn peak_kib() -> Result<u64, Anything> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmHWM")?.trim().parse()?)
}

fn cases() -> Vec<(String, Vec<u8>)> {
    let mut cases = Vec::new();
    for size in [8 << 20, (1 << 20) - 64, (512 << 10) - 64, (128 << 10) - 64] {
        for unit in ["A", "~", ".", "{", "[", " ", "\"", "e30.", "AA~", "\u{e9}", "\\u0041", "\0"] {
            cases
                .push((format!("{unit:?} again and again"), unit.repeat(size / unit.len()).into()));
        }
        for item in ["0", "[]", "{}", "\"\"", "1e9", "null", "[[[[]]]]", r#"{"a":{"b":[]}}"#] {
            let list = vec![item; size / (item.len() + 1)].join(",");
            let token = format!(r#"{{"vp_token":{{"q":[{list}]}}}}"#);
            cases.push((format!("an answer of many {item}"), token.into()));
        }
        let members: Vec<_> = (0..size / 12).map(|n| format!(r#""{n:x}":0"#)).collect();
        cases.push((
            "an answer of many members".into(),
            format!("{{{}}}", members.join(",")).into(),
        ));
        cases.push((
            "many members alike".into(),
            format!("{{{}}}", vec!["\"a\":0"; size / 6].join(",")).into(),
        ));
        cases.push(("a long number".into(), "1".repeat(size).into()));
        cases.push(("bytes that are no text".into(), vec![0xff; size]));
    }
    for (name, forge) in signed() {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forge(&mut forged);
        cases.push((format!("signed: {name}"), forged.presentation().into()));
    }
    let rows = r#"{"kind":"x","name":"","length":0,"sha256":"","fetched":0},"#;
    for (name, items) in [
        ("rows", rows.repeat(100_000)),
        ("more rows than there may be", rows.repeat(105_000)),
        ("lists in lists", "[".repeat(6_000_000)),
        ("members that nobody knows", format!(r#"{{{}"a":0}},"#, r#""a":[[]],"#.repeat(600_000))),
    ] {
        cases.push((format!("a bundle with {name}"), bundle(&items)));
    }
    for item in ["0", "[]", "[0]", "{}", r#"{"":0}"#, r#""\n""#] {
        let items = vec![item; 6_100_000 / (item.len() + 1)].join(",");
        cases.push((format!("a jurisdiction of many {item}"), jurisdiction(&format!("[{items}]"))));
    }
    let members: Vec<_> = (0..520_000).map(|n| format!(r#""{n:x}":0"#)).collect();
    let members = format!("{{{}}}", members.join(","));
    cases.push(("a jurisdiction of many members".into(), jurisdiction(&members)));
    cases
}

/// Anybody can write one; whether it is signed is seen when it has been read.
fn jurisdiction(more: &str) -> Vec<u8> {
    let header = json!({"alg": "EdDSA", "typ": "bonafide-jurisdiction+jws", "kid": "k"});
    let payload = format!(r#"{{"typ":"jurisdiction/1","more":{more}}}"#);
    let [header, payload] = [header.to_string(), payload].map(|text| base64url::encode(&text));
    let signatures = json!([{"protected": header, "signature": "A".repeat(86)}]);
    json!({"payload": payload, "signatures": signatures}).to_string().into()
}

/// Anybody is the maker of some bundle.
fn bundle(items: &str) -> Vec<u8> {
    let key = Key::new(Algorithm::Ed25519, 7);
    let header = json!({"alg": "EdDSA", "typ": "bonafide-bundle+jwt", "kid": key.kid()});
    let text = format!(r#"{{"iss":"{}","iat":{NOW},"items":[{items}0]}}"#, key.did());
    let payload = Value::Null;
    let jwt = Jwt { key, header, payload, texts: (None, Some(text)), tamper: |token| token };
    format!("bonafide-bundle/1\n{}\n", jwt.sign()).into()
}

type Forging = fn(&mut Forged);

/// What a pinned issuer turned hostile could sign, near the largest size read.
#[allow(clippy::indexing_slicing)] // of JSON made here
fn signed() -> [(&'static str, Forging); 7] {
    [
        ("empty arrays", |f| f.issuer.payload["more"] = vec![json!([]); 120_000].into()),
        ("empty objects", |f| f.issuer.payload["more"] = vec![json!({}); 120_000].into()),
        ("numbers", |f| f.issuer.payload["more"] = vec![json!(0); 180_000].into()),
        ("members", |f| {
            (0..28_000).for_each(|n| f.issuer.payload[format!("m{n}")] = json!(0));
        }),
        ("decoys", |f| {
            let decoys: Vec<_> = (0..8_000).map(|n| digest(&n.to_string())).collect();
            f.issuer.payload["more"] = json!({"_sd": decoys});
        }),
        ("1,000 disclosures of arrays", |f| {
            for n in 0..1_000 {
                f.add(&json!(["s", format!("m{n}"), vec![json!([]); 90]]));
            }
        }),
        ("disclosures within one another", |f| {
            let mut text = disclosure(&json!(["s", "last", 1]));
            for n in 0..14 {
                let filled: Vec<Value> = vec![json!({"_sd": []}); 1_500];
                let content =
                    json!([format!("s{n}"), "more", {"_sd": [digest(&text)], "f": filled}]);
                f.disclosures.push(std::mem::replace(&mut text, disclosure(&content)));
            }
            f.add_text(text);
        }),
    ]
}
