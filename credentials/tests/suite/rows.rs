//! Rows of a table: cells become claims, and what is wrong is told by column.

use bonafide::clock::Timestamp;
use bonafide_credentials::{Claims, column_of, find};
use serde_json::{Value, json};

fn read(kind: &str, cells: &[(&str, &str)]) -> Result<Claims, Vec<(String, &'static str)>> {
    let today = Timestamp::parse("2026-11-20").unwrap();
    let claims = find(kind).unwrap().read_row(cells.iter().copied(), today);
    claims.map_err(|errors| {
        errors.iter().map(|error| (column_of(&error.field), error.code())).collect()
    })
}

/// The claims that the row stands for.
fn same(kind: &str, cells: &[(&str, &str)], file: &Value) {
    let today = Timestamp::parse("2026-11-20").unwrap();
    let from_file = find(kind).unwrap().read(file.to_string().as_bytes(), today).unwrap();
    let from_row = read(kind, cells).unwrap();
    let padding = |claims: Claims| {
        let content = claims.into_content();
        serde_json::to_value(&content.claims).unwrap()
    };
    assert_eq!(padding(from_row), padding(from_file));
}

#[test]
fn cells_become_what_a_file_would_say() {
    same(
        "kyc-identity",
        &[
            ("family_name", " Keller "),
            ("given_name", "Ann"),
            ("birthdate", "1980-02-03"),
            ("nationalities", "CH | DE"),
            ("address.country", "CH"),
            ("address.postal_code", "08610"),
            ("age_over_18", "yes"),
            ("age_over_21", "no"),
            ("email", ""),
            ("evidence.type", "document|vouch"),
            ("evidence.as_of", "2026-11-01|"),
            ("assessed_on", "2026-11-19"),
        ],
        &json!({"family_name": "Keller", "given_name": "Ann", "birthdate": "1980-02-03",
            "nationalities": ["CH", "DE"], "address": {"country": "CH", "postal_code": "08610"},
            "age_over_18": true, "age_over_21": false, "assessed_on": "2026-11-19",
            "evidence": [{"type": "document", "as_of": "2026-11-01"}, {"type": "vouch"}]}),
    );
    same(
        "accredited-individual",
        &[
            ("regime", "us-501a"),
            ("method", "tax-forms"),
            ("income_years", "2024|2025"),
            ("income2y_gt_usd_200k", "X"),
        ],
        &json!({"regime": "us-501a", "method": "tax-forms", "income_years": [2024, 2025],
            "income2y_gt_usd_200k": true}),
    );
}

#[test]
fn what_is_wrong_is_told_by_column_all_at_once() {
    let wrong = read(
        "kyc-identity",
        &[
            ("family_name", "Keller"),
            ("birthdate", "31.02.1980"),
            ("nationalities", "CH|Germany|CH"),
            ("address.country", "Schweiz"),
            ("age_over_18", "maybe"),
            ("shoe_size", "43"),
            ("evidence.type", "document|vouch"),
            ("evidence.as_of", "2026-11-01"),
        ],
    );
    let mut wrong = wrong.unwrap_err();
    wrong.sort();
    let expected = [
        ("address.country", "not-a-country"),
        ("age_over_18", "wrong-kind"),
        ("birthdate", "not-a-date"),
        ("evidence.as_of", "other-count"),
        ("given_name", "field-missing"),
        ("nationalities", "not-a-country"),
        ("nationalities", "repeated"),
        ("shoe_size", "unknown-field"),
    ];
    assert_eq!(wrong, expected.map(|(column, code)| (column.to_owned(), code)));
    let years = [("regime", "us-501a"), ("method", "tax-forms"), ("income_years", "2025|soon")];
    assert!(
        read("accredited-individual", &years)
            .unwrap_err()
            .contains(&("income_years".into(), "not-a-year"))
    );
}

#[test]
fn columns_are_the_fields_that_cells_can_fill() {
    for definition in bonafide_credentials::types() {
        let columns = definition.columns();
        assert!(columns.iter().any(|(name, _)| name == "assessed_on"));
        assert!(columns.iter().all(|(name, _)| !name.contains('[') && name != "sub"));
        for field in definition.fields() {
            let is_inside = |name: &str| name.starts_with(&format!("{}.", column_of(&field.path)));
            let filled =
                columns.iter().any(|(name, _)| *name == column_of(&field.path) || is_inside(name));
            assert!(filled, "{}: {}", definition.name(), field.path);
        }
    }
}
