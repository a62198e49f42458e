//! Bundles: header and payload of the manifest on two lines, then the items, one on each line. In the payload `#0` to
//! `#9` stand for the digest of that item, `@0` to `@9` for its length. Or the file as it stands, or parts of one.
#![no_main]

use bonafide::bundle::{
    Bundle, Kind, MAX_ITEM, MAX_ITEMS, NewItem, Part, UnverifiedBundle, diff, ends, join, make,
    split,
};
use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::encoding::base64url;
use bonafide_fuzz::{Zeros, check_header, jws, keys, part};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fn assemble(lines: &str) -> Vec<u8> {
    let mut lines = lines.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (header, mut payload) = (next(), next().to_owned());
    let items: Vec<&str> = lines.collect();
    for (n, item) in items.iter().take(10).enumerate() {
        let digest = base64url::encode(Sha256::digest(item));
        payload = payload.replace(&format!("#{n}"), &digest);
        payload = payload.replace(&format!("@{n}"), &item.len().to_string());
    }
    let manifest = jws(header, &payload);
    [b"bonafide-bundle/1\n", manifest.as_bytes(), b"\n", items.concat().as_bytes()].concat()
}

/// The items are those of the manifest, as serde_json reads it, each in one of the halves, and found by its name.
fn check(file: &[u8], bundle: &Bundle<'_>) {
    let token = file.split(|byte| *byte == b'\n').nth(1).unwrap();
    let token = str::from_utf8(token).unwrap();
    check_header(token, "bonafide-bundle+jwt");
    let payload = part(token, 1);
    assert_eq!(payload["iss"], bundle.maker().as_str());
    assert_eq!(payload["iat"], bundle.made().unix());
    let rows = payload["items"].as_array().unwrap();
    assert_eq!(rows.len(), bundle.entries().len() + bundle.unknown());
    let lengths: u64 = rows.iter().map(|row| row["length"].as_u64().unwrap()).sum();
    let head = "bonafide-bundle/1\n".len() + token.len() + 1;
    assert_eq!(lengths, (file.len() - head) as u64);
    assert!(rows.len() <= MAX_ITEMS);
    let known = rows.iter().filter(|row| Kind::from_word(row["kind"].as_str().unwrap()).is_some());
    for (row, entry) in known.zip(bundle.entries()) {
        assert_eq!((&row["name"], &row["length"]), (&entry.name().into(), &entry.length().into()));
        assert_eq!(
            (row["kind"].as_str(), row["origin"].as_str()),
            (Some(entry.kind().word()), entry.origin())
        );
        assert_eq!(row["sha256"], base64url::encode(entry.digest()));
        assert!(entry.length() <= MAX_ITEM && entry.fetched() <= bundle.made());
        assert_eq!(row["etag"].as_str(), entry.etag());
        assert_eq!(row["fetched"], entry.fetched().unix());
    }
}

fuzz_target!(|data: &[u8]| {
    let [key, _] = keys();
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    if let Ok(text) = str::from_utf8(data) {
        let parts: Vec<Part> = text.lines().filter_map(|line| Part::parse(line).ok()).collect();
        assert!(parts.iter().all(|part| Part::parse(&part.text()).as_ref() == Ok(part)));
        match join(&parts) {
            Ok(whole) => assert!(split(&whole).unwrap().iter().all(|part| parts.contains(part))),
            Err(error) => assert!(!error.code().is_empty()),
        }
    }
    let file = match str::from_utf8(data) {
        Ok(text) if text.starts_with('{') => assemble(text),
        _ => data.to_vec(),
    };
    let bundle = match UnverifiedBundle::read(&file).and_then(|read| read.verify(now)) {
        Ok(bundle) => bundle,
        Err(error) => return assert!(!error.code().is_empty() && !error.next_step().is_empty()),
    };
    check(&file, &bundle);
    assert!(diff(&bundle, &bundle).is_empty());
    assert_eq!(bundle.trusted(&[]).unwrap_err().code(), "maker-not-pinned");
    let pinned = [bundle.maker().clone()];
    let trusted = bundle.trusted(&pinned).unwrap();
    assert!(trusted.iter().all(|item| !item.entry().kind().proves_itself()));
    assert!(bundle.self_proving().iter().all(|item| item.entry().kind().proves_itself()));
    let all: Vec<_> = bundle.self_proving().iter().chain(trusted.iter()).collect();
    assert_eq!(all.len(), bundle.entries().len());
    let mut sound = Vec::new();
    for item in &all {
        match item.bytes() {
            Ok(bytes) => {
                assert_eq!(Sha256::digest(bytes)[..], item.entry().digest()[..]);
                let _ = ends(item.entry().kind(), bytes);
                sound.push(NewItem::copied(*item).unwrap());
            }
            Err(error) => assert_eq!(error.code(), "digest-mismatch"),
        }
    }
    assert_eq!(bundle.damaged().count(), all.len() - sound.len());
    // Written anew and read alike.
    let signer = Zeros(key.clone());
    let maker = Identity::did_key(&key.id(), &signer).unwrap();
    let count = sound.len();
    let again = make(sound, bundle.made(), bundle.previous(), &maker).unwrap();
    let read = UnverifiedBundle::read(&again).unwrap().verify(now).unwrap();
    assert_eq!((read.entries().len(), read.damaged().count()), (count, 0));
    assert!(
        bundle.entries().filter(|entry| read.entries().any(|other| other == *entry)).count()
            == count
    );
    if let Ok(parts) = split(&again) {
        assert_eq!(join(&parts).as_deref(), Ok(again.as_slice()));
    }
});
