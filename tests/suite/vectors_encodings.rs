//! The published examples of multibase, and DID methods that are not offered.

use crate::support::vectors::Vectors;
use bonafide::did::{self, Did, DidError, DidUrl};
use bonafide::encoding::{EncodingError, multibase};

/// Not offered: every base but base58btc, the only one in our DIDs.
const OTHER_BASES: [&str; 22] = [
    "base2",
    "base8",
    "base10",
    "base16",
    "base16upper",
    "base32",
    "base32upper",
    "base32hex",
    "base32hexupper",
    "base32pad",
    "base32padupper",
    "base32hexpad",
    "base32hexpadupper",
    "base32z",
    "base36",
    "base36upper",
    "base58flickr",
    "base64",
    "base64pad",
    "base64url",
    "base64urlpad",
    "base256emoji",
];

/// Encoding and text of every line of a test file, and the plain text in its first line.
fn lines(csv: &str) -> (&str, Vec<(&str, &str)>) {
    let mut lines = csv.lines().map(|line| {
        let (encoding, text) = line.split_once(',').unwrap();
        (encoding.trim(), text.trim().trim_matches('"'))
    });
    let (_, plain) = lines.next().unwrap();
    (plain, lines.collect())
}

#[test]
fn multibase_reads_and_writes_base58btc_only() {
    let vectors = Vectors::find();
    let (mut ours, mut others) = (0, 0);
    for (file, csv) in vectors.files("dids/multibase", "csv") {
        if file == "multibase.csv" {
            continue;
        }
        let (plain, lines) = lines(&csv);
        let plain = plain.replace("\\x00", "\0");
        for (encoding, text) in lines {
            if encoding == "base58btc" {
                assert_eq!(multibase::decode(text).unwrap(), plain.as_bytes(), "{file}");
                assert_eq!(multibase::encode(plain.as_bytes()), text, "{file}");
                ours += 1;
            } else {
                assert!(OTHER_BASES.contains(&encoding), "{encoding}");
                let refused = multibase::decode(text);
                assert_eq!(refused, Err(EncodingError::Multibase), "{encoding}");
                others += 1;
            }
        }
    }
    vectors.assert_count(ours, 3, false, "base58btc texts");
    vectors.assert_count(others, 78, false, "texts in other bases");
}

#[test]
fn every_other_prefix_of_the_multibase_table_is_refused() {
    let vectors = Vectors::find();
    let files = vectors.files("dids/multibase", "csv");
    let table = files.get("multibase.csv").map_or("", String::as_str);
    let mut count = 0;
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').map(str::trim).collect();
        let (prefix, encoding) = (columns[1], columns[2]);
        let prefix = if prefix == "NUL" { "\0" } else { prefix };
        let read = multibase::decode(&format!("{prefix}7paNL19xttacUY"));
        assert_eq!(read.is_ok(), encoding == "base58btc", "{encoding}");
        count += 1;
    }
    vectors.assert_count(count, 29, false, "bases in the table");
}

/// Not offered: did:peer. Where the text is a DID at all, its method is not understood.
#[test]
fn did_peer_is_not_offered() {
    let vectors = Vectors::find();
    let mut dids = Vec::new();
    for (file, text) in vectors.files("dids/did-peer/test-data-level-1", "txt") {
        dids.extend(text.lines().map(|line| (file.clone(), line.trim().to_owned())));
    }
    dids.retain(|(_, text)| !text.is_empty());
    let not_a_did = ["bad-did-prefix-not-lower.txt", "bad-did-quoted.txt"];
    for (file, text) in &dids {
        let expected = if not_a_did.contains(&file.as_str()) {
            DidError::BadDid
        } else {
            DidError::UnsupportedMethod
        };
        let resolved = Did::parse(text).and_then(|did| did::document(&did));
        assert_eq!(resolved, Err(expected), "{file}: {text}");
    }
    vectors.assert_count(dids.len(), 15, false, "did:peer texts");
}

/// Not offered yet: did:web and did:webvh, which need material from elsewhere. The URL-shaped attacks
/// of the did:webvh suite open no socket: there is none in the library.
#[test]
fn did_web_and_did_webvh_do_not_resolve_by_themselves() {
    const SCID: &str = "Qm0000000000000000000000000000000000000000000000";
    let dids = [
        "did:web:example.com".to_owned(),
        "did:web:127.0.0.1".to_owned(),
        format!("did:webvh:{SCID}:example.com:%2E%2E:admin"),
        format!("did:webvh:{SCID}:example.com:%2e%2e:admin"),
        format!("did:webvh:{SCID}:example.com:a%2Fb"),
    ];
    for text in dids {
        let resolved = did::document(&Did::parse(&text).unwrap());
        assert_eq!(resolved, Err(DidError::UnsupportedMethod), "{text}");
    }
    let leaking = format!("did:webvh:{SCID}:127.0.0.1#x");
    assert_eq!(Did::parse(&leaking), Err(DidError::BadDid));
    assert_eq!(DidUrl::parse(&leaking).unwrap().did().as_str(), leaking.trim_end_matches("#x"));
}
