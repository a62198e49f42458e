//! Splitting an SD-JWT or SD-JWT+KB into its parts (RFC 9901 §4; §7.1 step 1, §7.3 step 3).

use super::SdJwtError;
use crate::encoding::json::{self, Object};
use crate::encoding::{EncodingError, base64url};
use crate::format::jws::UnverifiedJws;

/// Longest SD-JWT read, in bytes.
pub const MAX_LEN: usize = 512 * 1024;

/// Most disclosures read.
pub const MAX_DISCLOSURES: usize = 1024;

/// An SD-JWT as received: split and decoded, nothing checked but form and headers.
#[derive(Debug)]
pub struct SdJwt<'a> {
    /// From the first byte to the last `~` inclusive: what `sd_hash` covers (§4.3.1).
    pub(super) presented: &'a str,
    pub(super) jwt: UnverifiedJws<'a>,
    pub(super) disclosures: Vec<RawDisclosure<'a>>,
    pub(super) key_binding: Option<&'a str>,
}

/// A disclosure as received. One that cannot be decoded only matters if a digest calls for it.
#[derive(Debug)]
pub(super) struct RawDisclosure<'a> {
    pub(super) encoded: &'a str,
    pub(super) decoded: Result<Vec<u8>, EncodingError>,
}

impl<'a> SdJwt<'a> {
    /// Splits `text` and checks the header of the issuer-signed JWT, whose `typ` must be `typ`.
    ///
    /// # Errors
    /// [`SdJwtError::Malformed`] without a `~` or with an empty disclosure, `TooLarge` past
    /// [`MAX_LEN`] bytes or [`MAX_DISCLOSURES`] disclosures, and whatever is wrong with the JWT.
    pub fn parse(text: &'a str, typ: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_LEN {
            return Err(EncodingError::TooLarge.into());
        }
        let (parts, last) = text.rsplit_once('~').ok_or(SdJwtError::Malformed)?;
        let (presented, _) = text.split_at_checked(parts.len() + 1).ok_or(SdJwtError::Malformed)?;
        let mut parts = parts.split('~');
        let jwt = UnverifiedJws::parse(parts.next().unwrap_or_default(), typ, MAX_LEN)?;
        let mut disclosures = Vec::new();
        for encoded in parts {
            if encoded.is_empty() {
                return Err(SdJwtError::Malformed);
            }
            if disclosures.len() == MAX_DISCLOSURES {
                return Err(EncodingError::TooLarge.into());
            }
            disclosures.push(RawDisclosure { encoded, decoded: base64url::decode(encoded) });
        }
        let key_binding = Some(last).filter(|last| !last.is_empty());
        Ok(Self { presented, jwt, disclosures, key_binding })
    }

    /// The payload of the issuer-signed JWT as it stands, whoever wrote it.
    pub(crate) fn unverified_payload(&self) -> Option<Object<'_>> {
        json::parse_object(self.jwt.unverified_payload(), MAX_LEN).ok()
    }

    /// The `kid` of the issuer-signed JWT: which key claims to have signed it.
    pub fn kid(&self) -> Option<&str> {
        self.jwt.kid()
    }

    /// The issuer-signed JWT as received.
    pub(crate) fn issuer_jwt(&self) -> &'a str {
        self.presented.split_once('~').map_or(self.presented, |(jwt, _)| jwt)
    }

    /// Whether a key-binding JWT came along. Never decides whether one is needed (§7.3 step 1).
    pub fn has_key_binding(&self) -> bool {
        self.key_binding.is_some()
    }
}
