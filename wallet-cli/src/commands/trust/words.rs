//! Jurisdictions in words: what one says, and what changed from one version to another.

use bonafide::trust::{
    AttributeStatus, Document, Governance, Grant, ListedKey, OnEnd, Validator, Window,
};

use crate::text;

/// What a document says, but for the issuers one by one.
pub fn summary(document: &Document) -> Vec<String> {
    let mut lines = vec![
        format!("{}, version {}", document.id, document.seq),
        format!(
            "issued {}, next by {}, counts until {}",
            document.issued, document.next_update, document.expires
        ),
    ];
    lines.extend(governance(&document.governance));
    lines.push(format!(
        "lists {} for {}",
        text::amount(document.validators.len(), "issuer"),
        text::amount(document.attributes.len(), "attribute")
    ));
    for other in &document.secondary {
        let (attributes, depth) = (other.attributes.join(", "), other.depth);
        lines.push(format!("believes {} for {attributes}, {depth} deep", other.id));
    }
    lines
}

/// Who governs: labels are names, thumbprints are the keys.
pub fn governance(governance: &Governance) -> Vec<String> {
    let (needed, all) = (governance.threshold, governance.keys.len());
    let mut lines = vec![format!("{needed} of {all} must sign:")];
    for key in &governance.keys {
        lines.push(format!("  {}  {}", key.key.id(), text::safe(&key.label)));
    }
    lines
}

/// An issuer's entry.
pub fn validator(validator: &Validator) -> Vec<String> {
    let mut lines = vec![text::safe(validator.did.as_str())];
    let mut add = |line: String| lines.push(format!("  {}", text::safe(&line)));
    if let Some(group) = &validator.group {
        add(format!("belongs to {group}"));
    }
    if !validator.roles.is_empty() {
        add(format!("is {}", validator.roles.join(", ")));
    }
    validator.keys.iter().for_each(|listed| add(key(listed)));
    if let Some(version) = validator.min_log_version {
        add(format!("its log has version {version} at least"));
    }
    validator.status_signers.iter().for_each(|did| add(format!("status lists also by {did}")));
    validator.approvals.iter().for_each(|approval| add(grant(approval)));
    lines
}

fn key(key: &ListedKey) -> String {
    let (name, id, days) = (&key.fragment, key.key.id(), window(&key.window));
    match key.compromised {
        true => format!("key #{name} ({id}) is COMPROMISED and counts for nothing"),
        false => format!("key #{name} ({id}) {days}"),
    }
}

fn grant(grant: &Grant) -> String {
    let mut words = format!("may attest {} {}", grant.attribute, window(&grant.window));
    if let Some(period) = grant.max_validity {
        words += &format!(", for {period} at most");
    }
    words += &format!(", weight {}", grant.weight);
    match grant.on_end {
        OnEnd::Grandfather => words + "; what was issued stands when this ends",
        OnEnd::Invalidate => words + "; when this ends nothing stands",
    }
}

fn window(window: &Window) -> String {
    match window.until {
        None => format!("from {}", window.from),
        Some(until) => format!("from {} to {until}", window.from),
    }
}

/// What changed, a line each. Empty where both say the same but for number and days.
pub fn changes(old: &Document, new: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    if new.governance.differs_from(&old.governance) {
        lines.push("WHO GOVERNS changes: the old and the new must sign".to_owned());
        lines.extend(self::governance(&new.governance).into_iter().map(|line| format!("  {line}")));
    }
    let labels = |document: &Document| governance(&document.governance);
    if lines.is_empty() && labels(old) != labels(new) {
        lines.push("those who govern change their labels:".to_owned());
        differences(&labels(old), &labels(new), &mut lines);
    }
    if new.grace_days != old.grace_days {
        let (before, after) = (old.grace_days, new.grace_days);
        lines.push(format!("retired keys count for {after} days more, before {before}"));
    }
    attributes(old, new, &mut lines);
    for validator in &new.validators {
        match old.validator(&validator.did) {
            None => {
                let entry = self::validator(validator).into_iter();
                lines.extend(entry.enumerate().map(|(n, line)| match n {
                    0 => format!("added: {line}"),
                    _ => format!("  {line}"),
                }));
            }
            Some(before) if before != validator => {
                lines.push(format!("changed: {}", text::safe(validator.did.as_str())));
                differences(&self::validator(before), &self::validator(validator), &mut lines);
            }
            Some(_) => {}
        }
    }
    for gone in old.validators.iter().filter(|gone| new.validator(&gone.did).is_none()) {
        let did = text::safe(gone.did.as_str());
        lines.push(format!("taken out: {did}; nothing it issued stands"));
    }
    if new.secondary != old.secondary {
        let sources = |document: &Document| -> Vec<String> {
            let all = document.secondary.iter();
            all.map(|s| {
                format!("  believes {} for {}, {} deep", s.id, s.attributes.join(", "), s.depth)
            })
            .collect()
        };
        differences(&sources(old), &sources(new), &mut lines);
    }
    lines
}

/// What to say where nothing else changed.
pub fn days(old: &Document, new: &Document) -> String {
    let days = |document: &Document| {
        format!("next by {}, counts until {}", document.next_update, document.expires)
    };
    format!("nothing but the days: {}; before: {}", days(new), days(old))
}

fn attributes(old: &Document, new: &Document, lines: &mut Vec<String>) {
    let say = |document: &Document| -> Vec<String> {
        let all = document.attributes.iter();
        all.map(|attribute| {
            let types = text::safe(&attribute.vct.join(", "));
            match attribute.status {
                AttributeStatus::Active => format!("  {} is attested by {types}", attribute.id),
                AttributeStatus::Withdrawn => format!("  {} is withdrawn ({types})", attribute.id),
            }
        })
        .collect()
    };
    differences(&say(old), &say(new), lines);
}

/// Lines that only one of both has, with what it is.
fn differences(old: &[String], new: &[String], lines: &mut Vec<String>) {
    for gone in old.iter().filter(|line| !new.contains(line)) {
        lines.push(format!("  no more: {}", gone.trim_start()));
    }
    for come in new.iter().filter(|line| !old.contains(line)) {
        lines.push(format!("  now: {}", come.trim_start()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bonafide::key::{Algorithm, SecretKey};
    use serde_json::json;

    fn governed_by(labels: [&str; 2]) -> Document {
        let keys = labels.iter().zip([1, 2]).map(|(label, seed)| {
            let key = SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap();
            json!({"label": label, "jwk": key.public().to_jwk()})
        });
        let document = json!({"typ": "jurisdiction/1", "id": "us", "seq": 1, "issued": "2026-11-20",
            "next_update": "2026-12-20", "expires": "2027-01-20",
            "governance": {"threshold": 1, "keys": keys.collect::<Vec<_>>()}});
        Document::parse(document.to_string().as_bytes()).unwrap()
    }

    /// Members are named by their labels: two that change places would each be taken out for the other.
    #[test]
    fn labels_that_change_places_are_told() {
        let (old, new) = (governed_by(["Bay", "Auditor"]), governed_by(["Auditor", "Bay"]));
        let told = changes(&old, &new);
        assert_eq!((told.len(), told[0].as_str()), (5, "those who govern change their labels:"));
        assert!(told[1].starts_with("  no more: ") && told[1].ends_with("  Bay"), "{told:?}");
        assert_eq!(changes(&old, &old), Vec::<String>::new());
    }
}
