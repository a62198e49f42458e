//! The words for bundles of trust material.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Bundle {
    /// Put files of trust material together and sign them
    Make(Box<MakeBundle>),
    /// Show who made a bundle, what is in it, how old that is, and what ends soon
    Inspect {
        /// The bundle, or "-"
        file: PathBuf,
    },
    /// Show what differs between two bundles
    Diff {
        /// The one before
        old: PathBuf,
        /// The one after
        new: PathBuf,
    },
    /// Check every item of a bundle: its bytes, and its own signatures where it has some
    Verify {
        /// The bundle, or "-"
        file: PathBuf,
    },
    /// Write each item that counts into a file of its own
    Export {
        /// The bundle, or "-"
        file: PathBuf,
        /// The folder for the files: a new one, or one that is empty
        #[arg(long, value_name = "DIR")]
        out_dir: PathBuf,
    },
    /// Print a small bundle as a series of QR codes
    Qr {
        /// The bundle, or "-"
        file: PathBuf,
        /// Only the texts of the codes, one on each line
        #[arg(long)]
        text: bool,
        /// Where to write them [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Put the scanned texts of a series together again
    Join {
        /// A file with the texts, one on each line, in any order; or "-"
        file: PathBuf,
        /// Where to write the bundle
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Fetch what is newer, from where each item came from
    #[cfg(feature = "fetch")]
    Refresh(Box<Refresh>),
}

#[derive(Args)]
pub struct MakeBundle {
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The document of a did:web, did.json; once for each, as the others
    #[arg(long, value_name = "FILE")]
    pub did: Vec<PathBuf>,
    /// The log of a did:webvh, did.jsonl
    #[arg(long, value_name = "FILE")]
    pub log: Vec<PathBuf>,
    /// The witness file of a did:webvh, did-witness.json, behind its DID
    #[arg(long, value_name = "DID=FILE")]
    pub witness: Vec<String>,
    /// A status list token
    #[arg(long, value_name = "FILE")]
    pub status: Vec<PathBuf>,
    /// A jurisdiction document
    #[arg(long, value_name = "FILE")]
    pub jurisdiction: Vec<PathBuf>,
    /// Type metadata
    #[arg(long = "type", value_name = "FILE")]
    pub types: Vec<PathBuf>,
    /// A policy; the file's name without its ending is the policy's
    #[arg(long, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    /// When the files were fetched (RFC 3339, a date, or Unix seconds) [default: now]
    #[arg(long, value_name = "TIME")]
    pub fetched: Option<String>,
    /// The bundle that this one takes the place of
    #[arg(long, value_name = "FILE")]
    pub previous: Option<PathBuf>,
}

#[cfg(feature = "fetch")]
#[derive(Args)]
pub struct Refresh {
    /// The bundle to bring up to date [default: a new one is begun]
    #[arg(required_unless_present = "add")]
    pub file: Option<PathBuf>,
    /// Where to write the new one
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Put this into it too: a did:web or did:webvh, or status-list=URL, jurisdiction=URL,
    /// type-metadata=URL, policy=URL
    #[arg(long, value_name = "DID|KIND=URL")]
    pub add: Vec<AddToBundle>,
    /// How long one item may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
    #[command(flatten)]
    pub network: super::Network,
}

/// Something to fetch that no bundle had before.
#[cfg(feature = "fetch")]
#[derive(Clone, Debug)]
pub enum AddToBundle {
    Did(bonafide::did::Did),
    Url(bonafide::bundle::Kind, String),
}

#[cfg(feature = "fetch")]
impl std::str::FromStr for AddToBundle {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use bonafide::bundle::Kind;
        if text.starts_with("did:") {
            let did = bonafide::did::Did::parse(text).map_err(|_| "not a DID")?;
            let known = ["web", "webvh"].contains(&did.method());
            return if known {
                Ok(Self::Did(did))
            } else {
                Err("only did:web and did:webvh are fetched")
            };
        }
        let (kind, url) = text.split_once('=').ok_or("expected a DID, or KIND=URL")?;
        match Kind::from_word(kind) {
            Some(Kind::DidDocument | Kind::DidLog | Kind::DidWitness) => Err("give the DID itself"),
            Some(kind) => Ok(Self::Url(kind, url.to_owned())),
            None => Err("expected status-list=, jurisdiction=, type-metadata= or policy="),
        }
    }
}

impl Bundle {
    /// Whether it can do nothing without a wallet, which signs.
    pub fn needs_home(&self) -> bool {
        match self {
            Self::Make(_) => true,
            #[cfg(feature = "fetch")]
            Self::Refresh(_) => true,
            _ => false,
        }
    }

    /// The file it writes.
    pub fn out(&self) -> Option<&Path> {
        match self {
            Self::Make(args) => Some(&args.out),
            Self::Qr { out, .. } => out.as_deref(),
            Self::Join { out, .. } => Some(out),
            #[cfg(feature = "fetch")]
            Self::Refresh(args) => Some(&args.out),
            _ => None,
        }
    }

    /// The files it reads.
    pub fn inputs(&self) -> Vec<&Path> {
        match self {
            Self::Make(args) => args.inputs(),
            Self::Diff { old, new } => vec![old, new],
            #[cfg(feature = "fetch")]
            Self::Refresh(args) => args.file.as_deref().into_iter().collect(),
            Self::Inspect { file }
            | Self::Verify { file }
            | Self::Export { file, .. }
            | Self::Qr { file, .. }
            | Self::Join { file, .. } => vec![file],
        }
    }
}

impl MakeBundle {
    fn inputs(&self) -> Vec<&Path> {
        let lists =
            [&self.did, &self.log, &self.status, &self.jurisdiction, &self.types, &self.policy];
        let witnesses = self.witness.iter().filter_map(|text| text.split_once('='));
        (lists.into_iter().flatten().map(PathBuf::as_path))
            .chain(witnesses.map(|(_, file)| Path::new(file)))
            .chain(self.previous.as_deref())
            .collect()
    }
}
