//! Verification: a pure function from a presentation, a question and trust material to one verdict.
//!
//! Same inputs, same verdict, today or in ten years. The checks are numbered in [`Check`] in the order
//! in which they are made; everything found is in the verdict, the most telling first.

mod answer;
mod check;
mod credential;
mod fetched;
mod findings;
mod input;
mod keys;
mod memory;
mod reason;
mod received;
mod remembered;
mod signer;
mod standing;
mod status;
mod status_token;
mod trust;
mod verdict;

use crate::clock::Timestamp;
use crate::credential::Catalog;
use crate::did::{Did, DidError};
use crate::format::sd_jwt::SdJwt;
use crate::format::sd_jwt_vc::{Registered, TYP};
use crate::policy::Policy;
use crate::resolve::FetchedDid;
use crate::status::StatusError;
use crate::trust::{Jurisdiction, Jurisdictions, PinnedIssuer, Pins};

pub use answer::{MAX_LEN, Presentation};
pub use check::Check;
pub use findings::{Note, Outcome, Step};
pub use input::{Expected, Facts, NonceUse};
pub use memory::{Conflict, Learned, Memory, Seen, Source};
pub use reason::{Meaning, Reason};
pub use received::Received;
pub use standing::Standing;
pub use verdict::{ApprovedBy, ReadError, Verdict, Verified, VerifiedCredential};

use answer::Answer;
use credential::Opened;
use findings::Findings;
use keys::{IssuerKey, Keys};
use memory::Met;
use remembered::Remembered;
use status::{Concerned, Statuses};

/// What a verifier rests on. Whoever hands it over answers for it.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// The issuers believed.
    pub issuers: Vec<PinnedIssuer>,
    /// The jurisdictions believed; of several with one id the newest counts.
    pub jurisdictions: Vec<Jurisdiction>,
    /// What was fetched for DIDs of did:web and did:webvh, of any issuers. Documents of did:web prove nothing
    /// themselves: give only those that come from somebody believed.
    pub dids: Vec<FetchedDid>,
    /// The types known. Others are accepted too, without the rules of their metadata.
    pub catalog: Catalog,
    /// Status list tokens, of any issuers, in any order; of several for one list the newest that holds counts.
    pub statuses: Vec<String>,
}

/// Why material cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaterialError {
    /// A pinned issuer cannot be resolved.
    #[error("the issuer {did} cannot be pinned: {error}")]
    Issuer {
        /// The issuer.
        did: Did,
        /// Why.
        error: DidError,
    },
}

impl MaterialError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Issuer { error, .. } => error.code(),
        }
    }
}

/// Checks presentations against trust material that was itself checked once.
#[derive(Debug)]
pub struct Verifier {
    keys: Keys,
    jurisdictions: Jurisdictions,
    catalog: Catalog,
    statuses: Statuses,
    unreadable: Vec<StatusError>,
    remembered: Remembered,
}

/// Something that was fetched, as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched<'v> {
    /// The files of a DID.
    Did(&'v FetchedDid),
    /// A status list token.
    StatusList(&'v str),
}

/// A verdict with all that led to it.
#[derive(Debug)]
pub struct Examination {
    /// The verdict.
    pub verdict: Verdict,
    /// What may be remembered.
    pub learned: Learned,
    /// Every check in its order, those that passed too.
    pub steps: Vec<Step>,
    /// What was noticed besides.
    pub notes: Vec<Note>,
}

/// One decision to be made: all but the answer.
struct Case<'a> {
    expected: &'a Expected<'a>,
    policy: &'a Policy,
    memory: &'a Memory,
    now: Timestamp,
    /// Whether `now` is a moment of the past, and material may be younger.
    replay: bool,
    /// Whether it matters if the issuer is believed: not to a holder, who takes what it was given.
    by_verifier: bool,
}

impl<'a> Case<'a> {
    /// A holder looks at what it was given, or holds: nobody asks, and nothing is demanded.
    fn of_holder((policy, memory): (&'a Policy, &'a Memory), now: Timestamp) -> Self {
        let expected = &Expected::Challenge { nonce: "", audience: "" };
        Self { expected, policy, memory, now, replay: false, by_verifier: false }
    }
}

impl Verifier {
    /// Checks and indexes the material. Logs, documents and status list tokens are checked when they are first needed.
    ///
    /// # Errors
    /// [`MaterialError`].
    pub fn new(material: Material) -> Result<Self, MaterialError> {
        let pins = Pins::new(material.issuers)
            .map_err(|(did, error)| MaterialError::Issuer { did, error })?;
        let (statuses, unreadable) = Statuses::new(&material.statuses);
        let jurisdictions = Jurisdictions::new(material.jurisdictions);
        Ok(Self {
            keys: Keys::new(pins, material.dids, &jurisdictions),
            jurisdictions,
            catalog: material.catalog,
            statuses,
            unreadable,
            remembered: Remembered::new(0),
        })
    }

    /// Why some status list tokens of the material were left out: they cannot be read.
    pub fn unreadable_statuses(&self) -> &[StatusError] {
        &self.unreadable
    }

    /// Adds status list tokens, such as those that other holders sent along ([`Learned::stapled`]): what was learned from
    /// them has to be at hand when the next answer is decided. What cannot be read is left out.
    pub fn add_statuses(&mut self, tokens: &[String]) {
        self.unreadable.extend(self.statuses.add(tokens));
    }

    /// Of the material, what [`Learned::used`] names. `None` for what the holder sent along: see
    /// [`Learned::stapled`].
    pub fn fetched(&self, source: Source, name: &str, seen: Seen) -> Option<Fetched<'_>> {
        match source {
            Source::History | Source::Document => {
                self.keys.fetched(source, name, seen).map(Fetched::Did)
            }
            Source::StatusList => self.statuses.token(name, seen).map(Fetched::StatusList),
            Source::Jurisdiction | Source::StolenKey => None,
        }
    }

    /// What may be remembered of the material before any decision: the latest documents of did:web, on which later
    /// decisions may rest, and which nothing but the memory tells from older ones.
    pub fn documents(&self, memory: &Memory, now: Timestamp) -> Learned {
        let mut learned = Learned::default();
        self.keys.learn_documents(memory, now, &mut learned);
        learned
    }

    /// Remembers the digests of the last issuer-signed JWTs whose signature held, `most` of them at
    /// least, to save the signature's mathematics when one comes again. 0, as at first: none.
    ///
    /// Verdicts are the same. Trust, validity, status and the holder's answer are checked each time.
    #[must_use]
    pub fn remembering(self, most: usize) -> Self {
        Self { remembered: Remembered::new(most), ..self }
    }

    /// Decides whether `presentation` answers what was `expected`, and what may be remembered of it.
    ///
    /// The nonce counts as spent once the caller has stored that, after an acceptance and before
    /// acting on it; [`Facts`] then say so the next time.
    pub fn verify(
        &self,
        presentation: &Presentation<'_>,
        expected: &Expected<'_>,
        policy: &Policy,
        facts: &Facts,
        memory: &Memory,
        now: Timestamp,
    ) -> (Verdict, Learned) {
        let replay = facts.replay;
        let case = Case { expected, policy, memory, now, replay, by_verifier: true };
        let mut findings = Findings::default();
        self.decide(presentation, &case, facts, &mut findings)
    }

    /// As [`Self::verify`], and tells every check, those that passed too.
    pub fn explain(
        &self,
        presentation: &Presentation<'_>,
        expected: &Expected<'_>,
        policy: &Policy,
        facts: &Facts,
        memory: &Memory,
        now: Timestamp,
    ) -> Examination {
        let replay = facts.replay;
        let case = Case { expected, policy, memory, now, replay, by_verifier: true };
        let mut findings = Findings::explained();
        let (verdict, learned) = self.decide(presentation, &case, facts, &mut findings);
        let (steps, notes) = findings.told(verdict.reasons());
        Examination { verdict, learned, steps, notes }
    }

    fn decide(
        &self,
        presentation: &Presentation<'_>,
        case: &Case<'_>,
        facts: &Facts,
        findings: &mut Findings,
    ) -> (Verdict, Learned) {
        input::check(facts, case.memory, case.now, findings);
        self.remember_lists(case, findings);
        let verified = self.answer(presentation, case, findings);
        let verdict = Verdict::new(verified, findings.ranked());
        let learned = std::mem::take(&mut findings.learned).after(&verdict, case.memory, case.now);
        (verdict, learned)
    }

    fn answer(
        &self,
        presentation: &Presentation<'_>,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Option<VerifiedCredential> {
        let expected = case.expected;
        findings.made(Check::AnswerForm);
        let answer = presentation.answer(expected).map_err(|reason| findings.add(reason)).ok()?;
        findings.made(Check::Form);
        let sd_jwt = SdJwt::parse(&answer.token, TYP)
            .map_err(|error| findings.add(credential::unreadable(error)))
            .ok()?;
        let Opened { signed, registered, key } = self.open(&sd_jwt, case, findings)?;
        let mut approved = None;
        if let Some(registered) = &registered {
            self.check_credential(&signed, registered, case.now, findings);
            credential::check_audience(registered, expected.audience(), findings);
            approved = self.check_trust(&key, registered, case, findings);
            let believed = approved.is_some() || key.pinned.is_some();
            self.check_status(registered, &answer, (&key, believed), case, findings);
        }
        let presented = credential::bind(&signed, expected, case.policy, case.now, findings);
        if let (Expected::Request(request), Some(registered)) = (expected, &registered) {
            credential::check_requested(request.query(), registered, signed.claims(), findings);
        }
        let name = key.pinned.and_then(|pinned| pinned.name.clone());
        Some(VerifiedCredential::new(presented?, registered?, (key.issuer, name), approved))
    }

    fn check_status(
        &self,
        registered: &Registered,
        answer: &Answer<'_>,
        (key, believed): (&IssuerKey<'_>, bool),
        case: &Case<'_>,
        findings: &mut Findings,
    ) {
        let Some(reference) = &registered.status else {
            return findings.found(Check::Status, || "the credential has no status".to_owned());
        };
        let others = self.jurisdictions.status_signers(&key.issuer, case.now);
        let signers: Vec<&Did> = std::iter::once(&key.issuer).chain(others).collect();
        let staples = answer.staples.as_slice();
        let concerned = Concerned { reference, signers: &signers, staples, believed };
        let _decided = status::check(&concerned, self, case, findings);
    }
}
