//! Rows 29, 30 and 39a: claims that must be visible, be there, and have their form.

use bonafide::credential::{Catalog, TypeMetadata};
use bonafide::key::Algorithm;
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{Check, Material, Verifier};
use serde_json::{Value, json};

use super::{assert_refused, refused, verdict};
use crate::support::forge::{Forged, SECRET, digest, disclosure};

#[test]
fn row_29_a_registered_claim_made_disclosable() {
    for claim in ["iss", "exp", "nbf", "cnf", "vct"] {
        refused(Check::RegisteredClaims, "claim-not-disclosable", |f| f.hide(claim));
    }
    let more = [
        ("vct#integrity", json!("sha256-AAAA")),
        ("aka_vcts", json!(["urn:example:other:1"])),
        ("status", json!({"status_list": {"idx": 1, "uri": "https://status.example"}})),
    ];
    for (claim, value) in more {
        refused(Check::RegisteredClaims, "claim-not-disclosable", |f| {
            f.add(&json!(["s", claim, value]));
        });
    }
}

#[test]
fn row_29_a_member_of_a_registered_claim_made_disclosable() {
    // A decoy alone shows that something could be hidden.
    refused(Check::RegisteredClaims, "claim-not-disclosable", |f| {
        f.issuer.payload["cnf"]["_sd"] = json!([digest("decoy 9")]);
    });
    refused(Check::RegisteredClaims, "claim-not-disclosable", |f| {
        f.issuer.payload["cnf"]["jwk"]["_sd"] = json!([]);
    });
    refused(Check::RegisteredClaims, "claim-not-disclosable", |f| {
        let list = json!({"idx": 1, "uri": "https://status.example", "_sd": [digest("decoy 9")]});
        f.issuer.payload["status"] = json!({"status_list": list});
    });
    refused(Check::RegisteredClaims, "claim-not-disclosable", |f| {
        let text = disclosure(&json!(["s", "urn:example:another:1"]));
        f.issuer.payload["aka_vcts"] = json!(["urn:example:other:1", {"...": digest(&text)}]);
        f.disclosures.push(text);
    });
}

#[test]
fn row_30_a_claim_that_every_credential_has_is_missing() {
    for claim in ["iss", "vct"] {
        refused(Check::RegisteredClaims, "claim-missing", |f| {
            f.issuer.payload.as_object_mut().unwrap().remove(claim);
        });
    }
}

#[test]
fn row_39a_a_reference_to_a_status_list_that_is_none() {
    let uri = "https://status.example";
    let references = [
        json!(null),
        json!({}),
        json!([]),
        json!({"status_list": null}),
        json!({"status_list": {"idx": 1}}),
        json!({"status_list": {"uri": uri}}),
        json!({"status_list": {"idx": -1, "uri": uri}}),
        json!({"status_list": {"idx": "1", "uri": uri}}),
        json!({"status_list": {"idx": 1.5, "uri": uri}}),
        json!({"status_list": {"idx": 18_446_744_073_709_551_615_u64, "uri": uri}}),
        json!({"status_list": {"idx": 1, "uri": ""}}),
        json!({"status_list": {"idx": 1, "uri": 1}}),
        json!({"status_list": {"idx": 1, "uri": uri}, "other": {}}),
    ];
    for reference in references {
        refused(Check::RegisteredClaims, "status-invalid", |f| {
            f.issuer.payload["status"] = reference.clone();
        });
    }
}

/// A verifier that knows what the type's metadata say.
fn knowing(good: &Forged, claims: &Value) -> Verifier {
    let metadata = json!({"vct": "urn:example:badge:1", "claims": claims});
    let mut catalog = Catalog::default();
    catalog.add(TypeMetadata::parse(metadata.to_string().as_bytes()).unwrap()).unwrap();
    let issuers = vec![PinnedIssuer { did: good.issuer.key.did(), name: None }];
    Verifier::new(Material { issuers, catalog, ..Material::default() }).unwrap()
}

/// Expects one finding of the type's metadata against an edited presentation.
fn unlike_its_type(kind: &str, claims: &Value, edit: impl Fn(&mut Forged)) {
    let mut forged = Forged::good(Algorithm::Ed25519);
    let verifier = knowing(&forged, claims);
    edit(&mut forged);
    let found = verdict(&verifier, &forged.presentation());
    assert_refused(&found, &[(Check::TypeMetadata, kind)]);
}

#[test]
fn row_29_the_day_of_assessment_made_disclosable() {
    let claims = json!([{"path": ["assessed_on"], "mandatory": true, "sd": "never"}]);
    let day = format!("{SECRET} 2026-11-01");
    unlike_its_type("claim-not-disclosable", &claims, |f| f.add(&json!(["s", "assessed_on", day])));
    unlike_its_type("claim-missing", &claims, |_| {});
    let forged = {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.issuer.payload["assessed_on"] = day.clone().into();
        forged
    };
    let found = verdict(&knowing(&forged, &claims), &forged.presentation());
    assert_eq!(found.name(), "accepted");
}

#[test]
fn a_claim_that_must_be_hideable_is_not() {
    let claims = json!([{"path": ["visible"], "sd": "always"}]);
    unlike_its_type("claim-not-hidden", &claims, |_| {});
    let inner = json!([{"path": ["tags", null], "sd": "always"}]);
    unlike_its_type("claim-not-hidden", &inner, |f| {
        f.issuer.payload["tags"].as_array_mut().unwrap().push(json!(format!("{SECRET} plain")));
    });
}

#[test]
fn a_claim_with_another_shape_than_its_type_says() {
    let claims = json!([{"path": ["name", "first"]}]);
    unlike_its_type("claim-malformed", &claims, |_| {});
    let claims = json!([{"path": ["address", null]}]);
    unlike_its_type("claim-malformed", &claims, |_| {});
}

#[test]
fn a_credential_made_for_other_type_metadata() {
    for integrity in ["sha256-AAAA", "", "md5-AAAA"] {
        unlike_its_type("type-integrity-mismatch", &json!([]), |f| {
            f.issuer.payload["vct#integrity"] = integrity.into();
        });
    }
}
