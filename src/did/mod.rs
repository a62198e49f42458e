//! Decentralized identifiers: strict parsing, did:key and did:jwk, DID documents.
//!
//! Both methods resolve from the DID itself, offline. [`document`] never opens a file or a socket. Documents of other
//! methods are read here, and believed or not in [`crate::resolve`].

mod doc;
mod identity;
mod jwk_method;
mod key_method;
mod read;

use std::fmt;

pub use doc::{AgreementKey, DidDocument, MethodKey, Relationship, VerificationMethod};
pub use identity::Identity;
pub(crate) use key_method::key_in;
pub(crate) use read::Multikeys;
pub use read::{DocumentError, MAX_DOCUMENT, MAX_METHODS};

/// Longest DID or DID URL read, in bytes.
pub const MAX_LEN: usize = 1024;

/// Why a DID was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not a DID (DID Core 1.0 §3.1).
    #[error("not a DID")]
    BadDid,
    /// Not a DID URL that names one key, or its parts contradict each other.
    #[error("not a DID URL of a key")]
    BadDidUrl,
    /// A DID method that cannot be resolved here.
    #[error("a DID method that is not understood here (did:key and did:jwk are)")]
    UnsupportedMethod,
    /// The key inside the DID is not usable.
    #[error("the key inside the DID is not usable")]
    BadKey,
    /// The DID holds a kind of key that is not used here.
    #[error("the DID holds a kind of key that is not used here (Ed25519 and P-256 are)")]
    UnsupportedKey,
    /// The document has no key of that name.
    #[error("the DID has no key of that name")]
    KeyNotFound,
    /// The document lists the key, but not for this purpose.
    #[error("the DID does not list that key for this purpose")]
    WrongPurpose,
}

impl DidError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadDid => "bad-did",
            Self::BadDidUrl => "bad-did-url",
            Self::UnsupportedMethod => "did-method-unsupported",
            Self::BadKey => "bad-key",
            Self::UnsupportedKey => "key-unsupported",
            Self::KeyNotFound => "key-not-found",
            Self::WrongPurpose => "wrong-purpose",
        }
    }
}

/// A DID: `did:` method `:` identifier, without path, query or fragment. Compared byte by byte.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(String);

impl Did {
    /// Parses by DID Core 1.0 §3.1.
    ///
    /// # Errors
    /// [`DidError::BadDid`].
    pub fn parse(text: &str) -> Result<Self, DidError> {
        if text.len() > MAX_LEN {
            return Err(DidError::BadDid);
        }
        let rest = text.strip_prefix("did:").ok_or(DidError::BadDid)?;
        let (method, id) = rest.split_once(':').ok_or(DidError::BadDid)?;
        let method_ok = !method.is_empty()
            && method.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if method_ok && is_method_specific_id(id) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DidError::BadDid)
        }
    }

    /// The whole DID.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The method's name: `key`, `jwk`, `web`, …
    pub fn method(&self) -> &str {
        self.parts().0
    }

    /// What follows the method's name.
    pub fn method_specific_id(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.strip_prefix("did:").and_then(|rest| rest.split_once(':')).unwrap_or_default()
    }

    /// The DID URL of a fragment of this DID.
    pub(crate) fn with_fragment(&self, fragment: &str) -> DidUrl {
        DidUrl { did: self.clone(), fragment: fragment.to_owned() }
    }
}

/// One or more `:`-separated parts of idchars, the last one not empty.
fn is_method_specific_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    while let Some(b) = bytes.next() {
        let ok = match b {
            b'%' => {
                let pair = (bytes.next(), bytes.next());
                matches!(pair, (Some(a), Some(b)) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
            }
            b'.' | b'-' | b'_' | b':' => true,
            _ => b.is_ascii_alphanumeric(),
        };
        if !ok {
            return false;
        }
    }
    !id.is_empty() && !id.ends_with(':')
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A DID URL that names a key: a DID, `#` and a fragment. Paths and queries name other things and
/// are refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DidUrl {
    did: Did,
    fragment: String,
}

impl DidUrl {
    /// Parses an absolute DID URL with a fragment.
    ///
    /// # Errors
    /// [`DidError::BadDidUrl`]; also when the fragment of a did:key is not its own key, or of a
    /// did:jwk not `0`.
    pub fn parse(text: &str) -> Result<Self, DidError> {
        let (did, fragment) = text.split_once('#').ok_or(DidError::BadDidUrl)?;
        let did = Did::parse(did).map_err(|_| DidError::BadDidUrl)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
        if fragment.is_empty() || text.len() > MAX_LEN || !fragment.bytes().all(plain) {
            return Err(DidError::BadDidUrl);
        }
        let url = Self { did, fragment: fragment.to_owned() };
        let own = match url.did.method() {
            "key" => key_method::is_own_fragment(&url),
            "jwk" => url.fragment == "0",
            _ => true,
        };
        if own { Ok(url) } else { Err(DidError::BadDidUrl) }
    }

    /// The DID in front of the `#`.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// What follows the `#`.
    pub fn fragment(&self) -> &str {
        &self.fragment
    }
}

impl fmt::Display for DidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.did, self.fragment)
    }
}

/// The document of a DID that carries its own key: did:key or did:jwk.
///
/// # Errors
/// [`DidError::UnsupportedMethod`] for other methods; otherwise why the key inside is not usable.
pub fn document(did: &Did) -> Result<DidDocument, DidError> {
    match did.method() {
        "key" => key_method::document(did),
        "jwk" => jwk_method::document(did),
        _ => Err(DidError::UnsupportedMethod),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

    #[test]
    fn dids_are_parsed_strictly() {
        for good in
            ["did:web:a-b.example", "did:web:a.example%3A8443:x", "did:example:a::b", "did:x1:_"]
        {
            assert_eq!(Did::parse(good).unwrap().as_str(), good);
        }
        let long = format!("did:x:{}", "a".repeat(MAX_LEN));
        let bad = [
            "",
            "did",
            "did:",
            "did:web",
            "did:web:",
            "DID:web:a",
            "did:Web:a",
            "did:web:a b",
            "did:web:a/b",
            "did:web:a?b",
            "did:web:a#b",
            "did:web:%2",
            "did:web:%zz",
            "did:web:a:",
            "did:web:é",
            "did::a",
            &long,
        ];
        for text in bad {
            assert_eq!(Did::parse(text), Err(DidError::BadDid), "{text}");
        }
    }

    #[test]
    fn did_urls_name_exactly_one_key() {
        let url = DidUrl::parse(&format!("did:key:{KEY}#{KEY}")).unwrap();
        assert_eq!(url.did().method_specific_id(), KEY);
        let other = "z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG";
        let bad = [
            format!("did:key:{KEY}"),
            format!("did:key:{KEY}#"),
            format!("did:key:{KEY}#{other}"),
            format!("did:key:{KEY}?x=1#{KEY}"),
            format!("did:key:{KEY}/p#{KEY}"),
            format!("#{KEY}"),
            "did:web:a.example#a#b".into(),
            "did:web:a.example#a/../b".into(),
            "did:web:a.example#\0".into(),
            "did:jwk:e30#1".into(),
            format!("did:web:a.example#{}", "k".repeat(70_000)),
        ];
        for text in bad {
            assert_eq!(DidUrl::parse(&text), Err(DidError::BadDidUrl), "{text}");
        }
    }
}
