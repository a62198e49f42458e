//! `bonafide present`: answers a request after the person agreed.

use std::io::IsTerminal;

use bonafide::present::{self, AnswerError, Candidate, Choice, Sharing, StapleError};
use bonafide::random::SystemRandom;
use bonafide::request::Request;
use bonafide::wallet::{Unlocked, Wallet, WalletError};
use serde_json::json;

use super::verify::material;
use super::{Context, explain, linkable, refill};
use crate::cli::Present;
use crate::error::{CliError, Result};
use crate::{ask, files, output, sealing, text};

pub fn run(context: &Context, args: &Present) -> Result<()> {
    let request = explain::read(&args.explain)?;
    let tokens = material::statuses(&args.staple)?;
    let mut unlocked = context.unlock()?;
    explain::asks(context, &request, output::talk)?;
    if request.reply_key().is_some() && !args.refill {
        sealing::check(
            "Ask the platform for a request for a plain answer, or take a program built with the feature jwe.",
        )?;
    }
    if args.refill {
        return refill::run(context, args, &request, &mut unlocked);
    }
    let (choice, answer) = loop {
        let choice = choose(context, args, &request, &unlocked)?;
        if !args.staple.is_empty() {
            stapled("{}", unlocked.wallet(), &choice, &tokens)?; // before the key counts as seen
        }
        let random = &mut SystemRandom;
        match present::answer(&mut unlocked, &request, &choice, random, context.now) {
            Err(AnswerError::Wallet(WalletError::KeyTaken)) => {
                output::talk("Meanwhile that key has answered somebody else. Choosing again.");
                unlocked.reload()?;
            }
            answer => break (choice, answer?),
        }
    };
    let answer = if args.staple.is_empty() {
        answer
    } else {
        stapled(&answer, unlocked.wallet(), &choice, &tokens)?
    };
    files::write(args.out.as_deref(), &sealing::answer(answer, &request)?)?;
    let out = args.out.as_ref().map_or("the answer".to_owned(), |out| text::path(out));
    let sealed = explain::sealed_to(context, &request)?;
    let sealed = sealed.map(|whom| format!(" It is sealed to {whom}.")).unwrap_or_default();
    output::talk(&format!(
        "Wrote {out}. It answers this request of this verifier, and no other.{sealed}"
    ));
    if context.json && args.out.is_some() {
        let mut told = linkable::json(unlocked.wallet(), &request, &choice);
        told.insert("out".into(), out.into());
        told.insert("credential".into(), json!(choice.credential()));
        told.insert("sealed".into(), request.reply_key().is_some().into());
        output::json(&told.into());
    }
    Ok(())
}

/// The answer with the status list of the credential that it shows.
fn stapled(answer: &str, wallet: &Wallet, choice: &Choice, tokens: &[String]) -> Result<String> {
    let mut stored = wallet.credentials().iter();
    let stored = stored.find(|stored| stored.id == choice.credential());
    let candidate = stored.map(|stored| Candidate::read(stored.id, stored.token())).transpose()?;
    let candidate = candidate.ok_or(WalletError::UnknownCredential(choice.credential()))?;
    present::staple(answer, candidate.registered(), tokens).map_err(|error| {
        let next = match error {
            StapleError::NoStatus => "Answer without --staple.",
            StapleError::TooLarge => "Answer without --staple; the platform can get the list itself.",
            _ => "Take the file from the address that `bonafide show` prints under status, or answer without --staple.",
        };
        CliError::refused(error.code(), format!("{error}; nothing was written"), next)
    })
}

/// What the person agreed to: which credential, under which key.
fn choose(
    context: &Context,
    args: &Present,
    request: &Request,
    unlocked: &Unlocked,
) -> Result<Choice> {
    let (wallet, chosen) = (unlocked.wallet(), args.explain.credential);
    let candidates = explain::candidates(wallet, chosen)?;
    let prepare =
        |sharing| explain::prepare(context, request, &candidates, wallet, chosen, sharing);
    let sharing = if args.reuse_key { Sharing::Allowed } else { Sharing::Never };
    let prepared = match prepare(sharing) {
        Err(error) if error.code() == "no-free-key" => {
            let shared = prepare(Sharing::Allowed)?.choice();
            let error = linkable::no_free_key(context, wallet, request, &shared, error)?;
            if args.yes || !std::io::stdin().is_terminal() {
                return Err(error);
            }
            output::talk(error.message());
            if !ask::agreed("Answer with that key all the same? [y/N] ")? {
                let message = "nothing was answered";
                return Err(CliError::refused(error.code(), message, error.next()));
            }
            prepare(Sharing::Allowed)?
        }
        prepared => prepared?,
    };
    explain::show_preview(&prepared, &prepared.preview()?, context, output::talk);
    let choice = prepared.choice();
    linkable::show(context, wallet, request, &choice, output::talk)?;
    if !args.yes && !ask::agreed("Send this? [y/N] ")? {
        return Err(CliError::refused("declined", "you declined; nothing was written", ""));
    }
    Ok(choice)
}
