//! The archive: what counted at a moment is there ten years later, and is what it was.

use bonafide::verify::{Seen, Source};
use bonafide_records::{
    Archive, ArchiveEntry, MAX_MATERIAL_LEN, NewMaterial, Platform, SqlitePlatform,
};

use crate::platform::{commit, fork, platform, saw, seen};
use crate::support::at;

const LIST: &str = "https://acme.example/status/1";

fn keep(platform: &mut SqlitePlatform, name: &str, seen: Seen, bytes: &[u8], day: &str) -> usize {
    let source = Source::StatusList;
    let material = NewMaterial { source, name, seen, fetched_at: None, bytes };
    platform.keep(&[material], at(day)).unwrap()
}

/// Number and bytes of what counted on a day.
fn known_on(platform: &SqlitePlatform, day: &str) -> Vec<(u64, Vec<u8>)> {
    let found = platform.archived_at(at(day)).unwrap();
    found.into_iter().map(|one| (one.seen.number, one.bytes)).collect()
}

/// Three tokens of one list, on three days.
fn three() -> (tempfile::TempDir, SqlitePlatform) {
    let (dir, mut platform) = platform();
    for (number, day) in [(10, "2026-11-10"), (20, "2026-11-20"), (30, "2026-11-30")] {
        keep(&mut platform, LIST, seen(number, 1), format!("list of {day}").as_bytes(), day);
    }
    (dir, platform)
}

#[test]
fn material_is_kept_once_as_first_seen() {
    let (_dir, mut platform) = platform();
    assert_eq!(keep(&mut platform, LIST, seen(10, 1), b"first", "2026-11-10"), 1);
    assert_eq!(keep(&mut platform, LIST, seen(10, 1), b"again", "2026-11-11"), 0);
    assert_eq!(keep(&mut platform, LIST, seen(10, 2), b"other side", "2026-11-12"), 1);
    assert_eq!(keep(&mut platform, "another", seen(10, 1), b"other name", "2026-11-12"), 1);
    let found = platform.archive(Source::StatusList, LIST).unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.first_seen, one.bytes.as_slice())).collect();
    let expected =
        [(at("2026-11-12"), b"other side".as_slice()), (at("2026-11-10"), b"first".as_slice())];
    assert_eq!(found, expected);
    assert_eq!(platform.archive(Source::History, LIST).unwrap(), []);
    let extent = platform.extent().unwrap();
    assert_eq!((extent.archived, extent.archived_bytes), (3, 25));
}

#[test]
fn each_moment_knows_the_fetchings_noted_by_then() {
    let (_dir, mut platform) = platform();
    let (source, name, seen, bytes) =
        (Source::History, "did:webvh:a", seen(3, 1), b"log".as_slice());
    let mut keep = |fetched: Option<&str>, day| {
        let fetched_at = fetched.map(at);
        platform.keep(&[NewMaterial { source, name, seen, fetched_at, bytes }], at(day)).unwrap()
    };
    assert_eq!(keep(None, "2026-11-10"), 1);
    assert_eq!(keep(Some("2026-11-11"), "2026-11-12"), 0);
    assert_eq!(keep(Some("2026-11-20"), "2026-11-21"), 0);
    assert_eq!(keep(Some("2026-11-15"), "2026-11-22"), 0);
    let fetched_on = |day| platform.archived_at(at(day)).unwrap()[0].fetched_at;
    assert_eq!(fetched_on("2026-11-11"), None);
    assert_eq!(fetched_on("2026-11-12"), Some(at("2026-11-11")));
    assert_eq!(fetched_on("2026-11-30"), Some(at("2026-11-20")));
    let all = platform.archive(source, name).unwrap();
    assert_eq!((all.len(), all[0].fetched_at), (1, Some(at("2026-11-20"))));
}

#[test]
fn the_newest_comes_first_by_its_number() {
    let (_dir, mut platform) = three();
    keep(&mut platform, LIST, seen(256, 1), b"far", "2026-12-01");
    keep(&mut platform, LIST, seen(15, 1), b"old, met late", "2026-12-02");
    let found = platform.archive(Source::StatusList, LIST).unwrap();
    let numbers: Vec<_> = found.iter().map(|one| one.seen.number).collect();
    assert_eq!(numbers, [256, 30, 20, 15, 10]);
}

#[test]
fn each_moment_has_what_was_newest_then() {
    let (_dir, mut platform) = three();
    keep(&mut platform, LIST, seen(15, 1), b"old, met late", "2026-12-02");
    keep(&mut platform, "another", seen(1, 1), b"another", "2026-11-20");
    let list = |number: u64, day: &str| (number, format!("list of {day}").into_bytes());
    assert_eq!(known_on(&platform, "2026-11-09"), []);
    assert_eq!(known_on(&platform, "2026-11-10"), [list(10, "2026-11-10")]);
    assert_eq!(known_on(&platform, "2026-11-19"), [list(10, "2026-11-10")]);
    let another = (1, b"another".to_vec());
    assert_eq!(known_on(&platform, "2026-11-20"), [another.clone(), list(20, "2026-11-20")]);
    assert_eq!(known_on(&platform, "2036-11-20"), [another, list(30, "2026-11-30")]);
}

/// A clock that was ahead once hides nothing for good.
#[test]
fn what_came_under_a_clock_that_was_ahead_is_older_when_it_comes_again() {
    let (_dir, mut platform) = three();
    keep(&mut platform, "far", seen(1, 1), b"far", "2027-12-27");
    assert_eq!(known_on(&platform, "2026-11-30").len(), 1);
    keep(&mut platform, "far", seen(1, 1), b"far", "2026-11-29");
    assert_eq!(known_on(&platform, "2026-11-30").len(), 1, "a refusal may be of a clock behind");
    let far = [(Source::StatusList, "far".to_owned(), seen(1, 1))];
    platform.met_again(&far, at("2026-11-29")).unwrap();
    assert_eq!(known_on(&platform, "2026-11-28").len(), 1);
    assert_eq!(known_on(&platform, "2026-11-30").len(), 2);
    platform.met_again(&far, at("2026-12-01")).unwrap();
    assert_eq!(known_on(&platform, "2026-11-30").len(), 2, "only ever earlier");
}

#[test]
fn both_sides_of_a_fork_stay_from_the_day_it_was_noted() {
    let (_dir, mut platform) = three();
    keep(&mut platform, LIST, seen(20, 2), b"equal", "2026-11-21");
    assert_eq!(known_on(&platform, "2026-11-21").len(), 2, "the same number twice");
    assert_eq!(known_on(&platform, "2026-11-30").len(), 1);
    // A fork of another length, noted on 21 November.
    keep(&mut platform, LIST, seen(25, 2), b"longer", "2026-11-21");
    commit(&mut platform, fork(seen(20, 1), seen(25, 2)));
    let numbers = |day: &str| -> Vec<u64> {
        known_on(&platform, day).into_iter().map(|(number, _)| number).collect()
    };
    assert_eq!(numbers("2026-11-20"), [20]);
    assert_eq!(numbers("2026-11-22"), [25, 20]);
    assert_eq!(numbers("2026-12-01"), [30, 25, 20]);
}

#[test]
fn pruning_leaves_every_later_moment_whole() {
    let (_dir, mut platform) = three();
    let later = ["2026-11-25", "2026-11-29", "2026-11-30", "2030-01-01"];
    let before: Vec<_> = later.map(|day| known_on(&platform, day)).into();
    assert_eq!(platform.prune(at("2026-11-19")).unwrap(), 0);
    assert_eq!(known_on(&platform, "2026-11-10").len(), 1, "nothing gone, nothing refused");
    assert_eq!(platform.pruned().unwrap(), None);
    let numbers = |entries: Vec<ArchiveEntry>| -> Vec<(u64, u64)> {
        entries.iter().map(|one| (one.seen.number, one.len)).collect()
    };
    let length = b"list of 2026-11-10".len() as u64;
    assert_eq!(numbers(platform.prunable(at("2026-11-25")).unwrap()), [(10, length)]);
    let all = [(30, length), (20, length), (10, length)];
    assert_eq!(numbers(platform.entries().unwrap()), all, "looking deletes nothing");
    assert_eq!(platform.prune(at("2026-11-25")).unwrap(), 1);
    assert_eq!(platform.pruned().unwrap(), Some(at("2026-11-25")));
    assert_eq!(numbers(platform.entries().unwrap()), all[..2]);
    assert_eq!(platform.entries().unwrap()[1].first_seen, at("2026-11-20"));
    let after: Vec<_> = later.map(|day| known_on(&platform, day)).into();
    assert_eq!(after, before);
    let error = platform.archived_at(at("2026-11-24")).unwrap_err();
    assert_eq!((error.code(), error.is_fault()), ("archive-pruned", false));
    // An earlier date does not bring back what is gone.
    assert_eq!(platform.prune(at("2026-11-20")).unwrap(), 0);
    assert!(platform.archived_at(at("2026-11-24")).is_err());
}

#[test]
fn pruning_keeps_evidence() {
    let (_dir, mut platform) = three();
    commit(&mut platform, fork(seen(10, 1), seen(20, 1)));
    // Of the same number, and nobody has noted it yet.
    keep(&mut platform, LIST, seen(30, 2), b"equal", "2026-12-01");
    assert_eq!(platform.prune(at("2026-12-31")).unwrap(), 0);
    assert_eq!(platform.archive(Source::StatusList, LIST).unwrap().len(), 4);
}

#[test]
fn what_is_too_large_is_refused_with_all_that_came_along() {
    let (_dir, mut platform) = platform();
    let bytes = vec![7; MAX_MATERIAL_LEN + 1];
    let (source, seen) = (Source::Jurisdiction, seen(1, 1));
    let material = |name, bytes| NewMaterial { source, name, seen, fetched_at: None, bytes };
    let both = [material("small", &bytes[..3]), material("large", &bytes)];
    let error = platform.keep(&both, at("2026-11-21")).unwrap_err();
    assert_eq!(error.code(), "too-large");
    assert_eq!(platform.extent().unwrap().archived, 0);
    let largest = material("large", &bytes[1..]);
    assert_eq!(platform.keep(&[both[0], largest], at("2026-11-21")).unwrap(), 2);
}

#[test]
fn what_is_remembered_can_be_had_and_no_fork_of_it() {
    let (_dir, mut platform) = three();
    assert_eq!(platform.remembered().unwrap(), []);
    keep(&mut platform, LIST, seen(20, 2), b"other side", "2026-11-21");
    keep(&mut platform, "never learned", seen(1, 1), b"x", "2026-11-21");
    commit(&mut platform, saw(Source::StatusList, LIST, seen(20, 1)));
    let found = platform.remembered().unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.seen, one.bytes.as_slice())).collect();
    assert_eq!(found, [(seen(20, 1), b"list of 2026-11-20".as_slice())]);
}

/// A disk that changes a byte is not taken for the issuer that signed it.
#[test]
fn a_damaged_piece_is_left_aside_until_it_is_brought_again() {
    let (dir, mut platform) = three();
    commit(&mut platform, saw(Source::StatusList, LIST, seen(30, 1)));
    let whole = platform.remembered().unwrap();
    assert_eq!(whole.len(), 1);
    let file = rusqlite::Connection::open(dir.path().join("platform.db")).unwrap();
    file.execute(
        "UPDATE archive SET bytes = zeroblob(length(bytes)) WHERE number = ?1",
        [30_u64.to_be_bytes()],
    )
    .unwrap();
    assert_eq!(platform.remembered().unwrap(), []);
    for found in
        [platform.archive(Source::StatusList, LIST), platform.archived_at(at("2026-12-01"))]
    {
        assert_eq!(found.unwrap_err().code(), "records-damaged");
    }
    assert_eq!(known_on(&platform, "2026-11-25").len(), 1, "an earlier moment has no part in it");
    let intact: Vec<_> = platform.entries().unwrap().iter().map(|one| one.intact).collect();
    assert_eq!(intact, [false, true, true]);
    // What is whole keeps its bytes; what is damaged takes those that are brought.
    assert_eq!(keep(&mut platform, LIST, seen(20, 1), b"other", "2026-12-01"), 0);
    assert_eq!(keep(&mut platform, LIST, seen(30, 1), b"list of 2026-11-30", "2026-12-01"), 0);
    assert_eq!(platform.remembered().unwrap(), whole);
    assert_eq!(known_on(&platform, "2026-11-25")[0].1, b"list of 2026-11-20");
    // What was kept before there were sums is taken as it is.
    file.execute_batch("UPDATE archive SET sum = NULL").unwrap();
    assert_eq!(platform.remembered().unwrap(), whole);
}

/// Of a stolen key the first that says so counts, and only from when it was brought: a replay of before goes as it went.
#[test]
fn stolen_keys_are_known_from_the_day_they_were_brought() {
    let (_dir, mut platform) = platform();
    let fetched = |day: &str| u64::try_from(at(day).unix()).unwrap();
    let name = "did:web:a.example thumbprint";
    let first = seen(fetched("2026-11-10"), 1);
    for (seen, day) in [(first, "2026-11-12"), (seen(fetched("2026-11-15"), 2), "2026-11-16")] {
        let (source, bytes) = (Source::Document, b"{}".as_slice());
        let document =
            NewMaterial { source, name: "did:web:a.example", seen, fetched_at: None, bytes };
        platform.keep(&[document], at(day)).unwrap();
        commit(&mut platform, saw(Source::StolenKey, name, seen));
    }
    let known = |day: &str| platform.stolen_at(at(day)).unwrap();
    assert_eq!(known("2026-11-11"), [], "fetched, and not brought yet");
    assert_eq!(known("2026-11-12"), [(name.to_owned(), first)]);
    assert_eq!(known("2030-01-01"), [(name.to_owned(), first)]);
    // Where its document is not kept any more, the time of its fetching has to do.
    platform.prune(at("2030-01-01")).unwrap();
    let known = |day: &str| platform.stolen_at(at(day)).unwrap().len();
    assert_eq!([known("2026-11-09"), known("2026-11-10")], [0, 1]);
}
