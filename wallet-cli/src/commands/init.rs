//! `bonafide init`: a new wallet with a new identity.

use std::io::IsTerminal;
use std::time::Instant;

use bonafide::key::Algorithm;
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, RecoveryPhrase, Wallet};
use serde_json::json;

use super::{Context, identity};
use crate::cli::{Init, KdfCost, KeyKind};
use crate::error::{CliError, Result};
use crate::{output, passphrase, text};

pub fn run(context: &Context, args: &Init) -> Result<()> {
    let file = context.home.wallet();
    if file.exists() {
        let message = format!(
            "there is a wallet in {} already; it was left as it is",
            text::path(context.home.dir())
        );
        return Err(CliError::refused(
            "wallet-exists",
            message,
            "Use it, or choose another folder with --home DIR.",
        ));
    }
    let passphrase = passphrase::fresh(context.passphrase_file.as_deref(), "--passphrase-file")?;
    let algorithm = algorithm(args.key);
    context.home.create()?;
    let wallet = Wallet::create(algorithm, context.now, &mut SystemRandom)?;
    file.create(&wallet, &passphrase, cost(args.kdf_cost), &mut SystemRandom)?;
    let did = identity(&wallet)?.did().to_string();
    if context.json {
        output::json(
            &json!({"did": did, "key": algorithm.name(), "home": context.home.dir().display().to_string()}),
        );
    } else {
        output::data(&did);
    }
    output::talk(&format!("Your wallet is ready: {}", text::path(context.home.dir())));
    output::talk("Your identity is the line that starts with did:key.");
    show_words(&wallet.recovery_phrase()?);
    output::talk(
        "Next, as an investor: `bonafide id --prove ISSUER_DID --nonce NONCE` for a KYC provider.",
    );
    output::talk("As a KYC provider: `bonafide nonce`. As a platform: `bonafide trust pin DID`.");
    Ok(())
}

/// The kind of key asked for.
pub fn algorithm(key: KeyKind) -> Algorithm {
    match key {
        KeyKind::Ed25519 => Algorithm::Ed25519,
        KeyKind::P256 => Algorithm::P256,
    }
}

/// What a guess shall cost; calibrated, that is measured now.
pub fn cost(wanted: KdfCost) -> KdfParams {
    match wanted {
        KdfCost::Lowest => KdfParams::LOWEST,
        KdfCost::Calibrated => KdfParams::calibrated(|params| {
            let start = Instant::now();
            // A failure shows up again when the wallet is sealed, with its reason.
            let _ = params.run_once();
            start.elapsed()
        }),
    }
}

/// At a terminal the words are shown once; a log gets none of them.
fn show_words(phrase: &RecoveryPhrase) {
    if !std::io::stderr().is_terminal() {
        output::talk(
            "24 words bring this identity back on any machine. There is no terminal to show them at: see them with `bonafide keys phrase`.",
        );
        return;
    }
    output::talk(
        "If you lose this machine, 24 words bring your identity back (and a backup your credentials).",
    );
    output::talk("Whoever has the words is you. Write them on paper now; they are shown once.");
    numbered(phrase).iter().for_each(|line| output::talk(line));
    output::talk("Then prove that you have them: `bonafide recover --drill --phrase`.");
}

/// The words with their numbers, four in a line.
pub fn numbered(phrase: &RecoveryPhrase) -> Vec<String> {
    let words: Vec<String> =
        phrase.words().zip(1..).map(|(word, n)| format!("{n:>4} {word:<9}")).collect();
    words.chunks(4).map(|line| line.concat().trim_end().to_owned()).collect()
}
