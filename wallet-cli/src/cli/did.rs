//! The words for DIDs on the web.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::KeyKind;

#[derive(Subcommand)]
pub enum Dids {
    /// Make the DID that your home issues as from then on
    Create(DidCreate),
    /// Sign with a new key from now on; the one before is retired in order
    Rotate(DidRotate),
    /// Let others vouch for each new version of a did:webvh, or vouch yourself
    Witness {
        #[command(subcommand)]
        action: DidWitness,
    },
    /// End your DID, for good
    Deactivate(DidDeactivate),
    /// Take your published DID into a home that lost it: after `recover`, or on another machine
    Adopt(DidAdopt),
    /// Show the keys of your DID or of somebody's published file, and when each was in use
    Show(DidShow),
}

#[derive(Args)]
pub struct DidCreate {
    /// A did:web: one file, which says what is true now
    #[arg(long, value_name = "HOST[/PATH]", required_unless_present = "webvh")]
    pub web: Option<String>,
    /// A did:webvh: a log that proves itself and shows when each key was in use
    #[arg(long, value_name = "HOST[/PATH]", conflicts_with = "web")]
    pub webvh: Option<String>,
    /// The kind of key that signs credentials
    #[arg(long, value_enum, default_value = "ed25519")]
    pub key: KeyKind,
    /// Write the files to publish into this folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct DidRotate {
    /// This key was stolen: nothing that it ever signed counts any more
    #[arg(long, value_name = "KEY")]
    pub compromised: Option<String>,
    /// The kind of the new key [default: that of the one before]
    #[arg(long, value_enum)]
    pub key: Option<KeyKind>,
    /// Write the files to publish into this folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

#[derive(Subcommand)]
pub enum DidWitness {
    /// Print the DID under which you vouch for others
    Id,
    /// Say who must vouch for each new version; without DIDs nobody
    Set {
        /// Their did:keys, as `bonafide did witness id` prints them
        dids: Vec<String>,
        /// How many of them must
        #[arg(long, value_name = "N", default_value_t = 1)]
        threshold: usize,
        /// Write the files to publish into this folder
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Check somebody's log and vouch for its newest version
    Vouch {
        /// The log: did.jsonl
        log: PathBuf,
        /// Where to write your word [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Take in the words of witnesses for your log
    Take {
        /// The files they wrote
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Write the files to publish into this folder
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Args)]
pub struct DidDeactivate {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Write the files to publish into this folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct DidAdopt {
    /// What is published: did.jsonl, or did.json of a did:web
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Its witness file, did-witness.json
    #[arg(long, value_name = "FILE")]
    pub witness_file: Option<PathBuf>,
}

#[derive(Args)]
pub struct DidShow {
    /// A published file, did.jsonl or did.json, or a DID that carries its key [default: your own DID]
    #[arg(value_name = "DID|FILE")]
    pub what: Option<String>,
    /// Its witness file
    #[arg(long, value_name = "FILE", requires = "what")]
    pub witness_file: Option<PathBuf>,
    /// As it stood then: a date, or a moment such as 2026-11-20T14:00:00Z
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}
