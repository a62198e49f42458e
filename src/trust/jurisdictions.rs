//! All the jurisdictions that a verifier believes, indexed by issuer.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::DEFAULT_GRACE_DAYS;
use super::approval::{Approval, Disapproval, Query};
use super::judge::Listing;
use super::jurisdiction::Jurisdiction;
use super::read::MAX_DEPTH;
use crate::clock::Timestamp;
use crate::did::Did;
use crate::key::PublicKey;

/// The jurisdictions that a verifier believes. Looking up an issuer costs the same however many there are.
#[derive(Clone, Debug, Default)]
pub struct Jurisdictions {
    /// By id, the newest of each.
    all: BTreeMap<Arc<str>, Jurisdiction>,
    /// For each issuer, the lists that have it and its place in them.
    issuers: HashMap<Did, Vec<(Arc<str>, usize)>>,
    /// Who signs status lists for them, besides themselves.
    signers: HashSet<Did>,
}

/// What one jurisdiction says to a query.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// Which one.
    pub jurisdiction: &'a Jurisdiction,
    /// What it says.
    pub outcome: Result<Approval<'a>, Disapproval>,
}

impl Jurisdictions {
    /// Indexes them. Of several with one id the newest counts.
    pub fn new(jurisdictions: impl IntoIterator<Item = Jurisdiction>) -> Self {
        let mut all: BTreeMap<Arc<str>, Jurisdiction> = BTreeMap::new();
        for jurisdiction in jurisdictions {
            let known = all.get(jurisdiction.id());
            if known.is_none_or(|known| known.seq() < jurisdiction.seq()) {
                all.insert(jurisdiction.id().into(), jurisdiction);
            }
        }
        let mut issuers: HashMap<Did, Vec<(Arc<str>, usize)>> = HashMap::new();
        let mut signers = HashSet::new();
        for (id, jurisdiction) in &all {
            for (place, validator) in jurisdiction.document().validators.iter().enumerate() {
                issuers.entry(validator.did.clone()).or_default().push((Arc::clone(id), place));
                signers.extend(validator.status_signers.iter().cloned());
            }
        }
        Self { all, issuers, signers }
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Jurisdiction> {
        self.all.values()
    }

    /// The one of that id.
    pub fn get(&self, id: &str) -> Option<&Jurisdiction> {
        self.all.get(id)
    }

    /// The first approval, by the order of the jurisdictions' ids; nothing is allocated for it.
    ///
    /// A key that any of the lists marks as compromised is approved by none, also not by lists that the query leaves out.
    ///
    /// # Errors
    /// Why each of those that list the issuer does not approve; [`Disapproval::Unknown`] alone where none lists it.
    pub fn approval(&self, query: &Query<'_>) -> Result<Approval<'_>, Vec<Disapproval>> {
        self.approval_for(query, |_| true)
    }

    /// Likewise, the first that `suits`, or the first of all.
    pub(crate) fn approval_for(
        &self,
        query: &Query<'_>,
        suits: impl Fn(&Approval<'_>) -> bool,
    ) -> Result<Approval<'_>, Vec<Disapproval>> {
        if let Some(compromised) = self.compromised(query) {
            return Err(vec![compromised]);
        }
        let listings = || self.listings(query.issuer).filter(|l| self.is_asked(query, l));
        let mut approvals = listings().filter_map(|listing| self.ask(&listing, query).ok());
        if let Some(first) = approvals.next() {
            let better = if suits(&first) { None } else { approvals.find(suits) };
            return Ok(better.unwrap_or(first));
        }
        let mut reasons: Vec<_> = listings().filter_map(|l| self.ask(&l, query).err()).collect();
        if reasons.is_empty() {
            reasons.push(Disapproval::Unknown);
        }
        Err(reasons)
    }

    /// What each jurisdiction says that the query is about, for explaining.
    pub fn answers(&self, query: &Query<'_>) -> Vec<Answer<'_>> {
        let compromised = self.compromised(query);
        let answer = |jurisdiction| {
            let listing = self.listings(query.issuer).find(|l| l.jurisdiction == jurisdiction);
            let outcome = match (listing, &compromised) {
                (None, _) => Err(Disapproval::Unknown),
                (Some(_), Some(compromised)) => Err(compromised.clone()),
                (Some(listing), None) => self.ask(&listing, query),
            };
            Answer { jurisdiction, outcome }
        };
        self.all.values().filter(|other| self.is_reached(query, other.id())).map(answer).collect()
    }

    /// Who besides the issuer itself may sign status lists for it now.
    pub fn status_signers(&self, issuer: &Did, now: Timestamp) -> impl Iterator<Item = &Did> {
        let current = move |listing: &Listing<'_>| !listing.jurisdiction.is_stale(now);
        self.listings(issuer).filter(current).flat_map(|listing| &listing.validator.status_signers)
    }

    /// Whether any list here names the DID: as one who may attest something, or who signs status lists for one.
    pub(crate) fn names(&self, did: &Did) -> bool {
        self.issuers.contains_key(did) || self.signers.contains(did)
    }

    /// Whether any list here marks this key of the issuer as compromised.
    pub fn is_compromised(&self, issuer: &Did, key: &PublicKey) -> bool {
        self.listings(issuer).any(|listing| listing.marks_compromised(key))
    }

    /// Whether a key may have signed a status list on that day, by the lists that have its DID: one of them has this key,
    /// or no keys of the DID. In no list: yes.
    pub(crate) fn lets_sign(
        &self,
        signer: &Did,
        key: (&str, &PublicKey),
        signed_on: Timestamp,
        now: Timestamp,
    ) -> Result<(), Disapproval> {
        let mut refused = None;
        for listing in self.listings(signer) {
            match listing.lets_sign(key, signed_on, now) {
                Ok(()) => return Ok(()),
                Err(reason) => refused = refused.or(Some(reason)),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Days for which a key of this DID still counts once it was retired: the fewest that a list with it gives.
    pub(crate) fn grace_days(&self, signer: &Did) -> u16 {
        let grace = self.listings(signer).map(|listing| listing.jurisdiction.grace_days());
        grace.min().unwrap_or(DEFAULT_GRACE_DAYS)
    }

    /// Whether any list here has the issuer.
    pub fn lists(&self, issuer: &Did) -> bool {
        self.listings(issuer).next().is_some()
    }

    fn listings(&self, issuer: &Did) -> impl Iterator<Item = Listing<'_>> {
        self.issuers.get(issuer).into_iter().flatten().filter_map(|(id, place)| {
            let jurisdiction = self.all.get(id)?;
            let validator = jurisdiction.document().validators.get(*place)?;
            Some(Listing { id, jurisdiction, validator })
        })
    }

    fn compromised(&self, query: &Query<'_>) -> Option<Disapproval> {
        let listing =
            self.listings(query.issuer).find(|listing| listing.marks_compromised(query.key))?;
        Some(Disapproval::KeyCompromised { jurisdiction: listing.name() })
    }

    fn is_asked(&self, query: &Query<'_>, listing: &Listing<'_>) -> bool {
        self.is_reached(query, listing.jurisdiction.id())
    }

    /// Whether the query is about this jurisdiction, for whatever attribute.
    fn is_reached(&self, query: &Query<'_>, id: &str) -> bool {
        self.believers(query, id, None, None).next().is_some() || query.jurisdictions.is_empty()
    }

    fn ask<'s>(
        &'s self,
        listing: &Listing<'s>,
        query: &Query<'_>,
    ) -> Result<Approval<'s>, Disapproval> {
        let id = listing.jurisdiction.id();
        let allowed = |attribute: &str, now| {
            let mut believers = self.believers(query, id, Some(attribute), now);
            query.jurisdictions.is_empty() || believers.next().is_some()
        };
        let answer = listing.judge(query, |attribute| allowed(attribute, Some(query.now)));
        if !matches!(answer, Err(Disapproval::NotApproved { .. })) {
            return answer;
        }
        // Not approved because a list that believes this one has expired?
        match listing.judge(query, |attribute| allowed(attribute, None)) {
            Err(Disapproval::NotApproved { .. }) => answer,
            _ => self.stale_believer(query, id).map_or(answer, Err),
        }
    }

    /// Which of the jurisdictions that the query names is, or believes, the one called `id`, for this attribute; by
    /// documents that have not expired where `now` is given.
    fn believers<'q>(
        &'q self,
        query: &'q Query<'_>,
        id: &'q str,
        attribute: Option<&'q str>,
        now: Option<Timestamp>,
    ) -> impl Iterator<Item = &'q Jurisdiction> {
        let roots = query.jurisdictions.iter().filter_map(|root| self.all.get(*root));
        roots.filter(move |root| {
            root.id() == id || self.believes(root, id, attribute, now, MAX_DEPTH)
        })
    }

    /// Whether `from` believes `id`, itself or through others that are here, at most `depth` of them. Every step counts
    /// the depth down, so circles come to an end.
    fn believes(
        &self,
        from: &Jurisdiction,
        id: &str,
        attribute: Option<&str>,
        now: Option<Timestamp>,
        depth: u8,
    ) -> bool {
        if depth == 0 || now.is_some_and(|now| from.is_stale(now)) {
            return false;
        }
        let secondary = &from.document().secondary;
        let fits = |list: &[String]| attribute.is_none_or(|a| list.iter().any(|other| other == a));
        let mut fitting = secondary.iter().filter(|other| fits(&other.attributes));
        fitting.any(|other| {
            let deeper = depth.min(other.depth).saturating_sub(1);
            other.id == id
                || self
                    .all
                    .get(other.id.as_str())
                    .is_some_and(|next| self.believes(next, id, attribute, now, deeper))
        })
    }

    /// Which of those that believe the one called `id`, directly or not, has expired.
    fn stale_believer(&self, query: &Query<'_>, id: &str) -> Option<Disapproval> {
        let mut stale = self.all.iter().filter(|(_, other)| other.is_stale(query.now));
        let (name, stale) =
            stale.find(|(_, other)| self.believes(other, id, None, None, MAX_DEPTH))?;
        Some(Disapproval::Stale { jurisdiction: Arc::clone(name), expires: stale.last_day() })
    }
}
