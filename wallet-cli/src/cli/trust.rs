//! The words for whom somebody believes: pinned DIDs, and jurisdictions.

use std::path::PathBuf;

use bonafide::calendar::{Day, Period};
use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub enum Trust {
    /// Believe what an issuer signs, or give a verifier a name
    Pin {
        /// Its DID, compared letter by letter
        did: String,
        /// What you call it
        #[arg(long)]
        name: Option<String>,
        /// It is a verifier: only its name is used, its credentials are not believed
        #[arg(long)]
        verifier: bool,
        /// It makes bundles: what does not prove itself counts in those that it signed. Its credentials
        /// are not believed
        #[arg(long, conflicts_with = "verifier")]
        maker: bool,
    },
    /// List those that you pinned
    List,
    /// Believe an issuer no longer
    Unpin {
        /// Its DID
        did: String,
    },
    /// Believe a jurisdiction, a list of issuers that several govern; or take its next versions
    Add(AddList),
    /// Show the jurisdictions that you believe, or one of them whole
    Show {
        /// Its name; NAME@7 for its version 7
        id: Option<String>,
    },
    /// Say in words what changed between two versions of a jurisdiction
    Diff {
        /// A file, or NAME or NAME@7 of one that you believe
        before: String,
        /// Likewise
        after: String,
    },
    /// Say whether an issuer may attest something, and by which rule
    Check(Check),
    /// List the trust material that this home's decisions rested on, and delete what is old
    Archive {
        /// Delete what was not the newest any more at this moment. Decisions of earlier moments can then not be made
        /// again
        #[arg(long, value_name = "TIME")]
        prune: Option<String>,
        /// Do not ask
        #[arg(long, requires = "prune")]
        yes: bool,
        /// Write the pieces as files into this new folder, for somebody else to check: both sides of a fork, too
        #[arg(long, value_name = "DIR", conflicts_with = "prune")]
        out_dir: Option<PathBuf>,
    },
    /// Write the first version of a jurisdiction, for those who govern it to sign
    Init(InitList),
    /// Write the next version of a jurisdiction, for those who govern it to sign
    Propose(Box<Propose>),
    /// Sign a version, as one of those who govern it
    Sign(SignList),
    /// Check that enough signed, and write the file to hand out
    Publish(PublishList),
}

#[derive(Args)]
pub struct AddList {
    /// Its file; several for versions that follow one another
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Take it only with this digest, of the document or its governance, and do not ask
    #[arg(long, value_name = "DIGEST")]
    pub expect: Option<String>,
    /// Do not ask: you have compared the digest
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args)]
pub struct Check {
    /// The issuer
    #[arg(long, value_name = "DID")]
    pub issuer: String,
    /// What it attests: an attribute of a jurisdiction
    #[arg(long, value_name = "ATTRIBUTE")]
    pub attr: String,
    /// When the credential begins to be valid: 2026-11-20, or a moment [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// When the credential ends
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// When it is decided, by what you believed then [default: now]
    #[arg(long, value_name = "TIME")]
    pub decided: Option<String>,
    /// The type of the credential [default: the first of the attribute]
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// The issuer's key: what follows the # in its DID URL [default: one that is listed]
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    /// Ask this jurisdiction only, and those that it believes
    #[arg(long, value_name = "NAME")]
    pub jurisdiction: Vec<String>,
}

#[derive(Args)]
pub struct InitList {
    /// What it is called, for ever: small letters, digits, "-", "." and "_"
    pub id: String,
    /// Who else governs it: what you call them, and their DID or the file of their JWK
    #[arg(long, value_name = "LABEL=DID|FILE")]
    pub member: Vec<String>,
    /// What you are called in it [default: your DID]
    #[arg(long)]
    pub label: Option<String>,
    /// How many must sign
    #[arg(long, value_name = "N")]
    pub threshold: u8,
    #[command(flatten)]
    pub days: Days,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// For how long a version counts.
#[derive(Args)]
pub struct Days {
    /// The day by which the next version is promised [default: in 30 days]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub next_update: Option<Day>,
    /// The last day on which this version counts [default: in 60 days]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub expires: Option<Day>,
}

#[derive(Args)]
pub struct Propose {
    /// The jurisdiction, as your home has it
    #[arg(value_name = "NAME", required_unless_present = "edit")]
    pub id: Option<String>,
    /// Go on with a proposal that nobody has signed yet
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    pub edit: Option<PathBuf>,
    /// Take whole members, such as "validators", from a JSON file
    #[arg(long, value_name = "FILE")]
    pub with: Option<PathBuf>,
    #[command(flatten)]
    pub days: Days,
    /// Days for which a key that was retired in order still counts
    #[arg(long, value_name = "N")]
    pub grace_days: Option<u16>,
    #[command(flatten)]
    pub attributes: Attributes,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub validator: ValidatorChange,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
#[command(next_help_heading = "What can be attested")]
pub struct Attributes {
    /// An attribute, and a type of credential that attests it; again for more types
    #[arg(long, value_name = "NAME=TYPE")]
    pub attribute: Vec<String>,
    /// Nobody is approved for this attribute any more
    #[arg(long, value_name = "NAME")]
    pub withdraw: Vec<String>,
}

#[derive(Args)]
#[command(next_help_heading = "Who governs; the old and the new must sign")]
pub struct Members {
    /// Somebody more: what you call them, and their DID or the file of their JWK
    #[arg(long, value_name = "LABEL=DID|FILE")]
    pub member: Vec<String>,
    /// Somebody less: their label, or the thumbprint of their key
    #[arg(long, value_name = "LABEL")]
    pub drop_member: Vec<String>,
    /// How many must sign
    #[arg(long, value_name = "N")]
    pub threshold: Option<u8>,
}

#[derive(Args)]
#[command(next_help_heading = "One issuer")]
pub struct ValidatorChange {
    /// Its DID; added where it is not there yet
    #[arg(long, value_name = "DID")]
    pub validator: Option<String>,
    /// Take it out: nothing it issued stands
    #[arg(long, requires = "validator", conflicts_with_all = ["approve", "end", "group", "role", "key", "compromised"])]
    pub remove: bool,
    /// Whom it belongs to: issuers of one group are one voice
    #[arg(long, requires = "validator")]
    pub group: Option<String>,
    /// What it is, by law or trade; these take the place of those before
    #[arg(long, requires = "validator")]
    pub role: Vec<String>,
    /// Approve it for this attribute
    #[arg(long, value_name = "ATTRIBUTE", requires_all = ["validator", "on_end"])]
    pub approve: Vec<String>,
    /// End its approval for this attribute
    #[arg(long, value_name = "ATTRIBUTE", requires_all = ["validator", "on_end"])]
    pub end: Vec<String>,
    /// The first day of what is approved, or of a key [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<Day>,
    /// The last day [default: none; of what is ended, today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub until: Option<Day>,
    /// What becomes of issued credentials once the approval has ended
    #[arg(long, value_enum)]
    pub on_end: Option<WhenEnded>,
    /// The longest life of a credential: 24h, 30d, 3mo, 2y
    #[arg(long, value_name = "3mo", value_parser = period, requires = "approve")]
    pub max_validity: Option<Period>,
    /// How much it counts where several issuers are demanded
    #[arg(long, value_name = "N", requires = "approve")]
    pub weight: Option<u16>,
    /// A key of it, by its name in the DID document, as a DID or the file of a JWK
    #[arg(long, value_name = "NAME=DID|FILE", requires = "validator")]
    pub key: Vec<String>,
    /// The key of this name signs until --until, and no longer
    #[arg(long, value_name = "NAME", requires = "validator")]
    pub end_key: Vec<String>,
    /// The key of this name counts for nothing, at any date
    #[arg(long, value_name = "NAME", requires = "validator")]
    pub compromised: Vec<String>,
    /// Somebody else who may sign status lists for it
    #[arg(long, value_name = "DID", requires = "validator")]
    pub status_signer: Vec<String>,
    /// The least version of its did:webvh log
    #[arg(long, value_name = "N", requires = "validator")]
    pub min_log_version: Option<u32>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum WhenEnded {
    /// They stand until their own end: the issuer leaves in order
    Grandfather,
    /// None stands: for cause
    Invalidate,
}

#[derive(Args)]
pub struct SignList {
    /// The proposal
    pub file: PathBuf,
    /// Do not ask: you have read it
    #[arg(long)]
    pub yes: bool,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct PublishList {
    /// The signed file; several where each signed a copy
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where to write the file to hand out [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

fn day(text: &str) -> Result<Day, bonafide::calendar::CalendarError> {
    Day::parse(text)
}

fn period(text: &str) -> Result<Period, bonafide::calendar::CalendarError> {
    Period::parse(text)
}
