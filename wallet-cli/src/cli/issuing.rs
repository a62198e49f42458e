//! The words for issuing, one at a time or from a table.

use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;

use super::columns;

/// Who does something, for the log of an issuer.
#[derive(Args)]
pub struct By {
    /// Your name, for the log [default: the name of your login]
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// The second person, who approved it
    #[arg(long, value_name = "NAME")]
    pub approver: Option<String>,
}

#[derive(Args)]
pub struct Issue {
    /// The type of credential; `bonafide types` lists them
    #[arg(value_name = "TYPE", required_unless_present = "batch")]
    pub kind: Option<String>,
    /// The holder's proof (`bonafide id --prove`), or with --unproven a DID
    #[arg(long, value_name = "PROOF_FILE|DID", required_unless_present = "batch")]
    pub holder: Option<String>,
    /// Issue to a DID without a proof that the holder controls it
    #[arg(long)]
    pub unproven: bool,
    /// The nonce you gave to the holder; the proof must answer it
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// How many keys of this one person the proof holds
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub keys: usize,
    /// The claims, as JSON
    #[arg(long, value_name = "FILE", required_unless_present = "batch")]
    pub claims: Option<PathBuf>,
    /// What you call this investor, for your records [default: the holder's first DID]
    #[arg(long, value_name = "ID")]
    pub investor: Option<String>,
    /// The holder's kyc-identity presentation, in answer to your own request
    #[arg(long, value_name = "PRESENTATION", conflicts_with = "identified_here")]
    pub identity: Option<PathBuf>,
    /// The request that the presentation answers, where this home did not write it
    #[arg(long, value_name = "REQUEST", requires = "identity")]
    pub identity_request: Option<PathBuf>,
    /// Your own reference: you identified this person yourself
    #[arg(long, value_name = "REF")]
    pub identified_here: Option<String>,
    /// Your own reference: this person lost the keys, and you identified them anew, as surely as before. What their
    /// other keys hold is revoked
    #[arg(long, value_name = "REF", requires = "investor", conflicts_with_all = ["identity", "identified_here"])]
    pub reidentified: Option<String>,
    /// How long it is valid, in days or weeks [default: by type]
    #[arg(long, value_name = "90d")]
    pub valid_for: Option<String>,
    /// Where to write the credential [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Do not seal the file to its holder's key
    #[arg(long)]
    pub plain: bool,
    #[command(flatten)]
    pub by: By,
    #[command(flatten)]
    pub bulk: Bulk,
}

/// Issuing to everybody in a table.
#[derive(Args)]
pub struct Bulk {
    /// Issue to everybody in a table, one file each: CSV with the columns external_id, proof, fields of the types
    #[arg(long, value_name = "FILE", requires_all = ["types", "out_dir"],
        conflicts_with_all = ["kind", "holder", "unproven", "nonce", "keys", "claims", "investor", "identity",
            "identity_request", "identified_here", "reidentified", "valid_for", "out"])]
    pub batch: Option<PathBuf>,
    /// The types of credential each of them gets
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',', requires = "batch")]
    pub types: Vec<String>,
    /// How many keys each proof holds; each type is issued once for each
    #[arg(long, value_name = "N", default_value_t = 1, requires = "batch", value_parser = columns())]
    pub columns: u16,
    /// Where to write the files
    #[arg(long, value_name = "DIR", requires = "batch")]
    pub out_dir: Option<PathBuf>,
    /// The day of the assessment, where the table has none
    #[arg(long, value_name = "YYYY-MM-DD", requires = "batch")]
    pub assessed_on: Option<String>,
    /// Issue once more what this table gave before, to the same keys, as after `did rotate --compromised`:
    /// 1 for the first time, 2 for the second
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        requires = "batch"
    )]
    pub reissue: u32,
    /// Check every row, and issue nothing
    #[arg(long, requires = "batch")]
    pub dry_run: bool,
    /// Leave out the rows with mistakes and issue to the others
    #[arg(long, requires = "batch", conflicts_with = "dry_run")]
    pub skip_invalid: bool,
    /// A column that is not for credentials
    #[arg(long, value_name = "COLUMN", requires = "batch")]
    pub ignore: Vec<String>,
    /// The encoding of the table, such as windows-1252 [default: UTF-8, or what the file says]
    #[arg(long, value_name = "NAME", requires = "batch")]
    pub encoding: Option<String>,
    /// How many threads [default: as many as there are cores]
    #[arg(long, value_name = "N", requires = "batch")]
    pub jobs: Option<NonZero<usize>>,
}
