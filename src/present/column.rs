//! Which key answers: the one this verifier has seen, else one that nobody has.

use std::collections::BTreeMap;

use super::{Candidate, Prepared, PresentError, matching};
use crate::clock::Timestamp;
use crate::columns::{Columns, Standing};
use crate::key::{KeyId, Signer};
use crate::request::Request;

/// Whether a key that other verifiers have seen may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// No: they and this verifier could tell that they answered one person.
    Never,
    /// Yes, where no other key has what is asked for. The person was told.
    Allowed,
}

/// How the key of an answer ties its holder to the verifier and to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// Nobody keeps a record of who has seen this key.
    Unrecorded,
    /// The verifier has seen this key before, and nobody else has.
    Known,
    /// The verifier issued this credential for this key, so it learns no key.
    Issuer,
    /// Nobody has seen this key.
    New,
    /// Others have seen this key: they and the verifier can tell that they answered one person.
    Shared,
}

impl Tie {
    /// The stable word for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unrecorded => "unrecorded",
            Self::Known => "known",
            Self::Issuer => "issuer",
            Self::New => "new",
            Self::Shared => "shared",
        }
    }
}

/// What was chosen to answer with. Made only by [`Prepared::choice`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    credential: u32,
    key: KeyId,
    tie: Tie,
}

impl Choice {
    /// The number of the credential in the wallet.
    pub fn credential(&self) -> u32 {
        self.credential
    }

    /// The key it is bound to.
    pub fn key(&self) -> &KeyId {
        &self.key
    }

    /// What the key tells.
    pub fn tie(&self) -> Tie {
        self.tie
    }
}

/// As [`super::prepare`], by the record of who has seen which key. The key that the verifier knows answers; an
/// issuer is answered with any key it issued for; else a key that nobody has seen. A request that
/// nobody signed comes from somebody new every time. Of several credentials under such keys the one that lasts
/// longest answers; a renewal stands in for what it renews.
///
/// # Errors
/// [`PresentError`]; [`PresentError::NoFreeKey`] where only shared keys are left and `sharing` does not
/// allow one.
pub fn prepare_column<'c, H: Signer + Columns>(
    request: &'c Request,
    candidates: &'c [Candidate<'_>],
    holder: &H,
    sharing: Sharing,
    now: Timestamp,
) -> Result<Prepared<'c>, PresentError> {
    let (found, others) = matching(request, candidates, holder, now)?;
    let standing = |prepared: &Prepared<'_>| {
        let verifier = request.verifier();
        let standing = holder.standing(&prepared.credential.key, verifier);
        let issuer = prepared.registered().issuer.as_str();
        let issued = verifier.is_some_and(|verifier| verifier.as_str() == issuer);
        place(standing, issued)
    };
    let mut best: Option<(Place, Vec<Prepared<'c>>)> = None;
    for mut prepared in found {
        let place = standing(&prepared);
        prepared.tie = place.tie();
        match &mut best {
            Some((old, equals)) if *old == place => equals.push(prepared),
            Some((old, _)) if *old < place => {}
            _ => best = Some((place, vec![prepared])),
        }
    }
    let (place, equals) = best.unwrap_or((Place::Compromised, Vec::new()));
    let ids = equals.iter().map(Prepared::credential).collect();
    let best = best_of(equals);
    match (place, best) {
        (_, None) => Err(PresentError::NothingMatches(others)),
        (Place::Compromised, Some(best)) => Err(PresentError::KeyCompromised(best.credential())),
        (Place::Retired, Some(best)) => Err(PresentError::KeyRetired(best.credential())),
        (Place::Taken, _) if sharing == Sharing::Never => Err(PresentError::NoFreeKey(ids)),
        (_, Some(best)) => Ok(best),
    }
}

/// Keys in the order in which they are taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Own,
    Shared,
    Issuer,
    Free,
    Taken,
    Retired,
    Compromised,
}

fn place(standing: Standing, issued: bool) -> Place {
    match standing {
        Standing::Own => Place::Own,
        Standing::Shared => Place::Shared,
        Standing::Free | Standing::Taken if issued => Place::Issuer,
        Standing::Free => Place::Free,
        Standing::Taken => Place::Taken,
        Standing::Retired => Place::Retired,
        Standing::Compromised => Place::Compromised,
    }
}

impl Place {
    fn tie(self) -> Tie {
        match self {
            Self::Own => Tie::Known,
            Self::Issuer => Tie::Issuer,
            Self::Free => Tie::New,
            Self::Shared | Self::Taken | Self::Retired | Self::Compromised => Tie::Shared,
        }
    }
}

/// Of what one issuer issued of one type for one key only the newest, for it may stand in for one that was revoked; of
/// the rest the first of those that last longest.
pub(super) fn best_of(found: Vec<Prepared<'_>>) -> Option<Prepared<'_>> {
    let mut newest = BTreeMap::new();
    for one in &found {
        let age = newest.entry(one.line()).or_insert_with(|| one.age());
        *age = one.age().max(*age);
    }
    let found = found.into_iter().filter(|one| newest.get(&one.line()) == Some(&one.age()));
    found.reduce(|best, other| if other.expires() > best.expires() { other } else { best })
}

impl<'c> Prepared<'c> {
    /// What a renewal has in common with what it renews: key, issuer and type.
    fn line(&self) -> (&'c KeyId, &'c str, &'c str) {
        let Candidate { key, registered, .. } = self.credential;
        (key, &registered.issuer, &registered.vct)
    }

    /// Later is greater.
    fn age(&self) -> (Option<Timestamp>, u32) {
        (self.credential.registered.not_before, self.credential.id)
    }
}

impl Prepared<'_> {
    /// What the key tells the verifier and others.
    pub fn tie(&self) -> Tie {
        self.tie
    }

    /// Credential, key and tie, to be kept while the wallet changes.
    pub fn choice(&self) -> Choice {
        Choice { credential: self.credential.id, key: self.credential.key.clone(), tie: self.tie }
    }
}
