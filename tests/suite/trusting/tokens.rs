//! Which status list tokens count: by the keys that lists have of a signer, by grace, and by the signer's history
//! (rows 38, 41, 43).

use bonafide::key::Algorithm;
use bonafide::policy::Policy;
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::status::{Bits, Status, StatusList};
use bonafide::verify::{Memory, Seen, Source};
use serde_json::{Value, json};

use super::super::jurisdictions::at;
use super::{ACCEPTED, Scene, believed, fetched, list, log, refused, undetermined};
use crate::support::forge::{Jwt, Key};
use crate::support::webvh::Log;

const URI: &str = "https://lists.example/1";
const DAY: i64 = 86_400;

/// Likewise, but that the sixth was revoked.
fn revoking(log: &Log, seed: u8, issued: &str) -> String {
    let mut list = StatusList::new(Bits::One, 16).unwrap();
    list.set(5, Status::INVALID).unwrap();
    let payload = json!({"sub": URI, "iat": at(issued).unix(), "exp": at("2026-11-21").unix(),
        "status_list": {"bits": 1, "lst": list.encode().unwrap()}});
    let mut token = Jwt::new(&Key::new(Algorithm::Ed25519, seed), "statuslist+jwt", payload);
    token.header["kid"] = format!("{}#k{seed}", log.did()).into();
    token.sign()
}

/// A list of 16 that stand, by the key of that seed, in the log under the same number.
fn token(log: &Log, seed: u8, issued: &str, ends: Option<&str>) -> String {
    let lst = StatusList::new(Bits::One, 16).unwrap().encode().unwrap();
    let mut payload = json!({"sub": URI, "iat": at(issued).unix(),
        "status_list": {"bits": 1, "lst": lst}});
    if let Some(ends) = ends {
        payload["exp"] = at(ends).unix().into();
    }
    let mut token = Jwt::new(&Key::new(Algorithm::Ed25519, seed), "statuslist+jwt", payload);
    token.header["kid"] = format!("{}#k{seed}", log.did()).into();
    token.sign()
}

fn with(token: String, scene: Scene) -> Scene {
    Scene { statuses: vec![token], status_uri: Some(URI), ..scene }
}

/// The first thing noticed.
fn noted(scene: &Scene) -> &'static str {
    scene.examine().notes.first().map_or("", |note| note.kind)
}

fn lists_keys(log: &Log, keys: Value) -> Scene {
    let list = list(&log.did(), |list| list["validators"][0]["keys"] = keys.clone());
    Scene { lists: vec![believed(&list)], pinned: false, ..Scene::by(log) }
}

fn entry(seed: u8, until: Option<&str>) -> Value {
    let jwk = Key::new(Algorithm::Ed25519, seed).public.to_jwk();
    json!({"kid": format!("#k{seed}"), "jwk": jwk, "from": "2026-01-01", "until": until})
}

#[test]
fn where_lists_have_keys_no_other_key_signs_status_lists() {
    let log = log(&[("2026-01-01", &[7, 8])]);
    let by_eight = || token(&log, 8, "2026-11-20T12:00:00Z", Some("2026-11-21"));
    let scene = |keys| with(by_eight(), lists_keys(&log, keys));
    assert_eq!(scene(json!([entry(7, None), entry(8, None)])).said(), ACCEPTED);
    let left_out = scene(json!([entry(7, None)]));
    assert_eq!(left_out.said(), undetermined(34, "status-unknown"));
    assert_eq!(noted(&left_out), "key-not-listed");
    let ended = scene(json!([entry(7, None), entry(8, Some("2026-11-19"))]));
    assert_eq!(ended.said(), undetermined(34, "status-unknown"));
    assert_eq!(noted(&ended), "key-outside-window");
    // A list that has no keys of it, beside the other, or a pin, believes the DID whole.
    let mut both = scene(json!([entry(7, None)]));
    both.lists.push(believed(&list(&log.did(), |list| list["id"] = "eu-securities".into())));
    assert_eq!(both.said(), ACCEPTED);
    assert_eq!(Scene { pinned: true, ..scene(json!([entry(7, None)])) }.said(), ACCEPTED);
}

#[test]
fn a_retired_key_signs_status_lists_until_the_grace_ends() {
    let log = log(&[("2026-01-01", &[7, 8]), ("2026-06-02", &[7])]);
    let old = || token(&log, 8, "2026-06-01", Some("2030-01-01"));
    let pinned = |now| with(old(), Scene::by(&log)).at(now);
    assert_eq!(pinned("2026-08-31T23:59:59Z").said(), ACCEPTED);
    assert_eq!(pinned("2026-09-01").said(), undetermined(34, "status-unknown"));
    assert_eq!(noted(&pinned("2026-09-01")), "key-retired");
    let week = |now| {
        let list = list(&log.did(), |list| list["grace_days"] = 7.into());
        let scene = with(old(), Scene::by(&log)).at(now);
        Scene { lists: vec![believed(&list)], pinned: false, ..scene }.said()
    };
    assert_eq!(week("2026-06-09T23:59:59Z"), ACCEPTED);
    assert_eq!(week("2026-06-10"), undetermined(34, "status-unknown"));
    // Ended by the list alone.
    let listed = |now| {
        let keys = json!([entry(7, None), entry(9, Some("2026-06-01"))]);
        let log = super::log(&[("2026-01-01", &[7, 9])]);
        let old = token(&log, 9, "2026-06-01", Some("2030-01-01"));
        with(old, lists_keys(&log, keys)).at(now).said()
    };
    assert_eq!(listed("2026-08-30T23:59:59Z"), ACCEPTED);
    assert_eq!(listed("2026-08-31"), undetermined(34, "status-unknown"));
}

#[test]
fn the_history_of_another_signer_is_as_new_as_seen() {
    let signer = log(&[("2026-01-01", &[30]), ("2026-02-01", &[30])]);
    let name = (Source::History, signer.did().to_string());
    let scene = |known: Option<Seen>| {
        let issuer = Scene::by_key(7);
        let list = list(&issuer.issuer, |list| {
            list["validators"][0]["status_signers"] = json!([signer.did().as_str()]);
        });
        let seen = known.map(|known| (name.clone(), known));
        let scene = Scene { lists: vec![believed(&list)], dids: vec![fetched(&signer)], ..issuer };
        let memory = Memory { seen: seen.into_iter().collect(), ..Memory::default() };
        with(token(&signer, 30, "2026-11-20", Some("2026-11-21")), Scene { memory, ..scene })
    };
    let first = scene(None);
    assert_eq!(first.said(), ACCEPTED);
    let found = first.examine().learned.seen[&name];
    assert_eq!((found.number, scene(Some(found)).said()), (2, ACCEPTED));
    let older = scene(Some(Seen { number: 3, ..found }));
    assert_eq!(
        (older.said(), noted(&older)),
        (undetermined(34, "status-unknown"), "log-rolled-back")
    );
    let forked = scene(Some(Seen { digest: [0; 32], ..found }));
    assert_eq!((forked.said(), noted(&forked)), (undetermined(34, "status-unknown"), "log-forked"));
    assert_eq!(forked.examine().learned.conflicts.len(), 1);
}

#[test]
fn a_limit_of_age_gives_a_token_without_end_no_longer_life() {
    let log = log(&[("2026-01-01", &[7])]);
    let scene = |issued, limit: Option<i64>| {
        let policy = Policy::default();
        let policy = match limit {
            Some(limit) => policy.with_max_status_age(u32::try_from(limit).unwrap()),
            None => policy,
        };
        with(token(&log, 7, issued, None), Scene { policy, ..Scene::by(&log) }).said()
    };
    let stale = undetermined(34, "status-stale");
    assert_eq!(scene("2026-11-19T14:00:00Z", None), ACCEPTED);
    for limit in [None, Some(30 * DAY), Some(DAY)] {
        assert_eq!(scene("2026-11-19T13:59:59Z", limit), stale, "{limit:?}");
    }
    assert_eq!(scene("2026-11-20T12:00:00Z", Some(3600)), stale);
}

/// A newer version of any list may have marked the key.
#[test]
fn every_list_is_the_newest_that_was_seen() {
    let listed = |pinned| {
        let scene = Scene::by_key(7);
        let other = list(&scene.issuer, |list| list["attributes"][0]["vct"] = json!(["urn:other"]));
        Scene { lists: vec![believed(&other)], pinned, ..scene }
    };
    let name = (Source::Jurisdiction, "us-securities".to_owned());
    let found = listed(true).examine().learned.seen[&name];
    let said = |known: Seen| {
        let memory = Memory { seen: [(name.clone(), known)].into(), ..Memory::default() };
        Scene { memory, ..listed(true) }.said()
    };
    assert_eq!(said(found), ACCEPTED);
    assert_eq!(said(Seen { number: 2, ..found }), refused(45, "trust-list-rolled-back"));
    assert_eq!(said(Seen { digest: [0; 32], ..found }), refused(45, "trust-list-forked"));
}

#[test]
fn lists_approve_nothing_that_has_no_beginning() {
    let scene = |pinned| {
        let scene = Scene::by_key(7);
        let list = list(&scene.issuer, |list| {
            list["validators"][0]["approvals"][0]["max_validity"] = "3mo".into();
        });
        Scene { lists: vec![believed(&list)], begins: "1970-01-01", pinned, ..scene }
    };
    // Long before its end it would be refused as too long; three months before it must not be taken either.
    for now in ["2026-11-20T14:00:00Z", "2027-03-15"] {
        let late = |scene: Scene| {
            let mut scene = scene.at(now);
            scene.lists = vec![believed(&list(&scene.issuer, |list| {
                list["validators"][0]["approvals"][0]["max_validity"] = "12mo".into();
                list["expires"] = "2028-01-01".into();
                list["next_update"] = "2027-12-01".into();
            }))];
            scene
        };
        assert_eq!(late(scene(false)).said(), refused(37, "claim-missing"), "{now}");
        assert_eq!(late(scene(true)).said(), ACCEPTED, "{now}");
    }
}

/// Where nothing else says when a credential begins, a date to come would reach an approval, and an end, that are not for it.
#[test]
fn a_time_of_issue_to_come_reaches_no_approval() {
    let scene = |issued, from: &'static str| {
        let scene = Scene::by_key(7);
        let list = list(&scene.issuer, |list| {
            let approval = &mut list["validators"][0]["approvals"][0];
            approval["from"] = from.into();
            approval["max_validity"] = "12mo".into();
        });
        let lists = vec![believed(&list)];
        Scene { lists, begins: "1970-01-01", issued: Some(issued), ..scene }.said()
    };
    assert_eq!(scene("2026-11-20T14:00:00Z", "2026-01-01"), ACCEPTED);
    assert_eq!(scene("2026-11-20T14:01:00Z", "2026-01-01"), ACCEPTED, "their clock is ahead");
    assert_eq!(scene("2026-11-20T14:01:01Z", "2026-01-01"), refused(30, "not-yet-valid"));
    assert_eq!(scene("2026-12-01", "2026-11-25"), refused(30, "not-yet-valid"));
}

/// What a log that breaks off says of keys may have been taken back behind the break.
#[test]
fn a_signer_whose_log_breaks_off_proves_no_token() {
    use bonafide::status::{ExpectedStatus, UnverifiedStatusToken};
    let log = log(&[("2026-01-01", &[7]), ("2026-02-01", &[7])]);
    let cut = log.text().replace("2026-02-01T", "2026-02-02T").into_bytes();
    let material = DidMaterial::Log { log: cut, witness: None };
    let cut = FetchedDid { did: log.did(), material, fetched_at: None };
    let text = token(&log, 7, "2026-11-20", None);
    let said = |known: &FetchedDid, now| {
        let token = UnverifiedStatusToken::parse(&text).unwrap();
        let own = [log.did()];
        let expected = ExpectedStatus { uri: URI, signers: &own };
        let done = token.verify_known(&expected, &known.check().unwrap(), at(now));
        done.map(|_| "").unwrap_or_else(|error| error.code())
    };
    assert_eq!(said(&fetched(&log), "2026-11-20"), "");
    assert_eq!(said(&cut, "2026-11-20"), "log-invalid");
}

/// Neither place nor luck decides between two lists of one second.
#[test]
fn two_lists_of_one_moment_that_differ_are_evidence() {
    let log = log(&[("2026-01-01", &[7])]);
    let when = "2026-11-20T12:00:00Z";
    let (good, bad) = (token(&log, 7, when, Some("2026-11-21")), revoking(&log, 7, when));
    let scene = |statuses: &[&String]| {
        let statuses = statuses.iter().map(|text| (*text).clone()).collect();
        Scene { statuses, status_uri: Some(URI), ..Scene::by(&log) }
    };
    assert_eq!(scene(&[&good]).said(), ACCEPTED);
    assert_eq!(scene(&[&bad]).said(), refused(31, "revoked"));
    for both in [[&good, &bad], [&bad, &good]] {
        let found = scene(&both).examine();
        let kinds: Vec<_> = found.verdict.reasons().iter().map(|reason| reason.kind()).collect();
        assert_eq!((found.verdict.name(), kinds.contains(&"status-forked")), ("refused", true));
        assert_eq!(found.learned.conflicts.len(), 1);
        assert_eq!(
            found.learned.used.iter().filter(|used| used.0 == Source::StatusList).count(),
            2
        );
    }
    // Signed once more, with another end, it says the same.
    let again = token(&log, 7, when, Some("2026-11-22"));
    assert_eq!(scene(&[&good, &again]).said(), ACCEPTED);
    // The other one was seen before, and is not at hand.
    let learned = scene(&[&bad]).examine().learned;
    let memory = Memory { seen: learned.seen, ..Memory::default() };
    let later = Scene { memory, ..scene(&[&good]) };
    assert_eq!(later.said(), refused(45, "status-forked"));
    assert_eq!(later.examine().learned.conflicts.len(), 1);
    // Or it is at hand, and has ended: it was believed all the same.
    let long = token(&log, 7, when, Some("2027-11-21"));
    let memory = later.memory.clone();
    let ended =
        |texts: &[&String]| Scene { memory: memory.clone(), ..scene(texts) }.at("2026-11-21");
    for both in [[&long, &bad], [&bad, &long]] {
        assert_eq!(ended(&both).said(), refused(45, "status-forked"));
        assert_eq!(ended(&both).examine().learned.conflicts.len(), 1);
    }
    // What was believed says the same still when its signer may sign no more.
    let other = token(&super::log(&[("2026-01-01", &[9])]), 9, when, Some("2026-11-22"));
    let mut seen = scene(&[&good]).examine().learned.seen;
    let list = seen.keys().find(|(source, _)| *source == Source::StatusList).unwrap().clone();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&other).into();
    seen.get_mut(&list).unwrap().digest = digest;
    let same = Scene { memory: Memory { seen, ..Memory::default() }, ..scene(&[&good, &other]) };
    assert_eq!(same.said(), ACCEPTED);
    // One that ended and was never believed says nothing, nor does one that says the same.
    assert_eq!(scene(&[&long, &bad]).at("2026-11-21").said(), ACCEPTED);
    let seen = scene(&[&good]).examine().learned.seen;
    let memory = Memory { seen, ..Memory::default() };
    let same = Scene { memory, ..scene(&[&long, &good]) }.at("2026-11-21");
    assert_eq!(same.said(), ACCEPTED);
}

/// A log that breaks off beside the whole one is told of: it may know of a stolen key.
#[test]
fn a_log_that_breaks_off_is_noticed_beside_the_whole_one() {
    let whole = log(&[("2026-01-01", &[7])]);
    let longer = log(&[("2026-01-01", &[7]), ("2026-02-01", &[7])]);
    assert_eq!(whole.did(), longer.did());
    let cut = longer.text().replace("2026-02-01T", "2026-02-02T").into_bytes();
    let material = DidMaterial::Log { log: cut, witness: None };
    let cut = FetchedDid { did: whole.did(), material, fetched_at: None };
    let scene = Scene { dids: vec![cut, fetched(&whole)], ..Scene::by(&whole) };
    assert_eq!((scene.said(), noted(&scene)), (ACCEPTED, "log-invalid"));
}

/// What the holder alone has is handed out to be kept, or others would be undetermined for want of it.
#[test]
fn a_stapled_token_that_decided_is_handed_out() {
    let log = log(&[("2026-01-01", &[7])]);
    let text = token(&log, 7, "2026-11-20T12:00:00Z", Some("2026-11-21"));
    let scene = |statuses: Vec<String>, staples: Vec<String>| {
        Scene { statuses, staples, status_uri: Some(URI), ..Scene::by(&log) }.examine()
    };
    let found = scene(vec![], vec![text.clone()]);
    assert_eq!(found.verdict.name(), "accepted");
    assert!(found.learned.stapled.iter().eq([&text]));
    assert!(scene(vec![text.clone()], vec![]).learned.stapled.is_empty());
    let older = token(&log, 7, "2026-11-20T11:00:00Z", Some("2026-11-21"));
    assert!(scene(vec![text], vec![older]).learned.stapled.is_empty());
}

/// A replay goes by the lists of then. One a little ahead counts where it had been believed by then.
#[test]
fn a_replay_leaves_out_lists_issued_since() {
    let log = log(&[("2026-01-01", &[7])]);
    let (old, new) = (
        token(&log, 7, "2026-11-20T12:00:00Z", Some("2026-11-21")),
        revoking(&log, 7, "2026-11-20T14:00:30Z"),
    );
    let statuses = vec![old, new];
    let live = Scene { statuses, status_uri: Some(URI), ..Scene::by(&log) };
    assert_eq!(live.said(), refused(31, "revoked"));
    let seen = live.examine().learned.seen;
    let replay = Scene { replay: true, ..live };
    assert_eq!(replay.said(), ACCEPTED);
    let memory = Memory { seen, ..Memory::default() };
    assert_eq!(Scene { memory, ..replay }.said(), refused(31, "revoked"));
}

/// What decides is remembered, and kept, also where the clock of who signed it is ahead: the next answer needs it.
#[test]
fn a_token_a_little_ahead_is_remembered() {
    let log = log(&[("2026-01-01", &[7])]);
    let scene = |issued| with(token(&log, 7, issued, Some("2026-11-21")), Scene::by(&log));
    let ahead = scene("2026-11-20T14:01:00Z").examine();
    let name = (Source::StatusList, format!("{} {URI}", log.did()));
    let seen = ahead.learned.seen[&name];
    assert_eq!(seen.number, u64::try_from(at("2026-11-20T14:01:00Z").unix()).unwrap());
    assert!(ahead.learned.used.contains(&(name.0, name.1.clone(), seen)));
    // Our clock does not follow theirs.
    assert!(ahead.learned.trusted_time < Some(at("2026-11-20T14:00:01Z")));
    assert_eq!(scene("2026-11-20T14:01:01Z").said(), undetermined(34, "status-unknown"));
}
