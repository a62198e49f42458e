//! The `bonafide` command: an investor's wallet, a KYC provider's desk, a platform's checks.
//!
//! Data goes to stdout, talk to stderr. Exits: 0 accepted or done, 10 refused, 11 undetermined,
//! 2 usage, 1 fault.

mod archive;
mod ask;
mod bulk;
mod cli;
mod commands;
mod copies;
mod delivery;
mod error;
mod export;
mod files;
mod guardians;
mod home;
mod inputs;
mod issuer_did;
mod jurisdictions;
mod keyring;
mod kind;
mod material;
mod memory;
mod office;
mod output;
mod parallel;
mod passphrase;
mod sealing;
mod text;
mod trusted;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    memory::keep_private();
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return error::usage(&error),
    };
    let json = cli.json;
    match commands::run(cli) {
        Ok(code) if output::lost() && code == ExitCode::SUCCESS => error::lost().report(false),
        Ok(code) => code,
        Err(error) => error.report(json),
    }
}
