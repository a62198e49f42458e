//! `bonafide did adopt`: a DID whose keys this wallet holds, and whose files the home has lost.

use bonafide::key::Algorithm;
use bonafide::resolve::webvh::{MAX_LOG, MAX_WITNESS_FILE, author};
use bonafide::resolve::{DidMaterial, History, Kinship, KnownDid};
use bonafide::wallet::{DidRole, Wallet};
use serde_json::json;

use crate::cli::DidAdopt;
use crate::commands::Context;
use crate::error::{CliError, Result};
use crate::issuer_did::{Kept, current_key};
use crate::{files, output, text};

pub fn run(context: &Context, args: &DidAdopt) -> Result<()> {
    let bytes = files::read(&args.file, MAX_LOG)?;
    let is_document = serde_json::from_slice::<serde_json::Value>(&bytes)
        .is_ok_and(|document| document.get("state").is_none());
    let material = match &args.witness_file {
        _ if is_document => DidMaterial::Document(bytes),
        None => DidMaterial::Log { log: bytes, witness: None },
        Some(path) => {
            DidMaterial::Log { log: bytes, witness: Some(files::read(path, MAX_WITNESS_FILE)?) }
        }
    };
    let given = Kept::of(material, &args.file)?;
    let document = given.document(context.now)?;
    let history = given.unwitnessed()?;
    if let KnownDid::History(counts) = given.known(context.now)?
        && let Some(cut) = counts.cut()
    {
        let message = format!("the log does not count to its end: {cut}");
        let next = "Nothing was changed. Give the witness file that is published beside it: --witness-file did-witness.json.";
        return Err(CliError::refused("log-invalid", message, next));
    }
    if let Some(kept) = Kept::read(&context.home)? {
        follows(&kept, &given, history.as_ref())?;
    }
    let unlocked = context.unlock()?;
    let wallet = unlocked.wallet();
    let signs = current_key(&document, wallet, context.now)?.is_some();
    let writes = history.as_ref().map_or(Ok(true), |history| may_follow(history, wallet))?;
    if !signs || !writes {
        let message =
            format!("this wallet holds no key of {}", text::short_did(given.did.as_str()));
        let next =
            "Check --home: the wallet must come from the 24 words with which the DID was made.";
        return Err(CliError::refused("key-not-held", message, next));
    }
    context.home.note_restored(context.now);
    given.keep(&context.home)?;
    if context.json {
        output::json(&json!({"did": given.did.as_str()}));
    } else {
        output::data(given.did.as_str());
    }
    output::talk("This home issues as that DID from now on. `bonafide did show` lists its keys.");
    if !context.home.dir().join("records.db").exists() {
        output::talk(
            "It has no records of what was issued before: bring back records.db from your backup if you can, and subject-keys.db from wherever you mirror it. Status lists begun without them get numbers of their own; the earlier ones stay as they are, and run out.",
        );
    }
    Ok(())
}

/// What is there is only left for something that goes on from it.
fn follows(kept: &Kept, given: &Kept, history: Option<&History>) -> Result<()> {
    let refused = |message: String| {
        let next = "Nothing was changed. Move the folder `did` of your home away if you are sure.";
        CliError::refused("did-exists", message, next)
    };
    if kept.did != given.did {
        return Err(refused(format!("this home issues as {} already", kept.did)));
    }
    let own = kept.unwitnessed()?;
    let kinship = own.as_ref().zip(history).map(|(own, given)| given.compare(own));
    match kinship {
        Some(Kinship::Same | Kinship::Extends) => Ok(()),
        _ => Err(refused("this home has a version of it that the file does not go on from".into())),
    }
}

/// Whether the key announced for the next entry is one of this wallet.
fn may_follow(history: &History, wallet: &Wallet) -> Result<bool> {
    let number = u32::try_from(history.head().number()).unwrap_or(u32::MAX);
    let key = wallet.did_key(DidRole::Update, Algorithm::Ed25519, number)?;
    let announced = author::key_hash(key.public())?;
    Ok(history.head().parameters().next_key_hashes().contains(&announced))
}
