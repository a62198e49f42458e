//! The words of verifying.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Verify {
    /// The answer, a folder of answers, or "-"
    #[arg(value_name = "FILE|DIR")]
    pub answer: PathBuf,
    /// The request it answers, or a folder of requests [default: what this home asked]
    #[arg(long, value_name = "FILE|DIR", conflicts_with_all = ["nonce", "audience"])]
    pub request: Option<PathBuf>,
    /// The nonce it answers, where there was no request file
    #[arg(long, value_name = "N", requires = "audience", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// The audience it must name
    #[arg(long, value_name = "A", requires = "nonce")]
    pub audience: Option<String>,
    /// Believe this issuer too: a DID, or a file with one DID per line
    #[arg(long, value_name = "DID|FILE")]
    pub trust: Vec<String>,
    /// A bundle of trust material to go by
    #[arg(long, value_name = "FILE")]
    pub bundle: Vec<PathBuf>,
    /// Status lists to go by: a token, or a folder of them
    #[arg(long, value_name = "FILE|DIR")]
    pub status: Vec<PathBuf>,
    /// Take no status list that is older than this, for instance 24h [default: until the list's own end]
    #[arg(long, value_name = "TIME")]
    pub status_age: Option<String>,
    /// Take no keys of a did:web or did:webvh fetched longer ago than this, for instance 30d [default: any]
    #[arg(long, value_name = "TIME")]
    pub did_age: Option<String>,
    /// Show every check, those that passed too
    #[arg(long)]
    pub explain: bool,
    /// Decide as of this moment (RFC 3339, a date, or Unix seconds); marks the verdict as a replay
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Refuse answers signed longer ago than this
    #[arg(long, value_name = "SECONDS")]
    pub max_age: Option<u32>,
    /// Decide and note nothing: an accepted answer can still be used
    #[arg(long, conflicts_with = "at")]
    pub dry_run: bool,
    /// How many answers of a folder to check at once [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
}
