//! `bonafide request`: a platform asks, signed.

use bonafide::credential::ClaimPath;
use bonafide::dcql::{ClaimQuery, CredentialQuery};
use bonafide::encoding::Json;
use bonafide::random::{self, SystemRandom};
use bonafide::request::{Question, Request};

use serde_json::json;

use super::{Context, identity};
use crate::cli;
use crate::error::{CliError, Result};
use crate::{files, output, sealing, text};

pub fn run(context: &Context, args: &cli::Request) -> Result<()> {
    refuse_treacherous(args)?;
    if args.sealed {
        sealing::check("Ask without --sealed, or take a program built with the feature jwe.")?;
    }
    let query = query(args)?;
    let life = text::duration(&args.valid_for).ok_or_else(|| {
        CliError::usage(
            format!("--valid-for {}: not a time", args.valid_for),
            "Write 30m, 1h or 2d.",
        )
    })?;
    let unlocked = context.unlock()?;
    let question = Question {
        query,
        nonce: random::nonce(&mut SystemRandom)?,
        state: args.reference.clone(),
        asked_at: context.now,
        expires: context.now.plus(life),
    };
    let verifier = identity(unlocked.wallet())?;
    let signed =
        if args.sealed { question.sign_for_sealed(&verifier) } else { question.sign(&verifier) };
    let signed = signed?;
    Request::read(&signed).map_err(|error| {
        let message = format!("this request would be refused: {error}");
        CliError::usage(message, "A reference has only letters, digits and . _ ~ -")
    })?;
    context.home.save_request(&question.nonce, &signed)?;
    files::write(args.out.as_deref(), &signed)?;
    if let (Some(out), true) = (&args.out, context.json) {
        let expires = question.expires.to_string();
        output::json(
            &json!({"out": text::path(out), "nonce": question.nonce, "expires": expires, "sealed": args.sealed}),
        );
    }
    output::talk(&format!(
        "The request can be answered until {} ({}).",
        question.expires,
        text::distance(question.expires, context.now)
    ));
    if args.sealed {
        output::talk(
            "It asks for an answer sealed to your key; `bonafide verify` opens that with your wallet.",
        );
    }
    if let Some(out) = &args.out {
        output::talk(&format!(
            "Next: send {0} to the investor; check the answer with `bonafide verify ANSWER --request {0}`.",
            text::path(out)
        ));
    }
    Ok(())
}

/// Names of types and claims are shown to people: one that hides something, or acts, is a mistake.
fn refuse_treacherous(args: &cli::Request) -> Result<()> {
    let mut words = std::iter::once(&args.kind).chain(&args.claims);
    words.find(|word| text::safe(word) != **word).map_or(Ok(()), |word| {
        let message = format!("{word} holds a character that cannot be seen");
        Err(CliError::usage(message, "Type it instead of copying it."))
    })
}

fn query(args: &cli::Request) -> Result<CredentialQuery> {
    let known = bonafide_credentials::find(&args.kind);
    let vct = known.map_or(args.kind.as_str(), |definition| definition.vct());
    if known.is_none() && !vct.contains(':') {
        let names: Vec<_> =
            bonafide_credentials::types().iter().map(|definition| definition.name()).collect();
        let message = format!("{} is no credential type", args.kind);
        return Err(CliError::usage(
            message,
            format!("Types: {}; any other as its full vct.", names.join(", ")),
        ));
    }
    let mut claims: Vec<ClaimQuery> = Vec::new();
    for text in &args.claims {
        let path = ClaimPath::parse(text)
            .map_err(|error| CliError::usage(format!("--claim {text}: {error}"), ""))?;
        let listed = |definition: &bonafide_credentials::TypeDefinition| {
            definition.metadata().claims().iter().any(|claim| claim.path.covers(&path))
        };
        if let Some(definition) = known.filter(|definition| !listed(definition)) {
            let message = format!("{} has no claim {path}", definition.name());
            return Err(CliError::usage(
                message,
                format!("`bonafide types show {}` lists its claims.", definition.name()),
            ));
        }
        if !claims.iter().any(|claim| claim.path == path) {
            // A flag is issued only when true, and asking for true says so to every wallet and verifier.
            let values = match known.is_some_and(|definition| definition.is_flag(&path)) {
                true => vec![Json::Bool(true)],
                false => Vec::new(),
            };
            claims.push(ClaimQuery { path, values });
        }
    }
    Ok(CredentialQuery { id: "credential".into(), types: vec![vct.to_owned()], claims })
}
