//! Written forms that other standards define: identifiers, amounts, digests.

use bonafide::encoding::base64url;

use crate::country;

/// A written form of text.
#[derive(Debug)]
pub(crate) struct Format {
    /// The stable code of the problem when a text has another form.
    pub code: &'static str,
    /// What is expected, for people.
    pub expected: &'static str,
    /// The form as far as a regular expression tells (ECMA 262), for the JSON Schemas, which tests write.
    #[cfg_attr(not(test), expect(dead_code))]
    pub pattern: &'static str,
    /// Whether a text has the form, check digits and all.
    pub holds: fn(&str) -> bool,
}

/// A decimal amount: `0`, `1250`, `0.5`.
pub(crate) static AMOUNT: Format = Format {
    code: "not-an-amount",
    expected: "decimal amount as text, such as \"1250.50\"",
    pattern: r"^(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?$",
    holds: is_amount,
};

/// A Legal Entity Identifier.
pub(crate) static LEI: Format = Format {
    code: "not-an-lei",
    expected: "LEI (ISO 17442), 20 capitals and digits with fitting check digits",
    pattern: "^[0-9A-Z]{18}[0-9]{2}$",
    holds: is_lei,
};

/// An Entity Legal Form.
pub(crate) static LEGAL_FORM: Format = Format {
    code: "not-a-legal-form",
    expected: "ELF code (ISO 20275), 4 capitals and digits",
    pattern: "^[0-9A-Z]{4}$",
    holds: |text| text.len() == 4 && text.bytes().all(is_capital_or_digit),
};

/// A part of a country. Only the country is looked up.
pub(crate) static REGION: Format = Format {
    code: "not-a-region",
    expected: "ISO 3166-2 code, such as US-NY",
    pattern: "^[A-Z]{2}-[0-9A-Z]{1,3}$",
    holds: is_region,
};

/// A country or a part of one, as legal jurisdictions are written.
pub(crate) static JURISDICTION: Format = Format {
    code: "not-a-jurisdiction",
    expected: "ISO 3166-1 alpha-2 or ISO 3166-2 code, such as DE or US-DE",
    pattern: "^[A-Z]{2}(-[0-9A-Z]{1,3})?$",
    holds: |text| country::is_alpha2(text) || is_region(text),
};

/// What names a security: an ISIN or a CAIP-19 asset.
pub(crate) static SECURITY: Format = Format {
    code: "not-a-security",
    expected: "ISIN with a fitting check digit, or CAIP-19 asset",
    pattern: "^([A-Z]{2}[0-9A-Z]{9}[0-9]|[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}/[-a-z0-9]{3,8}:\
              [-.%a-zA-Z0-9]{1,128}(/[-.%a-zA-Z0-9]{1,78})?)$",
    holds: |text| is_isin(text) || is_asset(text),
};

/// An account on a ledger.
pub(crate) static ACCOUNT: Format = Format {
    code: "not-an-account",
    expected: "CAIP-10 account, such as eip155:1:0xab16…",
    pattern: "^(?!did:)[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-.%a-zA-Z0-9]{1,128}$",
    holds: is_account,
};

/// A side of a transfer.
pub(crate) static PARTY: Format = Format {
    code: "not-a-party",
    expected: "CAIP-10 account or DID",
    pattern: "^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}:[-._:%a-zA-Z0-9]{1,1024}$",
    holds: |text| is_account(text) || is_did(text),
};

/// A SHA-256 digest.
pub(crate) static DIGEST: Format = Format {
    code: "not-a-digest",
    expected: "SHA-256 digest in base64url, 43 characters",
    pattern: "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$",
    holds: |text| base64url::decode_array::<32>(text).is_ok(),
};

/// Whether `text` is an ISIN (ISO 6166).
pub(crate) fn is_isin(text: &str) -> bool {
    let body = text.get(..11).unwrap_or_default();
    let country = body.bytes().take(2).all(|letter| letter.is_ascii_uppercase());
    let check = text.get(11..).is_some_and(|digit| digit.len() == 1 && all_digits(digit));
    !body.is_empty() && body.bytes().all(is_capital_or_digit) && country && check && luhn(text)
}

/// Whether `text` is a CAIP-19 asset type or asset.
pub(crate) fn is_asset(text: &str) -> bool {
    let mut parts = text.split('/');
    let chain = parts.next().and_then(|part| part.split_once(':'));
    let asset = parts.next().and_then(|part| part.split_once(':'));
    let token = parts.next().is_none_or(|token| is_reference(token, 78));
    let chain_ok = chain.is_some_and(|(space, id)| is_chain(space, id));
    let asset_ok =
        asset.is_some_and(|(space, reference)| is_space(space) && is_reference(reference, 128));
    chain_ok && asset_ok && token && parts.next().is_none()
}

/// A CAIP-10 account. A DID can look like one, and is none.
fn is_account(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let space = parts.next().unwrap_or_default();
    let id = parts.next().unwrap_or_default();
    let address = parts.next().unwrap_or_default();
    space != "did" && is_chain(space, id) && is_reference(address, 128)
}

fn is_did(text: &str) -> bool {
    text.len() <= 1024 && bonafide::did::Did::parse(text).is_ok()
}

/// Namespace and reference of a chain (CAIP-2).
fn is_chain(space: &str, id: &str) -> bool {
    let in_id = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    is_space(space) && (1..=32).contains(&id.len()) && id.bytes().all(in_id)
}

fn is_space(text: &str) -> bool {
    let in_space = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (3..=8).contains(&text.len()) && text.bytes().all(in_space)
}

fn is_reference(text: &str, max: usize) -> bool {
    let in_reference = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'%');
    (1..=max).contains(&text.len()) && text.bytes().all(in_reference)
}

fn is_region(text: &str) -> bool {
    let (country, part) = text.split_once('-').unwrap_or_default();
    let part = (1..=3).contains(&part.len()) && part.bytes().all(is_capital_or_digit);
    part && country::is_alpha2(country)
}

fn is_amount(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let plain = whole == "0" || !whole.starts_with('0');
    plain
        && (1..=30).contains(&whole.len())
        && (1..=18).contains(&fraction.len())
        && all_digits(whole)
        && all_digits(fraction)
}

/// ISO 7064 MOD 97-10 over the 20 characters, letters as 10 to 35.
fn is_lei(text: &str) -> bool {
    let check = text.get(18..).unwrap_or_default();
    let formed = check.len() == 2 && all_digits(check) && text.bytes().all(is_capital_or_digit);
    let add = |rest: u32, value: u32| (rest * if value < 10 { 10 } else { 100 } + value) % 97;
    formed && text.chars().filter_map(|c| c.to_digit(36)).fold(0, add) == 1
}

/// The Luhn check over the digits, letters as 10 to 35.
fn luhn(text: &str) -> bool {
    let digits: String =
        text.chars().filter_map(|c| c.to_digit(36)).map(|value| value.to_string()).collect();
    let doubled = |(n, digit): (usize, u32)| match (n % 2, digit * 2) {
        (1, double) if double > 9 => double - 9,
        (1, double) => double,
        _ => digit,
    };
    let sum: u32 =
        digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    sum.is_multiple_of(10)
}

fn is_capital_or_digit(c: u8) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}
