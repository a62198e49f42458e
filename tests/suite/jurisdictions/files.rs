//! The file: its envelope, every member, and what is written.

use bonafide::calendar::{Day, Period};
use bonafide::did::Did;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::trust::{
    Attribute, AttributeStatus, Document, Governance, GovernanceKey, Grant, ListedKey, OnEnd, Pin,
    Secondary, UnverifiedJurisdiction, Validator, Window, digest_text,
};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;

fn code(file: &Value) -> &'static str {
    match read(file).and_then(first) {
        Ok(_) => "fine",
        Err(error) => error.code(),
    }
}

#[test]
fn what_is_signed_is_read() {
    let text = payload().to_string();
    let read = signed(&payload(), &[1, 3]);
    assert_eq!(*read.digest(), <[u8; 32]>::from(Sha256::digest(&text)));
    assert_eq!(read.claimed_signers().count(), 2);
    let jurisdiction = first(read).unwrap();
    assert_eq!((jurisdiction.id(), jurisdiction.seq()), ("us-securities", 1));
    assert_eq!(jurisdiction.issued(), at("2026-11-20"));
    assert_eq!(jurisdiction.next_update(), at("2026-12-21"));
    assert_eq!(jurisdiction.expires(), at("2027-01-21"));
    assert_eq!((jurisdiction.grace_days(), jurisdiction.document().validators.len()), (90, 1));
    let [before, day] = [at("2027-01-20T23:59:59Z"), at("2027-01-21")];
    assert!(!jurisdiction.is_stale(before) && jurisdiction.is_stale(day));
    let [before, day] = [at("2026-12-20T23:59:59Z"), at("2026-12-21")];
    assert!(!jurisdiction.is_update_due(before) && jurisdiction.is_update_due(day));
}

#[test]
fn pins_are_the_document_or_its_governance() {
    let file = signed(&payload(), &[1, 2]);
    let governance = file.document().governance.digest();
    let pins = [Pin::Document(*file.digest()), Pin::Governance(governance)];
    for pin in pins {
        assert!(Jurisdiction::first(file.clone(), &pin, at(NOW)).is_ok());
        assert_eq!(Pin::parse(&pin.to_string()), Some(pin));
    }
    for pin in [Pin::Document(governance), Pin::Governance(*file.digest())] {
        let refused = Jurisdiction::first(file.clone(), &pin, at(NOW)).unwrap_err();
        assert_eq!(refused.code(), "trust-list-not-pinned");
    }
    // Labels and order are not governance; keys and threshold are.
    let digest =
        |governance| signed(&with("/governance", governance), &[]).document().governance.digest();
    let mut renamed = super::governance(2, &[3, 2, 1]);
    renamed["keys"][0]["label"] = "anybody".into();
    assert_eq!(digest(renamed), governance);
    for other in [
        super::governance(1, &[1, 2, 3]),
        super::governance(2, &[1, 2]),
        super::governance(2, &[1, 2, 4]),
    ] {
        assert_ne!(digest(other), governance);
    }
    for bad in [
        "",
        "sha256-",
        "sha256-AAAA",
        "governance-",
        "governance-sha256-AAAA",
        digest_text(&governance).trim_end_matches('='),
    ] {
        assert_eq!(Pin::parse(bad), None, "{bad}");
    }
}

#[test]
fn one_signature_for_each_key_and_as_many_keys_as_it_takes() {
    let text = payload().to_string();
    let by = |seeds: &[u8]| {
        let signatures: Vec<_> = seeds.iter().map(|seed| signature(*seed, &text, |_| ())).collect();
        code(&file(&text, &signatures))
    };
    assert_eq!(by(&[1, 2]), "fine");
    assert_eq!(by(&[3, 1, 2]), "fine");
    assert_eq!(by(&[1, 2, 1, 2]), "fine");
    assert_eq!(by(&[]), "threshold-not-met");
    assert_eq!(by(&[3]), "threshold-not-met");
    assert_eq!(by(&[3, 3, 3]), "threshold-not-met");
    // Keys of others are passed over, whatever they sign.
    assert_eq!(by(&[1, 4, 5]), "threshold-not-met");
    assert_eq!(by(&[1, 2, 4]), "fine");
    assert_eq!(by(&[1; 32]), "threshold-not-met");
    assert_eq!(by(&[1; 33]), "too-large");
    // A key counts under its own name only.
    let mut stolen =
        signature(4, &text, |header| header["kid"] = key(2).public.id().as_str().into());
    assert_eq!(code(&file(&text, &[signature(1, &text, |_| ()), stolen.clone()])), "bad-signature");
    stolen = signature(4, &text, |header| header["kid"] = "2".into());
    assert_eq!(code(&file(&text, &[signature(1, &text, |_| ()), stolen])), "threshold-not-met");
}

#[test]
fn one_header_changed_is_refused_for_that() {
    let text = payload().to_string();
    let headers = [
        ("alg", json!("none"), "alg-not-allowed"),
        ("alg", json!("HS256"), "alg-not-allowed"),
        ("alg", json!("ES256"), "alg-not-allowed"),
        ("alg", Value::Null, "malformed"),
        ("typ", json!("JWT"), "wrong-type"),
        ("typ", json!("dc+sd-jwt"), "wrong-type"),
        ("typ", Value::Null, "wrong-type"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!(1), "malformed"),
        ("crit", json!(["exp"]), "unknown-critical"),
        ("b64", json!(false), "unknown-critical"),
        ("jwk", key(1).public.to_jwk(), "untrusted-key"),
        ("jku", json!("https://a"), "untrusted-key"),
        ("x5c", json!([]), "untrusted-key"),
        ("iat", json!(1), "malformed"),
    ];
    for (name, value, expected) in headers {
        let changed = signature(1, &text, |header| header[name] = value.clone());
        let good = signature(2, &text, |_| ());
        assert_eq!(code(&file(&text, &[changed, good])), expected, "{name} {value}");
    }
    let mut bare =
        signature(1, &text, |header| drop(header.as_object_mut().unwrap().remove("kid")));
    assert_eq!(code(&file(&text, &[bare.clone()])), "malformed");
    bare["header"] = json!({"kid": "1"});
    assert_eq!(code(&file(&text, &[bare])), "malformed");
}

#[test]
fn the_envelope_is_read_strictly() {
    let text = payload().to_string();
    let signatures = [signature(1, &text, |_| ()), signature(2, &text, |_| ())];
    let good = file(&text, &signatures);
    assert_eq!(code(&good), "fine");
    let envelope: [(&str, Value, &str); 7] = [
        ("payload", Value::Null, "malformed"),
        ("payload", json!("e30="), "encoding"),
        ("payload", json!("e30"), "malformed"),
        ("signatures", json!({}), "malformed"),
        ("signatures", json!([1]), "malformed"),
        ("signature", json!("AAAA"), "malformed"),
        ("protected", json!("e30"), "malformed"),
    ];
    for (name, value, expected) in envelope {
        let mut changed = good.clone();
        changed[name] = value.clone();
        assert_eq!(code(&changed), expected, "{name} {value}");
    }
    let mut cut = good.clone();
    cut["signatures"][0]["signature"] = "AAAA".into();
    assert_eq!(code(&cut), "bad-signature");
    let mut swapped = good.clone();
    let other = good["signatures"][1]["signature"].clone();
    swapped["signatures"][0]["signature"] = other;
    assert_eq!(code(&swapped), "bad-signature");
    let doubled = good.to_string().replacen('{', r#"{"payload":"e30","#, 1);
    let refused = UnverifiedJurisdiction::parse(doubled.as_bytes()).unwrap_err();
    assert_eq!(refused.code(), "duplicate-key");
    // The bytes received are what is signed: the same JSON with a space is another payload.
    let spaced = file(&text.replacen(':', ": ", 1), &signatures);
    assert_eq!(code(&spaced), "bad-signature");
    let compact = format!("{}.{}.{}", "e30", "e30", "AAAA");
    assert_eq!(UnverifiedJurisdiction::parse(compact.as_bytes()).unwrap_err().code(), "malformed");
    let long = vec![b' '; bonafide::trust::MAX_LEN + 1];
    assert_eq!(UnverifiedJurisdiction::parse(&long).unwrap_err().code(), "too-large");
}

#[test]
fn one_member_changed_is_refused_for_that() {
    let did = issuer(10).0.to_string();
    let approval = payload()["validators"][0]["approvals"][0].clone();
    let twice = |value: &Value| json!([value, value]);
    let validator = payload()["validators"][0].clone();
    let jwk = key(10).public.to_jwk();
    let kid = format!("#{}", issuer(10).1);
    let listed = json!({"kid": kid, "jwk": jwk, "from": "2026-01-01", "until": null});
    let keyed = |name: &str, value: Value| {
        let mut key = listed.clone();
        key[name] = value;
        json!([key])
    };
    let source = json!({"id": "kyc-core", "attrs": ["person"], "depth": 1});
    let own = json!([{"id": "us-securities", "attrs": ["person"], "depth": 1}]);
    let private = json!({"kty": "OKP", "crv": "Ed25519", "x": jwk["x"], "d": jwk["x"]});
    let cases = [
        ("/typ", json!("jurisdiction/2"), "typ"),
        ("/typ", Value::Null, "typ"),
        ("/id", json!("US"), "id"),
        ("/id", json!("../x"), "id"),
        ("/id", json!(""), "id"),
        ("/id", json!("a".repeat(65)), "id"),
        ("/seq", json!(0), "seq"),
        ("/seq", json!(-1), "seq"),
        ("/seq", json!("1"), "seq"),
        ("/seq", json!(1_u64 << 53), "seq"),
        ("/seq", json!(2), "prev"),
        ("/prev", json!(digest_text(&[7; 32])), "prev"),
        ("/prev", json!("sha256-AAAA"), "prev"),
        ("/issued", json!("2026-11-31"), "issued"),
        ("/issued", json!(1_795_183_200), "issued"),
        ("/issued", json!("2026-11-20T00:00:00Z"), "issued"),
        ("/next_update", json!("2026-11-19"), "next_update"),
        ("/expires", json!("2026-12-19"), "expires"),
        ("/expires", Value::Null, "expires"),
        ("/grace_days", json!(3651), "grace_days"),
        ("/grace_days", json!(1.5), "grace_days"),
        ("/governance", json!([]), "governance"),
        ("/governance/threshold", json!(0), "governance.threshold"),
        ("/governance/threshold", json!(4), "governance.threshold"),
        ("/governance/threshold", Value::Null, "governance.threshold"),
        ("/governance/keys", json!([]), "governance.keys"),
        ("/governance/keys/0/jwk", json!({}), "governance.keys[0].jwk"),
        ("/governance/keys/0/jwk", private, "governance.keys[0].jwk"),
        ("/governance/keys/0/jwk", json!({"kty": "oct", "k": "AAAA"}), "governance.keys[0].jwk"),
        ("/governance/keys/0/jwk", json!("did:web:a.example#k"), "governance.keys[0].jwk"),
        ("/governance/keys/2/jwk", key(1).public.to_jwk(), "governance.keys[2]"),
        ("/governance/keys/0/label", json!(""), "governance.keys[0].label"),
        ("/governance/keys/0/label", json!("a\nb"), "governance.keys[0].label"),
        ("/attributes/0/id", json!("Person"), "attributes[0].id"),
        ("/attributes/1/id", json!("person"), "attributes[1]"),
        ("/attributes/0/vct", json!([]), "attributes[0].vct"),
        ("/attributes/0/vct", json!("urn:x"), "attributes[0].vct"),
        ("/attributes/0/vct", json!(["a", "a"]), "attributes[0].vct[1]"),
        ("/attributes/0/status", json!("maybe"), "attributes[0].status"),
        ("/attributes/0/status", Value::Null, "attributes[0].status"),
        ("/validators", json!([]), "validators"),
        ("/validators", twice(&validator), "validators[1]"),
        ("/validators/0/did", json!("did:key"), "validators[0].did"),
        ("/validators/0/group", json!(""), "validators[0].group"),
        ("/validators/0/roles", json!(["US RIA"]), "validators[0].roles[0]"),
        ("/validators/0/roles", json!(["a", "a"]), "validators[0].roles[1]"),
        ("/validators/0/min_log_version", json!(2), "validators[0].min_log_version"),
        ("/validators/0/status_signers", json!(["x"]), "validators[0].status_signers[0]"),
        ("/validators/0/keys", json!([]), "validators[0].keys"),
        ("/validators/0/keys", json!([listed, listed]), "validators[0].keys[1]"),
        ("/validators/0/keys", keyed("kid", json!("k1")), "validators[0].keys[0].kid"),
        ("/validators/0/keys", keyed("kid", json!("#k1")), "validators[0].keys[0].kid"),
        (
            "/validators/0/keys",
            keyed("kid", json!(format!("{did}{kid}"))),
            "validators[0].keys[0].kid",
        ),
        ("/validators/0/keys", keyed("jwk", Value::Null), "validators[0].keys[0].jwk"),
        ("/validators/0/keys", keyed("from", Value::Null), "validators[0].keys[0].from"),
        ("/validators/0/keys", keyed("until", json!("2025-12-31")), "validators[0].keys[0].until"),
        (
            "/validators/0/keys",
            keyed("compromised", json!("yes")),
            "validators[0].keys[0].compromised",
        ),
        ("/validators/0/approvals", twice(&approval), "validators[0].approvals[1]"),
        ("/validators/0/approvals/0/attr", json!("other"), "validators[0].approvals[0].attr"),
        ("/validators/0/approvals/0/from", Value::Null, "validators[0].approvals[0].from"),
        (
            "/validators/0/approvals/0/until",
            json!("2025-12-31"),
            "validators[0].approvals[0].until",
        ),
        ("/validators/0/approvals/0/until", json!(false), "validators[0].approvals[0].until"),
        ("/validators/0/approvals/0/weight", json!(1001), "validators[0].approvals[0].weight"),
        (
            "/validators/0/approvals/0/max_validity",
            json!("3m"),
            "validators[0].approvals[0].max_validity",
        ),
        ("/validators/0/approvals/0/on_end", json!("keep"), "validators[0].approvals[0].on_end"),
        ("/validators/0/approvals/0/on_end", Value::Null, "validators[0].approvals[0].on_end"),
        ("/secondary", json!([source, source]), "secondary[1]"),
        ("/secondary", own, "secondary"),
        ("/secondary", json!([{"id": "a", "attrs": [], "depth": 1}]), "secondary[0].attrs"),
        ("/secondary", json!([{"id": "a", "attrs": ["p"], "depth": 0}]), "secondary[0].depth"),
        ("/secondary", json!([{"id": "a", "attrs": ["p"], "depth": 5}]), "secondary[0].depth"),
    ];
    for (pointer, value, place) in cases {
        let refused = read(&file(&with(pointer, value.clone()).to_string(), &[])).unwrap_err();
        let expected = JurisdictionError::Malformed(place.into());
        assert_eq!((refused.code(), refused), ("malformed", expected), "{pointer} {value}");
    }
}

#[test]
fn nothing_unknown_is_passed_over() {
    let mut full = payload();
    full["validators"][0]["keys"] = json!([{"kid": format!("#{}", issuer(10).1), "jwk": key(10).public.to_jwk(), "from": "2026-01-01"}]);
    full["secondary"] = json!([{"id": "kyc-core", "attrs": ["person"], "depth": 1}]);
    assert!(read(&file(&full.to_string(), &[])).is_ok());
    for (pointer, place) in [
        ("", "the top"),
        ("/governance", "governance"),
        ("/governance/keys/1", "governance.keys[1]"),
        ("/attributes/1", "attributes[1]"),
        ("/validators/0", "validators[0]"),
        ("/validators/0/keys/0", "validators[0].keys[0]"),
        ("/validators/0/approvals/0", "validators[0].approvals[0]"),
        ("/secondary/0", "secondary[0]"),
    ] {
        let mut changed = full.clone();
        set(&mut changed, &format!("{pointer}/extra"), json!(false));
        let refused = read(&file(&changed.to_string(), &[])).unwrap_err();
        assert_eq!(refused, JurisdictionError::UnknownMember(place.into()));
        assert_eq!(refused.code(), "unknown-member");
    }
}

/// A day is as long as all others: what begins, is due and ends on one is in order.
#[test]
fn days_may_fall_together() {
    let mut one_day = payload();
    for name in ["issued", "next_update", "expires"] {
        set(&mut one_day, &format!("/{name}"), json!("2026-11-20"));
    }
    let approval = "/validators/0/approvals/0";
    for name in ["from", "until"] {
        set(&mut one_day, &format!("{approval}/{name}"), json!("2026-11-20"));
    }
    assert_eq!(first(signed(&one_day, &[1, 2])).unwrap().seq(), 1);
    set(&mut one_day, &format!("{approval}/until"), json!("2026-11-19"));
    assert_eq!(read(&file(&one_day.to_string(), &[])).unwrap_err().code(), "malformed");
}

#[test]
fn sizes_are_bounded() {
    let validators = |count: usize| -> Value {
        (0..count).map(|n| json!({"did": format!("did:web:{n}.example")})).collect()
    };
    let code =
        |pointer: &str, value: Value| match read(&file(&with(pointer, value).to_string(), &[])) {
            Ok(read) => Ok(read.document().validators.len()),
            Err(error) => Err(error.code()),
        };
    assert_eq!(code("/validators", validators(10_000)), Ok(10_000));
    assert_eq!(code("/validators", validators(10_001)), Err("too-large"));
    // Some megabytes, as long lists have.
    let roles: Vec<_> = (0..32).map(|n| format!("role-of-this-name-and-number-{n}")).collect();
    let validator = |n| json!({"did": format!("did:web:{n}.example"), "roles": roles});
    assert_eq!(code("/validators", (0..4_000).map(validator).collect()), Ok(4_000));
    let keys: Vec<u8> = (1..=17).collect();
    assert_eq!(code("/governance", super::governance(2, &keys[..16])), Ok(1));
    assert_eq!(code("/governance", super::governance(2, &keys)), Err("too-large"));
    let names = |count: usize| -> Value { (0..count).map(|n| json!(format!("r{n}"))).collect() };
    assert_eq!(code("/validators/0/roles", names(32)), Ok(1));
    assert_eq!(code("/validators/0/roles", names(33)), Err("too-large"));
    assert_eq!(code("/attributes/0/vct", names(65)), Err("too-large"));
}

fn day() -> impl Strategy<Value = Day> {
    (0..4_000_u32).prop_map(|days| Day::parse("2020-02-28").unwrap().plus_days(days))
}

fn window() -> impl Strategy<Value = Window> {
    (day(), proptest::option::of(0..900_u32))
        .prop_map(|(from, days)| Window { from, until: days.map(|days| from.plus_days(days)) })
}

fn grant() -> impl Strategy<Value = Grant> {
    let period = proptest::option::of((1..9999_u16, 0..4_usize));
    let end = prop_oneof![Just(OnEnd::Grandfather), Just(OnEnd::Invalidate)];
    (window(), 0..=1000_u16, period, end).prop_map(|(window, weight, period, on_end)| Grant {
        attribute: "person".into(),
        window,
        weight,
        max_validity: period.map(|(count, unit)| {
            Period::parse(&format!("{count}{}", ["h", "d", "mo", "y"][unit])).unwrap()
        }),
        on_end,
    })
}

fn validator(seed: u8) -> impl Strategy<Value = Validator> {
    let keys = proptest::collection::vec((window(), any::<bool>()), 0..3);
    let log = proptest::option::of(1..u32::MAX);
    let group = proptest::option::of("[ -~é]{1,20}");
    let roles = subsequence(vec!["us-ria", "attorney", "c.p_a-1"], 0..=3);
    let signers = subsequence(vec!["did:web:a.example", "did:web:b.example"], 0..=2);
    (keys, log, group, roles, signers, proptest::option::of(grant())).prop_map(
        move |(keys, log, group, roles, signers, grant)| {
            let method = if log.is_some() { "webvh:QmX:" } else { "web:" };
            let listed = keys.into_iter().enumerate().map(|(n, (window, compromised))| ListedKey {
                fragment: format!("k{n}"),
                key: key(seed + 20 + n as u8).public,
                window,
                compromised,
            });
            Validator {
                did: Did::parse(&format!("did:{method}v{seed}.example")).unwrap(),
                group,
                roles: roles.into_iter().map(str::to_owned).collect(),
                keys: listed.collect(),
                min_log_version: log,
                status_signers: signers.into_iter().map(|did| Did::parse(did).unwrap()).collect(),
                approvals: grant.into_iter().collect(),
            }
        },
    )
}

fn document() -> impl Strategy<Value = Document> {
    let validators = proptest::collection::vec(any::<()>(), 0..4)
        .prop_flat_map(|all| (0..all.len()).map(|n| validator(n as u8 * 5)).collect::<Vec<_>>());
    let seq = prop_oneof![Just(1), 1..=(1_u64 << 53) - 1];
    let second = proptest::collection::vec(1..=4_u8, 0..3);
    let governance = (1..=5_u8).prop_flat_map(|n| (Just(n), 1..=n));
    (seq, any::<[u8; 32]>(), day(), 0..900_u32, 0..=3650_u16, governance, validators, second)
        .prop_map(|(seq, prev, issued, days, grace_days, (n, threshold), validators, second)| {
            let keys = (1..=n).map(|n| GovernanceKey { label: n.to_string(), key: key(n).public });
            Document {
                id: "us-securities".into(),
                seq,
                prev: (seq > 1).then_some(prev),
                issued,
                next_update: issued.plus_days(days),
                expires: issued.plus_days(days * 2),
                grace_days,
                governance: Governance { threshold, keys: keys.collect() },
                attributes: vec![Attribute {
                    id: "person".into(),
                    vct: vec!["urn:x:person:1".into(), "é \"".into()],
                    status: if days % 2 == 0 {
                        AttributeStatus::Active
                    } else {
                        AttributeStatus::Withdrawn
                    },
                }],
                validators,
                secondary: (0_u8..)
                    .zip(second)
                    .map(|(n, depth)| Secondary {
                        id: format!("other-{n}"),
                        attributes: vec!["person".into()],
                        depth,
                    })
                    .collect(),
            }
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read(document in document()) {
        let mut file = UnverifiedJurisdiction::propose(&document).unwrap();
        prop_assert_eq!(file.document(), &document);
        for seed in 1..=document.governance.threshold {
            let algorithm = key(seed).public.algorithm();
            let secret = SecretKey::from_bytes(algorithm, &[seed; 32].into()).unwrap();
            file.sign(&secret, secret.id()).unwrap();
            file.sign(&secret, secret.id()).unwrap();
        }
        let again = UnverifiedJurisdiction::parse(file.to_text().as_bytes()).unwrap();
        prop_assert_eq!(&again, &file);
        prop_assert_eq!(again.claimed_signers().count(), usize::from(document.governance.threshold));
        let pin = Pin::Document(*again.digest());
        let later = Day::parse("2040-01-01").unwrap().start();
        let jurisdiction = Jurisdiction::first(again, &pin, later).unwrap();
        prop_assert_eq!(jurisdiction.document(), &document);
    }
}

#[test]
fn copies_signed_by_each_are_put_together() {
    let mut one = signed(&payload(), &[1]);
    assert!(one.merge(signed(&payload(), &[3, 1])));
    let governance = one.document().governance.clone();
    let labels = |file: &UnverifiedJurisdiction| -> Vec<String> {
        let signers = file.signers(&governance).unwrap();
        signers.iter().map(|key| key.label.clone()).collect()
    };
    assert_eq!(labels(&one), ["did:web:1.example", "did:web:3.example"]);
    assert!(first(one.clone()).is_ok());
    assert!(!one.merge(signed(&with("/grace_days", 7.into()), &[2])));
    assert_eq!(labels(&one).len(), 2);
    assert_eq!(labels(&signed(&payload(), &[4, 2])), ["did:web:2.example"]);
}

#[test]
fn who_does_not_hold_a_key_does_not_sign() {
    let mut file = signed(&payload(), &[]);
    let other = SecretKey::from_bytes(Algorithm::Ed25519, &[1; 32].into()).unwrap();
    let unchanged = file.clone();
    assert_eq!(file.sign(&other, &key(2).public.id()).unwrap_err().code(), "sign-failed");
    assert_eq!(file, unchanged);
}
