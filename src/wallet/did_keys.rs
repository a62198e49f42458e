//! Keys of an issuer's DID: derived from the root by purpose and number, never stored, and each good for one thing.
//!
//! Nothing of them stands in the wallet file. Which number is in use is read from the DID's own document or log.

use std::fmt;

use super::{Wallet, WalletError};
use crate::key::{Algorithm, KeyId, PublicKey, Purpose, SecretKey, SignError, Signature};
use crate::key::{Signer, SigningInput};

/// What a key of a DID is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DidRole {
    /// It signs entries of the DID's log. Always Ed25519.
    Update,
    /// It signs what the DID says: credentials, status lists.
    Assertion,
    /// It vouches for entries of other people's logs. Always Ed25519; number 0 only.
    Witness,
}

impl DidRole {
    fn label(self) -> &'static str {
        match self {
            Self::Update => "did-update",
            Self::Assertion => "did-assertion",
            Self::Witness => "did-witness",
        }
    }

    /// The other way round nothing is signed: an assertion key writes no log, an update key no credential.
    fn may(self, purpose: Purpose) -> bool {
        match self {
            Self::Update | Self::Witness => purpose == Purpose::DataIntegrity,
            Self::Assertion => {
                !matches!(purpose, Purpose::DataIntegrity | Purpose::KeyBinding | Purpose::Notice)
            }
        }
    }
}

/// A key of a DID, made from the wallet's root. It signs; the secret does not leave it.
pub struct DidKey {
    key: SecretKey,
    role: DidRole,
    full: bool,
}

impl Wallet {
    /// The key of that purpose and number. The same root always has the same keys.
    ///
    /// # Errors
    /// [`WalletError::Key`].
    pub fn did_key(
        &self,
        role: DidRole,
        algorithm: Algorithm,
        index: u32,
    ) -> Result<DidKey, WalletError> {
        let key = self.root.key(role.label(), algorithm, index)?;
        Ok(DidKey { key, role, full: self.check_full().is_ok() })
    }
}

impl DidKey {
    /// The public key.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// Its name.
    pub fn id(&self) -> &KeyId {
        self.key.id()
    }
}

impl Signer for DidKey {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        self.key.public_key(key)
    }

    fn sign(&self, key: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError> {
        if !self.full || !self.role.may(input.purpose()) {
            return Err(SignError::NotAllowed);
        }
        self.key.sign(key, input)
    }
}

impl fmt::Debug for DidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DidKey({:?}, {}, secret)", self.role, self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::wallet::root::Root;
    use crate::wallet::{Access, RecoveryPhrase};

    fn wallet() -> Wallet {
        let phrase = RecoveryPhrase::of(&Root::from_bytes(&[7; 32]));
        Wallet::restore(&phrase, Algorithm::Ed25519, Timestamp::EPOCH).unwrap()
    }

    /// Pinned: another value here means that issuers lose their DIDs.
    #[test]
    fn keys_of_a_root_never_change() {
        let wallet = wallet();
        let name = |role, algorithm, index| {
            wallet.did_key(role, algorithm, index).unwrap().id().to_string()
        };
        let names = [
            name(DidRole::Update, Algorithm::Ed25519, 0),
            name(DidRole::Update, Algorithm::Ed25519, 1),
            name(DidRole::Assertion, Algorithm::Ed25519, 0),
            name(DidRole::Assertion, Algorithm::P256, 0),
            name(DidRole::Witness, Algorithm::Ed25519, 0),
        ];
        let expected = [
            "JzDxOMC2MoH7DuKpwyd-8PKmSNPXAZwyi-_RJrlNAFM",
            "0CcS9FkG6Qi0tOs6zbBTGbIXkiY9-9m3zD7ewVqXAcI",
            "bLA0L2_ZAV5Ro-elQ6ipBMVtadWpZaSbv6T88KebvfY",
            "senH8aMJBvq3glRxaOqay3tw7HtFJxSk_t1D7fYZBcs",
            "ra2lBU8CQ9ac_yaJogk1J3K6GUIpXq1foaad4Vh1yJo",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn each_key_signs_for_its_own_purpose_only() {
        let mut wallet = wallet();
        let all = [
            Purpose::Credential,
            Purpose::KeyBinding,
            Purpose::Request,
            Purpose::Proof,
            Purpose::StatusList,
            Purpose::Notice,
            Purpose::LogHead,
            Purpose::DataIntegrity,
        ];
        let signs = |wallet: &Wallet, role| {
            let key = wallet.did_key(role, Algorithm::Ed25519, 3).unwrap();
            let signed = |purpose: &&Purpose| {
                let input = SigningInput::new(**purpose, b"message");
                key.sign(key.id(), input).is_ok()
            };
            all.iter().filter(signed).count()
        };
        let roles = [DidRole::Update, DidRole::Assertion, DidRole::Witness];
        assert_eq!(roles.map(|role| signs(&wallet, role)), [1, 5, 1]);
        let key = wallet.did_key(DidRole::Update, Algorithm::Ed25519, 0).unwrap();
        let debug = format!("{key:?}");
        assert_eq!(debug, format!("DidKey(Update, {}, secret)", key.id()));
        wallet.access = Access::Reading;
        assert_eq!(roles.map(|role| signs(&wallet, role)), [0, 0, 0]);
    }
}
