//! Rows 38 to 41: which status list decides, and what it says.

use std::num::NonZeroU64;

use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::present;
use bonafide::status::{Bits, Publication, Status, StatusList};
use bonafide::verify::{
    Check, Examination, Expected, Facts, Material, Memory, Outcome, Presentation, Seen, Source,
    Verdict, Verifier,
};
use bonafide::{
    format::sd_jwt_vc::Registered, format::sd_jwt_vc::StatusReference, trust::PinnedIssuer,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{at, reasons};
use crate::support::forge::{AUDIENCE, Forged, NONCE, NOW};

const URI: &str = "https://issuer.example/status/1";
const HOUR: i64 = 3600;

/// The issuer of the good presentation.
fn issuer() -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([7; 32])).unwrap()
}

fn stranger() -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &Zeroizing::new([77; 32])).unwrap()
}

/// A list of 16 in which entry 5 has that status, issued so many seconds from NOW, for a day.
struct Token {
    key: SecretKey,
    uri: &'static str,
    status: Status,
    issued: i64,
    expires: Option<i64>,
    bits: Bits,
}

impl Token {
    fn saying(status: Status, issued: i64) -> Self {
        let expires = Some(issued + 24 * HOUR);
        Self { key: issuer(), uri: URI, status, issued, expires, bits: Bits::Eight }
    }

    fn text(&self) -> String {
        let mut list = StatusList::new(self.bits, 16).unwrap();
        list.set(5, self.status).unwrap();
        let publication = Publication {
            uri: self.uri.to_owned(),
            issued_at: at(NOW + self.issued),
            expires: self.expires.map(|end| at(NOW + end)),
            ttl: NonZeroU64::new(60),
        };
        publication.issue(&list, &Identity::did_key(self.key.id(), &self.key).unwrap()).unwrap()
    }
}

/// All that decides besides the presentation of entry 5.
#[derive(Default)]
struct Scene {
    known: Vec<String>,
    stapled: Vec<String>,
    policy: Policy,
    memory: Memory,
    after: i64,
    unknown_issuer: bool,
    index: Option<serde_json::Value>,
}

impl Scene {
    fn knowing(tokens: &[&Token]) -> Self {
        Self { known: tokens.iter().map(|token| token.text()).collect(), ..Self::default() }
    }

    fn stapled(tokens: &[&Token]) -> Self {
        Self { stapled: tokens.iter().map(|token| token.text()).collect(), ..Self::default() }
    }

    fn examine(&self) -> Examination {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.holder.payload["iat"] = json!(NOW + self.after);
        let index = self.index.clone().unwrap_or(json!(5));
        forged.issuer.payload["status"] = json!({"status_list": {"idx": index, "uri": URI}});
        let mut answer = json!({"vp_token": {"q": [forged.presentation()]}});
        if !self.stapled.is_empty() {
            answer["status_list_tokens"] = json!(self.stapled);
        }
        let mut issuers = vec![PinnedIssuer { did: forged.issuer.key.did(), name: None }];
        if self.unknown_issuer {
            issuers.clear();
        }
        let statuses = self.known.clone();
        let verifier =
            Verifier::new(Material { issuers, statuses, ..Material::default() }).unwrap();
        let text = answer.to_string();
        let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
        let (presentation, facts) = (Presentation::new(text.as_bytes()), Facts::default());
        let now = at(NOW + self.after);
        let plain =
            verifier.verify(&presentation, &expected, &self.policy, &facts, &self.memory, now);
        let told =
            verifier.explain(&presentation, &expected, &self.policy, &facts, &self.memory, now);
        assert_eq!(plain.0.reasons(), told.verdict.reasons());
        assert_eq!(plain.1, told.learned);
        told
    }

    /// The verdict, and the kinds of its reasons: all of the status check.
    fn said(&self) -> (&'static str, Vec<&'static str>) {
        let verdict = self.examine().verdict;
        let reasons = reasons(&verdict);
        assert!(reasons.iter().all(|(check, _)| *check == Check::Status), "{reasons:?}");
        (verdict.name(), reasons.into_iter().map(|(_, kind)| kind).collect())
    }

    fn notes(&self) -> Vec<&'static str> {
        self.examine().notes.iter().map(|note| note.kind).collect()
    }
}

const ACCEPTED: (&str, Vec<&str>) = ("accepted", Vec::new());

/// The name under which the list of the issuer is remembered.
fn remembered() -> (Source, String) {
    let issuer = bonafide::did::Did::from_key(issuer().public());
    (Source::StatusList, format!("{issuer} {URI}"))
}

fn seen(token: &Token) -> Seen {
    let digest = Sha256::digest(token.text()).into();
    Seen { number: u64::try_from(NOW + token.issued).unwrap(), digest }
}

#[test]
fn each_status_means_what_the_draft_says() {
    let said = |status| Scene::knowing(&[&Token::saying(status, -HOUR)]).said();
    assert_eq!(said(Status::VALID), ACCEPTED);
    assert_eq!(said(Status::INVALID), ("refused", vec!["revoked"]));
    assert_eq!(said(Status::SUSPENDED), ("refused", vec!["suspended"]));
    for open in [3, 4, 11, 12, 15, 16, 255] {
        assert_eq!(said(Status::new(open)), ("undetermined", vec!["status-undefined"]), "{open}");
    }
}

#[test]
fn a_stapled_list_decides_like_a_known_one() {
    let valid = Token::saying(Status::VALID, -HOUR);
    let revoked = Token::saying(Status::INVALID, -HOUR);
    assert_eq!(Scene::stapled(&[&valid]).said(), ACCEPTED);
    assert_eq!(Scene::stapled(&[&revoked]).said(), ("refused", vec!["revoked"]));
}

#[test]
fn without_a_list_nothing_is_decided() {
    assert_eq!(Scene::default().said(), ("undetermined", vec!["status-unknown"]));
}

#[test]
fn of_several_lists_the_newest_that_holds_counts() {
    let (old, new) =
        (Token::saying(Status::VALID, -5 * HOUR), Token::saying(Status::INVALID, -HOUR));
    for tokens in [[&old, &new], [&new, &old]] {
        assert_eq!(Scene::knowing(&tokens).said(), ("refused", vec!["revoked"]));
        assert_eq!(Scene::stapled(&tokens).said(), ("refused", vec!["revoked"]));
    }
    let mut scene = Scene::knowing(&[&new]);
    scene.stapled = vec![old.text()];
    assert_eq!(scene.said(), ("refused", vec!["revoked"]));
    // The other way round: suspended once, and lifted.
    let lifted = Token::saying(Status::VALID, -HOUR);
    let suspended = Token::saying(Status::SUSPENDED, -5 * HOUR);
    assert_eq!(Scene::knowing(&[&suspended, &lifted]).said(), ACCEPTED);
}

#[test]
fn what_does_not_hold_is_put_aside_and_told() {
    let good = Token::saying(Status::VALID, -5 * HOUR);
    let newer = |change: &dyn Fn(&mut Token)| {
        let mut token = Token::saying(Status::INVALID, -HOUR);
        change(&mut token);
        token.text()
    };
    let forged = {
        let text = newer(&|_| {});
        let (input, signature) = text.rsplit_once('.').unwrap();
        let (first, rest) = signature.split_at(1);
        let first = if first == "A" { "B" } else { "A" };
        format!("{input}.{first}{rest}")
    };
    let bad = [
        (newer(&|token| token.key = stranger()), "issuer-key-mismatch"),
        (newer(&|token| token.expires = Some(-1)), "expired"),
        (newer(&|token| (token.issued, token.expires) = (61, Some(HOUR))), "not-yet-valid"),
        (forged, "bad-signature"),
    ];
    for (text, kind) in bad {
        for staple in [false, true] {
            let mut scene = Scene::knowing(&[&good]);
            let place = if staple { &mut scene.stapled } else { &mut scene.known };
            place.push(text.clone());
            assert_eq!(scene.said(), ACCEPTED, "{kind}");
            assert_eq!(scene.notes(), [kind]);
            // Alone it decides nothing.
            let mut alone = Scene::default();
            let place = if staple { &mut alone.stapled } else { &mut alone.known };
            place.push(text.clone());
            let stale = if kind == "expired" { "status-stale" } else { "status-unknown" };
            assert_eq!(alone.said(), ("undetermined", vec![stale]), "{kind}");
        }
    }
}

#[test]
fn a_staple_of_another_list_or_of_nothing_is_told() {
    let other =
        Token { uri: "https://issuer.example/status/2", ..Token::saying(Status::VALID, -1) };
    let mut scene = Scene::stapled(&[&other]);
    assert_eq!(scene.said(), ("undetermined", vec!["status-unknown"]));
    assert_eq!(scene.notes(), ["status-other-list"]);
    scene.stapled = vec!["no token".into()];
    assert_eq!(scene.notes(), ["malformed"]);
    // Nine: the ninth is not looked at.
    scene.stapled = vec!["no token".into(); 8];
    scene.stapled.push(Token::saying(Status::VALID, -1).text());
    assert_eq!(scene.said(), ("undetermined", vec!["status-unknown"]));
}

#[test]
fn an_entry_past_the_end_is_refused() {
    let token = Token::saying(Status::VALID, -HOUR);
    for (index, kind) in [
        (json!(15), None),
        (json!(16), Some("status-invalid")),
        (json!(i64::MAX), Some("status-invalid")),
    ] {
        let scene = Scene { index: Some(index), ..Scene::knowing(&[&token]) };
        let expected = kind.map_or(ACCEPTED, |kind| ("refused", vec![kind]));
        assert_eq!(scene.said(), expected);
    }
}

#[test]
fn the_times_of_a_list_have_sharp_ends() {
    let day = Token::saying(Status::VALID, 0);
    let said = |token: &Token, after| Scene { after, ..Scene::knowing(&[token]) }.said();
    let stale = ("undetermined", vec!["status-stale"]);
    let end = Token { expires: Some(2 * HOUR), ..Token::saying(Status::VALID, 0) };
    assert_eq!(said(&end, 2 * HOUR - 1).1, Vec::<&str>::new());
    assert_eq!(said(&end, 2 * HOUR), stale);
    assert_eq!(said(&Token::saying(Status::VALID, 60), 0), ACCEPTED);
    assert_eq!(
        said(&Token::saying(Status::VALID, 61), 0),
        ("undetermined", vec!["status-unknown"])
    );
    // The verifier's own limit.
    let limited = |after, age| {
        let policy = Policy::as_requested().with_max_status_age(age);
        Scene { after, policy, ..Scene::knowing(&[&day]) }.said()
    };
    assert_eq!(limited(100, 100), ACCEPTED);
    assert_eq!(limited(101, 100), stale);
    // A list without an end counts for a day.
    let endless = Token { expires: None, ..Token::saying(Status::VALID, -24 * HOUR) };
    assert_eq!(said(&endless, 0), ACCEPTED);
    assert_eq!(said(&endless, 1), stale);
}

#[test]
fn a_newer_list_once_seen_is_not_forgotten() {
    let (old, new) = (Token::saying(Status::VALID, -5 * HOUR), Token::saying(Status::VALID, -HOUR));
    let remembering = |token| {
        let seen = [(remembered(), seen(token))].into();
        Memory { seen, ..Memory::default() }
    };
    let scene = |known: &Token, remembered| Scene {
        memory: remembering(remembered),
        ..Scene::knowing(&[known])
    };
    assert_eq!(scene(&old, &new).said(), ("undetermined", vec!["status-stale"]));
    assert_eq!(scene(&new, &new).said(), ACCEPTED);
    assert_eq!(scene(&new, &old).said(), ACCEPTED);
    // What another issuer says of the same URI takes nothing from this one.
    let other = bonafide::did::Did::from_key(stranger().public());
    let seen = [((Source::StatusList, format!("{other} {URI}")), seen(&new))].into();
    let memory = Memory { seen, ..Memory::default() };
    assert_eq!(Scene { memory, ..Scene::knowing(&[&old]) }.said(), ACCEPTED);
    // What it says is told all the same.
    let revoked = Token::saying(Status::INVALID, -5 * HOUR);
    assert_eq!(scene(&revoked, &new).said(), ("refused", vec!["revoked", "status-stale"]));
}

#[test]
fn what_is_learned_is_the_newest_list_of_a_believed_issuer() {
    let token = Token::saying(Status::VALID, -HOUR);
    let name = remembered();
    let learned = Scene::knowing(&[&token]).examine().learned;
    assert_eq!(learned.seen.get(&name), Some(&seen(&token)));
    // Also when it refuses, for that is what is worth remembering.
    let revoked = Token::saying(Status::INVALID, -HOUR);
    assert_eq!(Scene::knowing(&[&revoked]).examine().learned.seen.len(), 1);
    let unknown = Scene { unknown_issuer: true, ..Scene::knowing(&[&token]) };
    assert!(unknown.examine().learned.seen.is_empty());
    // What decides is remembered, also where the issuer's clock is a little ahead of ours.
    let ahead = Token::saying(Status::VALID, 30);
    let learned = Scene::knowing(&[&ahead]).examine().learned;
    assert_eq!(learned.seen.get(&name), Some(&seen(&ahead)));
    let known = Memory { seen: [(name, seen(&token))].into(), ..Memory::default() };
    assert!(Scene { memory: known, ..Scene::knowing(&[&token]) }.examine().learned.seen.is_empty());
}

#[test]
fn one_verifier_gives_each_moment_its_own_answer() {
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.issuer.payload["status"] = json!({"status_list": {"idx": 5, "uri": URI}});
    let issuers = vec![PinnedIssuer { did: forged.issuer.key.did(), name: None }];
    let statuses = [(Status::VALID, 0), (Status::INVALID, 100)];
    let statuses = statuses.map(|(status, issued)| Token::saying(status, issued).text());
    let material = Material { issuers, statuses: statuses.into(), ..Material::default() };
    let verifier = Verifier::new(material).unwrap();
    let said = |after| {
        let mut forged = forged.clone();
        forged.holder.payload["iat"] = json!(NOW + after);
        let text = forged.presentation();
        let expected = Expected::Challenge { nonce: NONCE, audience: AUDIENCE };
        let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
        let presentation = Presentation::new(text.as_bytes());
        verifier.verify(&presentation, &expected, &policy, &facts, &memory, at(NOW + after)).0
    };
    for _ in 0..2 {
        assert!(matches!(said(0), Verdict::Accepted(_)));
        assert_eq!(said(100).name(), "refused");
    }
}

#[test]
fn unreadable_lists_are_told_once_and_left_out() {
    let statuses = vec!["garbage".to_owned(), Token::saying(Status::VALID, 0).text()];
    let verifier = Verifier::new(Material { statuses, ..Material::default() }).unwrap();
    let codes: Vec<_> = verifier.unreadable_statuses().iter().map(|error| error.code()).collect();
    assert_eq!(codes, ["malformed"]);
}

#[test]
fn an_explained_verdict_shows_every_check() {
    let done = Scene::knowing(&[&Token::saying(Status::VALID, -HOUR)]).examine();
    let order: Vec<Check> = done.steps.iter().map(|step| step.check).collect();
    assert_eq!(order, Check::ALL);
    let not_made: Vec<Check> = done
        .steps
        .iter()
        .filter(|step| step.outcome == Outcome::NotMade)
        .map(|s| s.check)
        .collect();
    // Nobody keeps a memory here, the type is not known here, and a bare challenge asks for nothing.
    let left = [Check::Clock, Check::NonceUnspent, Check::TypeMetadata, Check::Requested];
    assert_eq!(not_made, left);
    let refused = Scene::knowing(&[&Token::saying(Status::INVALID, -HOUR)]).examine();
    let failed = refused.steps.iter().find(|step| step.outcome == Outcome::Failed).unwrap();
    assert_eq!((failed.check, failed.details.as_slice()), (Check::Status, &[][..]));
}

#[test]
fn a_holder_staples_the_newest_list_of_its_own() {
    let status = Some(StatusReference { index: 5, uri: URI.into() });
    let registered = Registered { status, ..Registered::default() };
    let (old, new) =
        (Token::saying(Status::VALID, -9).text(), Token::saying(Status::VALID, -1).text());
    let other = Token { uri: "https://other.example", ..Token::saying(Status::VALID, 0) }.text();
    let answer = r#"{"vp_token":{"q":["a"]}}"#;
    let tokens = [old.clone(), "x".into(), new.clone() + "\n", other.clone()];
    let stapled = present::staple(answer, &registered, &tokens).unwrap();
    let stapled: serde_json::Value = serde_json::from_str(&stapled).unwrap();
    assert_eq!(stapled, json!({"vp_token": {"q": ["a"]}, "status_list_tokens": [new]}));
    let refusal = |answer: &str, registered: &Registered, tokens: &[String]| {
        present::staple(answer, registered, tokens).unwrap_err().code()
    };
    assert_eq!(refusal(answer, &Registered::default(), &tokens), "no-status");
    assert_eq!(refusal(answer, &registered, &[other]), "status-other-list");
    assert_eq!(refusal("[]", &registered, &tokens), "malformed");
    let long = format!(r#"{{"vp_token":{{"q":["{}"]}}}}"#, "a".repeat(1024 * 1024));
    assert_eq!(refusal(&long, &registered, &tokens), "too-large");
}
