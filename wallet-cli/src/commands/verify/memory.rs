//! The platform's memory around a verdict: read before it, written after all checks and before anything is printed.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use bonafide::clock::Timestamp;
use bonafide::verify::{
    Expected, Facts, Learned, Memory, NonceUse, Seen, Source, Verdict, Verifier,
};
use bonafide_records::{Archive as _, Decision, NonceMark, Noted, Platform as _, SqlitePlatform};

use crate::archive::Piece;
use crate::cli::Verify;
use crate::commands::Context;
use crate::error::{CliError, Result};

/// How often an answer is decided anew because other processes were faster. Each time they have to have learned
/// something that contradicts what was known before.
pub const ROUNDS: usize = 5;

/// What this home remembers.
pub struct Remembered {
    /// None without a home, and in a replay, which notes nothing.
    store: Option<Mutex<SqlitePlatform>>,
    known: RwLock<Memory>,
    now: Timestamp,
    replay: bool,
    /// A dry run reads and notes nothing.
    notes: bool,
    /// Status list tokens that holders sent along, each once: in a folder many send the same.
    stapled: Mutex<BTreeSet<String>>,
    /// Lists at hand that are newer than those believed here, but do not follow them: versions between are missing.
    /// Not remembered: who signed it may have been replaced by then.
    ahead: Vec<(String, Seen)>,
}

impl Remembered {
    /// As of now, or in a replay what was known `then`.
    pub fn open(
        context: &Context,
        args: &Verify,
        (then, ahead): (Memory, Vec<(String, Seen)>),
    ) -> Result<Self> {
        let path = context.home.platform();
        let replay = args.at.is_some();
        let path = path.filter(|_| !replay);
        let store = path.map(|path| SqlitePlatform::open(&path)).transpose()?;
        let known = match &store {
            Some(store) => store.memory()?,
            None => then,
        };
        let (store, known) = (store.map(Mutex::new), RwLock::new(known));
        let (notes, stapled) = (!args.dry_run, Mutex::default());
        Ok(Self { store, known, now: context.now, replay, notes, stapled, ahead })
    }

    /// Whether replay and rollback can be told at all.
    pub fn is_kept(&self) -> bool {
        self.store.is_some()
    }

    /// Whether an acceptance is noted.
    pub fn notes(&self) -> bool {
        self.is_kept() && self.notes
    }

    /// What `decide` makes of what is known.
    pub fn with<T>(&self, decide: impl FnOnce(&Memory) -> T) -> T {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if self.ahead.is_empty() {
            return decide(&known);
        }
        let mut known = known.clone();
        for (id, seen) in &self.ahead {
            let newest = known.seen.entry((Source::Jurisdiction, id.clone())).or_insert(*seen);
            *newest = (*newest).max(*seen);
        }
        decide(&known)
    }

    /// What is known of a question.
    pub fn facts(&self, asked: &Expected<'_>) -> Result<Facts> {
        let nonce = match self.spent(asked)? {
            _ if !self.is_kept() => NonceUse::NotTracked,
            Some(_) => NonceUse::Spent,
            None => NonceUse::Fresh,
        };
        Ok(Facts { nonce, replay: self.replay })
    }

    /// When an answer to the question was accepted.
    pub fn spent(&self, asked: &Expected<'_>) -> Result<Option<Timestamp>> {
        let spent = self.store().map(|store| store.spent(&mark(asked))).transpose()?;
        Ok(spent.flatten())
    }

    /// Notes the latest documents of did:web that were brought, whether or not an answer needs them: nothing else tells
    /// an older one.
    pub fn note_documents(&self, verifier: &Verifier) -> Result<()> {
        for _ in 0..ROUNDS {
            let learned = self.with(|known| verifier.documents(known, self.now));
            let decision = Decision { spend: None, learned };
            if self.note(&[decision], verifier)? == [Noted::Done] {
                return Ok(());
            }
        }
        Err(unsettled())
    }

    /// Notes decisions, all of them or none, and tells what became of each. An acceptance counts from then on. What they
    /// rest on of the verifier's material is kept before, to make them again.
    pub fn note(&self, decisions: &[Decision], verifier: &Verifier) -> Result<Vec<Noted>> {
        let all_empty = decisions.iter().all(|decision| *decision == Decision::default());
        let store = self.store().filter(|_| self.notes && !all_empty);
        let Some(mut store) = store else { return Ok(vec![Noted::Done; decisions.len()]) };
        self.keep(&mut store, decisions, verifier)?;
        let noted = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            store.commit(decisions, &known, self.now)?
        };
        let accepted = decisions
            .iter()
            .zip(&noted)
            .filter(|(decision, noted)| decision.spend.is_some() && **noted == Noted::Done);
        let used: BTreeSet<_> =
            accepted.flat_map(|(decision, _)| decision.learned.used.iter().cloned()).collect();
        if !used.is_empty() {
            store.met_again(&Vec::from_iter(used), self.now)?;
        }
        if noted.iter().any(|noted| *noted != Noted::Done) {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = store.memory()?;
        }
        Ok(noted)
    }

    fn keep(
        &self,
        store: &mut SqlitePlatform,
        decisions: &[Decision],
        verifier: &Verifier,
    ) -> Result<()> {
        let used: BTreeSet<_> =
            decisions.iter().flat_map(|decision| &decision.learned.used).collect();
        let stapled = self.stapled();
        let piece = |used| Piece::of(verifier, used).or_else(|| Piece::stapled(used, &stapled));
        let pieces: Vec<Piece> = used.into_iter().filter_map(piece).collect();
        if !pieces.is_empty() {
            let pieces: Vec<_> = pieces.iter().map(Piece::as_new).collect();
            store.keep(&pieces, self.now)?;
        }
        Ok(())
    }

    /// What is to be noted of a verdict: what was learned, and the question that an acceptance uses up.
    pub fn decision(&self, verdict: &Verdict, learned: &Learned, asked: &Expected<'_>) -> Decision {
        let spend = match verdict {
            Verdict::Accepted(_) => Some(mark(asked)),
            _ => None,
        };
        let mut learned = learned.clone();
        self.stapled().append(&mut learned.stapled);
        Decision { spend, learned }
    }

    /// What holders have sent along in this run.
    pub fn sent_along(&self) -> Vec<String> {
        self.stapled().iter().cloned().collect()
    }

    fn stapled(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.stapled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> Option<MutexGuard<'_, SqlitePlatform>> {
        Some(self.store.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn mark(asked: &Expected<'_>) -> NonceMark {
    let nonce = match asked {
        Expected::Request(request) => request.nonce(),
        Expected::Challenge { nonce, .. } => nonce,
    };
    NonceMark::of(asked.audience(), nonce)
}

/// Where it was never decided on what was known in the end.
pub fn unsettled() -> CliError {
    let message = "other processes changed what is remembered faster than this one could decide";
    CliError::fault("records-locked", message, "Try again when they have ended.")
}
