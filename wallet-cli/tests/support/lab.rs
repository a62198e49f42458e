//! What no command makes: credentials, requests and proofs of other times and other shapes, signed
//! with the keys of the wallets in the scratch folder.

use bonafide::clock::Timestamp;
use bonafide::credential::ClaimPath;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::{self, Did, Identity, Relationship};
use bonafide::format::sd_jwt_vc::StatusReference;
use bonafide::issue::{Content, Validity};
use bonafide::key::PublicKey;
use bonafide::possession;
use bonafide::present::{self, Candidate};
use bonafide::random::{self, SystemRandom};
use bonafide::request::{Question, Request};
use bonafide::wallet::{Passphrase, Unlocked, Wallet, WalletFile};
use serde_json::Value;

use super::{PASSPHRASE, World};

pub fn now() -> Timestamp {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_unix(now.as_secs().try_into().unwrap()).unwrap()
}

fn unlock(world: &World, home: &str) -> Unlocked {
    let file = WalletFile::at(&world.path(home).join("wallet.bonafide"));
    let passphrase = Passphrase::new(PASSPHRASE.to_owned()).unwrap();
    file.unlock(&passphrase).unwrap()
}

fn identity(wallet: &Wallet) -> Identity<'_> {
    Identity::did_key(wallet.identity_key_id(), wallet).unwrap()
}

pub fn key_of(did: &str) -> PublicKey {
    let document = did::document(&Did::parse(did).unwrap()).unwrap();
    let (_, key) = document.first_key(Relationship::Authentication).unwrap();
    key.clone()
}

/// A credential with any type and claims, all of them hidden but `assessed_on`.
pub struct Credential {
    pub vct: String,
    pub claims: Value,
    pub validity: Validity,
    pub status: Option<StatusReference>,
}

impl Credential {
    pub fn new(vct: &str, claims: Value) -> Self {
        Self { vct: vct.to_owned(), claims, validity: Validity::days(now(), 30), status: None }
    }

    /// Valid until yesterday.
    pub fn ended(mut self) -> Self {
        self.validity = Validity::days(now().plus(-30 * 86_400), 29);
        self
    }

    pub fn with_status(mut self) -> Self {
        let uri = "https://status.example/1".to_owned();
        self.status = Some(StatusReference { index: 7, uri });
        self
    }

    /// Signed by the wallet of that home for that holder.
    pub fn issue(&self, world: &World, home: &str, holder: &str) -> String {
        let unlocked = unlock(world, home);
        let claims = self.claims.as_object().unwrap().clone();
        let mut content = Content::all_hidden(&self.vct, claims);
        content.hidden.retain(|path| *path != ClaimPath::top("assessed_on"));
        let (key, issuer) = (key_of(holder), identity(unlocked.wallet()));
        let status = self.status.as_ref();
        content.issue(&key, self.validity, status, &issuer, &mut SystemRandom).unwrap()
    }
}

/// A request of that home, asked at `asked_at` and open for `life` seconds.
pub fn request(
    world: &World,
    home: &str,
    (asked_at, life): (Timestamp, i64),
    vct: &str,
    claims: &[&str],
) -> String {
    let unlocked = unlock(world, home);
    let claims = claims.iter().map(|path| ClaimQuery::any(ClaimPath::top(path)));
    let query = CredentialQuery {
        id: "credential".into(),
        types: vec![vct.to_owned()],
        claims: claims.collect(),
    };
    let question = Question {
        query,
        nonce: random::nonce(&mut SystemRandom).unwrap(),
        state: None,
        asked_at,
        expires: asked_at.plus(life),
    };
    question.sign(&identity(unlocked.wallet())).unwrap()
}

/// A proof by that home, made at that time.
pub fn proof(world: &World, home: &str, issuer: &str, nonce: &str, at: Timestamp) -> String {
    let unlocked = unlock(world, home);
    let identities = [identity(unlocked.wallet())];
    let issuer = Did::parse(issuer).unwrap();
    possession::prove(&identities, &issuer, nonce, at).unwrap().unwrap()
}

/// The answer of that home to a request, with that credential, signed at that time.
pub fn answer(world: &World, home: &str, request: &str, token: &str, at: Timestamp) -> String {
    let unlocked = unlock(world, home);
    let request = Request::read(request).unwrap();
    let stored = [Candidate::read(1, token.trim()).unwrap()];
    let prepared = present::prepare(&request, &stored, unlocked.wallet(), at).unwrap();
    prepared.sign(unlocked.wallet(), at).unwrap()
}
