//! Whether a credential that somebody holds still stands: the status check by itself.

use super::findings::Findings;
use super::keys::Problem;
use super::status::{self, Concerned};
use super::{Case, Memory, Reason, Received, Verifier};
use crate::clock::Timestamp;
use crate::policy::Policy;

/// What the status lists at hand say of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It names no list: it counts until it ends.
    NoStatus,
    /// It stands.
    Stands {
        /// When the list that says so was issued.
        as_of: Timestamp,
        /// That list, as received.
        list: String,
    },
    /// It was revoked or suspended, its list has no place for it, or the key that signed it was compromised.
    Ended {
        /// The string code.
        kind: &'static str,
        /// What was found.
        detail: String,
        /// The list that says so, as received.
        list: Option<String>,
    },
    /// The lists at hand do not tell.
    Open {
        /// Why not.
        detail: String,
    },
}

impl Standing {
    /// The list that decided, as received.
    pub fn decided_by(&self) -> Option<&str> {
        match self {
            Self::Stands { list, .. } => Some(list),
            Self::Ended { list, .. } => list.as_deref(),
            Self::NoStatus | Self::Open { .. } => None,
        }
    }
}

impl Verifier {
    /// What the status lists and histories of issuers that this verifier knows say of a credential that was received before.
    pub fn standing(&self, credential: &Received, now: Timestamp) -> Standing {
        let (policy, memory) = (Policy::as_requested(), Memory::default());
        let case = Case::of_holder((&policy, &memory), now);
        if let Some((kind, detail)) = self.lost_key(credential, &case) {
            return Standing::Ended { kind, detail, list: None };
        }
        let Some(reference) = &credential.registered().status else {
            return Standing::NoStatus;
        };
        let signers = [credential.issuer()];
        let concerned = Concerned { reference, signers: &signers, staples: &[], believed: false };
        let mut findings = Findings::default();
        let decided = status::check(&concerned, self, &case, &mut findings);
        let reasons = findings.ranked();
        let decided = decided.map(|(as_of, list)| (as_of, list.to_owned()));
        // Two lists that contradict each other tell a holder nothing, though no verifier takes what names them.
        let forked = reasons.iter().find(|reason| reason.kind() == "status-forked");
        let ends = |reason: &Reason| forked.is_none() && !reason.is_undetermined();
        match (forked.or(reasons.first()), decided) {
            (None, Some((as_of, list))) => Standing::Stands { as_of, list },
            (Some(reason), decided) if ends(reason) => Standing::Ended {
                kind: reason.kind(),
                detail: reason.detail().to_owned(),
                list: decided.map(|(_, list)| list),
            },
            (reason, _) => {
                let detail = reason.map_or("no list decides", |reason| reason.detail());
                Standing::Open { detail: detail.to_owned() }
            }
        }
    }

    /// Whether the key that signed it is known to be compromised: then nobody takes it, whatever its list says.
    fn lost_key(&self, credential: &Received, case: &Case<'_>) -> Option<Problem> {
        let registered = credential.registered();
        let begins = || registered.not_before.or(registered.issued_at);
        let mut findings = Findings::default();
        let signer = Some(credential.signer());
        match self.keys.of_issuer(signer, begins, case, &mut findings) {
            Err((kind @ "key-compromised", _)) => Some((
                kind,
                "the issuer's key was compromised: ask the issuer for a new one".into(),
            )),
            _ => None,
        }
    }
}
