//! A platform's memory: it only moves forward, and a question is answered once (ATTACKS 41, 44, 66).

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;

use bonafide::clock::Timestamp;
use bonafide::verify::{Conflict, Learned, Memory, Seen, Source};
use bonafide_records::{Decision, NonceMark, Noted, Platform, SqlitePlatform};
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::at;

const LIST: &str = "https://acme.example/status/1";
const NOW: &str = "2026-11-21T09:00:00Z";

pub fn open(dir: &Path) -> SqlitePlatform {
    SqlitePlatform::open(&dir.join("platform.db")).unwrap()
}

pub fn platform() -> (TempDir, SqlitePlatform) {
    let dir = tempfile::tempdir().unwrap();
    let platform = open(dir.path());
    (dir, platform)
}

/// What somebody with the file does to it.
fn tamper(dir: &TempDir, sql: &str) {
    Connection::open(dir.path().join("platform.db")).unwrap().execute_batch(sql).unwrap();
}

fn mark(nonce: &str) -> NonceMark {
    NonceMark::of("did:example:harbor", nonce)
}

fn spends(nonce: &str) -> Decision {
    Decision { spend: Some(mark(nonce)), learned: Learned::default() }
}

pub fn seen(number: u64, digest: u8) -> Seen {
    Seen { number, digest: [digest; 32] }
}

pub fn saw(source: Source, name: &str, what: Seen) -> Decision {
    let seen = BTreeMap::from([((source, name.to_owned()), what)]);
    Decision { learned: Learned { seen, ..Learned::default() }, ..Decision::default() }
}

fn knows_time(time: &str) -> Decision {
    let learned = Learned { trusted_time: Some(at(time)), ..Learned::default() };
    Decision { learned, ..Decision::default() }
}

pub fn fork(known: Seen, found: Seen) -> Decision {
    let conflict = Conflict { source: Source::StatusList, name: LIST.into(), known, found };
    let learned = Learned { conflicts: vec![conflict], ..Learned::default() };
    Decision { learned, ..Decision::default() }
}

/// The commit of one decision.
pub fn commit(platform: &mut SqlitePlatform, decision: Decision) -> Noted {
    let known = platform.memory().unwrap();
    platform.commit(&[decision], &known, at(NOW)).unwrap()[0]
}

#[test]
fn what_was_learned_is_there_after_opening_again() {
    let (dir, mut platform) = platform();
    assert_eq!(platform.memory().unwrap(), Memory::default());
    let mut decision = saw(Source::History, "did:webvh:x", seen(u64::MAX, 1));
    let other = (Source::Jurisdiction, "did:webvh:x".to_owned());
    decision.learned.seen.insert(other, seen(7, 2));
    decision.learned.trusted_time = Some(at("2026-11-20"));
    decision.spend = spends("n1").spend;
    assert_eq!(commit(&mut platform, decision.clone()), Noted::Done);
    drop(platform);
    let platform = open(dir.path());
    let Learned { trusted_time, seen, .. } = decision.learned;
    assert_eq!(platform.memory().unwrap(), Memory { trusted_time, seen });
    assert_eq!(platform.spent(&mark("n1")).unwrap(), Some(at(NOW)));
    assert_eq!(platform.spent(&mark("n2")).unwrap(), None);
    let extent = platform.extent().unwrap();
    assert_eq!((extent.nonces, extent.seen, extent.conflicts), (1, 2, 0));
}

#[test]
fn a_question_is_who_asked_and_its_nonce() {
    assert_eq!(NonceMark::of("harbor", "n"), NonceMark::of("harbor", "n"));
    for (audience, nonce) in [("harbo", "rn"), ("harborn", ""), ("other", "n"), ("harbor", "m")] {
        assert_ne!(NonceMark::of("harbor", "n"), NonceMark::of(audience, nonce), "{audience}");
    }
}

#[test]
fn a_nonce_is_kept_as_a_digest_only() {
    let (dir, mut platform) = platform();
    commit(&mut platform, spends("a-nonce-of-plain-characters"));
    let files = std::fs::read_dir(dir.path()).unwrap();
    let bytes: Vec<u8> =
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(!has(b"a-nonce-of-plain") && !has(b"did:example:harbor"));
}

#[test]
fn a_spent_nonce_refuses_the_decision_and_all_that_it_learned() {
    let (_dir, mut platform) = platform();
    assert_eq!(commit(&mut platform, spends("n")), Noted::Done);
    let mut late = saw(Source::StatusList, LIST, seen(5, 5));
    late.spend = spends("n").spend;
    late.learned.trusted_time = Some(at("2026-11-20"));
    assert_eq!(commit(&mut platform, late), Noted::AlreadySpent);
    assert_eq!(platform.memory().unwrap(), Memory::default());
}

#[test]
fn each_of_several_decisions_is_told_what_became_of_it() {
    let (_dir, mut platform) = platform();
    let decisions = [spends("a"), spends("b"), spends("a"), Decision::default()];
    let noted = platform.commit(&decisions, &Memory::default(), at(NOW)).unwrap();
    assert_eq!(noted, [Noted::Done, Noted::Done, Noted::AlreadySpent, Noted::Done]);
    assert_eq!(platform.extent().unwrap().nonces, 2);
}

#[test]
fn numbers_and_times_never_go_back() {
    let (_dir, mut platform) = platform();
    let list = (Source::StatusList, LIST.to_owned());
    for (number, expected) in [(5, 5), (4, 5), (6, 6), (255, 255), (256, 256), (7, 256)] {
        let met = saw(Source::StatusList, LIST, seen(number, u8::try_from(number % 251).unwrap()));
        assert_eq!(commit(&mut platform, met), Noted::Done);
        assert_eq!(platform.memory().unwrap().seen[&list].number, expected);
    }
    for (time, expected) in
        [("2026-11-20", "2026-11-20"), ("2026-11-19", "2026-11-20"), ("2026-11-21", "2026-11-21")]
    {
        commit(&mut platform, knows_time(time));
        assert_eq!(platform.memory().unwrap().trusted_time, Some(at(expected)));
    }
}

/// Only the verifier tells a fork, so it is asked again when another process has noted more of a chain.
#[test]
fn what_was_noted_between_reading_and_writing_has_the_decision_made_again() {
    const DID: &str = "did:webvh:x";
    for source in [Source::History, Source::Jurisdiction, Source::StatusList] {
        let (_dir, mut platform) = platform();
        let before = platform.memory().unwrap();
        commit(&mut platform, saw(source, DID, seen(5, 1)));
        let late = |what: Seen| {
            let mut decision = saw(source, DID, what);
            decision.spend = spends("n").spend;
            decision.learned.trusted_time = Some(at("2026-11-20"));
            decision.learned.conflicts = fork(seen(1, 1), seen(1, 2)).learned.conflicts;
            decision
        };
        let is_chain = source != Source::StatusList;
        for other in [seen(4, 1), seen(5, 2), seen(6, 1)] {
            let noted = platform.commit(&[late(other)], &before, at(NOW)).unwrap();
            if !is_chain && other.number == 6 {
                assert_eq!(noted, [Noted::Done], "the newest counts");
                continue;
            }
            assert_eq!(noted, [Noted::Outdated], "{other:?}");
            assert_eq!(platform.spent(&mark("n")).unwrap(), None);
            assert_eq!(platform.conflicts().unwrap(), []);
            let memory = platform.memory().unwrap();
            assert_eq!(memory.trusted_time, None);
            assert_eq!(memory.seen.values().collect::<Vec<_>>(), [&seen(5, 1)]);
        }
        if is_chain {
            // What the other has noted is what this one met; and the same with the memory as it is now.
            let same = platform.commit(&[late(seen(5, 1))], &before, at(NOW)).unwrap();
            assert_eq!(same, [Noted::Done]);
            assert_eq!(commit(&mut platform, saw(source, DID, seen(6, 1))), Noted::Done);
        }
    }
}

#[test]
fn a_fork_is_noted_once_with_the_time_of_the_first_meeting() {
    let (_dir, mut platform) = platform();
    let decision = fork(seen(5, 1), seen(6, 2));
    for time in [NOW, "2026-11-22"] {
        platform.commit(std::slice::from_ref(&decision), &Memory::default(), at(time)).unwrap();
    }
    let other = fork(seen(5, 1), seen(6, 3));
    platform.commit(&[other], &Memory::default(), at("2026-11-23")).unwrap();
    let noted: Vec<_> = platform.conflicts().unwrap();
    let found: Vec<_> = noted.iter().map(|(at, one)| (*at, one.found)).collect();
    assert_eq!(found, [(at(NOW), seen(6, 2)), (at("2026-11-23"), seen(6, 3))]);
}

/// Another credential can answer the question when the one that did has long ended.
#[test]
fn nonces_are_never_forgotten() {
    let (_dir, mut platform) = platform();
    commit(&mut platform, spends("a"));
    commit(&mut platform, knows_time("2099-12-01"));
    assert_eq!(platform.spent(&mark("a")).unwrap(), Some(at(NOW)));
    assert_eq!(commit(&mut platform, spends("a")), Noted::AlreadySpent);
}

/// What a decision had looked into without learning anything from it is compared, too; and all lists, and stolen keys.
#[test]
fn what_a_decision_rests_on_is_compared_too() {
    const DID: &str = "did:web:x.example";
    let resting = |source, name: &str, what: Seen| {
        let mut decision = spends("n");
        decision.learned.used.insert((source, name.to_owned(), what));
        decision
    };
    let on_document = || resting(Source::Document, DID, seen(5, 1));
    let key = format!("{DID} key");
    let cases = [
        (saw(Source::History, DID, seen(6, 1)), resting(Source::History, DID, seen(5, 1))),
        (saw(Source::Document, DID, seen(6, 1)), on_document()),
        (saw(Source::StatusList, LIST, seen(6, 1)), resting(Source::StatusList, LIST, seen(5, 1))),
        (saw(Source::StolenKey, &key, seen(1, 1)), on_document()),
        (saw(Source::Jurisdiction, "us", seen(6, 1)), spends("n")),
    ];
    for (other, decision) in cases {
        let (_dir, mut platform) = platform();
        let before = platform.memory().unwrap();
        commit(&mut platform, other.clone());
        let noted = platform.commit(std::slice::from_ref(&decision), &before, at(NOW)).unwrap();
        assert_eq!(noted, [Noted::Outdated], "{decision:?}");
        // Likewise where both are of one folder.
        let (_dir, mut platform) = self::platform();
        let both = platform.commit(&[other.clone(), decision.clone()], &before, at(NOW)).unwrap();
        assert_eq!(both, [Noted::Done, Noted::Outdated], "{decision:?}");
        // Of others nothing is wanted.
        let elsewhere = saw(Source::History, "did:webvh:other", seen(1, 1));
        let (_dir, mut platform) = self::platform();
        commit(&mut platform, elsewhere);
        assert_eq!(platform.commit(&[decision], &before, at(NOW)).unwrap(), [Noted::Done]);
    }
}

/// As a verifier does: where others were faster it decides again.
fn decided(platform: &mut SqlitePlatform, decision: &Decision) -> Noted {
    loop {
        let known = platform.memory().unwrap();
        let noted = platform.commit(std::slice::from_ref(decision), &known, at(NOW)).unwrap();
        if noted != [Noted::Outdated] {
            return noted[0];
        }
    }
}

/// ATTACKS 66, with the file made by all of them at once.
#[test]
fn of_sixteen_that_spend_one_nonce_one_wins() {
    let dir = tempfile::tempdir().unwrap();
    let run = |n: u8| {
        let mut decision = saw(Source::StatusList, LIST, seen(u64::from(n), n));
        decision.spend = spends("the one").spend;
        (n, decided(&mut open(dir.path()), &decision))
    };
    let noted: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|n| scope.spawn(move || run(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let winners: Vec<_> = noted.iter().filter(|(_, noted)| *noted == Noted::Done).collect();
    assert_eq!(winners.len(), 1, "{noted:?}");
    assert_eq!(noted.iter().filter(|(_, noted)| *noted == Noted::AlreadySpent).count(), 15);
    let kept = open(dir.path()).memory().unwrap();
    let [seen] = kept.seen.values().collect::<Vec<_>>()[..] else { panic!("{kept:?}") };
    assert_eq!(seen.number, u64::from(winners[0].0), "what the winner learned, and nobody else");
}

#[test]
fn sixteen_writers_lose_nothing() {
    let (dir, platform) = platform();
    thread::scope(|scope| {
        for thread in 0..16u64 {
            let dir = dir.path();
            scope.spawn(move || {
                let mut platform = open(dir);
                for n in 0..10 {
                    let mut decision = spends(&format!("{thread} {n}"));
                    let number = thread * 10 + n;
                    decision.learned = saw(Source::StatusList, LIST, seen(number, 0)).learned;
                    assert_eq!(decided(&mut platform, &decision), Noted::Done);
                }
            });
        }
    });
    assert_eq!(platform.extent().unwrap().nonces, 160);
    assert_eq!(platform.memory().unwrap().seen.values().next(), Some(&seen(159, 0)));
}

/// Wherever a commit breaks off, nothing of it was noted.
#[test]
fn a_step_that_fails_undoes_all_before_it() {
    for table in ["nonce", "moment", "seen", "conflict"] {
        let (dir, mut platform) = platform();
        commit(&mut platform, saw(Source::History, "did:x", seen(3, 3)));
        let before = platform.memory().unwrap();
        tamper(
            &dir,
            &format!(
                "CREATE TRIGGER stop BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk'); END"
            ),
        );
        let mut decision = fork(seen(5, 1), seen(5, 2));
        decision.learned.seen = saw(Source::History, "did:x", seen(4, 4)).learned.seen;
        decision.learned.trusted_time = Some(at("2026-11-20"));
        decision.spend = spends("n").spend;
        let both = [spends("other"), decision.clone()];
        let error = platform.commit(&both, &before, at(NOW));
        let error = error.unwrap_err();
        assert!(error.is_fault() && error.code() == "records-unusable", "{table}: {error}");
        assert_eq!(platform.memory().unwrap(), before, "{table}");
        assert_eq!(platform.spent(&mark("n")).unwrap(), None, "{table}");
        assert_eq!(platform.conflicts().unwrap(), [], "{table}");
        tamper(&dir, "DROP TRIGGER stop");
        assert_eq!(commit(&mut platform, decision), Noted::Done, "{table}");
        assert_eq!(platform.spent(&mark("n")).unwrap(), Some(at(NOW)));
    }
}

#[test]
fn what_nobody_wrote_is_a_fault() {
    for damage in [
        "INSERT INTO seen VALUES (6, 'x', x'0000000000000001', zeroblob(32))",
        "INSERT INTO seen VALUES (1, 'x', x'01', zeroblob(32))",
        "INSERT INTO moment VALUES ('trusted', -1)",
    ] {
        let (dir, platform) = platform();
        tamper(&dir, damage);
        assert!(platform.memory().unwrap_err().is_fault(), "{damage}");
    }
    let (dir, platform) = platform();
    drop(platform);
    tamper(&dir, "PRAGMA user_version = 5");
    let error = SqlitePlatform::open(&dir.path().join("platform.db")).err().unwrap();
    assert_eq!(error.code(), "records-too-new");
    // An empty file is not a new one: it has lost what was in it.
    for left in ["no database at all, and long enough", ""] {
        std::fs::write(dir.path().join("platform.db"), left).unwrap();
        let error = SqlitePlatform::open(&dir.path().join("platform.db")).err().unwrap();
        assert_eq!((error.code(), error.is_fault()), ("records-damaged", true), "{left}");
    }
}

#[test]
fn of_many_that_make_the_file_all_have_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("platform.db");
    thread::scope(|scope| {
        for number in 0..16 {
            let path = &path;
            scope.spawn(move || {
                let mut platform = SqlitePlatform::open(path).unwrap();
                commit(&mut platform, spends(&number.to_string()));
            });
        }
    });
    let platform = SqlitePlatform::open(&path).unwrap();
    assert_eq!(platform.extent().unwrap().nonces, 16);
    drop(platform);
    // Nothing of the making is left beside it.
    let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let others = names.filter(|name| !name.to_string_lossy().starts_with("platform.db"));
    let others: Vec<_> = others.collect();
    assert!(others.is_empty(), "{others:?}");
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_and_never_behind_a_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, mut platform) = platform();
    commit(&mut platform, spends("n"));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
    for end in ["-journal", "-wal", "-shm"] {
        let name = format!("piped.db{end}");
        let made = std::process::Command::new("mkfifo").arg(dir.path().join(&name)).status();
        assert!(made.unwrap().success());
        let error = SqlitePlatform::open(&dir.path().join("piped.db")).err().unwrap();
        assert!(error.to_string().contains(&name), "{error}");
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    let link = dir.path().join("link.db");
    std::os::unix::fs::symlink(dir.path().join("platform.db"), &link).unwrap();
    assert!(SqlitePlatform::open(&link).is_err());
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let seen = prop::collection::btree_map(
        (prop::sample::select(vec![Source::History, Source::StatusList]), "[ab]"),
        (0..6u64, 0..2u8).prop_map(|(number, digest)| seen(number, digest)),
        0..3,
    );
    let time = prop::option::of((0..100i64).prop_map(|unix| Timestamp::from_unix(unix).unwrap()));
    let nonce = prop::option::of(0..8u8);
    (seen, time, nonce).prop_map(|(seen, trusted_time, nonce)| Decision {
        spend: nonce.and_then(|nonce| spends(&nonce.to_string()).spend),
        learned: Learned { trusted_time, seen, ..Learned::default() },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever is committed by two in whatever order: no number and no time goes back, no side of a fork takes the
    /// place of the other, no spent nonce is free again.
    #[test]
    fn the_memory_only_moves_forward(
        batches in prop::collection::vec((any::<bool>(), prop::collection::vec(any_decision(), 0..4)), 1..12),
    ) {
        let (dir, mut one) = platform();
        let mut two = open(dir.path());
        let mut spent = Vec::new();
        for (first, decisions) in batches {
            let (writer, reader) = if first { (&mut one, &two) } else { (&mut two, &one) };
            let before = writer.memory().unwrap();
            let noted = writer.commit(&decisions, &before, at(NOW)).unwrap();
            let after = reader.memory().unwrap();
            for (decision, noted) in decisions.iter().zip(noted) {
                let learned = Some(&decision.learned).filter(|_| noted == Noted::Done);
                for (name, seen) in learned.iter().flat_map(|learned| &learned.seen) {
                    prop_assert!(after.seen[name].number >= seen.number);
                }
                prop_assert!(after.trusted_time >= learned.and_then(|learned| learned.trusted_time));
                if let Some(spend) = decision.spend {
                    let known = spent.contains(&spend);
                    prop_assert!(known || noted != Noted::AlreadySpent);
                    prop_assert!(!known || noted != Noted::Done);
                    if noted == Noted::Done {
                        spent.push(spend);
                    }
                }
            }
            prop_assert!(after.trusted_time >= before.trusted_time);
            for (name, old) in &before.seen {
                let new = after.seen[name];
                prop_assert!(new == *old || new.number > old.number);
            }
            for nonce in &spent {
                prop_assert!(reader.spent(nonce).unwrap().is_some());
            }
        }
    }
}
