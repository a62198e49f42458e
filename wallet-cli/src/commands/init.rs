//! `bonafide init`: a new wallet with a new identity.

use std::time::Instant;

use bonafide::key::Algorithm;
use bonafide::random::SystemRandom;
use bonafide::wallet::{KdfParams, Wallet};
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
    let passphrase = passphrase::fresh(context.passphrase_file.as_deref())?;
    let algorithm = match args.key {
        KeyKind::Ed25519 => Algorithm::Ed25519,
        KeyKind::P256 => Algorithm::P256,
    };
    let kdf = match args.kdf_cost {
        KdfCost::Lowest => KdfParams::LOWEST,
        KdfCost::Calibrated => KdfParams::calibrated(|params| {
            let start = Instant::now();
            // A failure shows up again when the wallet is sealed, with its reason.
            let _ = params.run_once();
            start.elapsed()
        }),
    };
    context.home.create()?;
    let wallet = Wallet::create(algorithm, context.now, &mut SystemRandom)?;
    file.create(&wallet, &passphrase, kdf, &mut SystemRandom)?;
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
    output::talk(
        "Keep a copy of wallet.bonafide and remember the passphrase: this version has no other way back in.",
    );
    output::talk(
        "Next, as an investor: `bonafide id --prove ISSUER_DID --nonce NONCE` for a KYC provider.",
    );
    output::talk("As a KYC provider: `bonafide nonce`. As a platform: `bonafide trust pin DID`.");
    Ok(())
}
