//! The file in which a holder gets credentials.

use bonafide::key::PublicKey;

use crate::error::Result;
use crate::sealing;

/// The credentials, one on a line; sealed to a key where one is given.
pub fn text(tokens: &[String], holder: Option<&PublicKey>) -> Result<String> {
    let tokens = zeroize::Zeroizing::new(tokens.join("\n"));
    match holder {
        None => Ok(tokens.to_string()),
        Some(holder) => sealing::credentials(&tokens, holder),
    }
}
