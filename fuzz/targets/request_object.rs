//! A request: header and payload on two lines, or the text of the file as it stands.
#![no_main]

use bonafide::dcql::CredentialQuery;
use bonafide::did::{Identity, Relationship, document};
use bonafide::encoding::{base64url, json};
use bonafide::request::{Question, Request, client_id};
use bonafide_fuzz::{Zeros, check_header, jws, keys, part, token};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn assemble(lines: &str) -> String {
    let (header, payload) = lines.split_once('\n').unwrap_or((lines, ""));
    jws(header, payload)
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data)
        && let Ok(request) = Request::dangerous_read_unsigned(text)
    {
        assert_eq!(request.verifier(), None);
        check(&request, text.trim());
    }
    let Some(token) = token(data, assemble) else {
        return;
    };
    let request = match Request::read(&token) {
        Ok(request) => request,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    let token = token.trim();
    check_header(token, "oauth-authz-req+jwt");
    let verifier = request.verifier().expect("a signed request has a verifier");
    assert_eq!(request.client_id(), client_id(verifier));
    let document = document(verifier).unwrap();
    let (_, key) = document.first_key(Relationship::Authentication).unwrap();
    assert!(key.algorithm().reads(part(token, 0)["alg"].as_str().unwrap()));
    assert_eq!(part(token, 1)["aud"], "https://self-issued.me/v2");
    let payload = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap();
    check(&request, &payload);
    let unsigned = Request::dangerous_read_unsigned(&payload).unwrap();
    assert_eq!(unsigned.query(), request.query());
    assert_eq!(unsigned.nonce(), request.nonce());
    assert_eq!(unsigned.state(), request.state());
});

fn check(request: &Request, payload: &str) {
    let payload: Value = serde_json::from_str(payload).unwrap();
    assert_eq!(payload["response_type"], "vp_token");
    assert_eq!(payload["nonce"], request.nonce());
    assert!(payload.get("scope").is_none() && payload.get("transaction_data").is_none());
    let free = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    assert!(request.nonce().bytes().chain(request.state().unwrap_or_default().bytes()).all(free));
    assert!(request.asked_at() < request.expires());
    assert!(request.is_open(request.expires()));
    assert!(!request.is_open(request.expires().plus(1)));
    assert!(!request.nonce().is_empty());
    let written = request.query().to_dcql().to_string();
    let written = json::parse(written.as_bytes(), 1 << 20).unwrap();
    assert_eq!(CredentialQuery::from_dcql(&written).as_ref(), Ok(request.query()));
    let [key, _] = keys();
    let signer = Zeros(key.clone());
    let verifier = Identity::did_key(&key.id(), &signer).unwrap();
    let question = Question {
        query: request.query().clone(),
        nonce: request.nonce().to_owned(),
        state: request.state().map(str::to_owned),
        asked_at: request.asked_at(),
        expires: request.expires(),
    };
    let again = Request::read(&question.sign(&verifier).unwrap()).unwrap();
    assert_eq!(again.client_id(), client_id(verifier.did()));
    assert_eq!((again.query(), again.nonce()), (request.query(), request.nonce()));
    assert_eq!((again.state(), again.expires()), (request.state(), request.expires()));
    assert_eq!(again.asked_at(), request.asked_at());
}
