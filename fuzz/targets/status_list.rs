//! Status list tokens and the lists in them: header, payload and the list uncompressed, in hexadecimal, on three lines,
//! the last of which takes the place of `#` in the payload; or the token as it stands.
#![no_main]

use bonafide::clock::Timestamp;
use bonafide::did::{Did, Identity};
use bonafide::encoding::{base64url, zlib};
use bonafide::status::{
    Bits, ExpectedStatus, Status, StatusError, StatusList, StatusMeaning, StatusToken,
    UnverifiedStatusToken,
};
use bonafide_fuzz::{Zeros, check_header, jws, keys, part, token};
use libfuzzer_sys::fuzz_target;

const URI: &str = "https://status.example/1";

fn assemble(lines: &str) -> String {
    let mut lines = lines.splitn(3, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (header, payload, list) = (next(), next(), next());
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    let pairs = list.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1]));
    let lst = base64url::encode(zlib::compress(&pairs.collect::<Vec<u8>>()).unwrap());
    jws(header, &payload.replacen('#', &lst, 1))
}

fn read(text: &str, signers: &[Did], now: Timestamp) -> Result<StatusToken, StatusError> {
    UnverifiedStatusToken::parse(text)?.verify(&ExpectedStatus { uri: URI, signers }, now)
}

/// Every entry is the one that shifting says, and has a meaning; what lies behind the end has none.
fn check_list(list: &StatusList) {
    let bits = list.bits();
    assert!(list.entries() <= 1 << 20);
    for index in
        (0..list.entries().min(4096)).chain(list.entries().saturating_sub(8)..list.entries())
    {
        let status = list.get(index).unwrap();
        assert!(u32::from(status.value()) < 1 << bits.number());
        let application = matches!(status.value(), 3 | 12..=15);
        assert_eq!(status.meaning() == StatusMeaning::Application, application);
    }
    for index in [list.entries(), list.entries() + 1, u64::MAX] {
        assert_eq!(list.get(index).unwrap_err().code(), "status-invalid");
    }
    // Written anew, and with one entry changed.
    assert_eq!(StatusList::decode(bits, &list.encode().unwrap()).as_ref(), Ok(list));
    if list.entries() > 0 {
        let mut changed = list.clone();
        changed.set(list.entries() - 1, Status::INVALID).unwrap();
        assert_eq!(changed.get(list.entries() - 1), Ok(Status::INVALID));
        changed.set(list.entries() - 1, list.get(list.entries() - 1).unwrap()).unwrap();
        assert_eq!(changed, *list);
    }
}

fuzz_target!(|data: &[u8]| {
    let [key, _] = keys();
    let signers = [Did::from_key(&key)];
    let now = Timestamp::parse("2026-11-20T14:00:00Z").unwrap();
    // The list alone: the number of bits, then the compressed bytes.
    if let [bits, rest @ ..] = data
        && let Ok(bits) = Bits::new(i64::from(*bits))
    {
        match StatusList::decode(bits, &base64url::encode(rest)) {
            Ok(list) => check_list(&list),
            Err(error) => assert!(["status-invalid", "too-large"].contains(&error.code())),
        }
    }
    let Some(token) = token(data, assemble) else {
        return;
    };
    let token = token.trim();
    let read_one = match read(token, &signers, now) {
        Ok(read_one) => read_one,
        Err(error) => return assert!(!error.code().is_empty()),
    };
    check_header(token, "statuslist+jwt");
    let (payload, said) = (part(token, 1), read_one.publication());
    assert_eq!(payload["sub"], URI);
    assert_eq!(read_one.signer().did(), &signers[0]);
    assert!(payload.get("aud").is_none());
    assert!(said.issued_at <= now.plus(60) && said.expires.is_none_or(|expires| expires > now));
    assert!(payload["iat"].is_number() && payload["exp"].is_null() == said.expires.is_none());
    assert_eq!(payload["status_list"]["bits"], read_one.list().bits().number());
    check_list(read_one.list());
    let signer = Zeros(key.clone());
    let issuer = Identity::did_key(&key.id(), &signer).unwrap();
    match said.issue(read_one.list(), &issuer) {
        Ok(written) => assert_eq!(read(&written, &signers, now).as_ref(), Ok(&read_one)),
        Err(error) => assert_eq!(error.code(), "never-valid"),
    }
});
