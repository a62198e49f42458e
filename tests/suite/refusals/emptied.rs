//! Claims asked for and answered with nothing in them, and credentials for somebody else.

use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::did::Identity;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::policy::Policy;
use bonafide::request::{Question, Request};
use bonafide::verify::{Check, Expected, Facts, Memory, Presentation};
use serde_json::{Value, json};

use super::{at, refused, verdict, verifier};
use crate::support::forge::{AUDIENCE, Forged, NONCE, NOW, digest, disclosure};

/// The reasons against showing that claim, in answer to a request for `home`.
fn shown(claim: &Value, more: &[String]) -> Vec<(Check, &'static str)> {
    let platform = SecretKey::from_bytes(Algorithm::Ed25519, &[9; 32].into()).unwrap();
    let query = CredentialQuery {
        id: "q".into(),
        types: Vec::new(),
        claims: vec![ClaimQuery::any("home".parse().unwrap())],
    };
    let (asked_at, expires) = (at(NOW), at(NOW + 600));
    let question = Question { query, nonce: NONCE.into(), state: None, asked_at, expires };
    let signed = question.sign(&Identity::did_key(platform.id(), &platform).unwrap()).unwrap();
    let request = Request::read(&signed).unwrap();
    let mut forged = Forged::good(Algorithm::Ed25519);
    forged.holder.payload["aud"] = request.client_id().into();
    forged.add(&json!(["s", "home", claim]));
    more.iter().for_each(|text| forged.disclosures.push(text.clone()));
    let text = forged.presentation();
    let (policy, facts, memory) = (Policy::default(), Facts::default(), Memory::default());
    let expected = Expected::Request(&request);
    let presentation = Presentation::new(text.as_bytes());
    let (verdict, _) =
        verifier(&forged).verify(&presentation, &expected, &policy, &facts, &memory, at(NOW));
    verdict.reasons().iter().map(|reason| (reason.check(), reason.kind())).collect()
}

#[test]
fn row_30_a_claim_of_which_everything_was_withheld_is_not_shown() {
    let street = disclosure(&json!(["s", "street", "x"]));
    let emptied = [
        json!({"_sd": [digest(&street)]}),
        json!([{"...": digest("decoy")}]),
        json!({"inner": {"_sd": [digest("decoy")]}}),
        json!([[{"...": digest("decoy")}]]),
    ];
    for claim in &emptied {
        assert_eq!(shown(claim, &[]), [(Check::Requested, "claim-missing")], "{claim}");
    }
    for claim in [json!({}), json!([]), json!("x"), json!({"a": 1, "_sd": [digest(&street)]})] {
        assert_eq!(shown(&claim, &[]), [], "{claim}");
    }
    assert_eq!(shown(&emptied[0], &[street]), []);
}

#[test]
fn a_credential_for_another_audience() {
    for audience in [json!("https://another.example"), json!(["a", "b"])] {
        refused(Check::Validity, "audience-mismatch", |f| {
            f.issuer.payload["aud"] = audience.clone();
        });
    }
    refused(Check::RegisteredClaims, "malformed", |f| f.issuer.payload["aud"] = json!([]));
    refused(Check::RegisteredClaims, "malformed", |f| f.add(&json!(["s", "sub", ["x"]])));
    let mut good = Forged::good(Algorithm::P256);
    good.issuer.payload["aud"] = json!(["another", AUDIENCE]);
    assert_eq!(verdict(&verifier(&good), &good.presentation()).name(), "accepted");
}
