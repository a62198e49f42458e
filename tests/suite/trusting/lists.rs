//! Jurisdictions in a verdict (rows 19, 41, 42, 43, 43b) and who may sign status lists (row 38).

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{Bits, Publication, StatusList};
use bonafide::verify::{Check, Fetched, Memory, Seen, Source};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::jurisdictions::at;
use super::{ACCEPTED, Scene, accepted, believed, list, refused, undetermined};
use crate::support::forge::Key;

fn listed(change: impl Fn(&mut Value)) -> Scene {
    let scene = Scene::by_key(7);
    Scene { lists: vec![believed(&list(&scene.issuer, change))], ..scene }
}

fn key_entry(list: &mut Value, seed: u8, more: Value) {
    let key = Key::new(Algorithm::Ed25519, seed);
    let mut entry = json!({"kid": format!("#{}", Key::new(Algorithm::Ed25519, 7).did().method_specific_id()),
        "jwk": key.public.to_jwk(), "from": "2026-01-01", "until": null});
    for (name, value) in more.as_object().unwrap() {
        entry[name] = value.clone();
    }
    list["validators"][0]["keys"] = json!([entry]);
}

#[test]
fn a_list_makes_an_issuer_believed_and_says_as_what() {
    let credential = accepted(listed(|_| ()).examine());
    let by = credential.approved_by().unwrap();
    assert_eq!(
        (by.jurisdiction.as_str(), by.seq, by.attribute.as_str()),
        ("us-securities", 1, "badge")
    );
    assert_eq!(
        (by.group.as_str(), by.weight, by.roles.as_slice()),
        ("G", 60, &["us-ria".to_owned()][..])
    );
    let pinned = Scene { pinned: true, ..Scene::by_key(7) };
    assert_eq!(accepted(pinned.examine()).approved_by(), None);
}

#[test]
fn each_reason_not_to_approve_is_told() {
    let approval = |name: &'static str, value: &'static str| {
        move |list: &mut Value| list["validators"][0]["approvals"][0][name] = value.into()
    };
    let said = |change: &dyn Fn(&mut Value)| listed(change).said();
    assert_eq!(
        said(&|list| list["validators"][0]["did"] = "did:web:other.example".into()),
        refused(40, "issuer-unknown")
    );
    assert_eq!(
        said(&|list| list["attributes"][0]["vct"] = json!(["urn:other"])),
        refused(40, "not-authorised")
    );
    assert_eq!(said(&approval("from", "2026-06-02")), refused(41, "approval-outside-window"));
    assert_eq!(said(&approval("until", "2026-05-31")), refused(41, "approval-outside-window"));
    assert_eq!(
        said(&approval("until", "2026-06-01")),
        ACCEPTED,
        "left in order, and it was issued on the last day"
    );
    let invalidated = |list: &mut Value| {
        approval("until", "2026-11-19")(list);
        approval("on_end", "invalidate")(list);
    };
    assert_eq!(said(&invalidated), refused(41, "approval-invalidated"));
    assert_eq!(said(&approval("max_validity", "3mo")), refused(41, "validity-too-long"));
    assert_eq!(said(&approval("max_validity", "12mo")), ACCEPTED);
    assert_eq!(said(&|list| key_entry(list, 7, json!({}))), ACCEPTED);
    assert_eq!(said(&|list| key_entry(list, 9, json!({}))), refused(35, "key-not-listed"));
    assert_eq!(
        said(&|list| key_entry(list, 7, json!({"from": "2026-06-02"}))),
        refused(41, "key-outside-window")
    );
    assert_eq!(
        said(&|list| key_entry(list, 7, json!({"compromised": true}))),
        refused(35, "key-compromised")
    );
    let stale = undetermined(44, "trust-list-stale");
    assert_eq!(listed(|_| ()).at("2027-01-20T23:59:59Z").said(), ACCEPTED);
    assert_eq!(listed(|_| ()).at("2027-01-21").said(), stale);
}

#[test]
fn a_key_that_a_list_has_ended_counts_for_the_grace() {
    let scene =
        |now| listed(|list| key_entry(list, 7, json!({"until": "2026-09-15"}))).at(now).said();
    assert_eq!(scene("2026-12-14T23:59:59Z"), ACCEPTED);
    assert_eq!(scene("2026-12-15"), refused(41, "key-retired"));
}

#[test]
fn a_pin_stands_beside_the_lists_but_for_a_compromised_key() {
    let pinned = |change: &dyn Fn(&mut Value)| Scene { pinned: true, ..listed(change) }.said();
    assert_eq!(
        pinned(&|list| list["validators"][0]["did"] = "did:web:other.example".into()),
        ACCEPTED
    );
    assert_eq!(pinned(&|list| key_entry(list, 9, json!({}))), ACCEPTED);
    assert_eq!(
        pinned(&|list| key_entry(list, 7, json!({"compromised": true}))),
        refused(35, "key-compromised")
    );
}

/// Of several that approve, none is worse off for its name.
#[test]
fn of_several_lists_that_approve_the_one_that_lets_the_key_count_decides() {
    let log = super::log(&[("2026-01-01", &[7]), ("2026-11-01", &[8])]);
    let said = |one: &dyn Fn(&mut Value), two: &dyn Fn(&mut Value)| {
        let first = list(&log.did(), one);
        let second = list(&log.did(), |list| {
            list["id"] = "zz-securities".into();
            two(list);
        });
        let lists = vec![believed(&first), believed(&second)];
        // The first second at which a key without grace counts no more.
        Scene { lists, pinned: false, ..Scene::by(&log) }.at("2026-11-02").said()
    };
    let none = |list: &mut Value| list["grace_days"] = 0.into();
    let version = |list: &mut Value| list["validators"][0]["min_log_version"] = 9.into();
    assert_eq!(said(&none, &|_| ()), ACCEPTED);
    assert_eq!(said(&|_| (), &none), ACCEPTED);
    assert_eq!(said(&version, &|_| ()), ACCEPTED);
    assert_eq!(said(&|_| (), &version), ACCEPTED);
    assert_eq!(said(&none, &none), refused(41, "key-retired"));
    assert_eq!(said(&version, &version).0, "undetermined");
}

#[test]
fn an_expired_list_may_be_the_one_that_approves() {
    let scene = Scene::by_key(7);
    let second = |change: &dyn Fn(&mut Value)| {
        believed(&list(&scene.issuer, |list| {
            list["id"] = "eu-securities".into();
            change(list);
        }))
    };
    let stale = |list: &mut Value| {
        (list["next_update"], list["expires"]) = ("2026-11-10".into(), "2026-11-19".into());
    };
    let no = |list: &mut Value| list["attributes"][0]["vct"] = json!(["urn:other"]);
    let said = |one: &dyn Fn(&mut Value), two: &dyn Fn(&mut Value)| {
        let lists = vec![believed(&list(&scene.issuer, one)), second(two)];
        Scene { lists, ..Scene::by_key(7) }.said()
    };
    assert_eq!(said(&stale, &|_| ()), ACCEPTED, "the other one approves");
    assert_eq!(said(&no, &stale), undetermined(44, "trust-list-stale"));
    assert_eq!(said(&no, &no).1.len(), 2);
    let compromised = |list: &mut Value| key_entry(list, 7, json!({"compromised": true}));
    assert_eq!(said(&stale, &compromised), refused(35, "key-compromised"));
}

#[test]
fn a_list_once_seen_is_not_forgotten() {
    let learned = listed(|_| ()).examine().learned;
    let name = (Source::Jurisdiction, "us-securities".to_owned());
    let found = learned.seen[&name];
    assert_eq!(found.number, 1);
    assert_eq!(learned.trusted_time, Some(at("2026-11-01")));
    let said = |known: Seen| {
        let memory = Memory { seen: [(name.clone(), known)].into(), ..Memory::default() };
        let examination = Scene { memory, ..listed(|_| ()) }.examine();
        let kinds: Vec<_> =
            examination.verdict.reasons().iter().map(|r| (r.meaning().code, r.kind())).collect();
        (kinds, examination.learned.conflicts.len())
    };
    assert_eq!(said(found), (vec![], 0));
    assert_eq!(said(Seen { number: 2, ..found }), (vec![(45, "trust-list-rolled-back")], 0));
    assert_eq!(said(Seen { digest: [0; 32], ..found }), (vec![(45, "trust-list-forked")], 1));
    assert_eq!(said(Seen { number: 0, digest: [0; 32] }), (vec![], 0));
}

/// A list that does not approve, whether or not it has the issuer, is not to be forgotten: the one before it may have.
#[test]
fn a_list_that_refuses_is_remembered_too() {
    let name = (Source::Jurisdiction, "us-securities".to_owned());
    let other = |list: &mut Value| list["validators"][0]["did"] = "did:web:other.example".into();
    let no = |list: &mut Value| list["attributes"][0]["vct"] = json!(["urn:other"]);
    for (change, code, kind) in
        [(&other as &dyn Fn(&mut Value), 40, "issuer-unknown"), (&no, 40, "not-authorised")]
    {
        let scene = listed(change);
        assert_eq!(scene.said(), refused(code, kind));
        let learned = scene.examine().learned;
        assert_eq!(learned.seen[&name].number, 1, "{kind}");
        assert_eq!(learned.trusted_time, None, "{kind}");
        // What is older than remembered teaches nothing.
        let newer = Seen { number: 2, digest: [0; 32] };
        let memory = Memory { seen: [(name.clone(), newer)].into(), ..Memory::default() };
        assert!(Scene { memory, ..listed(change) }.examine().learned.seen.is_empty(), "{kind}");
    }
}

#[test]
fn an_update_that_is_late_is_told() {
    let late = listed(|_| ()).at("2026-12-22").examine();
    let notes: Vec<_> = late.notes.iter().map(|note| note.kind).collect();
    assert_eq!((late.verdict.name(), notes), ("accepted", vec!["trust-list-due"]));
    assert!(listed(|_| ()).at("2026-12-20").examine().notes.is_empty());
}

const URI: &str = "https://lists.example/1";

/// A list of 16 that stand, signed by the did:key of that seed.
fn status(seed: u8) -> String {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([seed; 32])).unwrap();
    let publication = Publication {
        uri: URI.to_owned(),
        issued_at: Timestamp::parse("2026-11-20T12:00:00Z").unwrap(),
        expires: Some(at("2026-11-21")),
        ttl: None,
    };
    let list = StatusList::new(Bits::One, 16).unwrap();
    publication.issue(&list, &Identity::did_key(key.id(), &key).unwrap()).unwrap()
}

/// What was found out is told where somebody asks for it, and only there.
#[test]
fn an_explanation_has_details() {
    let steps = listed(|_| ()).examine().steps;
    let details = |check: Check| {
        let step = steps.iter().find(|step| step.check == check).unwrap();
        step.details.join("; ")
    };
    assert!(details(Check::Trust).contains("us-securities number 1"), "{steps:?}");
    assert!(details(Check::Validity).starts_with("valid from 2026-06-01"), "{steps:?}");
    assert_eq!(details(Check::Status), "the credential has no status");
}

#[test]
fn a_list_names_who_signs_status_lists() {
    let said = |seed, change: &dyn Fn(&mut Value)| {
        let scene = listed(change);
        Scene { statuses: vec![status(seed)], status_uri: Some(URI), ..scene }.said()
    };
    let other = |list: &mut Value| {
        let did = Key::new(Algorithm::Ed25519, 30).did();
        list["validators"][0]["status_signers"] = json!([did.as_str()]);
    };
    assert_eq!(said(7, &|_| ()), ACCEPTED);
    assert_eq!(said(30, &|_| ()), undetermined(34, "status-unknown"));
    assert_eq!(said(30, &other), ACCEPTED);
    assert_eq!(said(31, &other), undetermined(34, "status-unknown"));
    // The one that decided can be kept.
    let used = |seed| {
        let statuses = vec![status(seed)];
        let scene = Scene { statuses, status_uri: Some(URI), ..listed(|_| ()) };
        let (used, verifier) = (scene.examine().learned.used, scene.verifier());
        // Number 0 stands for one that was looked for.
        let found = used.iter().filter(|(.., seen)| seen.number > 0);
        let texts =
            found.map(|(source, name, seen)| match verifier.fetched(*source, name, *seen) {
                Some(Fetched::StatusList(text)) => text.to_owned(),
                other => panic!("{other:?}"),
            });
        texts.collect::<Vec<_>>()
    };
    assert_eq!((used(7), used(30)), (vec![status(7)], vec![]));
}

/// A token by a key of a history, looked at without a credential: as a bundle is.
#[test]
fn a_token_is_checked_by_the_key_in_use_when_it_was_issued() {
    use bonafide::status::{ExpectedStatus, UnverifiedStatusToken};
    let log = super::log(&[("2026-01-01", &[7]), ("2026-09-15", &[8])]);
    let known = super::fetched(&log).check().unwrap();
    let token = |(name, seed): (&str, u8), day: &str| {
        let lst = StatusList::new(Bits::One, 16).unwrap().encode().unwrap();
        let status_list = json!({"bits": 1, "lst": lst});
        let payload = json!({"sub": URI, "iat": at(day).unix(), "status_list": status_list});
        let key = Key::new(Algorithm::Ed25519, seed);
        let mut token = crate::support::forge::Jwt::new(&key, "statuslist+jwt", payload);
        token.header["kid"] = format!("{}#{name}", log.did()).into();
        token.sign()
    };
    let said = |uri: &str, signers: &[Did], key: (&str, u8), day: &str| {
        let text = token(key, day);
        let token = UnverifiedStatusToken::parse(&text).unwrap();
        let done = token.verify_known(&ExpectedStatus { uri, signers }, &known, at("2026-11-20"));
        done.map(|_| "").unwrap_or_else(|error| error.code())
    };
    let own = [log.did()];
    assert_eq!(said(URI, &own, ("k8", 8), "2026-11-20"), "");
    assert_eq!(said(URI, &own, ("k7", 7), "2026-06-01"), "", "no longer in use, and was then");
    assert_eq!(said(URI, &own, ("k7", 7), "2026-11-20"), "key-outside-window");
    assert_eq!(said(URI, &own, ("k9", 9), "2026-11-20"), "key-not-found");
    assert_eq!(said(URI, &own, ("k8", 7), "2026-11-20"), "bad-signature");
    assert_eq!(said("https://x.example", &own, ("k8", 8), "2026-11-20"), "status-other-list");
    assert_eq!(said(URI, &own, ("k8", 8), "2026-11-21"), "not-yet-valid");
    assert_eq!(said(URI, &[], ("k8", 8), "2026-11-20"), "issuer-key-mismatch");
    let other = super::fetched(&super::log(&[("2026-02-01", &[8])])).check().unwrap();
    let text = token(("k8", 8), "2026-11-20");
    let token = UnverifiedStatusToken::parse(&text).unwrap();
    let expected = ExpectedStatus { uri: URI, signers: &own };
    let refused = token.verify_known(&expected, &other, at("2026-11-20")).unwrap_err();
    assert_eq!(refused.code(), "issuer-key-mismatch");
}

/// Key 8 of the same issuer is compromised: it signs no status list either.
#[test]
fn a_compromised_key_signs_no_status_list() {
    let scene = |compromised| {
        let log = super::log(&[("2026-01-01", &[7, 8])]);
        let list = list(&log.did(), |list| {
            let jwk = |seed| Key::new(Algorithm::Ed25519, seed).public.to_jwk();
            list["validators"][0]["keys"] = json!([
                {"kid": "#k7", "jwk": jwk(7), "from": "2026-01-01", "until": null},
                {"kid": "#k8", "jwk": jwk(8), "from": "2026-01-01", "until": null, "compromised": compromised},
            ]);
        });
        let publication = json!({"sub": URI, "iat": at("2026-11-20T12:00:00Z").unix(),
            "exp": at("2026-11-21").unix(),
            "status_list": {"bits": 1, "lst": StatusList::new(Bits::One, 16).unwrap().encode().unwrap()}});
        let header =
            json!({"alg": "EdDSA", "typ": "statuslist+jwt", "kid": format!("{}#k8", log.did())});
        let token = crate::support::forge::Jwt {
            key: Key::new(Algorithm::Ed25519, 8),
            header,
            payload: publication,
            texts: (None, None),
            tamper: |token| token,
        };
        let lists = vec![believed(&list)];
        Scene { lists, statuses: vec![token.sign()], status_uri: Some(URI), ..Scene::by(&log) }
    };
    assert_eq!(scene(false).said(), ACCEPTED);
    assert_eq!(scene(true).said(), undetermined(34, "status-unknown"));
    assert_eq!(scene(true).examine().notes[0].kind, "key-compromised");
}
