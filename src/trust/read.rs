//! Reading a jurisdiction document (docs/jurisdiction.md): every member by its rule, none that is not known.

use super::digest;
use super::document::{
    Attribute, AttributeStatus, DEFAULT_GRACE_DAYS, DEFAULT_WEIGHT, Document, FORMAT, Grant,
    ListedKey, OnEnd, Secondary, Validator, Window,
};
use super::error::JurisdictionError;
use super::governance::{Governance, GovernanceKey, MAX_GOVERNANCE_KEYS};
use super::members::{Members, distinct, text};
use crate::calendar::{Day, Period};
use crate::did::{Did, DidUrl};
use crate::encoding::json::{self, Json};
use crate::key::PublicKey;

/// Most validators in one document.
pub const MAX_VALIDATORS: usize = 10_000;

/// How deep secondary sources go.
pub(super) const MAX_DEPTH: u8 = 4;

const MAX_ATTRIBUTES: usize = 256;
const MAX_TYPES: usize = 64;
const MAX_ROLES: usize = 32;
const MAX_KEYS: usize = 64;
const MAX_STATUS_SIGNERS: usize = 8;
const MAX_APPROVALS: usize = 256;
const MAX_SECONDARY: usize = 32;

/// Longest name of an attribute, a role or a jurisdiction, in bytes.
const MAX_NAME: usize = 64;

/// Longest `vct`, label or group, in bytes.
const MAX_TEXT: usize = 512;

/// The highest sequence number: the last integer that every reader of JSON keeps.
const MAX_SEQ: u64 = (1 << 53) - 1;

type Result<T> = std::result::Result<T, JurisdictionError>;

/// Reads a payload.
pub(super) fn document(payload: &[u8], max_len: usize) -> Result<Document> {
    let mut top = Members::new(json::parse(payload, max_len)?, String::new())?;
    top.text("typ", |typ| (typ == FORMAT).then_some(()))?;
    let id = top.text("id", name)?;
    let seq = top.number("seq", 1..=MAX_SEQ)?.map_or_else(|| top.malformed("seq"), Ok)?;
    let prev = top.optional_text("prev", digest::read)?;
    if prev.is_none() != (seq == 1) {
        return top.malformed("prev");
    }
    let issued = top.day("issued")?;
    let next_update = top.day("next_update")?;
    let expires = top.day("expires")?;
    if next_update < issued || expires < next_update {
        return top.malformed(if next_update < issued { "next_update" } else { "expires" });
    }
    let grace_days = top.number("grace_days", 0..=3650)?.unwrap_or(DEFAULT_GRACE_DAYS.into());
    let governance = governance(top.required("governance")?)?;
    let attributes = top.optional_list("attributes", MAX_ATTRIBUTES, attribute)?;
    distinct(&attributes, "attributes", |attribute| attribute.id.clone())?;
    let validators = top.optional_list("validators", MAX_VALIDATORS, validator)?;
    distinct(&validators, "validators", |validator| validator.did.as_str().to_owned())?;
    all_grants_are_for_attributes(&validators, &attributes)?;
    let secondary = top.optional_list("secondary", MAX_SECONDARY, secondary)?;
    distinct(&secondary, "secondary", |other| other.id.clone())?;
    if secondary.iter().any(|other| other.id == id) {
        return top.malformed("secondary");
    }
    top.done()?;
    let grace_days = u16::try_from(grace_days).unwrap_or(0);
    Ok(Document {
        id,
        seq,
        prev,
        issued,
        next_update,
        expires,
        grace_days,
        governance,
        attributes,
        validators,
        secondary,
    })
}

fn governance(json: Json<'_>) -> Result<Governance> {
    let place = "governance".to_owned();
    let mut members = Members::new(json, place)?;
    let keys = members.list("keys", MAX_GOVERNANCE_KEYS, |json, place| {
        let mut members = Members::new(json, place)?;
        let label = members.text("label", free_text)?;
        let key = jwk(&mut members)?;
        members.done()?;
        Ok(GovernanceKey { label, key })
    })?;
    distinct(&keys, "governance.keys", |key| key.key.id())?;
    let threshold = members.number("threshold", 1..=keys.len() as u64)?;
    let threshold = threshold.and_then(|threshold| u8::try_from(threshold).ok());
    let Some(threshold) = threshold else {
        return members.malformed("threshold");
    };
    members.done()?;
    Ok(Governance { threshold, keys })
}

fn attribute(json: Json<'_>, place: String) -> Result<Attribute> {
    let mut members = Members::new(json, place)?;
    let id = members.text("id", name)?;
    let vct = members.list("vct", MAX_TYPES, text(free_text))?;
    distinct(&vct, &members.place("vct"), String::clone)?;
    let status = members.text("status", |status| match status {
        "active" => Some(AttributeStatus::Active),
        "withdrawn" => Some(AttributeStatus::Withdrawn),
        _ => None,
    })?;
    members.done()?;
    Ok(Attribute { id, vct, status })
}

fn validator(json: Json<'_>, place: String) -> Result<Validator> {
    let mut members = Members::new(json, place)?;
    let did = members.text("did", did)?;
    let group = members.optional_text("group", free_text)?;
    let roles = members.optional_list("roles", MAX_ROLES, text(name))?;
    distinct(&roles, &members.place("roles"), String::clone)?;
    let keys = members.optional_list("keys", MAX_KEYS, |json, place| key(json, place, &did))?;
    distinct(&keys, &members.place("keys"), |key| key.fragment.clone())?;
    let version = members.number("min_log_version", 1..=u64::from(u32::MAX))?;
    if version.is_some() && did.method() != "webvh" {
        return members.malformed("min_log_version");
    }
    let status_signers =
        members.optional_list("status_signers", MAX_STATUS_SIGNERS, text(self::did))?;
    let approvals = members.optional_list("approvals", MAX_APPROVALS, grant)?;
    no_overlaps(&approvals, &members.place("approvals"))?;
    members.done()?;
    let min_log_version = version.and_then(|version| u32::try_from(version).ok());
    Ok(Validator { did, group, roles, keys, min_log_version, status_signers, approvals })
}

fn key(json: Json<'_>, place: String, did: &Did) -> Result<ListedKey> {
    let mut members = Members::new(json, place)?;
    let fragment = members.text("kid", |kid| {
        let url = DidUrl::parse(&format!("{did}{kid}")).ok()?;
        kid.strip_prefix('#').filter(|own| *own == url.fragment()).map(str::to_owned)
    })?;
    let key = jwk(&mut members)?;
    let window = window(&mut members)?;
    let compromised = members.flag("compromised")?;
    members.done()?;
    Ok(ListedKey { fragment, key, window, compromised })
}

fn grant(json: Json<'_>, place: String) -> Result<Grant> {
    let mut members = Members::new(json, place)?;
    let attribute = members.text("attr", name)?;
    let window = window(&mut members)?;
    let weight = members.number("weight", 0..=1000)?.unwrap_or(DEFAULT_WEIGHT.into());
    let max_validity = members.optional_text("max_validity", |text| Period::parse(text).ok())?;
    let on_end = members.text("on_end", |text| match text {
        "grandfather" => Some(OnEnd::Grandfather),
        "invalidate" => Some(OnEnd::Invalidate),
        _ => None,
    })?;
    members.done()?;
    let weight = u16::try_from(weight).unwrap_or(0);
    Ok(Grant { attribute, window, weight, max_validity, on_end })
}

fn secondary(json: Json<'_>, place: String) -> Result<Secondary> {
    let mut members = Members::new(json, place)?;
    let id = members.text("id", name)?;
    let attributes = members.list("attrs", MAX_ATTRIBUTES, text(name))?;
    distinct(&attributes, &members.place("attrs"), String::clone)?;
    let depth = members.number("depth", 1..=MAX_DEPTH.into())?;
    let Some(depth) = depth.and_then(|depth| u8::try_from(depth).ok()) else {
        return members.malformed("depth");
    };
    members.done()?;
    Ok(Secondary { id, attributes, depth })
}

fn window(members: &mut Members<'_>) -> Result<Window> {
    let from = members.day("from")?;
    let until = members.optional_text("until", |text| Day::parse(text).ok())?;
    if until.is_some_and(|until| until < from) {
        return members.malformed("until");
    }
    Ok(Window { from, until })
}

fn jwk(members: &mut Members<'_>) -> Result<PublicKey> {
    let json = members.required("jwk")?;
    let key = json.as_object().and_then(|jwk| PublicKey::from_jwk(jwk).ok());
    key.map_or_else(|| members.malformed("jwk"), Ok)
}

fn all_grants_are_for_attributes(validators: &[Validator], attributes: &[Attribute]) -> Result<()> {
    for (n, validator) in validators.iter().enumerate() {
        for (m, grant) in validator.approvals.iter().enumerate() {
            if attributes.iter().all(|attribute| attribute.id != grant.attribute) {
                let place = format!("validators[{n}].approvals[{m}].attr");
                return Err(JurisdictionError::Malformed(place));
            }
        }
    }
    Ok(())
}

/// One attribute is approved by one entry on any day: two could say different things about its end.
fn no_overlaps(grants: &[Grant], place: &str) -> Result<()> {
    for (n, grant) in grants.iter().enumerate() {
        let mut earlier = grants.iter().take(n);
        let same = |other: &Grant| {
            other.attribute == grant.attribute && other.window.overlaps(&grant.window)
        };
        if earlier.any(same) {
            return Err(JurisdictionError::Malformed(format!("{place}[{n}]")));
        }
    }
    Ok(())
}

fn did(text: &str) -> Option<Did> {
    Did::parse(text).ok()
}

/// A name that is also the name of a file: small letters, digits, `.`, `_` and `-`, the first a letter or digit.
pub(super) fn name(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let more = |b: u8| plain(b) || matches!(b, b'.' | b'_' | b'-');
    let good =
        text.len() <= MAX_NAME && text.bytes().next().is_some_and(plain) && text.bytes().all(more);
    good.then(|| text.to_owned())
}

/// Text for people, or an identifier of somebody else's making.
fn free_text(text: &str) -> Option<String> {
    let good = !text.is_empty() && text.len() <= MAX_TEXT && !text.chars().any(char::is_control);
    good.then(|| text.to_owned())
}
