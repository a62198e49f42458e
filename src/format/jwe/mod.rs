//! Compact JWE (RFC 7516 §7.1): ECDH-ES with AES-GCM and nothing else. The protected header passes an allow-list of
//! ours before the library that decrypts sees any of it.

mod josekit;
#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use crate::encoding::json::{self, Json, Object};
use crate::encoding::{EncodingError, base64url};
use crate::key::{Algorithm, KeyId, PublicKey, SecretKey};

/// `alg`: direct key agreement (RFC 7518 §4.6).
const ALG: &str = "ECDH-ES";

/// `enc` read (RFC 7518 §5.3). The second is the one written.
const ENC: [&str; 2] = ["A128GCM", "A256GCM"];

/// Largest protected header read, decoded.
const MAX_HEADER: usize = 4 * 1024;

/// Bytes of nonce and tag (RFC 7518 §5.3). josekit and OpenSSL would take a tag of one byte, which anybody guesses.
const NONCE: usize = 12;
const TAG: usize = 16;

/// Why a JWE was refused, or not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// A part is not decodable, or too large.
    #[error("the sealed file is not readable: {0}")]
    Encoding(#[from] EncodingError),
    /// Not five parts, a part of the wrong length, or a header member missing or of the wrong kind.
    #[error("not a sealed file")]
    Malformed,
    /// Another algorithm than those offered here, or compression (RFC 8725 §3.1, §3.6).
    #[error("the way in which the file is sealed is not allowed")]
    AlgNotAllowed,
    /// `crit` names an extension; none is understood (RFC 7516 §4.1.13).
    #[error("the sealed file demands an extension that is not understood")]
    UnknownCritical,
    /// Sealed to another key, or changed since.
    #[error("the file is sealed to another key, or was changed on the way")]
    NotForUs,
    /// The cryptographic library failed, or its random source.
    #[error("the cryptographic library failed")]
    Backend,
}

impl JweError {
    /// The stable string code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding(error) => error.code(),
            Self::Malformed => "malformed",
            Self::AlgNotAllowed => "alg-not-allowed",
            Self::UnknownCritical => "unknown-critical",
            Self::NotForUs => "not-for-us",
            Self::Backend => "seal-failed",
        }
    }
}

/// A JWE as received: its form and its header are checked, nothing is decrypted.
#[derive(Debug)]
pub struct EncryptedJwe<'a> {
    text: &'a str,
    curve: Algorithm,
    kid: Option<String>,
    cty: Option<String>,
}

impl<'a> EncryptedJwe<'a> {
    /// Splits `text` and checks everything that can be checked without a key.
    ///
    /// # Errors
    /// [`JweError`].
    pub fn parse(text: &'a str, max_len: usize) -> Result<Self, JweError> {
        if text.len() > max_len {
            return Err(EncodingError::TooLarge.into());
        }
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(JweError::Malformed);
        let (header, key, nonce, content, tag) = (next()?, next()?, next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(JweError::Malformed);
        }
        if header.len() > MAX_HEADER * 4 / 3 + 4 {
            return Err(EncodingError::TooLarge.into());
        }
        let header = base64url::decode(header)?;
        let header = json::parse_object(&header, MAX_HEADER)?;
        let curve = allowed(&header)?;
        let sized = base64url::decode_sized::<NONCE>(nonce)?.is_some()
            && base64url::decode_sized::<TAG>(tag)?.is_some();
        if !key.is_empty() || !sized {
            return Err(JweError::Malformed);
        }
        base64url::decode(content)?;
        let (kid, cty) = (text_member(&header, "kid")?, text_member(&header, "cty")?);
        Ok(Self { text, curve, kid, cty })
    }

    /// The name of the key it says it is sealed to.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What it says is in it.
    pub fn cty(&self) -> Option<&str> {
        self.cty.as_deref()
    }

    /// The kind of key it is sealed to: Ed25519 stands for X25519.
    pub fn algorithm(&self) -> Algorithm {
        self.curve
    }

    /// Decrypts with the key it is sealed to (RFC 7516 §5.2).
    ///
    /// # Errors
    /// [`JweError::NotForUs`], [`JweError::Backend`].
    pub fn decrypt(&self, key: &SecretKey) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let named = self.kid().is_none_or(|kid| kid == key.id().as_str());
        if !named || key.public().algorithm() != self.curve {
            return Err(JweError::NotForUs);
        }
        if cfg!(fuzzing) {
            return self.stub();
        }
        let der = key.agreement_der().map_err(|_| JweError::Backend)?;
        josekit::decrypt(self.text, &der)
    }

    /// No fuzzer makes a tag: here every other one holds, and what is sealed lies open.
    fn stub(&self) -> Result<Zeroizing<Vec<u8>>, JweError> {
        let mut parts = self.text.rsplit('.');
        let (tag, content) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let holds = base64url::decode(tag)?.first().is_some_and(|byte| byte.is_multiple_of(2));
        let content = Zeroizing::new(base64url::decode(content)?);
        holds.then_some(content).ok_or(JweError::NotForUs)
    }
}

/// Encrypts for `recipient`, whose key it names. The keys and nonces for it come from OpenSSL's own random source.
///
/// # Errors
/// [`JweError::Backend`].
pub fn encrypt(recipient: &PublicKey, cty: &str, plaintext: &[u8]) -> Result<String, JweError> {
    let kid: &KeyId = &recipient.id();
    let [_, enc] = ENC;
    josekit::encrypt(&recipient.agreement_der(), (enc, kid.as_str(), cty), plaintext)
}

/// The allow-list. What `alg` and `enc` are, that nothing is compressed, and that `epk` is a key of one of our curves;
/// returns the kind of key whose curve that is. RSA, PBES2 with its iterations, `dir` and key wrapping end here.
fn allowed(header: &Object<'_>) -> Result<Algorithm, JweError> {
    let text = |name| header.get_str(name).ok_or(JweError::Malformed);
    if text("alg")? != ALG || !ENC.contains(&text("enc")?) || header.get("zip").is_some() {
        return Err(JweError::AlgNotAllowed);
    }
    if header.get("crit").is_some() {
        return Err(JweError::UnknownCritical);
    }
    for name in ["apu", "apv"] {
        if let Some(info) = text_member(header, name)? {
            base64url::decode(&info)?;
        }
    }
    let epk = header.get("epk").and_then(Json::as_object).ok_or(JweError::Malformed)?;
    let coordinate = |name| {
        let text = epk.get_str(name).ok_or(JweError::Malformed)?;
        base64url::decode_sized::<32>(text)?.ok_or(JweError::Malformed)
    };
    match (epk.get_str("kty"), epk.get_str("crv")) {
        (Some("OKP"), Some("X25519")) => coordinate("x").map(|_| Algorithm::Ed25519),
        (Some("EC"), Some("P-256")) => {
            PublicKey::from_p256_coordinates(&coordinate("x")?, &coordinate("y")?)
                .map(|_| Algorithm::P256)
                .map_err(|_| JweError::Malformed)
        }
        (Some(_), Some(_)) => Err(JweError::AlgNotAllowed),
        _ => Err(JweError::Malformed),
    }
}

fn text_member(header: &Object<'_>, name: &str) -> Result<Option<String>, JweError> {
    match header.get(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone().into_owned())),
        Some(_) => Err(JweError::Malformed),
    }
}
