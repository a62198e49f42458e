//! `bonafide verify`: a platform checks an answer, offline, without a wallet.

use std::path::Path;
use std::process::ExitCode;

use bonafide::clock::Timestamp;
use bonafide::policy::Policy;
use bonafide::request::{self, Request};
use bonafide::verify::{
    self, Expected, Facts, Material, Memory, Presentation, Reason, Verdict, VerifiedCredential,
    Verifier,
};
use serde_json::{Value, json};

use super::{Context, list};
use crate::cli::Verify;
use crate::error::{CliError, Result};
use crate::{files, output, text, trusted};

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
    if context.json {
        output::json(&to_json(&verdict, at, args.at.is_some()));
    } else {
        print(&verdict, at, args.at.is_some());
    }
    output::talk(
        "Not checked: whether this answer was used before, and whether newer trust material exists.",
    );
    Ok(match verdict {
        Verdict::Accepted(_) => ExitCode::SUCCESS,
        Verdict::Refused(_) => REFUSED.into(),
        Verdict::Undetermined(_) => UNDETERMINED.into(),
    })
}

/// The request that was asked, as signed.
fn question(path: &Path) -> Result<Request> {
    let text = files::read_text(path, request::MAX_LEN)?;
    Request::read(&text).map_err(|error| {
        CliError::from(error).advise("Give --request with the request that you sent, unchanged.")
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
    let material = Material {
        issuers,
        catalog: bonafide_credentials::catalog().clone(),
    };
    Verifier::new(material).map_err(|error| {
        CliError::usage(
            error,
            "This version pins did:key and did:jwk issuers; check that the DID was copied whole.",
        )
    })
}

fn print(verdict: &Verdict, at: Timestamp, replay: bool) {
    let replay = if replay {
        "  (replay: as of that moment, not now)"
    } else {
        ""
    };
    match verdict {
        Verdict::Accepted(verified) => {
            output::data(&format!("ACCEPTED  at {at}{replay}"));
            for credential in verified.credentials() {
                print_credential(credential, at);
            }
        }
        Verdict::Refused(reasons) => {
            output::data(&format!("REFUSED  at {at}{replay}"));
            reasons.iter().for_each(print_reason);
        }
        Verdict::Undetermined(reasons) => {
            output::data(&format!("UNDETERMINED  at {at}{replay}"));
            reasons.iter().for_each(print_reason);
        }
    }
}

fn print_credential(credential: &VerifiedCredential, at: Timestamp) {
    let registered = credential.registered();
    output::data(&output::row("credential", &list::title(&registered.vct)));
    let did = credential.issuer();
    let issuer = credential.issuer_name().map_or_else(
        || did.to_string(),
        |name| format!("{} ({did})", text::safe(name)),
    );
    output::data(&output::row("issuer", &issuer));
    if let Some(end) = registered.expires {
        output::data(&output::row(
            "valid to",
            &format!("{end} ({})", text::distance(end, at)),
        ));
    }
    output::data(&output::row(
        "answered",
        &credential.answered_at().to_string(),
    ));
    output::data(&output::row(
        "holder key",
        credential.holder().id().as_str(),
    ));
    for (name, value) in credential.claims() {
        output::data(&output::row(&text::safe(name), &output::value(value)));
    }
}

fn print_reason(reason: &Reason) {
    let meaning = reason.meaning();
    let about = reason
        .credential()
        .map(|vct| format!("{}: ", list::title(vct)))
        .unwrap_or_default();
    output::data(&format!(
        "  {:>2} {}  [{}]",
        meaning.code,
        meaning.title,
        reason.kind()
    ));
    output::data(&format!("     {about}{}", text::safe(reason.detail())));
    output::data(&format!("     {}", meaning.next_step));
}

fn to_json(verdict: &Verdict, at: Timestamp, replay: bool) -> Value {
    let mut out = json!({
        "verdict": verdict.name(),
        "at": at.to_string(),
        "replay": replay,
        "reasons": verdict.reasons().iter().map(reason_json).collect::<Vec<_>>(),
        "not_checked": ["answer-reuse", "material-rollback"],
    });
    if let (Verdict::Accepted(verified), Some(members)) = (verdict, out.as_object_mut()) {
        let credentials = verified.credentials().iter().map(credential_json);
        members.insert("credentials".into(), credentials.collect());
    }
    out
}

fn reason_json(reason: &Reason) -> Value {
    let meaning = reason.meaning();
    json!({
        "code": meaning.code,
        "kind": reason.kind(),
        "check": reason.check().number(),
        "check_name": reason.check().name(),
        "credential": reason.credential(),
        "title": meaning.title,
        "detail": reason.detail(),
        "next": meaning.next_step,
    })
}

fn credential_json(credential: &VerifiedCredential) -> Value {
    let registered = credential.registered();
    json!({
        "type": registered.vct,
        "issuer": credential.issuer().as_str(),
        "issuer_name": credential.issuer_name(),
        "holder_key": credential.holder().id().as_str(),
        "not_before": registered.not_before.map(|time| time.to_string()),
        "expires": registered.expires.map(|time| time.to_string()),
        "answered_at": credential.answered_at().to_string(),
        "claims": credential.claims(),
    })
}
