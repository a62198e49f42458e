//! Sealed files: what one party sends another, readable by the recipient alone (JWE, ECDH-ES with AES-GCM).
//!
//! A seal says nothing about who made it: what is inside is signed by itself, and checked as ever.
//! ```
//! # use bonafide::{key::*, random::SystemRandom, sealed::{self, Kind, SealedFile}};
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
//! let file = sealed::seal(b"a credential", Kind::Credentials, key.public())?;
//! let sealed = SealedFile::parse(&file)?;
//! assert_eq!((sealed.kind(), sealed.recipient()), (Kind::Credentials, Some(key.id().as_str())));
//! assert_eq!(sealed.open(&key)?.as_slice(), b"a credential");
//! # Ok(()) }
//! # run().unwrap();
//! ```

use zeroize::Zeroizing;

use crate::did::DidDocument;
use crate::encoding::EncodingError;
use crate::format::jwe::{self, EncryptedJwe, JweError};
use crate::key::{PublicKey, SecretKey};

/// Largest content sealed or read.
pub const MAX_CONTENT: usize = 2 * 1024 * 1024;

/// Longest sealed file read: the content in base64, and the header.
pub const MAX_LEN: usize = MAX_CONTENT * 4 / 3 + 8 * 1024;

/// Why a sealed file was refused, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// The JWE was refused, does not open, or was not made.
    #[error(transparent)]
    Jwe(#[from] JweError),
    /// It names another kind of content than those known here, or none.
    #[error("a sealed file of another kind")]
    WrongType,
    /// More content than anybody would read.
    #[error("too much for one sealed file")]
    TooLarge,
}

impl SealedError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Jwe(error) => error.code(),
            Self::WrongType => "wrong-type",
            Self::TooLarge => "too-large",
        }
    }

    /// What whoever received the file can do now.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Jwe(JweError::NotForUs) => {
                "Open it with the wallet that it was made for, or ask the sender to seal it to your key."
            }
            Self::Jwe(JweError::Backend) => "Try again; if it stays, report it.",
            Self::TooLarge | Self::Jwe(JweError::Encoding(EncodingError::TooLarge)) => {
                "Ask the sender for several smaller files."
            }
            _ => "Do not rely on it. Ask the sender for the file again.",
        }
    }
}

/// What a sealed file holds, written as `cty` (RFC 7516 §4.1.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Credentials, from an issuer to a holder.
    Credentials,
    /// An answer to a request, from a holder to a verifier.
    Presentation,
}

impl Kind {
    /// The `cty` of this kind.
    pub fn cty(self) -> &'static str {
        match self {
            Self::Credentials => "bonafide-credentials",
            Self::Presentation => "bonafide-presentation",
        }
    }

    /// The kind with that `cty`.
    pub fn from_cty(cty: &str) -> Option<Self> {
        [Self::Credentials, Self::Presentation].into_iter().find(|kind| kind.cty() == cty)
    }
}

/// Seals `content` to a key: Ed25519 in its X25519 form, or P-256.
///
/// # Errors
/// [`SealedError::TooLarge`] past [`MAX_CONTENT`]; [`JweError::Backend`].
pub fn seal(content: &[u8], kind: Kind, recipient: &PublicKey) -> Result<String, SealedError> {
    if content.len() > MAX_CONTENT {
        return Err(SealedError::TooLarge);
    }
    Ok(jwe::encrypt(recipient, kind.cty(), content)?)
}

/// The key to which files for a DID are sealed: the first of [`DidDocument::agreement_keys`].
pub fn recipient(document: &DidDocument) -> Option<&PublicKey> {
    document.agreement_keys().next()
}

/// Whether a file looks like a sealed one: five parts, and no `~`, which an SD-JWT with its key binding has.
pub fn is_sealed(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("ey") && text.split('.').count() == 5 && !text.contains('~')
}

/// A sealed file as received. Who made it, and what is in it, nobody knows before it is opened and checked.
#[derive(Debug)]
pub struct SealedFile<'a> {
    jwe: EncryptedJwe<'a>,
    kind: Kind,
}

impl<'a> SealedFile<'a> {
    /// Reads the header, and refuses whatever we would not open.
    ///
    /// # Errors
    /// [`SealedError`].
    pub fn parse(text: &'a str) -> Result<Self, SealedError> {
        let jwe = EncryptedJwe::parse(text.trim(), MAX_LEN)?;
        let kind = jwe.cty().and_then(Kind::from_cty).ok_or(SealedError::WrongType)?;
        Ok(Self { jwe, kind })
    }

    /// What it holds: authentic once it is opened.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name of the key it is sealed to, where it says so ([`crate::key::KeyId`]).
    pub fn recipient(&self) -> Option<&str> {
        self.jwe.kid()
    }

    /// Whether that key may be the one it is sealed to.
    pub fn may_be_for(&self, key: &PublicKey) -> bool {
        let named = self.recipient().is_none_or(|kid| kid == key.id().as_str());
        named && key.algorithm() == self.jwe.algorithm()
    }

    /// Opens it with the key it is sealed to.
    ///
    /// # Errors
    /// [`JweError::NotForUs`], [`JweError::Backend`].
    pub fn open(&self, key: &SecretKey) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        Ok(self.jwe.decrypt(key)?)
    }
}
