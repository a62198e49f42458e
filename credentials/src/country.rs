//! ISO 3166-1: alpha-2 codes, and what else people write for a country.

/// Alpha-2, alpha-3 and names of every country, separated by tabs.
const TABLE: &str = include_str!("../data/countries.tsv");

/// Whether `text` is an officially assigned alpha-2 code.
pub(crate) fn is_alpha2(text: &str) -> bool {
    codes().any(|code| code == text)
}

/// The alpha-2 code for a code in small letters, an alpha-3 code or a name.
pub(crate) fn suggestion(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    let line =
        TABLE.lines().find(|line| line.split('\t').any(|word| word.to_lowercase() == text))?;
    line.split('\t').next()
}

fn codes() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter_map(|line| line.split('\t').next())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_country_once_in_order_and_no_word_twice() {
        let codes: Vec<&str> = codes().collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted());
        let capitals = |word: &str, len| {
            word.len() == len && word.bytes().all(|letter| letter.is_ascii_uppercase())
        };
        let mut seen = BTreeSet::new();
        for line in TABLE.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            assert!(words.len() >= 3, "{line}");
            assert!(capitals(words[0], 2) && capitals(words[1], 3), "{line}");
            for word in words {
                assert!(!word.is_empty() && seen.insert(word.to_lowercase()), "{line}");
            }
        }
    }

    #[test]
    fn codes_are_strict_and_other_spellings_lead_to_them() {
        assert!(is_alpha2("DE"));
        for text in ["", "de", "DEU", "Germany", "UK", "EU", "XK", "D", "DE\t"] {
            assert!(!is_alpha2(text), "{text}");
        }
        for (text, code) in [
            ("germany", "DE"),
            ("DEU", "DE"),
            ("de", "DE"),
            (" United States of America ", "US"),
            ("uk", "GB"),
            ("CÔTE D'IVOIRE", "CI"),
        ] {
            assert_eq!(suggestion(text), Some(code), "{text}");
        }
        assert_eq!(suggestion("Atlantis"), None);
        assert_eq!(suggestion(""), None);
    }
}
