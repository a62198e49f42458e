//! A request: header and payload on two lines, or the text of the file as it stands.
#![no_main]

use bonafide::dcql::CredentialQuery;
use bonafide::encoding::{base64url, json};
use bonafide::request::{Request, client_id};
use bonafide_fuzz::{jws, token};
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
    let Ok(request) = Request::read(&token) else {
        return;
    };
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
}
