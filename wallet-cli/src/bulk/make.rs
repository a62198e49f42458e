//! The second pass: credentials are signed, each investor's file is written beside the others under a name that
//! nobody takes for finished, then recorded, then named.
//!
//! Killed anywhere, the same command goes on: what the records know and has no final name yet gets it; what they do
//! not know is made anew, over whatever lies there.

use std::collections::hash_map::{Entry, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use bonafide::credential::Evidence;
use bonafide::did::Did;
use bonafide::issue::{Content, Validity};
use bonafide::random::SystemRandom;
use bonafide_records::{
    Act, CredentialState, Identified, Issuing, Level, NewCredential, NewDelivery, RowIndex, Slot,
    SqliteBook,
};
use sha2::{Digest, Sha256};

use super::check::{Holder, Rules, digest};
use super::name;
use super::plan::TypePlan;
use super::pool::Feed;
use super::progress::Progress;
use super::table::{Row, Table};
use crate::commands::issue::{self, record, validity};
use crate::error::{CliError, Result};
use crate::issuer_did::Issuer;
use crate::{delivery, output, text};

/// Files recorded in one step.
const TOGETHER: usize = 256;

/// One investor's credentials to make.
pub struct Task {
    row: Row,
    external_id: String,
    holder: Holder,
    wanted: Vec<Wanted>,
    file: String,
}

/// A credential to make: of which type, for which key.
struct Wanted {
    kind: usize,
    key: usize,
    slot: Option<Slot>,
}

/// How files are made, on every core.
pub struct Maker<'a> {
    pub rules: &'a Rules<'a>,
    pub issuer: &'a Issuer<'a>,
    pub evidence: &'a (dyn Fn(&str) -> Evidence + Sync),
    pub staging: &'a Path,
    pub job: i64,
    pub plain: bool,
}

impl Maker<'_> {
    /// Signs the credentials of one investor and writes them to the staging folder.
    pub fn make(&self, task: Task) -> Result<Made> {
        let issuer = self.issuer.identity()?;
        let keys: Vec<_> =
            task.holder.0.iter().map(|(did, _)| name::key(did)).collect::<Result<_>>()?;
        let mut prepared = HashMap::new();
        let mut tokens = Vec::with_capacity(task.wanted.len());
        let mut credentials = Vec::with_capacity(task.wanted.len());
        for wanted in task.wanted {
            let plan = self.rules.plan.types.get(wanted.kind).ok_or_else(changed)?;
            let one: &mut Prepared = match prepared.entry(wanted.kind) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(new) => new.insert(self.prepare(plan, &task.row)?),
            };
            let (key, (did, _)) =
                keys.get(wanted.key).zip(task.holder.0.get(wanted.key)).ok_or_else(changed)?;
            one.content.set_subject(&Did::parse(did).map_err(|_| changed())?);
            let status = wanted.slot.as_ref().map(record::reference);
            let (validity, random) = (one.validity, &mut SystemRandom);
            let token = one.content.issue(key, validity, status.as_ref(), &issuer, random)?;
            credentials.push(NewCredential {
                kind: plan.definition.name().to_owned(),
                assessed_on: one.assessed_on.clone(),
                key: key.id().to_string(),
                reissue: self.rules.reissue,
                digest: token_digest(&token),
                slot: wanted.slot,
                from: validity.from,
                until: validity.until,
                record_ref: one.record_ref.clone(),
                level: one.level,
            });
            tokens.push(token);
        }
        let first = keys.first().ok_or_else(changed)?;
        let file = delivery::text(&tokens, (!self.plain).then_some(first))? + "\n";
        write_private(&self.staging.join(&task.file), file.as_bytes())?;
        let nonces = keys.iter().zip(&task.holder.0);
        let nonces = nonces.map(|(key, (_, nonce))| (nonce.clone(), key.id().to_string()));
        let delivery = NewDelivery {
            nonces: nonces.collect(),
            credentials,
            identified: match self.rules.plan.identified_here(&task.row) {
                "" => Identified::Unsaid,
                reference => Identified::Here(reference.to_owned()),
            },
            encrypted: !self.plain,
            job: Some(self.job),
            external_id: task.external_id,
        };
        Ok(Made { delivery, file: task.file })
    }
}

/// What all credentials of one type and investor have in common.
struct Prepared {
    content: Content,
    validity: Validity,
    assessed_on: String,
    record_ref: Option<String>,
    level: Level,
}

impl Maker<'_> {
    /// The claims of one type, with the evidence that the issuer adds, and how long they count.
    fn prepare(&self, plan: &TypePlan, row: &Row) -> Result<Prepared> {
        let mut claims = self.rules.claims(plan, row).map_err(|_| changed())?;
        let identified = self.rules.plan.identified_here(row);
        if !identified.is_empty() {
            issue::add_evidence(&mut claims, &(self.evidence)(identified))?;
        }
        Ok(Prepared {
            validity: validity::usual(&claims, self.rules.began)?,
            assessed_on: claims.assessed_on().to_owned(),
            record_ref: claims.record_ref().map(str::to_owned),
            level: Level::of(claims.assurance_level()),
            content: claims.into_content(),
        })
    }
}

/// A file in the staging folder, and what is to be recorded of it.
pub struct Made {
    delivery: NewDelivery,
    file: String,
}

/// SHA-256 of the issuer-signed JWT.
pub fn token_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.split('~').next().unwrap_or_default()).into()
}

fn changed() -> CliError {
    CliError::refused(
        "table-changed",
        "the table was changed while it was being read",
        "Leave it alone and run the command again: it goes on where it stopped.",
    )
}

/// A file for its owner only. What lies there is of an earlier run that was killed.
fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, bytes)?;
        if cfg!(not(target_os = "linux")) { file.sync_all() } else { Ok(()) }
    });
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    let message = format!("cannot write {}: {error}", text::path(path));
    let next = "Make room, then run the command again: it goes on where it stopped.";
    CliError::fault("file-unwritable", message, next)
}

/// The second pass over a table.
pub struct Making<'a> {
    pub table: Table,
    pub path: &'a Path,
    pub rules: &'a Rules<'a>,
    pub index: &'a RowIndex,
    pub book: &'a mut SqliteBook,
    pub act: Act<'a>,
    pub job: i64,
    pub staging: PathBuf,
    pub out_dir: PathBuf,
    pub stop: &'a AtomicBool,
    pub progress: Progress,
    pub made: Vec<Made>,
    pub counts: Counts,
}

/// How a run went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Rows looked at, the invalid ones left out.
    pub rows: u64,
    pub files: u64,
    pub credentials: u64,
    /// Rows of which all was issued before.
    pub before: u64,
    /// Credentials that are not issued once more, for they are revoked or suspended.
    pub ended: u64,
    /// Credentials that are not issued once more, for they never were issued.
    pub never: u64,
    /// The highest number of a re-issue met.
    pub highest: u32,
    pub stopped: bool,
}

impl Feed for Making<'_> {
    type Task = Task;
    type Done = Result<Made>;

    fn next(&mut self) -> Result<Option<Task>> {
        loop {
            if self.stop.load(Ordering::Relaxed) {
                self.counts.stopped = true;
                return Ok(None);
            }
            let row = match self.table.next(self.path)? {
                None => return Ok(None),
                Some(Err(_)) => continue, // told in the first pass
                Some(Ok(row)) => row,
            };
            let Some((kept, holder)) = self.index.row(row.number)? else { continue };
            if kept != digest(&row) {
                return Err(changed());
            }
            self.counts.rows += 1;
            let holder: Holder = serde_json::from_str(&holder).map_err(|_| changed())?;
            if let Some(task) = self.task(row, holder)? {
                return Ok(Some(task));
            }
        }
    }

    fn done(&mut self, made: Result<Made>) -> Result<()> {
        self.made.push(made?);
        if self.made.len() == TOGETHER {
            self.record()?;
        }
        self.progress.tell(self.counts.credentials);
        Ok(())
    }
}

impl Making<'_> {
    /// What is still to be made for a row; nothing where all of it was issued.
    fn task(&mut self, row: Row, holder: Holder) -> Result<Option<Task>> {
        let external_id = self.rules.plan.external_id(&row).to_owned();
        let file = name::of_file(&external_id).ok_or_else(changed)?;
        if let Some(delivery) = self.book.delivery(self.job, &external_id)? {
            if !delivery.placed {
                self.place(&[file], &[delivery.id])?;
            }
            self.counts.before += 1;
            return Ok(None);
        }
        let mut names = Vec::new();
        for kind in &self.rules.plan.types {
            let day = self.rules.assessed_on(kind, &row).ok_or_else(changed)?;
            for (did, _) in &holder.0 {
                names.push((kind.definition.name(), day.to_owned(), name::thumbprint(did)?));
            }
        }
        let asked: Vec<_> =
            names.iter().map(|(kind, day, key)| (*kind, day.as_str(), key.as_str())).collect();
        let before = self.book.issued_before(&external_id, &asked)?;
        let columns = holder.0.len().max(1);
        let number = self.rules.reissue;
        let (mut missing, mut had) = (Vec::new(), false);
        for (at, before) in before.iter().enumerate() {
            match before {
                Some(before) if before.reissue >= number => {
                    had = true;
                    self.counts.highest = self.counts.highest.max(before.reissue);
                }
                None if number > 0 => self.counts.never += 1,
                // What was revoked, or is suspended, does not come back by this.
                Some(before) if before.state != CredentialState::Valid => self.counts.ended += 1,
                _ => missing.push(at),
            }
        }
        if missing.is_empty() {
            self.counts.before += u64::from(had);
            return Ok(None);
        }
        let path = self.out_dir.join(&file);
        if fs::symlink_metadata(&path).is_ok() {
            let message = format!("{} is there already, of another run", text::path(&path));
            let next =
                "Give another --out-dir, or put that file elsewhere. Then run the command again.";
            return Err(CliError::refused("file-there", message, next));
        }
        let mut slots =
            self.book.free_slots(missing.len(), self.rules.issuer.as_str())?.into_iter();
        let wanted = missing.into_iter().map(|at| Wanted {
            kind: at / columns,
            key: at % columns,
            slot: slots.next(),
        });
        let wanted = wanted.collect();
        Ok(Some(Task { row, external_id, holder, wanted, file }))
    }

    /// Records what lies in the staging folder, then gives the files their names.
    pub fn record(&mut self) -> Result<()> {
        if self.made.is_empty() {
            return Ok(());
        }
        sync(&self.staging)?;
        let made = std::mem::take(&mut self.made);
        let (deliveries, files): (Vec<_>, Vec<_>) =
            made.into_iter().map(|made| (made.delivery, made.file)).unzip();
        let ids = self.book.issue(&deliveries, &self.act)?;
        self.place(&files, &ids)?;
        self.counts.files += u64::try_from(ids.len()).unwrap_or_default();
        let credentials: usize = deliveries.iter().map(|delivery| delivery.credentials.len()).sum();
        self.counts.credentials += u64::try_from(credentials).unwrap_or_default();
        Ok(())
    }

    /// Gives files that are recorded their final names. One that has it already lost only the note of it. One that
    /// lies nowhere was handed out already, or is lost: nobody can tell, and the others go on.
    fn place(&mut self, files: &[String], ids: &[i64]) -> Result<()> {
        for file in files {
            let (from, to) = (self.staging.join(file), self.out_dir.join(file));
            match fs::rename(&from, &to) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    if !to.exists() {
                        self.progress.end();
                        output::talk(&gone(&to));
                    }
                }
                Err(error) => return Err(unwritable(&to, &error)),
            }
        }
        sync(&self.out_dir)?;
        Ok(self.book.placed(ids)?)
    }
}

fn gone(file: &Path) -> String {
    format!(
        "LOOK: {} was issued in an earlier run and is not there. If it was not handed out, revoke what it held and issue anew.",
        text::path(file)
    )
}

/// Everything written to the folder is on the disk: on Linux in one step for all files of its file system.
fn sync(folder: &Path) -> Result<()> {
    let synced = File::open(folder).and_then(|open| {
        #[cfg(target_os = "linux")]
        rustix::fs::syncfs(&open)?;
        open.sync_all()
    });
    synced.map_err(|error| unwritable(folder, &error))
}
