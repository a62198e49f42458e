//! Every rule of the checks: one change to a good sample, one error.

use bonafide_credentials::{AmlScreening, TypedClaims};
use serde_json::json;

use crate::data::{changed, read, refused, says, today};

const KYC: &str = "kyc-identity";
const AML: &str = "aml-screening";
const INVESTOR: &str = "accredited-individual";

#[test]
fn the_file_as_a_whole() {
    let deep = "[".repeat(40);
    let large = format!("{{\"x\":\"{}\"}}", "a".repeat(64 * 1024));
    for (text, code) in [
        ("", "malformed"),
        ("{", "malformed"),
        ("[]", "not-an-object"),
        (r#"{"risk_band":"low","risk_band":"high"}"#, "duplicate-key"),
        (deep.as_str(), "too-deep"),
        (large.as_str(), "too-large"),
    ] {
        let errors = read(AML, text.as_bytes()).unwrap_err();
        let found: Vec<_> = errors.iter().map(|e| (e.field.as_str(), e.code())).collect();
        assert_eq!(found, [("", code)]);
    }
}

#[test]
fn unknown_fields() {
    says(
        KYC,
        "/nationality",
        json!("SE"),
        "nationality: not a field of kyc-identity. Did you mean nationalities?",
    );
    says(
        KYC,
        "/address/zip",
        json!("10827"),
        "address.zip: not a field of kyc-identity. Did you mean postal_code?",
    );
    says(KYC, "/shoe_size", json!(44), "shoe_size: not a field of kyc-identity.");
    says(KYC, "/a\u{202e}\nb", json!(1), "a\\u{202e}\\nb: not a field of kyc-identity.");
    refused(AML, "/lists/0/_sd", json!([]), &[("lists[0]._sd", "unknown-field")]);
}

#[test]
fn reserved_names() {
    for name in ["iss", "sub", "vct", "cnf", "nbf", "exp", "iat", "status", "_sd", "..."] {
        refused(KYC, &format!("/{name}"), json!("x"), &[(name, "reserved-field")]);
    }
    says(KYC, "/exp", json!(1), "exp: set by the tool when it issues; leave it out");
}

#[test]
fn mandatory_claims() {
    for (name, field) in [
        (KYC, "family_name"),
        (KYC, "given_name"),
        (KYC, "birthdate"),
        (AML, "sanctions_clear"),
        (AML, "risk_band"),
        (INVESTOR, "regime"),
        (INVESTOR, "method"),
    ] {
        refused(name, &format!("/{field}"), json!(null), &[(field, "field-missing")]);
    }
    refused(KYC, "/assurance/level", json!(null), &[("assurance.level", "field-missing")]);
    refused(KYC, "/evidence/0/type", json!(null), &[("evidence[0].type", "field-missing")]);
    refused(AML, "/lists/1/as_of", json!(null), &[("lists[1].as_of", "field-missing")]);
    refused(AML, "/sanctions_clear", json!(false), &[("sanctions_clear", "must-be-true")]);
}

#[test]
fn text() {
    for (value, code) in [
        (json!(""), "empty"),
        (json!("  "), "empty"),
        (json!("a\nb"), "control-character"),
        (json!("a".repeat(101)), "too-long"),
        (json!(7), "wrong-kind"),
        (json!(["Lindqvist"]), "wrong-kind"),
    ] {
        refused(KYC, "/family_name", value, &[("family_name", code)]);
    }
    changed(KYC, "/family_name", json!("å".repeat(100))).unwrap();
}

#[test]
fn objects_and_lists() {
    refused(KYC, "/address", json!("Berlin"), &[("address", "wrong-kind")]);
    refused(KYC, "/address", json!({}), &[("address", "empty")]);
    refused(KYC, "/nationalities", json!("SE"), &[("nationalities", "wrong-kind")]);
    refused(KYC, "/nationalities", json!([]), &[("nationalities", "empty")]);
    refused(KYC, "/nationalities", json!(["SE", "DE", "SE"]), &[("nationalities[2]", "repeated")]);
    let many = json!(["SE", "DE", "FR", "IT", "ES"]);
    refused(KYC, "/nationalities", many, &[("nationalities", "too-many")]);
}

#[test]
fn countries() {
    for (value, hint) in [
        ("Germany", " Did you mean DE?"),
        ("DEU", " Did you mean DE?"),
        ("de", " Did you mean DE?"),
        ("Atlantis", ""),
        ("XX", ""),
    ] {
        let message = format!("address.country: not an ISO 3166-1 alpha-2 code.{hint}");
        says(KYC, "/address/country", json!(value), &message);
    }
    refused(KYC, "/nationalities/1", json!("UK"), &[("nationalities[1]", "not-a-country")]);
    let issuing = "/document/issuing_country";
    refused(KYC, issuing, json!("SWE"), &[("document.issuing_country", "not-a-country")]);
}

#[test]
fn dates_and_years() {
    for value in ["2026-02-30", "20261110", "10.11.2026", "2026-11-10T00:00:00Z"] {
        refused(KYC, "/birthdate", json!(value), &[("birthdate", "not-a-date")]);
    }
    says(
        KYC,
        "/birthdate",
        json!("29.2.1984"),
        "birthdate: not a calendar date; expected YYYY-MM-DD",
    );
    refused(KYC, "/birthdate", json!("1899-12-31"), &[("birthdate", "too-early")]);
    refused(KYC, "/assessed_on", json!("2026-11-21"), &[("assessed_on", "in-future")]);
    changed(KYC, "/assessed_on", json!("2026-11-20")).unwrap();
    refused(AML, "/lists/0/as_of", json!("2026-11-21"), &[("lists[0].as_of", "in-future")]);
    refused(INVESTOR, "/evidence_as_of", json!("2027-01-01"), &[("evidence_as_of", "in-future")]);
    let expiry = "/document/date_of_expiry";
    refused(KYC, expiry, json!("2026-11-19"), &[("document.date_of_expiry", "passed")]);
    changed(KYC, expiry, json!("2026-11-20")).unwrap();
    for (value, code) in [
        (json!("2025"), "not-a-year"),
        (json!(-1), "not-a-year"),
        (json!(20_250), "not-a-year"),
        (json!(2025.0), "not-a-year"),
        (json!(2027), "in-future"),
        (json!(1899), "too-early"),
    ] {
        refused(INVESTOR, "/income_years/0", value, &[("income_years[0]", code)]);
    }
}

#[test]
fn age_flags_fit_the_birthdate() {
    let young = [("age_over_18", "contradicts"), ("age_over_21", "contradicts")];
    refused(KYC, "/birthdate", json!("2008-11-21"), &young);
    refused(KYC, "/birthdate", json!("2008-11-20"), &young[1..]);
    changed(KYC, "/birthdate", json!("2005-11-20")).unwrap();
    refused(KYC, "/birthdate", json!("2026-11-21"), &[("birthdate", "in-future")]);
}

#[test]
fn words() {
    says(
        AML,
        "/risk_band",
        json!("Standart"),
        "risk_band: expected one of low, standard, high. Did you mean standard?",
    );
    for (name, at, field) in [
        (AML, "/monitoring", "monitoring"),
        (KYC, "/assurance/level", "assurance.level"),
        (KYC, "/document/type", "document.type"),
        (KYC, "/evidence/0/type", "evidence[0].type"),
        (INVESTOR, "/method", "method"),
        (INVESTOR, "/attestor_role", "attestor_role"),
    ] {
        refused(name, at, json!("hearsay"), &[(field, "not-allowed")]);
    }
    refused(INVESTOR, "/regime", json!("us-qp"), &[("regime", "not-allowed")]);
}

#[test]
fn email_and_telephone() {
    for value in ["asa", "@example.org", "a b@example.org", "a@b", "a@b..c", "a@@b.c", "a@.c"] {
        refused(KYC, "/email", json!(value), &[("email", "not-an-email")]);
    }
    for value in ["030123456", "+49 30 123456", "+1234567890123456", "+", "+49301234x"] {
        refused(KYC, "/phone_number", json!(value), &[("phone_number", "not-a-phone-number")]);
    }
}

#[test]
fn flags() {
    for value in [json!("true"), json!(1)] {
        refused(AML, "/pep_clear", value.clone(), &[("pep_clear", "wrong-kind")]);
        refused(INVESTOR, "/family_client", value, &[("family_client", "wrong-kind")]);
    }
}

#[test]
fn thresholds_belong_to_the_regime() {
    says(
        INVESTOR,
        "/fin_profession_ge_1y",
        json!(true),
        "fin_profession_ge_1y: not a threshold of the regime given, but of eu-mifid, eu-ecspr",
    );
    changed(INVESTOR, "/fin_profession_ge_1y", json!(false)).unwrap();
    let ours =
        [("income2y_gt_usd_200k", "other-regime"), ("networth_xpr_gt_usd_1m", "other-regime")];
    refused(INVESTOR, "/regime", json!("jp-si"), &ours);
}

#[test]
fn a_threshold_is_passed_unless_the_person_only_declares() {
    let mut claims = json!({"regime": "uk-hnw", "method": "firm-assessment",
        "income1y_ge_gbp_100k": false});
    let errors = read(INVESTOR, claims.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "regime: no threshold given as true; expected at least one of income1y_ge_gbp_100k, \
         netassets_xhome_xpension_ge_gbp_250k"
    );
    assert_eq!(errors.iter().next().unwrap().code(), "no-threshold");
    claims["method"] = json!("self declared");
    let errors = read(INVESTOR, claims.to_string().as_bytes()).unwrap_err();
    assert_eq!(errors.iter().next().unwrap().code(), "not-allowed");
    assert!(errors.to_string().ends_with("Did you mean self-declared?"));
    claims["method"] = json!("self-declared");
    read(INVESTOR, claims.to_string().as_bytes()).unwrap();
}

#[test]
fn all_errors_are_told_one_a_line_and_without_values() {
    let file = json!({"sanctions_clear": false, "risk_band": "SECRET", "monitoring": "SECRET",
        "lists": [{"list": "SECRET\n", "as_of": "SECRET"}], "record_ref": "SECRET".repeat(99)});
    let errors = read(AML, file.to_string().as_bytes()).unwrap_err();
    assert_eq!(errors.iter().count(), 6);
    assert_eq!(errors.to_string().lines().count(), 6);
    assert!(!format!("{errors} {errors:?}").contains("SECRET"));
}

#[test]
fn typed_claims_pass_the_same_checks() {
    let errors = AmlScreening::default().check(today()).unwrap_err();
    let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["sanctions_clear", "risk_band"]);
}
