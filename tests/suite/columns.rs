//! One key per verifier: which key answers, and that it is on the disk before anything is signed.

use std::fs;

use bonafide::clock::Timestamp;
use bonafide::columns::{Columns, Standing};
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{Did, Identity};
use bonafide::issue::{Content, Validity};
use bonafide::key::{Algorithm, KeyId, PublicKey, SecretKey, SignError};
use bonafide::notice::{self, Reason};
use bonafide::possession;
use bonafide::present::{
    self, AnswerError, Candidate, Choice, PresentError, Sharing, Tie, prepare_column,
};
use bonafide::random::{Random, RandomError, SystemRandom};
use bonafide::request::{Question, Request};
use bonafide::wallet::{
    Asker, KdfParams, KeyState, MAX_KEYS, Passphrase, Unlocked, Wallet, WalletError, WalletFile,
};
use serde_json::json;
use tempfile::TempDir;

const NOW: i64 = 1_795_176_000;
const VCT: &str = "urn:example:membership:1";

/// Seeds of the keys of issuers and verifiers.
const ACME: u8 = 1;
const BETA: u8 = 2;
const HARBOR: u8 = 3;
const SUMMIT: u8 = 4;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

fn did(seed: u8) -> Did {
    Did::from_key(key(seed).public())
}

fn credential(issuer: u8, holder: &PublicKey, days: u32) -> String {
    let issuer = key(issuer);
    let claims = json!({"member": true}).as_object().unwrap().clone();
    let issuer = Identity::did_key(issuer.id(), &issuer).unwrap();
    Content::all_hidden(VCT, claims)
        .issue(holder, Validity::days(at(NOW), days), None, &issuer, &mut SystemRandom)
        .unwrap()
}

fn request(verifier: u8) -> Request {
    let claims = vec![ClaimQuery::any("member".parse().unwrap())];
    let query = CredentialQuery { id: "q".into(), types: vec![VCT.into()], claims };
    let nonce = bonafide::random::nonce(&mut SystemRandom).unwrap();
    let (asked_at, expires) = (at(NOW), at(NOW + 600));
    let question = Question { query, nonce, state: None, asked_at, expires };
    let platform = key(verifier);
    Request::read(&question.sign(&Identity::did_key(platform.id(), &platform).unwrap()).unwrap())
        .unwrap()
}

fn unsigned() -> Request {
    let request = json!({"client_id": "https://shop.example", "response_type": "vp_token",
        "nonce": "n".repeat(22), "iat": NOW, "exp": NOW + 600, "dcql_query": {"credentials": [
        {"id": "q", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]},
         "claims": [{"path": ["member"]}]}]}});
    Request::dangerous_read_unsigned(&request.to_string()).unwrap()
}

/// A wallet with so many keys, each with one credential by Acme.
struct Held {
    _folder: TempDir,
    file: WalletFile,
    unlocked: Unlocked,
}

impl Held {
    fn new(keys: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = WalletFile::at(&folder.path().join("wallet"));
        let mut wallet = Wallet::create(Algorithm::Ed25519, at(NOW), &mut SystemRandom).unwrap();
        for _ in 1..keys {
            wallet.new_key(Algorithm::Ed25519).unwrap();
        }
        let holders: Vec<_> = wallet.keys().map(|held| held.public().clone()).collect();
        for holder in holders {
            wallet.add(credential(ACME, &holder, 30), at(NOW));
        }
        file.create(&wallet, &passphrase(), KdfParams::LOWEST, &mut SystemRandom).unwrap();
        let unlocked = file.unlock(&passphrase()).unwrap();
        Self { _folder: folder, file, unlocked }
    }

    fn key(&self, n: usize) -> KeyId {
        self.unlocked.wallet().keys().nth(n).unwrap().id().clone()
    }

    fn change<T>(&mut self, change: impl FnOnce(&mut Wallet) -> Result<T, WalletError>) -> T {
        self.unlocked.update(&mut SystemRandom, change).unwrap()
    }

    fn choose(&self, request: &Request, sharing: Sharing) -> Result<Choice, PresentError> {
        choose(self.unlocked.wallet(), request, sharing)
    }

    /// Chooses and answers; which key, and what it tells.
    fn present(&mut self, request: &Request, sharing: Sharing) -> (usize, Tie) {
        let choice = self.choose(request, sharing).unwrap();
        let random = &mut SystemRandom;
        present::answer(&mut self.unlocked, request, &choice, random, at(NOW)).unwrap();
        let mut keys = self.unlocked.wallet().keys();
        (keys.position(|held| held.id() == choice.key()).unwrap(), choice.tie())
    }
}

fn choose(wallet: &Wallet, request: &Request, sharing: Sharing) -> Result<Choice, PresentError> {
    let stored = wallet.credentials().iter();
    let candidates: Vec<_> =
        stored.map(|held| Candidate::read(held.id, held.token()).unwrap()).collect();
    prepare_column(request, &candidates, wallet, sharing, at(NOW)).map(|found| found.choice())
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple".to_owned()).unwrap()
}

#[test]
fn every_verifier_sees_a_key_of_its_own() {
    let mut held = Held::new(2);
    assert_eq!(held.present(&request(HARBOR), Sharing::Never), (0, Tie::New));
    assert_eq!(held.present(&request(SUMMIT), Sharing::Never), (1, Tie::New));
    assert_eq!(held.present(&request(HARBOR), Sharing::Never), (0, Tie::Known));
    assert_eq!(held.present(&request(SUMMIT), Sharing::Allowed), (1, Tie::Known));
    let refused = held.choose(&request(BETA), Sharing::Never).unwrap_err();
    assert_eq!(refused, PresentError::NoFreeKey(vec![1, 2]));
    assert_eq!(refused.code(), "no-free-key");
}

#[test]
fn a_shared_key_is_named_and_stays_with_both() {
    let mut held = Held::new(1);
    held.present(&request(HARBOR), Sharing::Never);
    assert_eq!(held.present(&request(SUMMIT), Sharing::Allowed), (0, Tie::Shared));
    for verifier in [HARBOR, SUMMIT] {
        assert_eq!(held.present(&request(verifier), Sharing::Never), (0, Tie::Shared));
    }
    let wallet = held.unlocked.wallet();
    assert_eq!(wallet.keys().next().unwrap().seen_by().len(), 2);
    assert_eq!(wallet.standing(&held.key(0), Some(&did(BETA))), Standing::Taken);
}

#[test]
fn an_issuer_learns_no_key_from_what_it_issued() {
    let mut held = Held::new(1);
    assert_eq!(held.present(&request(ACME), Sharing::Never), (0, Tie::Issuer));
    assert_eq!(held.present(&request(HARBOR), Sharing::Never), (0, Tie::New));
    assert_eq!(held.present(&request(ACME), Sharing::Never), (0, Tie::Issuer));
    // Another issuer is a verifier like any other.
    assert_eq!(held.choose(&request(BETA), Sharing::Never).unwrap_err().code(), "no-free-key");
}

#[test]
fn whoever_signs_nothing_is_somebody_new_every_time() {
    let mut held = Held::new(2);
    assert_eq!(held.present(&unsigned(), Sharing::Never), (0, Tie::New));
    assert_eq!(held.present(&unsigned(), Sharing::Never), (1, Tie::New));
    assert_eq!(held.choose(&unsigned(), Sharing::Never).unwrap_err().code(), "no-free-key");
    assert_eq!(held.choose(&request(HARBOR), Sharing::Never).unwrap_err().code(), "no-free-key");
    let seen = held.unlocked.wallet().keys().next().unwrap().seen_by()[0].clone();
    assert_eq!(seen.whom, Asker::Unproven("https://shop.example".into()));
}

#[test]
fn the_longest_lasting_of_equal_keys_answers() {
    let mut held = Held::new(3);
    let third = held.unlocked.wallet().keys().nth(2).unwrap().public().clone();
    held.change(|wallet| Ok(wallet.add(credential(ACME, &third, 90), at(NOW))));
    assert_eq!(held.present(&request(HARBOR), Sharing::Never), (2, Tie::New));
    assert_eq!(held.present(&request(SUMMIT), Sharing::Never), (0, Tie::New));
}

/// Random bytes that run out: the write fails.
struct Empty;

impl Random for Empty {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError)
    }
}

#[test]
fn who_sees_a_key_is_on_the_disk_before_anything_is_signed() {
    let mut held = Held::new(1);
    let request = request(HARBOR);
    let choice = held.choose(&request, Sharing::Never).unwrap();
    let before = fs::read(held.file.path()).unwrap();
    let refused = present::answer(&mut held.unlocked, &request, &choice, &mut Empty, at(NOW));
    assert_eq!(refused.unwrap_err().code(), "random-failed");
    assert_eq!(fs::read(held.file.path()).unwrap(), before);
    // Killed between the note and the signature: the request has ended, so nothing is signed.
    let random = &mut SystemRandom;
    let late = at(NOW + 601);
    let refused = present::answer(&mut held.unlocked, &request, &choice, random, late);
    assert_eq!(refused.unwrap_err().code(), "request-expired");
    let again = held.file.unlock(&passphrase()).unwrap();
    let standing = |verifier| again.wallet().standing(choice.key(), Some(&did(verifier)));
    assert_eq!((standing(HARBOR), standing(SUMMIT)), (Standing::Own, Standing::Taken));
}

#[test]
fn two_programs_do_not_give_one_key_to_two_verifiers() {
    let mut held = Held::new(2);
    let mut other = held.file.unlock(&passphrase()).unwrap();
    let asked = [request(HARBOR), request(SUMMIT)];
    let choices = asked.each_ref().map(|asked| held.choose(asked, Sharing::Never).unwrap());
    assert_eq!(choices[0], choices[1]);
    let random = &mut SystemRandom;
    present::answer(&mut held.unlocked, &asked[0], &choices[0], random, at(NOW)).unwrap();
    let refused = present::answer(&mut other, &asked[1], &choices[1], random, at(NOW));
    assert!(matches!(refused, Err(AnswerError::Wallet(WalletError::KeyTaken))));
    other.reload().unwrap();
    let choice = choose(other.wallet(), &asked[1], Sharing::Never).unwrap();
    assert_eq!(choice.key(), &held.key(1));
    present::answer(&mut other, &asked[1], &choice, random, at(NOW)).unwrap();
}

/// What was chosen for the issuer, who learns nothing by it, is no leave to answer somebody else.
#[test]
fn a_choice_serves_its_own_request_only() {
    let mut held = Held::new(1);
    let (own, other) = (request(ACME), request(HARBOR));
    let choice = held.choose(&own, Sharing::Never).unwrap();
    let random = &mut SystemRandom;
    let mut refused = |asked: &Request, held: &mut Held| {
        let answer = present::answer(&mut held.unlocked, asked, &choice, random, at(NOW));
        answer.unwrap_err().code()
    };
    assert_eq!(refused(&other, &mut held), "key-taken");
    assert_eq!(refused(&unsigned(), &mut held), "key-taken");
    held.present(&request(SUMMIT), Sharing::Never);
    assert_eq!(refused(&other, &mut held), "key-taken");
    assert_eq!(held.unlocked.wallet().keys().next().unwrap().seen_by().len(), 1);
}

/// Another program marks the key between the choice and the answer.
#[test]
fn a_key_marked_meanwhile_does_not_answer() {
    for known in [false, true] {
        let mut held = Held::new(2);
        if known {
            held.present(&request(HARBOR), Sharing::Never);
        }
        let asked = request(HARBOR);
        let choice = held.choose(&asked, Sharing::Never).unwrap();
        let mut other = held.file.unlock(&passphrase()).unwrap();
        let random = &mut SystemRandom;
        other.update(random, |wallet| wallet.compromise_key(choice.key(), at(NOW))).unwrap();
        let refused = present::answer(&mut held.unlocked, &asked, &choice, random, at(NOW));
        let code = if known { "key-compromised" } else { "key-not-active" };
        assert_eq!(refused.unwrap_err().code(), code);
    }
}

#[test]
fn a_retired_key_answers_nobody_and_proves_nothing() {
    let mut held = Held::new(2);
    held.present(&request(HARBOR), Sharing::Never);
    let first = held.key(0);
    held.change(|wallet| wallet.retire_key(&first, at(NOW)));
    assert_eq!(held.unlocked.wallet().identity_key_id(), &held.key(1));
    assert_eq!(held.present(&request(HARBOR), Sharing::Allowed), (1, Tie::New));
    let wallet = held.unlocked.wallet();
    assert_eq!(wallet.credentials().len(), 2);
    let stored = [Candidate::read(1, wallet.credentials()[0].token()).unwrap()];
    let again = request(HARBOR);
    let only = prepare_column(&again, &stored, wallet, Sharing::Allowed, at(NOW));
    assert_eq!(only.unwrap_err(), PresentError::KeyRetired(1));
    nothing_is_signed(wallet, &first);
    let second = held.key(1);
    let refused = held.unlocked.update(&mut SystemRandom, |w| w.retire_key(&second, at(NOW)));
    assert_eq!(refused.unwrap_err().code(), "last-key");
    let refused = held.unlocked.update(&mut SystemRandom, |w| w.retire_key(&first, at(NOW)));
    assert_eq!(refused.unwrap_err().code(), "key-not-active");
}

#[test]
fn a_compromised_key_signs_nothing_but_its_notice() {
    let mut held = Held::new(1);
    let first = held.key(0);
    held.change(|wallet| wallet.compromise_key(&first, at(NOW - 9)));
    held.change(|wallet| wallet.compromise_key(&first, at(NOW)));
    held.change(|wallet| wallet.note_told(&first, &did(ACME)));
    held.change(|wallet| wallet.note_told(&first, &did(ACME)));
    let wallet = held.unlocked.wallet();
    let state = wallet.held_key(&first).unwrap().state();
    assert_eq!(state, &KeyState::Compromised { since: at(NOW - 9), told: vec![did(ACME)] });
    // The last key has a successor.
    assert_eq!((wallet.keys().count(), wallet.identity_key_id()), (2, &held.key(1)));
    let refused = held.choose(&request(HARBOR), Sharing::Allowed).unwrap_err();
    assert_eq!(refused, PresentError::KeyCompromised(1));
    nothing_is_signed(wallet, &first);
    let identity = Identity::did_key(&first, wallet).unwrap();
    let told = notice::write(&identity, &did(ACME), (Reason::Lost, at(NOW - 9)), at(NOW));
    assert!(told.is_ok());
    let mut other = held.file.unlock(&passphrase()).unwrap();
    let refused = other.update(&mut SystemRandom, |wallet| {
        wallet.take_key(&first, &Asker::Verifier(did(HARBOR)), true, at(NOW))
    });
    assert_eq!(refused.unwrap_err().code(), "key-not-active");
}

fn nothing_is_signed(wallet: &Wallet, key: &KeyId) {
    let identity = Identity::did_key(key, wallet).unwrap();
    let nonce = bonafide::random::nonce(&mut SystemRandom).unwrap();
    let proof = possession::prove(std::slice::from_ref(&identity), &did(ACME), &nonce, at(NOW));
    assert_eq!(proof.unwrap().unwrap_err(), SignError::NotAllowed);
    let stored = wallet.credentials().iter();
    let candidates: Vec<_> =
        stored.map(|held| Candidate::read(held.id, held.token()).unwrap()).collect();
    let request = request(HARBOR);
    let prepared = present::prepare(&request, &candidates[..1], wallet, at(NOW)).unwrap();
    let refused = prepared.sign(wallet, at(NOW)).unwrap_err();
    assert_eq!(refused, PresentError::Sign(SignError::NotAllowed));
}

#[test]
fn keys_follow_from_the_root_in_their_order() {
    let now = at(NOW);
    let mut wallet = Wallet::create(Algorithm::P256, now, &mut SystemRandom).unwrap();
    let phrase = wallet.recovery_phrase().unwrap();
    let kinds = [Algorithm::P256, Algorithm::Ed25519, Algorithm::P256, Algorithm::Ed25519];
    let made = kinds.map(|kind| wallet.new_key(kind).unwrap());
    let indexes: Vec<_> = wallet.keys().map(|held| held.index()).collect();
    assert_eq!(indexes, [0, 1, 0, 2, 1]);
    let mut again = Wallet::restore(&phrase, Algorithm::P256, now).unwrap();
    assert_eq!(kinds.map(|kind| again.new_key(kind).unwrap()), made);
    for _ in wallet.keys().count()..MAX_KEYS {
        wallet.new_key(Algorithm::Ed25519).unwrap();
    }
    assert_eq!(wallet.new_key(Algorithm::Ed25519).unwrap_err().code(), "too-many-keys");
    let stranger = key(9);
    let unknown = wallet.retire_key(stranger.id(), now).unwrap_err();
    assert_eq!(unknown.code(), "key-unknown");
}
