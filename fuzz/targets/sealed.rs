//! Sealed files: header, content and tag on three lines, or the file as it stands. In a fuzz build nothing is decrypted:
//! the seal holds when the first byte of the tag is even, and the content lies open.
#![no_main]

use bonafide::encoding::base64url;
use bonafide::key::{Algorithm, SecretKey};
use bonafide::sealed::{self, Kind, MAX_CONTENT, SealedFile};
use bonafide_fuzz::{part, token};
use libfuzzer_sys::fuzz_target;

fn assemble(lines: &str) -> String {
    let mut lines = lines.splitn(3, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (header, tag, content) = (next(), next(), next());
    let [header, nonce, content] =
        [header.as_bytes(), &[0; 12], content.as_bytes()].map(base64url::encode);
    format!("{header}..{nonce}.{content}.{}", base64url::encode(tag))
}

fuzz_target!(|data: &[u8]| {
    let keys = [Algorithm::Ed25519, Algorithm::P256]
        .map(|algorithm| SecretKey::from_bytes(algorithm, &[7; 32].into()).unwrap());
    let Some(text) = token(data, assemble) else {
        return;
    };
    let file = match SealedFile::parse(&text) {
        Ok(file) => file,
        Err(error) => return assert!(!error.code().is_empty() && !error.next_step().is_empty()),
    };
    // What got this far is what the library that decrypts may see, as serde_json reads it.
    let (text, header) = (text.trim(), part(text.trim(), 0));
    assert!(sealed::is_sealed(text) || !text.starts_with("ey"));
    assert_eq!(header["alg"], "ECDH-ES");
    assert!(["A128GCM", "A256GCM"].iter().any(|enc| header["enc"] == *enc));
    for name in ["zip", "crit"] {
        assert!(header.get(name).is_none(), "{name}");
    }
    let epk = &header["epk"];
    let length = |name: &str| base64url::decode(epk[name].as_str().unwrap()).unwrap().len();
    assert_eq!(length("x"), 32);
    let own = match epk["crv"].as_str().unwrap() {
        "X25519" => &keys[0],
        "P-256" => {
            assert_eq!((length("y"), &epk["kty"]), (32, &"EC".into()));
            &keys[1]
        }
        other => panic!("{other}"),
    };
    let parts: Vec<Vec<u8>> =
        text.split('.').map(|part| base64url::decode(part).unwrap()).collect();
    let [_, key, nonce, content, tag] = parts.as_slice() else {
        panic!("{} parts", parts.len());
    };
    assert!(key.is_empty() && nonce.len() == 12 && tag.len() == 16);
    assert_eq!(file.kind(), Kind::from_cty(header["cty"].as_str().unwrap()).unwrap());
    assert_eq!(file.recipient(), header["kid"].as_str());
    for key in &keys {
        let named = file.recipient().is_none_or(|kid| kid == key.id().as_str());
        let ours = named && key.id() == own.id();
        assert_eq!(file.may_be_for(key.public()), ours);
        match file.open(key) {
            Ok(opened) => assert!(ours && tag[0] % 2 == 0 && *opened == *content),
            Err(error) => {
                assert_eq!(error.code(), "not-for-us");
                assert!(!ours || tag[0] % 2 == 1);
            }
        }
    }
    if content.len() <= MAX_CONTENT && content.len().is_multiple_of(16) {
        let again = sealed::seal(content, file.kind(), own.public()).unwrap();
        let again = SealedFile::parse(&again).unwrap();
        assert!(again.kind() == file.kind() && again.may_be_for(own.public()));
    }
});
