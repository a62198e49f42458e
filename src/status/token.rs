//! Tokens as received, and as verified.

use super::publication::{Publication, publication};
use super::{Bits, MAX_LEN, Status, StatusError, StatusList, StatusListError, TYP};
use crate::clock::Timestamp;
use crate::did::{self, Did, DidUrl, Relationship};
use crate::encoding::json::{self, Json, Object};
use crate::format::jws::UnverifiedJws;
use crate::key::PublicKey;
use crate::resolve::KnownDid;
use crate::resolve::webvh::FUTURE;

/// Seconds by which a token may lie in the verifier's future: clocks differ.
const LEEWAY: i64 = 60;

/// Which token is wanted.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedStatus<'a> {
    /// The `uri` in the credential.
    pub uri: &'a str,
    /// Who may sign it: the credential's issuer, or whom the verifier's trust material names for it.
    pub signers: &'a [Did],
}

/// A token as received: its form is read, its signature is not checked and the list not unpacked.
#[derive(Debug)]
pub struct UnverifiedStatusToken<'a> {
    jws: UnverifiedJws<'a>,
    signer: DidUrl,
    said: Publication,
    bits: Bits,
    lst: String,
}

impl<'a> UnverifiedStatusToken<'a> {
    /// Reads header and claims.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn parse(text: &'a str) -> Result<Self, StatusError> {
        let jws = UnverifiedJws::parse(text.trim(), TYP, MAX_LEN)?;
        let signer = DidUrl::parse(jws.kid().ok_or(StatusError::Malformed("kid"))?)?;
        let claims = json::parse_object(jws.unverified_payload(), MAX_LEN)?;
        let said = publication(&claims)?;
        let (bits, lst) = list_member(&claims)?;
        Ok(Self { jws, signer, said, bits, lst })
    }

    /// The list it claims to be for; for finding tokens, never for use.
    pub fn claimed_uri(&self) -> &str {
        &self.said.uri
    }

    /// The moment at which it claims to have been issued; for ordering tokens, never for use.
    pub fn claimed_issued_at(&self) -> Timestamp {
        self.said.issued_at
    }

    /// The key that it claims to be signed with.
    pub fn claimed_signer(&self) -> &DidUrl {
        &self.signer
    }

    /// When it claims to end; for reminding people, never for use.
    pub fn claimed_expires(&self) -> Option<Timestamp> {
        self.said.expires
    }

    /// Whether it is the token wanted, signed by whom it must be, and counts now (§8.3 steps 3 to 5). For signers that
    /// carry their own key (did:key, did:jwk).
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn verify(
        self,
        expected: &ExpectedStatus<'_>,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        if !expected.signers.contains(self.signer.did()) {
            return Err(StatusError::SignerMismatch);
        }
        let document = did::document(self.signer.did())?;
        let key = document.key(&self.signer, Relationship::AssertionMethod)?;
        self.verify_as(key, expected, now)
    }

    /// Likewise, for a signer whose DID was fetched (did:web, did:webvh): by the key that was in use when it was issued.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn verify_known(
        self,
        expected: &ExpectedStatus<'_>,
        signer: &KnownDid,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        let named = self.signer.did();
        if named != signer.did() || !expected.signers.contains(named) {
            return Err(StatusError::SignerMismatch);
        }
        if let KnownDid::History(history) = signer {
            if let Some(cut) = history.cut() {
                return Err((*cut).into());
            }
            history.check_times(now)?;
        }
        let (name, purpose) = (self.signer.fragment(), Relationship::AssertionMethod);
        let key = signer.key(name, purpose, self.said.issued_at, now.plus(FUTURE))?.key;
        self.verify_as(key, expected, now)
    }

    /// Whether `key` signed it for the list at `uri`: for an issuer that looks at what it published itself. Whether it is in
    /// force is not asked.
    ///
    /// # Errors
    /// [`StatusError`].
    pub fn signed_by(self, key: &PublicKey, uri: &str) -> Result<StatusToken, StatusError> {
        let token = self.verify_with(key)?;
        if token.said.uri == uri { Ok(token) } else { Err(StatusError::OtherList) }
    }

    fn verify_as(
        self,
        key: &PublicKey,
        expected: &ExpectedStatus<'_>,
        now: Timestamp,
    ) -> Result<StatusToken, StatusError> {
        let token = self.verify_with(key)?;
        if token.said.uri != expected.uri {
            return Err(StatusError::OtherList);
        }
        token.check_in_force(now)?;
        Ok(token)
    }

    /// The list in it, whoever signed it: of a token that was believed before.
    pub(crate) fn claimed_list(&self) -> Result<StatusList, StatusError> {
        Ok(StatusList::decode(self.bits, &self.lst)?)
    }

    /// Whether `key` signed it, and its list can be read. Whose key that is, for which list, and when it counts, is
    /// for the caller to check.
    pub(crate) fn verify_with(self, key: &PublicKey) -> Result<StatusToken, StatusError> {
        self.jws.verify(key)?;
        let list = StatusList::decode(self.bits, &self.lst)?;
        Ok(StatusToken { signer: self.signer, said: self.said, list })
    }
}

/// `bits` and `lst` (§4.2).
fn list_member(claims: &Object<'_>) -> Result<(Bits, String), StatusError> {
    let malformed = StatusError::Malformed("status_list");
    let list = claims.get("status_list").and_then(Json::as_object).ok_or(malformed)?;
    let bits = list.get("bits").and_then(Json::as_i64).ok_or(malformed)?;
    let lst = list.get_str("lst").ok_or(malformed)?;
    if list.get("aggregation_uri").is_some_and(|uri| uri.as_str().is_none()) {
        return Err(malformed);
    }
    Ok((Bits::new(bits)?, lst.to_owned()))
}

/// A status list of an issuer, whole and signed. Made only by [`UnverifiedStatusToken`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusToken {
    signer: DidUrl,
    said: Publication,
    list: StatusList,
}

impl StatusToken {
    /// Whether it was issued and has not ended (§8.3 step 4; 60 s for clocks that differ).
    ///
    /// # Errors
    /// [`StatusError::NotYetValid`], [`StatusError::Expired`].
    pub fn check_in_force(&self, now: Timestamp) -> Result<(), StatusError> {
        if self.said.issued_at > now.plus(LEEWAY) {
            return Err(StatusError::NotYetValid);
        }
        if self.said.expires.is_some_and(|expires| expires <= now) {
            return Err(StatusError::Expired);
        }
        Ok(())
    }

    /// The DID URL of the key that signed it.
    pub fn signer(&self) -> &DidUrl {
        &self.signer
    }

    /// Where the list is found, when it was issued, and for how long it counts.
    pub fn publication(&self) -> &Publication {
        &self.said
    }

    /// The status of an entry.
    ///
    /// # Errors
    /// [`StatusListError::OutOfBounds`]: the credential must be rejected (§8.3 step 6).
    pub fn status(&self, index: u64) -> Result<Status, StatusListError> {
        self.list.get(index)
    }

    /// The whole list.
    pub fn list(&self) -> &StatusList {
        &self.list
    }
}
