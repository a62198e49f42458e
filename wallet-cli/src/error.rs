//! What can go wrong, whose fault it is, and the exit that says so. Every mapping is in this file.

use std::process::ExitCode;

use bonafide::bundle::{BundleError, PartError};
use bonafide::issue::IssueError;
use bonafide::possession::ProofError;
use bonafide::present::{AnswerError, PresentError};
use bonafide::request::RequestError;
use bonafide::wallet::WalletError;
use serde_json::{Value, json};

use crate::{output, text};

/// How a command ended, as an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something broke: a file, the disk, the random source.
    Fault = 1,
    /// The command was called wrongly.
    Usage = 2,
    /// Checked, and the answer is no.
    Refused = 10,
    /// What is at hand does not tell.
    Undetermined = 11,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error for a person: what happened and what to do next.
#[derive(Clone, Debug)]
pub struct CliError {
    exit: Exit,
    code: &'static str,
    message: String,
    next: String,
    said: bool,
}

pub type Result<T> = std::result::Result<T, CliError>;

impl CliError {
    pub fn new(
        exit: Exit,
        code: &'static str,
        message: impl ToString,
        next: impl ToString,
    ) -> Self {
        Self { exit, code, message: message.to_string(), next: next.to_string(), said: false }
    }

    pub fn usage(message: impl ToString, next: impl ToString) -> Self {
        Self::new(Exit::Usage, "usage", message, next)
    }

    pub fn refused(code: &'static str, message: impl ToString, next: impl ToString) -> Self {
        Self::new(Exit::Refused, code, message, next)
    }

    pub fn fault(code: &'static str, message: impl ToString, next: impl ToString) -> Self {
        Self::new(Exit::Fault, code, message, next)
    }

    /// The same error with other advice.
    pub fn advise(self, next: impl ToString) -> Self {
        Self { next: next.to_string(), ..self }
    }

    /// The same error with more said at the end of its first line.
    pub fn with(self, more: &str) -> Self {
        Self { message: format!("{}{more}", self.message), ..self }
    }

    /// The same error, where `--json` has already printed what there is to say.
    pub fn said(self, json: bool) -> Self {
        Self { said: json, ..self }
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn exit(&self) -> Exit {
        self.exit
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn next(&self) -> &str {
        &self.next
    }

    /// Says it on stderr, and with `--json` on stdout too.
    pub fn report(&self, json: bool) -> ExitCode {
        let lines: Vec<String> = self.message.lines().map(text::safe).collect();
        output::talk(&format!("bonafide: {}", lines.join("\n  ")));
        if !self.next.is_empty() {
            output::talk(&format!("  {}", text::safe(&self.next)));
        }
        if json && !self.said {
            output::json(&self.to_json());
        }
        self.exit.into()
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({"error": {"code": self.code, "message": self.message, "next": self.next}})
    }
}

/// What was to be printed did not arrive.
pub fn lost() -> CliError {
    CliError::fault(
        "stdout-failed",
        "standard output could not be written, so the result is lost",
        "Check for space, then run the command again.",
    )
}

/// Prints what clap has to say: help on stdout, misuse on stderr with exit 2.
pub fn usage(error: &clap::Error) -> ExitCode {
    let words = error.render().to_string();
    if error.use_stderr() {
        output::talk(words.trim_end());
        Exit::Usage.into()
    } else {
        output::data(words.trim_end());
        ExitCode::SUCCESS
    }
}

impl From<WalletError> for CliError {
    fn from(error: WalletError) -> Self {
        let exit = match error.code() {
            "wrong-passphrase"
            | "wrong-phrase"
            | "wrong-keyring-secret"
            | "passphrase-needed"
            | "bad-share"
            | "share-version"
            | "share-twice"
            | "shares-missing"
            | "shares-mixed"
            | "shares-out-of-bounds"
            | "wrong-shares"
            | "credential-not-found"
            | "slot-not-found"
            | "last-passphrase"
            | "slot-in-use"
            | "too-many-slots"
            | "wallet-exists"
            | "key-unknown"
            | "key-not-active"
            | "last-key"
            | "too-many-keys"
            | "empty-passphrase" => Exit::Refused,
            _ => Exit::Fault,
        };
        Self::new(exit, error.code(), &error, error.next_step())
    }
}

impl From<BundleError> for CliError {
    fn from(error: BundleError) -> Self {
        let exit = if error.code() == "sign-failed" { Exit::Fault } else { Exit::Refused };
        Self::new(exit, error.code(), error, error.next_step())
    }
}

impl From<PartError> for CliError {
    fn from(error: PartError) -> Self {
        Self::refused(error.code(), &error, error.next_step())
    }
}

impl From<RequestError> for CliError {
    fn from(error: RequestError) -> Self {
        let next = match &error {
            RequestError::Unsigned => {
                "Ask the platform for a signed request. --allow-unsigned looks at it anyway; whoever sent it could pass your answer on."
            }
            RequestError::SealKey(_) => {
                "Do not answer it. Ask the platform for a signed request with a key of its own, or one for a plain answer."
            }
            RequestError::TransactionData | RequestError::Query(_) => {
                "Ask the platform for a request that this version understands."
            }
            _ => "Do not answer it. Ask the platform to send its request again.",
        };
        Self::refused(error.code(), &error, next)
    }
}

impl From<ProofError> for CliError {
    fn from(error: ProofError) -> Self {
        let next = match error {
            ProofError::BadNonce => "The issuer makes one with `bonafide nonce`.",
            _ => "Ask the holder for a new proof: bonafide id --prove YOUR_DID --nonce NONCE",
        };
        Self::refused(error.code(), error, next)
    }
}

impl From<IssueError> for CliError {
    fn from(error: IssueError) -> Self {
        Self::fault(error.code(), &error, "Nothing was issued.")
    }
}

impl From<PresentError> for CliError {
    fn from(error: PresentError) -> Self {
        let next = match &error {
            PresentError::NothingMatches(_) => {
                "Ask your KYC provider for the credential, then `bonafide add` it."
            }
            PresentError::RequestExpired(_) => "Ask the platform for a new request.",
            PresentError::RequestEarly(_) => "Compare your clock with the platform's.",
            PresentError::TooMuch(_) => "Do not answer it. Ask the platform what it needs.",
            PresentError::Unreadable(_) => "`bonafide forget` it and ask the issuer for a new one.",
            PresentError::NoFreeKey(_) => {
                "Get more keys from the issuer with --refill, or add --reuse-key."
            }
            PresentError::KeyRetired(_) | PresentError::KeyCompromised(_) => {
                "Have it issued for a key in use: --refill writes the request to its issuer."
            }
            PresentError::Sign(_) => "Run `bonafide doctor`.",
        };
        let exit = match error {
            PresentError::Sign(_) => Exit::Fault,
            _ => Exit::Refused,
        };
        Self::new(exit, error.code(), &error, next)
    }
}

impl From<AnswerError> for CliError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Wallet(error) => error.into(),
            AnswerError::Present(error) => error.into(),
        }
    }
}

#[cfg(feature = "jwe")]
impl From<bonafide::sealed::SealedError> for CliError {
    fn from(error: bonafide::sealed::SealedError) -> Self {
        let exit = if error.code() == "seal-failed" { Exit::Fault } else { Exit::Refused };
        Self::new(exit, error.code(), error, error.next_step())
    }
}

impl From<bonafide::trust::JurisdictionError> for CliError {
    fn from(error: bonafide::trust::JurisdictionError) -> Self {
        let next = match error.code() {
            "threshold-not-met" => "Ask the others who govern to sign: bonafide trust sign FILE",
            "trust-list-gap" => "Get the versions in between too, and give all files at once.",
            "trust-list-not-pinned" => {
                "Compare the digest with those who govern it, not with whoever sent the file."
            }
            "trust-list-rolled-back" => "Get the newest version from those who publish it.",
            "not-yet-valid" => "Compare your clock with that of others.",
            "sign-failed" => "Nothing was written. Run `bonafide doctor`.",
            _ => "Get the file again from those who publish it.",
        };
        let exit = if error.code() == "sign-failed" { Exit::Fault } else { Exit::Refused };
        Self::new(exit, error.code(), &error, next)
    }
}

impl From<bonafide::random::RandomError> for CliError {
    fn from(error: bonafide::random::RandomError) -> Self {
        Self::fault("random-failed", error, "Check the system's random source, then try again.")
    }
}

impl From<bonafide::key::SignError> for CliError {
    fn from(error: bonafide::key::SignError) -> Self {
        Self::fault("sign-failed", error, "Nothing was written. Run `bonafide doctor`.")
    }
}
