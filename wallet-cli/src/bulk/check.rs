//! The first pass: every row is read and checked, and nothing is issued.

use std::path::{Path, PathBuf};

use bonafide::clock::Timestamp;
use bonafide::did::Did;
use bonafide::encoding::json;
use bonafide::possession::{self, ExpectedProof, ProofError, ProvenKey};
use bonafide_credentials::Claims;
use bonafide_records::{Mark, RowIndex, SqliteBook, Subjects};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::finding::Finding;
use super::plan::{Plan, TypePlan};
use super::pool::Feed;
use super::table::{Row, Table};
use super::{name, progress::Progress};
use crate::commands::MAX_PROOF_AGE;
use crate::error::{CliError, Result};
use crate::{files, output, text};

const ASSESSED_ON: &str = "assessed_on";

/// What all rows are measured by.
pub struct Rules<'a> {
    pub plan: &'a Plan,
    pub issuer: &'a Did,
    /// Proofs lie here, unless their path says otherwise.
    pub folder: &'a Path,
    /// How many keys each proof holds.
    pub columns: usize,
    /// The day of the assessment where the table has none.
    pub assessed_on: Option<&'a str>,
    /// How often the same was issued before: then proofs may be those of the first time.
    pub reissue: u32,
    /// When the job began: today, for the claims.
    pub began: Timestamp,
    pub now: Timestamp,
}

/// A row that is in order by itself.
pub struct Checked {
    pub row: u64,
    pub external_id: String,
    pub digest: [u8; 32],
    pub holder: Holder,
    /// Whether the proof is older than a first issuing allows.
    pub old: bool,
    pub file: String,
}

/// The keys that a proof showed, each with the nonce it answered.
#[derive(Serialize, Deserialize)]
pub struct Holder(pub Vec<(String, String)>);

type Outcome = std::result::Result<Checked, Vec<Finding>>;

impl Rules<'_> {
    /// Checks one row: claims of every type, identification, proof. One mistake in a cell is enough.
    pub fn check(&self, row: &Row) -> Outcome {
        let external_id = self.plan.external_id(row).to_owned();
        let mut found = row.wrong.clone();
        let file = name::of_file(&external_id);
        if let Some((code, message)) = match (external_id.is_empty(), &file) {
            (true, _) => Some(("empty", "empty; every investor needs one")),
            (false, None) => Some(("too-long", "too long to name a file by")),
            (false, Some(_)) => None,
        } {
            found.push(Finding::cell(row.number, "external_id", code, message));
        }
        if self.plan.rests_on_identity() && self.plan.identified_here(row).is_empty() {
            let message = "empty; name your own file on how you identified this person";
            found.push(Finding::cell(row.number, "identified_here", "identity-missing", message));
        }
        let claims = self.plan.types.iter().filter_map(|kind| self.claims(kind, row).err());
        found.extend(claims.flatten());
        let holder = self.holder(row);
        let holder = holder.map_err(|finding| found.push(finding));
        match (holder, file) {
            (Ok((holder, old)), Some(file)) if found.is_empty() => {
                let digest = digest(row);
                Ok(Checked { row: row.number, external_id, digest, holder, old, file })
            }
            _ => Err(first_of_each(found)),
        }
    }

    /// The claims of one type.
    pub fn claims(&self, kind: &TypePlan, row: &Row) -> std::result::Result<Claims, Vec<Finding>> {
        let read = |day| {
            let others = kind.cells(row).filter(|(field, _)| *field != ASSESSED_ON);
            let read = kind.definition.read_row(others.chain([(ASSESSED_ON, day)]), self.began);
            read.map_err(|errors| -> Vec<Finding> {
                let found = errors.iter();
                found
                    .map(|error| Finding::claim(row.number, error, |field| kind.name_of(field)))
                    .collect()
            })
        };
        let Some(day) = self.assessed_on(kind, row) else {
            let column = kind.name_of(ASSESSED_ON);
            let message =
                "empty; the day of the assessment keeps a credential from being issued twice";
            let missing = Finding::cell(row.number, &column, "field-missing", message);
            // Whatever else is wrong with the row is told at once.
            let others = read(&self.began.date()).err().unwrap_or_default();
            return Err([missing].into_iter().chain(others).collect());
        };
        read(day)
    }

    /// The day of the assessment: the row's own, else that of all.
    pub fn assessed_on<'s>(&'s self, kind: &'s TypePlan, row: &'s Row) -> Option<&'s str> {
        let own = kind.cells(row).find(|(field, text)| *field == ASSESSED_ON && !text.is_empty());
        own.map(|(_, text)| text).or(self.assessed_on)
    }

    /// The keys shown, and whether longer ago than a first issuing allows.
    fn holder(&self, row: &Row) -> std::result::Result<(Holder, bool), Finding> {
        let wrong = |code, message: &str| Finding::cell(row.number, "proof", code, message);
        let path = self.plan.proof(row);
        if path.is_empty() {
            let ask = format!("empty; ask for `bonafide id --prove {} --nonce N`", self.issuer);
            return Err(wrong("proof-missing", &ask));
        }
        let path: PathBuf = self.folder.join(path);
        // A pipe named in a table would hold everybody up.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(wrong(
                "file-unreadable",
                &format!("cannot read {}: no plain file", text::path(&path)),
            ));
        }
        let text = files::read_text(&path, possession::MAX_LEN)
            .map_err(|error| wrong(error.code(), error.message()))?;
        let object = json::parse_object(text.trim().as_bytes(), possession::MAX_LEN);
        if object.is_ok_and(|file| file.get("notice").is_some()) {
            let message = "comes with a notice that another key is lost or stolen: issue to this person alone, with `bonafide issue … --holder FILE --reidentified REF`";
            return Err(wrong("reidentification-needed", message));
        }
        let waited = self.now.unix().saturating_sub(self.began.unix()).max(0);
        let nonce = self.plan.nonce(row);
        let read = |max_age| {
            let expected = ExpectedProof { issuer: self.issuer, nonce, max_age };
            possession::read(&text, &expected, self.now)
        };
        let mut proven = read(MAX_PROOF_AGE.saturating_add(waited));
        let old = self.reissue > 0 && proven.as_ref().err() == Some(&ProofError::Stale);
        if old {
            proven = read(i64::MAX);
        }
        let proven = proven.map_err(|error| {
            let ask = match error {
                ProofError::AudienceMismatch | ProofError::Stale => {
                    format!("; ask for `bonafide id --prove {} --nonce N`", self.issuer)
                }
                _ => String::new(),
            };
            let column = if error == ProofError::NonceMismatch { "nonce" } else { "proof" };
            Finding::cell(row.number, column, error.code(), format!("{error}{ask}"))
        })?;
        let mut keys: Vec<&str> = proven.iter().map(|one| one.did().as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() != proven.len() || keys.len() != self.columns {
            let message = format!(
                "holds {} different keys, and {} expected (--columns)",
                keys.len(),
                self.columns
            );
            return Err(wrong("keys-unexpected", &message));
        }
        let one = |one: &ProvenKey| (one.did().to_string(), one.nonce().to_owned());
        Ok((Holder(proven.iter().map(one).collect()), old))
    }
}

/// What was found first in each cell, and what else was found in the same way: two elements of a list can both be
/// wrong, and a field serve two types.
fn first_of_each(found: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        let text = |one: &Finding| is_of_text(one) && one.column == finding.column;
        if !kept.contains(&finding) && !kept.iter().any(text) {
            kept.push(finding);
        }
    }
    kept
}

/// Whether the text of the cell itself is wrong: what else is told of the cell is then of no use.
fn is_of_text(finding: &Finding) -> bool {
    matches!(finding.code, "formula" | "not-utf-8" | "too-long" | "empty")
}

/// The digest of a row's cells: the second pass must read the same.
pub fn digest(row: &Row) -> [u8; 32] {
    let mut hash = Sha256::new();
    for cell in &row.cells {
        hash.update(cell.len().to_be_bytes());
        hash.update(cell);
    }
    hash.finalize().into()
}

/// The first pass over a table.
pub struct Checking<'a> {
    pub table: Table,
    pub path: &'a Path,
    /// None where nothing was ever issued.
    pub book: Option<&'a SqliteBook>,
    pub index: &'a mut RowIndex,
    pub reissue: u32,
    pub progress: Progress,
    pub rows: u64,
    pub good: u64,
    /// The first findings, for `--json`.
    pub findings: Vec<Finding>,
    pub json: bool,
}

/// Findings kept for `--json`; all of them are counted.
const MAX_FINDINGS: usize = 10_000;

impl Feed for Checking<'_> {
    type Task = std::result::Result<Row, Finding>;
    type Done = Outcome;

    fn next(&mut self) -> Result<Option<Self::Task>> {
        self.table.next(self.path)
    }

    fn done(&mut self, done: Outcome) -> Result<()> {
        self.rows += 1;
        let found = match done {
            Ok(checked) => self.compare(&checked)?,
            Err(found) => found,
        };
        if found.is_empty() {
            self.good += 1;
        }
        for finding in found {
            if !self.json {
                output::data(&finding.to_string());
            } else if self.findings.len() < MAX_FINDINGS {
                self.findings.push(finding);
            }
        }
        self.progress.tell(self.rows);
        Ok(())
    }
}

impl Checking<'_> {
    /// Compares a row with the rows before it and with the records; keeps it where all is well.
    fn compare(&mut self, checked: &Checked) -> Result<Vec<Finding>> {
        let (row, id) = (checked.row, &checked.external_id);
        let book = self.book;
        let subject = book.map(|book| book.subject_number(id)).transpose()?.flatten();
        let mut wrong = Vec::new();
        let mut tell = |column, code, message: String| {
            wrong.push(Finding::cell(row, column, code, message));
        };
        if let Some(earlier) = self.index.mark(Mark::ExternalId, id, row)? {
            tell("external_id", "investor-twice", format!("the same as row {earlier}"));
        } else if let Some(earlier) =
            self.index.mark(Mark::File, &checked.file.to_lowercase(), row)?
        {
            let message = format!("gives the same name of a file as row {earlier}");
            tell("external_id", "file-twice", message);
        }
        for (did, nonce) in &checked.holder.0 {
            let (key, other) =
                (name::thumbprint(did)?, |owner: Option<i64>| owner.is_some() && owner != subject);
            if let Some(earlier) = self.index.mark(Mark::Key, did, row)? {
                tell("proof", "key-of-another", format!("holds the same key as row {earlier}"));
            } else if other(book.map(|book| book.key_owner(&key)).transpose()?.flatten()) {
                tell(
                    "proof",
                    "key-of-another",
                    "holds a key that you know as somebody else's".into(),
                );
            }
            if let Some(since) = book.map(|book| book.reported(&key)).transpose()?.flatten() {
                let message = format!(
                    "holds a key that was reported as lost or stolen; you know it since {since}"
                );
                tell("proof", "key-compromised", message);
            }
            let earlier = self.index.mark(Mark::Nonce, nonce, row)?;
            let answered = book.map(|book| book.nonce_owner(nonce)).transpose()?.flatten();
            if let Some(earlier) = earlier.filter(|earlier| *earlier != row) {
                tell("proof", "nonce-reused", format!("answers the same nonce as row {earlier}"));
            } else if other(answered) {
                tell("proof", "nonce-reused", "answers a nonce that somebody else answered".into());
            } else if checked.old && answered.is_none() {
                let message = "signed longer ago than is allowed, and you have not seen it before";
                tell("proof", "stale", message.into());
            }
        }
        let keys: Vec<String> =
            checked.holder.0.iter().map(|(did, _)| name::thumbprint(did)).collect::<Result<_>>()?;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if let Some((subject, book)) = subject.zip(book).filter(|_| wrong.is_empty())
            && !book.may_bring_keys(subject, &keys)?
        {
            let message = "holds only keys under which this person has no credential that stands. Who lost the keys, or had all revoked, is identified anew: `bonafide issue … --reidentified REF`";
            wrong.push(Finding::cell(row, "proof", "reidentification-needed", message));
        }
        if self.reissue > 0
            && let Some((subject, book)) = subject.zip(book)
            && let Some(on) = book.subject_of(subject)?.ended
        {
            let message = format!(
                "the relationship with this investor ended on {on}: nothing is issued once more"
            );
            wrong.push(Finding::cell(row, "external_id", "subject-ended", message));
        }
        if wrong.is_empty() {
            let holder = serde_json::to_string(&checked.holder)
                .map_err(|error| CliError::fault("records-unusable", error, "Try again."))?;
            self.index.keep(row, &checked.digest, &holder)?;
        }
        Ok(wrong)
    }
}
