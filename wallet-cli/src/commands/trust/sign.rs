//! `bonafide trust sign` and `publish`: those who govern sign a version, and one of them hands it out.

use bonafide::key::KeyId;
use bonafide::trust::{
    Document, Governance, GovernanceKey, Jurisdiction, JurisdictionError, Pin,
    UnverifiedJurisdiction, digest_text,
};
use bonafide::wallet::Wallet;
use serde_json::{Value, json};

use super::super::Context;
use super::words;
use crate::cli::{PublishList, SignList};
use crate::error::{CliError, Result};
use crate::jurisdictions::Archive;
use crate::{ask, files, output, text};

pub fn sign(context: &Context, args: &SignList) -> Result<()> {
    let (_, mut file) = super::read(&args.file)?;
    let known = known(context, &file)?;
    let unlocked = context.unlock()?;
    let before = known.as_ref().map(|known| &known.document().governance);
    let key = own_key(unlocked.wallet(), &file, before)?;
    tell(&file, known.as_ref());
    if !args.yes && !ask::agreed("Sign this? [y/N] ")? {
        return Err(CliError::refused("declined", "nothing was signed", ""));
    }
    file.sign(unlocked.wallet(), &key)?;
    files::write(args.out.as_deref(), &file.to_text())?;
    let governance = &file.document().governance;
    let signers = file.signers(governance)?;
    if let (Some(out), true) = (&args.out, context.json) {
        output::json(&json!({"out": text::path(out), "id": file.document().id,
            "seq": file.document().seq, "digest": digest_text(file.digest()),
            "key": key.as_str(), "signed_by": names(&signers), "threshold": governance.threshold}));
    }
    output::talk(&format!("Signed with your key {key}."));
    output::talk(&progress(governance, &signers));
    output::talk(
        "Next: send it to the others who govern, or when enough have signed: bonafide trust publish FILE",
    );
    Ok(())
}

/// The newest version that this home has of the jurisdiction of `file`.
fn known(context: &Context, file: &UnverifiedJurisdiction) -> Result<Option<Jurisdiction>> {
    let archive = Archive::find(&context.home, &file.document().id)?;
    archive.map(|archive| archive.newest(context.now)).transpose()
}

/// The key of this wallet that governs, by the document or by the one before.
fn own_key(
    wallet: &Wallet,
    file: &UnverifiedJurisdiction,
    before: Option<&Governance>,
) -> Result<KeyId> {
    let governs = |id: &KeyId| {
        file.document().governance.has(id) || before.is_some_and(|before| before.has(id))
    };
    let key = wallet.keys().find(|key| key.is_active() && governs(key.id()));
    key.map(|key| key.id().clone()).ok_or_else(|| {
        CliError::refused(
            "not-governing",
            "no key of this wallet governs that jurisdiction",
            "Those who govern are named in it: `bonafide trust propose --member LABEL=YOUR_DID` adds somebody.",
        )
    })
}

/// What is to be signed: what changes, where the version before is known, else all of it.
fn tell(file: &UnverifiedJurisdiction, known: Option<&Jurisdiction>) {
    let document = file.document();
    words::summary(document).iter().for_each(|line| output::talk(line));
    match known.filter(|known| known.digest() != file.digest()) {
        Some(known) => {
            output::talk(&format!("Compared with version {}:", known.seq()));
            let changes = words::changes(known.document(), document);
            changes.iter().for_each(|line| output::talk(line));
            if changes.is_empty() {
                output::talk(&format!("  {}", words::days(known.document(), document)));
            }
            if let Some(doubt) = doubt(document, known) {
                output::talk(&format!("WARNING: {doubt}"));
            }
        }
        None => document
            .validators
            .iter()
            .flat_map(words::validator)
            .for_each(|line| output::talk(&line)),
    }
}

/// Why what is to be signed cannot follow the version known, or why nobody here can tell.
fn doubt(document: &Document, known: &Jurisdiction) -> Option<String> {
    let (seq, before) = (document.seq, known.seq());
    if seq == before {
        return Some(format!(
            "you know another version {before}. Whoever signs two of one number gives evidence against himself. Do not sign it."
        ));
    }
    if seq < before {
        return Some(format!("you know version {before} already. Do not sign it."));
    }
    if seq > before + 1 {
        return Some(format!(
            "versions between {before} and {seq} are not known here, so nobody can tell whether it follows. Take them first: bonafide trust add FILE."
        ));
    }
    (document.prev != Some(*known.digest()))
        .then(|| "it does not follow the version that you know. Do not sign it.".to_owned())
}

pub fn publish(context: &Context, args: &PublishList) -> Result<()> {
    let mut copies = args.files.iter();
    let Some(path) = copies.next() else {
        return Err(CliError::usage("no file is named", "Give the signed file."));
    };
    let (_, mut file) = super::read(path)?;
    for path in copies {
        if !file.merge(super::read(path)?.1) {
            let message = format!("{} is a copy of another document", text::path(path));
            return Err(CliError::refused(
                "trust-list-other",
                message,
                "Give copies of one proposal.",
            ));
        }
    }
    let text = file.to_text();
    let signers: Vec<Value> = names(&file.signers(&file.document().governance)?);
    checked(context, &file)?;
    // What is refused leaves no trace. What is not is checked again, with nobody else at work.
    let _alone = context.home.trust_alone()?;
    let (archive, published) = checked(context, &file)?;
    let bytes = format!("{text}\n").into_bytes();
    let is_new = archive.is_none();
    match archive {
        Some(archive) if archive.knows(&file) => {}
        Some(mut archive) => archive.keep(&published, &bytes, context.now)?,
        None => {
            let pin = Pin::Document(*published.digest());
            Archive::begin(&context.home, &published, &pin, &bytes, context.now)?;
        }
    }
    // Kept first: what is handed out is known here, and publishing it again writes it again.
    files::write(args.out.as_deref(), &text)?;
    if let (Some(out), true) = (&args.out, context.json) {
        output::json(&json!({"out": text::path(out), "id": published.id(), "seq": published.seq(),
            "digest": published.digest_text(), "signed_by": signers}));
    }
    output::talk(&format!("{}, version {}: enough have signed.", published.id(), published.seq()));
    output::talk(&format!("Its digest: {}", published.digest_text()));
    if is_new {
        output::talk(
            "This home believes it from now on: `bonafide trust show` lists what it believes.",
        );
    }
    output::talk(
        "Next: hand out the file, and on another way the digest for those who take it first: bonafide trust add FILE --expect DIGEST",
    );
    Ok(())
}

/// The version, verified against the one published last, and where that is.
fn checked(
    context: &Context,
    file: &UnverifiedJurisdiction,
) -> Result<(Option<Archive>, Jurisdiction)> {
    let archive = Archive::find(&context.home, &file.document().id)?;
    let published = match &archive {
        Some(archive) => following(archive, file, context)?,
        None => beginning(file, context)?,
    };
    Ok((archive, published))
}

/// The version published last is the measure; publishing it again writes it again.
fn following(
    archive: &Archive,
    file: &UnverifiedJurisdiction,
    context: &Context,
) -> Result<Jurisdiction> {
    let newest = archive.newest(context.now)?;
    match newest.next(file.clone(), context.now) {
        Ok(next) => Ok(next),
        Err(JurisdictionError::Unchanged) => archive.again(file.clone(), context.now),
        Err(error) => Err(error.into()),
    }
}

fn beginning(file: &UnverifiedJurisdiction, context: &Context) -> Result<Jurisdiction> {
    if file.document().seq > 1 {
        let message = "this home does not know the version before";
        let next = "Take it first: bonafide trust add FILE";
        return Err(CliError::refused("trust-list-gap", message, next));
    }
    Ok(Jurisdiction::first(file.clone(), &Pin::Document(*file.digest()), context.now)?)
}

fn names(signers: &[&GovernanceKey]) -> Vec<Value> {
    let one = |key: &&GovernanceKey| json!({"label": key.label, "key": key.key.id().as_str()});
    signers.iter().map(one).collect()
}

fn progress(governance: &Governance, signers: &[&GovernanceKey]) -> String {
    let labels: Vec<String> = signers.iter().map(|key| text::safe(&key.label)).collect();
    let (signed, needed) = (signers.len(), governance.threshold);
    format!("{signed} of the {needed} that it takes have signed: {}.", labels.join(", "))
}
