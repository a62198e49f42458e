//! One person, not one key: how the issuer knows whose key it signs for.

use bonafide::clock::Timestamp;
use bonafide::credential::Evidence;
use bonafide::did::Identity;
use bonafide::encoding::base64url;
use bonafide::policy::Policy;
use bonafide::request::{self, Request};
use bonafide::trust::PinnedIssuer;
use bonafide::verify::{
    self, Expected, Facts, Material, Memory, Presentation, Verdict, VerifiedCredential, Verifier,
};
use bonafide::wallet::Wallet;
use bonafide_records::{SqliteBook, Subjects};

use super::super::status::publish;
use super::super::{Context, identity};
use super::Holder;
use crate::bulk::IDENTITY_TYPE;
use crate::cli::Issue;
use crate::error::{CliError, Result};
use crate::issuer_did::Kept;
use crate::{files, output, sealing, text};

/// Oldest identity presentation taken, in seconds: a week, as for proofs.
const MAX_ANSWER_AGE: u32 = 7 * 86_400;

/// The entry for `evidence`: the presentation seen, or the issuer's own identification.
pub fn evidence(
    context: &Context,
    args: &Issue,
    issuer: &Identity<'_>,
    wallet: &Wallet,
    (holders, book): (&[Holder], Option<&SqliteBook>),
) -> Result<Option<Evidence>> {
    if let Some(reference) = args.reidentified.as_ref().or(args.identified_here.as_ref()) {
        if reference.trim().is_empty() {
            return Err(CliError::usage(
                "the reference to how you identified this person is empty",
                "Give your own reference to the file in which you identified this person.",
            ));
        }
        return Ok(Some(entry(wallet, None, reference.as_bytes(), context.now)));
    }
    let Some(file) = &args.identity else {
        return Ok(None);
    };
    let mut bytes = files::read(file, sealing::MAX_ANSWER)?;
    if let Some(text) = sealing::sealed_answer(&bytes)? {
        bytes = sealing::open(text, wallet)?.to_vec();
    }
    let request = request(context, args, &bytes, &identity(wallet)?)?;
    // Whether one's own credentials still stand, one's own records know best.
    let statuses = match book {
        Some(book) => publish::own_lists(book, [issuer, &identity(wallet)?], context.now)?,
        None => Vec::new(),
    };
    let credential = accepted(context, &bytes, &request, issuer, statuses)?;
    // All of them: else a friend's key in the same proof file would get the claims too.
    let shown = credential.holder().id();
    for holder in holders {
        let key = holder.key.id();
        if key == shown || one_persons(book, key.as_str(), shown.as_str())? {
            continue;
        }
        return Err(CliError::refused(
            "holder-mismatch",
            "the identity was presented under another key than the one to issue to",
            "Ask the person to prove and present with the same wallet.",
        ));
    }
    output::talk("This key presented the identity below. Go on only if it is your client:");
    for (name, value) in credential.claims() {
        output::talk(&output::row(&text::safe(name), &output::value(value)));
    }
    Ok(Some(entry(wallet, Some("vcrypt"), &bytes, context.now)))
}

/// Whether the records know both keys as one person's.
fn one_persons(book: Option<&SqliteBook>, one: &str, other: &str) -> Result<bool> {
    let Some(book) = book else { return Ok(false) };
    let owner = book.key_owner(one)?;
    Ok(owner.is_some() && owner == book.key_owner(other)?)
}

/// The digest is keyed: only this issuer can tie the entry to its file.
pub fn entry(wallet: &Wallet, method: Option<&str>, record: &[u8], now: Timestamp) -> Evidence {
    Evidence {
        kind: "electronic_record".into(),
        method: method.map(str::to_owned),
        digest: Some(base64url::encode(wallet.keyed_digest("evidence", record))),
        as_of: Some(now.date()),
    }
}

/// The request that the presentation answers: the one named, else one that this home wrote.
fn request(
    context: &Context,
    args: &Issue,
    answer: &[u8],
    issuer: &Identity<'_>,
) -> Result<Request> {
    let text = match &args.identity_request {
        Some(path) => Some(files::read_text(path, request::MAX_LEN)?),
        None => match Presentation::new(answer).unverified_nonce() {
            Some(nonce) => context.home.request(&nonce)?,
            None => None,
        },
    };
    let text = text.ok_or_else(|| {
        CliError::refused(
            "request-unknown",
            "the identity presentation answers no request of this home",
            "Send `bonafide request --type kyc-identity …` to the person first, or name it with --identity-request FILE.",
        )
    })?;
    let request = Request::read(&text).map_err(|error| {
        CliError::from(error).advise("Give --identity-request with the request that you sent.")
    })?;
    if request.verifier() == Some(issuer.did()) {
        return Ok(request);
    }
    Err(CliError::refused(
        "client-mismatch",
        "that request is not your own",
        "Use a request that you wrote yourself.",
    ))
}

fn accepted(
    context: &Context,
    bytes: &[u8],
    request: &Request,
    issuer: &Identity<'_>,
    statuses: Vec<String>,
) -> Result<VerifiedCredential> {
    let own = PinnedIssuer { did: issuer.did().clone(), name: Some("yourself".into()) };
    let pinned = context
        .home
        .pins()?
        .into_iter()
        .filter(|pin| pin.issuer)
        .filter_map(|pin| pin.issuer().ok());
    let material = Material {
        issuers: std::iter::once(own).chain(pinned).collect(),
        dids: Kept::read(&context.home)?.iter().map(|kept| kept.fetched(context.now)).collect(),
        catalog: bonafide_credentials::catalog().clone(),
        statuses,
        ..Material::default()
    };
    let fault = |error: verify::MaterialError| {
        CliError::fault(error.code(), error, "Mend it with `bonafide trust`.")
    };
    let verifier = Verifier::new(material).map_err(fault)?;
    let (presentation, expected) = (Presentation::new(bytes), Expected::Request(request));
    let policy = Policy::as_requested().with_max_answer_age(MAX_ANSWER_AGE);
    let (facts, memory) = (Facts::default(), Memory::default());
    let (verdict, _) =
        verifier.verify(&presentation, &expected, &policy, &facts, &memory, context.now);
    let reasons: Vec<String> =
        verdict.reasons().iter().map(|reason| reason.detail().to_owned()).collect();
    let wanted = bonafide_credentials::find(IDENTITY_TYPE).map(|definition| definition.vct());
    match verdict {
        Verdict::Accepted(verified) => {
            let mut credentials = verified.into_credentials().into_iter();
            credentials
                .find(|credential| Some(credential.registered().vct.as_str()) == wanted)
                .ok_or_else(|| {
                    CliError::refused(
                        "type-mismatch",
                        "that presentation shows no kyc-identity",
                        "Ask for a kyc-identity presentation.",
                    )
                })
        }
        _ => Err(CliError::refused(
            "identity-refused",
            format!("the identity presentation was refused:\n{}", reasons.join("\n")),
            "Ask the person to answer your request again. Nothing was issued.",
        )),
    }
}
