//! Rows 10, 13 and 19: keys for another purpose, signatures and keys that are no good, look-alikes.

use bonafide::did::{self, Did};
use bonafide::encoding::{base64url, multibase};
use bonafide::key::Algorithm;
use bonafide::verify::Check;
use serde_json::json;

use super::{assert_refused, refused, verdict, verifier};
use crate::support::forge::{Forged, Key};

/// Replaces the signature of a JWT.
fn with_signature(token: &str, edit: impl FnOnce(&mut Vec<u8>)) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = base64url::decode(signature).unwrap();
    edit(&mut bytes);
    format!("{input}.{}", base64url::encode(bytes))
}

#[test]
fn row_10_a_key_for_another_purpose() {
    // The X25519 key of a did:key is listed for key agreement only.
    let ed = Forged::good(Algorithm::Ed25519);
    let document = did::document(&ed.issuer.key.did()).unwrap();
    let agreement = document.methods()[1].id().to_string();
    let mut forged = ed.clone();
    forged.issuer.header["kid"] = agreement.into();
    let found = verdict(&verifier(&ed), &forged.presentation());
    assert_refused(&found, &[(Check::IssuerKey, "wrong-purpose")]);

    // A did:jwk with "use":"enc" lists its key for key agreement only, though it could sign. Other
    // members that rule signatures out leave no key at all.
    let p256 = Forged::good(Algorithm::P256);
    for (name, value, code) in [
        ("use", json!("enc"), "wrong-purpose"),
        ("key_ops", json!(["deriveBits"]), "bad-key"),
        ("alg", json!("ECDH-ES"), "bad-key"),
    ] {
        let mut jwk = p256.issuer.key.public.to_jwk();
        jwk[name] = value;
        let did = format!("did:jwk:{}", base64url::encode(jwk.to_string()));
        let mut forged = p256.clone();
        forged.issuer.header["kid"] = format!("{did}#0").into();
        forged.issuer.payload["iss"] = did.into();
        let found = verdict(&verifier(&p256), &forged.presentation());
        assert_refused(&found, &[(Check::IssuerKey, code)]);
    }
}

#[test]
fn row_13_signatures_of_nothing() {
    type Edit = fn(String) -> String;
    let edits: [Edit; 7] = [
        |token| with_signature(&token, |s| s[..32].fill(0)),
        |token| with_signature(&token, |s| s[32..].fill(0)),
        |token| with_signature(&token, |s| s.fill(0)),
        |token| with_signature(&token, |s| s.fill(0xff)),
        |token| with_signature(&token, |s| s.truncate(63)),
        |token| with_signature(&token, |s| s.push(0)),
        |token| with_signature(&token, |s| s[40] ^= 1),
    ];
    for edit in edits {
        refused(Check::IssuerSignature, "bad-signature", |f| f.issuer.tamper = edit);
        refused(Check::KeyBinding, "key-binding-invalid", |f| f.holder.tamper = edit);
    }
}

/// The order of the Ed25519 group, little-endian: S and S + L sign the same.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn row_13_an_ed25519_signature_with_a_second_name() {
    fn add_order(signature: &mut [u8]) {
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(L) {
            let sum = u16::from(*byte) + u16::from(add) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
    }
    let good = Forged::good(Algorithm::Ed25519);
    let mut forged = good.clone();
    forged.issuer.tamper = |token| with_signature(&token, |s| add_order(s));
    let found = verdict(&verifier(&good), &forged.presentation());
    assert_refused(&found, &[(Check::IssuerSignature, "bad-signature")]);
    let mut forged = good.clone();
    forged.holder.tamper = |token| with_signature(&token, |s| add_order(s));
    let found = verdict(&verifier(&good), &forged.presentation());
    assert_refused(&found, &[(Check::KeyBinding, "key-binding-invalid")]);
}

/// Under a small-order key, a lax reader takes one signature for every message.
#[test]
fn row_13_an_issuer_with_a_key_that_is_none() {
    let identity = [&[1u8], &[0u8; 31][..]].concat();
    let zero_order_four = vec![0; 32];
    let non_canonical = [&[0xf0u8], &[0xffu8; 30][..], &[0x7f]].concat();
    let no_x = [&[2u8], &[0xffu8; 32][..]].concat();
    let hybrid = [&[6u8], &[1u8; 32][..]].concat();
    let short = vec![7; 31];
    let ed25519 = [identity, zero_order_four, non_canonical, short];
    let ed25519 = ed25519.map(|key| multibase::encode(&[&[0xed, 0x01], &key[..]].concat()));
    let p256 = [no_x, hybrid].map(|key| multibase::encode(&[&[0x80, 0x24], &key[..]].concat()));
    for multikey in ed25519.iter().chain(&p256) {
        refused(Check::IssuerKey, "bad-key", |f| {
            f.issuer.header["kid"] = format!("did:key:{multikey}#{multikey}").into();
            f.issuer.payload["iss"] = format!("did:key:{multikey}").into();
        });
    }
    let one = base64url::encode([1; 32]);
    let off_curve = json!({"kty": "EC", "crv": "P-256", "x": one, "y": one});
    let private = json!({"kty": "OKP", "crv": "Ed25519", "x": one, "d": one});
    for jwk in [off_curve, private] {
        refused(Check::IssuerKey, "bad-key", |f| {
            let did = format!("did:jwk:{}", base64url::encode(jwk.to_string()));
            f.issuer.header["kid"] = format!("{did}#0").into();
        });
    }
}

#[test]
fn row_13_kinds_of_key_that_are_not_used() {
    let secp256k1 = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme";
    refused(Check::IssuerKey, "key-unsupported", |f| {
        f.issuer.header["kid"] = format!("did:key:{secp256k1}#{secp256k1}").into();
    });
}

#[test]
fn row_19_an_issuer_that_nobody_pinned() {
    refused(Check::Trust, "issuer-unknown", |f| {
        let stranger = Key::new(f.issuer.key.public.algorithm(), 66);
        f.issuer.header["kid"] = stranger.kid().into();
        f.issuer.payload["iss"] = stranger.did().as_str().into();
        f.issuer.key = stranger;
    });
    // The pinned key by another name: DIDs are compared byte by byte.
    refused(Check::Trust, "issuer-unknown", |f| {
        let other_name = Did::jwk_from_key(&f.issuer.key.public).to_string();
        f.issuer.header["kid"] = format!("{other_name}#0").into();
        f.issuer.payload["iss"] = other_name.into();
    });
}

#[test]
fn row_19_an_issuer_name_that_looks_the_same() {
    type Edit = fn(&str) -> String;
    let edits: [Edit; 5] = [
        |did| did.replacen('e', "\u{435}", 1),
        |did| format!("{did}\u{200b}"),
        |did| format!("{did} "),
        |did| did.to_uppercase(),
        |did| format!("{did}/"),
    ];
    for edit in edits {
        refused(Check::IssuerNamed, "issuer-key-mismatch", |f| {
            f.issuer.payload["iss"] = edit(f.issuer.key.did().as_str()).into();
        });
    }
}
