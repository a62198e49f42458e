//! What an item is called follows from what it says.

use bonafide::bundle::Kind;
use bonafide::encoding::json::{self, Json};
use bonafide::status::UnverifiedStatusToken;
use bonafide::trust::UnverifiedJurisdiction;

/// The name in an item's bytes; `None` where it has none, or is no item of that kind. Nothing is verified.
pub fn of(kind: Kind, bytes: &[u8]) -> Option<String> {
    match kind {
        Kind::DidDocument => member(bytes, "id"),
        Kind::DidLog => last_did(bytes),
        Kind::Jurisdiction => {
            UnverifiedJurisdiction::parse(bytes).ok().map(|file| file.document().id.clone())
        }
        Kind::StatusList => {
            let token = UnverifiedStatusToken::parse(str::from_utf8(bytes).ok()?).ok()?;
            Some(token.claimed_uri().to_owned())
        }
        Kind::TypeMetadata => member(bytes, "vct"),
        Kind::DidWitness | Kind::Policy => None,
    }
}

fn member(bytes: &[u8], name: &str) -> Option<String> {
    Some(json::parse_object(bytes, bytes.len()).ok()?.get_str(name)?.to_owned())
}

/// The DID in the last entry of a log: a did:webvh may have moved.
fn last_did(log: &[u8]) -> Option<String> {
    let line = log.trim_ascii_end().rsplit(|byte| *byte == b'\n').next()?;
    let entry = json::parse_object(line, line.len()).ok()?;
    let state = entry.get("state").and_then(Json::as_object)?;
    Some(state.get_str("id")?.to_owned())
}
