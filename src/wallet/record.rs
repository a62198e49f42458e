//! The keys in the content of a wallet, with what is recorded of them.

use serde::Serialize;

use super::container::OLDEST;
use super::content::{read_all, read_time, read_u32};
use super::held::{Asker, HeldKey, KeyState, SeenBy};
use super::root::Root;
use crate::did::Did;
use crate::encoding::json::Object;
use crate::key::Algorithm;

/// A key in the content, as written.
#[derive(Serialize)]
pub(super) struct KeyEntry<'a> {
    algorithm: &'static str,
    index: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seen_by: Vec<SeenEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compromised: Option<CompromisedEntry<'a>>,
}

#[derive(Serialize)]
struct SeenEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    verifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unproven: Option<&'a str>,
    first: i64,
}

#[derive(Serialize)]
struct CompromisedEntry<'a> {
    since: i64,
    told: Vec<&'a str>,
}

impl<'a> KeyEntry<'a> {
    pub(super) fn of(held: &'a HeldKey) -> Self {
        let (retired, compromised) = match &held.state {
            KeyState::Active => (None, None),
            KeyState::Retired { since } => (Some(since.unix()), None),
            KeyState::Compromised { since, told } => {
                let told = told.iter().map(Did::as_str).collect();
                (None, Some(CompromisedEntry { since: since.unix(), told }))
            }
        };
        Self {
            algorithm: held.public().algorithm().name(),
            index: held.index,
            seen_by: held.seen_by.iter().map(SeenEntry::of).collect(),
            retired,
            compromised,
        }
    }

    /// No less than its length as JSON.
    pub(super) fn room(&self) -> usize {
        let told = self.compromised.iter().flat_map(|entry| &entry.told);
        let seen = self.seen_by.iter().flat_map(|seen| [seen.verifier, seen.unproven]).flatten();
        128 + told.copied().chain(seen).map(|text| 2 * text.len() + 64).sum::<usize>()
    }
}

impl<'a> SeenEntry<'a> {
    fn of(seen: &'a SeenBy) -> Self {
        let (verifier, unproven) = match &seen.whom {
            Asker::Verifier(did) => (Some(did.as_str()), None),
            Asker::Unproven(claimed) => (None, Some(claimed.as_str())),
        };
        Self { verifier, unproven, first: seen.first.unix() }
    }
}

/// Reads a key of a file of that format version.
pub(super) fn read_key(root: &Root, key: &Object<'_>, version: u16) -> Option<HeldKey> {
    let algorithm = Algorithm::from_name(key.get_str("algorithm")?)?;
    let index = read_u32(key, "index")?;
    let mut held = HeldKey::derive(root, algorithm, index).ok()?;
    let known = 2 + read_record(key, &mut held)?;
    (key.len() == known && (known == 2 || version > OLDEST)).then_some(held)
}

/// Reads what is recorded of a key, and returns the number of members that say it.
fn read_record(key: &Object<'_>, held: &mut HeldKey) -> Option<usize> {
    let mut members = 0;
    if key.get("seen_by").is_some() {
        held.seen_by = read_all(key, "seen_by", read_seen)?;
        members += 1;
    }
    if key.get("retired").is_some() {
        held.state = KeyState::Retired { since: read_time(key, "retired")? };
        members += 1;
    }
    if let Some(entry) = key.get("compromised") {
        let entry = entry.as_object()?;
        let told = entry.get("told")?.as_array()?.iter();
        let told = told.map(|did| Did::parse(did.as_str()?).ok()).collect::<Option<_>>()?;
        let state = KeyState::Compromised { since: read_time(entry, "since")?, told };
        let once = held.is_active() && entry.len() == 2;
        held.state = once.then_some(state)?;
        members += 1;
    }
    Some(members)
}

fn read_seen(seen: &Object<'_>) -> Option<SeenBy> {
    let whom = match (seen.get_str("verifier"), seen.get_str("unproven")) {
        (Some(did), None) => Asker::Verifier(Did::parse(did).ok()?),
        (None, Some(claimed)) => Asker::Unproven(claimed.to_owned()),
        _ => return None,
    };
    (seen.len() == 2).then_some(SeenBy { whom, first: read_time(seen, "first")? })
}

#[cfg(test)]
mod tests {
    use crate::wallet::content::decode;
    use crate::wallet::content::tests::with_json;

    #[test]
    fn the_record_of_a_key_is_read_whole_or_not_at_all() {
        let with = |record: &str, version| {
            let earlier = if version == 1 { "" } else { r#","earlier":[]"# };
            with_json(&format!(
                r#"{{"created":1,"keys":[{{"algorithm":"ed25519","index":0{record}}}],"credentials":[],"next_id":1{earlier}}}"#
            ))
        };
        let good = [
            r#","seen_by":[]"#,
            r#","seen_by":[{"verifier":"did:web:a","first":1},{"unproven":"b","first":2}]"#,
            r#","retired":1"#,
            r#","compromised":{"since":1,"told":["did:web:a"]},"seen_by":[]"#,
        ];
        for record in good {
            assert!(decode(&with(record, 2), 2).is_ok(), "{record}");
            assert!(decode(&with(record, 1), 1).is_err(), "{record}");
        }
        let bad = [
            r#","more":1"#,
            r#","seen_by":{}"#,
            r#","seen_by":[{"verifier":"did:web:a","unproven":"b","first":1}]"#,
            r#","seen_by":[{"verifier":"a","first":1}]"#,
            r#","seen_by":[{"verifier":"did:web:a","first":1,"more":1}]"#,
            r#","seen_by":[{"verifier":"did:web:a"}]"#,
            r#","retired":-1"#,
            r#","retired":1,"compromised":{"since":1,"told":[]}"#,
            r#","compromised":1"#,
            r#","compromised":{"since":1}"#,
            r#","compromised":{"since":1,"told":["a"]}"#,
            r#","compromised":{"since":1,"told":[],"more":1}"#,
        ];
        for record in bad {
            assert!(decode(&with(record, 2), 2).is_err(), "{record}");
        }
    }
}
