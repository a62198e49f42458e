//! The one secret from which all others of a wallet follow.

use std::fmt;

use zeroize::Zeroizing;

use super::WalletError;
use super::derive::{derive, hmac};
use crate::key::{Algorithm, KeyError, SecretKey};
use crate::random::Random;

/// 256 random bits. The same root gives the same keys and digests in every version, for ever.
pub(super) struct Root(Zeroizing<[u8; 32]>);

impl Root {
    pub(super) fn generate(random: &mut dyn Random) -> Result<Self, WalletError> {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The holder key of that algorithm and index.
    pub(super) fn identity_key(
        &self,
        algorithm: Algorithm,
        index: u32,
    ) -> Result<SecretKey, KeyError> {
        self.key("identity", algorithm, index)
    }

    /// The key of that use, algorithm and index.
    pub(super) fn key(
        &self,
        name: &str,
        algorithm: Algorithm,
        index: u32,
    ) -> Result<SecretKey, KeyError> {
        let label = format!("bonafide/key/v1/{name}/{}/{index}", algorithm.name());
        match algorithm {
            Algorithm::Ed25519 => SecretKey::from_bytes(algorithm, &derive(&self.0, &label)),
            // One derived scalar in 2^32 is out of range; then the next is taken.
            Algorithm::P256 => (0..=u8::MAX)
                .map(|attempt| derive(&self.0, &format!("{label}/{attempt}")))
                .map(|scalar| SecretKey::from_bytes(algorithm, &scalar))
                .find(|key| !matches!(key, Err(KeyError::BadKey)))
                .unwrap_or(Err(KeyError::BadKey)),
        }
    }

    /// HMAC-SHA256 of `data` under a key that serves this label only.
    pub(super) fn keyed_digest(&self, label: &str, data: &[u8]) -> [u8; 32] {
        let key = derive(&self.0, &format!("bonafide/digest/v1/{label}"));
        hmac(&key, &[data])
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64url;

    fn thumbprint(algorithm: Algorithm, index: u32) -> String {
        let root = Root::from_bytes(&[7; 32]);
        let key = root.identity_key(algorithm, index).unwrap();
        key.id().to_string()
    }

    /// Pinned: another value here means that people lose their identity.
    #[test]
    fn keys_of_a_root_never_change() {
        assert_eq!(
            thumbprint(Algorithm::Ed25519, 0),
            "UBqjwOw0ANNRVvbe6UpDnITbRk8vVWUGkpm5CikLOJ4"
        );
        assert_eq!(
            thumbprint(Algorithm::Ed25519, 1),
            "2S4Y3vlPm8HcJtsISwAQTA754ioPKnNL0V_1mNbiEOA"
        );
        assert_eq!(thumbprint(Algorithm::P256, 0), "Ta1lvH9aG-imqHK7D-AP0Mt2yq4N1a2iyC2dqqkpazI");
        assert_eq!(thumbprint(Algorithm::P256, 1), "bKJhunTa4GwoifGFDufKGb2MqoLRLsl5EU_ABfucO_U");
    }

    /// Pinned likewise.
    #[test]
    fn digests_of_a_root_never_change() {
        let root = Root::from_bytes(&[7; 32]);
        let digest = |label, data: &[u8]| base64url::encode(root.keyed_digest(label, data));
        assert_eq!(digest("evidence", b"data"), "U_dMMC1lePH8QUMVeJFKEzmNuLro9RlmPaR_n6HyeGc");
        assert_ne!(digest("evidence", b"data"), digest("evidence", b"date"));
        assert_ne!(digest("evidence", b"data"), digest("other", b"data"));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Root::from_bytes(&[7; 32])), "Root(secret)");
    }
}
