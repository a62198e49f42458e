//! A request: header and payload on two lines, or the text of the file as it stands.
#![no_main]

use bonafide::dcql::CredentialQuery;
use bonafide::did::Identity;
use bonafide::encoding::{base64url, json};
use bonafide::request::{Question, Request, client_id};
use bonafide_fuzz::{Zeros, check_header, jws, keys, token};
use libfuzzer_sys::fuzz_target;

fn assemble(lines: &str) -> String {
    let (header, payload) = lines.split_once('\n').unwrap_or((lines, ""));
    jws(header, payload)
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data)
        && let Ok(request) = Request::dangerous_read_unsigned(text)
    {
        assert_eq!(request.verifier(), None);
        check(&request);
    }
    let Some(token) = token(data, assemble) else {
        return;
    };
    let request = match Request::read(&token) {
        Ok(request) => request,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    check_header(&token, "oauth-authz-req+jwt");
    let verifier = request.verifier().expect("a signed request has a verifier");
    assert_eq!(request.client_id(), client_id(verifier));
    check(&request);
    let payload = base64url::decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload = String::from_utf8(payload).unwrap();
    let unsigned = Request::dangerous_read_unsigned(&payload).unwrap();
    assert_eq!(unsigned.query(), request.query());
    assert_eq!(unsigned.nonce(), request.nonce());
    assert_eq!(unsigned.state(), request.state());
});

fn check(request: &Request) {
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
