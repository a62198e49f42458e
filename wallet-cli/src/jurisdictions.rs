//! The jurisdictions that a home believes: every version as received, so that an old decision can be made again.
//!
//! `jurisdictions/NAME/` holds `7.jurisdiction` for version 7, `index.json`, and under `forks/` what contradicted it.

use std::path::PathBuf;

use bonafide::clock::Timestamp;
use bonafide::trust::{Jurisdiction, MAX_LEN, Pin, UnverifiedJurisdiction, digest_text};
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Result};
use crate::home::{self, Home};
use crate::{files, text};

/// One jurisdiction of a home.
pub struct Archive {
    dir: PathBuf,
    id: String,
    index: Index,
}

/// What was taken, and by what it was recognised at first.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    pinned: String,
    documents: Vec<Kept>,
}

/// A version that was verified when it came.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    pub seq: u64,
    pub digest: String,
    pub added: String,
}

/// The newest version of each, verified.
pub fn newest(home: &Home, now: Timestamp) -> Result<Vec<Jurisdiction>> {
    all(home)?.iter().map(|archive| archive.newest(now)).collect()
}

/// The version of each that this home had at a moment; where it had none yet, the newest that was issued by then.
pub fn as_of(home: &Home, moment: Timestamp, now: Timestamp) -> Result<Vec<Jurisdiction>> {
    let versions = all(home)?.into_iter().map(|archive| archive.as_of(moment, now));
    Ok(versions.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// All of a home, by name.
pub fn all(home: &Home) -> Result<Vec<Archive>> {
    let folder = home.dir().join("jurisdictions");
    if home.dir().as_os_str().is_empty() || folder.symlink_metadata().is_err() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| {
        let message = format!("cannot read the folder {}: {error}", text::path(&folder));
        CliError::fault("file-unreadable", message, "Check the permissions.")
    };
    let mut names = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        names.extend(entry.map_err(unreadable)?.file_name().into_string().ok());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    let mut archives = Vec::with_capacity(names.len());
    for name in &names {
        match Archive::find(home, name)? {
            Some(archive) => archives.push(archive),
            None => {
                let message =
                    format!("{} is no list that was added whole", text::path(&folder.join(name)));
                let next = "Mend it from a backup, or move it away and add the list again: bonafide trust add FILE.";
                return Err(CliError::fault("home-damaged", message, next));
            }
        }
    }
    Ok(archives)
}

impl Archive {
    /// The jurisdiction of that name, if this home believes it.
    pub fn find(home: &Home, id: &str) -> Result<Option<Self>> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !id.bytes().all(plain) || id.starts_with('.') || id.is_empty() {
            return Ok(None);
        }
        let dir = home.dir().join("jurisdictions").join(id);
        let index = dir.join("index.json");
        if home.dir().as_os_str().is_empty() || !dir.is_dir() || !home::is_there(&index)? {
            return Ok(None);
        }
        let read: Option<Index> = home::strict(&files::read(&index, MAX_LEN)?);
        let read = read.filter(|read| !read.documents.is_empty());
        let index = read.ok_or_else(|| damaged(&format!("{} is damaged", text::path(&index))))?;
        Ok(Some(Self { dir, id: id.to_owned(), index }))
    }

    /// By what the first one was recognised.
    pub fn pinned(&self) -> &str {
        &self.index.pinned
    }

    /// The versions, oldest first.
    pub fn versions(&self) -> &[Kept] {
        &self.index.documents
    }

    /// The newest version. Where the one before is here too, it is known who governed until then.
    pub fn newest(&self, now: Timestamp) -> Result<Jurisdiction> {
        let mut kept = self.index.documents.iter().rev();
        let newest = kept.next().ok_or_else(|| damaged("a jurisdiction has no version"))?;
        match kept.next().filter(|before| before.seq + 1 == newest.seq) {
            None => self.version(newest.seq, now),
            Some(before) => {
                let file = self.read(newest.seq)?;
                let then = since(&file, newest, now);
                let next = self.version(before.seq, now)?.next(file, then);
                let next = next.ok().filter(|next| next.digest_text() == newest.digest);
                next.ok_or_else(|| self.changed(newest.seq))
            }
        }
    }

    /// A version by its number.
    pub fn version(&self, seq: u64, now: Timestamp) -> Result<Jurisdiction> {
        let kept = self.index.documents.iter().find(|kept| kept.seq == seq).ok_or_else(|| {
            let message = format!("version {seq} of {} is not here", self.id);
            let versions: Vec<String> =
                self.index.documents.iter().map(|kept| kept.seq.to_string()).collect();
            CliError::refused("not-found", message, format!("Here: {}.", versions.join(", ")))
        })?;
        let pin = Pin::parse(&kept.digest).ok_or_else(|| self.changed(seq))?;
        let file = self.read(seq)?;
        let then = since(&file, kept, now);
        Jurisdiction::first(file, &pin, then).map_err(|_| self.changed(seq))
    }

    fn as_of(&self, moment: Timestamp, now: Timestamp) -> Result<Option<Jurisdiction>> {
        let had = |kept: &&Kept| Timestamp::parse(&kept.added).is_ok_and(|added| added <= moment);
        if let Some(kept) = self.index.documents.iter().rev().find(had) {
            return self.version(kept.seq, now).map(Some);
        }
        for kept in self.index.documents.iter().rev() {
            let version = self.version(kept.seq, now)?;
            if version.issued() <= moment {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }

    fn read(&self, seq: u64) -> Result<UnverifiedJurisdiction> {
        let path = self.path(seq);
        if !home::is_there(&path)? {
            return Err(damaged(&format!("{} is gone", text::path(&path))));
        }
        let bytes = files::read(&path, MAX_LEN)?;
        UnverifiedJurisdiction::parse(&bytes).map_err(|_| self.changed(seq))
    }

    fn path(&self, seq: u64) -> PathBuf {
        self.dir.join(format!("{seq}.jurisdiction"))
    }

    fn changed(&self, seq: u64) -> CliError {
        damaged(&format!("version {seq} of {} is not the one that was kept here", self.id))
    }

    /// Begins with the first version, which was verified. The caller holds the lock.
    pub fn begin(
        home: &Home,
        first: &Jurisdiction,
        pin: &Pin,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Self> {
        let folder = home.dir().join("jurisdictions");
        let (dir, new) = (folder.join(first.id()), folder.join(format!(".new-{}", first.id())));
        // Whoever reads meanwhile finds it whole or not at all.
        let made = if dir.exists() { &dir } else { &new };
        home::make_folder(made)?;
        let index = Index { pinned: pin.to_string(), documents: Vec::new() };
        let mut archive = Self { dir: made.clone(), id: first.id().to_owned(), index };
        archive.keep(first, bytes, now)?;
        if *made != dir {
            std::fs::rename(made, &dir).map_err(|error| {
                let message = format!("cannot make the folder {}: {error}", text::path(&dir));
                CliError::fault("file-unwritable", message, "Check the permissions of your home.")
            })?;
        }
        Ok(Self { dir, ..archive })
    }

    /// Keeps one more version, which was verified. The caller holds the lock.
    pub fn keep(&mut self, next: &Jurisdiction, bytes: &[u8], now: Timestamp) -> Result<()> {
        files::replace(&self.path(next.seq()), bytes)?;
        let (seq, digest, added) = (next.seq(), next.digest_text(), now.to_string());
        self.index.documents.push(Kept { seq, digest, added });
        self.write_index()
    }

    /// Where a version came under a clock that was ahead, it is here at least since `now`.
    pub fn lower_added(home: &Home, now: Timestamp) -> Result<()> {
        let early = |kept: &Kept| Timestamp::parse(&kept.added).is_ok_and(|added| added > now);
        let late = |archive: &Self| archive.index.documents.iter().any(early);
        if !all(home)?.iter().any(late) {
            return Ok(());
        }
        let _alone = home.trust_alone()?;
        for mut archive in all(home)?.into_iter().filter(late) {
            for kept in archive.index.documents.iter_mut().filter(|kept| early(kept)) {
                kept.added = now.to_string();
            }
            archive.write_index()?;
        }
        Ok(())
    }

    fn write_index(&self) -> Result<()> {
        let index = serde_json::to_string_pretty(&self.index).unwrap_or_default();
        files::replace(&self.dir.join("index.json"), index.as_bytes())
    }

    /// Keeps what contradicts a version that is here, as evidence; gives its place.
    pub fn keep_fork(&self, fork: &UnverifiedJurisdiction, bytes: &[u8]) -> Result<PathBuf> {
        let folder = self.dir.join("forks");
        home::make_folder(&folder)?;
        let digest: String = text::hex(fork.digest()).chars().take(16).collect();
        let path = folder.join(format!("{}-{digest}.jurisdiction", fork.document().seq));
        files::replace(&path, bytes)?;
        Ok(path)
    }

    /// The folder of what contradicted a version, and how many files are in it.
    pub fn forks(&self) -> Result<(PathBuf, usize)> {
        let folder = self.dir.join("forks");
        let count = if folder.is_dir() { files::in_folder(&folder)?.0.len() } else { 0 };
        Ok((folder, count))
    }

    /// Every file of it, as received: each version with its number and since when it is here, then what contradicts one.
    pub fn files(&self) -> Result<Vec<(Option<&Kept>, Vec<u8>)>> {
        let mut all = Vec::new();
        for kept in &self.index.documents {
            all.push((Some(kept), files::read(&self.path(kept.seq), MAX_LEN)?));
        }
        let (folder, forks) = self.forks()?;
        if forks > 0 {
            for path in files::in_folder(&folder)?.0 {
                all.push((None, files::read(&path, MAX_LEN)?));
            }
        }
        Ok(all)
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Another copy of the newest version, checked as the newest is: the signatures on a copy are its own.
    pub fn again(&self, copy: UnverifiedJurisdiction, now: Timestamp) -> Result<Jurisdiction> {
        let mut kept = self.index.documents.iter().rev();
        let newest = kept.next().map_or(0, |kept| kept.seq);
        match kept.next().filter(|before| before.seq + 1 == newest) {
            None => Ok(Jurisdiction::first(copy.clone(), &Pin::Document(*copy.digest()), now)?),
            Some(before) => Ok(self.version(before.seq, now)?.next(copy, now)?),
        }
    }

    /// Whether a version is here under its number, and with its digest.
    pub fn knows(&self, file: &UnverifiedJurisdiction) -> bool {
        let (seq, digest) = (file.document().seq, digest_text(file.digest()));
        self.index.documents.iter().any(|kept| kept.seq == seq && kept.digest == digest)
    }
}

/// When a version came. What was not in the future then is not now, whatever this machine's clock says.
fn since(file: &UnverifiedJurisdiction, kept: &Kept, now: Timestamp) -> Timestamp {
    let added = Timestamp::parse(&kept.added).unwrap_or(now);
    now.max(added).max(file.document().issued.start())
}

fn damaged(message: &str) -> CliError {
    let next = "Mend the folder `jurisdictions` of your home from a backup, then try again.";
    CliError::fault("home-damaged", message, next)
}
