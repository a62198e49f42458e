//! The rules of accounts, holdings and transfers: one change to a good sample, one error.

use serde_json::json;

use crate::data::{changed, refused, says};

const BINDING: &str = "account-binding";
const HOLDING: &str = "holding";
const TRANSFER: &str = "transfer-authorisation";

#[test]
fn mandatory_claims() {
    refused(HOLDING, "/security", json!(null), &[("security", "field-missing")]);
    refused(HOLDING, "/as_of", json!(null), &[("as_of", "field-missing")]);
    refused(HOLDING, "/register_seq", json!(null), &[("register_seq", "field-missing")]);
    refused(HOLDING, "/security/id", json!(null), &[("security.id", "field-missing")]);
    refused(HOLDING, "/security/id_type", json!(null), &[("security.id_type", "field-missing")]);
    let reference = "encumbrances[0].ref";
    refused(HOLDING, "/encumbrances/0/ref", json!(null), &[(reference, "field-missing")]);
    refused(BINDING, "/accounts", json!(null), &[("accounts", "field-missing")]);
    for field in ["security", "from", "to", "max_quantity", "decision_id", "code", "rules_digest"] {
        refused(TRANSFER, &format!("/{field}"), json!(null), &[(field, "field-missing")]);
    }
    for field in ["type", "account", "message", "signature"] {
        let at = format!("control_proof[0].{field}");
        let pointer = format!("/control_proof/0/{field}");
        refused(BINDING, &pointer, json!(null), &[(&at, "field-missing")]);
    }
}

#[test]
fn accounts() {
    let long = format!("eip155:1:{}", "a".repeat(129));
    for value in [
        "0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb",
        "eip155:0xab16",
        "EIP155:1:0xab16",
        "eip155::0xab16",
        "eip155:1:",
        "eip155:1:0x ab",
        "eip155:1:a:b",
        "did:key:z6MktPy7D89A4S3Nrvw6cRh4V9LQGpidTdgKXtA4m13sv58t",
        "did:pkh:eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb",
        long.as_str(),
    ] {
        refused(HOLDING, "/account", json!(value), &[("account", "not-an-account")]);
        if !value.starts_with("did:") {
            refused(TRANSFER, "/to", json!(value), &[("to", "not-a-party")]);
        }
    }
    refused(TRANSFER, "/from", json!("did:"), &[("from", "not-a-party")]);
    changed(HOLDING, "/account", json!("hedera:mainnet:0.0.1234567890-zbhlt")).unwrap();
}

#[test]
fn proofs_of_control_are_of_the_accounts() {
    let at = "control_proof[1].account";
    refused(BINDING, "/control_proof/1/account", json!("eip155:1:0xff"), &[(at, "contradicts")]);
    let kind = "control_proof[0].type";
    refused(BINDING, "/control_proof/0/type", json!("email"), &[(kind, "not-allowed")]);
    let message = "control_proof[0].message";
    for (value, code) in [
        (json!("a\tb"), "control-character"),
        (json!("a\r\nb"), "control-character"),
        (json!(" \n "), "empty"),
        (json!("a".repeat(2001)), "too-long"),
        (json!(1), "wrong-kind"),
    ] {
        refused(BINDING, "/control_proof/0/message", value, &[(message, code)]);
    }
    let signature = "control_proof[0].signature";
    let long = json!("0".repeat(1025));
    refused(BINDING, "/control_proof/0/signature", long, &[(signature, "too-long")]);
    refused(BINDING, "/custody", json!("bank"), &[("custody", "not-allowed")]);
    refused(BINDING, "/proved_on", json!("2026-11-21"), &[("proved_on", "in-future")]);
}

#[test]
fn amounts() {
    let long = "1".repeat(31);
    for value in
        ["1,5", "01", "-1", "+1", "1.", ".5", "1e3", "1.0000000000000000001", "one", "0x1", &long]
    {
        refused(TRANSFER, "/max_quantity", json!(value), &[("max_quantity", "not-an-amount")]);
    }
    refused(TRANSFER, "/max_quantity", json!(200), &[("max_quantity", "wrong-kind")]);
    for value in ["0", "0.000000000000000001", "999999999999999999999999999999"] {
        changed(TRANSFER, "/max_quantity", json!(value)).unwrap();
    }
}

#[test]
fn figures_of_a_holding_agree() {
    let free = [("free_quantity", "contradicts")];
    refused(HOLDING, "/free_quantity", json!("1250.51"), &free);
    changed(HOLDING, "/free_quantity", json!("1250.5")).unwrap();
    refused(
        HOLDING,
        "/quantity",
        json!("0.00"),
        &[("free_quantity", "contradicts"), ("holds_any", "contradicts")],
    );
    refused(HOLDING, "/lockup_until", json!("2026-11-19"), &[("lockup_until", "passed")]);
    refused(HOLDING, "/as_of", json!("2026-11-21"), &[("as_of", "in-future")]);
    for value in [json!(-1), json!(9_007_199_254_740_992_i64), json!("1")] {
        refused(HOLDING, "/register_seq", value, &[("register_seq", "not-in-range")]);
    }
    refused(HOLDING, "/acquisition", json!("stolen"), &[("acquisition", "not-allowed")]);
    refused(HOLDING, "/restriction", json!("all"), &[("restriction", "not-allowed")]);
}

#[test]
fn securities() {
    for value in ["US0378331006", "US037833100", "us0378331005", "0S0378331005", "US037833100A"] {
        refused(HOLDING, "/security/id", json!(value), &[("security.id", "not-a-security")]);
    }
    for value in [
        "eip155:1/erc20",
        "eip155:1/er:0x1",
        "eip155/erc20:0x1",
        "eip155:1/erc721:0x1/",
        "eip155:1/erc721:0x1/2/3",
    ] {
        refused(TRANSFER, "/security/id", json!(value), &[("security.id", "not-a-security")]);
    }
    let type_of_id = [("security.id", "contradicts")];
    refused(HOLDING, "/security/id_type", json!("caip19"), &type_of_id);
    refused(TRANSFER, "/security/id_type", json!("isin"), &type_of_id);
    for value in ["DE000BAY0017", "GB0002634946", "AU0000XVGZA3"] {
        changed(HOLDING, "/security/id", json!(value)).unwrap();
    }
    let nft = "eip155:1/erc721:0x06012c8cf97BEaD5deAe237070F9587f8E7A266d/771769";
    changed(TRANSFER, "/security/id", json!(nft)).unwrap();
}

#[test]
fn only_an_allowed_transfer_is_authorised() {
    says(TRANSFER, "/code", json!(14), "code: not allowed; expected 0");
    refused(TRANSFER, "/code", json!("0"), &[("code", "not-in-range")]);
}

#[test]
fn digests() {
    for value in ["47DEQpj8HBSa", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV", "e3b0c44298fc1c14"]
    {
        refused(TRANSFER, "/rules_digest", json!(value), &[("rules_digest", "not-a-digest")]);
    }
    let at = "receipt_digests[0]";
    refused(TRANSFER, "/receipt_digests/0", json!("x"), &[(at, "not-a-digest")]);
}
