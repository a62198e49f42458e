//! A bundle as a series of QR codes: what is split is joined, and what is mixed, missing or damaged is named.

use bonafide::bundle::{MAX_PARTS, Part, PartError, join, split};
use proptest::prelude::*;

const CHUNK: usize = 570;

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 7 % 251) as u8).collect()
}

fn parts(length: usize) -> Vec<Part> {
    split(&bytes(length)).unwrap()
}

#[test]
fn what_is_split_is_joined() {
    for (length, of) in [(1, 1), (CHUNK, 1), (CHUNK + 1, 2), (CHUNK * MAX_PARTS, MAX_PARTS)] {
        let mut parts = parts(length);
        assert_eq!(parts.len(), of);
        assert!(parts.iter().all(|part| part.of() == of && part.set() == parts[0].set()));
        let texts: Vec<String> = parts.iter().map(Part::text).collect();
        // Only what a QR code writes in 5.5 bits, and no more than version 20 holds at level M.
        let plain =
            |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " $%*+-./:".contains(c);
        assert!(texts.iter().all(|text| text.chars().all(plain) && text.len() <= 970));
        let read: Vec<Part> = texts.iter().map(|text| Part::parse(text).unwrap()).collect();
        assert_eq!(read, parts);
        parts.reverse();
        parts.push(parts[0].clone());
        assert_eq!(join(&parts).unwrap(), bytes(length));
    }
}

#[test]
fn what_scanners_do_to_a_text_makes_no_difference() {
    let part = &parts(900)[1];
    assert_eq!(part.number(), 2);
    for text in [part.text().to_lowercase(), format!("\t{} \r\n", part.text())] {
        assert_eq!(Part::parse(&text).as_ref(), Ok(part));
    }
}

#[test]
fn what_does_not_belong_together_is_named() {
    let (good, other) = (parts(1500), split(&bytes(1501)).unwrap());
    let code = |parts: &[Part]| join(parts).unwrap_err().code();
    assert_eq!(code(&[]), "part-not-found");
    assert_eq!(join(&good[1..2]), Err(PartError::Missing(vec![1, 3])));
    assert_eq!(code(&good[..2]), "parts-missing");
    assert_eq!(join(&good[..2]).unwrap_err().to_string(), "parts are missing: 3");
    assert_eq!(code(&[good[0].clone(), other[1].clone(), good[2].clone()]), "part-sets");
    // One letter of the data changed: of a part that is there twice, and of one that is there once.
    let text = good[1].text();
    let (head, last) = text.split_at(text.len() - 5);
    let swapped = format!("{head}{}", if last.starts_with('A') { "BAAAA" } else { "AAAAA" });
    let damaged = Part::parse(&swapped).unwrap();
    let mut twice = good.clone();
    twice.push(damaged.clone());
    assert_eq!(join(&twice), Err(PartError::Conflict(2)));
    assert_eq!(code(&[good[0].clone(), damaged, good[2].clone()]), "digest-mismatch");
    assert_eq!(split(&bytes(CHUNK * MAX_PARTS + 1)).unwrap_err().code(), "too-large");
    assert_eq!(split(&[]).unwrap_err(), PartError::NotFound);
    let steps = [PartError::TooLarge, PartError::NotFound, PartError::Sets, PartError::Digest];
    assert!(steps.iter().all(|error| error.next_step().ends_with('.')));
}

#[test]
fn what_is_no_part_is_refused() {
    let text = parts(900)[0].text();
    let last = parts(900)[1].text();
    let mut bad = vec![
        String::new(),
        "BONAFIDE-PART/1".into(),
        text.replacen("/1 ", "/2 ", 1),
        text.replacen(" 1/2 ", " 0/2 ", 1),
        text.replacen(" 1/2 ", " 3/2 ", 1),
        text.replacen(" 1/2 ", " 1/100 ", 1),
        text.replacen(" 1/2 ", " 01/2 ", 1),
        text.replacen(" 1/2 ", " +1/2 ", 1),
        text.replacen(" 1/2 ", " 1 ", 1),
        text.replacen(' ', "  ", 1),
        // The last may be short; the others may not, and none may be longer or empty.
        text.replacen(" 1/2 ", " 2/2 ", 1) + "AAAAAAAA",
        format!("{} AAAA", last.rsplit_once(' ').unwrap().0) + " AAAA",
        format!("{} ", last.rsplit_once(' ').unwrap().0),
        format!("{text}="),
        format!("{text} X"),
        format!("{last}1"),
    ];
    bad.extend((0..text.len()).map(|at| text.get(..at).unwrap().to_owned()));
    for bad in bad {
        assert_eq!(Part::parse(&bad), Err(PartError::BadPart), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_file_comes_back(bytes in proptest::collection::vec(any::<u8>(), 1..4000)) {
        let texts: Vec<String> = split(&bytes).unwrap().iter().map(Part::text).collect();
        let parts: Vec<Part> = texts.iter().map(|text| Part::parse(text).unwrap()).collect();
        prop_assert_eq!(join(&parts).unwrap(), bytes);
    }
}
