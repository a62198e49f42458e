//! Whatever is issued, hidden, padded and chosen: the verifier sees exactly what was visible or chosen.

use std::collections::BTreeSet;

use crate::support::claims::{claims, path, places, read, reduced};
use bonafide::clock::Timestamp;
use bonafide::credential::{Catalog, ClaimPath, Place};
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::issue::{Content, Padding, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::present::{self, Candidate, Preview};
use bonafide::random::SystemRandom;
use bonafide::request::{Question, Request};
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{
    Expected, Facts, Material, Memory, Presentation, Received, Verdict, Verifier,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

/// Everything that is free to choose.
#[derive(Debug)]
struct Case {
    claims: Map<String, Value>,
    hidden: Vec<ClaimPath>,
    chosen: Vec<ClaimPath>,
    padding: Padding,
    algorithms: [Algorithm; 2],
}

impl Case {
    fn is_hidden(&self, place: &[Place<'_>]) -> bool {
        self.hidden.iter().any(|path| path.matches(place))
    }

    /// Visible, or chosen, or inside or around something chosen.
    fn is_shown(&self, place: &[Place<'_>]) -> bool {
        let places = places(&self.claims);
        let mut chosen = places.iter().map(|(place, _)| place);
        !self.is_hidden(place)
            || chosen.any(|other| {
                (other.starts_with(place) || place.starts_with(other))
                    && self.chosen.iter().any(|path| path.matches(other))
            })
    }

    fn padded(&self, place: &[Place<'_>]) -> usize {
        let inner = self.padding.inner.iter().find(|(path, _)| path.matches(place));
        inner.map_or(0, |(_, count)| *count)
    }
}

/// For every place: whether it is hidden, chosen, padded, and whether for all elements at once.
fn case() -> impl Strategy<Value = Case> {
    let algorithm = prop_oneof![Just(Algorithm::Ed25519), Just(Algorithm::P256)];
    let dice = proptest::collection::vec((0..100u8, 0..100u8, 0..100u8, 0..12usize), 80);
    let free = (claims(), dice, 0..100u8, 0..100u8, 0..12usize, [algorithm.clone(), algorithm]);
    free.prop_map(|(claims, dice, hide, choose, top, algorithms)| {
        let mut case = Case {
            claims: Map::new(),
            hidden: Vec::new(),
            chosen: Vec::new(),
            padding: Padding { top, inner: Vec::new() },
            algorithms,
        };
        for ((place, value), (a, b, c, count)) in places(&claims).into_iter().zip(dice) {
            let (exact, all) = (path(&place, usize::MAX), path(&place, 0));
            if a < hide {
                case.hidden.push(if c < 20 { all } else { exact.clone() });
            }
            // An empty container beside decoys looks like one of which everything was withheld.
            if b < choose && case.chosen.len() < 100 && holds_something(value) {
                // Further up, elements of another kind would make the path an error.
                let last = path(&place, place.len() - 1);
                case.chosen.push(if c < 20 { last } else { exact.clone() });
            }
            if c % 3 == 0 && (value.is_object() || value.is_array()) {
                case.padding.inner.push((exact, count));
            }
        }
        case.claims = claims;
        case
    })
}

fn holds_something(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(holds_something),
        Value::Array(items) => items.iter().any(holds_something),
        _ => true,
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T14:00:00Z").unwrap()
}

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::from_bytes(algorithm, &Zeroizing::new([seed; 32])).unwrap()
}

fn content(case: &Case) -> Content {
    Content {
        vct: "urn:example:any:1".into(),
        integrity: None,
        claims: case.claims.clone(),
        hidden: case.hidden.clone(),
        padding: case.padding.clone(),
    }
}

fn issue(case: &Case) -> String {
    let (issuer, holder) = (key(case.algorithms[0], 7), key(case.algorithms[1], 8));
    let identity = Identity::did_key(issuer.id(), &issuer).unwrap();
    let validity = Validity::days(now(), 90);
    content(case).issue(holder.public(), validity, None, &identity, &mut SystemRandom).unwrap()
}

fn ask(case: &Case) -> Request {
    let platform = key(Algorithm::Ed25519, 9);
    let claims = case.chosen.iter().cloned().map(ClaimQuery::any);
    let query = CredentialQuery {
        id: "q".into(),
        types: vec!["urn:example:any:1".into()],
        claims: claims.collect(),
    };
    let question = Question {
        query,
        nonce: "nonce".into(),
        state: None,
        asked_at: now(),
        expires: now().plus(600),
    };
    let identity = Identity::did_key(platform.id(), &platform).unwrap();
    Request::read(&question.sign(&identity).unwrap()).unwrap()
}

/// The answer to what is chosen, and what the holder was told would leave.
fn answer(case: &Case, token: &str, request: &Request) -> (String, Preview) {
    let holder = key(case.algorithms[1], 8);
    let stored = [Candidate::read(1, token).unwrap()];
    let prepared = present::prepare(request, &stored, &holder, now()).unwrap();
    (prepared.sign(&holder, now()).unwrap(), prepared.preview().unwrap())
}

fn verified(case: &Case, answer: &str, request: &Request) -> Map<String, Value> {
    let issuer = key(case.algorithms[0], 7);
    let did = bonafide::did::Did::from_key(issuer.public());
    let issuers = vec![PinnedIssuer { did, name: None }];
    let verifier = Verifier::new(Material { issuers, ..Material::default() }).unwrap();
    let presentation = Presentation::new(answer.as_bytes());
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let expected = Expected::Request(request);
    match verifier.verify(&presentation, &expected, &policy, &facts, &memory, now()).0 {
        Verdict::Accepted(verified) => verified.credentials()[0].claims().clone(),
        other => panic!("{:?}", other.reasons()),
    }
}

/// Every value that is no container, or an empty one, in writing and sorted.
fn leaves<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let mut leaves = Vec::new();
    for value in values {
        match value {
            Value::Object(members) if !members.is_empty() => {
                leaves.extend(self::leaves(members.values()));
            }
            Value::Array(items) if !items.is_empty() => leaves.extend(self::leaves(items.iter())),
            leaf => leaves.push(leaf.to_string()),
        }
    }
    leaves.sort();
    leaves
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_verifier_sees_what_was_visible_or_chosen_and_nothing_else(case in case()) {
        let token = issue(&case);
        let request = ask(&case);
        let (answer, _) = answer(&case, &token, &request);
        let expected = reduced(&case.claims, &|place| case.is_shown(place));
        prop_assert_eq!(&verified(&case, &answer, &request), &expected);
        // Nor does anything else travel along: another reader finds the same in the text.
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let sent = answer["vp_token"]["q"][0].as_str().unwrap();
        prop_assert_eq!(read(sent).claims, expected);
    }

    #[test]
    fn the_holder_is_told_everything_that_leaves(case in case()) {
        let token = issue(&case);
        let request = ask(&case);
        let (answer, preview) = answer(&case, &token, &request);
        let seen = verified(&case, &answer, &request);
        let told = preview.leaves.values().chain(preview.always_visible.values());
        let mut told: Vec<String> = told.map(|leaf| leaf.to_value().to_string()).collect();
        for leaf in leaves(seen.values()) {
            let at = told.iter().position(|told| *told == leaf);
            prop_assert!(at.is_some(), "{} is not in {:?}", leaf, preview);
            told.swap_remove(at.unwrap());
        }
        let places = places(&case.claims);
        for (path, leaf) in &preview.leaves {
            let path = ClaimPath::parse(path).unwrap();
            let (place, value) = places.iter().find(|(place, _)| path.matches(place)).unwrap();
            prop_assert!(case.is_shown(place));
            // Where nothing inside is shown, an empty one is told.
            let empty = leaf.to_value() == json!([]) || leaf.to_value() == json!({});
            prop_assert!(empty || leaf.to_value() == **value);
        }
        let seen_at = |place: &[Place<'_>]| (1..=place.len()).all(|n| case.is_shown(&place[..n]));
        for path in &preview.stays {
            let path = ClaimPath::parse(path).unwrap();
            let (place, _) = places.iter().find(|(place, _)| path.matches(place)).unwrap();
            prop_assert!(!seen_at(place), "{} leaves", path);
        }
    }

    #[test]
    fn the_holder_receives_every_claim(case in case()) {
        let token = issue(&case);
        let holder = key(case.algorithms[1], 8);
        let received = Received::check(&token, &holder, &Catalog::default(), now()).unwrap();
        let claims = bonafide::encoding::Json::Object(received.claims().clone()).to_value();
        for (name, value) in &case.claims {
            prop_assert_eq!(&claims[name], value);
        }
        prop_assert_eq!(read(&token).claims, case.claims);
    }

    #[test]
    fn the_signed_payload_shows_nothing_hidden(case in case()) {
        let token = issue(&case);
        let (jwt, _) = token.split_once('~').unwrap();
        let visible = reduced(&case.claims, &|place| !case.is_hidden(place));
        prop_assert_eq!(read(jwt).claims, visible);
    }

    #[test]
    fn every_level_has_as_many_digests_as_padding_says(case in case()) {
        let reading = read(&issue(&case));
        let mut expected = vec![(Vec::new(), case.padding.top)];
        let places = places(&case.claims);
        for (place, value) in &places {
            match value {
                Value::Object(_) => expected.push((place.clone(), case.padded(place))),
                Value::Array(items) => expected.push((place.clone(), case.padded(place).max(items.len()))),
                _ => {}
            }
        }
        for (level, padded) in expected {
            let inside = places.iter().filter(|(place, _)| place.len() == level.len() + 1 && place.starts_with(&level));
            let hidden = inside.filter(|(place, _)| case.is_hidden(place)).count();
            prop_assert_eq!(reading.counts[&level], padded.max(hidden), "{:?}", level);
        }
        let distinct: BTreeSet<&String> = reading.salts.iter().collect();
        prop_assert_eq!(distinct.len(), reading.salts.len());
    }
}
