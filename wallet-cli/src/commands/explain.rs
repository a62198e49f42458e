//! `bonafide explain`: who asks for what, what would leave, what stays.

use bonafide::columns::{Columns, Standing};
use bonafide::dcql::{ClaimQuery, Missing};
use bonafide::present::{self, Candidate, NoMatch, Prepared, PresentError, Preview, Sharing, Tie};
use bonafide::request::{self, Request};
use bonafide::wallet::Wallet;
use serde_json::json;

use super::{Context, linkable, list, show};
use crate::cli::Explain;
use crate::error::{CliError, Result};
use crate::{files, kind, output, text};

/// What "issuer, type, validity, your public key" stands for. All else that leaves is shown.
const SAID_IN_SHORT: [&str; 9] = [
    "iss",
    "vct",
    "vct#integrity",
    "nbf",
    "exp",
    "cnf.jwk.kty",
    "cnf.jwk.crv",
    "cnf.jwk.x",
    "cnf.jwk.y",
];

/// Where a line goes: stdout or stderr.
pub type Voice = fn(&str);

pub fn run(context: &Context, args: &Explain) -> Result<()> {
    let request = read(args)?;
    let unlocked = context.open()?;
    let candidates = candidates(unlocked.wallet(), args.credential)?;
    // The explanation is the data, unless JSON is.
    let say: Voice = if context.json { output::talk } else { output::data };
    asks(context, &request, say)?;
    let wallet = unlocked.wallet();
    // Looking costs nothing: whether a key is free only matters for the answer.
    let sharing = Sharing::Allowed;
    let prepared = prepare(context, &request, &candidates, wallet, args.credential, sharing)?;
    let preview = prepared.preview()?;
    show_preview(&prepared, &preview, context, say);
    let choice = prepared.choice();
    linkable::show(context, wallet, &request, &choice, say)?;
    let standing = wallet.standing(choice.key(), request.verifier());
    let needs_reuse = standing == Standing::Taken && choice.tie() == Tie::Shared;
    if needs_reuse {
        say(linkable::TWO_WAYS_ON);
    }
    if context.json {
        let values = |claims: &std::collections::BTreeMap<String, _>| {
            serde_json::to_value(claims).unwrap_or_default()
        };
        let mut told = linkable::json(wallet, &request, &choice);
        let rest = json!({
            "client_id": request.client_id(),
            "signed": request.verifier().is_some(),
            "expires": request.expires().to_string(),
            "reference": request.state(),
            "sealed": request.reply_key().is_some(),
            "credential": prepared.credential(),
            "type": prepared.registered().vct,
            "leaves": values(&preview.leaves),
            "always_visible": values(&preview.always_visible),
            "stays": preview.stays,
            "needs_reuse_key": needs_reuse,
        });
        told.extend(rest.as_object().cloned().unwrap_or_default());
        output::json(&told.into());
    } else {
        output::talk("Nothing was sent. Next: `bonafide present` with the same request.");
    }
    Ok(())
}

/// Reads the request; one that nobody signed only when the person said so.
pub fn read(args: &Explain) -> Result<Request> {
    let text = files::read_text(&args.request, request::MAX_LEN)?;
    match Request::read(&text) {
        Err(request::RequestError::Unsigned)
            if args.allow_unsigned && text.trim_start().starts_with('{') =>
        {
            let request = Request::dangerous_read_unsigned(&text)?;
            output::talk(
                "Warning: nobody signed this request. Whoever sent it could pass your answer on to the one it names.",
            );
            Ok(request)
        }
        Err(request::RequestError::Unsigned) if kind::of(&text).is_some() => {
            let message =
                format!("{} is no request{}", text::path(&args.request), kind::sentence(&text));
            Err(CliError::refused("malformed", message, "Take the file that the platform sent."))
        }
        Err(error) => Err(CliError::from(error).with(&kind::sentence(&text))),
        Ok(request) => Ok(request),
    }
}

/// The credentials that may answer: all, or the one chosen.
pub fn candidates(wallet: &Wallet, chosen: Option<u32>) -> Result<Vec<Candidate<'_>>> {
    if let Some(id) = chosen {
        let stored = show::find(wallet, id)?;
        return Ok(vec![Candidate::read(id, stored.token())?]);
    }
    let stored = wallet.credentials().iter();
    stored.map(|stored| Ok(Candidate::read(stored.id, stored.token())?)).collect()
}

/// Prepares the answer; where nothing fits, says for each credential of the right type why.
pub fn prepare<'c>(
    context: &Context,
    request: &'c Request,
    candidates: &'c [Candidate<'_>],
    wallet: &Wallet,
    chosen: Option<u32>,
    sharing: Sharing,
) -> Result<Prepared<'c>> {
    present::prepare_column(request, candidates, wallet, sharing, context.now).map_err(|error| {
        if let PresentError::NothingMatches(others) = &error {
            for no_match in others.iter().filter(|other| !other.missing.contains(&Missing::Type)) {
                output::talk(&format!("  Credential {}: {}", no_match.id, why(no_match, context)));
            }
        }
        match (&error, chosen) {
            (PresentError::NothingMatches(_), Some(id)) => {
                let message = format!("credential {id} does not answer the request");
                CliError::refused(
                    error.code(),
                    message,
                    "Leave --credential out to look through all.",
                )
            }
            _ => error.into(),
        }
    })
}

fn why(no_match: &NoMatch, context: &Context) -> String {
    let mut parts = Vec::new();
    if let Some(end) = no_match.expired {
        parts.push(format!(
            "ended {}; ask its issuer for a renewal",
            text::distance(end, context.now)
        ));
    }
    if no_match.key_not_held {
        parts.push("bound to a key that this wallet does not hold".into());
    }
    let missing = no_match.missing.iter().filter_map(|missing| match missing {
        Missing::Claim(path) => Some(text::safe(path)),
        Missing::Type => None,
    });
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        parts.push(format!("does not say {}", missing.join(", ")));
    }
    parts.join("; ")
}

/// Who asks, for what, until when. Names come from the pins only.
pub fn asks(context: &Context, request: &Request, say: Voice) -> Result<()> {
    let asker = match request.verifier() {
        None => format!("{} (NOT signed: this may be anybody)", text::safe(request.client_id())),
        Some(did) => match context.home.name_of(did.as_str())? {
            Some(name) => format!("{} ({did}, signed, known to you)", text::safe(&name)),
            None => format!("{did} (signed; you have not given it a name)"),
        },
    };
    let types = &request.query().types;
    let titles: Vec<String> = types.iter().map(|vct| list::title(vct)).collect();
    let wanted: Vec<String> = request.query().claims.iter().map(wanted_claim).collect();
    say(&format!("{asker} asks for:"));
    say(&output::row(
        "Credential",
        &if titles.is_empty() { "any".into() } else { titles.join(" or ") },
    ));
    say(&output::row(
        "Claims",
        &if wanted.is_empty() { "none that you can hide".into() } else { wanted.join(", ") },
    ));
    if let Some(reference) = request.state() {
        say(&output::row(
            "Reference",
            &format!("{}, which your answer repeats", text::safe(reference)),
        ));
    }
    say(&output::row(
        "Until",
        &format!("{} ({})", request.expires(), text::distance(request.expires(), context.now)),
    ));
    if let Some(whom) = sealed_to(context, request)? {
        say(&output::row("Sealed", &format!("nobody but {whom} can read your answer")));
    }
    Ok(())
}

/// Whose wallet alone can open the answer, where the request asks for a sealed one.
pub fn sealed_to(context: &Context, request: &Request) -> Result<Option<String>> {
    let Some(did) = request.verifier().filter(|_| request.reply_key().is_some()) else {
        return Ok(None);
    };
    let name = context.home.name_of(did.as_str())?;
    Ok(Some(name.map_or_else(|| text::short_did(did.as_str()), |name| text::safe(&name))))
}

/// A claim asked for, with the values that will do where not any will.
fn wanted_claim(claim: &ClaimQuery) -> String {
    let values: Vec<String> =
        claim.values.iter().map(|value| output::value(&value.to_value())).collect();
    let only =
        if values.is_empty() { String::new() } else { format!(" = {}", values.join(" or ")) };
    text::safe(&claim.path.to_string()) + &only
}

/// What leaves with its values, what stays by name.
pub fn show_preview(prepared: &Prepared<'_>, preview: &Preview, context: &Context, say: Voice) {
    let registered = prepared.registered();
    let issuer = context.home.name_of(&registered.issuer).ok().flatten();
    let issuer =
        issuer.map_or_else(|| text::short_did(&registered.issuer), |name| text::safe(&name));
    say(&format!(
        "You have it: number {}, {} by {issuer}.",
        prepared.credential(),
        list::title(&registered.vct)
    ));
    say("Leaves:");
    for (path, value) in &preview.leaves {
        say(&output::row(&text::safe(path), &output::value(&value.to_value())));
    }
    let said = |path: &&String| !SAID_IN_SHORT.contains(&path.as_str());
    for (path, value) in preview.always_visible.iter().filter(|(path, _)| said(path)) {
        say(&output::row(&text::safe(path), &output::value(&value.to_value())));
    }
    say(&output::row("and always", "issuer, type, validity, your public key"));
    // One word for a list, however many elements of it stay.
    let whole = |path: &String| {
        path.split_once('[')
            .filter(|(list, _)| !list.is_empty())
            .map_or(path.clone(), |(list, _)| list.to_owned())
    };
    let mut stays: Vec<String> =
        preview.stays.iter().map(|path| text::safe(&whole(path))).collect();
    stays.dedup();
    say(&format!(
        "Stays: {}",
        if stays.is_empty() { "nothing more is in it".into() } else { stays.join(", ") }
    ));
}
