//! Answering with a wallet: who sees the key is on the disk before anything is signed.

use super::{Candidate, Choice, PresentError, Sharing, Tie, prepare_column};
use crate::clock::Timestamp;
use crate::columns::{Columns, Standing};
use crate::random::Random;
use crate::request::Request;
use crate::wallet::{Asker, Unlocked, Wallet, WalletError};

/// Why a wallet gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The wallet could not note who sees the key, so nothing was signed. After [`WalletError::KeyTaken`],
    /// [`Unlocked::reload`] and choose again.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// The answer could not be made.
    #[error(transparent)]
    Present(#[from] PresentError),
}

impl AnswerError {
    /// The stable string code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wallet(error) => error.code(),
            Self::Present(error) => error.code(),
        }
    }
}

/// Answers `request` with what was chosen and shown: notes in the wallet file who sees the key, then signs. Where
/// it stops in between, a key counts as seen that nobody has seen, which does no harm.
///
/// # Errors
/// [`AnswerError`]; nothing was signed.
pub fn answer(
    unlocked: &mut Unlocked,
    request: &Request,
    choice: &Choice,
    random: &mut dyn Random,
    now: Timestamp,
) -> Result<String, AnswerError> {
    let (key, tie) = (choice.key(), choice.tie());
    let noted = |wallet: &Wallet| {
        matches!(wallet.standing(key, request.verifier()), Standing::Own | Standing::Shared)
    };
    if tie == Tie::Issuer || noted(unlocked.wallet()) {
        unlocked.reload()?;
    } else {
        let claimed = || Asker::Unproven(request.client_id().to_owned());
        let asker = request.verifier().cloned().map_or_else(claimed, Asker::Verifier);
        let shared = tie == Tie::Shared;
        unlocked.update(random, |wallet| wallet.take_key(key, &asker, shared, now))?;
    }
    let wallet = unlocked.wallet();
    let stored = wallet.credentials().iter().find(|stored| stored.id == choice.credential());
    let stored = stored.ok_or(WalletError::UnknownCredential(choice.credential()))?;
    let candidates = [Candidate::read(stored.id, stored.token())?];
    // Whether it may be shared was decided when it was chosen, and noted.
    let prepared = prepare_column(request, &candidates, wallet, Sharing::Allowed, now)?;
    let stands = match request.verifier() {
        Some(_) => prepared.tie() == Tie::Issuer || noted(wallet),
        None => tie != Tie::Issuer,
    };
    if !stands {
        return Err(WalletError::KeyTaken.into()); // chosen for another request than this
    }
    Ok(prepared.sign(wallet, now)?)
}
