//! `bonafide did create`.

use bonafide::did::{Did, Identity};
use bonafide::key::Algorithm;
use bonafide::resolve::webvh::author::{self, DocumentKey, NewEntry};
use bonafide::resolve::{DidMaterial, Location};
use bonafide::wallet::DidRole;

use super::save;
use crate::cli::{DidCreate, KeyKind};
use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::{Kept, name};
use crate::text;

pub fn run(context: &Context, args: &DidCreate) -> Result<()> {
    if let Some(kept) = Kept::read(&context.home)? {
        let (message, next) = match kept.document(context.now) {
            Err(error) if error.code() == "did-deactivated" => (
                format!("this home issued as {}, which has ended", kept.did),
                "Take another --home: the lists and records here are those of that DID.",
            ),
            _ => (
                format!("this home issues as {} already", kept.did),
                "Give its keys a change with `bonafide did rotate`, or take another --home.",
            ),
        };
        return Err(CliError::refused("did-exists", message, next));
    }
    let given = args.web.as_ref().or(args.webvh.as_ref()).map(String::as_str).unwrap_or_default();
    let place = place(given);
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let assertion = wallet.did_key(DidRole::Assertion, algorithm(args.key), 0)?;
    let keys = [DocumentKey {
        name: name(0),
        key: assertion.public().clone(),
        expires: None,
        revoked: None,
    }];
    let kept = if args.web.is_some() {
        let refused = |error: &dyn std::fmt::Display| {
            let message = format!("{} names no place for a DID: {error}", text::safe(given));
            let next = "Give a public host, and a path if you like: kyc.example/issuer";
            CliError::refused("blocked-target", message, next)
        };
        let did = Did::parse(&format!("did:web:{place}")).map_err(|error| refused(&error))?;
        Location::of(&did).map_err(|error| refused(&error))?;
        let document = author::document(did.as_str(), &keys)?;
        Kept { did, material: DidMaterial::Document(format!("{document:#}\n").into_bytes()) }
    } else {
        let [first, next] =
            [0, 1].map(|index| wallet.did_key(DidRole::Update, Algorithm::Ed25519, index));
        let (first, next) = (first?, next?);
        let (time, next) = (context.now, next.public());
        let entry = NewEntry { time, keys: &keys, next, witnesses: None, deactivated: false };
        let signer = Identity::did_key(first.id(), &first)?;
        let (did, log) = author::create(&place, &entry, &signer)?;
        Kept { did, material: DidMaterial::Log { log: log.into_bytes(), witness: None } }
    };
    let done = "From now on your home issues as this DID. Its keys follow from your 24 words; its files do not: keep them.";
    save(context, &kept, &args.out, done)
}

pub fn algorithm(key: KeyKind) -> Algorithm {
    match key {
        KeyKind::Ed25519 => Algorithm::Ed25519,
        KeyKind::P256 => Algorithm::P256,
    }
}

/// Host and path as a DID has them: `kyc.example:8443/a b` becomes `kyc.example%3A8443:a%20b`.
fn place(given: &str) -> String {
    let given = given.strip_prefix("https://").unwrap_or(given);
    let given = given.strip_suffix('/').unwrap_or(given);
    let part = |part: &str| -> String {
        let escaped = part.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        });
        escaped.collect()
    };
    given.split('/').map(part).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_are_written_as_in_dids() {
        for (given, place) in [
            ("kyc.example", "kyc.example"),
            ("https://kyc.example/", "kyc.example"),
            ("kyc.example:8443/a/b c", "kyc.example%3A8443:a:b%20c"),
            ("kyc.example/é", "kyc.example:%C3%A9"),
        ] {
            assert_eq!(super::place(given), place);
        }
    }
}
