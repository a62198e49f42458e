//! Digests as text: `sha256-` and standard base64, as Subresource Integrity and `vct#integrity` write them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serializer;
use sha2::{Digest, Sha256};

/// SHA-256.
pub(super) fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// `sha256-` and the digest in base64.
pub fn digest_text(digest: &[u8; 32]) -> String {
    format!("sha256-{}", STANDARD.encode(digest))
}

/// Reads what [`digest_text`] writes, and nothing else.
pub(super) fn read(text: &str) -> Option<[u8; 32]> {
    let bytes = STANDARD.decode(text.strip_prefix("sha256-")?).ok()?;
    bytes.try_into().ok()
}

/// The text, or `null`.
pub(super) fn as_text<S: Serializer>(
    digest: &Option<[u8; 32]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match digest {
        Some(digest) => serializer.serialize_some(&digest_text(digest)),
        None => serializer.serialize_none(),
    }
}
