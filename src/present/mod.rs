//! Answering a request: which credential fits, what would leave, what stays, and the signed answer.

#[cfg(feature = "wallet")]
mod answer;
mod column;
mod staple;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::dcql::Missing;
use crate::encoding::json::{Json, Object};
use crate::encoding::path::{Place, path_to};
use crate::format::sd_jwt::{self, Disclosed, HashAlgorithm, IssuerSigned, SdJwt};
use crate::format::sd_jwt_vc::{Registered, TYP};
use crate::key::{KeyId, PublicKey, SignError, Signer};
use crate::request::Request;

#[cfg(feature = "wallet")]
pub use answer::{AnswerError, answer};
pub use column::{Choice, Sharing, Tie, prepare_column};
pub use staple::{StapleError, staple};

/// Most claims and list elements that one answer shows.
const MAX_PLACES: usize = 4096;

/// A credential of the wallet that may be shown, read once for any number of answers.
#[derive(Debug)]
pub struct Candidate<'w> {
    id: u32,
    token: &'w str,
    parts: Vec<&'w str>,
    claims: Object<'static>,
    disclosed: Vec<Disclosed<'static>>,
    registered: Registered,
    key: KeyId,
    hash: HashAlgorithm,
}

impl<'w> Candidate<'w> {
    /// Its registered claims: issuer, type, validity, status.
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// Reads credential number `id` of a wallet. It was verified when it was added, and is not
    /// verified again.
    ///
    /// # Errors
    /// [`PresentError::Unreadable`].
    pub fn read(id: u32, token: &'w str) -> Result<Self, PresentError> {
        let unreadable = || PresentError::Unreadable(id);
        let sd_jwt = SdJwt::parse(token, TYP).map_err(|_| unreadable())?;
        let signed = sd_jwt.open_verified().map_err(|_| unreadable())?;
        Ok(Self {
            id,
            token,
            parts: token.split('~').collect(),
            registered: Registered::read(&signed).map_err(|_| unreadable())?,
            key: signed.stored_holder_key().map_err(|_| unreadable())?,
            hash: signed.hash_algorithm(),
            disclosed: signed.disclosed().iter().cloned().map(Disclosed::into_owned).collect(),
            claims: signed.into_claims().into_owned(),
        })
    }

    /// Its number in the wallet.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The issuer's part and the disclosures chosen, each with its `~` (RFC 9901 §4).
    fn with_disclosures(&self, chosen: &[usize]) -> String {
        let issued = self.parts.first().into_iter();
        let disclosures = chosen.iter().filter_map(|index| self.parts.get(index + 1));
        let mut out = String::with_capacity(self.token.len());
        for part in issued.chain(disclosures) {
            out.push_str(part);
            out.push('~');
        }
        out
    }
}

/// Why a credential does not answer a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMatch {
    /// Its number in the wallet.
    pub id: u32,
    /// What the request misses in it.
    pub missing: Vec<Missing>,
    /// When it ended, if it has.
    pub expired: Option<Timestamp>,
    /// Whether the wallet lacks the key it is bound to.
    pub key_not_held: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresentError {
    /// No credential answers the request; for each, why.
    #[error("no credential in this wallet answers the request")]
    NothingMatches(Vec<NoMatch>),
    /// The time for an answer is over.
    #[error("the request ended at {0}")]
    RequestExpired(Timestamp),
    /// The request was asked in the future.
    #[error("the request was asked at {0}, which lies in the future")]
    RequestEarly(Timestamp),
    /// A stored credential cannot be read.
    #[error("credential {0} in this wallet cannot be read")]
    Unreadable(u32),
    /// The request asks for more of a credential than any honest one would.
    #[error("the request asks for more of credential {0} than one answer may show")]
    TooMuch(u32),
    /// What would answer is bound to keys that other verifiers have seen; the numbers in the wallet.
    #[error("no key is free: other verifiers have seen every key that has this credential")]
    NoFreeKey(Vec<u32>),
    /// What would answer is bound to a key that its holder put away.
    #[error("credential {0} is bound to a key that you retired")]
    KeyRetired(u32),
    /// What would answer is bound to a key that is lost or stolen.
    #[error("credential {0} is bound to a key that you marked as lost or stolen")]
    KeyCompromised(u32),
    /// The holder key did not sign.
    #[error("the holder key did not sign: {0}")]
    Sign(#[from] SignError),
}

impl PresentError {
    /// The stable string code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingMatches(_) => "nothing-matches",
            Self::RequestExpired(_) => "request-expired",
            Self::RequestEarly(_) => "not-yet-valid",
            Self::Unreadable(_) => "credential-unreadable",
            Self::TooMuch(_) => "too-large",
            Self::NoFreeKey(_) => "no-free-key",
            Self::KeyRetired(_) => "key-retired",
            Self::KeyCompromised(_) => "key-compromised",
            Self::Sign(_) => "sign-failed",
        }
    }
}

/// An answer ready to be looked at and signed.
#[derive(Debug)]
pub struct Prepared<'c> {
    credential: &'c Candidate<'c>,
    request: &'c Request,
    holder: PublicKey,
    presented: String,
    tie: Tie,
}

/// What an answer shows. Paths are written as in `address.country`.
#[derive(Debug, PartialEq)]
pub struct Preview {
    /// Claims that leave because they were asked for, with their values.
    pub leaves: BTreeMap<String, Json<'static>>,
    /// Claims that every showing of this credential shows.
    pub always_visible: BTreeMap<String, Json<'static>>,
    /// Claims that stay.
    pub stays: Vec<String>,
}

/// Finds the credential that answers `request`: valid at `now`, bound to a key that `signer` holds;
/// of several the one that lasts longest, a renewal for what it renews. For a signer that keeps no record of who has seen
/// its keys; for a wallet there is [`prepare_column`].
///
/// # Errors
/// [`PresentError`]; nothing was signed.
pub fn prepare<'c>(
    request: &'c Request,
    candidates: &'c [Candidate<'_>],
    signer: &dyn Signer,
    now: Timestamp,
) -> Result<Prepared<'c>, PresentError> {
    let (found, others) = matching(request, candidates, signer, now)?;
    column::best_of(found).ok_or(PresentError::NothingMatches(others))
}

/// The answers that could be given, and why the other credentials give none.
fn matching<'c>(
    request: &'c Request,
    candidates: &'c [Candidate<'_>],
    signer: &dyn Signer,
    now: Timestamp,
) -> Result<(Vec<Prepared<'c>>, Vec<NoMatch>), PresentError> {
    if request.is_early(now) {
        return Err(PresentError::RequestEarly(request.asked_at()));
    }
    if !request.is_open(now) {
        return Err(PresentError::RequestExpired(request.expires()));
    }
    let (mut found, mut others) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match consider(request, candidate, signer, now)? {
            Err(no_match) => others.push(no_match),
            Ok(prepared) => found.push(prepared),
        }
    }
    Ok((found, others))
}

fn consider<'c>(
    request: &'c Request,
    credential: &'c Candidate<'c>,
    signer: &dyn Signer,
    now: Timestamp,
) -> Result<Result<Prepared<'c>, NoMatch>, PresentError> {
    let (claims, registered) = (&credential.claims, &credential.registered);
    let holder = signer.public_key(&credential.key);
    let no_match = NoMatch {
        id: credential.id,
        missing: request.query().missing(&registered.vct, &registered.also_types, claims),
        expired: registered.expires.filter(|expires| *expires <= now),
        key_not_held: holder.is_none(),
    };
    let holder = match holder {
        Some(holder) if no_match.missing.is_empty() && no_match.expired.is_none() => holder,
        _ => return Ok(Err(no_match)),
    };
    let wanted = request.query().claims.iter().flat_map(|claim| claim.places(claims));
    let places: Vec<_> = wanted.take(MAX_PLACES + 1).collect();
    if places.len() > MAX_PLACES {
        return Err(PresentError::TooMuch(credential.id));
    }
    let chosen = sd_jwt::select(&credential.disclosed, &places);
    let presented = credential.with_disclosures(&chosen);
    Ok(Ok(Prepared { credential, request, holder, presented, tie: Tie::Unrecorded }))
}

impl Prepared<'_> {
    /// The number of the credential that would be shown.
    pub fn credential(&self) -> u32 {
        self.credential.id
    }

    /// The registered claims of the credential: issuer, type, validity.
    pub fn registered(&self) -> &Registered {
        &self.credential.registered
    }

    fn expires(&self) -> Option<Timestamp> {
        self.credential.registered.expires
    }

    /// The key that would answer.
    pub fn holder(&self) -> &PublicKey {
        &self.holder
    }

    /// What leaves and what stays, read from the very bytes that would be sent.
    ///
    /// # Errors
    /// [`PresentError::Unreadable`].
    pub fn preview(&self) -> Result<Preview, PresentError> {
        let read = |text: &str| flat(text).ok_or(PresentError::Unreadable(self.credential.id));
        let all = read(self.credential.token)?;
        let (jwt, _) = self.presented.split_once('~').unwrap_or_default();
        let always_visible = read(&format!("{jwt}~"))?;
        let mut leaves = read(&self.presented)?;
        leaves.retain(|path, _| !always_visible.contains_key(path));
        let stays = all
            .into_keys()
            .filter(|path| !leaves.contains_key(path) && !always_visible.contains_key(path));
        Ok(Preview { stays: stays.collect(), leaves, always_visible })
    }

    /// Signs the answer: `{"vp_token":{…}}`, for this verifier and this question only.
    ///
    /// # Errors
    /// [`PresentError::Sign`].
    pub fn sign(&self, signer: &dyn Signer, now: Timestamp) -> Result<String, PresentError> {
        let question = (self.request.client_id(), self.request.nonce());
        let token = sd_jwt::attach(
            &self.presented,
            self.credential.hash,
            (&self.credential.key, self.holder.algorithm()),
            signer,
            question,
            now,
        )?;
        Ok(response(&self.request.query().id, &token, self.request.state()))
    }
}

/// The parameters of the answer (OpenID4VP 1.0 §8.1), as JSON. An SD-JWT+KB holds nothing that JSON escapes, and is
/// most of it: it is not looked through for that.
fn response(query: &str, token: &str, state: Option<&str>) -> String {
    let mut out = format!("{{\"vp_token\":{{{}:[\"", Value::from(query));
    out.reserve_exact(token.len() + 16);
    out.push_str(token);
    out.push_str("\"]}");
    if let Some(state) = state {
        out.push_str(",\"state\":");
        out.push_str(&Value::from(state).to_string());
    }
    out.push('}');
    out
}

/// Every claim in a stored SD-JWT by its path: what is no object and no array, or shows nothing inside.
fn flat(text: &str) -> Option<BTreeMap<String, Json<'static>>> {
    let sd_jwt = SdJwt::parse(text, TYP).ok()?;
    let signed: IssuerSigned<'_> = sd_jwt.open_verified().ok()?;
    let mut out = BTreeMap::new();
    flatten(signed.into_claims(), &mut Vec::new(), &mut out);
    Some(out)
}

fn flatten(
    object: Object<'_>,
    place: &mut Vec<Place<'static>>,
    out: &mut BTreeMap<String, Json<'static>>,
) {
    for (name, value) in object.into_members() {
        flatten_at(Place::Name(name.into_owned().into()), value, place, out);
    }
}

fn flatten_at(
    at: Place<'static>,
    value: Json<'_>,
    place: &mut Vec<Place<'static>>,
    out: &mut BTreeMap<String, Json<'static>>,
) {
    place.push(at);
    match value {
        Json::Object(inner) if !inner.is_empty() => flatten(inner, place, out),
        Json::Array(items) if items.iter().any(|item| *item != Json::Withheld) => {
            for (index, item) in items.into_iter().enumerate() {
                flatten_at(Place::Index(index), item, place, out);
            }
        }
        Json::Withheld => {}
        leaf => {
            out.insert(path_to(place).to_string(), leaf.into_owned());
        }
    }
    place.pop();
}
