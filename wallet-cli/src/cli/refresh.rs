//! The words of a holder who asks whether the credentials still stand.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct RefreshHeld {
    /// The issuers' status lists: a file, or a folder of them
    #[arg(long, value_name = "FILE|DIR")]
    pub status: Vec<PathBuf>,
    /// A bundle with their lists, and with what their DIDs say of their keys
    #[arg(long, value_name = "FILE")]
    pub bundle: Vec<PathBuf>,
    /// Keep the newest list of each credential in this folder, for `present --staple`
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Fetch the lists from where the credentials say. Whoever serves one learns that somebody asked
    #[cfg(feature = "fetch")]
    #[arg(long)]
    pub fetch: bool,
    #[cfg(feature = "fetch")]
    #[command(flatten)]
    pub network: super::Network,
}
