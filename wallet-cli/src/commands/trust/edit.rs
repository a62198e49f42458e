//! The changes that `bonafide trust propose` knows by name.

use std::path::Path;

use bonafide::calendar::Day;
use bonafide::did::{self, Did, Relationship};
use bonafide::encoding::json;
use bonafide::key::PublicKey;
use bonafide::trust::{
    Attribute, AttributeStatus, DEFAULT_WEIGHT, Document, GovernanceKey, Grant, ListedKey, OnEnd,
    Validator, Window,
};

use crate::cli::{Propose, ValidatorChange, WhenEnded};
use crate::error::{CliError, Result};
use crate::{files, text};

/// Largest JWK read.
const MAX_JWK: usize = 64 * 1024;

/// Makes the changes asked for. Whether the outcome is a document is seen when it is written.
pub fn apply(document: &mut Document, args: &Propose, today: Day) -> Result<()> {
    document.grace_days = args.grace_days.unwrap_or(document.grace_days);
    for given in &args.attributes.attribute {
        let (id, vct) = pair("--attribute", given)?;
        let vct = vct_of(vct)?;
        match document.attributes.iter_mut().find(|attribute| attribute.id == id) {
            Some(known) if known.vct.contains(&vct) => known.status = AttributeStatus::Active,
            Some(known) => known.vct.push(vct),
            None => document.attributes.push(Attribute {
                id: id.to_owned(),
                vct: vec![vct],
                status: AttributeStatus::Active,
            }),
        }
    }
    for id in &args.attributes.withdraw {
        let mut own = document.attributes.iter_mut();
        let attribute = own.find(|attribute| attribute.id == *id);
        attribute.ok_or_else(|| missing("--withdraw", id, "no such attribute"))?.status =
            AttributeStatus::Withdrawn;
    }
    for given in &args.members.drop_member {
        let before = document.governance.keys.len();
        let is = |key: &GovernanceKey| key.label == *given || key.key.id().as_str() == given;
        document.governance.keys.retain(|key| !is(key));
        if document.governance.keys.len() == before {
            return Err(missing("--drop-member", given, "nobody of that label governs it"));
        }
    }
    for given in &args.members.member {
        document.governance.keys.push(member("--member", given)?);
    }
    document.governance.threshold = args.members.threshold.unwrap_or(document.governance.threshold);
    match &args.validator.validator {
        Some(did) => issuer(document, did, &args.validator, today),
        None => Ok(()),
    }
}

fn issuer(document: &mut Document, did: &str, change: &ValidatorChange, today: Day) -> Result<()> {
    let did = parse("--validator", did)?;
    if change.remove {
        let before = document.validators.len();
        document.validators.retain(|validator| validator.did != did);
        let gone = document.validators.len() < before;
        return gone
            .then_some(())
            .ok_or_else(|| missing("--validator", did.as_str(), "it is not in the list"));
    }
    let place = document.validators.iter().position(|validator| validator.did == did);
    let mut validator = match place {
        Some(place) => document.validators.remove(place),
        None => Validator {
            did: did.clone(),
            group: None,
            roles: Vec::new(),
            keys: Vec::new(),
            min_log_version: None,
            status_signers: Vec::new(),
            approvals: Vec::new(),
        },
    };
    entry(&mut validator, change)?;
    keys(&mut validator, change, today)?;
    approvals(&mut validator, change, today)?;
    document.validators.insert(place.unwrap_or(document.validators.len()), validator);
    Ok(())
}

fn entry(validator: &mut Validator, change: &ValidatorChange) -> Result<()> {
    validator.group = change.group.clone().or(validator.group.take());
    if !change.role.is_empty() {
        validator.roles.clone_from(&change.role);
    }
    validator.min_log_version = change.min_log_version.or(validator.min_log_version);
    for signer in &change.status_signer {
        validator.status_signers.push(parse("--status-signer", signer)?);
    }
    Ok(())
}

fn keys(validator: &mut Validator, change: &ValidatorChange, today: Day) -> Result<()> {
    for given in &change.key {
        let (fragment, key) = pair("--key", given)?;
        let window = Window { from: change.from.unwrap_or(today), until: change.until };
        let (fragment, key) = (fragment.to_owned(), public_key("--key", key)?);
        validator.keys.push(ListedKey { fragment, key, window, compromised: false });
    }
    let mut named = |option: &str, name: &String, then: &dyn Fn(&mut ListedKey)| {
        let name = name.trim_start_matches('#');
        let key = validator.keys.iter_mut().find(|key| key.fragment == name);
        key.map(then).ok_or_else(|| missing(option, name, "no such key is listed"))
    };
    let last = change.until.unwrap_or(today);
    for name in &change.end_key {
        named("--end-key", name, &|key| key.window.until = Some(last))?;
    }
    for name in &change.compromised {
        named("--compromised", name, &|key| key.compromised = true)?;
    }
    Ok(())
}

fn approvals(validator: &mut Validator, change: &ValidatorChange, today: Day) -> Result<()> {
    let Some(on_end) = change.on_end else {
        return Ok(());
    };
    let on_end = match on_end {
        WhenEnded::Grandfather => OnEnd::Grandfather,
        WhenEnded::Invalidate => OnEnd::Invalidate,
    };
    for attribute in &change.end {
        let mut own = validator.approvals.iter_mut().rev();
        let grant = own.find(|grant| grant.attribute == *attribute);
        let grant =
            grant.ok_or_else(|| missing("--end", attribute, "it is not approved for it"))?;
        grant.window.until = Some(change.until.unwrap_or(today));
        grant.on_end = on_end;
    }
    for attribute in &change.approve {
        validator.approvals.push(Grant {
            attribute: attribute.clone(),
            window: Window { from: change.from.unwrap_or(today), until: change.until },
            weight: change.weight.unwrap_or(DEFAULT_WEIGHT),
            max_validity: change.max_validity,
            on_end,
        });
    }
    Ok(())
}

/// Somebody who governs: `LABEL=did:key:…` or `LABEL=FILE` with a JWK.
pub fn member(option: &str, given: &str) -> Result<GovernanceKey> {
    let (label, key) = pair(option, given)?;
    Ok(GovernanceKey { label: label.to_owned(), key: public_key(option, key)? })
}

/// The key inside a DID, or the JWK in a file. What a host says is no key of anybody.
fn public_key(option: &str, given: &str) -> Result<PublicKey> {
    let bad = |what: &dyn std::fmt::Display| {
        CliError::usage(
            format!("{option}: {}: {what}", text::safe(given)),
            "Give a did:key or did:jwk (`bonafide id` prints one), or a file with a public JWK.",
        )
    };
    if given.starts_with("did:") {
        let did = Did::parse(given).map_err(|error| bad(&error))?;
        let document = did::document(&did).map_err(|error| bad(&error))?;
        let key = document.first_key(Relationship::AssertionMethod);
        return key.map(|(_, key)| key.clone()).ok_or_else(|| bad(&"it has no key that signs"));
    }
    let bytes = files::read(Path::new(given), MAX_JWK)?;
    let jwk = json::parse_object(&bytes, MAX_JWK).map_err(|error| bad(&error))?;
    PublicKey::from_jwk(&jwk).map_err(|error| bad(&error))
}

/// The type of that name, or any vct.
pub fn vct_of(given: &str) -> Result<String> {
    match bonafide_credentials::find(given) {
        Some(known) => Ok(known.vct().to_owned()),
        None if given.contains(':') => Ok(given.to_owned()),
        None => Err(CliError::usage(
            format!("{} is no credential type", text::safe(given)),
            "`bonafide types` lists them; any other as its full vct.",
        )),
    }
}

fn parse(option: &str, given: &str) -> Result<Did> {
    Did::parse(given).map_err(|error| {
        let message = format!("{option}: {}: {error}", text::safe(given));
        CliError::usage(message, "Copy the DID whole, from a place you trust.")
    })
}

fn pair<'a>(option: &str, given: &'a str) -> Result<(&'a str, &'a str)> {
    // A DID may hold `=` nowhere, a type can: the first one parts them.
    given.split_once('=').ok_or_else(|| {
        let message = format!("{option} {}: there is no = in it", text::safe(given));
        CliError::usage(message, "Write NAME=VALUE.")
    })
}

fn missing(option: &str, given: &str, what: &str) -> CliError {
    let next = "`bonafide trust show NAME` prints what stands there.";
    CliError::usage(format!("{option} {}: {what}", text::safe(given)), next)
}
