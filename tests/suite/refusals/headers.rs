//! Rows 1 to 8: headers, algorithms, types, and whose key it is.

use aws_lc_rs::hmac;
use bonafide::did::Did;
use bonafide::encoding::base64url;
use bonafide::verify::Check;
use serde_json::json;

use super::{BOTH, assert_refused, refused, verdict, verifier};
use crate::support::forge::{Forged, Key};

fn unsigned(token: String) -> String {
    let (input, _) = token.rsplit_once('.').unwrap();
    format!("{input}.")
}

#[test]
fn row_1_no_algorithm_in_any_spelling() {
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        refused(Check::Form, "alg-not-allowed", |f| {
            f.issuer.header["alg"] = alg.into();
            f.issuer.tamper = unsigned;
        });
        refused(Check::KeyBinding, "alg-not-allowed", |f| {
            f.holder.header["alg"] = alg.into();
            f.holder.tamper = unsigned;
        });
    }
}

#[test]
fn row_1_an_algorithm_that_is_missing_or_no_text() {
    for alg in [json!(null), json!(["EdDSA"]), json!(1)] {
        refused(Check::Form, "malformed", |f| f.issuer.header["alg"] = alg.clone());
        refused(Check::KeyBinding, "malformed", |f| f.holder.header["alg"] = alg.clone());
    }
}

#[test]
fn row_1_an_empty_signature() {
    refused(Check::IssuerSignature, "bad-signature", |f| f.issuer.tamper = unsigned);
    refused(Check::KeyBinding, "key-binding-invalid", |f| f.holder.tamper = unsigned);
}

/// The token under an HMAC with the public key of the good holder.
fn with_hmac(token: String) -> String {
    let (input, _) = token.rsplit_once('.').unwrap();
    let holder = Key::new(BOTH[0], 8).public;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &holder.to_bytes());
    format!("{input}.{}", base64url::encode(hmac::sign(&key, input.as_bytes())))
}

#[test]
fn row_2_hmac_with_the_public_key() {
    for alg in ["HS256", "HS384", "HS512"] {
        for algorithm in BOTH {
            let mut forged = Forged::good(algorithm);
            let verifier = verifier(&forged);
            forged.issuer.header["alg"] = alg.into();
            let signed = forged.issuer.sign();
            let (input, _) = signed.rsplit_once('.').unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, &forged.issuer.key.public.to_bytes());
            let tag = base64url::encode(hmac::sign(&key, input.as_bytes()));
            let sd_jwt = format!("{input}.{tag}~{}~", forged.disclosures.join("~"));
            let whole = format!("{sd_jwt}{}", forged.bound_to(&sd_jwt));
            assert_refused(&verdict(&verifier, &whole), &[(Check::Form, "alg-not-allowed")]);
        }
        refused(Check::KeyBinding, "alg-not-allowed", |f| {
            f.holder.header["alg"] = alg.into();
            f.holder.tamper = with_hmac;
        });
    }
}

#[test]
fn row_2_the_other_algorithm_than_that_of_the_key() {
    let other = |alg: &serde_json::Value| if alg == "ES256" { "EdDSA" } else { "ES256" };
    refused(Check::IssuerSignature, "alg-not-allowed", |f| {
        f.issuer.header["alg"] = other(&f.issuer.header["alg"]).into();
    });
    refused(Check::KeyBinding, "alg-not-allowed", |f| {
        f.holder.header["alg"] = other(&f.holder.header["alg"]).into();
    });
    for alg in ["ES384", "ES512", "ES256K", "RS256", "PS256", "Ed448", "es256", "eddsa"] {
        refused(Check::Form, "alg-not-allowed", |f| f.issuer.header["alg"] = alg.into());
    }
}

#[test]
fn row_3_a_key_brought_along() {
    for name in ["jwk", "jku", "x5u", "x5c", "x5t#S256"] {
        refused(Check::Form, "untrusted-key", |f| {
            let stranger = Key::new(f.issuer.key.public.algorithm(), 66);
            f.issuer.header[name] = stranger.public.to_jwk();
            f.issuer.key = stranger;
        });
        refused(Check::KeyBinding, "untrusted-key", |f| {
            let stranger = Key::new(f.holder.key.public.algorithm(), 66);
            f.holder.header[name] = stranger.public.to_jwk();
            f.holder.key = stranger;
        });
    }
}

#[test]
fn row_4_an_extension_that_is_not_understood() {
    let crits = [json!(["exp"]), json!(["b64"]), json!([]), json!(null), json!("exp")];
    for crit in crits {
        refused(Check::Form, "unknown-critical", |f| f.issuer.header["crit"] = crit.clone());
        refused(Check::KeyBinding, "unknown-critical", |f| f.holder.header["crit"] = crit.clone());
    }
    refused(Check::Form, "unknown-critical", |f| f.issuer.header["b64"] = false.into());
    refused(Check::KeyBinding, "unknown-critical", |f| f.holder.header["b64"] = true.into());
}

#[test]
fn row_5_a_key_id_that_names_no_key() {
    let long = "k".repeat(70_000);
    let kids = [
        "../../../etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:1/key",
        "' OR 1=1 --",
        "\0",
        "",
        "#key-1",
        long.as_str(),
    ];
    for kid in kids {
        refused(Check::IssuerKey, "key-not-found", |f| f.issuer.header["kid"] = kid.into());
    }
    refused(Check::IssuerKey, "key-not-found", |f| {
        f.issuer.header.as_object_mut().unwrap().remove("kid");
    });
}

#[test]
fn row_5_a_key_id_that_is_no_did_url() {
    let long = format!("did:key:z{}#z", "6".repeat(70_000));
    for kid in ["did:", "did:key:", "did:key:z6Mk", "did:web:a/../b#k", "did:key:\0#\0", &long] {
        refused(Check::IssuerKey, "bad-did-url", |f| f.issuer.header["kid"] = kid.into());
    }
    refused(Check::IssuerKey, "did-method-unsupported", |f| {
        f.issuer.header["kid"] = "did:example:a#b".into();
    });
    // Nobody looks there: what is not at hand, for an issuer that nobody believes, is an unknown issuer (row 11).
    for kid in ["did:web:127.0.0.1#key-1", "did:webvh:Qm0:10.0.0.1#k", "did:web:issuer.example#k"] {
        refused(Check::Trust, "issuer-unknown", |f| f.issuer.header["kid"] = kid.into());
    }
    refused(Check::Form, "malformed", |f| f.issuer.header["kid"] = 42.into());
}

#[test]
fn row_6_an_issuer_named_that_did_not_sign() {
    for algorithm in BOTH {
        let other = Key::new(algorithm, 99).did().to_string();
        refused(Check::IssuerNamed, "issuer-key-mismatch", |f| {
            f.issuer.payload["iss"] = other.as_str().into();
        });
    }
    // The same key under another DID is another issuer.
    refused(Check::IssuerNamed, "issuer-key-mismatch", |f| {
        f.issuer.payload["iss"] = Did::jwk_from_key(&f.issuer.key.public).as_str().into();
    });
}

#[test]
fn row_6_a_stranger_signs_in_the_name_of_the_issuer() {
    for algorithm in BOTH {
        let mut forged = Forged::good(algorithm);
        let verifier = verifier(&forged);
        forged.issuer.key = Key::new(algorithm, 66);
        // With the issuer's own kid, the signature does not hold.
        let verdict_own = verdict(&verifier, &forged.presentation());
        assert_refused(&verdict_own, &[(Check::IssuerSignature, "bad-signature")]);
        // With the stranger's kid, it holds, but not for the issuer named.
        forged.issuer.header["kid"] = forged.issuer.key.kid().into();
        let verdict_strange = verdict(&verifier, &forged.presentation());
        assert_refused(
            &verdict_strange,
            &[(Check::IssuerNamed, "issuer-key-mismatch"), (Check::Trust, "issuer-unknown")],
        );
    }
}

#[test]
fn row_7_a_did_key_with_the_fragment_of_another() {
    refused(Check::IssuerKey, "bad-did-url", |f| {
        let stranger = Key::new(f.issuer.key.public.algorithm(), 66).did();
        let own = f.issuer.key.did();
        f.issuer.header["kid"] = format!("{own}#{}", stranger.method_specific_id()).into();
    });
    refused(Check::IssuerKey, "bad-did-url", |f| {
        let stranger = Key::new(f.issuer.key.public.algorithm(), 66);
        let own = f.issuer.key.did();
        f.issuer.header["kid"] = format!("{}#{}", stranger.did(), own.method_specific_id()).into();
        f.issuer.key = stranger;
    });
}

#[test]
fn row_8_a_token_of_another_type() {
    let types =
        ["kb+jwt", "statuslist+jwt", "JWT", "vc+sd-jwt", "DC+SD-JWT", "application/dc+sd-jwt"];
    for typ in types {
        refused(Check::Form, "wrong-type", |f| f.issuer.header["typ"] = typ.into());
    }
    for typ in ["dc+sd-jwt", "JWT", "KB+JWT", "openid4vci-proof+jwt", "oauth-authz-req+jwt"] {
        refused(Check::KeyBinding, "wrong-type", |f| f.holder.header["typ"] = typ.into());
    }
    for typ in [json!(null), json!(["dc+sd-jwt"]), json!(1)] {
        refused(Check::Form, "wrong-type", |f| f.issuer.header["typ"] = typ.clone());
    }
}

#[test]
fn row_8_tokens_in_one_anothers_place() {
    for algorithm in BOTH {
        let good = Forged::good(algorithm);
        let verifier = verifier(&good);
        let (credential, sd_jwt) = (good.issuer.sign(), good.sd_jwt());
        let answer = good.bound_to(&sd_jwt);
        let credential_as_answer = verdict(&verifier, &format!("{sd_jwt}{credential}"));
        assert_refused(&credential_as_answer, &[(Check::KeyBinding, "wrong-type")]);
        let answer_as_credential = verdict(&verifier, &format!("{answer}~{answer}"));
        assert_refused(&answer_as_credential, &[(Check::Form, "wrong-type")]);
        let bare = verdict(&verifier, &credential);
        assert_refused(&bare, &[(Check::Form, "malformed")]);
    }
}
