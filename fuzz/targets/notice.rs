//! Notices about lost and stolen keys: header and payload on two lines, or the token as it stands.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity, Relationship, document};
use bonafide::notice::{self, ExpectedNotice, KeyNotice, NoticeError, UnverifiedNotice};
use bonafide_fuzz::{Zeros, check_header, jws, keys, part, token};
use libfuzzer_sys::fuzz_target;

fn assemble(lines: &str) -> String {
    let (header, payload) = lines.split_once('\n').unwrap_or((lines, ""));
    jws(header, payload)
}

fn read(text: &str, issuer: &Did, now: Timestamp) -> Result<KeyNotice, NoticeError> {
    UnverifiedNotice::parse(text)?.verify(&ExpectedNotice { issuer, max_age: 600 }, now)
}

fuzz_target!(|data: &[u8]| {
    let [key, _] = keys();
    let issuer = Did::from_key(&key);
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    let Some(token) = token(data, assemble) else {
        return;
    };
    let token = token.trim();
    let read_one = match read(token, &issuer, now) {
        Ok(read_one) => read_one,
        Err(error) => return assert!(!error.code().is_empty() && !error.next_step().is_empty()),
    };
    check_header(token, "bonafide-key-notice+jwt");
    let payload = part(token, 1);
    assert_eq!(payload["aud"], issuer.as_str());
    assert_eq!(payload["iss"], read_one.holder().as_str());
    assert_eq!(payload["jkt"], read_one.key().id().as_str());
    assert_eq!(payload["reason"], read_one.reason().code());
    assert!(read_one.since() <= read_one.at() && read_one.at() <= now.plus(60));
    assert!(read_one.at() >= now.plus(-600));
    let document = document(read_one.holder()).unwrap();
    assert_eq!(document.first_key(Relationship::Authentication).unwrap().1, read_one.key());
    let signer = Zeros(key.clone());
    let holder = Identity::did_key(&key.id(), &signer).unwrap();
    let what = (read_one.reason(), read_one.since());
    let written = notice::write(&holder, &issuer, what, now.plus(60)).unwrap();
    let again = read(&written, &issuer, now).unwrap();
    assert_eq!((again.key(), again.since()), (&key, read_one.since()));
});
