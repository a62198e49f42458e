//! Decimal amounts written as text, compared without rounding.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// Which of two amounts in order is larger.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (whole_a, fraction_a) = a.split_once('.').unwrap_or((a, ""));
    let (whole_b, fraction_b) = b.split_once('.').unwrap_or((b, ""));
    let whole = whole_a.len().cmp(&whole_b.len()).then_with(|| whole_a.cmp(whole_b));
    whole.then_with(|| fraction_a.trim_end_matches('0').cmp(fraction_b.trim_end_matches('0')))
}

/// Whether both amounts are there and the first is the larger.
pub(crate) fn exceeds(claims: &Map<String, Value>, first: &str, second: &str) -> bool {
    let amount = |name: &str| claims.get(name).and_then(Value::as_str);
    let both = amount(first).zip(amount(second));
    both.is_some_and(|(first, second)| compare(first, second) == Ordering::Greater)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_compare_by_value() {
        for (a, b, order) in [
            ("0", "0.00", Ordering::Equal),
            ("1.5", "1.50", Ordering::Equal),
            ("2", "10", Ordering::Less),
            ("10.1", "10.09", Ordering::Greater),
            ("999999999999999999999999999999", "1", Ordering::Greater),
        ] {
            assert_eq!(compare(a, b), order, "{a} {b}");
            assert_eq!(compare(b, a), order.reverse(), "{b} {a}");
        }
    }
}
