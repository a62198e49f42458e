//! Digests of disclosures and presentations (RFC 9901 §4.1.1, §4.2.3, §4.3.1).

use std::borrow::Cow;

use sha2::{Digest, Sha256, Sha384, Sha512};

use super::SdJwtError;
use crate::encoding::base64url;
use crate::encoding::json::{Json, Object};

/// A hash algorithm by its IANA name. `sha-256` is written; the others are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// `sha-256`
    #[default]
    Sha256,
    /// `sha-384`
    Sha384,
    /// `sha-512`
    Sha512,
}

impl HashAlgorithm {
    /// The name in the IANA registry of named information hash algorithms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm a payload names in `_sd_alg`; `sha-256` where it names none (§4.1.1).
    ///
    /// # Errors
    /// [`SdJwtError::HashNotAllowed`] for any other name, spelling or kind of value.
    pub fn of_payload(payload: &Object<'_>) -> Result<Self, SdJwtError> {
        let Some(named) = payload.get("_sd_alg") else {
            return Ok(Self::Sha256);
        };
        let all = [Self::Sha256, Self::Sha384, Self::Sha512];
        let found = all.into_iter().find(|algorithm| named.as_str() == Some(algorithm.name()));
        found.ok_or(SdJwtError::HashNotAllowed)
    }

    /// The digest of the ASCII bytes of `text`, in base64url.
    pub fn digest(self, text: &str) -> String {
        match self {
            Self::Sha256 => base64url::encode(Sha256::digest(text)),
            Self::Sha384 => base64url::encode(Sha384::digest(text)),
            Self::Sha512 => base64url::encode(Sha512::digest(text)),
        }
    }
}

/// The strings of an `_sd` array (§4.2.4.1).
pub(super) fn sd_array(json: Json<'_>) -> Result<Vec<Cow<'_, str>>, SdJwtError> {
    let Json::Array(items) = json else {
        return Err(SdJwtError::Malformed);
    };
    let strings = items.into_iter().map(|item| match item {
        Json::String(digest) => Ok(digest),
        _ => Err(SdJwtError::Malformed),
    });
    strings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;

    #[test]
    fn rfc_9901_section_4_2_3() {
        let disclosure = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
        assert_eq!(
            HashAlgorithm::Sha256.digest(disclosure),
            "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
        );
    }

    #[test]
    fn only_registered_names_are_read() {
        let read = |text: &str| {
            HashAlgorithm::of_payload(&json::parse_object(text.as_bytes(), 99).unwrap())
        };
        assert_eq!(read("{}"), Ok(HashAlgorithm::Sha256));
        assert_eq!(read(r#"{"_sd_alg":"sha-512"}"#), Ok(HashAlgorithm::Sha512));
        for bad in [r#""SHA-256""#, r#""sha256""#, r#""md5""#, r#"["sha-256"]"#, "null", r#""""#] {
            assert_eq!(
                read(&format!(r#"{{"_sd_alg":{bad}}}"#)),
                Err(SdJwtError::HashNotAllowed),
                "{bad}"
            );
        }
    }
}
