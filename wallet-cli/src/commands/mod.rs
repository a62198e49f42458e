//! One file per command.

mod add;
mod backup;
pub mod bundle;
mod change;
mod columns;
mod completions;
mod compromised;
mod demo;
mod did;
mod doctor;
mod explain;
mod forget;
mod holder_keys;
mod id;
mod init;
pub mod issue;
mod keys;
mod linkable;
mod list;
mod log;
#[cfg(feature = "fetch")]
mod network;
mod nonce;
mod present;
mod records;
mod recover;
mod refill;
mod refresh;
mod renew;
mod renewals;
mod request;
mod shares;
mod sheet;
mod show;
mod standing;
mod status;
mod trust;
mod types;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bonafide::clock::Timestamp;
use bonafide::did::Identity;
use bonafide::wallet::{Access, Wallet, WalletFile};
use bonafide_records::CredentialState;

use crate::cli::{Cli, Command, Log};
use crate::copies::Opened;
use crate::error::{CliError, Result};
use crate::home::Home;
use crate::{files, keyring, passphrase, text};

/// Oldest proof of possession taken, in seconds.
pub const MAX_PROOF_AGE: i64 = 7 * bonafide::clock::DAY;

/// What every command is given.
pub struct Context {
    pub home: Home,
    pub json: bool,
    pub passphrase_file: Option<PathBuf>,
    pub now: Timestamp,
}

pub fn run(cli: Cli) -> Result<ExitCode> {
    if cli.stdin_uses() > 1 {
        return Err(CliError::usage(
            "only one thing can be read from standard input",
            "Give files for the others.",
        ));
    }
    if cli.out_is_input() {
        return Err(CliError::usage(
            "--out names a file that this command reads; nothing was done",
            "Choose another name for --out.",
        ));
    }
    let home = Home::find(cli.home, needs_home(cli.command.as_ref()))?;
    let backs_up = matches!(cli.command, Some(Command::Backup { .. })); // says itself what is in the way
    if let Some(out) = cli.command.as_ref().and_then(Command::out).filter(|_| !backs_up) {
        files::check_folder(out)?;
    }
    if let Some(out) = cli.command.as_ref().and_then(Command::out).filter(|out| home.keeps(out)) {
        let message =
            format!("{} is a file that your home keeps; nothing was done", text::path(out));
        return Err(CliError::refused("unsafe-file", message, "Choose another name for --out."));
    }
    let context =
        Context { home, json: cli.json, passphrase_file: cli.passphrase_file, now: now()? };
    let done = match cli.command {
        None => standing::run(&context),
        Some(Command::Init(args)) => init::run(&context, &args),
        Some(Command::Keys { action }) => keys::run(&context, action),
        Some(Command::Backup { out }) => backup::run(&context, &out),
        Some(Command::Recover(args)) => recover::run(&context, &args),
        Some(Command::Id(args)) => id::run(&context, &args),
        Some(Command::Did { action }) => did::run(&context, action),
        Some(Command::Issue(args)) => issue::run(&context, &args),
        Some(Command::Revoke(args)) => change::run(&context, CredentialState::Invalid, &args),
        Some(Command::Suspend(args)) => change::run(&context, CredentialState::Suspended, &args),
        Some(Command::Reinstate(args)) => change::run(&context, CredentialState::Valid, &args),
        Some(Command::Status { action }) => status::run(&context, action),
        Some(Command::Renewals(args)) => renewals::run(&context, &args),
        Some(Command::Records { action }) => records::run(&context, action),
        Some(Command::Log { action }) => log::run(&context, action),
        Some(Command::Nonce) => nonce::run(&context),
        Some(Command::Add { file, bundle }) => add::run(&context, &file, &bundle),
        Some(Command::List) => list::run(&context),
        Some(Command::Show { id, token }) => show::run(&context, id, token),
        Some(Command::Renew(args)) => renew::run(&context, &args),
        Some(Command::Refresh(args)) => return refresh::run(&context, &args),
        Some(Command::Forget { id, yes }) => forget::run(&context, id, yes),
        Some(Command::Request(args)) => request::run(&context, &args),
        Some(Command::Explain(args)) => explain::run(&context, &args),
        Some(Command::Present(args)) => present::run(&context, &args),
        Some(Command::Verify(args)) => return verify::run(&context, &args),
        Some(Command::Trust { action }) => return trust::run(&context, action),
        Some(Command::Bundle { action }) => return bundle::run(&context, action),
        Some(Command::Types { action }) => types::run(&context, action),
        Some(Command::Doctor { accept_copy }) => return doctor::run(&context, accept_copy),
        Some(Command::Demo { dir }) => demo::run(dir, context.now),
        Some(Command::Completions { shell }) => completions::shell(shell),
        Some(Command::Man { out_dir }) => completions::manual(out_dir.as_deref()),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Whether the command can do nothing without a folder of files.
fn needs_home(command: Option<&Command>) -> bool {
    if let Some(Command::Bundle { action }) = command {
        return action.needs_home();
    }
    if let Some(Command::Log { action: Log::Verify(args) }) = command {
        return args.export.is_none();
    }
    !matches!(
        command,
        Some(
            Command::Verify(_)
                | Command::Nonce
                | Command::Types { .. }
                | Command::Demo { .. }
                | Command::Completions { .. }
                | Command::Man { .. }
        )
    )
}

impl Context {
    /// The same, later: after waiting for standard input.
    pub fn later(&self) -> Result<Self> {
        let (home, passphrase_file) = (self.home.clone(), self.passphrase_file.clone());
        Ok(Self { home, json: self.json, passphrase_file, now: now()? })
    }
}

/// This machine's clock, read once per command, and again after waiting.
fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now =
        since.and_then(|since| i64::try_from(since.as_secs()).ok()).and_then(Timestamp::from_unix);
    now.ok_or_else(|| {
        CliError::fault(
            "clock-unusable",
            "this machine's clock shows no usable time",
            "Set the clock.",
        )
    })
}

impl Context {
    /// Opens the wallet of this home to sign with it, or to change the ways into it.
    pub fn unlock(&self) -> Result<Opened> {
        self.open_for(Access::Full)
    }

    /// Opens the wallet of this home to look into it, to add to it or to take something out.
    pub fn open(&self) -> Result<Opened> {
        self.open_for(Access::Reading)
    }

    /// With the keyring, where a slot for it allows this and no passphrase is given.
    fn open_for(&self, need: Access) -> Result<Opened> {
        let file = self.existing_wallet()?;
        if self.passphrase_file.is_none()
            && let Some(opened) = keyring::opened(&file, need)?
        {
            return Ok(Opened::new(opened));
        }
        let passphrase = passphrase::existing(self.passphrase_file.as_deref())?;
        Ok(Opened::new(file.unlock(&passphrase)?))
    }

    /// The wallet of this home, which must be there.
    pub fn existing_wallet(&self) -> Result<WalletFile> {
        let file = self.home.wallet();
        if !file.exists() {
            let message = format!("there is no wallet in {}", text::path(self.home.dir()));
            return Err(CliError::refused(
                "no-wallet",
                message,
                "Check --home; `bonafide init` makes a new wallet there, with a new identity.",
            ));
        }
        Ok(file)
    }
}

/// The identity of a wallet: the did:key of its first key.
pub fn identity(wallet: &Wallet) -> Result<Identity<'_>> {
    Ok(Identity::did_key(wallet.identity_key_id(), wallet)?)
}
