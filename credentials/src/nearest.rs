//! What may have been meant by a name that is not known.

/// Longer names are no misspelling of ours.
const MAX_LEN: usize = 64;

/// What other forms and files call our claims.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("surname", "family_name"),
    ("last_name", "family_name"),
    ("first_name", "given_name"),
    ("forename", "given_name"),
    ("dob", "birthdate"),
    ("date_of_birth", "birthdate"),
    ("maiden_name", "birth_family_name"),
    ("citizenship", "nationalities"),
    ("phone", "phone_number"),
    ("mobile", "phone_number"),
    ("street", "street_address"),
    ("city", "locality"),
    ("state", "region"),
    ("zip", "postal_code"),
    ("postcode", "postal_code"),
    ("expiry", "date_of_expiry"),
    ("date", "as_of"),
];

/// The known name nearest to `name`: another word for it, or at most a third of it misspelt.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    if name.len() > MAX_LEN {
        return None;
    }
    let name = plain(name);
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
    if let Some((_, ours)) = other
        && known.clone().any(|candidate| candidate == *ours)
    {
        return Some(ours);
    }
    let (distance, best) =
        known.map(|candidate| (distance(&name, &plain(candidate)), candidate)).min()?;
    (distance <= name.chars().count() / 3).then_some(best)
}

/// Without differences of case and of the sign between words.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

/// How many letters must be put in, taken out or changed (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (n, a) in from.chars().enumerate() {
        let mut diagonal = n;
        let mut left = n + 1;
        for (b, cell) in to.chars().zip(row.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = changed.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("nationality", "nationalities"), 3);
        assert_eq!(distance("same", "same"), 0);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn near_names_are_found_and_far_ones_not() {
        let known = ["family_name", "given_name", "birthdate"].into_iter();
        assert_eq!(nearest("familyname", known.clone()), Some("family_name"));
        assert_eq!(nearest("Given Name", known.clone()), Some("given_name"));
        assert_eq!(nearest("dob", known.clone()), Some("birthdate"));
        assert_eq!(nearest("phone", known.clone()), None);
        assert_eq!(nearest("shoe_size", known.clone()), None);
        assert_eq!(nearest("", known.clone()), None);
        assert_eq!(nearest(&"family_name".repeat(9), known), None);
    }
}
