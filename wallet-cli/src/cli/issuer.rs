//! The words for what an issuer does with credentials once they are out.

use std::path::PathBuf;

use bonafide_records::ChangeReason;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};

use super::By;

#[derive(Args)]
pub struct Change {
    /// Their numbers in `bonafide records show`
    #[arg(value_name = "NUMBER", required_unless_present = "investor", conflicts_with = "investor",
        value_parser = clap::value_parser!(i64).range(1..))]
    pub credentials: Vec<i64>,
    /// All credentials of this investor
    #[arg(long, value_name = "ID")]
    pub investor: Option<String>,
    /// Only those of this type
    #[arg(
        long = "type",
        value_name = "TYPE",
        requires = "investor",
        conflicts_with = "credentials"
    )]
    pub kind: Option<String>,
    /// Why, for your log alone; of reinstating: which reason holds no more
    #[arg(long, value_parser = reasons())]
    pub reason: ChangeReason,
    #[command(flatten)]
    pub by: By,
}

/// Nobody is spared the reason, not even of reinstating: a default would put words into a log that is kept for years.
fn reasons() -> impl TypedValueParser<Value = ChangeReason> {
    let words = PossibleValuesParser::new(ChangeReason::ALL.map(ChangeReason::word));
    words.try_map(|word| ChangeReason::from_word(&word).ok_or("no reason"))
}

#[derive(Subcommand)]
pub enum Status {
    /// Set the web folder in which platforms find your lists. What you issue from now on names it
    SetUrl {
        /// The folder, for instance https://acme.example/status/
        url: String,
        #[command(flatten)]
        by: By,
    },
    /// Sign your lists anew and write one file for each, for the web server
    Publish(Publish),
    /// Show your lists, and how many credentials of each are revoked or suspended
    List,
}

#[derive(Args)]
pub struct Publish {
    /// The folder for the files, which must be there
    #[arg(long, value_name = "DIR")]
    pub out_dir: PathBuf,
    /// How long platforms may keep a copy before they fetch a new one
    #[arg(long, value_name = "12h", default_value = "12h")]
    pub ttl: String,
    /// How long the lists count
    #[arg(long, value_name = "24h", default_value = "24h")]
    pub valid_for: String,
    #[command(flatten)]
    pub by: By,
}

#[derive(Args)]
pub struct Renewals {
    /// Those that end within this time: 30d, 6w
    #[arg(long, value_name = "30d", default_value = "30d")]
    pub within: String,
    /// Write a table for a spreadsheet: one row for each investor, type and day
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Records {
    /// List whom you have issued to
    List,
    /// Show one investor: the credentials, and what the log says
    Show {
        /// What you call this investor
        id: String,
    },
    /// Note that the relationship with an investor has ended: the time of keeping begins
    End {
        /// What you call this investor
        id: String,
        /// The day on which it ended
        #[arg(long, value_name = "YYYY-MM-DD")]
        on: String,
        #[command(flatten)]
        by: By,
    },
    /// Erase who an investor was, for good, once no law keeps it any more
    Erase {
        /// What you call this investor
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        by: By,
    },
    /// Choose whether a second person must approve each change
    Approver {
        /// From now on, or no more
        switch: Switch,
        #[command(flatten)]
        by: By,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Switch {
    /// Each change needs --approver
    On,
    /// One person is enough
    Off,
}

#[derive(Subcommand)]
pub enum Log {
    /// Check that nothing in the log was changed, taken out or cut off
    Verify(LogVerify),
    /// Write all entries, one JSON object on each line
    Export {
        /// Where to write them [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Also what the entries say, which only you can open
        #[arg(long)]
        details: bool,
    },
    /// Print where the log ends, signed: for keeping elsewhere
    Head {
        /// Where to write it [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Args)]
pub struct LogVerify {
    /// A signed head that was kept elsewhere (`bonafide log head`); once for each
    #[arg(long, value_name = "HEAD_FILE", num_args = 1..)]
    pub against: Vec<PathBuf>,
    /// Check this export instead, without any home
    #[arg(long, value_name = "FILE", requires = "issuer")]
    pub export: Option<PathBuf>,
    /// The DID of the issuer whose log it is
    #[arg(long, value_name = "DID", requires = "export")]
    pub issuer: Option<String>,
}
