//! Names of files and keys.

use bonafide::did::{self, Did, Relationship};
use bonafide::key::PublicKey;

use crate::error::{CliError, Result};

/// Longest name of a file, before its ending.
const MAX_NAME: usize = 200;

/// The name of the file for a subject: letters, digits, `-`, `_` and inner dots as they are, all else as `%` and two
/// hexadecimal digits. `None` where it gets too long.
pub fn of_file(external_id: &str) -> Option<String> {
    let mut name = String::with_capacity(external_id.len());
    for (at, byte) in external_id.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if plain || (byte == b'.' && at > 0) {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    (!name.is_empty() && name.len() <= MAX_NAME).then(|| name + ".bonafide")
}

/// The holder's key of a DID that was proved.
pub fn key(did: &str) -> Result<PublicKey> {
    let refused =
        |error: did::DidError| CliError::fault(error.code(), error, "Run the command again.");
    let did = Did::parse(did).map_err(refused)?;
    let document = did::document(&did).map_err(refused)?;
    let key = document.first_key(Relationship::Authentication);
    key.map(|(_, key)| key.clone()).ok_or_else(|| {
        CliError::fault("wrong-purpose", "the holder's DID has no key", "Run the command again.")
    })
}

/// The thumbprint of that key.
pub fn thumbprint(did: &str) -> Result<String> {
    Ok(key(did)?.id().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_stay_in_their_folder() {
        let name = |id| of_file(id).unwrap();
        assert_eq!(name("ACME-2026_0.1"), "ACME-2026_0.1.bonafide");
        assert_eq!(name("../x"), "%2E.%2Fx.bonafide");
        assert_eq!(name(".staging"), "%2Estaging.bonafide");
        assert_eq!(name("a b\0"), "a%20b%00.bonafide");
        assert_eq!(name("Zoë"), "Zo%C3%AB.bonafide");
        assert_eq!(of_file(""), None);
        assert_eq!(of_file(&"x".repeat(201)), None);
    }
}
