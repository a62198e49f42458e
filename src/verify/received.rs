//! What a holder checks of a credential before keeping it (RFC 9901 §7.2).

use std::fmt;

use serde_json::{Map, Value};

use super::credential::{Opened, check_metadata, check_validity, unreadable};
use super::findings::Findings;
use super::reason::Reason;
use super::{Case, Check, Material, Memory, Verifier};
use crate::clock::Timestamp;
use crate::credential::Catalog;
use crate::did::Did;
use crate::encoding::json::Object;
use crate::format::sd_jwt::SdJwt;
use crate::format::sd_jwt_vc::{NEVER_DISCLOSABLE, Registered, TYP};
use crate::key::{KeyId, Signer};
use crate::policy::Policy;

/// A credential that its holder may keep: signed by the issuer it names, valid, well-formed, complete
/// and bound to one of the holder's keys. Whether to believe that issuer is for verifiers to say.
pub struct Received {
    issuer: Did,
    registered: Registered,
    claims: Object<'static>,
    holder: KeyId,
    /// The DID URL of the key that signed it.
    signer: String,
}

impl Received {
    /// Checks a credential handed over by an issuer, for a holder with the keys of `signer`.
    ///
    /// # Errors
    /// Every reason against it, ranked.
    pub fn check(
        token: &str,
        signer: &dyn Signer,
        catalog: &Catalog,
        now: Timestamp,
    ) -> Result<Self, Vec<Reason>> {
        let material = Material { catalog: catalog.clone(), ..Material::default() };
        match Verifier::new(material) {
            Ok(verifier) => Self::check_with(token, signer, &verifier, now),
            Err(error) => Err(vec![Reason::new(Check::IssuerKey, error.code(), error)]),
        }
    }

    /// As [`Self::check`], for issuers of did:web and did:webvh too: their keys, and the types, are those that
    /// `verifier` knows.
    ///
    /// # Errors
    /// Every reason against it, ranked.
    pub fn check_with(
        token: &str,
        signer: &dyn Signer,
        verifier: &Verifier,
        now: Timestamp,
    ) -> Result<Self, Vec<Reason>> {
        let mut findings = Findings::default();
        let found = Self::open(token, signer, verifier, now, &mut findings);
        let reasons = findings.ranked();
        match found {
            Some(received) if reasons.is_empty() => Ok(received),
            _ => Err(reasons),
        }
    }

    fn open(
        token: &str,
        signer: &dyn Signer,
        verifier: &Verifier,
        now: Timestamp,
        findings: &mut Findings,
    ) -> Option<Self> {
        let sd_jwt =
            SdJwt::parse(token, TYP).map_err(|error| findings.add(unreadable(error))).ok()?;
        if sd_jwt.has_key_binding() {
            let detail = "this is somebody's presentation, not a credential to keep";
            findings.add(Reason::new(Check::Form, "malformed", detail)); // §7.2
            return None;
        }
        let (policy, memory) = (Policy::as_requested(), Memory::default());
        let case = Case::of_holder((&policy, &memory), now);
        let Opened { signed, registered, key } = verifier.open(&sd_jwt, &case, findings)?;
        let issuer = key.issuer;
        let registered = registered?;
        check_validity(&registered, now, findings);
        if let Some(metadata) = verifier.catalog.get(&registered.vct) {
            check_metadata(metadata, &signed, &registered, findings);
            for claim in metadata.claims().iter().filter(|claim| claim.mandatory) {
                if claim.path.select(signed.claims()).is_ok_and(|selected| selected.is_empty()) {
                    let detail = format!("{} is missing; the issuer must include it", claim.path);
                    findings.add(Reason::new(Check::TypeMetadata, "claim-missing", detail));
                }
            }
        }
        let holder = signed.holder_key();
        let holder = holder
            .map_err(|error| findings.add(Reason::new(Check::KeyBinding, error.code(), error)))
            .ok()?
            .id();
        if signer.public_key(&holder).is_none() {
            let detail = "the credential is bound to a key that this wallet does not hold";
            findings.add(Reason::new(Check::KeyBinding, "holder-key-unknown", detail));
        }
        let signer = sd_jwt.kid().unwrap_or_default().to_owned();
        let claims = signed.into_claims().into_owned();
        Some(Self { issuer, registered, claims, holder, signer })
    }

    /// Reads a credential back from the sealed wallet, where it was kept after [`Received::check`].
    /// Nothing is checked again: it may have ended since. `None` when it cannot be read.
    pub fn stored(token: &str) -> Option<Self> {
        let sd_jwt = SdJwt::parse(token, TYP).ok()?;
        let signed = sd_jwt.open_verified().ok()?;
        let registered = Registered::read(&signed).ok()?;
        let holder = signed.holder_key().ok()?.id();
        let issuer = Did::parse(&registered.issuer).ok()?;
        let signer = sd_jwt.kid().unwrap_or_default().to_owned();
        let claims = signed.into_claims().into_owned();
        Some(Self { issuer, registered, claims, holder, signer })
    }

    /// What the issuer says of the holder: the claims without the registered ones.
    pub fn said(&self) -> Map<String, Value> {
        let said = self.claims.iter().filter(|(name, _)| !NEVER_DISCLOSABLE.contains(name));
        said.map(|(name, value)| (name.to_owned(), value.to_value())).collect()
    }

    /// The issuer that signed it.
    pub fn issuer(&self) -> &Did {
        &self.issuer
    }

    /// The DID URL of the key that signed it.
    pub(super) fn signer(&self) -> &str {
        &self.signer
    }

    /// Type, validity, status reference.
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// All its claims.
    pub fn claims(&self) -> &Object<'static> {
        &self.claims
    }

    /// The holder's key it is bound to.
    pub fn holder(&self) -> &KeyId {
        &self.holder
    }
}

/// The names of the claims, without their values.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("issuer", &self.issuer)
            .field("vct", &self.registered.vct)
            .field("claims", &self.claims.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
