//! Rows 20, 21, 23 and 24: the holder's key and the holder's statement.

use bonafide::encoding::base64url;
use bonafide::verify::Check;
use serde_json::{Value, json};

use super::{BOTH, assert_refused, refused, verdict, verifier};
use crate::support::forge::{AUDIENCE, Forged, Key, NONCE, TAG, digest};

#[test]
fn row_20_the_answer_removed() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let found = verdict(&verifier(&good), &good.sd_jwt());
        assert_refused(&found, &[(Check::KeyBinding, "key-binding-missing")]);
    }
}

#[test]
fn row_20_the_answer_of_another_presentation() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let mut fewer = good.clone();
        fewer.disclosures.remove(TAG);
        for (shown, answered) in [(&good, &fewer), (&fewer, &good)] {
            let text = format!("{}{}", shown.sd_jwt(), good.bound_to(&answered.sd_jwt()));
            // ES256 signatures are fresh each time: compare over the same credential.
            let found = verdict(&verifier(&good), &text);
            assert_refused(&found, &[(Check::KeyBinding, "sd-hash-mismatch")]);
        }
    }
}

#[test]
fn row_20_the_answer_of_somebody_else() {
    for algorithm in BOTH {
        refused(Check::KeyBinding, "key-binding-invalid", |f| {
            if f.holder.key.public.algorithm() == algorithm {
                f.holder.key = Key::new(algorithm, 66);
            } else {
                f.holder.key = f.issuer.key.clone();
            }
        });
    }
    for text in ["x", "x.y", "..", "a.b.c", "a.b.c.d", "~", " "] {
        let good = Forged::good(BOTH[0]);
        let found = verdict(&verifier(&good), &format!("{}{text}", good.sd_jwt()));
        assert!(matches!(found, bonafide::verify::Verdict::Refused(_)), "{text}");
    }
}

fn with_cnf(kind: &str, cnf: &Value) {
    refused(Check::KeyBinding, kind, |f| f.issuer.payload["cnf"] = cnf.clone());
}

#[test]
fn row_21_no_holder_key() {
    let none = [
        json!(null),
        json!({}),
        json!([]),
        json!("key"),
        json!({"kid": "key-1"}),
        json!({"jku": "https://keys.example"}),
        json!({"x5t#S256": "AAAA"}),
    ];
    for cnf in none {
        with_cnf("holder-key-missing", &cnf);
    }
    refused(Check::KeyBinding, "holder-key-missing", |f| {
        f.issuer.payload.as_object_mut().unwrap().remove("cnf");
    });
}

#[test]
fn row_21_a_holder_key_that_is_no_good() {
    let one = base64url::encode([1; 32]);
    let small_order = base64url::encode([&[1u8], &[0u8; 31][..]].concat());
    let bad = [
        json!(null),
        json!({}),
        json!("text"),
        json!({"kty": "oct", "k": "c2VjcmV0"}),
        json!({"kty": "oct"}),
        json!({"kty": "EC", "crv": "P-256", "x": one, "y": one}),
        json!({"kty": "EC", "crv": "P-256", "x": one}),
        json!({"kty": "EC", "crv": "secp256k1", "x": one, "y": one}),
        json!({"kty": "RSA", "n": one, "e": "AQAB"}),
        json!({"kty": "OKP", "crv": "X25519", "x": one}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": small_order}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": format!("{one}=")}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": 1}),
        json!({"kty": "OKP", "crv": "Ed25519"}),
    ];
    for jwk in bad {
        with_cnf("holder-key-invalid", &json!({"jwk": jwk}));
    }
    refused(Check::KeyBinding, "holder-key-invalid", |f| {
        f.issuer.payload["cnf"]["jwk"]["d"] = "AAAA".into();
    });
    for (name, value) in
        [("use", json!("enc")), ("key_ops", json!(["deriveBits"])), ("alg", json!("ECDH-ES"))]
    {
        refused(Check::KeyBinding, "holder-key-invalid", |f| {
            f.issuer.payload["cnf"]["jwk"][name] = value.clone();
        });
    }
}

/// RFC 7800 §3.1: at most one of `jwk`, `jwe` and `jku`.
#[test]
fn row_21_two_holder_keys() {
    for (name, value) in [("jwe", json!("a.b.c.d.e")), ("jku", json!("https://keys.example"))] {
        refused(Check::KeyBinding, "holder-key-invalid", |f| {
            f.issuer.payload["cnf"][name] = value.clone();
        });
    }
}

#[test]
fn row_23_another_nonce() {
    let nonces = [
        json!(NONCE.trim_end_matches('p')),
        json!(format!("{NONCE}x")),
        json!(NONCE.to_lowercase()),
        json!(format!(" {NONCE}")),
        json!([NONCE]),
        json!(""),
        json!(null),
        json!(0),
    ];
    for nonce in nonces {
        refused(Check::KeyBinding, "nonce-mismatch", |f| f.holder.payload["nonce"] = nonce.clone());
    }
    refused(Check::KeyBinding, "nonce-mismatch", |f| {
        f.holder.payload.as_object_mut().unwrap().remove("nonce");
    });
}

#[test]
fn row_23_another_audience() {
    let audiences = [
        json!(AUDIENCE.trim_end_matches('g')),
        json!(format!("{AUDIENCE}/")),
        json!(AUDIENCE.to_uppercase()),
        json!([AUDIENCE]),
        json!([AUDIENCE, "https://other.example"]),
        json!(""),
        json!(null),
    ];
    for audience in audiences {
        refused(Check::KeyBinding, "audience-mismatch", |f| {
            f.holder.payload["aud"] = audience.clone();
        });
    }
    refused(Check::KeyBinding, "audience-mismatch", |f| {
        f.holder.payload.as_object_mut().unwrap().remove("aud");
    });
}

#[test]
fn row_24_another_hash_than_that_of_the_text() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let verifier = verifier(&good);
        let sd_jwt = good.sd_jwt();
        let mut reversed = good.disclosures.clone();
        reversed.reverse();
        let jwt = sd_jwt.split('~').next().unwrap();
        let wrong = [
            json!(digest(sd_jwt.trim_end_matches('~'))),
            json!(format!("{}=", digest(&sd_jwt))),
            json!(digest(&sd_jwt).to_lowercase()),
            json!(digest(&format!("{jwt}~"))),
            json!(digest(&format!("{jwt}~{}~", reversed.join("~")))),
            json!(bonafide::format::sd_jwt::HashAlgorithm::Sha512.digest(&sd_jwt)),
            json!([digest(&sd_jwt)]),
            json!(""),
            json!(null),
        ];
        for hash in wrong {
            let mut bad = good.clone();
            bad.holder.payload["sd_hash"] = hash.clone();
            let found = verdict(&verifier, &format!("{sd_jwt}{}", bad.bound_to(&sd_jwt)));
            assert_refused(&found, &[(Check::KeyBinding, "sd-hash-mismatch")]);
        }
    }
}

#[test]
fn row_24_no_hash_at_all() {
    refused(Check::KeyBinding, "sd-hash-mismatch", |f| {
        f.holder.texts.1 = Some(f.holder.payload.to_string());
    });
}

#[test]
fn every_fault_of_the_answer_is_told_in_order() {
    let mut forged = Forged::good(BOTH[0]);
    let good = forged.clone();
    forged.holder.payload = json!({"iat": 1, "nonce": "x", "aud": "y", "sd_hash": "z"});
    let kinds = ["stale", "nonce-mismatch", "audience-mismatch", "sd-hash-mismatch"];
    let found = verdict(&verifier(&good), &forged.presentation());
    assert_refused(&found, &kinds.map(|kind| (Check::KeyBinding, kind)));
}

#[test]
fn a_subject_that_is_another_holder() {
    for other in [
        Key::new(bonafide::key::Algorithm::P256, 77).did(),
        Key::new(bonafide::key::Algorithm::Ed25519, 78).did(),
    ] {
        refused(Check::RegisteredClaims, "subject-mismatch", |f| {
            f.add(&json!(["s", "sub", other.as_str()]));
        });
    }
    // Its own DID, or a name that carries no key, says nothing against it.
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        for subject in [good.holder.key.did().as_str(), "user_42", "did:example:holder"] {
            let mut named = good.clone();
            named.add(&json!(["s", "sub", subject]));
            assert_eq!(
                verdict(&verifier(&good), &named.presentation()).name(),
                "accepted",
                "{subject}"
            );
        }
    }
}
