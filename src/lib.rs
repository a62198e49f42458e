//! Self-sovereign identity and verifiable credentials for the digital-securities market.
//!
//! A KYC provider (*issuer*) signs a credential for an investor's own key, the investor (*holder*)
//! answers a platform's (*verifier's*) signed request with some of the claims, and the platform
//! verifies the answer offline. The formats are SD-JWT VC with key binding (RFC 9901) and OpenID4VP
//! requests with DCQL; issuers are DIDs.
//!
//! The library uses no network, no terminal, no environment and no clock of its own: time, randomness
//! and trust material are arguments.
//!
//! # Issuer
//! ```
//! # use bonafide::{clock::Timestamp, did::Identity, issue::{Content, Validity}, key::*, random::SystemRandom};
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let investor = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
//! # let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
//! let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
//! let issuer = Identity::did_key(key.id(), &key)?;
//! let claims = serde_json::from_str(r#"{"member": true, "since": "2020-04-01"}"#)?;
//! let content = Content::all_hidden("urn:example:membership:1", claims);
//! let validity = Validity::days(now, 90);
//! let credential = content.issue(investor.public(), validity, None, &issuer, &mut SystemRandom)?;
//! assert_eq!(credential.matches('~').count(), 3);
//! # Ok(()) }
//! # run().unwrap();
//! ```
//!
//! # Holder
//! With one key, as here. A wallet has one for each verifier: `present::prepare_column` chooses it, and
//! `present::answer` notes who sees it before it signs.
//! ```
//! # use bonafide::{clock::Timestamp, credential::Catalog, dcql::*, did::Identity, issue::{Content, Validity}, key::*, random::*};
//! # use bonafide::{present::{self, Candidate}, request::{Question, Request}, verify::Received};
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let [issuer_key, key, platform_key] = [7, 8, 9].map(|n| SecretKey::from_bytes(Algorithm::P256, &[n; 32].into()).unwrap());
//! # let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
//! # let content = Content::all_hidden("urn:example:membership:1", serde_json::from_str(r#"{"member": true, "since": "2020-04-01"}"#)?);
//! # let token = content.issue(key.public(), Validity::days(now, 90), None, &Identity::did_key(issuer_key.id(), &issuer_key)?, &mut SystemRandom)?;
//! # let query = CredentialQuery { id: "q".into(), types: vec![content.vct], claims: vec![ClaimQuery::any("member".parse()?)] };
//! # let question = Question { query, nonce: nonce(&mut SystemRandom)?, state: None, asked_at: now, expires: now.plus(600) };
//! # let request_file = question.sign(&Identity::did_key(platform_key.id(), &platform_key)?)?;
//! let received = Received::check(&token, &key, &Catalog::default(), now).map_err(|reasons| format!("{reasons:?}"))?;
//! println!("{} from {}", received.registered().vct, received.issuer());
//! let request = Request::read(&request_file)?;
//! let stored = [Candidate::read(1, &token)?];
//! let prepared = present::prepare(&request, &stored, &key, now)?;
//! let preview = prepared.preview()?; // show it to the person before signing
//! assert_eq!((preview.leaves.len(), preview.stays), (1, vec!["since".to_owned()]));
//! let answer = prepared.sign(&key, now)?;
//! # assert!(answer.contains("vp_token"));
//! # Ok(()) }
//! # run().unwrap();
//! ```
//!
//! # Verifier
//! ```
//! # use bonafide::{clock::Timestamp, dcql::*, did::{Did, Identity}, issue::{Content, Validity}, key::*, random::*};
//! # use bonafide::{policy::Policy, present::{self, Candidate}, request::{Question, Request}, trust::PinnedIssuer, verify::*};
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let [issuer_key, key, platform_key] = [7, 8, 9].map(|n| SecretKey::from_bytes(Algorithm::Ed25519, &[n; 32].into()).unwrap());
//! # let now = Timestamp::parse("2026-11-20T14:00:00Z")?;
//! # let issuer_did = Did::from_key(issuer_key.public());
//! # let content = Content::all_hidden("urn:example:membership:1", serde_json::from_str(r#"{"member": true, "since": "2020-04-01"}"#)?);
//! # let token = content.issue(key.public(), Validity::days(now, 90), None, &Identity::did_key(issuer_key.id(), &issuer_key)?, &mut SystemRandom)?;
//! # let query = CredentialQuery { id: "q".into(), types: vec![content.vct], claims: vec![ClaimQuery::any("member".parse()?)] };
//! # let question = Question { query, nonce: nonce(&mut SystemRandom)?, state: None, asked_at: now, expires: now.plus(600) };
//! # let request = Request::read(&question.sign(&Identity::did_key(platform_key.id(), &platform_key)?)?)?;
//! # let answer = present::prepare(&request, &[Candidate::read(1, &token)?], &key, now)?.sign(&key, now)?;
//! let issuers = vec![PinnedIssuer { did: issuer_did, name: Some("Acme Verify".into()) }];
//! let verifier = Verifier::new(Material { issuers, ..Material::default() })?;
//! let (presentation, expected) = (Presentation::new(answer.as_bytes()), Expected::Request(&request));
//! let (policy, facts, memory) = (Policy::as_requested(), Facts::default(), Memory::default());
//! match verifier.verify(&presentation, &expected, &policy, &facts, &memory, now).0 {
//!     Verdict::Accepted(verified) => assert_eq!(verified.credentials()[0].claims()["member"], true),
//!     other => panic!("{:?}", other.reasons()),
//! }
//! # Ok(()) }
//! # run().unwrap();
//! ```

// `--cfg fuzzing` takes the checks of signatures and seals away (fuzz/README.md). No feature sets it,
// and what is built for use does not build with it.
#[cfg(all(fuzzing, not(debug_assertions)))]
compile_error!("cfg(fuzzing) is for fuzz targets, which are built with debug assertions");

pub mod bundle;
pub mod calendar;
pub mod clock;
pub mod columns;
pub mod credential;
pub mod dcql;
pub mod did;
pub mod encoding;
pub mod format;
pub mod issue;
pub mod key;
pub mod log_head;
pub mod notice;
pub mod policy;
pub mod possession;
pub mod present;
pub mod random;
pub mod request;
pub mod resolve;
#[cfg(feature = "jwe")]
pub mod sealed;
pub mod status;
pub mod trust;
pub mod verify;
#[cfg(feature = "wallet")]
pub mod wallet;
