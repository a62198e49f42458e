//! One holder's credentials: signed, and told to the records.

use bonafide::credential::Evidence;
use bonafide::did::Identity;
use bonafide::format::sd_jwt_vc::StatusReference;
use bonafide::issue::Validity;
use bonafide::random::SystemRandom;
use bonafide_credentials::Claims;
use bonafide_records::{
    Identified, Issuing, Level, NewCredential, NewDelivery, Slot, SqliteBook, Subjects,
};

use super::{Holder, add_evidence};
use crate::bulk::token_digest;
use crate::cli::Issue;
use crate::error::{CliError, Result};
use crate::output;

/// What is to be issued, and to which keys of one person.
pub struct Plan<'a> {
    pub claims: &'a Claims,
    pub evidence: Option<Evidence>,
    pub validity: Validity,
    pub holders: &'a [Holder],
}

/// Signs a credential for each key.
pub fn issue(
    args: &Issue,
    plan: &Plan<'_>,
    issuer: &Identity<'_>,
    book: &mut SqliteBook,
) -> Result<(Vec<String>, NewDelivery)> {
    let external_id = match &args.investor {
        Some(id) if id.trim().is_empty() => {
            return Err(CliError::usage("--investor is empty", "Give what you call this person."));
        }
        Some(id) => id.clone(),
        None => known_as(plan.holders, book)?,
    };
    let mut slots = book.free_slots(plan.holders.len(), issuer.did().as_str())?.into_iter();
    let (mut tokens, mut credentials) = (Vec::new(), Vec::new());
    for holder in plan.holders {
        let mut claims = plan.claims.clone();
        claims.set_subject(&holder.did);
        if let Some(evidence) = &plan.evidence {
            add_evidence(&mut claims, evidence)?;
        }
        let kind = claims.definition().name();
        let (assessed_on, key) = (claims.assessed_on().to_owned(), holder.key.id().to_string());
        let before = book.issued_before(&external_id, &[(kind, &assessed_on, &key)])?;
        let before = before.into_iter().flatten().next();
        if before.is_some() {
            output::talk(
                "Note: the same was issued before for this key and day; this is one more.",
            );
        }
        let (slot, record_ref) = (slots.next(), claims.record_ref().map(str::to_owned));
        let status = slot.as_ref().map(reference);
        let level = Level::of(claims.assurance_level());
        let content = claims.into_content();
        let (key_of_holder, status) = (&holder.key, status.as_ref());
        let token =
            content.issue(key_of_holder, plan.validity, status, issuer, &mut SystemRandom)?;
        credentials.push(NewCredential {
            kind: kind.to_owned(),
            assessed_on,
            key,
            reissue: before.map_or(0, |before| before.reissue + 1),
            digest: token_digest(&token),
            slot,
            from: plan.validity.from,
            until: plan.validity.until,
            record_ref,
            level,
        });
        tokens.push(token);
    }
    let nonces = plan.holders.iter();
    let nonces = nonces.filter_map(|one| Some((one.nonce.clone()?, one.key.id().to_string())));
    let identified = match (&args.reidentified, &args.identified_here) {
        (Some(reference), _) => Identified::Anew(reference.clone()),
        (None, Some(reference)) => Identified::Here(reference.clone()),
        (None, None) if args.identity.is_some() => Identified::Shown,
        (None, None) => Identified::Unsaid,
    };
    let delivery = NewDelivery {
        external_id,
        nonces: nonces.collect(),
        credentials,
        identified,
        encrypted: !args.plain,
        job: None,
    };
    Ok((tokens, delivery))
}

/// What the records call the person with one of these keys; a new one by the first DID.
fn known_as(holders: &[Holder], book: &SqliteBook) -> Result<String> {
    for holder in holders {
        if let Some(owner) = book.key_owner(holder.key.id().as_str())?
            && let Some(external_id) = book.subject_of(owner)?.external_id
        {
            return Ok(external_id);
        }
    }
    Ok(holders.first().map(|holder| holder.did.to_string()).unwrap_or_default())
}

/// Where a credential says that its status is found.
pub fn reference(slot: &Slot) -> StatusReference {
    StatusReference { index: u64::from(slot.index), uri: slot.uri.clone() }
}
