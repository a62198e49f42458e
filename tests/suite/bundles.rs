//! Bundles: what is made is read, what counts from whom, and what is refused for what (ATTACKS 43a; 8, 16, 17).

use bonafide::bundle::{
    Bundle, BundleError, Change, Kind, MAX_ITEM, MAX_ITEMS, MAX_LEN, NewItem, UnverifiedBundle,
    diff, ends, make,
};
use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::status::{Bits, Publication, StatusList};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::forge::{Jwt, Key};

const NOW: i64 = 1_795_176_000;
const MAGIC: &str = "bonafide-bundle/1\n";
const WEB: &str = "did:web:acme.example";
const VH: &str = "did:webvh:QmScid:acme.example";
const URI: &str = "https://status.example/lists/7";
const VCT: &str = "urn:bonafide:aml-screening:1";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn key(algorithm: Algorithm) -> SecretKey {
    SecretKey::from_bytes(algorithm, &[7; 32].into()).unwrap()
}

fn open(file: &[u8]) -> Result<Bundle<'_>, BundleError> {
    UnverifiedBundle::read(file)?.verify(at(NOW))
}

fn item(kind: Kind, name: &str, bytes: &str) -> NewItem<'static> {
    NewItem::new(kind, name, bytes.as_bytes().to_vec(), at(NOW - 60)).unwrap()
}

/// One of each kind, and a second of those that may repeat; in no order.
fn items() -> Vec<NewItem<'static>> {
    let from = |item: NewItem<'static>, url| item.with_origin(url).unwrap();
    vec![
        item(Kind::TypeMetadata, VCT, "metadata"),
        item(Kind::StatusList, URI, "token of Tuesday"),
        item(Kind::Jurisdiction, "us-securities", "seq 2"),
        from(item(Kind::DidLog, VH, "log"), "https://acme.example/.well-known/did.jsonl")
            .with_etag("\"5f1c\"")
            .unwrap(),
        item(Kind::Policy, "house", "policy"),
        item(Kind::Jurisdiction, "us-securities", "seq 1"),
        item(Kind::DidWitness, VH, "witnesses"),
        item(Kind::StatusList, URI, "token of Monday"),
        from(item(Kind::DidDocument, WEB, ""), "https://acme.example/.well-known/did.json"),
    ]
}

fn made_by(key: &SecretKey, items: Vec<NewItem<'_>>) -> Result<Vec<u8>, BundleError> {
    make(items, at(NOW), None, &Identity::did_key(key.id(), key).unwrap())
}

fn made(items: Vec<NewItem<'_>>) -> Vec<u8> {
    made_by(&key(Algorithm::Ed25519), items).unwrap()
}

#[test]
fn what_is_made_is_read() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = key(algorithm);
        let maker = Identity::did_key(key.id(), &key).unwrap();
        let file = make(items(), at(NOW), Some(&[9; 32]), &maker).unwrap();
        let unverified = UnverifiedBundle::read(&file).unwrap();
        assert_eq!(unverified.claimed_maker(), maker.did());
        let bundle = unverified.verify(at(NOW)).unwrap();
        assert_eq!((bundle.maker(), bundle.made()), (maker.did(), at(NOW)));
        assert_eq!((bundle.previous(), bundle.unknown()), (Some(&[9; 32]), 0));
        let head = file.split(|byte| *byte == b'\n').nth(1).unwrap().len() + MAGIC.len() + 1;
        assert_eq!(bundle.digest()[..], Sha256::digest(&file[..head])[..]);
        assert_eq!((bundle.entries().len(), bundle.damaged().count()), (9, 0));
        let log = bundle.self_proving().log(&Did::parse(VH).unwrap()).unwrap();
        assert_eq!(log.bytes().unwrap(), b"log");
        assert_eq!(log.entry().digest()[..], Sha256::digest(b"log")[..]);
        assert_eq!(log.entry().origin(), Some("https://acme.example/.well-known/did.jsonl"));
        assert_eq!(log.entry().etag(), Some("\"5f1c\""));
        assert_eq!((log.entry().fetched(), log.entry().length()), (at(NOW - 60), 3));
    }
}

/// The half that proves itself is for all; the other half is there only for who believes the maker.
#[test]
fn what_counts_from_whom() {
    let file = made(items());
    let bundle = open(&file).unwrap();
    let (web, vh) = (Did::parse(WEB).unwrap(), Did::parse(VH).unwrap());
    let proving = bundle.self_proving();
    let text = |item: bonafide::bundle::Item<'_, '_>| {
        String::from_utf8(item.bytes().unwrap().to_vec()).unwrap()
    };
    let mut all: Vec<_> = proving.iter().map(text).collect();
    all.sort();
    let every = ["log", "seq 1", "seq 2", "token of Monday", "token of Tuesday", "witnesses"];
    assert_eq!(all, every);
    assert_eq!(proving.witnesses(&vh).map(text).unwrap(), "witnesses");
    assert_eq!(proving.jurisdictions("us-securities").count(), 2);
    assert_eq!(proving.jurisdictions("us-securitie").count(), 0);
    assert_eq!(proving.status_lists(URI).count(), 2);
    assert!(proving.log(&web).is_none() && proving.witnesses(&web).is_none());
    assert!(proving.iter().all(|item| item.entry().kind().proves_itself()));

    let maker = Did::from_key(key(Algorithm::Ed25519).public());
    let other = Did::from_key(key(Algorithm::P256).public());
    assert_eq!(bundle.trusted(&[]).unwrap_err().code(), "maker-not-pinned");
    assert_eq!(
        bundle.trusted(std::slice::from_ref(&other)).unwrap_err(),
        BundleError::MakerNotPinned
    );
    let trusted = bundle.trusted(&[other, maker]).unwrap();
    let all: Vec<_> = trusted.iter().map(text).collect();
    assert_eq!(all, ["", "policy", "metadata"]);
    assert_eq!(trusted.document(&web).map(text).unwrap(), "");
    assert_eq!(trusted.policy("house").map(text).unwrap(), "policy");
    assert_eq!(trusted.type_metadata(VCT).map(text).unwrap(), "metadata");
    assert!(trusted.document(&vh).is_none() && trusted.policy("hous").is_none());
}

#[test]
fn the_same_items_make_the_same_file() {
    let (mut other_order, file) = (items(), made(items()));
    other_order.reverse();
    assert_eq!(made(other_order), file);
    // A signature by a P-256 key is another each time; nothing else is.
    let p256 = key(Algorithm::P256);
    let [one, two] = [(), ()].map(|()| made_by(&p256, items()).unwrap());
    let but_signature = |file: &[u8]| {
        let [head, rest] = [18, 0].map(|at| file.split_at(at).1);
        let dot = head.iter().enumerate().filter(|(_, byte)| **byte == b'.').nth(1).unwrap().0;
        [&rest[..18 + dot], &rest[18 + dot + 87..]].concat()
    };
    assert_ne!(one, two);
    assert_eq!(but_signature(&one), but_signature(&two));
}

#[test]
fn kinds_are_ordered_by_their_words() {
    let words: Vec<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    assert!(words.is_sorted() && Kind::ALL.is_sorted());
    assert!(Kind::ALL.iter().all(|kind| Kind::from_word(kind.word()) == Some(*kind)));
    assert_eq!(Kind::from_word("did-Log"), None);
}

#[test]
fn every_byte_changed_is_refused() {
    let file = made(items());
    for at in 0..file.len() {
        for mask in [1, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[at] ^= mask;
            match open(&changed) {
                Err(error) => assert!(!error.code().is_empty()),
                Ok(bundle) => assert_eq!(bundle.damaged().count(), 1, "byte {at}"),
            }
        }
    }
    for length in 0..file.len() {
        assert!(open(&file[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_changed_item_is_found_when_it_is_taken() {
    let file = made(items());
    let place = file.windows(8).position(|bytes| bytes == b"metadata").unwrap();
    let mut changed = file.clone();
    changed[place] ^= 1;
    let bundle = open(&changed).unwrap();
    let trusted = bundle.trusted(&[bundle.maker().clone()]).unwrap();
    for _ in 0..2 {
        let refused = trusted.type_metadata(VCT).unwrap().bytes().unwrap_err();
        assert_eq!((refused, refused.code()), (BundleError::Digest, "digest-mismatch"));
        assert!(NewItem::copied(trusted.type_metadata(VCT).unwrap()).is_err());
    }
    assert_eq!(trusted.policy("house").unwrap().bytes(), Ok(&b"policy"[..]));
    assert_eq!(bundle.damaged().map(|entry| entry.name()).collect::<Vec<_>>(), [VCT]);
}

#[test]
fn the_file_around_the_manifest() {
    let file = made(items());
    let code = |file: &[u8]| open(file).unwrap_err().code();
    assert_eq!(code(b""), "not-a-bundle");
    assert_eq!(code(&file[1..]), "not-a-bundle");
    assert_eq!(code(b"bonafide-bundle/2\n"), "bundle-version");
    assert_eq!(code(b"bonafide-bundle/1\r\n"), "bundle-version");
    assert_eq!(code(b"bonafide-bundle/1\n"), "bundle-cut");
    assert_eq!(code(&file[..100]), "bundle-cut");
    assert_eq!(code(&file[..file.len() - 1]), "bundle-cut");
    assert_eq!(code(&[&file, &b"\n"[..]].concat()), "trailing-bytes");
    assert_eq!(code("bonafide-bundle/1\n\u{e9}\n".as_bytes()), "malformed");
    assert_eq!(code(b"bonafide-bundle/1\n\xff\n"), "malformed");
    let long = [MAGIC.as_bytes(), &vec![b'A'; (64 << 20) + 1]].concat();
    assert_eq!(code(&long), "too-large");
    assert_eq!(code(&vec![0; MAX_LEN + 1]), "too-large");
    let unverified = UnverifiedBundle::read(&file).unwrap();
    assert_eq!(unverified.verify(at(NOW - 61)).unwrap_err(), BundleError::NotYetValid);
    assert!(UnverifiedBundle::read(&file).unwrap().verify(at(NOW - 60)).is_ok());
    assert!(UnverifiedBundle::read(&file).unwrap().verify(at(NOW * 4)).is_ok());
}

/// A good manifest, and the code for it once something was changed and signed.
struct Changed {
    own: Key,
    header: Value,
    payload: Value,
    items: Vec<u8>,
}

impl Changed {
    fn good() -> Self {
        let own = Key::new(Algorithm::Ed25519, 7);
        let header = json!({"alg": "EdDSA", "typ": "bonafide-bundle+jwt", "kid": own.kid()});
        let row = |kind: &str, name: &str, bytes: &str| {
            json!({"kind": kind, "name": name, "length": bytes.len(), "fetched": NOW,
                "sha256": base64url::encode(Sha256::digest(bytes))})
        };
        let payload = json!({"iss": own.did().as_str(), "iat": NOW, "items": [
            row("did-log", VH, "log"), row("policy", "house", "policy")]});
        Self { own, header, payload, items: b"logpolicy".to_vec() }
    }

    fn file(&self, signer: &Key, text: Option<String>) -> Vec<u8> {
        let (header, payload, texts) = (self.header.clone(), self.payload.clone(), (None, text));
        let jwt = Jwt { key: signer.clone(), header, payload, texts, tamper: |token| token };
        [MAGIC.as_bytes(), jwt.sign().as_bytes(), b"\n", &self.items].concat()
    }

    fn code(&self) -> Result<usize, &'static str> {
        let file = self.file(&self.own, None);
        open(&file).map(|bundle| bundle.entries().len()).map_err(BundleError::code)
    }
}

#[test]
fn one_header_changed_is_refused_for_that() {
    let (good, other) = (Changed::good(), Key::new(Algorithm::Ed25519, 8));
    assert_eq!(good.code(), Ok(2));
    assert_eq!(open(&good.file(&other, None)).unwrap_err().code(), "bad-signature");
    let headers = [
        ("typ", json!("statuslist+jwt"), "wrong-type"),
        ("typ", Value::Null, "wrong-type"),
        ("alg", json!("none"), "alg-not-allowed"),
        ("alg", json!("ES256"), "alg-not-allowed"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!("12"), "bad-did-url"),
        ("kid", json!(other.kid()), "bad-signature"),
        ("kid", json!("did:web:acme.example#k"), "did-method-unsupported"),
        ("crit", json!(["exp"]), "unknown-critical"),
        ("jwk", json!({}), "untrusted-key"),
    ];
    for (name, value, expected) in headers {
        let mut changed = Changed::good();
        changed.header[name] = value.clone();
        assert_eq!(changed.code(), Err(expected), "{name} {value}");
    }
}

#[test]
fn one_member_changed_is_refused_for_that() {
    let digest = base64url::encode([0; 32]);
    let cases = [
        ("/iss", json!("did:key:other"), "issuer-key-mismatch"),
        ("/iss", json!(7), "malformed"),
        ("/iat", json!(NOW + 61), "not-yet-valid"),
        ("/iat", json!(-1), "malformed"),
        ("/iat", json!(NOW as f64 + 0.5), "malformed"),
        ("/iat", json!(NOW.to_string()), "malformed"),
        ("/prev", json!("sha256-x"), "malformed"),
        ("/prev", json!([0]), "malformed"),
        ("/items", json!({}), "malformed"),
        ("/items", Value::Null, "malformed"),
        ("/items/0", json!(["did-log", VH, 3, digest, null, NOW]), "malformed"),
        ("/items/0", Value::Null, "malformed"),
        ("/items/0/kind", json!(1), "malformed"),
        ("/items/0/kind", json!("policy-of-old"), "bundle-order"),
        ("/items/1/kind", json!("did-document"), "bundle-order"),
        ("/items/0/name", json!(""), "bad-name"),
        ("/items/0/name", json!(WEB), "bad-name"),
        ("/items/0/name", json!(format!("{VH}#k")), "bad-name"),
        ("/items/1/name", json!("a\u{1b}[2J"), "bad-name"),
        ("/items/1/name", json!("x".repeat(2049)), "bad-name"),
        ("/items/0/length", json!(4), "bundle-cut"),
        ("/items/0/length", json!(2), "trailing-bytes"),
        ("/items/0/length", json!(-3), "malformed"),
        ("/items/0/length", json!(3.0), "malformed"),
        ("/items/0/length", json!("3"), "malformed"),
        ("/items/0/length", json!(MAX_ITEM + 1), "too-large"),
        ("/items/0/length", json!(u64::MAX), "too-large"),
        ("/items/0/sha256", json!("AAAA"), "malformed"),
        ("/items/0/sha256", json!(format!("{digest}=")), "malformed"),
        ("/items/0/fetched", json!(NOW + 1), "malformed"),
        ("/items/0/fetched", json!(-1), "malformed"),
        ("/items/0/fetched", Value::Null, "malformed"),
        ("/items/0/origin", json!(""), "malformed"),
        ("/items/0/origin", json!("https://a\u{7}"), "malformed"),
        ("/items/0/origin", json!("x".repeat(2049)), "malformed"),
        ("/items/0/etag", json!(""), "malformed"),
        ("/items/0/etag", json!("\"a b\""), "malformed"),
        ("/items/0/etag", json!("x".repeat(257)), "malformed"),
    ];
    for (pointer, value, expected) in cases {
        let mut changed = Changed::good();
        changed.payload["prev"] = Value::Null;
        *changed.payload.pointer_mut(pointer).unwrap_or(&mut Value::Null) = value.clone();
        if let Some((item, name)) = pointer.rsplit_once('/')
            && ["etag", "origin"].contains(&name)
        {
            changed.payload.pointer_mut(item).unwrap()[name] = value.clone();
        }
        assert_eq!(changed.code(), Err(expected), "{pointer} {value}");
    }
    for name in ["iss", "iat", "items"] {
        let mut changed = Changed::good();
        changed.payload.as_object_mut().unwrap().remove(name);
        assert_eq!(changed.code(), Err("malformed"), "{name}");
    }
    for name in ["kind", "name", "length", "sha256", "fetched"] {
        let mut changed = Changed::good();
        changed.payload["items"][0].as_object_mut().unwrap().remove(name);
        assert_eq!(changed.code(), Err("malformed"), "{name}");
    }
}

#[test]
fn the_text_of_the_manifest_is_read_strictly() {
    let good = Changed::good();
    let refused = |from: &str, to: &str| {
        let text = good.payload.to_string();
        assert!(text.contains(from), "{text}");
        let file = good.file(&good.own, Some(text.replacen(from, to, 1)));
        open(&file).map(|_| ()).map_err(BundleError::code)
    };
    let iat = format!("\"iat\":{NOW}");
    assert_eq!(refused(&iat, &iat), Ok(()));
    assert_eq!(refused(&iat, &format!("{iat},{iat}")), Err("malformed"));
    assert_eq!(refused(&iat, &format!("{iat},\"\\u0069at\":1")), Err("malformed"));
    assert_eq!(refused("\"length\":3", "\"length\":3,\"length\":3"), Err("malformed"));
    assert_eq!(refused("\"length\":3", "\"length\":3,\"len\\u0067th\":3"), Err("malformed"));
    assert_eq!(refused("\"length\":3", "\"length\":03"), Err("malformed"));
    assert_eq!(refused("\"length\":3", "\"length\":3e0"), Err("malformed"));
    assert_eq!(refused("\"iss\"", "\"ISS\""), Err("malformed"));
    assert_eq!(refused(&iat, &format!("{iat},\"more\":{{\"later\":[1]}}")), Ok(()));
    let end = good.file(&good.own, Some(format!("{}{{}}", good.payload)));
    assert_eq!(open(&end).unwrap_err().code(), "malformed");
    let array = good.file(&good.own, Some(format!("[{:?},{NOW},null,[]]", good.own.did())));
    assert_eq!(open(&array).unwrap_err().code(), "malformed");
}

#[test]
fn order_and_names() {
    let mut swapped = Changed::good();
    swapped.payload["items"].as_array_mut().unwrap().reverse();
    assert_eq!(swapped.code(), Err("bundle-order"));
    // The same twice, and two logs of one DID.
    let mut twice = Changed::good();
    let log = twice.payload["items"][0].clone();
    twice.payload["items"].as_array_mut().unwrap().insert(0, log);
    assert_eq!(twice.code(), Err("duplicate-item"));
    for digest in [[0; 32], [255; 32]] {
        let mut two = twice.payload.clone();
        two["items"][1]["sha256"] = base64url::encode(digest).into();
        let changed = Changed { payload: two, ..Changed::good() };
        assert_eq!(changed.code(), Err("duplicate-item"));
    }
    // A kind that is not known keeps its place, and is passed over.
    let mut later = Changed::good();
    later.payload["items"][0]["kind"] = json!("colour");
    later.payload["items"][0]["name"] = json!("");
    let file = later.file(&later.own, None);
    let bundle = open(&file).unwrap();
    assert_eq!((bundle.entries().len(), bundle.unknown()), (1, 1));
    let policy = bundle.trusted(&[later.own.did()]).unwrap().policy("house").unwrap();
    assert_eq!(policy.bytes(), Ok(&b"policy"[..]));
}

#[test]
fn too_many_items_are_not_kept() {
    let mut many = Changed::good();
    let row = r#"{"kind":"x","name":"","length":0,"sha256":"","fetched":0},"#;
    let rows = row.repeat(MAX_ITEMS + 10);
    let text = format!(r#"{{"iss":"x","iat":{NOW},"items":[{rows}0]}}"#);
    let file = many.file(&many.own, Some(text));
    assert_eq!(open(&file).unwrap_err().code(), "too-large");
    many.items.clear();
    many.payload["items"] = json!([]);
    assert_eq!(many.code(), Ok(0));
}

#[test]
fn what_cannot_be_is_not_made() {
    let refused = |kind, name: &str| NewItem::new(kind, name, vec![], at(NOW)).unwrap_err().code();
    assert_eq!(refused(Kind::DidDocument, VH), "bad-name");
    assert_eq!(refused(Kind::DidLog, WEB), "bad-name");
    assert_eq!(refused(Kind::DidWitness, "acme"), "bad-name");
    assert_eq!(refused(Kind::StatusList, ""), "bad-name");
    assert_eq!(refused(Kind::Policy, "a\nb"), "bad-name");
    let large = NewItem::new(Kind::Policy, "a", vec![0; MAX_ITEM + 1], at(NOW));
    assert_eq!(large.unwrap_err().code(), "too-large");
    let item = || item(Kind::Policy, "house", "policy");
    assert_eq!(item().with_origin("").unwrap_err().code(), "malformed");
    assert_eq!(item().with_etag("a b").unwrap_err().code(), "malformed");
    let key = key(Algorithm::Ed25519);
    let code = |items| made_by(&key, items).unwrap_err().code();
    assert_eq!(code(vec![item(), item()]), "duplicate-item");
    assert_eq!(code(vec![item().seen_again(at(NOW + 1))]), "malformed");
    let large = |name: &str| NewItem::new(Kind::Policy, name, vec![0; MAX_ITEM], at(NOW)).unwrap();
    assert_eq!(code((0..16).map(|n| large(&n.to_string())).collect()), "too-large");
}

#[test]
fn two_bundles_are_compared() {
    let same = || item(Kind::DidWitness, VH, "same");
    let old = made(vec![
        item(Kind::DidLog, VH, "log"),
        same(),
        item(Kind::Jurisdiction, "us", "seq 1"),
        item(Kind::Policy, "gone", "policy"),
        item(Kind::StatusList, URI, "Monday"),
        item(Kind::StatusList, URI, "Tuesday"),
        item(Kind::TypeMetadata, VCT, "metadata"),
    ]);
    let new = made(vec![
        item(Kind::DidDocument, WEB, "document"),
        item(Kind::DidLog, VH, "longer log"),
        same(),
        item(Kind::Jurisdiction, "us", "seq 1").seen_again(at(NOW)),
        item(Kind::Jurisdiction, "us", "seq 2"),
        item(Kind::StatusList, URI, "Tuesday"),
        item(Kind::StatusList, URI, "Wednesday"),
        item(Kind::TypeMetadata, VCT, "metadata"),
    ]);
    let (old, new) = (open(&old).unwrap(), open(&new).unwrap());
    let words = |changes: &[Change<'_>]| -> Vec<String> {
        changes.iter().map(|c| format!("{} {}", c.word(), c.entry().kind().word())).collect()
    };
    let changes = diff(&old, &new);
    let expected = [
        "added did-document",
        "changed did-log",
        "confirmed jurisdiction",
        "added jurisdiction",
        "removed policy",
        "changed status-list",
    ];
    assert_eq!(words(&changes), expected);
    assert_eq!(changes[1].entry().length(), 10);
    let back = diff(&new, &old);
    assert_eq!(back.len(), 6);
    assert_eq!(words(&back)[0], "removed did-document");
    assert!(diff(&old, &old).is_empty());
}

#[test]
fn a_status_list_says_when_it_ends() {
    let key = key(Algorithm::Ed25519);
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let list = StatusList::new(Bits::One, 8).unwrap();
    let token = |expires| {
        let said = Publication { uri: URI.into(), issued_at: at(NOW), expires, ttl: None };
        said.issue(&list, &issuer).unwrap()
    };
    let end = |text: &str| ends(Kind::StatusList, text.as_bytes());
    assert_eq!(end(&token(Some(at(NOW + 9)))), Some(at(NOW + 9)));
    assert_eq!((end(&token(None)), end("garbage")), (None, None));
    assert_eq!(ends(Kind::StatusList, b"\xff"), None);
    assert_eq!(ends(Kind::Policy, token(Some(at(NOW + 9))).as_bytes()), None);
}

#[test]
fn a_jurisdiction_says_when_the_next_is_due() {
    let own = Key::new(Algorithm::Ed25519, 7);
    let payload = json!({"typ": "jurisdiction/1", "id": "us", "seq": 2, "issued": "2026-11-20",
        "prev": format!("sha256-{}=", "A".repeat(43)),
        "next_update": "2026-12-20", "expires": "2027-01-20",
        "governance": {"threshold": 1, "keys": [{"label": "acme", "jwk": own.public.to_jwk()}]},
        "attributes": [{"id": "a", "vct": ["urn:x:1"], "status": "active"}],
        "validators": [{"did": "did:web:kyc.example", "group": "g",
            "approvals": [{"attr": "a", "from": "2026-01-01", "on_end": "grandfather"}]}]});
    let file = json!({"payload": base64url::encode(payload.to_string()), "signatures": []});
    let due = Timestamp::parse("2026-12-21").unwrap();
    assert_eq!(ends(Kind::Jurisdiction, file.to_string().as_bytes()), Some(due));
    assert_eq!(ends(Kind::Jurisdiction, b"{}"), None);
}

fn any_item() -> impl Strategy<Value = (usize, u8, Vec<u8>, Option<String>, i64)> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    let origin = proptest::option::of("https://[a-z]{1,9}\\.example/\\PC{0,9}");
    (0..7usize, 0..4u8, bytes, origin, 0..NOW)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_bundle_is_read_as_made(free in proptest::collection::vec(any_item(), 0..12)) {
        let mut items = Vec::new();
        for (kind, name, bytes, origin, fetched) in free {
            let kind = Kind::ALL[kind];
            let name = match kind {
                Kind::DidDocument => format!("did:web:{name}.example"),
                Kind::DidLog | Kind::DidWitness => format!("did:webvh:Qm:{name}.example"),
                _ => format!("a \"name\" \u{e9} {name}"),
            };
            let item = NewItem::new(kind, &name, bytes, at(fetched)).unwrap();
            let item = match &origin {
                Some(origin) => item.with_origin(origin).unwrap(),
                None => item,
            };
            items.push(item);
        }
        let key = key(Algorithm::Ed25519);
        let Ok(file) = made_by(&key, items.clone()) else { return Ok(()) };
        let bundle = open(&file).unwrap();
        let pinned = [bundle.maker().clone()];
        let all = bundle.self_proving().iter().chain(bundle.trusted(&pinned).unwrap().iter());
        let again: Vec<_> = all.map(|item| NewItem::copied(item).unwrap()).collect();
        prop_assert_eq!(again.len(), items.len());
        for item in &items {
            let found = again.iter().find(|other| other.entry() == item.entry()).unwrap();
            prop_assert_eq!(found.bytes(), item.bytes());
        }
        prop_assert_eq!(made_by(&key, again).unwrap(), file.clone());
    }
}
