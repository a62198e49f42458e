//! The DID on the web that a home issues as: its files, and who signs in its name.

use std::path::{Path, PathBuf};

use bonafide::clock::Timestamp;
use bonafide::did::{Did, DidDocument, Identity, MethodKey, Relationship, VerificationMethod};
use bonafide::encoding::json;
use bonafide::key::PublicKey;
use bonafide::resolve::webvh::{MAX_LOG, MAX_WITNESS_FILE};
use bonafide::resolve::{DidMaterial, FetchedDid, History, KnownDid};
use bonafide::wallet::{DidKey, DidRole, Wallet};

use crate::commands::{Context, identity};
use crate::error::{CliError, Result};
use crate::home::{Home, is_there, make_folder};
use crate::{files, text};

/// Names under which the files are published.
const DOCUMENT: &str = "did.json";
const LOG: &str = "did.jsonl";
const WITNESSES: &str = "did-witness.json";

/// The DID of this home, as its files say.
#[derive(Clone, Debug)]
pub struct Kept {
    pub did: Did,
    pub material: DidMaterial,
}

impl Kept {
    /// The DID of this home, if it has one.
    pub fn read(home: &Home) -> Result<Option<Self>> {
        let folder = home.dir().join("did");
        let there = |name: &str| is_there(&folder.join(name));
        if there(LOG)? {
            let log = files::read(&folder.join(LOG), MAX_LOG)?;
            let witness = match there(WITNESSES)? {
                true => Some(files::read(&folder.join(WITNESSES), MAX_WITNESS_FILE)?),
                false => None,
            };
            return Self::of(DidMaterial::Log { log, witness }, &folder.join(LOG)).map(Some);
        }
        if !there(DOCUMENT)? {
            return Ok(None);
        }
        let document = files::read(&folder.join(DOCUMENT), MAX_LOG)?;
        Self::of(DidMaterial::Document(document), &folder.join(DOCUMENT)).map(Some)
    }

    /// As [`Self::read`], and it must be there.
    pub fn needed(home: &Home) -> Result<Self> {
        Self::read(home)?.ok_or_else(|| {
            let message = format!("there is no DID on the web in {}", text::path(home.dir()));
            let next = "Check --home; `bonafide did create` makes one, and `bonafide did adopt FILE` takes back one that is published.";
            CliError::refused("no-did", message, next)
        })
    }

    /// With the DID that the newest document names.
    pub fn of(material: DidMaterial, path: &Path) -> Result<Self> {
        let id = match &material {
            DidMaterial::Document(bytes) => id(bytes, &[]),
            DidMaterial::Log { log, .. } => {
                let mut lines = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                lines.next_back().and_then(|line| id(line, &["state"]))
            }
        };
        let did = id.and_then(|id| Did::parse(&id).ok());
        let did = did.ok_or_else(|| {
            let message = format!("{} names no DID", text::path(path));
            CliError::refused("malformed", message, "Check that it is the right file.")
        })?;
        Ok(Self { did, material })
    }

    pub fn fetched(&self, now: Timestamp) -> FetchedDid {
        let (did, material) = (self.did.clone(), self.material.clone());
        FetchedDid { did, material, fetched_at: Some(now) }
    }

    /// What stands in the files, checked.
    pub fn known(&self, now: Timestamp) -> Result<KnownDid> {
        self.fetched(now).check().map_err(|error| {
            CliError::refused(
                error.code(),
                error,
                "Nothing was done. `bonafide did show` says more.",
            )
        })
    }

    /// The log whole, whether or not it is witnessed yet.
    pub fn unwitnessed(&self) -> Result<Option<History>> {
        let DidMaterial::Log { log, .. } = &self.material else { return Ok(None) };
        let refused = |error: &bonafide::resolve::LogError| {
            CliError::refused(error.code(), error, "Check that it is the right file, and whole.")
        };
        let history =
            History::verify_unwitnessed(&self.did, log).map_err(|error| refused(&error))?;
        match history.cut() {
            None => Ok(Some(history)),
            Some(cut) => Err(refused(cut)),
        }
    }

    /// The document in force.
    pub fn document(&self, now: Timestamp) -> Result<DidDocument> {
        self.last_document(now)?.filter(|document| !has_ended(document, now)).ok_or_else(|| {
            let message = format!("{} was deactivated", text::short_did(self.did.as_str()));
            CliError::refused("did-deactivated", message, "Nothing more is issued in its name.")
        })
    }

    /// The newest document, also of a did:web that has ended; a log says nothing more then.
    pub fn last_document(&self, now: Timestamp) -> Result<Option<DidDocument>> {
        Ok(match self.known(now)? {
            KnownDid::Web(web) => Some(web.document().clone()),
            KnownDid::History(history) => history.head().document().cloned(),
        })
    }

    /// Nothing is signed with a key of which a version that still waits for its witnesses says that it was stolen.
    fn check_not_stolen(&self, in_force: &DidDocument) -> Result<()> {
        let Some(whole) = self.unwitnessed()? else { return Ok(()) };
        let waiting = whole.head().document().map(DidDocument::revoked).unwrap_or_default();
        if waiting.iter().all(|name| in_force.revoked().contains(name)) {
            return Ok(());
        }
        let message =
            "a version of your DID that declares a key stolen still waits for its witnesses";
        let next = "Send them did.jsonl, take their words in with `bonafide did witness take`, and publish. Nothing was signed.";
        Err(CliError::refused("not-witnessed", message, next))
    }

    /// Keeps it in the home, and writes the files to publish.
    pub fn save(&self, home: &Home, out: &Path) -> Result<Vec<PathBuf>> {
        if !out.is_dir() {
            let message = format!("there is no folder {}", text::path(out));
            let next = "Make it first. Nothing was written.";
            return Err(CliError::fault("file-unwritable", message, next));
        }
        let named = self.files();
        for (name, _) in &named {
            files::check_free(&out.join(name))?;
        }
        self.keep(home)?;
        let mut written = Vec::new();
        for (name, bytes) in named {
            files::publish(&out.join(name), bytes)?;
            written.push(out.join(name));
        }
        Ok(written)
    }

    /// Keeps it in the home.
    pub fn keep(&self, home: &Home) -> Result<()> {
        let folder = home.dir().join("did");
        make_folder(&folder)?;
        self.files()
            .into_iter()
            .try_for_each(|(name, bytes)| files::replace(&folder.join(name), bytes))
    }

    /// Its files in the order of their publication: a log comes after the words for it ("The Witness Proofs File").
    fn files(&self) -> Vec<(&'static str, &[u8])> {
        match &self.material {
            DidMaterial::Document(bytes) => vec![(DOCUMENT, bytes)],
            DidMaterial::Log { log, witness } => {
                let words = witness.as_deref().map(|words| (WITNESSES, words));
                words.into_iter().chain([(LOG, log.as_slice())]).collect()
            }
        }
    }
}

fn id(bytes: &[u8], path: &[&str]) -> Option<String> {
    let object = json::parse_object(bytes, MAX_LOG).ok()?;
    let mut at = &object;
    for name in path {
        at = at.get(name)?.as_object()?;
    }
    at.get_str("id").map(str::to_owned)
}

/// Who signs credentials and status lists in this home: the DID on the web if there is one, else the wallet's own.
pub enum Issuer<'w> {
    Wallet(&'w Wallet),
    Web { document: DidDocument, key: Box<DidKey> },
}

impl<'w> Issuer<'w> {
    pub fn of(context: &Context, wallet: &'w Wallet) -> Result<Self> {
        let Some(kept) = Kept::read(&context.home)? else {
            return Ok(Self::Wallet(wallet));
        };
        let document = kept.document(context.now)?;
        kept.check_not_stolen(&document)?;
        let key = current_key(&document, wallet, context.now)?.ok_or_else(|| {
            let message =
                format!("this wallet holds no key of {}", text::short_did(kept.did.as_str()));
            let next = "Check --home: wallet and DID must belong together.";
            CliError::refused("key-not-held", message, next)
        })?;
        Ok(Self::Web { document, key: Box::new(key) })
    }

    pub fn identity(&self) -> Result<Identity<'_>> {
        match self {
            Self::Wallet(wallet) => identity(wallet),
            Self::Web { document, key } => Ok(Identity::of_document(document, key.id(), &**key)?),
        }
    }
}

/// The name of a key: its number, counted from 1.
pub fn name(index: u32) -> String {
    format!("key-{}", u64::from(index) + 1)
}

/// The index of a name that [`name`] made.
pub fn index(name: &str) -> Option<u32> {
    name.strip_prefix("key-")?.parse::<u32>().ok()?.checked_sub(1)
}

/// Neither retired nor declared stolen.
fn is_in_use(method: &VerificationMethod, now: Timestamp) -> bool {
    method.expires().is_none_or(|expires| expires > now) && method.revoked().is_none()
}

/// A did:web cannot say that it was deactivated: it retires its last key, and names no other.
fn has_ended(document: &DidDocument, now: Timestamp) -> bool {
    !document.methods().iter().any(|method| is_in_use(method, now))
}

/// The newest key listed for assertions, out of this wallet.
pub fn current_key(
    document: &DidDocument,
    wallet: &Wallet,
    now: Timestamp,
) -> Result<Option<DidKey>> {
    let listed = document.methods().iter().filter(|method| {
        method.relationships().contains(&Relationship::AssertionMethod) && is_in_use(method, now)
    });
    let numbered = listed.filter_map(|method| match method.key() {
        MethodKey::Signing(key) => Some((index(method.id().fragment())?, key)),
        MethodKey::Agreement(_) => None,
    });
    let newest: Option<(u32, &PublicKey)> = numbered.max_by_key(|(index, _)| *index);
    let Some((index, public)) = newest else { return Ok(None) };
    let key = wallet.did_key(DidRole::Assertion, public.algorithm(), index)?;
    Ok(Some(key).filter(|key| key.public() == public))
}
