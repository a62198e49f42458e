//! The checks of one credential.

use super::findings::Findings;
use super::input::Expected;
use super::keys::{IssuerKey, Problem};
use super::reason::Reason;
use super::{Case, Check, Verifier};
use crate::clock::Timestamp;
use crate::credential::{Disclosure, TypeMetadata};
use crate::dcql::{CredentialQuery, Missing};
use crate::did::{self, Did, DidUrl, Relationship};
use crate::encoding::json::{Json, Object};
use crate::format::jws::JwsError;
use crate::format::sd_jwt::{IssuerSigned, KeyBindingError, Presented, SdJwt, SdJwtError};
use crate::format::sd_jwt_vc::Registered;
use crate::policy::Policy;

/// Seconds by which the clock of who wrote `iat` may be ahead.
const IAT_LEEWAY: i64 = 60;

/// A credential whose issuer's signature holds.
pub(super) struct Opened<'t, 'v> {
    pub(super) signed: IssuerSigned<'t>,
    /// `None` when the registered claims break a rule; the findings say which.
    pub(super) registered: Option<Registered>,
    /// The key that signed, and whose it is.
    pub(super) key: IssuerKey<'v>,
}

/// The finding for an SD-JWT that cannot be read at all.
pub(super) fn unreadable(error: SdJwtError) -> Reason {
    Reason::new(Check::Form, error.code(), error)
}

impl Verifier {
    /// Finds the issuer's key, checks its signature, and reads the claims.
    pub(super) fn open<'t, 'v>(
        &'v self,
        sd_jwt: &'t SdJwt<'t>,
        case: &Case<'_>,
        findings: &mut Findings,
    ) -> Option<Opened<'t, 'v>> {
        findings.made(Check::IssuerKey);
        let begins = || Registered::claimed_beginning(sd_jwt);
        let key = match self.keys.of_issuer(sd_jwt.kid(), begins, case, findings) {
            Ok(key) => key,
            Err(problem) => {
                self.no_key(sd_jwt, problem, case, findings);
                return None;
            }
        };
        findings.made(Check::IssuerSignature);
        let signed = self.remembered.verify(sd_jwt, &key.signer.key).map_err(|error| {
            let check = match error {
                SdJwtError::Jws(JwsError::BadSignature | JwsError::AlgNotAllowed) => {
                    Check::IssuerSignature
                }
                _ => Check::Disclosures,
            };
            findings.add(Reason::new(check, error.code(), error));
        });
        let signed = signed.ok()?;
        for check in [Check::IssuerNamed, Check::Disclosures, Check::RegisteredClaims] {
            findings.made(check);
        }
        if let Some(vct) = signed.claims().get_str("vct") {
            findings.concerning(vct);
        }
        if signed.claims().get_str("iss").is_some_and(|iss| iss != key.issuer.as_str()) {
            let detail = "the key that signed belongs to another issuer than the one named";
            findings.add(Reason::new(Check::IssuerNamed, "issuer-key-mismatch", detail));
        }
        let registered = Registered::read(&signed).map_err(|errors| {
            for error in errors {
                findings.add(Reason::new(Check::RegisteredClaims, error.code(), error));
            }
        });
        check_subject(&signed, findings);
        Some(Opened { signed, registered: registered.ok(), key })
    }

    /// Why there is no key. What is not at hand can be got, if it is worth it: for an issuer that somebody believes.
    fn no_key(
        &self,
        sd_jwt: &SdJwt<'_>,
        (kind, detail): Problem,
        case: &Case<'_>,
        findings: &mut Findings,
    ) {
        let named = sd_jwt.kid().and_then(|kid| DidUrl::parse(kid).ok());
        let believed = |url: &DidUrl| {
            !case.by_verifier
                || self.keys.pinned(url.did()).is_some()
                || self.jurisdictions.lists(url.did())
        };
        match named {
            Some(url) if kind == "did-not-at-hand" && !believed(&url) => {
                let detail = format!("{} is not pinned and in no list", url.did());
                findings.add(Reason::new(Check::Trust, "issuer-unknown", detail));
            }
            _ => findings.add(Reason::new(Check::IssuerKey, kind, detail)),
        }
    }

    /// Metadata and validity.
    pub(super) fn check_credential(
        &self,
        signed: &IssuerSigned<'_>,
        registered: &Registered,
        now: Timestamp,
        findings: &mut Findings,
    ) {
        for vct in std::iter::once(&registered.vct).chain(&registered.also_types) {
            if let Some(metadata) = self.catalog.get(vct) {
                findings.found(Check::TypeMetadata, || format!("the rules of {vct} hold"));
                check_metadata(metadata, signed, registered, findings);
            }
        }
        check_validity(registered, now, findings);
    }
}

/// Integrity of the metadata, then what they say of hiding (SD-JWT VC §4.6.4, §5). A missing claim that
/// could be hidden is no fault (§4.6).
pub(super) fn check_metadata(
    metadata: &TypeMetadata,
    signed: &IssuerSigned<'_>,
    registered: &Registered,
    findings: &mut Findings,
) {
    let own = registered.vct == metadata.vct();
    if own && registered.integrity.as_ref().is_some_and(|text| !metadata.fits_integrity(text)) {
        let detail = "the credential was made for other type metadata than the ones known here";
        findings.add(Reason::new(Check::TypeMetadata, "type-integrity-mismatch", detail));
    }
    for claim in metadata.claims() {
        let mut add = |kind, what: &str| {
            let detail = format!("{} {what}", claim.path);
            findings.add(Reason::new(Check::TypeMetadata, kind, detail));
        };
        let Ok(selected) = claim.path.select(signed.claims()) else {
            add("claim-malformed", "has another shape than its type says");
            continue;
        };
        let hideable = |root: &str| signed.hideable_roots().iter().any(|name| name == root);
        if claim.sd == Disclosure::Never && claim.path.root().is_some_and(hideable) {
            add("claim-not-disclosable", "must not be selectively disclosable");
        }
        let is_disclosed =
            |place: &Vec<_>| signed.disclosed().iter().any(|disclosed| disclosed.place == *place);
        let withheld = |value: &Json<'_>| *value == Json::Withheld;
        let exposed =
            selected.iter().any(|(place, value)| !withheld(value) && !is_disclosed(place));
        if claim.sd == Disclosure::Always && exposed {
            add("claim-not-hidden", "must be selectively disclosable");
        }
        if claim.sd == Disclosure::Never && claim.mandatory && selected.is_empty() {
            add("claim-missing", "is missing");
        }
    }
}

/// `nbf` ≤ now < `exp` (RFC 7519 §4.1.4, §4.1.5), without leeway. Where there is no `nbf`, `iat` says when it begins, by
/// a clock that may be a little ahead.
pub(super) fn check_validity(registered: &Registered, now: Timestamp, findings: &mut Findings) {
    findings.found(Check::Validity, || match (registered.not_before, registered.expires) {
        (Some(begin), Some(end)) => format!("valid from {begin} until {end}"),
        (Some(begin), None) => format!("valid from {begin}, without an end"),
        (None, Some(end)) => format!("valid until {end}"),
        (None, None) => "without beginning or end".to_owned(),
    });
    if let Some(expires) = registered.expires.filter(|expires| *expires <= now) {
        let detail = format!("the credential ended at {expires}; it is {now}");
        findings.add(Reason::new(Check::Validity, "expired", detail));
    }
    let issued = registered.issued_at.filter(|_| registered.not_before.is_none());
    let begins = registered.not_before.or(issued.map(|issued| issued.plus(-IAT_LEEWAY)));
    if let Some(begins) = begins.filter(|begins| now < *begins) {
        let detail = format!("the credential begins at {begins}; it is {now}");
        findings.add(Reason::new(Check::Validity, "not-yet-valid", detail));
    }
}

/// `aud` of the credential, where it has one, names the verifier that asked (RFC 9901 §7.1 step 6).
pub(super) fn check_audience(registered: &Registered, audience: &str, findings: &mut Findings) {
    if !registered.audience.is_empty() && !registered.audience.iter().any(|one| one == audience) {
        let detail = "the credential is meant for another verifier";
        findings.add(Reason::new(Check::Validity, "audience-mismatch", detail));
    }
}

/// The type and every claim asked for (OpenID4VP §8.6: the verifier checks for itself).
pub(super) fn check_requested(
    query: &CredentialQuery,
    registered: &Registered,
    claims: &Object<'_>,
    findings: &mut Findings,
) {
    findings.made(Check::Requested);
    for missing in query.missing(&registered.vct, &registered.also_types, claims) {
        findings.add(match missing {
            Missing::Type => Reason::new(
                Check::Requested,
                "type-mismatch",
                "the credential is of another type than asked for",
            ),
            Missing::Claim(path) => Reason::new(
                Check::Requested,
                "claim-missing",
                format!("{path} was asked for and is not shown"),
            ),
        });
    }
}

/// `sub`, where it is disclosed and carries a key, names the holder's (DID profile §3).
fn check_subject(signed: &IssuerSigned<'_>, findings: &mut Findings) {
    let mut add =
        |kind, detail: &str| findings.add(Reason::new(Check::RegisteredClaims, kind, detail));
    let subject = match signed.claims().get("sub") {
        None => return,
        Some(Json::String(subject)) => Did::parse(subject),
        Some(_) => return add("malformed", "the claim sub is malformed"),
    };
    let Ok(subject) = subject else { return };
    let (Ok(holder), "key" | "jwk") = (signed.holder_key(), subject.method()) else {
        return;
    };
    let document = did::document(&subject);
    let named = document
        .as_ref()
        .ok()
        .and_then(|document| document.first_key(Relationship::Authentication));
    if named.is_none_or(|(_, named)| *named != holder) {
        add(
            "subject-mismatch",
            "sub names another holder than the key that the credential is bound to",
        );
    }
}

/// Key binding: whether the holder answered this question.
pub(super) fn bind<'t>(
    signed: &'t IssuerSigned<'t>,
    expected: &Expected<'_>,
    policy: &Policy,
    now: Timestamp,
    findings: &mut Findings,
) -> Option<Presented<'t>> {
    let note = |errors: Vec<KeyBindingError>| {
        for error in errors {
            findings.add(Reason::new(Check::KeyBinding, error.code(), error));
        }
    };
    let presented = signed.bind(&expected.binding(policy, now)).map_err(note).ok()?;
    findings.found(Check::KeyBinding, || format!("answered at {}", presented.signed_at()));
    Some(presented)
}
