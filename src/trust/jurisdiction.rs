//! Jurisdiction documents: as received, and as verified against what was pinned or known before.

use super::digest::{self, digest_text};
use super::document::Document;
use super::error::JurisdictionError;
use super::governance::{Governance, GovernanceKey, MAX_GOVERNANCE_KEYS, Pin};
use crate::calendar::Day;
use crate::clock::Timestamp;
use crate::format::jws_json::UnverifiedJwsJson;
use crate::key::{KeyId, Purpose, Signer};

/// `typ` in the header of every signature.
const TYP: &str = "bonafide-jurisdiction+jws";

/// Longest file read.
pub const MAX_LEN: usize = 24 * 1024 * 1024;

/// Most signatures: those who govern, and those who did before.
const MAX_SIGNATURES: usize = 2 * MAX_GOVERNANCE_KEYS;

/// Seconds by which a document may lie in the future: clocks differ.
const LEEWAY: i64 = 60;

type Result<T> = std::result::Result<T, JurisdictionError>;

/// A jurisdiction document as received: its form is read, no signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedJurisdiction {
    jws: UnverifiedJwsJson,
    document: Document,
    digest: [u8; 32],
}

impl UnverifiedJurisdiction {
    /// Reads a file whole: the signed envelope, and every member of the document in it.
    ///
    /// # Errors
    /// [`JurisdictionError`].
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let jws = UnverifiedJwsJson::parse(bytes, TYP, MAX_LEN, MAX_SIGNATURES)?;
        let document = Document::parse(jws.unverified_payload())?;
        let digest = digest::sha256(jws.unverified_payload());
        Ok(Self { jws, document, digest })
    }

    /// A document that nobody has signed yet.
    ///
    /// # Errors
    /// [`JurisdictionError`] when it says what none may say.
    pub fn propose(document: &Document) -> Result<Self> {
        Self::parse(
            UnverifiedJwsJson::unsigned(document.to_json().into_bytes()).to_text().as_bytes(),
        )
    }

    /// Adds the signature of a key held by `signer`. Every member was read before it is signed.
    ///
    /// # Errors
    /// [`JurisdictionError::Sign`].
    pub fn sign(&mut self, signer: &dyn Signer, key: &KeyId) -> Result<()> {
        Ok(self.jws.sign(signer, key, Purpose::Jurisdiction, TYP)?)
    }

    /// The file.
    pub fn to_text(&self) -> String {
        self.jws.to_text()
    }

    /// What it says, whoever wrote it: for showing and comparing, never for trust.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// SHA-256 of the payload as received.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Thumbprints of the keys that it claims to be signed by.
    pub fn claimed_signers(&self) -> impl Iterator<Item = &str> {
        self.jws.claimed_signers()
    }

    /// Who of `governance` signed, by signatures that hold.
    ///
    /// # Errors
    /// [`JurisdictionError::Jws`] when a signature that names one of its keys is not its.
    pub fn signers<'g>(&self, governance: &'g Governance) -> Result<Vec<&'g GovernanceKey>> {
        Ok(governance.signers(&self.jws)?)
    }

    /// Takes over the signatures of another copy: those who govern may sign one after another, or each their own copy.
    /// `false`, and nothing taken, where it is another document.
    #[must_use]
    pub fn merge(&mut self, other: Self) -> bool {
        self.jws.merge(other.jws)
    }

    /// Whether enough of `governance` signed.
    fn signed_by(&self, governance: &Governance, before: bool) -> Result<()> {
        let signed = governance.signers(&self.jws)?.len();
        let needed = usize::from(governance.threshold);
        if signed >= needed {
            return Ok(());
        }
        Err(JurisdictionError::Threshold { signed, needed, before })
    }

    fn issued_by(&self, now: Timestamp) -> Result<()> {
        if self.document.issued.start() > now.plus(LEEWAY) {
            return Err(JurisdictionError::NotYetValid);
        }
        Ok(())
    }
}

/// A jurisdiction document that was pinned, or that follows one that was. Made only by [`Self::first`] and
/// [`Self::next`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jurisdiction {
    document: Document,
    digest: [u8; 32],
    /// Who governed before it.
    before: Option<Governance>,
}

impl Jurisdiction {
    /// The first document of a jurisdiction: it is the one pinned, or has the governance pinned, and enough of its own
    /// governance signed. One that has expired is taken; it approves nothing today.
    ///
    /// # Errors
    /// [`JurisdictionError`].
    pub fn first(file: UnverifiedJurisdiction, pin: &Pin, now: Timestamp) -> Result<Self> {
        let pinned = match pin {
            Pin::Document(digest) => *digest == file.digest,
            Pin::Governance(digest) => *digest == file.document.governance.digest(),
        };
        if !pinned {
            return Err(JurisdictionError::NotPinned);
        }
        file.signed_by(&file.document.governance, false)?;
        file.issued_by(now)?;
        Ok(Self { document: file.document, digest: file.digest, before: None })
    }

    /// The document that follows this one: its number is the next, it names this one's digest, and both this one's
    /// governance and its own signed.
    ///
    /// # Errors
    /// [`JurisdictionError`]. `Forked` is said only of documents signed as they must be: both are evidence.
    pub fn next(&self, file: UnverifiedJurisdiction, now: Timestamp) -> Result<Self> {
        let (known, found) = (self.seq(), file.document.seq);
        if file.document.id != self.document.id {
            return Err(JurisdictionError::OtherId);
        }
        if file.digest == self.digest {
            return Err(JurisdictionError::Unchanged);
        }
        if found < known {
            return Err(JurisdictionError::RolledBack { known, found });
        }
        if found == known {
            file.signed_by(self.before.as_ref().unwrap_or(&self.document.governance), false)?;
            return Err(JurisdictionError::Forked { seq: found });
        }
        if found - known > 1 {
            return Err(JurisdictionError::Gap { known, found });
        }
        file.signed_by(&self.document.governance, true)?;
        file.signed_by(&file.document.governance, false)?;
        if file.document.prev != Some(self.digest) {
            return Err(JurisdictionError::Forked { seq: known });
        }
        if file.document.issued < self.document.issued {
            return Err(JurisdictionError::Malformed("issued".into()));
        }
        file.issued_by(now)?;
        let before = Some(self.document.governance.clone());
        Ok(Self { document: file.document, digest: file.digest, before })
    }

    /// What it says.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The jurisdiction's name.
    pub fn id(&self) -> &str {
        &self.document.id
    }

    /// Its number in the sequence.
    pub fn seq(&self) -> u64 {
        self.document.seq
    }

    /// SHA-256 of the payload as received.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Likewise as text: `sha256-…`.
    pub fn digest_text(&self) -> String {
        digest_text(&self.digest)
    }

    /// The first second of the day of issue.
    pub fn issued(&self) -> Timestamp {
        self.document.issued.start()
    }

    /// The first second after the day by which the next one is promised.
    pub fn next_update(&self) -> Timestamp {
        self.document.next_update.end()
    }

    /// The first second at which it no longer counts.
    pub fn expires(&self) -> Timestamp {
        self.document.expires.end()
    }

    /// Whether it no longer counts: what it would say is undetermined.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.expires() <= now
    }

    /// Whether the next one is late: it still counts, and this is worth saying.
    pub fn is_update_due(&self, now: Timestamp) -> bool {
        self.next_update() <= now
    }

    /// The last day on which it counts.
    pub fn last_day(&self) -> Day {
        self.document.expires
    }

    /// Days for which a key that was retired in order still counts for what it signed.
    pub fn grace_days(&self) -> u16 {
        self.document.grace_days
    }
}
