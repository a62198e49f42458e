//! What a holder refuses to keep: change one thing, expect one reason.

use bonafide::credential::{Catalog, TypeMetadata};
use bonafide::key::{Algorithm, SecretKey};
use bonafide::verify::{Check, Reason, Received};
use serde_json::{Value, json};

use crate::support::forge::{Forged, NAME, NOW, digest, disclosure};
use bonafide::clock::Timestamp;

/// A wallet with one key; the good credential is bound to that of seed 8.
fn wallet(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Algorithm::Ed25519, &[seed; 32].into()).unwrap()
}

/// Knows what the type's metadata say of some claims.
fn knowing(claims: &Value) -> Catalog {
    let metadata = json!({"vct": "urn:example:badge:1", "claims": claims});
    let mut catalog = Catalog::default();
    catalog.add(TypeMetadata::parse(metadata.to_string().as_bytes()).unwrap()).unwrap();
    catalog
}

fn received(token: &str, seed: u8, catalog: &Catalog) -> Result<Received, Vec<Reason>> {
    Received::check(token, &wallet(seed), catalog, Timestamp::from_unix(NOW).unwrap())
}

fn found(token: &str, seed: u8, catalog: &Catalog) -> Vec<(Check, &'static str)> {
    let reasons = received(token, seed, catalog).err().unwrap_or_default();
    reasons.iter().map(|reason| (reason.check(), reason.kind())).collect()
}

/// Expects this one reason against an edited credential.
fn refused(check: Check, kind: &str, edit: impl Fn(&mut Forged)) {
    let mut forged = Forged::good(Algorithm::Ed25519);
    edit(&mut forged);
    assert_eq!(found(&forged.sd_jwt(), 8, &Catalog::default()), [(check, kind)]);
}

#[test]
fn a_good_credential_is_kept_and_read_back() {
    let forged = Forged::good(Algorithm::Ed25519);
    let kept = received(&forged.sd_jwt(), 8, &Catalog::default()).unwrap();
    let stored = Received::stored(&forged.sd_jwt()).unwrap();
    let said = json!({
        "name": "sentinel name", "visible": "sentinel visible", "address": {"town": "sentinel town"},
        "tags": ["sentinel tag"], "deep": {"inner": "sentinel inner"},
    });
    for read in [kept, stored] {
        assert_eq!(Value::from(read.said()), said);
        assert_eq!(*read.issuer(), forged.issuer.key.did());
        assert_eq!(*read.holder(), forged.holder.key.public.id());
        assert_eq!(read.registered().vct, "urn:example:badge:1");
        assert_eq!(read.claims().get_str("iss"), Some(read.issuer().as_str()));
        let shown = format!("{read:?}");
        assert!(shown.contains("badge") && shown.contains("\"name\""), "{shown}");
        assert!(!shown.contains("sentinel"), "{shown}");
    }
}

#[test]
fn what_cannot_be_read_back_is_not_stored() {
    let forged = Forged::good(Algorithm::Ed25519);
    assert!(Received::stored("").is_none());
    assert!(Received::stored(&forged.issuer.sign()).is_none());
    let without = |claim: &str| {
        let mut forged = forged.clone();
        forged.issuer.payload.as_object_mut().unwrap().remove(claim);
        Received::stored(&forged.sd_jwt())
    };
    for claim in ["iss", "vct", "cnf"] {
        assert!(without(claim).is_none(), "{claim}");
    }
    assert!(without("exp").is_some());
}

#[test]
fn a_presentation_is_no_credential_to_keep() {
    let text = Forged::good(Algorithm::Ed25519).presentation();
    assert_eq!(found(&text, 8, &Catalog::default()), [(Check::Form, "malformed")]);
}

#[test]
fn a_text_that_is_none() {
    for text in ["", "x", "a.b.c", "~", "a.b.c~"] {
        let reasons = found(text, 8, &Catalog::default());
        assert_eq!(reasons.len(), 1, "{text}");
        assert_eq!(reasons[0].0, Check::Form, "{text}");
    }
}

#[test]
fn a_credential_for_a_key_that_this_wallet_does_not_hold() {
    let token = Forged::good(Algorithm::Ed25519).sd_jwt();
    let reasons = found(&token, 9, &Catalog::default());
    assert_eq!(reasons, [(Check::KeyBinding, "holder-key-unknown")]);
}

#[test]
fn a_credential_for_no_key_at_all() {
    refused(Check::KeyBinding, "holder-key-missing", |f| {
        f.issuer.payload.as_object_mut().unwrap().remove("cnf");
    });
    refused(Check::KeyBinding, "holder-key-invalid", |f| {
        f.issuer.payload["cnf"]["jwk"]["d"] = "AAAA".into();
    });
}

#[test]
fn a_credential_that_is_not_what_its_issuer_signed() {
    refused(Check::IssuerSignature, "bad-signature", |f| {
        f.issuer.tamper = |token| format!("{}.AAAA", token.rsplit_once('.').unwrap().0);
    });
    refused(Check::IssuerNamed, "issuer-key-mismatch", |f| {
        f.issuer.payload["iss"] = f.holder.key.did().as_str().into();
    });
    refused(Check::Disclosures, "unreferenced-disclosure", |f| {
        f.disclosures.push(disclosure(&json!(["s", "role", "admin"])));
    });
    refused(Check::RegisteredClaims, "claim-not-disclosable", |f| f.hide("exp"));
    refused(Check::RegisteredClaims, "subject-mismatch", |f| {
        f.add(&json!(["s", "sub", f.issuer.key.did().as_str()]));
    });
}

#[test]
fn a_credential_outside_its_validity() {
    refused(Check::Validity, "expired", |f| f.issuer.payload["exp"] = NOW.into());
    refused(Check::Validity, "not-yet-valid", |f| f.issuer.payload["nbf"] = (NOW + 1).into());
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.issuer.payload["exp"] = (NOW + 1).into();
    forged.issuer.payload["nbf"] = NOW.into();
    assert_eq!(found(&forged.sd_jwt(), 8, &Catalog::default()), []);
}

#[test]
fn a_mandatory_claim_that_the_issuer_left_out() {
    let token = |edit: fn(&mut Forged)| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        edit(&mut forged);
        forged.sd_jwt()
    };
    let missing = [(Check::TypeMetadata, "claim-missing")];
    for sd in ["always", "allowed"] {
        let mandatory = knowing(&json!([{"path": ["name"], "mandatory": true, "sd": sd}]));
        assert_eq!(found(&token(|_| {}), 8, &mandatory), [], "{sd}");
        let without = token(|f| {
            // Its digest is left, as a decoy would be.
            f.disclosures.remove(NAME);
        });
        assert_eq!(found(&without, 8, &mandatory), missing, "{sd}");
        let optional = knowing(&json!([{"path": ["name"], "mandatory": false, "sd": sd}]));
        assert_eq!(found(&without, 8, &optional), [], "{sd}");
    }
}

#[test]
fn a_credential_unlike_its_type() {
    let found = |claims: Value, edit: fn(&mut Forged)| {
        let mut forged = Forged::good(Algorithm::Ed25519);
        edit(&mut forged);
        found(&forged.sd_jwt(), 8, &knowing(&claims))
    };
    let visible = json!([{"path": ["visible"], "sd": "always"}]);
    assert_eq!(found(visible, |_| {}), [(Check::TypeMetadata, "claim-not-hidden")]);
    let other = |f: &mut Forged| f.issuer.payload["vct#integrity"] = "sha256-AAAA".into();
    assert_eq!(found(json!([]), other), [(Check::TypeMetadata, "type-integrity-mismatch")]);
    let list = json!([{"path": ["name", null], "mandatory": true}]);
    assert_eq!(found(list, |_| {}), [(Check::TypeMetadata, "claim-malformed")]);
    // A type that is not known has no such rules.
    let unknown = |f: &mut Forged| {
        f.issuer.payload["vct"] = "urn:example:badge:2".into();
        f.issuer.payload["more"] = json!({"_sd": [digest("decoy 9")]});
    };
    let visible = json!([{"path": ["visible"], "sd": "always"}]);
    assert_eq!(found(visible, unknown), []);
}
