//! The content of a wallet in memory: its root, keys and credentials.

use std::fmt;
use std::iter;

use zeroize::Zeroizing;

use super::container::{NEWEST, OLDEST};
use super::held::HeldKey;
use super::lineage::Tag;
use super::root::Root;
use super::{RecoveryPhrase, WalletError};
use crate::clock::Timestamp;
use crate::key::{Algorithm, KeyId, PublicKey, SignError, Signature, Signer, SigningInput};
use crate::random::Random;

/// A decrypted wallet. It signs with its keys; the keys themselves never leave it.
pub struct Wallet {
    /// The format version of the file it was read from.
    pub(super) version: u16,
    pub(super) root: Root,
    pub(super) generation: u64,
    /// The name of the state in the file; all zeros in memory only.
    pub(super) tag: Tag,
    /// The names of the states it came from, the latest last.
    pub(super) earlier: Vec<Tag>,
    pub(super) created: Timestamp,
    /// Index 0 of its kind.
    pub(super) first: HeldKey,
    pub(super) more: Vec<HeldKey>,
    /// In the order of their ids.
    pub(super) credentials: Vec<StoredCredential>,
    pub(super) next_id: u32,
    pub(super) access: Access,
}

/// What the one who opened a wallet may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    Full,
    /// Look at it, and add and take out credentials. Not sign, not change the ways in, not show the recovery
    /// phrase.
    Reading,
}

/// A credential as it came from the issuer, checked before it was added.
pub struct StoredCredential {
    /// Its number in this wallet, never given twice.
    pub id: u32,
    /// When it was added.
    pub added: Timestamp,
    token: Zeroizing<String>,
}

impl StoredCredential {
    pub(super) fn new(id: u32, added: Timestamp, token: String) -> Self {
        let token = Zeroizing::new(token);
        Self { id, added, token }
    }

    /// The token with everything it can disclose: personal data.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl Wallet {
    /// A new wallet with a new root and one key, in memory only.
    ///
    /// # Errors
    /// [`WalletError::Random`] when the random source fails.
    pub fn create(
        algorithm: Algorithm,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Result<Self, WalletError> {
        Self::of_root(Root::generate(random)?, algorithm, now)
    }

    /// The wallet whose keys follow from the 24 words, without credentials. The kind of its identity key
    /// is not in the words.
    ///
    /// # Errors
    /// [`WalletError::Key`].
    pub fn restore(
        phrase: &RecoveryPhrase,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Self, WalletError> {
        Self::of_root(phrase.root(), algorithm, now)
    }

    /// The 24 words that bring back every key of this wallet.
    ///
    /// # Errors
    /// [`WalletError::PassphraseNeeded`] where it was opened for reading.
    pub fn recovery_phrase(&self) -> Result<RecoveryPhrase, WalletError> {
        self.check_full()?;
        Ok(RecoveryPhrase::of(&self.root))
    }

    /// What the one who opened it may do.
    pub fn access(&self) -> Access {
        self.access
    }

    pub(super) fn check_full(&self) -> Result<(), WalletError> {
        if self.access == Access::Full { Ok(()) } else { Err(WalletError::PassphraseNeeded) }
    }

    fn of_root(root: Root, algorithm: Algorithm, now: Timestamp) -> Result<Self, WalletError> {
        Ok(Self {
            first: HeldKey::derive(&root, algorithm, 0)?,
            version: OLDEST,
            root,
            generation: 1,
            tag: Tag::default(),
            earlier: Vec::new(),
            created: now,
            more: Vec::new(),
            credentials: Vec::new(),
            next_id: 1,
            access: Access::Full,
        })
    }

    /// The first key that is in use: the one that stands for its holder where one is enough.
    pub fn identity_key(&self) -> &PublicKey {
        self.identity().public()
    }

    /// The name of [`Self::identity_key`].
    pub fn identity_key_id(&self) -> &KeyId {
        self.identity().id()
    }

    fn identity(&self) -> &HeldKey {
        self.held().find(|held| held.is_active()).unwrap_or(&self.first)
    }

    /// The format version to write: the oldest that holds the content, never an older one than was read.
    pub(super) fn format(&self) -> u16 {
        // With several keys too: an older program would answer with them and note nothing.
        let recorded = |held: &HeldKey| !held.is_active() || !held.seen_by.is_empty();
        let columns = !self.more.is_empty() || recorded(&self.first);
        if columns { NEWEST } else { self.version }
    }

    pub(super) fn held(&self) -> impl Iterator<Item = &HeldKey> {
        iter::once(&self.first).chain(&self.more)
    }

    /// When the wallet was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// How many times the wallet was written. A lower number than the last one seen means that an
    /// older state came back.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The credentials, oldest first.
    pub fn credentials(&self) -> &[StoredCredential] {
        &self.credentials
    }

    /// Adds a credential that the caller has verified, and gives it a number.
    pub fn add(&mut self, token: String, now: Timestamp) -> u32 {
        let id = self.next_id;
        // Cannot overflow: the reader bounds it to half the range, and memory bounds the rest.
        self.next_id += 1;
        self.credentials.push(StoredCredential::new(id, now, token));
        id
    }

    /// Takes a credential out.
    ///
    /// # Errors
    /// [`WalletError::UnknownCredential`].
    pub fn forget(&mut self, id: u32) -> Result<StoredCredential, WalletError> {
        let at = self.credentials.iter().position(|held| held.id == id);
        let at = at.ok_or(WalletError::UnknownCredential(id))?;
        Ok(self.credentials.remove(at))
    }

    /// HMAC-SHA256 of `data` under a key that follows from the root and `label`: the same in every
    /// wallet restored from this root, meaningless to everybody else.
    pub fn keyed_digest(&self, label: &str, data: &[u8]) -> [u8; 32] {
        self.root.keyed_digest(label, data)
    }
}

impl Signer for Wallet {
    fn public_key(&self, key: &KeyId) -> Option<PublicKey> {
        Some(self.held_key(key)?.public().clone())
    }

    fn sign(&self, key: &KeyId, input: SigningInput<'_>) -> Result<Signature, SignError> {
        let held = self.held_key(key).ok_or(SignError::UnknownKey)?;
        self.check_full().map_err(|_| SignError::NotAllowed)?;
        held.sign(input)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, held) = (self.identity_key_id(), self.credentials.len());
        write!(f, "Wallet({key}, {held} credentials, secret)")
    }
}

impl fmt::Debug for StoredCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredCredential({}, {}, secret)", self.id, self.added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Purpose;
    use crate::random::{RandomError, SystemRandom};

    const NOW: i64 = 1_795_176_000;

    fn now() -> Timestamp {
        Timestamp::from_unix(NOW).unwrap()
    }

    fn wallet(algorithm: Algorithm) -> Wallet {
        Wallet::create(algorithm, now(), &mut SystemRandom).unwrap()
    }

    #[test]
    fn signs_with_its_own_keys_only() {
        for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
            let wallet = wallet(algorithm);
            let id = wallet.identity_key_id();
            let input = SigningInput::new(Purpose::KeyBinding, b"message");
            let signature = wallet.sign(id, input).unwrap();
            let public = wallet.public_key(id).unwrap();
            assert_eq!(public, *wallet.identity_key());
            assert!(public.verify(b"message", &signature).is_ok());
            let document = SigningInput::new(Purpose::DataIntegrity, b"message");
            assert_eq!(wallet.sign(id, document).err(), Some(SignError::NotAllowed));
            let other = self::wallet(algorithm);
            assert_eq!(other.sign(id, input).err(), Some(SignError::UnknownKey));
            assert!(other.public_key(id).is_none());
        }
    }

    #[test]
    fn numbers_are_never_given_twice() {
        let mut wallet = wallet(Algorithm::Ed25519);
        assert_eq!(wallet.add("a".to_owned(), now()), 1);
        assert_eq!(wallet.add("b".to_owned(), now()), 2);
        assert_eq!(wallet.forget(2).unwrap().token(), "b");
        assert_eq!(wallet.forget(2).unwrap_err().code(), "credential-not-found");
        assert_eq!(wallet.add("c".to_owned(), now()), 3);
        let tokens: Vec<&str> = wallet.credentials().iter().map(|held| held.token()).collect();
        assert_eq!(tokens, ["a", "c"]);
    }

    #[test]
    fn a_failing_random_source_makes_no_wallet() {
        struct Broken;
        impl Random for Broken {
            fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomError> {
                Err(RandomError)
            }
        }
        let refused = Wallet::create(Algorithm::Ed25519, now(), &mut Broken).unwrap_err();
        assert_eq!(refused.code(), "random-failed");
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut wallet = wallet(Algorithm::Ed25519);
        wallet.add("token".to_owned(), now());
        let id = wallet.identity_key_id();
        let expected = format!("Wallet({id}, 1 credentials, secret)");
        assert_eq!(format!("{wallet:?}"), expected);
        assert_eq!(
            format!("{:?}", wallet.credentials()),
            "[StoredCredential(1, 2026-11-20T12:00:00Z, secret)]"
        );
    }
}
