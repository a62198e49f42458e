//! Keys of issuers whose DID has a history, or a document that was fetched (rows 9, 10, 12, 41, 43, 43c).

use bonafide::did::Did;
use bonafide::policy::Policy;
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::verify::{Fetched, Memory, Seen, Source};
use serde_json::json;

use super::super::jurisdictions::at;
use super::{ACCEPTED, Scene, believed, fetched, list, log, refused, undetermined};
use crate::support::webvh::{Draft, Log, multikey, state};

/// Key 7 until 2026-09-15, then key 8.
fn rotated() -> Log {
    log(&[("2026-01-01", &[7]), ("2026-09-15", &[8])])
}

#[test]
fn a_key_counts_from_its_first_day_to_its_last() {
    let scene = |begins| Scene { begins, ..Scene::by(&rotated()) };
    assert_eq!(scene("2026-01-01").said(), ACCEPTED);
    assert_eq!(scene("2026-09-15").said(), ACCEPTED, "its last day, inclusive");
    let outside = refused(41, "key-outside-window");
    assert_eq!(scene("2025-12-31").said(), outside);
    assert_eq!(scene("2026-09-16").said(), outside);
    let new = |begins| Scene { fragment: "k8".into(), seed: 8, ..scene(begins) };
    assert_eq!(new("2026-09-15").said(), ACCEPTED);
    assert_eq!(new("2026-09-14").said(), outside);
}

#[test]
fn a_retired_key_counts_ninety_days_more_for_what_it_signed() {
    let scene = || Scene::by(&rotated());
    assert_eq!(scene().at("2026-12-14T23:59:59Z").said(), ACCEPTED);
    assert_eq!(scene().at("2026-12-15T00:00:00Z").said(), refused(41, "key-retired"));
    let shorter = |scene: Scene| Scene { ends: "2026-12-10", ..scene };
    assert_eq!(shorter(scene()).at("2026-12-09").said(), ACCEPTED, "never past its end");
    assert_eq!(shorter(scene()).at("2026-12-10").said(), refused(30, "expired"));
    // A jurisdiction can say otherwise.
    let week = believed(&list(&rotated().did(), |list| list["grace_days"] = 7.into()));
    let scene = |now| Scene { lists: vec![week.clone()], ..Scene::by(&rotated()) }.at(now).said();
    assert_eq!(scene("2026-09-22T23:59:59Z"), ACCEPTED);
    assert_eq!(scene("2026-09-23T00:00:00Z"), refused(41, "key-retired"));
}

#[test]
fn what_a_did_does_not_have_is_refused() {
    let scene = || Scene::by(&rotated());
    let other = Scene { fragment: "k9".into(), seed: 9, ..scene() };
    assert_eq!(other.said(), refused(35, "key-not-found"));
    let forged = Scene { seed: 9, ..scene() };
    assert_eq!(forged.said(), refused(35, "bad-signature"));
    let mut log = log(&[]);
    let mut document = state(&[7]);
    document["authentication"] =
        document.as_object_mut().unwrap().remove("assertionMethod").unwrap();
    log.push(Draft::new("2026-01-01T00:00:00Z", crate::support::webvh::genesis(1), document, 1));
    assert_eq!(Scene::by(&log).said(), refused(35, "wrong-purpose"));
    let undated = Scene { begins: "1970-01-01", ..scene() };
    assert_eq!(undated.said(), refused(37, "claim-missing"));
}

#[test]
fn a_compromised_key_counts_for_nothing_at_any_date() {
    let mut log = log(&[("2026-01-01", &[7])]);
    let mut revoked = state(&[7, 8]);
    revoked["verificationMethod"][0]["revoked"] = "2026-10-01T00:00:00Z".into();
    log.push(Draft::new("2026-10-02T00:00:00Z", json!({}), revoked, 1));
    for begins in ["2026-01-01", "2026-06-01", "2026-10-30"] {
        let scene = Scene { begins, ..Scene::by(&log) };
        assert_eq!(scene.said(), refused(35, "key-compromised"), "{begins}");
    }
    // What was decided before anybody knew stays what it was.
    let before = Scene { replay: true, ..Scene::by(&log) };
    assert_eq!(before.at("2026-10-01T12:00:00Z").said(), ACCEPTED);
}

#[test]
fn what_is_not_at_hand_is_open_for_those_who_are_believed() {
    let scene = || Scene { dids: Vec::new(), ..Scene::by(&rotated()) };
    assert_eq!(scene().said(), undetermined(44, "did-not-at-hand"));
    let stranger = || Scene { pinned: false, ..scene() };
    assert_eq!(stranger().said(), refused(40, "issuer-unknown"));
    let verdict = stranger().examine().verdict;
    let detail = format!("{} is not pinned and in no list", stranger().issuer);
    assert_eq!(verdict.reasons()[0].detail(), detail);
    let listed = believed(&list(&rotated().did(), |_| ()));
    let listed = Scene { lists: vec![listed], ..stranger() };
    assert_eq!(listed.said(), undetermined(44, "did-not-at-hand"));
    // At hand, and believed by nobody.
    let known = Scene { pinned: false, ..Scene::by(&rotated()) };
    assert_eq!(known.said(), refused(40, "issuer-unknown"));
    let verdict = known.examine().verdict;
    assert_eq!(verdict.reasons()[0].detail(), detail, "likewise");
}

#[test]
fn a_log_that_breaks_off_leads_to_no_acceptance() {
    let mut cut = rotated();
    cut.lines[1]["state"]["assertionMethod"] = json!([]);
    assert_eq!(Scene::by(&cut).said(), refused(35, "log-invalid"));
    let mut nothing = rotated();
    nothing.lines[0]["versionTime"] = "2026-01-02T00:00:00Z".into();
    assert_eq!(Scene::by(&nothing).said(), refused(35, "log-invalid"));
    let ahead = log(&[("2026-01-01", &[7]), ("2026-11-21", &[7, 8])]);
    assert_eq!(Scene::by(&ahead).said(), refused(35, "log-invalid"));
    let replay = Scene { replay: true, ..Scene::by(&ahead) };
    assert_eq!(replay.said(), ACCEPTED, "the entry of tomorrow is left out");
}

/// Where the issuer's clock is ahead of ours, or it changed its keys twice in a second.
#[test]
fn an_entry_that_may_be_ahead_counts_at_once() {
    let mut stolen = log(&[("2026-01-01", &[7])]);
    let mut document = state(&[7, 8]);
    document["verificationMethod"][0]["revoked"] = "2026-11-20T00:00:00Z".into();
    stolen.push(Draft::new("2026-11-21T00:00:00Z", json!({}), document, 1));
    let evening = |log: &Log, now| Scene::by(log).at(now).said();
    assert_eq!(evening(&stolen, "2026-11-20T23:54:59Z"), refused(35, "log-invalid"));
    assert_eq!(evening(&stolen, "2026-11-20T23:55:00Z"), refused(35, "key-compromised"));
    // A key's first day is compared as ever.
    let new = log(&[("2026-01-01", &[9]), ("2026-11-21", &[7])]);
    assert_eq!(evening(&new, "2026-11-20T23:59:00Z"), refused(41, "key-outside-window"));
}

/// What holds of a log that does not count is remembered: the shorter one of before does not come back.
#[test]
fn a_log_that_was_refused_is_not_forgotten() {
    let (old, new) = (log(&[("2026-01-01", &[7])]), rotated());
    let name = (Source::History, new.did().to_string());
    let ahead = log(&[("2026-01-01", &[7]), ("2026-11-21", &[7, 8])]);
    let mut cut = fetched(&new);
    cut.material =
        DidMaterial::Log { log: [new.text(), "{}".into()].join("").into(), witness: None };
    let broken = Scene { dids: vec![cut], ..Scene::by(&new) };
    for scene in [Scene::by(&ahead), broken] {
        assert_eq!(scene.said(), refused(35, "log-invalid"));
        let seen = scene.examine().learned.seen;
        assert_eq!(seen[&name].number, 2);
        let memory = Memory { seen, ..Memory::default() };
        let later = Scene { memory, ..Scene::by(&old) };
        assert_eq!(later.said(), refused(45, "log-rolled-back"));
        // Of strangers nothing is remembered, whatever comes of it.
        let stranger = Scene { pinned: false, ..scene };
        assert!(stranger.examine().learned.seen.is_empty());
    }
}

/// Anybody can write logs and documents, and have them named by an answer.
#[test]
fn nothing_is_remembered_or_kept_of_strangers() {
    for scene in [Scene::by(&rotated()), web(|_| ())] {
        let learned = scene.examine().learned;
        assert!(!learned.seen.is_empty() && !learned.used.is_empty());
        let stranger = Scene { pinned: false, ..scene };
        let learned = stranger.examine().learned;
        assert!(learned.seen.is_empty() && learned.used.is_empty(), "{learned:?}");
        let memory = Memory::default();
        assert!(stranger.verifier().documents(&memory, at(stranger.now)).seen.is_empty());
        // Nor is what contradicts itself evidence against anybody.
        if let [only] = &stranger.dids[..]
            && let DidMaterial::Log { .. } = only.material
        {
            let mut fork = log(&[("2026-01-01", &[7])]);
            fork.push(Draft::new("2026-09-16T00:00:00Z", json!({}), state(&[7]), 1));
            let both = Scene { dids: vec![only.clone(), fetched(&fork)], ..Scene::by(&fork) };
            assert_eq!(both.examine().learned.conflicts.len(), 1);
            let both = Scene { pinned: false, ..both };
            assert!(both.examine().learned.conflicts.is_empty());
        }
        // Whoever signs status lists for somebody listed is none.
        let issuer = Scene::by_key(9).issuer;
        let list = list(&issuer, |list| {
            list["validators"][0]["status_signers"] = json!([stranger.issuer.as_str()]);
        });
        let signer = Scene { lists: vec![believed(&list)], ..stranger };
        assert!(!signer.examine().learned.used.is_empty());
    }
}

/// What was known then counts, and of what is brought since only what is of before.
#[test]
fn a_replay_leaves_out_entries_written_since() {
    let mut stolen = log(&[("2026-01-01", &[7])]);
    let mut document = state(&[7, 8]);
    document["verificationMethod"][0]["revoked"] = "2026-11-20T00:00:00Z".into();
    stolen.push(Draft::new("2026-11-21T00:00:00Z", json!({}), document, 1));
    let live = Scene::by(&stolen).at("2026-11-20T23:58:00Z");
    assert_eq!(live.said(), refused(35, "key-compromised"));
    let seen = live.examine().learned.seen;
    let replay = Scene { replay: true, ..live };
    assert_eq!(replay.said(), ACCEPTED);
    let known = |scene: Scene| Scene {
        memory: Memory { seen: seen.clone(), ..Memory::default() },
        ..scene
    };
    assert_eq!(known(replay).said(), refused(35, "key-compromised"));
    // What was refused as being ahead is refused again.
    let early = Scene { replay: true, ..Scene::by(&stolen) }.at("2026-11-20T14:00:00Z");
    assert_eq!(known(early).said(), refused(35, "log-invalid"));
    // The least version is that of then, too.
    let list = list(&stolen.did(), |list| list["validators"][0]["min_log_version"] = 2.into());
    let least = || {
        let scene = Scene { lists: vec![believed(&list)], pinned: false, ..Scene::by(&stolen) };
        Scene { replay: true, ..scene }.at("2026-11-20T23:58:00Z")
    };
    assert_eq!(least().said(), undetermined(44, "history-stale"));
}

#[test]
fn what_was_looked_into_can_be_kept_whatever_came_of_it() {
    let kept = |scene: &Scene| -> (Vec<Source>, Vec<FetchedDid>) {
        let (examination, verifier) = (scene.examine(), scene.verifier());
        let used = examination.learned.used;
        let fetched = used.iter().map(|(source, name, seen)| {
            match verifier.fetched(*source, name, *seen).unwrap() {
                Fetched::Did(did) => did.clone(),
                Fetched::StatusList(_) => panic!("no list is here"),
            }
        });
        (used.iter().map(|(source, ..)| *source).collect(), fetched.collect())
    };
    let scene = Scene::by(&rotated());
    assert_eq!(kept(&scene), (vec![Source::History], scene.dids.clone()));
    let refused = Scene { fragment: "k99".into(), ..Scene::by(&rotated()) };
    assert_eq!(refused.said().0, "refused");
    assert_eq!(kept(&refused).1, refused.dids);
    let document = web(|_| ());
    assert_eq!(kept(&document), (vec![Source::Document], document.dids.clone()));
    // Both sides of a fork, and the note that they are sides of one.
    let mut fork = log(&[("2026-01-01", &[7])]);
    fork.push(Draft::new("2026-09-15T00:00:00Z", json!({}), state(&[7, 9]), 1));
    let forked = Scene { dids: vec![fetched(&rotated()), fetched(&fork)], ..Scene::by(&fork) };
    assert_eq!(kept(&forked).1.len(), 2);
    assert_eq!(forked.examine().learned.conflicts.len(), 1);
    // A log that is none proves nothing, and is not worth keeping.
    let mut broken = scene.dids.clone();
    broken[0].material = DidMaterial::Log { log: b"garbage".to_vec(), witness: None };
    assert_eq!(kept(&Scene { dids: broken, ..Scene::by(&rotated()) }), (vec![], vec![]));
    // Nor one with garbage behind it, which would pass for the whole one: their heads are the same.
    let mut garbage = rotated();
    garbage.lines.push(json!("garbage"));
    let cut = Scene { dids: vec![fetched(&garbage)], ..Scene::by(&rotated()) };
    assert_eq!(cut.said(), ("refused", vec![(35, "log-invalid")]));
    assert_eq!(kept(&cut), (vec![], vec![]));
    // Neither another name, nor another kind, nor another digest finds it.
    let used = scene.examine().learned.used.pop_first().unwrap();
    let (verifier, (source, name, seen)) = (scene.verifier(), used);
    assert!(verifier.fetched(source, &name, seen).is_some());
    let other = Seen { digest: [0; 32], ..seen };
    assert_eq!(verifier.fetched(source, &name, other), None);
    assert_eq!(verifier.fetched(Source::Document, &name, seen), None);
    assert_eq!(verifier.fetched(source, "did:web:a.example", seen), None);
}

#[test]
fn of_several_logs_the_longest_counts_if_none_contradicts_it() {
    let (old, new) = (log(&[("2026-01-01", &[7])]), rotated());
    let scene = |logs: &[&Log], now| {
        let dids = logs.iter().map(|log| fetched(log)).collect();
        Scene { dids, ..Scene::by(&new) }.at(now).said()
    };
    let late = "2027-01-10";
    assert_eq!(scene(&[&old], late), ACCEPTED, "nobody knows better");
    for logs in [[&old, &new], [&new, &old]] {
        assert_eq!(scene(&logs, late), refused(41, "key-retired"));
        assert_eq!(scene(&logs, "2026-11-20"), ACCEPTED);
    }
    // Somebody puts garbage behind the whole log, and gives it away: it takes nothing from the whole one.
    let mut garbage = rotated();
    garbage.lines.push(json!("garbage"));
    assert_eq!(scene(&[&garbage, &new], "2026-11-20"), ACCEPTED);
    assert_eq!(scene(&[&garbage, &old], "2026-11-20"), refused(35, "log-invalid"));
    let mut fork = log(&[("2026-01-01", &[7])]);
    fork.push(Draft::new("2026-09-15T00:00:00Z", json!({}), state(&[7, 9]), 1));
    assert_eq!(fork.did(), new.did());
    for logs in [[&fork, &new], [&new, &fork]] {
        assert_eq!(scene(&logs, "2026-11-20"), refused(45, "log-forked"));
    }
}

#[test]
fn a_history_once_seen_is_not_forgotten() {
    let (old, new) = (log(&[("2026-01-01", &[7])]), rotated());
    let name = (Source::History, new.did().to_string());
    let learned = Scene::by(&new).examine().learned;
    let head = learned.seen[&name];
    assert_eq!(head.number, 2);
    let remembering =
        |seen: Seen| Memory { seen: [(name.clone(), seen)].into(), ..Memory::default() };
    let scene = |log: &Log, seen: Seen| Scene { memory: remembering(seen), ..Scene::by(log) };
    assert_eq!(scene(&new, head).said(), ACCEPTED);
    assert!(scene(&new, head).examine().learned.seen.is_empty());
    let first = Scene::by(&old).examine().learned.seen[&name];
    assert_eq!(scene(&new, first).said(), ACCEPTED, "it grew");
    assert_eq!(scene(&new, first).examine().learned.seen[&name], head);
    assert_eq!(scene(&old, head).said(), refused(45, "log-rolled-back"));
    for known in [Seen { digest: [1; 32], ..head }, Seen { digest: [1; 32], ..first }] {
        assert_eq!(scene(&new, known).said(), refused(45, "log-forked"));
        let learned = scene(&new, known).examine().learned;
        assert_eq!((learned.conflicts[0].known, learned.conflicts[0].found), (known, head));
        assert!(learned.seen.is_empty());
    }
}

#[test]
fn age_and_least_version_can_be_demanded() {
    let demanding = |least: u32| {
        let list =
            list(&rotated().did(), |list| list["validators"][0]["min_log_version"] = least.into());
        Scene { pinned: false, lists: vec![believed(&list)], ..Scene::by(&rotated()) }.said()
    };
    assert_eq!(demanding(2), ACCEPTED);
    assert_eq!(demanding(3), undetermined(44, "history-stale"));
    let aged = |seconds, fetched_at: Option<&str>| {
        let mut scene = Scene::by(&rotated());
        scene.dids[0].fetched_at = fetched_at.map(at);
        scene.policy = Policy::default().with_max_history_age(seconds);
        scene.said()
    };
    assert_eq!(aged(6 * 3600, Some("2026-11-20T08:00:00Z")), ACCEPTED);
    assert_eq!(aged(6 * 3600 - 1, Some("2026-11-20T08:00:00Z")), undetermined(44, "history-stale"));
    assert_eq!(aged(6 * 3600, None), undetermined(44, "history-stale"));
    let carried = Scene {
        pinned: true,
        policy: Policy::default().with_max_history_age(1),
        ..Scene::by_key(7)
    };
    assert_eq!(carried.said(), ACCEPTED, "what a did:key says does not age");
}

/// did:web: its document as somebody believed fetched it.
fn web(change: impl Fn(&mut serde_json::Value)) -> Scene {
    let did = Did::parse("did:web:issuer.example").unwrap();
    let mut document = json!({
        "id": did.as_str(),
        "verificationMethod": [{"id": "#k7", "type": "Multikey", "controller": did.as_str(),
            "publicKeyMultibase": multikey(7)}],
        "assertionMethod": ["#k7"],
    });
    change(&mut document);
    let material = DidMaterial::Document(document.to_string().into_bytes());
    let fetched = FetchedDid { did: did.clone(), material, fetched_at: Some(at("2026-11-20")) };
    Scene { issuer: did, dids: vec![fetched], ..Scene::by(&rotated()) }
}

#[test]
fn a_document_of_did_web_is_judged_likewise() {
    assert_eq!(web(|_| ()).said(), ACCEPTED);
    type Edit = fn(&mut serde_json::Value);
    let edits: [(Edit, u8, &'static str); 5] = [
        (|d| d["id"] = "did:web:other.example".into(), 35, "did-mismatch"),
        (|d| d["assertionMethod"] = json!([]), 35, "wrong-purpose"),
        (|d| d["verificationMethod"] = json!([]), 35, "key-not-found"),
        (
            |d| d["verificationMethod"][0]["revoked"] = "2026-11-01T00:00:00Z".into(),
            35,
            "key-compromised",
        ),
        (
            |d| d["verificationMethod"][0]["expires"] = "2026-05-01T00:00:00Z".into(),
            41,
            "key-outside-window",
        ),
    ];
    for (edit, code, kind) in edits {
        assert_eq!(web(edit).said(), refused(code, kind));
    }
    // What was signed in June counts until 90 days after the key's end.
    let ended = |day: &str| web(|d| d["verificationMethod"][0]["expires"] = day.into()).said();
    assert_eq!(ended("2026-08-22T00:00:00Z"), ACCEPTED);
    assert_eq!(ended("2026-08-21T23:59:59Z"), refused(41, "key-retired"));
    // Of two documents the later one counts.
    let mut scene = web(|_| ());
    let mut later = web(|document| document["assertionMethod"] = json!([])).dids.remove(0);
    later.fetched_at = Some(at("2026-11-20T01:00:00Z"));
    scene.dids.push(later);
    assert_eq!(scene.said(), refused(35, "wrong-purpose"));
    scene.dids.reverse();
    assert_eq!(scene.said(), refused(35, "wrong-purpose"));
}

/// Row 41, where nothing in a document says how old it is: of those that somebody believed fetched, the latest seen.
#[test]
fn a_document_once_seen_is_not_forgotten() {
    let name = (Source::Document, "did:web:issuer.example".to_owned());
    let fetched_at = |mut scene: Scene, time: &str| {
        scene.dids[0].fetched_at = Some(at(time));
        scene
    };
    let revoked = || web(|d| d["verificationMethod"][0]["revoked"] = "2026-11-01T00:00:00Z".into());
    let later = fetched_at(revoked(), "2026-11-20T10:00:00Z");
    assert_eq!(later.said(), refused(35, "key-compromised"));
    let learned = later.examine().learned;
    assert_eq!(learned.seen[&name].number, at("2026-11-20T10:00:00Z").unix() as u64);
    let remembering = |scene: Scene| {
        let memory = Memory { seen: learned.seen.clone(), ..Memory::default() };
        Scene { memory, ..scene }
    };
    let old = || fetched_at(web(|_| ()), "2026-11-20T09:59:59Z");
    assert_eq!(old().said(), ACCEPTED, "nobody knows better");
    let examination = remembering(old()).examine();
    assert!(examination.learned.seen.is_empty());
    assert_eq!(remembering(old()).said(), undetermined(44, "history-stale"));
    // A later one counts, and one that says the same does whenever it was fetched.
    let newer = || fetched_at(web(|_| ()), "2026-11-20T10:00:01Z");
    assert!(remembering(newer()).examine().learned.seen.contains_key(&name));
    // But what was declared stolen stays so: an old document may have been fetched, or packed, again. The name of the
    // key does not matter, and another key is not touched.
    assert_eq!(remembering(newer()).said(), refused(35, "key-compromised"));
    let mut beside = newer();
    beside.dids.extend(later.dids.clone());
    assert_eq!(beside.said(), refused(35, "key-compromised"), "it is at hand");
    let other = fetched_at(
        web(|document| {
            document["verificationMethod"][0]["revoked"] = "2026-11-01T00:00:00Z".into();
            document["verificationMethod"][0]["publicKeyMultibase"] = multikey(8).into();
        }),
        "2026-11-20T09:00:00Z",
    );
    let learned_of_other = other.examine().learned;
    let memory = Memory { seen: learned_of_other.seen, ..Memory::default() };
    assert_eq!(Scene { memory, ..newer() }.said(), ACCEPTED);
    let same = fetched_at(revoked(), "2026-11-20T09:00:00Z");
    assert_eq!(remembering(same).said(), refused(35, "key-compromised"));
    // Of two fetched in one second nobody knows which is the later one.
    let beside = || fetched_at(web(|_| ()), "2026-11-20T10:00:00Z");
    assert_eq!(remembering(beside()).said(), undetermined(44, "history-stale"));
    let mut both = beside();
    both.dids.push(later.dids[0].clone());
    assert_eq!(both.said(), undetermined(44, "history-stale"));
    // What an answer does not need is remembered too, where whoever verifies says so.
    let documents = |scene: &Scene, memory: &Memory| {
        scene.verifier().documents(memory, at("2026-11-20T14:00:00Z"))
    };
    let memory = Memory { seen: learned.seen.clone(), ..Memory::default() };
    let taught = documents(&later, &Memory::default());
    assert_eq!((&taught.seen, taught.used.len()), (&learned.seen, 1));
    for (scene, new) in [(later, 0), (old(), 0), (newer(), 1)] {
        let taught = documents(&scene, &memory);
        assert_eq!((taught.seen.len(), taught.used.len()), (new, new));
    }
    let broken = || fetched_at(web(|d| d["id"] = "did:web:other.example".into()), "2026-11-20");
    for scene in [broken(), fetched_at(web(|_| ()), "2026-11-21"), Scene::by(&rotated())] {
        assert!(documents(&scene, &Memory::default()).seen.is_empty());
    }
    // What was fetched in the future teaches nothing, but where the fetcher's clock may be ahead as much as a bundle's.
    let by = |time| fetched_at(web(|_| ()), time);
    for (time, learns) in [("2026-11-20T14:01:00Z", true), ("2026-11-20T14:01:01Z", false)] {
        assert_eq!(by(time).examine().learned.seen.contains_key(&name), learns, "{time}");
        let taught = documents(&by(time), &Memory::default());
        assert_eq!(taught.seen.contains_key(&name), learns, "{time}");
    }
}
