//! What a signer is told and may refuse: a wallet, a hardware module, or the key of another.

use std::cell::RefCell;

use bonafide::bundle::{self, BundleError};
use bonafide::clock::Timestamp;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{Did, Identity};
use bonafide::encoding::json;
use bonafide::format::data_integrity::{ProofError, ProofOptions, SecuredDocument};
use bonafide::issue::{Content, IssueError, Validity};
use bonafide::key::{
    Algorithm, KeyId, PublicKey, Purpose, SecretKey, SignError, Signature, Signer, SigningInput,
};
use bonafide::notice::{self, Reason};
use bonafide::possession;
use bonafide::present::{Candidate, PresentError, prepare};
use bonafide::random::SystemRandom;
use bonafide::request::{Question, Request};
use bonafide::status::{Bits, Publication, StatusError, StatusList};
use serde_json::json;

const NONCE: &str = "0123456789abcdefghijkl";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T14:00:00Z").unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

/// Notes what it is asked to sign, and signs it where the purpose is the one it is for.
struct Careful<'k> {
    key: &'k SecretKey,
    allows: Option<Purpose>,
    asked: RefCell<Vec<(Purpose, Vec<u8>)>>,
}

impl<'k> Careful<'k> {
    fn new(key: &'k SecretKey, allows: Option<Purpose>) -> Self {
        Self { key, allows, asked: RefCell::default() }
    }

    fn purposes(&self) -> Vec<Purpose> {
        self.asked.borrow().iter().map(|(purpose, _)| *purpose).collect()
    }
}

impl Signer for Careful<'_> {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        self.key.public_key(key)
    }

    fn sign(&self, key: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError> {
        self.asked.borrow_mut().push((input.purpose(), input.bytes().to_vec()));
        if self.allows != Some(input.purpose()) {
            return Err(SignError::NotAllowed);
        }
        self.key.sign(key, input)
    }
}

fn issue(signer: &dyn Signer, key: &SecretKey) -> Result<String, IssueError> {
    let claims = json!({"member": true});
    let content =
        Content::all_hidden("urn:example:membership:1", claims.as_object().unwrap().clone());
    let issuer = Identity::did_key(key.id(), signer).unwrap();
    content.issue(key.public(), Validity::days(now(), 9), None, &issuer, &mut SystemRandom)
}

fn ask(signer: &dyn Signer, key: &SecretKey) -> Result<String, SignError> {
    let query = CredentialQuery {
        id: "q".into(),
        types: vec!["urn:example:membership:1".into()],
        claims: vec![ClaimQuery::any("member".parse().unwrap())],
    };
    let (asked_at, expires) = (now(), now().plus(600));
    let question = Question { query, nonce: NONCE.into(), state: None, asked_at, expires };
    question.sign(&Identity::did_key(key.id(), signer).unwrap())
}

fn prove(signer: &dyn Signer, key: &SecretKey) -> Result<String, SignError> {
    let identity = Identity::did_key(key.id(), signer).unwrap();
    possession::prove(&[identity], &Did::from_key(key.public()), NONCE, now()).unwrap()
}

fn tell(signer: &dyn Signer, key: &SecretKey) -> Result<String, SignError> {
    let identity = Identity::did_key(key.id(), signer).unwrap();
    notice::write(&identity, &Did::from_key(key.public()), (Reason::Lost, now()), now())
}

fn publish(signer: &dyn Signer, key: &SecretKey) -> Result<String, StatusError> {
    let issuer = Identity::did_key(key.id(), signer).unwrap();
    let list = StatusList::new(Bits::Two, 8).unwrap();
    let uri = "https://status.example/1".to_owned();
    let publication = Publication { uri, issued_at: now(), expires: None, ttl: None };
    publication.issue(&list, &issuer)
}

fn pack(signer: &dyn Signer, key: &SecretKey) -> Result<Vec<u8>, BundleError> {
    let maker = Identity::did_key(key.id(), signer).unwrap();
    bundle::make(Vec::new(), now(), None, &maker)
}

fn answer(signer: &dyn Signer, key: &SecretKey) -> Result<String, PresentError> {
    let token = issue(key, key).unwrap();
    let request = Request::read(&ask(key, key).unwrap()).unwrap();
    let candidates = [Candidate::read(1, &token).unwrap()];
    prepare(&request, &candidates, signer, now()).unwrap().sign(signer, now())
}

#[test]
fn every_signature_is_asked_for_with_its_purpose() {
    let key = key(7);
    let made = |purpose, make: &dyn Fn(&Careful<'_>) -> bool| {
        let willing = Careful::new(&key, Some(purpose));
        assert!(make(&willing));
        assert_eq!(willing.purposes(), [purpose]);
        let asked = willing.asked.borrow();
        assert!(asked[0].1.starts_with(b"ey") && asked[0].1.contains(&b'.'));
        let unwilling = Careful::new(&key, None);
        assert!(!make(&unwilling));
    };
    made(Purpose::Credential, &|signer| issue(signer, &key).is_ok());
    made(Purpose::Request, &|signer| ask(signer, &key).is_ok());
    made(Purpose::Proof, &|signer| prove(signer, &key).is_ok());
    made(Purpose::Notice, &|signer| tell(signer, &key).is_ok());
    made(Purpose::StatusList, &|signer| publish(signer, &key).is_ok());
    made(Purpose::Bundle, &|signer| pack(signer, &key).is_ok());
    made(Purpose::KeyBinding, &|signer| answer(signer, &key).is_ok());
}

/// What is signed of a document is two hashes: nobody can take it for a JWT.
#[test]
fn proofs_of_documents_are_asked_for_with_theirs() {
    let key = key(7);
    let made = |signer: &Careful<'_>| {
        let mut secured = SecuredDocument::unsecured(json::parse_object(b"{}", 9).unwrap());
        let identity = Identity::did_key(key.id(), signer).unwrap();
        secured.add_proof(&ProofOptions::default(), &identity)
    };
    let willing = Careful::new(&key, Some(Purpose::DataIntegrity));
    made(&willing).unwrap();
    assert_eq!(willing.purposes(), [Purpose::DataIntegrity]);
    assert_eq!(willing.asked.borrow()[0].1.len(), 64);
    let refused = made(&Careful::new(&key, None));
    assert_eq!(refused, Err(ProofError::Sign(SignError::NotAllowed)));
}

#[test]
fn a_signer_that_refuses_leaves_nothing_signed() {
    let key = key(7);
    let unwilling = || Careful::new(&key, None);
    assert_eq!(issue(&unwilling(), &key), Err(IssueError::Sign(SignError::NotAllowed)));
    assert_eq!(ask(&unwilling(), &key), Err(SignError::NotAllowed));
    assert_eq!(prove(&unwilling(), &key), Err(SignError::NotAllowed));
    let refused = answer(&unwilling(), &key).unwrap_err();
    assert_eq!(refused, PresentError::Sign(SignError::NotAllowed));
    assert_eq!(refused.code(), "sign-failed");
}

/// Answers for one key and signs with the name of another.
struct Mistaken<'k>(&'k SecretKey, &'k SecretKey);

impl Signer for Mistaken<'_> {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        self.0.public_key(key)
    }

    fn sign(&self, _: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError> {
        self.0.sign(self.1.id(), input)
    }
}

#[test]
fn a_secret_key_signs_under_its_own_name_only() {
    let (own, other) = (key(7), key(8));
    assert_eq!(ask(&Mistaken(&own, &other), &own), Err(SignError::UnknownKey));
    assert!(ask(&Mistaken(&own, &own), &own).is_ok());
}
