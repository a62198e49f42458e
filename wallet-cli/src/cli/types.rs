//! The words of `bonafide types`.

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Types {
    /// List the credential types
    List,
    /// Show what a type can say, and how much each claim tells
    Show(ShowType),
    /// List the threshold flags of investors: what each means, by which law, since when
    Flags {
        /// Only those of this regime, for instance us-501a
        regime: Option<String>,
    },
}

#[derive(Args)]
pub struct ShowType {
    /// A type, for instance aml-screening
    #[arg(value_name = "TYPE")]
    pub name: String,
    /// Print its SD-JWT VC Type Metadata, byte for byte
    #[arg(long, conflicts_with = "schema")]
    pub metadata: bool,
    /// Print the JSON Schema of what an issuer puts into it
    #[arg(long)]
    pub schema: bool,
    /// The JSON Schema of what a holder may show of it instead
    #[arg(long, requires = "schema")]
    pub disclosed: bool,
}
