//! Checking the issuer's signature and putting the disclosures in their places (RFC 9901 §7.1).

use std::borrow::Cow;

use super::SdJwtError;
use super::digest::{HashAlgorithm, sd_array};
use super::parse::{RawDisclosure, SdJwt};
use crate::encoding::EncodingError;
use crate::encoding::json::{self, Json, MAX_DEPTH, MAX_NAME, Object};
use crate::encoding::path::Place;
use crate::key::PublicKey;

/// Where one disclosure belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed<'t> {
    /// The place of the claim or array element it discloses.
    pub place: Vec<Place<'t>>,
    /// Its position among the disclosures received.
    pub index: usize,
}

impl Disclosed<'_> {
    /// The same, owning its names.
    pub(crate) fn into_owned(self) -> Disclosed<'static> {
        let place = self.place.into_iter().map(Place::into_owned).collect();
        Disclosed { place, index: self.index }
    }
}

/// What an issuer signed, with the disclosures received put in their places.
///
/// This says nothing of trust in the issuer, of validity, or of who presents it.
#[derive(Debug)]
pub struct IssuerSigned<'t> {
    pub(super) source: &'t SdJwt<'t>,
    pub(super) hash: HashAlgorithm,
    pub(super) claims: Object<'t>,
    pub(super) disclosed: Vec<Disclosed<'t>>,
    pub(super) hideable_roots: Vec<Cow<'t, str>>,
}

impl<'a> SdJwt<'a> {
    /// Checks the signature with the issuer's key and processes the disclosures (§7.1 steps 2 to 5).
    ///
    /// # Errors
    /// [`SdJwtError`], the first rule broken in the order of §7.1.
    pub fn verify(&'a self, issuer_key: &PublicKey) -> Result<IssuerSigned<'a>, SdJwtError> {
        self.process(self.jwt.verify(issuer_key)?) // §7.1 step 2 a, b
    }

    /// Processes a credential whose signature was found to hold before.
    pub(crate) fn open_verified(&'a self) -> Result<IssuerSigned<'a>, SdJwtError> {
        self.process(self.jwt.unverified_payload())
    }

    fn process(&'a self, payload: &'a [u8]) -> Result<IssuerSigned<'a>, SdJwtError> {
        let payload = json::parse_object(payload, super::MAX_LEN)?;
        let hash = HashAlgorithm::of_payload(&payload)?; // §7.1 step 2 d
        let mut walk = Walk::new(&self.disclosures, hash); // §7.1 step 3 a
        let claims = walk.object(payload, true)?; // §7.1 step 3 b to f
        let (disclosed, hideable_roots) = walk.finish()?; // §7.1 steps 4, 5
        Ok(IssuerSigned { source: self, hash, claims, disclosed, hideable_roots })
    }
}

impl<'t> IssuerSigned<'t> {
    /// The processed payload: visible and disclosed claims. Withheld array elements keep their place.
    pub fn claims(&self) -> &Object<'t> {
        &self.claims
    }

    /// The hash algorithm of its digests.
    pub fn hash_algorithm(&self) -> HashAlgorithm {
        self.hash
    }

    /// The claims by value.
    pub fn into_claims(self) -> Object<'t> {
        self.claims
    }

    /// Where each disclosure belongs.
    pub fn disclosed(&self) -> &[Disclosed<'t>] {
        &self.disclosed
    }

    /// The top-level claims that are selectively disclosable, or hold something that is, as far as
    /// the disclosures received show.
    pub fn hideable_roots(&self) -> &[Cow<'t, str>] {
        &self.hideable_roots
    }

    /// The token this came from.
    pub fn source(&self) -> &'t SdJwt<'t> {
        self.source
    }
}

/// One walk through the payload; the walk goes on inside every disclosure that is called for.
struct Walk<'t> {
    raw: &'t [RawDisclosure<'t>],
    /// Digest and index of every disclosure, sorted.
    by_digest: Vec<(String, usize)>,
    /// Where each disclosure turned out to belong.
    places: Vec<Option<Vec<Place<'t>>>>,
    /// Every digest met, to find those met twice.
    seen: Vec<Cow<'t, str>>,
    place: Vec<Place<'t>>,
    hideable_roots: Vec<Cow<'t, str>>,
}

impl<'t> Walk<'t> {
    fn new(raw: &'t [RawDisclosure<'t>], hash: HashAlgorithm) -> Self {
        let digests = raw.iter().map(|disclosure| hash.digest(disclosure.encoded));
        let mut by_digest: Vec<_> = digests.zip(0..).collect();
        by_digest.sort_unstable();
        let places = vec![None; raw.len()];
        Self {
            raw,
            by_digest,
            places,
            seen: Vec::new(),
            place: Vec::new(),
            hideable_roots: Vec::new(),
        }
    }

    fn value(&mut self, value: Json<'t>) -> Result<Json<'t>, SdJwtError> {
        if self.place.len() > MAX_DEPTH {
            return Err(EncodingError::TooDeep.into());
        }
        match value {
            Json::Object(object) => Ok(Json::Object(self.object(object, false)?)),
            Json::Array(items) => self.array(items),
            plain => Ok(plain),
        }
    }

    /// An object: its plain members first, then those its `_sd` digests call for (§7.1 step 3 c ii).
    fn object(&mut self, mut object: Object<'t>, top: bool) -> Result<Object<'t>, SdJwtError> {
        let digests = object.remove("_sd");
        let algorithm = object.remove("_sd_alg");
        if object.get("...").is_some() || (algorithm.is_some() && !top) {
            return Err(SdJwtError::Malformed);
        }
        let mut out = object
            .try_map(|name, value| self.at(Place::Name(name.clone()), |walk| walk.value(value)))?;
        let Some(digests) = digests else {
            return Ok(out);
        };
        self.note_hideable();
        let digests = sd_array(digests)?;
        self.seen.reserve(digests.len());
        for digest in digests {
            let Some(index) = self.claim_disclosure(digest)? else {
                out.mark_partial();
                continue;
            };
            let (name, value) = self.open_member(index)?;
            let value = self.at(Place::Name(name.clone()), |walk| {
                walk.record(index);
                walk.value(value)
            })?;
            if !out.insert(name, value) {
                return Err(SdJwtError::BadDisclosure); // the claim name exists at this level
            }
        }
        Ok(out)
    }

    /// An array: elements of the form `{"...": digest}` are replaced, or left out when nothing was
    /// disclosed for them (§7.1 step 3 c iii, d).
    fn array(&mut self, items: Vec<Json<'t>>) -> Result<Json<'t>, SdJwtError> {
        let mut out = Vec::with_capacity(items.len());
        for (position, item) in items.into_iter().enumerate() {
            let element = self.at(Place::Index(position), |walk| match element(item)? {
                Element::Plain(item) => walk.value(item),
                Element::Hideable(digest) => {
                    walk.note_hideable();
                    let Some(index) = walk.claim_disclosure(digest)? else {
                        return Ok(Json::Withheld);
                    };
                    walk.record(index);
                    let value = walk.open_element(index)?;
                    walk.value(value)
                }
            })?;
            out.push(element);
        }
        Ok(Json::Array(out))
    }

    fn at<T>(&mut self, place: Place<'t>, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(place);
        let out = inside(self);
        self.place.pop();
        out
    }

    /// Every top-level claim is walked once, so only the last one noted can be the same.
    fn note_hideable(&mut self) {
        if let Some(Place::Name(root)) = self.place.first()
            && self.hideable_roots.last() != Some(root)
        {
            self.hideable_roots.push(root.clone());
        }
    }

    /// Notes the digest as met, and finds the disclosure it belongs to. A disclosure is opened once
    /// at most, so nested ones cannot multiply the work.
    fn claim_disclosure(&mut self, digest: Cow<'t, str>) -> Result<Option<usize>, SdJwtError> {
        let found = self.by_digest.binary_search_by(|(known, _)| known.as_str().cmp(&digest));
        self.seen.push(digest);
        let index = found.ok().and_then(|at| self.by_digest.get(at)).map(|(_, index)| *index);
        match index.and_then(|index| self.places.get(index)) {
            Some(Some(_)) => Err(SdJwtError::DuplicateDigest), // §7.1 step 4
            _ => Ok(index),
        }
    }

    fn record(&mut self, index: usize) {
        self.note_hideable();
        if let Some(place) = self.places.get_mut(index) {
            *place = Some(self.place.clone());
        }
    }

    fn open(&self, index: usize) -> Result<Vec<Json<'t>>, SdJwtError> {
        let raw = self.raw.get(index).ok_or(SdJwtError::BadDisclosure)?;
        let bytes = raw.decoded.as_ref().map_err(|error| *error)?;
        match json::parse(bytes, super::MAX_LEN)? {
            Json::Array(items) => Ok(items),
            _ => Err(SdJwtError::BadDisclosure),
        }
    }

    /// `[salt, name, value]` (§4.2.1).
    fn open_member(&self, index: usize) -> Result<(Cow<'t, str>, Json<'t>), SdJwtError> {
        let items =
            <[Json<'t>; 3]>::try_from(self.open(index)?).map_err(|_| SdJwtError::BadDisclosure)?;
        match items {
            [_, Json::String(name), _] if name.len() > MAX_NAME => {
                Err(EncodingError::TooLarge.into())
            }
            [Json::String(_), Json::String(name), value]
                if !matches!(name.as_ref(), "_sd" | "..." | "_sd_alg") =>
            {
                Ok((name, value))
            }
            _ => Err(SdJwtError::BadDisclosure),
        }
    }

    /// `[salt, value]` (§4.2.2).
    fn open_element(&self, index: usize) -> Result<Json<'t>, SdJwtError> {
        let items =
            <[Json<'t>; 2]>::try_from(self.open(index)?).map_err(|_| SdJwtError::BadDisclosure)?;
        match items {
            [Json::String(_), value] => Ok(value),
            _ => Err(SdJwtError::BadDisclosure),
        }
    }

    fn finish(mut self) -> Result<(Vec<Disclosed<'t>>, Vec<Cow<'t, str>>), SdJwtError> {
        let twice = |pair: &[(String, usize)]| matches!(pair, [(a, _), (b, _)] if a == b);
        self.seen.sort_unstable();
        let met_twice = self.seen.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        if met_twice || self.by_digest.windows(2).any(twice) {
            return Err(SdJwtError::DuplicateDigest); // §7.1 step 4
        }
        let mut disclosed = Vec::with_capacity(self.places.len());
        for (index, place) in self.places.into_iter().enumerate() {
            let place = place.ok_or(SdJwtError::UnreferencedDisclosure)?; // §7.1 step 5
            disclosed.push(Disclosed { place, index });
        }
        Ok((disclosed, self.hideable_roots))
    }
}

enum Element<'t> {
    Plain(Json<'t>),
    Hideable(Cow<'t, str>),
}

/// Tells `{"...": digest}` from other elements; an error when `...` has company (§4.2.4.2).
fn element(item: Json<'_>) -> Result<Element<'_>, SdJwtError> {
    let Json::Object(mut object) = item else {
        return Ok(Element::Plain(item));
    };
    match object.remove("...") {
        None => Ok(Element::Plain(Json::Object(object))),
        Some(Json::String(digest)) if object.is_empty() => Ok(Element::Hideable(digest)),
        Some(_) => Err(SdJwtError::Malformed),
    }
}
