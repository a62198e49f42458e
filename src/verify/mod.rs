//! Verification: a pure function from a presentation, a question and trust material to one verdict.
//!
//! Same inputs, same verdict, today or in ten years. The checks are numbered in [`Check`] in the order
//! in which they are made; everything found is in the verdict, the most telling first.

mod answer;
mod check;
mod credential;
mod input;
mod memory;
mod reason;
mod received;
mod remembered;
mod verdict;

use crate::clock::Timestamp;
use crate::credential::Catalog;
use crate::did::{Did, DidError};
use crate::format::sd_jwt::SdJwt;
use crate::format::sd_jwt_vc::TYP;
use crate::policy::Policy;
use crate::trust::{PinnedIssuer, Pins};

pub use answer::{MAX_LEN, Presentation};
pub use check::Check;
pub use input::{Expected, Facts, NonceUse};
pub use memory::{Conflict, Learned, Memory, Seen, Source};
pub use reason::{Meaning, Reason};
pub use received::Received;
pub use verdict::{ReadError, Verdict, Verified, VerifiedCredential};

use credential::Opened;
use reason::Findings;
use remembered::Remembered;

/// What a verifier rests on. Whoever hands it over answers for it.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// The issuers believed.
    pub issuers: Vec<PinnedIssuer>,
    /// The types known. Others are accepted too, without the rules of their metadata.
    pub catalog: Catalog,
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
    pins: Pins,
    catalog: Catalog,
    remembered: Remembered,
}

impl Verifier {
    /// Checks and indexes the material.
    ///
    /// # Errors
    /// [`MaterialError`].
    pub fn new(material: Material) -> Result<Self, MaterialError> {
        let pins = Pins::new(material.issuers)
            .map_err(|(did, error)| MaterialError::Issuer { did, error })?;
        Ok(Self { pins, catalog: material.catalog, remembered: Remembered::new(0) })
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
        let mut findings = Findings::default();
        input::check(facts, memory, now, &mut findings);
        let verified = self.answer(presentation, expected, policy, now, &mut findings);
        let verdict = Verdict::new(verified, findings);
        let learned = Learned::from(&verdict, memory, now);
        (verdict, learned)
    }

    fn answer(
        &self,
        presentation: &Presentation<'_>,
        expected: &Expected<'_>,
        policy: &Policy,
        now: Timestamp,
        findings: &mut Findings,
    ) -> Option<VerifiedCredential> {
        let token = presentation.token(expected).map_err(|reason| findings.add(reason)).ok()?;
        let sd_jwt = SdJwt::parse(&token, TYP)
            .map_err(|error| findings.add(credential::unreadable(error)))
            .ok()?;
        let Opened { signed, registered, issuer, pinned } = self.open(&sd_jwt, findings)?;
        if let Some(registered) = &registered {
            self.check_credential(&signed, registered, (&issuer, pinned), now, findings);
            credential::check_audience(registered, expected.audience(), findings);
        }
        let presented = credential::bind(&signed, expected, policy, now, findings);
        if let (Expected::Request(request), Some(registered)) = (expected, &registered) {
            credential::check_requested(request.query(), registered, signed.claims(), findings);
        }
        let name = pinned.and_then(|pinned| pinned.name.clone());
        Some(VerifiedCredential::new(&presented?, registered?, issuer, name))
    }
}
