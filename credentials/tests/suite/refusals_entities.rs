//! The rules of residency, entities and purchasers: one change to a good sample, one error.

use serde_json::json;

use crate::data::{changed, refused, says};

const RESIDENCY: &str = "residency";
const ENTITY: &str = "accredited-entity";
const PURCHASER: &str = "qualified-purchaser";
const COMPANY: &str = "kyb-entity";
const MANDATE: &str = "entity-mandate";

#[test]
fn mandatory_claims() {
    for (name, field) in [
        (RESIDENCY, "country"),
        (ENTITY, "regime"),
        (ENTITY, "method"),
        (PURCHASER, "subject_kind"),
        (COMPANY, "legal_name"),
        (COMPANY, "registration_number"),
        (COMPANY, "jurisdiction"),
        (MANDATE, "lei"),
    ] {
        refused(name, &format!("/{field}"), json!(null), &[(field, "field-missing")]);
    }
}

#[test]
fn places_agree_with_the_country() {
    refused(RESIDENCY, "/region", json!("FR-75"), &[("region", "contradicts")]);
    refused(RESIDENCY, "/uk_resident", json!(true), &[("uk_resident", "contradicts")]);
    let swiss = [("region", "contradicts"), ("eea_resident", "contradicts")];
    refused(RESIDENCY, "/country", json!("CH"), &swiss);
    for country in ["US", "PR", "VI"] {
        let american = [
            ("region", "contradicts"),
            ("eea_resident", "contradicts"),
            ("not_us_person", "contradicts"),
        ];
        refused(RESIDENCY, "/country", json!(country), &american);
    }
    refused(RESIDENCY, "/country", json!("Germany"), &[("country", "not-a-country")]);
}

#[test]
fn regions() {
    for value in ["Berlin", "BE", "DE-", "DE-BERL", "XX-BE", "de-be", "DE_BE", "DE-B E"] {
        refused(RESIDENCY, "/region", json!(value), &[("region", "not-a-region")]);
    }
    says(RESIDENCY, "/region", json!("Berlin"), "region: expected ISO 3166-2 code, such as US-NY");
}

#[test]
fn leis_have_fitting_check_digits() {
    let long = "5493001KJTIIGC8Y1R1200";
    let wrong = ["", "5493001KJTIIGC8Y1R13", "5493001kjtiigc8y1r12", "5493001KJTIIGC8Y1R1", long];
    for value in &wrong[1..] {
        refused(MANDATE, "/lei", json!(value), &[("lei", "not-an-lei")]);
        refused(ENTITY, "/lei", json!(value), &[("lei", "not-an-lei")]);
        refused(COMPANY, "/lei", json!(value), &[("lei", "not-an-lei")]);
    }
    refused(MANDATE, "/lei", json!("5493001KJTIIGC8Y1RÄ2"), &[("lei", "not-an-lei")]);
    for value in ["HWUPKR0MPOU8FGXBT394", "7LTWFZYICNSX8D621K86"] {
        changed(MANDATE, "/lei", json!(value)).unwrap();
    }
}

#[test]
fn two_swapped_characters_of_an_lei_are_noticed() {
    let lei: Vec<char> = "5493001KJTIIGC8Y1R12".chars().collect();
    for n in 0..lei.len() - 1 {
        let mut swapped = lei.clone();
        swapped.swap(n, n + 1);
        if swapped != lei {
            let text: String = swapped.iter().collect();
            refused(MANDATE, "/lei", json!(text), &[("lei", "not-an-lei")]);
        }
    }
}

#[test]
fn companies() {
    for value in ["GmbH ", "2HB", "2hbr", "2HBRX"] {
        refused(COMPANY, "/legal_form", json!(value), &[("legal_form", "not-a-legal-form")]);
    }
    for value in ["DEU", "US-", "Delaware", "XX", "XX-DE"] {
        refused(COMPANY, "/jurisdiction", json!(value), &[("jurisdiction", "not-a-jurisdiction")]);
    }
    changed(COMPANY, "/jurisdiction", json!("US-DE")).unwrap();
    for value in [json!(101), json!(-1), json!("25"), json!(25.5)] {
        let at = "ubo_threshold_percent";
        refused(COMPANY, "/ubo_threshold_percent", value, &[(at, "not-in-range")]);
    }
    says(
        COMPANY,
        "/ubo_threshold_percent",
        json!(101),
        "ubo_threshold_percent: not allowed; expected whole number from 0 to 100",
    );
    refused(COMPANY, "/incorporated_on", json!("2027-01-01"), &[("incorporated_on", "in-future")]);
    let country = "registered_address.country";
    refused(COMPANY, "/registered_address/country", json!("D"), &[(country, "not-a-country")]);
}

#[test]
fn powers_of_a_mandate() {
    refused(MANDATE, "/powers/0", json!("vote"), &[("powers[0]", "not-allowed")]);
    refused(MANDATE, "/powers/1", json!("present"), &[("powers[1]", "repeated")]);
}

#[test]
fn entities_are_not_formed_for_the_purpose() {
    says(
        ENTITY,
        "/not_formed_for_purpose",
        json!(null),
        "assets_gt_usd_5m: does not count without not_formed_for_purpose",
    );
    let needs = [("assets_gt_usd_5m", "needs-claim")];
    refused(ENTITY, "/not_formed_for_purpose", json!(false), &needs);
    for flag in ["investments_gt_usd_5m", "family_office_gt_usd_5m"] {
        let mut claims = json!({"regime": "us-501a", "method": "asset-docs"});
        claims[flag] = json!(true);
        let errors = crate::data::read(ENTITY, claims.to_string().as_bytes()).unwrap_err();
        assert_eq!(
            errors.to_string(),
            format!("{flag}: does not count without not_formed_for_purpose")
        );
        claims["not_formed_for_purpose"] = json!(true);
        crate::data::read(ENTITY, claims.to_string().as_bytes()).unwrap();
    }
    let owners =
        json!({"regime": "us-501a", "method": "asset-docs", "all_owners_accredited": true});
    crate::data::read(ENTITY, owners.to_string().as_bytes()).unwrap();
}

#[test]
fn flags_of_entities_belong_to_the_regime_and_to_entities() {
    refused(
        ENTITY,
        "/turnover_ge_eur_40m",
        json!(true),
        &[("turnover_ge_eur_40m", "other-regime")],
    );
    let person = "networth_xpr_gt_usd_1m";
    refused(ENTITY, &format!("/{person}"), json!(true), &[(person, "unknown-field")]);
    refused(ENTITY, "/regime", json!("uk-hnw"), &[("regime", "not-allowed")]);
    for value in [json!(0), json!(1_000_001)] {
        refused(ENTITY, "/owner_count", value, &[("owner_count", "not-in-range")]);
    }
}

#[test]
fn purchasers() {
    refused(PURCHASER, "/subject_kind", json!("company"), &[("subject_kind", "not-allowed")]);
    // Without a flag nobody is one, whatever is declared.
    let bare = json!({"subject_kind": "person"});
    let errors = crate::data::read(PURCHASER, bare.to_string().as_bytes()).unwrap_err();
    assert_eq!(errors.iter().next().unwrap().code(), "no-threshold");
    // A person has no owners.
    let owners = [("all_owners_qp", "contradicts")];
    refused(PURCHASER, "/subject_kind", json!("person"), &owners);
    // The flag of trusts is for trusts, and needs its other claim.
    let trust = "trustee_and_settlors_qp";
    refused(PURCHASER, &format!("/{trust}"), json!(true), &[(trust, "contradicts")]);
    let mut claims = json!({"subject_kind": "trust"});
    claims[trust] = json!(true);
    let errors = crate::data::read(PURCHASER, claims.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        format!("{trust}: does not count without not_formed_for_purpose")
    );
    claims["not_formed_for_purpose"] = json!(true);
    crate::data::read(PURCHASER, claims.to_string().as_bytes()).unwrap();
}

#[test]
fn purchasers_formed_to_buy_count_only_by_their_owners() {
    changed(PURCHASER, "/not_formed_for_purpose", json!(null)).unwrap();
    for kind in ["family-company", "trust", "entity"] {
        let mut claims = json!({"subject_kind": kind, "investments_ge_usd_5m": true});
        let errors = crate::data::read(PURCHASER, claims.to_string().as_bytes()).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code())).collect();
        assert_eq!(found, [("subject_kind", "needs-claim")]);
        claims["all_owners_qp"] = json!(true);
        crate::data::read(PURCHASER, claims.to_string().as_bytes()).unwrap();
    }
    let person = json!({"subject_kind": "person", "investments_ge_usd_5m": true});
    crate::data::read(PURCHASER, person.to_string().as_bytes()).unwrap();
}
