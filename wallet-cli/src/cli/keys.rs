//! The words of `bonafide keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{KdfCost, KeyKind, columns};

#[derive(Subcommand)]
pub enum Keys {
    /// List the ways into the wallet
    Slots,
    /// Print the 24 words that bring back every key
    Phrase,
    /// List the keys that answer for you, and whom each belongs to
    List,
    /// Make new keys, for more platforms that cannot be joined
    New {
        /// The kind of key [default: that of your identity]
        #[arg(long, value_enum)]
        algorithm: Option<KeyKind>,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = columns())]
        count: u16,
    },
    /// Put a key away: it answers nobody any more
    Retire {
        /// Its number in `bonafide keys list`, or its DID
        key: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Mark a key as lost or stolen, and write what its issuers need
    Compromised(Compromised),
    /// Add a way into the wallet
    AddSlot {
        /// What shall open it
        #[arg(value_enum)]
        kind: SlotToAdd,
        #[command(flatten)]
        new: NewPassphrase,
        #[command(flatten)]
        guardians: Guardians,
        /// Let the keyring's way in sign and change the ways in, too, not look only
        #[arg(long)]
        may_sign: bool,
    },
    /// Take a way into the wallet away
    RemoveSlot {
        /// Its number in `bonafide keys slots`
        id: u32,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Change the passphrase that opens the wallet now
    ChangePassphrase {
        #[command(flatten)]
        new: NewPassphrase,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum SlotToAdd {
    /// Another passphrase
    Passphrase,
    /// The 24 words, for a wallet made by an older version
    Phrase,
    /// Shares for people you trust, some of whom together open it
    Shares,
    /// The keyring of the operating system, which is open while you are logged in
    Keyring,
}

#[derive(Args)]
pub struct Guardians {
    /// How many shares are needed to open the wallet, 2 to 16
    #[arg(long, value_name = "K", required_if_eq("kind", "shares"),
        value_parser = clap::value_parser!(u8).range(2..=16))]
    pub threshold: Option<u8>,
    /// How many shares to make, 2 to 16
    #[arg(long, value_name = "N", required_if_eq("kind", "shares"),
        value_parser = clap::value_parser!(u8).range(2..=16))]
    pub shares: Option<u8>,
    /// The folder for the sheets to hand out, one for each guardian
    #[arg(long, value_name = "DIR", required_if_eq("kind", "shares"))]
    pub out_dir: Option<PathBuf>,
}

#[derive(Args)]
pub struct Compromised {
    /// Its number in `bonafide keys list`, or its DID
    pub key: String,
    /// Where to write a notice and a re-issue request for each issuer
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Since when it is lost or stolen [default: now]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// What happened
    #[arg(long, value_enum, default_value = "key-compromised")]
    pub reason: LossReason,
    /// The nonce that the issuer gave you for the new key [default: one of the wallet's own]
    #[arg(long, value_name = "N", requires = "out_dir", allow_hyphen_values = true)]
    pub nonce: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum LossReason {
    /// You have it no more
    KeyLost,
    /// Somebody else may have it
    KeyCompromised,
}

#[derive(Args)]
pub struct NewPassphrase {
    /// Read the new passphrase from the first line of a file, or of standard input with "-"
    #[arg(long, value_name = "FILE|-")]
    pub new_passphrase_file: Option<PathBuf>,
    /// How much work each guess of the new passphrase costs
    #[arg(long, value_enum, default_value = "calibrated")]
    pub kdf_cost: KdfCost,
}
