//! Row 18: what is too large, too deep or too much work.

use bonafide::encoding::base64url;
use bonafide::key::Algorithm;
use bonafide::verify::Check;
use serde_json::{Value, json};

use super::{assert_refused, refused, verdict, verifier};
use crate::support::forge::{Forged, digest, disclosure};

fn refused_text(text: &str, check: Check, kind: &str) {
    let good = Forged::good(Algorithm::Ed25519);
    assert_refused(&verdict(&verifier(&good), text), &[(check, kind)]);
}

#[test]
fn row_18_eight_mebibytes() {
    let mib_8 = 8 << 20;
    for unit in ["A", "~", ".", "{", "[", " ", "\"", "e30.", "e30~", "\u{e9}"] {
        let text = unit.repeat(mib_8 / unit.len());
        refused_text(&text, Check::AnswerForm, "too-large");
        let wrapped = format!(r#"{{"vp_token":{{"q":["{}"]}}}}"#, "A".repeat(mib_8));
        refused_text(&wrapped, Check::AnswerForm, "too-large");
    }
    // Small enough to be read as an answer, too large for a token.
    refused_text(&"A".repeat(1 << 20), Check::Form, "too-large");
}

#[test]
fn row_18_nesting_of_100_000() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let answer = format!(r#"{{"vp_token":{}}}"#, deep(100_000));
        refused_text(&answer, Check::AnswerForm, "too-deep");
        // As deep as fits into each of the other parts.
        let member = |depth: usize| format!(r#"{{"more":{},"#, deep(depth));
        refused(Check::Disclosures, "too-deep", |f| {
            f.issuer.rewrite_payload("{", &member(20_000));
        });
        refused(Check::Form, "too-deep", |f| {
            f.issuer.rewrite_header("{", &member(20_000));
        });
        refused(Check::Disclosures, "too-deep", |f| {
            let content = format!(r#"["s","more",{}]"#, deep(20_000));
            f.add_text(base64url::encode(content));
        });
        refused(Check::KeyBinding, "too-deep", |f| {
            f.holder.rewrite_payload("{", &member(1_000));
        });
        refused(Check::KeyBinding, "too-deep", |f| {
            f.holder.rewrite_header("{", &member(1_000));
        });
    }
}

#[test]
fn row_18_headers_and_statements_that_are_too_large() {
    refused(Check::Form, "too-large", |f| f.issuer.header["more"] = "x".repeat(200_000).into());
    refused(Check::KeyBinding, "too-large", |f| {
        f.holder.payload["more"] = "x".repeat(20_000).into()
    });
}

/// `count` disclosures, each opening the next one through `link`.
fn chain(forged: &mut Forged, count: usize, link: impl Fn(&str) -> Value) {
    let mut text = disclosure(&json!(["s", "last", 1]));
    for n in 1..count {
        let outer = disclosure(&json!([format!("s{n}"), "more", link(&digest(&text))]));
        forged.disclosures.push(std::mem::replace(&mut text, outer));
    }
    forged.add_text(text);
}

#[test]
fn row_18_20_000_chained_disclosures() {
    let link = |digest: &str| json!({"_sd": [digest]});
    let mut forged = Forged::good(Algorithm::Ed25519);
    chain(&mut forged, 20_000, link);
    refused_text(&forged.presentation(), Check::AnswerForm, "too-large");
    let mut forged = Forged::good(Algorithm::Ed25519);
    chain(&mut forged, 2_000, link);
    refused_text(&forged.presentation(), Check::Form, "too-large");
    // As many as are read at all, but deeper than anything nests.
    refused(Check::Disclosures, "too-deep", |f| chain(f, 1_000, link));
}

#[test]
fn row_18_20_000_empty_disclosures() {
    let good = Forged::good(Algorithm::Ed25519);
    let text = format!("{}{}", good.issuer.sign(), "~AA".repeat(20_000));
    refused_text(&format!("{text}~"), Check::Form, "too-large");
}

/// Each disclosure opens two copies of the next: 2^12 and 2^24 values if that were followed.
#[test]
fn row_18_disclosures_that_multiply() {
    refused(Check::Disclosures, "duplicate-digest", |f| {
        let both = |digest: &str| json!({"_sd": [digest], "twin": {"_sd": [digest]}});
        chain(f, 12, both);
    });
    refused(Check::Disclosures, "duplicate-digest", |f| {
        let mut text = disclosure(&json!(["s", 1]));
        for n in 0..24 {
            let digest = digest(&text);
            let outer = disclosure(&json!([format!("s{n}"), [{"...": digest}, {"...": digest}]]));
            f.disclosures.push(std::mem::replace(&mut text, outer));
        }
        let top = disclosure(&json!(["s", "more", [{"...": digest(&text)}]]));
        f.disclosures.push(text);
        f.add_text(top);
    });
}

/// A payload of 30,000 members is read in one pass, not member against member.
#[test]
fn row_18_very_many_members() {
    let good = Forged::good(Algorithm::Ed25519);
    let mut forged = good.clone();
    for n in 0..30_000 {
        forged.issuer.payload[format!("m{n}")] = 1.into();
    }
    assert_eq!(verdict(&verifier(&good), &forged.presentation()).name(), "accepted");
    let mut forged = good.clone();
    for n in 0..12_000 {
        forged.issuer.payload[format!("m{n}")] = json!({"_sd": []});
    }
    assert_eq!(verdict(&verifier(&good), &forged.presentation()).name(), "accepted");
}

/// 1,000 disclosures under one very long name would keep it 1,000 times.
#[test]
fn row_18_very_many_claims_under_a_very_long_name() {
    refused(Check::Disclosures, "too-large", |f| {
        let claim = |n: i32| disclosure(&json!(["", n.to_string(), 1]));
        let texts: Vec<_> = (0..1_000).map(claim).collect();
        let digests: Vec<_> = texts.iter().map(|text| digest(text)).collect();
        f.issuer.payload["n".repeat(250_000)] = json!({"_sd": digests});
        f.disclosures.extend(texts);
        assert!(f.presentation().len() < 512 * 1024);
    });
    let name = "n".repeat(513);
    for content in [json!(["s", "more", {&name: 1}]), json!(["s", name, 1])] {
        refused(Check::Disclosures, "too-large", |f| f.add(&content));
    }
}
