//! Rows 15 to 17: base64url, JSON and numbers that readers disagree on.

use bonafide::verify::Check;

use super::refused;
use crate::support::forge::{NOW, TAG, digest};
use bonafide::encoding::base64url;
use serde_json::json;

/// Edits one of the three parts of a JWT.
fn with_part<const N: usize>(token: String, edit: impl Fn(&str) -> String) -> String {
    let parts = token.split('.').enumerate();
    let parts: Vec<String> =
        parts.map(|(n, part)| if n == N { edit(part) } else { part.to_owned() }).collect();
    parts.join(".")
}

/// The same bytes with other spare bits; JSON texts are brought to a length that has some.
fn spare_bits(part: &str) -> String {
    assert_ne!(part.len() % 4, 0);
    let (head, last) = part.split_at(part.len() - 1);
    let next = last.as_bytes()[0] + 1;
    format!("{head}{}", char::from(next))
}

#[test]
fn row_15_base64url_that_is_not_canonical() {
    type Edit = fn(String) -> String;
    let edits: [Edit; 9] = [
        |t| with_part::<0>(t, |p| format!("{p}=")),
        |t| with_part::<1>(t, |p| format!("{p}==")),
        |t| with_part::<2>(t, |p| format!("{p}==")),
        |t| with_part::<2>(t, spare_bits),
        |t| with_part::<0>(t, |p| format!("{p} ")),
        |t| with_part::<1>(t, |p| format!("{p}\n")),
        |t| with_part::<2>(t, |p| format!("+/{}", p.split_at(2).1)),
        |t| with_part::<0>(t, |p| format!("{p}%3D")),
        |t| format!("{t}.AAAA"),
    ];
    for edit in edits {
        refused(Check::Form, "encoding", |f| f.issuer.tamper = edit);
        refused(Check::KeyBinding, "encoding", |f| f.holder.tamper = edit);
    }
}

#[test]
fn row_15_a_disclosure_that_is_not_base64url() {
    for text in ["WyJzIl0=", "WyJzIl1+", "W1 0", "W", "%57"] {
        refused(Check::Disclosures, "encoding", |f| f.add_text(text.to_owned()));
    }
    // Padding a good one makes another text, for which nobody signed.
    refused(Check::Disclosures, "unreferenced-disclosure", |f| f.disclosures[TAG].push('='));
}

#[test]
fn row_16_a_member_named_twice() {
    refused(Check::Form, "duplicate-key", |f| {
        f.issuer.rewrite_header("{", r#"{"typ":"dc+sd-jwt","#)
    });
    refused(Check::Form, "duplicate-key", |f| {
        f.issuer.rewrite_header("{", r#"{"\u0074yp":"dc+sd-jwt","#);
    });
    refused(Check::Disclosures, "duplicate-key", |f| {
        f.issuer.rewrite_payload("{", &format!(r#"{{"exp":{NOW},"#));
    });
    refused(Check::Disclosures, "duplicate-key", |f| {
        f.issuer.rewrite_payload("{", &format!(r#"{{"\u0065xp":{NOW},"#));
    });
    refused(Check::Disclosures, "duplicate-key", |f| {
        f.issuer.rewrite_payload(r#""jwk":{"#, r#""jwk":{"x":"AA","#);
    });
    refused(Check::Disclosures, "duplicate-key", |f| {
        f.add_text(base64url::encode(r#"["salt","more",{"a":1,"\u0061":2}]"#));
    });
    refused(Check::KeyBinding, "duplicate-key", |f| {
        f.holder.rewrite_header("{", r#"{"alg":"none","#)
    });
}

#[test]
fn row_16_a_member_named_twice_in_the_holders_statement() {
    // The digest is written out: the text of the payload is replaced before the hash is known.
    refused(Check::KeyBinding, "duplicate-key", |f| {
        let sd_jwt = f.sd_jwt();
        f.holder.payload["sd_hash"] = digest(&sd_jwt).into();
        f.holder.rewrite_payload("{", r#"{"no\u006ece":"other","#);
    });
}

#[test]
fn row_17_numbers_that_are_none() {
    for number in ["NaN", "Infinity", "01", "1e999999", "+1", "0x10", "1.", ".5", "-", "1_000"] {
        let payload = format!(r#"{{"exp":{number},"old":"#);
        refused(Check::Disclosures, "malformed", |f| {
            f.issuer.rewrite_payload(r#"{"#, &payload);
        });
    }
    for number in ["NaN", "01", "1e999999", "18446744073709551616", "9007199254740992.0", "-1e400"]
    {
        refused(Check::Disclosures, "malformed", |f| {
            f.add_text(base64url::encode(format!(r#"["salt","more",{number}]"#)));
        });
        refused(Check::KeyBinding, "malformed", |f| {
            f.holder.rewrite_payload(&NOW.to_string(), number);
        });
    }
}

#[test]
fn row_17_times_that_are_none() {
    let milliseconds = format!("{NOW}000");
    let text = format!("\"{NOW}\"");
    let times = [
        milliseconds.as_str(),
        text.as_str(),
        "-1",
        "253402300800",
        "18446744073709551615",
        "-9223372036854775808",
        "1e15",
        "null",
        "true",
        "[]",
        "\"2026-11-20T14:00:00Z\"",
    ];
    for time in times {
        for claim in ["exp", "nbf", "iat"] {
            refused(Check::RegisteredClaims, "malformed", |f| {
                f.issuer.payload[claim] = serde_json::from_str(time).unwrap();
            });
        }
        refused(Check::KeyBinding, "malformed", |f| {
            f.holder.payload["iat"] = serde_json::from_str(time).unwrap();
        });
    }
    refused(Check::KeyBinding, "malformed", |f| {
        f.holder.payload.as_object_mut().unwrap().remove("iat");
    });
}

#[test]
fn row_17_registered_claims_of_the_wrong_kind() {
    let wrong = [
        ("iss", json!(1)),
        ("vct", json!(["urn:example:badge:1"])),
        ("vct", json!("")),
        ("vct", json!(null)),
        ("vct#integrity", json!(1)),
        ("aka_vcts", json!([])),
        ("aka_vcts", json!("urn:example:other:1")),
        ("aka_vcts", json!([1])),
        ("aka_vcts", json!(["urn:example:badge:1"])),
    ];
    for (claim, value) in wrong {
        refused(Check::RegisteredClaims, "malformed", |f| {
            f.issuer.payload[claim] = value.clone();
        });
    }
}

#[test]
fn a_payload_that_is_no_object() {
    for text in ["", "[]", "null", "\"text\"", "{", "{} {}", "\u{feff}{}"] {
        refused(Check::Disclosures, "malformed", |f| f.issuer.texts.1 = Some(text.to_owned()));
        refused(Check::KeyBinding, "malformed", |f| f.holder.texts.1 = Some(text.to_owned()));
        refused(Check::Form, "malformed", |f| f.issuer.texts.0 = Some(text.to_owned()));
    }
    refused(Check::Disclosures, "malformed", |f| {
        f.add_text(base64url::encode(b"\xff\xfe"));
    });
}
