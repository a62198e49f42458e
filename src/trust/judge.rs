//! The rules by which one jurisdiction approves.

use std::sync::Arc;

use super::approval::{Approval, Disapproval, Query};
use super::document::{Attribute, AttributeStatus, Grant, ListedKey, OnEnd, Validator};
use super::jurisdiction::Jurisdiction;
use crate::calendar::Day;
use crate::clock::{DAY, Timestamp};
use crate::key::PublicKey;

/// An issuer's entry in one list.
#[derive(Clone, Copy)]
pub(super) struct Listing<'a> {
    /// The list's id, shared.
    pub(super) id: &'a Arc<str>,
    pub(super) jurisdiction: &'a Jurisdiction,
    pub(super) validator: &'a Validator,
}

impl<'a> Listing<'a> {
    /// Whether the list marks the key as compromised, under whatever name.
    pub(super) fn marks_compromised(&self, key: &PublicKey) -> bool {
        self.validator.keys.iter().any(|listed| listed.compromised && listed.key == *key)
    }

    /// Every rule from `Current` on. `allows` says which attributes count.
    pub(super) fn judge(
        &self,
        query: &Query<'_>,
        allows: impl Fn(&str) -> bool,
    ) -> Result<Approval<'a>, Disapproval> {
        if self.jurisdiction.is_stale(query.now) {
            let expires = self.jurisdiction.last_day();
            return Err(Disapproval::Stale { jurisdiction: self.name(), expires });
        }
        let fits = |grant: &&Grant| allows(&grant.attribute) && self.attests(grant, query);
        let mut grants = self.validator.approvals.iter().filter(fits).peekable();
        if grants.peek().is_none() {
            return Err(Disapproval::NotApproved { jurisdiction: self.name() });
        }
        let key = self.key((query.key_fragment, query.key), query.not_before)?;
        let key_until = key.and_then(|key| key.window.until).map(Day::end);
        let mut closest: Option<Disapproval> = None;
        for grant in grants {
            match self.grant(grant, query) {
                Ok(()) => {
                    let Self { jurisdiction, validator, .. } = *self;
                    return Ok(Approval { jurisdiction, validator, grant, key_until });
                }
                Err(reason) => {
                    closest =
                        closest.filter(|other| other.rule() >= reason.rule()).or(Some(reason));
                }
            }
        }
        Err(closest.unwrap_or_else(|| Disapproval::NotApproved { jurisdiction: self.name() }))
    }

    /// Whether the approval is for an attribute that credentials of this type attest.
    fn attests(&self, grant: &Grant, query: &Query<'_>) -> bool {
        let attributes = &self.jurisdiction.document().attributes;
        let attests = |attribute: &Attribute| {
            attribute.id == grant.attribute
                && attribute.status == AttributeStatus::Active
                && attribute.vct.iter().any(|vct| vct == query.vct)
        };
        query.attribute.is_none_or(|wanted| wanted == grant.attribute)
            && attributes.iter().any(attests)
    }

    /// Whether the key may have signed a status list on that day, and has not been retired for longer than the grace.
    pub(super) fn lets_sign(
        &self,
        key: (&str, &PublicKey),
        signed_on: Timestamp,
        now: Timestamp,
    ) -> Result<(), Disapproval> {
        let Some(listed) = self.key(key, signed_on)? else { return Ok(()) };
        let grace = i64::from(self.jurisdiction.grace_days()) * DAY;
        match listed.window.until {
            Some(until) if until.end().plus(grace) <= now => Err(self.outside_window(listed)),
            _ => Ok(()),
        }
    }

    /// The entry of the key, by its fragment and itself, where the list has keys of the issuer.
    fn key(
        &self,
        (fragment, key): (&str, &PublicKey),
        signed_on: Timestamp,
    ) -> Result<Option<&'a ListedKey>, Disapproval> {
        let keys = &self.validator.keys;
        if keys.is_empty() {
            return Ok(None);
        }
        let own = |listed: &&ListedKey| listed.fragment == fragment && listed.key == *key;
        let listed = keys.iter().find(own).filter(|listed| !listed.compromised);
        let listed =
            listed.ok_or_else(|| Disapproval::KeyNotListed { jurisdiction: self.name() })?;
        if listed.window.contains(Day::of(signed_on)) {
            Ok(Some(listed))
        } else {
            Err(self.outside_window(listed))
        }
    }

    fn outside_window(&self, listed: &ListedKey) -> Disapproval {
        let (from, until) = (listed.window.from, listed.window.until);
        Disapproval::KeyOutsideWindow { jurisdiction: self.name(), from, until }
    }

    fn grant(&self, grant: &Grant, query: &Query<'_>) -> Result<(), Disapproval> {
        let window = grant.window;
        if !window.contains(Day::of(query.not_before)) {
            let (from, until) = (window.from, window.until);
            return Err(Disapproval::OutsideWindow { jurisdiction: self.name(), from, until });
        }
        if let (OnEnd::Invalidate, Some(until)) = (grant.on_end, window.until)
            && until < Day::of(query.now)
        {
            return Err(Disapproval::EndedInvalidated { jurisdiction: self.name(), until });
        }
        if let Some(max_validity) = grant.max_validity {
            let latest = max_validity.after(query.not_before);
            if query.expires.is_none_or(|expires| expires > latest) {
                return Err(Disapproval::TooLong { jurisdiction: self.name(), max_validity });
            }
        }
        Ok(())
    }

    /// For reasons: sharing it allocates nothing, so that a list which does not approve costs the next one nothing.
    pub(super) fn name(&self) -> Arc<str> {
        Arc::clone(self.id)
    }
}
