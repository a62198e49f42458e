//! The words of the command line.

mod bundle;
mod did;
mod issuer;
mod issuing;
mod keys;
#[cfg(feature = "fetch")]
mod network;
mod refresh;
mod trust;
mod types;
mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "fetch")]
pub use bundle::{AddToBundle, Refresh};
pub use bundle::{Bundle, MakeBundle};
pub use did::{DidAdopt, DidCreate, DidDeactivate, DidRotate, DidShow, DidWitness, Dids};
pub use issuer::{Change, Log, LogVerify, Publish, Records, Renewals, Status, Switch};
pub use issuing::{Bulk, By, Issue};
pub use keys::{Compromised, Guardians, Keys, LossReason, NewPassphrase, SlotToAdd};
#[cfg(feature = "fetch")]
pub use network::Network;
pub use refresh::RefreshHeld;
pub use trust::{
    AddList, Check, Days, InitList, Propose, PublishList, SignList, Trust, ValidatorChange,
    WhenEnded,
};
pub use types::{ShowType, Types};
pub use verify::Verify;

/// Prove who you are, once checked, to everyone who needs to know, and show no more than they need.
#[derive(Parser)]
#[command(name = "bonafide", version, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// The folder with your files [default: BONAFIDE_HOME, else the platform's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Read the passphrase from the first line of a file, or of standard input with "-"
    #[arg(long, global = true, value_name = "FILE|-")]
    pub passphrase_file: Option<PathBuf>,
    /// Print machine-readable JSON on standard output
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make a new wallet with a new identity
    Init(Init),
    /// Your keys, and the ways into your wallet: passphrases, 24 words, guardians' shares, keyring
    Keys {
        #[command(subcommand)]
        action: Keys,
    },
    /// Write a sealed copy of your wallet
    Backup {
        /// Where to write it: a file that is not there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Bring your wallet back from the 24 words, a backup, or both; from a backup with guardians' shares
    Recover(Recover),
    /// Print your identity (DID), or prove to an issuer that it is yours
    Id(Id),
    /// Make and look after the DID on the web that you issue as (KYC provider)
    Did {
        #[command(subcommand)]
        action: Dids,
    },
    /// Sign a credential for a holder (KYC provider)
    Issue(Box<Issue>),
    /// Revoke credentials, for good (KYC provider)
    Revoke(Change),
    /// Suspend credentials: they do not count until they are reinstated (KYC provider)
    Suspend(Change),
    /// Let suspended credentials count again (KYC provider)
    Reinstate(Change),
    /// Write the signed lists that say which credentials stand, and where platforms find them (KYC provider)
    Status {
        #[command(subcommand)]
        action: Status,
    },
    /// List the credentials that end soon, of investors whose relationship goes on (KYC provider)
    Renewals(Renewals),
    /// Look after your records: who holds what, how long they are kept, erasing them (KYC provider)
    Records {
        #[command(subcommand)]
        action: Records,
    },
    /// Check, export or sign the log of all that was done (KYC provider)
    Log {
        #[command(subcommand)]
        action: Log,
    },
    /// Print a fresh nonce for a holder's proof (KYC provider)
    Nonce,
    /// Check credentials received from an issuer and keep them
    Add {
        /// The file with the credentials, or "-"
        file: PathBuf,
        /// A bundle with what the issuer's DID says of its keys, for issuers of did:web and did:webvh
        #[arg(long, value_name = "FILE")]
        bundle: Vec<PathBuf>,
    },
    /// List your credentials
    List,
    /// Show all that one of your credentials says
    Show {
        /// Its number in `bonafide list`
        id: u32,
        /// Print the credential itself, for a backup or another tool
        #[arg(long)]
        token: bool,
    },
    /// Ask an issuer to renew what it issued to you, for the same keys
    Renew(Renew),
    /// Ask whether your credentials still stand, by their issuers' status lists
    Refresh(RefreshHeld),
    /// Remove a credential from the wallet
    Forget {
        /// Its number in `bonafide list`
        id: u32,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write a signed request for claims (platform)
    Request(Request),
    /// Say who asks for what, and what an answer would show
    Explain(Explain),
    /// Answer a request with the claims it asks for, after you agreed
    Present(Present),
    /// Check an answer, offline (platform)
    Verify(Verify),
    /// Choose whom to believe: issuers one by one, or jurisdictions that list them
    Trust {
        #[command(subcommand)]
        action: Trust,
    },
    /// Carry trust material to where there is no network: one signed file of it
    Bundle {
        #[command(subcommand)]
        action: Bundle,
    },
    /// List the credential types, show one, or list the threshold flags of investors
    Types {
        #[command(subcommand)]
        action: Option<Types>,
    },
    /// Look after your files: what is there, what is missing, what to do next
    Doctor {
        /// Take the wallet that lies here for the right one, though an older or another copy of it
        #[arg(long)]
        accept_copy: bool,
    },
    /// Watch the whole path work, in a scratch folder with made-up people
    Demo {
        /// Where to work [default: a new folder among the temporary files]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one page per command into a folder
    Man {
        /// The folder
        #[arg(long, value_name = "DIR")]
        out_dir: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum KeyKind {
    Ed25519,
    P256,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum KdfCost {
    /// Measured on this machine: about half a second per unlocking
    Calibrated,
    /// The least a wallet accepts; for tests and demonstrations
    Lowest,
}

#[derive(Args)]
pub struct Init {
    /// The kind of key
    #[arg(long, value_enum, default_value = "ed25519")]
    pub key: KeyKind,
    /// How much work each guess of the passphrase costs
    #[arg(long, value_enum, default_value = "calibrated")]
    pub kdf_cost: KdfCost,
}

#[derive(Args)]
pub struct Recover {
    /// From the 24 words, typed at the terminal
    #[arg(long)]
    pub phrase: bool,
    /// From the 24 words in a file, or on standard input with "-"
    #[arg(long, value_name = "FILE|-", conflicts_with = "phrase")]
    pub phrase_file: Option<PathBuf>,
    /// With the share in this guardian's file, or on standard input with "-"; once for each share
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["phrase", "phrase_file"])]
    pub share: Vec<PathBuf>,
    /// With guardians' shares, typed at the terminal
    #[arg(long, conflicts_with_all = ["phrase", "phrase_file", "share"])]
    pub shares: bool,
    /// From this backup; with the words or shares, they open it and a new passphrase is set
    #[arg(long, value_name = "FILE")]
    pub backup: Option<PathBuf>,
    /// Prove that it would work, and change nothing
    #[arg(long)]
    pub drill: bool,
    /// The kind of key that the identity had, where only the words are left
    #[arg(long, value_enum, default_value = "ed25519", conflicts_with = "backup")]
    pub key: KeyKind,
    #[command(flatten)]
    pub new: NewPassphrase,
}

#[derive(Args)]
pub struct Id {
    /// Prove your identity to this issuer
    #[arg(long, value_name = "ISSUER_DID", requires = "nonce")]
    pub prove: Option<String>,
    /// The nonce that the issuer gave you
    #[arg(long, value_name = "N", requires = "prove", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// Prove so many of your keys in one file; those missing are made
    #[arg(long, value_name = "N", requires = "prove", default_value_t = 1, value_parser = columns())]
    pub columns: u16,
    /// Where to write the proof [default: standard output]
    #[arg(long, value_name = "FILE", requires = "prove")]
    pub out: Option<PathBuf>,
    /// Print the DID document
    #[arg(long, conflicts_with = "prove")]
    pub document: bool,
}

#[derive(Args)]
pub struct Renew {
    /// The issuer: its DID, or what you call it [default: the only one]
    #[arg(value_name = "ISSUER")]
    pub issuer: Option<String>,
    /// This type of credential only: a name of `bonafide types`, or any vct
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// The nonce that the issuer gave you for it [default: one of the wallet's own]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// Where to write the request [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct Request {
    /// The type of credential: a name of `bonafide types`, or any vct
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: String,
    /// A claim to ask for: regime, address.country, nationalities[]
    #[arg(long = "claim", value_name = "PATH", required = true)]
    pub claims: Vec<String>,
    /// How long the answer may take: 30m, 1h, 2d
    #[arg(long, value_name = "1h", default_value = "1h")]
    pub valid_for: String,
    /// Ask for an answer that only your wallet can open
    #[arg(long)]
    pub sealed: bool,
    /// Your own reference to an account or session; the answer echoes it
    #[arg(long, value_name = "REF")]
    pub reference: Option<String>,
    /// Where to write the request [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct Explain {
    /// The request, or "-"
    pub request: PathBuf,
    /// Look at a request that nobody signed
    #[arg(long)]
    pub allow_unsigned: bool,
    /// Answer with this credential
    #[arg(long, value_name = "ID")]
    pub credential: Option<u32>,
}

#[derive(Args)]
pub struct Present {
    #[command(flatten)]
    pub explain: Explain,
    /// Do not ask: you have seen what leaves
    #[arg(long)]
    pub yes: bool,
    /// Where no key is free: answer with one that another platform knows. Both can then tell that you
    /// are the same person
    #[arg(long)]
    pub reuse_key: bool,
    /// Send along a fresh status list of the credential, for a platform without a network: the issuer's file, or
    /// a folder of such files
    #[arg(long, value_name = "FILE|DIR", conflicts_with = "refill")]
    pub staple: Vec<PathBuf>,
    /// Do not answer: write a request to the issuer for more keys
    #[arg(long, conflicts_with_all = ["reuse_key", "yes"])]
    pub refill: bool,
    /// How many keys the request is for
    #[arg(long, value_name = "N", requires = "refill", default_value_t = 5, value_parser = columns())]
    pub columns: u16,
    /// The nonce that the issuer gave you for them [default: one of the wallet's own]
    #[arg(long, value_name = "N", requires = "refill", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// Where to write the answer or the request for more keys [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How many keys at once.
fn columns() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=200)
}
