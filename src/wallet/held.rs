//! A holder key of the wallet: whether it is still used, and who has seen it.

use std::fmt;

use super::WalletError;
use super::root::Root;
use crate::clock::Timestamp;
use crate::columns::Standing;
use crate::did::Did;
use crate::key::{Algorithm, KeyId, PublicKey, Purpose, SecretKey, SignError, Signature};
use crate::key::{Signer, SigningInput};

/// Most keys of one wallet.
pub const MAX_KEYS: usize = 1024;

/// A key derived from the root, and what is recorded of it.
pub struct HeldKey {
    pub(super) index: u32,
    pub(super) key: SecretKey,
    pub(super) state: KeyState,
    pub(super) seen_by: Vec<SeenBy>,
}

/// Whether a key is still used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It is.
    Active,
    /// Put away: it answers nobody and is proved to nobody.
    Retired {
        /// Since when.
        since: Timestamp,
    },
    /// Lost or stolen: likewise, and its issuers are to be told.
    Compromised {
        /// Since when, as far as its holder knows.
        since: Timestamp,
        /// Issuers for whom a notice was written.
        told: Vec<Did>,
    },
}

/// Who has seen an answer of a key, and when the first one was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenBy {
    /// Who.
    pub whom: Asker,
    /// The moment of the first answer.
    pub first: Timestamp,
}

/// Whoever a key answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A verifier that signed its request.
    Verifier(Did),
    /// Somebody who signed nothing, and claimed this client id.
    Unproven(String),
}

impl HeldKey {
    pub(super) fn derive(
        root: &Root,
        algorithm: Algorithm,
        index: u32,
    ) -> Result<Self, WalletError> {
        let key = root.identity_key(algorithm, index)?;
        Ok(Self { index, key, state: KeyState::Active, seen_by: Vec::new() })
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// Its name.
    pub fn id(&self) -> &KeyId {
        self.key.id()
    }

    /// Where it was derived: keys of one kind count from 0.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Whether it is still used.
    pub fn state(&self) -> &KeyState {
        &self.state
    }

    /// Whether it is still used.
    pub fn is_active(&self) -> bool {
        self.state == KeyState::Active
    }

    /// Who has seen it, in the order of the first answers.
    pub fn seen_by(&self) -> &[SeenBy] {
        &self.seen_by
    }

    pub(super) fn standing(&self, verifier: Option<&Did>) -> Standing {
        let own =
            |seen: &SeenBy| matches!(&seen.whom, Asker::Verifier(did) if Some(did) == verifier);
        match (&self.state, self.seen_by.as_slice()) {
            (KeyState::Retired { .. }, _) => Standing::Retired,
            (KeyState::Compromised { .. }, _) => Standing::Compromised,
            (KeyState::Active, []) => Standing::Free,
            (KeyState::Active, [only]) if own(only) => Standing::Own,
            (KeyState::Active, all) if all.iter().any(own) => Standing::Shared,
            (KeyState::Active, _) => Standing::Taken,
        }
    }

    /// A key that is no more used signs nothing but the notice that says so. A holder's key signs no documents of others:
    /// the keys of a DID do ([`super::DidKey`]).
    pub(super) fn sign(&self, input: SigningInput<'_>) -> Result<Signature, SignError> {
        if input.purpose() == Purpose::DataIntegrity {
            return Err(SignError::NotAllowed);
        }
        if !self.is_active() && input.purpose() != Purpose::Notice {
            return Err(SignError::NotAllowed);
        }
        self.key.sign(self.id(), input)
    }
}

impl fmt::Debug for HeldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldKey({}, {:?}, secret)", self.id(), self.state)
    }
}
