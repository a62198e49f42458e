//! Text for people: other people's strings made harmless, dates in words.

use std::path::Path;

use bonafide::clock::{DAY, Timestamp};

/// Whether a character can move the cursor, hide, or turn the reading direction.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E
            | 0x2800
            | 0x1BCA0..=0x1BCA3 | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// `text` for a terminal: what cannot be seen or could act is written as `\u{…}`.
pub fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_treacherous(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

/// `text` for a terminal, line by line.
pub fn safe_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(safe).collect();
    lines.join("\n")
}

/// A path for a terminal, on one line.
pub fn path(path: &Path) -> String {
    safe(&path.to_string_lossy())
}

/// JSON for a terminal: the same characters as `\uXXXX`, which JSON reads back unchanged.
pub fn safe_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_treacherous(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `29 Nov 2026`.
pub fn date(at: Timestamp) -> String {
    let iso = at.date();
    let mut parts = iso.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month =
        month.and_then(|m| m.parse::<usize>().ok()).and_then(|m| MONTHS.get(m.checked_sub(1)?));
    match (year, month, day.and_then(|day| day.parse::<u8>().ok())) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => iso,
    }
}

/// `1 day`, `9 days`.
pub fn amount(n: impl std::fmt::Display, unit: &str) -> String {
    let n = n.to_string();
    format!("{n} {unit}{}", if n == "1" { "" } else { "s" })
}

/// `212,400`: thousands are set apart.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `in 9 days, 29 Nov 2026`.
pub fn distance(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.unix() - now.unix();
    let size = match seconds.abs() {
        s if s >= DAY => amount(days_apart(at, now), "day"),
        s if s >= 3600 => amount(s / 3600, "hour"),
        s if s >= 60 => amount(s / 60, "minute"),
        s => amount(s, "second"),
    };
    let words = match seconds {
        0 => "just now".to_owned(),
        1.. => format!("in {size}"),
        _ => format!("{size} ago"),
    };
    format!("{words}, {}", date(at))
}

/// Days from one date to the other, as a calendar counts them.
fn days_apart(a: Timestamp, b: Timestamp) -> i64 {
    ((a.start_of_day().unix() - b.start_of_day().unix()) / DAY).abs()
}

/// A DID short enough for a line of talk; the whole one where it fits.
pub fn short_did(did: &str) -> String {
    let chars: Vec<char> = did.chars().collect();
    if chars.len() <= 32 {
        return safe(did);
    }
    // The place of a did:webvh is what a person knows of it.
    if let Some((scid, place)) =
        did.strip_prefix("did:webvh:").and_then(|rest| rest.split_once(':'))
        && place.chars().count() <= 48
    {
        let start: String = scid.chars().take(6).collect();
        return safe(&format!("did:webvh:{start}…:{place}"));
    }
    let head: String = chars.iter().take(18).collect();
    let tail: String = chars.iter().skip(chars.len() - 6).collect();
    safe(&format!("{head}…{tail}"))
}

/// Words in lines of 80 columns, each with so many blanks before it.
pub fn wrapped(words: &str, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let fits = |line: &&mut String| line.chars().count() + 1 + word.chars().count() <= 80;
        match lines.last_mut().filter(fits) {
            Some(line) => *line += &format!(" {word}"),
            None => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    lines
}

/// Seconds of `30m`, `12h`, `90d`, `2w`.
pub fn duration(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    };
    number.parse::<i64>().ok().filter(|n| (1..=36_500).contains(n))?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_did_keeps_what_a_person_knows() {
        let scid = "QmWcR935UvWwkPyqKmRBcvqWzqSLLvHxkzZ4mPZ1dYpK7o";
        let short = |place: &str| short_did(&format!("did:webvh:{scid}:{place}"));
        assert_eq!(short("kyc.example"), "did:webvh:QmWcR9…:kyc.example");
        assert_eq!(short("a\u{1b}b.example"), "did:webvh:QmWcR9…:a\\u{1b}b.example");
        assert_eq!(short(&"long.".repeat(12)), "did:webvh:QmWcR935….long.");
        assert_eq!(short_did("did:web:kyc.example"), "did:web:kyc.example");
    }

    #[test]
    fn what_could_act_is_escaped() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(safe("x\u{202e}y\u{200b}z\u{9b}"), "x\\u{202e}y\\u{200b}z\\u{9b}");
        assert_eq!(safe("Zoë Ångström 株式"), "Zoë Ångström 株式");
        let json = serde_json::to_string("\u{202e}\u{e0001}é").unwrap();
        assert_eq!(safe_json(&json), "\"\\u202e\\udb40\\udc01é\"");
        assert_eq!(
            serde_json::from_str::<String>(&safe_json(&json)).unwrap(),
            "\u{202e}\u{e0001}é"
        );
    }

    #[test]
    fn dates_in_words() {
        let now = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        assert_eq!(distance(now.plus(9 * DAY), now), "in 9 days, 29 Nov 2026");
        assert_eq!(distance(now.start_of_day().plus(30 * DAY), now), "in 30 days, 20 Dec 2026");
        assert_eq!(distance(now.plus(-3600), now), "1 hour ago, 20 Nov 2026");
        assert_eq!(date(now), "20 Nov 2026");
    }

    #[test]
    fn durations() {
        assert_eq!(duration("90d"), Some(90 * DAY));
        assert_eq!(duration("30m"), Some(1800));
        for bad in ["", "d", "90", "-1d", "0d", "1y", "1.5d", "é", "99999999999w"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
