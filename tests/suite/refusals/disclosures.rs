//! Rows 25 to 28 and 31: digests, disclosures, and what belongs to what.

use bonafide::encoding::base64url;
use bonafide::format::sd_jwt::HashAlgorithm;
use bonafide::key::Algorithm;
use bonafide::verify::Check;
use serde_json::json;

use super::{assert_refused, refused, verdict, verifier};
use crate::support::forge::{DEEP, Forged, NAME, SECRET, TAG, TOWN, digest, disclosure};

#[test]
fn row_25_a_disclosure_that_nobody_signed_for() {
    let contents =
        [json!(["s", "role", format!("{SECRET} admin")]), json!(["s", format!("{SECRET} x")])];
    for content in contents {
        refused(Check::Disclosures, "unreferenced-disclosure", |f| {
            f.disclosures.push(disclosure(&content));
        });
    }
    refused(Check::Disclosures, "unreferenced-disclosure", |f| f.disclosures[NAME].push('A'));
    refused(Check::Disclosures, "unreferenced-disclosure", |f| {
        let at = f.disclosures[TOWN].len() - 2;
        let other = if f.disclosures[TOWN].as_bytes()[at] == b'A' { "B" } else { "A" };
        f.disclosures[TOWN].replace_range(at..=at, other);
    });
    refused(Check::Disclosures, "unreferenced-disclosure", |f| f.disclosures.push("!".into()));
}

/// A digest counts only where the issuer put it: in `_sd`, or alone under `...`.
#[test]
fn row_25_a_digest_in_the_wrong_place() {
    let text = disclosure(&json!(["s", "role", format!("{SECRET} admin")]));
    let places = [
        ("plain", json!(digest(&text))),
        ("list", json!([digest(&text)])),
        ("inside", json!({"sd": [digest(&text)]})),
        ("deeper", json!({"...x": digest(&text)})),
    ];
    for (name, value) in places {
        refused(Check::Disclosures, "unreferenced-disclosure", |f| {
            f.issuer.payload[name] = value.clone();
            f.disclosures.push(text.clone());
        });
    }
}

#[test]
fn row_26_a_disclosure_twice() {
    refused(Check::Disclosures, "duplicate-digest", |f| {
        f.disclosures.push(f.disclosures[NAME].clone());
    });
}

#[test]
fn row_26_a_digest_twice() {
    type Edit = fn(&mut Forged);
    let edits: [Edit; 4] = [
        |f| f.issuer.payload["other"] = json!({"_sd": [digest(&f.disclosures[NAME])]}),
        |f| f.issuer.payload["other"] = json!([{"...": digest(&f.disclosures[TAG])}]),
        |f| f.issuer.payload["other"] = json!({"_sd": [digest("decoy 2")]}),
        |f| f.issuer.payload["other"] = json!({"_sd": [digest("decoy 9"), digest("decoy 9")]}),
    ];
    for edit in edits {
        refused(Check::Disclosures, "duplicate-digest", edit);
    }
    // The second one inside a disclosure.
    refused(Check::Disclosures, "duplicate-digest", |f| {
        let again = digest(&f.disclosures[NAME]);
        f.add(&json!(["s", "more", {"_sd": [again]}]));
    });
}

#[test]
fn row_27_a_disclosed_name_that_is_reserved() {
    for name in ["_sd", "...", "_sd_alg"] {
        refused(Check::Disclosures, "bad-disclosure", |f| f.add(&json!(["s", name, []])));
    }
}

#[test]
fn row_27_a_disclosed_name_that_is_taken() {
    for name in ["visible", "name", "iss", "address"] {
        refused(Check::Disclosures, "bad-disclosure", |f| {
            f.add(&json!(["s", name, format!("{SECRET} other")]));
        });
    }
    refused(Check::Disclosures, "bad-disclosure", |f| {
        let text = disclosure(&json!(["s", "town", format!("{SECRET} other")]));
        f.issuer.payload["address"]["_sd"].as_array_mut().unwrap().push(digest(&text).into());
        f.disclosures.push(text);
    });
}

#[test]
fn row_27_a_disclosure_of_the_wrong_form() {
    let secret = format!("{SECRET} value");
    let contents = [
        json!(["s", secret]),
        json!(["s"]),
        json!([]),
        json!(["s", "name2", secret, 1]),
        json!([1, "name2", secret]),
        json!([null, "name2", secret]),
        json!(["s", 1, secret]),
        json!(["s", null, secret]),
        json!(["s", ["name2"], secret]),
        json!({"s": "name2"}),
        json!("name2"),
        json!(null),
    ];
    for content in contents {
        refused(Check::Disclosures, "bad-disclosure", |f| f.add(&content));
    }
    for content in [json!(["s", "name2", secret]), json!(["s"]), json!([1, secret]), json!({})] {
        refused(Check::Disclosures, "bad-disclosure", |f| {
            let text = disclosure(&content);
            let tags = f.issuer.payload["tags"].as_array_mut().unwrap();
            tags.push(json!({"...": digest(&text)}));
            f.disclosures.push(text);
        });
    }
    for text in ["[\"s\",\"name2\",", "", "\"s\",\"name2\",1", "[\"s\",\"name2\",1]]"] {
        refused(Check::Disclosures, "malformed", |f| {
            // An empty text cannot stand between two tildes, so a space is in front.
            f.add_text(base64url::encode(format!(" {text}")));
        });
    }
}

#[test]
fn row_27_digests_of_the_wrong_form() {
    let digest = digest("decoy 9");
    let values = [
        json!({"_sd": digest}),
        json!({"_sd": [1]}),
        json!({"_sd": [[digest]]}),
        json!({"_sd": null}),
        json!({"_sd": {}}),
        json!({"...": digest}),
        json!([{"...": digest, "more": 1}]),
        json!([{"...": 1}]),
        json!([{"...": [digest]}]),
        json!({"_sd_alg": "sha-256"}),
        json!([{"_sd_alg": "sha-256"}]),
    ];
    for value in values {
        refused(Check::Disclosures, "malformed", |f| f.issuer.payload["other"] = value.clone());
        refused(Check::Disclosures, "malformed", |f| f.add(&json!(["s", "other", value])));
    }
}

#[test]
fn row_28_a_child_without_its_parent() {
    refused(Check::Disclosures, "unreferenced-disclosure", |f| {
        f.disclosures.remove(DEEP);
    });
}

#[test]
fn row_31_a_hash_algorithm_that_is_not_allowed() {
    let algorithms = [
        json!("md5"),
        json!("sha-1"),
        json!("SHA-256"),
        json!("sha256"),
        json!("sha-256-128"),
        json!("sha3-256"),
        json!(""),
        json!(["sha-256"]),
        json!(null),
        json!(256),
    ];
    for algorithm in algorithms {
        refused(Check::Disclosures, "hash-not-allowed", |f| {
            f.issuer.payload["_sd_alg"] = algorithm.clone();
        });
    }
}

#[test]
fn the_hash_algorithms_that_are_read() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        let mut forged = Forged::good(Algorithm::Ed25519);
        forged.disclosures.truncate(DEEP);
        let mut payload = forged.issuer.payload.to_string();
        for text in &forged.disclosures {
            payload = payload.replace(&digest(text), &hash.digest(text));
        }
        forged.issuer.payload = serde_json::from_str(&payload).unwrap();
        forged.issuer.payload["_sd_alg"] = hash.name().into();
        let verdict_with = |hash: HashAlgorithm| {
            let mut forged = forged.clone();
            forged.holder.payload["sd_hash"] = hash.digest(&forged.sd_jwt()).into();
            verdict(&verifier(&forged), &forged.presentation())
        };
        assert_eq!(verdict_with(hash).name(), "accepted", "{hash:?}");
        // The holder's digest is made with the same one.
        let other = match hash {
            HashAlgorithm::Sha256 => HashAlgorithm::Sha512,
            _ => HashAlgorithm::Sha256,
        };
        assert_refused(&verdict_with(other), &[(Check::KeyBinding, "sd-hash-mismatch")]);
    }
}

/// Another algorithm than the one of the digests: they call for nothing.
#[test]
fn row_31_another_hash_algorithm_than_that_of_the_digests() {
    refused(Check::Disclosures, "unreferenced-disclosure", |f| {
        f.issuer.payload["_sd_alg"] = "sha-512".into();
    });
}
