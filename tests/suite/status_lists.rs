//! Status lists and their tokens: the published vectors, what is written and read, and what is refused for what
//! (ATTACKS 38, 39a, 40).

use std::num::NonZeroU64;

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::{base64url, zlib};
use bonafide::format::jws::UnverifiedJws;
use bonafide::key::{Algorithm, PublicKey, SecretKey};
use bonafide::status::{
    Bits, ExpectedStatus, Publication, Status, StatusError, StatusList, StatusListError,
    StatusMeaning, StatusToken, UnverifiedStatusToken,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::forge::{Jwt, Key};
use crate::support::vectors::Vectors;

const NOW: i64 = 1_795_176_000;
const URI: &str = "https://status.example/lists/7";
const WIDTHS: [Bits; 4] = [Bits::One, Bits::Two, Bits::Four, Bits::Eight];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_bytes(algorithm, &[seed; 32].into()).unwrap()
}

fn publication() -> Publication {
    let ttl = NonZeroU64::new(3600);
    Publication { uri: URI.into(), issued_at: at(NOW), expires: Some(at(NOW + 86_400)), ttl }
}

fn read(text: &str, signers: &[Did], now: i64) -> Result<StatusToken, StatusError> {
    UnverifiedStatusToken::parse(text)?.verify(&ExpectedStatus { uri: URI, signers }, at(now))
}

fn vectors() -> (Vectors, Vec<(String, Value)>) {
    let vectors = Vectors::find();
    let files = vectors.files("status-list/token-status-list", "json");
    let files = files.into_iter().map(|(name, text)| (name, serde_json::from_str(&text).unwrap()));
    let files = files.collect();
    (vectors, files)
}

/// Every list of the draft: each entry named has its status, every other one is valid.
#[test]
fn the_lists_of_the_draft() {
    let (vectors, files) = vectors();
    let lists = files.iter().filter(|(_, file)| file.get("expected_status").is_some());
    let mut found = 0;
    for (name, file) in lists {
        let bits = Bits::new(file["json"]["bits"].as_i64().unwrap()).unwrap();
        let list = StatusList::decode(bits, file["json"]["lst"].as_str().unwrap()).unwrap();
        assert_eq!(list.entries(), file["entries"].as_u64().unwrap(), "{name}");
        let mut made = StatusList::new(bits, list.entries()).unwrap();
        for (index, status) in file["expected_status"].as_object().unwrap() {
            let index = index.parse().unwrap();
            let status = Status::new(status.as_u64().unwrap().try_into().unwrap());
            assert_eq!(list.get(index), Ok(status), "{name} {index}");
            made.set(index, status).unwrap();
        }
        assert_eq!(made, list, "{name}");
        assert_eq!(StatusList::decode(bits, &made.encode().unwrap()).unwrap(), list, "{name}");
        assert_eq!(list.get(list.entries()), Err(StatusListError::OutOfBounds));
        // The CBOR form is not read; the compressed bytes in it are the same list.
        let lst = base64url::decode(file["json"]["lst"].as_str().unwrap()).unwrap();
        let hex: String = lst.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(file["cbor_hex"].as_str().unwrap().ends_with(&hex), "{name}");
        found += 1;
    }
    vectors.assert_count(found, 4, false, "lists of the draft");
    vectors.assert_count(files.len(), 5, false, "files of status lists");
}

/// The token of the draft: its signature holds and its list is the short one. It names its key `12`, which is no DID
/// URL, so it is no token of an issuer of ours; over a header that names a DID, the same claims are read. The CWT forms
/// are not offered.
#[test]
fn the_token_of_the_draft() {
    let (vectors, files) = vectors();
    let file = files.iter().find(|(name, _)| name == "status-list-tokens.json");
    vectors.assert_count(usize::from(file.is_some()), 1, false, "tokens of the draft");
    let Some((_, file)) = file else { return };
    let (token, claims) =
        (file["status_list_jwt"].as_str().unwrap(), &file["status_list_jwt_claims"]);
    let jwk = &file["issuer_public_jwk"];
    let part = |name: &str| base64url::decode_array(jwk[name].as_str().unwrap()).unwrap();
    let public = PublicKey::from_p256_coordinates(&part("x"), &part("y")).unwrap();
    let jws = UnverifiedJws::parse(token, "statuslist+jwt", token.len()).unwrap();
    let payload: Value = serde_json::from_slice(jws.verify(&public).unwrap()).unwrap();
    assert_eq!(payload, *claims);
    assert_eq!(UnverifiedStatusToken::parse(token).unwrap_err().code(), "bad-did-url");

    let own = Key::new(Algorithm::P256, 7);
    let header = json!({"alg": "ES256", "typ": "statuslist+jwt", "kid": own.kid()});
    let jwt = Jwt { key: own.clone(), header, payload, texts: (None, None), tamper: |token| token };
    let signed = jwt.sign();
    let unverified = UnverifiedStatusToken::parse(&signed).unwrap();
    let uri = claims["sub"].as_str().unwrap();
    assert_eq!(unverified.claimed_uri(), uri);
    let expected = ExpectedStatus { uri, signers: &[own.did()] };
    let token = unverified.verify(&expected, at(NOW)).unwrap();
    assert_eq!(token.publication().ttl, NonZeroU64::new(43_200));
    assert_eq!(token.publication().expires, Some(at(2_291_720_170)));
    assert_eq!((token.status(0), token.status(1)), (Ok(Status::INVALID), Ok(Status::VALID)));
    assert_eq!(token.status(16), Err(StatusListError::OutOfBounds));
}

#[test]
fn what_is_published_is_read() {
    for (algorithm, bits) in
        WIDTHS.iter().flat_map(|b| [(Algorithm::Ed25519, *b), (Algorithm::P256, *b)])
    {
        let key = key(algorithm, 7);
        let issuer = Identity::did_key(key.id(), &key).unwrap();
        let mut list = StatusList::new(bits, 1 << 20).unwrap();
        list.set((1 << 20) - 1, Status::INVALID).unwrap();
        let text = publication().issue(&list, &issuer).unwrap();
        let token = read(&text, &[Did::from_key(key.public())], NOW + 10).unwrap();
        assert_eq!((token.list(), token.publication()), (&list, &publication()));
        assert_eq!(token.signer(), issuer.key_url());
        assert_eq!(token.status((1 << 20) - 1), Ok(Status::INVALID));
        assert_eq!(token.status(1 << 20).unwrap_err().code(), "status-invalid");
        assert_eq!(token.status(u64::MAX).unwrap_err().code(), "status-invalid");
    }
}

#[test]
fn the_longest_list_fits_into_a_token() {
    let mut list = StatusList::new(Bits::Eight, 1 << 20).unwrap();
    let mut state = 88_172_645_463_325_252_u64;
    for index in 0..list.entries() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        list.set(index, Status::new(state.to_le_bytes()[3])).unwrap();
    }
    let key = key(Algorithm::Ed25519, 7);
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let text = publication().issue(&list, &issuer).unwrap();
    assert!(text.len() > 1_800_000);
    let token = read(&text, &[Did::from_key(key.public())], NOW).unwrap();
    assert_eq!(*token.list(), list);
}

#[test]
fn what_a_status_says() {
    use StatusMeaning::*;
    let said = |value| Status::new(value).meaning();
    assert_eq!([0, 1, 2].map(said), [Valid, Invalid, Suspended]);
    assert_eq!([Status::VALID, Status::INVALID, Status::SUSPENDED].map(Status::value), [0, 1, 2]);
    for value in 3..=255 {
        let application = [3, 12, 13, 14, 15].contains(&value);
        assert_eq!(said(value), if application { Application } else { Reserved }, "{value}");
    }
}

#[test]
fn lists_that_cannot_be() {
    assert_eq!(StatusList::new(Bits::One, (1 << 20) + 1), Err(StatusListError::TooLarge));
    for number in [0, 3, 5, 6, 7, 9, 16, -1, i64::MAX, i64::MIN] {
        assert_eq!(Bits::new(number), Err(StatusListError::Bits), "{number}");
    }
    let mut list = StatusList::new(Bits::One, 9).unwrap();
    assert_eq!(list.entries(), 16);
    assert_eq!(list.set(0, Status::SUSPENDED), Err(StatusListError::TooWide));
    assert_eq!(list.set(16, Status::INVALID), Err(StatusListError::OutOfBounds));
    assert_eq!(list, StatusList::new(Bits::One, 16).unwrap());
    let empty = StatusList::new(Bits::Eight, 0).unwrap();
    assert_eq!(empty.get(0), Err(StatusListError::OutOfBounds));
}

#[test]
fn texts_that_are_no_list() {
    let refused = |bytes: &[u8], bits| {
        StatusList::decode(bits, &base64url::encode(bytes)).map_err(StatusListError::code)
    };
    let good = zlib::compress(&[0; 131_072]).unwrap();
    assert_eq!(refused(&good, Bits::One).unwrap().entries(), 1 << 20);
    assert_eq!(refused(&good[..good.len() - 1], Bits::One), Err("status-invalid"));
    assert_eq!(refused(&[good.as_slice(), b"0"].concat(), Bits::One), Err("status-invalid"));
    assert_eq!(refused(b"", Bits::One), Err("status-invalid"));
    assert_eq!(refused(b"no zlib", Bits::One), Err("status-invalid"));
    // One byte more than 2^20 entries, and a thousand times as much.
    for (bits, most) in WIDTHS.iter().zip([1 << 17, 1 << 18, 1 << 19, 1 << 20]) {
        assert!(refused(&zlib::compress(&vec![0; most]).unwrap(), *bits).is_ok());
        let over = zlib::compress(&vec![0; most + 1]).unwrap();
        assert_eq!(refused(&over, *bits), Err("too-large"));
    }
    let bomb = zlib::compress(&vec![0; 1 << 27]).unwrap();
    assert_eq!(refused(&bomb, Bits::Eight), Err("too-large"));
    let long = "A".repeat(bonafide::format::status_list::MAX_LEN + 1);
    assert_eq!(StatusList::decode(Bits::One, &long), Err(StatusListError::TooLarge));
    for bad in ["eNrbuRgAAhcBXQ==", "eNrbuRgAAhcBX+", " eNrbuRgAAhcBXQ"] {
        let refused = StatusList::decode(Bits::One, bad).unwrap_err();
        assert_eq!(refused.code(), "status-invalid", "{bad}");
    }
}

/// A good token's header and payload, and the code for them once they are changed and signed.
struct Changed {
    own: Key,
    header: Value,
    payload: Value,
}

impl Changed {
    fn good() -> Self {
        let own = Key::new(Algorithm::Ed25519, 7);
        let header = json!({"alg": "EdDSA", "typ": "statuslist+jwt", "kid": own.kid()});
        let payload = json!({"sub": URI, "iat": NOW, "exp": NOW + 9, "ttl": 60,
            "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"}});
        Self { own, header, payload }
    }

    fn code(&self, signer: &Key) -> Result<(), &'static str> {
        let (header, payload) = (self.header.clone(), self.payload.clone());
        let (key, texts) = (signer.clone(), (None, None));
        let jwt = Jwt { key, header, payload, texts, tamper: |token| token };
        read(&jwt.sign(), &[self.own.did()], NOW).map(|_| ()).map_err(StatusError::code)
    }
}

#[test]
fn one_header_changed_is_refused_for_that() {
    let (good, other) = (Changed::good(), Key::new(Algorithm::Ed25519, 8));
    assert_eq!(good.code(&good.own), Ok(()));
    assert_eq!(good.code(&other), Err("bad-signature"));
    let headers = [
        ("typ", json!("JWT"), "wrong-type"),
        ("typ", json!("application/statuslist+jwt"), "wrong-type"),
        ("typ", json!("dc+sd-jwt"), "wrong-type"),
        ("typ", Value::Null, "wrong-type"),
        ("alg", json!("none"), "alg-not-allowed"),
        ("alg", json!("HS256"), "alg-not-allowed"),
        ("alg", json!("ES256"), "alg-not-allowed"),
        ("kid", Value::Null, "malformed"),
        ("kid", json!("12"), "bad-did-url"),
        ("kid", json!(other.kid()), "issuer-key-mismatch"),
        ("kid", json!(format!("{}#other", good.own.did())), "bad-did-url"),
        ("crit", json!(["exp"]), "unknown-critical"),
        ("jwk", json!({}), "untrusted-key"),
    ];
    for (name, value, expected) in headers {
        let mut changed = Changed::good();
        changed.header[name] = value.clone();
        assert_eq!(changed.code(&good.own), Err(expected), "{name} {value}");
    }
}

#[test]
fn one_claim_changed_is_refused_for_that() {
    let payloads = [
        ("sub", json!("https://status.example/lists/8"), "status-other-list"),
        ("sub", json!(""), "malformed"),
        ("sub", json!([URI]), "malformed"),
        ("sub", Value::Null, "malformed"),
        ("iat", Value::Null, "malformed"),
        ("iat", json!(NOW.to_string()), "malformed"),
        ("iat", json!(-1), "malformed"),
        ("iat", json!(NOW + 61), "not-yet-valid"),
        ("exp", json!(NOW), "expired"),
        ("exp", json!(NOW - 1), "expired"),
        ("exp", Value::Null, "malformed"),
        ("exp", json!("never"), "malformed"),
        ("ttl", json!(0), "malformed"),
        ("ttl", json!(-60), "malformed"),
        ("ttl", json!(0.5), "malformed"),
        ("ttl", json!("60"), "malformed"),
        ("aud", json!("somebody else"), "malformed"),
        ("status_list", Value::Null, "malformed"),
        ("status_list", json!([]), "malformed"),
        ("status_list", json!({"bits": 1}), "malformed"),
        ("status_list", json!({"lst": "eNrbuRgAAhcBXQ"}), "malformed"),
        ("status_list", json!({"bits": "1", "lst": "eNrbuRgAAhcBXQ"}), "malformed"),
        ("status_list", json!({"bits": 1, "lst": 7}), "malformed"),
        (
            "status_list",
            json!({"bits": 1, "lst": "eNrbuRgAAhcBXQ", "aggregation_uri": 1}),
            "malformed",
        ),
        ("status_list", json!({"bits": 3, "lst": "eNrbuRgAAhcBXQ"}), "status-invalid"),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhcBX"}), "status-invalid"),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhcB"}), "status-invalid"),
        ("status_list", json!({"bits": 1, "lst": "eNrbuRgAAhcBXQAA"}), "status-invalid"),
    ];
    for (name, value, expected) in payloads {
        let mut changed = Changed::good();
        changed.payload[name] = value.clone();
        assert_eq!(changed.code(&changed.own), Err(expected), "{name} {value}");
    }
    let mut missing = Changed::good();
    missing.payload.as_object_mut().unwrap().remove("iat");
    assert_eq!(missing.code(&missing.own), Err("malformed"));
    let mut bomb = Changed::good();
    let zeros = zlib::compress(&vec![0; 1 << 24]).unwrap();
    bomb.payload["status_list"]["lst"] = base64url::encode(zeros).into();
    assert_eq!(bomb.code(&bomb.own), Err("too-large"));
}

#[test]
fn what_may_differ_is_read() {
    let cases = [
        ("iat", json!(NOW + 60)),
        ("iat", json!(NOW as f64 + 0.5)),
        ("exp", json!(NOW + 1)),
        ("ttl", json!(1.5)),
        ("iss", json!("https://issuer.example")),
        (
            "status_list",
            json!({"bits": 1, "lst": "eNrbuRgAAhcBXQ", "aggregation_uri": "https://a"}),
        ),
    ];
    for (name, value) in cases {
        let mut changed = Changed::good();
        changed.payload[name] = value.clone();
        assert_eq!(changed.code(&changed.own), Ok(()), "{name} {value}");
    }
    let mut bare = Changed::good();
    bare.payload
        .as_object_mut()
        .unwrap()
        .retain(|name, _| !["exp", "ttl"].contains(&name.as_str()));
    assert_eq!(bare.code(&bare.own), Ok(()));
}

/// What an issuer reads again of its own: by its key, for that place, whether or not it is over.
#[test]
fn an_issuer_knows_its_own_lists() {
    let key = key(Algorithm::Ed25519, 7);
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let text = publication().issue(&StatusList::new(Bits::Two, 8).unwrap(), &issuer).unwrap();
    let parse = || UnverifiedStatusToken::parse(&text).unwrap();
    assert_eq!(parse().claimed_expires(), Some(at(NOW + 86_400)));
    assert!(parse().signed_by(key.public(), URI).is_ok());
    let elsewhere = parse().signed_by(key.public(), "https://status.example/lists/8");
    assert_eq!(elsewhere.unwrap_err().code(), "status-other-list");
    let other = self::key(Algorithm::Ed25519, 8);
    assert_eq!(parse().signed_by(other.public(), URI).unwrap_err().code(), "bad-signature");
}

#[test]
fn size_and_name_are_checked_first() {
    let long = "x".repeat(bonafide::status::MAX_LEN + 1);
    assert_eq!(UnverifiedStatusToken::parse(&long).unwrap_err().code(), "too-large");
    let nobody: &[Did] = &[];
    let key = key(Algorithm::P256, 7);
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let list = StatusList::new(Bits::Two, 8).unwrap();
    let text = publication().issue(&list, &issuer).unwrap();
    assert_eq!(read(&text, nobody, NOW).unwrap_err().code(), "issuer-key-mismatch");
    let others = [Did::parse("did:web:acme.example").unwrap(), Did::from_key(key.public())];
    assert!(read(&text, &others, NOW).is_ok());
}

#[test]
fn what_could_never_count_is_not_issued() {
    let key = key(Algorithm::Ed25519, 7);
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let list = StatusList::new(Bits::Two, 8).unwrap();
    let refused = |said: Publication| said.issue(&list, &issuer).unwrap_err().code();
    assert_eq!(refused(Publication { expires: Some(at(NOW)), ..publication() }), "never-valid");
    assert_eq!(refused(Publication { uri: String::new(), ..publication() }), "malformed");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_status_that_was_set_is_read(
        width in 0..4usize,
        entries in 0..3000_u64,
        set in proptest::collection::vec((0..3000_u64, any::<u8>()), 0..200),
    ) {
        let bits = WIDTHS[width];
        let mut list = StatusList::new(bits, entries).unwrap();
        let mut plain = vec![0; usize::try_from(list.entries()).unwrap()];
        for (index, value) in set {
            let fits = u32::from(value) < 1 << bits.number();
            let place = plain.get_mut(usize::try_from(index).unwrap());
            let done = list.set(index, Status::new(value));
            prop_assert_eq!(done.is_ok(), fits && place.is_some());
            if let (Ok(()), Some(place)) = (done, place) {
                *place = value;
            }
        }
        let read = StatusList::decode(bits, &list.encode().unwrap()).unwrap();
        prop_assert_eq!(&read, &list);
        let statuses: Result<Vec<Status>, _> = (0..read.entries()).map(|at| read.get(at)).collect();
        prop_assert_eq!(statuses.unwrap().iter().map(|s| s.value()).collect::<Vec<_>>(), plain);
    }
}
