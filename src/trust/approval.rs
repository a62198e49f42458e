//! What is asked of the jurisdictions, and what they answer.

use std::sync::Arc;

use super::document::{Grant, Validator};
use super::jurisdiction::Jurisdiction;
use crate::calendar::{Day, Period};
use crate::clock::{DAY, Timestamp};
use crate::did::Did;
use crate::key::PublicKey;

/// Whether an issuer may attest this: asked once for a credential.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The issuer.
    pub issuer: &'a Did,
    /// The fragment of the DID URL of the key that signed.
    pub key_fragment: &'a str,
    /// That key, as the DID gives it.
    pub key: &'a PublicKey,
    /// The credential's type.
    pub vct: &'a str,
    /// When it begins to be valid: issuers' windows are about this moment.
    pub not_before: Timestamp,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// The moment of the decision.
    pub now: Timestamp,
    /// Only as this attribute; `None` for any that the type attests.
    pub attribute: Option<&'a str>,
    /// Only by these jurisdictions, and by those that they believe; empty for all.
    pub jurisdictions: &'a [&'a str],
}

/// An issuer may attest this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval<'a> {
    /// The jurisdiction that says so, be it a secondary source of another.
    pub jurisdiction: &'a Jurisdiction,
    /// The issuer's entry.
    pub validator: &'a Validator,
    /// The approval in it.
    pub grant: &'a Grant,
    /// The first second after the last day of the issuer's key, where the jurisdiction ends it.
    pub key_until: Option<Timestamp>,
}

impl<'a> Approval<'a> {
    /// The attribute approved for.
    pub fn attribute(&self) -> &'a str {
        &self.grant.attribute
    }

    /// Whom the issuer belongs to: one voice for each group.
    pub fn group(&self) -> &'a str {
        self.validator.group.as_deref().unwrap_or(self.validator.did.as_str())
    }

    /// What the issuer is, by law or trade.
    pub fn roles(&self) -> &'a [String] {
        &self.validator.roles
    }

    /// How much it counts where several issuers are demanded.
    pub fn weight(&self) -> u16 {
        self.grant.weight
    }

    /// Days for which a key retired in order still counts.
    pub fn grace_days(&self) -> u16 {
        self.jurisdiction.grace_days()
    }

    /// The first second at which a key that the jurisdiction has ended counts no more: its end and the grace.
    pub fn key_counts_until(&self) -> Option<Timestamp> {
        self.key_until.map(|end| end.plus(i64::from(self.grace_days()) * DAY))
    }

    /// The least version of the issuer's did:webvh log.
    pub fn min_log_version(&self) -> Option<u32> {
        self.validator.min_log_version
    }
}

/// The rules in the order they are applied, for each jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The issuer is in the list.
    Listed,
    /// No list here says that its key is compromised.
    KeyNotCompromised,
    /// The list, and the one that believes it, still count.
    Current,
    /// It is approved for this type.
    Approved,
    /// Its key is listed, where keys are.
    KeyListed,
    /// The key was to sign on that day.
    KeyWindow,
    /// The approval was in force on that day.
    ApprovalWindow,
    /// No end of it takes back what was issued.
    NotInvalidated,
    /// The credential does not live longer than allowed.
    Validity,
}

impl Rule {
    /// All, in order.
    pub const ALL: [Self; 9] = [
        Self::Listed,
        Self::KeyNotCompromised,
        Self::Current,
        Self::Approved,
        Self::KeyListed,
        Self::KeyWindow,
        Self::ApprovalWindow,
        Self::NotInvalidated,
        Self::Validity,
    ];

    /// What holds where it is passed.
    pub fn statement(self) -> &'static str {
        match self {
            Self::Listed => "the issuer is in the list",
            Self::KeyNotCompromised => "its key is not marked as compromised",
            Self::Current => "the list has not expired",
            Self::Approved => "it is approved for this",
            Self::KeyListed => "its key is one of those listed, or none is listed",
            Self::KeyWindow => "the key was to sign on that day",
            Self::ApprovalWindow => "the approval was in force on that day",
            Self::NotInvalidated => "no end of the approval takes back what was issued",
            Self::Validity => "the credential lives no longer than allowed",
        }
    }
}

/// Why a jurisdiction does not approve. The jurisdiction is named, but where none lists the issuer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disapproval {
    /// No list has the issuer.
    #[error("the issuer is in no list")]
    Unknown,
    /// The key is compromised, by any of the lists.
    #[error("{jurisdiction}: the issuer's key is marked as compromised")]
    KeyCompromised {
        /// Which list says so.
        jurisdiction: Arc<str>,
    },
    /// The list has expired: what it says now is not known.
    #[error("{jurisdiction}: the list expired after {expires}")]
    Stale {
        /// Which list.
        jurisdiction: Arc<str>,
        /// The last day on which it counted.
        expires: Day,
    },
    /// The issuer is listed, but not for this type.
    #[error("{jurisdiction}: the issuer is not approved for this")]
    NotApproved {
        /// Which list.
        jurisdiction: Arc<str>,
    },
    /// The list has keys of the issuer, and this one is not among them.
    #[error("{jurisdiction}: the issuer's key is not one of those listed")]
    KeyNotListed {
        /// Which list.
        jurisdiction: Arc<str>,
    },
    /// The key signed outside its days.
    #[error("{jurisdiction}: the issuer's key is listed from {from}{}", to(.until))]
    KeyOutsideWindow {
        /// Which list.
        jurisdiction: Arc<str>,
        /// Its first day.
        from: Day,
        /// Its last day.
        until: Option<Day>,
    },
    /// Issued before or after the approval.
    #[error("{jurisdiction}: the issuer is approved from {from}{}", to(.until))]
    OutsideWindow {
        /// Which list.
        jurisdiction: Arc<str>,
        /// The first day.
        from: Day,
        /// The last day.
        until: Option<Day>,
    },
    /// The approval has ended, and takes with it what was issued under it.
    #[error(
        "{jurisdiction}: the approval ended after {until}, and what was issued under it does not stand"
    )]
    EndedInvalidated {
        /// Which list.
        jurisdiction: Arc<str>,
        /// The last day.
        until: Day,
    },
    /// The credential lives longer than the approval allows, or without end.
    #[error("{jurisdiction}: credentials may be valid for {max_validity} at most")]
    TooLong {
        /// Which list.
        jurisdiction: Arc<str>,
        /// The longest life.
        max_validity: Period,
    },
}

fn to(until: &Option<Day>) -> String {
    until.map_or(String::new(), |until| format!(" to {until}"))
}

impl Disapproval {
    /// The stable string code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "issuer-unknown",
            Self::KeyCompromised { .. } => "key-compromised",
            Self::Stale { .. } => "trust-list-stale",
            Self::NotApproved { .. } => "not-authorised",
            Self::KeyNotListed { .. } => "key-not-listed",
            Self::KeyOutsideWindow { .. } => "key-outside-window",
            Self::OutsideWindow { .. } => "approval-outside-window",
            Self::EndedInvalidated { .. } => "approval-invalidated",
            Self::TooLong { .. } => "validity-too-long",
        }
    }

    /// The rule that is not kept. Those before it are.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Unknown => Rule::Listed,
            Self::KeyCompromised { .. } => Rule::KeyNotCompromised,
            Self::Stale { .. } => Rule::Current,
            Self::NotApproved { .. } => Rule::Approved,
            Self::KeyNotListed { .. } => Rule::KeyListed,
            Self::KeyOutsideWindow { .. } => Rule::KeyWindow,
            Self::OutsideWindow { .. } => Rule::ApprovalWindow,
            Self::EndedInvalidated { .. } => Rule::NotInvalidated,
            Self::TooLong { .. } => Rule::Validity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_told_with_its_days() {
        let day = |text| Day::parse(text).unwrap();
        let told = |until| {
            let (jurisdiction, from) = ("us".into(), day("2026-03-01"));
            Disapproval::OutsideWindow { jurisdiction, from, until }.to_string()
        };
        assert_eq!(told(None), "us: the issuer is approved from 2026-03-01");
        let ended = told(Some(day("2026-06-30")));
        assert_eq!(ended, "us: the issuer is approved from 2026-03-01 to 2026-06-30");
    }
}
