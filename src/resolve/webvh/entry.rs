//! One line of a log: its form, and the hashes over it ("The DID Log File", "Entry Hash Generation and Verification",
//! "SCID Generation and Verification").

use sha2::{Digest as _, Sha256};

use super::{LogFault, MAX_ENTRY};
use crate::clock::Timestamp;
use crate::encoding::json::{self, Json, Object};
use crate::encoding::{EncodingError, jcs};
use crate::resolve::location::is_hash;

/// What stands for the SCID while it is computed.
pub(super) const PLACEHOLDER: &str = "{SCID}";

/// Most proofs in one entry.
const MAX_PROOFS: usize = 8;

/// An entry whose form is read; nothing of it is checked.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) number: u64,
    pub(super) version_id: String,
    pub(super) time: Stamp,
    pub(super) proofs: Vec<Object<'a>>,
    body: Object<'a>,
    /// `parameters` and `state` in canonical form, hashed; and `versionTime`.
    hashed: Sha256,
    time_text: String,
}

/// A moment down to the nanosecond.
pub(super) type Stamp = (Timestamp, u32);

impl<'a> Entry<'a> {
    pub(super) fn read(line: &'a [u8]) -> Result<Self, LogFault> {
        let mut body = json::parse_object(line, MAX_ENTRY)?;
        let proofs = match body.remove("proof") {
            Some(Json::Array(items)) => items,
            Some(one) => vec![one],
            None => Vec::new(),
        };
        if proofs.is_empty() || proofs.len() > MAX_PROOFS {
            return Err(LogFault::Malformed("proof"));
        }
        let version_id = text(&mut body, "versionId")?;
        let time_text = text(&mut body, "versionTime")?;
        let number = version_number(&version_id).ok_or(LogFault::Malformed("versionId"))?;
        let time = version_time(&time_text).ok_or(LogFault::Malformed("versionTime"))?;
        for name in ["parameters", "state"] {
            body.get(name).and_then(Json::as_object).ok_or(LogFault::Malformed(name))?;
        }
        if body.len() != 2 {
            return Err(LogFault::Malformed("content"));
        }
        let proofs = proofs.into_iter().map(|proof| match proof {
            Json::Object(proof) => Ok(proof),
            _ => Err(LogFault::Malformed("proof")),
        });
        Ok(Self {
            number,
            time,
            proofs: proofs.collect::<Result<_, _>>()?,
            hashed: hash_content(&body)?,
            body,
            version_id,
            time_text,
        })
    }

    pub(super) fn parameters(&self) -> &Object<'a> {
        self.member("parameters")
    }

    /// The document.
    pub(super) fn state(&self) -> &Object<'a> {
        self.member("state")
    }

    fn member(&self, name: &str) -> &Object<'a> {
        // Both were there when the entry was read.
        self.body.get(name).and_then(Json::as_object).unwrap_or(&self.body)
    }

    /// SHA-256 of the entry without proofs in canonical form, as if `version_id` were its own.
    pub(super) fn hash(&self, version_id: &str) -> [u8; 32] {
        finish(&self.hashed, version_id, &self.time_text)
    }

    /// The SCID that this entry makes, if it is a first one. `None` if it has the placeholder in it, which nobody can
    /// tell from an SCID afterwards.
    pub(super) fn scid(&self, scid: &str) -> Result<Option<String>, EncodingError> {
        let content = jcs::canonical(&self.body)?;
        let content = String::from_utf8(content).map_err(|_| EncodingError::Malformed)?;
        if content.contains(PLACEHOLDER) {
            return Ok(None);
        }
        // Read and written again: names with the SCID in them have another place now.
        let content = content.replace(scid, PLACEHOLDER);
        let body = json::parse_object(content.as_bytes(), usize::MAX)?;
        let hash = finish(&hash_content(&body)?, PLACEHOLDER, &self.time_text);
        Ok(Some(multihash(&hash)))
    }
}

/// SHA-256 as a multihash in base58btc.
pub(super) fn multihash(hash: &[u8; 32]) -> String {
    bs58::encode([&[0x12, 0x20], &hash[..]].concat()).into_string()
}

/// The canonical form begins with `parameters` and `state`; `versionId` and `versionTime` follow.
fn hash_content(body: &Object<'_>) -> Result<Sha256, EncodingError> {
    let content = jcs::canonical(body)?;
    let open = content.strip_suffix(b"}").unwrap_or_default();
    Ok(Sha256::new().chain_update(open))
}

/// Neither text has a character that JSON escapes.
fn finish(content: &Sha256, version_id: &str, time: &str) -> [u8; 32] {
    let mut hash = content.clone();
    for part in [r#","versionId":""#, version_id, r#"","versionTime":""#, time, r#""}"#] {
        hash.update(part);
    }
    hash.finalize().into()
}

fn text(body: &mut Object<'_>, name: &'static str) -> Result<String, LogFault> {
    match body.remove(name) {
        Some(Json::String(text)) => Ok(text.into_owned()),
        _ => Err(LogFault::Malformed(name)),
    }
}

/// A number from 1 without leading zeros, one dash, a hash.
fn version_number(version_id: &str) -> Option<u64> {
    let (number, hash) = version_id.split_once('-')?;
    let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    if plain && is_hash(hash) { number.parse().ok() } else { None }
}

/// A moment in UTC: `Z` or `+00:00`.
fn version_time(text: &str) -> Option<Stamp> {
    let utc = text.ends_with('Z') || text.ends_with("+00:00");
    if utc { Timestamp::parse_stamp(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_ids_have_one_form() {
        let hash = "QmaaKkr6nu7uSTpjSfAr3r7xBezNZGpWu6Gwtgqr6A4ynC";
        assert_eq!(version_number(&format!("12-{hash}")), Some(12));
        for bad in [
            format!("0-{hash}"),
            format!("01-{hash}"),
            format!("+1-{hash}"),
            format!("-{hash}"),
            format!("1--{hash}"),
            format!("1{hash}"),
            format!("1-{hash}-"),
            format!("1-{hash}0"),
            format!("1-{}", hash.replacen('Q', "0", 1)),
            format!("99999999999999999999-{hash}"),
        ] {
            assert_eq!(version_number(&bad), None, "{bad}");
        }
    }

    #[test]
    fn times_are_utc_and_say_so() {
        for good in ["2026-11-20T12:00:00Z", "2026-11-20T12:00:00+00:00", "2026-11-20T12:00:00.5Z"]
        {
            assert!(version_time(good).is_some(), "{good}");
        }
        for bad in
            ["2026-11-20T12:00:00", "2026-11-20T12:00:00+01:00", "2026-11-20T12:00:00-00:00", "0"]
        {
            assert_eq!(version_time(bad), None, "{bad}");
        }
    }

    /// The worked example of the specification ("Generate Entry Hash").
    #[test]
    fn the_entry_hash_of_the_spec() {
        let line = r##"{"versionId": "1-QmdmPkUdYzbr9txmx8gM2rsHPgr5L6m3gHjJGAf4vUFoGE", "versionTime": "2025-04-01T17:39:50Z", "parameters": {"witness": {"threshold": 2, "witnesses": [{"id": "did:key:z6Mkkc51mg2vpQzKWAbWQZupeGYhowaBjYkmvcKMTqteqHB4", "weight": 1}, {"id": "did:key:z6MkuDdJdKLCgwZuQuEi9xG6LVgJJ9Tebr74CXPYPSumqgJs", "weight": 1}, {"id": "did:key:z6MkoSWmQyp4fTk4ZQy4KUsss9dFX51XfEUzKKKj1J1JUsrF", "weight": 1}]}, "updateKeys": ["z6MkgzBDcBFV3sk4ypPE5YXMZHmS213A3HpYY2LmcVKV15jr"], "nextKeyHashes": ["QmZreDcjvWEpyRFznQeExWNCsvMLk5i59AcRJJuQC8UodJ"], "method": "did:webvh:0.5", "scid": "QmdmPkUdYzbr9txmx8gM2rsHPgr5L6m3gHjJGAf4vUFoGE"}, "state": {"@context": ["https://www.w3.org/ns/did/v1"], "id": "did:webvh:QmdmPkUdYzbr9txmx8gM2rsHPgr5L6m3gHjJGAf4vUFoGE:domain.example"}, "proof": {}}"##;
        let entry = Entry::read(line.as_bytes()).unwrap();
        let scid = "QmdmPkUdYzbr9txmx8gM2rsHPgr5L6m3gHjJGAf4vUFoGE";
        let hash = multihash(&entry.hash(scid));
        assert_eq!(hash, "QmQ6FJ4fk2xheSSQoEjVpTgx9AQPKhJgtR9hn1nr4EeCrZ");
        assert_eq!(entry.scid(scid).unwrap().as_deref(), Some(scid));
    }

    #[test]
    fn proofs_are_counted() {
        let read = |count: usize| {
            let proofs = vec!["{}"; count].join(",");
            let line = format!(
                r#"{{"versionId":"1-QmdmPkUdYzbr9txmx8gM2rsHPgr5L6m3gHjJGAf4vUFoGE","versionTime":"2026-01-01T00:00:00Z","parameters":{{}},"state":{{}},"proof":[{proofs}]}}"#
            );
            Entry::read(line.as_bytes()).map(|_| ()).err()
        };
        assert_eq!([1, MAX_PROOFS].map(read), [None, None]);
        let refused = Some(LogFault::Malformed("proof"));
        assert_eq!([0, MAX_PROOFS + 1].map(read), [refused, refused]);
    }
}
