//! The JSON Schemas against a validator of JSON Schema 2020-12: what they let through, and what not.

use bonafide::format::sd_jwt_vc::StatusReference;
use bonafide_credentials::find;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::data::{names, read, sample};
use crate::issued::{content, issue, processed, whole};

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

fn issued_schema(name: &str) -> Validator {
    validator(find(name).unwrap().schema())
}

fn disclosed_schema(name: &str) -> Validator {
    validator(find(name).unwrap().disclosed_schema())
}

#[track_caller]
fn fits(schema: &Validator, payload: &Value, what: &str) {
    let errors: Vec<String> = schema
        .iter_errors(payload)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:?}");
}

/// The good sample of a type, as issued and processed.
fn payload(name: &str) -> Value {
    whole(&issue(&content(name), None).unwrap())
}

#[test]
fn what_is_issued_fits_both() {
    for name in names() {
        fits(&issued_schema(name), &payload(name), name);
        fits(&disclosed_schema(name), &payload(name), name);
        let status = StatusReference { index: 7, uri: "https://acme.example/status/1".into() };
        let with_status = whole(&issue(&content(name), Some(&status)).unwrap());
        fits(&issued_schema(name), &with_status, name);
    }
}

#[test]
fn the_holder_may_be_named() {
    for name in names() {
        let mut content = content(name);
        content.claims.insert(
            "sub".into(),
            json!("did:key:z6MkjRagNiMu91DduvCvgEsqLZDVzrJzFrwahc4tXLt9DoHd"),
        );
        fits(&issued_schema(name), &whole(&issue(&content, None).unwrap()), name);
    }
}

proptest! {
    #[test]
    fn whatever_is_shown_fits(
        name in prop::sample::select(names()),
        keep in prop::collection::vec(prop::bool::weighted(0.6), 120),
    ) {
        let token = issue(&content(name), None).unwrap();
        let shown = processed(&token, &mut keep.into_iter().cycle());
        fits(&disclosed_schema(name), &shown, name);
    }
}

#[test]
fn nothing_shown_fits_the_one_and_not_the_other() {
    for name in names().into_iter().filter(|name| find(name).unwrap().is_hideable()) {
        let token = issue(&content(name), None).unwrap();
        let bare = processed(&token, &mut std::iter::repeat(false));
        fits(&disclosed_schema(name), &bare, name);
        let has_more = find(name).unwrap().fields().iter().any(|field| field.mandatory);
        assert_eq!(issued_schema(name).is_valid(&bare), !has_more, "{name}");
    }
}

/// JSON pointers to every object in a payload.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut into = |name: &str, inner| objects(inner, &format!("{at}/{name}"), found);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| into(&name.replace('/', "~1"), inner));
            found.push(at.to_owned());
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, inner)| into(&n.to_string(), inner));
        }
        _ => {}
    }
}

#[test]
fn no_object_has_members_that_are_not_named() {
    for name in names() {
        let payload = payload(name);
        let mut places = Vec::new();
        objects(&payload, "", &mut places);
        assert!(places.len() > 3, "{name}: {places:?}");
        for place in places {
            let mut changed = payload.clone();
            changed.pointer_mut(&place).unwrap()["shoe_size"] = json!("x");
            assert!(!issued_schema(name).is_valid(&changed), "{name}{place}");
            assert!(!disclosed_schema(name).is_valid(&changed), "{name}{place}");
        }
    }
}

#[test]
fn what_is_mandatory_is_required_of_the_issuer_only() {
    for name in names() {
        let payload = payload(name);
        let fields = find(name).unwrap().fields();
        let mandatory =
            fields.iter().filter(|field| field.mandatory && !field.path.contains(['.', '[']));
        let own: Vec<&str> = mandatory.map(|field| field.path.as_str()).collect();
        let set = ["iss", "vct", "vct#integrity", "cnf", "nbf", "exp", "assessed_on"];
        for member in set.into_iter().chain(own) {
            let mut without = payload.clone();
            assert!(without.as_object_mut().unwrap().remove(member).is_some(), "{name} {member}");
            assert!(!issued_schema(name).is_valid(&without), "{name} {member}");
            fits(&disclosed_schema(name), &without, name);
        }
        assert!(!find(name).unwrap().disclosed_schema().contains("\"required\""), "{name}");
    }
}

/// JSON pointers to every plain value in a payload.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, inner)| {
            leaves(inner, &format!("{at}/{}", name.replace('/', "~1")), found);
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, inner)| leaves(inner, &format!("{at}/{n}"), found)),
        _ => found.push(at.to_owned()),
    }
}

#[test]
fn no_value_has_another_kind_and_no_flag_is_false() {
    for name in names() {
        let payload = payload(name);
        let (issued, disclosed) = (issued_schema(name), disclosed_schema(name));
        let mut places = Vec::new();
        leaves(&payload, "", &mut places);
        for place in places {
            let before = payload.pointer(&place).unwrap();
            let numbers = [json!(-1), json!(1.5)];
            let others =
                [json!(null), json!({}), json!([]), json!(false), json!(""), json!("a\u{7}b")];
            for value in numbers.into_iter().chain(others) {
                let mut changed = payload.clone();
                *changed.pointer_mut(&place).unwrap() = value.clone();
                assert!(!issued.is_valid(&changed), "{name}{place}: {before} as {value}");
                assert!(!disclosed.is_valid(&changed), "{name}{place}: {before} as {value}");
            }
        }
    }
}

#[test]
fn lists_are_neither_empty_nor_too_long_nor_repeat() {
    for (name, list, max) in [
        ("kyc-identity", "nationalities", 4),
        ("aml-screening", "lists", 8),
        ("account-binding", "control_proof", 8),
        ("transfer-authorisation", "receipt_digests", 8),
    ] {
        let payload = payload(name);
        let first = payload[list][0].clone();
        let with = |items: Vec<Value>| {
            let mut changed = payload.clone();
            changed[list] = Value::Array(items);
            changed
        };
        assert!(!issued_schema(name).is_valid(&with(vec![])), "{name}");
        fits(&disclosed_schema(name), &with(vec![]), name);
        for items in [vec![first.clone(); 2], vec![first; max + 1]] {
            assert!(!issued_schema(name).is_valid(&with(items.clone())), "{name}");
            assert!(!disclosed_schema(name).is_valid(&with(items)), "{name}");
        }
    }
}

/// What the forms of other standards refuse, as far as a pattern tells: one change each.
#[test]
fn forms() {
    for (name, at, value) in [
        ("kyc-identity", "/vct", json!("urn:bonafide:aml-screening:1")),
        ("kyc-identity", "/iss", json!("https://acme.example")),
        ("kyc-identity", "/vct#integrity", json!("md5-AAAA")),
        ("kyc-identity", "/cnf/jwk/kty", json!("oct")),
        ("kyc-identity", "/cnf/jwk/d", json!("AAAA")),
        ("kyc-identity", "/birthdate", json!("2026-02-30")),
        ("kyc-identity", "/email", json!("a@b")),
        ("kyc-identity", "/phone_number", json!("030 123")),
        ("kyc-identity", "/address/country", json!("DEU")),
        ("aml-screening", "/risk_band", json!("medium")),
        ("residency", "/region", json!("Berlin")),
        ("accredited-entity", "/lei", json!("5493001kjtiigc8y1r12")),
        ("accredited-entity", "/owner_count", json!(0)),
        ("accredited-entity", "/networth_xpr_gt_usd_1m", json!(true)),
        ("qualified-purchaser", "/subject_kind", json!("company")),
        ("kyb-entity", "/legal_form", json!("GmbH2")),
        ("kyb-entity", "/jurisdiction", json!("DEU")),
        ("entity-mandate", "/powers/0", json!("vote")),
        ("account-binding", "/accounts/0", json!("did:key:z6Mk")),
        ("account-binding", "/control_proof/0/message", json!("a\tb")),
        ("holding", "/quantity", json!("01")),
        ("holding", "/security/id", json!("US037833100")),
        ("holding", "/register_seq", json!(9_007_199_254_740_992_i64)),
        ("transfer-authorisation", "/to", json!("0xab16")),
        ("transfer-authorisation", "/code", json!(1)),
        ("transfer-authorisation", "/rules_digest", json!("e3b0c44298fc1c14")),
    ] {
        let mut changed = payload(name);
        let (parent, member) = at.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(items) => items[member.parse::<usize>().unwrap()] = value,
            object => object[member] = value,
        }
        assert!(!issued_schema(name).is_valid(&changed), "{name}{at}");
        assert!(!disclosed_schema(name).is_valid(&changed), "{name}{at}");
    }
}

/// One character more, less or another, from what the forms are made of and what they are not.
fn typed_over(text: &str, at: usize, how: u8, with: char) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at % (chars.len() + 1);
    match how {
        0 => chars.insert(at, with),
        1 if at < chars.len() => _ = chars.remove(at),
        _ if at < chars.len() => chars[at] = with,
        _ => {}
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// The checks of a claims file are at least as strict as the schema, and nothing makes them panic.
    #[test]
    fn claims_that_pass_the_checks_fit_the_schema(
        name in prop::sample::select(names()),
        leaf in 0_usize..1000,
        at in 0_usize..200,
        how in 0_u8..3,
        with in prop::sample::select("A0z9-_.:/%+ é\u{202e}\n\u{7f}~@".chars().collect::<Vec<_>>()),
    ) {
        let mut claims: Value = serde_json::from_slice(&sample(name)).unwrap();
        let mut places = Vec::new();
        leaves(&claims, "", &mut places);
        places.retain(|place| claims.pointer(place).unwrap().is_string());
        let place = &places[leaf % places.len()];
        let value = claims.pointer_mut(place).unwrap();
        *value = Value::from(typed_over(value.as_str().unwrap(), at, how, with));
        if let Ok(claims) = read(name, claims.to_string().as_bytes()) {
            let payload = whole(&issue(&claims.into_content(), None).unwrap());
            fits(&issued_schema(name), &payload, place);
        }
    }
}
