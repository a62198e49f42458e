//! `bonafide verify`: a platform checks an answer, offline, without a wallet.

mod report;

use std::path::Path;
use std::process::ExitCode;

use bonafide::clock::Timestamp;
use bonafide::policy::Policy;
use bonafide::request::{self, Request};
use bonafide::verify::{self, Expected, Facts, Material, Memory, Presentation, Verdict, Verifier};

use super::Context;
use crate::cli::Verify;
use crate::error::{CliError, Result};
use crate::{files, kind, output, trusted};
use report::Report;

/// Exit for "could not be decided".
const UNDETERMINED: u8 = 11;

/// Exit for "no".
const REFUSED: u8 = 10;

pub fn run(context: &Context, args: &Verify) -> Result<ExitCode> {
    let at = match &args.at {
        None => context.now,
        Some(text) => Timestamp::parse(text)
            .map_err(|error| CliError::usage(format!("--at {text}"), error))?,
    };
    let verifier = verifier(context, args)?;
    let request = match &args.request {
        None => None,
        Some(path) => Some(question(path)?),
    };
    let expected = match (&request, &args.nonce, &args.audience) {
        (Some(request), _, _) => Expected::Request(request),
        (None, Some(nonce), Some(audience)) => Expected::Challenge { nonce, audience },
        _ => {
            return Err(CliError::usage(
                "verify needs the question that was asked",
                "Give --request FILE, or --nonce N --audience A.",
            ));
        }
    };
    let asked_here = asked_here(context, request.as_ref())?;
    let answer = files::read(&args.file, verify::MAX_LEN + 1)?;
    let mut policy = Policy::as_requested();
    if let Some(seconds) = args.max_age {
        policy = policy.with_max_answer_age(seconds);
    }
    let presentation = Presentation::new(&answer);
    let (verdict, _) = verifier.verify(
        &presentation,
        &expected,
        &policy,
        &Facts::default(),
        &Memory::default(),
        at,
    );
    let report = Report { verdict: &verdict, expected, at, replay: args.at.is_some(), asked_here };
    if context.json {
        output::json(&report.to_json());
    } else {
        report.print();
    }
    if !matches!(verdict, Verdict::Accepted(_)) {
        let what = kind::of(&String::from_utf8_lossy(&answer)).filter(|kind| !is_answer(kind));
        what.into_iter()
            .for_each(|kind| output::talk(&format!("Note: the file to verify is {kind}.")));
    }
    output::talk(&format!("Not checked: {}.", report.not_checked().join("; ")));
    Ok(match verdict {
        Verdict::Accepted(_) => ExitCode::SUCCESS,
        Verdict::Refused(_) => REFUSED.into(),
        Verdict::Undetermined(_) => UNDETERMINED.into(),
    })
}

fn is_answer(kind: &str) -> bool {
    kind.starts_with("an answer") || kind.starts_with("a presentation")
}

/// Whether this home wrote that very request.
fn asked_here(context: &Context, request: Option<&Request>) -> Result<bool> {
    let Some(request) = request else {
        return Ok(true);
    };
    let kept = context.home.request(request.nonce())?;
    Ok(kept.is_some_and(|kept| Request::read(&kept).is_ok_and(|kept| kept == *request)))
}

/// The request that was asked, as signed.
fn question(path: &Path) -> Result<Request> {
    let text = files::read_text(path, request::MAX_LEN)?;
    Request::read(&text).map_err(|error| {
        CliError::from(error)
            .with(&kind::sentence(&text))
            .advise("Give --request with the request that you sent, unchanged.")
    })
}

/// The issuers pinned in this home and those named with `--trust`.
fn verifier(context: &Context, args: &Verify) -> Result<Verifier> {
    let damaged = |error: bonafide::did::DidError| {
        CliError::fault(
            "home-damaged",
            format!("a pinned DID is damaged: {error}"),
            "See `bonafide trust list`.",
        )
    };
    let mut issuers = Vec::new();
    for pin in context.home.pins()?.into_iter().filter(|pin| pin.issuer) {
        issuers.push(pin.issuer().map_err(damaged)?);
    }
    for argument in &args.trust {
        issuers.extend(trusted::issuers_from(argument)?);
    }
    let material = Material { issuers, catalog: bonafide_credentials::catalog().clone() };
    Verifier::new(material).map_err(|error| {
        CliError::usage(
            error,
            "This version pins did:key and did:jwk issuers; check that the DID was copied whole.",
        )
    })
}
