//! Whether a credential that a holder keeps still stands, by the status lists at hand.

use bonafide::clock::Timestamp;
use bonafide::credential::Catalog;
use bonafide::did::{Did, Identity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::resolve::{DidMaterial, FetchedDid};
use bonafide::status::{Bits, Publication, Status, StatusList};
use bonafide::verify::{Material, Received, Standing, Verifier};
use serde_json::json;

use crate::support::forge::{Forged, NOW};

const URI: &str = "https://status.example/lists/7";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

/// A credential with the 5th place of that list, or without one; the wallet holds its key.
fn held(place: Option<u64>) -> Received {
    let mut forged = Forged::good(Algorithm::Ed25519);
    if let Some(place) = place {
        forged.issuer.payload["status"] = json!({"status_list": {"idx": place, "uri": URI}});
    }
    let wallet = SecretKey::from_bytes(Algorithm::Ed25519, &[8; 32].into()).unwrap();
    Received::check(&forged.sd_jwt(), &wallet, &Catalog::default(), at(NOW)).unwrap()
}

/// A list of sixteen by the key of that seed, with a value at place 5.
fn list(seed: u8, issued_at: i64, value: u8) -> String {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap();
    let mut list = StatusList::new(Bits::Two, 16).unwrap();
    list.set(5, Status::new(value)).unwrap();
    let expires = Some(at(issued_at + 86_400));
    let publication = Publication { uri: URI.into(), issued_at: at(issued_at), expires, ttl: None };
    publication.issue(&list, &Identity::did_key(key.id(), &key).unwrap()).unwrap()
}

fn standing(place: Option<u64>, lists: &[String]) -> Standing {
    let material = Material { statuses: lists.to_vec(), ..Material::default() };
    Verifier::new(material).unwrap().standing(&held(place), at(NOW))
}

fn ended(kind: &'static str, detail: &str, list: Option<&String>) -> Standing {
    Standing::Ended { kind, detail: detail.into(), list: list.cloned() }
}

#[test]
fn without_a_list_it_counts_until_it_ends() {
    let found = standing(None, &[list(7, NOW, 1)]);
    assert_eq!(found.decided_by(), None);
    assert_eq!(found, Standing::NoStatus);
}

#[test]
fn the_newest_list_says_and_is_handed_out() {
    let (old, new) = (list(7, NOW - 3600, 0), list(7, NOW, 0));
    let found = standing(Some(5), &[old.clone(), new.clone()]);
    assert_eq!(found.decided_by(), Some(new.as_str()));
    assert_eq!(found, Standing::Stands { as_of: at(NOW), list: new });
    for (value, kind, detail) in [
        (1, "revoked", "the issuer has revoked it, for good"),
        (2, "suspended", "the issuer has suspended it"),
    ] {
        let new = list(7, NOW, value);
        let found = standing(Some(5), &[new.clone(), old.clone()]);
        assert_eq!(found, ended(kind, detail, Some(&new)));
        assert_eq!(found.decided_by(), Some(new.as_str()));
    }
    // Other places are not this one.
    assert!(matches!(standing(Some(6), &[list(7, NOW, 1)]), Standing::Stands { .. }));
}

#[test]
fn what_does_not_tell_leaves_it_open() {
    let open = |lists: &[String]| match standing(Some(5), lists) {
        Standing::Open { detail } => detail,
        other => panic!("{other:?}"),
    };
    assert_eq!(open(&[]), "no list of its statuses is at hand");
    let expired = [list(7, NOW - 90_000, 1)];
    assert_eq!(open(&expired), "the newest list of its statuses has expired");
    // Another issuer's list says nothing of it, and no more does one that means something unknown here.
    assert!(open(&[list(9, NOW, 1)]).starts_with("no list of its statuses holds"));
    // Two of one moment that differ, in whatever order.
    let both = [list(7, NOW, 0), list(7, NOW, 1)];
    for lists in [both.clone(), [both[1].clone(), both[0].clone()]] {
        assert_eq!(open(&lists), "its issuer signed two lists of one moment that differ");
    }
    let unknown = "its list gives it a status whose meaning is not known here";
    assert_eq!(open(&[list(7, NOW, 3)]), unknown);
}

/// A list counts until its own end; one without an end for a day.
#[test]
fn a_list_counts_until_it_ends() {
    let key = SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap();
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    let told = |age: i64, lasts: Option<i64>| {
        let issued_at = at(NOW - age);
        let expires = lasts.map(|lasts| issued_at.plus(lasts));
        let publication = Publication { uri: URI.into(), issued_at, expires, ttl: None };
        let list = StatusList::new(Bits::Two, 16).unwrap();
        standing(Some(5), &[publication.issue(&list, &issuer).unwrap()])
    };
    let stands = |told| matches!(told, Standing::Stands { .. });
    assert!(stands(told(2 * 86_400, Some(3 * 86_400))));
    assert!(stands(told(86_400, None)));
    let detail = "its list is 24 h old; the limit is 24 h".to_owned();
    assert_eq!(told(86_401, None), Standing::Open { detail });
}

#[test]
fn a_place_outside_the_list_is_no_place() {
    let lists = [list(7, NOW, 0)];
    let found = standing(Some(16), &lists);
    assert!(!matches!(found, Standing::Stands { .. }), "{found:?}");
}

/// What the issuer's key signed ends with the key, also without a list.
#[test]
fn a_credential_ends_with_a_stolen_key() {
    let did = "did:web:issuer.example";
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.issuer.payload["iss"] = did.into();
    forged.issuer.header["kid"] = format!("{did}#k7").into();
    let held = Received::stored(&forged.sd_jwt()).unwrap();
    let standing = |change: &dyn Fn(&mut serde_json::Value)| {
        let key = SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap();
        let mut method = json!({"id": "#k7", "type": "Multikey", "controller": did,
            "publicKeyMultibase": Did::from_key(key.public()).method_specific_id()});
        change(&mut method);
        let document =
            json!({"id": did, "verificationMethod": [method], "assertionMethod": ["#k7"]});
        let fetched = FetchedDid {
            did: Did::parse(did).unwrap(),
            material: DidMaterial::Document(document.to_string().into_bytes()),
            fetched_at: Some(at(NOW)),
        };
        let material = Material { dids: vec![fetched], ..Material::default() };
        Verifier::new(material).unwrap().standing(&held, at(NOW))
    };
    assert_eq!(standing(&|_| ()), Standing::NoStatus);
    let stolen = standing(&|method| method["revoked"] = "2026-01-01T00:00:00Z".into());
    let detail = "the issuer's key was compromised: ask the issuer for a new one";
    assert_eq!(stolen, ended("key-compromised", detail, None));
    // Retired in order is another thing.
    let retired = standing(&|method| method["expires"] = "2020-01-01T00:00:00Z".into());
    assert_eq!(retired, Standing::NoStatus);
}
