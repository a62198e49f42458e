//! Credentials issued from the good samples, and what a reader makes of them.

use bonafide::did::Identity;
use bonafide::encoding::json::Json;
use bonafide::format::sd_jwt::SdJwt;
use bonafide::format::sd_jwt_vc::{StatusReference, TYP};
use bonafide::issue::{Content, IssueError, Validity};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::random::SystemRandom;
use serde_json::Value;

use crate::data::{read, sample, today};

/// The issuer's key, and the holder's too.
pub fn key() -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[7; 32].into()).unwrap()
}

/// The content made from the good sample of a type.
pub fn content(name: &str) -> Content {
    read(name, &sample(name)).unwrap().into_content()
}

pub fn issue(content: &Content, status: Option<&StatusReference>) -> Result<String, IssueError> {
    let key = key();
    let issuer = Identity::did_key(key.id(), &key).unwrap();
    content.issue(key.public(), Validity::days(today(), 1), status, &issuer, &mut SystemRandom)
}

/// The processed payload with those disclosures that `keep` says, as far as what they lie in is kept.
pub fn processed(token: &str, keep: &mut impl Iterator<Item = bool>) -> Value {
    let whole = SdJwt::parse(token, TYP).unwrap();
    let signed = whole.verify(key().public()).unwrap();
    let wanted: Vec<bool> = signed.disclosed().iter().map(|_| keep.next().unwrap()).collect();
    let is_kept = |place: &[_]| {
        let outer = signed.disclosed().iter().zip(&wanted);
        outer.filter(|(outer, _)| place.starts_with(&outer.place)).all(|(_, wanted)| *wanted)
    };
    let kept: Vec<usize> =
        signed.disclosed().iter().filter(|one| is_kept(&one.place)).map(|one| one.index).collect();
    let mut parts = token.trim_end_matches('~').split('~');
    let mut some = parts.next().unwrap().to_owned() + "~";
    for (_, disclosure) in parts.enumerate().filter(|(index, _)| kept.contains(index)) {
        some += &format!("{disclosure}~");
    }
    let some = SdJwt::parse(&some, TYP).unwrap();
    let claims = some.verify(key().public()).unwrap().into_claims().into_owned();
    Json::Object(claims).to_value()
}

/// The processed payload with everything disclosed.
pub fn whole(token: &str) -> Value {
    processed(token, &mut std::iter::repeat(true))
}
