//! A DCQL query: what is read is written and read alike, and asked of a credential.
#![no_main]

use bonafide::dcql::CredentialQuery;
use bonafide::encoding::json;
use libfuzzer_sys::fuzz_target;

const CREDENTIAL: &[u8] = br#"{"a":{"b":[1,{"c":"x"}]},"n":["DE","AT"],"t":true}"#;

fuzz_target!(|data: &[u8]| {
    let Ok(json) = json::parse(data, 128 * 1024) else {
        return;
    };
    let query = match CredentialQuery::from_dcql(&json) {
        Ok(query) => query,
        Err(error) => return assert!(error.code().starts_with("query-")),
    };
    let written = query.to_dcql().to_string();
    let written = json::parse(written.as_bytes(), 1 << 20).unwrap();
    assert_eq!(CredentialQuery::from_dcql(&written).as_ref(), Ok(&query));
    let credential = json::parse_object(CREDENTIAL, 1024).unwrap();
    let missing = query.missing("t", &[], &credential);
    assert!(missing.len() <= query.claims.len() + 1);
    if missing.is_empty() {
        for claim in &query.claims {
            let selected = claim.path.select(&credential).unwrap();
            assert!(!selected.is_empty());
            let wanted = |value| claim.values.is_empty() || claim.values.contains(value);
            assert!(selected.iter().any(|(_, value)| wanted(value)));
        }
    }
});
